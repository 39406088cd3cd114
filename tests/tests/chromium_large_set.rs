//! The largest set of one's own that there is, in Chromium: thousands of characters with two drawings each.
//!
//! Promised is what no machine's speed changes: how many rows come or change in one task, that all are there
//! in the end, that they are ranked, and that nothing made is lost. Times are printed.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use twinglyph_core::own::{MAX_CLASSES, OwnClass, OwnSet};
use twinglyph_e2e::browser::{Browser, Kind};
use twinglyph_e2e::gesture::Pointer;
use twinglyph_e2e::page::{Look, Page, wait};
use twinglyph_e2e::training::LIMIT;
use twinglyph_e2e::{Error, Result, app};

/// Most rows that may come, go or change their picture between two turns of the page: those of two slices of
/// 64, in each of two lists.
const ROWS: u64 = 256;

/// Rows of all lists.
const ROW: &str = "[data-testid=teach-class], [data-testid=support-item], [data-testid=match], \
    [data-testid=map-point]";

/// An alphabet that is shown as a whole, and its characters.
const SMALL: (&str, usize) = ("Greek", 24);

/// Characters of the bundled alphabets, by two drawers each; as there are too few, some once more by two others.
fn large() -> Result<OwnSet> {
    let mut classes = Vec::new();
    for drawers in [0..2, 2..4] {
        for entry in app::manifest()?.alphabets() {
            let alphabet = app::alphabet(&entry.name)?;
            for character in 0..alphabet.characters() {
                let drawings = drawers.clone();
                let drawings = drawings.filter_map(|drawer| alphabet.drawing(character, drawer));
                let name = format!("{} {} {}", entry.name, character + 1, drawers.end);
                classes.push(OwnClass::new(&name, drawings.cloned()));
            }
        }
    }
    classes.truncate(MAX_CLASSES);
    Ok(OwnSet {
        name: "All".to_owned(),
        classes,
    })
}

/// Counts the rows that come or go in each task from now on, and the pictures that change.
fn watch_rows(page: &Page<'_>) -> Result<()> {
    let script = "const row = arguments[0], channel = new MessageChannel();\
        const tasks = window.rowTasks = []; let rows = 0, asked = false;\
        channel.port1.onmessage = () => { tasks.push(rows); rows = 0; asked = false; };\
        const count = node => node.nodeType !== 1 ? 0 :\
          node.querySelectorAll(row).length + (node.matches(row) ? 1 : 0);\
        new MutationObserver(records => {\
          for (const record of records) {\
            if (record.type === 'attributes') { rows += 1; continue; }\
            for (const node of record.addedNodes) rows += count(node);\
            for (const node of record.removedNodes) rows += count(node);\
          }\
          if (!asked) { asked = true; channel.port2.postMessage(0); }\
        }).observe(document.body,\
          { childList: true, subtree: true, attributes: true, attributeFilter: ['d'] })";
    page.session().run(script, &[json!(ROW)]).map(drop)?;
    page.watch_tasks()
}

/// What came since [`watch_rows`] was so little in each task; says how long the longest took.
fn came_in_parts(page: &Page<'_>, what: &str) -> Result<()> {
    let tasks = page.session().run("return rowTasks", &[])?;
    let most = tasks.as_array().into_iter().flatten();
    let most = most.filter_map(Value::as_u64).max().unwrap_or(0);
    let mut long = page.long_tasks()?;
    long.sort_by(|one, other| other.total_cmp(one));
    long.truncate(5);
    println!("{what}: at most {most} rows a task; longest tasks, ms: {long:?}");
    assert!(most <= ROWS, "{what}: {most} rows in one task");
    Ok(())
}

fn until_rows(page: &Page<'_>, handle: &str, count: usize) -> Result<()> {
    let script = "return document.querySelectorAll(`[data-testid=${arguments[0]}]`).length";
    wait("the rows", LIMIT, || {
        let found = page.session().run(script, &[json!(handle)])?;
        Ok(if found == json!(count) {
            Look::Done(())
        } else {
            Look::Not(format!("{found} {handle}, {:?}", page.text("error")?))
        })
    })
}

/// The characters of a list, as they are called.
fn called(page: &Page<'_>, handle: &str, by: &str) -> Result<Vec<String>> {
    let script = "return [...document.querySelectorAll(`[data-testid=${arguments[0]}]`)]\
        .map(row => row.dataset[arguments[1]])";
    let names = page.session().run(script, &[json!(handle), json!(by)])?;
    Ok(serde_json::from_value(names).unwrap_or_default())
}

