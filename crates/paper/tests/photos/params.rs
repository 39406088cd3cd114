//! All that varies between photos, and the kinds of photo that are measured.

/// What is ruled on the paper.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Ruling {
    None,
    Squares,
    Rows,
    Dots,
    /// Rows and a red margin at the left.
    Margin,
}

/// What the paper lies on.
#[derive(Clone, Copy)]
pub(crate) enum Table {
    /// Nothing: the paper is larger than the photo.
    Paper,
    /// One colour, 0 to 1.
    Plain([f32; 3]),
    Wood,
}

/// Which drawings are written.
#[derive(Clone, Copy)]
pub(crate) enum Pieces {
    Any,
    One,
    Several,
}

/// A photo of paper. Lengths in millimetres on a sheet of 200 x 150, angles in degrees, colours 0 to 1.
#[derive(Clone, Copy)]
pub(crate) struct Params {
    /// Characters: 1 to 100.
    pub(crate) count: usize,
    /// Side of a character over the distance of two: 0.45 (wide) to 0.9 (rows nearly touch).
    pub(crate) close: f64,
    /// Jitter of place and size as a part of the distance: 0 to 0.15.
    pub(crate) jitter: f64,
    /// Slope of the rows, to the right and up: 0 to 6.
    pub(crate) rise: f64,
    pub(crate) pieces: Pieces,
    /// Colour of the ink.
    pub(crate) ink: [f32; 3],
    /// Width of the strokes over the drawing's own: 0.7 (ball pen) to 2.2 (marker).
    pub(crate) width: f64,
    /// How much the ink's strength varies along a stroke: 0 to 0.5.
    pub(crate) crumbly: f32,
    /// Colour of the paper.
    pub(crate) paper: [f32; 3],
    pub(crate) ruling: Ruling,
    /// How much of the paper's light a ruled line takes: 0.05 to 0.5.
    pub(crate) ruled: f32,
    pub(crate) table: Table,
    /// Holes at the left side: 0 to 4.
    pub(crate) holes: usize,
    /// Fingers at the lower side: 0 to 3.
    pub(crate) fingers: usize,
    /// Part of the light that a fold changes: 0 to 0.3.
    pub(crate) fold: f32,
    /// Turn of the paper: -15 to 15.
    pub(crate) turn: f64,
    /// Tilt of the camera, forwards and sideways: 0 to 35.
    pub(crate) tilt: [f64; 2],
    /// Part of the photo that the paper fills: 0.5 to 0.98.
    pub(crate) fill: f64,
    /// Millions of pixels: 0.5 to 24. The photo is at most [`super::camera::MAX_SIDE`] pixels long.
    pub(crate) megapixels: f64,
    /// Standard deviation of the lens's blur in thousandths of the photo's length: 0 to 2.
    pub(crate) blur: f64,
    /// Brightness of white paper of 255: 60 to 245.
    pub(crate) light: f32,
    /// Colour of the light.
    pub(crate) colour: [f32; 3],
    /// Part of the light that a shadow takes, 0 to 0.6.
    pub(crate) shadow: f32,
    /// Width of the shadow's edge as a part of the photo: 0.002 to 0.3.
    pub(crate) soft: f32,
    /// Part of the light that is gone in the corners: 0 to 0.5.
    pub(crate) vignette: f32,
    /// Standard deviation of a pixel of 255: 0 to 15.
    pub(crate) noise: f32,
    /// Quality of JPEG, 20 to 95; none is not compressed.
    pub(crate) jpeg: Option<u8>,
}

pub(crate) const BALL: [f32; 3] = [0.12, 0.16, 0.45];
/// 190 of 255 on white.
pub(crate) const PENCIL: [f32; 3] = [0.745; 3];
pub(crate) const DARK: Table = Table::Plain([0.2, 0.19, 0.2]);
pub(crate) const LIGHT: Table = Table::Plain([0.7, 0.68, 0.64]);
pub(crate) const WHITE: Table = Table::Plain([0.93, 0.93, 0.92]);

/// 12 characters by ball pen on a white sheet, well lit.
pub(crate) const PLAIN: Params = Params {
    count: 12,
    close: 0.6,
    jitter: 0.06,
    rise: 0.0,
    pieces: Pieces::Any,
    ink: BALL,
    width: 0.9,
    crumbly: 0.05,
    paper: [0.97, 0.97, 0.96],
    ruling: Ruling::None,
    ruled: 0.2,
    table: Table::Paper,
    holes: 0,
    fingers: 0,
    fold: 0.0,
    turn: 0.0,
    tilt: [0.0; 2],
    fill: 0.95,
    megapixels: 1.5,
    blur: 0.6,
    light: 225.0,
    colour: [1.0, 0.99, 0.97],
    shadow: 0.0,
    soft: 0.1,
    vignette: 0.05,
    noise: 2.5,
    jpeg: Some(85),
};

/// Photos that share what makes them hard.
pub(crate) struct Kind {
    pub(crate) name: &'static str,
    pub(crate) params: Params,
}

