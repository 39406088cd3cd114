//! [`crate::words::about`] in English.

use crate::words::about::About;

impl About {
    pub(in crate::words) const ENGLISH: Self = Self {
        title: "One look is enough",
        lead_before: "Twinglyph recognises a character after seeing one example of it. Draw on the ",
        lead_after: ", and a network that never learnt the alphabet says which character of the support set is most like yours.",
        pad: "pad",
        how: "How it compares",
        how_1: "The network is a twin: two copies with the same weights. One looks at your drawing, the other at an example, and each sums up what it sees as a row of numbers. Where the two rows are close, the drawings are probably the same character. The score is shown as ",
        similarity: "similarity",
        how_2: ", from 0 to 1. It is not a probability of being right: among twenty characters that all look alike, every one can be similar.",
        idea_1: "The idea is from Koch, Zemel and Salakhutdinov, ",
        idea_2: " (2015). The network here is smaller and compares places of the drawing, too. It comes in two sizes: deep, which looks at a drawing in eight ways, turned, mirrored and tilted, where one is not enough, and errs least; and compact, to be chosen at the head of the page, which looks once and answers faster. Theirs is there as well, as koch: 39 MB, fetched when it is chosen.",
        shown: "What it was shown",
        shown_1: "The alphabets are from ",
        shown_2: " by Brenden Lake and others: 1,623 characters of 50 alphabets, each drawn by 20 people. The network was trained on the background alphabets only. The evaluation alphabets and the invented ones, which a program makes up, are new to it.",
        where_runs: "Where it runs",
        where_runs_1: "In this browser, on its graphics processor by WebGPU or on its processor, whichever is right and faster. No server sees what you draw, nothing is counted, and there is no account. Your settings and the drawing are kept by the browser alone.",
        offline: "Without a network",
        offline_1: "Once opened, this page works without a network, too, and can be installed as an app. Its newest version is fetched beside whatever you do, whole or not at all.",
        errs: "Where it errs",
        errs_1: "Characters that differ by a small stroke are mistaken for each other. Pens much thicker than Omniglot's make it err more, and so do drawings turned on their side: it puts a drawing in the middle and scales it, but it doesn't turn one drawing to fit another.",
        licences: "Whose work is in it",
        licences_1: "Anyone may use, change and share Twinglyph, under the MIT licence. It contains the work of many others: ",
        notices: "their names and licences",
        version: "Version ",
        newer_elsewhere: "Another tab uses a newer version of this page. What you drew is kept.",
        newer: "A newer version of this page is ready. What you drew is kept.",
        use_now: "Use it now",
        none_kept: "Nothing is kept for that yet: this browser can't, or the page was just opened for the first time.",
        all_alphabets: |of| format!(", with all {of} alphabets"),
        some_alphabets: |some, of, rest| {
            format!(", with {some} of {of} alphabets; all the rest is {rest} more")
        },
        kept: |bytes, set| format!("{bytes} of this page are kept by this browser{set}."),
        no_room: "This browser has no room for all of it. What was kept still is.",
        not_all: "Not all of it came. What was kept still is; try again when there is a network.",
        lacks: |file, why| match why {
            "changed" => {
                format!(
                    "{file} is not kept: the host serves other bytes than those of this version."
                )
            }
            "storage" => format!("{file} is not kept: this browser has no room for it."),
            "network" => format!("{file} is not kept: the network doesn't bring it."),
            status => format!("{file} is not kept: the host answers {status}."),
        },
        files_kept: |done, total| format!("{done} of {total} files are kept."),
        keep_all: "Keep all of it",
    };
}
