//! The sides of a sheet: long straight steps from what lies around it up to the paper.

use super::{LEAST_STEP, Point, STRIP};
use crate::picture::Picture;

/// Pixels at each side of a step whose means are compared: more than a ruled line's width.
const REACH: usize = 4;

/// How far within its edges the sheet is cut out, pixels of the small picture.
const WITHIN: f32 = 1.4;

/// Part of the way from a block's mean to its lightest pixel, at which its paper is.
const PAPER: f32 = 0.25;

/// Slopes of sides that are tried: turned by more than 30 degrees it is no upper or left side.
const STEEPEST: f32 = 0.6;

/// Step between the slopes that are tried.
const SLOPE: f32 = 0.02;

/// Least and most that a step counts, as a logarithm of brightness.
const COUNTED: std::ops::Range<f32> = 0.05..0.4;

/// Candidates of each side.
const CANDIDATES: usize = 7;

/// How far apart two lines are at both ends, at least: where they cross, and where they don't.
const CROSSES: f32 = 16.0;
const SAME: f32 = 6.0;

/// Pixels along a side between which the light inside is compared, and how much (as a logarithm) it changes
/// where there is no paper: cloth and wood do, paper with a shadow on it does at few places.
const CHANGE: usize = 7;
const UNEVEN: f32 = 0.15;

/// Least part of a side along which there is a step: of each side, and as the mean of all where one has less.
/// Light squares of cloth may be as light as paper, but not along all sides; strokes make steps along half of
/// a line, but not along all lines.
const LEAST_SEEN: f32 = 0.6;
const LEAST_OF_SIDE: f32 = 0.45;
const LEAST_MEAN: f32 = 0.75;

/// A small picture: logarithms of red, green and blue.
pub(super) struct Small {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) light: Vec<[f32; 3]>,
}

impl Small {
    /// A picture of blocks of `side` pixels a side, each as light as its paper.
    pub(super) fn new(picture: &Picture, side: usize) -> Self {
        let (width, height) = (picture.width() / side, picture.height() / side);
        let mut sums = vec![[(0u32, 0u32); 3]; width * height];
        for (at, pixel) in picture.pixels().enumerate() {
            let (x, y) = (at % picture.width() / side, at / picture.width() / side);
            if x >= width || y >= height {
                continue;
            }
            let opaque = u32::from(pixel[3]);
            for (sum, part) in sums[y * width + x].iter_mut().zip(pixel) {
                let value = (u32::from(part) * opaque + 255 * (255 - opaque)) / 255;
                *sum = (sum.0 + value, sum.1.max(value));
            }
        }
        // Strokes are lessened by the lightest pixel, and its noise by the mean.
        let light = |(sum, high): (u32, u32)| {
            let mean = sum as f32 / (side * side) as f32;
            (mean + PAPER * (high as f32 - mean)).max(8.0).ln()
        };
        let light = sums.into_iter().map(|sum| sum.map(light)).collect();
        Self {
            width,
            height,
            light,
        }
    }

    fn at(&self, x: f32, y: f32) -> Option<[f32; 3]> {
        let is_inside = x >= 0.0 && y >= 0.0 && x < self.width as f32 && y < self.height as f32;
        is_inside.then(|| self.light[y as usize * self.width + x as usize])
    }
}

/// A side: its distance from the upper or left border is `at` in the middle, and rises by `slope`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Side {
    at: f32,
    slope: f32,
}

/// Which sides of the picture a direction goes from, and which way its pixels are read.
struct Steps {
    /// Pixels along the side, and across it.
    along: usize,
    across: usize,
    /// Steps up to the inside between means, row by row along the side.
    steps: Vec<f32>,
    /// Is one of the colours inside lighter or darker than outside?
    differs: Vec<bool>,
    /// Steps from each pixel to the next.
    sharp: Vec<f32>,
    /// Mean light behind each step, on the inside.
    inside: Vec<f32>,
}

