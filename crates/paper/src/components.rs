//! Connected pieces of ink, and which of them may be parts of characters.

use crate::cut::Bounds;
use crate::light::{self, Ink};

/// Ink is no shallower than this part of the usual depth.
const SHALLOW: f32 = 0.6;

/// Strokes are thinner than this part of their piece's longer side.
const SLIM: f32 = 0.3;

/// A connected piece of ink.
#[derive(Clone, Debug)]
pub(crate) struct Piece {
    pub(crate) bounds: Bounds,
    /// Column and row of its pixels.
    pub(crate) pixels: Vec<(u16, u16)>,
    /// Sides of its pixels that face paper.
    outline: usize,
    /// Sum of its pixels' depths.
    depth: u64,
}

impl Piece {
    /// A piece of these pixels.
    pub(crate) fn new(pixels: Vec<(u16, u16)>) -> Option<Self> {
        let of = |part: fn(&(u16, u16)) -> u16| pixels.iter().map(part);
        Some(Self {
            bounds: Bounds {
                left: of(|at| at.0).min()?.into(),
                top: of(|at| at.1).min()?.into(),
                right: usize::from(of(|at| at.0).max()?) + 1,
                bottom: usize::from(of(|at| at.1).max()?) + 1,
            },
            pixels,
            outline: 0,
            depth: 0,
        })
    }

    pub(crate) fn width(&self) -> usize {
        self.bounds.right - self.bounds.left
    }

    pub(crate) fn height(&self) -> usize {
        self.bounds.bottom - self.bounds.top
    }

    pub(crate) fn side(&self) -> usize {
        self.width().max(self.height())
    }

    pub(crate) fn stroke(&self) -> f32 {
        2.0 * self.pixels.len() as f32 / self.outline.max(1) as f32
    }

    /// Does the piece reach the border of a page of this size?
    fn touches(&self, width: usize, height: usize) -> bool {
        let b = self.bounds;
        b.left <= 2 || b.top <= 2 || b.right + 2 >= width || b.bottom + 2 >= height
    }

    fn mean_depth(&self) -> f32 {
        self.depth as f32 / self.pixels.len().max(1) as f32
    }
}

/// The pieces of the ink, corners counted.
pub(crate) fn pieces(ink: &Ink) -> Vec<Piece> {
    let (width, height) = (ink.width, ink.height);
    let mut left = ink.mask.clone();
    let mut pieces = Vec::new();
    let mut stack = Vec::new();
    for start in 0..left.len() {
        if !left[start] {
            continue;
        }
        left[start] = false;
        stack.push(start);
        let (mut pixels, mut outline, mut depth) = (Vec::new(), 0, 0);
        while let Some(at) = stack.pop() {
            let (x, y) = (at % width, at / width);
            pixels.push((x as u16, y as u16));
            depth += u64::from(ink.depth[at]);
            outline += usize::from(x == 0 || !ink.mask[at - 1]);
            outline += usize::from(x + 1 == width || !ink.mask[at + 1]);
            outline += usize::from(y == 0 || !ink.mask[at - width]);
            outline += usize::from(y + 1 == height || !ink.mask[at + width]);
            for y in y.saturating_sub(1)..(y + 2).min(height) {
                for x in x.saturating_sub(1)..(x + 2).min(width) {
                    let next = y * width + x;
                    if left[next] {
                        left[next] = false;
                        stack.push(next);
                    }
                }
            }
        }
        if let Some(piece) = Piece::new(pixels) {
            pieces.push(Piece {
                outline,
                depth,
                ..piece
            });
        }
    }
    pieces
}

/// The pieces of the ink without what is shallow against strokes, such as crumbs of pale lines: they may be
/// most of the ink, and strokes are larger. Strokes are told by pieces that are long against their width and
/// not cut off by the border: cloth and fingers around the paper are neither.
pub(crate) fn strokes(ink: &mut Ink) -> Vec<Piece> {
    let all = pieces(ink);
    let (width, height) = (ink.width, ink.height);
    let is_written = |piece: &&Piece| {
        piece.stroke() < SLIM * piece.side() as f32 && !piece.touches(width, height)
    };
    let mut written: Vec<&Piece> = all.iter().filter(is_written).collect();
    if written.is_empty() {
        written = all.iter().collect();
    }
    let weighted = |piece: &&Piece| {
        (
            piece.mean_depth(),
            (piece.pixels.len() * piece.side()) as f32,
        )
    };
    let usual = weighted_median(written.iter().map(weighted));
    let mut counts = [0usize; 256];
    for piece in written
        .iter()
        .filter(|piece| piece.mean_depth() >= SHALLOW * usual)
    {
        for &(x, y) in &piece.pixels {
            let depth = ink.depth[usize::from(y) * ink.width + usize::from(x)];
            counts[usize::from(depth)] += 1;
        }
    }
    let least = light::threshold_of(light::quantile(&counts, 0, 0.8) as u8);
    let before = all.iter().map(|piece| piece.pixels.len()).sum::<usize>();
    for (mask, &depth) in ink.mask.iter_mut().zip(&ink.depth) {
        *mask &= depth >= least;
    }
    if ink.mask.iter().filter(|&&inked| inked).count() == before {
        return all;
    }
    pieces(ink)
}

