//! What the programs of workers share: the worker's global object, messages, pauses, the console, memory, further
//! workers, and a helper's loop over its questions.

#![cfg(target_family = "wasm")]

mod breath;
mod console;
mod helper;
mod memory;
mod start;

use std::cell::RefCell;

use js_sys::{Array, ArrayBuffer, Float32Array, Promise, Reflect, Uint8Array, WebAssembly};
use twinglyph_helper::Message;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::DedicatedWorkerGlobalScope;

pub use breath::breathe;
pub use console::install;
pub use helper::listen;
pub use memory::Telling;
pub use start::{CPU_HELPER, start};

/// The worker's global object; `None` outside a dedicated worker.
#[must_use]
pub fn scope() -> Option<DedicatedWorkerGlobalScope> {
    js_sys::global().dyn_into().ok()
}

/// Sends bytes to whoever started this worker.
///
/// # Errors
/// When they can't be sent.
pub fn post(bytes: &[u8]) -> Result<(), String> {
    let buffer = Uint8Array::from(bytes).buffer();
    let scope = scope().ok_or("this is no dedicated worker")?;
    scope
        .post_message_with_transfer(&buffer, &Array::of1(&buffer))
        .map_err(|error| reason(&error))
}

thread_local! {
    /// Buffers of numbers that came, for numbers that go: the browser takes its time to give memory for large ones.
    static BUFFERS: RefCell<Vec<ArrayBuffer>> = const { RefCell::new(Vec::new()) };
}

/// Most buffers that are kept: parameters come from one worker, gradients from no more than seven others.
const MOST_BUFFERS: usize = 7;

/// A buffer of so many bytes.
fn buffer(bytes: u32) -> ArrayBuffer {
    let kept = BUFFERS.with_borrow_mut(Vec::pop);
    let kept = kept.filter(|kept| kept.byte_length() == bytes);
    kept.unwrap_or_else(|| ArrayBuffer::new(bytes))
}

/// A message of bytes and numbers as the browser sends it, and what is moved with it: one buffer, or two where there are
/// numbers.
pub(crate) fn packed(bytes: &[u8], numbers: &[f32]) -> (JsValue, Array) {
    let message = Uint8Array::from(bytes).buffer();
    if numbers.is_empty() {
        return (message.clone().into(), Array::of1(&message));
    }
    let beside = buffer(size_of_val(numbers) as u32);
    Float32Array::new(&beside).copy_from(numbers);
    let both = Array::of2(&message, &beside);
    (both.clone().into(), both)
}

/// The message of bytes and numbers; `None` where it is none.
pub(crate) fn unpacked(data: &JsValue) -> Option<Message> {
    if let Some(bytes) = bytes(data) {
        return Some(bytes.into());
    }
    let both = data.dyn_ref::<Array>()?;
    let beside = both.get(1).dyn_into::<ArrayBuffer>().ok()?;
    let numbers = Float32Array::new(&beside).to_vec();
    BUFFERS.with_borrow_mut(|buffers| {
        buffers.truncate(MOST_BUFFERS - 1);
        buffers.push(beside);
    });
    Some(Message {
        bytes: bytes(&both.get(0))?,
        numbers,
    })
}

/// What the browser says of an error, in its own words.
#[must_use]
pub fn reason(error: &JsValue) -> String {
    let message = Reflect::get(error, &JsValue::from_str("message"));
    let message = message.ok().and_then(|message| message.as_string());
    let words = message.or_else(|| error.as_string());
    words.unwrap_or_else(|| "the browser gave no reason".to_owned())
}

/// Sends a text to whoever started this worker, its last word.
pub fn post_text(text: &str) {
    if let Some(scope) = scope() {
        // There is nobody to be told that it could not be sent.
        let _ = scope.post_message(&JsValue::from_str(text));
    }
}

/// The bytes of a message; `None` where it is no buffer.
#[must_use]
pub fn bytes(message: &JsValue) -> Option<Vec<u8>> {
    let buffer = message.dyn_ref::<ArrayBuffer>()?;
    Some(Uint8Array::new(buffer).to_vec())
}

/// The messages that came before this program: `worker.js` keeps them as `said`, in their order.
#[must_use]
pub fn said(scope: &DedicatedWorkerGlobalScope) -> Vec<JsValue> {
    let said = Reflect::get(scope, &JsValue::from_str("said"));
    let said = said.ok().and_then(|said| said.dyn_into::<Array>().ok());
    said.iter().flat_map(Array::iter).collect()
}

/// Lets so many milliseconds pass; messages that wait are taken meanwhile.
pub async fn pause(milliseconds: i32) {
    let paused = Promise::new(&mut |resolve, _| {
        if let Some(scope) = scope() {
            // A worker that is being ended sets no timer, and goes on with nothing.
            let _ =
                scope.set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, milliseconds);
        }
    });
    // A timer's promise is never rejected.
    let _ = JsFuture::from(paused).await;
}

/// Bytes of memory that this program has taken; 0 where that is not known.
#[must_use]
pub fn memory() -> u64 {
    wasm_bindgen::memory()
        .dyn_into::<WebAssembly::Memory>()
        .map_or(0, |memory| {
            memory
                .buffer()
                .unchecked_into::<ArrayBuffer>()
                .byte_length()
                .into()
        })
}
