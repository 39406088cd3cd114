//! Further workers, each started by the script that started this one.

use std::cell::RefCell;
use std::rc::Rc;

use twinglyph_helper::Remote;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{ErrorEvent, MessageEvent, Worker, WorkerOptions, WorkerType};

use crate::{packed, pause, reason, scope, unpacked};

/// The name of a worker that is a helper on the CPU; `worker.js` knows its program by it.
pub const CPU_HELPER: &str = "helper-cpu";

/// A tenth of a second, milliseconds.
const RESTING: i32 = 100;

/// Starts a worker of this name as a helper. One that does not start is lost when it is first asked.
#[must_use]
pub fn start(name: &str) -> Remote {
    let worker: Rc<RefCell<Option<Worker>>> = Rc::default();
    let (to, of) = (worker.clone(), worker.clone());
    let post = move |bytes: &[u8], numbers: &[f32]| {
        let (message, moved) = packed(bytes, numbers);
        if let Some(worker) = to.borrow().as_ref() {
            // A message that can't be sent is never answered, which ends the helper.
            let _ = worker.post_message_with_transfer(&message, &moved);
        }
    };
    let end = move || {
        if let Some(worker) = of.take() {
            worker.terminate();
        }
    };
    let remote = Remote::new(post, end, || Box::pin(pause(RESTING)));
    match spawn(name, &remote) {
        Ok(started) => *worker.borrow_mut() = Some(started),
        Err(error) => remote.give_up(format!("it could not be started: {}", reason(&error))),
    }
    remote
}

fn spawn(name: &str, remote: &Remote) -> Result<Worker, JsValue> {
    let scope = scope().ok_or_else(|| JsValue::from_str("this is no dedicated worker"))?;
    let options = WorkerOptions::new();
    options.set_type(WorkerType::Module);
    options.set_name(name);
    let worker = Worker::new_with_options(&scope.location().href(), &options)?;
    let hears = remote.downgrade();
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |message: MessageEvent| {
        let data = message.data();
        let Some(remote) = hears.upgrade() else {
            return;
        };
        match (unpacked(&data), data.as_string()) {
            (Some(message), _) => remote.hear(message),
            // Its last word: it did not start, has no memory left, or panicked.
            (None, Some(said)) => remote.give_up(said),
            // How much of its program has come.
            (None, None) => {}
        }
    });
    let hears = remote.downgrade();
    let on_error = Closure::<dyn FnMut(ErrorEvent)>::new(move |error: ErrorEvent| {
        // Else it would be the leader's own error, and the page would replace the leader.
        error.prevent_default();
        if let Some(remote) = hears.upgrade() {
            remote.give_up(format!("its worker ended: {}", error.message()));
        }
    });
    worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
    // Helpers are few, and so are these.
    on_message.forget();
    on_error.forget();
    Ok(worker)
}
