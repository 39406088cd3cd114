//! Which embeddings are measured. Knows no page.

use serde_json::{Value, json};
use twinglyph_e2e::Result;
use twinglyph_e2e::browser::{Browser, Kind};
use twinglyph_e2e::server::Server;
use twinglyph_e2e::side_by_side::OURS;
use twinglyph_e2e::side_by_side::inference::{Comparison, Figures};

/// A network, the numbers of images in a call on a processor and on WebGPU, and the seconds after which
/// no round of calls is begun, for each number.
struct Case {
    network: &'static str,
    cpu: &'static [u32],
    gpu: &'static [u32],
    seconds: u32,
}

/// One image is a drawing, 20 are a support set. 20 of `koch` take WebGPU on a processor half a minute.
const CASES: [Case; 3] = [
    Case {
        network: "conv4",
        cpu: &[1, 20],
        gpu: &[1, 20],
        seconds: 10,
    },
    Case {
        network: "compact",
        cpu: &[1, 20],
        gpu: &[1, 20],
        seconds: 12,
    },
    Case {
        network: "koch",
        cpu: &[1, 20],
        gpu: &[1],
        seconds: 18,
    },
];

/// Calls of each side that count, at most.
const ROUNDS: u32 = 60;

/// Framework, device, threads (of ours workers), and the most images in a call.
type Side = (&'static str, &'static str, u32, u32);

const ALL: u32 = u32::MAX;

/// Sides on a processor; the first is the measure for the others.
const CPU: &[Side] = &[
    ("twinglyph", "cpu", 1, ALL),
    ("twinglyph", "cpu", 2, ALL),
    ("tfjs", "wasm", 1, ALL),
    ("tfjs", "wasm", 2, ALL),
    ("ort", "wasm", 1, ALL),
    ("ort", "wasm", 2, ALL),
];

/// So slow that the smallest call must do.
const SLOW: Side = ("tfjs", "cpu", 1, 1);

/// Sides on WebGPU behind the one that they are held against.
const GPU: &[Side] = &[
    ("twinglyph", "cpu", 1, ALL),
    ("twinglyph", "webgpu", 1, ALL),
    ("tfjs", "webgpu", 1, ALL),
    ("ort", "webgpu", 1, ALL),
];

/// Measures them in both browsers.
pub(crate) fn measure(server: &Server, quick: bool) -> Result<Vec<Figures>> {
    let browsers = [
        (Kind::ChromiumWithoutGpu, None, false),
        (Kind::FirefoxLavapipe, Some(crate::LAVAPIPE), true),
    ];
    let mut figures = Vec::new();
    for (kind, adapter, webgpu) in browsers {
        let browser = crate::open(kind, server)?;
        let mut comparisons = Vec::new();
        for case in &CASES {
            let seconds = if quick { 2 } else { case.seconds };
            let mut cpu = CPU.to_vec();
            if case.network == "conv4" {
                cpu.push(SLOW);
            }
            comparisons.extend(compare(&browser, case.network, &cpu, case.cpu, seconds)?);
            if webgpu {
                comparisons.extend(compare(&browser, case.network, GPU, case.gpu, seconds)?);
            }
        }
        figures.push(Figures {
            browser: browser.session().browser(),
            adapter: adapter.map(str::to_owned),
            comparisons,
        });
    }
    Ok(figures)
}

fn compare(
    browser: &Browser,
    network: &str,
    sides: &[Side],
    batches: &[u32],
    seconds: u32,
) -> Result<Vec<Comparison>> {
    let names = sides.iter().map(|(framework, device, threads, _)| {
        let plural = if *threads == 1 { "" } else { "s" };
        format!("{framework} ({device}, {threads} thread{plural})")
    });
    let names: Vec<String> = names.collect();
    println!("embeddings of {network} by {}", names.join(", "));
    let sides: Vec<Value> = sides
        .iter()
        .map(|(framework, device, threads, most)| {
            // Workers have an image each at least.
            let least = if *framework == OURS { *threads } else { 1 };
            json!({
                "framework": framework, "device": device, "threads": threads,
                "least": least, "most": most,
            })
        })
        .collect();
    let request = json!({
        "network": network,
        "sides": sides,
        "batches": batches,
        "warmUp": 5,
        "rounds": ROUNDS,
        "seconds": seconds,
    });
    let comparisons: Vec<Comparison> = crate::ask(browser, "compareInference", request)?;
    comparisons.iter().try_for_each(Comparison::check)?;
    Ok(comparisons)
}
