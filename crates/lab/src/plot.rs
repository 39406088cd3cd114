//! `lab plot`: the curves of a training run as SVG pictures.

use std::error::Error;
use std::path::{Path, PathBuf};

use twinglyph_core::plot::{Axis, Mark, Palette, Place, Plot, Series};

use crate::network;
use crate::run_log::RunLog;
use crate::train::seeds;

/// The log's file in a run's folder.
const LOG: &str = "log.csv";

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
    if args.log.is_dir() {
        return Err(of_folder(&args.log).into());
    }
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

/// Why a folder is no log, and which file could be named instead.
fn of_folder(folder: &Path) -> String {
    let told = folder.display();
    let log = folder.join(LOG);
    if log.is_file() {
        return format!("{told} is a folder; name its log: --log {}", log.display());
    }
    match seeds::advice(folder, Some(LOG)) {
        Some(advice) => format!("{told} is a folder; {advice}"),
        None => format!("{told} is a folder without {LOG}; name the log of a run"),
    }
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
    Plot {
        title: format!("A training run: {label} by step"),
        x: Axis::counting("steps", most(|place| place.x).ceil() as u32),
        y: Axis::measuring(
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
    fn steps_are_whole_numbers_and_all_places_are_within_the_axes() {
        let place = |x, y, interval| Place { x, y, interval };
        let plot = plot(
            "errors",
            vec![place(3.0, 2.0, None), place(6.0, 30.0, Some((20.0, 41.0)))],
        );
        assert_eq!(plot.x.ticks, [0.0, 2.0, 4.0, 6.0]);
        assert_eq!((plot.x.range.1, plot.y.range.1), (6.0, 50.0));
    }
}
