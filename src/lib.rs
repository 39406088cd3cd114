//! The page: draw a character and see which of a support set it is.
//!
//! It shows and listens. The network is the worker's (`client` speaks with it), characters and
//! messages are `twinglyph_core`'s; this package does not depend on Burn.

mod client;
mod parts;
mod reading;
mod session;
mod shards;
mod ui;
mod vectorize;
mod words;

/// Opens the page in the browser's document: the app, or the recogniser in a frame of another page.
pub fn open() {
    if !ui::is_embedded() {
        ui::open_with(|| leptos::mount::mount_to_body(ui::App));
    } else if ui::is_framed() {
        // A program hears it, whose answers don't depend on whose browser it is: English.
        leptos::mount::mount_to_body(ui::Embed);
    } else {
        ui::open_with(|| leptos::mount::mount_to_body(ui::Embed));
    }
}
