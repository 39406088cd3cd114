//! Without a network: what this browser has kept of the app, and a newer version that waits.
//!
//! Speaks with `assets/offline/offline.js` by events of the window, and knows nothing of service
//! workers.

use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::JsValue;

use super::desk::Desk;
use super::icons::{CLEAR, Icon};
use crate::client::link::State;

/// What the worker tells.
#[derive(Clone, Debug, PartialEq)]
enum News {
    /// Bytes that are kept and that could be, alphabets that are kept and all there are.
    Kept {
        bytes: f64,
        rest: f64,
        alphabets: u32,
        of: u32,
    },
    /// Files, while all are kept.
    Keeping { done: u32, total: u32 },
    /// Not all could be kept: for want of `storage` or of a `network`.
    Failed { why: String },
    /// A newer version is here, and waits.
    Update,
    /// Another tab has begun to use a newer version.
    Replaced,
}

impl News {
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
    kept: RwSignal<Option<News>>,
    keeping: RwSignal<Option<(u32, u32)>>,
    failed: RwSignal<Option<String>>,
    /// [`News::Update`] or [`News::Replaced`].
    newer: RwSignal<Option<News>>,
}

impl Offline {
    /// Listens from now on; the files are fetched when the app has become usable.
    pub(super) fn listen(desk: Desk) -> Self {
        let offline = Self {
            kept: RwSignal::new(None),
            keeping: RwSignal::new(None),
            failed: RwSignal::new(None),
            newer: RwSignal::new(None),
        };
        let told = ev::Custom::<web_sys::CustomEvent>::new("twinglyph-offline");
        window_event_listener(told, move |event| {
            if let Some(news) = News::of(&event.detail()) {
                offline.hear(news);
            }
        });
        Effect::new(move |said: Option<bool>| {
            let ready = desk.engine.get() == State::Ready;
            if ready && said != Some(true) {
                say("twinglyph-ready");
            }
            ready || said == Some(true)
        });
        offline
    }

    fn hear(self, news: News) {
        match news {
            News::Keeping { done, total } => self.keeping.set(Some((done, total))),
            News::Failed { why } => self.failed.set(Some(why)),
            News::Update | News::Replaced => self.newer.set(Some(news)),
            News::Kept { .. } => {
                self.keeping.set(None);
                self.kept.set(Some(news));
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
    let replaced = move || offline.newer.with(|newer| *newer == Some(News::Replaced));
    let words = move || match replaced() {
        true => "Another tab uses a newer version of this page. What you drew is kept.",
        false => "A newer version of this page is ready. What you drew is kept.",
    };
    let take = move |_| match replaced() {
        true => drop(location().reload()),
        false => say("twinglyph-update"),
    };
    view! {
        <Show when=move || offline.newer.with(Option::is_some)>
            <div class="notice" role="status" data-testid="update">
                <p>{words}</p>
                <button class="button" data-testid="update-now" on:click=take>"Use it now"</button>
                <button class="tool" aria-label="Dismiss" on:click=move |_| offline.newer.set(None)>
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
        Some(News::Kept {
            bytes,
            rest,
            alphabets,
            of,
        }) => Some((bytes, rest, alphabets, of)),
        _ => None,
    };
    let words = move || {
        match kept() {
        None => "Nothing is kept for that yet: this browser can't, or the page was just opened for the first time.".to_owned(),
        Some((bytes, rest, alphabets, of)) => {
            let set = match (alphabets, of) {
                (_, 0) => String::new(),
                (some, of) if some == of => format!(", with all {of} alphabets"),
                (some, of) => format!(
                    ", with {some} of {of} alphabets; all the rest is {} more",
                    megabytes(rest)
                ),
            };
            format!("{} of this page are kept by this browser{set}.", megabytes(bytes))
        }
    }
    };
    let failed = move || {
        offline.failed.get().map(|why| match why.as_str() {
            "storage" => "This browser has no room for all of it. What was kept still is.",
            _ => "Not all of it came. What was kept still is; try again when there is a network.",
        })
    };
    let progress = move || {
        let keeping = offline.keeping.get();
        keeping.map(|(done, total)| format!("{done} of {total} files are kept."))
    };
    let more = move || kept().is_some_and(|(_, rest, ..)| rest > 0.0);
    let keep = move |_| {
        offline.failed.set(None);
        say("twinglyph-keep");
    };
    view! {
        <p data-testid="kept" data-rest=move || kept().map(|(_, rest, ..)| rest.to_string())>{words}</p>
        <p role="status" data-testid="keeping">{move || progress().or_else(|| failed().map(str::to_owned))}</p>
        <Show when=move || more() && offline.keeping.with(Option::is_none)>
            <button class="button" data-testid="keep-all" on:click=keep>"Keep all of it"</button>
        </Show>
    }
}
