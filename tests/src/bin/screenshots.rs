//! Makes the pictures of the page in docs/pictures/: phone and desktop, light and dark.

use std::path::Path;
use std::time::Duration;

use serde_json::json;
use twinglyph_e2e::browser::{Browser, Kind};
use twinglyph_e2e::page::Page;
use twinglyph_e2e::{Error, Result, app};
use xtask::workspace::Workspace;

/// Name, width and height in CSS pixels, and device pixels to one: a usual laptop and phone.
const SCREENS: [(&str, u32, u32, u32); 2] = [("desktop", 1280, 800, 1), ("phone", 390, 844, 2)];

/// What moves on the page comes to rest within half a second.
const REST: Duration = Duration::from_millis(1000);

fn main() -> Result<()> {
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
            std::thread::sleep(REST);
            let file = folder.join(format!("draw-{screen}-{theme}.png"));
            write(&file, &session.picture()?)?;
            println!("{}", file.display());
        }
    }
    Ok(())
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
