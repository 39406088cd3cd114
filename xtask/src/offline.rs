//! The service worker of a built app, made from the list of its files.

use std::fmt::Write as _;
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::csp::base64;
use crate::workspace::Workspace;
use crate::{Error, Result, compress, page};

/// The worker's file: its address stays the same, so that a browser finds the next version there.
pub(crate) const WORKER: &str = "service-worker.js";

/// The data set's licence, beside the shards.
const LICENCE: &str = "omniglot/LICENSE";

/// What only hosts read, and sites that show links with a picture.
pub(crate) const FOR_OTHERS: [&str; 3] = ["_headers", ".nojekyll", "social.png"];

/// What the list of files replaces.
const PLACE: &str = "/* FILES */";

/// What the files that the page names replace.
const NAMED: &str = "/* NAMED */";

/// The scripts that import or start what the app can't do without, by the beginnings of their names: the
/// script of the parts is the page's, the others are the engine's.
const SCRIPTS: [&str; 4] = [
    "parts/parts-",
    "engine/engine-",
    "engine/relaxed-engine-",
    "engine/worker-",
];

/// The attribute in index.html that tells the page where the worker is; empty in a draft.
const ADDRESS: &str = "name=\"twinglyph-offline\" content=\"\"";

/// When a file is kept by the browser.
/// What the run that the page proposes needs (`twinglyph_core::training::proposal`): it works without a network
/// after one visit.
const PROPOSED_RUN: [&str; 5] = [
    "models/beginner.safetensors",
    "omniglot/Armenian.png",
    "omniglot/Bengali.png",
    "omniglot/Japanese_(katakana).png",
    "omniglot/Sanskrit.png",
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    /// As soon as the app was opened once; nothing is kept without it.
    App,
    /// As soon as the app was opened once, where the host has it: the app goes on without.
    Also,
    /// Once it was used, or all is asked for.
    More,
}

impl Part {
    /// `None` for what the worker leaves alone: itself, compressed versions, what only other pages
    /// load or hosts and other sites read, the data set's licence, which no page loads, and Koch's weights, which
    /// the engine keeps in a place of its own (docs/decisions/0011).
    fn of(path: &str) -> Option<Self> {
        if [WORKER, page::FRAME, page::FRAME_SCRIPT, LICENCE].contains(&path)
            || FOR_OTHERS.contains(&path)
            || path.ends_with(".br")
            || path == "models/koch.safetensors"
        {
            return None;
        }
        let shard = path.ends_with(".png") && path != "omniglot/preview.png";
        // Most browsers have no graphics device that it is fetched for.
        let helper = path.starts_with("engine/gpu-");
        if PROPOSED_RUN.contains(&path) {
            return Some(Self::Also);
        }
        if shard || helper || path == "models/compact.safetensors" {
            return Some(Self::More);
        }
        let ending = path.rsplit('.').next().unwrap_or_default();
        let essential = if path.contains('/') {
            SCRIPTS.iter().any(|script| path.starts_with(script))
                || path == "models/deep.safetensors"
        } else {
            ["html", "js", "wasm", "css"].contains(&ending)
        };
        Some(if essential { Self::App } else { Self::Also })
    }

    fn name(self) -> &'static str {
        match self {
            Self::App => "app",
            Self::Also => "also",
            Self::More => "more",
        }
    }
}

/// Writes the worker of the app in `dist/`, and its address into index.html. The page is finished
/// otherwise: its digest is taken here.
///
/// # Errors
/// When a file can't be read or written, or lacks what is filled in here.
pub fn write(workspace: &Workspace) -> Result<()> {
    let dist = workspace.dist();
    let index = dist.join("index.html");
    let html = std::fs::read_to_string(&index).map_err(Error::file(&index))?;
    let filled = fill(
        &html,
        ADDRESS,
        &format!("name=\"twinglyph-offline\" content=\"{WORKER}\""),
    );
    let filled = filled.map_err(|problem| Error::Content {
        path: index.clone(),
        problem,
    })?;
    std::fs::write(&index, filled).map_err(Error::file(&index))?;

    let source = workspace.root().join("assets/offline").join(WORKER);
    let text = std::fs::read_to_string(&source).map_err(Error::file(&source))?;
    let page = std::fs::read_to_string(&index).map_err(Error::file(&index))?;
    let text = fill(&text, PLACE, &list(&dist)?)
        .and_then(|text| fill(&text, NAMED, &named(&page, &dist)))
        .map_err(|problem| Error::Content {
            path: source,
            problem,
        })?;
    let target = dist.join(WORKER);
    std::fs::write(&target, text).map_err(Error::file(&target))
}

