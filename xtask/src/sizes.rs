//! How large the app is, and how large it may be.

use std::path::Path;

use crate::compress::{self, with_br};
use crate::process::say;
use crate::workspace::Workspace;
use crate::{Error, Result, engine, notices, offline, page, parts};

/// What parts of the app may weigh together, brotli-compressed, in bytes.
struct Budget {
    parts: &'static [Part],
    bytes: u64,
}

/// The page is what a person waits for before the pad is there: what is not needed for that belongs to
/// one of its parts (docs/decisions/0018). The engine is the leader, which every browser fetches, with relaxed SIMD or
/// without (docs/decisions/0030); the helper on a graphics device, which holds Burn, only those that have one
/// (docs/decisions/0023).
const BUDGETS: [Budget; 7] = [
    Budget {
        parts: &[Part::Page],
        bytes: 250_000,
    },
    Budget {
        parts: &[Part::Engine],
        bytes: 300_000,
    },
    Budget {
        parts: &[Part::RelaxedEngine],
        bytes: 300_000,
    },
    Budget {
        parts: &[Part::Cpu],
        bytes: 250_000,
    },
    Budget {
        parts: &[Part::RelaxedCpu],
        bytes: 250_000,
    },
    Budget {
        parts: &[Part::Gpu],
        bytes: 1_700_000,
    },
    Budget {
        parts: &[Part::Paper],
        bytes: 145_000,
    },
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Page,
    /// Parts of the page that are fetched when they are asked for.
    Parts,
    Engine,
    /// The leader with relaxed SIMD, which browsers that have it fetch instead.
    RelaxedEngine,
    /// The helper on the CPU, fetched to train.
    Cpu,
    /// That with relaxed SIMD.
    RelaxedCpu,
    /// The helper on a graphics device.
    Gpu,
    /// What reads photos of paper, fetched when one is chosen.
    Paper,
    Models,
    Omniglot,
    /// What is fetched when all else is there.
    Offline,
    /// What only pages that embed the recogniser fetch.
    Embed,
    /// Whose work is in the app, fetched when it is read, and to be kept.
    Notices,
}

impl Part {
    const ALL: [Self; 13] = [
        Self::Page,
        Self::Parts,
        Self::Engine,
        Self::RelaxedEngine,
        Self::Cpu,
        Self::RelaxedCpu,
        Self::Gpu,
        Self::Paper,
        Self::Models,
        Self::Omniglot,
        Self::Offline,
        Self::Embed,
        Self::Notices,
    ];

    fn of(path_in_dist: &Path) -> Self {
        let has = |folder: &str| path_in_dist.iter().any(|part| part == folder);
        if has("engine") {
            Self::of_engine(path_in_dist)
        } else if has("paper") {
            Self::Paper
        } else if has(parts::FOLDER) {
            Self::Parts
        } else if has("models") {
            Self::Models
        } else if has("omniglot") {
            Self::Omniglot
        } else if has(offline::WORKER) {
            Self::Offline
        } else if has(page::FRAME) || has(page::FRAME_SCRIPT) {
            Self::Embed
        } else if has(notices::FILE) {
            Self::Notices
        } else {
            Self::Page
        }
    }

    /// The script that starts workers counts with the leader that every browser runs.
    fn of_engine(path: &Path) -> Self {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let programs = [
            (engine::GPU, Self::Gpu),
            (engine::CPU, Self::Cpu),
            (engine::RELAXED_CPU, Self::RelaxedCpu),
            (engine::RELAXED_LEADER, Self::RelaxedEngine),
        ];
        let named = programs
            .iter()
            .find(|(program, _)| name.starts_with(program));
        named.map_or(Self::Engine, |&(_, part)| part)
    }

    fn name(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Parts => "parts",
            Self::Engine => "engine",
            Self::RelaxedEngine => "engine with relaxed SIMD",
            Self::Cpu => "cpu",
            Self::RelaxedCpu => "cpu with relaxed SIMD",
            Self::Gpu => "gpu",
            Self::Paper => "paper",
            Self::Models => "models",
            Self::Omniglot => "omniglot",
            Self::Offline => "offline",
            Self::Embed => "embed",
            Self::Notices => "notices",
        }
    }
}

