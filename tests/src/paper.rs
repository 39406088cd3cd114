//! Photos of paper as a person takes them, drawn in the page, and the review of what is found on them.

use serde_json::{Value, json};

use crate::page::{Look, Page, wait};
use crate::training::LIMIT;
use crate::{Error, Result};

/// How many characters are on a photo.
pub const CHARACTERS: usize = 12;

/// Draws twelve characters in three lines on unevenly lit paper, as a JPEG; gives a blob.
const DRAW: &str = "const draw = (width, height) => {\
    const canvas = document.createElement('canvas');\
    [canvas.width, canvas.height] = [width, height];\
    const context = canvas.getContext('2d');\
    const light = context.createLinearGradient(0, 0, width, height);\
    light.addColorStop(0, '#b5ad9c'); light.addColorStop(1, '#f4efe4');\
    context.fillStyle = light; context.fillRect(0, 0, width, height);\
    context.scale(width / 1200, width / 1200);\
    context.strokeStyle = '#223'; context.lineWidth = 12;\
    context.lineCap = context.lineJoin = 'round';\
    ['M0 0L60 120M60 0L0 120', 'M30 0V120M0 60H60', 'M0 0V120H60', 'M0 0H60L0 120H60',\
     'M30 0L0 120M30 0L60 120M12 80H48', 'M0 0V120M0 60H60M60 0V120', 'M0 0H60M30 0V120',\
     'M60 0H0V120H60', 'M0 120V0L60 120V0', 'M0 0L30 60L60 0M30 60V120', 'M0 0H60V120H0Z',\
     'M0 0V120H60V0'].forEach((path, at) => {\
        context.save();\
        context.translate(120 + (at % 4) * 280, 100 + Math.floor(at / 4) * 240);\
        context.stroke(new Path2D(path)); context.restore(); });\
    return new Promise(done => canvas.toBlob(done, 'image/jpeg', 0.9)); };";

/// Gives files to the field for pictures.
const GIVE: &str = "const give = files => {\
    const input = document.querySelector('[data-testid=teach-pictures]');\
    const chosen = new DataTransfer();\
    for (const file of files) chosen.items.add(file);\
    input.files = chosen.files;\
    input.dispatchEvent(new Event('change', { bubbles: true })); };";

/// Chooses a photo of [`CHARACTERS`] characters, of this size.
///
/// # Errors
/// When the browser fails.
pub fn choose(page: &Page<'_>, name: &str, (width, height): (u32, u32)) -> Result<()> {
    let script = format!(
        "{DRAW}{GIVE} const [name, width, height, done] = arguments;\
         draw(width, height).then(blob => {{ give([new File([blob], name)]); done(); }})"
    );
    let arguments = [json!(name), json!(width), json!(height)];
    page.session().run_async(&script, &arguments).map(drop)
}

/// Chooses a photo of [`CHARACTERS`] characters that a camera held on its side: its pixels lie on their left side, and
/// its EXIF data says so (orientation 6).
///
/// # Errors
/// When the browser fails.
pub fn choose_turned(page: &Page<'_>, name: &str, (width, height): (u32, u32)) -> Result<()> {
    let script = format!(
        "{DRAW}{GIVE} const [name, width, height, done] = arguments;\
         const exif = [255, 225, 0, 34, 69, 120, 105, 102, 0, 0, 77, 77, 0, 42, 0, 0, 0, 8, 0, 1,\
           1, 18, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0];\
         (async () => {{\
           const canvas = document.createElement('canvas');\
           [canvas.width, canvas.height] = [height, width];\
           const context = canvas.getContext('2d');\
           context.translate(0, width); context.rotate(-Math.PI / 2);\
           context.drawImage(await createImageBitmap(await draw(width, height)), 0, 0);\
           const blob = await new Promise(done => canvas.toBlob(done, 'image/jpeg', 0.9));\
           const bytes = new Uint8Array(await blob.arrayBuffer());\
           give([new File([bytes.slice(0, 2), Uint8Array.from(exif), bytes.slice(2)], name)]);\
         }})().then(done, error => done(String(error)))"
    );
    let arguments = [json!(name), json!(width), json!(height)];
    let failed = page.session().run_async(&script, &arguments)?;
    match failed.as_str() {
        Some(error) => Err(Error::Setting(error.to_owned())),
        None => Ok(()),
    }
}

