//! What JavaScript calls: a problem's file, and a learner on a device.

use burn::tensor::Device;
use log::{Level, LevelFilter, Log, Metadata, Record};
use wasm_bindgen::prelude::*;

use crate::learner::Learner;
use crate::problem::Network;

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

/// Logs and panics go to the console; a panic is thrown to the page besides, as an error.
#[wasm_bindgen(start)]
pub fn start() {
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
        let (device, name) = match device.as_str() {
            "cpu" => (Device::flex(), "wasm, simd128".to_owned()),
            "webgpu" => {
                let (device, setup) = Device::wgpu_options().init_with_setup_async().await?;
                let info = setup.adapter.get_info();
                (device, format!("{} {}", info.name, info.driver))
            }
            other => return Err(JsError::new(&format!("there is no device {other}"))),
        };
        let learner = Learner::new(network, &device).await?;
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
