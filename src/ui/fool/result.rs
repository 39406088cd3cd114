//! The result: votes beside the network's choice, who is fooled, and the ink that decides.

use leptos::prelude::*;
use twinglyph_core::Bitmap;

use super::Waiting;
use super::ask::Asked;
use super::draw::picture;
use super::game::Game;
use crate::session::fool::{self, Step};
use crate::session::heatmap::occlusion;
use crate::ui::glyph::Glyph;
use crate::ui::seen::Seen;
use crate::ui::stores::{AppState, InspectionStore, use_store};
use crate::words::words;

/// The step.
#[component]
pub(super) fn Outcome() -> impl IntoView {
    let game = expect_context::<Game>();
    let is_shown = move || game.step.get() == Step::Show;
    let verdict = Memo::new(move |_| game.verdict().filter(|_| is_shown()));
    let outcome = move || {
        let (.., verdict) = verdict.get()?;
        Some(match verdict.outcome {
            fool::Outcome::NoVotes => "no-votes",
            fool::Outcome::Fooled => "fooled",
            fool::Outcome::Draw => "draw",
            fool::Outcome::Agreed => "agreed",
        })
    };
    let sentence = move || {
        let (class, similarity, verdict) = verdict.get()?;
        let (name, words) = (game.name(class)?, &words().fool);
        let (others, total) = (verdict.others, verdict.total as usize);
        Some(match verdict.outcome {
            fool::Outcome::NoVotes => words.no_votes(&name, similarity),
            fool::Outcome::Fooled => words.fooled(&name, similarity, others, total),
            fool::Outcome::Draw => words.draws(&name, similarity, others, total),
            fool::Outcome::Agreed => words.agreed(&name, similarity, others, total),
        })
    };
    let score = move || {
        let (_, similarity, verdict) = verdict.get().filter(|(.., it)| it.total > 0)?;
        let percent = verdict.others as f32 * 100.0 / verdict.total as f32;
        let score = verdict.score;
        Some(words().fool.score(score, similarity, percent))
    };
    // Most first; the network's choice stands there in any case.
    let rows = Memo::new(move |_| {
        let mut rows = game.round.with(|round| round.votes.ranked());
        if let Some((class, ..)) = verdict.get()
            && rows.iter().all(|(voted, _)| *voted != class)
        {
            rows.push((class, 0));
        }
        rows
    });
    let count = Memo::new(move |_| rows.with(Vec::len));
    view! {
        <div hidden=move || verdict.with(Option::is_some)>
            <Waiting />
        </div>
        <p class="outcome" role="status" data-testid="fool-outcome" data-outcome=outcome>
            {sentence}
        </p>
        <p data-testid="fool-score">{score}</p>
        <div class="result">
            <Asked />
            <div>
                <h3>{words().fool.bars}</h3>
                <ol class="bars">
                    <For
                        each=move || 0..count.get()
                        key=|at| *at
                        children=move |at| {
                            let row = Memo::new(move |_| rows.with(|rows| rows.get(at).copied()));
                            let choice = Memo::new(move |_| {
                                verdict.with(|verdict| verdict.as_ref().map(|(class, ..)| *class))
                            });
                            view! { <Bar row choice /> }
                        }
                    />
                </ol>
                <p class="run">
                    <button class="button" data-testid="fool-more" on:click=move |_| game.ask_more()>
                        {words().fool.more_votes}
                    </button>
                    <button class="button" data-testid="fool-again" on:click=move |_| game.go_back()>
                        {words().fool.draw_on}
                    </button>
                </p>
            </div>
        </div>
        <Deciding />
    }
}

/// A class with its votes.
#[component]
fn Bar(row: Memo<Option<(usize, u32)>>, choice: Memo<Option<usize>>) -> impl IntoView {
    let game = expect_context::<Game>();
    let class = move || row.get().map(|(class, _)| class);
    let line = move || {
        let (class, count) = row.get()?;
        Some(words().fool.row(&game.name(class)?, count as usize))
    };
    let share = move || {
        let total = game.round.with(|round| round.votes.total()).max(1);
        row.get()
            .map_or(0.0, |(_, count)| f64::from(count) / f64::from(total))
    };
    let is_networks = move || class().is_some() && class() == choice.get();
    view! {
        <li
            data-testid="fool-bar"
            class:networks=is_networks
            style=("--similarity", move || format!("{:.4}", share()))
        >
            <Glyph outline=picture(game, class) />
            <span class="words">
                <span translate="no">{line}</span>
                <em hidden=move || !is_networks()>{words().fool.networks}</em>
                <span class="bar" aria-hidden="true"></span>
            </span>
        </li>
    }
}

/// What the ink is asked about: the drawing and the examples, first that of the network's choice, then that of the
/// class other than it that most people read.
type Question = (Bitmap, Vec<Bitmap>);

/// The ink that decides for the network's choice, and for what people read instead.
#[component]
fn Deciding() -> impl IntoView {
    let game = expect_context::<Game>();
    let app = use_store::<AppState>();
    let store = use_store::<InspectionStore>();
    let question = Memo::new(move |_| -> Option<Question> {
        let (class, _) = game.answer().filter(|_| game.step.get() == Step::Show)?;
        let ranked = game.round.with(|round| round.votes.ranked());
        let mut others = ranked.into_iter().map(|(voted, _)| voted);
        let other = others.find(|voted| *voted != class);
        let examples = game.support.shown.with(|shown| {
            let classes = &shown.as_ref()?.set.classes;
            let found = [Some(class), other].into_iter().flatten();
            let found = found.filter_map(|class| Some(classes.get(class)?.example.clone()));
            Some(found.collect::<Vec<_>>())
        })?;
        Some((game.draw.query.get()?, examples))
    });
    let asked = RwSignal::new(None::<u64>);
    Effect::new(move |_| {
        // A worker that took another's place, or another model, is to be asked again.
        app.model.track();
        let question = question.get();
        asked.set(question.map(|(drawing, examples)| store.inspect(Some(drawing), examples)));
    });
    let maps = Memo::new(move |_| {
        let seen = asked.get().and_then(|ticket| store.answer(ticket));
        seen.map_or_else(Vec::new, |seen| seen.pairs.iter().map(occlusion).collect())
    });
    let drawing = Memo::new(move |_| {
        question.with(|question| question.as_ref().map(|(drawing, _)| drawing.clone()))
    });
    let map = move |at: usize| Signal::derive(move || maps.with(|maps| maps.get(at).cloned()));
    let line = move || match store.inspecting.get() {
        Some((done, total)) if total > 0 => words().network.looking_at(done, total),
        Some(_) => words().network.looking.to_owned(),
        None => String::new(),
    };
    view! {
        <section aria-label=words().fool.ink hidden=move || question.with(Option::is_none)>
            <h3>{words().fool.ink}</h3>
            <p>{words().fool.ink_how}</p>
            <p class="facts looking" data-testid="fool-looking">{line}</p>
            <div class="pair">
                <div hidden=move || { maps.with(Vec::len) < 1 }>
                    <Seen drawing heatmap=map(0) test="fool-ink" caption=words().fool.ink_network />
                </div>
                <div hidden=move || { maps.with(Vec::len) < 2 }>
                    <Seen
                        drawing
                        heatmap=map(1)
                        test="fool-ink-people"
                        caption=words().fool.ink_people
                    />
                </div>
            </div>
        </section>
    }
}
