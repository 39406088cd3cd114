//! What other crates want done before they are used, done once.
//!
//! The compiler of Burn's kernels for graphics devices registers what it knows by functions that a linker
//! collects (`.init_array`), a great many. Where nobody calls them, LLVM's linker has every exported
//! function of the module call all of them first: 1 ms at each message, at each turn of a future and at
//! each block of memory that JavaScript asks for, measured with one `conv4` embedding, which took 4.7 ms
//! instead of 0.6. They are compiled when they are called, for which nobody waits who has no graphics device.
//! Refuses to know what they do.
#![allow(unsafe_code)]

use std::sync::Once;

unsafe extern "C" {
    fn __wasm_call_ctors();
}

/// Calls them, the first time.
pub(crate) fn call() {
    static CALLED: Once = Once::new();
    CALLED.call_once(|| {
        // SAFETY: the linker's own function, of this type, made for being called once.
        unsafe { __wasm_call_ctors() }
    });
}
