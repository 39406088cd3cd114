//! `lab summary`: the layer table of a network, the counterpart of Keras' `model.summary()`.

use std::error::Error;

use serde_json::json;
use twinglyph_core::Architecture;
use twinglyph_nn::Spec;
use twinglyph_nn::spec::Row;

use crate::network;
use crate::out;

/// Arguments of `lab summary`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Which network
    #[arg(value_parser = network::architectures(), default_value = "compact")]
    architecture: Architecture,
    /// Print a JSON object, and what people read to standard error
    #[arg(long)]
    json: bool,
}

/// Prints the table.
pub(crate) fn run(args: &Args) -> Result<(), Box<dyn Error>> {
    out::only_json(args.json);
    let architecture = args.architecture;
    let side = architecture.input_side();
    let table = Spec::from(architecture).table()?;
    println!("{}: 1 x {side} x {side} to a score", architecture.as_str());
    println!(
        "{:<8} {:<40} {:>14} {:>12} {:>14}",
        "layer", "", "output", "parameters", "mult-adds"
    );
    for Row {
        name,
        kind,
        output,
        parameters,
        multiply_adds,
    } in &table
    {
        let shape: Vec<String> = output.iter().map(ToString::to_string).collect();
        let (parameters, adds) = (grouped(*parameters), grouped(*multiply_adds));
        println!(
            "{name:<8} {kind:<40} {:>14} {parameters:>12} {adds:>14}",
            shape.join(" x ")
        );
    }
    let parameters: usize = table.iter().map(|layer| layer.parameters).sum();
    let image = table.iter().filter(|layer| layer.name != "score");
    let image: usize = image.map(|layer| layer.multiply_adds).sum();
    println!(
        "{} parameters, {} multiply-adds an image",
        grouped(parameters),
        grouped(image)
    );
    if args.json {
        let layers: Vec<_> = table
            .iter()
            .map(|layer| json!({"name": layer.name, "output": layer.output, "parameters": layer.parameters, "multiply_adds": layer.multiply_adds}))
            .collect();
        out::json(
            &json!({"architecture": architecture.as_str(), "parameters": parameters, "multiply_adds": image, "layers": layers}),
        );
    }
    Ok(())
}

/// A number with commas between its thousands.
pub(crate) fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
