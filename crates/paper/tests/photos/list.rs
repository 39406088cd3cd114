//! The kinds of photo that are measured.

use super::params::Pieces::{Dotted, Many, Of, One, Several};
use super::params::Ruling::{Dots, Margin, Rows, Squares};
use super::params::Shade::Phone;
use super::params::Table::{Cloth, Plain, Wood};
use super::params::{PLAIN, Params, Table};

/// Photos that share what makes them hard.
pub(crate) struct Kind {
    pub(crate) name: &'static str,
    pub(crate) params: Params,
}

const BLACK: [f32; 3] = [0.15, 0.15, 0.17];
const RED: [f32; 3] = [0.75, 0.15, 0.15];
/// 190 of 255 on white.
const PENCIL: [f32; 3] = [0.745; 3];
const MARKER: [f32; 3] = [0.07; 3];
const WARM: [f32; 3] = [1.0, 0.82, 0.56];
const DARK: Table = Plain([0.2, 0.19, 0.2]);

/// A table that is so bright, of 255, in the light of [`PLAIN`]; its paper is 218.
const fn table(tone: f32) -> Table {
    let part = tone / 225.0;
    Plain([part, part * 0.985, part * 0.95])
}

macro_rules! kinds {
    ($($name:literal: { $($field:ident: $value:expr),* $(,)? })*) => {
        vec![$(Kind { name: $name, params: Params { $($field: $value,)* ..PLAIN } }),*]
    };
}

/// Every kind, easy ones first.
pub(crate) fn kinds() -> Vec<Kind> {
    let mut all = paper();
    all.extend(light());
    all.extend(writing());
    all.extend(combined());
    all
}

/// Papers, and what they lie on.
fn paper() -> Vec<Kind> {
    kinds! {
        "sheet alone": { jpeg: None }
        "sheet alone, portrait": { portrait: true }
        "table of 150": { table: table(150.0), fill: 0.8 }
        "table of 190": { table: table(190.0), fill: 0.8 }
        "table of 235": { table: table(235.0), fill: 0.8, portrait: true }
        "white table": { table: table(216.0), fill: 0.8 }
        "dark table": { table: DARK, fill: 0.8 }
        "wooden table": { table: Wood, fill: 0.8, portrait: true }
        "cloth": { table: Cloth, fill: 0.8 }
        "small on a dark table": { table: DARK, fill: 0.5, megapixels: 3.0 }
        "two sides beyond the photo": { table: Wood, fill: 1.03, shift: [0.05, 0.05] }
        "squares, pale": { ruling: Squares, ruled: 0.1 }
        "squares": { ruling: Squares, ruled: 0.25, portrait: true }
        "squares of 10, dark": { ruling: Squares, ruled: 0.45, pitch: 10.0 }
        "squares, written on lines": { ruling: Squares, ruled: 0.25, on_lines: true, jitter: 0.03 }
        "ruled, pale": { ruling: Rows, ruled: 0.12, pitch: 8.0 }
        "ruled, written on lines": {
            ruling: Rows, ruled: 0.25, pitch: 9.0, on_lines: true, size: 12.0, count: 20, jitter: 0.03
        }
        "ruled, dark, on lines": {
            ruling: Rows, ruled: 0.4, pitch: 10.0, on_lines: true, size: 13.0, count: 20, jitter: 0.03
        }
        "dotted": { ruling: Dots, ruled: 0.35 }
        "red margin": { ruling: Margin, ruled: 0.25, pitch: 9.0, portrait: true }
        "cream paper": { paper: [0.95, 0.9, 0.76] }
        "grey paper": { paper: [0.7, 0.7, 0.69], table: table(200.0), fill: 0.85, mottle: 0.05 }
        "blackboard": {
            paper: [0.16, 0.22, 0.19], ink: [0.88, 0.89, 0.86], width: 1.8, grain: 0.45, mottle: 0.2
        }
        "whiteboard": { width: 1.8, ink: MARKER, glare: 0.25, vignette: 0.2 }
        "holes": { table: DARK, holes: 4, fill: 0.85, portrait: true }
        "folds": { fold: 0.2, table: DARK, fill: 0.85 }
        "curled": { curl: 4.0, table: Wood, fill: 0.85 }
        "writing shows through": { through: 0.06 }
    }
}

/// Light and the camera.
fn light() -> Vec<Kind> {
    kinds! {
        "soft shadow": { shadow: 0.4, soft: 0.08 }
        "hard shadow": { shadow: 0.4, soft: 0.004 }
        "shadow of the phone": { shade: Phone, shadow: 0.35, soft: 0.012, portrait: true }
        "dim": { light: 70.0, noise: 5.0 }
        "warm light": { colour: WARM, light: 200.0 }
        "vignette": { vignette: 0.45 }
        "glare": { glare: 0.35, ink: BLACK }
        "noise": { noise: 12.0, jpeg: None }
        "JPEG 30": { jpeg: Some(30) }
        "turned by 8": { table: DARK, turn: 8.0, fill: 0.9 }
        "turned by -15": { table: DARK, turn: -15.0, fill: 0.9, portrait: true }
        "turned by 6, sheet alone": { turn: 6.0 }
        "turned by 15, sheet alone": { turn: 15.0 }
        "perspective": { table: Wood, tilt: [25.0, 10.0], fill: 0.9 }
        "strong perspective": { table: DARK, tilt: [35.0, -15.0], fill: 0.9 }
        "perspective, sheet alone": { tilt: [20.0, 5.0], fill: 1.1 }
        "half a megapixel": { megapixels: 0.5 }
        "1 megapixel, 30": { megapixels: 1.0, count: 30 }
        "2 megapixels": { megapixels: 2.0 }
        "12 megapixels": { megapixels: 12.0, table: Wood, fill: 0.8 }
        "24 megapixels": { megapixels: 24.0, blur: 0.4 }
        "out of focus": { blur: 1.6 }
        "shaken": { shake: 4.0 }
        "sharpened": { sharpen: 0.8, jpeg: Some(70) }
        "sharpened much": { sharpen: 1.4, jpeg: Some(70) }
    }
}

