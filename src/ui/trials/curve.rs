//! Accuracy against N, as the tutorials plot it: the network, two baselines, chance.

use leptos::prelude::*;
use twinglyph_core::plot::{Axis, Mark, Place, Plot, Series};

use crate::session::measure::{Kind, Sweep, judge_names};
use crate::ui::bench::{Bench, Controls};
use crate::ui::figure::Figure;
use crate::words::words;

/// Seed of the characters and drawers: that of `lab evaluate --sweep` without `--seed`.
const SEED: u32 = 0;

/// The sweep, its plot and its table.
#[component]
pub(super) fn Curve() -> impl IntoView {
    let bench = Bench::<Sweep>::new();
    let kind = RwSignal::new(Kind::Within);
    let measured = RwSignal::new(Kind::Within);
    let start = Callback::new(move |()| {
        let kind = kind.get_untracked();
        measured.set(kind);
        bench.start(move |alphabets| {
            Sweep::new(kind, alphabets, SEED)
                .map_err(|error| words().common.sentence(&words().refusals.sample(&error)))
        });
    });
    let any = move || {
        bench.measure.with(|measure| {
            measure
                .as_ref()
                .is_some_and(|sweep| sweep.rows().next().is_some())
        })
    };
    let plot = Signal::derive(move || {
        bench
            .measure
            .with(|measure| plot(measure.as_ref(), measured.get()))
    });
    let rows = move || {
        bench.measure.with(|measure| {
            measure.as_ref().map(|sweep| {
                sweep
                    .rows()
                    .map(|(ways, tallies)| {
                        let cells = tallies
                            .map(|tally| {
                                let interval = tally.accuracy_interval();
                                let text = if tally.trials() == 0 {
                                    "–".to_owned()
                                } else {
                                    words().measures.percent(
                                        tally.accuracy() * 100.0,
                                        interval.low * 100.0,
                                        interval.high * 100.0,
                                    )
                                };
                                view! { <td data-errors=tally.errors()>{text}</td> }
                            })
                            .collect_view();
                        view! {
                            <tr data-testid="sweep-row" data-ways=ways>
                                <th scope="row">{ways}</th>
                                <td>{tallies[0].trials()}</td>
                                {cells}
                                <td>{format!("{:.1} %", 100.0 / ways as f64)}</td>
                            </tr>
                        }
                    })
                    .collect_view()
            })
        })
    };
    let kinds = [
        (Kind::Within, words().measures.within),
        (Kind::Across, words().measures.across),
    ];
    view! {
        <section class="measure" aria-label=words().measures.curve>
            <h2>{words().measures.more}</h2>
            <p class="about-measure">
                {words().measures.curve_how}
            </p>
            <fieldset class="ways">
                <legend class="visually-hidden">{words().measures.where_from}</legend>
                {kinds
                    .map(|(one, label)| {
                        view! {
                            <label>
                                <input
                                    type="radio"
                                    name="sweep"
                                    class="visually-hidden"
                                    data-testid=match one {
                                        Kind::Within => "sweep-within",
                                        Kind::Across => "sweep-across",
                                    }
                                    prop:checked=move || kind.get() == one
                                    on:change=move |_| kind.set(one)
                                />
                                <span>{label}</span>
                            </label>
                        }
                    })
                    .collect_view()}
            </fieldset>
            <Controls bench name="sweep" label=Signal::stored(words().measures.measure_curve.to_owned()) start />
            <Show when=any>
                <Figure plot name="accuracy-against-n">
                    <div class="wide" role="region" aria-label=words().measures.figures tabindex="0">
                        <table class="figures">
                            <thead>
                                <tr>
                                    <th scope="col">"N"</th>
                                    <th scope="col">{words().measures.trials}</th>
                                    {judge_names()
                                        .map(|name| view! { <th scope="col">{name}</th> })
                                        .collect_view()}
                                    <th scope="col">{words().measures.chance}</th>
                                </tr>
                            </thead>
                            <tbody>{rows}</tbody>
                        </table>
                    </div>
                </Figure>
            </Show>
        </section>
    }
}

fn plot(sweep: Option<&Sweep>, kind: Kind) -> Plot {
    let rows: Vec<_> = sweep
        .map(|sweep| sweep.rows().collect())
        .unwrap_or_default();
    let marks = [Mark::Disc, Mark::Square, Mark::Triangle];
    let mut series: Vec<Series> = judge_names()
        .into_iter()
        .zip(marks)
        .enumerate()
        .map(|(at, (name, mark))| {
            let places = rows.iter().filter(|(_, row)| row[at].trials() > 0);
            let places = places.map(|(ways, row)| {
                let interval = row[at].accuracy_interval();
                Place {
                    x: *ways as f64,
                    y: row[at].accuracy() * 100.0,
                    interval: Some((interval.low * 100.0, interval.high * 100.0)),
                }
            });
            Series {
                name: name.to_owned(),
                mark,
                places: places.collect(),
            }
        })
        .collect();
    series.push(Series {
        name: words().measures.chance.to_owned(),
        mark: Mark::Dots,
        places: rows
            .iter()
            .map(|(ways, _)| Place {
                x: *ways as f64,
                y: 100.0 / *ways as f64,
                interval: None,
            })
            .collect(),
    });
    let from = match kind {
        Kind::Within => words().measures.within_one,
        Kind::Across => words().measures.across,
    };
    let most = rows
        .iter()
        .map(|(ways, _)| *ways as f64)
        .fold(20.0, f64::max);
    let ticks = (0..=6).map(|at| f64::from(at) * 10.0);
    Plot {
        title: words().measures.curve_title(from),
        x: Axis {
            label: words().measures.curve_x(from),
            range: (0.0, most + 2.0),
            ticks: ticks.filter(|&tick| tick <= most).collect(),
        },
        y: Axis {
            label: words().measures.curve_y.to_owned(),
            range: (0.0, 100.0),
            ticks: vec![0.0, 20.0, 40.0, 60.0, 80.0, 100.0],
        },
        series,
    }
}
