//! The browser's WebGPU device, or natively that of Vulkan, Metal or DirectX.

use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError};

use burn::tensor::Device;
use twinglyph_core::protocol::Obstacle;
use twinglyph_nn::backend::{Adapter, LocalFuture};

use super::Found;

/// Most launches of a submission: an embedding is one. More would keep the device busy for so long at once that systems
/// take a slow one for dead, and none of it would be computed while the rest is put together.
const LAUNCHES: usize = 128;

/// Asks for the device.
#[must_use]
pub fn find() -> LocalFuture<'static, Result<Found, Obstacle>> {
    Box::pin(async {
        let set_up = Device::wgpu_options()
            .tasks_max(LAUNCHES)
            .init_with_setup_async()
            .await;
        let (device, setup) = set_up.map_err(|error| {
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
        setup.device.set_device_lost_callback(move |_, message| {
            let text = if message.is_empty() {
                "the browser gave no reason".to_owned()
            } else {
                message
            };
            *note.lock().unwrap_or_else(PoisonError::into_inner) = Some(text);
        });
        Ok(Found {
            device,
            adapter: Adapter { name, limit },
            lost,
            lose: Rc::new(move || setup.device.destroy()),
        })
    })
}
