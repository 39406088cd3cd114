//! A helper on the CPU as a Web Worker: `nn`, asked by the leader, which has no training in it.

#![cfg(target_family = "wasm")]

use twinglyph_nn::CpuAccelerator;
use twinglyph_worker_scope::{Telling, install, listen, memory, post_text};
use wasm_bindgen::prelude::wasm_bindgen;

#[global_allocator]
static ALLOCATOR: Telling = Telling;

/// Called by the module's start section.
#[wasm_bindgen(start)]
pub fn start() {
    install(|message| post_text(&message));
    listen(CpuAccelerator::taking(memory));
}
