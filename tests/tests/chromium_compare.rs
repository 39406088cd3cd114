//! Two networks on one drawing, `#/compare`, in Chromium on the CPU.

use std::time::Duration;

use serde_json::json;
use twinglyph_e2e::browser::{Browser, Kind};
use twinglyph_e2e::gesture::Pointer;
use twinglyph_e2e::page::{Look, Page, wait};
use twinglyph_e2e::server::Instead;
use twinglyph_e2e::{Result, app, faults};

/// A second engine and its support set on a busy machine.
const LIMIT: Duration = Duration::from_secs(90);

/// The rows of a side: character and similarity.
const ROWS: &str = "return [...document.querySelectorAll(`[data-testid=compare-${arguments[0]}-match]`)]\
    .map(row => [row.dataset.character, Number(row.dataset.similarity)])";

fn open<'a>(browser: &'a Browser, url: &str) -> Result<Page<'a>> {
    let page = Page::open(browser, url)?;
    page.first_ranking()?;
    goes_to(&page, "#/compare")?;
    page.wait_for("compare", "the page of two networks", LIMIT)?;
    Ok(page)
}

fn goes_to(page: &Page<'_>, hash: &str) -> Result<()> {
    let script = "location.hash = arguments[0]";
    page.session().run(script, &[json!(hash)]).map(drop)
}

/// Waits until both answers stay, with these networks.
fn settled(page: &Page<'_>, left: &str, right: &str) -> Result<()> {
    wait("both answers", LIMIT, || {
        let settled = page.attribute("compare", "data-settled")?;
        let chosen = [
            page.chosen("compare-left-select")?,
            page.chosen("compare-right-select")?,
        ];
        let is = settled.as_deref() == Some("true") && chosen == [left, right];
        Ok(if is && page.chosen("model-select")? == left {
            Look::Done(())
        } else {
            let state = page.attribute("compare-right-state", "data-state")?;
            Look::Not(format!(
                "{chosen:?}, {state:?}, {:?}, {:?}",
                page.text("compare-failed")?,
                page.engine()?
            ))
        })
    })
}

/// A row: character and similarity.
type Row = (String, f64);

fn rows(page: &Page<'_>, side: &str) -> Result<Vec<Row>> {
    let rows = page.session().run(ROWS, &[json!(side)])?;
    Ok(serde_json::from_value(rows).unwrap_or_default())
}

/// The first rows of the ranking of the page of the drawing.
fn in_use(page: &Page<'_>) -> Result<Vec<Row>> {
    let first = page.matches()?.into_iter().take(5);
    Ok(first.map(|one| (one.character, one.similarity)).collect())
}

/// Draws on the page's pad, blank before.
fn draw(page: &Page<'_>, strokes: &[Vec<[f32; 3]>]) -> Result<()> {
    let clear = "document.querySelector('[data-testid=compare-clear]').click()";
    page.session().run(clear, &[])?;
    let pad = page.pad_of("compare-pad")?;
    page.draw(Pointer::Mouse, &pad.paths(strokes, 0.0))
}

fn cross() -> Vec<Vec<[f32; 3]>> {
    vec![
        vec![[50.0, 20.0, 0.0], [51.0, 50.0, 0.0], [52.0, 80.0, 0.0]],
        vec![[20.0, 50.0, 0.0], [50.0, 49.0, 0.0], [80.0, 48.0, 0.0]],
    ]
}

fn bar() -> Vec<Vec<[f32; 3]>> {
    vec![vec![
        [20.0, 50.0, 0.0],
        [50.0, 49.0, 0.0],
        [80.0, 48.0, 0.0],
    ]]
}

/// Waits until the right side is in this state.
fn until_state(page: &Page<'_>, state: &str) -> Result<()> {
    wait(&format!("the right side {state}"), LIMIT, || {
        let now = page.attribute("compare-right-state", "data-state")?;
        Ok(if now.as_deref() == Some(state) {
            Look::Done(())
        } else {
            Look::Not(format!("{now:?}"))
        })
    })
}

