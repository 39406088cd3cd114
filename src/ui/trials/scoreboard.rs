//! The score of the session, and its wrong answers.

use std::sync::Arc;

use leptos::prelude::*;
use twinglyph_core::Set as Part;
use twinglyph_core::close_calls::{NETWORK_ERRORS, count};
use twinglyph_core::ink::{Pen, rasterise};

use super::game::Game;
use crate::session::persistence::read_ink;
use crate::session::play::{Answer, Named, PlayerScore, SESSION, Session};
use crate::ui::glyph::Glyph;
use crate::ui::save::save_text;
use crate::ui::stores::{AlphabetStore, CustomSetStore, use_store};
use crate::vectorize::outline;
use crate::words::words;

/// Person and network side by side.
#[component]
pub(super) fn Score() -> impl IntoView {
    let game = expect_context::<Game>();
    let rows = move || {
        game.session.with(|session| {
            let [person, network] = [session.person(), session.network()];
            let time = session.median_time().map_or("–".to_owned(), |time| {
                words().trials.seconds(f64::from(time) / 1000.0)
            });
            let both = |of: fn(PlayerScore) -> String| [person, network].map(of);
            [
                (words().trials.right, both(right)),
                (words().trials.interval, both(interval)),
                (
                    words().trials.in_a_row,
                    both(|score| score.streak.to_string()),
                ),
                (words().trials.most, both(|score| score.longest.to_string())),
                (words().trials.median, [time, "–".to_owned()]),
            ]
            .into_iter()
            .enumerate()
            .map(|(at, (what, [person, network]))| {
                let handle = |name: &'static str| (at == 0).then_some(name);
                view! {
                    <tr>
                        <th scope="row">{what}</th>
                        <td data-testid=handle("score-person")>{person}</td>
                        <td data-testid=handle("score-network")>{network}</td>
                    </tr>
                }
            })
            .collect_view()
        })
    };
    let over = move || game.session.with(Session::is_over);
    let hard = move || game.session.with(|session| session.spec.hard);
    let none = move || game.session.with(|session| session.answers.is_empty());
    let share = move || {
        game.session.with(|session| {
            let answered = session.answers.len();
            let seed = session.spec.seed;
            if session.spec.set == Part::Own {
                words().trials.own_answered(answered, SESSION, seed)
            } else if over() {
                words().trials.all_answered(SESSION)
            } else {
                words().trials.answered(answered, SESSION, seed)
            }
        })
    };
    let as_csv = move |_| {
        let text = game.session.with_untracked(Session::csv);
        save_text("twinglyph-trials.csv", "text/csv", &text);
    };
    let as_json = move |_| {
        let text = game
            .session
            .with_untracked(Session::json)
            .unwrap_or_default();
        save_text("twinglyph-trials.json", "application/json", &text);
    };
    view! {
        <section class="score" aria-label=words().trials.score tabindex="0">
            <table class="figures">
                <thead>
                    <tr>
                        <th scope="col">{words().trials.this_session}</th>
                        <th scope="col">{words().trials.person}</th>
                        <th scope="col">{words().trials.machine}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
            <p class="facts" data-testid="trial-hard" hidden=move || !hard()>
                {move || hard().then(|| words().trials.hard_lead(count(), NETWORK_ERRORS))}
            </p>
            <p class="facts" data-testid="trial-share">{share}</p>
            <p>
                <button class="link" disabled=none data-testid="trial-csv" on:click=as_csv>{words().trials.as_csv}</button>
                " "
                <button class="link" disabled=none data-testid="trial-json" on:click=as_json>{words().trials.as_json}</button>
            </p>
        </section>
    }
}

fn right(PlayerScore { tally, .. }: PlayerScore) -> String {
    words().common.of(
        (tally.trials() - tally.errors()).into(),
        tally.trials().into(),
    )
}

