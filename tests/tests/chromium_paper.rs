//! Photos of paper in Chromium: read beside the page, looked over, and added as one step.

use std::time::Duration;

use serde_json::{Value, json};
use twinglyph_e2e::browser::{Browser, Kind};
use twinglyph_e2e::faults::{self, HURRY};
use twinglyph_e2e::page::{Look, Page, wait};
use twinglyph_e2e::paper::{
    CHARACTERS, choose, choose_boxes, choose_files, choose_turned, is_closed, rows, until_boxes,
    until_said,
};
use twinglyph_e2e::server::{Instead, Server};
use twinglyph_e2e::{Result, app, training::LIMIT};

/// A photo as it is drawn, pixels.
const PHOTO: (u32, u32) = (1_200, 900);

/// A name that no character gets by its file.
const FILE: &str = "IMG_20260101_093000.jpg";

fn open<'a>(browser: &'a Browser, server: &Server) -> Result<Page<'a>> {
    let url = format!("{}?device=cpu&model=compact#/teach", server.url());
    let page = Page::open(browser, &url)?;
    page.wait_for("teach-pictures", "the page of one's own", LIMIT)?;
    Ok(page)
}

/// Names of the characters on the shelf.
fn shelf(page: &Page<'_>) -> Result<Value> {
    let script = "return [...document.querySelectorAll('[data-testid=teach-class]')]\
        .map(row => row.dataset.name).join(' ')";
    page.session().run(script, &[])
}

fn until_shelf(page: &Page<'_>, expected: &str) -> Result<()> {
    wait("the shelf", LIMIT, || {
        let shelf = shelf(page)?;
        Ok(if shelf == json!(expected) {
            Look::Done(())
        } else {
            Look::Not(shelf.to_string())
        })
    })
}

/// Writes into the field for all names, and gives them.
fn name(page: &Page<'_>, names: &str) -> Result<()> {
    let field = page.session().find("[data-testid=review-names]")?;
    page.session().send_keys(&field, names)?;
    page.click("review-give")
}

#[test]
fn a_page_of_twelve_is_looked_over_and_added_as_one_step() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let page = open(&browser, &server)?;
    choose(&page, FILE, PHOTO)?;
    until_boxes(&page, CHARACTERS)?;
    until_said(&page, "review-count", "12 characters")?;
    until_said(&page, "review-add", "Add 12 characters")?;
    assert_eq!(shelf(&page)?, json!(""), "something is added unseen");

    choose_boxes(&page, &[2, 3])?;
    page.click("review-join")?;
    until_boxes(&page, CHARACTERS - 1)?;
    until_said(&page, "review-add", "Add 11 characters")?;
    page.click("review-split")?;
    until_boxes(&page, CHARACTERS)?;
    page.click("review-undo")?;
    until_boxes(&page, CHARACTERS - 1)?;
    page.click("review-undo")?;
    until_boxes(&page, CHARACTERS)?;

    choose_boxes(&page, &[12])?;
    page.click("review-drop")?;
    until_boxes(&page, CHARACTERS - 1)?;
    name(&page, "abcdefghijk")?;
    until_said(&page, "review-said", "11 characters are named")?;
    page.click("review-add")?;
    wait("the review's end", LIMIT, || {
        Ok(if is_closed(&page)? {
            Look::Done(())
        } else {
            Look::Not("open".to_owned())
        })
    })?;
    let told = page.text("teach-told")?.unwrap_or_default();
    assert!(told.contains("11 characters were added"), "{told}");
    until_shelf(&page, "a b c d e f g h i j k")?;
    page.click("teach-undo")?;
    until_shelf(&page, "")?;
    page.click("teach-redo")?;
    page.session().reload()?;
    page.wait_for("teach-pad", "the page of one's own", LIMIT)?;
    until_shelf(&page, "a b c d e f g h i j k")
}

