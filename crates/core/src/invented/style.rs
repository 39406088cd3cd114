//! What the characters of a script have in common, and how one is built.
//!
//! A script owns a few *parts* (stems, bowls, hooks, waves, each in this script's own shape).
//! A character is a main part with others hung on its ends, joints and middle, sometimes drawn on
//! without lifting the pen. So characters of a script look related and differ in what is where.

use super::hand::{PRINT_HEIGHT, print};
use super::path::{Leg, Path};
use crate::ink::{Pen, rasterise};
use crate::rng::Rng;

/// A part's shape: legs as (dx, dy, bend), in shares of a character's height; `bend` is a share
/// of the script's own bulge.
type Shape = &'static [(f32, f32, f32)];

/// Parts made of straight lines only.
const STRAIGHT: [Shape; 8] = [
    // Stem, bar, falling and rising diagonal.
    &[(0.0, 1.0, 0.0)],
    &[(0.8, 0.0, 0.0)],
    &[(0.6, 0.9, 0.0)],
    &[(-0.6, 0.9, 0.0)],
    // Corner, gable, zigzag, step.
    &[(0.0, 0.9, 0.0), (0.6, 0.0, 0.0)],
    &[(0.4, -0.9, 0.0), (0.4, 0.9, 0.0)],
    &[(0.6, 0.0, 0.0), (-0.6, 0.8, 0.0), (0.6, 0.0, 0.0)],
    &[(0.0, 0.45, 0.0), (0.5, 0.0, 0.0), (0.0, 0.45, 0.0)],
];

/// Parts with arcs.
const CURVED: [Shape; 11] = [
    // Bowl, cup.
    &[(0.0, 0.8, 1.0)],
    &[(0.8, 0.0, -1.0)],
    // Hook, cane, arch.
    &[(0.0, 0.7, 0.0), (0.45, 0.0, 1.0)],
    &[(0.45, 0.0, 1.0), (0.0, 0.7, 0.0)],
    &[(0.0, -0.5, 0.0), (0.6, 0.0, 1.0), (0.0, 0.5, 0.0)],
    // Snake, wave, three.
    &[(0.0, 0.5, 1.0), (0.0, 0.5, -1.0)],
    &[(0.45, 0.0, 0.8), (0.45, 0.0, -0.8)],
    &[(0.0, 0.45, -1.0), (0.0, 0.5, -1.0)],
    // Ring, loop on a stem, curl.
    &[(0.0, 0.5, 1.0), (0.0, -0.5, 1.0)],
    &[(0.0, 0.9, 0.0), (0.35, -0.1, 1.0), (-0.35, 0.0, 1.0)],
    &[(0.3, 0.0, 1.0), (-0.55, 0.0, 1.0), (0.8, 0.0, 1.0)],
];

/// Parts of a script: enough for variety, few enough to show. Omniglot's scripts look so.
const PARTS: [usize; 2] = [5, 8];

/// A character's length of stroke, in heights: less is a mere tick, more a scribble.
const LENGTH: [f32; 2] = [1.1, 4.2];

/// Least width or height of a character as a share of the other.
const SLIMMEST: f32 = 0.3;

/// A character's length of stroke is at least this many times the diagonal of its box: a single
/// line, or two end to end, is a sign of any script and of none.
const WINDING: f32 = 1.3;

/// A character's ink, in print, is at least this share of what its strokes would give side by
/// side: less means that strokes run over one another, as no script has it.
const CLEARNESS: f32 = 0.85;

#[derive(Clone, Debug)]
pub(super) struct Style {
    parts: Vec<Path>,
    /// How likely a character has a second and a third part.
    more_parts: [f32; 2],
    /// How likely the next part is drawn without lifting the pen.
    joined: f32,
    /// How likely a character has a dot or a short bar beside its parts.
    mark: f32,
    /// Whether marks are dots.
    dotted: bool,
    /// How likely a character hangs from a line, as Devanagari's do.
    headline: f32,
    /// Width of a character to its height is multiplied by this.
    widening: f32,
}