macro_rules! kinds {
    ($($name:literal: { $($field:ident: $value:expr),* $(,)? })*) => {
        vec![$(Kind { name: $name, params: Params { $($field: $value,)* ..PLAIN } }),*]
    };
}

/// Every kind, easy ones first.
#[allow(clippy::needless_update)]
pub(crate) fn kinds() -> Vec<Kind> {
    use Ruling::{Dots, Margin, Rows, Squares};
    kinds! {
        "sheet alone": { jpeg: None }
        "light table": { table: LIGHT, fill: 0.8 }
        "dark table": { table: DARK, fill: 0.8 }
        "wooden table": { table: Table::Wood, fill: 0.8 }
        "white table": { table: WHITE, fill: 0.8 }
        "small on a dark table": { table: DARK, fill: 0.5, megapixels: 3.0 }
        "squares, pale": { ruling: Squares, ruled: 0.1 }
        "squares": { ruling: Squares, ruled: 0.25 }
        "squares, dark": { ruling: Squares, ruled: 0.45 }
        "ruled, pale": { ruling: Rows, ruled: 0.12 }
        "ruled, dark": { ruling: Rows, ruled: 0.4 }
        "dotted": { ruling: Dots, ruled: 0.35 }
        "red margin": { ruling: Margin, ruled: 0.25 }
        "soft shadow": { shadow: 0.4, soft: 0.2 }
        "hard shadow": { shadow: 0.4, soft: 0.004 }
        "dim": { light: 70.0, noise: 4.0 }
        "warm light": { colour: [1.0, 0.8, 0.52] }
        "vignette": { vignette: 0.45 }
        "noise": { noise: 12.0, jpeg: None }
        "pencil": { ink: PENCIL, crumbly: 0.2, width: 1.0 }
        "marker": { ink: [0.06; 3], width: 2.0 }
        "red ball pen": { ink: [0.75, 0.15, 0.15], width: 0.8 }
        "turned by 8": { table: DARK, turn: 8.0, fill: 0.9 }
        "turned by -15": { table: DARK, turn: -15.0, fill: 0.9 }
        "turned by 15, sheet alone": { turn: 15.0 }
        "perspective": { table: Table::Wood, tilt: [25.0, 10.0], fill: 0.9 }
        "strong perspective": { table: DARK, tilt: [35.0, -15.0], fill: 0.9 }
        "rising rows": { rise: 5.0, count: 30 }
        "holes": { table: DARK, holes: 4, fill: 0.85 }
        "fingers": { table: Table::Wood, fingers: 2, fill: 0.85 }
        "folds": { fold: 0.2, table: DARK, fill: 0.85 }
        "JPEG 30": { jpeg: Some(30) }
        "6 characters": { count: 6 }
        "30 characters": { count: 30 }
        "100 characters": { count: 100, megapixels: 4.0 }
        "tight": { count: 30, close: 0.78, jitter: 0.03 }
        "rows nearly touch": { count: 30, close: 0.9, jitter: 0.02 }
        "wide": { count: 12, close: 0.45, jitter: 0.12 }
        "one piece each": { pieces: Pieces::One, count: 30 }
        "several pieces each": { pieces: Pieces::Several, count: 12 }
        "several pieces, 30": { pieces: Pieces::Several, count: 30 }
        "half a megapixel": { megapixels: 0.5 }
        "24 megapixels": { megapixels: 24.0, blur: 0.4 }
        "out of focus": { blur: 1.8 }
        "cream paper": { paper: [0.95, 0.9, 0.76] }
        "grey paper": { paper: [0.7, 0.7, 0.69], table: LIGHT, fill: 0.85 }
        "blackboard": { paper: [0.16, 0.22, 0.19], ink: [0.86, 0.87, 0.84], width: 1.5, crumbly: 0.25 }
        "pencil on squares": { ink: PENCIL, width: 1.1, crumbly: 0.15, ruling: Squares, ruled: 0.12 }
        "pencil, dim, dark table": { ink: PENCIL, light: 90.0, table: DARK, fill: 0.85 }
        "margin, shadow, turned": {
            ruling: Margin, shadow: 0.35, soft: 0.1, turn: 6.0, table: Table::Wood, fill: 0.9, count: 30
        }
        "squares, perspective, warm": {
            ruling: Squares, ruled: 0.2, tilt: [20.0, 8.0], colour: [1.0, 0.84, 0.62], table: DARK, fill: 0.9
        }
        "marker on a white table, shadow": {
            ink: [0.06; 3], width: 2.0, table: WHITE, shadow: 0.3, soft: 0.05, fill: 0.8
        }
        "notebook by hand": {
            ruling: Rows, ruled: 0.25, rise: 2.0, turn: -5.0, tilt: [15.0, 5.0], fingers: 1,
            table: Table::Wood, vignette: 0.2, noise: 5.0, jpeg: Some(60), count: 30, fill: 0.9
        }
    }
}
