//! The object that `--json` prints: what was measured by what and on what, and every measure by its name.

use std::error::Error;
use std::path::Path;

use serde_json::{Map, Value, json};
use twinglyph_core::shard::Digest;

use super::args::Args;
use super::chosen::Chosen;
use super::data::Data;
use crate::network::{Looks, Network};
use crate::provenance::Program;
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
    let program = Program::this();
    Ok(json!({
        "version": program.version,
        "commit": program.commit,
        "command": program.command,
        "system": program.system,
        "model": model.value(args)?,
        "data": data.value(),
        "seed": chosen.takes_seed().then(|| args.seed()),
        "ways": chosen.takes_ways().then(|| args.ways()),
        "shots": args.shots.as_ref().map_or(&[1][..], |shots| &shots.0),
        "trials": chosen.takes_trials().then(|| args.trials()),
        "measures": measures,
    }))
}
