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
use crate::{Error, Result, shrink};

/// The profile in the top Cargo.toml that the engine is built with.
pub const PROFILE: &str = "wasm";

/// How much of the engine is built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// The starter alone: drawings are ranked, and everything else waits.
    Starter,
    /// All of it.
    Whole,
}

impl Extent {
    fn has(self, program: &Program) -> bool {
        self == Self::Whole || program.name == STARTER
    }
}

/// How files are packed, which their names tell, too: browsers keep them for ever.
const PACKING: &[u8] = b"scripts without comments";

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

/// Was the engine compiled before? Then it is compiled again in seconds to a minute or two.
#[must_use]
pub fn is_compiled(workspace: &Workspace) -> bool {
    let [engine, _] = &PROGRAMS;
    engine.module(workspace).is_file()
}

/// Builds the engine into `target/engine` and gives the name of the script to start a worker
/// with, relative to that folder.
///
/// # Errors
/// When a tool fails or a file can't be read or written.
pub fn build(workspace: &Workspace, tools: &BuildTools, extent: Extent) -> Result<String> {
    say(match extent {
        Extent::Starter => "building the engine's starter (first time: a minute)",
        Extent::Whole => "building the engine (first time: 5 to 10 minutes)",
    });
    let programs: Vec<_> = PROGRAMS.iter().filter(|it| extent.has(it)).collect();
    let mut cargo = tools.toolchain.cargo(workspace);
    cargo.args(["build", "--lib"]);
    for program in &programs {
        cargo.args(["--package", program.package]);
    }
    cargo.args(["--profile", PROFILE, "--target", TARGET]);
    process::run(&mut cargo)?;

    let script = workspace.root().join("crates/worker/worker.js");
    let version = workspace.locked_version("wasm-bindgen")?;
    let mut parts = vec![read(&script)?, version.into_bytes(), PACKING.to_vec()];
    for program in &programs {
        parts.push(read(&program.module(workspace))?);
    }
    let digest = digest(&parts.iter().map(Vec::as_slice).collect::<Vec<_>>());
    let start = format!("worker-{digest}.js");

    let folder = workspace.engine();
    if !is_packed(&folder, &start, &digest) {
        let text = std::fs::read_to_string(&script).map_err(Error::file(&script))?;
        let packing = Packing {
            workspace,
            tools,
            digest: &digest,
        };
        packing.pack(&programs, &script, text)?;
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

/// The engine's files on their way into their folder.
struct Packing<'a> {
    workspace: &'a Workspace,
    tools: &'a BuildTools,
    digest: &'a str,
}

impl Packing<'_> {
    /// Writes the files into a fresh folder, which takes the old one's place when all of them are there.
    /// `text` is what `script` holds.
    fn pack(&self, programs: &[&Program], script: &Path, mut text: String) -> Result<()> {
        let folder = self.workspace.engine();
        let fresh = folder.with_extension("new");
        remove(&fresh)?;
        std::fs::create_dir_all(&fresh).map_err(Error::file(&fresh))?;
        for program in &PROGRAMS {
            let files = if programs.iter().any(|it| it.name == program.name) {
                self.bind(program, &fresh)?
            } else {
                [String::new(), String::new()]
            };
            let filled = program.fill(&text, self.digest, &files);
            text = filled.map_err(|problem| Error::Content {
                path: script.to_owned(),
                problem,
            })?;
        }
        let start = fresh.join(format!("worker-{}.js", self.digest));
        std::fs::write(&start, shrink::script(&text)).map_err(Error::file(&start))?;
        remove(&folder)?;
        std::fs::rename(&fresh, &folder).map_err(Error::file(&folder))
    }

    /// Joins a program with its JavaScript in `folder`, and gives the digests of both files.
    fn bind(&self, program: &Program, folder: &Path) -> Result<[String; 2]> {
        let name = format!("{}-{}", program.name, self.digest);
        let mut bindgen = std::process::Command::new(&self.tools.wasm_bindgen);
        bindgen
            .args(["--target", "web", "--no-typescript"])
            .args(["--out-name", &name, "--out-dir"])
            .arg(folder)
            .arg(program.module(self.workspace));
        process::run(&mut bindgen)?;
        let glue = folder.join(format!("{name}.js"));
        let text = std::fs::read_to_string(&glue).map_err(Error::file(&glue))?;
        std::fs::write(&glue, shrink::script(&text)).map_err(Error::file(&glue))?;
        let digest = |ending| {
            let bytes = read(&folder.join(format!("{name}{ending}")))?;
            Ok(hex(&Sha256::digest(bytes)))
        };
        let [(_, glue), (_, wasm)] = program.digests;
        Ok([digest(glue)?, digest(wasm)?])
    }
}

impl Program {
    /// Where the compiler puts its module.
    fn module(&self, workspace: &Workspace) -> PathBuf {
        let folder = workspace.target().join(TARGET).join(PROFILE);
        folder.join(format!("{}.wasm", self.stem))
    }

    /// The worker's script with this program's files named by the digest of all, and with the digests of
    /// both; empty ones tell it that the program is not there yet.
    fn fill(&self, script: &str, digest: &str, files: &[String; 2]) -> Result<String, String> {
        let stem = format!("./{}", self.stem);
        if !script.contains(&stem) {
            return Err(format!("it must name {stem}.js"));
        }
        let mut text = script.replace(&stem, &format!("./{}-{digest}", self.name));
        for ((place, _), file) in self.digests.iter().zip(files) {
            if text.matches(place).count() != 1 {
                return Err(format!("it must have {place} exactly once"));
            }
            text = text.replace(place, file);
        }
        Ok(text)
    }
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
    fn the_workers_script_is_told_of_both_programs() {
        let mut script = include_str!("../../crates/worker/worker.js").to_owned();
        for program in &PROGRAMS {
            let files = [program.name.to_uppercase(), format!("{}!", program.name)];
            let filled = program.fill(&script, "0123", &files);
            assert!(program.fill("", "0123", &files).is_err());
            assert!(filled.is_ok(), "{filled:?}");
            script = filled.unwrap_or_default();
        }
        for part in [
            "./engine-0123.js",
            "./starter-0123_bg.wasm",
            "\"ENGINE\"",
            "\"starter!\"",
        ] {
            assert!(script.contains(part), "{part}");
        }
        assert!(!script.contains("twinglyph_") && !script.contains("/* "));
    }

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
