//! The helper on a graphics device as a Web Worker: Burn on WebGPU, asked by the leader.

#![cfg(target_family = "wasm")]

mod wasm_ctors;

use twinglyph_helper::Server;
use twinglyph_nn_burn::accelerator::{BurnAccelerator, find};
use twinglyph_worker_scope::{Telling, install, listen, post_text};
use wasm_bindgen::prelude::wasm_bindgen;

#[global_allocator]
static ALLOCATOR: Telling = Telling;

/// Called by the module's start section.
#[wasm_bindgen(start)]
pub fn start() {
    install(|message| post_text(&message));
    listen(Server::new(BurnAccelerator::new(find, wasm_ctors::call)));
}
