//! `lab import`: a weights file from a state dict of PyTorch, as safetensors.
//!
//! Which tensor is which is found by names, else by shapes (`import/names.rs`), and printed. The file is read as any
//! other before it is kept, and its similarity is fitted as `lab export` does.

mod names;
mod state;

use std::error::Error;
use std::path::PathBuf;

use twinglyph_core::score::Calibration;
use twinglyph_core::{Architecture, Views};
use twinglyph_nn::weights::{self, Metadata, Precision};
use twinglyph_nn::{Spec, Twin};

use crate::data::DataArgs;
use crate::export::{self, PAIRS};
use crate::file::Out;
use crate::network::{self, Network};
use names::{By, Shapes};
use state::State;

/// Entry of the header of files that PyTorch's own tools write; it says nothing of the network.
const FORMAT: &str = "format";

/// Arguments of `lab import`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// State dict as safetensors
    file: PathBuf,
    /// Which network it is of [default: as its header says]
    #[arg(long, value_parser = network::architectures())]
    architecture: Option<Architecture>,
    #[command(flatten)]
    out: Out,
    /// Take only the tensors whose names begin so, as `model.` [default: what all names begin with]
    #[arg(long, value_name = "TEXT")]
    prefix: Option<String>,
    /// Views that its scores are to be the mean of, 1 or 8 [default: as its header says, else 1]
    #[arg(long, value_name = "N", value_parser = network::views)]
    views: Option<Views>,
    /// Further facts for the header, as training=...
    #[arg(long, value_name = "NAME=VALUE", value_parser = export::fact)]
    fact: Vec<(String, String)>,
    /// Leave the similarity as the header has it, else sigmoid(score)
    #[arg(long, conflicts_with_all = ["pairs", "from", "data"])]
    no_fit: bool,
    /// Balanced pairs of background alphabets that the similarity is fitted on
    #[arg(long, value_name = "N", value_parser = export::pairs(), default_value_t = PAIRS)]
    pairs: usize,
    #[command(flatten)]
    data: DataArgs,
}

/// Imports.
pub(crate) fn run(args: &Args) -> Result<(), Box<dyn Error>> {
    args.out.check()?;
    let named = |error: &dyn std::fmt::Display| format!("{}: {error}", args.file.display());
    let bytes = std::fs::read(&args.file).map_err(|error| named(&error))?;
    let state = State::read(&args.file, &bytes).map_err(|error| named(&error))?;
    drop(bytes);
    let mut metadata = metadata(args, &state).map_err(|error| named(&error))?;
    let bytes = file(args, state, &metadata)?;
    // All checks that any weights file passes.
    let (twin, _) = Twin::read(&bytes).map_err(|error| named(&error))?;
    weights::tells_apart(&bytes).map_err(|error| named(&error))?;
    let bytes = if args.no_fit {
        bytes
    } else {
        let network = Network::new(twin, None);
        let background = args.data.background()?.alphabets;
        metadata.calibration = export::fit(&network, metadata.views, &background, args.pairs)?;
        let (tensors, _) = weights::tensors(&bytes)?;
        export::file(&tensors, &metadata, Precision::F32)?
    };
    network::write(args.out.path(), &bytes)?;
    let path = args.out.path().display();
    println!(
        "wrote {path} ({} bytes); lab export makes a smaller one",
        bytes.len()
    );
    Ok(())
}

/// What the file says of itself, and what the arguments say of it.
fn metadata(args: &Args, state: &State) -> Result<Metadata, Box<dyn Error>> {
    let entries = state.entries.clone().into_iter().collect();
    let mut metadata = match (weights::Metadata::parse(Some(&entries)), args.architecture) {
        (Ok(metadata), None) => metadata,
        (Ok(metadata), Some(architecture)) if metadata.architecture == architecture => metadata,
        (Ok(metadata), Some(other)) => {
            return Err(format!(
                "its header says that it is of {}, not of {}",
                metadata.architecture.as_str(),
                other.as_str()
            )
            .into());
        }
        (Err(_), None) => {
            let names = Architecture::ALL.map(Architecture::as_str).join(", ");
            return Err(format!(
                "its header does not say of which network it is; name it with --architecture: {names}"
            )
            .into());
        }
        (Err(_), Some(architecture)) => {
            let mut metadata = Metadata::new(architecture);
            let facts = state.entries.clone().into_iter();
            metadata
                .facts
                .extend(facts.filter(|(name, _)| !Metadata::is_own(name)));
            metadata
        }
    };
    metadata.facts.remove(FORMAT);
    metadata.facts.extend(args.fact.iter().cloned());
    let views = args.views.unwrap_or(metadata.views);
    let possible = twinglyph_nn::twin::possible(metadata.architecture, views);
    if args.no_fit && possible != metadata.views {
        // Scores by other views have another similarity.
        metadata.calibration = Calibration::IDENTITY;
    }
    metadata.views = possible;
    Ok(metadata)
}

/// The weights file, and on standard output which tensor became which.
fn file(args: &Args, state: State, metadata: &Metadata) -> Result<Vec<u8>, Box<dyn Error>> {
    let named = |error: &dyn std::fmt::Display| format!("{}: {error}", args.file.display());
    let network = Spec::from(metadata.architecture).tensors()?;
    let mut tensors = state.tensors;
    let shapes = tensors.iter();
    let shapes = shapes
        .map(|(name, (shape, _))| (name.clone(), shape.clone()))
        .collect();
    let found = names::find(&network, &shapes, args.prefix.as_deref());
    let (names, by) = found.map_err(|error| {
        let others = Architecture::ALL.into_iter();
        let mut others = others.filter(|other| *other != metadata.architecture);
        match others.find(|other| is_of(*other, &shapes)) {
            Some(other) => named(&format!("it is of {}; {error}", other.as_str())),
            None => named(&error),
        }
    })?;
    match by {
        By::Prefix(prefix) if prefix.is_empty() => {
            println!("{} tensors by their names", names.len())
        }
        By::Prefix(prefix) => println!("{} tensors by their names behind {prefix}", names.len()),
        By::Shape => {
            println!(
                "{} tensors by their shapes, and equal ones by their numbers:",
                names.len()
            );
            for tensor in &network {
                let other = names.get(&tensor.name).map_or("", String::as_str);
                println!("  {:<28} {other}", tensor.name);
            }
        }
    }
    let own = network.into_iter().filter_map(|tensor| {
        let (_, values) = tensors.remove(names.get(&tensor.name)?)?;
        Some((tensor.name, tensor.shape, values))
    });
    let mut bytes = Vec::new();
    weights::file(own, metadata, Precision::F32, &mut bytes).map_err(|error| named(&error))?;
    if !tensors.is_empty() {
        println!("left out: {} other tensors", tensors.len());
    }
    Ok(bytes)
}

/// Has the network tensors of these names and shapes?
fn is_of(architecture: Architecture, shapes: &Shapes) -> bool {
    let network = Spec::from(architecture).tensors().unwrap_or_default();
    names::find(&network, shapes, None).is_ok()
}
