//! The canonical form of a drawing: what the networks see.
//!
//! A drawing in a corner, or drawn small, is the same drawing. Training images and the person's
//! drawing pass this one function. Refuses to know strokes, networks and augmentation; the last
//! samples the same [`Blurred`] sheet through its own map ([`crate::augment`]).
//!
//! The form, fitted to the golden inputs of the built-in weights, which it reproduces to 1e-5:
//!
//! 1. Ink is 1. Pixel (row, column) has its centre at y = row, x = column.
//! 2. Gaussian blur with sigma 1 pixel: 7 taps each way, normalised to sum 1, paper outside the
//!    sheet; then rounded to whole 255ths, as training kept its sheets in bytes.
//! 3. A square window around the centre of the ink's bounding box, of half extent
//!    0.6 x max(width, height, 16), with width = last column - first column + 1.
//! 4. Output pixel (i, j) of 48x48 is sampled at the centre of its cell:
//!    x = centre + half x ((2 j + 1) / 48 - 1), y likewise (PyTorch's `grid_sample` with
//!    `align_corners=False`), bilinear, zero outside the sheet.

use crate::Bitmap;
use crate::bitmap::SIDE as SHEET;

/// Width and height of the canonical form in pixels.
pub const SIDE: usize = 48;

/// Number of pixels of the canonical form.
pub const PIXELS: usize = SIDE * SIDE;

/// Half extent of the window over the longer side of the ink's box: leaves a tenth of the
/// box free on each side. From the training recipe.
const MARGIN: f32 = 0.6;

/// Ink smaller than this many pixels is not magnified further: a dot stays a dot. From the
/// training recipe.
const MIN_EXTENT: f32 = 16.0;

/// Reach of the blur in pixels: three sigma.
const REACH: usize = 3;

/// `exp(-d^2 / 2)` for d = 0, 1, 2, 3, over their sum on both sides: the blur's weights at
/// distance d. A test computes them.
const WEIGHTS: [f32; REACH + 1] = [0.399_050_27, 0.242_036_22, 0.054_005_582, 0.004_433_048];

/// The square part of the sheet that the canonical form shows, in pixels of the sheet; pixel
/// centres are whole numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Window {
    /// Its middle, from the left.
    pub center_x: f32,
    /// Its middle, from the top.
    pub center_y: f32,
    /// Half its side.
    pub half: f32,
}

/// The window of a drawing; around the middle of the sheet for a blank one.
#[must_use]
pub fn window(bitmap: &Bitmap) -> Window {
    match Bounds::of(bitmap) {
        Some(bounds) => bounds.window(),
        None => Window {
            center_x: (SHEET - 1) as f32 / 2.0,
            center_y: (SHEET - 1) as f32 / 2.0,
            half: MARGIN * SHEET as f32,
        },
    }
}

/// The canonical form: 48x48 values from 0 to 1, row by row. All zero for a blank drawing.
#[must_use]
pub fn canonical(bitmap: &Bitmap) -> Vec<f32> {
    let mut out = vec![0.0; PIXELS];
    canonical_into(bitmap, &mut out);
    out
}

/// As [`canonical`], into the first [`PIXELS`] values of `out`; of a shorter one only whole rows
/// are filled.
pub fn canonical_into(bitmap: &Bitmap, out: &mut [f32]) {
    let window = window(bitmap);
    let sheet = Blurred::new(bitmap);
    let offset = offsets();
    for (row, dy) in out.chunks_exact_mut(SIDE).zip(offset) {
        let y = window.center_y + window.half * dy;
        for (value, dx) in row.iter_mut().zip(offset) {
            *value = sheet.at(window.center_x + window.half * dx, y);
        }
    }
}

