//! Sheets to print in Chromium: nothing else is on paper, they have their true size, and what is printed
//! can be read back.

use serde_json::{Value, json};
use twinglyph_e2e::browser::{Browser, Kind};
use twinglyph_e2e::page::{Look, Page, wait};
use twinglyph_e2e::{Error, Result, app, training::LIMIT};
use twinglyph_paper::Picture;
use twinglyph_paper::form::{self, Name, Names, Paper, pages};

/// Pixels a millimetre of the picture that is read back.
const DENSITY: f64 = 4.0;

/// Opens the page without a printer: it counts how often it is asked for.
fn open<'a>(browser: &'a Browser, url: &str) -> Result<Page<'a>> {
    let page = Page::open(browser, &format!("{url}?device=cpu&model=compact#/teach"))?;
    page.wait_for("print-sheet", "the page of teaching", LIMIT)?;
    let script = "window.printed = 0; window.print = () => { window.printed += 1 }";
    page.session().run(script, &[])?;
    Ok(page)
}

/// Prints and gives the number of pages.
fn print(page: &Page<'_>, what: &str, paper: &str) -> Result<u64> {
    page.session()
        .run("window.dispatchEvent(new Event('afterprint'))", &[])?;
    page.choose("print-what", what)?;
    page.choose("print-paper", paper)?;
    page.click("print-sheet")?;
    wait("a sheet", LIMIT, || {
        let count = page.session().run(
            "return document.querySelectorAll('.sheets > svg').length",
            &[],
        )?;
        Ok(match count.as_u64() {
            Some(count) if count > 0 => Look::Done(count),
            _ => Look::Not(page.text("teach-told")?.unwrap_or_default()),
        })
    })
}

/// Shows the page as it is printed, or as it is on the screen.
fn as_printed(page: &Page<'_>, printed: bool) -> Result<()> {
    let media = if printed { "print" } else { "" };
    page.session()
        .devtools("Emulation.setEmulatedMedia", &json!({ "media": media }))?;
    Ok(())
}

/// The first sheet as a photo of it, with a bar in a cell.
fn photo(page: &Page<'_>, paper: Paper, bar: [f64; 2]) -> Result<Picture> {
    let script = "const [width, height, density, x, y, done] = arguments;\
        const text = new XMLSerializer().serializeToString(document.querySelector('.sheets > svg'));\
        const image = new Image();\
        image.onload = () => {\
            const canvas = Object.assign(document.createElement('canvas'), { width, height });\
            const context = canvas.getContext('2d', { willReadFrequently: true });\
            context.drawImage(image, 0, 0, width, height);\
            context.fillStyle = '#223';\
            context.fillRect((x - 0.5) * density, (y - 6) * density, density, 12 * density);\
            const { data } = context.getImageData(0, 0, width, height);\
            let levels = '';\
            for (let at = 0; at < data.length; at += 4) levels += String.fromCharCode(48 + (data[at] >> 2));\
            done(levels);\
        };\
        image.onerror = () => done('');\
        image.src = URL.createObjectURL(new Blob([text], { type: 'image/svg+xml' }))";
    let [width, height] = paper.size().map(|side| (side * DENSITY) as usize);
    let arguments = [
        json!(width),
        json!(height),
        json!(DENSITY),
        json!(bar[0]),
        json!(bar[1]),
    ];
    let levels = page.session().run_async(script, &arguments)?;
    let levels = levels.as_str().unwrap_or_default();
    let rgba = levels.bytes().flat_map(|level| {
        let level = level.saturating_sub(48) << 2;
        [level, level, level, 255]
    });
    let picture = Picture::new(width, height, rgba.collect());
    picture.map_err(|error| Error::Setting(format!("no picture of the sheet: {error}")))
}

#[test]
fn a_printed_sheet_is_alone_on_its_paper_and_can_be_read() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let page = open(&browser, &server.url())?;

    // A set of one's own that is empty can't be printed: empty boxes are offered.
    assert_eq!(page.chosen("print-what")?, "");
    let alphabets = page.options("print-what")?;
    assert!(alphabets.len() > 2, "{alphabets:?}");
    let alphabet = alphabets.last().cloned().unwrap_or_default();
    print(&page, &alphabet, "letter")?;
    assert_eq!(page.session().run("return window.printed", &[])?, json!(1));

    as_printed(&page, true)?;
    let script = "const shown = [...document.body.children].filter(one => one.checkVisibility());\
        const sheet = document.querySelector('.sheets > svg').getBoundingClientRect();\
        return [shown.map(one => one.className), sheet.width, sheet.height]";
    let found = page.session().run(script, &[])?;
    assert_eq!(found[0], json!(["sheets letter"]));
    // 96 pixels an inch.
    for (at, side) in Paper::Letter.size().into_iter().enumerate() {
        let pixels = found[at + 1].as_f64().unwrap_or_default();
        assert!(
            (pixels - side / 25.4 * 96.0).abs() < 0.5,
            "{pixels} for {side} mm"
        );
    }
    as_printed(&page, false)?;

    let layout = pages(Paper::Letter, &Names::Blank(20))
        .map_err(|error| Error::Setting(error.to_string()))?[0]
        .layout();
    let picture = photo(&page, Paper::Letter, layout.cell(1).middle())?;
    let form = form::read(&picture).map_err(|error| Error::Setting(error.to_string()))?;
    for (at, cell) in form.cells.iter().enumerate() {
        let name = Name::Character {
            alphabet: alphabet.clone(),
            at,
        };
        assert_eq!(cell.name, Some(name));
        assert_eq!(cell.drawing.is_some(), at == 1, "cell {at}");
    }
    let gone = "window.dispatchEvent(new Event('afterprint'));\
        return document.querySelectorAll('.sheets').length";
    assert_eq!(page.session().run(gone, &[])?, json!(0));

    assert_eq!(print(&page, "", "a4")?, 1);
    Ok(())
}

#[test]
fn pages_are_printed_without_controls() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let page = Page::open(
        &browser,
        &format!("{}?device=cpu&model=compact#/draw", server.url()),
    )?;
    page.wait_for("drawing-pad", "the pad", LIMIT)?;
    for hash in ["#/draw", "#/trials"] {
        as_printed(&page, false)?;
        page.session()
            .run("location.hash = arguments[0]", &[json!(hash)])?;
        wait("the page", LIMIT, || {
            let script = "return [...document.querySelectorAll('main h1')].some(one => one.checkVisibility())";
            let shown = page.session().run(script, &[])?;
            Ok(if shown == json!(true) {
                Look::Done(())
            } else {
                Look::Not(hash.to_owned())
            })
        })?;
        as_printed(&page, true)?;
        let script = "const controls = [...document.querySelectorAll('header.head, .tools, input, button')];\
            const shown = controls.filter(one => one.checkVisibility() && !one.matches('.match, .cell'));\
            const style = getComputedStyle(document.documentElement);\
            return [shown.map(one => one.outerHTML.slice(0, 90)), style.backgroundColor]";
        let found = page.session().run(script, &[])?;
        assert_eq!(found[0], Value::Array(Vec::new()), "{hash}");
        assert_eq!(found[1], json!("rgb(255, 255, 255)"), "{hash}");
    }
    Ok(())
}
