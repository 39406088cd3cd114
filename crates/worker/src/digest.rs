//! SHA-256 by the browser, which takes it beside this thread.

use js_sys::{Promise, Uint8Array};
use twinglyph_core::shard::Digest;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

#[wasm_bindgen]
extern "C" {
    /// Web Cryptography, section 14.3.5; an error where the page is no secure context and there is none.
    #[wasm_bindgen(catch, js_namespace = ["crypto", "subtle"], js_name = digest)]
    fn subtle(algorithm: &str, bytes: &[u8]) -> Result<Promise, JsValue>;

    /// The same of bytes in the browser's memory.
    #[wasm_bindgen(catch, js_namespace = ["crypto", "subtle"], js_name = digest)]
    fn subtle_of_array(algorithm: &str, bytes: &Uint8Array) -> Result<Promise, JsValue>;
}

/// The digest of these bytes; `None` where the browser takes none.
pub(crate) async fn digest(bytes: &[u8]) -> Option<Digest> {
    heard(subtle("SHA-256", bytes)).await
}

async fn heard(promise: Result<Promise, JsValue>) -> Option<Digest> {
    let digest = JsFuture::from(promise.ok()?).await.ok()?;
    let digest = Uint8Array::new(&digest).to_vec();
    Some(Digest::known(digest.try_into().ok()?))
}

/// The same, by this thread where the browser takes none.
pub(crate) async fn digest_of(bytes: &[u8]) -> Digest {
    digest(bytes).await.unwrap_or_else(|| Digest::of(bytes))
}

/// The digest of bytes in the browser's memory, which are not copied into this program's for it.
pub(crate) async fn digest_of_array(bytes: &Uint8Array) -> Digest {
    let heard = heard(subtle_of_array("SHA-256", bytes)).await;
    heard.unwrap_or_else(|| Digest::of(&bytes.to_vec()))
}
