//! Output that nobody reads, or that can't be written: no panic.
#![cfg(all(feature = "networks", unix))]

use std::error::Error;
use std::fs::OpenOptions;
use std::process::{Command, Output, Stdio};

fn summary(out: Stdio, complaints: Stdio) -> std::io::Result<Output> {
    let mut lab = Command::new(env!("CARGO_BIN_EXE_lab"));
    lab.args(["summary", "koch"]).stdout(out).stderr(complaints);
    lab.spawn()?.wait_with_output()
}

#[test]
fn a_reader_that_goes_ends_it_quietly() -> Result<(), Box<dyn Error>> {
    let (reader, writer) = std::io::pipe()?;
    drop(reader);
    let done = summary(writer.into(), Stdio::piped())?;
    assert!(done.status.success(), "{:?}", done.status);
    assert_eq!(String::from_utf8_lossy(&done.stderr), "");
    Ok(())
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_told() -> Result<(), Box<dyn Error>> {
    let full = || OpenOptions::new().write(true).open("/dev/full");
    let done = summary(full()?.into(), Stdio::piped())?;
    assert_eq!(done.status.code(), Some(1));
    let told = String::from_utf8_lossy(&done.stderr).into_owned();
    assert!(
        told.starts_with("lab: the output can't be written"),
        "{told}"
    );
    // Nor is there anybody to be told.
    let done = summary(full()?.into(), full()?.into())?;
    assert_eq!(done.status.code(), Some(1));
    Ok(())
}
