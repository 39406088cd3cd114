//! The modules of a page's code on a photo. Refuses to know what they say.

use super::code;
use super::layout::{CODE_COLUMNS, CODE_MODULE, CODE_ROWS, Layout, Paper};
use super::page::Page;
use super::projection::{Point, sample};
use crate::picture::Gray;

/// Farthest that known modules may lie from where a flat page has them, modules.
const BENT: f64 = 2.0;
/// The same, for some rows of a column from where the whole column lies.
const SHEARED: f64 = 1.0;
/// From one place that is tried to the next, modules.
const STEP: f64 = 0.25;
/// Least rows whose place can be told from their known modules.
const BAND: usize = 8;
/// Least likeness of known modules that are seen.
const SEEN: f32 = 0.6;

/// What the code says, by each number of rows that it may have; `of` says where the photo shows a place of
/// the page.
pub(super) fn read(photo: &Gray, of: &impl Fn(Point) -> Point, paper: Paper) -> Option<Page> {
    CODE_ROWS.into_iter().find_map(|rows| {
        let layout = Layout::new(paper, rows);
        let area = layout.code();
        let at = |row: f64, column: f64, [dx, dy]: Point| {
            let place = [
                area.x + CODE_MODULE * (column + 0.5 + dx),
                area.y + CODE_MODULE * (row + 0.5 + dy),
            ];
            sample(photo, of(place))
        };
        let bands = offsets(rows, &at)?;
        let mut seen = Vec::with_capacity(rows * CODE_COLUMNS);
        for row in 0..rows {
            for column in 0..CODE_COLUMNS {
                let offset = between(&bands, rows, row, column);
                let near = [[0.0, 0.0], [0.2, 0.0], [-0.2, 0.0], [0.0, 0.2], [0.0, -0.2]];
                let sum: f32 = near
                    .iter()
                    .map(|[x, y]| at(row as f64 + y, column as f64 + x, offset))
                    .sum();
                seen.push(sum / near.len() as f32);
            }
        }
        code::read(layout, &black(rows, &seen))
    })
}

/// The offset of a module, between those of the middles of bands and pairs of known columns.
fn between(bands: &[Vec<Point>], rows: usize, row: usize, column: usize) -> Point {
    let mix =
        |[a, b]: [Point; 2], part: f64| [a[0] + (b[0] - a[0]) * part, a[1] + (b[1] - a[1]) * part];
    let along = |band: &Vec<Point>| {
        let step = column as f64 / code::STEP as f64;
        let at = [step as usize, step as usize + 1];
        mix(
            at.map(|at| band.get(at).or(band.last()).copied().unwrap_or_default()),
            step.fract(),
        )
    };
    let last = bands.len().saturating_sub(1);
    let place = (row as f64 + 0.5) * bands.len() as f64 / rows as f64 - 0.5;
    // Beyond the outer bands' middles their slope goes on.
    let first = (place.max(0.0) as usize).min(last.saturating_sub(1));
    let at = [first, (first + 1).min(last)].map(|at| bands.get(at).map(&along).unwrap_or_default());
    mix(at, place - first as f64)
}

/// How far known modules lie from where a flat page has them, modules: for bands of rows, by pairs of
/// columns. `None` where most of them aren't seen.
fn offsets(rows: usize, at: &impl Fn(f64, f64, Point) -> f32) -> Option<Vec<Vec<Point>>> {
    let pairs = || (0..CODE_COLUMNS).step_by(code::STEP);
    let whole: Vec<(f32, Point)> = pairs()
        .map(|first| place(0..rows, first, [0.0; 2], BENT, at))
        .collect();
    let count = (rows / BAND).max(1);
    if count == 1 {
        return filled(&whole).map(|band| vec![band]);
    }
    (0..count)
        .map(|band| {
            let own = band * rows / count..(band + 1) * rows / count;
            let found: Vec<(f32, Point)> = pairs()
                .zip(&whole)
                .map(|(first, &(likeness, about))| {
                    let (about, reach) = if likeness > SEEN {
                        (about, SHEARED)
                    } else {
                        ([0.0; 2], BENT)
                    };
                    place(own.clone(), first, about, reach, at)
                })
                .collect();
            filled(&found)
        })
        .collect()
}

