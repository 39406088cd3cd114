//! The printed page on a photo: which four marks are its corners, which way it lies, and what its code says.
//! Refuses to know what is written into the cells.

use super::code;
use super::layout::{
    CODE_COLUMNS, CODE_MODULE, CODE_ROWS, Layout, MARK_MODULE, MARK_MODULES, Paper,
};
use super::marks::{Darkness, Mark, Search};
use super::page::Page;
use super::projection::{Point, Projection, sample};
use super::svg;
use crate::picture::Gray;

/// Ways to tell ink from paper, tried until a code is read.
const TRIES: [Darkness; 4] = [
    Darkness {
        window: 0.04,
        below: 0.8,
    },
    Darkness {
        window: 0.02,
        below: 0.9,
    },
    Darkness {
        window: 0.08,
        below: 0.7,
    },
    Darkness {
        window: 0.015,
        below: 0.75,
    },
];

/// Least part of the marks' modules that must be as printed.
const PRINTED: f64 = 0.86;

/// A page found on a photo.
#[derive(Clone, Debug)]
pub(super) struct Sheet {
    /// From its millimetres to the photo's pixels, were it flat.
    pub(super) view: Projection,
    /// Where its parts lie.
    pub(super) layout: Layout,
    /// What the code says, where it can be read.
    pub(super) page: Option<Page>,
}

/// A way that the page may lie.
struct Pose {
    layout: Layout,
    view: Projection,
    /// Part of the marks' modules that are as printed.
    printed: f64,
    /// How dark the bar is: 1 as ink, 0 as paper.
    bar: f32,
}

/// The page of the photo; `None` where there is none.
pub(super) fn find(photo: &Gray) -> Option<Sheet> {
    let search = Search::new(photo);
    let mut best: Option<Pose> = None;
    for darkness in TRIES {
        let marks = search.marks(darkness);
        for corners in quadruples(&marks) {
            let mut poses = poses(photo, corners);
            poses.sort_by(|one, other| other.bar.total_cmp(&one.bar));
            for pose in poses {
                if let Some(page) = read_code(photo, &pose.view, pose.layout.paper()) {
                    return Some(Sheet {
                        view: pose.view,
                        layout: page.layout(),
                        page: Some(page),
                    });
                }
                let better = |best: &Pose| {
                    pose.printed + f64::from(pose.bar) > best.printed + f64::from(best.bar)
                };
                if pose.bar > 0.5 && best.as_ref().is_none_or(better) {
                    best = Some(pose);
                }
            }
        }
    }
    best.map(|pose| Sheet {
        view: pose.view,
        layout: pose.layout,
        page: None,
    })
}

/// Four marks each that may be corners of one page, clockwise.
fn quadruples(marks: &[Mark]) -> Vec<[Mark; 4]> {
    let mut found = Vec::new();
    let count = marks.len();
    for a in 0..count {
        for b in a + 1..count {
            for c in b + 1..count {
                for d in c + 1..count {
                    found.extend(corners([marks[a], marks[b], marks[c], marks[d]]));
                }
            }
        }
    }
    // The largest first: marks within a page are no corners of it.
    found.sort_by(|(one, _), (other, _)| other.total_cmp(one));
    found
        .into_iter()
        .map(|(_, corners)| corners)
        .take(40)
        .collect()
}

/// Four marks clockwise, and their area, where they may be corners of one page.
fn corners(mut marks: [Mark; 4]) -> Option<(f64, [Mark; 4])> {
    let sides = marks.map(|mark| mark.side);
    let (low, high) = sides.iter().fold((f64::MAX, 0f64), |(low, high), &side| {
        (low.min(side), high.max(side))
    });
    if high > 2.5 * low {
        return None;
    }
    let middle = [0, 1].map(|axis| marks.iter().map(|mark| mark.at[axis]).sum::<f64>() / 4.0);
    let angle = |mark: &Mark| (mark.at[1] - middle[1]).atan2(mark.at[0] - middle[0]);
    marks.sort_by(|one, other| angle(one).total_cmp(&angle(other)));
    let turn = |at: usize| {
        let [a, b, c] = [0, 1, 2].map(|next| marks[(at + next) % 4].at);
        (b[0] - a[0]) * (c[1] - b[1]) - (b[1] - a[1]) * (c[0] - b[0])
    };
    let turns = [0, 1, 2, 3].map(turn);
    // Each side is some 17 or 24 times as long as a mark.
    let least = (6.0 * low).powi(2);
    if turns.iter().any(|&turn| turn < least) {
        return None;
    }
    Some((turns.iter().sum::<f64>() / 4.0, marks))
}

/// The ways in which a page can lie with these corners.
fn poses(photo: &Gray, corners: [Mark; 4]) -> Vec<Pose> {
    let mut poses = Vec::new();
    for paper in Paper::ALL {
        let layout = Layout::new(paper, CODE_ROWS[0]);
        let page = layout.marks().map(|mark| mark.middle());
        for turn in 0..4 {
            let points = [0, 1, 2, 3].map(|at| corners[(at + turn) % 4].at);
            let Some(view) = Projection::new(page, points) else {
                continue;
            };
            let (printed, dark, light) = marks_as_printed(photo, &view, layout);
            if printed < PRINTED {
                continue;
            }
            let bar = layout.bar();
            let places = (0..7).flat_map(|row| (0..2).map(move |column| (row, column)));
            let samples = places.map(|(row, column)| {
                sample(
                    photo,
                    view.of([
                        bar.x + MARK_MODULE * (f64::from(column) + 0.5),
                        bar.y + MARK_MODULE * (f64::from(row) + 0.5),
                    ]),
                )
            });
            let mean = samples.sum::<f32>() / 14.0;
            poses.push(Pose {
                layout,
                view,
                printed,
                bar: (light - mean) / (light - dark).max(1.0),
            });
        }
    }
    poses
}

