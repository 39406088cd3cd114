//! `lab export`: a weights file for shipping, with its similarity fitted.
//!
//! Temperature and offset are fitted by logistic regression on balanced verification pairs of
//! the background alphabets, never of the evaluation set.

use std::collections::BTreeMap;
use std::error::Error;
use std::path::PathBuf;

use crate::measure::Gallery;
use serde_json::Value;
use twinglyph_core::Views;
use twinglyph_core::rng::Rng;
use twinglyph_core::score::Calibration;
use twinglyph_core::trial;
use twinglyph_nn::Twin;
use twinglyph_nn::weights::{self, Metadata, Precision, Tensors, WeightsError, packed};

use crate::evaluate::progress;
use crate::network::{self, DeviceName, Network};
use crate::source;

/// Pairs that temperature and offset are fitted on.
pub(crate) const PAIRS: usize = 20_000;

/// Seed of those pairs.
pub(crate) const SEED: u64 = 2;

/// Arguments of `lab export`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Weights file, as `lab train` writes it
    #[arg(long, value_name = "FILE")]
    model: PathBuf,
    /// File to write [default: the built-in one of this network]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Keep all numbers in f32
    #[arg(long)]
    full: bool,
    /// Keep matrices and kernels in 8 bits, with a scale a row
    #[arg(long, conflicts_with = "full")]
    int8: bool,
    /// Keep matrices and kernels in so many bits, 3 to 8, with a scale a row
    #[arg(long, value_name = "N", value_parser = bits(), conflicts_with_all = ["full", "int8"])]
    bits: Option<u32>,
    /// Views that its scores are to be the mean of, 1 or 8 [default: those of the file]
    #[arg(long, value_name = "N", value_parser = network::views)]
    views: Option<Views>,
    /// Further facts for the header, as scores=...
    #[arg(long, value_name = "NAME=VALUE")]
    fact: Vec<String>,
    /// Folder of Omniglot's two archives
    #[arg(long, value_name = "DIR")]
    from: Option<PathBuf>,
}

fn bits() -> clap::builder::RangedI64ValueParser<u32> {
    let (least, most) = (*packed::BITS.start(), *packed::BITS.end());
    clap::value_parser!(u32).range(i64::from(least)..=i64::from(most))
}

/// Fits and writes.
pub(crate) fn run(args: &Args) -> Result<(), Box<dyn Error>> {
    let device = DeviceName::Cpu.open()?;
    let (network, mut metadata) = network::load(&args.model, &device)?;
    let views = args.views.unwrap_or(metadata.views);
    metadata.views = network.twin().possible(views);
    for fact in &args.fact {
        let (name, value) = fact
            .split_once('=')
            .ok_or_else(|| format!("{fact} is not NAME=VALUE"))?;
        metadata.facts.insert(name.to_owned(), value.to_owned());
    }
    let precision = match (args.full, args.int8, args.bits) {
        (true, ..) => Precision::F32,
        (_, true, _) => Precision::I8,
        (.., Some(bits)) => Precision::Packed(bits),
        _ => Precision::F16,
    };
    let (tensors, _) = weights::tensors(&std::fs::read(&args.model)?)?;
    let bytes = file(&tensors, &metadata, precision)?;
    // The similarity is fitted to the numbers as they ship.
    let network = Network::new(Twin::read(&bytes)?.0, None);

    let alphabets = source::load(args.from.as_deref())?.background;
    let pairs = trial::pairs(&alphabets, PAIRS, &mut Rng::new(SEED))?;
    let drawings = pairs.iter().flat_map(|pair| [pair.first, pair.second]);
    let gallery = Gallery::embed(
        (&network, metadata.views),
        &alphabets,
        drawings,
        progress("embedding"),
    )?;
    let scores = gallery.verify(&pairs)?;
    let same: Vec<bool> = pairs.iter().map(|pair| pair.same).collect();
    metadata.calibration = fit(&scores, &same);
    let Calibration {
        temperature,
        offset,
    } = metadata.calibration;
    println!("similarity = sigmoid(score / {temperature:.4} + {offset:.4})");

    let bytes = in_order(&file(&tensors, &metadata, precision)?)?;
    let builtin = || network::builtin_model(metadata.architecture);
    let out = args.out.clone().unwrap_or_else(builtin);
    network::write(&out, &bytes)?;
    println!("wrote {} ({} bytes)", out.display(), bytes.len());
    Ok(())
}

