//! Characters of a person's own in Chromium: drawn, named, recognised, kept, passed on, written with.

use serde_json::{Value, json};
use twinglyph_core::Bitmap;
use twinglyph_core::own::{OwnClass, OwnSet};
use twinglyph_e2e::browser::{Browser, Kind};
use twinglyph_e2e::gesture::Pointer;
use twinglyph_e2e::page::{Look, Page, wait};
use twinglyph_e2e::paper::{until_boxes, until_said};
use twinglyph_e2e::{Error, Result, app, training::LIMIT};

/// The key Enter as WebDriver has it.
const ENTER: char = '\u{E007}';
const TAB: char = '\u{E004}';

type Strokes = &'static [&'static [[f32; 3]]];

const CROSS: Strokes = &[
    &[[20.0, 52.0, 0.0], [85.0, 52.0, 0.0]],
    &[[52.0, 20.0, 0.0], [52.0, 85.0, 0.0]],
];
const CORNER: Strokes = &[&[[30.0, 20.0, 0.0], [30.0, 80.0, 0.0], [80.0, 80.0, 0.0]]];
const SLANTED_CORNER: Strokes = &[&[[27.0, 24.0, 0.0], [31.0, 84.0, 0.0], [83.0, 77.0, 0.0]]];
/// [`CORNER`], a little higher.
const HIGHER_CORNER: Strokes = &[&[[30.0, 18.0, 0.0], [30.0, 78.0, 0.0], [80.0, 78.0, 0.0]]];
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

/// A picture that is pressed is chosen; it goes by a button of its own, and comes back.
#[test]
fn an_example_is_deleted_by_its_own_button_and_can_be_had_back() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let page = open(&browser, &server.url(), "#/teach")?;
    add(&page, "ka", CROSS)?;
    told(&page, "ka is added: 1 character now.")?;
    draw(&page, "teach-pad", RING)?;
    page.click("teach-more")?;
    told(&page, "The drawing is added to ka: 2 examples now.")?;
    let pressed = |expected: &str| {
        wait("the chosen picture", LIMIT, || {
            let now = page.attribute("teach-example", "aria-pressed")?;
            Ok(if now.as_deref() == Some(expected) {
                Look::Done(())
            } else {
                Look::Not(format!("{now:?}"))
            })
        })
    };
    let pressed_last = || {
        wait("the chosen picture", LIMIT, || {
            let label = page.attribute("teach-delete-example", "aria-label")?;
            Ok(if label.as_deref() == Some("Delete example 2 of ka") {
                Look::Done(())
            } else {
                Look::Not(format!("{label:?}"))
            })
        })
    };
    let focused = "return document.activeElement?.dataset?.testid ?? ''";
    let focus = "document.querySelector(`[data-testid=${arguments[0]}]`).focus()";
    // By keys alone.
    page.session().run(focus, &[json!("teach-example")])?;
    page.press(&[], ENTER)?;
    pressed("true")?;
    until_shelf(&page, &[("ka", 2)])?;
    page.press(&[], ENTER)?;
    pressed("false")?;
    page.press(&[], ENTER)?;
    pressed("true")?;
    let label = page.attribute("teach-delete-example", "aria-label")?;
    assert_eq!(label.as_deref(), Some("Delete example 1 of ka"));
    page.session()
        .run(focus, &[json!("teach-delete-example")])?;
    page.press(&[], ENTER)?;
    until_shelf(&page, &[("ka", 1)])?;
    told(&page, "Example 1 of ka is deleted.")?;
    // The focus stays in the row, and nothing more is chosen.
    assert_eq!(page.session().run(focused, &[])?, json!("teach-example"));
    pressed("false")?;
    page.click("teach-next")?;
    until_shelf(&page, &[("ka", 2)])?;
    let last = "[...document.querySelectorAll('[data-testid=teach-example]')].at(-1).focus()";
    page.session().run(last, &[])?;
    page.press(&[], ENTER)?;
    pressed_last()?;
    page.session()
        .run(focus, &[json!("teach-delete-example")])?;
    page.press(&[], ENTER)?;
    until_shelf(&page, &[("ka", 1)])?;
    assert_eq!(page.session().run(focused, &[])?, json!("teach-example"));
    page.click("teach-next")?;
    until_shelf(&page, &[("ka", 2)])?;

    add(&page, "ki", CORNER)?;
    let last = "[...document.querySelectorAll('[data-testid=teach-remove]')].at(-1).focus()";
    page.session().run(last, &[])?;
    page.press(&[], ENTER)?;
    until_shelf(&page, &[("ka", 2)])?;
    told(&page, "ki is deleted.")?;
    assert_eq!(page.session().run(focused, &[])?, json!("teach-remove"));
    page.click("teach-next")?;
    until_shelf(&page, &[("ka", 2), ("ki", 1)])
}

