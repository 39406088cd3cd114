//! What JavaScript calls: a problem's file, and a learner on a device; a subject's weights and images,
//! and an embedder on a device.

use burn::tensor::Device;
use log::{Level, LevelFilter, Log, Metadata, Record};
use wasm_bindgen::prelude::*;

use crate::embedding::Embedder;
use crate::learner::Learner;
use crate::problem::Network;
use crate::subject::Subject;

struct Console;

impl Log for Console {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.level() <= Level::Warn
    }

    fn log(&self, record: &Record<'_>) {
        if self.enabled(record.metadata()) {
            let line = format!("{}: {}", record.target(), record.args());
            web_sys::console::warn_1(&JsValue::from_str(&line));
        }
    }

    fn flush(&self) {}
}

#[allow(unsafe_code)]
mod wasm_ctors {
    unsafe extern "C" {
        fn __wasm_call_ctors();
    }

    /// Calls what Burn's crates want done first, once: else each exported function does
    /// (`twinglyph-gpu-worker`'s `wasm_ctors`).
    pub(super) fn call() {
        // SAFETY: the linker's own function, of this type, made for being called once at the start.
        unsafe { __wasm_call_ctors() }
    }
}

/// Logs and panics go to the console; a panic is thrown to the page besides, as an error.
#[wasm_bindgen(start)]
pub fn start() {
    wasm_ctors::call();
    if log::set_logger(&Console).is_ok() {
        log::set_max_level(LevelFilter::Warn);
    }
    std::panic::set_hook(Box::new(|panic| {
        web_sys::console::error_1(&JsValue::from_str(&panic.to_string()));
    }));
}

/// A problem's file: see [`crate::problem`].
///
/// # Errors
/// When there is no such network or its problem can't be made.
#[wasm_bindgen]
pub async fn problem(network: String) -> Result<Vec<u8>, JsError> {
    let network = Network::from_name(&network)?;
    Ok(network.problem().await?)
}

/// The device of that name, what it says of itself, and the most bytes of a tensor on it.
async fn open(device: &str) -> Result<(Device, String, u64), JsError> {
    match device {
        "cpu" => Ok((Device::flex(), "wasm, simd128".to_owned(), u64::MAX)),
        "webgpu" => {
            let (device, setup) = Device::wgpu_options().init_with_setup_async().await?;
            let info = setup.adapter.get_info();
            let limits = setup.device.limits();
            let binding = limits.max_storage_buffer_binding_size;
            let piece = binding.min(limits.max_buffer_size);
            Ok((device, format!("{} {}", info.name, info.driver), piece))
        }
        other => Err(JsError::new(&format!("there is no device {other}"))),
    }
}

/// Ours, in training.
#[wasm_bindgen]
pub struct Ours {
    learner: Learner,
    name: String,
}

#[wasm_bindgen]
impl Ours {
    /// A problem on the device `cpu` or `webgpu`.
    ///
    /// # Errors
    /// When there is no such problem or no such device.
    pub async fn open(network: String, device: String) -> Result<Ours, JsError> {
        let network = Network::from_name(&network)?;
        let (opened, name, _) = open(&device).await?;
        let learner = match device.as_str() {
            "cpu" => Learner::on_cpu(network, 1).await?,
            _ => Learner::new(network, 1, &opened).await?,
        };
        Ok(Self { learner, name })
    }

    /// What the device says of itself.
    #[must_use]
    pub fn name(&self) -> String {
        self.name.clone()
    }

    /// One step; the loss before it.
    ///
    /// # Errors
    /// When the device does not give the loss.
    pub async fn step(&mut self) -> Result<f32, JsError> {
        Ok(self.learner.step().await?)
    }
}

/// A subject's weights as a safetensors file of f32, which the other frameworks read; `shipped` is
/// `koch`'s file in the app.
///
/// # Errors
/// When there is no such network or its weights can't be made.
#[wasm_bindgen]
pub async fn weights(network: String, shipped: Vec<u8>) -> Result<Vec<u8>, JsError> {
    Ok(Subject::from_name(&network)?.weights(&shipped).await?)
}

/// A subject's images, one after the other.
///
/// # Errors
/// When there is no such network or they can't be drawn.
#[wasm_bindgen]
pub fn images(network: &str) -> Result<Vec<f32>, JsError> {
    Ok(Subject::from_name(network)?.images()?)
}

/// Ours, embedding images.
#[wasm_bindgen]
pub struct OurEmbedding {
    embedder: Embedder,
    name: String,
}

#[wasm_bindgen]
impl OurEmbedding {
    /// A network's file on the device `cpu` or `webgpu`.
    ///
    /// # Errors
    /// When there is no such network or device, or the file is another's.
    pub async fn open(
        network: String,
        device: String,
        file: Vec<u8>,
    ) -> Result<OurEmbedding, JsError> {
        let subject = Subject::from_name(&network)?;
        let (device, name, piece) = open(&device).await?;
        let embedder = Embedder::open(subject, &file, &device, piece)?;
        Ok(Self { embedder, name })
    }

    /// What the device says of itself.
    #[must_use]
    pub fn name(&self) -> String {
        self.name.clone()
    }

    /// Values of an image.
    #[must_use]
    pub fn pixels(&self) -> usize {
        self.embedder.pixels()
    }

    /// Components of an image's global embedding.
    #[must_use]
    pub fn components(&self) -> usize {
        self.embedder.components()
    }

    /// The embeddings of images.
    ///
    /// # Errors
    /// When the device does not give them.
    pub async fn embed(&mut self, images: Vec<f32>) -> Result<Vec<f32>, JsError> {
        Ok(self.embedder.embed(&images).await?)
    }
}
