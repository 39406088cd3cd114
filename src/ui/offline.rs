//! Without a network: what this browser has kept of the app, and a newer version that waits.
//!
//! Speaks with `assets/offline/offline.js` by events of the window, and knows nothing of service
//! workers.

use js_sys::{Object, Reflect};
use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::JsValue;

use super::icons::{CLEAR, Icon};
use super::stores::{AppState, use_store};
use crate::client::worker_client::State;
use crate::words::words;

/// What the service worker tells: the last message of each kind.
///
/// - `kept`: `bytes` that are kept and the `rest` that could be, those of `shards` and `networks` among the bytes;
///   `alphabets` that are kept and all that there are (`of`)
/// - `lacks`: a `file` that can't be kept, and `why`: the host's status, `changed`, `storage` or `network`
/// - `keeping`: files `done` and in `total`, while all are kept
/// - `failed`: not all could be kept, and `why`: for want of `storage` or of a `network`
/// - `update`: a newer version is here, and waits
/// - `replaced`: another tab has begun to use a newer version
#[derive(Clone, Copy)]
pub(super) struct Offline {
    last: StoredValue<Object, LocalStorage>,
    /// Counts the messages.
    heard: RwSignal<u32>,
    /// Has another tab begun to use the newer version that there is?
    newer: RwSignal<Option<bool>>,
}

impl Offline {
    /// Listens from now on; the files are fetched when the app has become usable.
    pub(super) fn listen() -> Self {
        let app = use_store::<AppState>();
        let offline = Self {
            last: StoredValue::new_local(Object::new()),
            heard: RwSignal::new(0),
            newer: RwSignal::new(None),
        };
        let told = ev::Custom::<web_sys::CustomEvent>::new("twinglyph-offline");
        window_event_listener(told, move |event| offline.hear(&event.detail()));
        Effect::new(move |said: Option<bool>| {
            let ready = app.engine.get() == State::Ready;
            if ready && said != Some(true) {
                say("twinglyph-ready");
            }
            ready || said == Some(true)
        });
        offline
    }

    fn hear(self, detail: &JsValue) {
        let kind = text(detail, "kind");
        match kind.as_str() {
            "update" | "replaced" => self.newer.set(Some(kind == "replaced")),
            "kept" => {
                self.forget("keeping");
                self.forget("lacks");
            }
            _ => {}
        }
        self.put(&kind, detail);
    }

    fn forget(self, kind: &str) {
        self.put(kind, &JsValue::UNDEFINED);
    }

    fn put(self, kind: &str, detail: &JsValue) {
        // It fails for no plain object.
        self.last
            .with_value(|last| drop(Reflect::set(last, &JsValue::from_str(kind), detail)));
        self.heard.update(|heard| *heard += 1);
    }

    /// The last message of a kind, if it still holds.
    pub(super) fn last(self, kind: &str) -> Option<JsValue> {
        self.heard.track();
        let last = self.last.with_value(|last| field(last, kind));
        last.filter(JsValue::is_object)
    }
}

fn field(detail: &JsValue, name: &str) -> Option<JsValue> {
    Reflect::get(detail, &JsValue::from_str(name)).ok()
}

fn text(detail: &JsValue, name: &str) -> String {
    let value = field(detail, name).and_then(|value| value.as_string());
    value.unwrap_or_default()
}

/// A number of a message; 0 where it has none.
pub(super) fn number(detail: &JsValue, name: &str) -> f64 {
    let value = field(detail, name).and_then(|value| value.as_f64());
    value.unwrap_or_default()
}

/// Says something to the page's script.
fn say(word: &str) {
    let said = web_sys::Event::new(word).and_then(|event| window().dispatch_event(&event));
    if let Err(error) = said {
        web_sys::console::warn_2(&JsValue::from_str(word), &error);
    }
}

/// A size in the unit that suits it.
pub(super) fn megabytes(bytes: f64) -> String {
    match bytes {
        1e5.. => format!("{:.1} MB", bytes / 1e6),
        _ => format!("{:.1} kB", bytes / 1e3),
    }
}

/// The line that offers a newer version.
#[component]
pub(super) fn Newer() -> impl IntoView {
    let offline = expect_context::<Offline>();
    let replaced = move || offline.newer.get() == Some(true);
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
    let kept = move || offline.last("kept");
    let rest = move || kept().map(|kept| number(&kept, "rest"));
    let line = move || match kept() {
        None if !window().is_secure_context() => words().about.insecure.to_owned(),
        None => words().about.none_kept.to_owned(),
        Some(kept) => {
            let number = |name| number(&kept, name);
            let set = match (number("alphabets") as u32, number("of") as u32) {
                (_, 0) => String::new(),
                (some, of) if some == of => words().about.all_alphabets(of),
                (some, of) => words()
                    .about
                    .some_alphabets(some, of, &megabytes(number("rest"))),
            };
            words().about.kept(&megabytes(number("bytes")), &set)
        }
    };
    let more = move || rest().is_some_and(|rest| rest > 0.0);
    let failed = move || {
        let failed = offline.last("failed");
        // Once all is kept, it holds no longer.
        let failed = failed.filter(|_| more());
        failed.map(|failed| match text(&failed, "why").as_str() {
            "storage" => words().about.no_room,
            _ => words().about.not_all,
        })
    };
    let progress = move || {
        let keeping = offline.last("keeping")?;
        let files = |name| number(&keeping, name) as u32;
        Some(words().about.files_kept(files("done"), files("total")))
    };
    let lacks = move || {
        let lacks = offline.last("lacks")?;
        let text = |name| text(&lacks, name);
        Some(words().about.lacks(&text("file"), &text("why")))
    };
    let keep = move |_| {
        offline.forget("failed");
        say("twinglyph-keep");
    };
    view! {
        <p data-testid="kept" data-rest=move || rest().map(|rest| rest.to_string())>{line}</p>
        <p data-testid="lacks">{lacks}</p>
        <p role="status" data-testid="keeping">{move || progress().or_else(|| failed().map(str::to_owned))}</p>
        <Show when=move || more() && offline.last("keeping").is_none()>
            <button class="button" data-testid="keep-all" on:click=keep>{words().about.keep_all}</button>
        </Show>
    }
}
