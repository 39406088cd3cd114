//! `lab evaluate --calibration`: is a similarity of 0.7 right seven times of ten?
//!
//! Balanced pairs, so that 0.5 is to be as likely the same character as another one. Similarities
//! are sorted into ten ranges; of each, how many pairs are the same stands beside the mean
//! similarity.

use std::error::Error;
use std::path::Path;

use serde_json::{Value, json};
use twinglyph_core::plot::{Axis, Mark, Palette, Place, Plot, Series};
use twinglyph_core::score::{Calibration, Reliability};

use crate::network;

/// Prints the table, and draws it where `plot` says.
///
/// # Errors
/// When the picture can't be written.
pub(super) fn run(
    scores: &[f32],
    same: &[bool],
    calibration: Calibration,
    plot: Option<&Path>,
) -> Result<Value, Box<dyn Error>> {
    let similarities = scores.iter().map(|&score| calibration.similarity(score));
    let pairs: Vec<(f32, bool)> = similarities.zip(same.iter().copied()).collect();
    let reliability = Reliability::new(&pairs);
    println!(
        "calibration: mean distance {:.3}",
        reliability.expected_error
    );
    println!(
        "{:>12} {:>8} {:>8}   95 % interval",
        "said", "pairs", "same"
    );
    let mut rows = Vec::new();
    let mut places = Vec::new();
    for bin in &reliability.bins {
        let interval = bin.same.accuracy_interval();
        println!(
            "{:>12.3} {:>8} {:>8.3}   {:.3} to {:.3}",
            bin.mean,
            bin.same.trials(),
            bin.same.accuracy(),
            interval.low,
            interval.high
        );
        rows.push(json!({
            "similarity": bin.mean,
            "pairs": bin.same.trials(),
            "same": bin.same.accuracy(),
            "interval": [interval.low, interval.high],
        }));
        places.push(Place {
            x: bin.mean,
            y: bin.same.accuracy(),
            interval: Some((interval.low, interval.high)),
        });
    }
    if let Some(path) = plot {
        let svg = picture(places).svg(&Palette::FILE);
        network::write(path, svg.as_bytes())?;
        println!("wrote {}", path.display());
    }
    Ok(json!({"expected_error": reliability.expected_error, "bins": rows}))
}

fn picture(places: Vec<Place>) -> Plot {
    let axis = |label: &str| Axis {
        label: label.to_owned(),
        range: (0.0, 1.0),
        ticks: vec![0.0, 0.25, 0.5, 0.75, 1.0],
    };
    let ends = [0.0, 1.0].map(|end| Place {
        x: end,
        y: end,
        interval: None,
    });
    Plot {
        title: "Calibration: similarity against the part of same pairs".to_owned(),
        x: axis("similarity"),
        y: axis("part of the pairs that are the same"),
        series: vec![
            Series {
                name: "measured".to_owned(),
                mark: Mark::Disc,
                places,
            },
            Series {
                name: "ideal".to_owned(),
                mark: Mark::Dots,
                places: ends.to_vec(),
            },
        ],
    }
}
