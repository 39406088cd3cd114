//! `lab classify`: ranks support sets from standard input, for comparing the page with the lab.
//!
//! One JSON object a line: `{"support": [drawing, ...], "query": drawing}`, a drawing being the
//! hexadecimal digits of a packed 105x105 bitmap. For each line one is printed:
//! `{"ranking": [class, ...], "scores": [score of each class, ...], "views": by how many views}`.

use std::error::Error;
use std::io::BufRead;
use std::path::PathBuf;

use serde::Deserialize;
use serde_json::json;
use twinglyph_core::{Bitmap, Views};
use twinglyph_nn::backend::DeviceError;

use crate::network::{self, DeviceName, Looks};

/// Arguments of `lab classify`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Weights file [default: the built-in one]
    #[arg(long, value_name = "FILE")]
    model: Option<PathBuf>,
    /// How many ways each drawing is looked at: 1, 8, or as-needed, as the app ranks [default: the model's]
    #[arg(long, value_name = "N", value_parser = network::looks)]
    views: Option<Looks>,
    /// Where to compute
    #[arg(long, value_enum, default_value_t)]
    device: DeviceName,
}

#[derive(Deserialize)]
struct Line {
    support: Vec<String>,
    query: String,
}

/// Ranks until the input ends.
pub(crate) fn run(args: &Args) -> Result<(), Box<dyn Error>> {
    let path = args.model.clone().unwrap_or_else(network::default_model);
    let device = args.device.open()?;
    let (network, metadata) = network::load(&path, &device)?;
    let (all, rule) = match args.views {
        Some(Looks::AsNeeded) => (metadata.views, Some(network::early_exit(&path)?)),
        Some(Looks::Always(views)) => (views, None),
        None => (metadata.views, None),
    };
    let all = network.twin().possible(all);
    for (number, line) in std::io::stdin().lock().lines().enumerate() {
        let named = |error: String| format!("line {}: {error}", number + 1);
        let line: Line = serde_json::from_str(&line?).map_err(|error| named(error.to_string()))?;
        if line.support.is_empty() {
            return Err(named("the support set is empty".to_owned()).into());
        }
        let support = line
            .support
            .iter()
            .map(|hex| bitmap(hex))
            .collect::<Result<Vec<_>, _>>();
        let support = support.map_err(named)?;
        let query = bitmap(&line.query).map_err(named)?;
        let scores = |views| -> Result<Vec<f32>, DeviceError> {
            let support = network.embed(&support, views)?;
            let query = network.embed([&query], views)?;
            Ok(network.twin().scores(&query, &support))
        };
        let first = rule.map(|rule| Ok::<_, DeviceError>((rule, scores(Views::One)?)));
        let first = first
            .transpose()?
            .filter(|(rule, scores)| rule.exits(scores));
        let (scores, views) = match first {
            Some((_, scores)) => (scores, Views::One),
            None => (scores(all)?, all),
        };
        let mut ranking: Vec<usize> = (0..scores.len()).collect();
        ranking.sort_by(|&a, &b| scores[b].total_cmp(&scores[a]));
        println!(
            "{}",
            json!({"ranking": ranking, "scores": scores, "views": views.count()})
        );
    }
    Ok(())
}

fn bitmap(hex: &str) -> Result<Bitmap, String> {
    let digits = hex.as_bytes();
    let byte = |pair: &[u8]| {
        let text = std::str::from_utf8(pair).ok()?;
        u8::from_str_radix(text, 16).ok()
    };
    let bytes: Option<Vec<u8>> = digits.chunks(2).map(byte).collect();
    let bytes = bytes.filter(|_| digits.len().is_multiple_of(2));
    let bytes = bytes.ok_or("a drawing is not written in hexadecimal digits")?;
    Bitmap::from_bytes(&bytes).map_err(|error| error.to_string())
}
