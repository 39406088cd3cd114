//! What the person takes along: files by the browser's own download, text by its clipboard.

use std::time::Duration;

use js_sys::{Array, Reflect, Uint8Array};
use leptos::prelude::{document, set_timeout, window};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Blob, BlobPropertyBag, CanvasRenderingContext2d, Clipboard, HtmlAnchorElement,
    HtmlCanvasElement, HtmlImageElement, Url,
};

/// Puts text into the clipboard; false where the browser refuses, or has none, as on pages that came
/// without encryption.
pub(super) async fn copy(text: &str) -> bool {
    let navigator = window().navigator();
    let clipboard = Reflect::get(&navigator, &JsValue::from_str("clipboard"));
    let Some(clipboard) = clipboard
        .ok()
        .and_then(|it| it.dyn_into::<Clipboard>().ok())
    else {
        return false;
    };
    JsFuture::from(clipboard.write_text(text)).await.is_ok()
}

/// Saves text as a file. A browser that refuses says so itself.
pub(super) fn save_text(name: &str, kind: &str, text: &str) {
    if let Some(blob) = blob(kind, text) {
        save_blob(name, &blob);
    }
}

/// Saves bytes as a file.
pub(super) fn save_bytes(name: &str, kind: &str, bytes: &[u8]) {
    let options = BlobPropertyBag::new();
    options.set_type(kind);
    let parts = Array::of1(&Uint8Array::from(bytes).into());
    if let Ok(blob) = Blob::new_with_u8_array_sequence_and_options(&parts, &options) {
        save_blob(name, &blob);
    }
}

fn blob(kind: &str, text: &str) -> Option<Blob> {
    let options = BlobPropertyBag::new();
    options.set_type(kind);
    let parts = Array::of1(&JsValue::from_str(text));
    Blob::new_with_str_sequence_and_options(&parts, &options).ok()
}

fn save_blob(name: &str, blob: &Blob) {
    let link = document()
        .create_element("a")
        .ok()
        .and_then(|link| link.dyn_into::<HtmlAnchorElement>().ok());
    if let (Some(link), Ok(url)) = (link, Url::create_object_url_with_blob(blob)) {
        link.set_href(&url);
        link.set_download(name);
        link.click();
        // Some browsers read it only after the click is over.
        let forget = move || {
            // Refused for no address that was made here.
            let _ = Url::revoke_object_url(&url);
        };
        set_timeout(forget, Duration::from_secs(60));
    }
}

/// Saves an SVG document as a PNG of `scale` pixels a unit.
pub(super) fn save_png(name: &str, svg: &str, (width, height): (f64, f64), scale: f64) {
    let name = name.to_owned();
    let (Ok(image), Some(source)) = (HtmlImageElement::new(), blob("image/svg+xml", svg)) else {
        return;
    };
    let Ok(url) = Url::create_object_url_with_blob(&source) else {
        return;
    };
    let (picture, address) = (image.clone(), url.clone());
    let loaded = Closure::once_into_js(move || {
        let canvas = document()
            .create_element("canvas")
            .ok()
            .and_then(|canvas| canvas.dyn_into::<HtmlCanvasElement>().ok());
        let Some(canvas) = canvas else { return };
        canvas.set_width((width * scale) as u32);
        canvas.set_height((height * scale) as u32);
        let context = canvas
            .get_context("2d")
            .ok()
            .flatten()
            .and_then(|context| context.dyn_into::<CanvasRenderingContext2d>().ok());
        let Some(context) = context else { return };
        let (wide, high) = (width * scale, height * scale);
        let drawn = context
            .draw_image_with_html_image_element_and_dw_and_dh(&picture, 0.0, 0.0, wide, high);
        let kept = Closure::once_into_js(move |blob: JsValue| {
            if let Ok(blob) = blob.dyn_into::<Blob>() {
                save_blob(&name, &blob);
            }
        });
        if drawn.is_ok() {
            // Refused for a canvas of a foreign picture, which this is not.
            let _ = canvas.to_blob(kept.unchecked_ref());
        }
        let _ = Url::revoke_object_url(&address);
    });
    image.set_onload(Some(loaded.unchecked_ref()));
    image.set_src(&url);
}
