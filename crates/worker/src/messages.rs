//! Messages in and out, as bytes in transferred buffers; commands queue here.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use twinglyph_core::protocol::{
    self, Command, Event, Failure, FailureKind, Fault, Reply, Request, UNASKED,
};
use twinglyph_engine::Engine;
use twinglyph_worker_scope::{bytes, post, said, scope};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;
use web_sys::MessageEvent;

use crate::host::Browser;

/// Sends a reply. One that can't be sent leaves a line on the console: there is nobody to tell.
pub(crate) fn send(reply: &Reply) {
    let bytes = protocol::encode(reply).map_err(|error| error.to_string());
    if let Err(error) = bytes.and_then(|bytes| post(&bytes)) {
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
    let engine = Engine::new(Rc::new(Browser::default()));
    let queue = Rc::new(RefCell::new(Queue::default()));
    let before = said(&scope);
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
        },
    });
    for message in before {
        match request(&message) {
            Ok(request) => take(request, &engine, &queue),
            Err(text) => refuse(text),
        }
    }
}

fn request(message: &JsValue) -> Result<Request, String> {
    let bytes = bytes(message)
        .ok_or_else(|| "a message to the engine was no buffer; reload the page".to_owned())?;
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
