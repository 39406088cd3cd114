//! Drives the bench page of `cargo xtask bench` in Firefox, checks that all sides compute the same,
//! prints the figures, and writes docs/performance.md and docs/bench.json. `--quick` takes few steps
//! and prints only.

use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use twinglyph_e2e::browser::{Browser, Kind};
use twinglyph_e2e::side_by_side::{Comparison, Figures, replace_section};
use twinglyph_e2e::{Error, Result};
use xtask::server::Server;
use xtask::workspace::Workspace;

/// Far more than any comparison takes on an idle machine.
const LIMIT: Duration = Duration::from_secs(900);

/// Between two looks at the page: each look takes time from what is measured.
const LOOK: Duration = Duration::from_secs(2);

/// A comparison to be made: network, sides as framework and device, steps that don't count, counted
/// steps at most, and the seconds after which no step is begun.
struct Case {
    network: &'static str,
    sides: &'static [(&'static str, &'static str)],
    warm_up: u32,
    steps: u32,
    seconds: u32,
}

const GPU: &[(&str, &str)] = &[
    ("twinglyph", "cpu"),
    ("twinglyph", "webgpu"),
    ("tfjs", "webgpu"),
];

/// TensorFlow.js takes a minute or two a step there, so one must do.
const CPU: &[(&str, &str)] = &[("twinglyph", "cpu"), ("tfjs", "cpu")];

const CASES: [Case; 4] = [
    Case {
        network: "conv4",
        sides: GPU,
        warm_up: 2,
        steps: 16,
        seconds: 80,
    },
    Case {
        network: "conv4",
        sides: CPU,
        warm_up: 0,
        steps: 1,
        seconds: 1,
    },
    Case {
        network: "compact",
        sides: GPU,
        warm_up: 2,
        steps: 10,
        seconds: 80,
    },
    Case {
        network: "compact",
        sides: CPU,
        warm_up: 0,
        steps: 1,
        seconds: 1,
    },
];

fn main() -> Result<()> {
    let quick = std::env::args().any(|argument| argument == "--quick");
    let workspace = Workspace::find();
    let bench = workspace.target().join("bench");
    let server = Server::start(&bench.join("site"), "/", 0)
        .map_err(|error| Error::Setting(format!("the bench can't be served: {error}")))?;
    let browser = Browser::open(Kind::FirefoxLavapipe)?;
    browser
        .session()
        .go(&format!("{}index.html", server.url()))?;
    let mut comparisons = Vec::new();
    // One framework's CPU takes most of the time; the quick run leaves it out.
    for case in CASES.iter().filter(|case| !quick || case.sides == GPU) {
        let comparison = measure(&browser, case, quick)?;
        comparison.check()?;
        comparisons.push(comparison);
    }
    let figures = Figures {
        browser: browser.session().browser(),
        adapter: "lavapipe, Mesa's software Vulkan".into(),
        comparisons,
    };
    let section = figures.section();
    println!("{section}");
    let json = serde_json::to_string_pretty(&figures)
        .map_err(|error| Error::Setting(error.to_string()))?;
    if quick {
        return write(&bench.join("bench.json"), &json);
    }
    let docs = workspace.root().join("docs");
    write(&docs.join("bench.json"), &format!("{json}\n"))?;
    let path = docs.join("performance.md");
    let document = std::fs::read_to_string(&path)
        .map_err(|error| Error::Setting(format!("{}: {error}", path.display())))?;
    write(&path, &replace_section(&document, &section)?)
}

fn measure(browser: &Browser, case: &Case, quick: bool) -> Result<Comparison> {
    let sides: Vec<Value> = case
        .sides
        .iter()
        .map(|(framework, device)| json!({ "framework": framework, "device": device }))
        .collect();
    let request = json!({
        "network": case.network,
        "sides": sides,
        "warmUp": if quick { 1 } else { case.warm_up },
        "steps": if quick { 5 } else { case.steps },
        "seconds": if quick { 30 } else { case.seconds },
    });
    println!("{} on {:?}", case.network, case.sides);
    let start = Instant::now();
    browser.session().run("compare(arguments[0])", &[request])?;
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
                what: format!("the steps of {}", case.network),
                seen: "no figures".into(),
            });
        }
    }
}

fn write(path: &Path, text: &str) -> Result<()> {
    std::fs::write(path, text)
        .map_err(|error| Error::Setting(format!("{}: {error}", path.display())))
}
