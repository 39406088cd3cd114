//! Builds the program that reads photos of paper: a worker of its own, which the page starts when a picture
//! is chosen.

use crate::Result;
use crate::process::say;
use crate::program::{Bundle, Program};
use crate::setup::BuildTools;
use crate::workspace::Workspace;

const PROGRAMS: [Program; 1] = [Program {
    package: "twinglyph-paper-worker",
    feature: None,
    stem: "twinglyph_paper_worker",
    name: "paper",
    digests: [
        ("/* PAPER'S GLUE */", ".js"),
        ("/* PAPER'S WASM */", "_bg.wasm"),
    ],
}];

/// Builds it into `target/paper` and gives the name of the script to start a worker with, relative to that
/// folder.
///
/// # Errors
/// When a tool fails or a file can't be read or written.
pub fn build(workspace: &Workspace, tools: &BuildTools) -> Result<String> {
    say("building the reader of paper (first time: half a minute)");
    let bundle = Bundle {
        script: "crates/paper-worker/worker.js",
        programs: &PROGRAMS,
        folder: workspace.paper(),
    };
    bundle.build(workspace, tools, |_| true)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_workers_script_names_the_program() {
        let script = include_str!("../../crates/paper-worker/worker.js");
        let [program] = &PROGRAMS;
        let files = ["GLUE".to_owned(), "WASM".to_owned()];
        let filled = program.fill(script, "0123", &files).unwrap();
        assert!(filled.contains("./paper-0123_bg.wasm") && filled.contains("\"GLUE\""));
        assert!(!filled.contains("twinglyph_paper_worker") && !filled.contains("/* "));
    }
}
