//! What people drop on `#/teach` and paste there, in Chromium: read, or refused with what to do, and the page
//! stays.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use twinglyph_core::Bitmap;
use twinglyph_core::own::{OwnClass, OwnSet};
use twinglyph_e2e::browser::{Browser, Kind};
use twinglyph_e2e::page::{Look, Page, wait};
use twinglyph_e2e::paper::{until_boxes, until_said};
use twinglyph_e2e::server::Server;
use twinglyph_e2e::{Error, Result, app, training::LIMIT};

/// A drawing of lines without a size, that would run a script, fetch what is not its own, and is drawn by a
/// style.
const SVG: &str = "<?xml version='1.0'?><!-- made by <svg --><svg xmlns='http://www.w3.org/2000/svg' \
    viewBox='0 0 60 60' onload='parent.harmed = top.harmed = 1'>\
    <style>path { fill: none; stroke: #123; stroke-width: 4 }</style>\
    <script>parent.harmed = top.harmed = 1; fetch('/harm-by-script')</script>\
    <image href='/harm-by-image.png' width='9' height='9'/>\
    <path d='M10 10L50 50M50 10L10 50'/></svg>";

fn open<'a>(browser: &'a Browser, server: &Server) -> Result<Page<'a>> {
    let url = format!("{}?device=cpu&model=compact#/teach", server.url());
    let page = Page::open(browser, &url)?;
    page.wait_for("teach-pad", "the page of teaching", LIMIT)?;
    // Another document would not have it.
    page.session().run("window.stayed = true", &[])?;
    Ok(page)
}

/// The page is still there, and nothing has gone wrong with it.
fn stays(page: &Page<'_>) -> Result<()> {
    let script = "return [window.stayed, location.hash, window.harmed]";
    let stayed = page.session().run(script, &[])?;
    assert_eq!(stayed, json!([true, "#/teach", null]));
    assert_eq!(page.text("error")?, None);
    Ok(())
}

/// Waits until the page tells something with these words, as an error or not.
fn tells(page: &Page<'_>, words: &str, is_refusal: bool) -> Result<()> {
    let script = "const told = document.querySelector('[data-testid=teach-told]');\
        return [told.textContent, told.classList.contains('refused')]";
    wait("what the page tells", LIMIT, || {
        let told = page.session().run(script, &[])?;
        let text = told[0].as_str().unwrap_or_default();
        Ok(if text.contains(words) && told[1] == json!(is_refusal) {
            Look::Done(())
        } else {
            Look::Not(told.to_string())
        })
    })
}

/// Names and numbers of examples on the shelf.
fn until_shelf(page: &Page<'_>, expected: &Value) -> Result<()> {
    let script = "return [...document.querySelectorAll('[data-testid=teach-class]')].map(row =>\
        [row.dataset.name, row.querySelectorAll('[data-testid=teach-example]').length])";
    wait("the shelf", LIMIT, || {
        let shelf = page.session().run(script, &[])?;
        Ok(if shelf == *expected {
            Look::Done(())
        } else {
            Look::Not(format!("{shelf}: {:?}", page.text("teach-told")?))
        })
    })
}

/// The PNG of a cross in this colour, on this paper or on none.
fn cross(page: &Page<'_>, ink: &str, paper: Option<&str>) -> Result<Vec<u8>> {
    let script = "const [ink, paper, done] = arguments;\
        const canvas = document.createElement('canvas');\
        [canvas.width, canvas.height] = [200, 200];\
        const context = canvas.getContext('2d');\
        if (paper) { context.fillStyle = paper; context.fillRect(0, 0, 200, 200); }\
        context.strokeStyle = ink; context.lineWidth = 9;\
        context.stroke(new Path2D('M50 50l100 100M150 50l-100 100'));\
        canvas.toBlob(async blob => done([...new Uint8Array(await blob.arrayBuffer())]))";
    let bytes = page
        .session()
        .run_async(script, &[json!(ink), json!(paper)])?;
    let byte = |byte: &Value| byte.as_u64().unwrap_or(0) as u8;
    Ok(bytes.as_array().into_iter().flatten().map(byte).collect())
}

