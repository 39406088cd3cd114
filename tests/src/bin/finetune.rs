//! The experiment of docs/evaluation.md: fine-tuning in the browser on five alphabets, tried on
//! characters of them that were held out. Arguments: steps, learning rate, a weights file of
//! `compact` to begin with (`shipped` for the app's own), and how many of the four groups of
//! alphabets to go through, each from the beginning.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use twinglyph_core::score::Tally;
use twinglyph_e2e::browser::{Browser, Kind};
use twinglyph_e2e::page::{Look, Page, wait};
use twinglyph_e2e::server::{Instead, Server};
use twinglyph_e2e::training::number;
use twinglyph_e2e::{Error, Result, app};

/// Longer than any run that is worth waiting for.
const LIMIT: Duration = Duration::from_secs(900);

/// The evaluation alphabets, so new to the built-in weights, in fives.
const GROUPS: [[&str; 5]; 4] = [
    ["Angelic", "Glagolitic", "Gurmukhi", "Kannada", "Tibetan"],
    [
        "Atemayar_Qelisayer",
        "Atlantean",
        "Aurek-Besh",
        "Avesta",
        "Ge_ez",
    ],
    [
        "Keble",
        "Malayalam",
        "Manipuri",
        "Mongolian",
        "Old_Church_Slavonic_(Cyrillic)",
    ],
    ["Oriya", "Sylheti", "Syriac_(Serto)", "Tengwar", "ULOG"],
];

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let mut argument = |usual: &str| arguments.next().unwrap_or_else(|| usual.to_owned());
    let (steps, rate) = (argument("300"), argument("0.0003"));
    let server = app::serve()?;
    let file = arguments.next().filter(|path| path != "shipped");
    if let Some(path) = file {
        let bytes =
            std::fs::read(&path).map_err(|error| Error::Setting(format!("{path}: {error}")))?;
        server.replace("models/compact.safetensors", Instead::Bytes(bytes));
        println!("from {path}:");
    }
    let groups = arguments.next().and_then(|count| count.parse().ok());
    let mut all = [Tally::default(); 2];
    for group in GROUPS.iter().take(groups.unwrap_or(1)) {
        let tallies = run(&server, group, &steps, &rate)?;
        for (all, one) in all.iter_mut().zip(tallies) {
            all.merge(one);
        }
    }
    for (when, tally) in ["before", "after"].iter().zip(all) {
        let interval = tally.accuracy_interval();
        println!(
            "{when}: {:.1} % of {} ({:.1} to {:.1})",
            100.0 * tally.accuracy(),
            tally.trials(),
            100.0 * interval.low,
            100.0 * interval.high
        );
    }
    Ok(())
}

/// One run on these alphabets; held-out answers before and after it.
fn run(server: &Server, alphabets: &[&str; 5], steps: &str, rate: &str) -> Result<[Tally; 2]> {
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let page = Page::open(&browser, &format!("{}?device=cpu#/train", server.url()))?;
    page.first_ranking()?;
    page.wait_for("finetune-start", "the page of the training", LIMIT)?;
    page.choose("finetune-from", "compact")?;
    page.click("finetune-alphabets")?;
    wait("the alphabets", LIMIT, || {
        let script = "const boxes = arguments[0].map(name =>\
            document.querySelector(`input[data-alphabet=\"${name}\"]`));\
            if (boxes.includes(null)) return false;\
            document.querySelectorAll('input[data-alphabet]').forEach(box =>\
            box.checked !== boxes.includes(box) && box.click()); return true;";
        Ok(match page.session().run(script, &[json!(alphabets)])? {
            Value::Bool(true) => Look::Done(()),
            other => Look::Not(other.to_string()),
        })
    })?;
    for (handle, value) in [("finetune-steps", steps), ("finetune-rate", rate)] {
        let script = "const field = document.querySelector(`[data-testid=${arguments[0]}]`);\
            field.value = arguments[1]; field.dispatchEvent(new Event('change', { bubbles: true }));";
        page.session().run(script, &[json!(handle), json!(value)])?;
    }
    let start = Instant::now();
    let mut speeds: Vec<u32> = Vec::new();
    page.click("finetune-start")?;
    wait("the run", LIMIT, || {
        let state = page.attribute("finetune-step", "data-state")?;
        let told = page.text("finetune-step")?.unwrap_or_default();
        let before = told.split(" images a second").next().unwrap_or_default();
        let speed = before
            .rsplit(' ')
            .next()
            .and_then(|speed| speed.parse().ok());
        speeds.extend(speed.filter(|speed| told != before && speeds.last() != Some(speed)));
        Ok(match state.as_deref() {
            Some("over") => Look::Done(()),
            _ => Look::Not(format!("{state:?}: {:?}", page.text("finetune-told")?)),
        })
    })?;
    speeds.sort_unstable();
    println!(
        "{steps} steps, rate {rate}, {} images/s by the median of {}, {:.0} s with validations: before {}, after {}, loss {}",
        speeds.get(speeds.len() / 2).copied().unwrap_or_default(),
        speeds.len(),
        start.elapsed().as_secs_f64(),
        page.text("finetune-before")?.unwrap_or_default(),
        page.text("finetune-after")?.unwrap_or_default(),
        page.text("finetune-loss")?.unwrap_or_default(),
    );
    Ok([
        tally(&page, "finetune-before")?,
        tally(&page, "finetune-after")?,
    ])
}

/// The answers of a validation, which the page tells as `84.6 % of 950 (..)`.
fn tally(page: &Page<'_>, handle: &str) -> Result<Tally> {
    let text = page.text(handle)?.unwrap_or_default();
    let count = text.split(" of ").nth(1).unwrap_or_default();
    let count = count.split_whitespace().next().unwrap_or_default();
    let trials: u32 = count
        .parse()
        .map_err(|_| Error::Setting(format!("{handle} has no count: {text}")))?;
    let wrong = (1.0 - number(page, handle, "data-accuracy")?) * f64::from(trials);
    Tally::new(wrong.round() as u32, trials).map_err(|error| Error::Setting(error.to_string()))
}
