//! Devices: the CPU, which is always there, and WebGPU, which has to prove itself.

use std::borrow::Cow;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;

use std::rc::Rc;

use twinglyph_core::protocol::{
    DeviceKind, DeviceReason, DeviceReport, DeviceTrial, Obstacle, Outcome,
};
use twinglyph_core::{Bitmap, Views};
use twinglyph_nn::backend::{Adapter, DeviceError, DeviceTwin};
use twinglyph_nn::builtin_models;
use twinglyph_nn::self_test::{self, TOLERANCE, deviation};
use twinglyph_nn::twin::largest_tensor;
use twinglyph_nn::{PROCESSOR, Twin, Values};

use crate::model::Model;
use crate::pool::Pool;
use crate::{EngineError, Graphics, Host};

/// Number of timed embeddings, whose median counts. A person waits for them.
const TIMED: usize = 3;

/// Time (ms) after which no embedding beyond the second is timed: a software GPU takes long for one.
const TIMED_ENOUGH: f64 = 500.0;

/// Time budget (ms) for embedding one drawing with all views. Slower devices use one view. A person may wait twice as
/// long, behind a part of the refinement, and the page replaces a worker that is silent for 10 s. Software renderers
/// exceed it.
pub(crate) const LONGEST_DRAWING: f32 = 1500.0;

/// Rests, some 3 s, after which a browser that has not handed out its graphics device counts as silent: a busy
/// machine takes a second or two, and a person is to be told within 5. Counted, as clocks may jump.
const SILENT: u32 = 30;

/// Further rests, some 10 s, after which a silent browser's device is not waited for.
const LONGEST_SEARCH: u32 = 100;

/// Timeout (rests, two minutes) for the helper's program and its device.
const LONGEST_FETCH: u32 = 1200;

pub(crate) async fn rests(host: &dyn Host, count: u32) {
    for _ in 0..count {
        host.rest().await;
    }
}

/// What a future gives; `None` when the other one is over before.
pub(crate) async fn before<T>(
    late: impl Future<Output = ()>,
    future: impl Future<Output = T>,
) -> Option<T> {
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
    /// The model on the CPU, which scores what any device embedded.
    pub(crate) twin: Twin,
    /// The model on the graphics device, where that embeds.
    pub(crate) device: Option<Rc<dyn DeviceTwin>>,
    /// Further cores for batches on the CPU. One for each model in use: its devices share it.
    pub(crate) pool: Rc<Pool>,
    /// How many ways drawings are looked at here.
    pub(crate) views: Views,
    /// Median time of one embedding, milliseconds.
    pub(crate) milliseconds: f32,
    /// The same of a drawing by all of its views.
    pub(crate) by_all_views: f32,
    /// Largest relative difference of its self-test numbers from the CPU's.
    deviation: f32,
}

impl Ready {
    /// The same device with another network, which embeds by these views.
    pub(crate) fn with(
        &self,
        twin: Twin,
        device: Option<Rc<dyn DeviceTwin>>,
        views: Views,
    ) -> Self {
        Self {
            twin,
            device,
            views,
            pool: Rc::default(),
            ..self.clone()
        }
    }

