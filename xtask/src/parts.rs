//! Splits the page's module: what a person sees first, and the parts that are fetched when they are
//! asked for (docs/decisions/0018).
//!
//! Trunk has built and placed the whole module; this puts the main part in its place, under the same
//! name, and the others into `dist/parts/`, under names with their digests.

use std::path::Path;

use sha2::{Digest, Sha256, Sha384};

use crate::csp::base64;
use crate::files::{read, remove};
use crate::process;
use crate::program::digest;
use crate::setup::BuildTools;
use crate::toolchain::TARGET;
use crate::workspace::Workspace;
use crate::{Error, Result, imports};

/// The profile in the top Cargo.toml that the page is built with for hosts.
pub const PROFILE: &str = "page";

/// Marks the pages that become parts (`src/ui/lazy_page.rs`), and keeps in the module what the splitter
/// must know to move a function.
pub const FLAGS: [&str; 2] = ["--cfg=split_pages", "-Clink-args=--emit-relocs"];

/// Hands [`FLAGS`] to the compiler, joined with those of .cargo/config.toml.
pub const FLAGS_VARIABLE: &str = "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS";

/// Where the parts lie in `dist/`.
pub const FOLDER: &str = "parts";

/// The script that fetches them, as the splitter names it.
const SCRIPT: &str = "./parts.js";

/// The program that splits, in Cargo's words.
const SPLITTER: [&str; 6] = [
    "--package",
    "xtask",
    "--features",
    "split",
    "--example",
    "split",
];

/// Fetches a part; past the browser's cache where that has a damaged one, or after 3.5 s: a request waits there for a
/// download of the same file that has stopped. A person is told after 4 s, and asked when this has stopped, too.
/// Takes it from a host that doesn't know wasm.
const BRING: &str = r#"const bring = async (name, integrity) => {
    const address = new URL(name, import.meta.url);
    const get = (cache, time) =>
        fetch(address, { integrity, cache, signal: AbortSignal.timeout(time) });
    const came = await get("default", 3500).catch(() => get("reload", 15000));
    if (!came.ok || came.headers.get("content-type") === "application/wasm") return came;
    return new Response(came.body, { headers: { "content-type": "application/wasm" } });
};
"#;

/// Compiles the program that splits.
///
/// # Errors
/// When it can't be compiled.
pub fn compile(workspace: &Workspace) -> Result<()> {
    process::run(workspace.cargo().args(["build", "--quiet"]).args(SPLITTER))
}

/// Splits the module that `html`, Trunk's document, starts, and gives the document that starts the
/// main part.
///
/// # Errors
/// When a tool fails, a file can't be read or written, or Trunk or the splitter wrote something else
/// than is known here.
pub fn split(workspace: &Workspace, tools: &BuildTools, html: &str) -> Result<String> {
    let dist = workspace.dist();
    let index = dist.join("index.html");
    let problem = |problem: &str| Error::Content {
        path: index.clone(),
        problem: problem.into(),
    };
    let name = module_name(html).ok_or_else(|| problem("it must preload its module"))?;
    let fresh = workspace.target().join(FOLDER);
    remove(&fresh)?;
    process::run(
        workspace
            .cargo()
            .args(["run", "--quiet"])
            .args(SPLITTER)
            .arg("--")
            .arg(
                workspace
                    .target()
                    .join(TARGET)
                    .join(PROFILE)
                    .join("twinglyph.wasm"),
            )
            .arg(&fresh)
            .arg(format!("../{name}.js")),
    )?;
    let mut bindgen = std::process::Command::new(&tools.wasm_bindgen);
    bindgen.args(["--target", "web", "--no-typescript"]);
    bindgen.args([
        "--keep-lld-exports",
        "--remove-name-section",
        "--remove-producers-section",
    ]);
    bindgen.args(["--out-name", &name]).arg("--out-dir");
    process::run(bindgen.arg(&dist).arg(fresh.join("main.wasm")))?;

    let script = place(&fresh, &dist.join(FOLDER))?;
    let main = dist.join(format!("{name}.js"));
    imports::number_files(&main, &dist.join(format!("{name}_bg.wasm")))?;
    let text = read(&main)?;
    let text = String::from_utf8_lossy(&text);
    if !text.contains(&import(SCRIPT)) {
        return Err(Error::Content {
            path: main,
            problem: format!("it must import {SCRIPT}"),
        });
    }
    let text = text.replace(&import(SCRIPT), &import(&format!("./{FOLDER}/{script}")));
    let text = imports::without_unused_classes(&text);
    std::fs::write(&main, text).map_err(Error::file(&main))?;

    let mut html = html.to_owned();
    for file in [format!("{name}.js"), format!("{name}_bg.wasm")] {
        let digest = integrity(&read(&dist.join(&file))?);
        html = believe(&html, &file, &digest).ok_or_else(|| problem("its files lack digests"))?;
    }
    let digest = integrity(&read(&dist.join(FOLDER).join(&script))?);
    Ok(html.replace(
        "<link rel=\"modulepreload\"",
        &format!(
            "<link rel=\"modulepreload\" href=\"./{FOLDER}/{script}\" crossorigin=\"anonymous\" \
             integrity=\"{digest}\"><link rel=\"modulepreload\""
        ),
    ))
}