/// The value that half of the weight lies below; 0 of none.
pub(crate) fn weighted_median(values: impl Iterator<Item = (f32, f32)>) -> f32 {
    let mut values: Vec<(f32, f32)> = values.collect();
    values.sort_by(|one, other| one.0.total_cmp(&other.0));
    let total: f32 = values.iter().map(|value| value.1).sum();
    let mut sum = 0.0;
    for (value, weight) in values {
        sum += weight;
        if sum * 2.0 >= total {
            return value;
        }
    }
    0.0
}

/// Usual longer side of the pieces, by their length.
pub(crate) fn usual_side(pieces: &[Piece]) -> f32 {
    weighted_median(pieces.iter().map(|piece| {
        let side = piece.side() as f32;
        (side, side)
    }))
}

/// Keeps what may be part of a character: no dirt, edges, holes, fingers and folds.
pub(crate) fn clean(pieces: Vec<Piece>, width: usize, height: usize) -> Vec<Piece> {
    let mut pieces = without_dots(pieces);
    pieces.retain(|piece| piece.pixels.len() >= 4);
    let longer = width.max(height) as f32;
    let touches = |piece: &Piece| piece.touches(width, height);
    // Where few pieces touch the edge they are cut off by it; a close crop touches it everywhere.
    let cut_off = pieces.iter().filter(|piece| touches(piece)).count();
    let crops = cut_off * 4 > pieces.len();
    // Too long and too thin for a stroke.
    let is_odd = |piece: &Piece| {
        let side = piece.side() as f32;
        let thin = piece.width().min(piece.height()) as f32;
        let is_large = side > 0.3 * longer;
        let edge = touches(piece) && (!crops || thin < 0.25 * side || is_large);
        edge || (is_large && thin < 0.12 * side)
    };
    // A picture of one character may be filled by it.
    let fits = |piece: &Piece| !is_odd(piece) && piece.side() as f32 > 0.01 * longer;
    if pieces.iter().any(fits) {
        pieces.retain(|piece| !is_odd(piece));
    }
    let ink = |piece: &Piece| piece.pixels.len() as f32;
    let stroke = weighted_median(
        pieces
            .iter()
            .map(|piece| (piece.stroke(), piece.side() as f32)),
    );
    pieces.retain(|piece| piece.stroke() <= 3.5 * stroke.max(1.0));
    // Of strokes alone: what is filled has many pixels, and may be no ink.
    let depth = weighted_median(pieces.iter().map(|piece| (piece.mean_depth(), ink(piece))));
    pieces.retain(|piece| piece.mean_depth() >= SHALLOW * depth);
    // A dot is as wide as the pen; grain is not.
    let side = usual_side(
        &pieces
            .iter()
            .filter(|p| p.side() as f32 > 3.0 * stroke)
            .cloned()
            .collect::<Vec<_>>(),
    );
    let least = (0.6 * stroke).max(0.03 * side);
    pieces.retain(|piece| piece.side() as f32 >= least && ink(piece) >= 0.4 * stroke * stroke);
    pieces
}

/// Numbers of dots on dotted paper: fewer are writing, more are grain.
const DOTS: std::ops::RangeInclusive<usize> = 40..=6000;

/// How far a dot's neighbour may lie off its place, as a part of the distance between dots.
const OFF: f32 = 0.25;

