//! Characters on a picture: a photo or a scan of paper, or a drawing from another program.
//!
//! The paper's brightness is taken from around each pixel, so that a shadow is no ink; what is dark
//! against it falls into pieces, and pieces that lie close together are one character. Refuses to know
//! file formats and who is meant by a character.

mod cells;

pub(crate) use cells::drawing_in_cell;

use serde::{Deserialize, Serialize};
use twinglyph_core::Bitmap;
use twinglyph_core::bitmap::SIDE;

/// Most pixels of a picture: what a phone's camera gives is made smaller before.
pub const MAX_PIXELS: usize = 4_000_000;

/// Most characters that are taken from one picture.
pub const MAX_GLYPHS: usize = 200;

/// Least difference of ink and paper, as a part of the paper's brightness: pencil has some 0.3, the
/// grain of paper and a camera's noise less than 0.1.
const CONTRAST: f32 = 0.15;

/// Pieces of less than this part of the largest one are dirt.
const DIRT: f32 = 0.004;

/// Pieces are one character up to this gap, as a part of the larger one's longer side.
const GAP: f32 = 0.25;

/// Longer side of a character on its sheet, in pixels: as large as people draw on Omniglot's.
const EXTENT: f32 = 72.0;

/// Widths of strokes on a sheet: thicker ones are thinned, thinner ones thickened. Omniglot's pens are
/// 5 wide with round ends, and their strokes 3 on average.
const STROKE: std::ops::RangeInclusive<f32> = 2.2..=5.5;

/// A dot on a sheet is so many pixels wide: Omniglot's pens are 5.
const DOT: usize = 4;

/// A picture in shades of grey.
#[derive(Clone, Copy, Debug)]
pub struct Gray<'a> {
    width: usize,
    height: usize,
    pixels: &'a [u8],
}

/// Why a picture gives no characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum ScanError {
    /// Its pixels are not as many as its width and height say, or too many.
    #[error("this picture can't be read: it has no pixels, or more than {MAX_PIXELS}")]
    Size,
    /// Nothing is dark against its surroundings.
    #[error("there is no ink on this picture that stands out from its paper")]
    Blank,
    /// More pieces than there could be characters.
    #[error(
        "this picture falls into more than {MAX_GLYPHS} pieces; take one of fewer characters, in even light"
    )]
    Pieces,
}

impl<'a> Gray<'a> {
    /// A picture, row by row, 0 is black.
    ///
    /// # Errors
    /// When the pixels are not `width * height`, none, or more than [`MAX_PIXELS`].
    pub fn new(width: usize, height: usize, pixels: &'a [u8]) -> Result<Self, ScanError> {
        let count = width.checked_mul(height).filter(|&count| count > 0);
        match count {
            Some(count) if count == pixels.len() && count <= MAX_PIXELS => Ok(Self {
                width,
                height,
                pixels,
            }),
            _ => Err(ScanError::Size),
        }
    }

    /// The characters, line by line from the left, each on a sheet of its own. A picture of a sheet's
    /// size is one character as it is.
    ///
    /// # Errors
    /// When there are none, or more pieces than characters.
    pub fn glyphs(&self) -> Result<Vec<Bitmap>, ScanError> {
        let ink = self.ink(self.is_light_on_dark())?;
        if (self.width, self.height) == (SIDE, SIDE) {
            return Ok(vec![Bitmap::from_fn(|row, column| {
                ink[row * SIDE + column]
            })]);
        }
        let mut pieces = self.pieces(&ink);
        let largest = pieces.iter().map(|piece| piece.ink).max().unwrap_or(0);
        pieces.retain(|piece| piece.ink as f32 >= (DIRT * largest as f32).max(4.0));
        // Joining compares all with all.
        if pieces.len() > 5 * MAX_GLYPHS {
            return Err(ScanError::Pieces);
        }
        let mut glyphs = joined(pieces);
        if glyphs.len() > MAX_GLYPHS {
            return Err(ScanError::Pieces);
        }
        in_reading_order(&mut glyphs);
        let sheets: Vec<Bitmap> = glyphs.iter().map(|glyph| self.sheet(&ink, glyph)).collect();
        if sheets.is_empty() {
            return Err(ScanError::Blank);
        }
        Ok(sheets)
    }

