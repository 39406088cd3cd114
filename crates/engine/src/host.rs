//! What the engine needs from where it runs.

use std::future::Future;
use std::pin::Pin;

use twinglyph_core::protocol::Reply;

/// A future that stays on its thread.
pub type LocalFuture<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

/// Files, clock, background tasks and the way out for replies.
pub trait Host {
    /// The bytes of a file, by its path below the app's root, as `models/compact.safetensors`;
    /// `progress` hears of bytes read and of all there are (0 where unknown). The error is one
    /// sentence that names the file.
    fn read<'a>(
        &'a self,
        path: &'a str,
        progress: &'a mut dyn FnMut(u64, u64),
    ) -> LocalFuture<'a, Result<Vec<u8>, String>>;

    /// Milliseconds since some moment.
    fn now(&self) -> f64;

    /// Starts a task that runs beside the others.
    fn spawn(&self, task: LocalFuture<'static, ()>);

    /// Sends a reply to the page.
    fn send(&self, reply: Reply);
}
