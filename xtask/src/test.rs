//! `cargo xtask test`: the checks, in an order that fails early and builds little twice.

mod checks;
mod files;
mod tally;

use std::path::Path;

use crate::browsers;
use crate::options::Options;
use crate::page::Mode;
use crate::process;
use crate::setup::{self, BuildTools, TestTools, cargo_tools};
use crate::stages::Stages;
use crate::workspace::Workspace;
use crate::{Error, Result, build, fuzz, sizes};
use checks::Checks;
use files::Program;

/// Files of tests that show whether the page works as `cargo xtask serve` compiles it: it starts, draws,
/// ranks and is kept.
const AS_SERVED: [&str; 2] = ["chromium_offline", "chromium_leader"];

/// Which checks are run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// Native ones only.
    Quick,
    /// What each change must pass.
    Change,
    /// What a release must pass too.
    All,
}

impl Extent {
    /// What a command line asks for.
    #[must_use]
    pub fn of(options: &Options) -> Self {
        match (options.quick, options.all) {
            (true, _) => Self::Quick,
            (false, true) => Self::All,
            (false, false) => Self::Change,
        }
    }
}

/// Runs the checks, prints what each stage took, and ends with a line `N passed, 0 failed`.
///
/// # Errors
/// At the first stage that fails.
pub fn run(workspace: &Workspace, extent: Extent) -> Result<()> {
    let stages = Stages::new(workspace, "test");
    let mut checks = Checks::new(workspace);
    let result = in_order(workspace, &stages, &mut checks, extent);
    stages.report();
    result?;
    checks.tally().tell();
    Ok(())
}

fn in_order(
    workspace: &Workspace,
    stages: &Stages,
    checks: &mut Checks<'_>,
    extent: Extent,
) -> Result<()> {
    let tools = match extent {
        Extent::Quick => None,
        _ => Some(setup::for_tests(workspace, stages, checks.requires_all())?),
    };
    stages.run("Format", || checks.format())?;
    let Some((tools, test_tools)) = tools else {
        return native(stages, checks, None);
    };
    // Linking the page and compressing the engine keep one core busy, as some tests do: two lanes fill
    // the other. They share no folder of Cargo's, which one would have to wait for.
    let (built, programs) = std::thread::scope(|scope| {
        let built = scope.spawn(|| wasm(workspace, stages, &Checks::new(workspace), &tools));
        let programs = native(stages, checks, test_tools.python.as_deref())
            .and_then(|()| {
                stages.run("Tests, wasm in a worker", || {
                    checks.wasm(&tools, &test_tools.browsers)
                })
            })
            .and_then(|()| {
                stages.run("Tests, end to end: compiling", || {
                    checks.compile_end_to_end()
                })
            });
        let built = built.join();
        (
            built.unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
            programs,
        )
    });
    let programs = match (built, programs) {
        (Ok(()), programs) => programs?,
        (Err(Error::Stopped(_)), Err(error)) | (Err(error), _) => return Err(error),
    };
    if extent == Extent::All {
        stages.run("Dependencies", || {
            checks.dependencies(&cargo_tools::deny().ensure(workspace)?)
        })?;
        stages.run("Fuzzing", || fuzz::run(workspace, fuzz::BOUNDED))?;
    }
    stages.run("Tests, end to end", || {
        checks.end_to_end(&programs, &test_tools, stages, extent)
    })?;
    if extent == Extent::All {
        as_served(workspace, stages, checks, (&tools, &test_tools), &programs)?;
    }
    Ok(())
}

/// The page as `cargo xtask serve` compiles it; `dist/` has the published one again at the end.
fn as_served(
    workspace: &Workspace,
    stages: &Stages,
    checks: &mut Checks<'_>,
    (tools, test_tools): (&BuildTools, &TestTools),
    programs: &[Program],
) -> Result<()> {
    build::with(workspace, tools, stages, Mode::Local)?;
    let programs: Vec<Program> = programs
        .iter()
        .filter(|program| AS_SERVED.contains(&program.name.as_str()))
        .cloned()
        .collect();
    stages.run("Tests, page as served", || {
        checks.end_to_end(&programs, test_tools, stages, Extent::Change)
    })?;
    build::release(workspace, tools, stages)
}

/// What is checked without a browser.
fn native(stages: &Stages, checks: &mut Checks<'_>, python: Option<&Path>) -> Result<()> {
    stages.run("Clippy, native", || checks.clippy_native())?;
    stages.run("Documentation", || checks.documentation())?;
    stages.run("Tests, native", || checks.native(python, stages))
}

/// The app as it ships, checked and built.
fn wasm(
    workspace: &Workspace,
    stages: &Stages,
    checks: &Checks<'_>,
    tools: &BuildTools,
) -> Result<()> {
    stages.run("Clippy, wasm", || checks.clippy_wasm(tools))?;
    build::release(workspace, tools, stages)?;
    stages.run("Sizes", || sizes::report(workspace))
}

/// Makes the pictures of the page: `cargo xtask screenshots`.
///
/// # Errors
/// When there is no built app, or a browser fails.
pub fn screenshots(workspace: &Workspace) -> Result<()> {
    let browsers = setup::for_browsers(workspace)?;
    browsers::ensure_japanese()?;
    let mut cargo = workspace.cargo();
    cargo
        .args([
            "run",
            "--quiet",
            "--package",
            "twinglyph-e2e",
            "--bin",
            "screenshots",
        ])
        .envs(browsers.environment());
    process::run(&mut cargo)
}
