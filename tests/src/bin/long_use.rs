//! Mixed use for a long time: does memory stay flat, does every question get its answer, is the
//! browser's console silent? Arguments: `chromium` (on the processor) or `firefox` (to and fro between
//! WebGPU on lavapipe and the processor), minutes. Prints a line after every twentieth of the time.
//!
//! A round is an alphabet chosen, three drawings, three trials, 20 steps of training kept as a model
//! and deleted again, and another network or device.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use twinglyph_e2e::browser::{Browser, Kind};
use twinglyph_e2e::gesture::Pointer;
use twinglyph_e2e::page::{Look, Page, wait};
use twinglyph_e2e::training::{self, number};
use twinglyph_e2e::trials::{choices, pick, result};
use twinglyph_e2e::{Error, Result, app, faults, replay};

/// Readings of memory.
const READINGS: u32 = 20;

/// The reading, from 0, at which every part was used: in an hour, all alphabets were.
const SETTLED: usize = 4;

/// The growth between that reading and the last that is allowed.
const MOST_GROWTH: f64 = 0.05;

/// The least of scripts, run so often while nothing is done: the driver keeps the result of each in the
/// page, 64 bytes of this one, 690 of a ranking. So much at least is not the page's own.
const LEAST: (&str, u32) = ("return 1", 2_000);

/// What was asked and answered.
#[derive(Debug, Default)]
struct Counts {
    rounds: usize,
    drawings: usize,
    trials: usize,
    runs: usize,
    switches: usize,
}

fn goes_to(page: &Page<'_>, hash: &str) -> Result<()> {
    let script = "location.hash = arguments[0]";
    page.session().run(script, &[json!(hash)]).map(drop)
}

fn draws(page: &Page<'_>, round: usize) -> Result<usize> {
    goes_to(page, "#/draw")?;
    let alphabets = page.options("alphabet-select")?;
    let alphabet = &alphabets[round * 7 % alphabets.len()];
    page.choose("alphabet-select", alphabet)?;
    page.settle()?;
    for slant in 0..3 {
        let shift = (slant * 12 + round % 5) as f32;
        let sheet = [
            vec![
                [20.0 + shift, 20.0, 0.0],
                [50.0, 52.0, 0.0],
                [60.0 + shift, 85.0, 0.0],
            ],
            vec![[25.0, 70.0 - shift, 0.0], [80.0, 40.0 + shift / 2.0, 0.0]],
        ];
        replay::draw(page, Pointer::Mouse, &page.pad()?.paths(&sheet, 0.0))?;
    }
    Ok(3)
}

fn plays(page: &Page<'_>, round: usize) -> Result<usize> {
    goes_to(
        page,
        &format!("#/trials?set=invented&ways=20&seed={round}&trial=1"),
    )?;
    for trial in 0..3 {
        choices(page, 20)?;
        pick(page, (round + trial) % 20)?;
        result(page)?;
        page.click("trial-next")?;
    }
    Ok(3)
}

fn learns(page: &Page<'_>) -> Result<()> {
    training::begin(page, 20)?;
    training::state(page, "over")?;
    page.click("finetune-keep")?;
    page.wait_for("kept-model", "the kept model", training::LIMIT)?;
    page.tick("delete-model")?;
    wait("the model's end", training::LIMIT, || {
        Ok(match page.attribute("kept-model", "data-model")? {
            None => Look::Done(()),
            Some(name) => Look::Not(name),
        })
    })
}

/// Another network, or another device, in turn.
fn switches(page: &Page<'_>, round: usize, kind: Kind) -> Result<()> {
    goes_to(page, "#/draw")?;
    if kind == Kind::FirefoxLavapipe {
        page.click("device-badge")?;
        let device = if round.is_multiple_of(2) {
            "cpu"
        } else {
            "webgpu"
        };
        page.choose("device-select", device)?;
        page.click("device-badge")?;
        wait("the device", training::LIMIT, || {
            let now = page.device()?;
            Ok(if now == device {
                Look::Done(())
            } else {
                Look::Not(now)
            })
        })?;
    } else {
        let model = if round.is_multiple_of(2) {
            "deep"
        } else {
            "compact"
        };
        page.choose("model-select", model)?;
        wait("the model", training::LIMIT, || {
            let engine = page.engine()?;
            Ok(
                if engine.state == "ready" && page.chosen("model-select")? == model {
                    Look::Done(())
                } else {
                    Look::Not(format!("{engine:?}"))
                },
            )
        })?;
    }
    page.settle().map(drop)
}

/// Notes the page's own memory when its module starts.
const NOTE_MEMORY: &str = "addEventListener('TrunkApplicationStarted', event => {\
    window.pageMemory = event.detail.wasm.memory; });";