#[test]
fn each_side_is_ranked_as_by_the_network_in_use() -> Result<()> {
    let server = app::serve()?;
    // Leaders answer who they are; helpers have other names.
    let tells = "when('who', () => new BroadcastChannel('leaders').postMessage(self.name));";
    faults::in_worker(&server, tells)?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let page = open(&browser, &format!("{}?device=cpu#/draw", server.url()))?;
    settled(&page, "deep", "compact")?;
    draw(&page, &cross())?;
    settled(&page, "deep", "compact")?;
    let [left, right] = [rows(&page, "left")?, rows(&page, "right")?];
    assert_eq!(left, in_use(&page)?);
    assert_eq!(right.len(), 5);
    assert_ne!(left, right);
    let verdict = page.attribute("compare-together", "data-verdict")?;
    let agree = left[0].0 == right[0].0;
    assert_eq!(
        verdict.as_deref(),
        Some(if agree { "agree" } else { "differ" })
    );
    let spoken = page.text("compare-spoken")?.unwrap_or_default();
    let together = page.text("compare-together")?.unwrap_or_default();
    let letters = |text: &str| text.split_whitespace().collect::<String>();
    assert_eq!(letters(&spoken), letters(&together));

    page.click("compare-swap")?;
    settled(&page, "compact", "deep")?;
    assert_eq!([rows(&page, "right")?, rows(&page, "left")?], [left, right]);
    assert_eq!(rows(&page, "left")?, in_use(&page)?);

    // Another set: both rank it.
    page.choose("alphabet-select", "Korean")?;
    wait("the other set", LIMIT, || {
        let rows = rows(&page, "right")?;
        let character = rows.into_iter().next().unwrap_or_default().0;
        Ok(if character.starts_with("Korean/") {
            Look::Done(())
        } else {
            Look::Not(character)
        })
    })?;
    settled(&page, "compact", "deep")?;
    assert_eq!(rows(&page, "left")?, in_use(&page)?);

    page.session().resize(390, 844)?;
    assert!(!page.scrolls_sideways()?);
    let tops = "return [...document.querySelectorAll('.compare .side')].map(e => e.getBoundingClientRect().top)";
    let tops = page.session().run(tops, &[])?;
    assert_eq!(tops[0], tops[1], "the sides stand beside each other");

    // The second worker is there as long as the page is looked at.
    let listen = "window.leaders = []; window.hears = new BroadcastChannel('leaders');\
        hears.onmessage = event => event.data.includes('models/') && leaders.push(event.data)";
    page.session().run(listen, &[])?;
    for (hash, expected) in [("#/compare", 2), ("#/draw", 1)] {
        goes_to(&page, hash)?;
        wait("the leaders to answer", LIMIT, || {
            page.session().run("leaders.length = 0", &[])?;
            faults::say(&page, "who")?;
            std::thread::sleep(Duration::from_millis(500));
            let leaders = page.session().run("return leaders", &[])?;
            Ok(if leaders.as_array().map(Vec::len) == Some(expected) {
                Look::Done(())
            } else {
                Look::Not(leaders.to_string())
            })
        })?;
    }
    goes_to(&page, "#/compare")?;
    settled(&page, "compact", "deep")
}

