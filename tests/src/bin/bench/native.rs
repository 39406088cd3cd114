//! Training steps on the processor beside PyTorch's, by the bench's own program. Knows no page.

use std::process::Command;

use twinglyph_e2e::side_by_side::Comparison;
use twinglyph_e2e::{Error, Result};
use xtask::workspace::Workspace;

/// Names the bench's program; `cargo xtask bench` sets it.
const PROGRAM: &str = "TWINGLYPH_BENCH_NATIVE";

/// Names a Python that has torch and numpy; the person who measures sets it, as it is gigabytes large.
const PYTHON: &str = "TWINGLYPH_PYTORCH";

/// What PyTorch computes, below the root.
const SCRIPT: &str = "bench/peers/pytorch.py";

pub(crate) fn measure(quick: bool) -> Result<Vec<Comparison>> {
    let named = |name: &str, what: &str| {
        std::env::var_os(name).ok_or_else(|| Error::Setting(format!("{name} does not name {what}")))
    };
    let program = named(PROGRAM, "the bench's program; `cargo xtask bench` does it")?;
    let python = named(PYTHON, "a Python that has torch and numpy")?;
    println!("training natively");
    let output = Command::new(&program)
        .arg(python)
        .arg(Workspace::find().root().join(SCRIPT))
        .args(quick.then_some("2"))
        .output()
        .map_err(|error| Error::Setting(format!("{}: {error}", program.display())))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        return Err(Error::Setting(said));
    }
    let comparisons: Vec<Comparison> = serde_json::from_slice(&output.stdout)
        .map_err(|error| Error::Setting(format!("{}: {error}", program.display())))?;
    for comparison in &comparisons {
        comparison.check()?;
    }
    Ok(comparisons)
}