impl Style {
    pub(super) fn sample(rng: &mut Rng) -> Self {
        let curved = rng.uniform(0.15, 0.9);
        let bulge = rng.uniform(0.55, 1.1);
        // A script leans on a few proportions: each part takes one of two sizes along each axis.
        let stretch = [rng.uniform(0.8, 1.0), rng.uniform(1.0, 1.25)];
        // No shape twice: a script with five zigzags is hard to tell apart.
        let mut straight = rng.choose(STRAIGHT.len(), STRAIGHT.len()).into_iter();
        let mut bent = rng.choose(CURVED.len(), CURVED.len()).into_iter();
        let mut parts: Vec<Path> = Vec::new();
        let wanted = PARTS[0] + rng.index(PARTS[1] - PARTS[0] + 1);
        while parts.len() < wanted {
            let shape = if rng.unit() < curved {
                bent.next().map(|at| CURVED[at])
            } else {
                straight.next().map(|at| STRAIGHT[at])
            };
            let Some(shape) = shape else {
                continue;
            };
            let size = [stretch[rng.index(2)], stretch[rng.index(2)]];
            let mirror = if rng.unit() < 0.5 { -1.0 } else { 1.0 };
            let flip = if rng.unit() < 0.3 { -1.0 } else { 1.0 };
            let matrix = [[mirror * size[0], 0.0], [0.0, flip * size[1]]];
            parts.push(realise(shape, bulge).map(matrix, [0.0, 0.0]));
        }
        Self {
            parts,
            more_parts: [rng.uniform(0.7, 1.0), rng.uniform(0.1, 0.5)],
            joined: rng.uniform(0.1, 0.7),
            mark: rng.uniform(0.0, 0.3),
            dotted: rng.unit() < 0.6,
            // One script in six.
            headline: if rng.unit() < 1.0 / 6.0 { 0.9 } else { 0.0 },
            widening: rng.uniform(0.75, 1.2),
        }
    }

    /// A character: its strokes within a square of side 1 around (0, 0).
    pub(super) fn character(&self, rng: &mut Rng) -> Vec<Path> {
        // Most candidates pass; the last one is taken as it is, so that this ends.
        for _ in 0..50 {
            if let Some(character) = self.candidate(rng).and_then(|paths| self.fit(paths)) {
                return character;
            }
        }
        vec![Path {
            start: [0.0, -0.5],
            legs: vec![Leg {
                to: [0.0, 0.5],
                bulge: 0.0,
            }],
        }]
    }

    fn candidate(&self, rng: &mut Rng) -> Option<Vec<Path>> {
        let mut strokes = vec![self.any_part(rng)?];
        for likely in self.more_parts {
            if rng.unit() >= likely {
                break;
            }
            let part = self.any_part(rng)?;
            let shrunk = [1.0, 0.75, 0.55][rng.index(3)];
            let part = part.map([[shrunk, 0.0], [0.0, shrunk]], [0.0, 0.0]);
            let last = strokes.len() - 1;
            if rng.unit() < self.joined {
                let end = strokes[last].end();
                let onward = part.map([[1.0, 0.0], [0.0, 1.0]], end);
                strokes[last].legs.extend(onward.legs);
            } else {
                let on = rng.index(strokes.len());
                let [x, y] = any_anchor(&strokes[on], rng);
                let [px, py] = any_anchor(&part, rng);
                strokes.push(part.map([[1.0, 0.0], [0.0, 1.0]], [x - px, y - py]));
            }
        }
        if rng.unit() < self.headline {
            let [low, high] = bounds(&strokes);
            strokes.push(Path {
                start: [low[0] - 0.1, low[1]],
                legs: vec![Leg {
                    to: [high[0] + 0.1, low[1]],
                    bulge: 0.0,
                }],
            });
        }
        if rng.unit() < self.mark {
            strokes.push(self.mark_beside(&strokes, rng));
        }
        Some(strokes)
    }

