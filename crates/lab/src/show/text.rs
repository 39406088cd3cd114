//! A report for people. What a file says is shown without its control characters: nobody checked them.

use serde_json::Value;

use super::report::{Header, Kind, Report, Tensor};
use crate::summary::grouped;

/// Width of the names of what is told.
const NAMES: usize = 14;

/// Prints a report.
pub(super) fn print(report: &Report) {
    let what = match &report.kind {
        Kind::Weights { header, .. } => format!("weights of {}", header.architecture),
        Kind::Checkpoint { steps, .. } => {
            format!("checkpoint of a run, {} steps done", clean(steps))
        }
        Kind::Safetensors { .. } => "safetensors of no network known here".to_owned(),
        Kind::Config { .. } => "config of a training".to_owned(),
        Kind::Json { .. } => "JSON".to_owned(),
    };
    println!("{}: {what}", report.path);
    line("bytes", &grouped(report.bytes));
    line("sha256", &report.sha256);
    match &report.kind {
        Kind::Weights {
            header,
            built_in,
            tensors,
        } => {
            if let Some(name) = built_in {
                line("built in", name);
            }
            weights(header);
            list(tensors);
        }
        Kind::Checkpoint {
            config,
            average,
            tensors,
            ..
        } => {
            line("average", if *average { "kept" } else { "none" });
            entry("config", config);
            list(tensors);
        }
        Kind::Safetensors { entries, tensors } => {
            entries.iter().for_each(|(name, value)| entry(name, value));
            list(tensors);
        }
        Kind::Config { config: value } | Kind::Json { value } => entry("content", value),
    }
    if let Some(problem) = &report.problem {
        line("problem", &clean(problem));
    }
}

fn weights(header: &Header) {
    line("parameters", &grouped(header.parameters));
    line("views", &header.views.to_string());
    let (temperature, offset) = (header.temperature, header.offset);
    line(
        "similarity",
        &format!("sigmoid(score / {temperature} + {offset})"),
    );
    header
        .facts
        .iter()
        .for_each(|(name, value)| entry(name, value));
}

fn line(name: &str, text: &str) {
    println!("  {:<NAMES$} {text}", clean(name));
}

/// An entry; JSON over several lines.
fn entry(name: &str, value: &Value) {
    if let Value::String(text) = value {
        return line(name, &clean(text));
    }
    let text = serde_json::to_string_pretty(value).unwrap_or_default();
    let mut lines = text.lines().map(clean);
    line(name, &lines.next().unwrap_or_default());
    for more in lines {
        println!("  {:<NAMES$} {more}", "");
    }
}

fn list(tensors: &[Tensor]) {
    let widest = tensors.iter().map(|tensor| tensor.name.chars().count());
    let width = widest.max().unwrap_or(0).min(60);
    line("tensors", &tensors.len().to_string());
    for tensor in tensors {
        let kind = match tensor.bits {
            Some(bits) => format!("{} of {bits} bits", tensor.kind),
            None => tensor.kind.clone(),
        };
        let shape: Vec<String> = tensor.shape.iter().map(ToString::to_string).collect();
        println!(
            "    {:<width$} {kind:<12} {:>20} {:>14}",
            clean(&tensor.name),
            shape.join(" x "),
            grouped(tensor.bytes)
        );
    }
}

/// A text whose control characters are written as escapes.
pub(super) fn clean(text: &str) -> String {
    let each = text.chars();
    let escaped = each.flat_map(|character| {
        let (plain, escape) = match character.is_control() {
            true => (None, Some(character.escape_default())),
            false => (Some(character), None),
        };
        plain.into_iter().chain(escape.into_iter().flatten())
    });
    escaped.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_control_character_reaches_the_terminal() {
        assert_eq!(clean("plain 文字"), "plain 文字");
        assert_eq!(clean("a\x1b[2Jb\n\u{9b}"), "a\\u{1b}[2Jb\\n\\u{9b}");
    }
}
