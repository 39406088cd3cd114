//! The whole app into `dist/`.

use crate::engine::{self, Extent};
use crate::page::{self, Mode, Scripts};
use crate::process::say;
use crate::setup::{self, BuildTools};
use crate::stages::Stages;
use crate::workspace::Workspace;
use crate::{Result, paper, sizes};

/// Builds engine and page, optimised.
///
/// # Errors
/// When either can't be built.
pub fn release(workspace: &Workspace, tools: &BuildTools, stages: &Stages) -> Result<()> {
    with(workspace, tools, stages, Mode::Release { koch: true }).map(drop)
}

/// Builds the workers' programs, optimised, and the page in this way; gives the scripts that start them.
///
/// # Errors
/// When either can't be built.
pub fn with(
    workspace: &Workspace,
    tools: &BuildTools,
    stages: &Stages,
    mode: Mode,
) -> Result<Scripts> {
    let scripts = Scripts {
        engine: stages.run("Engine", || engine::build(workspace, tools, Extent::Whole))?,
        paper: stages.run("Reader of paper", || paper::build(workspace, tools))?,
    };
    stages.run("Page", || page::build(workspace, tools, &scripts, mode))?;
    Ok(scripts)
}

/// Sets up, builds, compresses and reports, with Koch's network or without it: `cargo xtask build`.
///
/// # Errors
/// When a step fails or the app is over budget.
pub fn for_hosts(workspace: &Workspace, koch: bool) -> Result<()> {
    let stages = Stages::new(workspace, "build");
    let result = setup::for_build(workspace, &stages).and_then(|tools| {
        with(workspace, &tools, &stages, Mode::Release { koch })?;
        stages.run("Sizes", || sizes::report(workspace))
    });
    stages.report();
    result?;
    say("dist/ is ready for any static host, under any path");
    Ok(())
}
