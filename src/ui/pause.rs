//! Letting time pass.

use js_sys::Promise;
use leptos::prelude::window;
use wasm_bindgen_futures::JsFuture;

/// A file that has not come after so many milliseconds is told of: within 5 s.
pub(super) const LATE: i32 = 4_000;

/// Lets the browser paint and take input before going on.
pub(super) async fn breathe() {
    pause(0).await;
}

/// Lets so many milliseconds pass.
pub(super) async fn pause(milliseconds: i32) {
    let paused = Promise::new(&mut |resolve, _| {
        // A window that is closing sets no timer, and has no page to go on with.
        let _ =
            window().set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, milliseconds);
    });
    // A timer's promise is never rejected.
    let _ = JsFuture::from(paused).await;
}
