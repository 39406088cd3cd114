//! Characters of a person's own in Chromium: drawn, named, recognised, kept, passed on, written with.

use serde_json::{Value, json};
use twinglyph_core::Bitmap;
use twinglyph_core::own::{OwnClass, OwnSet};
use twinglyph_e2e::browser::{Browser, Kind};
use twinglyph_e2e::gesture::Pointer;
use twinglyph_e2e::page::{Look, Page, wait};
use twinglyph_e2e::paper::{until_boxes, until_said};
use twinglyph_e2e::{Error, Result, app, training::LIMIT};

type Strokes = &'static [&'static [[f32; 3]]];

const CROSS: Strokes = &[
    &[[20.0, 52.0, 0.0], [85.0, 52.0, 0.0]],
    &[[52.0, 20.0, 0.0], [52.0, 85.0, 0.0]],
];
const CORNER: Strokes = &[&[[30.0, 20.0, 0.0], [30.0, 80.0, 0.0], [80.0, 80.0, 0.0]]];
const SLANTED_CORNER: Strokes = &[&[[27.0, 24.0, 0.0], [31.0, 84.0, 0.0], [83.0, 77.0, 0.0]]];
const RING: Strokes = &[&[
    [52.0, 20.0, 0.0],
    [25.0, 40.0, 0.0],
    [25.0, 65.0, 0.0],
    [52.0, 85.0, 0.0],
    [80.0, 65.0, 0.0],
    [80.0, 40.0, 0.0],
    [52.0, 20.0, 0.0],
]];

/// A name that would be markup, if any name were.
const MARKUP: &str = "<img src=x onerror=alert(1)>";

fn draw(page: &Page<'_>, pad: &str, strokes: Strokes) -> Result<()> {
    let strokes: Vec<Vec<[f32; 3]>> = strokes.iter().map(|stroke| stroke.to_vec()).collect();
    let paths = page.pad_of(pad)?.paths(&strokes, 0.0);
    page.draw(Pointer::Mouse, &paths)
}

/// Writes into a field, as its person leaves it.
fn fill(page: &Page<'_>, handle: &str, text: &str) -> Result<()> {
    let script = "const field = document.querySelector(`[data-testid=${arguments[0]}]`);\
        field.value = arguments[1];\
        for (const kind of ['input', 'change']) field.dispatchEvent(new Event(kind, { bubbles: true }))";
    page.session()
        .run(script, &[json!(handle), json!(text)])
        .map(drop)
}

fn add(page: &Page<'_>, name: &str, strokes: Strokes) -> Result<()> {
    draw(page, "teach-pad", strokes)?;
    fill(page, "teach-name", name)?;
    page.click("teach-add")
}

/// Names and numbers of examples on the shelf.
fn shelf(page: &Page<'_>) -> Result<Vec<(String, u64)>> {
    let script = "return [...document.querySelectorAll('[data-testid=teach-class]')].map(row =>\
        [row.dataset.name, row.querySelectorAll('[data-testid=teach-example]').length])";
    let rows = page.session().run(script, &[])?;
    let row = |row: &Value| {
        (
            row[0].as_str().unwrap_or_default().to_owned(),
            row[1].as_u64().unwrap_or(0),
        )
    };
    Ok(rows.as_array().into_iter().flatten().map(row).collect())
}

fn until_shelf(page: &Page<'_>, expected: &[(&str, u64)]) -> Result<()> {
    wait("the shelf", LIMIT, || {
        let shelf = shelf(page)?;
        let same = shelf.len() == expected.len()
            && shelf
                .iter()
                .zip(expected)
                .all(|(a, b)| a.0 == b.0 && a.1 == b.1);
        Ok(if same {
            Look::Done(())
        } else {
            Look::Not(format!("{shelf:?}"))
        })
    })
}

fn told(page: &Page<'_>, part: &str) -> Result<()> {
    wait("what the page says", LIMIT, || {
        let text = page.text("teach-told")?.unwrap_or_default();
        Ok(if text.contains(part) {
            Look::Done(())
        } else {
            Look::Not(text)
        })
    })
}

