//! The end of a session: both answers trial by trial, who was better where, the hardest trial, and lines to share.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::game::Game;
use crate::session::play::{Days, SESSION, Session, Spec, day_of, is_played};
use crate::ui::persistence;
use crate::ui::save::copy;
use crate::ui::share_link::{ShareButtons, Shared, here};
use crate::words::words;

/// Today's number.
pub(super) fn today() -> u32 {
    day_of(js_sys::Date::now())
}

/// The element of the end.
const ENDING: &str = "ending";

/// Goes to what came of the session.
pub(super) fn show_ending() {
    let element = document().get_element_by_id(ENDING);
    if let Some(element) = element.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        element.scroll_into_view();
        // It fails only for an element that has gone.
        let _ = element.focus();
    }
}

/// What came of the session, once all its trials are answered.
#[component]
pub(super) fn Ending() -> impl IntoView {
    let game = expect_context::<Game>();
    let over = Memo::new(move |_| game.session.with(Session::is_over));
    // The day counts once its session is played to the end.
    let in_a_row = Memo::new(move |_| {
        let today = today();
        let of_today = game
            .session
            .with(|session| session.spec == Spec::of_day(today) && is_played(session));
        if !of_today {
            return None;
        }
        let mut days = Days::read(persistence::days().as_deref());
        days.add(today);
        persistence::keep_days(days.write());
        Some(days.in_a_row(today))
    });
    let result = move || {
        game.session.with(|session| {
            let (person, network) = (session.person().tally, session.network().tally);
            let right = network.trials() - network.errors();
            match person.trials() {
                0 => words().trials.end_drawn(right, SESSION),
                _ => words()
                    .trials
                    .end(person.trials() - person.errors(), right, SESSION),
            }
        })
    };
    let shared = move || {
        game.session.with(|session| {
            let (person, network) = (session.person().tally, session.network().tally);
            let right = network.trials() - network.errors();
            match person.trials() {
                0 => words().trials.shared_drawn(right, SESSION),
                _ => words()
                    .trials
                    .shared(person.trials() - person.errors(), right, SESSION),
            }
        })
    };
    let better = move || {
        game.session.with(|session| {
            let outcome = session.outcome();
            (outcome.trials > 0).then(|| {
                words().trials.better_in(
                    outcome.network_better,
                    outcome.person_better,
                    outcome.trials,
                )
            })
        })
    };
    let hardest = move || {
        game.session
            .with(|session| session.hardest().map(|one| one.trial))
    };
    let link = move || {
        let address = game.session.with(|session| session.spec.address(0));
        here(&format!("#/trials?{address}"))
    };
    let shared_link = Shared {
        link: Callback::new(move |()| Ok(link())),
        track: Callback::new(move |()| game.session.track()),
        // It is never so long.
        too_long: Callback::new(|_| String::new()),
        empty: Signal::derive(|| false),
        handle: "session",
    };
    let text = move || {
        let marks = game.session.with(Session::marks);
        format!("{}\n{marks}\n{}", shared(), link())
    };
    let copied = RwSignal::new(None::<bool>);
    Effect::new(move |_| {
        game.session.track();
        copied.set(None);
    });
    let share = move |_| {
        let text = text();
        leptos::task::spawn_local(async move {
            let done = copy(&text).await;
            copied.try_set(Some(done));
        });
    };
    // A session of the person's own characters is of nobody else's page.
    let is_own = move || {
        game.session
            .with(|session| session.spec.set == twinglyph_core::Set::Own)
    };
    view! {
        <Show when=move || over.get()>
            <section class="ending" id=ENDING tabindex="-1" aria-label=words().trials.ending data-testid="trial-ending">
                <h2>{words().trials.ending}</h2>
                <p class="result" data-testid="ending-result">{result}</p>
                <p data-testid="ending-better">{better}</p>
                <p data-testid="ending-days" hidden=move || in_a_row.get().is_none()>
                    {move || in_a_row.get().map(|days| words().trials.days(days))}
                </p>
                <Marks />
                <p class="run">
                    <button
                        class="button"
                        data-testid="ending-hardest"
                        on:click=move |_| {
                            if let Some(trial) = hardest() {
                                game.go(trial);
                            }
                        }
                    >
                        {move || hardest().map(|trial| words().trials.hardest(trial + 1))}
                    </button>
                    <button class="button" data-testid="ending-share" hidden=is_own on:click=share>
                        {words().trials.share}
                    </button>
                    <button class="button" data-testid="ending-new" on:click=move |_| game.play(|_| {})>
                        {words().trials.new_session}
                    </button>
                </p>
                <Show when=move || !is_own()>
                    <ShareButtons shared=shared_link />
                </Show>
                <p class="facts" role="status" data-testid="ending-told">
                    {move || copied.get().map(|done| match done {
                        true => words().trials.copied,
                        false => words().trials.copy_below,
                    })}
                </p>
                <p hidden=move || copied.get() != Some(false)>
                    <textarea readonly rows="4" data-testid="ending-text" aria-label=words().trials.share prop:value=text></textarea>
                </p>
            </section>
        </Show>
    }
}

/// Both answers of every trial; each leads to it.
#[component]
fn Marks() -> impl IntoView {
    let game = expect_context::<Game>();
    let drawn = move || game.session.with(|session| session.spec.drawn);
    let cells = move || {
        game.session.with(|session| {
            session
                .in_order()
                .into_iter()
                .map(|answer| {
                    let (trial, person) = (answer.trial, answer.person_right());
                    let network = answer.network_right();
                    let mark = |right: bool| if right { "✓" } else { "✗" };
                    let label = words().trials.both_answers(trial + 1, person, network);
                    view! {
                        <li>
                            <button
                                class="mark-cell"
                                data-testid="ending-trial"
                                data-person=person.map(|right| right.to_string())
                                data-network=network.to_string()
                                aria-label=label
                                on:click=move |_| game.go(trial)
                            >
                                <span class="number">{trial + 1}</span>
                                <span class:wrong=person == Some(false)>{person.map(mark)}</span>
                                <span class:wrong=!network>{mark(network)}</span>
                            </button>
                        </li>
                    }
                })
                .collect_view()
        })
    };
    view! {
        <div class="marks">
            <p class="facts" aria-hidden="true" hidden=drawn>{words().trials.marks_legend}</p>
            <ol>{cells}</ol>
        </div>
    }
}
