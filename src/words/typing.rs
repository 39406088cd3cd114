//! Writing with characters of one's own.

area! {
    Typing {
        copied,
        no_copy,
        writing,
        space,
        back,
        copy,
        how,
        noted(name: &str),
        no_room,
        unnoted,
    }
}
