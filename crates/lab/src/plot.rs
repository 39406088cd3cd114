//! `lab plot`: the curves of a training run as SVG pictures.

use std::error::Error;
use std::path::{Path, PathBuf};

use twinglyph_core::plot::{Axis, Mark, Palette, Place, Plot, Series};

use crate::network;
use crate::run_log::RunLog;

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
    let named = |error: &dyn std::fmt::Display| format!("{}: {error}", args.log.display());
    let text = std::fs::read_to_string(&args.log).map_err(|error| named(&error))?;
    let skipped = RunLog::parse(&text).skipped;
    let pictures = pictures(&text);
    if pictures.is_empty() {
        let told = match skipped {
            0 => "it has no loss and no validation; it is no log of a run".to_owned(),
            count => format!("none of its {count} entries is a finite number"),
        };
        return Err(named(&told).into());
    }
    if skipped > 0 {
        eprintln!("{skipped} entries of the log are no finite numbers and left out");
    }
    for name in NAMES {
        let Some((_, svg)) = pictures.iter().find(|(of, _)| *of == name) else {
            println!("the log has no {name}");
            continue;
        };
        let mut path = args.out.clone().into_os_string();
        path.push(format!("-{name}.svg"));
        let path = Path::new(&path);
        network::write(path, svg.as_bytes())?;
        println!("wrote {}", path.display());
    }
    Ok(())
}

/// What there are pictures of, as their files are called.
const NAMES: [&str; 2] = ["loss", "validation"];

/// The curves of a log's text as SVG, by their names; a curve without a place has no picture.
pub(crate) fn pictures(log: &str) -> Vec<(&'static str, String)> {
    let log = RunLog::parse(log);
    let losses = log.losses.iter().map(|&(x, y)| Place {
        x,
        y,
        interval: None,
    });
    let validations = log.validations.iter().map(|(x, tally)| {
        let interval = tally.error_interval();
        Place {
            x: *x,
            y: tally.error_rate() * 100.0,
            interval: Some((interval.low * 100.0, interval.high * 100.0)),
        }
    });
    let labels = ["loss of the episodes", "errors on held-out alphabets, %"];
    let places = [losses.collect::<Vec<_>>(), validations.collect()];
    let pictures = NAMES.into_iter().zip(labels.into_iter().zip(places));
    pictures
        .filter(|(_, (_, places))| !places.is_empty())
        .map(|(name, (label, places))| (name, plot(label, places).svg(&Palette::FILE)))
        .collect()
}

fn plot(label: &str, places: Vec<Place>) -> Plot {
    let is_marked = places.iter().any(|place| place.interval.is_some());
    let most = |value: fn(&Place) -> f64| places.iter().map(value).fold(0.0, f64::max);
    let axis = |label: &str, ticks: Vec<f64>| Axis {
        label: label.to_owned(),
        range: (0.0, ticks.last().copied().unwrap_or(1.0)),
        ticks,
    };
    Plot {
        title: format!("A training run: {label} by step"),
        x: axis("steps", whole_ticks(most(|place| place.x))),
        y: axis(
            label,
            ticks(most(|place| {
                place.interval.map_or(place.y, |(_, high)| high)
            })),
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

/// The same of what is counted: whole numbers, fewer of them where there are fewer.
fn whole_ticks(most: f64) -> Vec<f64> {
    let ticks = ticks(most);
    if ticks.iter().all(|tick| tick.fract() == 0.0) {
        return ticks;
    }
    (0..=most.ceil().max(1.0) as u32).map(f64::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_has_two_curves() {
        let log = "step,loss,images_per_second,validation_errors,validation_trials\n\
            10,3.5,100.0,,\n20,2.5,100.0,,\n30,NaN,100.0,,\n20,,,100,400\n";
        let pictures = pictures(log);
        let names: Vec<&str> = pictures.iter().map(|(name, _)| *name).collect();
        assert_eq!(names, NAMES);
        for (name, svg) in pictures {
            assert!(!svg.contains("NaN") && !svg.contains("inf"), "{name}");
        }
        assert!(super::pictures("10,NaN,1,,\n").is_empty());
    }

    #[test]
    fn steps_are_whole_numbers() {
        assert_eq!(whole_ticks(0.0), [0.0, 1.0]);
        assert_eq!(whole_ticks(3.0), [0.0, 1.0, 2.0, 3.0]);
        assert_eq!(whole_ticks(20.0), ticks(20.0));
        for most in 1..100 {
            let most = f64::from(most);
            let ticks = whole_ticks(most);
            assert!(ticks.iter().all(|tick| tick.fract() == 0.0), "{ticks:?}");
            assert!(ticks.len() <= 9 && ticks.last().is_some_and(|&last| last >= most));
        }
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
