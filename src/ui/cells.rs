//! The support set as a contact sheet: every class keeps its place, and brightens or fades with
//! its similarity.

use std::sync::Arc;

use leptos::html::Select;
use leptos::prelude::*;
use twinglyph_core::own::OwnClass;

use super::alphabet::AlphabetPicker;
use super::glyph::Glyph;
use super::icons::{Icon, SHUFFLE};
use super::select::keep_value;
use super::slices::{FIRST, Slices};
use super::stores::{AlphabetStore, CustomSetStore, DrawStore, Sources, SupportStore, use_store};
use crate::session::support::{Class, OWN, Ways};
use crate::words::words;

/// The support set with its choices above.
#[component]
pub(super) fn SupportSheet() -> impl IntoView {
    let support = use_store::<SupportStore>();
    // Cells stay from set to set: signals keep what read them once, also when it is gone
    // (reactive_graph 0.2), so what is made anew for each set would be noted for ever.
    let count = |of: Sources| {
        of.support
            .with(|shown| shown.as_ref().map_or(0, |shown| shown.set.classes.len()))
    };
    let cells = Slices::new(FIRST, count, false);
    view! {
        <section class="support" aria-label=words().alphabet.support>
            <AlphabetPicker />
            <Choices />
            <ul class="cells" translate="no" data-ways=move || support.choice.with(|choice| choice.ways.as_str())>
                <For
                    each=move || 0..cells.shown.get()
                    key=|class| *class
                    children=move |class| view! { <Cell sources=cells.sources(class) class /> }
                />
            </ul>
        </section>
    }
}

/// Drawer, number of classes, other characters.
#[component]
fn Choices() -> impl IntoView {
    let support = use_store::<SupportStore>();
    let alphabets = use_store::<AlphabetStore>();
    let own = use_store::<CustomSetStore>();
    let facts = Memo::new(move |_| {
        if support.choice.with(|choice| choice.alphabet == OWN) {
            let drawn = |class: &&OwnClass| !class.examples.is_empty();
            let count = own
                .editing
                .with(|t| t.set().classes.iter().filter(drawn).count());
            return (count, 1);
        }
        alphabets.library.with(|library| {
            support.choice.with(|choice| {
                let listing = library.get(&choice.alphabet);
                let drawers = listing
                    .and_then(|listing| listing.alphabet.as_ref())
                    .map_or(1, |alphabet| alphabet.drawers());
                (listing.map_or(0, |listing| listing.characters), drawers)
            })
        })
    });
    let drawers = move || facts.get().1;
    let drawer = move || support.choice.with(|choice| choice.drawer + 1);
    let pick = move |event| {
        if let Ok(drawer) = event_target_value::<leptos::ev::Event>(&event).parse::<usize>() {
            support.choose_drawer(drawer.saturating_sub(1));
        }
    };
    let way = move || {
        let ways = support.choice.with(|choice| choice.ways.of(facts.get().0));
        format!("{ways}-way")
    };
    let select = NodeRef::<Select>::new();
    keep_value(
        select,
        move || drawer().to_string(),
        move || {
            drawers();
        },
    );
    view! {
        <div class="choices">
            <span aria-hidden="true">{words().alphabet.among}</span>
            <fieldset class="ways">
                <legend class="visually-hidden">{words().alphabet.ways}</legend>
                {Ways::ALL
                    .map(|ways| {
                        let chosen = move || support.choice.with(|choice| choice.ways == ways);
                        let label = move || match ways {
                            Ways::Whole => words().alphabet.all(facts.get().0),
                            some => some.of(usize::MAX).to_string(),
                        };
                        view! {
                            <label>
                                <input
                                    type="radio"
                                    name="ways"
                                    class="visually-hidden"
                                    data-testid=format!("ways-{}", ways.as_str())
                                    prop:checked=chosen
                                    on:change=move |_| support.choose_ways(ways)
                                />
                                <span>{label}</span>
                            </label>
                        }
                    })
                    .collect_view()}
            </fieldset>
            <small class="facts" title=words().alphabet.n_way>{way}</small>
            <label class="drawer" hidden=move || support.choice.with(|choice| choice.alphabet == OWN)>
                {words().alphabet.drawer}
                <select
                    node_ref=select
                    data-testid="drawer-select"
                    on:change=pick
                >
                    <For
                        each=move || 1..=drawers()
                        key=|drawer| *drawer
                        children=|number| view! { <option value=number.to_string()>{words().alphabet.person(number)}</option> }
                    />
                </select>
            </label>
            <button
                class="tool"
                data-testid="reshuffle"
                title=words().alphabet.others
                aria-label=words().alphabet.reshuffle
                disabled=move || support.choice.with(|choice| choice.ways.of(facts.get().0) == facts.get().0)
                on:click=move |_| support.shuffle()
            >
                <Icon path=SHUFFLE />
            </button>
        </div>
    }
}

/// One class.
#[component]
fn Cell(sources: Sources, class: usize) -> impl IntoView {
    let draw = use_store::<DrawStore>();
    let support = use_store::<SupportStore>();
    // What changes with the set alone, or costs no more than to look whether it changed, is no memo: those
    // take room in the module.
    let of = move |part: fn(&Class) -> &String| {
        sources.support.with(|shown| {
            let class = shown.as_ref()?.set.classes.get(class);
            class.map(|class| part(class).clone())
        })
    };
    let picture = Signal::derive(move || {
        sources.support.with(|shown| {
            let outline = shown.as_ref().map(|shown| shown.outline(class));
            outline.unwrap_or_else(|| Arc::from(""))
        })
    });
    let similarity = Memo::new(move |_| {
        sources
            .ranking
            .with(|ranking| ranking.as_ref()?.similarity.get(class).copied())
    });
    let best = move || {
        sources.ranking.with(|ranking| {
            ranking
                .as_ref()
                .is_some_and(|ranking| ranking.order.first() == Some(&class))
        })
    };
    let name = move || of(|class| &class.name).unwrap_or_default();
    // Of an alphabet's character its number; of one's own, all that it is called.
    let number = move || {
        let name = name();
        if support.choice.with(|choice| choice.alphabet == OWN) {
            return name;
        }
        name.rsplit(' ').next().unwrap_or_default().to_owned()
    };
    let label = move || match similarity.get() {
        Some(similarity) => words().alphabet.similar(&name(), similarity),
        None => name(),
    };
    view! {
        <li>
            <button
                class="cell"
                class:best=best
                class:compared=move || similarity.get().is_some()
                data-testid="support-item"
                data-character=move || of(|class| &class.id)
                aria-label=label
                aria-pressed=move || (draw.held.get() == Some(class)).to_string()
                title=label
                style=("--similarity", move || format!("{:.4}", similarity.get().unwrap_or(0.0)))
                on:click=move |_| draw.hold(class)
            >
                <Glyph outline=picture />
                <span class="foot" aria-hidden="true">
                    <span class="number">{number}</span>
                    <span class="bar"></span>
                </span>
            </button>
        </li>
    }
}