    fn any_part(&self, rng: &mut Rng) -> Option<Path> {
        self.parts.get(rng.index(self.parts.len())).cloned()
    }

    /// A dot or a short bar at a side of the strokes.
    fn mark_beside(&self, strokes: &[Path], rng: &mut Rng) -> Path {
        let [low, high] = bounds(strokes);
        let middle = [(low[0] + high[0]) / 2.0, (low[1] + high[1]) / 2.0];
        let gap = 0.2;
        let at = match rng.index(4) {
            0 => [middle[0], low[1] - gap],
            1 => [middle[0], high[1] + gap],
            2 => [low[0] - gap, middle[1]],
            _ => [high[0] + gap, middle[1]],
        };
        let half = if self.dotted { 0.02 } else { 0.13 };
        Path {
            start: [at[0] - half, at[1]],
            legs: vec![Leg {
                to: [at[0] + half, at[1]],
                bulge: 0.0,
            }],
        }
    }

    /// Brings strokes into the square; `None` where they make no good character.
    fn fit(&self, strokes: Vec<Path>) -> Option<Vec<Path>> {
        let [low, high] = bounds(&strokes);
        let (width, height) = ((high[0] - low[0]) * self.widening, high[1] - low[1]);
        let longer = width.max(height);
        if width.min(height) < SLIMMEST * longer || longer <= 0.0 {
            return None;
        }
        let scale = 1.0 / longer;
        let middle = [(low[0] + high[0]) / 2.0, (low[1] + high[1]) / 2.0];
        let x_scale = scale * self.widening;
        let matrix = [[x_scale, 0.0], [0.0, scale]];
        let shift = [-middle[0] * x_scale, -middle[1] * scale];
        let fitted: Vec<Path> = strokes
            .iter()
            .map(|stroke| stroke.map(matrix, shift))
            .collect();
        let length: f32 = fitted.iter().map(length).sum();
        let diagonal = scale * (width * width + height * height).sqrt();
        let ink = rasterise(&print(&fitted), Pen::OMNIGLOT).ink_count() as f32;
        let good = (LENGTH[0]..=LENGTH[1]).contains(&length)
            && length >= WINDING * diagonal
            && ink >= CLEARNESS * length * PRINT_HEIGHT * Pen::OMNIGLOT.diameter;
        good.then_some(fitted)
    }
}

fn realise(shape: Shape, bulge: f32) -> Path {
    let mut at = [0.0, 0.0];
    let legs = shape.iter().map(|&(dx, dy, bend)| {
        at = [at[0] + dx, at[1] + dy];
        Leg {
            to: at,
            bulge: bend * bulge,
        }
    });
    Path {
        start: [0.0, 0.0],
        legs: legs.collect(),
    }
}

/// A knot of the path or, less often, the middle of the leg behind it.
fn any_anchor(path: &Path, rng: &mut Rng) -> [f32; 2] {
    let at = rng.index(path.legs.len() + 1);
    let between = rng.unit() < 0.3;
    let middle = path.middle(at).filter(|_| between);
    middle
        .or_else(|| path.knots().nth(at))
        .unwrap_or(path.start)
}

fn distance(a: [f32; 2], b: [f32; 2]) -> f32 {
    let (dx, dy) = (b[0] - a[0], b[1] - a[1]);
    (dx * dx + dy * dy).sqrt()
}

fn length(path: &Path) -> f32 {
    let points = path.points(0.05);
    points.windows(2).map(|two| distance(two[0], two[1])).sum()
}

/// Least and greatest coordinates of the strokes' lines.
fn bounds(strokes: &[Path]) -> [[f32; 2]; 2] {
    let mut low = [f32::INFINITY; 2];
    let mut high = [f32::NEG_INFINITY; 2];
    for point in strokes.iter().flat_map(|stroke| stroke.points(0.05)) {
        for axis in 0..2 {
            low[axis] = low[axis].min(point[axis]);
            high[axis] = high[axis].max(point[axis]);
        }
    }
    [low, high]
}
