//! What was taken for what: pairs of characters by how often they were confused, a matrix for each
//! alphabet where it is small, and the drawings behind every number.
//!
//! Shows what [`crate::session::confusion`] counts; computes nothing of its own. Rows are made anew
//! while a run goes on: they read no signal that stays, so they are forgotten.

use std::sync::Arc;

use leptos::html::Section;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::game::Game;
use super::scoreboard::{Drawing, Drawn, picture};
use crate::session::confusion::{Asked, Cell, Character, Confusion, Judged, Matrix, Pair};
use crate::session::library::{plain_character, plain_name};
use crate::ui::glyph::Glyph;
use crate::ui::stores::{AlphabetStore, use_store};
use crate::words::words;

/// Pairs that are shown: a network that confuses more is not looked at pair by pair.
const SHOWN: usize = 60;

/// Those of the session that is played: the network's, and the person's.
#[component]
pub(super) fn OfSession() -> impl IntoView {
    let game = expect_context::<Game>();
    let confusion = |scorer: fn(&_) -> Option<Judged>| {
        Memo::new(move |_| {
            let answers = |session: &crate::session::play::Session| {
                session.answers.iter().filter_map(scorer).collect()
            };
            game.session.with(answers)
        })
    };
    let network = confusion(Judged::by_network);
    let person = confusion(Judged::by_person);
    view! {
        <div hidden=move || network.with(|all| all.cells().is_empty())>
            <OfTrials of="network" title=words().confusion.by_network confusion=network />
        </div>
        <div hidden=move || person.with(|all| all.cells().is_empty())>
            <OfTrials of="person" title=words().confusion.by_person confusion=person />
        </div>
    }
}

/// The pair whose drawings are looked at, and the button to go back to.
#[derive(Clone, Copy)]
struct Opened {
    pair: RwSignal<Option<Pair>>,
    by: StoredValue<Option<HtmlElement>, LocalStorage>,
    panel: NodeRef<Section>,
}

impl Opened {
    fn open(self, pair: Pair, event: &web_sys::MouseEvent) {
        // Not every browser gives a button that is clicked the focus.
        let clicked = event_target::<web_sys::Element>(event).closest("button");
        let button = clicked.ok().flatten();
        self.by.set_value(button.and_then(|e| e.dyn_into().ok()));
        self.pair.set(Some(pair));
        // The panel is shown by the time that the next picture is drawn, and can be focused then.
        request_animation_frame(move || {
            if let Some(panel) = self.panel.get_untracked() {
                // It fails only for an element that has gone.
                let _ = panel.focus();
            }
        });
    }

    fn close(self) {
        self.pair.set(None);
        if let Some(button) = self.by.get_value() {
            // As above.
            let _ = button.focus();
        }
    }
}

/// Those of some trials.
#[component]
pub(super) fn OfTrials(
    /// Whose they are, for tests.
    of: &'static str,
    title: &'static str,
    #[prop(into)] confusion: Signal<Confusion>,
) -> impl IntoView {
    let opened = Opened {
        pair: RwSignal::new(None),
        by: StoredValue::new_local(None),
        panel: NodeRef::new(),
    };
    // Each of these reads the one signal only: who reads a memo and what the memo reads misses
    // changes (reactive_graph 0.2).
    let summary = move || confusion.with(summary);
    let pairs = move || {
        let cells = confusion.with(Confusion::cells).into_iter().take(SHOWN);
        cells
            .map(|cell| view! { <Confused cell confusion opened /> })
            .collect_view()
    };
    let matrices = move || {
        let matrices = confusion.with(Confusion::matrices).into_iter();
        matrices
            .map(|matrix| view! { <Within matrix confusion opened /> })
            .collect_view()
    };
    view! {
        <section class="confusion" aria-label=title data-testid="confusion" data-of=of>
            <h3>{title}</h3>
            <p class="facts">{summary}</p>
            <ul class="pairs">{pairs}</ul>
            <Images confusion opened />
            {matrices}
        </section>
    }
}

/// How many were confused, in words.
fn summary(confusion: &Confusion) -> String {
    let cells = confusion.cells();
    let wrong: usize = cells.iter().map(|cell| cell.count).sum();
    let shown = if cells.len() > SHOWN {
        words().confusion.first(SHOWN)
    } else {
        String::new()
    };
    match confusion.answers() {
        0 => words().confusion.none.to_owned(),
        all if wrong == 0 => words().confusion.all_right(all),
        all => words().confusion.wrong(wrong, all, cells.len(), &shown),
    }
}

fn name(character: &Character) -> String {
    plain_character(&character.id())
}

/// An example of a character, as a picture alone.
fn example(confusion: Signal<Confusion>, character: &Character) -> impl IntoView + use<> {
    let alphabets = use_store::<AlphabetStore>();
    let named = confusion.with_untracked(|all| all.example(character).cloned());
    named.map(|named| view! { <Glyph outline=picture(alphabets, named) /> })
}