#[test]
fn thousands_of_characters_hold_nothing_up() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let set = large()?;
    let names: Vec<String> = set.classes.iter().map(|class| class.name.clone()).collect();
    let bytes = set
        .encode()
        .map_err(|error| Error::Setting(error.to_string()))?;
    let file = std::env::temp_dir().join(format!("large-{}.twinset", std::process::id()));
    std::fs::write(&file, bytes).map_err(|error| Error::Setting(error.to_string()))?;

    // Opened as a file.
    let page = Page::open(&browser, &format!("{}?device=cpu#/teach", server.url()))?;
    page.wait_for("teach-pad", "the page of teaching", LIMIT)?;
    page.session().patience(Duration::from_secs(120))?;
    watch_rows(&page)?;
    let start = Instant::now();
    let field = page.session().find("[data-testid=teach-open]")?;
    page.session().send_keys(&field, &file.to_string_lossy())?;
    until_rows(&page, "teach-class", MAX_CLASSES)?;
    println!("opening: {:.0?}", start.elapsed());
    came_in_parts(&page, "opening")?;
    // Nobody needs it any more.
    let _ = std::fs::remove_file(&file);
    assert_eq!(called(&page, "teach-class", "name")?, names);

    // A change, and a reload right after it.
    watch_rows(&page)?;
    let rename = "const field = document.querySelectorAll('[data-testid=teach-rename]')[700];\
        field.value = arguments[0]; field.dispatchEvent(new Event('change', { bubbles: true }))";
    page.session().run(rename, &[json!("first")])?;
    std::thread::sleep(Duration::from_secs(1));
    came_in_parts(&page, "renaming")?;
    let reload = format!("{rename}; location.reload()");
    page.session().run(&reload, &[json!("renamed")])?;
    wait("the renamed character", LIMIT, || {
        let found = called(&page, "teach-class", "name")?;
        let is_there =
            found.len() == MAX_CLASSES && found.get(700).is_some_and(|one| one == "renamed");
        Ok(if is_there {
            Look::Done(())
        } else {
            Look::Not(format!("{} rows, {:?}", found.len(), found.get(700)))
        })
    })?;

    // Compared with: all classes are there, and all are ranked.
    watch_rows(&page)?;
    let start = Instant::now();
    page.click("teach-use")?;
    page.wait_for("support-item", "the support set", LIMIT)?;
    let pad = page.pad()?;
    println!("pad: {:.0?}", start.elapsed());
    let strokes = [
        vec![[30.0, 20.0, 0.5], [40.0, 60.0, 0.5], [70.0, 50.0, 0.5]],
        vec![[20.0, 80.0, 0.5], [80.0, 80.0, 0.5]],
    ];
    page.draw(Pointer::Mouse, &pad.paths(&strokes[..1], 1.0))?;
    page.wait_for("match", "the first ranking", LIMIT)?;
    println!("first ranking: {:.0?}", start.elapsed());
    until_rows(&page, "support-item", MAX_CLASSES)?;
    until_rows(&page, "match", MAX_CLASSES)?;
    came_in_parts(&page, "comparing")?;
    let engine = page.first_ranking()?;
    println!("whole ranking: {:.0?}, {engine:?}", start.elapsed());

    // Once more, opened at the page of the drawing.
    page.session().reload()?;
    page.watch_tasks()?;
    let engine = page.first_ranking()?;
    until_rows(&page, "match", MAX_CLASSES)?;
    println!(
        "a visit: {engine:?}, longest task {:.0} ms",
        page.longest_task_at_opening()?
    );
    let similarities: Vec<f64> = page.matches()?.iter().map(|one| one.similarity).collect();
    assert!(similarities.is_sorted_by(|one, other| one >= other));
    watch_rows(&page)?;
    page.draw(Pointer::Mouse, &page.pad()?.paths(&strokes[1..], 1.0))?;
    let engine = page.first_ranking()?;
    println!("next ranking: {engine:?}");
    came_in_parts(&page, "another stroke")?;

    // The map of all of them, and a small alphabet in their place.
    watch_rows(&page)?;
    let start = Instant::now();
    page.click("map-toggle")?;
    until_rows(&page, "map-point", MAX_CLASSES)?;
    println!("map: {:.0?}", start.elapsed());
    came_in_parts(&page, "map")?;
    watch_rows(&page)?;
    page.draw(Pointer::Mouse, &page.pad()?.paths(&strokes[..1], 1.0))?;
    page.first_ranking()?;
    came_in_parts(&page, "a stroke beside the map")?;
    watch_rows(&page)?;
    let choose = "const select = document.querySelector('[data-testid=alphabet-select]');\
        select.value = arguments[0]; select.dispatchEvent(new Event('change', { bubbles: true }))";
    page.session().run(choose, &[json!(SMALL.0)])?;
    for list in ["support-item", "match", "map-point"] {
        until_rows(&page, list, SMALL.1)?;
    }
    came_in_parts(&page, "a small alphabet")?;
    assert_eq!(page.text("error")?, None);
    Ok(())
}
