//! What more than one page says.

area! {
    Common {
        try_again,
        dismiss,
        cancel,
        close,
        alphabet,
        pause,
        go_on,
        drawing,
        undo,
        redo,
        clear,
        comma,
        sentence(text: &str),
        of(some: u64, all: u64),
    }
}