/// Pens, hands and characters.
fn writing() -> Vec<Kind> {
    kinds! {
        "black ball pen": { ink: BLACK, width: 0.6, pressure: 0.3, grain: 0.2 }
        "red ball pen": { ink: RED, width: 0.7 }
        "pencil": { ink: PENCIL, grain: 0.25, width: 0.8, pressure: 0.25 }
        "marker": { ink: MARKER, width: 2.2, size: 28.0 }
        "rising rows": { rise: 5.0, count: 30, size: 14.0 }
        "falling rows": { rise: -4.0, count: 30, size: 14.0 }
        "bent rows": { bend: 7.0, count: 30, size: 14.0 }
        "fingers": { table: Wood, fingers: 2, fill: 0.85 }
        "6 characters": { count: 6, size: 34.0, width: 1.0 }
        "6 small characters": { count: 6, size: 12.0 }
        "30 characters": { count: 30, size: 16.0, portrait: true }
        "100 characters": { count: 100, size: 12.0, width: 0.6, megapixels: 3.0 }
        "tight": { count: 30, gap: [0.25, 0.5], jitter: 0.02, size: 16.0 }
        "rows nearly touch": { count: 30, gap: [0.4, 0.1], jitter: 0.02, size: 18.0 }
        "wide": { gap: [1.3, 1.0], jitter: 0.12, size: 15.0 }
        "one piece each": { pieces: One, count: 30, size: 16.0 }
        "several pieces each": { pieces: Several }
        "several pieces, 30": { pieces: Several, count: 30, size: 16.0 }
        "dots and accents": { pieces: Dotted, count: 20 }
        "three pieces and more": { pieces: Many }
        "Korean": { pieces: Of("Korean"), count: 20 }
        "katakana": { pieces: Of("Japanese_(katakana)"), count: 20, portrait: true }
        "Latin": { pieces: Of("Latin"), count: 26, size: 16.0 }
    }
}

/// Troubles that come together.
fn combined() -> Vec<Kind> {
    kinds! {
        "pencil on squares": { ink: PENCIL, grain: 0.25, pressure: 0.2, ruling: Squares, ruled: 0.12 }
        "pencil, dim, dark table": {
            ink: PENCIL, grain: 0.2, light: 90.0, noise: 4.0, table: DARK, fill: 0.85
        }
        "margin, shadow, turned": {
            ruling: Margin, pitch: 9.0, shadow: 0.35, soft: 0.05, turn: 6.0, table: Wood, fill: 0.9,
            count: 30, size: 14.0
        }
        "squares, perspective, warm": {
            ruling: Squares, tilt: [20.0, 8.0], colour: WARM, table: DARK, fill: 0.9
        }
        "marker, white table, shadow": {
            ink: MARKER, width: 2.0, table: table(216.0), shadow: 0.3, soft: 0.03, fill: 0.8, size: 24.0
        }
        "a notebook held": {
            ruling: Rows, pitch: 9.0, ruled: 0.25, rise: 2.0, turn: -5.0, tilt: [15.0, 5.0], fingers: 1,
            table: Wood, vignette: 0.2, noise: 5.0, jpeg: Some(60), count: 24, size: 14.0, fill: 0.9, curl: 2.0
        }
        "a classroom": {
            ruling: Rows, pitch: 8.0, ruled: 0.25, on_lines: true, jitter: 0.04, table: table(180.0),
            tilt: [22.0, -6.0], turn: 4.0, shade: Phone, shadow: 0.3, soft: 0.02, jpeg: Some(60),
            count: 20, size: 14.0, fill: 0.9, megapixels: 12.0, noise: 5.0, portrait: true
        }
        "by a lamp at night": {
            colour: WARM, light: 110.0, noise: 9.0, vignette: 0.4, shake: 2.0, table: Wood, fill: 0.85,
            shade: Phone, shadow: 0.4, soft: 0.03
        }
        "pencil on dots, folded, cloth": {
            ink: [0.6; 3], grain: 0.2, ruling: Dots, ruled: 0.25, fold: 0.12, table: Cloth, fill: 0.85
        }
        "ruled, shows through, Korean": {
            ruling: Rows, pitch: 8.0, ruled: 0.15, through: 0.05, pieces: Of("Korean"), table: DARK, fill: 0.9
        }
    }
}
