//! The alphabet picker: a plain select, and beside it a list with a picture of each alphabet.

use leptos::html::{Dialog, Select};
use leptos::prelude::*;
use twinglyph_core::Set as Part;

use super::alphabet_pictures::Choosing;
use super::icons::{CELLS, CLEAR, Icon};
use super::lazy_page::{self, LazyPage};
use super::select::keep_value;
use super::stores::{AlphabetStore, CustomSetStore, SupportStore, use_store};
use crate::session::library::plain_name;
use crate::session::support::OWN;
use crate::words::words;

/// The groups, in order, with what they are.
pub(super) fn groups() -> [(Part, &'static str, &'static str); 3] {
    let words = &words().alphabet;
    [
        (
            Part::Evaluation,
            words.evaluation_group,
            words.evaluation_remark,
        ),
        (
            Part::Background,
            words.background_group,
            words.background_remark,
        ),
        (Part::Invented, words.invented_group, words.invented_remark),
    ]
}

/// The alphabet's name, and the ways to choose another.
#[component]
pub(super) fn AlphabetPicker() -> impl IntoView {
    let support = use_store::<SupportStore>();
    let alphabets = use_store::<AlphabetStore>();
    let own = use_store::<CustomSetStore>();
    let dialog = NodeRef::<Dialog>::new();
    let open = RwSignal::new(false);
    let name = Memo::new(move |_| support.choice.with(|choice| choice.alphabet.clone()));
    let facts = move || {
        if name.with(|name| name == OWN) {
            let count = own.editing.with(|editing| editing.set().classes.len());
            return Some(words().alphabet.count_yours(count));
        }
        alphabets.library.with(|library| {
            let listing = library.get(&name.get())?;
            let kind = match listing.set {
                Part::Evaluation => words().alphabet.evaluation,
                Part::Background => words().alphabet.background,
                Part::Invented => words().alphabet.invented,
                Part::Own => words().alphabet.yours,
            };
            Some(words().alphabet.count(listing.characters, kind))
        })
    };
    let without = move || {
        alphabets
            .library
            .with(|library| !library.listings().is_empty() && !library.has_omniglot())
    };
    let show = move |_| {
        open.set(true);
        if let Some(dialog) = dialog.get_untracked() {
            // It fails for a dialog that is open already.
            let _ = dialog.show_modal();
        }
    };
    let choosing = Choosing { name, dialog };
    provide_context(choosing);
    view! {
        <div class="alphabet">
            <button
                class="tool pictures"
                data-testid="alphabet-pictures"
                title=words().alphabet.choose_picture
                aria-label=words().alphabet.choose_alphabet
                aria-haspopup="dialog"
                on:click=show
            >
                <Icon path=CELLS />
            </button>
            <div class="chosen">
                <label>
                    <span class="visually-hidden">{words().common.alphabet}</span>
                    <AlphabetSelect name />
                </label>
                <p class="facts">{facts}</p>
            </div>
        </div>
        <Show when=without>
            <p class="remark">
                {words().alphabet.no_omniglot}
            </p>
        </Show>
        <dialog
            class="gallery"
            node_ref=dialog
            aria-label=words().alphabet.alphabets
            on:close=move |_| open.set(false)
            on:click=move |event| {
                // A click on the dialog itself is one on its backdrop: its content covers it.
                if event.target() == event.current_target() {
                    choosing.close();
                }
            }
        >
            <div class="gallery-sheet">
                <header>
                    <h2>{words().alphabet.alphabets}</h2>
                    <button class="tool" aria-label=words().common.close on:click=move |_| choosing.close()>
                        <Icon path=CLEAR />
                    </button>
                </header>
                <Show when=move || open.get()>
                    <LazyPage fetch=lazy_page::alphabet_pictures />
                </Show>
            </div>
        </dialog>
    }
}

/// The plain select.
#[component]
fn AlphabetSelect(name: Memo<String>) -> impl IntoView {
    let support = use_store::<SupportStore>();
    let own = use_store::<CustomSetStore>();
    let alphabets = use_store::<AlphabetStore>();
    let select = NodeRef::<Select>::new();
    // The options are made once for each list of names, not for each alphabet that arrives.
    let names = Memo::new(move |_| {
        alphabets.library.with(|library| {
            library
                .listings()
                .iter()
                .map(|listing| (listing.set, listing.name.clone()))
                .collect::<Vec<_>>()
        })
    });
    let own = Memo::new(move |_| {
        own.has_own()
            .then(|| own.editing.with(|editing| editing.set().name.clone()))
    });
    keep_value(
        select,
        move || name.get(),
        move || {
            names.track();
            own.track();
        },
    );
    let yours = move || {
        let name = own.get()?;
        let name = if name.is_empty() {
            words().alphabet.own_set.to_owned()
        } else {
            name
        };
        Some(view! {
            <optgroup label=words().alphabet.yours>
                <option value=OWN>{name}</option>
            </optgroup>
        })
    };
    let groups = move || {
        names.with(|names| {
            super::alphabet::groups()
                .into_iter()
                .filter_map(|(set, title, _)| {
                    let options: Vec<_> = names
                        .iter()
                        .filter(|(of, _)| *of == set)
                        .map(|(_, name)| {
                            view! { <option value=name.clone()>{plain_name(name)}</option> }
                        })
                        .collect();
                    (!options.is_empty())
                        .then(|| view! { <optgroup label=title>{options}</optgroup> })
                })
                .collect_view()
        })
    };
    view! {
        <select
            node_ref=select
            data-testid="alphabet-select"
            on:change=move |event| support.choose_alphabet(event_target_value(&event))
        >
            {yours}
            {groups}
        </select>
    }
}
