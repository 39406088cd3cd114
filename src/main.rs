//! The page's program: opens the page.

fn main() {
    twinglyph::open();
}
