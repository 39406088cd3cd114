//! `lab embed`: embeddings of drawings as NumPy arrays, with a table that says which drawing each row is.
//!
//! `FILE.npy` has the global embeddings `[drawings, components]`. Beside it lie `FILE.csv` with a line a row, and where
//! they are asked for `FILE.local.npy` `[drawings, 36, channels]` and `FILE.inputs.npy` `[drawings, side, side]`. By
//! eight views each array has a second dimension for them: `[drawings, 8, ...]`.

mod npy;

use std::error::Error;
use std::path::PathBuf;

use twinglyph_core::{Alphabet, Bitmap, Views};
use twinglyph_nn::spec::Head;
use twinglyph_nn::{PLACES, Spec, twin};

use crate::data::DataArgs;
use crate::file::Out;
use crate::network::{self, DeviceName};
use crate::progress::progress;

/// Images embedded at once: bounds memory beside the arrays.
const BATCH: usize = 64;

/// Arguments of `lab embed`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Weights file, or the name of a built-in one [default: deep]
    #[arg(long, value_name = "FILE", value_parser = network::model)]
    model: Option<PathBuf>,
    #[command(flatten)]
    out: Out,
    /// Alphabets of either set, by comma [default: the 20 evaluation alphabets]
    #[arg(long, value_delimiter = ',', value_name = "NAMES")]
    alphabets: Vec<String>,
    /// The 30 background alphabets instead
    #[arg(long, conflicts_with = "alphabets")]
    background: bool,
    /// Views of each drawing, 1 or 8
    #[arg(long, value_name = "N", value_parser = network::views, default_value = "1")]
    views: Views,
    /// Write the local embeddings too
    #[arg(long)]
    local: bool,
    /// Write the images that the network sees too
    #[arg(long)]
    inputs: bool,
    /// Where to compute
    #[arg(long, value_enum, default_value_t)]
    device: DeviceName,
    #[command(flatten)]
    data: DataArgs,
}

/// Why drawings can't be embedded.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
enum EmbedError {
    /// The array's name has another ending.
    #[error("{0} is not named *.npy, the arrays' format; name one that is with --out")]
    Name(String),
    /// All alphabets of the folder are one set.
    #[error(
        "{0} holds no images_background beside images_evaluation; leave out --background, which chooses between them"
    )]
    NoSets(String),
    /// The network compares whole drawings only.
    #[error("{0} has no local embedding; leave out --local")]
    NoLocal(&'static str),
}

/// An array on its way: its file, and its numbers' bytes.
struct Array {
    path: PathBuf,
    bytes: Vec<u8>,
}

impl Array {
    fn extend(&mut self, values: impl Iterator<Item = f32>) {
        self.bytes.extend(values.flat_map(f32::to_le_bytes));
    }

    /// Writes the array of so many rows and perhaps views, and of what follows from its length behind `inner`.
    fn write(self, rows: &[usize], inner: &[usize]) -> Result<(), Box<dyn Error>> {
        let known: usize = rows.iter().chain(inner).product();
        let last = self.bytes.len() / size_of::<f32>() / known.max(1);
        let shape = [rows, inner, &[last]].concat();
        network::write(&self.path, &npy::file(&shape, &self.bytes))?;
        let lengths: Vec<String> = shape.iter().map(ToString::to_string).collect();
        println!("wrote {} [{}]", self.path.display(), lengths.join(", "));
        Ok(())
    }
}

/// Embeds and writes.
pub(crate) fn run(args: &Args) -> Result<(), Box<dyn Error>> {
    let out = args.out.path();
    if out.extension().is_none_or(|extension| extension != "npy") {
        return Err(EmbedError::Name(out.display().to_string()).into());
    }
    let array = |name: &str| Array {
        path: out.with_extension(name),
        bytes: Vec::new(),
    };
    let mut global = array("npy");
    let mut local = args.local.then(|| array("local.npy"));
    let mut inputs = args.inputs.then(|| array("inputs.npy"));
    let table = out.with_extension("csv");
    let arrays = [Some(&global), local.as_ref(), inputs.as_ref()];
    for path in arrays.into_iter().flatten().map(|array| &array.path) {
        args.out.check_beside(path)?;
    }
    args.out.check_beside(&table)?;

    let path = args.model.clone().unwrap_or_else(network::default_model);
    let (network, metadata) = network::load(&path, &args.device.open()?)?;
    if args.local && Spec::from(metadata.architecture).head == Head::WeightedL1 {
        return Err(EmbedError::NoLocal(metadata.architecture.as_str()).into());
    }
    let views = network.twin().possible(args.views);
    let alphabets = alphabets(args)?;
    let drawings: Vec<&Bitmap> = alphabets.iter().flat_map(Alphabet::drawings).collect();
    let mut told = progress("embedding");
    let mut done = 0;
    for batch in drawings.chunks(BATCH / views.count()) {
        let embedded = network.embed(batch.iter().copied(), views)?;
        global.extend(embedded.global());
        if let Some(local) = &mut local {
            local.extend(embedded.local());
        }
        if let Some(inputs) = &mut inputs {
            let images = twin::inputs(metadata.architecture, batch.iter().copied(), views);
            inputs.extend(images.into_iter());
        }
        done += batch.len();
        told(done, drawings.len());
    }
    let rows = match views {
        Views::One => vec![drawings.len()],
        Views::Eight => vec![drawings.len(), views.count()],
    };
    global.write(&rows, &[])?;
    if let Some(local) = local {
        local.write(&rows, &[PLACES])?;
    }
    if let Some(inputs) = inputs {
        inputs.write(&rows, &[metadata.architecture.input_side()])?;
    }
    network::write(&table, rows_of(&alphabets).as_bytes())?;
    println!("wrote {}", table.display());
    Ok(())
}

/// The alphabets that are asked for.
fn alphabets(args: &Args) -> Result<Vec<Alphabet>, Box<dyn Error>> {
    if args.background {
        if !args.data.has_sets() {
            let path = args.data.folder();
            return Err(EmbedError::NoSets(path).into());
        }
        return Ok(args.data.background()?.alphabets);
    }
    if args.alphabets.is_empty() {
        return Ok(args.data.evaluation()?.alphabets);
    }
    let all = args.data.all()?;
    let named = args
        .alphabets
        .iter()
        .map(|name| all.alphabet(name).cloned());
    Ok(named.collect::<Result<_, _>>()?)
}

/// The table: a line for each row of the arrays. Characters and drawers count from 1, as in Omniglot's own files.
fn rows_of(alphabets: &[Alphabet]) -> String {
    let mut table = "row,set,alphabet,character,drawer\n".to_owned();
    let mut row = 0;
    for alphabet in alphabets {
        let (set, name) = (alphabet.set().as_str(), alphabet.name());
        let name = match name.contains([',', '"', '\n']) {
            true => format!("\"{}\"", name.replace('"', "\"\"")),
            false => name.to_owned(),
        };
        for character in 1..=alphabet.characters() {
            for drawer in 1..=alphabet.drawers() {
                table += &format!("{row},{set},{name},{character},{drawer}\n");
                row += 1;
            }
        }
    }
    table
}
