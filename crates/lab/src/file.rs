//! Files that the lab writes: whole ones only, and none in the place of another unless that is asked for.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

/// Where a command writes its file.
#[derive(clap::Args)]
pub(crate) struct Out {
    /// File to write
    #[arg(long = "out", value_name = "FILE")]
    path: PathBuf,
    /// Replace the file where there is one
    #[arg(long)]
    force: bool,
}

/// Why a file can't be written.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WriteError {
    /// There is a file, and nobody asked to replace it.
    #[error("{} is there already; name another file with --out, or replace it with --force", .0.display())]
    There(PathBuf),
    /// A folder has the name.
    #[error("{} is a folder; name a file in it", .0.display())]
    Folder(PathBuf),
    /// The system refuses.
    #[error("{}: {error}", path.display())]
    System {
        /// The file.
        path: PathBuf,
        /// The system's words.
        error: io::Error,
    },
}

impl Out {
    /// The file.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Checks that the file may be written, before the work that makes it.
    ///
    /// # Errors
    /// When it is a folder, or is there and is not to be replaced.
    pub(crate) fn check(&self) -> Result<(), WriteError> {
        self.check_beside(&self.path)
    }

    /// As [`Out::check`], for another file of the same command.
    ///
    /// # Errors
    /// As [`Out::check`].
    pub(crate) fn check_beside(&self, path: &Path) -> Result<(), WriteError> {
        match fs::metadata(path) {
            Ok(found) if found.is_dir() => Err(WriteError::Folder(path.to_owned())),
            Ok(found) if found.is_file() && !self.force => Err(WriteError::There(path.to_owned())),
            _ => Ok(()),
        }
    }
}

/// Writes a file so that a reader sees the old one or the new one, never a part. What stays after a failure is the
/// old one alone.
///
/// # Errors
/// When the system refuses.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<(), WriteError> {
    let named = |error| WriteError::System {
        path: path.to_owned(),
        error,
    };
    // A link stays one: what it leads to is replaced.
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    match fs::metadata(&target) {
        Ok(found) if found.is_dir() => return Err(WriteError::Folder(path.to_owned())),
        // A pipe or a device, as /dev/stdout.
        Ok(found) if !found.is_file() => return fs::write(&target, bytes).map_err(named),
        _ => {}
    }
    if let Some(folder) = target.parent() {
        fs::create_dir_all(folder).map_err(named)?;
    }
    let (mut file, fresh) = fresh(&target).map_err(named)?;
    let written = file.write_all(bytes).and_then(|()| file.sync_all());
    drop(file);
    let replaced = written.and_then(|()| fs::rename(&fresh, &target));
    replaced.map_err(|error| {
        let _ = fs::remove_file(&fresh);
        named(error)
    })
}

/// A new file beside `path` that no other process writes.
fn fresh(path: &Path) -> io::Result<(File, PathBuf)> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let process = std::process::id();
    for number in 0u32.. {
        let fresh = path.with_file_name(format!(".{name}.{process}-{number}.new"));
        match OpenOptions::new().write(true).create_new(true).open(&fresh) {
            Ok(file) => return Ok((file, fresh)),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(ErrorKind::AlreadyExists.into())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// An empty folder of this test.
    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("lab-file-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        folder
    }

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        names.collect()
    }

    #[test]
    fn many_writers_leave_one_whole_file_and_nothing_else() {
        let folder = folder("many");
        let path = folder.join("deeper").join("weights.safetensors");
        std::thread::scope(|scope| {
            for writer in 0..8u8 {
                let path = &path;
                scope.spawn(move || {
                    for _ in 0..5 {
                        write(path, &vec![writer; 100_000]).unwrap();
                        let read = fs::read(path).unwrap();
                        assert_eq!(read.len(), 100_000);
                        assert!(read.iter().all(|byte| *byte == read[0]));
                    }
                });
            }
        });
        assert_eq!(names(&folder.join("deeper")), ["weights.safetensors"]);
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn what_cannot_be_written_leaves_nothing() {
        let folder = folder("refused");
        let error = write(&folder, b"a").unwrap_err();
        assert!(matches!(error, WriteError::Folder(_)), "{error}");
        fs::write(folder.join("file"), b"old").unwrap();
        let below = folder.join("file/below");
        let told = write(&below, b"a").unwrap_err().to_string();
        assert!(told.starts_with(&below.display().to_string()), "{told}");
        assert_eq!(names(&folder), ["file"]);
        fs::remove_dir_all(&folder).unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_a_link() {
        let folder = folder("link");
        let (file, link) = (folder.join("file"), folder.join("link"));
        fs::write(&file, b"old").unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        write(&link, b"new").unwrap();
        assert_eq!(fs::read(&file).unwrap(), b"new");
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn a_file_is_replaced_only_where_that_is_asked_for() {
        let folder = folder("force");
        let path = folder.join("weights.safetensors");
        let out = |path: &Path, force| Out {
            path: path.to_owned(),
            force,
        };
        out(&path, false).check().unwrap();
        fs::write(&path, b"old").unwrap();
        let told = out(&path, false).check().unwrap_err().to_string();
        assert!(told.ends_with("replace it with --force"), "{told}");
        out(&path, true).check().unwrap();
        assert!(out(&folder, true).check().is_err());
        fs::remove_dir_all(&folder).unwrap();
    }
}
