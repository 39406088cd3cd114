//! The worker that reads photos and contact sheets: started when it is first asked, ended when it is silent or not
//! wanted.
//!
//! The page's side of `crates/paper-worker/worker.js`. Knows messages and the worker's life; refuses to know
//! what is on the screen.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use js_sys::{ArrayBuffer, Object, Reflect, Uint8Array};
use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::{document, set_timeout_with_handle, window};
use twinglyph_core::protocol::{decode, encode};
use twinglyph_paper::contact::Said;
use twinglyph_paper::message::{Answer, Ask, Fault};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortSignal, ErrorEvent, Event, File, ImageBitmap, MessageEvent, RequestCache, RequestInit,
    Url, Worker, WorkerOptions, WorkerType,
};

use crate::words::words;

/// The meta element that names the worker's script.
const META: &str = "meta[name=twinglyph-paper]";

/// Longer side that a picture is made smaller to, pixels: a character of a page's tenth has 200 still.
const LONGEST: f64 = 2_000.0;

/// Longest silence of a worker that is asked: ten times what a photo takes on a slow phone.
const SILENCE: Duration = Duration::from_secs(30);

/// Longest wait for the worker's script past the cache, milliseconds: it has 4 kB.
const REFRESH: u32 = 4_000;

/// How far the reading of a picture is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// The program is fetched.
    Fetching,
    /// The file is decoded.
    Opening,
    /// Characters are looked for.
    Reading,
}

/// Why a picture was not read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum ReadError {
    /// The browser doesn't let pages see pictures.
    #[error("{}", words().teach.hidden_pictures)]
    Hidden,
    /// The file is no picture.
    #[error("{}", words().teach.no_picture)]
    Kind,
    /// It has too many pixels.
    #[error("{}", words().review.enormous)]
    Enormous,
    /// There is no canvas for it.
    #[error("{}", words().review.canvas)]
    Canvas,
    /// The program could not be fetched or started.
    #[error("{}", words().review.program)]
    Program,
    /// The program stopped.
    #[error("{}", words().review.stopped)]
    Stopped,
    /// The program gave no answer.
    #[error("{}", words().review.silent)]
    Silent,
    /// It was read, and gives nothing.
    #[error("{}", words().review.fault(.0))]
    Fault(Fault),
}

impl ReadError {
    /// Of the word by which the worker says it.
    fn of(word: &str) -> Self {
        match word {
            "kind" => Self::Kind,
            "enormous" => Self::Enormous,
            "canvas" => Self::Canvas,
            "program" => Self::Program,
            _ => Self::Stopped,
        }
    }

    /// Is the worker good for nothing any more?
    fn ends_worker(&self) -> bool {
        matches!(self, Self::Program | Self::Stopped | Self::Silent)
    }
}

/// What comes from the worker.
pub(super) enum Heard {
    /// It goes on.
    Step(Step),
    /// It has answered; to a picture with what is shown of it: the straightened paper, or the contact sheet.
    Answer(Answer, Option<ImageBitmap>),
    /// It has not.
    Failed(ReadError),
}

/// A worker and the functions it calls.
struct Attached {
    worker: Worker,
    _message: Closure<dyn FnMut(MessageEvent)>,
    _error: Closure<dyn FnMut(ErrorEvent)>,
    _unreadable: Closure<dyn FnMut(Event)>,
}

impl Drop for Attached {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.set_onmessageerror(None);
        self.worker.terminate();
    }
}

/// The handle. Clones are the same handle.
#[derive(Clone)]
pub(super) struct Reader {
    inner: Rc<Inner>,
}

struct Inner {
    worker: RefCell<Option<Attached>>,
    /// Counts what was asked. Answers to anything but the last are old.
    asked: Cell<u32>,
    /// Has a worker failed? Then the next one's script is not taken from the browser's cache.
    is_doubted: Cell<bool>,
    /// Ends a worker that is silent; none where nothing is asked.
    patience: Cell<Option<TimeoutHandle>>,
    hear: Box<dyn Fn(Heard)>,
}

impl Reader {
    /// A handle without a worker, which tells `hear` what comes.
    pub(super) fn new(hear: impl Fn(Heard) + 'static) -> Self {
        Self {
            inner: Rc::new(Inner {
                worker: RefCell::new(None),
                asked: Cell::new(0),
                is_doubted: Cell::new(false),
                patience: Cell::new(None),
                hear: Box::new(hear),
            }),
        }
    }

    /// Reads a photo.
    pub(super) fn read(&self, file: &File) {
        self.tell(Heard::Step(Step::Fetching));
        self.send(&[("file", file.into()), ("longest", LONGEST.into())]);
    }

    /// Reads a contact sheet, and finds its cells.
    pub(super) fn read_sheet(&self, file: &File, said: Said) {
        self.tell(Heard::Step(Step::Fetching));
        match encoded(&Ask::Cells(said)) {
            Some(ask) => self.send(&[
                ("sheet", file.into()),
                ("longest", LONGEST.into()),
                ("ask", ask),
            ]),
            None => self.fail(ReadError::Stopped),
        }
    }

    /// Finds the cells of the contact sheet that was read last once more.
    pub(super) fn ask_cells(&self, said: Said) {
        self.ask(&Ask::Cells(said));
    }

    /// Asks about the picture that was read last.
    pub(super) fn ask(&self, ask: &Ask) {
        match encoded(ask) {
            Some(ask) => self.send(&[("ask", ask)]),
            None => self.fail(ReadError::Stopped),
        }
    }

