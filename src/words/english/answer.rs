//! [`crate::words::answer`] in English.

use crate::words::answer::Answer;

impl Answer {
    pub(in crate::words) const ENGLISH: Self = Self {
        matches: "Matches",
        all: |count| format!("All {count}, in order"),
        similar_before: "",
        similar_after: " similar",
        none: " probably none of these",
        best_overlaid: "The best match, laid over the drawing",
        centred: "The drawing, centred and scaled",
        draw_first: "Draw, and the most similar of the set stand here.",
        not_running: "The recogniser doesn't run. The pad still does.",
        draw_already: |loading| format!("{loading} You can draw already."),
        comparing: "Comparing…",
        loading: "The recogniser is loading.",
        loading_engine: |bytes| format!("The recogniser is loading: {bytes}."),
        loading_network: |bytes| format!("The network is loading: {bytes}."),
        trying_devices: |done, total| format!("Devices are being tried: {done} of {total}."),
        reading_support: |done, total| format!("The support set is being read: {done} of {total}."),
        comparing_drawings: |done, total| {
            format!("Drawings are being compared: {done} of {total}.")
        },
        bytes: |done, total| format!("{done:.1} of {total:.1} MB"),
    };
}
