//! How likely it is that groups of pieces are characters: these are about as large as one another, their
//! parts are close together, and they are about as far apart as one another.

use crate::components::weighted_median;
use crate::cut::Character;
use crate::group::{across, down, longer};

/// Mean distance of a character's parts, as a part of its size.
const WITHIN: f32 = 0.15;

/// Widest usual gap between two parts of a character, as a part of the longer one, and what a wider one costs for each
/// such part more: characters that stand apart are not parts of a larger one. Dots may be far from one another.
const GAP_OF_PARTS: f32 = 0.6;
const WIDE_GAP: f32 = 2.0;

/// Standard deviation of the logarithms of sizes.
const SIZES: f32 = 0.3;

/// Standard deviation of the logarithms of distances between characters.
const APART: f32 = 0.4;

/// Standard deviation of the logarithms of widths against heights.
const SHAPES: f32 = 0.45;

/// What a size or a distance adds at least: one odd one does not decide.
const LEAST: f32 = -3.0;

/// Characters are larger, as a part of the usual size.
pub(crate) const SMALL: f32 = 0.35;

/// What a group adds that is too small for a character.
const DIRT: f32 = -1.5;

/// Distances tried as the largest within a character.
const TRIED: usize = 24;

/// Two groups next to one another.
struct Edge {
    ends: [usize; 2],
    /// Pixels between their boxes, 1 at least.
    apart: f32,
    /// Do they stand side by side rather than above one another?
    is_across: bool,
}

/// Groups, and the edges of the tree of least length between them.
pub(crate) struct Neighbours<'a> {
    groups: &'a [Character],
    edges: Vec<Edge>,
}

impl<'a> Neighbours<'a> {
    /// The neighbours among these groups.
    pub(crate) fn new(groups: &'a [Character]) -> Self {
        let edge = |one: usize, other: usize| {
            let (a, b) = (&groups[one].bounds, &groups[other].bounds);
            let (across, down) = (across(a, b), down(a, b));
            Edge {
                ends: [one, other],
                apart: across.max(0.0).hypot(down.max(0.0)).max(1.0),
                is_across: across > down,
            }
        };
        // Prim's algorithm: the nearest of those within for each that is still outside.
        let mut outside: Vec<Edge> = (1..groups.len()).map(|at| edge(0, at)).collect();
        let mut edges = Vec::with_capacity(outside.len());
        while let Some(at) = (0..outside.len())
            .min_by(|&one, &other| outside[one].apart.total_cmp(&outside[other].apart))
        {
            let next = outside.swap_remove(at);
            for other in &mut outside {
                let nearer = edge(next.ends[1], other.ends[1]);
                if nearer.apart < other.apart {
                    *other = nearer;
                }
            }
            edges.push(next);
        }
        Self { groups, edges }
    }

    /// Distances that may be the largest within a character: where those that occur leave wide steps.
    pub(crate) fn steps(&self) -> Vec<f32> {
        let mut all: Vec<f32> = self.edges.iter().map(|edge| edge.apart).collect();
        all.sort_by(f32::total_cmp);
        let mut steps: Vec<(f32, f32)> = all
            .windows(2)
            .filter_map(|two| match two {
                [low, high] if high > low => Some((high / low, (low * high).sqrt())),
                _ => None,
            })
            .collect();
        steps.sort_by(|one, other| other.0.total_cmp(&one.0));
        steps.truncate(TRIED);
        steps.into_iter().map(|step| step.1).collect()
    }

    /// Usual size of the characters, if groups up to this distance belong together.
    pub(crate) fn size(&self, reach: f32) -> f32 {
        let mut leader: Vec<usize> = (0..self.groups.len()).collect();
        let first = |leader: &[usize], mut at: usize| {
            while leader[at] != at {
                at = leader[at];
            }
            at
        };
        for edge in self.edges.iter().filter(|edge| edge.apart <= reach) {
            let [one, other] = edge.ends.map(|end| first(&leader, end));
            leader[other] = one;
        }
        let mut bounds: Vec<Option<crate::cut::Bounds>> = vec![None; self.groups.len()];
        for (at, group) in self.groups.iter().enumerate() {
            let whole = &mut bounds[first(&leader, at)];
            *whole = Some(whole.map_or(group.bounds, |b| crate::group::union(b, group.bounds)));
        }
        usual(bounds.iter().flatten().map(longer))
    }

    /// Logarithm of the likelihood of these characters, up to a constant. They hold all pieces of the groups.
    pub(crate) fn of(&self, characters: &[Character]) -> f32 {
        let count = self.groups.iter().flat_map(|group| &group.pieces).max();
        let mut owner = vec![0; count.map_or(0, |&last| last as usize + 1)];
        for (at, character) in characters.iter().enumerate() {
            for &piece in &character.pieces {
                owner[piece as usize] = at;
            }
        }
        let owner_of = |end: usize| {
            self.groups[end]
                .pieces
                .first()
                .map(|&at| owner[at as usize])
        };
        let is_within = |edge: &&Edge| owner_of(edge.ends[0]) == owner_of(edge.ends[1]);
        let normal = |value: f32, usual: f32, deviation: f32| {
            let off = (value / usual.max(1.0)).max(0.01).ln() / deviation;
            (-0.5 * off * off - (deviation * 2.507).ln()).max(LEAST)
        };
        let size = usual(characters.iter().map(|one| longer(&one.bounds)));
        // What is left alone although it is too small for a character says nothing of the others.
        let is_dirt = |one: &Character| longer(&one.bounds) < SMALL * size;
        // 0 on average: how many characters there are decides nothing.
        let shape = |ratio: f32| (0.5 - 0.5 * (ratio.ln() / SHAPES).powi(2)).max(LEAST);
        let cost = |one: &Character| {
            if is_dirt(one) {
                DIRT
            } else {
                let b = &one.bounds;
                let (wide, high) = ((b.right - b.left) as f32, (b.bottom - b.top) as f32);
                normal(longer(b), size, SIZES) + shape(wide / high.max(1.0))
            }
        };
        let mut sum: f32 = characters.iter().map(cost).sum();
        let is_between = |edge: &&Edge| {
            let owners = edge
                .ends
                .map(|end| owner_of(end).and_then(|at| characters.get(at)));
            !is_within(edge) && !owners.into_iter().flatten().any(is_dirt)
        };
        let own = usual(self.groups.iter().map(|group| longer(&group.bounds)));
        for edge in self.edges.iter().filter(is_within) {
            let part = (edge.apart / (WITHIN * size).max(1.0)).max(0.1);
            sum += part.ln() - part;
            let parts = edge.ends.map(|end| longer(&self.groups[end].bounds));
            let (shorter, longer) = (parts[0].min(parts[1]), parts[0].max(parts[1]));
            if shorter >= SMALL * own {
                sum -= WIDE_GAP * (edge.apart / longer - GAP_OF_PARTS).max(0.0);
            }
        }
        for is_across in [true, false] {
            let between: Vec<f32> = self
                .edges
                .iter()
                .filter(|edge| edge.is_across == is_across)
                .filter(is_between)
                .map(|edge| edge.apart)
                .collect();
            let usual = weighted_median(between.iter().map(|&apart| (apart, 1.0)));
            sum += between
                .iter()
                .map(|&apart| normal(apart, usual, APART))
                .sum::<f32>();
        }
        sum
    }
}

/// The usual one of some sizes, by their length.
pub(crate) fn usual(sizes: impl Iterator<Item = f32>) -> f32 {
    weighted_median(sizes.map(|size| (size, size)))
}
