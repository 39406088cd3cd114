//! `lab plot`: the curves of a training run as SVG pictures.

use std::error::Error;
use std::path::{Path, PathBuf};

use twinglyph_core::plot::{Axis, Mark, Palette, Place, Plot, Series};
use twinglyph_core::score::Tally;

use crate::network;

/// Arguments of `lab plot`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Log of a run, `log.csv` in its folder
    #[arg(long, value_name = "FILE")]
    log: PathBuf,
    /// Stem of the pictures: STEM-loss.svg and STEM-validation.svg
    #[arg(long, value_name = "STEM")]
    out: PathBuf,
}

/// Reads the log and writes both pictures.
pub(crate) fn run(args: &Args) -> Result<(), Box<dyn Error>> {
    let text = std::fs::read_to_string(&args.log)
        .map_err(|error| format!("{}: {error}", args.log.display()))?;
    let (losses, validations) = curves(&text);
    let pictures = [
        ("loss", "loss of the episodes", losses),
        ("validation", "errors on held-out alphabets, %", validations),
    ];
    for (name, label, places) in pictures {
        if places.is_empty() {
            println!("the log has no {name}");
            continue;
        }
        let mut path = args.out.clone().into_os_string();
        path.push(format!("-{name}.svg"));
        let path = Path::new(&path);
        let svg = plot(label, places).svg(&Palette::FILE);
        network::write(path, svg.as_bytes())?;
        println!("wrote {}", path.display());
    }
    Ok(())
}

/// The losses and the validations of a log, by step.
fn curves(log: &str) -> (Vec<Place>, Vec<Place>) {
    let (mut losses, mut validations) = (Vec::new(), Vec::new());
    for line in log.lines() {
        let cells: Vec<&str> = line.split(',').collect();
        let number = |at: usize| cells.get(at).and_then(|cell| cell.parse::<f64>().ok());
        let Some(x) = number(0) else { continue };
        if let Some(y) = number(1) {
            losses.push(Place {
                x,
                y,
                interval: None,
            });
        }
        if let (Some(errors), Some(trials)) = (number(3), number(4))
            && let Ok(tally) = Tally::new(errors as u32, trials as u32)
        {
            let interval = tally.error_interval();
            validations.push(Place {
                x,
                y: tally.error_rate() * 100.0,
                interval: Some((interval.low * 100.0, interval.high * 100.0)),
            });
        }
    }
    (losses, validations)
}

fn plot(label: &str, places: Vec<Place>) -> Plot {
    let is_marked = places.iter().any(|place| place.interval.is_some());
    let most = |value: fn(&Place) -> f64| places.iter().map(value).fold(0.0, f64::max);
    let axis = |label: &str, most: f64| {
        let ticks = ticks(most);
        let last = ticks.last().copied().unwrap_or(1.0);
        Axis {
            label: label.to_owned(),
            range: (0.0, last),
            ticks,
        }
    };
    Plot {
        title: format!("A training run: {label} by step"),
        x: axis("steps", most(|place| place.x)),
        y: axis(
            label,
            most(|place| place.interval.map_or(place.y, |(_, high)| high)),
        ),
        series: vec![Series {
            name: label.to_owned(),
            mark: if is_marked { Mark::Disc } else { Mark::Line },
            places,
        }],
    }
}

/// Round values from 0 to the first that is not below `most`, four to eight of them.
fn ticks(most: f64) -> Vec<f64> {
    let most = if most > 0.0 { most } else { 1.0 };
    let power = 10f64.powf((most / 4.0).log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0]
        .map(|part| part * power)
        .into_iter()
        .find(|step| most / step <= 7.0)
        .unwrap_or(most);
    let count = (most / step).ceil() as u32;
    (0..=count).map(|at| f64::from(at) * step).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_has_two_curves() {
        let log = "step,loss,images_per_second,validation_errors,validation_trials\n\
            10,3.5,100.0,,\n20,2.5,100.0,,\n20,,,100,400\n";
        let (losses, validations) = curves(log);
        assert_eq!(losses.len(), 2);
        assert_eq!((validations[0].x, validations[0].y), (20.0, 25.0));
    }

    #[test]
    fn ticks_are_round_and_reach_the_most() {
        assert_eq!(
            ticks(2800.0),
            [0.0, 500.0, 1000.0, 1500.0, 2000.0, 2500.0, 3000.0]
        );
        for most in [0.3, 1.0, 4.1, 19.9, 36.0, 100.0, 9000.0] {
            let ticks = ticks(most);
            assert!((4..=9).contains(&ticks.len()), "{most}: {ticks:?}");
            assert!(ticks.last().is_some_and(|&last| last >= most));
        }
    }
}
