//! What grows with what, drawn.

use twinglyph_core::plot::{Axis, Mark, Place, Plot, Series};
use twinglyph_e2e::long_run::Reading;

use super::{Growth, Ranked};

/// An axis from zero to the next round number, with five marks.
fn axis(label: &str, most: f64) -> Axis {
    let unit = 10f64.powf((most / 5.0).log10().floor());
    let step = [1.0, 2.0, 2.5, 5.0, 10.0]
        .map(|times| times * unit)
        .into_iter()
        .find(|step| 5.0 * step >= most)
        .unwrap_or(10.0 * unit);
    let ticks = (0..=5).map(|at| f64::from(at) * step).collect();
    Axis {
        label: label.to_owned(),
        range: (0.0, 5.0 * step),
        ticks,
    }
}

fn place(x: f64, y: f64) -> Place {
    Place {
        x,
        y,
        interval: None,
    }
}

fn plot(title: &str, x: &str, y: &str, series: Vec<Series>) -> Plot {
    let most = |of: fn(&Place) -> f64| {
        let places = series.iter().flat_map(|one| &one.places);
        places.map(of).fold(0.0, f64::max)
    };
    Plot {
        title: title.to_owned(),
        x: axis(x, most(|place| place.x)),
        y: axis(y, most(|place| place.y)),
        series,
    }
}

/// Every plot, with the name of its file.
pub(super) fn all(growth: &Growth) -> [(&'static str, Plot); 5] {
    // A set of so many classes is compared by one view of each drawing instead of eight.
    let of = |model: &str, views: u32, mark, value: fn(&Ranked) -> f64| Series {
        name: match views {
            1 => format!("{model}, one view"),
            _ => format!("{model}, {views} views"),
        },
        mark,
        places: growth
            .rankings
            .iter()
            .filter(|one| one.model == model && one.views == views)
            .map(|one| place(one.classes as f64, value(one)))
            .collect(),
    };
    let both = |value| {
        vec![
            of("deep", 8, Mark::Disc, value),
            of("deep", 1, Mark::Triangle, value),
            of("compact", 1, Mark::Square, value),
        ]
    };
    let learned = |name: &str, value: fn(&Reading) -> f64| Series {
        name: name.to_owned(),
        mark: Mark::Disc,
        places: growth
            .training
            .iter()
            .map(|one| place(one.step, value(one)))
            .collect(),
    };
    let opened = Series {
        name: "page".to_owned(),
        mark: Mark::Line,
        places: growth
            .shards
            .iter()
            .map(|one| place(one.alphabets as f64, one.memory / 1e6))
            .collect(),
    };
    [
        (
            "growth-ranking",
            plot(
                "Time of a ranking by the number of classes",
                "classes",
                "milliseconds",
                both(|one| f64::from(one.ranking)),
            ),
        ),
        (
            "growth-memory",
            plot(
                "Memory of the worker by the number of classes",
                "classes",
                "MB",
                both(|one| one.memory / 1e6),
            ),
        ),
        (
            "growth-shards",
            plot(
                "Memory of the page by the number of alphabets opened",
                "alphabets",
                "MB",
                vec![opened],
            ),
        ),
        (
            "growth-steps",
            plot(
                "Time of a run of training by its steps",
                "steps",
                "seconds",
                vec![learned("compact, six images a step", |one| one.seconds)],
            ),
        ),
        (
            "growth-training",
            plot(
                "Memory of the worker by the steps of training",
                "steps",
                "MB",
                vec![learned("worker", |one| one.worker / 1e6)],
            ),
        ),
    ]
}
