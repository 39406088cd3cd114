//! The engine as a Web Worker: wasm entry, messages, fetch, storage, clock.
//!
//! Says `Booted` when it listens, carries out commands one at a time in the order in which they
//! came, and says `Crashed` if its code panics; what is done about that is the page's business.
//! It knows no network and no page.

#![cfg(target_family = "wasm")]

mod console;
mod constructors;
mod fetch;
mod host;
mod memory;
mod messages;
mod storage;

use wasm_bindgen::prelude::wasm_bindgen;

/// Called by the module's start section.
#[wasm_bindgen(start)]
pub fn start() {
    console::install();
    messages::listen();
}
