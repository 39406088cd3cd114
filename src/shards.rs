//! The alphabets as files beside the page: the manifest and its shards, fetched when wanted.
//!
//! Knows URLs and errors for people; the format is [`twinglyph_core::shard`]'s.

use crate::reading;
use crate::words::words;
use js_sys::Uint8Array;
use twinglyph_core::Alphabet;
use twinglyph_core::shard::{Entry, Manifest};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, RequestCache, RequestInit, Response};

/// Folder of the shards, relative to the page.
const FOLDER: &str = "omniglot";

/// Longest time for a file, milliseconds: the largest shard has 207 kB, which a slow mobile
/// connection (1 Mbit/s) brings in 2 s.
const LONGEST: u32 = 15_000;

/// Sheet of one cell for each alphabet of the manifest, in its order, in one row.
pub(crate) const PREVIEW: &str = "omniglot/preview.png";

/// Why alphabets are not here.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum FetchError {
    /// There is no such file: this build goes without it.
    #[error("{}", words().notice.missing(.0))]
    Missing(String),
    /// The network failed.
    #[error("{}", words().notice.network(.0))]
    Network(String),
    /// What reads alphabets, a part of the page, could not be fetched.
    #[error("{}", words().notice.no_reading)]
    Part,
    /// The server refused.
    #[error("{}", words().notice.status(file, *status))]
    Status {
        /// The file's address.
        file: String,
        /// HTTP status.
        status: u16,
    },
    /// The file is not the one of this version of the app: by its name.
    #[error("{}", words().notice.content(.0))]
    Content(String),
}

/// The manifest of the shards.
///
/// # Errors
/// [`FetchError::Missing`] where this build has no shards; others where it can't be had or read.
pub(crate) async fn manifest() -> Result<Manifest, FetchError> {
    let file = format!("{FOLDER}/manifest.json");
    let (bytes, kind) = fetch(&file).await?;
    // A server that answers every address with the page itself has no such file either.
    if kind.starts_with("text/html") {
        return Err(FetchError::Missing(file));
    }
    reading::manifest(&file, &bytes).await
}

/// The alphabet of an entry of the manifest.
///
/// # Errors
/// When it can't be fetched or is not what the entry describes.
pub(crate) async fn alphabet(entry: &Entry) -> Result<Alphabet, FetchError> {
    let (bytes, _) = fetch(&format!("{FOLDER}/{}", entry.file)).await?;
    reading::alphabet(entry, &bytes).await
}

/// A file's bytes and its content type.
async fn fetch(file: &str) -> Result<(Vec<u8>, String), FetchError> {
    match fetch_by(file, RequestCache::Default).await {
        // A browser lets a request wait for a download of the same file that has stopped, as of the page
        // before; past its cache there is a new one.
        Err(FetchError::Network(_)) => fetch_by(file, RequestCache::Reload).await,
        other => other,
    }
}

async fn fetch_by(file: &str, cache: RequestCache) -> Result<(Vec<u8>, String), FetchError> {
    let network = || FetchError::Network(file.to_owned());
    let window = web_sys::window().ok_or_else(network)?;
    let options = RequestInit::new();
    options.set_cache(cache);
    options.set_signal(Some(&AbortSignal::timeout_with_u32(LONGEST)));
    let response: Response = JsFuture::from(window.fetch_with_str_and_init(file, &options))
        .await
        .ok()
        .and_then(|value| value.dyn_into().ok())
        .ok_or_else(network)?;
    match response.status() {
        200..=299 => {}
        404 | 410 => return Err(FetchError::Missing(file.to_owned())),
        status => {
            return Err(FetchError::Status {
                file: file.to_owned(),
                status,
            });
        }
    }
    let kind = response
        .headers()
        .get("content-type")
        .ok()
        .flatten()
        .unwrap_or_default();
    let body = response.array_buffer().map_err(|_| network())?;
    let buffer = JsFuture::from(body).await.map_err(|_| network())?;
    Ok((Uint8Array::new(&buffer).to_vec(), kind))
}