/// The canonical form of the drawing turned clockwise by so many degrees: its window is the one
/// of the turned ink. By no degrees it is [`canonical`].
#[must_use]
pub fn tilted(bitmap: &Bitmap, degrees: f32) -> Vec<f32> {
    if degrees == 0.0 {
        return canonical(bitmap);
    }
    let angle = degrees.to_radians();
    let (sine, cosine) = (libm::sinf(angle), libm::cosf(angle));
    let mut out = vec![0.0; PIXELS];
    let Some(window) = tilted_window(bitmap, sine, cosine) else {
        return out;
    };
    let sheet = Blurred::new(bitmap);
    let offset = offsets();
    for (row, dy) in out.chunks_exact_mut(SIDE).zip(offset) {
        let y = window.center_y + window.half * dy;
        for (value, dx) in row.iter_mut().zip(offset) {
            let x = window.center_x + window.half * dx;
            *value = sheet.at(cosine * x + sine * y, cosine * y - sine * x);
        }
    }
    out
}

/// The window of the ink turned about the sheet's corner, in turned coordinates.
fn tilted_window(bitmap: &Bitmap, sine: f32, cosine: f32) -> Option<Window> {
    let mut least = [f32::INFINITY; 2];
    let mut most = [f32::NEG_INFINITY; 2];
    for (row, column) in bitmap.ink() {
        let (x, y) = (column as f32, row as f32);
        for (at, value) in [cosine * x - sine * y, sine * x + cosine * y]
            .into_iter()
            .enumerate()
        {
            least[at] = least[at].min(value);
            most[at] = most[at].max(value);
        }
    }
    let [width, height] = [0, 1].map(|at| most[at] - least[at] + 1.0);
    // Nothing is less than infinity where there is no ink.
    (width > 0.0).then(|| Window {
        center_x: (least[0] + most[0]) / 2.0,
        center_y: (least[1] + most[1]) / 2.0,
        half: MARGIN * width.max(height).max(MIN_EXTENT),
    })
}

/// Koch's input: the plain 105x105 sheet, row by row, ink = 1.
#[must_use]
pub fn plain(bitmap: &Bitmap) -> Vec<f32> {
    let mut out = vec![0.0; SHEET * SHEET];
    for (row, column) in bitmap.ink() {
        out[row * SHEET + column] = 1.0;
    }
    out
}

/// Where the centres of the output's pixels lie in the window, in half-windows from its middle.
#[must_use]
pub(crate) fn offsets() -> [f32; SIDE] {
    std::array::from_fn(|at| (2 * at + 1) as f32 / SIDE as f32 - 1.0)
}

/// First and last row and column that hold ink.
#[derive(Clone, Copy)]
struct Bounds {
    top: usize,
    bottom: usize,
    left: usize,
    right: usize,
}

impl Bounds {
    /// `None` for a blank sheet.
    fn of(bitmap: &Bitmap) -> Option<Self> {
        let mut ink = bitmap.ink();
        let (row, column) = ink.next()?;
        let first = Self {
            top: row,
            bottom: row,
            left: column,
            right: column,
        };
        Some(ink.fold(first, |bounds, (row, column)| Self {
            top: bounds.top,
            bottom: row,
            left: bounds.left.min(column),
            right: bounds.right.max(column),
        }))
    }

    fn window(self) -> Window {
        let width = self.right - self.left + 1;
        let height = self.bottom - self.top + 1;
        Window {
            center_x: (self.left + self.right) as f32 / 2.0,
            center_y: (self.top + self.bottom) as f32 / 2.0,
            half: MARGIN * (width.max(height) as f32).max(MIN_EXTENT),
        }
    }
}

/// The blurred sheet with a border of paper, so that sampling needs no case at the edge.
#[derive(Clone)]
pub struct Blurred {
    /// `STRIDE` x `STRIDE`, the sheet's pixel (0, 0) at (`BORDER`, `BORDER`).
    pixels: Vec<f32>,
}

/// Paper around the sheet: as far as the blur reaches, which also holds the one pixel that
/// sampling needs.
const BORDER: usize = REACH;

/// Width and height of the bordered sheet.
const STRIDE: usize = SHEET + 2 * BORDER;

