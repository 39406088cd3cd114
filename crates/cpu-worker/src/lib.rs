//! A helper on the CPU as a Web Worker: `nn`, asked by the leader, which has no training in it, or by another such helper
//! whose steps of training it shares.

#![cfg(target_family = "wasm")]

use std::rc::Rc;

use twinglyph_helper::Server;
use twinglyph_nn::CpuAccelerator;
use twinglyph_worker_scope::{
    CPU_HELPER, Telling, install, listen, memory, post_text, start as further,
};
use wasm_bindgen::prelude::wasm_bindgen;

#[global_allocator]
static ALLOCATOR: Telling = Telling;

/// Called by the module's start section.
#[wasm_bindgen(start)]
pub fn start() {
    install(|message| post_text(&message));
    let server = Server::new(CpuAccelerator::taking(memory));
    listen(server.sharing(Rc::new(|| further(CPU_HELPER))));
}
