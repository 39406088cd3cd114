//! What the person takes along: files by the browser's own download, text by its clipboard.

use std::time::Duration;

use js_sys::{Array, Promise, Reflect, Uint8Array};
use leptos::prelude::{document, set_timeout, window};
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
pub(super) fn save_png(name: &str, svg: &str, sides: (f64, f64), scale: f64) {
    let (name, svg) = (name.to_owned(), svg.to_owned());
    leptos::task::spawn_local(async move {
        if let Some(picture) = drawn(&svg, (sides.0 * scale, sides.1 * scale)).await {
            save_blob(&name, &picture);
        }
    });
}

/// An SVG document as a PNG of this width and height, pixels; none where this browser can't draw it. No
/// script of it runs, and nothing that it links to is fetched: it is a picture.
pub(super) async fn drawn(svg: &str, (width, height): (f64, f64)) -> Option<Blob> {
    let url = Url::create_object_url_with_blob(&blob("image/svg+xml", svg)?).ok()?;
    let picture = rastered(&url, width, height).await;
    // Refused for no address that was made here.
    let _ = Url::revoke_object_url(&url);
    picture
}

async fn rastered(url: &str, width: f64, height: f64) -> Option<Blob> {
    let image = HtmlImageElement::new().ok()?;
    image.set_src(url);
    JsFuture::from(image.decode()).await.ok()?;
    let canvas: HtmlCanvasElement = document().create_element("canvas").ok()?.dyn_into().ok()?;
    canvas.set_width(width as u32);
    canvas.set_height(height as u32);
    let context: CanvasRenderingContext2d = canvas.get_context("2d").ok()??.dyn_into().ok()?;
    context
        .draw_image_with_html_image_element_and_dw_and_dh(&image, 0.0, 0.0, width, height)
        .ok()?;
    let kept = Promise::new(&mut |done, failed| {
        // A picture with a foreign one in it is not given back.
        if canvas.to_blob(&done).is_err() {
            let _ = failed.call0(&JsValue::NULL);
        }
    });
    JsFuture::from(kept).await.ok()?.dyn_into().ok()
}
