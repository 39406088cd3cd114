//! `cargo xtask serve --watch`: rebuilds the page when its files change.
//!
//! The engine is left alone: a page edit is on the screen in seconds.

use std::path::Path;
use std::time::{Duration, SystemTime};

use crate::page::{self, Mode, Scripts};
use crate::process::say;
use crate::setup::BuildTools;
use crate::workspace::Workspace;
use crate::{Result, compress};

/// What the page is made of.
const SOURCES: [&str; 7] = [
    "index.html",
    "Trunk.toml",
    "Cargo.toml",
    "src",
    "assets/css",
    "assets/icons",
    "crates/core/src",
];

/// Short enough not to be felt, long enough to cost nothing.
const INTERVAL: Duration = Duration::from_millis(300);

/// Rebuilds the page whenever one of its files changes; goes on until it is interrupted.
///
/// # Errors
/// Never on a failed build: that is said, and the next change is waited for.
pub fn page(workspace: &Workspace, tools: &BuildTools, scripts: &Scripts) -> Result<()> {
    let mut seen = newest(workspace.root());
    loop {
        std::thread::sleep(INTERVAL);
        let now = newest(workspace.root());
        if now == seen {
            continue;
        }
        seen = now;
        match page::build(workspace, tools, scripts, Mode::Draft) {
            Ok(()) => say("the page is rebuilt; reload it"),
            Err(error) => say(format!("{error}")),
        }
    }
}

/// Number of the page's files and the time of the last change to one of them.
fn newest(root: &Path) -> (usize, Option<SystemTime>) {
    let files: Vec<_> = SOURCES
        .iter()
        .map(|source| root.join(source))
        .flat_map(|path| {
            if path.is_dir() {
                compress::files(&path).unwrap_or_default()
            } else {
                vec![path]
            }
        })
        .collect();
    let changed = files
        .iter()
        .filter_map(|file| file.metadata().ok()?.modified().ok())
        .max();
    (files.len(), changed)
}
