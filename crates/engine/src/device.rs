//! Devices: the CPU, which is always there, and WebGPU, which has to prove itself.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;

use burn::tensor::{Device, Tensor};
use twinglyph_core::protocol::{
    DeviceKind, DeviceReason, DeviceReport, DeviceTrial, Obstacle, Outcome,
};
use twinglyph_core::{Bitmap, Views};
use twinglyph_model::{Embedding, Twin};
use twinglyph_nn::PROCESSOR;
use twinglyph_nn::golden::{TOLERANCE, deviation};
use twinglyph_nn::shipped::is_golden;

use crate::model::Model;
use crate::{EngineError, Host, golden};

/// Embeddings that are timed; their median counts. A person waits for them.
const TIMED: usize = 3;

/// Beyond the second, no further embedding is timed after so many milliseconds: a software GPU takes
/// long for one, and the person waits.
const TIMED_ENOUGH: f64 = 500.0;

/// A device that takes longer for a drawing by all views, milliseconds, looks at it once: a person
/// waits, perhaps behind a part of the closer look that takes as long, and the page gives a worker up
/// that doesn't answer for 10 s. Software renderers do: lavapipe takes 350 to 400 ms for one view of `deep`, so
/// twice as long, and more than a minute for a closer look at 20 drawings; a processor takes 7 to 12 ms a view.
pub(crate) const LONGEST_DRAWING: f32 = 1500.0;

/// A browser that has not handed out its graphics device after so many rests, some 3 s, is silent: a
/// busy machine's takes a second or two, and a person who waits for it is to be told within 5 (issue 8).
/// Counted, as clocks may jump.
const SILENT: u32 = 30;

/// After so many rests more, some 10 s, it will not.
const LONGEST_SEARCH: u32 = 100;

async fn rests(host: &dyn Host, count: u32) {
    for _ in 0..count {
        host.rest().await;
    }
}

/// What a future gives; `None` when the other one is over before.
async fn before<T>(late: impl Future<Output = ()>, future: impl Future<Output = T>) -> Option<T> {
    let (mut late, mut future) = (pin!(late), pin!(future));
    poll_fn(|context| match future.as_mut().poll(context) {
        Poll::Ready(value) => Poll::Ready(Some(value)),
        Poll::Pending => late.as_mut().poll(context).map(|()| None),
    })
    .await
}

/// The views that a device has time for, of those that the model has.
fn affordable(views: Views, milliseconds: f32) -> Views {
    if milliseconds * views.count() as f32 > LONGEST_DRAWING {
        Views::One
    } else {
        views
    }
}

/// A device with the model on it, its numbers checked.
#[derive(Clone)]
pub(crate) struct Ready {
    pub(crate) kind: DeviceKind,
    /// For people, as `SIMD` or the adapter's name.
    pub(crate) name: String,
    pub(crate) device: Device,
    pub(crate) twin: Twin,
    /// How many ways drawings are looked at here.
    pub(crate) views: Views,
    /// Median time of one embedding.
    pub(crate) milliseconds: f32,
    /// Largest relative difference of its golden numbers from the CPU's.
    deviation: f32,
}

impl Ready {
    /// The same device with another network of the same form.
    pub(crate) fn with(&self, twin: Twin) -> Self {
        Self {
            twin,
            ..self.clone()
        }
    }