impl Blurred {
    /// A drawing's sheet, blurred.
    #[must_use]
    pub fn new(bitmap: &Bitmap) -> Self {
        let mut pixels = vec![0.0; STRIDE * STRIDE];
        let Some(bounds) = Bounds::of(bitmap) else {
            return Self { pixels };
        };
        let columns = bounds.left.saturating_sub(REACH)..(bounds.right + REACH + 1).min(SHEET);
        let sums = row_sums();
        let mut along = vec![0.0f32; STRIDE * STRIDE];
        for row in bounds.top..=bounds.bottom {
            let line = &mut along[(row + BORDER) * STRIDE..][..STRIDE];
            // The seven pixels around a column as bits: the newest at the right.
            let mut seen = 0usize;
            for ahead in columns.start.saturating_sub(REACH)..columns.start + REACH {
                seen = seen << 1 | usize::from(bitmap.get(row, ahead));
            }
            for column in columns.clone() {
                seen = (seen << 1 | usize::from(bitmap.get(row, column + REACH))) & 0x7f;
                line[column + BORDER] = sums[seen];
            }
        }
        let rows = bounds.top.saturating_sub(REACH)..(bounds.bottom + REACH + 1).min(SHEET);
        let span = columns.start + BORDER..columns.end + BORDER;
        for row in rows {
            // `row` of the sheet is `row + BORDER` here, and REACH = BORDER rows above it `row`.
            let around: [&[f32]; 2 * REACH + 1] =
                std::array::from_fn(|at| &along[(row + at) * STRIDE..][..STRIDE][span.clone()]);
            let line = &mut pixels[(row + BORDER) * STRIDE..][..STRIDE][span.clone()];
            for (at, value) in line.iter_mut().enumerate() {
                let pair = |reach: usize| around[REACH - reach][at] + around[REACH + reach][at];
                let sum = WEIGHTS[0] * around[REACH][at]
                    + WEIGHTS[1] * pair(1)
                    + WEIGHTS[2] * pair(2)
                    + WEIGHTS[3] * pair(3);
                // Rounded to bytes; the cast saturates nothing, as sums are at most 1.
                *value = f32::from((sum * 255.0 + 0.5) as u8) / 255.0;
            }
        }
        Self { pixels }
    }

    /// The value at a place of the sheet, in pixels, whole numbers being pixel centres: bilinear
    /// between pixels, zero outside, from 0 to 1.
    #[must_use]
    pub fn at(&self, x: f32, y: f32) -> f32 {
        let (x, y) = (x + BORDER as f32, y + BORDER as f32);
        let limit = (STRIDE - 1) as f32;
        // Also false for what is no number.
        if !(x >= 0.0 && y >= 0.0 && x < limit && y < limit) {
            return 0.0;
        }
        let (column, row) = (x as usize, y as usize);
        let (fx, fy) = (x - column as f32, y - row as f32);
        let at = row * STRIDE + column;
        let [Some(&[a, b]), Some(&[c, d])] = [at, at + STRIDE].map(|at| {
            self.pixels
                .get(at..at + 2)
                .and_then(|two| two.first_chunk())
        }) else {
            return 0.0;
        };
        let above = a + (b - a) * fx;
        let below = c + (d - c) * fx;
        above + (below - above) * fy
    }
}