/// Offsets of those that are seen, and of the nearest of them for others. `None` where most aren't.
fn filled(found: &[(f32, Point)]) -> Option<Vec<Point>> {
    let seen: Vec<usize> = (0..found.len()).filter(|&at| found[at].0 > SEEN).collect();
    if seen.len() * 2 < found.len() {
        return None;
    }
    let nearest = |at: usize| {
        let near = seen.iter().min_by_key(|&&other| other.abs_diff(at));
        near.map_or([0.0; 2], |&near| found[near].1)
    };
    Some((0..found.len()).map(nearest).collect())
}

/// Where the known modules of some rows of a pair of columns are most likely, and how likely (correlation
/// of brightness and print).
fn place(
    rows: std::ops::Range<usize>,
    first: usize,
    about: Point,
    reach: f64,
    at: &impl Fn(f64, f64, Point) -> f32,
) -> (f32, Point) {
    let steps = (reach / STEP) as i32;
    let mut best = (f32::MIN, about);
    for (x, y) in (-steps..=steps).flat_map(|x| (-steps..=steps).map(move |y| (x, y))) {
        let moved = [f64::from(x) * STEP, f64::from(y) * STEP];
        let shift = [about[0] + moved[0], about[1] + moved[1]];
        let (mut sum, mut squares, mut product) = (0.0, 0.0, 0.0);
        let (mut signs, mut count) = (0.0, 0.0f32);
        for row in rows.clone() {
            for column in first..first + 2 {
                let value = at(row as f64, column as f64, shift);
                let sign = if code::known(row, column) { -1.0 } else { 1.0 };
                sum += value;
                squares += value * value;
                product += sign * value;
                signs += sign;
                count += 1.0;
            }
        }
        let spread = (squares - sum * sum / count).max(1.0).sqrt();
        let signs_spread = (count - signs * signs / count).max(1.0).sqrt();
        let likeness = (product - signs * sum / count) / (spread * signs_spread);
        // Of equally likely places the nearer.
        let likeness = likeness - 0.02 * (moved[0] * moved[0] + moved[1] * moved[1]) as f32;
        if likeness > best.0 {
            best = (likeness, shift);
        }
    }
    best
}

/// Which modules are black: darker than the middle of dark and light ones near them.
fn black(rows: usize, seen: &[f32]) -> Vec<bool> {
    const NEAR: usize = 6;
    let threshold = |column: usize| {
        let columns = column.saturating_sub(NEAR)..(column + NEAR + 1).min(CODE_COLUMNS);
        let values = || {
            (0..rows).flat_map(|row| seen[row * CODE_COLUMNS..][columns.clone()].iter().copied())
        };
        let count = (rows * columns.len()) as f32;
        let mut threshold = values().sum::<f32>() / count;
        for _ in 0..4 {
            let mean = |dark: bool| {
                let own = values().filter(|&value| (value < threshold) == dark);
                let (sum, count) = own.fold((0.0, 0.0f32), |(sum, count), value| {
                    (sum + value, count + 1.0)
                });
                sum / count.max(1.0)
            };
            threshold = f32::midpoint(mean(true), mean(false));
        }
        threshold
    };
    let thresholds: Vec<f32> = (0..CODE_COLUMNS).map(threshold).collect();
    let at = |row: usize, column: usize| seen[row * CODE_COLUMNS + column];
    (0..seen.len())
        .map(|place| {
            let (row, column) = (place / CODE_COLUMNS, place % CODE_COLUMNS);
            // A module's neighbours shine into it.
            let beside = [
                at(row.saturating_sub(1), column),
                at((row + 1).min(rows - 1), column),
                at(row, column.saturating_sub(1)),
                at(row, (column + 1).min(CODE_COLUMNS - 1)),
            ];
            let around = beside.iter().sum::<f32>() / 4.0;
            let own = at(row, column);
            own + 0.35 * (own - around) < thresholds[column]
        })
        .collect()
}
