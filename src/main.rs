//! The page: draw a character and see which of a support set it is.
//!
//! It shows and listens. The network is the worker's ([`client`] speaks with it), characters and
//! messages are `twinglyph_core`'s; this package does not depend on Burn.

mod client;
mod session;
mod shards;
mod trace;
mod ui;
mod words;

fn main() {
    if ui::is_embedded() {
        leptos::mount::mount_to_body(ui::Embed);
    } else {
        leptos::mount::mount_to_body(ui::App);
    }
}