    /// Is the ink light, and the paper dark? Most of a picture is paper.
    fn is_light_on_dark(&self) -> bool {
        let mean =
            self.pixels.iter().map(|&p| f64::from(p)).sum::<f64>() / self.pixels.len() as f64;
        let mut sorted = self.pixels.to_vec();
        let middle = sorted.len() / 2;
        let median = f64::from(*sorted.select_nth_unstable(middle).1);
        median < mean && median < 110.0
    }

    /// Which pixels are ink, on paper that is `dark` or light.
    fn ink(&self, dark: bool) -> Result<Vec<bool>, ScanError> {
        let light = |at: usize| {
            let pixel = self.pixels[at];
            // 1 rather than 0: brightnesses are divided.
            f32::from(if dark { 255 - pixel } else { pixel }).max(1.0)
        };
        // The paper around a pixel: the mean of what is not darker than the mean there.
        let around = self.width.max(self.height).div_ceil(8).max(8);
        let all = Sums::of(self.width, self.height, |at| Some(light(at)));
        let paper = Sums::of(self.width, self.height, |at| {
            let mean = all.mean(at % self.width, at / self.width, around);
            Some(light(at)).filter(|&light| light >= mean)
        });
        let relative: Vec<f32> = (0..self.pixels.len())
            .map(|at| {
                let paper = paper.mean(at % self.width, at / self.width, around);
                (light(at) / paper.max(1.0)).min(1.25)
            })
            .collect();
        let (threshold, contrast) = halves(&relative);
        if contrast < CONTRAST {
            return Err(ScanError::Blank);
        }
        Ok(relative.iter().map(|&value| value < threshold).collect())
    }

    /// Connected pieces of ink, corners counted.
    fn pieces(&self, ink: &[bool]) -> Vec<Piece> {
        let mut seen = vec![false; ink.len()];
        let mut pieces = Vec::new();
        let mut stack = Vec::new();
        for start in 0..ink.len() {
            if !ink[start] || seen[start] {
                continue;
            }
            let mut piece = Piece::at(start % self.width, start / self.width);
            seen[start] = true;
            stack.push(start);
            while let Some(at) = stack.pop() {
                let (x, y) = (at % self.width, at / self.width);
                let inked = |dx: usize, dy: usize| {
                    let (x, y) = ((x + dx).wrapping_sub(1), (y + dy).wrapping_sub(1));
                    x < self.width && y < self.height && ink[y * self.width + x]
                };
                let sides = [inked(0, 1), inked(2, 1), inked(1, 0), inked(1, 2)];
                piece.take(x, y, sides.iter().filter(|&&inked| !inked).count());
                for y in y.saturating_sub(1)..(y + 2).min(self.height) {
                    for x in x.saturating_sub(1)..(x + 2).min(self.width) {
                        let next = y * self.width + x;
                        if ink[next] && !seen[next] {
                            seen[next] = true;
                            stack.push(next);
                        }
                    }
                }
            }
            pieces.push(piece);
        }
        pieces
    }

    /// A character in the middle of a sheet, as large as people draw, its strokes as wide as a pen's.
    fn sheet(&self, ink: &[bool], piece: &Piece) -> Bitmap {
        with_whole_dots(&with_pen(self.laid(ink, piece, EXTENT)))
    }

    /// A character in the middle of a sheet, its longer side of so many pixels.
    fn laid(&self, ink: &[bool], piece: &Piece, extent: f32) -> Bitmap {
        let scale = piece.side() as f32 / extent;
        let middle = SIDE as f32 / 2.0;
        let center = |low: usize, high: usize| (low + high + 1) as f32 / 2.0;
        let (x0, y0) = (
            center(piece.left, piece.right),
            center(piece.top, piece.bottom),
        );
        // What a pixel of the sheet covers of the picture, one pixel of it at least.
        let span = |at: usize, center: f32, low: usize, high: usize| {
            let from = (at as f32 - middle) * scale + center;
            let first = from.max(low as f32) as usize;
            let last = ((from + scale).ceil() as usize)
                .max(first + 1)
                .min(high + 1);
            let inside = from + scale > low as f32 && from < (high + 1) as f32;
            if inside { first..last } else { 0..0 }
        };
        // Half of what a stroke covers of a pixel that it passes through the middle of.
        let least = 0.5 * (piece.stroke() / scale.max(1.0)).min(1.0);
        Bitmap::from_fn(|row, column| {
            let rows = span(row, y0, piece.top, piece.bottom);
            let columns = span(column, x0, piece.left, piece.right);
            let count = rows.len() * columns.len();
            let inked = rows
                .flat_map(|y| columns.clone().map(move |x| y * self.width + x))
                .filter(|&at| ink[at])
                .count();
            inked as f32 >= least * count as f32 && inked > 0
        })
    }
}