/// Prints raw and compressed size of each part of `dist/` and checks the budgets.
///
/// # Errors
/// When there is no built app or a part is over its budget.
pub fn report(workspace: &Workspace) -> Result<()> {
    let dist = workspace.dist();
    if !dist.join("index.html").is_file() {
        return Err(Error::Missing {
            what: "There is no built app in dist/.".into(),
            remedy: "Build it: cargo xtask build".into(),
        });
    }
    compress::everything(workspace)?;
    let mut raw = [0u64; Part::ALL.len()];
    let mut packed = [0u64; Part::ALL.len()];
    for file in compress::files(&dist)? {
        if compress::is_br(&file) {
            continue;
        }
        let path = file.strip_prefix(&dist).unwrap_or(&file);
        if offline::FOR_OTHERS
            .iter()
            .any(|name| path == Path::new(name))
        {
            continue;
        }
        let at = Part::of(path) as usize;
        raw[at] += size(&file)?;
        let compressed = with_br(&file);
        packed[at] += size(if compressed.is_file() {
            &compressed
        } else {
            &file
        })?;
    }
    for part in Part::ALL {
        say(format!(
            "size of {:24} {:>9.1} kB raw, {:>8.1} kB as downloaded with brotli",
            part.name(),
            raw[part as usize] as f64 / 1000.0,
            packed[part as usize] as f64 / 1000.0
        ));
    }
    check(&packed)
}

fn check(packed: &[u64; Part::ALL.len()]) -> Result<()> {
    for Budget { parts, bytes } in BUDGETS {
        let taken: u64 = parts.iter().map(|&part| packed[part as usize]).sum();
        if taken > bytes {
            let names: Vec<_> = parts.iter().map(|part| part.name()).collect();
            return Err(Error::Budget(format!(
                "{}: {taken} bytes, and {bytes} are allowed",
                names.join(" and ")
            )));
        }
    }
    Ok(())
}

fn size(file: &Path) -> Result<u64> {
    Ok(std::fs::metadata(file).map_err(Error::file(file))?.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_budget_can_be_broken() {
        let packed = |page, engine, cpu, gpu, paper| {
            let any = u64::MAX;
            check(&[
                page, any, engine, engine, cpu, cpu, gpu, paper, any, any, any, any, any,
            ])
        };
        assert!(packed(250_000, 300_000, 250_000, 1_700_000, 145_000).is_ok());
        assert!(packed(250_001, 0, 0, 0, 0).is_err());
        assert!(packed(0, 300_001, 0, 0, 0).is_err());
        assert!(packed(0, 0, 250_001, 0, 0).is_err());
        assert!(packed(0, 0, 0, 1_700_001, 0).is_err());
        assert!(packed(0, 0, 0, 0, 145_001).is_err());
    }

    #[test]
    fn parts_are_told_by_folder() {
        assert_eq!(Part::of(Path::new("engine/engine-1_bg.wasm")), Part::Engine);
        assert_eq!(Part::of(Path::new("engine/cpu-1_bg.wasm")), Part::Cpu);
        assert_eq!(Part::of(Path::new("engine/gpu-1_bg.wasm")), Part::Gpu);
        assert_eq!(Part::of(Path::new("engine/worker-1.js")), Part::Engine);
        assert_eq!(
            Part::of(Path::new("engine/relaxed-engine-1.js")),
            Part::RelaxedEngine
        );
        assert_eq!(
            Part::of(Path::new("engine/relaxed-cpu-1.js")),
            Part::RelaxedCpu
        );
        assert_eq!(
            Part::of(Path::new("assets/models/compact.safetensors")),
            Part::Models
        );
        assert_eq!(
            Part::of(Path::new("omniglot/manifest.json")),
            Part::Omniglot
        );
        assert_eq!(Part::of(Path::new("paper/paper-1_bg.wasm")), Part::Paper);
        assert_eq!(Part::of(Path::new("index.html")), Part::Page);
        assert_eq!(Part::of(Path::new("embed.html")), Part::Embed);
        assert_eq!(Part::of(Path::new("notices.txt")), Part::Notices);
    }
}
