//! Builds the page with Trunk and joins it with the engine.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::process::{self, say};
use crate::setup::BuildTools;
use crate::workspace::Workspace;
use crate::{Error, Result, csp, engine, notices, offline, parts, shrink};

/// Folders of workers, whose `worker.js` in index.html's attributes is a place holder for the script that
/// starts them.
const FOLDERS: [&str; 2] = ["engine", "paper"];

/// The document that other pages may embed (docs/embedding.md).
pub const FRAME: &str = "embed.html";

/// The script that other pages load to embed it.
pub const FRAME_SCRIPT: &str = "embed.js";

/// How the page is compiled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Small, in parts, for hosts.
    Release {
        /// Is Koch's network in the app? Some hosts take no file of its size.
        koch: bool,
    },
    /// Optimised, without link-time optimisation and in one module, for this machine.
    Local,
    /// Not optimised, for whoever edits the page.
    Draft,
}

impl Mode {
    /// The profile in the top Cargo.toml that the page is compiled with.
    fn profile(self) -> Option<&'static str> {
        match self {
            Self::Release { .. } => Some(parts::PROFILE),
            // The engine's: what both are made of is compiled once.
            Self::Local => Some(engine::PROFILE),
            Self::Draft => None,
        }
    }
}

/// The scripts that start the page's workers, each in its folder.
#[derive(Clone, Debug)]
pub struct Scripts {
    /// In `engine`.
    pub engine: String,
    /// In `paper`.
    pub paper: String,
}

/// Builds the page into `dist/`, with the workers that start with these scripts.
///
/// # Errors
/// When Trunk fails, index.html lacks what is filled in here, or the notices can't be made.
pub fn build(
    workspace: &Workspace,
    tools: &BuildTools,
    scripts: &Scripts,
    mode: Mode,
) -> Result<()> {
    say("building the page (first time: 1 to 3 minutes)");
    let split = matches!(mode, Mode::Release { .. });
    let folder = tools
        .wasm_bindgen
        .parent()
        .map(Path::to_path_buf)
        .unwrap_or_default();
    let mut trunk = Command::new(&tools.trunk);
    trunk.current_dir(workspace.root()).arg("build");
    if let Some(profile) = mode.profile() {
        trunk.args(["--release", "--cargo-profile", profile]);
    }
    tools.toolchain.prepare(&mut trunk, &[folder]);
    if split {
        trunk.env(parts::FLAGS_VARIABLE, parts::FLAGS.join(" "));
    }
    // Trunk 0.21 takes the variable for its own flag and stops at any value but true or false.
    trunk.env_remove("NO_COLOR");
    // Joining the page keeps one core busy; the other compiles the splitter, whose errors are told when
    // it is run.
    std::thread::scope(|scope| {
        if split {
            scope.spawn(|| parts::compile(workspace));
        }
        process::run(&mut trunk)
    })?;
    let index = workspace.dist().join("index.html");
    if split {
        let html = std::fs::read_to_string(&index).map_err(Error::file(&index))?;
        let html = parts::split(workspace, tools, &html)?;
        let html = shrink::all(&workspace.dist(), html)?;
        std::fs::write(&index, html).map_err(Error::file(&index))?;
    }
    if mode == (Mode::Release { koch: false }) {
        leave_koch_out(&index)?;
    }
    // No commit in a draft: each would be another page.
    let commit = (mode != Mode::Draft).then(|| workspace.commit()).flatten();
    finish(&index, scripts, &version(commit.as_deref()))?;
    match mode {
        Mode::Release { .. } | Mode::Local => {
            notices::write(workspace)?;
            offline::write(workspace)
        }
        // Whoever edits the page wants to see it, not what a browser has kept.
        Mode::Draft => Ok(()),
    }
}

/// Takes Koch's weights out of the app; the page doesn't offer what it is told is not there.
fn leave_koch_out(index: &Path) -> Result<()> {
    const WITHOUT: &str = "<meta name=\"twinglyph-without\" content=\"koch\" />";
    let weights = index.with_file_name("models").join("koch.safetensors");
    std::fs::remove_file(&weights).map_err(Error::file(&weights))?;
    let html = std::fs::read_to_string(index).map_err(Error::file(index))?;
    let html = html.replacen("</head>", &format!("{WITHOUT}</head>"), 1);
    std::fs::write(index, html).map_err(Error::file(index))
}

/// What the page calls its version.
fn version(commit: Option<&str>) -> String {
    let version = env!("CARGO_PKG_VERSION");
    commit.map_or_else(
        || version.to_owned(),
        |commit| format!("{version} ({commit})"),
    )
}

