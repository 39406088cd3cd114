//! The browser as the engine's host.

use js_sys::{ArrayBuffer, Promise, Uint8Array, WebAssembly};
use twinglyph_core::protocol::Reply;
use twinglyph_core::shard::Digest;
use twinglyph_engine::{Host, LocalFuture, Progress};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};

use crate::{constructors, fetch, messages, storage};

/// How long a paused run rests between two looks, milliseconds.
const RESTING: i32 = 100;

#[wasm_bindgen]
extern "C" {
    /// Web Cryptography, section 14.3.5; an error where the page is no secure context and there is none.
    #[wasm_bindgen(catch, js_namespace = ["crypto", "subtle"])]
    fn digest(algorithm: &str, bytes: &[u8]) -> Result<Promise, JsValue>;
}

pub(crate) struct Browser;

impl Host for Browser {
    fn read<'a>(
        &'a self,
        path: &'a str,
        progress: Progress<'a>,
    ) -> LocalFuture<'a, Result<Vec<u8>, String>> {
        Box::pin(fetch::read(path, progress))
    }

    fn read_kept<'a>(&'a self, path: &'a str) -> LocalFuture<'a, Result<Option<Vec<u8>>, String>> {
        Box::pin(storage::read(path))
    }

    fn keep<'a>(&'a self, path: &'a str, bytes: &'a [u8]) -> LocalFuture<'a, Result<(), String>> {
        Box::pin(storage::keep(path, bytes))
    }

    fn forget<'a>(&'a self, path: &'a str) -> LocalFuture<'a, Result<(), String>> {
        Box::pin(storage::forget(path))
    }

    fn kept<'a>(&'a self, folder: &'a str) -> LocalFuture<'a, Result<Vec<String>, String>> {
        Box::pin(storage::list(folder))
    }

    fn digest<'a>(&'a self, bytes: &'a [u8]) -> LocalFuture<'a, Option<Digest>> {
        Box::pin(async move {
            let digest = JsFuture::from(digest("SHA-256", bytes).ok()?).await.ok()?;
            let digest = Uint8Array::new(&digest).to_vec();
            Some(Digest::known(digest.try_into().ok()?))
        })
    }

    fn prepare_graphics(&self) {
        constructors::call();
    }

    fn breathe(&self) -> LocalFuture<'_, ()> {
        Box::pin(pause(0))
    }

    fn rest(&self) -> LocalFuture<'_, ()> {
        Box::pin(pause(RESTING))
    }

    fn now(&self) -> f64 {
        messages::scope()
            .and_then(|scope| scope.performance())
            .map_or(0.0, |clock| clock.now())
    }

    fn memory(&self) -> u64 {
        wasm_bindgen::memory()
            .dyn_into::<WebAssembly::Memory>()
            .map_or(0, |memory| {
                memory
                    .buffer()
                    .unchecked_into::<ArrayBuffer>()
                    .byte_length()
                    .into()
            })
    }

    fn spawn(&self, task: LocalFuture<'static, ()>) {
        spawn_local(task);
    }

    fn send(&self, reply: Reply) {
        messages::send(&reply);
    }
}

/// Lets so many milliseconds pass; messages that wait are taken meanwhile.
async fn pause(milliseconds: i32) {
    let paused = Promise::new(&mut |resolve, _| {
        if let Some(scope) = messages::scope() {
            // A worker that is being ended sets no timer, and goes on with nothing.
            let _ =
                scope.set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, milliseconds);
        }
    });
    // A timer's promise is never rejected.
    let _ = JsFuture::from(paused).await;
}
