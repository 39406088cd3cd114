//! From nothing but a Rust toolchain to everything that a build or the tests need.
//!
//! Each step is skipped when it is done already, says in one line what it does and how long it
//! may take, and fails with what to do about it.

pub mod apt;
mod cache;
pub mod cargo_tools;
pub mod npm;
pub mod python;
pub mod wasm;

use std::path::PathBuf;

use crate::Result;
use crate::browsers::{self, Browsers};
use crate::process::say;
use crate::stages::Stages;
use crate::toolchain::WasmToolchain;
use crate::workspace::Workspace;

/// What a build needs.
#[derive(Clone, Debug)]
pub struct BuildTools {
    /// The compiler.
    pub toolchain: WasmToolchain,
    /// Packs the page.
    pub trunk: PathBuf,
    /// Joins wasm and JavaScript.
    pub wasm_bindgen: PathBuf,
}

/// What the tests need beside a build.
#[derive(Clone, Debug)]
pub struct TestTools {
    /// The browsers and their drivers.
    pub browsers: Browsers,
    /// Reads exported weights; `None` where it can't be had.
    pub python: Option<PathBuf>,
    /// The script that looks for barriers in the pages; `None` where it can't be had.
    pub axe: Option<PathBuf>,
}

/// Sets up everything, and says what each step took: `cargo xtask setup`.
///
/// # Errors
/// As [`for_tests`].
pub fn run(workspace: &Workspace) -> Result<()> {
    let stages = Stages::new(workspace, "setup");
    let result = for_tests(workspace, &stages, false);
    stages.report();
    result.map(drop)
}

/// Makes sure of the tools for a build.
///
/// # Errors
/// When a tool is missing and can't be installed here.
pub fn for_build(workspace: &Workspace, stages: &Stages) -> Result<BuildTools> {
    let toolchain = stages.run("Set-up: compiler for wasm", wasm::ensure)?;
    let (wasm_bindgen, trunk) = for_page(workspace, stages)?;
    Ok(BuildTools {
        toolchain,
        trunk,
        wasm_bindgen,
    })
}

/// wasm-bindgen and Trunk.
fn for_page(workspace: &Workspace, stages: &Stages) -> Result<(PathBuf, PathBuf)> {
    let wasm_bindgen = stages.run("Set-up: wasm-bindgen", || {
        cargo_tools::wasm_bindgen(workspace)?.ensure(workspace)
    })?;
    let trunk = stages.run("Set-up: Trunk", || cargo_tools::trunk().ensure(workspace))?;
    Ok((wasm_bindgen, trunk))
}

/// Makes sure of the browsers and their drivers.
///
/// # Errors
/// When one is missing and can't be installed here.
pub fn for_browsers(workspace: &Workspace) -> Result<Browsers> {
    let geckodriver = cargo_tools::geckodriver().ensure(workspace)?;
    browsers::ensure_installed()?;
    Browsers::find(geckodriver)
}

/// Makes sure of everything. Where `requires_all`, nothing that the tests could do without may be missing.
///
/// # Errors
/// When a tool is missing and can't be installed here.
pub fn for_tests(
    workspace: &Workspace,
    stages: &Stages,
    requires_all: bool,
) -> Result<(BuildTools, TestTools)> {
    let toolchain = stages.run("Set-up: compiler for wasm", || {
        let toolchain = wasm::ensure()?;
        wasm::ensure_clippy(toolchain).map(|()| toolchain)
    })?;
    // Packages are downloads, tools are compiled: beside each other neither waits for the other.
    let (packages, compiled) = std::thread::scope(|scope| {
        let packages = scope.spawn(|| packages(workspace, stages, requires_all));
        let compiled = for_page(workspace, stages).and_then(|page| {
            let geckodriver = cargo_tools::geckodriver();
            let geckodriver = stages.run("Set-up: geckodriver", || geckodriver.ensure(workspace));
            geckodriver.map(|geckodriver| (page, geckodriver))
        });
        let packages = packages.join();
        (
            packages.unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
            compiled,
        )
    });
    let ((wasm_bindgen, trunk), geckodriver) = compiled?;
    let (python, axe) = packages?;
    Ok((
        BuildTools {
            toolchain,
            trunk,
            wasm_bindgen,
        },
        TestTools {
            browsers: Browsers::find(geckodriver)?,
            python,
            axe,
        },
    ))
}

/// What comes as packages: the browsers, and what some checks can be left out without.
fn packages(
    workspace: &Workspace,
    stages: &Stages,
    requires_all: bool,
) -> Result<(Option<PathBuf>, Option<PathBuf>)> {
    stages.run("Set-up: browsers", || {
        browsers::ensure_installed()?;
        browsers::ensure_japanese()
    })?;
    let python = stages.run("Set-up: Python", || match python::ensure() {
        Ok(python) => Ok(Some(python)),
        Err(error) if requires_all => Err(error),
        Err(error) => {
            say(format!("no checks of exported files in Python: {error}"));
            Ok(None)
        }
    })?;
    // npm's registry is the one that a machine of the checks may lack: never required.
    let axe = stages.run("Set-up: axe-core", || match npm::axe(workspace) {
        Ok(script) => Ok(Some(script)),
        Err(error) => {
            say(format!("no check for barriers: {error}"));
            Ok(None)
        }
    })?;
    Ok((python, axe))
}
