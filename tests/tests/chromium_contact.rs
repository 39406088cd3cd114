//! Contact sheets in Chromium: read beside the page, and looked over before anything is added.

use std::time::Duration;

use serde_json::{Value, json};
use twinglyph_e2e::browser::{Browser, Kind};
use twinglyph_e2e::contact::{give, lined, picture};
use twinglyph_e2e::page::{Look, Page, says, wait};
use twinglyph_e2e::server::{Instead, Server};
use twinglyph_e2e::training::{LIMIT, set};
use twinglyph_e2e::{Result, app, faults};

fn open<'a>(browser: &'a Browser, server: &Server) -> Result<Page<'a>> {
    let url = format!("{}?device=cpu&model=compact#/teach", server.url());
    let page = Page::open(browser, &url)?;
    page.wait_for("teach-pad", "the page of one's own", LIMIT)?;
    Ok(page)
}

/// Is no sheet looked over?
fn is_closed(page: &Page<'_>) -> Result<bool> {
    let script = "return !document.querySelector('[data-testid=cells]').open";
    Ok(page.session().run(script, &[])? == json!(true))
}

fn shelf(page: &Page<'_>) -> Result<Value> {
    let script = "return document.querySelectorAll('[data-testid=teach-class]').length";
    page.session().run(script, &[])
}

/// Ends of the lines, as parts of the picture's sides: across, then down.
fn lines(page: &Page<'_>) -> Result<Vec<[f64; 4]>> {
    let script = "const svg = document.querySelector('[data-testid=cells-grid]');\
        const box = svg.viewBox.baseVal;\
        return [...svg.lastElementChild.getAttribute('d').matchAll(/M(\\S+) (\\S+)L(\\S+) ([^M]+)/g)]\
          .map(([, ...ends]) => ends.map((end, at) => end / (at % 2 ? box.height : box.width)))";
    let found = page.session().run(script, &[])?;
    Ok(serde_json::from_value(found).unwrap_or_default())
}

#[test]
fn the_grid_is_drawn_on_the_sheet_and_follows_what_is_corrected() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let page = open(&browser, &server)?;
    give(
        &page,
        "teach-sheet",
        &[("sheet.png", &picture(&page, 4, 3, 105)?)],
    )?;
    page.wait_for("cells-grid", "the grid", LIMIT)?;
    says(&page, "cells-count", "3 x 4 cells, 11 with ink")?;
    let drawn = lines(&page)?;
    assert_eq!(drawn.len(), 4 + 5);
    for (at, line) in drawn[..4].iter().enumerate() {
        let y = at as f64 / 3.0;
        for (found, expected) in line.iter().zip([0.0, y, 1.0, y]) {
            assert!((found - expected).abs() < 0.01, "{line:?}");
        }
    }
    // The sheet itself lies below the lines.
    let shown = "const canvas = document.querySelector('[data-testid=cells-picture]');\
        const copy = document.createElement('canvas'); copy.width = copy.height = 64;\
        const context = copy.getContext('2d'); context.drawImage(canvas, 0, 0, 64, 64);\
        const pixels = context.getImageData(0, 0, 64, 64).data;\
        const svg = document.querySelector('[data-testid=cells-grid]').getBoundingClientRect();\
        const own = canvas.getBoundingClientRect();\
        return [pixels.some((value, at) => at % 4 === 0 && value < 128),\
          Math.abs(svg.width - own.width) < 4 && Math.abs(svg.height - own.height) < 4]";
    assert_eq!(page.session().run(shown, &[])?, json!([true, true]));

    // Wrong numbers are told, and what was found stays.
    set(&page, "cells-rows", 7)?;
    page.click("cells-find")?;
    says(&page, "cells-said", "would be cut through")?;
    assert_eq!(lines(&page)?.len(), 4 + 5);
    set(&page, "cells-rows", 3)?;
    set(&page, "cells-columns", 2)?;
    page.click("cells-find")?;
    says(&page, "cells-count", "3 x 2 cells")?;
    assert_eq!(lines(&page)?.len(), 4 + 3);
    set(&page, "cells-columns", 4)?;
    page.click("cells-find")?;
    says(&page, "cells-count", "3 x 4 cells, 11 with ink")?;
    assert_eq!(shelf(&page)?, json!(0), "something is added unseen");
    page.click("cells-add")?;
    says(&page, "teach-told", "3 characters with 11 examples")?;
    assert!(is_closed(&page)?);
    assert_eq!(shelf(&page)?, json!(3));

    // Cancelled, nothing is added.
    let lined = lined(&page, 3, 2)?;
    give(&page, "teach-sheet", &[("lined.png", &lined)])?;
    says(&page, "cells-count", "2 x 3 cells, 5 with ink")?;
    let turned = lines(&page)?;
    assert!(turned.iter().all(|line| {
        let ends = [line[0] - line[2], line[1] - line[3]];
        ends.iter().all(|end| end.abs() > 0.005)
    }));
    page.click("cells-cancel")?;
    assert!(is_closed(&page)?);
    assert_eq!(shelf(&page)?, json!(3));
    assert_eq!(page.text("error")?, None);
    Ok(())
}

/// Puts this in place of the worker's own script.
fn instead(server: &Server, script: &str) -> Result<()> {
    let file = app::file("paper/worker-", ".js")?;
    server.replace(&file, Instead::Bytes(script.as_bytes().to_vec()));
    Ok(())
}