    /// Has it the same model as this one?
    pub(crate) fn is_of(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.pool, &other.pool)
    }

    /// The CPU with the same network.
    pub(crate) fn on_cpu(&self) -> Self {
        Self {
            kind: DeviceKind::Cpu,
            name: PROCESSOR.to_owned(),
            device: None,
            ..self.clone()
        }
    }

    /// The CPU, timed anew: at the start browsers run the first, slow code that they make of a function.
    pub(crate) fn timed_again(&self, host: &dyn Host) -> Self {
        let [drawing, _] = self_test::drawings();
        let time = |views| {
            let mut times = Times::new(host);
            while times.goes_on() {
                let start = host.now();
                drop(self.twin.embed([&drawing], views));
                times.note(start);
            }
            times.middle()
        };
        Self {
            milliseconds: time(Views::One),
            by_all_views: time(self.views),
            ..self.clone()
        }
    }

    /// Drawings embedded by these views.
    ///
    /// # Errors
    /// When the device does not give its numbers.
    pub(crate) async fn embed<'a>(
        &self,
        drawings: impl IntoIterator<Item = &'a Bitmap>,
        views: Views,
    ) -> Result<Values, EngineError> {
        let Some(device) = &self.device else {
            return Ok(self.twin.embed(drawings, views));
        };
        let found = embed_on(device.as_ref(), &self.twin, drawings, views).await;
        found.map_err(|error| self.failed(error.said))
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
    /// When one is not finite.
    pub(crate) fn scores(
        &self,
        queries: &Values,
        support: &Values,
    ) -> Result<Vec<f32>, EngineError> {
        let scores = self.twin.scores(queries, support);
        if scores.iter().all(|score| score.is_finite()) {
            Ok(scores)
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

/// The CPU with the model on it, which other devices are held against.
#[derive(Clone)]
pub(crate) struct Reference {
    pub(crate) ready: Ready,
    /// The self-test numbers that other devices must give.
    pub(crate) self_test: Rc<Vec<f32>>,
}

/// Drawings embedded by these views by a helper.
pub(crate) async fn embed_on<'a>(
    device: &dyn DeviceTwin,
    twin: &Twin,
    drawings: impl IntoIterator<Item = &'a Bitmap>,
    views: Views,
) -> Result<Values, DeviceError> {
    let views = twin.possible(views);
    let drawings = drawings.into_iter().cloned().collect();
    let embedding = device.embed(drawings, views).await?;
    Ok(Values::new(&embedding, views))
}

/// Puts the model on the CPU, and computes its self-test numbers.
///
/// # Errors
/// When even the CPU's numbers are not finite, or not those of the model built in by this name.
pub(crate) fn cpu(host: &dyn Host, model: &Model) -> Result<Reference, EngineError> {
    let failed = |reason: String| EngineError::Device {
        device: "CPU".to_owned(),
        reason,
    };
    let twin = model.twin.clone();
    let mut times = Times::new(host);
    let numbers = self_test::numbers(&twin, |embed| {
        let start = host.now();
        embed();
        times.note(start);
    });
    if !numbers.iter().all(|number| number.is_finite()) {
        return Err(failed("the model's numbers are not finite".to_owned()));
    }
    if let Some(far) = builtin_models::deviation(&model.name, &numbers)
        && far > TOLERANCE
    {
        return Err(failed(format!(
            "its numbers for known drawings are off by {far:e}, so nothing that it computes can be trusted; try another browser"
        )));
    }
    let milliseconds = times.middle();
    let views = affordable(twin.possible(model.metadata.views), milliseconds);
    Ok(Reference {
        ready: Ready {
            kind: DeviceKind::Cpu,
            name: PROCESSOR.to_owned(),
            views,
            twin,
            device: None,
            pool: Pool::new(model.kept_file()),
            milliseconds,
            by_all_views: milliseconds * views.count() as f32,
            deviation: 0.0,
        },
        self_test: Rc::new(numbers),
    })
}

/// Times, milliseconds, of a few turns of the same work.
struct Times<'a> {
    host: &'a dyn Host,
    begin: f64,
    times: Vec<f32>,
}

impl<'a> Times<'a> {
    fn new(host: &'a dyn Host) -> Self {
        Self {
            host,
            begin: host.now(),
            times: Vec::with_capacity(TIMED),
        }
    }

    /// Is one more turn worth it?
    fn goes_on(&self) -> bool {
        let count = self.times.len();
        count < TIMED && (count < 2 || self.host.now() - self.begin < TIMED_ENOUGH)
    }

    /// Notes a turn that began then.
    fn note(&mut self, start: f64) {
        self.times.push((self.host.now() - start) as f32);
    }

    /// The median; of two, the shorter, as the first may have compiled shaders.
    fn middle(&self) -> f32 {
        let middle = self.times.len().saturating_sub(1) / 2;
        let below = |time: f32| self.times.iter().filter(|&&other| other < time).count();
        let up_to = |time: f32| self.times.iter().filter(|&&other| other <= time).count();
        let mut times = self.times.iter().copied();
        let is_middle = |&time: &f32| below(time) <= middle && middle < up_to(time);
        times.find(is_middle).unwrap_or_default()
    }
}

/// Median time of embedding one drawing by these views on a graphics device and reading the result, milliseconds.
async fn time(
    host: &dyn Host,
    twin: &Twin,
    device: &dyn DeviceTwin,
    views: Views,
) -> Result<f32, DeviceError> {
    let [drawing, _] = self_test::drawings();
    let mut times = Times::new(host);
    while times.goes_on() {
        let start = host.now();
        embed_on(device, twin, [&drawing], views).await?;
        times.note(start);
    }
    Ok(times.middle())
}

/// Why a device can't hold a network.
fn too_large(largest: u64, limit: u64) -> Obstacle {
    Obstacle::TooLarge {
        layer: largest.div_ceil(1 << 20),
        most: limit >> 20,
    }
}

/// Finds the graphics device of a host.
async fn find(host: &dyn Host) -> Result<Adapter, Obstacle> {
    match host.helper(DeviceKind::WebGpu) {
        Some(helper) => helper.find().await,
        None => Err(Obstacle::NotBuilt),
    }
}

/// Has the browser said nothing yet of a graphics device, after a while?
pub(crate) async fn is_silent(host: &dyn Host) -> bool {
    before(rests(host, SILENT), find(host)).await.is_none()
}

/// Puts the model on the WebGPU device and checks its numbers against the reference's; one that computes on
/// the processor is tried only where it was asked for. `file` gives the model's bytes.
///
/// # Errors
/// Why it can't be used.
pub(crate) async fn webgpu(
    host: &dyn Host,
    asked: bool,
    model: &Model,
    reference: &Reference,
    file: impl Future<Output = Result<Cow<'_, [u8]>, EngineError>>,
) -> Result<Ready, DeviceTrial> {
    let kind = DeviceKind::WebGpu;
    let unavailable = |name: &str, reason| DeviceTrial {
        kind,
        name: name.to_owned(),
        outcome: Outcome::Unavailable { reason },
    };
    let graphics = before(rests(host, LONGEST_SEARCH), host.graphics()).await;
    let graphics = graphics.unwrap_or(Err(Obstacle::Silent));
    let graphics = graphics.map_err(|reason| unavailable("", reason))?;
    if graphics == Graphics::Software && !asked {
        return Err(unavailable("", Obstacle::Software));
    }
    let found = before(rests(host, LONGEST_FETCH), find(host)).await;
    let found = found.unwrap_or(Err(Obstacle::Silent));
    let Adapter { name, limit } = found.map_err(|reason| unavailable("", reason))?;
    let failed = |said| unavailable(&name, Obstacle::Failed { said });
    let refused = |error: DeviceError| failed(error.said);
    let twin = model.twin.clone();
    let largest = 4 * largest_tensor(twin.architecture()) as u64;
    if largest > limit {
        return Err(unavailable(&name, too_large(largest, limit)));
    }
    let helper = host.helper(DeviceKind::WebGpu);
    let helper = helper.ok_or_else(|| unavailable(&name, Obstacle::NotBuilt))?;
    let file = file.await.map_err(|error| failed(error.to_string()))?;
    let device = helper.load(&file).await.map_err(refused)?;
    drop(file);
    let both = embed_on(device.as_ref(), &twin, &self_test::drawings(), Views::One).await;
    let numbers = self_test::numbers_of(&twin, &both.map_err(refused)?);
    let deviation = deviation(&numbers, &reference.self_test);
    if deviation > TOLERANCE {
        let outcome = Outcome::Disagrees { deviation };
        return Err(DeviceTrial {
            kind,
            name,
            outcome,
        });
    }
    let timed = async |views| {
        let time = time(host, &twin, device.as_ref(), views).await;
        time.map_err(refused)
    };
    let milliseconds = timed(Views::One).await?;
    let views = affordable(twin.possible(model.metadata.views), milliseconds);
    let by_all_views = match views {
        Views::One => milliseconds,
        _ => timed(views).await?,
    };
    Ok(Ready {
        kind,
        name,
        views,
        twin,
        device: Some(device),
        pool: reference.ready.pool.clone(),
        milliseconds,
        by_all_views,
        deviation,
    })
}

/// Why the graphics device was lost, if it was.
pub(crate) fn lost(host: &dyn Host) -> Option<String> {
    host.helper(DeviceKind::WebGpu)?.lost()
}

#[cfg(test)]
mod tests {
    use super::*;
    use twinglyph_core::Architecture;

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
        let largest = |architecture| 4 * largest_tensor(architecture) as u64;
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