/// Gives a file to a field.
fn give(page: &Page<'_>, handle: &str, name: &str, bytes: &[u8]) -> Result<()> {
    let script = "const input = document.querySelector(`[data-testid=${arguments[0]}]`);\
        const files = new DataTransfer();\
        files.items.add(new File([new Uint8Array(arguments[2])], arguments[1]));\
        input.files = files.files;\
        input.dispatchEvent(new Event('change', { bubbles: true }))";
    page.session()
        .run(script, &[json!(handle), json!(name), json!(bytes)])
        .map(drop)
}

fn open<'a>(browser: &'a Browser, url: &str, hash: &str) -> Result<Page<'a>> {
    let page = Page::open(browser, &format!("{url}?device=cpu&model=compact{hash}"))?;
    page.wait_for("teach-pad", "the page of teaching", LIMIT)?;
    Ok(page)
}

/// The best match on the page of the drawing, once it is of so many classes.
fn best_of(page: &Page<'_>, classes: usize) -> Result<String> {
    wait("a ranking of one's own characters", LIMIT, || {
        page.settle()?;
        let matches = page.matches()?;
        Ok(match matches.first() {
            Some(best) if matches.len() == classes => Look::Done(best.character.clone()),
            _ => Look::Not(format!("{matches:?}")),
        })
    })
}

#[test]
fn own_characters_are_recognised_kept_and_written_with() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let page = open(&browser, &server.url(), "#/teach")?;
    page.click("teach-add")?;
    told(&page, "nothing drawn")?;
    add(&page, "十", CROSS)?;
    add(&page, MARKUP, RING)?;
    add(&page, "", CORNER)?;
    until_shelf(&page, &[("十", 1), (MARKUP, 1), ("character 3", 1)])?;
    let images = page.session().run("return document.images.length", &[])?;
    assert_eq!(images, json!(0), "a name became markup");

    page.click("teach-undo")?;
    until_shelf(&page, &[("十", 1), (MARKUP, 1)])?;
    page.click("teach-redo")?;
    page.click("teach-use")?;
    draw(&page, "drawing-pad", SLANTED_CORNER)?;
    assert_eq!(best_of(&page, 3)?, "character 3");
    // It is kept, and so is the choice of it.
    page.session().reload()?;
    assert_eq!(best_of(&page, 3)?, "character 3");
    assert_eq!(page.chosen("alphabet-select")?, "own");

    // The best match is written; another one that is written is taught, too.
    page.click("type-match")?;
    draw(&page, "drawing-pad", SLANTED_CORNER)?;
    best_of(&page, 3)?;
    page.session().run(
        "document.querySelectorAll('[data-testid=type-match]')[1].click()",
        &[],
    )?;
    wait("the text", LIMIT, || {
        let text = page.text("typed")?.unwrap_or_default();
        let right = text.starts_with("character 3") && text.len() > "character 3".len();
        Ok(if right {
            Look::Done(())
        } else {
            Look::Not(text)
        })
    })?;
    let examples: u64 = {
        page.session().run("location.hash = '#/teach'", &[])?;
        page.wait_for("teach-class", "the shelf", LIMIT)?;
        shelf(&page)?.iter().map(|(_, examples)| examples).sum()
    };
    assert_eq!(examples, 4, "the corrected drawing is an example");
    Ok(())
}

#[test]
fn sets_come_from_addresses_and_files_whole_or_not_at_all() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let bar = |at: usize| Bitmap::from_fn(move |row, column| row.abs_diff(at) < 3 && column > 20);
    let class = |name: &str, at| OwnClass::new(name, [bar(at), bar(at + 10)]);
    let set = OwnSet {
        name: "From afar".to_owned(),
        classes: vec![class("one", 20), class("two", 70)],
    };
    let failed = |error| Error::Setting(format!("{error}"));
    let address = set.to_address().map_err(failed)?;
    let page = open(&browser, &server.url(), &format!("#/teach?set={address}"))?;
    until_shelf(&page, &[("one", 2), ("two", 2)])?;
    let hash = page.session().run("return location.hash", &[])?;
    assert_eq!(
        hash,
        json!("#/teach"),
        "a reload must not bring the set again"
    );

    let mut bytes = set.encode().map_err(failed)?;
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    for damaged in [&bytes[..], &bytes[..30], b"no set", &[]] {
        give(&page, "teach-open", "set.twinset", damaged)?;
        told(&page, "Your set is as it was")?;
        until_shelf(&page, &[("one", 2), ("two", 2)])?;
    }
    bytes[last] ^= 1;
    give(&page, "teach-open", "set.twinset", &bytes)?;
    page.click("teach-empty")?;
    until_shelf(&page, &[])?;
    page.click("teach-undo")?;
    until_shelf(&page, &[("one", 2), ("two", 2)])?;

    // A browser without room says so; the set is still there to be saved.
    page.session().run(
        "Storage.prototype.setItem = () => { throw new Error('full') }",
        &[],
    )?;
    page.click("teach-remove")?;
    told(&page, "no room")?;
    until_shelf(&page, &[("two", 2)])?;
    page.session().reload()?;
    page.wait_for("teach-pad", "the page of teaching", LIMIT)?;
    until_shelf(&page, &[("one", 2), ("two", 2)])
}

