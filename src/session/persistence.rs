//! What is kept across a reload, as text for the browser's storage.
//!
//! Anything unreadable counts as nothing kept: another version of the page may have written it.

use serde::{Deserialize, Serialize};
use twinglyph_core::ink::{Ink, Pen, Point, Stroke};

use super::sheet::{GRAIN, MAX_POINTS, PRESSURE_GRAIN};
use super::support::Choice;
use crate::words::Language;

/// Thinnest and thickest pen on offer, in pixels of the sheet. The networks bear a pixel or two
/// either side of Omniglot's 5 (the recipe's measurements of other hands); beyond, they err more.
pub(crate) const PEN_RANGE: [f32; 2] = [2.5, 8.0];

/// Light or dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Theme {
    /// As the system has it.
    #[default]
    System,
    /// Paper and ink.
    Light,
    /// Slate and chalk.
    Dark,
}

impl Theme {
    /// The word of the attribute `data-theme`.
    #[must_use]
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

/// A person's settings.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Settings {
    /// The support set.
    pub(crate) choice: Choice,
    /// The pen's width, in pixels of the sheet.
    pub(crate) pen: f32,
    /// Light or dark.
    pub(crate) theme: Theme,
    /// The language that was chosen; without one, the browser's. `boot.js` reads it, too.
    pub(crate) language: Option<Language>,
    /// The model that was chosen; the usual one where none was.
    pub(crate) model: Option<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            choice: Choice::default(),
            pen: Pen::OMNIGLOT.diameter,
            theme: Theme::default(),
            language: None,
            model: None,
        }
    }
}

impl Settings {
    /// Settings from kept text; the usual ones where it is missing or not readable.
    #[must_use]
    pub(crate) fn read(text: Option<&str>) -> Self {
        let mut settings: Self = text
            .and_then(|text| serde_json::from_str(text).ok())
            .unwrap_or_default();
        settings.pen = pen_width(settings.pen);
        settings
    }

    /// The text to keep.
    #[must_use]
    pub(crate) fn write(&self) -> Option<String> {
        serde_json::to_string(self).ok()
    }
}

/// A width within [`PEN_RANGE`]; Omniglot's where it is no number.
#[must_use]
pub(crate) fn pen_width(width: f32) -> f32 {
    if width.is_finite() {
        width.clamp(PEN_RANGE[0], PEN_RANGE[1])
    } else {
        Pen::OMNIGLOT.diameter
    }
}

/// A point in kept text: x and y in hundredths of a pixel, milliseconds, thousandths of pressure.
type KeptPoint = [i32; 4];

/// The text of a drawing, about 15 bytes a point.
#[must_use]
pub(crate) fn write_ink(ink: &Ink) -> Option<String> {
    let kept: Vec<Vec<KeptPoint>> = ink
        .strokes
        .iter()
        .map(|stroke| {
            stroke
                .points
                .iter()
                .map(|point| {
                    [
                        (point.x * GRAIN).round() as i32,
                        (point.y * GRAIN).round() as i32,
                        point.t.round() as i32,
                        (point.pressure * PRESSURE_GRAIN).round() as i32,
                    ]
                })
                .collect()
        })
        .collect();
    serde_json::to_string(&kept).ok()
}

/// The drawing of a kept text; none where it is missing, unreadable or too long.
#[must_use]
pub(crate) fn read_ink(text: Option<&str>) -> Ink {
    let kept: Vec<Vec<KeptPoint>> = text
        .and_then(|text| serde_json::from_str(text).ok())
        .unwrap_or_default();
    if kept.iter().map(Vec::len).sum::<usize>() > MAX_POINTS {
        return Ink::default();
    }
    let strokes = kept
        .into_iter()
        .filter(|points| !points.is_empty())
        .map(|points| Stroke {
            points: points
                .into_iter()
                .map(|[x, y, t, pressure]| Point {
                    x: x as f32 / GRAIN,
                    y: y as f32 / GRAIN,
                    t: t as f32,
                    pressure: pressure as f32 / PRESSURE_GRAIN,
                })
                .collect(),
        })
        .collect();
    Ink { strokes }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::session::sheet::Sheet;
    use crate::session::support::Ways;
    use proptest::prelude::*;

    #[test]
    fn settings_come_back() {
        let settings = Settings {
            choice: Choice {
                alphabet: "Tibetan".to_owned(),
                drawer: 3,
                ways: Ways::Whole,
                shuffle: 2,
            },
            pen: 4.5,
            theme: Theme::Dark,
            language: Some(Language::Japanese),
            model: Some("my/own".to_owned()),
        };
        assert_eq!(Settings::read(settings.write().as_deref()), settings);
    }

    #[test]
    fn settings_of_another_version_keep_what_can_be_read() {
        let settings = Settings::read(Some(r#"{"theme":"dark","news":1,"pen":1e9}"#));
        assert_eq!(settings.theme, Theme::Dark);
        assert_eq!(settings.pen, PEN_RANGE[1]);
        assert_eq!(Settings::read(Some("{")).choice, Settings::default().choice);
        assert_eq!(Settings::read(None), Settings::default());
    }

    proptest! {
        #[test]
        fn a_drawing_comes_back_as_it_was(
            strokes in prop::collection::vec(
                prop::collection::vec(
                    (-30.0f32..135.0, -30.0f32..135.0, 0.0f32..1e6, 0.0f32..1.0), 1..20), 0..5),
        ) {
            let mut sheet = Sheet::default();
            for points in strokes {
                for (at, (x, y, t, pressure)) in points.into_iter().enumerate() {
                    let point = Point { x, y, t, pressure };
                    if at == 0 { sheet.begin(point) } else { sheet.extend(point) }
                }
                sheet.end();
            }
            prop_assert_eq!(&read_ink(write_ink(sheet.ink()).as_deref()), sheet.ink());
        }

        #[test]
        fn any_kept_drawing_can_be_drawn(
            points in prop::collection::vec(prop::array::uniform4(any::<i32>()), 1..30),
        ) {
            let text = serde_json::to_string(&[points]).unwrap();
            let ink = read_ink(Some(&text));
            // In time, whatever the way between two points.
            let _ = twinglyph_core::ink::rasterise(&ink, Pen::OMNIGLOT);
        }

        #[test]
        fn any_text_is_borne(text in ".*") {
            let _ = read_ink(Some(&text));
            let _ = Settings::read(Some(&text));
        }
    }
}
