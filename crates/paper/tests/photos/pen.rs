//! Strokes of a pen along the middle lines of a drawing's strokes.

use twinglyph_core::Bitmap;
use twinglyph_core::bitmap::SIDE;

use super::noise::Noise;
use super::source::pieces;

/// Distance of paper from the middle of Omniglot's strokes, pixels; where it is farther, a shape is filled.
const STROKE: f64 = 3.2;

/// Longer side of a character that is cut out, pixels of its drawing.
const EXTENT: f64 = 72.0;

/// The middle lines of a drawing; places in pixels of the drawing.
pub(crate) struct Lines {
    /// Across and down, and how far ink reaches beyond a stroke's own half width.
    points: Vec<([f64; 2], f64)>,
    segments: Vec<[usize; 2]>,
}

impl Lines {
    pub(crate) fn new(drawing: &Bitmap) -> Self {
        let mut lines = Self {
            points: Vec::new(),
            segments: Vec::new(),
        };
        for piece in pieces(drawing) {
            lines.add(drawing, &piece);
        }
        lines
    }

    fn add(&mut self, drawing: &Bitmap, piece: &[(usize, usize)]) {
        let mut thin = Bitmap::blank();
        piece
            .iter()
            .for_each(|&(row, column)| thin.set(row, column, true));
        while peel(&mut thin) {}
        let mut left: Vec<(usize, usize)> = thin.ink().collect();
        if left.is_empty() {
            // Squares of two pixels thin to nothing.
            left.push(piece[piece.len() / 2]);
        }
        let first = self.points.len();
        let beyond = |at| (depth(drawing, at) - STROKE).max(0.0);
        let mut points: Vec<[f64; 2]> = left.iter().map(|&(y, x)| [x as f64, y as f64]).collect();
        let mut near = vec![Vec::new(); left.len()];
        for (one, &(y, x)) in left.iter().enumerate() {
            for (other, &(v, u)) in left.iter().enumerate().skip(one + 1) {
                if y.abs_diff(v) <= 1 && x.abs_diff(u) <= 1 {
                    near[one].push(other);
                    near[other].push(one);
                    self.segments.push([first + one, first + other]);
                }
            }
        }
        for _ in 0..6 {
            let before = points.clone();
            for (point, near) in points.iter_mut().zip(&near) {
                if near.len() > 1 {
                    for axis in [0, 1] {
                        let sum: f64 = near.iter().map(|&at| before[at][axis]).sum();
                        point[axis] = 0.5 * point[axis] + 0.5 * sum / near.len() as f64;
                    }
                }
            }
        }
        if left.len() == 1 {
            self.segments.push([first, first]);
        }
        let depths = left.iter().map(|&at| beyond(at));
        self.points.extend(points.into_iter().zip(depths));
    }

    /// Left, top, right and bottom of the middle lines.
    pub(crate) fn bounds(&self) -> [f64; 4] {
        let far = f64::INFINITY;
        self.points
            .iter()
            .fold([far, far, -far, -far], |b, &([x, y], _)| {
                [b[0].min(x), b[1].min(y), b[2].max(x), b[3].max(y)]
            })
    }
}

/// How a pen writes.
pub(crate) struct Pen {
    /// Width of a stroke, pixels of the raster.
    pub(crate) width: f64,
    /// How much the width varies along a stroke, 0 to 0.5.
    pub(crate) pressure: f64,
}

/// How much of each pixel is inked: `width` pixels a row from the place `from`.
pub(crate) struct Raster {
    pub(crate) from: [usize; 2],
    pub(crate) width: usize,
    pub(crate) cover: Vec<f32>,
}