/// What can't be read is told, and a new set does not take its place; nor does a browser without a
/// clipboard end the page.
#[test]
fn an_unreadable_set_is_set_aside() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let page = open(&browser, &server.url(), "#/teach")?;
    let kept = "localStorage.setItem('twinglyph.own' + location.pathname, 'dHdpbnNldDI')";
    page.session().run(kept, &[])?;
    page.session().reload()?;
    page.wait_for("error", "a message about the set", LIMIT)?;
    page.wait_for("teach-pad", "the page of teaching", LIMIT)?;
    add(&page, "十", CROSS)?;
    until_shelf(&page, &[("十", 1)])?;
    let aside = "return localStorage.getItem('twinglyph.own.unread' + location.pathname)";
    assert_eq!(page.session().run(aside, &[])?, json!("dHdpbnNldDI"));
    let without = "Object.defineProperty(navigator, 'clipboard', { value: undefined })";
    page.session().run(without, &[])?;
    page.click("teach-address")?;
    until_said(&page, "teach-shared", "copy it from there")
}

#[test]
fn pictures_give_their_characters() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let page = open(&browser, &server.url(), "#/teach")?;
    give(&page, "teach-pictures", "note.png", b"no picture")?;
    until_said(&page, "review-failed", "this is text, not a picture")?;
    page.click("review-cancel")?;
    // Paper in uneven light, as a page of a sketch book.
    let script = "const done = arguments[0];\
        const canvas = document.createElement('canvas');\
        [canvas.width, canvas.height] = [900, 400];\
        const context = canvas.getContext('2d');\
        const light = context.createLinearGradient(0, 0, 900, 400);\
        light.addColorStop(0, '#8a8578'); light.addColorStop(1, '#f4efe4');\
        context.fillStyle = light; context.fillRect(0, 0, 900, 400);\
        context.strokeStyle = '#335'; context.lineWidth = 9;\
        context.stroke(new Path2D('M60 80l120 220M180 80L60 300M430 80v220M340 190h180M650 80v220h160'));\
        canvas.toBlob(async blob => done([...new Uint8Array(await blob.arrayBuffer())]))";
    let bytes = page.session().run_async(script, &[])?;
    let bytes: Vec<u8> = bytes
        .as_array()
        .into_iter()
        .flatten()
        .map(|byte| byte.as_u64().unwrap_or(0) as u8)
        .collect();
    give(&page, "teach-pictures", "paper_of_three.png", &bytes)?;
    until_boxes(&page, 3)?;
    page.click("review-add")?;
    until_shelf(
        &page,
        &[("character 1", 1), ("character 2", 1), ("character 3", 1)],
    )?;
    page.click("teach-use")?;
    draw(&page, "drawing-pad", SLANTED_CORNER)?;
    assert_eq!(best_of(&page, 3)?, "character 3");
    // The same dropped on the page.
    page.session().run("location.hash = '#/teach'", &[])?;
    let script = "const files = new DataTransfer();\
        files.items.add(new File([Uint8Array.from(arguments[0])], 'paper.png', { type: 'image/png' }));\
        const event = new DragEvent('drop', { dataTransfer: files, bubbles: true, cancelable: true });\
        document.querySelector('[data-testid=teach-pad]').dispatchEvent(event);\
        return event.defaultPrevented";
    assert_eq!(page.session().run(script, &[json!(bytes)])?, json!(true));
    until_boxes(&page, 3)?;
    page.click("review-add")?;
    told(&page, "3 characters were added")
}
