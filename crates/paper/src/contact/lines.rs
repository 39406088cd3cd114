//! Lines on a straightened sheet, and the even grid that they make.
//!
//! A row of pixels is part of a line where most of it is dark: drawings leave paper between them, lines
//! don't. All is said of rows; columns are rows of the transposed sheet.

use super::light::{Map, quantile};

/// Part of a line that must be dark.
const COVERED: f32 = 0.75;

/// Part of a line that must be dark where no line crosses it.
const COVERED_ALONE: f32 = 0.95;

/// Least darkness of a line, 0 to 255.
const FAINTEST: f32 = 12.0;

/// Thickest line, as a part of the sheet's side.
const THICKEST: f32 = 0.025;

/// How far a line may lie beside its place in the grid, as a part of the distance of lines.
const BESIDE: f32 = 0.06;

/// A part of a sheet; `right` and `bottom` are outside of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Area {
    pub(super) left: usize,
    pub(super) top: usize,
    pub(super) right: usize,
    pub(super) bottom: usize,
}

impl Area {
    /// Rows and columns changed for each other.
    pub(super) fn transposed(self) -> Self {
        Self {
            left: self.top,
            top: self.left,
            right: self.bottom,
            bottom: self.right,
        }
    }

    /// What holds something darker than `least`; none where nothing is.
    pub(super) fn of_dark(map: &Map, least: u8) -> Option<Self> {
        let mut columns = vec![0usize; map.width];
        let mut rows = vec![0usize; map.height];
        for (y, of_row) in rows.iter_mut().enumerate() {
            for (&dark, of_column) in map.row(y).iter().zip(&mut columns) {
                if dark > least {
                    *of_row += 1;
                    *of_column += 1;
                }
            }
        }
        let ends = |counts: &[usize], across: usize| {
            let enough = |&count: &usize| count >= (across / 300).max(2);
            let first = counts.iter().position(enough)?;
            let last = counts.iter().rposition(enough)?;
            Some((first, last + 1))
        };
        let (left, right) = ends(&columns, map.height)?;
        let (top, bottom) = ends(&rows, map.width)?;
        Some(Self {
            left,
            top,
            right,
            bottom,
        })
    }
}

/// Rows and columns changed for each other.
pub(super) fn transposed(map: &Map) -> Map {
    let mut dark = vec![0; map.dark.len()];
    for y in 0..map.height {
        for (x, &value) in map.row(y).iter().enumerate() {
            if let Some(place) = dark.get_mut(x * map.height + y) {
                *place = value;
            }
        }
    }
    Map {
        width: map.height,
        height: map.width,
        dark,
    }
}

/// A line along rows of pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Line {
    /// Its middle; the first row's is 0.5.
    pub(super) at: f32,
    /// First row of it.
    pub(super) from: usize,
    /// Row behind it.
    pub(super) to: usize,
    /// Darkness, 0 to 255.
    pub(super) dark: f32,
    /// Is it dark all along?
    pub(super) is_whole: bool,
}

/// The lines of a sheet within the area that is dark.
pub(super) fn ruled(map: &Map, area: Area, grain: f32) -> Vec<Line> {
    // Lines are a pixel or two beside where they should be: paper bends, scanners slip.
    let drift = ((area.right - area.left) / 1_000).clamp(1, 3);
    let across = area.right.saturating_sub(area.left);
    if across < 8 {
        return Vec::new();
    }
    let (covered, whole): (Vec<f32>, Vec<f32>) = (area.top..area.bottom)
        .map(|y| {
            let mut line = vec![0u8; across];
            for y in y.saturating_sub(drift)..(y + drift + 1).min(map.height) {
                let row = map.row(y).get(area.left..area.right).unwrap_or(&[]);
                for (most, &dark) in line.iter_mut().zip(row) {
                    *most = dark.max(*most);
                }
            }
            let mut counts = [0usize; 256];
            for value in line {
                counts[usize::from(value)] += 1;
            }
            let at = |part: f32| quantile(&counts, across, 1.0 - part);
            (at(COVERED), at(COVERED_ALONE))
        })
        .unzip();
    let least = FAINTEST.max(3.0 * grain);
    let thickest = (map.height as f32 * THICKEST).max(14.0) as usize + 2 * drift;
    let mut lines = Vec::new();
    let mut y = 0;
    while y < covered.len() {
        if covered[y] < least {
            y += 1;
            continue;
        }
        let start = y;
        while y < covered.len() && covered[y] >= least {
            y += 1;
        }
        let run = &covered[start..y];
        let dark = run.iter().copied().fold(0.0, f32::max);
        if run.len() > thickest || run.is_empty() {
            continue;
        }
        let (sum, weights) = run
            .iter()
            .enumerate()
            .fold((0.0, 0.0), |(sum, all), (at, dark)| {
                (sum + at as f32 * dark, all + dark)
            });
        // Its soft sides are darker than paper as well.
        let soft = (0.12 * dark).max(5.0 + 2.0 * grain);
        let darker = |at: usize| covered.get(at).is_some_and(|&dark| dark > soft);
        let (mut from, mut to) = (start, y);
        while from > 0 && start - from < 4 && darker(from - 1) {
            from -= 1;
        }
        while to - y < 4 && darker(to) {
            to += 1;
        }
        lines.push(Line {
            at: area.top as f32 + start as f32 + sum / weights.max(1.0) + 0.5,
            from: area.top + from,
            to: area.top + to,
            dark,
            is_whole: whole[start..y].iter().any(|&dark| dark >= least),
        });
    }
    lines
}

