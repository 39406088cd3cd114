//! [`crate::words::common`] in English.

use crate::words::common::Common;

impl Common {
    pub(in crate::words) const ENGLISH: Self = Self {
        try_again: "Try again",
        dismiss: "Dismiss",
        cancel: "Cancel",
        close: "Close",
        alphabet: "Alphabet",
        pause: "Pause",
        go_on: "Go on",
        drawing: "Drawing",
        undo: "Undo",
        redo: "Redo",
        clear: "Clear",
        comma: ", ",
        sentence: |text| format!("{text}."),
        of: |some, all| format!("{some} of {all}"),
    };
}
