//! The reader of paper as a program of its own, for `worker.js`: pixels and messages in, messages out.
//!
//! A photo takes a second to read, so it is read beside the page, by a program that is fetched when the
//! first picture is chosen. Refuses to know files and canvases, which are `worker.js`'s, and how
//! characters are found, which is `twinglyph-paper`'s.

#[cfg(target_family = "wasm")]
mod program;
