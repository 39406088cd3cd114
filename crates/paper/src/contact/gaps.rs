//! Even grids of sheets without lines: the cuts that meet the least ink.

/// Narrow and wide surroundings of a cut, as parts of a cell; the wide ones draw cuts to the middle of gaps.
const NARROW: f32 = 0.03;
const WIDE: f32 = 0.15;

/// Weight of the wide surroundings.
const WIDE_WEIGHT: f32 = 0.15;

/// Ink at the cuts, as a part of the mean, up to which cells are surely divided further.
const FINER: f32 = 0.03;

/// An even division of a side.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Division {
    /// Where the first cell begins.
    pub(super) first: f32,
    /// Side of a cell.
    pub(super) pitch: f32,
    /// Cells.
    pub(super) count: usize,
    /// Ink at the cuts between cells, as a part of what is everywhere.
    pub(super) cost: f32,
}

/// Ink along a side of a sheet, for quick sums.
pub(super) struct Side {
    /// Ink before each place.
    sums: Vec<f32>,
    /// First and last place with ink, the last outside.
    ink: (f32, f32),
}

impl Side {
    /// Ink at each place of a side; none where there is no ink.
    pub(super) fn new(profile: &[f32]) -> Option<Self> {
        let most = profile.iter().copied().fold(0.0, f32::max);
        let mut sums = Vec::with_capacity(profile.len() + 1);
        let mut sum = 0.0;
        sums.push(0.0);
        for value in profile {
            sum += value;
            sums.push(sum);
        }
        // Grain beyond the ink is little of it.
        let inked = |value: &f32| *value > 0.01 * most;
        let first = profile.iter().position(inked)?;
        let last = profile.iter().rposition(inked)?;
        Some(Self {
            sums,
            ink: (first as f32, last as f32 + 1.0),
        })
    }

    /// First place with ink, and the one behind the last.
    pub(super) fn ink(&self) -> (f32, f32) {
        self.ink
    }

    /// The middle of the side.
    pub(super) fn middle(&self) -> f32 {
        (self.sums.len() - 1) as f32 / 2.0
    }

    /// Part of what lies between the first ink and the last that holds none.
    pub(super) fn empty(&self) -> f32 {
        let places = self.ink.0 as usize..self.ink.1 as usize;
        let count = places.len().max(1) as f32;
        let least = 0.05 * self.before(f32::INFINITY) / count;
        let empty = |&at: &usize| self.before(at as f32 + 1.0) - self.before(at as f32) < least;
        places.filter(empty).count() as f32 / count
    }

    /// Ink before a place.
    fn before(&self, at: f32) -> f32 {
        let last = self.sums.len() - 1;
        let at = at.clamp(0.0, last as f32);
        let low = at as usize;
        let here = self.sums.get(low).copied().unwrap_or(0.0);
        let next = self.sums.get((low + 1).min(last)).copied().unwrap_or(here);
        here + (next - here) * at.fract()
    }

    /// Mean ink around a place.
    fn mean(&self, at: f32, reach: f32) -> f32 {
        let reach = reach.max(0.5);
        (self.before(at + reach) - self.before(at - reach)) / (2.0 * reach)
    }

    /// The division that begins at `first` with cells of this side.
    pub(super) fn division(&self, first: f32, pitch: f32, count: usize) -> Division {
        let all = self.before(f32::INFINITY) / (self.ink.1 - self.ink.0).max(1.0);
        let cuts = count.saturating_sub(1);
        let cut = |at: usize| {
            let at = first + pitch * (at + 1) as f32;
            self.mean(at, NARROW * pitch) + WIDE_WEIGHT * self.mean(at, WIDE * pitch)
        };
        let sum: f32 = (0..cuts).map(cut).sum();
        Division {
            first,
            pitch,
            count,
            cost: sum / cuts.max(1) as f32 / all.max(f32::MIN_POSITIVE),
        }
    }

    /// The best division of the ink into so many cells, wherever the paper ends.
    pub(super) fn inner(&self, count: usize) -> Division {
        let (from, to) = self.ink;
        let extent = to - from;
        if count <= 1 {
            return self.division(from, extent, 1);
        }
        let cells = count as f32;
        // A first and a last drawing of three tenths of their cells.
        let (small, large) = (extent / cells * 0.99, extent / (cells - 0.7));
        let steps = 24;
        let mut best: Option<(f32, Division)> = None;
        for step in 0..=steps {
            let pitch = small + (large - small) * step as f32 / steps as f32;
            let slack = cells * pitch - extent;
            let places = ((slack.abs() / pitch / 0.025).ceil() as usize).max(1);
            for place in 0..=places {
                let before = slack * place as f32 / places as f32;
                let division = self.division(from - before, pitch, count);
                let aside = (before - slack / 2.0).abs() / pitch;
                let score = division.cost + 0.03 * aside;
                if best.is_none_or(|(least, _)| score < least) {
                    best = Some((score, division));
                }
            }
        }
        best.map_or_else(
            || self.division(from, extent / cells, count),
            |(_, best)| best,
        )
    }

    /// Do clear gaps divide all cells into as many parts, so that there seem to be more of them?
    pub(super) fn is_finer(&self, division: &Division) -> bool {
        (2..=4).any(|parts| {
            let count = division.count * parts;
            let finer = self.division(division.first, division.pitch / parts as f32, count);
            let inner = self.inner(count);
            [finer, inner]
                .iter()
                .any(|one| one.cost < FINER && self.filled(one) > 0.7)
        })
    }

    /// Part of the cells of a division that hold ink.
    pub(super) fn filled(&self, division: &Division) -> f32 {
        let all = self.before(f32::INFINITY) / division.count.max(1) as f32;
        let inked = |&at: &usize| {
            let from = division.first + division.pitch * at as f32;
            self.before(from + division.pitch) - self.before(from) > 0.03 * all
        };
        (0..division.count).filter(inked).count() as f32 / division.count.max(1) as f32
    }
}