impl Steps {
    fn new(small: &Small, is_level: bool, is_first: bool) -> Self {
        let (along, across) = if is_level {
            (small.width, small.height)
        } else {
            (small.height, small.width)
        };
        let light = |x: usize, y: usize| {
            let at = if is_level {
                y * small.width + x
            } else {
                x * small.width + y
            };
            small.light.get(at).copied().unwrap_or_default()
        };
        let mut steps = vec![0.0; along * across];
        let mut sharp = steps.clone();
        let mut inside = steps.clone();
        let mut differs = vec![false; along * across];
        for x in 0..along {
            // Sums from the border, to take means of neighbours from.
            let mut sums = vec![[0.0f32; 3]; across + 1];
            for y in 0..across {
                for (part, value) in light(x, y).into_iter().enumerate() {
                    sums[y + 1][part] = sums[y][part] + value;
                }
            }
            for y in 1..across {
                let (low, high) = (y.saturating_sub(REACH), (y + REACH).min(across));
                let colours = |low: usize, high: usize| {
                    [0, 1, 2].map(|part| {
                        let before = (sums[y][part] - sums[low][part]) / (y - low) as f32;
                        let behind = (sums[high][part] - sums[y][part]) / (high - y) as f32;
                        if is_first {
                            behind - before
                        } else {
                            before - behind
                        }
                    })
                };
                let largest = |steps: [f32; 3]| steps.into_iter().fold(f32::MIN, f32::max);
                let ends = if is_first { (y, high) } else { (low, y) };
                let light = |part: usize| sums[ends.1][part] - sums[ends.0][part];
                let count = 3.0 * (ends.1 - ends.0) as f32;
                inside[y * along + x] = (light(0) + light(1) + light(2)) / count;
                sharp[y * along + x] = largest(colours(y - 1, y + 1)).max(0.0);
                let colours = colours(low, high);
                differs[y * along + x] = largest(colours.map(f32::abs)) > COUNTED.start;
                let step = largest(colours);
                if step > COUNTED.start {
                    steps[y * along + x] = step.min(COUNTED.end);
                }
            }
        }
        Self {
            along,
            across,
            steps,
            differs,
            sharp,
            inside,
        }
    }

    /// How much the light inside changes along the side.
    fn change(&self, x: usize, y: usize) -> f32 {
        let inside = |x: usize| self.inside[y * self.along + x.min(self.along - 1)];
        (inside(x) - inside(x + CHANGE))
            .abs()
            .max((inside(x) - inside(x.saturating_sub(CHANGE))).abs())
    }

    fn slopes() -> impl Iterator<Item = f32> {
        let most = (STEEPEST / SLOPE) as i32;
        (-most..=most).map(|at| at as f32 * SLOPE)
    }

