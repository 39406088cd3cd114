//! The experiment of docs/accuracy.md: fine-tuning in the browser on five alphabets, tried on
//! characters of them that were held out. Arguments: steps, learning rate, and a weights file of
//! `compact` to begin with instead of the shipped one.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use twinglyph_e2e::browser::{Browser, Kind};
use twinglyph_e2e::page::{Look, Page, wait};
use twinglyph_e2e::{Error, Result, app};
use xtask::server::Instead;

/// Longer than any run that is worth waiting for.
const LIMIT: Duration = Duration::from_secs(900);

/// Evaluation alphabets, so new to the shipped weights, each with many characters alike.
const ALPHABETS: [&str; 5] = ["Angelic", "Glagolitic", "Gurmukhi", "Kannada", "Tibetan"];

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let mut argument = |usual: &str| arguments.next().unwrap_or_else(|| usual.to_owned());
    let (steps, rate) = (argument("150"), argument("0.0003"));
    let server = app::serve()?;
    if let Some(path) = arguments.next() {
        let bytes =
            std::fs::read(&path).map_err(|error| Error::Setting(format!("{path}: {error}")))?;
        server.replace("models/compact.safetensors", Instead::Bytes(bytes));
        println!("from {path}:");
    }
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let page = Page::open(&browser, &format!("{}?device=cpu#/train", server.url()))?;
    page.first_ranking()?;
    page.wait_for("finetune-start", "the page of the training", LIMIT)?;
    page.click("finetune-alphabets")?;
    wait("the alphabets", LIMIT, || {
        let script = "const boxes = arguments[0].map(name =>\
            document.querySelector(`input[data-alphabet=\"${name}\"]`));\
            if (boxes.includes(null)) return false;\
            document.querySelectorAll('input[data-alphabet]').forEach(box =>\
            box.checked !== boxes.includes(box) && box.click()); return true;";
        Ok(match page.session().run(script, &[json!(ALPHABETS)])? {
            Value::Bool(true) => Look::Done(()),
            other => Look::Not(other.to_string()),
        })
    })?;
    for (handle, value) in [("finetune-steps", &steps), ("finetune-rate", &rate)] {
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
    Ok(())
}
