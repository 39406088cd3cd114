//! [`crate::words::alphabet`] in English.

use super::many;
use crate::words::alphabet::Alphabet;

impl Alphabet {
    pub(in crate::words) const ENGLISH: Self = Self {
        name: |name| name.replace('_', " "),
        evaluation_group: "Evaluation alphabets",
        evaluation_remark: "The network was measured on these and never trained on them.",
        background_group: "Background alphabets",
        background_remark: "The network was trained on these.",
        invented_group: "Invented alphabets",
        invented_remark: "Made by a program; nobody has learnt them, no person and no network.",
        evaluation: "evaluation alphabet",
        background: "background alphabet",
        invented: "invented alphabet",
        count_yours: |count| format!("{}, yours", many(count, "character")),
        count: |count, kind| format!("{}, {kind}", many(count, "character")),
        choose_picture: "Choose by picture",
        choose_alphabet: "Choose the alphabet by picture",
        no_omniglot: "This copy of the page comes without the Omniglot alphabets; the invented ones stand in for them.",
        alphabets: "Alphabets",
        own_set: "Your own characters",
        yours: "Yours",
        support: "Support set",
        ways: "Number of characters to choose from",
        all: |count| format!("all {count}"),
        drawer: "Drawer ",
        others: "Other characters of this alphabet",
        reshuffle: "Reshuffle: other characters of this alphabet",
        similar: |name, similarity| format!("{name}, {similarity:.2} similar"),
    };
}
