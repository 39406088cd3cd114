//! Omniglot's official pen strokes, for tests that draw as its drawers did.

use std::path::{Path, PathBuf};

use twinglyph_core::omniglot::{StrokeDrawing, strokes};

use crate::{Error, Result};

/// The two archives of strokes; their alphabets belong to the background set.
const ARCHIVES: [&str; 2] = [
    "strokes_background_small1.zip",
    "strokes_background_small2.zip",
];

/// With it set, a test that can't find Omniglot must fail.
const REQUIRE: &str = "TWINGLYPH_REQUIRE_OMNIGLOT";

/// Every drawing of the two archives. Where they can't be had, `None`, after a line that names
/// the test which has to skip its check.
///
/// # Errors
/// When an archive is damaged, or is missing where it must not be.
pub fn drawings(test: &str) -> Result<Option<Vec<StrokeDrawing>>> {
    let Some(folder) = folder() else {
        if std::env::var_os(REQUIRE).is_some_and(|value| value == "1") {
            return Err(Error::Setting(format!(
                "{test} needs Omniglot's strokes; set OMNIGLOT_DIR"
            )));
        }
        println!("SKIPPED omniglot check: {test}");
        return Ok(None);
    };
    let mut all = Vec::new();
    for name in ARCHIVES {
        let path = folder.join(name);
        let trouble =
            |what: &dyn std::fmt::Display| Error::Setting(format!("{}: {what}", path.display()));
        let bytes = std::fs::read(&path).map_err(|error| trouble(&error))?;
        all.extend(strokes(&bytes).map_err(|error| trouble(&error))?);
    }
    Ok(Some(all))
}

fn folder() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/omniglot");
    std::env::var_os("OMNIGLOT_DIR")
        .map(PathBuf::from)
        .into_iter()
        .chain([beside])
        .find(|folder| ARCHIVES.iter().all(|name| folder.join(name).is_file()))
}
