//! English: what the page said first, and what the tests look for.

mod about;
mod alphabet;
mod answer;
mod bench;
mod common;
mod confusion;
mod device;
mod draw;
mod embed;
mod explain;
mod failures;
mod head;
mod import;
mod learn;
mod measures;
mod network;
mod notice;
mod own;
mod print;
mod published;
mod refusals;
mod review;
mod teach;
mod train;
mod trials;
mod typing;

/// A number of things, as `1 row`, `2 rows`.
fn many(count: usize, what: &str) -> String {
    let end = if count == 1 { "" } else { "s" };
    format!("{count} {what}{end}")
}