/// A pair of the list.
#[component]
fn Confused(cell: Cell, confusion: Signal<Confusion>, opened: Opened) -> impl IntoView {
    let Cell { pair, count } = cell;
    let [right, chosen] = [&pair.right, &pair.chosen].map(name);
    let pictures = (
        example(confusion, &pair.right),
        example(confusion, &pair.chosen),
    );
    let ids = [&pair.right, &pair.chosen].map(Character::id);
    let [right_id, chosen_id] = ids;
    view! {
        <li>
            <button
                class="pair-cell"
                data-testid="confusion-cell"
                data-right=right_id
                data-chosen=chosen_id
                on:click=move |event| opened.open(pair.clone(), &event)
            >
                <span class="pictures" aria-hidden="true">
                    {pictures.0} <span class="arrow">"→"</span> {pictures.1}
                </span>
                <span class="words">{words().confusion.pair(&right, &chosen, count)}</span>
            </button>
        </li>
    }
}

/// The drawings of the pair that is looked at.
#[component]
fn Images(confusion: Signal<Confusion>, opened: Opened) -> impl IntoView {
    let trials = Memo::new(move |_| {
        opened.pair.with(|pair| {
            let pair = pair.as_ref()?;
            let trials = confusion.with(|all| all.of(pair).to_vec());
            (!trials.is_empty()).then(|| (pair.clone(), trials))
        })
    });
    let title = move || {
        trials.with(|open| {
            let (pair, trials) = open.as_ref()?;
            let [right, chosen] = [&pair.right, &pair.chosen].map(name);
            let count = trials.len();
            Some(if pair.is_wrong() {
                words().confusion.pair_trials(&right, &chosen, count)
            } else {
                words().confusion.right_trials(&right, count)
            })
        })
    };
    let rows = move || {
        let trials = trials.get().map_or_else(Vec::new, |(_, trials)| trials);
        let rows = trials.into_iter();
        rows.map(|judged| view! { <Trial judged /> }).collect_view()
    };
    view! {
        <section
            class="wrongs images"
            data-testid="confusion-images"
            tabindex="-1"
            node_ref=opened.panel
            hidden=move || trials.with(Option::is_none)
            aria-label=title
        >
            <p class="opened-pair">
                <span>{title}</span>
                <button class="link" data-testid="confusion-close" on:click=move |_| opened.close()>
                    {words().common.close}
                </button>
            </p>
            <ul>{rows}</ul>
        </section>
    }
}

/// What was asked, what was right, what was chosen.
#[component]
fn Trial(judged: Judged) -> impl IntoView {
    let Judged {
        asked,
        right,
        chosen,
    } = judged;
    let asked = match asked {
        Asked::Drawing(named) => {
            view! { <Drawing named caption=words().measures.asked /> }.into_any()
        }
        Asked::Ink(ink) => view! { <Drawn ink=Some(ink) /> }.into_any(),
    };
    let chosen = (chosen != right)
        .then(|| view! { <Drawing named=chosen caption=words().measures.chosen /> });
    view! {
        <li>
            {asked} <Drawing named=right caption=words().measures.right /> {chosen}
        </li>
    }
}

/// The confused characters of an alphabet against each other.
#[component]
fn Within(matrix: Matrix, confusion: Signal<Confusion>, opened: Opened) -> impl IntoView {
    let alphabet = plain_name(&matrix.alphabet);
    let caption = words().confusion.matrix_how(&alphabet);
    let label = words().confusion.matrix(&alphabet);
    let number = |character: &Character| format!("{:02}", character.number + 1);
    let header = |character: &Character, scope: &'static str| {
        view! {
            <th scope=scope>
                {example(confusion, character)} <span class="visually-hidden">{alphabet.clone()}" "</span>
                {number(character)}
            </th>
        }
    };
    let columns: Vec<_> = matrix
        .characters
        .iter()
        .map(|chosen| header(chosen, "col"))
        .collect();
    let rows: Vec<_> = matrix
        .characters
        .iter()
        .zip(&matrix.counts)
        .map(|(right, counts)| {
            let cells = matrix
                .characters
                .iter()
                .zip(counts)
                .map(|(chosen, &count)| {
                    let pair = Pair {
                        right: right.clone(),
                        chosen: chosen.clone(),
                    };
                    view! { <td>{(count > 0).then(|| count_button(pair, count, opened))}</td> }
                });
            view! { <tr>{header(right, "row")} {cells.collect_view()}</tr> }
        })
        .collect();
    view! {
        <p class="facts">{caption}</p>
        <div class="wide" role="region" aria-label=label tabindex="0">
            <table class="matrix">
                <thead>
                    <tr>
                        <td></td>
                        {columns}
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}

/// A number of the matrix.
fn count_button(pair: Pair, count: usize, opened: Opened) -> impl IntoView {
    let [right, chosen] = [&pair.right, &pair.chosen].map(Character::id);
    let label: Arc<str> = if pair.is_wrong() {
        words()
            .confusion
            .cell(count, &name(&pair.right), &name(&pair.chosen))
    } else {
        words().confusion.cell_right(count, &name(&pair.right))
    }
    .into();
    view! {
        <button
            class="count"
            class:wrong=pair.is_wrong()
            data-testid="confusion-cell"
            data-right=right
            data-chosen=chosen
            title=label.clone()
            aria-label=label
            on:click=move |event| opened.open(pair.clone(), &event)
        >
            {count}
        </button>
    }
}