/// The weighted sum of every pattern of seven pixels, the leftmost in the highest bit.
fn row_sums() -> [f32; 1 << (2 * REACH + 1)] {
    std::array::from_fn(|seen| {
        (0..=2 * REACH)
            .filter(|at| seen >> at & 1 == 1)
            .map(|at| WEIGHTS[at.abs_diff(REACH)])
            .sum()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_blur_is_gaussian() {
        let bell = |d: usize| libm::exp(-((d * d) as f64) / 2.0);
        let sum = bell(0) + 2.0 * (1..=REACH).map(bell).sum::<f64>();
        for (d, &weight) in WEIGHTS.iter().enumerate() {
            // Half a unit in the last place of the largest.
            assert!((f64::from(weight) - bell(d) / sum).abs() < 1.5e-8, "{d}");
        }
    }

    #[test]
    fn a_tilt_turns_clockwise_about_the_ink() {
        // A vertical bar that is tilted clockwise leans to the right at its top.
        let bar =
            Bitmap::from_fn(|row, column| (20..85).contains(&row) && (50..54).contains(&column));
        let image = tilted(&bar, 20.0);
        let middle = |row: usize| {
            let line = &image[row * SIDE..][..SIDE];
            let sum: f32 = line.iter().sum();
            let weighted = line.iter().enumerate().map(|(at, value)| at as f32 * value);
            weighted.sum::<f32>() / sum
        };
        assert!(
            middle(10) > middle(37) + 5.0,
            "{} {}",
            middle(10),
            middle(37)
        );
        // A point has no direction.
        let dot = Bitmap::from_fn(|row, column| row == 70 && column == 31);
        for (tilted, plain) in tilted(&dot, 31.0).iter().zip(canonical(&dot)) {
            assert!((tilted - plain).abs() < 0.05);
        }
    }

    #[test]
    fn a_blank_sheet_gives_zeros() {
        assert!(
            tilted(&Bitmap::blank(), 9.0)
                .iter()
                .all(|&value| value == 0.0)
        );
        assert!(
            canonical(&Bitmap::blank())
                .iter()
                .all(|&value| value == 0.0)
        );
        assert!(plain(&Bitmap::blank()).iter().all(|&value| value == 0.0));
    }

    fn drawing() -> impl Strategy<Value = Vec<(usize, usize)>> {
        prop::collection::vec((0..SHEET, 0..SHEET), 0..80)
    }

    fn bitmap(pixels: &[(usize, usize)]) -> Bitmap {
        let mut bitmap = Bitmap::blank();
        for &(row, column) in pixels {
            bitmap.set(row, column, true);
        }
        bitmap
    }

    proptest! {
        #[test]
        fn the_blur_equals_its_definition(pixels in drawing()) {
            let drawing = bitmap(&pixels);
            let sheet = Blurred::new(&drawing);
            let ink = |row: i64, column: i64| match (usize::try_from(row), usize::try_from(column)) {
                (Ok(row), Ok(column)) => drawing.get(row, column),
                _ => false,
            };
            for row in 0..SHEET as i64 {
                for column in 0..SHEET as i64 {
                    let mut sum = 0.0;
                    for dy in -3i64..=3 {
                        for dx in -3i64..=3 {
                            if ink(row + dy, column + dx) {
                                sum += f64::from(WEIGHTS[dy.unsigned_abs() as usize])
                                    * f64::from(WEIGHTS[dx.unsigned_abs() as usize]);
                            }
                        }
                    }
                    let got = f64::from(sheet.at(column as f32, row as f32));
                    // Half a 255th for the rounding, and f32's own.
                    prop_assert!((got - sum).abs() <= 0.5 / 255.0 + 1e-5);
                }
            }
        }

        #[test]
        fn place_does_not_matter(pixels in prop::collection::vec((10..60usize, 10..60usize), 1..80), down in 0..30usize, right in 0..30usize) {
            let moved: Vec<_> = pixels.iter().map(|&(row, column)| (row + down, column + right)).collect();
            let pair = canonical(&bitmap(&pixels)).into_iter().zip(canonical(&bitmap(&moved)));
            for (here, there) in pair {
                prop_assert!((here - there).abs() < 1e-4);
            }
        }

        #[test]
        fn values_are_from_0_to_1(pixels in drawing(), x in any::<f32>(), y in any::<f32>()) {
            let drawing = bitmap(&pixels);
            prop_assert!(canonical(&drawing).iter().all(|value| (0.0..=1.0).contains(value)));
            prop_assert!((0.0..=1.0).contains(&Blurred::new(&drawing).at(x, y)));
        }
    }
}