#[test]
fn names_are_given_in_order_and_replace_none() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let page = open(&browser, &server.url(), "#/teach")?;
    let strokes = [CROSS, CORNER, RING, SLANTED_CORNER, CROSS];
    for (name, strokes) in ["", "b", "", "", ""].into_iter().zip(strokes) {
        add(&page, name, strokes)?;
    }
    fill(&page, "teach-names", "ka, ki")?;
    page.click("teach-name-them")?;
    told(&page, "2 characters got their names.")?;
    let four = [
        ("ka", 1),
        ("b", 1),
        ("ki", 1),
        ("character 4", 1),
        ("character 5", 1),
    ];
    until_shelf(&page, &four)?;
    page.click("teach-next")?;
    let nameless = [
        "character 1",
        "b",
        "character 3",
        "character 4",
        "character 5",
    ];
    until_shelf(&page, &nameless.map(|name| (name, 1)))?;
    fill(&page, "teach-names", "ka\nki\tku ke ko")?;
    page.click("teach-name-them")?;
    told(&page, "1 name is left")?;
    let all = ["ka", "b", "ki", "ku", "ke"].map(|name| (name, 1));
    until_shelf(&page, &all)?;
    page.click("teach-undo")?;

    // Enter goes on to the next name; what is written as one name is asked about.
    let first = "document.querySelector('[data-testid=teach-rename]').focus()";
    page.session().run(first, &[])?;
    let place = "return [...document.querySelectorAll('[data-testid=teach-rename]')]\
        .indexOf(document.activeElement)";
    let write = |text: &str| {
        let write = "document.execCommand('insertText', false, arguments[0])";
        page.session().run(write, &[json!(text)])
    };
    write("a")?;
    page.press(&[], ENTER)?;
    assert_eq!(page.session().run(place, &[])?, json!(1));
    page.press(&[], ENTER)?;
    assert_eq!(page.session().run(place, &[])?, json!(2));
    write("ka ki ku ke")?;
    page.press(&[], ENTER)?;
    told(&page, "ka ki ku ke is one name.")?;
    until_shelf(
        &page,
        &["a", "b", "ka ki ku ke", "character 4", "character 5"].map(|name| (name, 1)),
    )?;
    page.click("teach-next")?;
    until_shelf(&page, &["a", "b", "ka", "ki", "ku"].map(|name| (name, 1)))?;
    page.click("teach-undo")?;
    page.click("teach-undo")?;

    // Lines that are pasted into an empty field name the characters from there on.
    let paste = "const held = new DataTransfer();\
        held.setData('text/plain', 'x\\ny\\n');\
        document.querySelectorAll('[data-testid=teach-rename]')[2].dispatchEvent(\
          new ClipboardEvent('paste', { clipboardData: held, bubbles: true, cancelable: true }))";
    page.session().run(paste, &[])?;
    until_shelf(
        &page,
        &["a", "b", "x", "y", "character 5"].map(|name| (name, 1)),
    )
}

