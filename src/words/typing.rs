//! Writing with characters of one's own.

use super::Name;

area! {
    Typing {
        copied,
        no_copy,
        writing,
        space,
        back,
        copy,
        how,
        noted(name: Name),
        no_room,
        unnoted,
    }
}
