//! What the weights file of a run says of itself.

use twinglyph_core::training::TrainConfig;
use twinglyph_nn::weights::{Metadata, PROVENANCE};

use super::identity::Record;
use super::prepared::Prepared;
use crate::config::as_json;

/// For people what it was trained on, for tools what makes it again: the config and `run.json`.
///
/// # Errors
/// When the record is no JSON.
pub(super) fn metadata(
    config: &TrainConfig,
    record: &Record,
    prepared: &Prepared,
) -> Result<Metadata, serde_json::Error> {
    let mut metadata = Metadata::new(config.architecture);
    let invented = (
        match config.invented.at_once {
            0 => 0,
            _ => config.invented.alphabets,
        },
        prepared.invented.as_ref().map(|data| &data.origin),
    );
    let origin = &prepared.origin;
    let [data, trained_on] = origin.facts(&prepared.learned, &config.held_out, invented);
    let mut provenance = serde_json::to_value(record)?;
    provenance["config"] = as_json(config);
    let facts = [
        data,
        trained_on,
        (
            "training",
            format!("lab train, {} steps, seed {}", config.steps, config.seed),
        ),
        (PROVENANCE, provenance.to_string()),
    ];
    metadata
        .facts
        .extend(facts.map(|(name, value)| (name.to_owned(), value)));
    Ok(metadata)
}
