//! The page's one handle on the worker: spawn, send, receive, respawn.
//!
//! Carries out what [`worker_client::WorkerClient`] decides, on a real `Worker`. It knows web-sys and nothing of
//! signals or what is on the screen: updates go to one function.
//!
//! Messages are postcard bytes in transferred `ArrayBuffer`s. Besides them two plain messages of
//! the worker's loader are understood, as it speaks before its Rust code runs: an object with the
//! numbers `loaded` and `total` (bytes of its module), and a string, its last words before it
//! stops. A worker's name is its patience with a silent download, in milliseconds, and the path of the file
//! that the engine will want first.

pub(crate) mod worker_client;

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

use js_sys::{Array, ArrayBuffer, Reflect, Uint8Array};
use twinglyph_core::protocol::{self, Command, DevicePreference, Reply, Request};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortSignal, ErrorEvent, Event, MessageEvent, RequestCache, RequestInit, Worker, WorkerOptions,
    WorkerType,
};

use crate::words::words;
use worker_client::{Effect, Kind, Update, WorkerClient};

/// The client's clock ticks this often, milliseconds: fine enough for limits of seconds.
const TICK: i32 = 500;

/// The meta element that names the worker's script.
const META: &str = "meta[name=twinglyph-engine]";

/// Longest wait for the worker's script past the cache, milliseconds: it has 4 kB.
const REFRESH: u32 = 4_000;

/// Where the worker's script is if the page doesn't say.
const USUAL_SCRIPT: &str = "engine/worker.js";

/// The handle. Clones are the same handle.
#[derive(Clone)]
pub(crate) struct Client {
    inner: Rc<Inner>,
}

struct Inner {
    state: RefCell<WorkerClient>,
    worker: RefCell<Option<Attached>>,
    /// A worker that was ended while its own message was handled lives on until the next tick.
    ended: RefCell<Option<Attached>>,
    to_do: RefCell<VecDeque<Effect>>,
    doing: Cell<bool>,
    ticked: Cell<f64>,
    clock: RefCell<Option<Clock>>,
    /// Nothing is done any more.
    over: Cell<bool>,
    /// Counts the workers that were wanted.
    wanted: Cell<u32>,
    hear: Box<dyn Fn(Update)>,
}

/// What watches the worker: an interval of the window and the function it calls.
struct Clock {
    interval: i32,
    _tick: Closure<dyn FnMut()>,
}

/// A worker and the functions it calls.
struct Attached {
    worker: Worker,
    _message: Closure<dyn FnMut(MessageEvent)>,
    _error: Closure<dyn FnMut(ErrorEvent)>,
    _unreadable: Closure<dyn FnMut(Event)>,
}

impl Client {
    /// A handle that will ask for this model and device and gives its updates to `hear`.
    #[must_use]
    pub(crate) fn new(
        model: &str,
        preference: DevicePreference,
        hear: impl Fn(Update) + 'static,
    ) -> Self {
        Self {
            inner: Rc::new(Inner {
                state: RefCell::new(WorkerClient::new(model, preference)),
                worker: RefCell::new(None),
                ended: RefCell::new(None),
                to_do: RefCell::new(VecDeque::new()),
                doing: Cell::new(false),
                ticked: Cell::new(now()),
                clock: RefCell::new(None),
                over: Cell::new(false),
                wanted: Cell::new(0),
                hear: Box::new(hear),
            }),
        }
    }

    /// Starts the worker and the clock that watches it.
    pub(crate) fn start(&self) {
        self.apply(WorkerClient::start);
        let this = self.clone();
        let tick = Closure::<dyn FnMut()>::new(move || this.tick());
        let interval = web_sys::window().and_then(|window| {
            // It fails only for a window that is closing.
            let tick = tick.as_ref().unchecked_ref();
            window
                .set_interval_with_callback_and_timeout_and_arguments_0(tick, TICK)
                .ok()
        });
        // The clock runs as long as the handle: to the page's end, but for [`Client::end`].
        *self.inner.clock.borrow_mut() = interval.map(|interval| Clock {
            interval,
            _tick: tick,
        });
    }

