//! What is passed on by a link and a QR code in Chromium, and what opening it leaves alone.

use serde_json::json;
use twinglyph_core::base64url;
use twinglyph_core::invented::Script;
use twinglyph_core::own::{Example, OwnClass, OwnSet};
use twinglyph_e2e::browser::{Browser, Kind};
use twinglyph_e2e::page::{Look, Page, wait};
use twinglyph_e2e::paper::until_said;
use twinglyph_e2e::{Error, Result, app, training::LIMIT};

/// A set of so many characters that somebody drew.
fn drawn(name: &str, seed: u64, characters: usize) -> OwnSet {
    let script = Script::new(seed);
    let class = |at: usize| {
        // A script has fewer characters than some of these sets.
        let ink = script.strokes(at % 20, at / 20);
        OwnClass::new(&format!("rune {at}"), [Example::drawn(&ink)])
    };
    OwnSet {
        name: name.to_owned(),
        classes: (0..characters).map(class).collect(),
    }
}

fn address(set: &OwnSet) -> Result<String> {
    set.to_address()
        .map_err(|error| Error::Setting(error.to_string()))
}

fn open<'a>(browser: &'a Browser, url: &str) -> Result<Page<'a>> {
    let page = Page::open(browser, url)?;
    page.wait_for("teach-pad", "the page of teaching", LIMIT)?;
    Ok(page)
}

fn until_characters(page: &Page<'_>, count: usize) -> Result<()> {
    wait("the characters", LIMIT, || {
        let found = page.session().run(
            "return document.querySelectorAll('[data-testid=teach-class]').length",
            &[],
        )?;
        Ok(if found == json!(count) {
            Look::Done(())
        } else {
            Look::Not(found.to_string())
        })
    })
}

/// The texts of the QR codes that a camera sees of the window.
fn seen(page: &Page<'_>) -> Result<Vec<String>> {
    let picture = page.session().picture()?;
    let plain = picture.replace('+', "-").replace('/', "_");
    let bytes = base64url::decode(plain.trim_end_matches('='));
    let bytes = bytes.ok_or_else(|| Error::Setting("no picture".to_owned()))?;
    let picture = image::load_from_memory(&bytes)
        .map_err(|error| Error::Setting(error.to_string()))?
        .to_luma8();
    let (width, height) = picture.dimensions();
    let mut prepared =
        rqrr::PreparedImage::prepare_from_greyscale(width as usize, height as usize, |x, y| {
            picture.get_pixel(x as u32, y as u32).0[0]
        });
    let found = prepared.detect_grids().into_iter();
    Ok(found
        .filter_map(|code| Some(code.decode().ok()?.1))
        .collect())
}

fn until_seen(page: &Page<'_>) -> Result<String> {
    wait("a QR code that can be read", LIMIT, || {
        Ok(match &seen(page)?[..] {
            [text] => Look::Done(text.clone()),
            found => Look::Not(format!("{found:?}")),
        })
    })
}

/// Twenty characters with names go over a board: the code in the window is the link, and the link is the
/// whole set, shown beside one's own.
#[test]
fn a_code_on_the_board_is_the_whole_set() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let begin = format!("{}?device=cpu&model=compact#/teach", server.url());
    let class = drawn("Runes of class 7b", 3, 20);
    for theme in ["light", "dark"] {
        let page = open(&browser, &format!("{begin}?set={}", address(&class)?))?;
        until_characters(&page, 20)?;
        let script = format!("document.documentElement.dataset.theme = '{theme}'");
        page.session().run(&script, &[])?;
        page.wait_for("teach-address", "the link", LIMIT)?;
        page.click("teach-address")?;
        page.click("teach-code")?;
        let link = until_seen(&page)?;
        let shown = "return document.querySelector('[data-testid=teach-url]').value";
        assert_eq!(page.session().run(shown, &[])?, json!(link), "{theme}");
        // Who goes to another page can use that, though nobody closed the code.
        page.session().run("location.hash = '#/draw'", &[])?;
        wait("the code to be closed", LIMIT, || {
            let open = page
                .session()
                .run("return !!document.querySelector('dialog[open]')", &[])?;
            Ok(if open == json!(false) {
                Look::Done(())
            } else {
                Look::Not(open.to_string())
            })
        })?;
        page.session().run("location.hash = '#/teach'", &[])?;
        let (_, text) = link.split_once("set=").unwrap_or_default();
        assert_eq!(OwnSet::from_address(text).as_ref(), Ok(&class), "{theme}");
    }
    // A pupil with characters of their own scans it.
    let pupil = Browser::open(Kind::ChromiumWithoutGpu)?;
    let own = drawn("Mine", 4, 3);
    let page = open(&pupil, &format!("{begin}?set={}", address(&own)?))?;
    until_characters(&page, 3)?;
    let hash = format!("location.hash = '#/teach?set={}'", address(&class)?);
    page.session().run(&hash, &[])?;
    until_characters(&page, 20)?;
    page.click("teach-home")?;
    until_characters(&page, 3)
}