    /// Long straight steps, the strongest first.
    fn candidates(&self) -> Vec<Side> {
        let middle = self.along as f32 / 2.0;
        let slopes: Vec<f32> = Self::slopes().collect();
        let spare = (STEEPEST * middle) as usize + 1;
        let places = self.across + 2 * spare;
        let mut sums = vec![0.0f32; slopes.len() * places];
        let shifts: Vec<Vec<isize>> = slopes
            .iter()
            .map(|slope| {
                (0..self.along)
                    .map(|x| spare as isize - (slope * (x as f32 - middle)).round() as isize)
                    .collect()
            })
            .collect();
        for (at, &step) in self.steps.iter().enumerate().filter(|at| *at.1 > 0.0) {
            let (x, y) = (at % self.along, at / self.along);
            let change = self.change(x, y);
            let step = step * (1.0 - change / UNEVEN).max(0.0);
            for (sums, shifts) in sums.chunks_mut(places).zip(&shifts) {
                if let Some(sum) = y
                    .checked_add_signed(shifts[x])
                    .and_then(|y| sums.get_mut(y))
                {
                    *sum += step;
                }
            }
        }
        let mut found: Vec<Side> = Vec::new();
        let least = 0.15 * COUNTED.start * self.along as f32;
        while found.len() < CANDIDATES {
            let best = sums.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1));
            let Some((place, _)) = best.filter(|best| *best.1 > least) else {
                break;
            };
            let side = Side {
                at: (place % places) as f32 - spare as f32,
                slope: slopes[place / places],
            };
            // What is near at both ends is the same step, and so is what crosses it at a small angle.
            for (sums, slope) in sums.chunks_mut(places).zip(&slopes) {
                let turned = (slope - side.slope) * middle;
                for (place, sum) in sums.iter_mut().enumerate() {
                    let off = place as f32 - spare as f32 - side.at;
                    let (one, other) = (off - turned, off + turned);
                    let reach = if one * other < 0.0 { CROSSES } else { SAME };
                    if one.abs().max(other.abs()) < reach {
                        *sum = 0.0;
                    }
                }
            }
            found.push(side);
        }
        found
    }

    /// The largest step within two pixels of a place.
    fn near(&self, x: usize, y: f32) -> f32 {
        let low = (y.round() as usize).saturating_sub(2);
        let high = (y.round() as usize + 3).min(self.across);
        (low..high).fold(0.0, |most, y| self.steps[y * self.along + x].max(most))
    }

    /// Where the sharpest step near a place is.
    fn sharpest(&self, x: usize, y: f32) -> Option<f32> {
        let low = (y.round() as usize).saturating_sub(REACH);
        let high = (y.round() as usize + REACH + 1).min(self.across);
        let sharp = |y: &usize| self.sharp[y * self.along + x];
        let best = (low..high).max_by(|one, other| sharp(one).total_cmp(&sharp(other)))?;
        // Within a block.
        let near = best.saturating_sub(1)..(best + 2).min(self.across);
        let sum: f32 = near.clone().map(|y| sharp(&y)).sum();
        let place: f32 = near.map(|y| y as f32 * sharp(&y)).sum();
        (sharp(&best) > COUNTED.start / 2.0).then_some(place / sum)
    }

    /// The sum of steps along a part of a side and the part of it that has some; less where what is inside
    /// varies more than paper does. None where too little of it is on the picture. What is lighter outside
    /// is part of a side as well, if there is paper alone inside: cloth has squares as light as paper.
    fn seen(&self, side: Side, from: f32, to: f32) -> Option<(f32, f32)> {
        let middle = self.along as f32 / 2.0;
        let (from, to) = (from.min(to), from.max(to));
        let (mut sum, mut count, mut all) = (0.0, 0usize, 0usize);
        let mut inside = Vec::new();
        let ends = from.max(0.0) as usize..(to.max(0.0) as usize).min(self.along);
        for x in ends {
            let y = side.at + side.slope * (x as f32 - middle);
            if y < 1.0 || y >= self.across as f32 {
                continue;
            }
            all += 1;
            inside.push(self.inside[y as usize * self.along + x]);
            let step = self.near(x, y);
            sum += step;
            let at = y as usize * self.along + x;
            let is_lighter = self.differs[at] && self.change(x, y as usize) < COUNTED.start;
            count += usize::from(step > 0.0 || is_lighter);
        }
        let is_enough = all as f32 > 0.4 * (to - from) && all as f32 > 0.2 * self.along as f32;
        if !is_enough {
            return None;
        }
        let mut changes: Vec<f32> = inside
            .iter()
            .zip(inside.iter().skip(CHANGE))
            .map(|(one, other)| (one - other).abs())
            .collect();
        // A line that leaves the sheet runs over cloth for less than half of its length.
        let middle = changes.len() * 3 / 4;
        let usual = if changes.is_empty() {
            0.0
        } else {
            *changes.select_nth_unstable_by(middle, f32::total_cmp).1
        };
        let even = (1.0 - usual / UNEVEN).max(0.0);
        Some((sum * even, count as f32 / all as f32))
    }

    /// The side through the steps along it.
    fn refined(&self, side: Side, from: f32, to: f32) -> Side {
        let middle = self.along as f32 / 2.0;
        let ends = from.min(to).max(0.0) as usize..(from.max(to).max(0.0) as usize).min(self.along);
        let points = ends.filter_map(|x| {
            let y = side.at + side.slope * (x as f32 - middle);
            self.sharpest(x, y).map(|at| (x as f32 - middle, at))
        });
        match super::edge(points) {
            Some((at, slope)) => Side { at, slope },
            None => side,
        }
    }
}

