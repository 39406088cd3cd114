//! [`crate::words::notice`] in English.

use crate::words::notice::Notices;

impl Notices {
    pub(in crate::words) const ENGLISH: Self = Self {
        begins: "it begins",
        on_its_way: |name, so_far| format!("{name} is on its way: {so_far}."),
        list_late: "The list of alphabets has not come yet: the connection is slow, or has stopped. The invented alphabets are here meanwhile.",
        late: |name| {
            format!(
                "{name} has not come yet: the connection is slow, or has stopped. What is here stays until then."
            )
        },
        invented_meanwhile: |error| format!("{error}. The invented alphabets are here meanwhile."),
        kept_all: |error| format!("{error}. The drawing and the support set are kept."),
        held: |name, reason| {
            format!("{name} is here until this page is closed, and then must come again. {reason}.")
        },
        of_none: "Probably none of these. ",
        best: |lead, name, similarity| format!("{lead}Best match: {name}, {similarity:.2} similar"),
        own_unread: |error| {
            format!(
                "Your own characters can't be read from this browser's storage: {error}. Open the file that you saved of them, if there is one."
            )
        },
        closing: "The page is being closed.",
        misfit: |found, expected| {
            format!(
                "the recogniser has not ranked the whole support set ({found} of {expected}); reload the page"
            )
        },
        missing: |file| format!("{file} is not on this server"),
        no_reading: "What reads the alphabets could not be fetched; check the connection and try again",
        network: |file| {
            format!(
                "{file} could not be fetched; check the connection and choose the alphabet again"
            )
        },
        status: |file, status| {
            format!("{file} could not be fetched: the server answered {status}; try again later")
        },
        content: |error| error.to_owned(),
    };
}