    /// Drawings embedded by these views.
    pub(crate) fn embed<'a>(
        &self,
        drawings: impl IntoIterator<Item = &'a Bitmap>,
        views: Views,
    ) -> Embedding {
        self.twin.embed_views(drawings, views, &self.device)
    }

    /// Its name in a sentence.
    pub(crate) fn label(&self) -> String {
        match self.kind {
            DeviceKind::Cpu => "CPU".to_owned(),
            DeviceKind::WebGpu => format!("WebGPU device {}", self.name),
        }
    }

    /// The error of this device not giving its numbers.
    pub(crate) fn failed(&self, reason: String) -> EngineError {
        EngineError::Device {
            device: self.label(),
            reason,
        }
    }

    /// Scores of every query with every example, query by query.
    ///
    /// # Errors
    /// When the device does not give them, or one is not finite.
    pub(crate) async fn scores(
        &self,
        queries: &Embedding,
        support: &Embedding,
    ) -> Result<Vec<f32>, EngineError> {
        self.numbers(self.twin.score(queries, support)).await
    }

    /// The numbers of a tensor of this device, row by row.
    ///
    /// # Errors
    /// When the device does not give them, or one is not finite.
    pub(crate) async fn numbers<const D: usize>(
        &self,
        tensor: Tensor<D>,
    ) -> Result<Vec<f32>, EngineError> {
        let numbers = tensor
            .into_data_async()
            .await
            .map_err(|error| self.failed(error.to_string()))?
            .try_to_vec::<f32>()
            .map_err(|error| self.failed(format!("{error:?}")))?;
        if numbers.iter().all(|number| number.is_finite()) {
            Ok(numbers)
        } else {
            Err(self.failed("a number that it gave is not finite".to_owned()))
        }
    }

    /// How it did.
    pub(crate) fn trial(&self) -> DeviceTrial {
        let outcome = Outcome::Agrees {
            milliseconds: self.milliseconds,
            deviation: self.deviation,
        };
        DeviceTrial {
            kind: self.kind,
            name: self.name.clone(),
            outcome,
        }
    }

    /// What the page is told when this one is taken.
    pub(crate) fn report(&self, reason: DeviceReason, tried: Vec<DeviceTrial>) -> DeviceReport {
        let Self {
            kind,
            name,
            milliseconds,
            ..
        } = self;
        DeviceReport {
            kind: *kind,
            name: name.clone(),
            milliseconds: *milliseconds,
            reason,
            tried,
        }
    }
}

/// The CPU with the model on it, and the golden numbers that other devices must give.
///
/// # Errors
/// When even the CPU can't compute, or its numbers are not finite.
pub(crate) async fn cpu(host: &dyn Host, model: &Model) -> Result<(Ready, Vec<f32>), EngineError> {
    let device = Device::flex();
    let failed = |reason| EngineError::Device {
        device: "CPU".to_owned(),
        reason,
    };
    let mut twin = model.twin.clone();
    let mut by_hand = None;
    if twin.is_by_hand() {
        let found = golden::numbers_by_hand(&twin, &device).await;
        by_hand = Some(found.map_err(failed)?);
    }
    // Known ones the tensor library need not give again, for which a person would wait: 60 ms (`deep`,
    // Chromium), and more than 200 for `koch`, by its two embeddings.
    let expected = match by_hand.take_if(|found| is_golden(&model.name, found)) {
        Some(numbers) => numbers,
        None => {
            let expected = golden::numbers(&twin, &device).await.map_err(failed)?;
            if !expected.iter().all(|number| number.is_finite()) {
                return Err(failed("the model's numbers are not finite".to_owned()));
            }
            let deviation = by_hand.map_or(0.0, |found| deviation(&found, &expected));
            if deviation > TOLERANCE {
                log::warn!(
                    "embeddings by hand are off by {deviation:.0e}; the tensor library embeds"
                );
                twin = twin.by_hand(None);
            }
            expected
        }
    };
    let milliseconds = time(host, &twin, &device).await.map_err(failed)?;
    Ok((
        Ready {
            kind: DeviceKind::Cpu,
            name: PROCESSOR.to_owned(),
            device,
            views: affordable(twin.possible(model.metadata.views), milliseconds),
            twin,
            milliseconds,
            deviation: 0.0,
        },
        expected,
    ))
}

/// Median time of embedding one drawing and reading the result, milliseconds; of two, the shorter, as the
/// first may have compiled shaders.
async fn time(host: &dyn Host, twin: &Twin, device: &Device) -> Result<f32, String> {
    let drawing = Bitmap::from_fn(|row, column| row.abs_diff(column) < 3);
    let mut times = Vec::with_capacity(TIMED);
    let begin = host.now();
    while times.len() < TIMED && (times.len() < 2 || host.now() - begin < TIMED_ENOUGH) {
        let start = host.now();
        let embedding = twin.embed_views([&drawing], Views::One, device);
        embedding
            .global
            .into_data_async()
            .await
            .map_err(|error| error.to_string())?;
        times.push((host.now() - start) as f32);
    }
    times.sort_by(f32::total_cmp);
    Ok(times[(times.len() - 1) / 2])
}