/// Bytes of the worker and its device, as it says; in Chromium also of the page's module, and of all
/// scripts and documents, as the browser measures after it has cleared up.
fn memory(page: &Page<'_>, kind: Kind) -> Result<[f64; 3]> {
    let worker = number(page, "finetune-memory", "data-worker")?;
    let device = number(page, "finetune-memory", "data-device")?;
    let engine = worker + if device.is_finite() { device } else { 0.0 };
    if kind == Kind::FirefoxLavapipe {
        return Ok([engine, 0.0, 0.0]);
    }
    let script = "const done = arguments[0]; const page = window.pageMemory.buffer.byteLength;\
        performance.measureUserAgentSpecificMemory().then(all => done([page, all.bytes]),\
        () => done(null))";
    let bytes = page.session().run_async(script, &[])?;
    match (bytes[0].as_f64(), bytes[1].as_f64()) {
        (Some(module), Some(scripts)) => Ok([engine, module, scripts]),
        _ => Err(Error::Setting(format!(
            "the browser does not measure memory: {bytes}"
        ))),
    }
}

/// Errors on the console since the last call; Firefox's driver has no such log.
fn complaints(page: &Page<'_>, kind: Kind) -> Result<Vec<Value>> {
    if kind == Kind::FirefoxLavapipe {
        return Ok(Vec::new());
    }
    let entries = page.session().log("browser")?;
    let severe = |entry: &Value| entry["level"] == json!("SEVERE");
    Ok(entries.into_iter().filter(severe).collect())
}

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let (kind, device) = match arguments.next().as_deref() {
        Some("firefox") => (Kind::FirefoxLavapipe, "webgpu"),
        _ => (Kind::ChromiumWithoutGpu, "cpu"),
    };
    let minutes: f64 = arguments
        .next()
        .and_then(|text| text.parse().ok())
        .unwrap_or(60.0);
    let server = app::serve()?;
    let browser = Browser::open(kind)?;
    let url = format!("{}?device={device}&model=compact", server.url());
    if kind == Kind::ChromiumWithoutGpu {
        faults::in_page(browser.session(), NOTE_MEMORY)?;
    }
    let page = Page::open(&browser, &url)?;
    page.session().run("window.sameDocument = true", &[])?;
    page.session().patience(Duration::from_secs(100))?;
    page.first_ranking()?;
    let driver = if kind == Kind::ChromiumWithoutGpu {
        let before = (memory(&page, kind)?[2], page.session().calls());
        for _ in 0..LEAST.1 {
            page.session().run(LEAST.0, &[])?;
        }
        let calls = (page.session().calls() - before.1) as f64;
        (memory(&page, kind)?[2] - before.0).max(0.0) / calls
    } else {
        0.0
    };
    println!("the driver's own: at least {driver:.0} bytes a command");
    let begun = page.session().calls();
    let start = Instant::now();
    let every = Duration::from_secs_f64(60.0 * minutes / f64::from(READINGS));
    let mut counts = Counts::default();
    let mut readings: Vec<[f64; 3]> = Vec::new();
    while readings.len() < READINGS as usize {
        counts.drawings += draws(&page, counts.rounds)?;
        counts.trials += plays(&page, counts.rounds)?;
        learns(&page)?;
        counts.runs += 1;
        if start.elapsed() >= every * (readings.len() as u32 + 1) {
            let [worker, module, scripts] = memory(&page, kind)?;
            let of_driver = driver * (page.session().calls() - begun) as f64;
            let bytes = [worker, module, scripts - of_driver];
            println!(
                "{:.0} min: worker, page, scripts {:.1?} MB without the driver's {:.1}, {counts:?}",
                start.elapsed().as_secs_f64() / 60.0,
                bytes.map(|bytes| bytes / 1e6),
                of_driver / 1e6
            );
            readings.push(bytes);
        }
        switches(&page, counts.rounds, kind)?;
        counts.switches += 1;
        counts.rounds += 1;
        let complaints = complaints(&page, kind)?;
        let message = page.text("error")?;
        if !complaints.is_empty() || message.is_some() {
            return Err(Error::Setting(format!(
                "{complaints:?} {message:?} after {counts:?}"
            )));
        }
    }
    let same = page
        .session()
        .run("return window.sameDocument === true", &[])?;
    let all = |reading: &[f64; 3]| reading.iter().sum::<f64>();
    let (early, late) = (all(&readings[SETTLED]), all(&readings[readings.len() - 1]));
    println!(
        "FIGURE {minutes} minutes of mixed use on {}: {counts:?}, the same document: {same}; memory {:.1} MB at reading {SETTLED} of {READINGS}, {:.1} MB at the last ({:+.1} %); no error on the console, every question answered",
        browser.session().browser(),
        early / 1e6,
        late / 1e6,
        100.0 * (late / early - 1.0)
    );
    if late > early * (1.0 + MOST_GROWTH) {
        return Err(Error::Setting("memory grew by more than 5 %".to_owned()));
    }
    Ok(())
}
