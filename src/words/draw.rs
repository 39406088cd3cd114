//! The page `#/draw` but for its answer: the pad, its tools, what the network sees.

use super::Name;

area! {
    Draw {
        title,
        undo_key,
        redo_key,
        clear_key,
        pen,
        example(name: Name),
        invite,
        yours,
        show_example,
        another_example,
        pad,
        as_drawn,
        scaled,
        pixels(side: usize, how: &str),
        as_seen,
        sees,
    }
}