/// Draws lines, `scale` pixels of the raster a pixel of the drawing, its place (0, 0) at `origin`.
pub(crate) fn draw(lines: &Lines, pen: &Pen, scale: f64, origin: [f64; 2], noise: Noise) -> Raster {
    let bounds = lines.bounds();
    let place = |at: [f64; 2]| [origin[0] + scale * at[0], origin[1] + scale * at[1]];
    let reach = pen.width + 2.0 + scale * 8.0;
    let ([left, top], [right, bottom]) =
        (place([bounds[0], bounds[1]]), place([bounds[2], bounds[3]]));
    let from = [left - reach, top - reach].map(|at| at.max(0.0) as usize);
    let size = [
        right + reach - from[0] as f64,
        bottom + reach - from[1] as f64,
    ]
    .map(|at| at.max(1.0) as usize);
    let [width, height] = size;
    let mut cover = vec![0.0f32; width * height];
    let thick = |&(at, beyond): &([f64; 2], f64)| {
        let wave = noise.at(at[0] / 9.0, at[1] / 9.0) - 0.5;
        0.5 * pen.width * (1.0 + 2.0 * pen.pressure * f64::from(wave)) + beyond * scale
    };
    for &[one, other] in &lines.segments {
        let (one, other) = (&lines.points[one], &lines.points[other]);
        let ([ax, ay], [bx, by]) = (place(one.0), place(other.0));
        let (thick_a, thick_b) = (thick(one), thick(other));
        let far = thick_a.max(thick_b) + 1.0;
        let span = |a: f64, b: f64, from: usize, size: usize| {
            let low = (a.min(b) - far).floor().max(from as f64) as usize;
            let high = (a.max(b) + far).ceil().clamp(0.0, (from + size) as f64) as usize;
            low..high
        };
        let (dx, dy) = (bx - ax, by - ay);
        let length = (dx * dx + dy * dy).max(1e-9);
        for y in span(ay, by, from[1], height) {
            for x in span(ax, bx, from[0], width) {
                let (u, v) = (x as f64 + 0.5 - ax, y as f64 + 0.5 - ay);
                let along = ((u * dx + v * dy) / length).clamp(0.0, 1.0);
                let away = (u - along * dx).hypot(v - along * dy);
                let thick = thick_a + (thick_b - thick_a) * along;
                let value = (thick - away + 0.5).clamp(0.0, 1.0) as f32;
                let at = &mut cover[(y - from[1]) * width + x - from[0]];
                *at = at.max(value);
            }
        }
    }
    Raster { from, width, cover }
}

/// What these lines are as a drawing, as large as characters are drawn that are cut out, with strokes as wide
/// as Omniglot's: strokes of a small drawing are no wider beside its size.
pub(crate) fn drawn(lines: &Lines) -> Bitmap {
    let pen = Pen {
        width: 5.0,
        pressure: 0.0,
    };
    let [left, top, right, bottom] = lines.bounds();
    let scale = (EXTENT - pen.width) / (right - left).max(bottom - top).max(1.0);
    let middle = [(left + right) / 2.0, (top + bottom) / 2.0];
    let origin = middle.map(|at| SIDE as f64 / 2.0 - scale * at);
    let raster = draw(lines, &pen, scale, origin, Noise(0));
    Bitmap::from_fn(|row, column| {
        let inside = |at: usize, from: usize| at.checked_sub(from);
        let place = inside(row, raster.from[1])
            .zip(inside(column, raster.from[0]).filter(|&at| at < raster.width));
        let cover = place.and_then(|(y, x)| raster.cover.get(y * raster.width + x));
        cover.is_some_and(|&cover| cover > 0.5)
    })
}

/// Distance to the next paper, pixels; at most 8.
fn depth(drawing: &Bitmap, (row, column): (usize, usize)) -> f64 {
    let mut least = 8.0f64;
    for y in -8i32..=8 {
        for x in -8i32..=8 {
            let (v, u) = (row as i32 + y, column as i32 + x);
            let ink = v >= 0 && u >= 0 && drawing.get(v as usize, u as usize);
            if !ink {
                least = least.min(f64::from(x).hypot(f64::from(y)));
            }
        }
    }
    least
}

/// One round of thinning by Zhang and Suen; false when nothing is left to take away.
fn peel(ink: &mut Bitmap) -> bool {
    let mut changed = false;
    for second in [false, true] {
        let gone: Vec<(usize, usize)> =
            ink.ink().filter(|&at| is_border(ink, at, second)).collect();
        changed |= !gone.is_empty();
        for (row, column) in gone {
            ink.set(row, column, false);
        }
    }
    changed
}

fn is_border(ink: &Bitmap, (row, column): (usize, usize), second: bool) -> bool {
    // From above, clockwise. A place before the first is outside as well.
    let around = [
        (0, 1),
        (0, 2),
        (1, 2),
        (2, 2),
        (2, 1),
        (2, 0),
        (1, 0),
        (0, 0),
    ]
    .map(|(y, x)| {
        let (v, u) = ((row + y).wrapping_sub(1), (column + x).wrapping_sub(1));
        v < SIDE && u < SIDE && ink.get(v, u)
    });
    let count = around.iter().filter(|&&ink| ink).count();
    let starts = (0..8)
        .filter(|&at| !around[at] && around[(at + 1) % 8])
        .count();
    let [up, _, right, _, down, _, left, _] = around;
    let free = if second {
        !(up && left && (right || down))
    } else {
        !(right && down && (up || left))
    };
    (2..=6).contains(&count) && starts == 1 && free
}
