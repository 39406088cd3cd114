//! Writing with the person's own characters: what is drawn becomes text, one character after the other.
//!
//! A match that was not the best one, picked, is another example of its character.

use leptos::prelude::*;

use super::desk::Desk;
use super::save;
use crate::session::support::OWN;
use crate::words::words;

/// Matches that can be written.
const OFFERED: usize = 4;

/// The line of text and its buttons, where the person's own set is compared with.
#[component]
pub(super) fn Typing() -> impl IntoView {
    let desk = expect_context::<Desk>();
    let seen = Memo::new(move |_| {
        desk.support
            .with(|shown| shown.as_ref().is_some_and(|s| s.set.choice.alphabet == OWN))
    });
    let text = RwSignal::new(Vec::<String>::new());
    let told = RwSignal::new(None::<String>);
    let offers = (0..OFFERED)
        .map(|rank| view! { <Offer rank text told /> })
        .collect_view();
    let empty = move || text.with(Vec::is_empty);
    let copy = move |_| {
        let written = text.get_untracked().concat();
        leptos::task::spawn_local(async move {
            let said = if save::copy(&written).await {
                words().typing.copied
            } else {
                words().typing.no_copy
            };
            told.set(Some(said.to_owned()));
        });
    };
    view! {
        <section class="typing" aria-label=words().typing.writing hidden=move || !seen.get()>
            <p class="typed" role="status" data-testid="typed">
                {move || text.with(|text| text.concat())}
            </p>
            <div class="run">
                {offers}
                <button class="button" data-testid="type-space" on:click=move |_| text.update(|text| text.push(" ".to_owned()))>
                    {words().typing.space}
                </button>
                <button
                    class="button"
                    data-testid="type-back"
                    disabled=empty
                    on:click=move |_| {
                        text.update(|text| {
                            text.pop();
                        });
                    }
                >
                    {words().typing.back}
                </button>
                <button class="button" data-testid="type-copy" disabled=empty on:click=copy>
                    {words().typing.copy}
                </button>
            </div>
            <p class="facts" role="status">
                {move || {
                    told.get()
                        .unwrap_or_else(|| {
                            words().typing.how
                                .to_owned()
                        })
                }}
            </p>
        </section>
    }
}

/// The match of a rank, to be written.
#[component]
fn Offer(
    rank: usize,
    text: RwSignal<Vec<String>>,
    told: RwSignal<Option<String>>,
) -> impl IntoView {
    let desk = expect_context::<Desk>();
    // The number of the character in the set, and what it is called.
    let offered = Memo::new(move |_| {
        let class = desk
            .ranking
            .with(|ranking| Some(ranking.as_ref()?.at(rank)?.0))?;
        desk.support.with(|shown| {
            let class = shown.as_ref()?.set.classes.get(class)?;
            Some((class.character, class.name.clone()))
        })
    });
    let write = move |_| {
        let Some((character, name)) = offered.get_untracked() else {
            return;
        };
        told.set(None);
        if rank > 0
            && let Some(drawing) = desk.query.get_untracked()
        {
            let (added, kept) = desk.teach(|teaching| teaching.add_example(character, drawing));
            told.set(Some(match (added, kept) {
                (Ok(()), true) => words().typing.noted(&name),
                (Ok(()), false) => words().typing.no_room.to_owned(),
                (Err(error), _) => error.to_string(),
            }));
        }
        text.update(|text| text.push(name));
        desk.paper.clear();
    };
    view! {
        <button
            class="button"
            class:primary=rank == 0
            hidden=move || offered.with(Option::is_none)
            data-testid=move || offered.with(Option::is_some).then_some("type-match")
            on:click=write
        >
            {move || offered.get().map(|(_, name)| name)}
        </button>
    }
}