/// How many boxes stand in each row of the photo, from above: a new row begins where a box lies left of the one
/// before.
///
/// # Errors
/// When the browser fails.
pub fn rows(page: &Page<'_>) -> Result<Value> {
    let script = "const boxes = [...document.querySelectorAll('[data-testid=review-box][data-number]')];\
        const rows = []; let last = Infinity;\
        for (const box of boxes.sort((a, b) => a.dataset.number - b.dataset.number)) {\
          const { left } = box.getBoundingClientRect();\
          if (left < last) rows.push(0);\
          rows[rows.length - 1]++; last = left; }\
        return rows";
    page.session().run(script, &[])
}

/// Chooses files of these names and bytes, and behind them a photo where it has a name.
///
/// # Errors
/// When the browser fails.
pub fn choose_files(page: &Page<'_>, files: &[(&str, &[u8])], photo: &str) -> Result<()> {
    let script = format!(
        "{DRAW}{GIVE} const [files, photo, done] = arguments;\
         const given = files.map(([name, bytes]) => new File([Uint8Array.from(bytes)], name));\
         draw(1200, 900).then(blob => {{ if (photo) given.push(new File([blob], photo));\
         give(given); done(); }})"
    );
    let arguments = [json!(files), json!(photo)];
    page.session().run_async(&script, &arguments).map(drop)
}

/// Waits for so many boxes.
///
/// # Errors
/// When there are others after [`LIMIT`].
pub fn until_boxes(page: &Page<'_>, count: usize) -> Result<()> {
    let script = "const shown = handle => document.querySelector(`[data-testid=${handle}]`)?.innerText;\
        return [document.querySelectorAll('[data-testid=review-box][data-number]').length,\
        shown('review')]";
    wait("the boxes of the characters", LIMIT, || {
        let found = page.session().run(script, &[])?;
        Ok(if found[0] == json!(count) {
            Look::Done(())
        } else {
            Look::Not(found.to_string())
        })
    })
}

/// Waits until this part of the review says something that has these words in it.
///
/// # Errors
/// When it doesn't within [`LIMIT`].
pub fn until_said(page: &Page<'_>, handle: &str, words: &str) -> Result<()> {
    wait("what the review says", LIMIT, || {
        let text = page.text(handle)?.unwrap_or_default();
        Ok(if text.contains(words) {
            Look::Done(())
        } else {
            Look::Not(text)
        })
    })
}

/// Clicks on the boxes with these numbers, and waits until each has taken its click: a browser may hand it to the
/// page after it has reported it done.
///
/// # Errors
/// When there are no such boxes, or one does not take its click.
pub fn choose_boxes(page: &Page<'_>, numbers: &[usize]) -> Result<()> {
    for number in numbers {
        let selector = format!("[data-testid=review-box][data-number='{number}']");
        let pressed = || {
            let script =
                "return document.querySelector(arguments[0])?.getAttribute('aria-pressed')";
            page.session().run(script, &[json!(selector)])
        };
        let before = pressed()?;
        let element = page.session().find(&selector)?;
        page.session().click(&element)?;
        wait("the click on a box", LIMIT, || {
            let now = pressed()?;
            Ok(if now == before {
                Look::Not(format!("box {number}: {now}"))
            } else {
                Look::Done(())
            })
        })?;
    }
    Ok(())
}

/// Is the review closed?
///
/// # Errors
/// When the browser fails.
pub fn is_closed(page: &Page<'_>) -> Result<bool> {
    let script = "return !document.querySelector('[data-testid=review]').open";
    Ok(page.session().run(script, &[])? == Value::Bool(true))
}
