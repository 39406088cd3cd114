//! Large shipped models: fetched when a person asks, believed by their digests, kept by the browser.
//!
//! The others are small and come like any file of the app. Knows names and digests; refuses to know
//! what is in the files.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use twinglyph_core::shard::Digest;

use crate::host::Progress;
use crate::{EngineError, Host};

/// Names of the large models, and the SHA-256 of their files: a test holds them against the files
/// that ship.
const LARGE: [(&str, &str); 1] = [(
    "koch",
    "976af798a82b92815f65a676056e632f3497b695165f26ec16b6d37cb5dd4160",
)];

/// Folder in the browser's storage; not the one of models that a person named.
const FOLDER: &str = "shipped";

/// Is it a large one?
pub(crate) fn is_large(name: &str) -> bool {
    LARGE.iter().any(|(large, _)| *large == name)
}

/// Where the file of a shipped model is, below the app's root.
pub(crate) fn address(name: &str) -> String {
    format!("models/{name}.safetensors")
}

/// Are these the bytes of the large model of that name?
fn is_whole(name: &str, bytes: &[u8]) -> bool {
    let digest = Digest::of(bytes).to_string();
    LARGE.contains(&(name, digest.as_str()))
}

/// A model's bytes, and why they could not be kept, if they couldn't.
type Brought = (Vec<u8>, Option<String>);

/// What is fetched, and what could not be kept.
#[derive(Default)]
pub(crate) struct Large {
    /// Set to give up the fetching on its way.
    stop: RefCell<Option<Rc<Cell<bool>>>>,
    /// The last model that the browser would not keep.
    held: RefCell<Option<(String, Rc<Vec<u8>>)>>,
}

impl Large {
    /// The sign that gives up the fetching that begins now; one on its way is given up.
    pub(crate) fn begin(&self) -> Rc<Cell<bool>> {
        self.stop();
        let stop = Rc::new(Cell::new(false));
        *self.stop.borrow_mut() = Some(stop.clone());
        stop
    }

    /// Gives up the fetching on its way.
    pub(crate) fn stop(&self) {
        if let Some(stop) = self.stop.take() {
            stop.set(true);
        }
    }

    /// A large model from the browser's storage, or else fetched, checked and kept.
    ///
    /// # Errors
    /// When it does not come, or is not the file that this version of the app ships.
    pub(crate) async fn bring(
        &self,
        host: &dyn Host,
        name: &str,
        progress: Progress<'_>,
    ) -> Result<Brought, EngineError> {
        let held = self.held.borrow().clone();
        if let Some((_, bytes)) = held.filter(|(held, _)| held == name) {
            return Ok((bytes.to_vec(), None));
        }
        let path = format!("{FOLDER}/{name}.safetensors");
        // Storage that can't be read, or holds the file of another version, is as good as empty.
        if let Ok(Some(bytes)) = host.read_kept(&path).await
            && is_whole(name, &bytes)
        {
            return Ok((bytes, None));
        }
        let bytes = host.read(&address(name), progress).await;
        let bytes = bytes.map_err(EngineError::File)?;
        if !is_whole(name, &bytes) {
            return Err(EngineError::OtherFile(name.to_owned()));
        }
        match host.keep(&path, &bytes).await {
            Ok(()) => Ok((bytes, None)),
            Err(reason) => {
                let kept = Rc::new(bytes.clone());
                *self.held.borrow_mut() = Some((name.to_owned(), kept));
                Ok((bytes, Some(reason)))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digests_are_those_of_the_shipped_files() {
        for (name, _) in LARGE {
            let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../assets");
            let bytes = std::fs::read(format!("{file}/{}", address(name))).expect("the file");
            assert!(is_whole(name, &bytes), "{name}: {}", Digest::of(&bytes));
            assert!(!is_whole(name, &bytes[1..]));
        }
    }
}
