//! The CPU as an [`Accelerator`].

use std::cell::{LazyCell, OnceCell};
use std::rc::Rc;

use twinglyph_core::protocol::Obstacle;
use twinglyph_core::training::TrainConfig;
use twinglyph_core::{Architecture, Bitmap, Views};

use crate::backend::{
    Accelerator, Adapter, DeviceError, DeviceTwin, Learner, LocalFuture, SharedPart,
};
use crate::tensors::by_name;
use crate::train::{CheckpointError, CpuLearner, Settings};
use crate::twin::inputs;
use crate::weights::{self, Metadata, WeightsError};
use crate::{Embedding, PROCESSOR, Replica, TensorMap, Twin};

/// Our kernels on the CPU, which is always there and never lost.
#[derive(Clone, Copy, Debug, Default)]
pub struct CpuAccelerator {
    memory: Option<fn() -> u64>,
}

impl CpuAccelerator {
    /// With this measure of the bytes of memory that it has taken.
    #[must_use]
    pub fn taking(memory: fn() -> u64) -> Self {
        Self {
            memory: Some(memory),
        }
    }
}

impl Accelerator for CpuAccelerator {
    fn find(&self) -> LocalFuture<'_, Result<Adapter, Obstacle>> {
        Box::pin(async {
            Ok(Adapter {
                name: PROCESSOR.to_owned(),
                limit: u64::MAX,
            })
        })
    }

    fn load<'a>(
        &'a self,
        file: &'a [u8],
    ) -> LocalFuture<'a, Result<Rc<dyn DeviceTwin>, DeviceError>> {
        Box::pin(async move {
            let (tensors, metadata) = weights::tensors(file).map_err(DeviceError::new)?;
            let tensors = tensors.into_iter();
            let tensors =
                tensors.map(|(name, (shape, values))| (name, crate::Tensor { shape, values }));
            let tensors = by_name(tensors);
            Ok(OnCpu::shared(metadata.architecture, move || tensors))
        })
    }

    fn train<'a>(
        &'a self,
        config: TrainConfig,
        from: Option<&'a [u8]>,
    ) -> LocalFuture<'a, Result<Box<dyn Learner>, CheckpointError>> {
        let learner = CpuLearner::new(config, Settings::default(), from);
        Box::pin(async move { Ok(Box::new(learner?) as Box<dyn Learner>) })
    }

    fn resume<'a>(
        &'a self,
        checkpoint: &'a [u8],
    ) -> LocalFuture<'a, Result<Box<dyn Learner>, CheckpointError>> {
        let learner = CpuLearner::read(checkpoint, Settings::default());
        Box::pin(async move { Ok(Box::new(learner?) as Box<dyn Learner>) })
    }

    fn join(&self, network: Architecture) -> Result<Box<dyn SharedPart>, DeviceError> {
        let replica = Replica::new(network).map_err(DeviceError::new)?;
        Ok(Box::new(replica))
    }

    fn lost(&self) -> Option<String> {
        None
    }

    fn lose(&self) {}

    fn memory(&self) -> u64 {
        self.memory.map_or(0, |memory| memory())
    }
}

/// A network by its tensors, made ready when it first embeds.
pub(crate) struct OnCpu {
    architecture: Architecture,
    tensors: LazyCell<TensorMap, Box<dyn FnOnce() -> TensorMap>>,
    twin: OnceCell<Result<Twin, WeightsError>>,
}

impl OnCpu {
    /// Of tensors that are made when they are first wanted: a run gives a network every few steps, and few are used.
    pub(crate) fn shared(
        architecture: Architecture,
        tensors: impl FnOnce() -> TensorMap + 'static,
    ) -> Rc<dyn DeviceTwin> {
        Rc::new(Self {
            architecture,
            tensors: LazyCell::new(Box::new(tensors)),
            twin: OnceCell::new(),
        })
    }

    fn embedding(&self, images: &[f32]) -> Result<Embedding, DeviceError> {
        let made = || Twin::new(self.architecture, &self.tensors);
        match self.twin.get_or_init(made) {
            Ok(twin) => Ok(twin.embed_images(images)),
            Err(error) => Err(DeviceError::new(error)),
        }
    }
}

impl DeviceTwin for OnCpu {
    fn embed(
        &self,
        drawings: Vec<Bitmap>,
        views: Views,
    ) -> LocalFuture<'_, Result<Embedding, DeviceError>> {
        let embedding = self.embedding(&inputs(self.architecture, &drawings, views));
        Box::pin(async move { embedding })
    }

    fn file<'a>(
        &'a self,
        metadata: &'a Metadata,
    ) -> LocalFuture<'a, Result<Vec<u8>, WeightsError>> {
        let tensors = self.tensors.clone().into_iter();
        let tensors = tensors.map(|(name, of)| (name, of.shape, of.values));
        let mut bytes = Vec::new();
        let written = weights::file(tensors, metadata, weights::Precision::F32, &mut bytes);
        Box::pin(async move { written.map(|()| bytes) })
    }
}
