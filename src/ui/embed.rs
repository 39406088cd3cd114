//! The recogniser in a frame of another page: no pad, no alphabets, nothing that is kept.
//!
//! It joins [`Embedded`] with a worker and a port. The embedding page hears from assets/boot/boot.js that
//! the frame is here, and sends a port; whatever is said afterwards goes through that, to whoever holds its
//! other end and to nobody else. What is not the embedding page's is not heard.

use std::cell::{OnceCell, RefCell};
use std::rc::Rc;

use leptos::prelude::*;
use twinglyph_core::protocol::DevicePreference;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{MessageEvent, MessagePort};

use super::address::{parameter, preference_of};
use super::builtin_models::model_of;
use super::is_framed;
use crate::client::Client;
use crate::client::worker_client::{State, Update, WorkerClient};
use crate::session::embed::{Deed, Embedded};
use crate::words::words;

/// The property of the window in which boot.js holds the embedding page's port.
const PORT: &str = "twinglyphPort";

/// The event of the window by which it says that there is one.
const PORT_CAME: &str = "twinglyph-port";

/// What is there as long as the frame is.
struct Served {
    embedded: RefCell<Embedded>,
    client: OnceCell<Client>,
    port: OnceCell<MessagePort>,
}

impl Served {
    fn act(&self, deeds: Vec<Deed>) {
        let Some(client) = self.client.get() else {
            return;
        };
        for deed in deeds {
            match deed {
                Deed::Say(text) => {
                    if let Some(port) = self.port.get() {
                        // A text can always be posted.
                        let _ = port.post_message(&JsValue::from_str(&text));
                    }
                }
                Deed::Support(set, examples) => {
                    client.apply(WorkerClient::retry);
                    client.apply(|client| client.set_support(set, examples));
                }
                Deed::Classify(ticket, drawing) => {
                    // It does something only after the last worker failed.
                    client.apply(WorkerClient::retry);
                    client.apply(|client| client.classify(ticket, drawing));
                }
                Deed::Rest => client.apply(WorkerClient::forget),
            }
        }
    }

    fn tell(&self, change: impl FnOnce(&mut Embedded) -> Vec<Deed>) {
        let deeds = change(&mut self.embedded.borrow_mut());
        self.act(deeds);
    }

    fn hear(&self, update: Update) {
        match update {
            Update::State(State::Ready) => self.tell(Embedded::ready),
            Update::Ranking(ranked) => {
                self.tell(|embedded| embedded.ranked(ranked.ticket, ranked.set, &ranked.matches));
            }
            Update::Failed(_, failure) => {
                self.tell(|embedded| embedded.failed(&failure.message));
            }
            _ => {}
        }
    }

    /// Takes the port that the embedding page has sent, the first one.
    fn connect(self: &Rc<Self>) {
        let port = js_sys::Reflect::get(&window(), &JsValue::from_str(PORT));
        let Some(port) = port.ok().and_then(|port| port.dyn_into().ok()) else {
            return;
        };
        let port: MessagePort = port;
        if self.port.set(port.clone()).is_err() {
            return;
        }
        let this = Rc::clone(self);
        let hear = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            if let Some(text) = event.data().as_string() {
                this.tell(|embedded| embedded.hear(&text));
            }
        });
        // Setting it starts the port.
        port.set_onmessage(Some(hear.as_ref().unchecked_ref()));
        // It is heard as long as the frame is there.
        hear.forget();
    }
}

/// The frame's document: a line for who opens it by itself.
#[component]
pub(super) fn Frame() -> impl IntoView {
    if is_framed() {
        listen();
    }
    view! {
        <main class="page">
            <p class="lead">
                {words().embed.lead}
                <a href="./" target="_top">{words().embed.open}</a>
            </p>
        </main>
    }
}

/// Starts the worker, and takes the port when it is there.
fn listen() {
    let frame = Rc::new(Served {
        embedded: RefCell::default(),
        client: OnceCell::new(),
        port: OnceCell::new(),
    });
    let preference: DevicePreference = preference_of(parameter("device").as_deref());
    let model = model_of(parameter("model").as_deref());
    let this = Rc::clone(&frame);
    let client = Client::new(model, preference, move |update| this.hear(update));
    if frame.client.set(client.clone()).is_ok() {
        client.start();
    }
    frame.connect();
    window_event_listener_untyped(PORT_CAME, move |_| frame.connect());
}
