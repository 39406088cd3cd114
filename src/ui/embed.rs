//! The recogniser in a frame of another page: no pad, no alphabets, nothing that is kept.
//!
//! It joins [`Embedded`] with a worker and a port. The embedding page hears that it is here, and sends
//! a port; whatever is said afterwards goes through that, to whoever holds its other end and to nobody
//! else. What is not the embedding page's is not heard.

use std::cell::{OnceCell, RefCell};
use std::rc::Rc;

use leptos::prelude::*;
use twinglyph_core::protocol::{DevicePreference, FailureKind};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{MessageEvent, MessagePort, Window};

use super::desk::{model_of, preference_of, wished};
use super::is_framed;
use crate::client::Client;
use crate::client::link::{News, State};
use crate::session::embed::{Deed, Embedded, HERE};
use crate::words::words;

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
                    client.retry();
                    client.set_support(set, examples);
                }
                Deed::Classify(ticket, drawing) => {
                    // It does something only where the worker was given up.
                    client.retry();
                    client.classify(ticket, drawing);
                }
                Deed::Rest => client.forget(),
            }
        }
    }

    fn tell(&self, change: impl FnOnce(&mut Embedded) -> Vec<Deed>) {
        let deeds = change(&mut self.embedded.borrow_mut());
        self.act(deeds);
    }

    fn hear(&self, news: News) {
        match news {
            News::State(State::Ready) => self.tell(Embedded::ready),
            News::Ranking(ranked) => {
                self.tell(|embedded| embedded.ranked(ranked.ticket, ranked.set, &ranked.matches));
            }
            // Of models and checkpoints nothing was asked.
            News::Failed(failure) if failure.kind != FailureKind::Training => {
                self.tell(|embedded| embedded.failed(&failure.message));
            }
            _ => {}
        }
    }

    /// Takes the port that the embedding page sends, the first one.
    fn connect(self: &Rc<Self>, event: &MessageEvent, parent: &Window) {
        let from_parent = event
            .source()
            .is_some_and(|source| JsValue::from(source) == JsValue::from(parent));
        let port = event.ports().get(0).dyn_into::<MessagePort>();
        let (true, Ok(port)) = (from_parent, port) else {
            return;
        };
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
    if let (true, Ok(Some(parent))) = (is_framed(), window().parent()) {
        listen(parent);
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

/// Starts the worker, and says to the parent that it may send its port.
fn listen(parent: Window) {
    let frame = Rc::new(Served {
        embedded: RefCell::default(),
        client: OnceCell::new(),
        port: OnceCell::new(),
    });
    let preference: DevicePreference = preference_of(wished("device").as_deref());
    let model = model_of(wished("model").as_deref());
    let this = Rc::clone(&frame);
    let client = Client::new(model, preference, move |news| this.hear(news));
    if frame.client.set(client.clone()).is_ok() {
        client.start();
    }
    let from = parent.clone();
    window_event_listener_untyped("message", move |event| {
        if let Ok(event) = event.dyn_into::<MessageEvent>() {
            frame.connect(&event, &from);
        }
    });
    // To anybody: it says nothing but that a frame is here, which who embeds it knows.
    let _ = parent.post_message(&JsValue::from_str(HERE), "*");
}
