//! The official 400 trials on the current model and device, beside published results.

use leptos::prelude::*;
use twinglyph_core::runs;
use twinglyph_core::score::Tally;

use super::confusion::OfTrials;
use super::scoreboard::Drawing;
use crate::session::library::plain_name;
use crate::session::measure::{EMBEDDINGS, Official, Wrong};
use crate::session::play::Named;
use crate::session::published::published;
use crate::ui::bench::{Bench, Controls};
use crate::ui::save::save_text;
use crate::ui::stores::{AppState, SupportStore, use_store};
use crate::words::words;

/// Wrong trials that are shown with pictures. A network that errs more is not looked at trial by
/// trial, and pictures are what a page of hundreds would be slow by.
const SHOWN: usize = 60;

/// The official runs.
#[component]
pub(super) fn OfficialRuns() -> impl IntoView {
    let app = use_store::<AppState>();
    let bench = Bench::<Official>::new();
    let start = Callback::new(move |()| bench.start(|_| Ok(Official::default())));
    let tally = Memo::new(move |_| {
        bench
            .measure
            .with(|measure| measure.as_ref().map(Official::tally))
    });
    let errors = move || {
        tally.get().map(|tally| {
            words()
                .common
                .of(tally.errors().into(), tally.trials().into())
        })
    };
    let rate = move || tally.get().filter(|tally| tally.trials() > 0).map(rate);
    let speed = move || {
        bench.measure.with(|measure| {
            let measure = measure.as_ref()?;
            let single = app.device.get()?.milliseconds;
            let part = f64::from(tally.get()?.trials()) / 400.0;
            let views = app.model.get()?.views;
            let whole = part * EMBEDDINGS as f64 * f64::from(views) * f64::from(single);
            (part > 0.0 && whole > 0.0).then(|| f64::from(measure.milliseconds()) / whole)
        })
    };
    let facts = move || {
        bench.measure.with(|measure| {
            let measure = measure.as_ref()?;
            let devices: Vec<&str> = measure.devices().iter().map(|kind| kind.as_str()).collect();
            let ratio = speed()?;
            Some(words().measures.took(
                &bench.model.get(),
                &devices.join(words().measures.and),
                f64::from(measure.milliseconds()) / 1000.0,
                ratio,
            ))
        })
    };
    let confusion = Memo::new(move |_| {
        let judged = bench
            .measure
            .with(|measure| measure.as_ref().map(Official::judged));
        judged.unwrap_or_default().into_iter().collect()
    });
    let choices = move || {
        bench
            .measure
            .with(|measure| measure.as_ref().map(Official::choices))
    };
    let as_csv = move |_| {
        let text = bench
            .measure
            .with_untracked(|measure| measure.as_ref().map(Official::csv));
        save_text(
            "twinglyph-official.csv",
            "text/csv",
            &text.unwrap_or_default(),
        );
    };
    view! {
        <section class="measure" aria-label=words().measures.official>
            <h2>{words().measures.official_title}</h2>
            <p class="about-measure">
                {words().measures.official_how}
            </p>
            <Controls bench name="runs" label=Signal::stored(words().measures.run_official.to_owned()) start />
            <Show when=move || tally.with(Option::is_some)>
                <p class="result">
                    <strong
                        data-testid="runs-errors"
                        data-ratio=move || speed().map(|ratio| format!("{ratio:.3}"))
                        data-choices=choices
                    >
                        {errors}
                    </strong>
                    {words().measures.wrong} {move || rate().map(|rate| words().measures.wrong_rate(&rate))} {words().measures.stop}
                </p>
                <p class="facts">{facts}</p>
                <p>
                    <button class="link" data-testid="runs-csv" on:click=as_csv>{words().measures.every_csv}</button>
                </p>
                <div class="columns">
                    <ByAlphabet bench />
                    <Errors bench />
                </div>
                <OfTrials of="official" title=words().confusion.official confusion />
            </Show>
            <Literature own=tally />
        </section>
    }
}

fn rate(tally: Tally) -> String {
    let interval = tally.error_interval();
    words().measures.errors(
        tally.error_rate() * 100.0,
        interval.low * 100.0,
        interval.high * 100.0,
    )
}

