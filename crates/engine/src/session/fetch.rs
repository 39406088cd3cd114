//! The commands that bring large models into the browser, beside everything else.

use std::ops::ControlFlow;

use twinglyph_core::protocol::{Event, FetchEnd, Stage};

use super::Engine;
use crate::EngineError;
use crate::download;

impl Engine {
    /// Fetches a large model in the background; what comes of it is told.
    pub(super) fn fetch(&self, id: u32, name: String) -> Result<(), EngineError> {
        if !download::is_large(&name) {
            return Err(EngineError::ModelName(name.into()));
        }
        let stop = self.downloads.begin();
        let engine = self.clone();
        self.host.spawn(Box::pin(async move {
            let mut progress = |done, total| {
                if stop.get() {
                    return ControlFlow::Break(());
                }
                let stage = Stage::Download;
                engine.send(id, Event::Progress { stage, done, total });
                ControlFlow::Continue(())
            };
            let host = engine.host.as_ref();
            let brought = engine.downloads.bring(host, &name, &mut progress).await;
            let end = match brought {
                _ if stop.get() => FetchEnd::Stopped,
                Ok((_, None)) => FetchEnd::Kept,
                Ok((_, Some(error))) => FetchEnd::Held(EngineError::from(error).failure()),
                Err(error) => FetchEnd::Failed(error.to_string()),
            };
            engine.send(id, Event::Fetched { name, end });
        }));
        Ok(())
    }
}
