//! [`crate::words::failures`] in English.

use crate::words::failures::Failures;

impl Failures {
    pub(in crate::words) const ENGLISH: Self = Self {
        run_too_large: "There is not enough memory for this run. Take fewer characters a batch, \
    fewer alphabets or a smaller network; the last checkpoint is kept.",
        not_loaded: "it could not be loaded",
        not_loaded_why: |why| format!("it could not be loaded ({why})"),
        stopped_why: |why| format!("it stopped ({why})"),
        no_memory_for: |wanted, before| {
            format!("there is not enough memory for {wanted}, so {before} goes on")
        },
        no_memory: "there was no memory left; close other pages if it happens again",
        late: "it did not load in time",
        hung: "it hung while trying devices, so the processor is used",
        silent: "it stopped answering",
        given_up: |why| {
            format!(
                "The recogniser could not be kept running: {why}. The drawing is kept. Try \
                again, or choose another device."
            )
        },
        processor_now: " The processor is used from now on.",
        replaced: |why, instead| {
            format!("The recogniser was started anew: {why}.{instead} Nothing drawn is lost.")
        },
        versions: "The page and its recogniser are of different versions. Reload the page; the drawing is kept.",
        stopped: "it stopped with an error",
        device_lost: "its device was lost",
        refused: "this browser refused to start it",
        unreadable: "its message could not be read",
        not_sent: "a message could not be sent to it",
        no_sense: "its message made no sense",
        shelf_gone: "the network, its device or its worker was changed meanwhile",
        detail: |_, message| message.to_owned(),
        told: |_, message| message.to_owned(),
    };
}
