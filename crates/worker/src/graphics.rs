//! The browser's graphics device, as far as it can be known without a program for it.

use js_sys::{Function, Promise, Reflect};
use twinglyph_engine::Graphics;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// What browsers call adapters that compute on the processor.
const SOFTWARE: [&str; 5] = [
    "swiftshader",
    "llvmpipe",
    "lavapipe",
    "software",
    "basic render",
];

fn property(of: &JsValue, name: &str) -> Option<JsValue> {
    let value = Reflect::get(of, &JsValue::from_str(name)).ok()?;
    (!value.is_undefined() && !value.is_null()).then_some(value)
}

/// What adapter of WebGPU the browser has; `None` where it has none.
pub(crate) async fn adapter() -> Option<Graphics> {
    let gpu = property(&property(&js_sys::global(), "navigator")?, "gpu")?;
    let request: Function = property(&gpu, "requestAdapter")?.dyn_into().ok()?;
    let promise: Promise = request.call0(&gpu).ok()?.dyn_into().ok()?;
    let adapter = JsFuture::from(promise).await.ok()?;
    if adapter.is_null() || adapter.is_undefined() {
        return None;
    }
    let info = property(&adapter, "info").unwrap_or_default();
    let is_fallback = [&adapter, &info]
        .into_iter()
        .any(|of| property(of, "isFallbackAdapter").is_some_and(|fallback| fallback.is_truthy()));
    let names = ["vendor", "architecture", "device", "description"];
    let said = names
        .iter()
        .filter_map(|name| property(&info, name)?.as_string());
    let said = said.collect::<Vec<_>>().join(" ").to_ascii_lowercase();
    let is_software = is_fallback || SOFTWARE.iter().any(|name| said.contains(name));
    Some(match is_software {
        true => Graphics::Software,
        false => Graphics::Hardware,
    })
}
