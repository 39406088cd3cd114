//! Builds the engine: the wasm of the leader and its helpers, and the JavaScript that starts each.
//!
//! Its files carry a digest of their content in their names, so a browser may keep them for ever
//! and a page edit touches none of them.

use crate::Result;
use crate::process::say;
pub use crate::program::PROFILE;
use crate::program::{Bundle, Program};
use crate::setup::BuildTools;
use crate::workspace::Workspace;

/// How much of the engine is built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// The leader and the helper on the CPU, for every browser: all that works without graphics devices.
    Leader,
    /// All of it.
    Whole,
}

impl Extent {
    fn has(self, program: &Program) -> bool {
        self == Self::Whole || (program.name != GPU && program.feature.is_none())
    }
}

/// What nn is compiled with for browsers that have wasm's relaxed SIMD (docs/decisions/0030).
pub const RELAXED: &str = "twinglyph-nn/relaxed-simd";

/// What the files of the leader are called.
pub const LEADER: &str = "engine";

/// What the files of the leader with relaxed SIMD are called.
pub const RELAXED_LEADER: &str = "relaxed-engine";

/// What the files of the helper on the CPU with relaxed SIMD are called.
pub const RELAXED_CPU: &str = "relaxed-cpu";

/// What the files of the helper on the CPU are called.
pub const CPU: &str = "cpu";

/// What the files of the helper on a graphics device are called.
pub const GPU: &str = "gpu";

/// Those of one feature are beside each other: they are compiled together.
const PROGRAMS: [Program; 5] = [
    Program {
        package: "twinglyph-worker",
        feature: None,
        stem: "leader",
        name: LEADER,
        digests: [
            ("/* LEADER'S GLUE */", ".js"),
            ("/* LEADER'S WASM */", "_bg.wasm"),
        ],
    },
    Program {
        package: "twinglyph-cpu-worker",
        feature: None,
        stem: "cpu",
        name: CPU,
        digests: [
            ("/* CPU'S GLUE */", ".js"),
            ("/* CPU'S WASM */", "_bg.wasm"),
        ],
    },
    Program {
        package: "twinglyph-gpu-worker",
        feature: None,
        stem: "gpu",
        name: GPU,
        digests: [
            ("/* GPU'S GLUE */", ".js"),
            ("/* GPU'S WASM */", "_bg.wasm"),
        ],
    },
    Program {
        package: "twinglyph-worker",
        feature: Some(RELAXED),
        stem: "relaxed_leader",
        name: RELAXED_LEADER,
        digests: [
            ("/* RELAXED LEADER'S GLUE */", ".js"),
            ("/* RELAXED LEADER'S WASM */", "_bg.wasm"),
        ],
    },
    Program {
        package: "twinglyph-cpu-worker",
        feature: Some(RELAXED),
        stem: "relaxed_cpu",
        name: RELAXED_CPU,
        digests: [
            ("/* RELAXED CPU'S GLUE */", ".js"),
            ("/* RELAXED CPU'S WASM */", "_bg.wasm"),
        ],
    },
];

/// Was all of it compiled before? Then it is compiled again in seconds to a minute or two.
#[must_use]
pub fn is_compiled(workspace: &Workspace) -> bool {
    let mut programs = PROGRAMS.iter();
    programs.all(|program| program.module(workspace).is_file())
}

/// Builds the engine into `target/engine` and gives the name of the script to start a worker
/// with, relative to that folder.
///
/// # Errors
/// When a tool fails or a file can't be read or written.
pub fn build(workspace: &Workspace, tools: &BuildTools, extent: Extent) -> Result<String> {
    say(match extent {
        Extent::Leader => "building the engine (first time: a minute)",
        Extent::Whole => "building the engine with its helper (first time: 5 to 10 minutes)",
    });
    let bundle = Bundle {
        script: "crates/worker/worker.js",
        programs: &PROGRAMS,
        folder: workspace.engine(),
    };
    bundle.build(workspace, tools, |program| extent.has(program))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_workers_script_is_told_of_all_programs() {
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
            "./gpu-0123_bg.wasm",
            "./relaxed-cpu-0123.js",
            "\"ENGINE\"",
            "\"gpu!\"",
            "\"relaxed-engine!\"",
        ] {
            assert!(script.contains(part), "{part}");
        }
        assert!(!script.contains("leader.js") && !script.contains("/* "));
    }

    #[test]
    fn programs_of_one_feature_are_compiled_together() {
        let together = PROGRAMS.chunk_by(|one, next| one.feature == next.feature);
        assert_eq!(together.count(), 2);
    }
}
