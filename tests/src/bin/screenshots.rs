//! Makes the pictures of the page in docs/pictures/: four widths, light and dark, and the Japanese page;
//! and of each curve in docs/training/, an SVG, a PNG beside it.

use std::path::Path;
use std::time::Duration;

use serde_json::json;
use twinglyph_core::own::{OwnClass, OwnSet};
use twinglyph_e2e::browser::{Browser, Kind};
use twinglyph_e2e::page::{Look, Page, wait};
use twinglyph_e2e::paper::{CHARACTERS, choose_files, until_boxes};
use twinglyph_e2e::training::LIMIT;
use twinglyph_e2e::{Error, Result, app};
use xtask::workspace::Workspace;

/// Name, width and height in CSS pixels, and device pixels to one: a usual laptop, a small phone, a
/// tablet, a large screen.
const SCREENS: [(&str, u32, u32, u32); 4] = [
    ("desktop", 1280, 800, 1),
    ("phone", 360, 780, 2),
    ("tablet", 768, 1024, 1),
    ("wide", 1920, 1080, 1),
];

/// Screens on which a measure and a run of training are waited for.
const PATIENT: [&str; 2] = ["desktop", "phone"];

/// Characters of the set that is taught, with their places in Omniglot's alphabet.
const HIRAGANA: [(&str, usize); 3] = [("一つ目", 0), ("二つ目", 1), ("三つ目", 2)];

/// What moves on the page comes to rest within half a second.
const REST: Duration = Duration::from_millis(1000);

/// The longest of what is waited for: accuracy against N on a busy machine.
const WAIT: Duration = Duration::from_secs(300);

fn main() -> Result<()> {
    curves(&Workspace::find().root().join("docs/training"))?;
    let folder = Workspace::find().root().join("docs/pictures");
    std::fs::create_dir_all(&folder)
        .map_err(|error| Error::Setting(format!("{}: {error}", folder.display())))?;
    let server = app::serve()?;
    for (screen, width, height, density) in SCREENS {
        for theme in ["light", "dark"] {
            // A browser each: none shows what another one kept.
            let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
            let session = browser.session();
            session.devtools(
                "Emulation.setDeviceMetricsOverride",
                &json!({ "width": width, "height": height, "deviceScaleFactor": density, "mobile": density > 1 }),
            )?;
            session.devtools(
                "Emulation.setEmulatedMedia",
                &json!({ "features": [{ "name": "prefers-color-scheme", "value": theme }] }),
            )?;
            let page = Page::open(&browser, &format!("{}#/draw", server.url()))?;
            page.first_ranking()?;
            let save = |name: &str| -> Result<()> {
                std::thread::sleep(REST);
                let file = folder.join(format!("{name}-{screen}-{theme}.png"));
                write(&file, &session.picture()?)?;
                println!("{}", file.display());
                Ok(())
            };
            save("draw")?;
            look(&page)?;
            save("network")?;
            goes_to(&page, "#/learn", "lesson")?;
            save("learn")?;
            teach(&page)?;
            save("teach")?;
            play(&page)?;
            save("trials")?;
            if PATIENT.contains(&screen) {
                measure(&page)?;
                save("measures")?;
                learn(&page)?;
                save("train")?;
                review(&page, &folder)?;
                save("review")?;
            }
            if theme == "light" {
                let page = Page::open(&browser, &format!("{}?lang=ja#/draw", server.url()))?;
                page.first_ranking()?;
                save("japanese")?;
            }
        }
    }
    Ok(())
}

fn goes_to(page: &Page<'_>, hash: &str, handle: &str) -> Result<()> {
    let script = "location.hash = arguments[0]";
    page.session().run(script, &[json!(hash)])?;
    page.wait_for(handle, hash, WAIT)
}

/// Three characters of one's own, two examples each, as the page shows them.
fn teach(page: &Page<'_>) -> Result<()> {
    let alphabet = app::alphabet("Japanese_(hiragana)")?;
    let class = |(name, character): (&str, usize)| {
        let drawings = (0..2).filter_map(|drawer| alphabet.drawing(character, drawer).cloned());
        OwnClass::new(name, drawings)
    };
    let set = OwnSet {
        name: "ひらがな".to_owned(),
        classes: HIRAGANA.map(class).into(),
    };
    let address = set
        .to_address()
        .map_err(|error| Error::Setting(error.to_string()))?;
    page.session().run(
        "location.hash = `#/teach?set=${arguments[0]}`",
        &[json!(address)],
    )?;
    page.wait_for("teach-class", "the set", WAIT)?;
    // As on the next day: nothing is said of where the set came from.
    page.session().reload()?;
    page.wait_for("teach-class", "the set", WAIT)
}