/// Sums over rectangles of a picture, of the pixels that are counted.
pub(crate) struct Sums {
    width: usize,
    height: usize,
    /// Of all above and to the left: sum and count.
    sums: Vec<(f64, u32)>,
}

impl Sums {
    /// Sums of the pixels that `value` counts, given by their places.
    pub(crate) fn of(width: usize, height: usize, value: impl Fn(usize) -> Option<f32>) -> Self {
        let mut sums = vec![(0.0, 0); (width + 1) * (height + 1)];
        for y in 0..height {
            let mut row = (0.0, 0);
            for x in 0..width {
                if let Some(value) = value(y * width + x) {
                    row = (row.0 + f64::from(value), row.1 + 1);
                }
                let above = sums[y * (width + 1) + x + 1];
                sums[(y + 1) * (width + 1) + x + 1] = (above.0 + row.0, above.1 + row.1);
            }
        }
        Self {
            width,
            height,
            sums,
        }
    }

    /// The mean of the counted pixels up to `around` away; 0 where there are none.
    pub(crate) fn mean(&self, x: usize, y: usize, around: usize) -> f32 {
        let (left, right) = (x.saturating_sub(around), (x + around + 1).min(self.width));
        let (top, bottom) = (y.saturating_sub(around), (y + around + 1).min(self.height));
        let at = |x: usize, y: usize| self.sums[y * (self.width + 1) + x];
        let (a, b, c, d) = (
            at(left, top),
            at(right, top),
            at(left, bottom),
            at(right, bottom),
        );
        let count = d.1 + a.1 - b.1 - c.1;
        if count == 0 {
            return 0.0;
        }
        ((d.0 + a.0 - b.0 - c.0) / f64::from(count)) as f32
    }
}

/// Connected regions of a picture that is `width` wide, corners counted: the places of each.
pub(crate) fn regions(width: usize, ink: &[bool]) -> Vec<Vec<usize>> {
    let height = ink.len() / width.max(1);
    let mut seen = vec![false; ink.len()];
    let mut regions = Vec::new();
    for start in 0..width * height {
        if !ink[start] || seen[start] {
            continue;
        }
        seen[start] = true;
        let mut region = vec![start];
        let mut next = 0;
        while let Some(&at) = region.get(next) {
            next += 1;
            let (x, y) = (at % width, at / width);
            for y in y.saturating_sub(1)..(y + 2).min(height) {
                for x in x.saturating_sub(1)..(x + 2).min(width) {
                    let near = y * width + x;
                    if ink[near] && !seen[near] {
                        seen[near] = true;
                        region.push(near);
                    }
                }
            }
        }
        regions.push(region);
    }
    regions
}

/// All ink of a picture on a sheet, however many pieces it falls into; `None` where there is none, or where
/// `ink` has not `width * height` places.
#[must_use]
pub fn drawing_of(width: usize, height: usize, ink: &[bool]) -> Option<Bitmap> {
    (Some(ink.len()) == width.checked_mul(height)).then_some(())?;
    // Only its size is asked for: what is ink is known.
    let gray = Gray {
        width,
        height,
        pixels: &[],
    };
    gray.drawing_of(ink)
}

