//! What went wrong with the recogniser, and what became of it.

use twinglyph_core::protocol::FailureKind;

use super::Name;

area! {
    Failures {
        run_too_large,
        not_loaded,
        not_loaded_why(why: &str),
        stopped_why(why: &str),
        no_memory_for(wanted: Name, before: Name),
        no_memory,
        late,
        hung,
        silent,
        given_up(why: &str),
        processor_now,
        replaced(why: &str, instead: &str),
        versions,
        stopped,
        device_lost,
        refused,
        unreadable,
        not_sent,
        no_sense,
        shelf_gone,
        detail(kind: FailureKind, message: &str),
        told(kind: FailureKind, message: &str),
    }
}
