//! Builds the engine: the worker's wasm and the JavaScript that starts it.
//!
//! Its files carry a digest of their content in their names, so a browser may keep them for ever
//! and a page edit touches none of them.

use std::path::Path;

use sha2::{Digest, Sha256};

use crate::files::{read, remove};
use crate::process::{self, say};
use crate::setup::BuildTools;
use crate::toolchain::TARGET;
use crate::workspace::Workspace;
use crate::{Error, Result};

/// The profile in the top Cargo.toml that the engine is built with.
pub const PROFILE: &str = "wasm";

/// How `crates/worker/worker.js` names what wasm-bindgen makes: `./twinglyph_worker.js` and
/// `./twinglyph_worker_bg.wasm`.
const STEM: &str = "./twinglyph_worker";

/// What stands for the digests of these files in `crates/worker/worker.js`, by their endings.
const DIGESTS: [(&str, &str); 2] = [("/* GLUE */", ".js"), ("/* WASM */", "_bg.wasm")];

/// Builds the engine into `target/engine` and gives the name of the script to start a worker
/// with, relative to that folder.
///
/// # Errors
/// When a tool fails or a file can't be read or written.
pub fn build(workspace: &Workspace, tools: &BuildTools) -> Result<String> {
    say("building the engine (first time: 5 to 10 minutes)");
    let mut cargo = tools.toolchain.cargo(workspace);
    cargo.args(["build", "--package", "twinglyph-worker", "--lib"]);
    cargo.args(["--profile", PROFILE, "--target", TARGET]);
    process::run(&mut cargo)?;

    let wasm = workspace
        .target()
        .join(TARGET)
        .join(PROFILE)
        .join("twinglyph_worker.wasm");
    let script = workspace.root().join("crates/worker/worker.js");
    let version = workspace.locked_version("wasm-bindgen")?;
    let digest = digest(&[&read(&wasm)?, &read(&script)?, version.as_bytes()]);
    let start = format!("worker-{digest}.js");

    let folder = workspace.engine();
    if !is_packed(&folder, &start, &digest) {
        pack(tools, &wasm, &script, &folder, &digest)?;
    }
    Ok(start)
}

/// Is this engine there, and nothing else that would be shipped with it?
fn is_packed(folder: &Path, start: &str, digest: &str) -> bool {
    folder.join(start).is_file()
        && std::fs::read_dir(folder).is_ok_and(|mut files| {
            files.all(|file| {
                file.is_ok_and(|file| file.file_name().to_string_lossy().contains(digest))
            })
        })
}

/// Writes the engine's files into a fresh folder, which takes the old one's place when all of
/// them are there.
fn pack(tools: &BuildTools, wasm: &Path, script: &Path, folder: &Path, digest: &str) -> Result<()> {
    let fresh = folder.with_extension("new");
    remove(&fresh)?;
    std::fs::create_dir_all(&fresh).map_err(Error::file(&fresh))?;
    let name = format!("engine-{digest}");
    let mut bindgen = std::process::Command::new(&tools.wasm_bindgen);
    bindgen
        .args([
            "--target",
            "web",
            "--no-typescript",
            "--out-name",
            &name,
            "--out-dir",
        ])
        .arg(&fresh)
        .arg(wasm);
    process::run(&mut bindgen)?;

    let text = std::fs::read_to_string(script).map_err(Error::file(script))?;
    if !text.contains(STEM) {
        return Err(Error::Content {
            path: script.to_owned(),
            problem: format!("it must import {STEM}.js"),
        });
    }
    let start = fresh.join(format!("worker-{digest}.js"));
    let mut text = text.replace(STEM, &format!("./{name}"));
    for (place, ending) in DIGESTS {
        if text.matches(place).count() != 1 {
            return Err(Error::Content {
                path: script.to_owned(),
                problem: format!("it must have {place} exactly once"),
            });
        }
        let bytes = read(&fresh.join(format!("{name}{ending}")))?;
        text = text.replace(place, &hex(&Sha256::digest(bytes)));
    }
    std::fs::write(&start, text).map_err(Error::file(&start))?;
    remove(folder)?;
    std::fs::rename(&fresh, folder).map_err(Error::file(folder))
}

/// 16 hexadecimal digits that change with any of the parts: 64 bits, as Trunk's own names have.
pub(crate) fn digest(parts: &[&[u8]]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        // The length keeps bytes from moving between parts unseen.
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hex(&hash.finalize()[..8])
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_sees_every_part() {
        let all = [
            digest(&[b"ab", b"c"]),
            digest(&[b"a", b"bc"]),
            digest(&[b"ab", b"d"]),
        ];
        assert_eq!(all[0].len(), 16);
        assert!(all[0] != all[1] && all[0] != all[2] && all[1] != all[2]);
    }
}