#[test]
fn keys_are_enough_and_a_phone_is_wide_enough() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let page = open(&browser, &server)?;
    page.session().resize(360, 760)?;
    choose(&page, FILE, PHOTO)?;
    until_boxes(&page, CHARACTERS)?;
    let wide = "const body = document.querySelector('[data-testid=review] .body');\
        return body.scrollWidth > body.clientWidth";
    assert_eq!(page.session().run(wide, &[])?, json!(false));
    let first = page.session().find("[data-testid=review-box]")?;
    // The space bar, the right arrow, the space bar.
    page.session().send_keys(&first, " ")?;
    page.session().send_keys(&first, "\u{e014}")?;
    let second = page
        .session()
        .find("[data-testid=review-box][data-number='2']")?;
    let focused = "return document.activeElement.dataset.number";
    assert_eq!(page.session().run(focused, &[])?, json!("2"));
    page.session().send_keys(&second, " ")?;
    let join = page.session().find("[data-testid=review-join]")?;
    page.session().send_keys(&join, "\u{e007}")?;
    until_boxes(&page, CHARACTERS - 1)?;
    // Escape takes nothing away that was worked on.
    page.session().send_keys(&join, "\u{e00c}")?;
    assert!(!is_closed(&page)?);
    until_said(&page, "review-said", "would lose your changes")?;
    page.click("review-cancel")?;
    assert!(is_closed(&page)?);
    assert_eq!(shelf(&page)?, json!(""));
    Ok(())
}

#[test]
fn photos_come_one_after_the_other_and_bad_ones_say_why() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let page = open(&browser, &server)?;
    let mut enormous = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    enormous.extend([30_000u32.to_be_bytes(), 30_000u32.to_be_bytes()].concat());
    enormous.extend([8, 2, 0, 0, 0]);
    let files: [(&str, &[u8]); 2] = [("note.png", b"no picture"), ("wall.png", &enormous)];
    choose_files(&page, &files, FILE)?;
    until_said(&page, "review-failed", "this is text, not a picture")?;
    page.click("review-next")?;
    until_said(
        &page,
        "review-failed",
        "wall.png: this picture has more than",
    )?;
    page.click("review-next")?;
    until_boxes(&page, CHARACTERS)?;
    let review = page.text("review")?.unwrap_or_default();
    assert!(review.contains("photo 3 of 3"), "{review}");
    // Another one that is chosen meanwhile waits.
    choose(&page, "second.jpg", PHOTO)?;
    page.click("review-add")?;
    wait("the second photo", LIMIT, || {
        let review = page.text("review")?.unwrap_or_default();
        Ok(if review.contains("second.jpg, photo 4 of 4") {
            Look::Done(())
        } else {
            Look::Not(review)
        })
    })?;
    until_boxes(&page, CHARACTERS)?;
    page.click("review-cancel")?;
    let script = "return document.querySelectorAll('[data-testid=teach-class]').length";
    assert_eq!(page.session().run(script, &[])?, json!(CHARACTERS));
    Ok(())
}

#[test]
fn a_photo_stands_as_the_camera_held_it() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let page = open(&browser, &server)?;
    choose_turned(&page, FILE, PHOTO)?;
    until_boxes(&page, CHARACTERS)?;
    assert_eq!(rows(&page)?, json!([4, 4, 4]));
    Ok(())
}

#[test]
fn high_contrast_shows_which_boxes_are_chosen() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let features = json!({ "features": [{ "name": "forced-colors", "value": "active" }] });
    browser
        .session()
        .devtools("Emulation.setEmulatedMedia", &features)?;
    let page = open(&browser, &server)?;
    choose(&page, FILE, PHOTO)?;
    until_boxes(&page, CHARACTERS)?;
    choose_boxes(&page, &[2])?;
    let script = "const of = number => getComputedStyle(document.querySelector(\
          `[data-testid=review-box][data-number='${number}']`));\
        return [matchMedia('(forced-colors: active)').matches,\
          of(1).borderTopStyle === 'solid' && parseFloat(of(1).borderTopWidth) > 0,\
          of(1).outlineStyle === 'none', of(2).outlineStyle === 'solid']";
    wait("the chosen box's own look", LIMIT, || {
        let found = page.session().run(script, &[])?;
        Ok(if found == json!([true, true, true, true]) {
            Look::Done(())
        } else {
            Look::Not(found.to_string())
        })
    })
}

