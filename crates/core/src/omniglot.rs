//! Omniglot as its authors publish it: zip archives of images, runs and pen strokes.
//!
//! Takes an archive's bytes and gives alphabets, runs and strokes. Refuses to read files, and to
//! guess: an entry that is missing, double, odd or too large is an error that names it. What macOS
//! adds on its own (`__MACOSX`, `.DS_Store`) is passed over.
//!
//! Source: Lake, Salakhutdinov and Tenenbaum, Science 350 (2015);
//! <https://github.com/brendenlake/omniglot>.

mod archive;
mod contents;
mod folder;
mod images;
mod locate;
mod runs;
mod strokes;

pub use contents::{CONTENTS, Contents, check_contents};
pub use folder::{
    IMAGES, LacksArchives, OFFICIAL_RUNS, STROKES, VARIABLE, find_archives, named_folder,
};
pub use images::{background, evaluation};
pub use locate::{LocateError, locate_runs};
pub use runs::{RUNS, RunImages, WAYS, runs};
pub use strokes::{Pen, StrokeDrawing, strokes};

/// Why an archive is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OmniglotError {
    /// The bytes are no zip archive.
    #[error("{archive} is no readable zip archive ({reason}); fetch it again")]
    Archive {
        /// The archive's official name.
        archive: &'static str,
        /// The reader's words.
        reason: String,
    },
    /// An entry is not what belongs there.
    #[error("{archive}: {entry} {problem}; fetch the archive again")]
    Entry {
        /// The archive's official name.
        archive: &'static str,
        /// The entry's path.
        entry: String,
        /// What is wrong with it.
        problem: String,
    },
    /// An entry is not there.
    #[error("{archive}: {entry} is missing; fetch the archive again")]
    Missing {
        /// The archive's official name.
        archive: &'static str,
        /// The path of the entry, or its beginning.
        entry: String,
    },
    /// The alphabets are not Omniglot's.
    #[error("{set} set: {problem}; fetch its archive again")]
    Contents {
        /// `background` or `evaluation`.
        set: &'static str,
        /// How it differs.
        problem: String,
    },
}