    /// Ends the worker, and with it whatever it does.
    pub(super) fn end(&self) {
        self.inner.asked.set(self.inner.asked.get() + 1);
        self.wait(false);
        let ended = self.inner.worker.borrow_mut().take();
        // It may be its own message that is handled here, by a function that goes with it.
        wasm_bindgen_futures::spawn_local(async move { drop(ended) });
    }

    fn send(&self, fields: &[(&'static str, JsValue)]) {
        let id = self.inner.asked.get() + 1;
        self.inner.asked.set(id);
        if !self.inner.is_doubted.replace(false) {
            return self.deliver(id, fields);
        }
        let (this, fields) = (self.clone(), fields.to_vec());
        wasm_bindgen_futures::spawn_local(async move {
            refresh().await;
            if this.inner.asked.get() == id {
                this.deliver(id, &fields);
            }
        });
    }

    fn deliver(&self, id: u32, fields: &[(&'static str, JsValue)]) {
        let is_there = self.inner.worker.borrow().is_some();
        if !is_there && !self.start() {
            return self.fail(ReadError::Program);
        }
        let message = Object::new();
        let all = fields.iter().cloned().chain([("id", id.into())]);
        let is_whole = all
            .map(|(name, value)| Reflect::set(&message, &name.into(), &value))
            .all(|set| set == Ok(true));
        let worker = self.inner.worker.borrow();
        let sent = worker
            .as_ref()
            .is_some_and(|attached| attached.worker.post_message(&message).is_ok());
        drop(worker);
        if is_whole && sent {
            self.wait(true);
        } else {
            self.fail(ReadError::Stopped);
        }
    }

    fn start(&self) -> bool {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let Some(Ok(worker)) = script().map(|url| Worker::new_with_options(&url, &options)) else {
            return false;
        };
        let this = self.clone();
        let message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            this.receive(&event.data());
        });
        let this = self.clone();
        let error = Closure::<dyn FnMut(ErrorEvent)>::new(move |event: ErrorEvent| {
            event.prevent_default();
            // Of a script that did not come the event has no words.
            let words = Reflect::get(&event, &"message".into());
            let stopped = words.is_ok_and(|words| words.is_string());
            this.fail(if stopped {
                ReadError::Stopped
            } else {
                ReadError::Program
            });
        });
        let this = self.clone();
        let unreadable = Closure::<dyn FnMut(Event)>::new(move |_| this.fail(ReadError::Stopped));
        worker.set_onmessage(Some(message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(error.as_ref().unchecked_ref()));
        worker.set_onmessageerror(Some(unreadable.as_ref().unchecked_ref()));
        *self.inner.worker.borrow_mut() = Some(Attached {
            worker,
            _message: message,
            _error: error,
            _unreadable: unreadable,
        });
        true
    }

    fn receive(&self, data: &JsValue) {
        let field = |name: &str| Reflect::get(data, &name.into()).unwrap_or_default();
        if field("id").as_f64() != Some(self.inner.asked.get().into()) {
            return;
        }
        if let Some(step) = field("step").as_string() {
            self.wait(true);
            let step = if step == "read" {
                Step::Reading
            } else {
                Step::Opening
            };
            return self.tell(Heard::Step(step));
        }
        if let Some(fault) = field("fault").as_string() {
            return self.fail(ReadError::of(&fault));
        }
        let answer = field("answer").dyn_into::<ArrayBuffer>().ok();
        let answer = answer.and_then(|bytes| decode(&Uint8Array::new(&bytes).to_vec()).ok());
        match answer {
            Some(Answer::Refused(fault)) => self.fail(ReadError::Fault(fault)),
            Some(answer) => {
                self.wait(false);
                self.tell(Heard::Answer(answer, field("image").dyn_into().ok()));
            }
            None => self.fail(ReadError::Stopped),
        }
    }

    /// What was asked has failed.
    fn fail(&self, error: ReadError) {
        self.wait(false);
        if error.ends_worker() {
            self.end();
            self.inner.is_doubted.set(true);
        }
        self.tell(Heard::Failed(error));
    }

    /// Gives the worker so much time for its next word, or waits for none.
    fn wait(&self, for_it: bool) {
        if let Some(handle) = self.inner.patience.take() {
            handle.clear();
        }
        if for_it {
            let this = self.clone();
            let asked = self.inner.asked.get();
            let over = move || {
                if this.inner.asked.get() == asked {
                    this.fail(ReadError::Silent);
                }
            };
            // A window that is closing has no timers.
            self.inner
                .patience
                .set(set_timeout_with_handle(over, SILENCE).ok());
        }
    }

    fn tell(&self, heard: Heard) {
        (self.inner.hear)(heard);
    }
}

/// The bytes of a question.
fn encoded(ask: &Ask) -> Option<JsValue> {
    let bytes = encode(ask).ok()?;
    Some(Uint8Array::from(bytes.as_slice()).buffer().into())
}

/// Takes the script past the browser's cache, which would keep a damaged one for a year. Without a network
/// the one that is kept stays.
async fn refresh() {
    let Some(url) = script() else { return };
    let options = RequestInit::new();
    options.set_cache(RequestCache::Reload);
    options.set_signal(Some(&AbortSignal::timeout_with_u32(REFRESH)));
    let _ = JsFuture::from(window().fetch_with_str_and_init(&url, &options)).await;
}

/// The worker's script as the page names it, resolved so that any sub-path works.
fn script() -> Option<String> {
    let document = document();
    let meta = document.query_selector(META).ok()??;
    let base = document.base_uri().ok()??;
    let url = Url::new_with_base(&meta.get_attribute("content")?, &base).ok()?;
    Some(url.href())
}
