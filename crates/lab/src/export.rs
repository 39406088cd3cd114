//! `lab export`: a weights file for shipping, with its similarity fitted.
//!
//! Temperature and offset are fitted by logistic regression on balanced verification pairs of
//! the background alphabets, never of the evaluation set; with `--data` of that folder's.

use std::error::Error;
use std::path::PathBuf;

use crate::measure::Gallery;
use clap::builder::RangedU64ValueParser;
use twinglyph_core::rng::Rng;
use twinglyph_core::score::Calibration;
use twinglyph_core::trial;
use twinglyph_core::{Alphabet, Views};
use twinglyph_nn::Twin;
use twinglyph_nn::weights::{self, Metadata, PROVENANCE, Precision, Tensors, WeightsError, packed};

use crate::data::DataArgs;
use crate::file::Out;
use crate::network::{self, Network};
use crate::progress::progress;
use crate::provenance::without_folders;
use crate::usage::Usage;

/// Pairs that temperature and offset are fitted on.
pub(crate) const PAIRS: usize = 20_000;

/// Seed of those pairs.
pub(crate) const SEED: u64 = 2;

/// Arguments of `lab export`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Weights file or checkpoint, as `lab train` writes them
    #[arg(long, value_name = "FILE", value_parser = network::model)]
    model: PathBuf,
    #[command(flatten)]
    out: Out,
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
    #[arg(long, value_name = "NAME=VALUE", value_parser = fact)]
    fact: Vec<(String, String)>,
    /// Balanced pairs of background alphabets that the similarity is fitted on
    #[arg(long, value_name = "N", value_parser = pairs(), default_value_t = PAIRS)]
    pairs: usize,
    #[command(flatten)]
    data: DataArgs,
}

fn bits() -> clap::builder::RangedI64ValueParser<u32> {
    let (least, most) = (*packed::BITS.start(), *packed::BITS.end());
    clap::value_parser!(u32).range(i64::from(least)..=i64::from(most))
}

/// Numbers of pairs that a similarity can be fitted on.
pub(crate) fn pairs() -> RangedU64ValueParser<usize> {
    RangedU64ValueParser::new().range(100..=1_000_000)
}

/// A fact on the command line.
pub(crate) fn fact(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        None | Some(("", _)) => Err("a fact is NAME=VALUE".to_owned()),
        Some((name, _)) if Metadata::is_own(name) => Err(format!(
            "{name} is no fact: the file's own numbers and --views set it"
        )),
        Some((name, value)) => Ok((name.to_owned(), value.to_owned())),
    }
}

/// Fits and writes.
pub(crate) fn run(args: &Args) -> Result<(), Box<dyn Error>> {
    args.out.check()?;
    let named = |error: WeightsError| format!("{}: {error}", args.model.display());
    let read = network::read(&args.model)?;
    let (network, mut metadata) = Twin::read(&read).map_err(named)?;
    if let Some(provenance) = metadata.facts.get_mut(PROVENANCE) {
        *provenance = without_folders(provenance);
    }
    let views = args.views.unwrap_or(metadata.views);
    metadata.views = network.possible(views);
    for (at, (name, value)) in args.fact.iter().enumerate() {
        if args.fact[..at].iter().any(|(earlier, _)| earlier == name) {
            return Err(Usage(format!(
                "--fact {name} is there twice; one of them would be ignored"
            ))
            .into());
        }
        metadata.facts.insert(name.clone(), value.clone());
    }
    let precision = match (args.full, args.int8, args.bits) {
        (true, ..) => Precision::F32,
        (_, true, _) => Precision::I8,
        (.., Some(bits)) => Precision::Packed(bits),
        _ => Precision::F16,
    };
    let (tensors, _) = weights::tensors(&read).map_err(named)?;
    let bytes = file(&tensors, &metadata, precision)?;
    // The similarity is fitted to the numbers as they ship.
    let network = Network::new(Twin::read(&bytes)?.0, None);
    let background = args.data.background()?.alphabets;
    metadata.calibration = fit(&network, metadata.views, &background, args.pairs)?;
    let bytes = file(&tensors, &metadata, precision)?;
    network::write(args.out.path(), &bytes)?;
    println!(
        "wrote {} ({} bytes)",
        args.out.path().display(),
        bytes.len()
    );
    Ok(())
}

/// Fits the similarity to the scores of so many balanced pairs, by these views, and prints it.
///
/// # Errors
/// When no similarity follows from the scores.
pub(crate) fn fit(
    network: &Network,
    views: Views,
    background: &[Alphabet],
    pairs: usize,
) -> Result<Calibration, Box<dyn Error>> {
    let pairs = trial::pairs(background, pairs, &mut Rng::new(SEED))?;
    let drawings = pairs.iter().flat_map(|pair| [pair.first, pair.second]);
    let gallery = Gallery::embed(
        (network, views),
        background,
        drawings,
        progress("embedding"),
    )?;
    let scores = gallery.verify(&pairs)?;
    let same: Vec<bool> = pairs.iter().map(|pair| pair.same).collect();
    let fitted = Calibration::fit(scores.into_iter().zip(same)).ok_or(FitError)?;
    let Calibration {
        temperature,
        offset,
    } = fitted;
    println!("similarity = sigmoid(score / {temperature:.4} + {offset:.4})");
    Ok(fitted)
}

/// No similarity follows from a network's scores.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "no similarity follows from the network's scores: they hardly differ, or are no higher for the same character \
     than for two; train it further"
)]
pub(crate) struct FitError;

/// The bytes of a weights file.
pub(crate) fn file(
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
        let written = || file(&tensors, &metadata, Precision::Packed(5)).unwrap();
        let first = written();
        assert!((0..8).all(|_| written() == first));
        let (read, facts) = weights::tensors(&first).unwrap();
        assert!(read.keys().eq(tensors.keys()));
        assert_eq!(facts, metadata);
    }

    #[test]
    fn what_the_header_has_of_its_own_is_no_fact() {
        let given = fact("scores=2 of 400 = 0.5 %");
        assert_eq!(given, Ok(("scores".into(), "2 of 400 = 0.5 %".into())));
        assert_eq!(fact("data=own"), Ok(("data".into(), "own".into())));
        for text in [
            "views=8",
            "architecture=deep",
            "temperature=1",
            "offset=0",
            "stem.conv.weight.packed=5 1",
        ] {
            let told = fact(text).unwrap_err();
            let (name, _) = text.split_once('=').unwrap();
            assert!(told.starts_with(name), "{told}");
        }
        for text in ["", "views", "=8"] {
            assert!(fact(text).is_err());
        }
    }
}