/// Otsu's threshold (1979) between values from 0 to 1.25, and how far apart the means of both sides are.
fn halves(values: &[f32]) -> (f32, f32) {
    const BINS: usize = 256;
    let of_bin = |bin: usize| (bin as f32 + 0.5) * 1.25 / BINS as f32;
    let mut counts = [0f64; BINS];
    for value in values {
        let bin = (value / 1.25 * BINS as f32) as usize;
        counts[bin.min(BINS - 1)] += 1.0;
    }
    let sum = |bins: std::ops::Range<usize>| {
        bins.fold((0.0, 0.0), |(count, sum), bin| {
            (
                count + counts[bin],
                sum + counts[bin] * f64::from(of_bin(bin)),
            )
        })
    };
    let (all, total) = sum(0..BINS);
    let (mut below, mut sum_below) = (0.0, 0.0);
    let (mut best, mut threshold, mut apart) = (-1.0, 0.0, 0.0);
    for (bin, count) in counts.iter().enumerate().take(BINS - 1) {
        below += count;
        sum_below += count * f64::from(of_bin(bin));
        let above = all - below;
        if below == 0.0 || above == 0.0 {
            continue;
        }
        let distance = (total - sum_below) / above - sum_below / below;
        let between = below * above * distance * distance;
        if between > best {
            best = between;
            threshold = (bin + 1) as f32 * 1.25 / BINS as f32;
            apart = distance as f32;
        }
    }
    (threshold, apart)
}

/// A piece of ink: the box around it, and its pixels.
#[derive(Clone, Copy, Debug)]
struct Piece {
    left: usize,
    top: usize,
    right: usize,
    bottom: usize,
    ink: usize,
    /// Sides of its pixels that face paper.
    outline: usize,
}

impl Piece {
    fn at(x: usize, y: usize) -> Self {
        Self {
            left: x,
            top: y,
            right: x,
            bottom: y,
            ink: 0,
            outline: 0,
        }
    }

    fn take(&mut self, x: usize, y: usize, outline: usize) {
        self.left = self.left.min(x);
        self.right = self.right.max(x);
        self.top = self.top.min(y);
        self.bottom = self.bottom.max(y);
        self.ink += 1;
        self.outline += outline;
    }

    /// Mean width of its strokes.
    fn stroke(&self) -> f32 {
        2.0 * self.ink as f32 / self.outline.max(1) as f32
    }

    fn side(&self) -> usize {
        (self.right - self.left).max(self.bottom - self.top) + 1
    }

    fn gap(&self, other: &Self) -> usize {
        let apart = |low: usize, high: usize, other_low: usize, other_high: usize| {
            other_low
                .saturating_sub(high)
                .max(low.saturating_sub(other_high))
        };
        apart(self.left, self.right, other.left, other.right).max(apart(
            self.top,
            self.bottom,
            other.top,
            other.bottom,
        ))
    }

    fn join(&mut self, other: &Self) {
        self.left = self.left.min(other.left);
        self.right = self.right.max(other.right);
        self.top = self.top.min(other.top);
        self.bottom = self.bottom.max(other.bottom);
        self.ink += other.ink;
        self.outline += other.outline;
    }
}

/// Pieces put together until none lies close to another.
fn joined(pieces: Vec<Piece>) -> Vec<Piece> {
    // Reach is of the pieces as they come: what grew by joining would reach farther and farther.
    let mut glyphs: Vec<(Piece, usize)> = pieces
        .into_iter()
        .map(|piece| (piece, piece.side()))
        .collect();
    let mut at = 0;
    while at < glyphs.len() {
        let near = (0..glyphs.len()).find(|&other| {
            let reach = glyphs[at].1.max(glyphs[other].1) as f32 * GAP;
            other != at && glyphs[at].0.gap(&glyphs[other].0) as f32 <= reach
        });
        match near {
            Some(other) => {
                let (piece, side) = glyphs.swap_remove(at.max(other));
                let kept = &mut glyphs[at.min(other)];
                kept.0.join(&piece);
                kept.1 = kept.1.max(side);
                // It may be close to earlier ones now.
                at = 0;
            }
            None => at += 1,
        }
    }
    glyphs.into_iter().map(|(piece, _)| piece).collect()
}

/// Lines from the top, in each from the left. A character is in the line of the first whose middle it
/// spans, or that spans its own.
fn in_reading_order(glyphs: &mut [Piece]) {
    glyphs.sort_by_key(|glyph| glyph.top);
    let mut line = 0;
    let mut lines: Vec<(usize, usize, Piece)> = Vec::with_capacity(glyphs.len());
    let mut head: Option<Piece> = None;
    for &glyph in glyphs.iter() {
        let middle = |piece: &Piece| usize::midpoint(piece.top, piece.bottom);
        let spans = |one: &Piece, other: &Piece| (one.top..=one.bottom).contains(&middle(other));
        match head {
            Some(first) if spans(&first, &glyph) || spans(&glyph, &first) => {}
            Some(_) => {
                line += 1;
                head = Some(glyph);
            }
            None => head = Some(glyph),
        }
        lines.push((line, glyph.left, glyph));
    }
    lines.sort_by_key(|&(line, left, _)| (line, left));
    for (to, (_, _, glyph)) in glyphs.iter_mut().zip(lines) {
        *to = glyph;
    }
}

