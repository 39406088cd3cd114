//! The recogniser, or the pad, in a frame of another page: no alphabets, nothing that is kept.
//!
//! It joins [`Embedded`] with a worker, or the app's own [`Pad`] with nothing, and a port. The embedding page hears from assets/boot/boot.js that
//! the frame is here, and sends a port; whatever is said afterwards goes through that, to whoever holds its
//! other end and to nobody else. What is not the embedding page's is not heard.

use std::cell::{Cell, OnceCell, RefCell};
use std::rc::Rc;

use leptos::prelude::*;
use twinglyph_core::ink::Pen;
use twinglyph_core::protocol::DevicePreference;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{HtmlElement, MessageEvent, MessagePort, PointerEvent, PointerEventInit};

use super::address::{parameter, preference_of};
use super::builtin_models::model_of;
use super::pad::Pad;
use super::paper::{Change, Paper};
use super::{is_framed, is_refused};
use crate::client::Client;
use crate::client::worker_client::{State, Update, WorkerClient};
use crate::session::embed::{Deed, Embedded, PadWish, drawn};
use crate::session::sheet::Sheet;
use crate::words::words;

/// The property of the window in which boot.js holds the embedding page's port.
const PORT: &str = "twinglyphPort";

/// The parameter of the address by which the frame is the pad.
const PAD: &str = "pad";

/// The event of the window by which it says that there is one.
const PORT_CAME: &str = "twinglyph-port";

/// Calls this once with the embedding page's port, the first one, now or when it comes.
fn when_connected(take: impl FnOnce(MessagePort) + 'static) {
    let take = Cell::new(Some(take));
    let look = move || {
        let port = js_sys::Reflect::get(&window(), &JsValue::from_str(PORT));
        if let Some(port) = port.ok().and_then(|port| port.dyn_into().ok())
            && let Some(take) = take.take()
        {
            take(port);
        }
    };
    look();
    window_event_listener_untyped(PORT_CAME, move |_| look());
}

/// Hears what comes through a port, as long as the frame is there.
fn hear(port: &MessagePort, heard: impl Fn(&str) + 'static) {
    let hear = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        if let Some(text) = event.data().as_string() {
            heard(&text);
        }
    });
    // Setting it starts the port.
    port.set_onmessage(Some(hear.as_ref().unchecked_ref()));
    hear.forget();
}

/// Says something through a port.
fn say(port: &MessagePort, text: &str) {
    // A text can always be posted.
    let _ = port.post_message(&JsValue::from_str(text));
}

/// What is there as long as the frame is.
struct Served {
    embedded: RefCell<Embedded>,
    client: OnceCell<Client>,
    port: MessagePort,
}

impl Served {
    fn act(&self, deeds: Vec<Deed>) {
        let Some(client) = self.client.get() else {
            return;
        };
        for deed in deeds {
            match deed {
                Deed::Say(text) => say(&self.port, &text),
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
}

/// The frame's document: the recogniser, the pad, or a line for who opens it by itself.
#[component]
pub(super) fn Frame() -> impl IntoView {
    if is_framed() && parameter(PAD).is_some() {
        return view! { <FramedPad /> }.into_any();
    }
    if is_framed() {
        when_connected(listen);
    }
    let (lead, address) = if is_refused() {
        (words().embed.refused, location().href().unwrap_or_default())
    } else {
        (words().embed.lead, "./".to_owned())
    };
    view! {
        <main class="page">
            <p class="lead">
                {lead}
                <a href=address target="_blank">{words().embed.open}</a>
            </p>
        </main>
    }
    .into_any()
}

/// Starts the worker for who holds the port's other end.
fn listen(port: MessagePort) {
    let served = Rc::new(Served {
        embedded: RefCell::default(),
        client: OnceCell::new(),
        port,
    });
    let preference: DevicePreference = preference_of(parameter("device").as_deref());
    let model = model_of(parameter("model").as_deref());
    let this = Rc::clone(&served);
    let client = Client::new(model, preference, move |update| this.hear(update));
    if served.client.set(client.clone()).is_ok() {
        client.start();
    }
    let this = Rc::clone(&served);
    hear(&served.port, move |text| {
        this.tell(|embedded| embedded.hear(text));
    });
}

/// The app's pad, as large as the frame. It tells the page around it what is drawn.
#[component]
fn FramedPad() -> impl IntoView {
    let port = StoredValue::new_local(None::<MessagePort>);
    let sheet = StoredValue::new(None::<Paper>);
    let pen = RwSignal::new(Pen::OMNIGLOT.diameter);
    let paper = Paper::new(Sheet::default(), pen, move |change| {
        if let (Change::Settled, Some(paper), Some(port)) =
            (change, sheet.get_value(), port.get_value())
        {
            say(
                &port,
                &paper.sheet.with_untracked(|sheet| drawn(sheet.ink())),
            );
        }
    });
    sheet.set_value(Some(paper));
    when_connected(move |connected| {
        hear(&connected, move |text| match PadWish::parse(text) {
            Ok(wish) => grant(paper, wish),
            Err(why) => port.with_value(|port| port.iter().for_each(|port| say(port, &why))),
        });
        port.set_value(Some(connected));
    });
    view! {
        <main>
            <Pad paper handle="framed-pad" />
        </main>
    }
}

/// Does what the page around the pad asks.
fn grant(paper: Paper, wish: PadWish) {
    match wish {
        PadWish::Show { colour, label } => {
            let pad = document().query_selector(".pad").ok().flatten();
            if let Some(pad) = pad.and_then(|pad| pad.dyn_into::<HtmlElement>().ok()) {
                // They fail only for names that are none; a colour that is none changes nothing.
                let _ = pad.set_attribute("aria-label", &label);
                let _ = pad.style().set_property("color", &colour);
            }
        }
        PadWish::Put(ink) => paper.sheet.set(Sheet::with_ink(ink)),
        PadWish::Undo => paper.undo(),
        PadWish::Clear => paper.clear(),
        PadWish::Pen(is_pressed) => {
            let pen = PointerEventInit::new();
            pen.set_pointer_type("pen");
            pen.set_buttons(u16::from(is_pressed));
            // The pad hears it as it hears a pen in its own document.
            if let Ok(pen) = PointerEvent::new_with_event_init_dict("pointermove", &pen) {
                let _ = window().dispatch_event(&pen);
            }
        }
    }
}
