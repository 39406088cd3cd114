//! All that varies between photos.

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
    /// Squares of two colours.
    Cloth,
}

/// Which shadow lies on the photo.
#[derive(Clone, Copy)]
pub(crate) enum Shade {
    /// Over one half, with a slant edge.
    Half,
    /// Of the phone and the hand that holds it, from below.
    Phone,
}

/// Which drawings are written.
#[derive(Clone, Copy)]
pub(crate) enum Pieces {
    Any,
    One,
    Several,
    /// At least three pieces.
    Many,
    /// A piece is as small as a dot or an accent.
    Dotted,
    /// The drawings of this alphabet.
    Of(&'static str),
}

/// A photo of paper. Angles in degrees, colours 0 to 1, lengths in millimetres of the sheet.
#[derive(Clone, Copy)]
pub(crate) struct Params {
    /// Characters: 1 to 100.
    pub(crate) count: usize,
    /// Longer side of an average character: 6 to 40. Smaller where they don't fit.
    pub(crate) size: f64,
    /// Between characters and between rows, as a part of the size: 0.08 (nearly touch) to 1.5 (wide).
    pub(crate) gap: [f64; 2],
    /// Jitter of place and size as a part of the size: 0 to 0.12.
    pub(crate) jitter: f64,
    /// Slope of the rows, to the right and up: -6 to 6.
    pub(crate) rise: f64,
    /// How far the ends of rows are below their middle: -10 to 10.
    pub(crate) bend: f64,
    /// Is the lower end of each character on a ruled line?
    pub(crate) on_lines: bool,
    pub(crate) pieces: Pieces,
    /// Colour of the ink.
    pub(crate) ink: [f32; 3],
    /// Width of strokes: 0.4 (ball pen) to 3 (marker).
    pub(crate) width: f64,
    /// How much width and tone vary along a stroke: 0 to 0.5.
    pub(crate) pressure: f64,
    /// How much of the ink the paper's tooth doesn't take: 0 to 0.6.
    pub(crate) grain: f32,
    /// Strength of the writing on the sheet's other side: 0 to 0.1.
    pub(crate) through: f32,
    /// Is the sheet, and the photo, higher than wide?
    pub(crate) portrait: bool,
    /// Colour of the paper.
    pub(crate) paper: [f32; 3],
    /// Strength of clouds on the paper: 0 to 0.3.
    pub(crate) mottle: f32,
    pub(crate) ruling: Ruling,
    /// Distance of ruled lines: 4 to 12.
    pub(crate) pitch: f64,
    /// How much of the paper's light a ruled line takes: 0.05 to 0.5.
    pub(crate) ruled: f32,
    pub(crate) table: Table,
    /// Holes at the left side: 0 to 4.
    pub(crate) holes: usize,
    /// Fingers at the lower side: 0 to 3.
    pub(crate) fingers: usize,
    /// Part of the light that folds change: 0 to 0.3.
    pub(crate) fold: f32,
    /// How far the middle of the sheet is raised, as it is seen: 0 to 6.
    pub(crate) curl: f64,
    /// Turn of the paper: -15 to 15.
    pub(crate) turn: f64,
    /// Tilt of the camera, forwards and sideways: 0 to 35.
    pub(crate) tilt: [f64; 2],
    /// Part of the photo that the paper fills: 0.4 to 1.1.
    pub(crate) fill: f64,
    /// Where the middle of the paper is, as a part of the photo from its middle: -0.1 to 0.1.
    pub(crate) shift: [f64; 2],
    /// Millions of pixels: 0.5 to 24. The photo is downscaled to [`super::camera::MAX_SIDE`] pixels, as the
    /// page does; it is made at that size, with as little noise as downscaling leaves.
    pub(crate) megapixels: f64,
    /// Standard deviation of the lens's blur in thousandths of the photo's length: 0 to 2.
    pub(crate) blur: f64,
    /// How far the camera moves, in thousandths of the photo's length: 0 to 6.
    pub(crate) shake: f64,
    /// How much the phone sharpens edges: 0 to 1.5.
    pub(crate) sharpen: f32,
    /// Brightness of a white surface of 255: 60 to 250.
    pub(crate) light: f32,
    /// Colour of the light.
    pub(crate) colour: [f32; 3],
    pub(crate) shade: Shade,
    /// Part of the light that the shadow takes: 0 to 0.6.
    pub(crate) shadow: f32,
    /// Width of the shadow's edge as a part of the photo: 0.002 to 0.3.
    pub(crate) soft: f32,
    /// Part of the light that is gone in the corners: 0 to 0.5.
    pub(crate) vignette: f32,
    /// Light that a lamp's reflection adds: 0 to 0.6.
    pub(crate) glare: f32,
    /// Standard deviation of a pixel of 255 before downscaling: 0 to 15.
    pub(crate) noise: f32,
    /// Quality of JPEG, 20 to 95; none is not compressed.
    pub(crate) jpeg: Option<u8>,
}

impl Params {
    /// Width and height of the sheet, about A5.
    pub(crate) fn sheet(&self) -> [f64; 2] {
        if self.portrait {
            [150.0, 200.0]
        } else {
            [200.0, 150.0]
        }
    }
}

pub(crate) const BLUE: [f32; 3] = [0.14, 0.18, 0.48];

/// 12 characters by ball pen on a white sheet, well lit.
pub(crate) const PLAIN: Params = Params {
    count: 12,
    size: 20.0,
    gap: [0.6, 0.6],
    jitter: 0.06,
    rise: 0.0,
    bend: 0.0,
    on_lines: false,
    pieces: Pieces::Any,
    ink: BLUE,
    width: 0.8,
    pressure: 0.15,
    grain: 0.1,
    through: 0.0,
    portrait: false,
    paper: [0.97, 0.97, 0.96],
    mottle: 0.01,
    ruling: Ruling::None,
    pitch: 5.0,
    ruled: 0.2,
    table: Table::Paper,
    holes: 0,
    fingers: 0,
    fold: 0.0,
    curl: 0.0,
    turn: 0.0,
    tilt: [0.0; 2],
    fill: 0.95,
    shift: [0.0; 2],
    megapixels: 1.5,
    blur: 0.5,
    shake: 0.0,
    sharpen: 0.4,
    light: 225.0,
    colour: [1.0, 0.99, 0.97],
    shade: Shade::Half,
    shadow: 0.0,
    soft: 0.1,
    vignette: 0.05,
    glare: 0.0,
    noise: 3.0,
    jpeg: Some(85),
};