    /// Ends the worker and the clock for good.
    pub(crate) fn end(&self) {
        self.inner.over.set(true);
        self.terminate();
        let clock = self.inner.clock.borrow_mut().take();
        if let (Some(clock), Some(window)) = (&clock, web_sys::window()) {
            window.clear_interval_with_handle(clock.interval);
        }
        // What calls this may be one of the functions that go.
        let inner = self.inner.clone();
        leptos::task::spawn_local(async move {
            let ended = inner.ended.borrow_mut().take();
            drop((clock, ended));
        });
    }

    /// Asks a question, as [`WorkerClient::ask`].
    pub(crate) fn ask(&self, kind: Kind, ticket: u64, command: Command) {
        self.apply(|client| client.ask(kind, ticket, command));
    }

    fn tick(&self) {
        self.inner.ended.borrow_mut().take();
        let time = now();
        let passed = time - self.inner.ticked.replace(time);
        self.apply(|client| client.tick(passed));
    }

    /// Lets the client decide, then does what it says. What is decided meanwhile is done after.
    pub(crate) fn apply(&self, decide: impl FnOnce(&mut WorkerClient) -> Vec<Effect>) {
        let effects = decide(&mut self.inner.state.borrow_mut());
        self.inner.to_do.borrow_mut().extend(effects);
        if self.inner.doing.replace(true) {
            return;
        }
        loop {
            let next = self.inner.to_do.borrow_mut().pop_front();
            match next {
                Some(effect) if !self.inner.over.get() => self.act(effect),
                Some(_) => {}
                None => break,
            }
        }
        self.inner.doing.set(false);
    }

    fn act(&self, effect: Effect) {
        match effect {
            Effect::Spawn => self.spawn(),
            Effect::Terminate => self.terminate(),
            Effect::Send(request) => self.send(&request),
            Effect::Tell(update) => (self.inner.hear)(update),
        }
    }

    fn spawn(&self) {
        self.terminate();
        let wanted = self.inner.wanted.get();
        // The first one is not made to wait: nothing speaks against the cache yet.
        if wanted == 1 {
            return self.create();
        }
        // What the browser's cache has of the script may be damaged, and would be for a year.
        let this = self.clone();
        leptos::task::spawn_local(async move {
            let options = RequestInit::new();
            options.set_cache(RequestCache::Reload);
            options.set_signal(Some(&AbortSignal::timeout_with_u32(REFRESH)));
            if let Some(window) = web_sys::window() {
                let fetched = window.fetch_with_str_and_init(&script_url(), &options);
                // Without a network there may still be a script.
                let _ = JsFuture::from(fetched).await;
            }
            if this.inner.wanted.get() == wanted {
                this.create();
            }
        });
    }