/// Bytes of a network's largest tensor on a device.
fn largest_tensor(twin: &Twin) -> u64 {
    4 * twin.largest_tensor() as u64
}

/// Why a device can't hold a network.
fn too_large(largest: u64, limit: u64) -> Obstacle {
    Obstacle::TooLarge {
        layer: largest.div_ceil(1 << 20),
        most: limit >> 20,
    }
}

/// WebGPU, found once and kept: the runtime can be set up only once in a worker.
#[derive(Default)]
pub(crate) struct Gpu {
    #[cfg(feature = "webgpu")]
    found: std::cell::RefCell<Option<Result<gpu::Found, Obstacle>>>,
    /// It goes on when who asked for it does not wait any more.
    #[cfg(feature = "webgpu")]
    search: std::cell::RefCell<Option<gpu::Search>>,
}

impl Gpu {
    /// Has the browser said nothing yet of a graphics device, after a while?
    pub(crate) async fn is_silent(&self, host: &dyn Host) -> bool {
        before(rests(host, SILENT), self.find(host)).await.is_none()
    }

    /// Puts the model on the WebGPU device and checks its numbers against `expected`.
    pub(crate) async fn try_model(
        &self,
        host: &dyn Host,
        model: &Model,
        expected: &[f32],
    ) -> Result<Ready, DeviceTrial> {
        let kind = DeviceKind::WebGpu;
        let unavailable = |name: &str, reason| DeviceTrial {
            kind,
            name: name.to_owned(),
            outcome: Outcome::Unavailable { reason },
        };
        let found = before(rests(host, LONGEST_SEARCH), self.find(host)).await;
        let found = found.unwrap_or(Err(Obstacle::Silent));
        let (device, name, limit) = found.map_err(|reason| unavailable("", reason))?;
        let failed = |said| unavailable(&name, Obstacle::Failed { said });
        let largest = largest_tensor(&model.twin);
        if largest > limit {
            return Err(unavailable(&name, too_large(largest, limit)));
        }
        let (twin, _) = twinglyph_model::weights::read(&model.bytes, &device)
            .map_err(|error| failed(error.to_string()))?;
        let found = golden::numbers(&twin, &device).await.map_err(failed)?;
        let deviation = deviation(&found, expected);
        if deviation > TOLERANCE {
            let outcome = Outcome::Disagrees { deviation };
            return Err(DeviceTrial {
                kind,
                name,
                outcome,
            });
        }
        let milliseconds = time(host, &twin, &device).await.map_err(failed)?;
        Ok(Ready {
            kind,
            name,
            device,
            views: affordable(twin.possible(model.metadata.views), milliseconds),
            twin,
            milliseconds,
            deviation,
        })
    }

    #[cfg(not(feature = "webgpu"))]
    async fn find(&self, _: &dyn Host) -> Result<(Device, String, u64), Obstacle> {
        Err(Obstacle::NotBuilt)
    }

    /// Why the device was lost, if it was.
    #[cfg(not(feature = "webgpu"))]
    pub(crate) fn lost(&self) -> Option<String> {
        None
    }

    /// Loses the device, for tests of what follows.
    #[cfg(not(feature = "webgpu"))]
    pub(crate) fn lose(&self) {}
}

#[cfg(feature = "webgpu")]
mod gpu {
    use std::future::{Future, poll_fn};
    use std::pin::Pin;
    use std::rc::Rc;
    use std::sync::{Arc, Mutex};
    use std::task::{Context, Poll};

    use burn::tensor::Device;

    use super::{Gpu, Host, Obstacle};

    /// The browser's answer on its way.
    pub(super) type Search = Pin<Box<dyn Future<Output = Result<Found, Obstacle>>>>;

    /// The device, and the place where its loss is noted.
    #[derive(Clone)]
    pub(super) struct Found {
        device: Device,
        /// Loses it.
        lose: Rc<dyn Fn()>,
        name: String,
        /// Most bytes that a kernel can be given in one piece.
        limit: u64,
        lost: Arc<Mutex<Option<String>>>,
    }

