//! The worker's memory, and what becomes of a worker that gets no more of it.
//!
//! Rust ends a program whose memory can't grow, which in a browser looks like any other death. This
//! allocator is the usual one, but tells whoever started the worker first, who then does not ask the next
//! worker for the same.
#![allow(
    unsafe_code,
    reason = "an allocator's contract is unsafe; everything is handed on as it came"
)]

use std::alloc::{GlobalAlloc, Layout, System};

use twinglyph_core::protocol::OUT_OF_MEMORY;

/// The system's allocator, which tells whoever started the worker where there is no more memory.
pub struct Telling;

/// Hands on what the system gave, and tells where it gave nothing.
fn told(memory: *mut u8) -> *mut u8 {
    if memory.is_null() {
        // The text lies in the program and the message in JavaScript's memory: nothing is needed
        // of what there is no more of.
        crate::post_text(OUT_OF_MEMORY);
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
