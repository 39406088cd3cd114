//! Running other programs: with a name for what failed, with a time limit, and finding them.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use crate::{Error, Result};

/// Tells the person what happens next, on a line of its own.
pub fn say(text: impl AsRef<str>) {
    eprintln!("==> {}", text.as_ref());
}

/// Runs a command with our own output; it must succeed.
///
/// # Errors
/// When it can't be started or fails.
pub fn run(command: &mut Command) -> Result<()> {
    let status = status(command)?;
    if status.success() {
        Ok(())
    } else {
        Err(failed(command, status))
    }
}

/// Runs a command with our own output and gives its exit status.
///
/// # Errors
/// When it can't be started.
pub fn status(command: &mut Command) -> Result<ExitStatus> {
    command
        .status()
        .map_err(cannot_start(command.get_program()))
}

/// What a command prints, without the white space around it; it must succeed.
///
/// # Errors
/// When it can't be started or fails.
pub fn output(command: &mut Command) -> Result<String> {
    let output = command
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .map_err(cannot_start(command.get_program()))?;
    if !output.status.success() {
        return Err(failed(command, output.status));
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Did the command succeed within the limit? It is killed when it takes longer.
///
/// # Errors
/// When it can't be started.
pub fn succeeds_within(command: &mut Command, limit: Duration) -> Result<bool> {
    let mut child = command
        .stdin(Stdio::null())
        .spawn()
        .map_err(cannot_start(command.get_program()))?;
    let end = Instant::now() + limit;
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Ok(status.success()),
            Ok(None) if Instant::now() < end => std::thread::sleep(Duration::from_millis(50)),
            _ => {
                // It may have ended in this very moment: both failures mean that it is gone.
                let _ = child.kill();
                let _ = child.wait();
                return Ok(false);
            }
        }
    }
}

/// The first of these programs that is on PATH.
#[must_use]
pub fn find(names: &[&str]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    names.iter().find_map(|name| {
        std::env::split_paths(&path)
            .map(|folder| folder.join(format!("{name}{}", std::env::consts::EXE_SUFFIX)))
            .find(|file| file.is_file())
    })
}

/// PATH with these folders before all others.
#[must_use]
pub fn path_with(folders: &[&Path]) -> std::ffi::OsString {
    let old = std::env::var_os("PATH").unwrap_or_default();
    let all = folders
        .iter()
        .map(|folder| folder.to_path_buf())
        .chain(std::env::split_paths(&old));
    std::env::join_paths(all).unwrap_or(old)
}

/// The error for a command that ended badly.
#[must_use]
pub fn failed(command: &Command, status: ExitStatus) -> Error {
    Error::Failed {
        command: line(command),
        outcome: status.to_string(),
    }
}

/// The error for a program that can't be started.
pub fn cannot_start(program: &OsStr) -> impl FnOnce(std::io::Error) -> Error {
    let program = program.to_string_lossy().into_owned();
    move |source| Error::Start { program, source }
}

fn line(command: &Command) -> String {
    std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(|word| word.to_string_lossy().into_owned())
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_slow_command_is_ended() {
        let start = Instant::now();
        let done = succeeds_within(Command::new("sleep").arg("20"), Duration::from_millis(100));
        assert!(!done.unwrap());
        assert!(start.elapsed() < Duration::from_secs(10));
    }

    #[test]
    fn a_failure_names_the_command() {
        let error = run(Command::new("false").arg("--why")).unwrap_err();
        assert!(error.to_string().contains("false --why"), "{error}");
        let error = run(&mut Command::new("no-such-program-here")).unwrap_err();
        assert!(
            error.to_string().contains("no-such-program-here"),
            "{error}"
        );
    }
}