#[component]
fn ByAlphabet(bench: Bench<Official>) -> impl IntoView {
    let rows = move || {
        let alphabets = bench
            .measure
            .with(|measure| measure.as_ref().map(Official::by_alphabet));
        alphabets
            .unwrap_or_default()
            .into_iter()
            .map(|(name, tally)| {
                view! {
                    <tr>
                        <th scope="row">{plain_name(name)}</th>
                        <td>{words().common.of(tally.errors().into(), tally.trials().into())}</td>
                    </tr>
                }
            })
            .collect_view()
    };
    view! {
        <table class="figures">
            <thead>
                <tr>
                    <th scope="col">{words().common.alphabet}</th>
                    <th scope="col">{words().measures.wrong_column}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
}

#[component]
fn Errors(bench: Bench<Official>) -> impl IntoView {
    let wrong = Memo::new(move |_| {
        let wrong = bench
            .measure
            .with(|measure| measure.as_ref().map(Official::wrong));
        wrong.unwrap_or_default()
    });
    let each = move || {
        let wrong = wrong.get().into_iter();
        wrong.take(SHOWN).enumerate().collect::<Vec<_>>()
    };
    let more = move || wrong.with(|wrong| wrong.len().saturating_sub(SHOWN));
    view! {
        <section class="wrongs" aria-label=words().measures.went_wrong>
            <ul>
                <For
                    each
                    key=|(at, wrong)| (*at, wrong.query)
                    children=|(_, wrong)| view! { <Error wrong /> }
                />
            </ul>
            <Show when=move || { more() > 0 }>
                <p class="facts">{move || words().measures.more_in_csv(more())}</p>
            </Show>
        </section>
    }
}

#[component]
fn Error(wrong: Wrong) -> impl IntoView {
    let support = use_store::<SupportStore>();
    let named = |drawing: runs::DrawingRef| Named {
        alphabet: drawing.alphabet.to_owned(),
        character: drawing.character.into(),
        drawer: drawing.drawer.into(),
    };
    let (query, right) = (named(wrong.query), named(wrong.right));
    let open = move |_| {
        support.show_on_sheet(&right, Some(&query), None);
        // It fails for no address of this form.
        let _ = location().set_hash("#/draw");
    };
    let similarity = words().measures.run_similar(wrong.run, wrong.similarity);
    view! {
        <li data-testid="runs-wrong">
            <Drawing named=named(wrong.query) caption=words().measures.asked />
            <Drawing named=named(wrong.right) caption=words().measures.right />
            <Drawing named=named(wrong.chosen) caption=words().measures.chosen />
            <div class="open">
                <span class="facts">{similarity}</span>
                <button class="link" on:click=open>{words().trials.open}</button>
            </div>
        </li>
    }
}

/// Published results, with this network's among them once it is measured whole.
#[component]
fn Literature(own: Memo<Option<Tally>>) -> impl IntoView {
    let rows = move || {
        let own = own.get().filter(|tally| tally.trials() == 400);
        let mut rows: Vec<(f64, AnyView)> = published()
            .iter()
            .map(|one| {
                let interval = Tally::new((one.error_percent * 4.0).round() as u32, 400)
                    .map_or_else(|_| String::new(), interval);
                let row = view! {
                    <tr>
                        <th scope="row">{one.who}</th>
                        <td>{format!("{:.1} %", one.error_percent)}</td>
                        <td>{interval}</td>
                        <td class="words">
                            {one.conditions} " " <a href=one.link rel="noreferrer">{one.source}</a>
                        </td>
                    </tr>
                };
                (one.error_percent, row.into_any())
            })
            .collect();
        if let Some(tally) = own {
            let row = view! {
                <tr class="own">
                    <th scope="row">{words().measures.this_network}</th>
                    <td>{format!("{:.1} %", tally.error_rate() * 100.0)}</td>
                    <td>{interval(tally)}</td>
                    <td class="words">{words().measures.measured_here}</td>
                </tr>
            };
            rows.push((tally.error_rate() * 100.0, row.into_any()));
        }
        rows.sort_by(|a, b| a.0.total_cmp(&b.0));
        rows.into_iter().map(|(_, row)| row).collect_view()
    };
    view! {
        <details class="literature" open>
            <summary>{words().measures.published}</summary>
            <div class="wide" role="region" aria-label=words().measures.figures tabindex="0">
                <table class="figures">
                    <thead>
                        <tr>
                            <th scope="col">{words().measures.who}</th>
                            <th scope="col">{words().measures.errors_column}</th>
                            <th scope="col">{words().trials.interval}</th>
                            <th scope="col">{words().measures.conditions}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
            <p class="facts">
                {words().measures.wilson}
            </p>
        </details>
    }
}

fn interval(tally: Tally) -> String {
    let interval = tally.error_interval();
    words()
        .measures
        .interval(interval.low * 100.0, interval.high * 100.0)
}