/// The drawing with strokes of a pen's width.
fn with_pen(mut drawing: Bitmap) -> Bitmap {
    // Each thinning takes a pixel from both sides.
    for _ in 0..SIDE / 4 {
        if stroke_width(&drawing) <= *STROKE.end() {
            break;
        }
        drawing = thinner(&drawing);
    }
    if stroke_width(&drawing) < *STROKE.start() {
        drawing = Bitmap::from_fn(|row, column| {
            let near = |at: usize| at.saturating_sub(1)..(at + 2).min(SIDE);
            drawing.get(row, column)
                || near(row).any(|y| drawing.get(y, column))
                || near(column).any(|x| drawing.get(row, x))
        });
    }
    drawing
}

/// The drawing with its dots as large as a pen leaves them: finer ones pale in the canonical form's blur.
fn with_whole_dots(drawing: &Bitmap) -> Bitmap {
    let ink: Vec<bool> = (0..SIDE * SIDE)
        .map(|at| drawing.get(at / SIDE, at % SIDE))
        .collect();
    let mut whole = drawing.clone();
    for region in regions(SIDE, &ink)
        .iter()
        .filter(|region| region.len() < DOT * DOT)
    {
        let reach = |along: fn(usize) -> usize| {
            let all = || region.iter().map(|&at| along(at));
            all().max().unwrap_or(0) - all().min().unwrap_or(0) + 1
        };
        if reach(|at| at / SIDE).max(reach(|at| at % SIDE)) >= DOT {
            continue;
        }
        for at in region {
            let (row, column) = (at / SIDE, at % SIDE);
            for (row, column) in [
                (row.wrapping_sub(1), column),
                (row + 1, column),
                (row, column.wrapping_sub(1)),
                (row, column + 1),
            ] {
                if row < SIDE && column < SIDE {
                    whole.set(row, column, true);
                }
            }
        }
    }
    whole
}

/// Mean width of the strokes: ink by half of its outline.
fn stroke_width(drawing: &Bitmap) -> f32 {
    let outline = drawing.ink().map(|(row, column)| {
        let sides = neighbours(drawing, row, column);
        [0, 2, 4, 6].iter().filter(|&&side| !sides[side]).count()
    });
    let outline: usize = outline.sum();
    if outline == 0 {
        return 0.0;
    }
    2.0 * drawing.ink_count() as f32 / outline as f32
}

/// The eight pixels around one, from above it clockwise.
fn neighbours(drawing: &Bitmap, row: usize, column: usize) -> [bool; 8] {
    let at = |dy: usize, dx: usize| {
        let (y, x) = ((row + dy).wrapping_sub(1), (column + dx).wrapping_sub(1));
        y < SIDE && x < SIDE && drawing.get(y, x)
    };
    [
        at(0, 1),
        at(0, 2),
        at(1, 2),
        at(2, 2),
        at(2, 1),
        at(2, 0),
        at(1, 0),
        at(0, 0),
    ]
}

/// One round of thinning (Zhang and Suen 1984): strokes stay whole, and lines stay lines.
fn thinner(drawing: &Bitmap) -> Bitmap {
    let mut result = drawing.clone();
    for second in [false, true] {
        let before = result.clone();
        for (row, column) in before.ink() {
            let p = neighbours(&before, row, column);
            let count = p.iter().filter(|&&ink| ink).count();
            let turns = (0..8).filter(|&at| !p[at] && p[(at + 1) % 8]).count();
            let [above, right, below, left] = [p[0], p[2], p[4], p[6]];
            let kept = if second {
                above && left && (right || below)
            } else {
                right && below && (above || left)
            };
            if (2..=6).contains(&count) && turns == 1 && !kept {
                result.set(row, column, false);
            }
        }
    }
    result
}

#[cfg(test)]
mod tests;
