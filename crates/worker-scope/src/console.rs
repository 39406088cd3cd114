//! Logs and panics on the browser's console.

use log::{Level, LevelFilter, Log, Metadata, Record};
use wasm_bindgen::JsValue;

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

/// Sends warnings and errors to the console, and a panic to `tell` as well: a worker that
/// panicked answers nothing any more, and without a word whoever started it would wait.
pub fn install(tell: fn(String)) {
    if log::set_logger(&Console).is_ok() {
        log::set_max_level(LevelFilter::Warn);
    }
    std::panic::set_hook(Box::new(move |panic| {
        let message = panic.to_string();
        web_sys::console::error_1(&JsValue::from_str(&message));
        tell(message);
    }));
}
