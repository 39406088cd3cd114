//! Support sets and queries from standard input, one JSON object a line; errors name the line.

use std::error::Error;
use std::io::{BufRead, IsTerminal};

use serde::Deserialize;
use serde_json::json;
use twinglyph_core::Bitmap;

use super::Ranker;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    support: Vec<String>,
    query: String,
}

/// The form of a line.
const FORM: &str = r#"{"support": [DRAWING, ...], "query": DRAWING}"#;

/// Ranks until the input ends.
pub(super) fn run(ranker: &Ranker) -> Result<(), Box<dyn Error>> {
    if std::io::stdin().is_terminal() {
        eprintln!("reading JSON lines from standard input; lab classify --help says their form");
    }
    for (number, line) in (1..).zip(std::io::stdin().lock().lines()) {
        let answer = answer(ranker, &line?);
        println!(
            "{}",
            answer.map_err(|error| format!("line {number}: {error}"))?
        );
    }
    Ok(())
}

fn answer(ranker: &Ranker, line: &str) -> Result<String, Box<dyn Error>> {
    let Line { support, query } = serde_json::from_str(line).map_err(|error| {
        let column = error.column();
        let reason = error.to_string();
        let reason = reason.split(" at line ").next().unwrap_or_default();
        format!("column {column}: {reason}; a line is {FORM}")
    })?;
    let example = |(at, hex): (usize, &String)| -> Result<Vec<Bitmap>, String> {
        let drawing = bitmap(hex).map_err(|error| format!("drawing {at} of support: {error}"))?;
        Ok(vec![drawing])
    };
    let support = support.iter().enumerate().map(example);
    let support = ranker.support(support.collect::<Result<_, _>>()?)?;
    let query = bitmap(&query).map_err(|error| format!("query: {error}"))?;
    let (mut matches, views) = ranker.rank(&support, &query)?;
    let ranking: Vec<u32> = matches.iter().map(|one| one.class).collect();
    matches.sort_by_key(|one| one.class);
    let scores: Vec<f32> = matches.iter().map(|one| one.score).collect();
    let similarities: Vec<f32> = matches.iter().map(|one| one.similarity).collect();
    let answer = json!({
        "ranking": ranking,
        "scores": scores,
        "similarities": similarities,
        "views": views.count(),
    });
    Ok(answer.to_string())
}

fn bitmap(hex: &str) -> Result<Bitmap, String> {
    let digits = hex.as_bytes();
    let byte = |pair: &[u8]| {
        let text = std::str::from_utf8(pair).ok()?;
        u8::from_str_radix(text, 16).ok()
    };
    let is_hex = digits.iter().all(u8::is_ascii_hexdigit) && digits.len().is_multiple_of(2);
    let bytes: Option<Vec<u8>> = digits.chunks(2).map(byte).collect();
    let bytes = bytes.filter(|_| is_hex);
    let bytes = bytes.ok_or("it is not written in pairs of hexadecimal digits")?;
    let drawing = Bitmap::from_bytes(&bytes).map_err(|error| error.to_string())?;
    match drawing.is_blank() {
        true => Err("it has no ink".to_owned()),
        false => Ok(drawing),
    }
}