/// Drops these files, or pastes them, with this text beside them, on an element; tells whether the browser
/// was kept from doing what it does with them.
fn give(
    page: &Page<'_>,
    how: &str,
    on: &str,
    files: &[(&str, &[u8])],
    text: Option<&str>,
) -> Result<bool> {
    let script = "const [how, on, files, text] = arguments;\
        const held = new DataTransfer();\
        for (const [name, bytes] of files) held.items.add(new File([Uint8Array.from(bytes)], name));\
        if (text) held.setData('text/plain', text);\
        const about = { bubbles: true, cancelable: true, composed: true };\
        const event = how === 'paste'\
          ? new ClipboardEvent('paste', { ...about, clipboardData: held })\
          : new DragEvent('drop', { ...about, dataTransfer: held });\
        document.querySelector(on).dispatchEvent(event);\
        return event.defaultPrevented";
    let arguments = [json!(how), json!(on), json!(files), json!(text)];
    Ok(page.session().run(script, &arguments)? == json!(true))
}

/// Drops what the browser is given from outside at this place of the window; in between says whether it shows
/// where things can be dropped.
fn drop_from_outside(page: &Page<'_>, (x, y): (u32, u32), data: &Value) -> Result<bool> {
    let event = |kind: &str| {
        let parameters = json!({ "type": kind, "x": x, "y": y, "data": data });
        page.session()
            .devtools("Input.dispatchDragEvent", &parameters)
            .map(std::mem::drop)
    };
    event("dragEnter")?;
    event("dragOver")?;
    let script =
        "return document.querySelector('[data-testid=teach-drop]')?.checkVisibility() ?? false";
    let is_shown = page.session().run(script, &[])? == json!(true);
    event("drop")?;
    Ok(is_shown)
}

fn files(paths: &[&Path]) -> Value {
    json!({ "items": [], "files": paths, "dragOperationsMask": 1 })
}

fn text(kind: &str, text: &str) -> Value {
    let item = json!({ "mimeType": kind, "data": text, "title": "", "baseURL": "" });
    json!({ "items": [item], "dragOperationsMask": 17 })
}

/// A folder that goes with its owner.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Result<Self> {
        let path = std::env::temp_dir().join(format!("twinglyph-{name}-{}", std::process::id()));
        let folder = Self(path);
        folder.write("signs/none", b"")?;
        Ok(folder)
    }

    fn write(&self, path: &str, bytes: &[u8]) -> Result<()> {
        let path = self.0.join(path);
        let failed = |error| Error::Setting(format!("{}: {error}", path.display()));
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(failed)?;
        }
        std::fs::write(&path, bytes).map_err(failed)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What is left is in the folder for such things.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[test]
fn folders_are_read_with_all_that_is_in_them() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let page = open(&browser, &server)?;
    let cross = cross(&page, "#123", Some("#fff"))?;
    let folder = Folder::new("dropped")?;
    // As a Mac writes it, in parts.
    for path in [
        "signs/か\u{3099}/a.png",
        "signs/か\u{3099}/b.png",
        "signs/lone.png",
        "signs/deep/er/ß/a.png",
        "more/十/a.png",
    ] {
        folder.write(path, &cross)?;
    }
    folder.write("signs/notes.txt", b"no picture")?;
    folder.write("signs/.hidden", b"x")?;
    let signs = folder.0.join("signs");
    let is_shown = drop_from_outside(&page, (400, 300), &files(&[&signs]))?;
    assert!(is_shown, "nothing shows where things can be dropped");
    until_shelf(&page, &json!([["lone", 1], ["ß", 1], ["が", 2]]))?;
    tells(&page, "3 characters with 4 examples were added.", false)?;
    tells(
        &page,
        "signs/notes.txt (this is text, not a picture)",
        false,
    )?;
    assert_eq!(
        page.text("teach-told")?.map(|told| told.contains("hidden")),
        Some(false)
    );
    page.click("teach-undo")?;
    until_shelf(&page, &json!([]))?;

    // Several folders are a character each.
    let both = [signs.join("か\u{3099}"), folder.0.join("more/十")];
    drop_from_outside(&page, (400, 300), &files(&[&both[0], &both[1]]))?;
    until_shelf(&page, &json!([["が", 2], ["十", 1]]))?;
    tells(&page, "2 characters with 3 examples were added.", false)?;

    // Nothing in it is told as nothing.
    let empty = folder.0.join("empty");
    folder.write("empty/readme", b"text")?;
    drop_from_outside(&page, (400, 300), &files(&[&empty]))?;
    tells(&page, "Nothing was added.", true)?;
    stays(&page)
}

