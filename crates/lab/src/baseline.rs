//! `lab baseline`: the two known baselines on the official 400 trials.

use std::error::Error;
use std::path::PathBuf;

use serde_json::json;
use twinglyph_core::baseline::Baseline;
use twinglyph_core::runs;

use crate::out;
use crate::source;

/// Arguments of `lab baseline`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Folder of Omniglot's two archives
    #[arg(long, value_name = "DIR")]
    from: Option<PathBuf>,
    /// Print a JSON object, and what people read to standard error
    #[arg(long)]
    json: bool,
}

/// Measures both and prints them.
pub(crate) fn run(args: &Args) -> Result<(), Box<dyn Error>> {
    out::only_json(args.json);
    let evaluation = source::load(args.from.as_deref())?.evaluation;
    let measure = |baseline: Baseline| baseline.measure(runs::official(), &evaluation);
    let pixels = measure(Baseline::Pixels)?;
    let hausdorff = measure(Baseline::Hausdorff)?;

    println!("official one-shot trials   errors  error rate  95 % interval");
    for (name, tally) in [
        ("nearest neighbour, pixels", pixels),
        ("modified Hausdorff", hausdorff),
    ] {
        let interval = tally.error_interval();
        println!(
            "{name:<25}  {:>3}/{}  {:>8.2} %  {:.1} to {:.1} %",
            tally.errors(),
            tally.trials(),
            tally.error_rate() * 100.0,
            interval.low * 100.0,
            interval.high * 100.0
        );
    }
    if args.json {
        let summary = json!({
            "trials": pixels.trials(),
            "pixels_errors": pixels.errors(),
            "hausdorff_errors": hausdorff.errors(),
        });
        out::json(&summary);
    }
    Ok(())
}
