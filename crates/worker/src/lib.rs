//! The leader as a Web Worker: wasm entry, messages, fetch, storage, clock, and the helpers that it starts.
//!
//! Says `Booted` when it listens, carries out commands one at a time in the order in which they
//! came, and says `Crashed` if its code panics; what is done about that is the page's business. It knows no network
//! and no page.

#![cfg(target_family = "wasm")]

mod digest;
mod fetch;
mod graphics;
mod helpers;
mod host;
mod messages;
mod storage;

use twinglyph_core::protocol::{Event, Reply, UNASKED};
use twinglyph_worker_scope::{Telling, install};
use wasm_bindgen::prelude::wasm_bindgen;

#[global_allocator]
static ALLOCATOR: Telling = Telling;

/// Called by the module's start section.
#[wasm_bindgen(start)]
pub fn start() {
    install(|message| {
        messages::send(&Reply {
            id: UNASKED,
            event: Event::Crashed { message },
        });
    });
    messages::listen();
}
