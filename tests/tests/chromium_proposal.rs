//! The run that the page of the training proposes, in Chromium on the CPU: what a visitor sees who presses Start and
//! changes nothing, and the same without a network.

use serde_json::{Value, json};
use twinglyph_e2e::browser::{Browser, Kind};
use twinglyph_e2e::page::{Look, Page, wait};
use twinglyph_e2e::training::{LIMIT, number, state, step_beyond};
use twinglyph_e2e::{Error, Result, app, native, replay};

/// Trials of the mosaic.
const SHOWN: usize = 20;

/// Points that the proposed run gains at least on held-out characters.
const POINTS: f64 = 8.0;

/// The choices of the mosaic: before the run, and now.
fn mosaic(page: &Page<'_>) -> Result<[Vec<u64>; 2]> {
    let script = "return ['data-before', 'data-chosen'].map(name =>\
        [...document.querySelectorAll('[data-testid=mosaic-trial]')].map(one => Number(one.getAttribute(name))))";
    let found = page.session().run(script, &[])?;
    let list = |at: usize| {
        let list = found[at].as_array().into_iter().flatten();
        list.filter_map(Value::as_u64).collect()
    };
    Ok([list(0), list(1)])
}

fn goes_to(page: &Page<'_>, hash: &str) -> Result<()> {
    let script = "location.hash = arguments[0]";
    page.session().run(script, &[json!(hash)]).map(drop)
}

/// The page of the training as it proposes its run.
fn open<'a>(browser: &'a Browser, url: &str) -> Result<Page<'a>> {
    let page = Page::open(browser, &format!("{url}?device=cpu#/train"))?;
    page.first_ranking()?;
    page.wait_for("finetune-start", "the page of the training", LIMIT)?;
    wait("the proposal", LIMIT, || {
        let told = page.text("finetune-step")?.unwrap_or_default();
        Ok(match told.contains("Ready") {
            true => Look::Done(()),
            false => Look::Not(told),
        })
    })?;
    Ok(page)
}

/// The file that the page gives as the kept model's.
fn exported(page: &Page<'_>) -> Result<Vec<u8>> {
    let script = "window.exported = null; const make = URL.createObjectURL;\
        URL.createObjectURL = blob => { blob.arrayBuffer().then(bytes => window.exported =\
        [...new Uint8Array(bytes)].map(byte => byte.toString(16).padStart(2, '0')).join(''));\
        return make(blob) }; HTMLAnchorElement.prototype.click = () => {}";
    page.session().run(script, &[])?;
    let script =
        "document.querySelector('[data-testid=kept-model] [data-testid=export-model]').click()";
    page.session().run(script, &[])?;
    let text = wait("the model's file", LIMIT, || {
        let text = page.session().run("return window.exported", &[])?;
        Ok(match text.as_str() {
            Some(text) => Look::Done(text.to_owned()),
            None => Look::Not("nothing".to_owned()),
        })
    })?;
    let bytes = text.as_bytes().chunks(2).map(|two| {
        let two = std::str::from_utf8(two).ok()?;
        u8::from_str_radix(two, 16).ok()
    });
    let bytes: Option<Vec<u8>> = bytes.collect();
    bytes.ok_or_else(|| Error::Setting("the file came damaged".to_owned()))
}

#[test]
fn the_proposed_run_visibly_learns() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let page = open(&browser, &server.url())?;
    page.click("finetune-start")?;
    page.wait_for("mosaic", "the answers before the run", LIMIT)?;
    let [before, now] = mosaic(&page)?;
    assert_eq!(before.len(), SHOWN);
    assert_eq!(before, now);
    assert_eq!(before, native::shown_choices(&native::weights("beginner"))?);

    // On every other page the head tells of it, and pauses it.
    goes_to(&page, "#/draw")?;
    step_beyond(&page, 0.0)?;
    let drawn = replay::cross(&page)?;
    assert!(!drawn.is_empty());
    let told = page.text("run-told")?.unwrap_or_default();
    assert!(told.contains("Training: step"), "{told}");
    page.click("run-pause")?;
    state(&page, "paused")?;
    let told = page.text("run-told")?.unwrap_or_default();
    assert!(told.contains("Paused at step"), "{told}");

    // A reload: the run goes on, and what was right before it is remembered.
    page.session().reload()?;
    page.first_ranking()?;
    goes_to(&page, "#/train")?;
    state(&page, "lost")?;
    page.click("finetune-resume")?;
    state(&page, "over")?;
    let [again, after] = mosaic(&page)?;
    assert_eq!(again, before);
    assert!(page.attribute("run-told", "hidden")?.is_some());

    let [was, is] =
        ["finetune-before", "finetune-after"].map(|handle| number(&page, handle, "data-accuracy"));
    let (was, is) = (100.0 * was?, 100.0 * is?);
    println!("FIGURE the proposed run: {was:.1} % right before, {is:.1} % after");
    assert!(is - was >= POINTS, "{was} {is}");
    let verdict = page.attribute("finetune-verdict", "data-verdict")?;
    assert_eq!(verdict.as_deref(), Some("better"));

    // The drawing on the pad by both networks.
    for side in ["ranked-before", "ranked-after"] {
        page.wait_for(side, "the drawing by both networks", LIMIT)?;
        let first = page.attribute(side, "data-character")?;
        assert!(first.is_some_and(|first| !first.is_empty()), "{side}");
    }

    // A trial of the mosaic is opened and closed; all of it fits a phone.
    page.click("mosaic-trial")?;
    page.wait_for("mosaic-opened", "the trial", LIMIT)?;
    page.session().resize(360, 740)?;
    assert!(!page.scrolls_sideways()?);
    page.session().resize(1200, 900)?;
    page.click("mosaic-trial")?;
    wait("the trial to be closed", LIMIT, || {
        Ok(match page.attribute("mosaic-opened", "class")? {
            None => Look::Done(()),
            Some(_) => Look::Not("it is open".to_owned()),
        })
    })?;

    // The same weights answer the same in the lab.
    page.click("finetune-keep")?;
    page.wait_for("kept-model", "the kept model", LIMIT)?;
    let path =
        std::env::temp_dir().join(format!("twinglyph-run-{}.safetensors", std::process::id()));
    std::fs::write(&path, exported(&page)?).map_err(|error| Error::Setting(error.to_string()))?;
    let chosen = native::shown_choices(&path.to_string_lossy());
    // What can't be removed is in a temporary folder.
    let _ = std::fs::remove_file(&path);
    assert_eq!(chosen?, after);
    Ok(())
}

#[test]
fn the_proposed_run_begins_without_a_network_after_one_visit() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let page = Page::open(&browser, &format!("{}?device=cpu", server.url()))?;
    page.first_ranking()?;
    goes_to(&page, "#/about")?;
    wait("what is kept", LIMIT, || {
        Ok(match page.attribute("kept", "data-rest")? {
            Some(rest) => Look::Done(rest),
            None => Look::Not("nothing is told".to_owned()),
        })
    })?;
    server.cut(true);
    page.session().reload()?;
    let page = open(&browser, &server.url())?;
    page.click("finetune-start")?;
    step_beyond(&page, 0.0)?;
    assert_eq!(page.text("finetune-told")?, None);
    assert_eq!(page.text("error")?, None);
    Ok(())
}