#[test]
fn pictures_are_read_or_refused_with_what_to_do() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let page = open(&browser, &server)?;
    let cross_on_paper = cross(&page, "#123", Some("#fff"))?;
    let white = cross(&page, "#fff", None)?;
    let added = |page: &Page<'_>| -> Result<()> {
        until_boxes(page, 1)?;
        page.click("review-add")?;
        tells(page, "1 character was added", false)
    };
    for (name, bytes) in [("x.svg", SVG.as_bytes()), ("white.png", &white)] {
        assert!(give(&page, "drop", ".teach-page", &[(name, bytes)], None)?);
        added(&page)?;
    }
    until_shelf(&page, &json!([["x", 1], ["white", 1]]))?;
    // A clipboard's picture has a name of no person.
    let pasted: [(&str, &[u8]); 1] = [("image.png", &cross_on_paper)];
    assert!(give(&page, "paste", "body", &pasted, None)?);
    added(&page)?;
    until_shelf(&page, &json!([["x", 1], ["white", 1], ["character 3", 1]]))?;
    // Text with a picture of it belongs into the field that is written in.
    let field = "[data-testid=teach-name]";
    assert!(!give(&page, "paste", field, &pasted, Some("text"))?);
    assert!(!give(&page, "drop", field, &[], Some("text"))?);

    let mut enormous = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    enormous.extend([30_000u32.to_be_bytes(), 30_000u32.to_be_bytes()].concat());
    enormous.extend([8, 2, 0, 0, 0]);
    let refused: [(&str, &[u8], &str); 4] = [
        (
            "IMG_1.HEIC",
            b"\0\0\0\x18ftypheic\0\0\0\0",
            "set the camera to",
        ),
        ("wall.png", &enormous, "more than 65 million pixels"),
        ("cut.svg", b"<svg viewBox='0 0 9 9'><path", "save it as PNG"),
        ("page.pdf", b"%PDF-1.7", "take a screenshot"),
    ];
    for (name, bytes, words) in refused {
        assert!(give(&page, "drop", "body", &[(name, bytes)], None)?);
        until_said(&page, "review-failed", words)?;
        page.click("review-cancel")?;
    }
    until_shelf(&page, &json!([["x", 1], ["white", 1], ["character 3", 1]]))?;
    let asked = server.take_asked();
    assert!(!asked.iter().any(|path| path.contains("harm")), "{asked:?}");
    stays(&page)
}

#[test]
fn sets_are_opened_and_links_and_text_are_refused() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let page = open(&browser, &server)?;
    let set = OwnSet {
        name: "From afar".to_owned(),
        classes: vec![OwnClass::new(
            "か\u{3099}",
            [Bitmap::from_fn(|row, column| row == column)],
        )],
    };
    let failed = |error| Error::Setting(format!("{error}"));
    let bytes = set.encode().map_err(failed)?;
    let two: [(&str, &[u8]); 2] = [("a.twinset", &bytes), ("b.TWINSET", &bytes)];
    give(&page, "drop", "header", &two, None)?;
    // Several come together, and what two of them have comes once.
    tells(&page, "1 example came in from 2 sets", false)?;
    until_shelf(&page, &json!([["が", 1]]))?;
    page.click("teach-undo")?;
    until_shelf(&page, &json!([]))?;
    give(&page, "drop", "header", &two[1..], None)?;
    until_shelf(&page, &json!([["が", 1]]))?;
    tells(&page, "", false)?;
    page.click("teach-empty")?;
    until_shelf(&page, &json!([]))?;

    drop_from_outside(
        &page,
        (400, 300),
        &text("text/uri-list", "https://example.org/a.png"),
    )?;
    tells(&page, "Save the picture as a file", true)?;
    drop_from_outside(&page, (400, 300), &text("text/plain", "あ"))?;
    tells(&page, "Text is not a picture", true)?;
    let address = set.to_address().map_err(failed)?;
    let link = format!("https://example.org/app/#/teach?set={address}");
    drop_from_outside(&page, (400, 300), &text("text/uri-list", &link))?;
    until_shelf(&page, &json!([["が", 1]]))?;
    stays(&page)?;

    // On other pages nothing is taken, and nothing takes the page's place.
    page.session().run("location.hash = '#/draw'", &[])?;
    let folder = Folder::new("beside")?;
    folder.write("note.txt", b"text")?;
    let note = folder.0.join("note.txt");
    for place in [(400, 300), (10, 10)] {
        assert!(!drop_from_outside(&page, place, &files(&[&note]))?);
        drop_from_outside(&page, place, &text("text/uri-list", "https://example.org/"))?;
    }
    page.session().run("location.hash = '#/teach'", &[])?;
    until_shelf(&page, &json!([["が", 1]]))?;
    stays(&page)
}
