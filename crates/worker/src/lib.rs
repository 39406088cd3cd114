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
use twinglyph_worker_scope::{Telling, install, pause};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen_futures::spawn_local;

#[global_allocator]
static ALLOCATOR: Telling = Telling;

/// When what earlier writes left is looked for, milliseconds: behind the first ranking.
const TIDIED: i32 = 3_000;

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
    spawn_local(async {
        pause(TIDIED).await;
        // What can't be removed now may be at the next start; whoever needs the storage is told why it refuses.
        let _ = storage::tidy().await;
    });
}
