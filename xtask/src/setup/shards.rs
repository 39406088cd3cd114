//! Omniglot as the page reads it.

use crate::Result;
use crate::process::{self, say};
use crate::workspace::Workspace;

/// What `lab shards` exits with when no source of Omniglot can be had.
const NO_SOURCE: i32 = 3;

/// Makes the shards in `assets/omniglot` that are missing or not valid.
///
/// # Errors
/// When a source is there but is damaged, or the shards can't be written.
pub fn ensure(workspace: &Workspace) -> Result<()> {
    say("making sure of Omniglot's shards in assets/omniglot (first time: about 1 minute)");
    // Without the networks the command line compiles in seconds.
    let mut lab = workspace.cargo();
    lab.args([
        "run",
        "--quiet",
        "--package",
        "twinglyph-lab",
        "--no-default-features",
    ])
    .args(["--bin", "lab", "--", "shards"]);
    let status = process::status(&mut lab)?;
    match status.code() {
        Some(0) => Ok(()),
        Some(NO_SOURCE) => {
            say("no source of Omniglot: the app will have the invented alphabets only");
            Ok(())
        }
        _ => Err(process::failed(&lab, status)),
    }
}
