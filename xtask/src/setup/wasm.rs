//! The compiler for wasm.

use std::process::Command;
use std::time::Duration;

use super::apt;
use crate::process::{self, say};
use crate::toolchain::{CHOICE, DEBIAN_LINKER, TARGET, WasmToolchain};
use crate::{Error, Result};

/// The target is a download of about 20 MB; a server that can't be reached must not hold us up.
const RUSTUP_LIMIT: Duration = Duration::from_secs(120);

/// Debian's wasm toolchain: compiler, cargo, the standard library's source, linker.
const PACKAGES: [&str; 4] = ["rustc-web", "cargo-web", "rust-web-src", "lld-22"];

/// Debian's clippy of the same version.
const CLIPPY: &str = "rust-web-clippy";

/// Finds or installs a compiler for wasm and says which.
///
/// # Errors
/// When neither rustup nor apt-get can give one.
pub fn ensure() -> Result<WasmToolchain> {
    let toolchain = match WasmToolchain::installed() {
        Some(toolchain) => toolchain,
        None => install()?,
    };
    say(format!("wasm is compiled with {}", toolchain.describe()));
    Ok(toolchain)
}

/// Makes sure of clippy for wasm, which only the tests need.
///
/// # Errors
/// When apt-get can be used and fails. Where it can't be used the check is left out, and says so.
pub fn ensure_clippy(toolchain: WasmToolchain) -> Result<()> {
    if !toolchain.has_clippy() && apt::is_usable() {
        say(format!("installing {CLIPPY} by apt-get (a few seconds)"));
        apt::install(&[CLIPPY])?;
    }
    Ok(())
}

fn install() -> Result<WasmToolchain> {
    let wants_debian = std::env::var(CHOICE).is_ok_and(|choice| choice == "debian");
    if !wants_debian && process::find(&["rustup"]).is_some() {
        say("adding Rust's wasm target by rustup (20 MB, up to 2 minutes)");
        let mut rustup = Command::new("rustup");
        rustup.args(["target", "add", TARGET]);
        if process::succeeds_within(&mut rustup, RUSTUP_LIMIT)?
            && WasmToolchain::installed() == Some(WasmToolchain::Rust)
        {
            return Ok(WasmToolchain::Rust);
        }
        say("rustup could not add it; trying Debian's packages instead");
    }
    if apt::is_usable() {
        say(format!(
            "installing {} by apt-get (120 MB, about 1 minute)",
            PACKAGES.join(", ")
        ));
        apt::install(&PACKAGES)?;
        if WasmToolchain::installed() == Some(WasmToolchain::Debian) {
            return Ok(WasmToolchain::Debian);
        }
    }
    Err(Error::Missing {
        what: format!("There is no compiler for {TARGET}."),
        remedy: format!(
            "With rustup: rustup target add {TARGET}. On Debian: apt-get install {} (the linker \
             must be called {DEBIAN_LINKER}). Elsewhere: your system's Rust packages for wasm.",
            PACKAGES.join(" ")
        ),
    })
}
