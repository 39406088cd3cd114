//! From nothing but a Rust toolchain to everything that a build or the tests need.
//!
//! Each step is skipped when it is done already, says in one line what it does and how long it
//! may take, and fails with what to do about it.

pub mod apt;
mod cache;
pub mod cargo_tools;
pub mod npm;
pub mod python;
pub mod shards;
pub mod wasm;

use std::path::PathBuf;

use crate::Result;
use crate::browsers::Browsers;
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

/// Makes sure of the tools and the data for a build.
///
/// # Errors
/// When a tool is missing and can't be installed here.
pub fn for_build(workspace: &Workspace) -> Result<BuildTools> {
    let toolchain = wasm::ensure()?;
    let wasm_bindgen = cargo_tools::wasm_bindgen(workspace)?.ensure(workspace)?;
    let trunk = cargo_tools::trunk().ensure(workspace)?;
    shards::ensure(workspace)?;
    Ok(BuildTools {
        toolchain,
        trunk,
        wasm_bindgen,
    })
}

/// Makes sure of the browsers and their drivers.
///
/// # Errors
/// When one is missing and can't be installed here.
pub fn for_browsers(workspace: &Workspace) -> Result<Browsers> {
    let geckodriver = cargo_tools::geckodriver().ensure(workspace)?;
    Browsers::ensure(geckodriver)
}

/// Makes sure of everything.
///
/// # Errors
/// As [`for_build`] and [`for_browsers`].
pub fn everything(workspace: &Workspace) -> Result<(BuildTools, Browsers)> {
    let tools = for_build(workspace)?;
    wasm::ensure_clippy(tools.toolchain)?;
    Ok((tools, for_browsers(workspace)?))
}
