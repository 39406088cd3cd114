//! What the engine needs from where it runs.

use std::ops::ControlFlow;
use std::rc::Rc;

use twinglyph_core::protocol::{DeviceKind, Obstacle, Reply, StorageError};
use twinglyph_core::shard::Digest;
use twinglyph_helper::Helper;
use twinglyph_nn::backend::LocalFuture;

/// Hears of bytes read and of all there are (0 where unknown), and says whether to go on.
pub type Progress<'a> = &'a mut dyn FnMut(u64, u64) -> ControlFlow<()>;

/// What kind of graphics a host has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Graphics {
    /// A graphics device.
    Hardware,
    /// A renderer that computes on the processor.
    Software,
}

/// Why a file of the app did not come.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path} could not be loaded: {reason}")]
pub struct FetchError {
    /// The file's path below the app's root.
    pub path: String,
    /// What went wrong.
    pub reason: String,
}

/// The first bytes of something that is kept.
#[derive(Clone, Debug)]
pub struct Head {
    /// These bytes.
    pub bytes: Vec<u8>,
    /// How many there are in all.
    pub length: u64,
}

/// Files, storage, clock, background tasks and the way out for replies.
pub trait Host {
    /// The bytes of a file, by its path below the app's root, as `models/compact.safetensors`;
    /// reading ends, with an error, when `progress` breaks off.
    fn read<'a>(
        &'a self,
        path: &'a str,
        progress: Progress<'a>,
    ) -> LocalFuture<'a, Result<Vec<u8>, FetchError>>;

    /// The bytes of something that was kept, by its path, as `models/mine.safetensors`; `None`
    /// where there is nothing.
    fn read_kept<'a>(
        &'a self,
        path: &'a str,
    ) -> LocalFuture<'a, Result<Option<Vec<u8>>, StorageError>>;

    /// The head, at most so many bytes, of something that was kept; nothing of it is checked. `None` where there is
    /// nothing, or only all bytes can tell.
    fn kept_head<'a>(
        &'a self,
        path: &'a str,
        most: usize,
    ) -> LocalFuture<'a, Result<Option<Head>, StorageError>>;

    /// Keeps bytes for good, whole or not at all, in the place of what was kept there before.
    fn keep<'a>(
        &'a self,
        path: &'a str,
        bytes: &'a [u8],
    ) -> LocalFuture<'a, Result<(), StorageError>>;

    /// Forgets what is kept there; nothing kept is no error.
    fn forget<'a>(&'a self, path: &'a str) -> LocalFuture<'a, Result<(), StorageError>>;

    /// The names of what is kept in a folder, as `mine.safetensors` in `models`.
    fn kept<'a>(&'a self, folder: &'a str) -> LocalFuture<'a, Result<Vec<String>, StorageError>>;

    /// The SHA-256 of bytes, where the host has it faster than [`Digest::of`]; else `None`.
    fn digest<'a>(&'a self, _bytes: &'a [u8]) -> LocalFuture<'a, Option<Digest>> {
        Box::pin(async { None })
    }

    /// Who computes on a device of this kind, where there may be one: on a graphics device, or on the CPU
    /// beside the engine.
    fn helper(&self, _kind: DeviceKind) -> Option<Rc<dyn Helper>> {
        None
    }

    /// What graphics the host has, as far as that can be known without a program for them.
    fn graphics(&self) -> LocalFuture<'_, Result<Graphics, Obstacle>> {
        Box::pin(async { Err(Obstacle::NotBuilt) })
    }

    /// Cores that this program and its helpers may keep busy.
    fn cores(&self) -> usize {
        1
    }

    /// Lets messages that wait be taken, and what they ask for be done.
    fn breathe(&self) -> LocalFuture<'_, ()>;

    /// Lets a moment pass, some tenths of a second, for who waits for a person.
    fn rest(&self) -> LocalFuture<'_, ()>;

    /// Milliseconds since some moment.
    fn now(&self) -> f64;

    /// Bytes of memory that the engine has taken; 0 where that is not known.
    fn memory(&self) -> u64;

    /// Starts a task that runs beside the others.
    fn spawn(&self, task: LocalFuture<'static, ()>);

    /// Sends a reply to the page.
    fn send(&self, reply: Reply);
}
