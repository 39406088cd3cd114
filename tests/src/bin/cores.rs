//! What further cores bring to `deep` in Chromium on the processor. Arguments: rounds (3), cores (2).
//!
//! The official 400 trials run on one core and on all of them in turn. A run of training goes on one core and on all of
//! them by turns of some seconds, so a disturbance of the machine hits both.

use std::time::Duration;

use serde_json::{Value, json};
use twinglyph_e2e::browser::{Browser, Kind};
use twinglyph_e2e::page::{Look, Page, wait};
use twinglyph_e2e::training::{choose_invented, hold_nothing_out, set};
use twinglyph_e2e::visits::median;
use twinglyph_e2e::{Result, app, faults, trials};

const LIMIT: Duration = Duration::from_secs(240);

/// Milliseconds on all cores, and as many on one.
const TURN: u64 = 6_000;

/// Turns of a run of training, and steps that are enough for them.
const TURNS: u64 = 10;
const STEPS: u32 = 2_000;

/// Characters of a step, each drawn twice.
const CHARACTERS: u32 = 20;

/// Notes when what an element tells in an attribute changes, and to what.
const WATCH: &str = "const [handle, attribute] = arguments;\
    const element = document.querySelector(`[data-testid=${handle}]`);\
    window.readings = [];\
    new MutationObserver(() => readings.push([Date.now(), element.getAttribute(attribute)]))\
        .observe(element, { attributes: true, attributeFilter: [attribute] });";

/// A page whose leader is told of as many cores as this JavaScript says.
fn on_cores<T>(cores: &str, act: impl FnOnce(&Page<'_>) -> Result<T>) -> Result<T> {
    let server = app::serve()?;
    let script = format!(
        "Object.defineProperty(navigator, 'hardwareConcurrency', {{ get: () => {cores} }});"
    );
    faults::in_worker(&server, &script)?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let page = Page::open(&browser, &format!("{}?device=cpu#/trials", server.url()))?;
    page.first_ranking()?;
    act(&page)
}

fn watch(page: &Page<'_>, handle: &str, attribute: &str) -> Result<()> {
    let arguments = [json!(handle), json!(attribute)];
    page.session().run(WATCH, &arguments).map(drop)
}

/// Milliseconds and text of each change since [`watch`].
fn readings(page: &Page<'_>) -> Result<Vec<(u64, String)>> {
    let readings = page.session().run("return readings", &[])?;
    let readings = readings.as_array().into_iter().flatten();
    let reading = |one: &Value| Some((one[0].as_u64()?, one[1].as_str()?.to_owned()));
    Ok(readings.filter_map(reading).collect())
}

/// Milliseconds of the official trials, once their alphabets are there.
fn official(page: &Page<'_>) -> Result<f64> {
    page.wait_for("runs-start", "the official trials", LIMIT)?;
    watch(page, "runs-progress", "data-state")?;
    page.click("runs-start")?;
    // Who asks often takes a part of one of two cores from it.
    std::thread::sleep(Duration::from_secs(4));
    trials::finished(page, "runs")?;
    let readings = readings(page)?;
    let when = |state: &str| readings.iter().find(|(_, told)| told == state);
    Ok(match (when("going"), when("done")) {
        (Some((start, _)), Some((end, _))) => (end - start) as f64,
        _ => f64::NAN,
    })
}

/// Milliseconds of training steps on all cores, and on one: a median of each turn.
fn steps(page: &Page<'_>) -> Result<[Vec<f64>; 2]> {
    page.session().run("location.hash = '#/train'", &[])?;
    page.wait_for("finetune-start", "the page of the training", LIMIT)?;
    page.choose("finetune-from", "deep")?;
    choose_invented(page)?;
    hold_nothing_out(page)?;
    set(page, "finetune-characters", CHARACTERS)?;
    set(page, "finetune-steps", STEPS)?;
    watch(page, "finetune-step", "data-step")?;
    let turn = "return Math.floor(Date.now() / arguments[0]) % 2";
    wait("all cores' turn", LIMIT, || {
        let turn = page.session().run(turn, &[json!(TURN)])?;
        Ok(match turn.as_u64() {
            Some(0) => Look::Done(()),
            turn => Look::Not(format!("{turn:?}")),
        })
    })?;
    page.click("finetune-start")?;
    std::thread::sleep(Duration::from_millis(TURN * TURNS));
    let readings: Vec<(u64, f64)> = readings(page)?
        .into_iter()
        .filter_map(|(at, step)| Some((at, step.parse().ok()?)))
        .collect();
    let mut turns = vec![Vec::new(); 2 * TURNS as usize];
    let first = readings.first().map_or(0, |(at, _)| at / TURN);
    for pair in readings.windows(2) {
        let [(before, from), (at, step)] = pair else {
            continue;
        };
        let turn = at / TURN;
        // The first turn has the start of all, the first reading of another turn the change.
        if before / TURN == turn && turn > first + 1 && step > from {
            let times = turns.get_mut((turn - first) as usize);
            times.into_iter().for_each(|times: &mut Vec<f64>| {
                times.push((at - before) as f64 / (step - from));
            });
        }
    }
    let of_turns = |odd: usize| {
        let own = turns
            .iter()
            .enumerate()
            .filter(|(at, _)| (at + first as usize) % 2 == odd);
        let own = own.filter(|(_, times)| !times.is_empty());
        own.map(|(_, times)| median(times.clone())).collect()
    };
    Ok([of_turns(0), of_turns(1)])
}

fn main() -> Result<()> {
    let mut numbers = std::env::args()
        .skip(1)
        .filter_map(|number| number.parse().ok());
    let rounds: u32 = numbers.next().unwrap_or(3);
    let cores: u32 = numbers.next().unwrap_or(2);
    let [mut all, mut one, mut shared, mut alone] = [const { Vec::new() }; 4];
    for _ in 0..rounds {
        one.push(on_cores("1", official)?);
        all.push(on_cores(&cores.to_string(), official)?);
        let by_turns = format!("Math.floor(Date.now() / {TURN}) % 2 ? 1 : {cores}");
        let [on_all, on_one] = on_cores(&by_turns, steps)?;
        shared.extend(on_all);
        alone.extend(on_one);
    }
    println!("official trials, ms: on 1 core {one:.0?}, on {cores} {all:.0?}");
    println!("a training step, ms: on 1 core {alone:.0?}, on {cores} {shared:.0?}");
    let [one, all, alone, shared] = [one, all, alone, shared].map(median);
    println!(
        "FIGURE {cores} cores: official trials {:.2} of the time of one ({all:.0} of {one:.0} ms), training steps {:.2} times as fast ({shared:.0} instead of {alone:.0} ms)",
        all / one,
        alone / shared,
    );
    Ok(())
}
