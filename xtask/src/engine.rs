//! Builds the engine: the worker's wasm and the JavaScript that starts it.
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

/// What the starter's files are called.
pub const STARTER: &str = "starter";

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
}
