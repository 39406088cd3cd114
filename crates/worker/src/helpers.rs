//! Helpers: workers that this one starts, each by the script that started this one.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Array, Uint8Array};
use twinglyph_core::Alphabet;
use twinglyph_core::protocol::{DeviceKind, Obstacle};
use twinglyph_core::training::TrainConfig;
use twinglyph_helper::{Helper, Remote, TrainingRun};
use twinglyph_nn::backend::{Adapter, DeviceTwin, LocalFuture};
use twinglyph_nn::train::CheckpointError;
use twinglyph_worker_scope::{bytes, pause, scope};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{ErrorEvent, MessageEvent, Worker, WorkerOptions, WorkerType};

use crate::graphics;

/// The name of a worker that is a helper on the CPU; `worker.js` knows its program by it.
const CPU: &str = "helper-cpu";

/// The name of the one on the graphics device.
const GPU: &str = "helper-gpu";

/// A tenth of a second, milliseconds.
const RESTING: i32 = 100;

/// Starts a worker of this name as a helper. One that does not start is lost when it is first asked.
fn start(name: &str) -> Remote {
    let worker: Rc<RefCell<Option<Worker>>> = Rc::default();
    let (to, of) = (worker.clone(), worker.clone());
    let post = move |message: &[u8]| {
        let buffer = Uint8Array::from(message).buffer();
        if let Some(worker) = to.borrow().as_ref() {
            // A message that can't be sent is never answered, which ends the helper.
            let _ = worker.post_message_with_transfer(&buffer, &Array::of1(&buffer));
        }
    };
    let end = move || {
        if let Some(worker) = of.take() {
            worker.terminate();
        }
    };
    let remote = Remote::new(post, end, || Box::pin(pause(RESTING)));
    match spawn(name, &remote) {
        Ok(started) => *worker.borrow_mut() = Some(started),
        Err(error) => remote.give_up(format!("it could not be started: {error:?}")),
    }
    remote
}

fn spawn(name: &str, remote: &Remote) -> Result<Worker, JsValue> {
    let scope = scope().ok_or_else(|| JsValue::from_str("this is no dedicated worker"))?;
    let options = WorkerOptions::new();
    options.set_type(WorkerType::Module);
    options.set_name(name);
    let worker = Worker::new_with_options(&scope.location().href(), &options)?;
    let hears = remote.downgrade();
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |message: MessageEvent| {
        let data = message.data();
        let Some(remote) = hears.upgrade() else {
            return;
        };
        match (bytes(&data), data.as_string()) {
            (Some(bytes), _) => remote.hear(&bytes),
            // Its last word: it did not start, has no memory left, or panicked.
            (None, Some(said)) => remote.give_up(said),
            // How much of its program has come.
            (None, None) => {}
        }
    });
    let hears = remote.downgrade();
    let on_error = Closure::<dyn FnMut(ErrorEvent)>::new(move |error: ErrorEvent| {
        // Else it would be the leader's own error, and the page would replace the leader.
        error.prevent_default();
        if let Some(remote) = hears.upgrade() {
            remote.give_up(format!("its worker ended: {}", error.message()));
        }
    });
    worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
    // Helpers are few, and so are these.
    on_message.forget();
    on_error.forget();
    Ok(worker)
}

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
            DeviceKind::Cpu => Rc::new(start(CPU)),
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

    fn load<'a>(&'a self, file: &'a [u8]) -> LocalFuture<'a, Result<Rc<dyn DeviceTwin>, String>> {
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