    impl Gpu {
        pub(super) async fn find(
            &self,
            host: &dyn Host,
        ) -> Result<(Device, String, u64), Obstacle> {
            let found = poll_fn(|context| self.poll_search(context)).await?;
            host.prepare_graphics();
            match found.lost() {
                Some(said) => Err(Obstacle::Lost { said }),
                None => Ok((found.device, found.name, found.limit)),
            }
        }

        /// Of several who wait, the last is woken; the others look again at their next rest.
        fn poll_search(&self, context: &mut Context<'_>) -> Poll<Result<Found, Obstacle>> {
            if let Some(found) = self.found.borrow().as_ref() {
                return Poll::Ready(found.clone());
            }
            let mut search = self.search.borrow_mut();
            let on_its_way = search.get_or_insert_with(|| Box::pin(acquire()));
            let Poll::Ready(found) = on_its_way.as_mut().poll(context) else {
                return Poll::Pending;
            };
            *search = None;
            *self.found.borrow_mut() = Some(found.clone());
            Poll::Ready(found)
        }

        /// Why the device was lost, if it was.
        pub(crate) fn lost(&self) -> Option<String> {
            self.found.borrow().as_ref()?.as_ref().ok()?.lost()
        }

        /// Loses the device, for tests of what follows.
        pub(crate) fn lose(&self) {
            if let Some(Ok(found)) = self.found.borrow().as_ref() {
                (found.lose)();
            }
        }
    }

    impl Found {
        fn lost(&self) -> Option<String> {
            match self.lost.lock() {
                Ok(lost) => lost.clone(),
                Err(poisoned) => poisoned.into_inner().clone(),
            }
        }
    }

    async fn acquire() -> Result<Found, Obstacle> {
        let (device, setup) = Device::wgpu_options()
            .init_with_setup_async()
            .await
            .map_err(|error| {
                log::warn!("WebGPU: {error}");
                Obstacle::NoAdapter
            })?;
        let info = setup.adapter.get_info();
        let name = [info.name, info.driver, format!("{:?}", info.device_type)]
            .into_iter()
            .find(|name| !name.is_empty())
            .unwrap_or_default();
        let limits = setup.device.limits();
        let binding = limits.max_storage_buffer_binding_size;
        let limit = binding.min(limits.max_buffer_size);
        let lost = Arc::new(Mutex::new(None));
        let note = lost.clone();
        setup
            .device
            .set_device_lost_callback(move |reason, message| {
                let text = if message.is_empty() {
                    format!("{reason:?}")
                } else {
                    message
                };
                match note.lock() {
                    Ok(mut lost) => *lost = Some(text),
                    Err(poisoned) => *poisoned.into_inner() = Some(text),
                }
            });
        Ok(Found {
            device,
            lose: Rc::new(move || setup.device.destroy()),
            name,
            limit,
            lost,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use twinglyph_model::Architecture;

    #[test]
    fn what_never_comes_is_given_up() {
        let never = || std::future::pending::<()>();
        let gives = before(never(), async { 7 });
        assert_eq!(pollster::block_on(gives), Some(7));
        assert_eq!(pollster::block_on(before(async {}, never())), None);
    }

    #[test]
    fn a_slow_device_looks_once() {
        assert_eq!(affordable(Views::Eight, 187.0), Views::Eight);
        assert_eq!(affordable(Views::Eight, 188.0), Views::One);
        assert_eq!(affordable(Views::One, 9_000.0), Views::One);
    }

    #[test]
    fn koch_needs_a_piece_of_144_mebibytes_and_says_so() {
        let largest = |architecture| largest_tensor(&Twin::new(architecture, &Device::flex()));
        let koch = largest(Architecture::Koch);
        assert_eq!(koch, 144 << 20);
        assert!(largest(Architecture::Deep) < 3 << 20);
        let (layer, most) = (144, 128);
        assert_eq!(
            too_large(koch, 128 << 20),
            Obstacle::TooLarge { layer, most }
        );
    }
}
