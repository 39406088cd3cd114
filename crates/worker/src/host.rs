//! The browser as the engine's host.

use twinglyph_core::protocol::Reply;
use twinglyph_engine::{Host, LocalFuture};
use wasm_bindgen_futures::spawn_local;

use crate::{fetch, messages};

pub(crate) struct Browser;

impl Host for Browser {
    fn read<'a>(
        &'a self,
        path: &'a str,
        progress: &'a mut dyn FnMut(u64, u64),
    ) -> LocalFuture<'a, Result<Vec<u8>, String>> {
        Box::pin(fetch::read(path, progress))
    }

    fn now(&self) -> f64 {
        messages::scope()
            .and_then(|scope| scope.performance())
            .map_or(0.0, |clock| clock.now())
    }

    fn spawn(&self, task: LocalFuture<'static, ()>) {
        spawn_local(task);
    }

    fn send(&self, reply: Reply) {
        messages::send(&reply);
    }
}
