//! Downloads of large built-in models: fetched when a person asks, and kept by the browser.
//!
//! The others are small and come like any file of the app. [`crate::builtin_models`] says which bytes are right.
//! Refuses to know what is in the files.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use twinglyph_core::protocol::{DOWNLOADED_MODELS, LARGE_MODEL, StorageError, model_path};

use crate::builtin_models::{is_whole, refusal};
use crate::host::Progress;
use crate::{EngineError, Host};

/// Is it a large one?
pub(crate) fn is_large(name: &str) -> bool {
    name == LARGE_MODEL
}

/// A model's bytes, and why they could not be kept, if they couldn't.
type Brought = (Vec<u8>, Option<StorageError>);

/// What is fetched, and what could not be kept.
#[derive(Default)]
pub(crate) struct Downloads {
    /// Set to cancel the download on its way.
    stop: RefCell<Option<Rc<Cell<bool>>>>,
    /// The last model that the browser would not keep.
    held: RefCell<Option<(String, Rc<Vec<u8>>)>>,
}

impl Downloads {
    /// The flag that cancels the download that begins now; an earlier one is cancelled.
    pub(crate) fn begin(&self) -> Rc<Cell<bool>> {
        self.stop();
        let stop = Rc::new(Cell::new(false));
        *self.stop.borrow_mut() = Some(stop.clone());
        stop
    }

    /// Cancels the download on its way.
    pub(crate) fn stop(&self) {
        if let Some(stop) = self.stop.take() {
            stop.set(true);
        }
    }

    /// A large model from the browser's storage, or else fetched, checked and kept.
    ///
    /// # Errors
    /// When it does not come, or its digest is not the built-in one.
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
        let path = format!("{DOWNLOADED_MODELS}/{name}.safetensors");
        // Storage that can't be read, or holds the file of another version, is as good as empty.
        if let Ok(Some(bytes)) = host.read_kept(&path).await
            && is_whole(host, name, &bytes).await
        {
            return Ok((bytes, None));
        }
        let address = model_path(name).ok_or_else(|| EngineError::ModelName(name.into()))?;
        let bytes = host.read(&address, progress).await?;
        if !is_whole(host, name, &bytes).await {
            return Err(refusal(name, &bytes));
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
