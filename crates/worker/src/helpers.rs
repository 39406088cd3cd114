//! Helpers: workers that this one starts.

use std::cell::RefCell;
use std::rc::Rc;

use twinglyph_core::Alphabet;
use twinglyph_core::protocol::{DeviceKind, Obstacle};
use twinglyph_core::training::TrainConfig;
use twinglyph_helper::{Helper, Remote, TrainingRun};
use twinglyph_nn::backend::{Adapter, DeviceError, DeviceTwin, LocalFuture};
use twinglyph_nn::train::CheckpointError;
use twinglyph_worker_scope::{CPU_HELPER, start};

use crate::graphics;

/// The name of the one on the graphics device; `worker.js` knows its program by it.
const GPU: &str = "helper-gpu";

/// The helpers of this worker.
#[derive(Default)]
pub(crate) struct Helpers {
    gpu: Rc<Gpu>,
}

impl Helpers {
    /// The helper on a device of this kind: of the graphics device always the same, on the CPU a new one.
    pub(crate) fn on(&self, kind: DeviceKind) -> Rc<dyn Helper> {
        match kind {
            DeviceKind::WebGpu => self.gpu.clone(),
            DeviceKind::Cpu => Rc::new(start(CPU_HELPER)),
        }
    }
}

/// The helper on the graphics device, whose program is fetched when the browser has such a device.
#[derive(Default)]
struct Gpu {
    remote: RefCell<Option<Remote>>,
}

impl Gpu {
    fn started(&self) -> Option<Remote> {
        self.remote.borrow().clone()
    }

    fn start(&self) -> Remote {
        self.remote
            .borrow_mut()
            .get_or_insert_with(|| start(GPU))
            .clone()
    }
}

impl Helper for Gpu {
    fn find(&self) -> LocalFuture<'_, Result<Adapter, Obstacle>> {
        Box::pin(async {
            if self.started().is_none() && graphics::adapter().await.is_none() {
                return Err(Obstacle::NoAdapter);
            }
            let remote = self.start();
            remote.find().await
        })
    }

    fn load<'a>(
        &'a self,
        file: &'a [u8],
    ) -> LocalFuture<'a, Result<Rc<dyn DeviceTwin>, DeviceError>> {
        Box::pin(async move {
            let remote = self.start();
            remote.load(file).await
        })
    }

    fn train<'a>(
        &'a self,
        config: &'a TrainConfig,
        from: Option<&'a [u8]>,
        training: &'a [Alphabet],
    ) -> LocalFuture<'a, Result<Box<dyn TrainingRun>, CheckpointError>> {
        Box::pin(async move {
            let remote = self.start();
            remote.train(config, from, training).await
        })
    }

    fn resume<'a>(
        &'a self,
        checkpoint: &'a [u8],
        training: &'a [Alphabet],
    ) -> LocalFuture<'a, Result<Box<dyn TrainingRun>, CheckpointError>> {
        Box::pin(async move {
            let remote = self.start();
            remote.resume(checkpoint, training).await
        })
    }

    fn lost(&self) -> Option<String> {
        self.started()?.lost()
    }

    fn lose(&self) {
        if let Some(remote) = self.started() {
            remote.lose();
        }
    }

    fn memory(&self) -> u64 {
        self.started().map_or(0, |remote| remote.memory())
    }
}
