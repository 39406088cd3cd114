//! [`crate::words::own`] in English.

use crate::words::own::Own;

impl Own {
    pub(in crate::words) const ENGLISH: Self = Self {
        trials_take: "A trial shows one example of each character and asks with another",
        training_takes: "Training shows two examples of a character as the same",
        draw_second: |why, so_far| {
            format!(
                "{why}: draw a second example of at least 2 of your characters. So far {so_far}."
            )
        },
        none_has: "none has one",
        one_has: "only one has one",
        halves: |least, found| {
            format!(
                "Every second of your own characters is held out, which takes {least} with two examples; there are {found}. Draw more, or don't hold them out."
            )
        },
        learnable: |characters, all, examples| {
            format!("{characters} of your {all} characters, the first {examples} examples of each")
        },
        none_learnable: |all| match all {
            1 => "your only character has no second example".to_owned(),
            _ => format!("none of your {all} characters has a second example"),
        },
        no_mix: "Your own characters are one set: there is nothing to mix.",
        teach_more: "Teach it more.",
        run_changed: "Your own characters have changed since this run began. It goes on with them as they are now.",
        trials_changed: "Your characters have changed since: their trials begin anew.",
    };
}
