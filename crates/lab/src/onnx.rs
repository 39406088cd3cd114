//! `lab onnx`: a network as an ONNX model, for other runtimes.
//!
//! Images come as `core::views` makes them of a drawing by one view: `[n, 1, side, side]` from 0 (paper) to 1 (ink).
//! Numbers of images are dynamic. The model holds the weights in f32 by their names in the weights file, and its
//! entries. `nn::Spec` says the layers, so that every network is written by the same code.

mod graph;
mod layers;
mod protobuf;
#[cfg(test)]
mod tests;

use std::error::Error;
use std::path::{Path, PathBuf};

use twinglyph_nn::spec::Head;
use twinglyph_nn::weights::{self, Metadata, Tensors};
use twinglyph_nn::{PLACES, Spec, SpecError, Twin};

use crate::file::Out;
use crate::network;
use crate::usage::Usage;
use graph::{Graph, Length};
use layers::{Embedded, Network};

/// Arguments of `lab onnx`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Weights file, or the name of a built-in one [default: deep]
    #[arg(long, value_name = "FILE", value_parser = network::model)]
    model: Option<PathBuf>,
    #[command(flatten)]
    out: Out,
    /// Which part of the network
    #[arg(long, value_enum, default_value_t)]
    part: Part,
}

/// What a model computes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Part {
    /// query [n, 1, side, side] and support [m, 1, side, side] to scores [n, m]
    #[default]
    Twin,
    /// images [n, 1, side, side] to global [n, components] and, where there is one, local [n, 36, channels]
    Embedding,
    /// query_global, query_local, support_global and support_local to scores [n, m]
    Scorer,
}

/// Why a network can't be written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum OnnxError {
    /// The network can't be computed here.
    #[error(transparent)]
    Spec(#[from] SpecError),
    /// The weights lack a tensor, or the network a layer.
    #[error("the network lacks {0}")]
    Missing(String),
}

/// Writes the model.
pub(crate) fn run(args: &Args) -> Result<(), Box<dyn Error>> {
    check_name(args.out.path())?;
    args.out.check()?;
    let path = args.model.clone();
    let path = path.unwrap_or_else(network::default_model);
    let named = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
    let bytes = network::read(&path)?;
    let (_, metadata) = Twin::read(&bytes).map_err(|error| named(&error))?;
    let (tensors, _) = weights::tensors(&bytes).map_err(|error| named(&error))?;
    let model = model(args.part, &metadata, &tensors)?;
    network::write(args.out.path(), &model)?;
    println!(
        "wrote {} ({} bytes)",
        args.out.path().display(),
        model.len()
    );
    Ok(())
}

/// Checks that a file's name says what is in it. Pipes and devices may be called anything.
///
/// # Errors
/// When it has another ending.
fn check_name(path: &Path) -> Result<(), Usage> {
    let ending = path.extension().unwrap_or_default();
    let is_file = path.metadata().map_or(true, |found| found.is_file());
    match ending.eq_ignore_ascii_case("onnx") || !is_file {
        true => Ok(()),
        false => Err(Usage(format!(
            "--out {}: this command writes ONNX, and other programs know it by the ending .onnx; name it {}",
            path.display(),
            path.with_extension("onnx").display()
        ))),
    }
}

/// The file of a model.
fn model(part: Part, metadata: &Metadata, tensors: &Tensors) -> Result<Vec<u8>, OnnxError> {
    let spec = Spec::from(metadata.architecture);
    spec.check()?;
    let layers = Network {
        spec: &spec,
        tensors,
    };
    let mut graph = Graph::default();
    let (queries, supports) = (Length::Any("queries"), Length::Any("supports"));
    let image = |count| {
        let side = Length::Is(spec.input_side);
        [count, Length::Is(1), side, side]
    };
    let scores = match part {
        Part::Embedding => {
            let count = Length::Any("images");
            let images = graph.input("images", &image(count));
            let embedded = layers.embed(&mut graph, &images)?;
            let [global, local] = shapes(&spec, count);
            graph.rename(&embedded.global, "global");
            graph.output("global", &global);
            if let Some(value) = embedded.local {
                graph.rename(&value, "local");
                graph.output("local", &local);
            }
            None
        }
        Part::Twin => {
            let query = graph.input("query", &image(queries));
            let support = graph.input("support", &image(supports));
            let query = layers.embed(&mut graph, &query)?;
            let support = layers.embed(&mut graph, &support)?;
            Some(layers.score(&mut graph, &query, &support)?)
        }
        Part::Scorer => {
            let mut side = |name: &str, count| {
                let [global, local] = shapes(&spec, count);
                let global = graph.input(&format!("{name}_global"), &global);
                let mut local = || graph.input(&format!("{name}_local"), &local);
                let local = matches!(spec.head, Head::GlobalLocal(_)).then(&mut local);
                Embedded { global, local }
            };
            let (query, support) = (side("query", queries), side("support", supports));
            Some(layers.score(&mut graph, &query, &support)?)
        }
    };
    if let Some(scores) = scores {
        graph.rename(&scores, "scores");
        graph.output("scores", &[queries, supports]);
    }
    let name = metadata.architecture.as_str();
    let documentation = format!(
        "{name}: images of {side} x {side} pixels from 0 (paper) to 1 (ink); similarity by as many views as the \
         entry says = sigmoid(score / temperature + offset)",
        side = spec.input_side
    );
    let entries = metadata.entries().into_iter();
    let entries: std::collections::BTreeMap<_, _> = entries.collect();
    Ok(graph.file(name, &documentation, &entries))
}

/// Shapes of so many embeddings: global and local.
fn shapes(spec: &Spec, count: Length) -> [Vec<Length>; 2] {
    let components = match &spec.dense {
        Some(dense) => Length::Is(dense.components),
        None => Length::Any("components"),
    };
    let channels = match &spec.head {
        Head::GlobalLocal(local) => local.channels,
        Head::WeightedL1 => 0,
    };
    [
        vec![count, components],
        vec![count, Length::Is(PLACES), Length::Is(channels)],
    ]
}