/// The part of the marks' modules that are as printed, and the mean brightness of ink and paper at the
/// first mark.
fn marks_as_printed(photo: &Gray, view: &Projection, layout: Layout) -> (f64, f32, f32) {
    let (mut right, mut all) = (0, 0);
    let (mut dark, mut light) = (0.0, 0.0);
    for (at, mark) in layout.marks().iter().enumerate() {
        let modules = (0..MARK_MODULES * MARK_MODULES).map(|module| {
            let (row, column) = (module / MARK_MODULES, module % MARK_MODULES);
            let place = [
                mark.x + MARK_MODULE * (column as f64 + 0.5),
                mark.y + MARK_MODULE * (row as f64 + 0.5),
            ];
            (svg::mark(row, column), sample(photo, view.of(place)))
        });
        let modules: Vec<(bool, f32)> = modules.collect();
        let mean = |ink: bool| {
            let values = modules
                .iter()
                .filter(|module| module.0 == ink)
                .map(|module| module.1);
            let (sum, count) = values.fold((0.0, 0.0f32), |(sum, count), value| {
                (sum + value, count + 1.0)
            });
            sum / count.max(1.0)
        };
        let (ink, paper) = (mean(true), mean(false));
        if at == 0 {
            (dark, light) = (ink, paper);
        }
        let middle = f32::midpoint(ink, paper);
        all += modules.len();
        if paper > ink * 1.15 {
            right += modules
                .iter()
                .filter(|(ink, value)| *ink == (*value < middle))
                .count();
        }
    }
    (right as f64 / all as f64, dark, light)
}

/// Farthest that a known column may lie from where a flat page has it, modules.
const BENT: f64 = 2.0;

/// What the code says, by each number of rows that it may have.
fn read_code(photo: &Gray, view: &Projection, paper: Paper) -> Option<Page> {
    CODE_ROWS.into_iter().find_map(|rows| {
        let layout = Layout::new(paper, rows);
        let area = layout.code();
        let at = |row: f64, column: f64, [dx, dy]: Point| {
            let place = [
                area.x + CODE_MODULE * (column + 0.5 + dx),
                area.y + CODE_MODULE * (row + 0.5 + dy),
            ];
            sample(photo, view.of(place))
        };
        let moved = offsets(rows, &at)?;
        let offset = |column: usize| {
            let step = column as f64 / code::STEP as f64;
            let (one, part) = (step as usize, step.fract());
            let [a, b] = [one, one + 1]
                .map(|at| moved.get(at).or(moved.last()).copied().unwrap_or_default());
            [a[0] + (b[0] - a[0]) * part, a[1] + (b[1] - a[1]) * part]
        };
        let mut seen = Vec::with_capacity(rows * CODE_COLUMNS);
        for row in 0..rows {
            for column in 0..CODE_COLUMNS {
                let offset = offset(column);
                let near = [[0.0, 0.0], [0.2, 0.0], [-0.2, 0.0], [0.0, 0.2], [0.0, -0.2]];
                let sum: f32 = near
                    .iter()
                    .map(|[x, y]| at(row as f64 + y, column as f64 + x, offset))
                    .sum();
                seen.push(sum / near.len() as f32);
            }
        }
        let black = black(rows, &seen);
        code::read(layout, &black)
    })
}

/// How far each pair of known columns lies from where a flat page has it, modules. `None` where most of
/// them aren't seen.
fn offsets(rows: usize, at: &impl Fn(f64, f64, Point) -> f32) -> Option<Vec<Point>> {
    let steps = (BENT / 0.25) as i32;
    let shifts = -steps..=steps;
    let mut found = Vec::new();
    for first in (0..CODE_COLUMNS).step_by(code::STEP) {
        let mut best = (f32::MIN, [0.0; 2]);
        for (x, y) in shifts
            .clone()
            .flat_map(|x| shifts.clone().map(move |y| (x, y)))
        {
            let shift = [f64::from(x) * 0.25, f64::from(y) * 0.25];
            let (mut sums, mut squares, mut product) = (0.0, 0.0, 0.0);
            let (mut signs, mut count) = (0.0, 0.0f32);
            for row in 0..rows {
                for column in first..first + 2 {
                    let value = at(row as f64, column as f64, shift);
                    let sign = if code::known(row, column) { -1.0 } else { 1.0 };
                    sums += value;
                    squares += value * value;
                    product += sign * value;
                    signs += sign;
                    count += 1.0;
                }
            }
            let spread = (squares - sums * sums / count).max(1.0).sqrt();
            let signs_spread = (count - signs * signs / count).max(1.0).sqrt();
            let likeness = (product - signs * sums / count) / (spread * signs_spread);
            // Of equally likely places the nearer.
            let far = (shift[0] * shift[0] + shift[1] * shift[1]) as f32;
            let likeness = likeness - 0.02 * far;
            if likeness > best.0 {
                best = (likeness, shift);
            }
        }
        found.push(best);
    }
    let sure: Vec<usize> = (0..found.len()).filter(|&at| found[at].0 > 0.6).collect();
    if sure.len() * 2 < found.len() {
        return None;
    }
    // Where a pair isn't seen, the nearest that is.
    let nearest = |at: usize| {
        let near = sure.iter().min_by_key(|&&other| other.abs_diff(at));
        near.map_or([0.0; 2], |&near| found[near].1)
    };
    Some((0..found.len()).map(nearest).collect())
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
