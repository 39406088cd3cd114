//! Tells the lab the commit that it is built from, which it writes beside every result: `unknown` without git, and with
//! `+changes` where tracked files differ from the commit.

use std::path::Path;
use std::process::Command;

/// What of the checkout goes into the program, or says which commit it is of.
const SOURCES: [&str; 3] = ["crates", "Cargo.toml", "Cargo.lock"];

fn main() {
    let checkout = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    for name in SOURCES {
        println!("cargo::rerun-if-changed={}", checkout.join(name).display());
    }
    // Moved by every commit and checkout.
    for name in ["HEAD", "logs/HEAD"] {
        if let Some(path) = git(&checkout, &["rev-parse", "--git-path", name]) {
            println!("cargo::rerun-if-changed={}", checkout.join(path).display());
        }
    }
    let commit = commit(&checkout).unwrap_or_else(|| "unknown".to_owned());
    println!("cargo::rustc-env=TWINGLYPH_COMMIT={commit}");
}

/// The commit of a checkout; `None` where the folder is not one.
fn commit(checkout: &Path) -> Option<String> {
    // A folder of sources may lie in the checkout of something else.
    let top = git(checkout, &["rev-parse", "--show-toplevel"])?;
    if Path::new(&top).canonicalize().ok()? != checkout.canonicalize().ok()? {
        return None;
    }
    let commit = git(checkout, &["rev-parse", "HEAD"])?;
    let changes = git(checkout, &["status", "--porcelain", "--untracked-files=no"])?;
    let mark = if changes.is_empty() { "" } else { "+changes" };
    Some(format!("{commit}{mark}"))
}

fn git(checkout: &Path, arguments: &[&str]) -> Option<String> {
    let mut git = Command::new("git");
    // A hook of git names its repository, and this only looks.
    git.env_remove("GIT_DIR").env_remove("GIT_WORK_TREE");
    git.args(["--no-optional-locks", "-C"]).arg(checkout);
    let told = git.args(arguments).output().ok()?;
    let text = String::from_utf8(told.stdout).ok()?;
    told.status.success().then(|| text.trim().to_owned())
}
