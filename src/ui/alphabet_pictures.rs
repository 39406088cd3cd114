//! The alphabets to choose from as pictures, in the dialog of [`super::alphabet`].

use leptos::html::Dialog;
use leptos::prelude::*;
use twinglyph_core::Set as Part;
use twinglyph_core::bitmap::SIDE;

use super::alphabet::groups;
use super::glyph::Glyph;
use super::stores::{AlphabetStore, SupportStore, use_store};
use super::style::adopt;
use crate::session::library::{Listing, plain_name};
use crate::shards;
use crate::vectorize::outline;

/// What is chosen, and where.
#[derive(Clone, Copy)]
pub(super) struct Choosing {
    /// The alphabet in use.
    pub(super) name: Memo<String>,
    pub(super) dialog: NodeRef<Dialog>,
}

impl Choosing {
    /// Closes the dialog.
    pub(super) fn close(self) {
        if let Some(dialog) = self.dialog.get_untracked() {
            dialog.close();
        }
    }
}

/// Every group.
#[component]
pub(super) fn AlphabetPictures() -> impl IntoView {
    adopt(include_str!("../../assets/css/gallery.css"));
    groups()
        .map(|(set, title, remark)| view! { <Group set title remark /> })
        .collect_view()
}

/// The alphabets of one part of the data, with pictures.
#[component]
fn Group(set: Part, title: &'static str, remark: &'static str) -> impl IntoView {
    let support = use_store::<SupportStore>();
    let alphabets = use_store::<AlphabetStore>();
    let choosing = expect_context::<Choosing>();
    let listings = alphabets
        .library
        .with_untracked(|library| library.of(set).cloned().collect::<Vec<_>>());
    if listings.is_empty() {
        return ().into_any();
    }
    let items = listings
        .into_iter()
        .map(|listing| {
            let (own, choice) = (listing.name.clone(), listing.name.clone());
            let label = plain_name(&listing.name);
            let characters = listing.characters;
            view! {
                <li>
                    <button
                        class="alphabet-item"
                        data-alphabet=own.clone()
                        aria-current=move || {
                            choosing.name.with(|name| *name == own).then_some("true")
                        }
                        on:click=move |_| {
                            support.choose_alphabet(choice.clone());
                            choosing.close();
                        }
                    >
                        {picture(alphabets, &listing)}
                        <span class="name">{label}</span>
                        <span class="facts">{characters}</span>
                    </button>
                </li>
            }
        })
        .collect_view();
    view! {
        <section>
            <h3>{title}</h3>
            <p class="facts">{remark}</p>
            <ul class="alphabets">{items}</ul>
        </section>
    }
    .into_any()
}

/// A cell of an alphabet: from its drawings where they are here, else from the sheet of previews.
pub(super) fn picture(alphabets: AlphabetStore, listing: &Listing) -> AnyView {
    let first = listing
        .alphabet
        .as_ref()
        .and_then(|alphabet| alphabet.drawing(0, 0));
    if let Some(drawing) = first {
        let picture: std::sync::Arc<str> = outline(drawing).into();
        return view! {
            <span class="picture">
                <Glyph outline=picture />
            </span>
        }
        .into_any();
    }
    match listing.preview {
        Some(place) if alphabets.previews.get_untracked() => {
            let side = SIDE as u32;
            let frame = format!("{} 0 {side} {side}", place as u32 * side);
            let width = alphabets.library.with_untracked(|library| {
                library
                    .listings()
                    .iter()
                    .filter(|listing| listing.preview.is_some())
                    .count() as u32
                    * side
            });
            view! {
                <span class="picture preview">
                    <svg viewBox=frame aria-hidden="true">
                        <image href=shards::PREVIEW width=width.to_string() height=side.to_string() />
                    </svg>
                </span>
            }
            .into_any()
        }
        _ => view! { <span class="picture"></span> }.into_any(),
    }
}