/// A sheet fails for this reason and the set stays; the next sheet starts another worker.
fn fails_once(script: &str, told: &str) -> Result<()> {
    let server = app::serve()?;
    instead(&server, script)?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    faults::in_page(browser.session(), faults::HURRY)?;
    let page = open(&browser, &server)?;
    let sheet = picture(&page, 3, 2, 105)?;
    give(&page, "teach-sheet", &[("sheet.png", &sheet)])?;
    says(&page, "teach-told", told)?;
    says(&page, "teach-told", "Your set is as it was.")?;
    assert!(is_closed(&page)?);
    server.restore();
    faults::no_hurry(&page)?;
    give(&page, "teach-sheet", &[("sheet.png", &sheet)])?;
    says(&page, "cells-count", "2 x 3 cells, 5 with ink")
}

#[test]
fn a_worker_that_dies_is_told_and_the_next_sheet_starts_another() -> Result<()> {
    let script = "onmessage = () => { throw new Error('dead') }";
    fails_once(script, "reading this picture failed")
}

#[test]
fn a_silent_worker_is_told_and_the_next_sheet_starts_another() -> Result<()> {
    fails_once("onmessage = () => undefined", "took too long")
}

#[test]
fn a_worker_that_dies_at_a_correction_takes_no_sheet_away() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    // The first worker dies when it is asked for the second time.
    let dies = "const own = Worker.prototype.postMessage; let asked = 0;\
        Worker.prototype.postMessage = function (message, ...more) {\
          if (message?.ask && ++asked === 2) { this.onerror({ message: 'dead', preventDefault() {} }); return; }\
          own.call(this, message, ...more); };";
    faults::in_page(browser.session(), dies)?;
    let page = open(&browser, &server)?;
    let sheet = picture(&page, 4, 3, 105)?;
    give(&page, "teach-sheet", &[("sheet.png", &sheet)])?;
    says(&page, "cells-count", "3 x 4 cells, 11 with ink")?;
    set(&page, "cells-columns", 2)?;
    page.click("cells-find")?;
    says(&page, "cells-said", "reading this picture failed")?;
    says(&page, "cells-count", "3 x 4 cells, 11 with ink")?;
    // Asked again, another worker reads the sheet anew.
    page.click("cells-find")?;
    says(&page, "cells-count", "3 x 2 cells")?;
    let said = page.text("cells-said")?.unwrap_or_default();
    assert!(!said.contains("failed"), "{said}");
    page.click("cells-add")?;
    says(&page, "teach-told", "3 characters")
}

/// A scan of an A4 sheet at 300 dots per inch: 10 rows of 14 drawings without lines, on uneven paper.
fn scan(page: &Page<'_>) -> Result<Vec<u8>> {
    let script = "const done = arguments[0], canvas = document.createElement('canvas');\
        [canvas.width, canvas.height] = [2480, 3508]; const context = canvas.getContext('2d');\
        const paper = context.createLinearGradient(0, 0, 2480, 3508);\
        paper.addColorStop(0, '#fffdf4'); paper.addColorStop(1, '#d8d4c8');\
        context.fillStyle = paper; context.fillRect(0, 0, 2480, 3508);\
        const signs = ['M20 52h65M52 20v65', 'M30 20v60h50', 'M30 25L75 80M75 25L30 80'];\
        context.strokeStyle = '#223'; context.lineWidth = 4; context.lineCap = 'round';\
        for (let row = 0; row < 10; row += 1) for (let column = 0; column < 14; column += 1) {\
          context.setTransform(1.5, 0, 0, 3, 40 + column * 171, 50 + row * 340);\
          context.rotate(0.02 * (column % 5)); context.stroke(new Path2D(signs[row % 3]));\
        }\
        canvas.toBlob(async blob => { window.scan = new File([blob], 'scan.jpg'); done([...new Uint8Array(1)]); },\
          'image/jpeg', 0.9)";
    page.session().run_async(script, &[])?;
    Ok(Vec::new())
}

#[test]
fn a_scan_is_read_beside_the_page() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let page = open(&browser, &server)?;
    scan(&page)?;
    set(&page, "teach-rows", 10)?;
    set(&page, "teach-columns", 14)?;
    // What the page itself does with its opening is over then.
    std::thread::sleep(Duration::from_secs(3));
    page.watch_tasks()?;
    let choose = "const input = document.querySelector('[data-testid=teach-sheet]');\
        const files = new DataTransfer(); files.items.add(window.scan); input.files = files.files;\
        input.dispatchEvent(new Event('change', { bubbles: true }))";
    page.session().run(choose, &[])?;
    wait("the cells", LIMIT, || {
        let found = page.text("cells-count")?.unwrap_or_default();
        let told = page.text("teach-told")?.unwrap_or_default();
        Ok(
            if found.contains("10 x 14 cells") || told.contains("Found: 10") {
                Look::Done(())
            } else {
                Look::Not(format!("{found} {told}"))
            },
        )
    })?;
    std::thread::sleep(Duration::from_millis(300));
    println!(
        "FIGURE a scan of 8.7 megapixels: tasks of the page above 50 ms: {:?} ms",
        page.long_tasks()?
    );
    Ok(())
}