    fn create(&self) {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let name = {
            let client = self.inner.state.borrow();
            let ahead = client.ahead().unwrap_or_default();
            format!("{} {ahead}", client.patience())
        };
        options.set_name(&name);
        let begun = begun().filter(|begun| begun.is_named(&name));
        let worker = match &begun {
            Some(begun) => Ok(begun.worker.clone()),
            None => Worker::new_with_options(&script_url(), &options),
        };
        let Ok(worker) = worker else {
            self.apply(|client| client.crashed(words().failures.refused));
            return;
        };

        let this = self.clone();
        let message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            this.receive(&event.data());
        });
        let this = self.clone();
        let error = Closure::<dyn FnMut(ErrorEvent)>::new(move |event: ErrorEvent| {
            event.prevent_default();
            this.apply(|client| client.crashed(words().failures.stopped));
        });
        let this = self.clone();
        let unreadable = Closure::<dyn FnMut(Event)>::new(move |_| {
            this.apply(|client| client.crashed(words().failures.unreadable));
        });
        worker.set_onmessage(Some(message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(error.as_ref().unchecked_ref()));
        worker.set_onmessageerror(Some(unreadable.as_ref().unchecked_ref()));
        *self.inner.worker.borrow_mut() = Some(Attached {
            worker,
            _message: message,
            _error: error,
            _unreadable: unreadable,
        });
        if let Some(begun) = begun {
            for word in ["bring", "go"] {
                // It fails only for what can't be copied.
                let _ = begun.worker.post_message(&JsValue::from_str(word));
            }
            for data in begun.said {
                self.receive(&data);
            }
            if begun.stopped {
                self.apply(|client| client.crashed(words().failures.stopped));
            }
        }
    }

    fn terminate(&self) {
        // One that is not created yet is not wanted any more.
        self.inner.wanted.set(self.inner.wanted.get() + 1);
        if let Some(attached) = self.inner.worker.borrow_mut().take() {
            attached.worker.set_onmessage(None);
            attached.worker.set_onerror(None);
            attached.worker.set_onmessageerror(None);
            attached.worker.terminate();
            *self.inner.ended.borrow_mut() = Some(attached);
        }
    }

    fn send(&self, request: &Request) {
        let sent = protocol::encode(request).is_ok_and(|bytes| {
            let buffer = Uint8Array::from(bytes.as_slice()).buffer();
            let transfer = Array::of1(&buffer);
            self.inner.worker.borrow().as_ref().is_some_and(|attached| {
                attached
                    .worker
                    .post_message_with_transfer(&buffer, &transfer)
                    .is_ok()
            })
        });
        if !sent {
            self.apply(|client| client.crashed(words().failures.not_sent));
        }
    }

    fn receive(&self, data: &JsValue) {
        if let Some(buffer) = data.dyn_ref::<ArrayBuffer>() {
            let bytes = Uint8Array::new(buffer).to_vec();
            match protocol::decode::<Reply>(&bytes) {
                Ok(reply) => self.apply(|client| client.receive(reply)),
                Err(_) => self.apply(|client| client.crashed(words().failures.no_sense)),
            }
        } else if let Some(words) = data.as_string() {
            self.apply(|client| match words.as_str() {
                protocol::OUT_OF_MEMORY => client.out_of_memory(),
                words => client.last_words(words),
            });
        } else {
            let number = |name: &str| {
                Reflect::get(data, &JsValue::from_str(name))
                    .ok()
                    .and_then(|value| value.as_f64())
                    // A float becomes an integer by saturation.
                    .map(|value| value as u64)
            };
            if let (Some(loaded), Some(total)) = (number("loaded"), number("total")) {
                self.apply(|client| client.fetching(loaded, total));
            }
        }
    }
}

/// A worker that `assets/boot/boot.js` started before there was this page's module.
struct Begun {
    name: JsValue,
    worker: Worker,
    /// Its messages so far.
    said: Array,
    /// Was there an error?
    stopped: bool,
}

impl Begun {
    /// Is it named so? Else it is ended.
    fn is_named(&self, name: &str) -> bool {
        let is = self.name == JsValue::from_str(name);
        if !is {
            self.worker.terminate();
        }
        is
    }
}

/// The worker that was started first, for the first who asks.
fn begun() -> Option<Begun> {
    let place = JsValue::from_str("twinglyphLeader");
    let window = web_sys::window()?;
    let begun = Reflect::get(&window, &place).ok()?;
    let get = |name: &str| Reflect::get(&begun, &JsValue::from_str(name)).ok();
    let found = Begun {
        name: get("name")?,
        worker: get("worker")?.dyn_into().ok()?,
        said: get("said")?.dyn_into().ok()?,
        stopped: get("stopped")?.is_truthy(),
    };
    // It is taken once. A window whose property can't be set has none of ours.
    let _ = Reflect::set(&window, &place, &JsValue::UNDEFINED);
    Some(found)
}

/// The worker's script as the page names it, resolved against the page's base so that any
/// sub-path works.
fn script_url() -> String {
    let document = web_sys::window().and_then(|window| window.document());
    let named = document
        .as_ref()
        .and_then(|document| document.query_selector(META).ok().flatten())
        .and_then(|meta| meta.get_attribute("content"))
        .filter(|content| !content.is_empty())
        .unwrap_or_else(|| USUAL_SCRIPT.to_owned());
    document
        .and_then(|document| document.base_uri().ok().flatten())
        .and_then(|base| web_sys::Url::new_with_base(&named, &base).ok())
        .map_or(named, |url| url.href())
}

/// Milliseconds since the page began to load.
#[must_use]
pub(crate) fn now() -> f64 {
    web_sys::window()
        .and_then(|window| window.performance())
        .map_or(0.0, |performance| performance.now())
}
