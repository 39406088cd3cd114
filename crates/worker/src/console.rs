//! Logs and panics of Burn, wgpu and our own code on the browser's console.

use log::{Level, LevelFilter, Log, Metadata, Record};
use twinglyph_core::protocol::{Event, Reply, UNASKED};
use wasm_bindgen::JsValue;

use crate::messages;

struct Console;

impl Log for Console {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.level() <= Level::Warn
    }

    fn log(&self, record: &Record<'_>) {
        if !self.enabled(record.metadata()) {
            return;
        }
        let line = JsValue::from_str(&format!("{}: {}", record.target(), record.args()));
        match record.level() {
            Level::Error => web_sys::console::error_1(&line),
            _ => web_sys::console::warn_1(&line),
        }
    }

    fn flush(&self) {}
}

/// Sends warnings and errors to the console, and a panic to the page as well: a worker that
/// panicked answers nothing any more, and without a word its page would wait.
pub(crate) fn install() {
    if log::set_logger(&Console).is_ok() {
        log::set_max_level(LevelFilter::Warn);
    }
    std::panic::set_hook(Box::new(|panic| {
        let message = panic.to_string();
        web_sys::console::error_1(&JsValue::from_str(&message));
        messages::send(&Reply {
            id: UNASKED,
            event: Event::Crashed { message },
        });
    }));
}
