//! Builds the engine: the worker's wasm and the JavaScript that starts it.
//!
//! Its files carry a digest of their content in their names, so a browser may keep them for ever
//! and a page edit touches none of them.

use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::files::{read, remove};
use crate::process::{self, say};
use crate::setup::BuildTools;
use crate::toolchain::TARGET;
use crate::workspace::Workspace;
use crate::{Error, Result};

/// The profile in the top Cargo.toml that the engine is built with.
pub const PROFILE: &str = "wasm";

/// What the starter's files are called.
pub const STARTER: &str = "starter";

/// A program that `crates/worker/worker.js` starts.
struct Program {
    /// Its package.
    package: &'static str,
    /// How the compiler names its module, and `worker.js` what wasm-bindgen makes of it: `./STEM.js` and
    /// `./STEM_bg.wasm`.
    stem: &'static str,
    /// What its files are called.
    name: &'static str,
    /// What stands for the digests of its files in `worker.js`, by their endings.
    digests: [(&'static str, &'static str); 2],
}

const PROGRAMS: [Program; 2] = [
    Program {
        package: "twinglyph-worker",
        stem: "twinglyph_worker",
        name: "engine",
        digests: [("/* GLUE */", ".js"), ("/* WASM */", "_bg.wasm")],
    },
    Program {
        package: "twinglyph-starter",
        stem: "twinglyph_starter",
        name: STARTER,
        digests: [
            ("/* STARTER'S GLUE */", ".js"),
            ("/* STARTER'S WASM */", "_bg.wasm"),
        ],
    },
];

/// Builds the engine into `target/engine` and gives the name of the script to start a worker
/// with, relative to that folder.
///
/// # Errors
/// When a tool fails or a file can't be read or written.
pub fn build(workspace: &Workspace, tools: &BuildTools) -> Result<String> {
    say("building the engine (first time: 5 to 10 minutes)");
    let mut cargo = tools.toolchain.cargo(workspace);
    cargo.args(["build", "--lib"]);
    for program in &PROGRAMS {
        cargo.args(["--package", program.package]);
    }
    cargo.args(["--profile", PROFILE, "--target", TARGET]);
    process::run(&mut cargo)?;

    let folder = workspace.target().join(TARGET).join(PROFILE);
    let modules = PROGRAMS.map(|program| folder.join(format!("{}.wasm", program.stem)));
    let script = workspace.root().join("crates/worker/worker.js");
    let version = workspace.locked_version("wasm-bindgen")?;
    let mut parts = vec![read(&script)?, version.into_bytes()];
    for module in &modules {
        parts.push(read(module)?);
    }
    let digest = digest(&parts.iter().map(Vec::as_slice).collect::<Vec<_>>());
    let start = format!("worker-{digest}.js");

    let folder = workspace.engine();
    if !is_packed(&folder, &start, &digest) {
        pack(tools, &modules, &script, &folder, &digest)?;
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
fn pack(
    tools: &BuildTools,
    modules: &[PathBuf],
    script: &Path,
    folder: &Path,
    digest: &str,
) -> Result<()> {
    let fresh = folder.with_extension("new");
    remove(&fresh)?;
    std::fs::create_dir_all(&fresh).map_err(Error::file(&fresh))?;
    let mut text = std::fs::read_to_string(script).map_err(Error::file(script))?;
    for (program, module) in PROGRAMS.iter().zip(modules) {
        let name = format!("{}-{digest}", program.name);
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
            .arg(module);
        process::run(&mut bindgen)?;

        let lacks = |problem| Error::Content {
            path: script.to_owned(),
            problem,
        };
        let stem = format!("./{}", program.stem);
        if !text.contains(&stem) {
            return Err(lacks(format!("it must name {stem}.js")));
        }
        text = text.replace(&stem, &format!("./{name}"));
        for (place, ending) in program.digests {
            if text.matches(place).count() != 1 {
                return Err(lacks(format!("it must have {place} exactly once")));
            }
            let bytes = read(&fresh.join(format!("{name}{ending}")))?;
            text = text.replace(place, &hex(&Sha256::digest(bytes)));
        }
    }
    let start = fresh.join(format!("worker-{digest}.js"));
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