fn finish(index: &PathBuf, scripts: &Scripts, version: &str) -> Result<()> {
    let html = std::fs::read_to_string(index).map_err(Error::file(index))?;
    let html = join(&html, scripts, version).map_err(|problem| Error::Content {
        path: index.clone(),
        problem,
    })?;
    let framed = for_frames(&html).map_err(|problem| Error::Content {
        path: index.clone(),
        problem,
    })?;
    let frame = index.with_file_name(FRAME);
    std::fs::write(&frame, framed).map_err(Error::file(&frame))?;
    std::fs::write(index, html).map_err(Error::file(index))
}

/// The page for frames of other pages: the same files, but it is no app that could be kept.
fn for_frames(html: &str) -> Result<String, String> {
    const KEPT: &str = "<meta name=\"twinglyph-offline\" content=\"\"";
    const FRAMED: &str = "<meta name=\"twinglyph-embed\" content=\"\"";
    if html.matches(KEPT).count() != 1 {
        return Err(format!("it must have {KEPT} exactly once"));
    }
    Ok(html.replace(KEPT, FRAMED))
}

/// The page's HTML with the workers' addresses, the version and the policy filled in.
fn join(html: &str, scripts: &Scripts, version: &str) -> Result<String, String> {
    const VERSION: &str = "<meta name=\"twinglyph-version\" content=\"";
    if html.matches(VERSION).count() != 1 {
        return Err(format!("it must have {VERSION} exactly once"));
    }
    let mut html = html.replace(VERSION, &format!("{VERSION}{version}"));
    for (folder, script) in FOLDERS.into_iter().zip([&scripts.engine, &scripts.paper]) {
        let place = format!("content=\"{folder}/worker.js\"");
        if html.matches(&place).count() != 1 {
            return Err(format!("it must have {place} exactly once"));
        }
        html = html.replace(&place, &format!("content=\"{folder}/{script}\""));
    }
    let html =
        with_digest(&html).ok_or("it must start its module as Trunk does, and preload it")?;
    csp::with_policy(&html).ok_or_else(|| "it has no <head>".into())
}

/// The HTML with the digest of the page's module where it is started: Trunk puts it where the module
/// is preloaded, which keeps no other bytes from being run. A start that fails is told to boot.js by an
/// event, as nothing else tells it from what other scripts do in the document.
fn with_digest(html: &str) -> Option<String> {
    let link = html
        .split("<link ")
        .find(|link| link.contains("as=\"fetch\""))?;
    let attribute = |name: &str| {
        let value = link.split_once(&format!("{name}=\""))?.1;
        Some(value.split_once('"')?.0)
    };
    let (address, digest) = (attribute("href")?, attribute("integrity")?);
    let start = format!("init({{ module_or_path: '{address}' }})");
    let believed = format!(
        "init({{ module_or_path: fetch('{address}', {{ integrity: '{digest}' }}) }}).catch(error => {{ \
         dispatchEvent(new CustomEvent('twinglyph-broken', {{ detail: error }})); throw error; }})"
    );
    html.contains(&start)
        .then(|| html.replace(&start, &believed))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_page_for_frames_differs_in_one_word() {
        let html = include_str!("../../index.html");
        let framed = for_frames(html).unwrap();
        assert!(!framed.contains("twinglyph-offline"));
        assert_eq!(framed.replace("twinglyph-embed", "twinglyph-offline"), html);
        assert!(for_frames("<head></head>").is_err());
    }

    #[test]
    fn the_workers_are_filled_in() {
        let scripts = Scripts {
            engine: "worker-0123.js".to_owned(),
            paper: "worker-4567.js".to_owned(),
        };
        let html = "<head><meta name=\"twinglyph-engine\" content=\"engine/worker.js\">\
                    <meta name=\"twinglyph-paper\" content=\"paper/worker.js\">\
                    <meta name=\"twinglyph-version\" content=\"\">\
                    <script>init({ module_or_path: './a_bg.wasm' })</script>\
                    <link rel=\"preload\" href=\"./a_bg.wasm\" integrity=\"sha384-x\" as=\"fetch\"></head>";
        let joined = join(html, &scripts, &version(Some("abc123+"))).unwrap();
        let version = format!("content=\"{} (abc123+)\"", env!("CARGO_PKG_VERSION"));
        assert!(joined.contains(&version), "{joined}");
        assert!(joined.contains("content=\"paper/worker-4567.js\""));
        assert!(joined.contains("content=\"engine/worker-0123.js\""));
        assert!(joined.contains("fetch('./a_bg.wasm', { integrity: 'sha384-x' })"));
        assert!(joined.contains("new CustomEvent('twinglyph-broken'"));
        assert!(join(&html.replace("as=", "is="), &scripts, "").is_err());
        assert!(join("<head></head>", &scripts, "").is_err());
    }
}
