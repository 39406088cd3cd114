//! A link that a person passes on: by the browser's share sheet, by the clipboard, as a QR code for a board.
//!
//! It is a part of its own with all that makes codes. Who offers a link says by [`Shared`] what it is; refuses to know
//! what is in it.

use js_sys::{Function, Object, Promise, Reflect};
use leptos::html::Dialog;
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use super::lazy_page::{self, LazyPage};
use super::save::copy;
use super::style::adopt;
use crate::session::qr::{Code, MOST, code};
use crate::words::words;

/// What is passed on.
#[derive(Clone, Copy)]
pub(super) struct Shared {
    /// The link as of now, or why there is none, in words. It is asked for at a press.
    pub(super) link: Callback<(), Result<String, String>>,
    /// Reads what the link is made of: when that changes, a link or a code of before goes.
    pub(super) track: Callback<()>,
    /// What to leave out where a link of so many bytes has no code of at most so many, in words.
    pub(super) too_long: Callback<(usize, usize), String>,
    /// Is there nothing to pass on?
    pub(super) empty: Signal<bool>,
    /// What the handles of tests begin with.
    pub(super) handle: &'static str,
}

/// Its buttons, once their part is there.
#[component]
pub(super) fn ShareButtons(shared: Shared) -> impl IntoView {
    provide_context(shared);
    view! { <LazyPage fetch=lazy_page::share_link /> }
}

/// The page's address with this fragment, without what this browser was asked for: its device and its language are not
/// those of who opens the link.
pub(super) fn here(fragment: &str) -> String {
    let place = location();
    let origin = place.origin().unwrap_or_default();
    let path = place.pathname().unwrap_or_default();
    format!("{origin}{path}{fragment}")
}

/// The browser's share sheet, where it has one.
fn share_sheet() -> Option<Function> {
    let share = Reflect::get(&window().navigator(), &JsValue::from_str("share"));
    share.ok()?.dyn_into().ok()
}

/// Opens the share sheet with a link; a person who closes it has changed their mind.
async fn open_sheet(sheet: &Function, link: &str) {
    let what = Object::new();
    for (key, value) in [("title", "Twinglyph"), ("url", link)] {
        // It fails for no plain object.
        let _ = Reflect::set(&what, &key.into(), &value.into());
    }
    let opened = sheet.call1(&window().navigator(), &what);
    if let Some(promise) = opened.ok().and_then(|it| it.dyn_into::<Promise>().ok()) {
        let _ = JsFuture::from(promise).await;
    }
}

/// The buttons, and what came of the last press.
#[component]
pub(super) fn ShareLink() -> impl IntoView {
    adopt(include_str!("../../assets/css/share.css"));
    let shared = expect_context::<Shared>();
    let handle = shared.handle;
    let named = move |what: &str| format!("{handle}-{what}");
    let told = RwSignal::new(None::<String>);
    let address = RwSignal::new(None::<String>);
    let shown = RwSignal::new(None::<Code>);
    let dialog = NodeRef::<Dialog>::new();
    Effect::new(move |_| {
        shared.track.run(());
        told.set(None);
        address.set(None);
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
    });
    // A dialog that stays open behind another page would keep that from being used.
    let left = window_event_listener(leptos::ev::hashchange, move |_| {
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
    });
    on_cleanup(move || left.remove());
    let link = move || match shared.link.run(()) {
        Ok(link) => Some(link),
        Err(why) => {
            told.set(Some(why));
            None
        }
    };
    let pass_on = move |_| {
        let (Some(sheet), Some(link)) = (share_sheet(), link()) else {
            return;
        };
        leptos::task::spawn_local(async move { open_sheet(&sheet, &link).await });
    };
    let copy_link = move |_| {
        let Some(link) = link() else { return };
        address.set(Some(link.clone()));
        leptos::task::spawn_local(async move {
            let said = if copy(&link).await {
                words().share.copied
            } else {
                words().share.below
            };
            told.try_set(Some(said.to_owned()));
        });
    };
    let show_code = move |_| {
        let Some(link) = link() else { return };
        let Some(made) = code(&link) else {
            told.set(Some(shared.too_long.run((link.len(), MOST))));
            return;
        };
        told.set(None);
        shown.set(Some(made));
        if let Some(dialog) = dialog.get_untracked() {
            // It fails for a dialog that is open already.
            let _ = dialog.show_modal();
        }
    };
    let close = move |_| {
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
    };
    let frame = move || {
        let side = shown.with(|code| code.as_ref().map_or(0, |code| code.side));
        format!("0 0 {side} {side}")
    };
    let path = move || shown.with(|code| code.as_ref().map(|code| code.path.clone()));
    view! {
        <div class="share-link">
            <p class="run">
                <button class="button" data-testid=named("share") hidden=share_sheet().is_none() disabled=move || shared.empty.get() on:click=pass_on>
                    {words().share.share}
                </button>
                <button class="button" data-testid=named("address") disabled=move || shared.empty.get() on:click=copy_link>
                    {words().share.copy}
                </button>
                <button class="button" data-testid=named("code") disabled=move || shared.empty.get() on:click=show_code>
                    {words().share.code}
                </button>
            </p>
            <p class="facts" role="status" data-testid=named("shared")>{move || told.get()}</p>
            <p class="address" hidden=move || address.with(Option::is_none)>
                <label>
                    {words().share.link}
                    <input type="text" readonly data-testid=named("url") prop:value=move || address.get().unwrap_or_default() />
                </label>
            </p>
            <dialog node_ref=dialog class="qr" aria-label=words().share.code_label>
                <svg viewBox=frame role="img" aria-label=words().share.code_label data-testid=named("qr") shape-rendering="crispEdges">
                    <path d=path></path>
                </svg>
                <p>{words().share.code_how}</p>
                <button class="button" data-testid=named("qr-close") on:click=close>
                    {words().share.close}
                </button>
            </dialog>
        </div>
    }
}