/// What is found on the photo of docs/photos.md, before it is added.
fn review(page: &Page<'_>, folder: &Path) -> Result<()> {
    let file = folder.join("photo.jpg");
    let photo = std::fs::read(&file)
        .map_err(|error| Error::Setting(format!("{}: {error}", file.display())))?;
    goes_to(page, "#/teach", "teach-pictures")?;
    choose_files(page, &[("photo.jpg", &photo)], "")?;
    until_boxes(page, CHARACTERS)?;
    let script = "document.querySelector('[data-testid=review]').scrollIntoView()";
    page.session().run(script, &[]).map(drop)
}

/// The network, with the drawing against its best match.
fn look(page: &Page<'_>) -> Result<()> {
    page.session().run("location.hash = '#/network'", &[])?;
    page.wait_for("pair-score", "the look into the network", WAIT)
}

/// The curves of training runs as PNG, at two pixels a unit.
fn curves(folder: &Path) -> Result<()> {
    let cannot = |error: std::io::Error| Error::Setting(format!("{}: {error}", folder.display()));
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let session = browser.session();
    let (width, height) = twinglyph_core::plot::SIZE;
    session.devtools(
        "Emulation.setDeviceMetricsOverride",
        &json!({ "width": width, "height": height, "deviceScaleFactor": 2, "mobile": false }),
    )?;
    for entry in std::fs::read_dir(folder).map_err(cannot)? {
        let path = entry.map_err(cannot)?.path();
        if path.extension().is_some_and(|end| end == "svg") {
            session.go(&format!("file://{}", path.display()))?;
            write(&path.with_extension("png"), &session.picture()?)?;
        }
    }
    Ok(())
}

/// A trial that is answered.
fn play(page: &Page<'_>) -> Result<()> {
    let session = page.session();
    session.run("location.hash = '#/trials?ways=20&seed=11&trial=1'", &[])?;
    page.wait_for("trial-choice", "the trial", WAIT)?;
    std::thread::sleep(REST);
    session.run(
        "document.querySelectorAll('[data-testid=trial-choice]')[3].click()",
        &[],
    )?;
    page.wait_for("trial-next", "the answer", WAIT)
}

/// Accuracy against N, measured whole, at the top of the window.
fn measure(page: &Page<'_>) -> Result<()> {
    page.click("sweep-start")?;
    wait("the measure", WAIT, || {
        let state = page.attribute("sweep-progress", "data-state")?;
        Ok(match state.as_deref() {
            Some("done") => Look::Done(()),
            _ => Look::Not(format!("{state:?}")),
        })
    })?;
    let script =
        "document.querySelector('[data-testid=sweep-start]').closest('section').scrollIntoView()";
    page.session().run(script, &[]).map(drop)
}

/// The proposed run at its end.
fn learn(page: &Page<'_>) -> Result<()> {
    let session = page.session();
    session.run("location.hash = '#/train'", &[])?;
    page.wait_for("finetune-start", "the page of the training", WAIT)?;
    wait("the proposal", WAIT, || {
        let told = page.text("finetune-step")?.unwrap_or_default();
        Ok(match told.contains("Ready") {
            true => Look::Done(()),
            false => Look::Not(told),
        })
    })?;
    page.click("finetune-start")?;
    wait("the run", LIMIT, || {
        let state = page.attribute("finetune-step", "data-state")?;
        Ok(match state.as_deref() {
            Some("over") => Look::Done(()),
            _ => Look::Not(format!("{state:?}")),
        })
    })?;
    session.run("scrollTo(0, 0)", &[]).map(drop)
}

fn write(file: &Path, base64: &str) -> Result<()> {
    let bytes = decode(base64).ok_or_else(|| Error::Setting("the picture is no base64".into()))?;
    std::fs::write(file, bytes)
        .map_err(|error| Error::Setting(format!("{}: {error}", file.display())))
}

/// The bytes of base64 with padding (RFC 4648).
fn decode(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut group, mut bits) = (0u32, 0u32);
    for digit in text.trim_end_matches('=').bytes() {
        let value = match digit {
            b'A'..=b'Z' => digit - b'A',
            b'a'..=b'z' => digit - b'a' + 26,
            b'0'..=b'9' => digit - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        group = (group << 6 | u32::from(value)) & 0xff_ffff;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push((group >> bits & 0xff) as u8);
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_decoded() {
        // RFC 4648, section 10.
        for (text, bytes) in [
            ("", ""),
            ("Zg==", "f"),
            ("Zm8=", "fo"),
            ("Zm9vYmFy", "foobar"),
        ] {
            assert_eq!(decode(text).as_deref(), Some(bytes.as_bytes()));
        }
        assert_eq!(decode("Zm9*"), None);
    }
}
