//! The starter as a program of its own, for `worker.js`: bytes in, bytes out.
//!
//! Refuses to know what is fetched, when the engine comes and who listens; that is `worker.js`'s.

use js_sys::{Array, Function, Uint8Array};
use twinglyph_core::protocol::{self, Event, Reply, UNASKED};
use wasm_bindgen::prelude::*;

use crate::Starter;

/// See [`Starter`]. Every method gives the messages that are to be sent to the page.
#[wasm_bindgen]
pub struct Program {
    starter: Starter,
    now: Function,
}

#[wasm_bindgen]
impl Program {
    /// Of this clock, a function that gives milliseconds.
    #[wasm_bindgen(constructor)]
    pub fn new(now: Function) -> Self {
        Self {
            starter: Starter::default(),
            now,
        }
    }

    /// That it listens.
    pub fn booted(&self) -> Array {
        messages(vec![Reply {
            id: UNASKED,
            event: Event::Booted {
                version: protocol::VERSION,
                starter: true,
            },
        }])
    }

    /// See [`Starter::progress`].
    pub fn progress(&self, done: f64, total: f64) -> Array {
        // A float becomes an integer by saturation.
        messages(self.starter.progress(done as u64, total as u64))
    }

    /// See [`Starter::lacks`].
    pub fn lacks(&self, path: &str, why: &str) -> Array {
        messages(self.starter.lacks(path, why))
    }

    /// See [`Starter::load`].
    pub fn load(&mut self, path: &str, file: &[u8]) -> bool {
        self.starter.load(path, file, clock(&self.now))
    }

    /// See [`Starter::prove`].
    pub fn prove(&mut self, digest: &str) -> Array {
        messages(self.starter.prove(digest, clock(&self.now)))
    }

    /// See [`Starter::take`].
    pub fn take(&mut self, message: &[u8]) -> Array {
        let now = clock(&self.now);
        // What makes no sense the engine says so of.
        let request = protocol::decode(message).ok();
        let replies = request.map(|request| self.starter.take(request, now));
        messages(replies.unwrap_or_default())
    }

    /// See [`Starter::is_done`].
    pub fn done(&self) -> bool {
        self.starter.is_done()
    }
}

fn clock(now: &Function) -> impl Fn() -> f64 + '_ {
    || {
        let time = now.call0(&JsValue::UNDEFINED).ok();
        time.and_then(|time| time.as_f64()).unwrap_or(0.0)
    }
}

fn messages(replies: Vec<Reply>) -> Array {
    let bytes = replies
        .iter()
        .filter_map(|reply| protocol::encode(reply).ok());
    bytes
        .map(|bytes| Uint8Array::from(bytes.as_slice()).buffer())
        .collect()
}
