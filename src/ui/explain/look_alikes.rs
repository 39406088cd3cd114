//! Characters of the support set that look alike to the network, told below the answer.
//!
//! The leader compares the set with itself for the map; here it is asked while the map is closed, too.

use std::sync::Arc;

use leptos::prelude::*;
use twinglyph_core::look_alikes::{LookAlikes as Pair, MOST};
use twinglyph_core::protocol::EmbeddingMap;

use crate::session::support::OWN;
use crate::ui::glyph::Glyph;
use crate::ui::stores::{MapStore, Shown, SupportStore, use_store};
use crate::words::words;

/// Pairs that are shown.
const SHOWN: usize = 6;

/// The pairs with their pictures; nothing where there is none.
#[component]
pub(super) fn LookAlikes(map_open: RwSignal<bool>) -> impl IntoView {
    let store = use_store::<MapStore>();
    let support = use_store::<SupportStore>();
    let classes = Memo::new(move |_| {
        support
            .shown
            .with(|shown| shown.as_ref().map_or(0, |shown| shown.set.classes.len()))
    });
    // Whoever closes a map forgets it.
    let is_missing = Memo::new(move |_| store.map.with(Option::is_none));
    Effect::new(move |_| {
        // The open map asks itself.
        let is_asked = map_open.get() || !is_missing.get();
        if !is_asked && (2..=MOST).contains(&classes.get()) {
            store.ask(None);
        }
    });
    let alike = Memo::new(move |_| {
        let of = |map: &Arc<EmbeddingMap>| map.alike.clone();
        store
            .map
            .with(|map| map.as_ref().map(of).unwrap_or_default())
    });
    let more = move || alike.with(Vec::len).saturating_sub(SHOWN);
    let is_own = move || support.choice.with(|choice| choice.alphabet == OWN);
    view! {
        <section class="alike" data-testid="alike" hidden=move || alike.with(Vec::is_empty)>
            <h2>{words().explain.alike}</h2>
            <p class="note">
                {words().explain.alike_lead} " "
                <a href="#/teach" hidden=move || !is_own()>{words().explain.alike_own}</a>
            </p>
            <ul>
                {(0..SHOWN).map(|rank| view! { <Row rank alike /> }).collect_view()}
            </ul>
            <p class="facts" hidden=move || { more() == 0 }>{move || words().explain.alike_more(more())}</p>
        </section>
    }
}

/// The pair at a rank.
#[component]
fn Row(rank: usize, alike: Memo<Vec<Pair>>) -> impl IntoView {
    let support = use_store::<SupportStore>();
    let pair = Memo::new(move |_| alike.with(|alike| alike.get(rank).copied()));
    let class = move |side: usize| pair.get().map(|pair| pair.classes[side] as usize);
    let picture = move |side: usize| {
        let outline = Signal::derive(move || {
            let of = |shown: &Option<Arc<Shown>>| Some(shown.as_ref()?.outline(class(side)?));
            support.shown.with(of).unwrap_or_else(|| Arc::from(""))
        });
        view! { <Glyph outline /> }
    };
    let name = move |side: usize| {
        let of = |shown: &Option<Arc<Shown>>| {
            let class = shown.as_ref()?.set.classes.get(class(side)?)?;
            Some(class.name.clone())
        };
        support.shown.with(of).unwrap_or_default()
    };
    let told = move || {
        let pair = pair.get()?;
        Some(
            words()
                .explain
                .alike_pair(&name(0), &name(1), pair.similarity),
        )
    };
    view! {
        <li
            hidden=move || pair.with(Option::is_none)
            data-testid=move || pair.with(Option::is_some).then_some("alike-pair")
            data-classes=move || pair.get().map(|pair| format!("{} {}", pair.classes[0], pair.classes[1]))
        >
            <span class="alike-pictures" aria-hidden="true">{picture(0)} {picture(1)}</span>
            <span>{told}</span>
        </li>
    }
}
