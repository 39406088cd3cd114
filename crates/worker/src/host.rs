//! The browser as the engine's host.

use std::rc::Rc;

use js_sys::Reflect;
use twinglyph_core::protocol::{DeviceKind, Obstacle, Reply, StorageError};
use twinglyph_core::shard::Digest;
use twinglyph_engine::{FetchError, Graphics, Head, Host, LocalFuture, Progress};
use twinglyph_helper::Helper;
use twinglyph_worker_scope::{breathe, pause, scope};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;

use crate::digest::digest;
use crate::helpers::Helpers;
use crate::{fetch, graphics, messages, storage};

/// Gigabytes of memory with which only one helper embeds beside the leader.
const SMALL_MEMORY: f64 = 2.0;

/// How long a paused run rests between two looks, milliseconds.
const RESTING: i32 = 100;

#[derive(Default)]
pub(crate) struct Browser {
    helpers: Helpers,
}

impl Host for Browser {
    fn read<'a>(
        &'a self,
        path: &'a str,
        progress: Progress<'a>,
    ) -> LocalFuture<'a, Result<Vec<u8>, FetchError>> {
        Box::pin(fetch::read(path, progress))
    }

    fn read_kept<'a>(
        &'a self,
        path: &'a str,
    ) -> LocalFuture<'a, Result<Option<Vec<u8>>, StorageError>> {
        Box::pin(storage::read(path))
    }

    fn kept_head<'a>(
        &'a self,
        path: &'a str,
        most: usize,
    ) -> LocalFuture<'a, Result<Option<Head>, StorageError>> {
        Box::pin(storage::head(path, most))
    }

    fn keep<'a>(
        &'a self,
        path: &'a str,
        bytes: &'a [u8],
    ) -> LocalFuture<'a, Result<(), StorageError>> {
        Box::pin(storage::keep(path, bytes))
    }

    fn forget<'a>(&'a self, path: &'a str) -> LocalFuture<'a, Result<(), StorageError>> {
        Box::pin(storage::forget(path))
    }

    fn kept<'a>(&'a self, folder: &'a str) -> LocalFuture<'a, Result<Vec<String>, StorageError>> {
        Box::pin(storage::list(folder))
    }

    fn digest<'a>(&'a self, bytes: &'a [u8]) -> LocalFuture<'a, Option<Digest>> {
        Box::pin(digest(bytes))
    }

    fn helper(&self, kind: DeviceKind) -> Option<Rc<dyn Helper>> {
        Some(self.helpers.on(kind))
    }

    fn graphics(&self) -> LocalFuture<'_, Result<Graphics, Obstacle>> {
        Box::pin(async { graphics::adapter().await.ok_or(Obstacle::NoAdapter) })
    }

    fn cores(&self) -> usize {
        let Some(navigator) = scope().map(|scope| scope.navigator()) else {
            return 1;
        };
        let cores = navigator.hardware_concurrency() as usize;
        // Gigabytes, where the browser tells (Device Memory, section 3).
        let memory = Reflect::get(&navigator, &JsValue::from_str("deviceMemory"));
        let is_small = memory.ok().and_then(|memory| memory.as_f64());
        match is_small.is_some_and(|memory| memory <= SMALL_MEMORY) {
            true => cores.min(2),
            false => cores,
        }
    }

    fn breathe(&self) -> LocalFuture<'_, ()> {
        Box::pin(breathe())
    }

    fn rest(&self) -> LocalFuture<'_, ()> {
        Box::pin(pause(RESTING))
    }

    fn now(&self) -> f64 {
        scope()
            .and_then(|scope| scope.performance())
            .map_or(0.0, |clock| clock.now())
    }

    fn memory(&self) -> u64 {
        twinglyph_worker_scope::memory()
    }

    fn spawn(&self, task: LocalFuture<'static, ()>) {
        spawn_local(task);
    }

    fn send(&self, reply: Reply) {
        messages::send(&reply);
    }
}
