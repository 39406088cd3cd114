//! The whole app into `dist/`.

use crate::engine::{self, Extent};
use crate::page::{self, Mode};
use crate::process::say;
use crate::setup::{self, BuildTools};
use crate::workspace::Workspace;
use crate::{Result, sizes};

/// Builds engine and page, optimised.
///
/// # Errors
/// When either can't be built.
pub fn release(workspace: &Workspace, tools: &BuildTools) -> Result<()> {
    let engine = engine::build(workspace, tools, Extent::Whole)?;
    page::build(workspace, tools, &engine, Mode::Release)
}

/// Sets up, builds, compresses and reports: `cargo xtask build`.
///
/// # Errors
/// When a step fails or the app is over budget.
pub fn for_hosts(workspace: &Workspace) -> Result<()> {
    let tools = setup::for_build(workspace)?;
    release(workspace, &tools)?;
    sizes::report(workspace)?;
    say("dist/ is ready for any static host, under any path");
    Ok(())
}
