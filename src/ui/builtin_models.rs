//! The models that come with the app, by their names.

use leptos::prelude::document;
use twinglyph_core::protocol::LARGE_MODEL;

use crate::words::words;

/// The model that is loaded unless a person chooses another.
pub(super) const USUAL_MODEL: &str = "deep";

/// The built-in models: file stems, which are their architectures' names too.
const BUILTIN_MODELS: [&str; 3] = [USUAL_MODEL, "compact", LARGE_MODEL];

/// The built-in models that this host has: it may leave the large one out (docs/hosting.md).
pub(super) fn offered_models() -> impl Iterator<Item = &'static str> {
    let without = document().query_selector("meta[name=twinglyph-without]");
    let all = !matches!(without, Ok(Some(_)));
    BUILTIN_MODELS
        .into_iter()
        .filter(move |stem| all || *stem != LARGE_MODEL)
}

/// What a built-in model is to who chooses; none for a model that a person made.
pub(super) fn plain_name(model: &str) -> Option<&'static str> {
    Some(match model {
        USUAL_MODEL => words().head.accurate,
        "compact" => words().head.fast,
        LARGE_MODEL => words().head.of_2015,
        _ => return None,
    })
}

/// A model's name in a list, with what it costs where that is much.
pub(super) fn model_label(model: &str) -> String {
    match (plain_name(model), model) {
        (Some(plain), LARGE_MODEL) => format!("{plain} ({model}, 39 MB)"),
        (Some(plain), _) => format!("{plain} ({model})"),
        (None, own) => own.to_owned(),
    }
}

/// The built-in model that a word means; without one, with another, or with one that is too large to
/// be waited for, the usual one.
pub(super) fn model_of(word: Option<&str>) -> &'static str {
    BUILTIN_MODELS
        .into_iter()
        .find(|stem| *stem != LARGE_MODEL && word == Some(stem))
        .unwrap_or(USUAL_MODEL)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_large_model_is_listed_with_the_size_of_its_file() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/models");
        let file = folder.join(format!("{LARGE_MODEL}.safetensors"));
        let bytes = std::fs::metadata(file).map_or(0, |file| file.len());
        let size = format!("(koch, {:.0} MB)", bytes as f64 / 1e6);
        assert!(model_label(LARGE_MODEL).ends_with(&size), "{size}");
    }
}
