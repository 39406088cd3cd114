//! [`crate::words::head`] in English.

use crate::words::head::Head;

impl Head {
    pub(in crate::words) const ENGLISH: Self = Self {
        skip: "Skip to the page's content",
        title_draw: "Twinglyph: draw a character",
        title_teach: "Twinglyph: teach",
        title_trials: "Twinglyph: trials",
        title_train: "Twinglyph: train",
        title_network: "Twinglyph: the network",
        title_about: "Twinglyph: about",
        pages: "Pages",
        draw: "Draw",
        teach: "Teach",
        trials: "Trials",
        train: "Train",
        network: "Network",
        about: "About",
        model: "Model",
        models: "deep errs least, compact answers faster, koch is the network of the paper",
        theme: "Light or dark",
        change_theme: "Change between light and dark",
        language: "Language",
        reload_ends_run: "The page is loaded anew to change its language, which interrupts the run of training. It can go on from its last checkpoint. Change the language?",
        late: "This page is still being fetched: the connection is slow, or has stopped. Wait a little more, or try again.",
        missing: "This page could not be fetched. Check the connection and try again.",
    };
}
