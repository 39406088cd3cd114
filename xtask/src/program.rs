//! Programs of wasm that a worker's script starts: joined with their JavaScript, named by their digests, and
//! believed by them.

use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::files::{read, remove};
use crate::process;
use crate::setup::BuildTools;
use crate::toolchain::TARGET;
use crate::workspace::Workspace;
use crate::{Error, Result, imports, shrink};

/// The profile in the top Cargo.toml that programs are built with.
pub const PROFILE: &str = "wasm";

/// How files are packed, which their names tell, too: browsers keep them for ever.
const PACKING: &[u8] = b"scripts without comments, imports with numbers";

/// A program that a worker's script starts.
pub(crate) struct Program {
    /// Its package.
    pub(crate) package: &'static str,
    /// The feature that it is compiled with, if any, as `PACKAGE/FEATURE`.
    pub(crate) feature: Option<&'static str>,
    /// What the script calls what wasm-bindgen makes of it: `./STEM.js` and `./STEM_bg.wasm`.
    pub(crate) stem: &'static str,
    /// What its files are called.
    pub(crate) name: &'static str,
    /// What stands for the digests of its files in the script, by their endings.
    pub(crate) digests: [(&'static str, &'static str); 2],
}

/// A worker's script and the programs that it starts, in a folder of their own.
pub(crate) struct Bundle {
    /// The script, from the top folder.
    pub(crate) script: &'static str,
    /// All of its programs.
    pub(crate) programs: &'static [Program],
    /// Where the files go.
    pub(crate) folder: PathBuf,
}

impl Bundle {
    /// Builds those of the programs that are wanted into the folder, and gives the name of the script to
    /// start a worker with, relative to that folder.
    ///
    /// # Errors
    /// When a tool fails or a file can't be read or written.
    pub(crate) fn build(
        &self,
        workspace: &Workspace,
        tools: &BuildTools,
        wanted: impl Fn(&Program) -> bool,
    ) -> Result<String> {
        let programs: Vec<_> = self.programs.iter().filter(|it| wanted(it)).collect();
        for with_same_feature in programs.chunk_by(|one, next| one.feature == next.feature) {
            compile(workspace, tools, with_same_feature)?;
        }

        let script = workspace.root().join(self.script);
        let version = workspace.locked_version("wasm-bindgen")?;
        let mut parts = vec![read(&script)?, version.into_bytes(), PACKING.to_vec()];
        for program in &programs {
            parts.push(read(&program.module(workspace))?);
        }
        let digest = digest(&parts.iter().map(Vec::as_slice).collect::<Vec<_>>());
        let start = format!("worker-{digest}.js");
        if !is_packed(&self.folder, &start, &digest) {
            let packing = Packing {
                workspace,
                tools,
                digest: &digest,
            };
            packing.pack(self, &programs, &script)?;
        }
        Ok(start)
    }
}

/// Compiles programs that have the same feature, and copies their modules where the next compilation of the
/// same packages doesn't replace them.
fn compile(workspace: &Workspace, tools: &BuildTools, programs: &[&Program]) -> Result<()> {
    let mut cargo = tools.toolchain.cargo(workspace);
    cargo.args(["build", "--lib"]);
    for program in programs {
        cargo.args(["--package", program.package]);
    }
    if let Some(feature) = programs.iter().find_map(|program| program.feature) {
        cargo.args(["--features", feature]);
    }
    cargo.args(["--profile", PROFILE, "--target", TARGET]);
    process::run(&mut cargo)?;
    let folder = modules(workspace);
    std::fs::create_dir_all(&folder).map_err(Error::file(&folder))?;
    for program in programs {
        let compiled = program.compiled(workspace);
        std::fs::copy(&compiled, program.module(workspace)).map_err(Error::file(&compiled))?;
    }
    Ok(())
}

/// Where the modules of all programs are kept, each by its program's name.
fn modules(workspace: &Workspace) -> PathBuf {
    workspace.target().join("modules")
}

/// Are these files there, and nothing else that would be shipped with it?
fn is_packed(folder: &Path, start: &str, digest: &str) -> bool {
    folder.join(start).is_file()
        && std::fs::read_dir(folder).is_ok_and(|mut files| {
            files.all(|file| {
                file.is_ok_and(|file| file.file_name().to_string_lossy().contains(digest))
            })
        })
}

/// Files on their way into their folder.
struct Packing<'a> {
    workspace: &'a Workspace,
    tools: &'a BuildTools,
    digest: &'a str,
}

impl Packing<'_> {
    /// Writes the files into a fresh folder, which takes the old one's place when all of them are there.
    fn pack(&self, bundle: &Bundle, programs: &[&Program], script: &Path) -> Result<()> {
        let mut text = std::fs::read_to_string(script).map_err(Error::file(script))?;
        let folder = &bundle.folder;
        let fresh = folder.with_extension("new");
        remove(&fresh)?;
        std::fs::create_dir_all(&fresh).map_err(Error::file(&fresh))?;
        for program in bundle.programs {
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
        remove(folder)?;
        std::fs::rename(&fresh, folder).map_err(Error::file(folder))
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
        imports::number_files(&glue, &folder.join(format!("{name}_bg.wasm")))?;
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
    /// Where the compiler puts its module, whatever its feature.
    fn compiled(&self, workspace: &Workspace) -> PathBuf {
        let folder = workspace.target().join(TARGET).join(PROFILE);
        folder.join(format!("{}.wasm", self.package.replace('-', "_")))
    }

    /// Where its module is kept.
    pub(crate) fn module(&self, workspace: &Workspace) -> PathBuf {
        modules(workspace).join(format!("{}.wasm", self.name))
    }

    /// The worker's script with this program's files named by the digest of all, and with the digests of
    /// both; empty ones tell it that the program is not there yet.
    pub(crate) fn fill(
        &self,
        script: &str,
        digest: &str,
        files: &[String; 2],
    ) -> Result<String, String> {
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
    use super::digest;

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
