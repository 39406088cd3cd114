//! Files of the app over HTTP, with progress in bytes.

use js_sys::{Promise, Reflect, Uint8Array};
use twinglyph_engine::Progress;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{DedicatedWorkerGlobalScope, ReadableStreamDefaultReader, Response, Url};

use crate::messages;

/// Largest file that is taken into memory: Koch's weights have 156 MB in f32.
const MAX_BYTES: u64 = 200 << 20;

/// A download that gives nothing for so long has stalled, milliseconds. Long enough for a phone
/// that changes cells.
const STALLED: i32 = 10_000;

/// What is said of it.
const STALLED_WORDS: &str = "the connection gave nothing for 10 s; try again";

/// The bytes of a file below the app's root; the error is a sentence that names the file.
pub(crate) async fn read(path: &str, progress: Progress<'_>) -> Result<Vec<u8>, String> {
    let failed = |what: &str| format!("{path} could not be loaded: {what}");
    let scope = messages::scope().ok_or_else(|| failed("this is no dedicated worker"))?;
    // The engine lies one folder below the app's root.
    let url = Url::new_with_base(&format!("../{path}"), &scope.location().href())
        .map_err(|_| failed("its address is not valid"))?;
    let response = within_time(&scope, &scope.fetch_with_str(&url.href()))
        .await
        .map_err(|error| failed(&error))?;
    let response: Response = response
        .dyn_into()
        .map_err(|_| failed("the browser gave no response"))?;
    if !response.ok() {
        return Err(failed(&format!(
            "the server answered {}",
            response.status()
        )));
    }

    // Of a compressed file the header tells the compressed length, which says nothing here.
    let header = |name| response.headers().get(name).ok().flatten();
    let length = header("content-length").filter(|_| header("content-encoding").is_none());
    let total: u64 = length.and_then(|length| length.parse().ok()).unwrap_or(0);
    if total > MAX_BYTES {
        return Err(failed("it is larger than any file of this app"));
    }
    let body = response
        .body()
        .ok_or_else(|| failed("the answer was empty"))?;
    let reader: ReadableStreamDefaultReader = body
        .get_reader()
        .dyn_into()
        .map_err(|_| failed("the browser can't read it piece by piece"))?;
    // All at once where it is known: a large file would else be moved again and again as it grows.
    let mut bytes = Vec::with_capacity(total as usize);
    let mut goes_on = progress(0, total);
    loop {
        if goes_on.is_break() {
            // The browser need not bring the rest; that it may fail to stop changes nothing.
            let _ = reader.cancel();
            return Err(failed("it was given up"));
        }
        let chunk = within_time(&scope, &reader.read())
            .await
            .map_err(|error| failed(&error))?;
        let get = |name: &str| Reflect::get(&chunk, &JsValue::from_str(name));
        if get("done").is_ok_and(|done| done.is_truthy()) {
            break;
        }
        let value: Uint8Array = get("value")
            .ok()
            .and_then(|value| value.dyn_into().ok())
            .ok_or_else(|| failed("the browser gave no bytes"))?;
        bytes.extend(value.to_vec());
        if bytes.len() as u64 > MAX_BYTES {
            return Err(failed("it is larger than any file of this app"));
        }
        goes_on = progress(bytes.len() as u64, total);
    }
    if total > 0 && bytes.len() as u64 != total {
        return Err(failed("the download was cut off; try again"));
    }
    Ok(bytes)
}

/// The promise's value, or an error when it takes longer than [`STALLED`].
async fn within_time(
    scope: &DedicatedWorkerGlobalScope,
    promise: &Promise,
) -> Result<JsValue, String> {
    let stalled = JsValue::from_str(STALLED_WORDS);
    let late = stalled.clone();
    let mut timer = None;
    let timeout = Promise::new(&mut |_, reject| {
        let late = late.clone();
        let fire = Closure::once_into_js(move || {
            let _ = reject.call1(&JsValue::UNDEFINED, &late);
        });
        timer = scope
            .set_timeout_with_callback_and_timeout_and_arguments_0(fire.unchecked_ref(), STALLED)
            .ok();
    });
    let result = JsFuture::from(Promise::race(&js_sys::Array::of2(promise, &timeout))).await;
    if let Some(timer) = timer {
        scope.clear_timeout_with_handle(timer);
    }
    result.map_err(|error| {
        if error == stalled {
            return STALLED_WORDS.to_owned();
        }
        error.dyn_ref::<js_sys::Error>().map_or_else(
            || "the network failed".to_owned(),
            |error| error.message().into(),
        )
    })
}