/// Names the parts in `fresh` by their digests and puts them into a folder of `dist/`, with the
/// script that fetches them, whose name is given.
fn place(fresh: &Path, folder: &Path) -> Result<String> {
    remove(folder)?;
    std::fs::create_dir_all(folder).map_err(Error::file(folder))?;
    let path = fresh.join(SCRIPT);
    let text = read(&path)?;
    let mut script = String::from_utf8_lossy(&text).into_owned();
    for file in std::fs::read_dir(fresh).map_err(Error::file(fresh))? {
        let path = file.map_err(Error::file(fresh))?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let Some(stem) = name.strip_suffix(".wasm").filter(|stem| *stem != "main") else {
            continue;
        };
        let bytes = without_custom_sections(&read(&path)?).ok_or_else(|| Error::Content {
            path: path.clone(),
            problem: "it must be a wasm module".into(),
        })?;
        let named = format!("{stem}-{}.wasm", digest(&[&bytes]));
        script = bring(&script, &name, &named, &bytes).ok_or_else(|| Error::Content {
            path: path.clone(),
            problem: "the script that fetches it must do so once".into(),
        })?;
        let target = folder.join(named);
        std::fs::write(&target, bytes).map_err(Error::file(&target))?;
    }
    script.push_str(BRING);
    let name = format!("parts-{}.js", digest(&[script.as_bytes()]));
    let target = folder.join(&name);
    std::fs::write(&target, script).map_err(Error::file(&target))?;
    Ok(name)
}

/// A module without its custom sections, which hold the names of its functions.
fn without_custom_sections(module: &[u8]) -> Option<Vec<u8>> {
    const HEAD: usize = 8;
    const CUSTOM: u8 = 0;
    let mut kept = module.get(..HEAD)?.to_vec();
    let mut rest = module.get(HEAD..)?;
    while let Some((&kind, after)) = rest.split_first() {
        // The section's length, in LEB128.
        let bytes = after.iter().position(|byte| byte & 0x80 == 0)? + 1;
        let digits = after.get(..bytes)?.iter().rev();
        let length = digits.fold(0, |sum, digit| sum << 7 | usize::from(digit & 0x7f));
        let (section, next) = rest.split_at_checked(1 + bytes + length)?;
        if kind != CUSTOM {
            kept.extend(section);
        }
        rest = next;
    }
    Some(kept)
}

