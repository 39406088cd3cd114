//! Drives the bench page of `cargo xtask bench` in the browsers, checks that all sides compute the
//! same, prints the figures, and writes docs/generated/bench.md and docs/generated/bench.json. `--quick` takes
//! few steps and prints only; `--only=training`, `--only=inference` and `--only=native` leave the others'
//! figures as they are.

mod inference;
mod native;
mod training;

use std::path::Path;
use std::time::{Duration, Instant};

use serde::de::DeserializeOwned;
use serde_json::Value;
use twinglyph_e2e::browser::{Browser, Kind};
use twinglyph_e2e::server::Server;
use twinglyph_e2e::side_by_side::{Document, Place};
use twinglyph_e2e::{Error, Result};
use xtask::options::Part;
use xtask::workspace::Workspace;

/// Far more than any comparison takes on an idle machine.
const LIMIT: Duration = Duration::from_secs(900);

/// Between two looks at the page: each look takes time from what is measured.
const LOOK: Duration = Duration::from_secs(2);

/// What Firefox's WebGPU runs on.
const LAVAPIPE: &str = "lavapipe, Mesa's software Vulkan";

/// The workers of other frameworks that make code of text, or workers of blobs.
const LAX: [&str; 3] = [
    "tfjs-embed.js",
    "ort.js",
    "ort-wasm-simd-threaded.asyncify.mjs",
];

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let quick = arguments.iter().any(|argument| argument == "--quick");
    let only = arguments
        .iter()
        .find_map(|argument| Part::from_word(argument.strip_prefix("--only=")?));
    let workspace = Workspace::find();
    let bench = workspace.target().join("bench");
    let server = Server::start(&bench.join("site"), "/", 0)
        .map_err(|error| Error::Setting(format!("the bench can't be served: {error}")))?;
    LAX.iter().for_each(|script| server.be_lax(script));

    let generated = workspace.root().join("docs/generated");
    let (figures, page) = (generated.join("bench.json"), generated.join("bench.md"));
    let mut document: Document = serde_json::from_str(&read(&figures)?)
        .map_err(|error| Error::Setting(format!("{}: {error}", figures.display())))?;
    let mut text = read(&page)?;
    let wants = |part| only.is_none_or(|only| only == part);
    if wants(Part::Native) {
        // Asked for nothing but this, a person is told what is missing.
        match native::measure(quick) {
            Err(error) if only.is_none() => println!("not measured natively: {error}"),
            measured => {
                document.native = measured?;
                let section = document.native_section();
                println!("{section}");
                text = Place::Native.replace(&text, &section)?;
            }
        }
    }
    if wants(Part::Training) {
        document.training = training::measure(&server, quick)?;
        let section = document.training.section();
        println!("{section}");
        text = Place::Training.replace(&text, &section)?;
    }
    if wants(Part::Inference) {
        document.inference = inference::measure(&server, quick)?;
        let section = document.inference_section();
        println!("{section}");
        text = Place::Inference.replace(&text, &section)?;
    }
    let json = serde_json::to_string_pretty(&document)
        .map_err(|error| Error::Setting(error.to_string()))?;
    if quick {
        return write(&bench.join("bench.json"), &json);
    }
    write(&figures, &format!("{json}\n"))?;
    write(&page, &text)
}

/// The bench page in a browser.
fn open(kind: Kind, server: &Server) -> Result<Browser> {
    let browser = Browser::open(kind)?;
    browser
        .session()
        .go(&format!("{}index.html", server.url()))?;
    Ok(browser)
}

/// What the page answers to a request.
fn ask<T: DeserializeOwned>(browser: &Browser, call: &str, request: Value) -> Result<T> {
    let start = Instant::now();
    let script = format!("{call}(arguments[0])");
    browser.session().run(&script, &[request])?;
    loop {
        std::thread::sleep(LOOK);
        let answer = browser.session().run("return answer", &[])?;
        if let Some(error) = answer["error"].as_str() {
            return Err(Error::Setting(error.to_owned()));
        }
        if !answer.is_null() {
            return serde_json::from_value(answer)
                .map_err(|error| Error::Setting(format!("the page's figures: {error}")));
        }
        if start.elapsed() > LIMIT {
            return Err(Error::Wait {
                waited: LIMIT,
                what: call.to_owned(),
                seen: "no figures".into(),
            });
        }
    }
}

fn read(path: &Path) -> Result<String> {
    std::fs::read_to_string(path)
        .map_err(|error| Error::Setting(format!("{}: {error}", path.display())))
}

fn write(path: &Path, text: &str) -> Result<()> {
    std::fs::write(path, text)
        .map_err(|error| Error::Setting(format!("{}: {error}", path.display())))
}
