//! `cargo xtask serve`: the app on this machine, in a browser.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::engine::{self, Extent};
use crate::options::Options;
use crate::page::{self, Mode, Scripts};
use crate::process::say;
use crate::server::{Folder, Server};
use crate::setup::BuildTools;
use crate::stages::Stages;
use crate::workspace::Workspace;
use crate::{Error, Result, build, paper, setup, watch};

/// How many ports are tried when one is taken.
const PORTS_TRIED: u16 = 20;

/// Sets up, builds, serves and opens the browser; goes on until it is interrupted.
///
/// # Errors
/// When a step before the serving fails.
pub fn serve(workspace: &Workspace, options: &Options) -> Result<()> {
    let stages = Stages::new(workspace, "serve");
    let built = build_and_announce(workspace, options, &stages);
    stages.report();
    let (tools, scripts) = built?;
    if options.watch {
        return watch::page(workspace, &tools, &scripts);
    }
    loop {
        std::thread::park();
    }
}

/// Serves the app as soon as drawings are ranked in it, and builds what is missing then. Gives the scripts
/// that start the workers.
fn build_and_announce(
    workspace: &Workspace,
    options: &Options,
    stages: &Stages,
) -> Result<(BuildTools, Scripts)> {
    let tools = setup::for_build(workspace, stages)?;
    let mode = if options.watch {
        Mode::Draft
    } else {
        Mode::Local
    };
    let dist = workspace.dist();
    let scripts = if options.watch || engine::is_compiled(workspace) {
        let scripts = build::with(workspace, &tools, stages, mode)?;
        announce(&dist, options)?;
        stages.reached(RANKS);
        scripts
    } else {
        let leader = stages.run("Engine", || {
            engine::build(workspace, &tools, Extent::Leader)
        })?;
        let paper = stages.run("Reader of paper", || paper::build(workspace, &tools))?;
        let mut scripts = Scripts {
            engine: leader,
            paper,
        };
        stages.run("Page", || page::build(workspace, &tools, &scripts, mode))?;
        announce(&dist, options)?;
        stages.reached(RANKS);
        say("everything works there already but for graphics devices, whose program is built now");
        scripts.engine = stages.run("Engine with its helper", || {
            engine::build(workspace, &tools, Extent::Whole)
        })?;
        stages.run("Page with the helper", || {
            page::build(workspace, &tools, &scripts, mode)
        })?;
        say("the app is whole: reload the page");
        scripts
    };
    stages.reached(WHOLE);
    Ok((tools, scripts))
}

/// What `target/stages.json` calls the moment at which the served page ranks drawings.
const RANKS: &str = "a page that ranks drawings";

/// What it calls the moment at which nothing is missing any more.
const WHOLE: &str = "the whole app";

fn announce(dist: &Path, options: &Options) -> Result<()> {
    let server = start(dist, options.port)?;
    let url = format!("{}/", server.origin());
    say(format!("Twinglyph is at {url} (Ctrl-C ends it)"));
    if options.open && !open(&url) {
        say("no browser could be opened; open that address yourself");
    }
    Ok(())
}

/// Serves on the port, or on the next one that is free.
fn start(dist: &Path, first: u16) -> Result<Server> {
    let last = first.saturating_add(PORTS_TRIED);
    let mut port = first;
    loop {
        match Server::start(Folder::new(dist, "/"), port) {
            Ok(server) => return Ok(server),
            Err(source) if port == last => {
                return Err(Error::Port {
                    first,
                    last,
                    source,
                });
            }
            Err(error) => {
                say(format!(
                    "port {port} can't be used ({error}); trying {}",
                    port + 1
                ));
                port += 1;
            }
        }
    }
}

/// Opens the address in the person's browser. Was there a program to do it?
fn open(url: &str) -> bool {
    let words: &[&str] = match std::env::consts::OS {
        "macos" => &["open"],
        "windows" => &["cmd", "/C", "start"],
        _ => &["xdg-open"],
    };
    Command::new(words[0])
        .args(&words[1..])
        .arg(url)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .is_ok()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_port_gives_the_next() {
        let first = Server::start(Folder::new(Path::new("."), "/"), 0).unwrap();
        let port: u16 = first.origin()["http://127.0.0.1:".len()..].parse().unwrap();
        let second = start(Path::new("."), port).unwrap();
        assert_ne!(first.origin(), second.origin());
    }
}
