//! Are the files that are asked for possible? A measurement of an hour must not end with a folder that can't be written.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use super::args::Args;
use super::wrong::{Folder, WrongError};

/// Why a file can't be written.
#[derive(Debug, thiserror::Error)]
pub(super) enum OutputError {
    #[error("{}: no file can be written there: {error}", folder.display())]
    Folder { folder: PathBuf, error: io::Error },
    #[error(transparent)]
    Wrong(#[from] WrongError),
}

/// Makes the folders of all files that are asked for, and writes into each for a moment; gives that of --wrong.
///
/// # Errors
/// When one can't be made or written, or the folder of --wrong holds something else.
pub(super) fn prepare(args: &Args) -> Result<Option<Folder>, OutputError> {
    let wrong = args.wrong.as_deref().map(Folder::of).transpose()?;
    let files = [&args.csv, &args.plot].into_iter().flatten();
    let folders = files.filter_map(|file| file.parent());
    for folder in folders.chain(args.wrong.as_deref()) {
        // A name without a folder is of the working folder.
        let folder = match folder.as_os_str().is_empty() {
            true => Path::new("."),
            false => folder,
        };
        writable(folder).map_err(|error| OutputError::Folder {
            folder: folder.to_owned(),
            error,
        })?;
    }
    Ok(wrong)
}

fn writable(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let trial = folder.join(format!(".lab-{}", std::process::id()));
    drop(File::create_new(&trial)?);
    fs::remove_file(trial)
}
