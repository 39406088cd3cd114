//! The object that `--json` prints: what was measured by what and on what, and every measure by its name.

use std::error::Error;
use std::path::Path;
use std::process::Command;

use serde_json::{Map, Value, json};
use twinglyph_core::shard::Digest;

use super::args::Args;
use super::chosen::Chosen;
use super::data::Data;
use crate::network::{Looks, Network};
use crate::source;
use twinglyph_core::Views;

/// What is measured.
pub(super) struct Model<'a> {
    pub(super) path: &'a Path,
    pub(super) network: &'a Network,
    /// All views that it is looked at by.
    pub(super) views: Views,
}

impl Model<'_> {
    fn value(&self, args: &Args) -> Result<Value, Box<dyn Error>> {
        let bytes = std::fs::read(self.path)
            .map_err(|error| format!("{}: {error}", self.path.display()))?;
        let views = match args.views {
            Some(Looks::AsNeeded) => json!("as-needed"),
            _ => json!(self.views.count()),
        };
        Ok(json!({
            "path": self.path,
            "digest": Digest::of(&bytes).to_string(),
            "architecture": self.network.twin().architecture().as_str(),
            "views": views,
        }))
    }
}

/// The whole object. Of seed, ways and trials, what no measure takes is null.
///
/// # Errors
/// When the weights file can't be read again.
pub(super) fn value(
    model: &Model<'_>,
    data: &Data,
    (chosen, args): (Chosen, &Args),
    measures: Map<String, Value>,
) -> Result<Value, Box<dyn Error>> {
    Ok(json!({
        "version": env!("CARGO_PKG_VERSION"),
        "commit": commit(),
        "model": model.value(args)?,
        "data": data.value(),
        "seed": chosen.takes_seed().then(|| args.seed()),
        "ways": chosen.takes_ways().then(|| args.ways()),
        "trials": chosen.takes_trials().then(|| args.trials()),
        "measures": measures,
    }))
}

/// The commit of the checkout that the lab was built from; `unknown` where there is none.
fn commit() -> String {
    let mut git = Command::new("git");
    git.current_dir(source::checkout())
        .args(["rev-parse", "HEAD"]);
    let hash = git.output().ok().filter(|told| told.status.success());
    let hash = hash.and_then(|told| String::from_utf8(told.stdout).ok());
    hash.map_or_else(|| "unknown".to_owned(), |hash| hash.trim().to_owned())
}
