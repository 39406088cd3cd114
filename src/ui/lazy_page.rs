//! The pages that are fetched when they are first asked for.
//!
//! In a release build each is a part of the page's module of its own, which `cargo xtask build`
//! splits off (docs/decisions/0018); in a draft they are there already. Knows how to wait for one
//! and what to say when it doesn't come; refuses to know what is in it.
// What `part!` writes: an import for each function, which its part exports.
#![allow(unsafe_code)]

use std::future::Future;
use std::pin::Pin;

use leptos::ev::MouseEvent;
use leptos::prelude::*;
use leptos::reactive::computed::ScopedFuture;

use super::about::About;
use super::alphabet_pictures::AlphabetPictures;
use super::compare::Compare;
use super::custom_set_editor::EditorPage;
use super::device::Panel;
use super::embed::Frame;
use super::explain::Explain;
use super::fool::Fool;
use super::learn::Learn;
use super::lessons::Lessons;
use super::network::Network;
use super::pause::{LATE, pause};
use super::share_link::ShareLink;
use super::train::Train;
use super::trials::Trials;
use super::typing::Typing;
use crate::parts::{Missing, part};
use crate::words::words;

/// A page on its way.
pub(super) type Coming = Pin<Box<dyn Future<Output = Result<AnyView, Missing>>>>;

/// `part: name => Page`: a function that fetches a part, and makes a page that is in it.
macro_rules! lazy_pages {
    ($($part:ident: $name:ident => $page:ident),* $(,)?) => {
        $(pub(super) fn $name() -> Coming {
            part! {
                // Its name and place in this file become its name in the module.
                $part: fn $name() -> Result<AnyView, Missing> {
                    Ok(view! { <$page /> }.into_any())
                }
            }
            Box::pin($name())
        })*
    };
}

lazy_pages! {
    inside: about => About,
    inside: compare => Compare,
    inside: explain => Explain,
    inside: fool => Fool,
    inside: alphabet_pictures => AlphabetPictures,
    inside: learn => Learn,
    inside: lessons => Lessons,
    inside: network => Network,
    inside: panel => Panel,
    inside: typing => Typing,
    work: custom_set_editor => EditorPage,
    work: train => Train,
    work: trials => Trials,
    frame: frame => Frame,
    share: share_link => ShareLink,
}

/// How far the loading of a page is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum LoadState {
    Loading,
    Late,
    Loaded,
    Failed,
}

/// A page that is fetched, or why it is not there and a way to ask again.
#[component]
pub(super) fn LazyPage(fetch: fn() -> Coming) -> impl IntoView {
    let state = RwSignal::new(LoadState::Loading);
    let page = StoredValue::new_local(None::<AnyView>);
    let failed = StoredValue::new(false);
    // What is made belongs to this place, whoever asked for it.
    let owner = Owner::current().unwrap_or_default();
    let load = move || {
        state.set(LoadState::Loading);
        leptos::task::spawn_local(async move {
            pause(LATE).await;
            if state.try_get_untracked() == Some(LoadState::Loading) {
                state.try_set(LoadState::Late);
            }
        });
        let made = async move {
            let came = fetch().await;
            // The person may have left meanwhile.
            match came {
                Ok(view) => {
                    page.try_set_value(Some(view));
                    state.try_set(LoadState::Loaded);
                }
                Err(_) => {
                    state.try_set(LoadState::Failed);
                }
            }
        };
        leptos::task::spawn_local(owner.with(|| ScopedFuture::new_untracked(made)));
    };
    load();
    move || match state.get() {
        LoadState::Loading => None,
        LoadState::Loaded => page.try_update_value(Option::take).flatten(),
        LoadState::Late => Some(told(words().head.late, |_| reload())),
        // What failed twice may have gone with an older version of the app.
        LoadState::Failed if failed.get_value() => Some(told(words().head.missing, |_| reload())),
        LoadState::Failed => {
            let load = load.clone();
            Some(told(words().head.missing, move |_| {
                failed.set_value(true);
                load();
            }))
        }
    }
}

/// Loads the whole page anew.
fn reload() {
    // It fails for a window that is being closed only.
    let _ = location().reload();
}

/// Why a page is not there, and what a person can do.
fn told(why: &'static str, again: impl Fn(MouseEvent) + 'static) -> AnyView {
    view! {
        <div class="notice" role="alert" data-testid="room-missing">
            <p>{why}</p>
            <button class="button" data-testid="room-retry" on:click=again>
                {words().common.try_again}
            </button>
        </div>
    }
    .into_any()
}
