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
    metadata.calibration = Calibration::fit(scores.into_iter().zip(same))
        .ok_or("the network tells no drawings apart, so no similarity follows from its scores")?;
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
}
