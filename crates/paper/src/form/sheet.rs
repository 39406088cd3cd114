//! The printed page on a photo: which four marks are its corners, which way it lies, and what its code says.
//! Refuses to know what is written into the cells.

use super::bend::Bend;
use super::layout::{CODE_ROWS, Layout, MARK_MODULE, MARK_MODULES, Paper};
use super::marks::{Darkness, Mark, Search};
use super::page::Page;
use super::projection::{Projection, sample};
use super::{strip, svg};
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
    /// How often frames are looked for at most: more where a corner is guessed.
    pub(super) rounds: usize,
}

/// Most rounds where all corners are seen, and where one is guessed.
const ROUNDS: [usize; 2] = [4, 8];

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
            let mut poses = poses(photo, corners, 4);
            poses.sort_by(|one, other| other.bar.total_cmp(&one.bar));
            for pose in poses {
                let of = |place| pose.view.of(place);
                if let Some(page) = strip::read(photo, &of, pose.layout.paper()) {
                    return Some(Sheet {
                        view: pose.view,
                        layout: page.layout(),
                        page: Some(page),
                        rounds: ROUNDS[0],
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
    let seen = best.map(|pose| Sheet {
        view: pose.view,
        layout: pose.layout,
        page: None,
        rounds: ROUNDS[0],
    });
    seen.or_else(|| find_by_three(photo, &search))
}

/// The page of a photo that shows three of its corners, where its code can be read: the fourth is guessed,
/// and the frames of the cells say how wrong that was.
fn find_by_three(photo: &Gray, search: &Search) -> Option<Sheet> {
    // Of more marks than these, too many threes could be corners.
    const MOST: usize = 6;
    for darkness in TRIES {
        let mut marks = search.marks(darkness);
        marks.truncate(MOST);
        let corners = triples(&marks).into_iter().flat_map(guessed);
        for pose in corners.flat_map(|corners| poses(photo, corners, 3)) {
            let cells = pose.layout.capacity();
            let (bend, _) = Bend::new(photo, &pose.view, pose.layout, cells, ROUNDS[1]);
            let of = |place| bend.of(&pose.view, place);
            if let Some(page) = strip::read(photo, &of, pose.layout.paper()) {
                return Some(Sheet {
                    view: pose.view,
                    layout: page.layout(),
                    page: Some(page),
                    rounds: ROUNDS[1],
                });
            }
        }
    }
    None
}

/// Three marks each, clockwise, the second the one between the others' sides.
fn triples(marks: &[Mark]) -> Vec<[Mark; 3]> {
    let mut found = Vec::new();
    for (b, &between) in marks.iter().enumerate() {
        for (a, &one) in marks.iter().enumerate() {
            for (c, &other) in marks.iter().enumerate() {
                if a != b && b != c && a != c {
                    found.push([one, between, other]);
                }
            }
        }
    }
    found
}

/// The fourth corner of a page of three: as if it were seen from far above, and as the sizes of its marks
/// say that it is tilted.
fn guessed([a, b, c]: [Mark; 3]) -> impl Iterator<Item = [Mark; 4]> {
    // A mark's side falls with the depth to the power of 1.5.
    let depth = |mark: &Mark| mark.side.powf(-2.0 / 3.0);
    let tilted = [depth(&a), depth(&b), depth(&c)];
    [[1.0; 3], tilted]
        .into_iter()
        .filter_map(move |[da, db, dc]| {
            let depth = da + dc - db;
            let at =
                [0, 1].map(|axis| (a.at[axis] * da + c.at[axis] * dc - b.at[axis] * db) / depth);
            let side = (a.side + b.side + c.side) / 3.0;
            let (_, ordered) = corners([a, b, c, Mark { at, side, ..b }])?;
            // Only as they are given: each three come in all orders.
            let follows = (0..4).any(|first| {
                [a, b, c]
                    .iter()
                    .enumerate()
                    .all(|(next, mark)| ordered[(first + next) % 4].at == mark.at)
            });
            (depth > 0.0 && follows).then_some(ordered)
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

/// The ways in which a page can lie with these corners, so many of which have their marks.
fn poses(photo: &Gray, corners: [Mark; 4], seen: usize) -> Vec<Pose> {
    let mut poses = Vec::new();
    for paper in Paper::ALL {
        let layout = Layout::new(paper, CODE_ROWS[0]);
        let page = layout.marks().map(|mark| mark.middle());
        for turn in 0..4 {
            let points = [0, 1, 2, 3].map(|at| corners[(at + turn) % 4].at);
            let Some(view) = Projection::new(page, points) else {
                continue;
            };
            let (printed, dark, light) = marks_as_printed(photo, &view, layout, seen);
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

/// The part of the modules of so many marks that are as printed, and the mean brightness of ink and paper
/// at the first mark that has most of them.
fn marks_as_printed(
    photo: &Gray,
    view: &Projection,
    layout: Layout,
    seen: usize,
) -> (f64, f32, f32) {
    let mut parts = [0.0; 4];
    let (mut dark, mut light) = (0.0, 0.0);
    for (mark, part) in layout.marks().iter().zip(&mut parts) {
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
        let middle = f32::midpoint(ink, paper);
        if paper > ink * 1.15 {
            let right = modules
                .iter()
                .filter(|(ink, value)| *ink == (*value < middle));
            *part = right.count() as f64 / modules.len() as f64;
        }
        if light == 0.0 && *part >= PRINTED {
            (dark, light) = (ink, paper);
        }
    }
    parts.sort_by(|one, other| other.total_cmp(one));
    let printed = parts.iter().take(seen).sum::<f64>() / seen as f64;
    (printed, dark, light)
}
