//! Same character or not: verification on balanced pairs, and its ROC curve.

use leptos::prelude::*;
use twinglyph_core::plot::{Axis, Mark, Place, Plot, Series};
use twinglyph_core::verification::Roc;

use crate::session::measure::{PAIRS, Pairs};
use crate::ui::bench::{Bench, Controls};
use crate::ui::figure::Figure;
use crate::words::words;

/// Seed of the pairs: that of `lab evaluate --verification` without `--seed`.
const SEED: u32 = 0;

/// Rows of the table: the curve has a point a score.
const ROWS: usize = 20;

/// The pairs, the curve and its table.
#[component]
pub(super) fn Verification() -> impl IntoView {
    let bench = Bench::<Pairs>::new();
    let start = Callback::new(move |()| {
        bench.start(|alphabets| {
            Pairs::new(alphabets, SEED).map_err(|error| words().common.sentence(&error.to_string()))
        });
    });
    let roc = Memo::new(move |_| {
        bench
            .measure
            .with(|measure| measure.as_ref().and_then(Pairs::roc))
    });
    let tally = move || {
        bench
            .measure
            .with(|measure| measure.as_ref().map(Pairs::tally))
            .filter(|tally| tally.trials() > 0)
    };
    let errors = move || {
        tally().map(|tally| {
            words()
                .common
                .of(tally.errors().into(), tally.trials().into())
        })
    };
    let sentence = move || {
        let (tally, roc) = (tally()?, roc.get()?);
        let interval = tally.accuracy_interval();
        Some(words().measures.verified(
            tally.accuracy() * 100.0,
            interval.low * 100.0,
            interval.high * 100.0,
            roc.area,
        ))
    };
    let area = move || roc.with(|roc| roc.as_ref().map(|roc| format!("{:.6}", roc.area)));
    let plot = Signal::derive(move || roc.with(|roc| plot(roc.as_ref())));
    let rows = move || {
        roc.with(|roc| {
            roc.as_ref().map(|roc| {
                (0..=ROWS)
                    .filter_map(|at| roc.points.get(at * (roc.points.len() - 1) / ROWS))
                    .map(|point| {
                        view! {
                            <tr>
                                <td>{format!("{:.3}", point.threshold)}</td>
                                <td>{format!("{:.1} %", point.false_positives * 100.0)}</td>
                                <td>{format!("{:.1} %", point.true_positives * 100.0)}</td>
                            </tr>
                        }
                    })
                    .collect_view()
            })
        })
    };
    view! {
        <section class="measure" aria-label=words().measures.verification>
            <h2>{words().measures.same}</h2>
            <p class="about-measure">
                {words().measures.verify_how(PAIRS)}
            </p>
            <Controls bench name="verify" label=Signal::stored(words().measures.compare(PAIRS)) start />
            <Show when=move || roc.with(Option::is_some)>
                <p class="result">
                    <strong data-testid="verify-errors" data-area=area>{errors}</strong>
                    {sentence}
                </p>
                <Figure plot name="verification-roc">
                    <table class="figures">
                        <thead>
                            <tr>
                                <th scope="col">{words().measures.lowest}</th>
                                <th scope="col">{words().measures.false_same}</th>
                                <th scope="col">{words().measures.true_same}</th>
                            </tr>
                        </thead>
                        <tbody>{rows}</tbody>
                    </table>
                </Figure>
            </Show>
        </section>
    }
}

fn plot(roc: Option<&Roc>) -> Plot {
    let percent = |label: &str| Axis {
        label: label.to_owned(),
        range: (0.0, 100.0),
        ticks: vec![0.0, 20.0, 40.0, 60.0, 80.0, 100.0],
    };
    let place = |x: f64, y: f64| Place {
        x: x * 100.0,
        y: y * 100.0,
        interval: None,
    };
    let points = roc.map_or(&[][..], |roc| &roc.points);
    Plot {
        title: words().measures.roc.to_owned(),
        x: percent(words().measures.roc_x),
        y: percent(words().measures.roc_y),
        series: vec![
            Series {
                name: words().measures.twin.to_owned(),
                mark: Mark::Line,
                places: points
                    .iter()
                    .map(|point| place(point.false_positives, point.true_positives))
                    .collect(),
            },
            Series {
                name: words().measures.chance.to_owned(),
                mark: Mark::Dots,
                places: vec![place(0.0, 0.0), place(1.0, 1.0)],
            },
        ],
    }
}
