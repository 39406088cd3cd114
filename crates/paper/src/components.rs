//! Connected pieces of ink, and which of them may be parts of characters.

use crate::cut::Bounds;
use crate::light::{self, Ink};

/// Ink is no shallower than this part of the usual depth.
const SHALLOW: f32 = 0.6;

/// Strokes are thinner than this part of their piece's longer side.
const SLIM: f32 = 0.3;

/// Dots are smaller, in widths of strokes.
const DOT: f32 = 3.0;

/// Least depth of a dot's middle, as a part of the usual depth of strokes with their edges: without grain,
/// and in much grain.
const PEAK: std::ops::Range<f32> = 0.75..0.95;

/// Strokes are wider, as a part of the usual width.
const THIN: f32 = 0.5;

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
    /// The largest depth of its pixels.
    peak: u8,
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
            peak: 0,
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

    /// Is the piece long against its strokes' width?
    fn is_slim(&self) -> bool {
        self.stroke() < SLIM * self.side() as f32
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
        let (mut pixels, mut outline, mut depth, mut peak) = (Vec::new(), 0, 0, 0);
        while let Some(at) = stack.pop() {
            let (x, y) = (at % width, at / width);
            pixels.push((x as u16, y as u16));
            depth += u64::from(ink.depth[at]);
            peak = ink.depth[at].max(peak);
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
                peak,
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
    let is_written = |piece: &&Piece| piece.is_slim() && !piece.touches(width, height);
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
    median_of(values.collect())
}

/// Not generic: sorting is much code, and the reader of photos is fetched.
fn median_of(mut values: Vec<(f32, f32)>) -> f32 {
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

/// Usual width of strokes, by the square of their pieces' length: specks may be far more than strokes, and
/// longer together. Only of slim pieces, unless none is: a finger is large.
pub(crate) fn usual_stroke(pieces: &[Piece]) -> f32 {
    let median = |pieces: &mut dyn Iterator<Item = &Piece>| {
        weighted_median(pieces.map(|piece| (piece.stroke(), (piece.side() as f32).powi(2))))
    };
    match median(&mut pieces.iter().filter(|piece| piece.is_slim())) {
        0.0 => median(&mut pieces.iter()),
        stroke => stroke,
    }
}

/// Usual longer side of the pieces, by their length.
pub(crate) fn usual_side(pieces: &[Piece]) -> f32 {
    weighted_median(pieces.iter().map(|piece| {
        let side = piece.side() as f32;
        (side, side)
    }))
}

/// Keeps what may be part of a character: no dirt, edges, holes, fingers and folds, and no grain, which is at
/// most this deep.
pub(crate) fn clean(pieces: Vec<Piece>, width: usize, height: usize, grain: u8) -> Vec<Piece> {
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
    let stroke = usual_stroke(&pieces);
    pieces.retain(|piece| piece.stroke() <= 3.5 * stroke.max(1.0));
    // Of strokes alone: what is filled has many pixels, and may be no ink.
    let depth = weighted_median(pieces.iter().map(|piece| (piece.mean_depth(), ink(piece))));
    pieces.retain(|piece| piece.mean_depth() >= SHALLOW * depth);
    // What a pen draws is as wide as it all along, and a dot's middle is about as deep as strokes. What is
    // left of a line is thinner, and grain is paler.
    // Not `clamp`: its panic would bring the printing of floats into the reader of photos.
    let peak = f32::from(grain)
        .min(PEAK.end * depth)
        .max(PEAK.start * depth);
    pieces.retain(|piece| {
        if (piece.side() as f32) < DOT * stroke {
            f32::from(piece.peak) >= peak
        } else {
            piece.stroke() >= THIN * stroke
        }
    });
    let side = usual_side(
        &pieces
            .iter()
            .filter(|p| p.side() as f32 > DOT * stroke)
            .cloned()
            .collect::<Vec<_>>(),
    );
    let least = (0.6 * stroke).max(0.015 * side);
    pieces.retain(|piece| piece.side() as f32 >= least && ink(piece) >= 0.4 * stroke * stroke);
    pieces
}

/// Numbers of dots on dotted paper: fewer are writing, more are grain.
const DOTS: std::ops::RangeInclusive<usize> = 40..=6000;

/// How far a dot's neighbour may lie off its place, as a part of the distance between dots.
const OFF: f32 = 0.25;

/// Steps from a dot to others that tell it where strokes cover its neighbours, how far these may lie off their
/// places, as a part of the distance between dots, and how many there are at least.
const FAR: f32 = 2.0;
const OFF_FAR: f32 = 0.15;
const LEAST_FAR: usize = 4;

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
    // Beside strokes that cover its neighbours, a dot is as many whole steps from others.
    let is_near = |[x, y]: [f32; 2]| {
        let steps = [(x * cos + y * sin) / pitch, (y * cos - x * sin) / pitch];
        let is_whole = steps
            .iter()
            .all(|step| (step - step.round()).abs() < OFF_FAR);
        let most = steps
            .iter()
            .fold(0.0f32, |most, step| most.max(step.round().abs()));
        is_whole && most > 0.0 && most <= FAR
    };
    let is_dot = |place: [f32; 2]| {
        offsets(place).filter(|&off| is_neighbour(off)).count() >= 2
            || offsets(place).filter(|&off| is_near(off)).count() >= LEAST_FAR
    };
    let on_grid = dots.iter().filter(|&&dot| is_dot(dot)).count();
    if on_grid * 4 >= dots.len() * 3 {
        pieces.retain(|piece| piece.side() > size || !is_dot(center(piece)));
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

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
    fn a_dot_whose_neighbours_strokes_cover_goes_with_its_grid() {
        let on_stroke = |at: &usize| {
            let (x, y) = (at % 12, at / 12);
            let is_around = (3..6).contains(&x) && (3..6).contains(&y);
            is_around && (x, y) != (4, 4)
        };
        let grid = (0..120).filter(|at| !on_stroke(at));
        let mut pieces: Vec<Piece> = grid
            .map(|at| square(20 * (at % 12), 20 * (at / 12), 3))
            .collect();
        // A dot that was written beside the grid's.
        pieces.push(square(71, 69, 3));
        let left = without_dots(pieces);
        let lefts: Vec<usize> = left.iter().map(|piece| piece.bounds.left).collect();
        assert_eq!(lefts, [71]);
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
        ink_of(200, boxes)
    }

    fn ink_of(side: usize, boxes: &[([usize; 4], u8)]) -> Ink {
        let mut depth = vec![0u8; side * side];
        for &([left, top, right, bottom], value) in boxes {
            for y in top..bottom {
                depth[y * side + left..y * side + right].fill(value);
            }
        }
        Ink {
            width: side,
            height: side,
            mask: depth.iter().map(|&depth| depth > 0).collect(),
            depth,
            grain: 0,
        }
    }

    /// What is left of a page of 400 x 400 pixels: three strokes of depth 40, 6 wide, at its left, and these.
    fn cleaned(others: &[([usize; 4], u8)], grain: u8) -> Vec<usize> {
        let strokes = [40, 80, 120].map(|left| ([left, 40, left + 6, 140], 40));
        let ink = ink_of(400, &[&strokes, others].concat());
        lefts(&clean(pieces(&ink), 400, 400, grain))
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

    #[test]
    fn strokes_stay_however_many_specks_of_grain_there_are() {
        let speck = |at: usize| {
            let (x, y) = (160 + at % 50 * 4, 20 + at / 50 * 6);
            ([x, y, x + 1, y + 4], 22)
        };
        let specks: Vec<_> = (0..1000).map(speck).collect();
        assert_eq!(cleaned(&specks, 0), [40, 80, 120]);
    }

    #[test]
    fn a_dot_whose_edge_is_ragged_stays() {
        let rows = [1, 3, 5, 3, 1].into_iter().zip(100..);
        let rows: Vec<_> = rows
            .map(|(wide, y)| ([202 - wide / 2, y, 203 + wide / 2, y + 1], 40))
            .collect();
        assert!(cleaned(&rows, 0).contains(&200));
    }

    #[test]
    fn a_dot_as_wide_as_the_pen_stays_beside_a_large_character() {
        let stroke = |left: usize| ([left, 40, left + 5, 280], 150);
        let dot = ([400, 200, 405, 205], 150);
        let ink = ink_of(1000, &[stroke(40), stroke(500), dot]);
        assert_eq!(lefts(&clean(pieces(&ink), 1000, 1000, 0)), [40, 400, 500]);
    }

    proptest! {
        #[test]
        fn dots_are_told_from_grain_by_their_middle(peak in 10u8..60, grain in 0u8..60) {
            let dot = ([200, 60, 206, 66], peak.min(28));
            let middle = ([202, 62, 204, 64], peak);
            let stays = cleaned(&[dot, middle], grain).contains(&200);
            prop_assert!(!stays || peak >= 30);
            prop_assert!(!stays || peak >= grain.min(38));
            prop_assert!(stays || peak <= 38);
        }

        #[test]
        fn what_is_left_of_a_line_is_thinner_than_strokes(width in 1usize..7) {
            let part = ([200, 60, 200 + width, 90], 40);
            prop_assert_eq!(cleaned(&[part], 0).contains(&200), width > 3);
        }
    }
}
