//! Models by name: where their file is, and what the page is told of them.

use std::borrow::Cow;
use std::ops::ControlFlow;
use std::rc::Rc;

use twinglyph_core::Views;
use twinglyph_core::early_exit::EarlyExit;
use twinglyph_core::protocol::{Event, ModelReport, Reply, Stage, model_path};
use twinglyph_core::score::Calibration;
use twinglyph_nn::Twin;
use twinglyph_nn::weights::Metadata;

use crate::download::{self, Downloads};
use crate::{EngineError, Host, builtin_models, library};

/// A model on the CPU.
pub(crate) struct Model {
    /// File stem.
    pub(crate) name: String,
    /// The file's bytes, of which another device reads its own copy; a large model's are brought again for it.
    bytes: Option<Rc<Vec<u8>>>,
    /// On the CPU.
    pub(crate) twin: Twin,
    /// The file's header.
    pub(crate) metadata: Metadata,
}

/// The bytes of a model, built in or kept; says how far it is.
///
/// # Errors
/// When there is no such file, or it is not the one built in by this name.
pub(crate) async fn bytes(
    host: &dyn Host,
    downloads: &Downloads,
    id: u32,
    name: &str,
) -> Result<Vec<u8>, EngineError> {
    if name.starts_with(library::OWN) {
        return library::read(host, name).await;
    }
    let path = model_path(name).ok_or_else(|| EngineError::ModelName(name.into()))?;
    let mut progress = |done, total| {
        host.send(Reply {
            id,
            event: Event::Progress {
                stage: Stage::Model,
                done,
                total,
            },
        });
        ControlFlow::Continue(())
    };
    if download::is_large(name) {
        let brought = downloads.bring(host, name, &mut progress).await;
        return brought.map(|(bytes, _)| bytes);
    }
    let bytes = host.read(&path, &mut progress).await?;
    if builtin_models::is_whole(host, name, &bytes).await {
        Ok(bytes)
    } else {
        Err(builtin_models::refusal(name, &bytes))
    }
}

/// Fetches and reads a model; says how far it is.
///
/// # Errors
/// When there is no such file or it can't be used.
pub(crate) async fn load(
    host: &dyn Host,
    downloads: &Downloads,
    id: u32,
    name: &str,
) -> Result<Model, EngineError> {
    let bytes = bytes(host, downloads, id, name).await?;
    let (read, bytes) = match download::is_large(name) {
        true => (Twin::take(bytes), None),
        false => (Twin::read(&bytes), Some(Rc::new(bytes))),
    };
    let (twin, metadata) = read.map_err(|error| EngineError::Weights {
        name: name.into(),
        error,
    })?;
    Ok(Model {
        name: name.to_owned(),
        bytes,
        twin,
        metadata,
    })
}

impl Model {
    /// The file's bytes.
    ///
    /// # Errors
    /// As [`bytes()`].
    pub(crate) async fn file(
        &self,
        host: &dyn Host,
        downloads: &Downloads,
        id: u32,
    ) -> Result<Cow<'_, [u8]>, EngineError> {
        match &self.bytes {
            Some(bytes) => Ok(Cow::Borrowed(bytes)),
            None => bytes(host, downloads, id, &self.name).await.map(Cow::Owned),
        }
    }

    /// The file's bytes where they are at hand: all but a large model's.
    pub(crate) fn kept_file(&self) -> Option<Rc<Vec<u8>>> {
        self.bytes.clone()
    }

    /// When one view of a drawing is enough; `None` where that is not known of the model, or it has one view.
    pub(crate) fn early_exit(&self) -> Option<EarlyExit> {
        twinglyph_nn::builtin_models::early_exit(&self.name)
    }

    /// Similarity from scores by these views.
    pub(crate) fn calibration(&self, views: Views) -> Calibration {
        match self.early_exit() {
            Some(rule) if views == Views::One => rule.calibration,
            _ => self.metadata.calibration,
        }
    }

    /// What the page is told.
    pub(crate) fn report(&self) -> ModelReport {
        self.metadata.report(&self.name)
    }
}
