//! Without a network: what this browser has kept of the app, and a newer version that waits.
//!
//! Speaks with `assets/offline/offline.js` by events of the window, and knows nothing of service
//! workers.

use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::JsValue;

use super::icons::{CLEAR, Icon};
use super::stores::{AppState, use_store};
use crate::client::worker_client::State;
use crate::words::words;

/// What the worker tells.
#[derive(Clone, Debug, PartialEq)]
enum Message {
    /// Bytes that are kept and that could be, alphabets that are kept and all there are.
    Kept {
        bytes: f64,
        rest: f64,
        alphabets: u32,
        of: u32,
    },
    /// A file that can't be kept, and why: the host's status, `changed`, `storage` or `network`.
    Lacks { file: String, why: String },
    /// Files, while all are kept.
    Keeping { done: u32, total: u32 },
    /// Not all could be kept: for want of `storage` or of a `network`.
    Failed { why: String },
    /// A newer version is here, and waits.
    Update,
    /// Another tab has begun to use a newer version.
    Replaced,
}

impl Message {
    /// The message in the script's words; `None` where it makes no sense.
    fn of(detail: &JsValue) -> Option<Self> {
        let field = |name: &str| js_sys::Reflect::get(detail, &JsValue::from_str(name)).ok();
        let number = |name: &str| field(name).and_then(|value| value.as_f64()).unwrap_or(0.0);
        let text = |name: &str| {
            field(name)
                .and_then(|value| value.as_string())
                .unwrap_or_default()
        };
        Some(match text("kind").as_str() {
            "kept" => Self::Kept {
                bytes: number("bytes"),
                rest: number("rest"),
                alphabets: number("alphabets") as u32,
                of: number("of") as u32,
            },
            "keeping" => Self::Keeping {
                done: number("done") as u32,
                total: number("total") as u32,
            },
            "lacks" => Self::Lacks {
                file: text("file"),
                why: text("why"),
            },
            "failed" => Self::Failed { why: text("why") },
            "update" => Self::Update,
            "replaced" => Self::Replaced,
            _ => return None,
        })
    }
}

/// What is known of it.
#[derive(Clone, Copy)]
pub(super) struct Offline {
    kept: RwSignal<Option<Message>>,
    keeping: RwSignal<Option<(u32, u32)>>,
    failed: RwSignal<Option<String>>,
    /// [`Message::Lacks`].
    lacks: RwSignal<Option<Message>>,
    /// [`Message::Update`] or [`Message::Replaced`].
    newer: RwSignal<Option<Message>>,
}

impl Offline {
    /// Listens from now on; the files are fetched when the app has become usable.
    pub(super) fn listen() -> Self {
        let app = use_store::<AppState>();
        let offline = Self {
            kept: RwSignal::new(None),
            keeping: RwSignal::new(None),
            failed: RwSignal::new(None),
            lacks: RwSignal::new(None),
            newer: RwSignal::new(None),
        };
        let told = ev::Custom::<web_sys::CustomEvent>::new("twinglyph-offline");
        window_event_listener(told, move |event| {
            if let Some(message) = Message::of(&event.detail()) {
                offline.hear(message);
            }
        });
        Effect::new(move |said: Option<bool>| {
            let ready = app.engine.get() == State::Ready;
            if ready && said != Some(true) {
                say("twinglyph-ready");
            }
            ready || said == Some(true)
        });
        offline
    }

    fn hear(self, message: Message) {
        match message {
            Message::Keeping { done, total } => self.keeping.set(Some((done, total))),
            Message::Failed { why } => self.failed.set(Some(why)),
            Message::Update | Message::Replaced => self.newer.set(Some(message)),
            Message::Lacks { .. } => self.lacks.set(Some(message)),
            Message::Kept { .. } => {
                self.keeping.set(None);
                self.lacks.set(None);
                self.kept.set(Some(message));
            }
        }
    }
}

/// Says something to the page's script.
fn say(word: &str) {
    let said = web_sys::Event::new(word).and_then(|event| window().dispatch_event(&event));
    if let Err(error) = said {
        web_sys::console::warn_2(&JsValue::from_str(word), &error);
    }
}

fn megabytes(bytes: f64) -> String {
    format!("{:.1} MB", bytes / 1e6)
}

/// The line that offers a newer version.
#[component]
pub(super) fn Newer() -> impl IntoView {
    let offline = expect_context::<Offline>();
    let replaced = move || {
        offline
            .newer
            .with(|newer| *newer == Some(Message::Replaced))
    };
    let line = move || match replaced() {
        true => words().about.newer_elsewhere,
        false => words().about.newer,
    };
    let take = move |_| match replaced() {
        true => drop(location().reload()),
        false => say("twinglyph-update"),
    };
    view! {
        <Show when=move || offline.newer.with(Option::is_some)>
            <div class="notice" role="status" data-testid="update">
                <p>{line}</p>
                <button class="button" data-testid="update-now" on:click=take>{words().about.use_now}</button>
                <button class="tool" aria-label=words().common.dismiss on:click=move |_| offline.newer.set(None)>
                    <Icon path=CLEAR />
                </button>
            </div>
        </Show>
    }
}

/// What is kept, and a way to keep the rest.
#[component]
pub(super) fn Kept() -> impl IntoView {
    let offline = expect_context::<Offline>();
    let kept = move || match offline.kept.get() {
        Some(Message::Kept {
            bytes,
            rest,
            alphabets,
            of,
        }) => Some((bytes, rest, alphabets, of)),
        _ => None,
    };
    let line = move || match kept() {
        None => words().about.none_kept.to_owned(),
        Some((bytes, rest, alphabets, of)) => {
            let set = match (alphabets, of) {
                (_, 0) => String::new(),
                (some, of) if some == of => words().about.all_alphabets(of),
                (some, of) => words().about.some_alphabets(some, of, &megabytes(rest)),
            };
            words().about.kept(&megabytes(bytes), &set)
        }
    };
    let failed = move || {
        offline.failed.get().map(|why| match why.as_str() {
            "storage" => words().about.no_room,
            _ => words().about.not_all,
        })
    };
    let progress = move || {
        let keeping = offline.keeping.get();
        keeping.map(|(done, total)| words().about.files_kept(done, total))
    };
    let lacks = move || match offline.lacks.get() {
        Some(Message::Lacks { file, why }) => Some(words().about.lacks(&file, &why)),
        _ => None,
    };
    let more = move || kept().is_some_and(|(_, rest, ..)| rest > 0.0);
    let keep = move |_| {
        offline.failed.set(None);
        say("twinglyph-keep");
    };
    view! {
        <p data-testid="kept" data-rest=move || kept().map(|(_, rest, ..)| rest.to_string())>{line}</p>
        <p data-testid="lacks">{lacks}</p>
        <p role="status" data-testid="keeping">{move || progress().or_else(|| failed().map(str::to_owned))}</p>
        <Show when=move || more() && offline.keeping.with(Option::is_none)>
            <button class="button" data-testid="keep-all" on:click=keep>{words().about.keep_all}</button>
        </Show>
    }
}
