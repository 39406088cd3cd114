//! Python with the packages that others read weights files and run ONNX models with: a virtual environment in the
//! folder of tools.
//!
//! The tests load with it what the app and the lab write. Refuses to know what they ask it.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use super::{apt, cache};
use crate::process::{self, say};
use crate::{Error, Result};

/// Tells the tests which Python to run.
pub const VARIABLE: &str = "TWINGLYPH_PYTHON";

/// Versions that belong together; all have wheels for Python 3.11 to 3.14.
const PACKAGES: [(&str, &str); 3] = [
    ("safetensors", "0.8.0"),
    ("numpy", "2.4.6"),
    ("onnxruntime", "1.32.0"),
];

/// Debian's Python, whose `venv` is a package of its own.
const DEBIAN: [&str; 2] = ["python3", "python3-venv"];

/// The packages are a download of 46 MB; a registry that can't be reached must not hold us up.
const PIP_LIMIT: Duration = Duration::from_secs(180);

/// Finds the environment's Python, or makes the environment.
///
/// # Errors
/// When there is no Python with `venv` and none can be installed here, or its packages can't be
/// had.
pub fn ensure() -> Result<PathBuf> {
    let versions = PACKAGES.map(|(name, version)| format!("{name}-{version}"));
    let folder = cache::tools()?.join(format!("python-{}", versions.join("-")));
    let python = inside(&folder);
    if has_packages(&python) {
        return Ok(python);
    }
    let system = match with_venv() {
        Some(system) => system,
        None => install()?,
    };
    say(format!(
        "installing {} into {} (once; 46 MB, up to 1 minute)",
        versions.join(", "),
        folder.display()
    ));
    // Cleared: one that was interrupted is not mended by making it again.
    process::run(
        Command::new(system)
            .args(["-m", "venv", "--clear"])
            .arg(&folder),
    )?;
    let mut pip = Command::new(&python);
    pip.args(["-m", "pip", "install", "--quiet"])
        .args(["--disable-pip-version-check", "--only-binary", ":all:"])
        .args(PACKAGES.map(|(name, version)| format!("{name}=={version}")));
    if process::succeeds_within(&mut pip, PIP_LIMIT)? && has_packages(&python) {
        return Ok(python);
    }
    Err(Error::Missing {
        what: format!("{} can't be installed by pip.", versions.join(", ")),
        remedy: "The output above says why. They need Python 3.11 to 3.14 and PyPI or a mirror of \
                 it (pip's own settings name one)."
            .into(),
    })
}

/// The Python of an environment.
fn inside(folder: &Path) -> PathBuf {
    if cfg!(windows) {
        folder.join("Scripts/python.exe")
    } else {
        folder.join("bin/python")
    }
}

/// Are the packages there, in their versions?
fn has_packages(python: &Path) -> bool {
    let script = "import numpy, onnxruntime, safetensors.numpy; \
        print(safetensors.__version__, numpy.__version__, onnxruntime.__version__)";
    python.is_file()
        && process::output(Command::new(python).args(["-c", script])).is_ok_and(|found| {
            found
                .split_whitespace()
                .eq(PACKAGES.map(|(_, version)| version))
        })
}

/// A Python that can make environments with pip in them.
fn with_venv() -> Option<PathBuf> {
    // Debian's Python has neither without a package more.
    let script = "import importlib.util as u; print(all(map(u.find_spec, ('ensurepip', 'venv'))))";
    let python = process::find(&["python3", "python"])?;
    let answer = process::output(Command::new(&python).args(["-c", script]));
    answer
        .is_ok_and(|answer| answer == "True")
        .then_some(python)
}

fn install() -> Result<PathBuf> {
    if apt::is_usable() {
        say(format!(
            "installing {} by apt-get for the tests (30 MB, about 1 minute)",
            DEBIAN.join(", ")
        ));
        apt::install(&DEBIAN)?;
    }
    with_venv().ok_or_else(|| Error::Missing {
        what: "There is no Python that can make virtual environments.".into(),
        remedy: format!(
            "Install Python 3.11 or newer with its venv module (on Debian: apt-get install {}).",
            DEBIAN.join(" ")
        ),
    })
}