fn interval(PlayerScore { tally, .. }: PlayerScore) -> String {
    if tally.trials() == 0 {
        return "–".to_owned();
    }
    let interval = tally.accuracy_interval();
    words()
        .trials
        .percent(interval.low * 100.0, interval.high * 100.0)
}

/// The answers that were wrong, whoever gave them.
#[component]
pub(super) fn Wrongs() -> impl IntoView {
    let game = expect_context::<Game>();
    let wrong = Memo::new(move |_| {
        game.session.with(|session| {
            let wrong = session.answers.iter().filter(|answer| answer.is_wrong());
            wrong.cloned().collect::<Vec<Answer>>()
        })
    });
    view! {
        <Show when=move || wrong.with(|wrong| !wrong.is_empty())>
            <section class="wrongs" aria-label=words().trials.wrongs>
                <h2>{words().trials.wrongs}</h2>
                <ul>
                    <For
                        each=move || wrong.get()
                        key=|answer| answer.trial
                        children=|answer| view! { <Wrong answer /> }
                    />
                </ul>
            </section>
        </Show>
    }
}

#[component]
fn Wrong(answer: Answer) -> impl IntoView {
    let game = expect_context::<Game>();
    let query = match (&answer.query, &answer.ink) {
        (Some(query), _) => {
            view! { <Drawing named=query.clone() caption=words().trials.asked /> }.into_any()
        }
        (None, ink) => view! { <Drawn ink=ink.clone() /> }.into_any(),
    };
    let person = answer
        .person
        .clone()
        .filter(|choice| *choice != answer.right)
        .map(|named| view! { <Drawing named caption=words().trials.your_choice /> });
    let network = (!answer.network_right()).then(|| {
        view! { <Drawing named=answer.network.clone() caption=words().trials.networks_choice /> }
    });
    let right = answer.right.clone();
    let trial = answer.trial;
    let open = move |_| {
        let ink = answer.ink.as_deref().map(|ink| read_ink(Some(ink)));
        game.support
            .show_on_sheet(&answer.right, answer.query.as_ref(), ink);
        // It fails for no address of this form.
        let _ = location().set_hash("#/draw");
    };
    view! {
        <li data-testid="trial-wrong">
            {query} <Drawing named=right caption=words().trials.right /> {person} {network}
            <div class="open">
                <button class="link" data-testid="trial-wrong-open" on:click=open>{words().trials.open}</button>
                <button class="link" on:click=move |_| game.go(trial)>{words().trials.show}</button>
            </div>
        </li>
    }
}

/// What the person drew from memory, as it was kept.
#[component]
pub(super) fn Drawn(ink: Option<String>) -> impl IntoView {
    let drawn = rasterise(&read_ink(ink.as_deref()), Pen::OMNIGLOT);
    let picture = Signal::stored(Arc::from(outline(&drawn)));
    view! {
        <figure>
            <Glyph outline=picture />
            <figcaption>{words().trials.you_drew}</figcaption>
        </figure>
    }
}

/// A drawing of the data, or of the person's own, by its name, fetched if it isn't here.
#[component]
pub(super) fn Drawing(named: Named, caption: &'static str) -> impl IntoView {
    let own = use_store::<CustomSetStore>();
    let alphabets = use_store::<AlphabetStore>();
    let title = own.called(&named);
    let hint = title.clone();
    let picture = picture(alphabets, named);
    view! {
        <figure title=hint>
            <Glyph outline=picture />
            <figcaption>{caption}<span class="visually-hidden">{words().trials.colon}{title}</span></figcaption>
        </figure>
    }
}

/// The outline of a drawing of the data, empty until it is fetched.
pub(super) fn picture(alphabets: AlphabetStore, named: Named) -> RwSignal<Arc<str>> {
    let picture = RwSignal::new(Arc::<str>::from(""));
    leptos::task::spawn_local(async move {
        // What can't be fetched stays without a picture; its name is there.
        if let Some(drawing) = alphabets.drawing(&named).await {
            picture.try_set(outline(&drawing).into());
        }
    });
    picture
}