/// Puts this in place of the worker's own script.
fn instead(server: &Server, script: &str) -> Result<()> {
    let file = app::file("paper/worker-", ".js")?;
    server.replace(&file, Instead::Bytes(script.as_bytes().to_vec()));
    Ok(())
}

/// A photo fails for this reason, and the next one, once nothing is wrong any more, starts another worker.
fn fails_once(fault: impl FnOnce(&Server) -> Result<()>, told: &str) -> Result<()> {
    let server = app::serve()?;
    fault(&server)?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    faults::in_page(browser.session(), HURRY)?;
    let counts = "window.ended = 0; const end = Worker.prototype.terminate;\
        Worker.prototype.terminate = function () { window.ended++; end.call(this); };";
    faults::in_page(browser.session(), counts)?;
    let page = open(&browser, &server)?;
    choose(&page, FILE, PHOTO)?;
    until_said(&page, "review-failed", told)?;
    page.click("review-cancel")?;
    server.restore();
    faults::no_hurry(&page)?;
    choose(&page, FILE, PHOTO)?;
    until_boxes(&page, CHARACTERS)?;
    // Leaving the page ends the worker, and the review.
    let ended = page.session().run("return window.ended", &[])?;
    page.session().run("location.hash = '#/draw'", &[])?;
    wait("the worker's end", LIMIT, || {
        let now = page.session().run("return window.ended", &[])?;
        let over = now.as_u64() > ended.as_u64() && is_closed(&page)?;
        Ok(if over {
            Look::Done(())
        } else {
            Look::Not(now.to_string())
        })
    })
}

#[test]
fn a_worker_that_dies_is_told_and_the_next_photo_starts_another() -> Result<()> {
    let script = "onmessage = () => { throw new Error('dead') }";
    fails_once(|server| instead(server, script), "picture failed")
}

#[test]
fn a_silent_worker_is_told_and_the_next_photo_starts_another() -> Result<()> {
    let script = "onmessage = () => undefined";
    fails_once(|server| instead(server, script), "took too long")
}

#[test]
fn a_damaged_program_is_not_run() -> Result<()> {
    let damaged = |server: &Server| {
        let wasm = app::file("paper/paper-", "_bg.wasm")?;
        let mut bytes = app::bytes(&wasm)?;
        if let Some(last) = bytes.last_mut() {
            *last ^= 1;
        }
        server.replace(&wasm, Instead::Bytes(bytes));
        Ok(())
    };
    fails_once(damaged, "could not be fetched")
}

#[test]
fn twelve_megapixels_are_read_beside_the_page() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let page = open(&browser, &server)?;
    // What the page itself does with its opening is over then.
    std::thread::sleep(Duration::from_secs(3));
    // Drawing the photo keeps the page busy, too: what counts begins when it is chosen.
    let script = "document.addEventListener('change', () => { window.began = performance.now(); }, true);\
        new MutationObserver(() => { if (window.began && !window.found\
        && document.querySelector('[data-testid=review-box]'))\
        window.found = performance.now() - window.began; })\
        .observe(document.body, { childList: true, subtree: true });\
        window.tasks = []; new PerformanceObserver(list => tasks.push(...list.getEntries()))\
        .observe({ type: 'longtask' })";
    page.session().run(script, &[])?;
    choose(&page, FILE, (4_000, 3_000))?;
    until_boxes(&page, CHARACTERS)?;
    let found = page.session().run("return window.found", &[])?;
    let tasks =
        "return tasks.filter(task => task.startTime > window.began).map(task => task.duration)";
    let tasks = page.session().run(tasks, &[])?;
    println!(
        "FIGURE a photo of 12 megapixels: {:.2} s to its boxes, tasks of the page above 50 ms: {tasks} ms",
        found.as_f64().unwrap_or(f64::NAN) / 1e3,
    );
    Ok(())
}
