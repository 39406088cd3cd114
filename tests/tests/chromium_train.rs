//! The page of the training, in Chromium on the CPU: a run from its start to a model in use, and
//! what interrupts it.

use std::time::Duration;

use serde_json::{Value, json};
use twinglyph_e2e::browser::{Browser, Kind};
use twinglyph_e2e::page::{Look, Page, wait};
use twinglyph_e2e::{Result, app};

/// A few steps on a busy machine.
const LIMIT: Duration = Duration::from_secs(120);

/// Opens the page with the first invented alphabet chosen, and so many steps of a small batch.
fn open<'a>(browser: &'a Browser, url: &str, steps: u32) -> Result<Page<'a>> {
    let page = Page::open(browser, &format!("{url}#/train"))?;
    page.first_ranking()?;
    page.wait_for("finetune-start", "the page of the training", LIMIT)?;
    page.click("finetune-alphabets")?;
    wait("the invented alphabets", LIMIT, || {
        let script = "const boxes = document.querySelectorAll('input[data-alphabet]');\
            if (!boxes.length) return false; const box = boxes[boxes.length - 1];\
            boxes.forEach(one => one.checked !== (one === box) && one.click()); return true;";
        Ok(match page.session().run(script, &[])? {
            Value::Bool(true) => Look::Done(()),
            other => Look::Not(other.to_string()),
        })
    })?;
    for (handle, value) in [("finetune-steps", steps), ("finetune-characters", 5)] {
        let script = "const field = document.querySelector(`[data-testid=${arguments[0]}]`);\
            field.value = arguments[1]; field.dispatchEvent(new Event('change', { bubbles: true }));";
        page.session().run(script, &[json!(handle), json!(value)])?;
    }
    Ok(page)
}

fn state(page: &Page<'_>, wanted: &str) -> Result<()> {
    wait(&format!("the run to be {wanted}"), LIMIT, || {
        let state = page
            .attribute("finetune-step", "data-state")?
            .unwrap_or_default();
        Ok(if state == wanted {
            Look::Done(())
        } else {
            Look::Not(format!(
                "{state}: {:?}, {:?}",
                page.text("finetune-step")?,
                page.text("finetune-told")?
            ))
        })
    })
}

fn number(page: &Page<'_>, handle: &str, attribute: &str) -> Result<f64> {
    let text = page.attribute(handle, attribute)?.unwrap_or_default();
    Ok(text.parse().unwrap_or(f64::NAN))
}

fn step_beyond(page: &Page<'_>, step: f64) -> Result<()> {
    wait("the run to go on", LIMIT, || {
        let now = number(page, "finetune-step", "data-step")?;
        Ok(if now > step {
            Look::Done(())
        } else {
            Look::Not(now.to_string())
        })
    })
}

#[test]
fn a_run_is_paused_interrupted_resumed_kept_and_used() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let page = open(&browser, &format!("{}?device=cpu", server.url()), 60)?;
    page.click("finetune-start")?;
    state(&page, "going")?;
    step_beyond(&page, 0.0)?;
    page.click("finetune-pause")?;
    state(&page, "paused")?;
    let paused = number(&page, "finetune-step", "data-step")?;
    assert_eq!(number(&page, "finetune-step", "data-kept")?, paused);

    // A reload in the middle: the run goes on from its checkpoint.
    page.session().reload()?;
    page.first_ranking()?;
    state(&page, "lost")?;
    page.click("finetune-resume")?;
    state(&page, "going")?;
    step_beyond(&page, paused)?;
    // A drawing is ranked meanwhile.
    let before = page.engine()?.ranked;
    page.session().run("location.hash = '#/draw'", &[])?;
    page.click("next-example")?;
    let engine = page.settle()?;
    assert!(engine.ranked > before, "{engine:?}");
    page.session().run("location.hash = '#/train'", &[])?;
    state(&page, "over")?;
    let [before, after] =
        ["finetune-before", "finetune-after"].map(|handle| number(&page, handle, "data-accuracy"));
    let (before, after) = (before?, after?);
    println!(
        "FIGURE 60 small steps on an invented alphabet: {before:.2} right before, {after:.2} after"
    );
    assert!((0.0..=1.0).contains(&before) && (0.0..=1.0).contains(&after));

    page.click("finetune-keep")?;
    page.wait_for("kept-model", "the kept model", LIMIT)?;
    let name = page
        .attribute("kept-model", "data-model")?
        .unwrap_or_default();
    assert!(name.starts_with("my/"), "{name}");
    page.click("use-model")?;
    wait("the model in use", LIMIT, || {
        let script = "return document.querySelector('[data-testid=model-select]').value";
        let used = page.session().run(script, &[])?;
        Ok(if used == json!(name) {
            Look::Done(())
        } else {
            Look::Not(used.to_string())
        })
    })?;
    page.session().run("location.hash = '#/draw'", &[])?;
    page.click("next-example")?;
    page.settle()?;
    assert!(!page.matches()?.is_empty());

    // It is still there after a reload, until it is deleted.
    page.session().reload()?;
    page.first_ranking()?;
    page.session().run("location.hash = '#/train'", &[])?;
    page.wait_for("kept-model", "the kept model after a reload", LIMIT)?;
    page.click("delete-model")?;
    wait("the model to be gone", LIMIT, || {
        let script = "return document.querySelectorAll('[data-testid=kept-model]').length";
        let left = page.session().run(script, &[])?;
        Ok(if left == json!(0) {
            Look::Done(())
        } else {
            Look::Not(left.to_string())
        })
    })?;
    assert_eq!(page.text("error")?, None);
    Ok(())
}

#[test]
fn a_worker_that_dies_in_a_run_goes_on_from_the_checkpoint() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let url = format!("{}?device=cpu&fault=panic&when=train", server.url());
    let page = open(&browser, &url, 45)?;
    page.click("finetune-start")?;
    state(&page, "over")?;
    assert_eq!(number(&page, "finetune-step", "data-step")?, 45.0);
    // The person was told that the worker was replaced.
    assert!(page.text("error")?.is_some());
    Ok(())
}

#[test]
fn damaged_files_are_refused_and_whole_ones_kept() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let page = open(&browser, &format!("{}?device=cpu", server.url()), 10)?;
    // A file as the person would choose it, cut after so many bytes.
    let import = |bytes: i64| -> Result<()> {
        let script = "const done = arguments[arguments.length - 1];\
            fetch('models/compact.safetensors').then(file => file.arrayBuffer()).then(bytes => {\
            const files = new DataTransfer();\
            files.items.add(new File([bytes.slice(0, arguments[0])], 'other.safetensors'));\
            const input = document.querySelector('[data-testid=import-model]');\
            input.files = files.files;\
            input.dispatchEvent(new Event('change', { bubbles: true })); });";
        page.session().run(script, &[json!(bytes)]).map(drop)
    };
    import(100_000)?;
    page.wait_for("error", "a message about the damaged file", LIMIT)?;
    let told = page.text("error")?.unwrap_or_default();
    assert!(told.contains("safetensors"), "{told}");
    assert_eq!(page.attribute("kept-model", "data-model")?, None);
    import(100_000_000)?;
    page.wait_for("kept-model", "the imported model", LIMIT)?;
    assert_eq!(
        page.attribute("kept-model", "data-model")?.as_deref(),
        Some("my/other")
    );
    Ok(())
}