/// The bytes of a weights file.
fn file(
    tensors: &Tensors,
    metadata: &Metadata,
    precision: Precision,
) -> Result<Vec<u8>, WeightsError> {
    let tensors = tensors.iter();
    let tensors =
        tensors.map(|(name, (shape, values))| (name.clone(), shape.clone(), values.clone()));
    let mut bytes = Vec::new();
    weights::file(tensors, metadata, precision, &mut bytes)?;
    Ok(bytes)
}

/// The file with its header's entries in the order of their names, so that the same numbers make the same bytes.
fn in_order(file: &[u8]) -> Result<Vec<u8>, Box<dyn Error>> {
    let (length, rest) = file.split_first_chunk().ok_or("the file has no header")?;
    let length = usize::try_from(u64::from_le_bytes(*length))?;
    let (header, data) = rest
        .split_at_checked(length)
        .ok_or("the file has no header")?;
    let header: BTreeMap<String, BTreeMap<String, Value>> = serde_json::from_slice(header)?;
    let mut header = serde_json::to_vec(&header)?;
    header.resize(header.len().next_multiple_of(8), b' ');
    Ok([&(header.len() as u64).to_le_bytes(), &header[..], data].concat())
}

/// Slope and intercept of the logistic regression of `same` on scores, by Newton's method, as
/// temperature and offset.
pub(crate) fn fit(scores: &[f32], same: &[bool]) -> Calibration {
    // Scores are some tens: the regression starts near its end at a slope of 0.1.
    let (mut slope, mut intercept) = (0.1f64, 0.0f64);
    for _ in 0..50 {
        let (mut g0, mut g1, mut h00, mut h01, mut h11) = (0.0, 0.0, 1e-9, 0.0, 1e-9);
        for (&score, &same) in scores.iter().zip(same) {
            let score = f64::from(score);
            let p = 1.0 / (1.0 + (-(slope * score + intercept)).exp());
            let error = p - f64::from(u8::from(same));
            let weight = p * (1.0 - p);
            g0 += error;
            g1 += error * score;
            h00 += weight;
            h01 += weight * score;
            h11 += weight * score * score;
        }
        let determinant = h00 * h11 - h01 * h01;
        let step_0 = (h11 * g0 - h01 * g1) / determinant;
        let step_1 = (h00 * g1 - h01 * g0) / determinant;
        intercept -= step_0;
        slope -= step_1;
        if step_0.abs() + step_1.abs() < 1e-9 {
            break;
        }
    }
    Calibration {
        temperature: (1.0 / slope) as f32,
        offset: intercept as f32,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn files_of_the_same_numbers_have_the_same_bytes() {
        let mut metadata = Metadata::new(twinglyph_core::Architecture::Compact);
        for name in ["data", "note", "trained_on", "training"] {
            metadata
                .facts
                .insert(name.to_owned(), "of a test".to_owned());
        }
        let tensors: Tensors = ["b", "a", "c"]
            .map(|name| (name.to_owned(), (vec![64, 64], vec![0.5; 4096])))
            .into();
        let written = || {
            let file = file(&tensors, &metadata, Precision::Packed(5)).unwrap();
            in_order(&file).unwrap()
        };
        let first = written();
        assert!((0..8).all(|_| written() == first));
        let (read, facts) = weights::tensors(&first).unwrap();
        assert!(read.keys().eq(tensors.keys()));
        assert_eq!(facts, metadata);
    }

    #[test]
    fn the_fit_finds_the_line_that_made_the_data() {
        let mut rng = Rng::new(3);
        let scores: Vec<f32> = (0..40_000).map(|_| rng.uniform(-30.0, 0.0)).collect();
        let same: Vec<bool> = scores
            .iter()
            .map(|score| rng.unit() < 1.0 / (1.0 + (-(score / 2.5 + 5.0)).exp()))
            .collect();
        let Calibration {
            temperature,
            offset,
        } = fit(&scores, &same);
        assert!((temperature - 2.5).abs() < 0.1 && (offset - 5.0).abs() < 0.2);
    }
}