/// A set that is too large for a code says what to leave out, and still has a link.
#[test]
fn a_set_too_large_for_a_code_says_what_to_leave_out() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let large = drawn("Many", 5, 60);
    let url = format!(
        "{}?device=cpu&model=compact#/teach?set={}",
        server.url(),
        address(&large)?
    );
    let page = open(&browser, &url)?;
    until_characters(&page, 60)?;
    page.wait_for("teach-code", "the code", LIMIT)?;
    page.click("teach-code")?;
    until_said(&page, "teach-shared", "too long for a QR code")?;
    until_said(&page, "teach-shared", "Leave out")?;
    assert_eq!(seen(&page)?, [""; 0]);
    page.click("teach-address")?;
    until_said(&page, "teach-shared", "link")?;
    let shown = "return document.querySelector('[data-testid=teach-url]').value.length";
    let length = page.session().run(shown, &[])?;
    assert!(length.as_u64() > Some(2_000), "{length}");
    Ok(())
}

/// Where the browser has a share sheet, it gets the link.
#[test]
fn the_share_sheet_gets_the_link() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let set = drawn("Runes", 6, 2);
    let url = format!("{}?device=cpu&model=compact#/draw", server.url());
    let page = Page::open(&browser, &url)?;
    let sheet = "navigator.share = what => { window.shared = what; return Promise.resolve() }";
    page.session().run(sheet, &[])?;
    let hash = format!("location.hash = '#/teach?set={}'", address(&set)?);
    page.session().run(&hash, &[])?;
    until_characters(&page, 2)?;
    page.wait_for("teach-share", "the share sheet", LIMIT)?;
    page.click("teach-share")?;
    let link = page.session().run("return window.shared?.url ?? ''", &[])?;
    let (_, text) = link
        .as_str()
        .unwrap_or_default()
        .split_once("set=")
        .unwrap_or_default();
    assert_eq!(OwnSet::from_address(text), Ok(set));
    Ok(())
}

/// A set of `characters` as one person of a class drew it.
fn by(drawer: &str, number: usize, characters: usize) -> OwnSet {
    let script = Script::new(8);
    let class = |at: usize| {
        let drawn = Example::drawn(&script.strokes(at, number));
        OwnClass::new(&format!("rune {at}"), [drawn])
    };
    OwnSet {
        name: drawer.to_owned(),
        classes: (0..characters).map(class).collect(),
    }
}

/// Gives several files to the field that opens sets.
fn open_files(page: &Page<'_>, files: &[(&str, Vec<u8>)]) -> Result<()> {
    let script = "const input = document.querySelector('[data-testid=teach-open]');\
        const files = new DataTransfer();\
        for (const [name, bytes] of arguments[0]) files.items.add(new File([new Uint8Array(bytes)], name));\
        input.files = files.files;\
        input.dispatchEvent(new Event('change', { bubbles: true }))";
    page.session().run(script, &[json!(files)]).map(drop)
}

/// Numbers of examples of the characters.
fn examples(page: &Page<'_>) -> Result<String> {
    let script = "return [...document.querySelectorAll('[data-testid=teach-class]')].map(row =>\
        row.querySelectorAll('[data-testid=teach-example]').length).join(' ')";
    let found = page.session().run(script, &[])?;
    Ok(found.as_str().unwrap_or_default().to_owned())
}

fn until_examples(page: &Page<'_>, expected: &str) -> Result<()> {
    wait("the examples", LIMIT, || {
        let found = examples(page)?;
        Ok(if found == expected {
            Look::Done(())
        } else {
            Look::Not(found)
        })
    })
}

fn file(set: &OwnSet) -> Result<Vec<u8>> {
    set.encode()
        .map_err(|error| Error::Setting(error.to_string()))
}