/// The script that fetches a part by its new name, and only what has its digest.
fn bring(script: &str, name: &str, named: &str, bytes: &[u8]) -> Option<String> {
    let fetched = format!("fetch(new URL(\"./{name}\", import.meta.url))");
    let digest = base64(&Sha256::digest(bytes));
    (script.matches(&fetched).count() == 1).then(|| {
        script.replace(
            &fetched,
            &format!("bring(\"./{named}\", \"sha256-{digest}\")"),
        )
    })
}

/// How wasm-bindgen imports from a script; its name for the module inside stays as it is.
fn import(script: &str) -> String {
    format!("from \"{script}\"")
}

/// The name of the module's files in a document of Trunk's, without their endings.
fn module_name(html: &str) -> Option<String> {
    let (_, link) = html.split_once("<link rel=\"modulepreload\" href=\"./")?;
    let (name, _) = link.split_once(".js\"")?;
    Some(name.to_owned())
}

/// The document with another digest for a file that it preloads.
fn believe(html: &str, file: &str, digest: &str) -> Option<String> {
    let at = html.find(&format!("<link rel=\"modulepreload\" href=\"./{file}\""));
    let at = at.or_else(|| html.find(&format!("<link rel=\"preload\" href=\"./{file}\"")))?;
    let (before, link) = html.split_at(at);
    let (start, rest) = link.split_once(" integrity=\"")?;
    let (_, rest) = rest.split_once('"')?;
    Some(format!("{before}{start} integrity=\"{digest}\"{rest}"))
}

pub(crate) fn integrity(bytes: &[u8]) -> String {
    format!("sha384-{}", base64(&Sha384::digest(bytes)))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const HTML: &str = "<link rel=\"modulepreload\" href=\"./a-1.js\" crossorigin=\"anonymous\" \
                        integrity=\"sha384-x\"><link rel=\"preload\" href=\"./a-1_bg.wasm\" \
                        integrity=\"sha384-y\" as=\"fetch\">";

    #[test]
    fn the_digests_of_what_was_split_replace_trunks() {
        assert_eq!(module_name(HTML).unwrap(), "a-1");
        let html = believe(HTML, "a-1.js", "sha384-new").unwrap();
        let html = believe(&html, "a-1_bg.wasm", "sha384-other").unwrap();
        assert_eq!(
            html,
            HTML.replace("sha384-x", "sha384-new")
                .replace("sha384-y", "sha384-other")
        );
        assert!(believe(HTML, "b.js", "sha384-new").is_none());
        assert!(module_name("<head></head>").is_none());
    }

    #[test]
    fn names_are_left_out_of_a_part() {
        let head = b"\0asm\x01\0\0\0";
        let section = |kind: u8, content: &[u8]| {
            // 130 and 3 bytes: lengths of two digits and of one.
            let length = match content.len() {
                130 => vec![0x82, 0x01],
                length => vec![length as u8],
            };
            [&[kind][..], &length, content].concat()
        };
        let (names, code) = (section(0, &[7; 130]), section(10, b"abc"));
        let module = [&head[..], &names, &code, &names].concat();
        assert_eq!(
            without_custom_sections(&module).unwrap(),
            [&head[..], &code].concat()
        );
        assert!(without_custom_sections(&module[..20]).is_none());
        assert!(without_custom_sections(b"no").is_none());
    }

    #[test]
    fn a_part_is_fetched_by_its_digest_or_not_at_all() {
        let script = "fetch(new URL(\"./split_work.wasm\", import.meta.url));";
        let named = bring(script, "split_work.wasm", "split_work-0.wasm", b"foo").unwrap();
        // `printf foo | openssl dgst -sha256 -binary | base64`.
        let digest = "sha256-LCa0a2j/xo/5m0U8HTBBNBNCLXBkg7+g+YpeiGJm564=";
        assert_eq!(
            named,
            format!("bring(\"./split_work-0.wasm\", \"{digest}\");")
        );
        assert!(bring(script, "split_play.wasm", "x.wasm", b"foo").is_none());
    }
}
