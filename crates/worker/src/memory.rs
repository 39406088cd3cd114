//! The worker's memory, and what becomes of a worker that gets no more of it.
//!
//! Rust ends a program whose memory can't grow, which in a browser looks like any other death. This
//! allocator is the usual one, but tells the page first, so that the page does not ask the next
//! worker for the same.
#![allow(
    unsafe_code,
    reason = "an allocator's contract is unsafe; everything is handed on as it came"
)]

use std::alloc::{GlobalAlloc, Layout, System};

use twinglyph_core::protocol::OUT_OF_MEMORY;
use wasm_bindgen::JsValue;

use crate::messages;

struct Telling;

#[global_allocator]
static ALLOCATOR: Telling = Telling;

/// Hands on what the system gave, and tells the page where it gave nothing.
fn told(memory: *mut u8) -> *mut u8 {
    if memory.is_null()
        && let Some(scope) = messages::scope()
    {
        // The text lies in the program and the message in JavaScript's memory: nothing is needed
        // of what there is no more of.
        let _ = scope.post_message(&JsValue::from_str(OUT_OF_MEMORY));
    }
    memory
}

// SAFETY: every call goes to the system's allocator with the caller's own arguments, for which the
// caller answers, and comes back with its answer.
unsafe impl GlobalAlloc for Telling {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: see above.
        told(unsafe { System.alloc(layout) })
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: see above.
        told(unsafe { System.alloc_zeroed(layout) })
    }

    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: see above.
        told(unsafe { System.realloc(memory, layout, size) })
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        // SAFETY: see above.
        unsafe { System.dealloc(memory, layout) }
    }
}
