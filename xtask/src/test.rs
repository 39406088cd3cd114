//! `cargo xtask test`: every check, in an order that fails early and builds little twice.

mod checks;
mod tally;

use std::time::Instant;

use crate::browsers::{self, Browsers};
use crate::process::{self, say};
use crate::setup::{self, BuildTools, cargo_tools};
use crate::workspace::Workspace;
use crate::{Error, Result, build, fuzz, sizes};
use checks::Checks;

/// Runs every check, or the native ones only, and ends with a line `N passed, 0 failed`.
///
/// # Errors
/// At the first check that fails.
pub fn everything(workspace: &Workspace, quick: bool) -> Result<()> {
    let start = Instant::now();
    let mut checks = Checks::new(workspace);
    let tools = if quick {
        None
    } else {
        Some(check("Set-up", || {
            checks.set_up_python()?;
            setup::everything(workspace)
        })?)
    };
    check("Format", || checks.format())?;
    check("Clippy, native", || checks.clippy_native())?;
    check("Documentation", || checks.documentation())?;
    if !quick {
        check("Dependencies", || {
            checks.dependencies(&cargo_tools::deny().ensure(workspace)?)
        })?;
    }
    check("Tests, native", || checks.native())?;
    if !quick {
        check("Fuzzing", || fuzz::run(workspace, fuzz::BOUNDED))?;
    }
    if let Some((tools, browsers)) = tools {
        in_browsers(workspace, &mut checks, &tools, &browsers)?;
    }
    let tally = checks.tally();
    say(format!("all checks took {} s", start.elapsed().as_secs()));
    let skipped = [
        (
            tally.without_omniglot,
            "Omniglot were skipped: no source of it here (set OMNIGLOT_DIR)",
        ),
        (
            tally.without_python,
            "Python were skipped: a full run of the tests installs its packages",
        ),
        (
            tally.without_axe,
            "axe-core were skipped: it can't be fetched by npm here",
        ),
    ];
    for (count, why) in skipped.iter().filter(|(count, _)| *count > 0) {
        say(format!("{count} checks against {why}"));
    }
    let passed = tally.passed;
    println!("{passed} passed, 0 failed");
    Ok(())
}

fn in_browsers(
    workspace: &Workspace,
    checks: &mut Checks<'_>,
    tools: &BuildTools,
    browsers: &Browsers,
) -> Result<()> {
    check("Clippy, wasm", || checks.clippy_wasm(tools))?;
    check("Tests, wasm in a worker", || checks.wasm(tools, browsers))?;
    check("Build", || build::release(workspace, tools))?;
    check("Sizes", || sizes::report(workspace))?;
    check("Tests, end to end", || checks.end_to_end(browsers))
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

/// Runs one check under a heading and says how long it took.
fn check<T>(name: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    eprintln!("\n===== {name} =====");
    let start = Instant::now();
    let result = work();
    let seconds = start.elapsed().as_secs();
    match result {
        Ok(value) => {
            eprintln!("===== {name}: done in {seconds} s =====");
            Ok(value)
        }
        Err(source) => Err(Error::Check {
            check: name.into(),
            seconds,
            source: Box::new(source),
        }),
    }
}