/// Every file of a built app that the worker knows, as entries of a JavaScript object.
fn list(dist: &Path) -> Result<String> {
    let mut entries = String::new();
    for file in compress::files(dist)? {
        let path = file.strip_prefix(dist).unwrap_or(&file);
        let path = path.to_string_lossy().replace('\\', "/");
        let Some(part) = Part::of(&path) else {
            continue;
        };
        let bytes = std::fs::read(&file).map_err(Error::file(&file))?;
        let digest = base64(&Sha256::digest(&bytes));
        // Writing to a string can't fail.
        let _ = write!(
            entries,
            "\n  {path:?}: [\"sha256-{digest}\", {}, \"{}\"],",
            bytes.len(),
            part.name()
        );
    }
    entries.push('\n');
    Ok(entries)
}

/// The files of a built app that its page names with a digest, as entries of a
/// JavaScript array: a host's own page of this version names them too.
fn named(page: &str, dist: &Path) -> String {
    let names = page
        .split(['"', '\''])
        .map(|name| name.trim_start_matches("./"));
    let names = names.filter(|name| name.contains('-') && dist.join(name).is_file());
    let names: std::collections::BTreeSet<_> = names.filter(|name| *name != WORKER).collect();
    names.iter().fold(String::new(), |mut list, name| {
        // Writing to a string can't fail.
        let _ = write!(list, "{name:?}, ");
        list
    })
}

fn fill(text: &str, place: &str, with: &str) -> Result<String, String> {
    if text.matches(place).count() != 1 {
        return Err(format!("it must have {place} exactly once"));
    }
    Ok(text.replace(place, with))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_app_is_kept_at_once_and_shards_when_used() {
        for path in [
            "index.html",
            "base-1.css",
            "twinglyph-1_bg.wasm",
            "parts/parts-1.js",
            "engine/worker-1.js",
            "engine/engine-1_bg.wasm",
            "engine/relaxed-engine-1_bg.wasm",
            "models/deep.safetensors",
        ] {
            assert_eq!(Part::of(path), Some(Part::App), "{path}");
        }
        for path in [
            "omniglot/Korean.png",
            "engine/gpu-1.js",
            "engine/gpu-1_bg.wasm",
        ] {
            assert_eq!(Part::of(path), Some(Part::More), "{path}");
        }
        for path in [
            "manifest.webmanifest",
            "seal.svg",
            "notices.txt",
            "parts/split_about-1.wasm",
            "engine/cpu-1_bg.wasm",
            "engine/relaxed-cpu-1_bg.wasm",
            "paper/worker-1.js",
            "paper/paper-1_bg.wasm",
            "omniglot/manifest.json",
            "omniglot/preview.png",
            "omniglot/Sanskrit.png",
            "models/beginner.safetensors",
        ] {
            assert_eq!(Part::of(path), Some(Part::Also), "{path}");
        }
        for path in [
            "service-worker.js",
            "a.css.br",
            "models/koch.safetensors",
            "embed.html",
            "embed.js",
            "_headers",
            "social.png",
            "omniglot/LICENSE",
        ] {
            assert_eq!(Part::of(path), None, "{path}");
        }
    }

    #[test]
    fn every_file_is_listed_with_its_digest() {
        let folder = std::env::temp_dir().join(format!("twinglyph-offline-{}", std::process::id()));
        std::fs::create_dir_all(folder.join("omniglot")).unwrap();
        std::fs::write(folder.join("a \"b\".css"), "abc").unwrap();
        std::fs::write(folder.join("omniglot/Korean.png"), "").unwrap();
        std::fs::write(folder.join("service-worker.js"), "").unwrap();
        let found = list(&folder);
        std::fs::remove_dir_all(&folder).unwrap();
        // The digest of "abc" is FIPS 180-2's example.
        let expected = "\n  \"a \\\"b\\\".css\": [\"sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=\", 3, \"app\"],\n  \"omniglot/Korean.png\": [\"sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\", 0, \"more\"],\n";
        assert_eq!(found.unwrap(), expected);
    }

    #[test]
    fn the_page_is_known_by_the_files_that_it_names() {
        let folder = std::env::temp_dir().join(format!("twinglyph-named-{}", std::process::id()));
        std::fs::create_dir_all(folder.join("engine")).unwrap();
        for file in ["a-1.js", "b-2.css", "engine/worker-3.js", WORKER] {
            std::fs::write(folder.join(file), "").unwrap();
        }
        let page = "<script src=\"./a-1.js\"></script><meta content=\"engine/worker-3.js\">\
                    <meta content=\"service-worker.js\"><p class=\"none-at-all\">";
        let found = named(page, &folder);
        std::fs::remove_dir_all(&folder).unwrap();
        assert_eq!(found, "\"a-1.js\", \"engine/worker-3.js\", ");
    }

    #[test]
    fn a_worker_without_a_place_for_files_is_refused() {
        assert!(fill("none", PLACE, "").is_err());
        let worker = include_str!("../../assets/offline/service-worker.js");
        assert!(fill(worker, PLACE, "x: 1").unwrap().contains("({x: 1})"));
        assert!(fill(worker, NAMED, "\"x\"").unwrap().contains("[\"x\"]"));
        let html = include_str!("../../index.html");
        assert!(fill(html, ADDRESS, "").is_ok());
    }
}
