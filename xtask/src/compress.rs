//! Writes `.br` files beside what compresses well, for hosts that serve them.

use std::path::{Path, PathBuf};

use crate::process::{self, say};
use crate::workspace::Workspace;
use crate::{Error, Result};

/// What is worth compressing; pictures and weights are dense already.
const EXTENSIONS: [&str; 7] = ["css", "html", "js", "json", "svg", "txt", "wasm"];

/// Compresses the app in `dist/`.
///
/// The engine's compressed files are kept with the engine, and so made once for each engine.
///
/// # Errors
/// When a file can't be read or written.
pub fn everything(workspace: &Workspace) -> Result<()> {
    let dist = workspace.dist();
    let engine = workspace.engine();
    compress(workspace, &engine)?;
    for compressed in files(&engine)? {
        if let (Some(name), true) = (compressed.file_name(), is_br(&compressed)) {
            let copy = dist.join("engine").join(name);
            std::fs::copy(&compressed, &copy).map_err(Error::file(&copy))?;
        }
    }
    compress(workspace, &dist)
}

/// Compresses what has no compressed version yet in a folder and below.
fn compress(workspace: &Workspace, folder: &Path) -> Result<()> {
    let all: Vec<PathBuf> = files(folder)?
        .into_iter()
        .filter(|file| is_worth_it(file) && !with_br(file).is_file())
        .collect();
    if all.is_empty() {
        return Ok(());
    }
    say(format!(
        "compressing {} files with brotli (up to 2 minutes when the engine is new)",
        all.len()
    ));
    process::run(
        workspace
            .cargo()
            .args([
                "run",
                "--quiet",
                "--package",
                "xtask",
                "--features",
                "compress",
                "--example",
                "compress",
                "--",
            ])
            .args(all),
    )
}

/// Every file in a folder and below, sorted.
///
/// # Errors
/// When a folder can't be read.
pub fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).map_err(Error::file(&folder))? {
            let path = entry.map_err(Error::file(&folder))?.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}

/// The name of a file's compressed version.
#[must_use]
pub fn with_br(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".br");
    name.into()
}

fn is_worth_it(file: &Path) -> bool {
    file.extension()
        .and_then(|extension| extension.to_str())
        .is_some_and(|extension| EXTENSIONS.contains(&extension))
}

/// Is it a compressed version?
#[must_use]
pub fn is_br(file: &Path) -> bool {
    file.extension().is_some_and(|extension| extension == "br")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compressed_versions_are_not_compressed_again() {
        let file = Path::new("dist/a.js");
        assert!(is_worth_it(file) && !is_br(file));
        assert!(is_worth_it(Path::new(crate::notices::FILE)));
        let compressed = with_br(file);
        assert_eq!(compressed, Path::new("dist/a.js.br"));
        assert!(is_br(&compressed) && !is_worth_it(&compressed));
    }
}
