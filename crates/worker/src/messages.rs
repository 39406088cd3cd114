//! Messages in and out, as bytes in transferred buffers; commands queue here.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use js_sys::{Array, ArrayBuffer, Reflect, Uint8Array};
use twinglyph_core::protocol::{
    self, Command, Event, Failure, FailureKind, Fault, Reply, Request, UNASKED, handover,
};
use twinglyph_engine::Engine;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

use crate::host::Browser;

/// The worker's global object; `None` outside a dedicated worker.
pub(crate) fn scope() -> Option<DedicatedWorkerGlobalScope> {
    js_sys::global().dyn_into().ok()
}

/// Sends a reply. One that can't be sent leaves a line on the console: there is nobody to tell.
pub(crate) fn send(reply: &Reply) {
    let sent = protocol::encode(reply)
        .map_err(|error| error.to_string())
        .and_then(|bytes| {
            let buffer = Uint8Array::from(bytes.as_slice()).buffer();
            let scope = scope().ok_or("this is no dedicated worker")?;
            scope
                .post_message_with_transfer(&buffer, &Array::of1(&buffer))
                .map_err(|error| format!("{error:?}"))
        });
    if let Err(error) = sent {
        log::error!("a reply was not sent: {error}");
    }
}

/// Commands waiting, and whether one is being carried out.
#[derive(Default)]
struct Queue {
    waiting: VecDeque<Request>,
    busy: bool,
}

/// Takes messages from now on, and those that `worker.js` has kept since the worker's start; and says so.
pub(crate) fn listen() {
    let Some(scope) = scope() else {
        log::error!("the engine must run in a dedicated worker");
        return;
    };
    let engine = Engine::new(Rc::new(Browser));
    let queue = Rc::new(RefCell::new(Queue::default()));
    let said = said(&scope);
    let on_message = {
        let (engine, queue) = (engine.clone(), queue.clone());
        Closure::<dyn FnMut(MessageEvent)>::new(move |message: MessageEvent| {
            match request(&message.data()) {
                Ok(request) => take(request, &engine, &queue),
                Err(text) => refuse(text),
            }
        })
    };
    scope.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    // Lives as long as the worker.
    on_message.forget();
    send(&Reply {
        id: UNASKED,
        event: Event::Booted {
            version: protocol::VERSION,
            starter: false,
        },
    });
    for request in handover::condensed(said) {
        take(request, &engine, &queue);
    }
}

/// What the page has said to the starter: `worker.js` keeps it as `said`, in its order.
fn said(scope: &DedicatedWorkerGlobalScope) -> Vec<Request> {
    let said = Reflect::get(scope, &JsValue::from_str("said"));
    let said = said.ok().and_then(|said| said.dyn_into::<Array>().ok());
    let messages = said.iter().flat_map(Array::iter);
    let requests = messages.filter_map(|message| request(&message).map_err(refuse).ok());
    requests.collect()
}

fn request(message: &JsValue) -> Result<Request, String> {
    let buffer = message
        .dyn_ref::<ArrayBuffer>()
        .ok_or_else(|| "a message to the engine was no buffer; reload the page".to_owned())?;
    let bytes = Uint8Array::new(buffer).to_vec();
    protocol::decode(&bytes).map_err(|error| error.to_string())
}

fn refuse(message: String) {
    send(&Reply {
        id: UNASKED,
        event: Event::Failed(Failure {
            kind: FailureKind::Message,
            message,
        }),
    });
}

fn take(request: Request, engine: &Engine, queue: &Rc<RefCell<Queue>>) {
    match request.command {
        // Losing the device is the engine's business.
        Command::Fault(Fault::Panic) => panic_as_asked(),
        Command::Fault(Fault::Hang) => hang(),
        _ => {}
    }
    {
        let mut queue = queue.borrow_mut();
        queue.waiting.push_back(request);
        if queue.busy {
            return;
        }
        queue.busy = true;
    }
    let (engine, queue) = (engine.clone(), queue.clone());
    spawn_local(async move {
        loop {
            let next = queue.borrow_mut().waiting.pop_front();
            match next {
                Some(request) => engine.handle(request).await,
                None => break,
            }
        }
        queue.borrow_mut().busy = false;
    });
}

/// Breaks the worker as a test of the page's recovery asks.
#[allow(clippy::panic)]
fn panic_as_asked() -> ! {
    panic!("a panic was asked for")
}

/// As [`panic_as_asked`], without a word.
#[allow(clippy::infinite_loop)]
fn hang() -> ! {
    loop {
        core::hint::spin_loop();
    }
}
