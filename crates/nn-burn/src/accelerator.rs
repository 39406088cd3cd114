//! A device of Burn as an [`Accelerator`].
//!
//! It is found once and kept: a browser's can be set up only once in a worker. Refuses to know what is
//! asked of it and why.

#[cfg(feature = "webgpu")]
mod webgpu;

use std::cell::{OnceCell, RefCell};
use std::future::poll_fn;
use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use burn::tensor::{Device, Tensor, TensorData};
use twinglyph_core::protocol::Obstacle;
use twinglyph_core::training::{Batch, TrainConfig};
use twinglyph_core::{Bitmap, Views};
use twinglyph_nn::backend::{Accelerator, Adapter, DeviceError, DeviceTwin, Learner, LocalFuture};
use twinglyph_nn::train::{CheckpointBuffer, CheckpointError};
use twinglyph_nn::twin::inputs;

use crate::train::{Checkpoint, Trainer};
use crate::{Embedding, Metadata, Precision, Twin, WeightsError, weights};

#[cfg(feature = "webgpu")]
pub use webgpu::find;

/// Drawings that are embedded at once where a run's network is tried.
const BATCH: usize = 32;

/// A device that was found.
#[derive(Clone)]
pub struct Found {
    /// Burn's.
    pub device: Device,
    /// Its name for people, and its limits.
    pub adapter: Adapter,
    /// Where its loss is noted.
    pub lost: Arc<Mutex<Option<String>>>,
    /// Loses it.
    pub lose: Rc<dyn Fn()>,
}

impl Found {
    fn lost(&self) -> Option<String> {
        let lost = self.lost.lock().unwrap_or_else(PoisonError::into_inner);
        lost.clone()
    }
}

/// An answer on its way.
type Search = LocalFuture<'static, Result<Found, Obstacle>>;

/// The accelerator on a device that is found when it is first asked for.
pub struct BurnAccelerator {
    find: fn() -> Search,
    /// Does what must be done once before the device computes.
    prepare: fn(),
    found: RefCell<Option<Result<Found, Obstacle>>>,
    /// It goes on when who asked for it does not wait any more.
    search: RefCell<Option<Search>>,
}

impl BurnAccelerator {
    /// One that is found so; `prepare` is called before it computes, perhaps more than once.
    #[must_use]
    pub fn new(find: fn() -> Search, prepare: fn()) -> Self {
        Self {
            find,
            prepare,
            found: RefCell::default(),
            search: RefCell::default(),
        }
    }

    /// Of several who wait, the last is woken; the others look again at their next rest.
    fn poll_search(&self, context: &mut Context<'_>) -> Poll<Result<Found, Obstacle>> {
        if let Some(found) = self.found.borrow().as_ref() {
            return Poll::Ready(found.clone());
        }
        let mut search = self.search.borrow_mut();
        let on_its_way = search.get_or_insert_with(self.find);
        let Poll::Ready(found) = on_its_way.as_mut().poll(context) else {
            return Poll::Pending;
        };
        *search = None;
        *self.found.borrow_mut() = Some(found.clone());
        Poll::Ready(found)
    }

    async fn found(&self) -> Result<Found, Obstacle> {
        let found = poll_fn(|context| self.poll_search(context)).await?;
        (self.prepare)();
        match found.lost() {
            Some(said) => Err(Obstacle::Lost { said }),
            None => Ok(found),
        }
    }

    fn device(&self) -> Result<Device, DeviceError> {
        match self.found.borrow().as_ref() {
            Some(Ok(found)) => Ok(found.device.clone()),
            _ => Err(DeviceError::new("it was not found yet")),
        }
    }
}

impl Accelerator for BurnAccelerator {
    fn find(&self) -> LocalFuture<'_, Result<Adapter, Obstacle>> {
        Box::pin(async { Ok(self.found().await?.adapter) })
    }

    fn load<'a>(
        &'a self,
        file: &'a [u8],
    ) -> LocalFuture<'a, Result<Rc<dyn DeviceTwin>, DeviceError>> {
        Box::pin(async move {
            let device = self.device()?;
            let read = weights::read(file, &device);
            let (twin, _) = read.map_err(DeviceError::new)?;
            Ok(Rc::new(OnDevice::new(twin, device)) as Rc<dyn DeviceTwin>)
        })
    }

    fn train<'a>(
        &'a self,
        config: TrainConfig,
        from: Option<&'a [u8]>,
    ) -> LocalFuture<'a, Result<Box<dyn Learner>, CheckpointError>> {
        Box::pin(async move {
            let device = self.device().map_err(WeightsError::Device)?;
            let twin = from
                .map(|bytes| weights::read(bytes, &device))
                .transpose()?;
            let trainer = Trainer::new(config, twin.map(|(twin, _)| twin), &device)?;
            Ok(learner(trainer, device))
        })
    }

    fn resume<'a>(
        &'a self,
        checkpoint: &'a [u8],
    ) -> LocalFuture<'a, Result<Box<dyn Learner>, CheckpointError>> {
        Box::pin(async move {
            let device = self.device().map_err(WeightsError::Device)?;
            Ok(learner(Checkpoint::read(checkpoint, &device)?, device))
        })
    }

    fn lost(&self) -> Option<String> {
        self.found.borrow().as_ref()?.as_ref().ok()?.lost()
    }

    fn lose(&self) {
        if let Some(Ok(found)) = self.found.borrow().as_ref() {
            (found.lose)();
        }
    }

    fn memory(&self) -> u64 {
        let pools = self
            .device()
            .ok()
            .and_then(|device| device.memory_pool_usage());
        pools.map_or(0, |pools| pools.bytes_reserved)
    }
}

