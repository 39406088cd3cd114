//! The official 400 trials on the current model and device, beside published results.

use leptos::prelude::*;
use twinglyph_core::runs;
use twinglyph_core::score::Tally;

use super::confusion::OfTrials;
use super::standing::Drawing;
use crate::session::library::plain_name;
use crate::session::measure::{EMBEDDINGS, Official, Wrong};
use crate::session::play::Named;
use crate::session::published::PUBLISHED;
use crate::ui::bench::{Bench, Controls};
use crate::ui::desk::Desk;
use crate::ui::save::save_text;

/// Wrong trials that are shown with pictures. A network that errs more is not looked at trial by
/// trial, and pictures are what a page of hundreds would be slow by.
const SHOWN: usize = 60;

/// The official runs.
#[component]
pub(super) fn OfficialRuns() -> impl IntoView {
    let desk = expect_context::<Desk>();
    let bench = Bench::<Official>::new(desk);
    let start = Callback::new(move |()| bench.start(|_| Ok(Official::default())));
    let tally = Memo::new(move |_| {
        bench
            .measure
            .with(|measure| measure.as_ref().map(Official::tally))
    });
    let errors = move || {
        tally
            .get()
            .map(|tally| format!("{} of {}", tally.errors(), tally.trials()))
    };
    let rate = move || tally.get().filter(|tally| tally.trials() > 0).map(rate);
    let speed = move || {
        bench.measure.with(|measure| {
            let measure = measure.as_ref()?;
            let single = desk.device.get()?.milliseconds;
            let part = f64::from(tally.get()?.trials()) / 400.0;
            let views = desk.model.get()?.views;
            let whole = part * EMBEDDINGS as f64 * f64::from(views) * f64::from(single);
            (part > 0.0 && whole > 0.0).then(|| f64::from(measure.milliseconds()) / whole)
        })
    };
    let facts = move || {
        bench.measure.with(|measure| {
            let measure = measure.as_ref()?;
            let devices: Vec<&str> = measure.devices().iter().map(|kind| kind.as_str()).collect();
            let ratio = speed()?;
            Some(format!(
                "{} on {}: {:.1} s in the recogniser, {ratio:.2} times so many single embeddings.",
                bench.model.get(),
                devices.join(" and "),
                measure.milliseconds() / 1000.0
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
        <section class="measure" aria-label="Official trials">
            <h2>"The official 400 trials"</h2>
            <p class="about-measure">
                "20 runs of 20 trials, 20-way within one alphabet, that people and programs have been measured on since 2015. They are the easy corner of the data: tidy drawers, chosen characters."
            </p>
            <Controls bench name="runs" label=Signal::stored("Run the 400 trials".to_owned()) start />
            <Show when=move || tally.with(Option::is_some)>
                <p class="result">
                    <strong
                        data-testid="runs-errors"
                        data-ratio=move || speed().map(|ratio| format!("{ratio:.3}"))
                        data-choices=choices
                    >
                        {errors}
                    </strong>
                    " wrong" {move || rate().map(|rate| format!(": {rate}"))} "."
                </p>
                <p class="facts">{facts}</p>
                <p>
                    <button class="link" data-testid="runs-csv" on:click=as_csv>"Save every trial as CSV"</button>
                </p>
                <div class="columns">
                    <ByAlphabet bench />
                    <Errors bench />
                </div>
                <OfTrials of="official" title="What was taken for what" confusion />
            </Show>
            <Literature own=tally />
        </section>
    }
}

fn rate(tally: Tally) -> String {
    let interval = tally.error_interval();
    format!(
        "{:.2} % errors (95 % interval {:.1} to {:.1} %)",
        tally.error_rate() * 100.0,
        interval.low * 100.0,
        interval.high * 100.0
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
                        <td>{format!("{} of {}", tally.errors(), tally.trials())}</td>
                    </tr>
                }
            })
            .collect_view()
    };
    view! {
        <table class="figures">
            <thead>
                <tr>
                    <th scope="col">"Alphabet"</th>
                    <th scope="col">"wrong"</th>
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
        <section class="wrongs" aria-label="Trials that went wrong">
            <ul>
                <For
                    each
                    key=|(at, wrong)| (*at, wrong.query)
                    children=|(_, wrong)| view! { <Error wrong /> }
                />
            </ul>
            <Show when=move || { more() > 0 }>
                <p class="facts">{move || format!("{} more are in the CSV.", more())}</p>
            </Show>
        </section>
    }
}

#[component]
fn Error(wrong: Wrong) -> impl IntoView {
    let desk = expect_context::<Desk>();
    let named = |drawing: runs::DrawingRef| Named {
        alphabet: drawing.alphabet.to_owned(),
        character: drawing.character.into(),
        drawer: drawing.drawer.into(),
    };
    let (query, right) = (named(wrong.query), named(wrong.right));
    let open = move |_| {
        desk.show_on_sheet(&right, Some(&query), None);
        // It fails for no address of this form.
        let _ = location().set_hash("#/draw");
    };
    let similarity = format!("run {:02}, {:.2} similar", wrong.run, wrong.similarity);
    view! {
        <li data-testid="runs-wrong">
            <Drawing named=named(wrong.query) caption="asked" />
            <Drawing named=named(wrong.right) caption="right" />
            <Drawing named=named(wrong.chosen) caption="chosen" />
            <div class="open">
                <span class="facts">{similarity}</span>
                <button class="link" on:click=open>"Open in Draw"</button>
            </div>
        </li>
    }
}

/// Published results, with this network's among them once it is measured whole.
#[component]
fn Literature(own: Memo<Option<Tally>>) -> impl IntoView {
    let rows = move || {
        let own = own.get().filter(|tally| tally.trials() == 400);
        let mut rows: Vec<(f64, AnyView)> = PUBLISHED
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
                    <th scope="row">"This network, here and now"</th>
                    <td>{format!("{:.1} %", tally.error_rate() * 100.0)}</td>
                    <td>{interval(tally)}</td>
                    <td class="words">"Measured in this browser."</td>
                </tr>
            };
            rows.push((tally.error_rate() * 100.0, row.into_any()));
        }
        rows.sort_by(|a, b| a.0.total_cmp(&b.0));
        rows.into_iter().map(|(_, row)| row).collect_view()
    };
    view! {
        <details class="literature" open>
            <summary>"Published results on these trials"</summary>
            <div class="wide" role="region" aria-label="The figures as a table" tabindex="0">
                <table class="figures">
                    <thead>
                        <tr>
                            <th scope="col">"Who"</th>
                            <th scope="col">"errors"</th>
                            <th scope="col">"95 % interval"</th>
                            <th scope="col">"Conditions and source"</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
            <p class="facts">
                "The intervals are Wilson's for 400 trials. Those of people are of many persons, so theirs is narrower in truth."
            </p>
        </details>
    }
}

fn interval(tally: Tally) -> String {
    let interval = tally.error_interval();
    format!(
        "{:.1} to {:.1} %",
        interval.low * 100.0,
        interval.high * 100.0
    )
}
