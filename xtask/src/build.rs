//! The whole app into `dist/`.

use crate::page::{self, Mode};
use crate::process::say;
use crate::setup::{self, BuildTools};
use crate::workspace::Workspace;
use crate::{Result, engine, sizes};

/// Makes sure of what a build needs, and compiles the engine meanwhile: its last crates are compiled
/// one after the other, and leave a core to the tools.
///
/// # Errors
/// When a tool is missing and can't be installed here, or the engine does not compile.
pub fn set_up(workspace: &Workspace) -> Result<BuildTools> {
    let toolchain = setup::wasm::ensure()?;
    std::thread::scope(|scope| {
        let engine = scope.spawn(|| engine::compile(workspace, toolchain));
        let tools = setup::for_build(workspace, toolchain);
        // A thread that panicked has said why; its work is done again, and fails, where it is needed.
        let compiled = engine.join().unwrap_or(Ok(()));
        tools.and_then(|tools| compiled.map(|()| tools))
    })
}

/// Builds engine and page, optimised.
///
/// # Errors
/// When either can't be built.
pub fn release(workspace: &Workspace, tools: &BuildTools) -> Result<()> {
    let engine = engine::build(workspace, tools)?;
    page::build(workspace, tools, &engine, Mode::Release)
}

/// Sets up, builds, compresses and reports: `cargo xtask build`.
///
/// # Errors
/// When a step fails or the app is over budget.
pub fn for_hosts(workspace: &Workspace) -> Result<()> {
    let tools = set_up(workspace)?;
    release(workspace, &tools)?;
    sizes::report(workspace)?;
    say("dist/ is ready for any static host, under any path");
    Ok(())
}