/// Takes away the dots of dotted paper: small, all of one size, and as far from their neighbours to the sides
/// as from those above and below.
fn without_dots(mut pieces: Vec<Piece>) -> Vec<Piece> {
    let mut sides: Vec<usize> = pieces.iter().map(Piece::side).collect();
    if sides.len() < *DOTS.start() {
        return pieces;
    }
    let middle = sides.len() / 2;
    // Most pieces are dots, whatever is written between them.
    let usual = *sides.select_nth_unstable(middle).1;
    let size = 2 * usual.max(2);
    let center = |piece: &Piece| {
        let b = piece.bounds;
        [
            (b.left + b.right) as f32 / 2.0,
            (b.top + b.bottom) as f32 / 2.0,
        ]
    };
    let dots: Vec<[f32; 2]> = pieces
        .iter()
        .filter(|piece| piece.side() <= size)
        .map(center)
        .collect();
    if !DOTS.contains(&dots.len()) {
        return pieces;
    }
    let offsets = |[x, y]: [f32; 2]| dots.iter().map(move |dot| [dot[0] - x, dot[1] - y]);
    let far = |offset: [f32; 2]| offset[0].hypot(offset[1]);
    let mut nearest: Vec<[f32; 2]> = dots
        .iter()
        .filter_map(|&dot| {
            let others = offsets(dot).filter(|&offset| far(offset) > 0.5);
            others.min_by(|&one, &other| far(one).total_cmp(&far(other)))
        })
        .collect();
    // Four times the angle is the same for neighbours to the sides, above and below.
    let (sin, cos) = nearest.iter().fold((0.0, 0.0), |sum, [x, y]| {
        let (sin, cos) = (4.0 * y.atan2(*x)).sin_cos();
        (sum.0 + sin, sum.1 + cos)
    });
    let (sin, cos) = (sin.atan2(cos) / 4.0).sin_cos();
    let middle = nearest.len() / 2;
    if nearest.is_empty() {
        return pieces;
    }
    let by_distance = |one: &[f32; 2], other: &[f32; 2]| far(*one).total_cmp(&far(*other));
    let pitch = far(*nearest.select_nth_unstable_by(middle, by_distance).1);
    if pitch < 2.0 * size as f32 {
        return pieces;
    }
    // The sheet may be tilted: neighbours of one place may not lie exactly as others' do.
    let is_neighbour = |[x, y]: [f32; 2]| {
        let (along, across) = ((x * cos + y * sin).abs(), (y * cos - x * sin).abs());
        let (most, least) = (along.max(across) / pitch, along.min(across) / pitch);
        (most - 1.0).abs() < OFF && least < OFF
    };
    let is_dot = |place: [f32; 2]| offsets(place).filter(|&off| is_neighbour(off)).count() >= 2;
    let on_grid = dots.iter().filter(|&&dot| is_dot(dot)).count();
    if on_grid * 4 >= dots.len() * 3 {
        pieces.retain(|piece| piece.side() > size || !is_dot(center(piece)));
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn square(x: usize, y: usize, side: usize) -> Piece {
        let pixels = (0..side * side).map(|at| ((x + at % side) as u16, (y + at / side) as u16));
        Piece::new(pixels.collect()).unwrap_or_else(|| unreachable!("a side is above 0"))
    }

    #[test]
    fn dots_of_a_grid_go_and_a_dot_between_them_stays() {
        let grid = |at: usize| square(20 * (at % 12), 20 * (at / 12), 3);
        let mut pieces: Vec<Piece> = (0..120).map(grid).collect();
        // A stroke, and a dot of the same size as the grid's.
        pieces.push(square(300, 20, 60));
        pieces.push(square(330, 120, 3));
        let left = without_dots(pieces);
        let lefts: Vec<usize> = left.iter().map(|piece| piece.bounds.left).collect();
        assert_eq!(lefts, [300, 330]);
    }

    #[test]
    fn a_few_dots_are_writing() {
        let pieces: Vec<Piece> = (0..20).map(|at| square(20 * at, 0, 3)).collect();
        assert_eq!(without_dots(pieces).len(), 20);
    }

    #[test]
    fn dots_of_a_turned_grid_go_and_a_dot_amid_four_stays() {
        let (sin, cos) = 15f32.to_radians().sin_cos();
        let dot = |x: f32, y: f32| {
            let (x, y) = (
                100.0 + 20.0 * (x * cos - y * sin),
                20.0 * (x * sin + y * cos),
            );
            square(x as usize, y as usize, 3)
        };
        let grid = |at: usize| dot((at % 12) as f32, (at / 12) as f32);
        let mut pieces: Vec<Piece> = (0..120).map(grid).collect();
        pieces.push(dot(5.5, 5.5));
        let between = pieces.last().map(|piece| piece.bounds);
        let left: Vec<Bounds> = without_dots(pieces)
            .iter()
            .map(|piece| piece.bounds)
            .collect();
        assert_eq!(left, Vec::from_iter(between));
    }

    /// Ink of these depths in boxes of 200 x 200 pixels: left, top, right, bottom.
    fn ink(boxes: &[([usize; 4], u8)]) -> Ink {
        let mut depth = vec![0u8; 200 * 200];
        for &([left, top, right, bottom], value) in boxes {
            for y in top..bottom {
                depth[y * 200 + left..y * 200 + right].fill(value);
            }
        }
        Ink {
            width: 200,
            height: 200,
            mask: depth.iter().map(|&depth| depth > 0).collect(),
            depth,
        }
    }

    fn lefts(pieces: &[Piece]) -> Vec<usize> {
        let mut lefts: Vec<usize> = pieces.iter().map(|piece| piece.bounds.left).collect();
        lefts.sort_unstable();
        lefts
    }

    #[test]
    fn ink_that_is_shallow_against_strokes_goes_however_much_of_it_there_is() {
        let mut boxes = vec![([20, 20, 26, 120], 150), ([40, 20, 46, 120], 150)];
        boxes.extend((0..30).map(|at| ([60 + 4 * at, 150, 62 + 4 * at, 160], 30)));
        let mut ink = ink(&boxes);
        assert_eq!(lefts(&strokes(&mut ink)), [20, 40]);
        assert_eq!(ink.mask.iter().filter(|&&inked| inked).count(), 1200);
    }

    #[test]
    fn deep_ink_that_is_thick_or_cut_off_takes_no_strokes_away() {
        let stroke = ([100, 40, 104, 140], 60);
        let thick = ([20, 60, 80, 120], 220);
        let cut_off = ([150, 0, 155, 90], 220);
        let mut ink = ink(&[stroke, thick, cut_off]);
        assert_eq!(lefts(&strokes(&mut ink)), [20, 100, 150]);
    }
}
