//! What other crates want done before anything runs, done once.
//!
//! Burn's crates register things by functions that a linker collects (`.init_array`). Where nobody calls
//! them, LLVM's linker has every exported function of the module call all of them first: 1 ms at each
//! message, at each turn of a future and at each block of memory that JavaScript asks for, measured with
//! one `conv4` embedding, which took 4.7 ms instead of 0.6. Refuses to know what they do.
#![allow(unsafe_code)]

unsafe extern "C" {
    fn __wasm_call_ctors();
}

/// Calls them; once, before all else.
pub(crate) fn call() {
    // SAFETY: the linker's own function, of this type, made for being called once at the start.
    unsafe { __wasm_call_ctors() }
}