/// Lines at even distances.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Comb {
    /// The first line.
    pub(super) first: f32,
    /// From line to line.
    pub(super) pitch: f32,
    /// Distances from the first line to the last.
    pub(super) count: usize,
    /// Lines that were seen.
    pub(super) seen: usize,
    /// Mean distance from the places of a perfectly even grid, as a part of the pitch.
    pub(super) off: f32,
}

/// The even grid that most lines are part of; none of less than three lines.
pub(super) fn comb(lines: &[Line], least_pitch: f32) -> Option<Comb> {
    let mut best: Option<(f32, Comb)> = None;
    for (at, one) in lines.iter().enumerate() {
        for other in lines.iter().skip(at + 1).take(3) {
            for parts in 1..=2u8 {
                let pitch = (other.at - one.at) / f32::from(parts);
                if pitch < least_pitch {
                    continue;
                }
                let Some(comb) = fitted(lines, one.at, pitch) else {
                    continue;
                };
                if comb.seen < 3 || comb.pitch < least_pitch {
                    continue;
                }
                let missing = (comb.count + 1).saturating_sub(comb.seen);
                let score = comb.seen as f32 - 0.9 * missing as f32 - comb.off;
                if best.is_none_or(|(most, _)| score > most) {
                    best = Some((score, comb));
                }
            }
        }
    }
    best.map(|(_, comb)| comb)
}

/// Least squares over the lines that lie on an even grid through a line.
fn fitted(lines: &[Line], through: f32, pitch: f32) -> Option<Comb> {
    let (mut first, mut pitch) = (through, pitch);
    let mut result = None;
    for _ in 0..3 {
        let placed: Vec<(f32, f32)> = lines
            .iter()
            .filter_map(|line| {
                let place = ((line.at - first) / pitch).round();
                let beside = (line.at - first - place * pitch).abs();
                (beside <= (BESIDE * pitch).max(1.5)).then_some((place, line.at))
            })
            .collect();
        let count = placed.len() as f32;
        if count < 2.0 {
            return None;
        }
        let (mean_place, mean_at) = placed.iter().fold((0.0, 0.0), |(place, at), one| {
            (place + one.0 / count, at + one.1 / count)
        });
        let (mut both, mut square) = (0.0, 0.0);
        for (place, at) in &placed {
            both += (place - mean_place) * (at - mean_at);
            square += (place - mean_place).powi(2);
        }
        if square <= 0.0 || both <= 0.0 {
            return None;
        }
        pitch = both / square;
        first = mean_at - pitch * mean_place;
        let places = placed.iter().map(|one| one.0);
        let low = places.clone().fold(f32::INFINITY, f32::min);
        let high = places.fold(f32::NEG_INFINITY, f32::max);
        let off = placed
            .iter()
            .map(|(place, at)| (at - first - place * pitch).abs())
            .sum::<f32>()
            / count
            / pitch;
        result = Some(Comb {
            first: first + low * pitch,
            pitch,
            count: (high - low) as usize,
            seen: placed.len(),
            off,
        });
    }
    result
}

/// Part of some columns of lines that is dark between two rows.
pub(super) fn reach(map: &Map, columns: &[Line], from: f32, to: f32) -> f32 {
    let rows = from.max(0.0) as usize..(to.max(0.0) as usize).min(map.height);
    let (mut dark, mut all) = (0usize, 0usize);
    for y in rows {
        for line in columns {
            let row = map.row(y).get(line.from..line.to).unwrap_or(&[]);
            let darkest = row.iter().copied().max().unwrap_or(0);
            all += 1;
            dark += usize::from(f32::from(darkest) > 0.5 * line.dark);
        }
    }
    dark as f32 / all.max(1) as f32
}