/// A quadrilateral of sides, some of which may be beyond the picture.
#[derive(Clone, Copy, Debug)]
pub(super) struct Outline {
    /// Upper, right, lower and left side, where they are seen.
    pub(super) sides: [Option<Side>; 4],
    /// Corners from the upper left clockwise.
    pub(super) corners: [Point; 4],
    /// Part of each side along which there is a step, and the step's mean.
    pub(super) seen: [(f32, f32); 4],
}

impl Outline {
    /// Is that a sheet on something else? A shadow's edge is no side: it is of the paper's hue, and not much
    /// darker. Where at least three sides are seen they are no shadow's.
    pub(super) fn is_sheet(&self, small: &Small) -> bool {
        let seen: Vec<usize> = (0..4).filter(|&at| self.sides[at].is_some()).collect();
        let is_clear = |&at: &usize| self.seen[at].1 > LEAST_STEP;
        let all_differ = seen.iter().all(|&at| self.differs(small, at));
        !seen.is_empty() && (all_differ || (seen.len() > 2 && seen.iter().all(is_clear)))
    }

    /// Is what lies beyond a side of another colour, or much darker than a shadow?
    fn differs(&self, small: &Small, which: usize) -> bool {
        let (one, other) = (self.corners[which], self.corners[(which + 1) % 4]);
        let (dx, dy) = (other.0 - one.0, other.1 - one.1);
        let length = dx.hypot(dy).max(1.0);
        // Clockwise, so the inside is at the right.
        let across = (-dy / length, dx / length);
        let mut sums = [([0.0f32; 3], 0.0f32); 2];
        for step in 0..length as usize {
            let part = step as f32 / length;
            let (x, y) = (one.0 + part * dx, one.1 + part * dy);
            for strip in 2..2 + STRIP {
                for (sum, sign) in sums.iter_mut().zip([-1.0, 1.0]) {
                    let off = sign * strip as f32;
                    if let Some(light) = small.at(x + off * across.0, y + off * across.1) {
                        sum.0
                            .iter_mut()
                            .zip(light)
                            .for_each(|(sum, light)| *sum += light);
                        sum.1 += 1.0;
                    }
                }
            }
        }
        if sums.iter().any(|sum| sum.1 < 10.0) {
            return false;
        }
        let [outer, inner] = sums.map(|(sum, count)| sum.map(|part| (part / count).exp()));
        let whole = |of: [f32; 3]| of.iter().sum::<f32>();
        let hue = |of: [f32; 3]| of.map(|part| part / whole(of));
        let apart: f32 = hue(outer)
            .iter()
            .zip(hue(inner))
            .map(|(a, b)| (a - b).abs())
            .sum();
        let ratio = whole(outer) / whole(inner);
        ratio < 0.5 || (ratio < 0.95 && apart > 0.06)
    }

    /// Corners a little within the edges, which are no ink, in pixels of the picture.
    pub(super) fn within(&self, side: usize) -> [Point; 4] {
        let middle = self.corners.iter().fold((0.0, 0.0), |sum, at| {
            (sum.0 + at.0 / 4.0, sum.1 + at.1 / 4.0)
        });
        self.corners.map(|(x, y)| {
            let inner = |at: f32, middle: f32| {
                let within = at + (middle - at).signum() * WITHIN.min((middle - at).abs());
                within * side as f32
            };
            (inner(x, middle.0), inner(y, middle.1))
        })
    }
}

/// Outlines with steps along their sides, the strongest first.
pub(super) fn outlines(small: &Small) -> Vec<Outline> {
    let all = [(true, true), (false, false), (true, false), (false, true)]
        .map(|(is_level, is_first)| Steps::new(small, is_level, is_first));
    let candidates = all.each_ref().map(|steps| {
        let sides = steps.candidates().into_iter().map(Some);
        sides.chain([None]).collect::<Vec<Option<Side>>>()
    });
    let mut found: Vec<(f32, Outline)> = Vec::new();
    for &top in &candidates[0] {
        for &right in &candidates[1] {
            for &bottom in &candidates[2] {
                for &left in &candidates[3] {
                    found.extend(outline(small, &all, [top, right, bottom, left]));
                }
            }
        }
    }
    found.sort_by(|one, other| other.0.total_cmp(&one.0));
    found.truncate(8);
    for (_, outline) in &mut found {
        for (which, steps) in all.iter().enumerate() {
            let (from, to) = span(&outline.corners, which);
            if let Some(side) = &mut outline.sides[which] {
                *side = steps.refined(*side, from, to);
            }
        }
        if let Some(corners) = corners(small, &outline.sides) {
            outline.corners = corners;
        }
    }
    found.into_iter().map(|(_, outline)| outline).collect()
}

