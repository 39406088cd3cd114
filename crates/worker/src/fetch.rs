//! Files of the app over HTTP, with progress in bytes.

use std::cell::Cell;
use std::rc::Rc;

use js_sys::{Function, Promise, Reflect, Uint8Array};
use twinglyph_engine::{FetchError, Progress};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortController, DedicatedWorkerGlobalScope, ReadableStreamDefaultReader, RequestCache,
    RequestInit, Response, Url,
};

use twinglyph_worker_scope::scope;

/// Largest file that is taken into memory: Koch's weights have 156 MB in f32.
const MAX_BYTES: u64 = 200 << 20;

/// A download that gives nothing for so long has stalled, milliseconds: the person is to know within
/// 5 s.
const STALLED: i32 = 4_000;

/// What has come while this thread was at work is taken before anything is cancelled, milliseconds.
const GRACE: i32 = 300;

/// What is said of it.
const STALLED_WORDS: &str = "the connection gave nothing for 4 s; try again";

thread_local! {
    /// Did the last download fail? The browser would let the next one wait for it if it has stopped, or take
    /// what it kept of it.
    static FAILED: Cell<bool> = const { Cell::new(false) };
}

/// The bytes of a file below the app's root.
pub(crate) async fn read(path: &str, progress: Progress<'_>) -> Result<Vec<u8>, FetchError> {
    let read = read_once(path, progress).await;
    FAILED.set(read.is_err());
    read
}

async fn read_once(path: &str, progress: Progress<'_>) -> Result<Vec<u8>, FetchError> {
    let failed = |reason: &str| FetchError {
        path: path.to_owned(),
        reason: reason.to_owned(),
    };
    let scope = scope().ok_or_else(|| failed("this is no dedicated worker"))?;
    // The engine lies one folder below the app's root.
    let url = Url::new_with_base(&format!("../{path}"), &scope.location().href())
        .map_err(|_| failed("its address is not valid"))?;
    let (control, request) = match ahead(&scope, &url.href()) {
        Some(begun) => begun,
        None => {
            let control =
                AbortController::new().map_err(|_| failed("this browser can't give it up"))?;
            let options = RequestInit::new();
            options.set_signal(Some(&control.signal()));
            if FAILED.get() {
                options.set_cache(RequestCache::Reload);
            }
            let request = scope.fetch_with_str_and_init(&url.href(), &options);
            (control, request)
        }
    };
    let patience = Patience::new(&scope, control);
    let response = patience
        .last(request)
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
    // All at once: a large file would else be moved again and again as it grows, and the memory that it needs
    // for that is never given back. A file of unknown length waits in the browser's memory.
    let mut bytes = Vec::with_capacity(total as usize);
    let mut pieces = Vec::new();
    let mut read = 0;
    let mut goes_on = progress(0, total);
    loop {
        if goes_on.is_break() {
            // The browser need not bring the rest; that it may fail to stop changes nothing.
            let _ = reader.cancel();
            return Err(failed("it was given up"));
        }
        let chunk = patience
            .last(reader.read())
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
        read += u64::from(value.length());
        if read > MAX_BYTES {
            return Err(failed("it is larger than any file of this app"));
        }
        match total {
            0 => pieces.push(value),
            _ => bytes.extend_from_slice(&value.to_vec()),
        }
        goes_on = progress(read, total);
    }
    if total > 0 && read != total {
        return Err(failed("the download was cut off; try again"));
    }
    bytes.reserve_exact(pieces.iter().map(|piece| piece.length() as usize).sum());
    for piece in pieces {
        bytes.extend_from_slice(&piece.to_vec());
    }
    Ok(bytes)
}

/// The request that `worker.js` began beside the engine's own module, if it is for this address. There is
/// one at most, for the first file that is wanted: another is not wanted any more.
fn ahead(scope: &DedicatedWorkerGlobalScope, href: &str) -> Option<(AbortController, Promise)> {
    let name = JsValue::from_str("ahead");
    let begun = Reflect::get(scope, &name).ok()?;
    Reflect::set(scope, &name, &JsValue::UNDEFINED).ok()?;
    let get = |name: &str| Reflect::get(&begun, &JsValue::from_str(name)).ok();
    let control: AbortController = get("control")?.dyn_into().ok()?;
    if get("href")?.as_string()? != href {
        control.abort();
        return None;
    }
    Some((control, get("response")?.dyn_into().ok()?))
}

/// Gives a download up that gives nothing.
struct Patience {
    scope: DedicatedWorkerGlobalScope,
    timer: Rc<Cell<Option<i32>>>,
    late: Function,
}

impl Patience {
    /// For a request with this controller's signal.
    fn new(scope: &DedicatedWorkerGlobalScope, control: AbortController) -> Self {
        let timer = Rc::new(Cell::new(None));
        let words = JsValue::from_str(STALLED_WORDS);
        let abort = Closure::<dyn Fn()>::new(move || control.abort_with_reason(&words));
        let abort = abort.into_js_value();
        let late = {
            let (scope, timer) = (scope.clone(), timer.clone());
            let abort = abort.unchecked_into();
            Closure::<dyn Fn()>::new(move || timer.set(after(&scope, &abort, GRACE)))
                .into_js_value()
        };
        Self {
            scope: scope.clone(),
            timer,
            late: late.unchecked_into(),
        }
    }

    /// The promise's value, or an error when it takes longer than [`STALLED`].
    async fn last(&self, promise: Promise) -> Result<JsValue, String> {
        let timer = after(&self.scope, &self.late, STALLED - GRACE);
        self.timer.set(timer);
        let result = JsFuture::from(promise).await;
        self.calm();
        result.map_err(|error| {
            if let Some(words) = error.as_string() {
                return words;
            }
            error.dyn_ref::<js_sys::Error>().map_or_else(
                || "the network failed".to_owned(),
                |error| error.message().into(),
            )
        })
    }

    fn calm(&self) {
        if let Some(timer) = self.timer.take() {
            self.scope.clear_timeout_with_handle(timer);
        }
    }
}

impl Drop for Patience {
    fn drop(&mut self) {
        self.calm();
    }
}

/// A timer; `None` where the browser refuses one, and then nothing is cancelled.
fn after(scope: &DedicatedWorkerGlobalScope, act: &Function, milliseconds: i32) -> Option<i32> {
    scope
        .set_timeout_with_callback_and_timeout_and_arguments_0(act, milliseconds)
        .ok()
}
