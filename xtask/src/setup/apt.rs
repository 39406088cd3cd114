//! Debian's packages.

use std::process::{Command, Stdio};

use crate::{Error, Result, process};

/// Can packages be installed here without a question?
#[must_use]
pub fn is_usable() -> bool {
    process::find(&["apt-get"]).is_some() && privilege().is_some()
}

/// Installs packages.
///
/// # Errors
/// When apt-get can't be used or fails.
pub fn install(packages: &[&str]) -> Result<()> {
    let Some(prefix) = privilege() else {
        return Err(Error::Missing {
            what: format!("These Debian packages are missing: {}.", packages.join(" ")),
            remedy: format!(
                "Install them: sudo apt-get install --no-install-recommends {}",
                packages.join(" ")
            ),
        });
    };
    // Package lists may be absent, as in container images, or name versions that are gone.
    process::run(apt_get(prefix).args(["-qq", "update"]))?;
    process::run(
        apt_get(prefix)
            .args(["-qq", "--yes", "--no-install-recommends", "install"])
            .args(packages)
            // Names each file of each package; what goes wrong is told on the other stream.
            .stdout(Stdio::null()),
    )
}

fn apt_get(prefix: &[&str]) -> Command {
    let words = [
        prefix,
        &["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"],
    ]
    .concat();
    let mut command = Command::new(words[0]);
    command.args(&words[1..]);
    command
}

/// What goes before a command so that it may change the system; `None` where nothing does.
fn privilege() -> Option<&'static [&'static str]> {
    let is_root = process::output(Command::new("id").arg("-u")).is_ok_and(|id| id == "0");
    if is_root {
        return Some(&[]);
    }
    let sudo = process::find(&["sudo"]).is_some()
        && process::output(Command::new("sudo").args(["-n", "true"])).is_ok();
    sudo.then_some(&["sudo", "-n"])
}