/// Where a side begins and ends, along it.
fn span(corners: &[Point; 4], which: usize) -> (f32, f32) {
    let (one, other) = (corners[which], corners[(which + 1) % 4]);
    if which.is_multiple_of(2) {
        (one.0, other.0)
    } else {
        (one.1, other.1)
    }
}

fn outline(small: &Small, all: &[Steps; 4], sides: [Option<Side>; 4]) -> Option<(f32, Outline)> {
    let corners = corners(small, &sides)?;
    let picture = (small.width * small.height) as f32;
    let area = super::area(&corners);
    if area < 0.15 * picture || area > 3.0 * picture {
        return None;
    }
    // What is darker than all around it is a shadow: its upper side would be a lower one.
    if corners[0].0 >= corners[1].0 || corners[0].1 >= corners[3].1 {
        return None;
    }
    // Clockwise all around.
    let is_convex = (0..4).all(|at| {
        let [a, b, c] = [0, 1, 2].map(|next| corners[(at + next) % 4]);
        (b.0 - a.0) * (c.1 - b.1) - (b.1 - a.1) * (c.0 - b.0) > 0.0
    });
    if !is_convex {
        return None;
    }
    let (mut total, mut seen) = (0.0, [(0.0, 0.0); 4]);
    let (mut parts, mut least) = (0.0, 1.0f32);
    for (which, steps) in all.iter().enumerate() {
        let Some(side) = sides[which] else {
            continue;
        };
        let (from, to) = span(&corners, which);
        let (sum, part) = steps.seen(side, from, to)?;
        if part < LEAST_OF_SIDE {
            return None;
        }
        total += sum;
        parts += part;
        least = part.min(least);
        seen[which] = (part, sum / (to - from).abs().max(1.0));
    }
    let count = sides.iter().flatten().count() as f32;
    if least < LEAST_SEEN && parts < LEAST_MEAN * count {
        return None;
    }
    let outline = Outline {
        sides,
        corners,
        seen,
    };
    (total > 0.0).then_some((total, outline))
}

/// The corners between sides. A side that isn't seen runs along the opposite one, or across its
/// neighbours, and lies beyond the picture.
fn corners(small: &Small, sides: &[Option<Side>; 4]) -> Option<[Point; 4]> {
    let (width, height) = (small.width as f32, small.height as f32);
    let [top, right, bottom, left] = *sides;
    let mean = |one: Option<Side>, other: Option<Side>| match (one, other) {
        (Some(one), Some(other)) => Some(f32::midpoint(one.slope, other.slope)),
        (one, other) => one.or(other).map(|side| side.slope),
    };
    let (level, upright) = (mean(top, bottom), mean(left, right));
    // Square to one another: y = a + b x, and x = c - b y.
    let level = level.or(upright.map(|slope| -slope))?;
    let upright = upright.unwrap_or(-level);
    // `at` in the middle where no corner of the picture is beyond.
    let beyond = |slope: f32, along: f32, across: f32, is_first: bool| Side {
        at: if is_first {
            -slope.abs() * along / 2.0
        } else {
            across + slope.abs() * along / 2.0
        },
        slope,
    };
    let top = top.unwrap_or_else(|| beyond(level, width, height, true));
    let bottom = bottom.unwrap_or_else(|| beyond(level, width, height, false));
    let left = left.unwrap_or_else(|| beyond(upright, height, width, true));
    let right = right.unwrap_or_else(|| beyond(upright, height, width, false));
    let cross = |level: Side, upright: Side| {
        let a = level.at - level.slope * width / 2.0;
        let c = upright.at - upright.slope * height / 2.0;
        let y = (a + level.slope * c) / (1.0 - level.slope * upright.slope);
        (c + upright.slope * y, y)
    };
    Some([
        cross(top, left),
        cross(top, right),
        cross(bottom, right),
        cross(bottom, left),
    ])
}