#[test]
fn a_network_that_fails_says_so_and_the_other_goes_on() -> Result<()> {
    const FILE: &str = "models/compact.safetensors";
    let server = app::serve()?;
    faults::in_worker(
        &server,
        "if (self.name.includes('compact')) when('end', close);",
    )?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    server.replace(FILE, Instead::Missing);
    let page = open(&browser, &format!("{}?device=cpu#/draw", server.url()))?;
    until_state(&page, "failed")?;
    let told = page.text("compare-failed")?.unwrap_or_default();
    assert!(told.contains(FILE), "{told}");
    draw(&page, &cross())?;
    page.settle()?;
    assert_eq!(rows(&page, "left")?, in_use(&page)?);
    assert_eq!(rows(&page, "right")?, []);
    assert_eq!(page.text("error")?, None);

    page.choose("compare-right-select", "beginner")?;
    settled(&page, "deep", "beginner")?;
    server.restore();
    faults::in_worker(
        &server,
        "if (self.name.includes('compact')) when('end', close);",
    )?;
    page.choose("compare-right-select", "compact")?;
    settled(&page, "deep", "compact")?;

    // Its worker is ended, which its silence tells.
    faults::say(&page, "end")?;
    draw(&page, &bar())?;
    until_state(&page, "failed")?;
    let told = page.text("compare-failed")?.unwrap_or_default();
    assert!(told.contains("stopped answering"), "{told}");
    assert_eq!(rows(&page, "left")?, in_use(&page)?);
    page.click("compare-again")?;
    settled(&page, "deep", "compact")?;
    assert_eq!(page.text("error")?, None);

    // A large one is on its way when another one is chosen.
    server.replace(
        "models/koch.safetensors",
        Instead::Slow(Duration::from_millis(200)),
    );
    page.choose("compare-right-select", "koch")?;
    until_state(&page, "loading")?;
    page.click("compare-cancel")?;
    until_state(&page, "cancelled")?;
    for name in ["beginner", "koch", "compact", "beginner", "compact"] {
        page.choose("compare-right-select", name)?;
    }
    settled(&page, "deep", "compact")?;
    page.choose("compare-left-select", "compact")?;
    until_state(&page, "off")?;
    Ok(())
}

#[test]
fn a_trained_network_stands_beside_what_it_was_trained_from() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let page = open(&browser, &format!("{}?device=cpu#/draw", server.url()))?;
    settled(&page, "deep", "compact")?;
    goes_to(&page, "#/train")?;
    page.wait_for("import-model", "the page of the training", LIMIT)?;
    // A file as a run keeps it, which says what it was trained from.
    let import = "fetch('models/compact.safetensors').then(file => file.arrayBuffer()).then(old => {\
        const length = Number(new DataView(old).getBigUint64(0, true));\
        const header = JSON.parse(new TextDecoder().decode(new Uint8Array(old, 8, length)));\
        header.__metadata__.from = 'beginner';\
        const text = new TextEncoder().encode(JSON.stringify(header));\
        const size = new DataView(new ArrayBuffer(8));\
        size.setBigUint64(0, BigInt(text.length), true);\
        const files = new DataTransfer();\
        files.items.add(new File([size.buffer, text, old.slice(8 + length)], 'mine.safetensors'));\
        const input = document.querySelector('[data-testid=import-model]');\
        input.files = files.files;\
        input.dispatchEvent(new Event('change', { bubbles: true })); });";
    page.session().run(import, &[])?;
    page.wait_for("kept-model", "the imported model", LIMIT)?;
    goes_to(&page, "#/compare")?;
    page.choose("compare-right-select", "my/mine")?;
    settled(&page, "deep", "my/mine")?;
    page.click("compare-trained")?;
    settled(&page, "my/mine", "beginner")?;
    assert_eq!(page.text("compare-trained")?, None);
    assert_ne!(rows(&page, "left")?, rows(&page, "right")?);

    // One that is not kept any more.
    page.choose("compare-left-select", "deep")?;
    page.choose("compare-right-select", "my/mine")?;
    settled(&page, "deep", "my/mine")?;
    goes_to(&page, "#/draw")?;
    let forget = "const done = arguments[0];\
        (async () => { const root = await navigator.storage.getDirectory();\
        for await (const name of root.keys()) await root.removeEntry(name, { recursive: true });\
        })().then(() => done(true), error => done(String(error)))";
    assert_eq!(page.session().run_async(forget, &[])?, json!(true));
    goes_to(&page, "#/compare")?;
    until_state(&page, "failed")?;
    let told = page.text("compare-failed")?.unwrap_or_default();
    assert!(told.contains("my/mine"), "{told}");
    page.choose("compare-right-select", "compact")?;
    settled(&page, "deep", "compact")
}
