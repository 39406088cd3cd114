//! Which training steps are measured. Knows no page.

use serde_json::{Value, json};
use twinglyph_e2e::Result;
use twinglyph_e2e::browser::{Browser, Kind};
use twinglyph_e2e::server::Server;
use twinglyph_e2e::side_by_side::{Comparison, Figures};

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

/// Measures them in Firefox, which has the faster WebGPU on a processor.
pub(crate) fn measure(server: &Server, quick: bool) -> Result<Figures> {
    let browser = crate::open(Kind::FirefoxLavapipe, server)?;
    let mut comparisons = Vec::new();
    // One framework's CPU takes most of the time; the quick run leaves it out.
    for case in CASES.iter().filter(|case| !quick || case.sides == GPU) {
        let comparison = compare(&browser, case, quick)?;
        comparison.check()?;
        comparisons.push(comparison);
    }
    Ok(Figures {
        browser: browser.session().browser(),
        adapter: crate::LAVAPIPE.into(),
        comparisons,
    })
}

fn compare(browser: &Browser, case: &Case, quick: bool) -> Result<Comparison> {
    let sides: Vec<Value> = case
        .sides
        .iter()
        .map(|(framework, device)| json!({ "framework": framework, "device": device }))
        .collect();
    println!("training of {} on {:?}", case.network, case.sides);
    let request = json!({
        "network": case.network,
        "sides": sides,
        "warmUp": if quick { 1 } else { case.warm_up },
        "steps": if quick { 5 } else { case.steps },
        "seconds": if quick { 30 } else { case.seconds },
    });
    crate::ask(browser, "compare", request)
}