/// A class draws one set: several files and a link come in as drawers, once each, and their hands are
/// compared.
#[test]
fn a_class_comes_together_as_drawers() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let own = by("Runes", 0, 4);
    let url = format!(
        "{}?device=cpu&model=compact#/teach?set={}",
        server.url(),
        address(&own)?
    );
    let page = open(&browser, &url)?;
    until_examples(&page, "1 1 1 1")?;
    let [ada, bo] = [by("Ada", 1, 4), by("", 2, 3)];
    let files = [
        ("1.twinset", file(&ada)?),
        ("Bo.twinset", file(&bo)?),
        ("cut.twinset", file(&ada)?[..40].to_vec()),
    ];
    open_files(&page, &files)?;
    until_examples(&page, "3 3 3 2")?;
    until_said(&page, "teach-told", "7 examples came in from 2 sets")?;
    until_said(&page, "teach-told", "cut.twinset")?;
    // Once more they are there already.
    open_files(&page, &files)?;
    until_said(&page, "teach-told", "0 examples came in")?;
    until_examples(&page, "3 3 3 2")?;
    // What there is no room for is in the page alone, and that is said.
    page.session().run(
        "window.kept = Storage.prototype.setItem;\
         Storage.prototype.setItem = () => { throw new Error('full') }",
        &[],
    )?;
    let more = [
        ("Di.twinset", file(&by("Di", 3, 4))?),
        ("Ed.twinset", file(&by("Ed", 4, 4))?),
    ];
    open_files(&page, &more)?;
    until_examples(&page, "5 5 5 4")?;
    until_said(&page, "teach-told", "no room to keep the set")?;
    until_said(&page, "teach-told", "8 examples came in from 2 sets")?;
    page.session()
        .run("Storage.prototype.setItem = window.kept", &[])?;
    page.click("teach-undo")?;
    until_examples(&page, "3 3 3 2")?;

    // A pupil's link, with the name that the teacher gives.
    let link = format!("location.hash = '#/teach?set={}'", address(&by("", 3, 4))?);
    page.session().run(&link, &[])?;
    until_examples(&page, "1 1 1 1")?;
    let name = "const field = document.querySelector('[data-testid=teach-drawer]');\
        field.value = 'Cy'; field.dispatchEvent(new Event('input', { bubbles: true }))";
    page.session().run(name, &[])?;
    page.click("teach-merge")?;
    until_examples(&page, "4 4 4 3")?;
    until_said(&page, "teach-told", "4 examples by Cy came in")?;

    page.wait_for("hands-start", "the comparison", LIMIT)?;
    page.click("hands-start")?;
    wait("the hands", LIMIT, || {
        let script = "return [...document.querySelectorAll('[data-testid=hand]')].map(row =>\
            row.dataset.drawer).sort().join()";
        let found = page.session().run(script, &[])?;
        Ok(if found == json!(",Ada,Bo,Cy") {
            Look::Done(())
        } else {
            let state = page.text("hands-progress")?;
            Look::Not(format!("{found} {state:?}"))
        })
    })?;
    page.click("teach-undo")?;
    page.click("teach-undo")?;
    until_examples(&page, "1 1 1 1")?;
    let shown = "return document.querySelector('[data-testid=hands]').checkVisibility()";
    assert_eq!(page.session().run(shown, &[])?, json!(false));
    Ok(())
}

/// A link however a program passes it on opens; what can't be kept of it stays to be added once more.
#[test]
fn a_set_that_does_not_come_in_stays_a_guest() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let url = format!(
        "{}?device=cpu&model=compact#/teach?set={}",
        server.url(),
        address(&by("Mine", 0, 2))?
    );
    let page = open(&browser, &url)?;
    until_examples(&page, "1 1")?;
    let other = address(&by("Theirs", 1, 3))?;
    let link =
        format!("location.hash = '#' + encodeURIComponent('/teach?set={other}&utm_source=mail')");
    page.session().run(&link, &[])?;
    until_examples(&page, "1 1 1")?;
    page.session().run(
        "window.kept = Storage.prototype.setItem;\
         Storage.prototype.setItem = () => { throw new Error('full') }",
        &[],
    )?;
    page.click("teach-merge")?;
    until_said(&page, "teach-told", "no room")?;
    until_examples(&page, "1 1 1")?;
    page.session()
        .run("Storage.prototype.setItem = window.kept", &[])?;
    page.click("teach-merge")?;
    until_examples(&page, "2 2 1")
}

/// What a person looks at can be drawn anew by themselves; their own set goes to the shelf with its day, and comes
/// back from there.
#[test]
fn a_shared_set_is_drawn_anew_and_ones_own_waits_on_the_shelf() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let url = format!(
        "{}?device=cpu&model=compact#/teach?set={}",
        server.url(),
        address(&by("Mine", 0, 2))?
    );
    let page = open(&browser, &url)?;
    until_examples(&page, "1 1")?;
    let link = format!(
        "location.hash = '#/teach?set={}'",
        address(&by("Theirs", 1, 3))?
    );
    page.session().run(&link, &[])?;
    until_examples(&page, "1 1 1")?;
    page.click("teach-redraw")?;
    until_examples(&page, "0 0 0")?;
    let day = "return document.querySelector('.others time')?.textContent ?? ''";
    wait("the day of the set on the shelf", LIMIT, || {
        let found = page.session().run(day, &[])?;
        Ok(if found.as_str().is_some_and(|day| day.contains("20")) {
            Look::Done(())
        } else {
            Look::Not(found.to_string())
        })
    })?;
    page.session().reload()?;
    page.wait_for("teach-pad", "the page of teaching", LIMIT)?;
    until_examples(&page, "0 0 0")?;
    page.click("teach-before")?;
    until_examples(&page, "1 1")
}