struct OnDevice {
    twin: Twin,
    /// The same for inference, made when something is embedded first.
    folded: OnceCell<Twin>,
    device: Device,
}

impl OnDevice {
    fn new(twin: Twin, device: Device) -> Self {
        Self {
            twin,
            folded: OnceCell::new(),
            device,
        }
    }
}

impl DeviceTwin for OnDevice {
    fn embed(
        &self,
        drawings: Vec<Bitmap>,
        views: Views,
    ) -> LocalFuture<'_, Result<twinglyph_nn::Embedding, DeviceError>> {
        Box::pin(async move {
            let architecture = self.twin.architecture();
            let images = inputs(architecture, &drawings, views);
            let side = architecture.input_side();
            let shape = [images.len() / (side * side), 1, side, side];
            let images = Tensor::from_data(TensorData::new(images, shape), &self.device);
            let twin = self.folded.get_or_init(|| self.twin.folded());
            twin.embed(images).numbers().await
        })
    }

    fn file<'a>(
        &'a self,
        metadata: &'a Metadata,
    ) -> LocalFuture<'a, Result<Vec<u8>, WeightsError>> {
        Box::pin(weights::write(&self.twin, metadata, Precision::F32))
    }
}

fn learner(trainer: Trainer, device: Device) -> Box<dyn Learner> {
    Box::new(OnBurn {
        trainer,
        device,
        losses: Vec::new(),
    })
}

/// A network in training, whose losses stay on the device until they are asked for.
struct OnBurn {
    trainer: Trainer,
    device: Device,
    losses: Vec<Tensor<1>>,
}

impl Learner for OnBurn {
    fn config(&self) -> &TrainConfig {
        self.trainer.config()
    }

    fn steps(&self) -> u32 {
        self.trainer.steps()
    }

    fn set_learning_rate(&mut self, rate: f64) {
        self.trainer.set_learning_rate(rate);
    }

    fn step(&mut self, batch: Batch) {
        self.losses.push(self.trainer.step(batch));
    }

    fn mean_loss(&mut self) -> LocalFuture<'_, Result<f32, DeviceError>> {
        let losses = std::mem::take(&mut self.losses);
        Box::pin(async move {
            let losses = numbers(Tensor::cat(losses, 0)).await?;
            Ok(losses.iter().sum::<f32>() / losses.len() as f32)
        })
    }

    fn write<'a>(
        &'a self,
        buffer: &'a mut CheckpointBuffer,
    ) -> LocalFuture<'a, Result<(), CheckpointError>> {
        Box::pin(Checkpoint::write_into(&self.trainer, buffer))
    }

    fn snapshot(&self) -> Rc<dyn DeviceTwin> {
        Rc::new(OnDevice::new(self.trainer.twin(), self.device.clone()))
    }

    fn scores<'a>(
        &'a self,
        queries: &'a [&'a Bitmap],
        support: &'a [&'a Bitmap],
    ) -> LocalFuture<'a, Result<Vec<f32>, DeviceError>> {
        Box::pin(async move {
            let twin = self.trainer.twin().folded();
            let embed = |drawings: &[&Bitmap]| {
                let parts = drawings.chunks(BATCH);
                let parts =
                    parts.map(|part| twin.embed(twin.batch(part.iter().copied(), &self.device)));
                Embedding::concat(parts.collect())
            };
            match (embed(queries), embed(support)) {
                (Some(queries), Some(support)) => numbers(twin.score(&queries, &support)).await,
                _ => Ok(Vec::new()),
            }
        })
    }
}

async fn numbers<const D: usize>(tensor: Tensor<D>) -> Result<Vec<f32>, DeviceError> {
    let data = tensor.into_data_async().await;
    let data = data.map_err(DeviceError::new)?;
    data.try_to_vec::<f32>().map_err(DeviceError::new)
}

#[cfg(test)]
mod tests;