/// What is said, and the way to where the set is used, stay on a phone's screen and a desktop's, and hide nothing that
/// has the focus.
#[test]
fn what_is_said_and_the_way_on_stay_in_sight() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let page = open(&browser, &server.url(), "#/teach")?;
    page.session().resize(390, 844)?;
    let in_sight = |handle: &str| {
        wait("it on the screen", LIMIT, || {
            let script = "const e = document.querySelector(`[data-testid=${arguments[0]}]`);\
                const box = e.getBoundingClientRect();\
                return box.height > 0 && box.top >= 0 && box.bottom <= innerHeight";
            Ok(match page.session().run(script, &[json!(handle)])? {
                Value::Bool(true) => Look::Done(()),
                other => Look::Not(format!("{handle}: {other}")),
            })
        })
    };
    for number in 1..=12 {
        add(&page, "", CORNER)?;
        told(&page, &format!("character {number} is added"))?;
        for handle in ["teach-told", "teach-use", "teach-pad", "teach-next"] {
            in_sight(handle)?;
        }
    }
    // The new row is far below; who wants to see it is led there.
    page.click("teach-next")?;
    let shown = "const box = [...document.querySelectorAll('.own-character')].at(-1).getBoundingClientRect();\
        return box.top >= 0 && box.bottom <= document.querySelector('.teach-bar').getBoundingClientRect().top";
    wait("the new row", LIMIT, || {
        Ok(match page.session().run(shown, &[])? {
            Value::Bool(true) => Look::Done(()),
            other => Look::Not(other.to_string()),
        })
    })?;
    for (width, height) in [(390, 844), (1280, 800)] {
        page.session().resize(width, height)?;
        page.session().run("scrollTo(0, 0)", &[])?;
        in_sight("teach-use")?;
        let start = "document.querySelector('[data-testid=teach-set-name]').focus()";
        page.session().run(start, &[])?;
        for _ in 0..70 {
            page.press(&[], TAB)?;
            let script = "const it = document.activeElement, bar = document.querySelector('.teach-bar');\
                if (bar.contains(it)) return true;\
                const box = it.getBoundingClientRect();\
                return box.bottom <= bar.getBoundingClientRect().top + 1 || it.outerHTML.slice(0, 200)";
            let clear = page.session().run(script, &[])?;
            assert_eq!(clear, json!(true), "hidden by the bar at {width}");
        }
        assert!(!page.scrolls_sideways()?, "{width}");
    }
    Ok(())
}

/// Waits until these pairs of characters are said to look alike.
fn until_alike(page: &Page<'_>, handle: &str, pairs: &[&str]) -> Result<()> {
    wait("the look-alikes", LIMIT, || {
        let script = "return [...document.querySelectorAll(`[data-testid=${arguments[0]}]`)]\
            .map(row => row.dataset.classes)";
        let found = page.session().run(script, &[json!(handle)])?;
        Ok(match found == json!(pairs) {
            true => Look::Done(()),
            false => Look::Not(found.to_string()),
        })
    })
}

#[test]
fn characters_that_look_alike_are_drawn_once_more() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let page = open(&browser, &server.url(), "#/teach")?;
    add(&page, "plus", CROSS)?;
    add(&page, "ell", CORNER)?;
    until_shelf(&page, &[("plus", 1), ("ell", 1)])?;
    add(&page, "gamma", HIGHER_CORNER)?;
    until_alike(&page, "teach-alike-pair", &["1 2"])?;
    let said = page.text("teach-alike-pair")?.unwrap_or_default();
    assert!(said.contains("ell") && said.contains("gamma"), "{said}");

    // Where the set is used they are told, too.
    page.click("teach-use")?;
    page.settle()?;
    until_alike(&page, "alike-pair", &["1 2"])?;
    page.session().run("location.hash = '#/teach'", &[])?;

    // The button leads to the pad; the drawing goes to the character, which now differs.
    page.click("teach-alike-draw")?;
    let focused = "return document.activeElement.dataset.testid";
    assert_eq!(page.session().run(focused, &[])?, "teach-pad");
    let asked = page.text("teach-again")?.unwrap_or_default();
    assert!(asked.contains("ell"), "{asked}");
    draw(&page, "teach-pad", RING)?;
    page.click("teach-again-add")?;
    until_shelf(&page, &[("plus", 1), ("ell", 2), ("gamma", 1)])?;
    until_alike(&page, "teach-alike-pair", &[])?;
    assert_eq!(page.text("teach-again")?.unwrap_or_default(), "");

    // Without that drawing they look alike as before.
    page.click("teach-undo")?;
    until_alike(&page, "teach-alike-pair", &["1 2"])?;
    page.click("teach-remove")?;
    until_alike(&page, "teach-alike-pair", &["0 1"])?;
    assert_eq!(page.text("error")?, None);
    Ok(())
}
