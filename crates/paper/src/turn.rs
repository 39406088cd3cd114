//! How far the writing is turned, told from ruled lines, or else from strokes and rows.

use crate::cut::{Character, Read};
use crate::group::characters;

/// Largest turn that is looked for, degrees either way.
const MOST: f32 = 20.0;

/// Smaller turns of lines, and of rows and strokes, are left: degrees.
const LEAST: [f32; 2] = [0.7, 1.5];

/// Slope of rows that a hand gives them on a level sheet: standard deviation, degrees.
const RISE: f32 = 2.5;

/// Standard deviation (degrees) of the strokes' direction of one character, were all of them square.
const STROKES: f32 = 2.5;

/// Degrees clockwise by which the writing is turned. `None` where it is about level.
pub(crate) fn degrees(read: &Read) -> Option<f32> {
    if let Some(lines) = of_lines(read) {
        return Some(lines).filter(|turn| turn.abs() > LEAST[0]);
    }
    let characters = characters(&read.pieces);
    let count = characters.len() as f32;
    if characters.len() < 3 {
        return None;
    }
    let (strokes, square) = of_strokes(read);
    let rows = of_rows(&characters);
    // A mean by how certain both are.
    let weights = [
        count * (square / STROKES).powi(2),
        rows.map_or(0.0, |_| 1.0 / (RISE * RISE)),
    ];
    let sum = weights[0] * strokes + weights[1] * rows.unwrap_or(0.0);
    let turn = sum / (weights[0] + weights[1]).max(1e-6);
    (LEAST[1]..=MOST).contains(&turn.abs()).then_some(turn)
}

/// The direction of what was taken out as lines.
fn of_lines(read: &Read) -> Option<f32> {
    let (width, height) = (read.ink.width, read.ink.height);
    let on_line = |at: &usize| read.with_lines[*at] && !read.ink.mask[*at];
    let all: Vec<usize> = (0..width * height).filter(on_line).collect();
    // Two lines.
    if all.len() < 2 * width {
        return None;
    }
    let step = all.len().div_ceil(30_000);
    let places: Vec<(f32, f32)> = all
        .iter()
        .step_by(step)
        .map(|&at| ((at % width) as f32, (at / width) as f32))
        .collect();
    let spread = |turn: f32| {
        let slope = turn.to_radians().tan();
        let spare = slope.abs() * width as f32;
        let mut counts = vec![0u32; (height as f32 + 2.0 * spare) as usize / 2 + 2];
        for (x, y) in &places {
            let place = (y - slope * x + spare) as usize / 2;
            if let Some(count) = counts.get_mut(place) {
                *count += 1;
            }
        }
        counts
            .iter()
            .map(|&count| f64::from(count).powi(2))
            .sum::<f64>()
    };
    let turns = (-80i32..=80).map(|at| at as f32 * 0.25);
    let found: Vec<(f32, f64)> = turns.map(|turn| (turn, spread(turn))).collect();
    let mut sorted: Vec<f64> = found.iter().map(|one| one.1).collect();
    sorted.sort_by(f64::total_cmp);
    let usual = sorted.get(sorted.len() / 2)?;
    let best = found
        .iter()
        .max_by(|one, other| one.1.total_cmp(&other.1))?;
    (best.1 > 2.0 * usual).then_some(best.0)
}

/// The turn that makes most strokes level or upright, and how many are: 0 to 1.
fn of_strokes(read: &Read) -> (f32, f32) {
    let (width, height) = (read.ink.width, read.ink.height);
    let (mut sum, mut all) = ((0.0f64, 0.0f64), 0.0f64);
    for &(x, y) in read.pieces.iter().flat_map(|piece| &piece.pixels) {
        let (x, y) = (usize::from(x), usize::from(y));
        if x == 0 || y == 0 || x + 1 >= width || y + 1 >= height {
            continue;
        }
        let depth = |x: usize, y: usize| f64::from(read.ink.depth[y * width + x]);
        // Sobel's operator.
        let across = |y: usize| depth(x + 1, y) - depth(x - 1, y);
        let down = |x: usize| depth(x, y + 1) - depth(x, y - 1);
        let dx = across(y - 1) + 2.0 * across(y) + across(y + 1);
        let dy = down(x - 1) + 2.0 * down(x) + down(x + 1);
        // Four times the angle is the same for level and upright edges.
        let (square, product) = (dx * dx - dy * dy, 2.0 * dx * dy);
        let weight = (dx * dx + dy * dy).max(1e-9);
        sum.0 += (square * square - product * product) / weight;
        sum.1 += 2.0 * square * product / weight;
        all += weight;
    }
    let turn = sum.1.atan2(sum.0).to_degrees() / 4.0;
    (turn as f32, (sum.0.hypot(sum.1) / all.max(1e-9)) as f32)
}

/// The common slope of rows. `None` where no row has two characters.
fn of_rows(characters: &[Character]) -> Option<f32> {
    let middle = |one: &Character| {
        let b = one.bounds;
        (
            (b.left + b.right) as f32 / 2.0,
            (b.top + b.bottom) as f32 / 2.0,
        )
    };
    let (mut both, mut across) = (0.0, 0.0);
    for row in characters.chunk_by(|one, next| middle(one).0 < middle(next).0) {
        let count = row.len() as f32;
        let sum = row
            .iter()
            .map(middle)
            .fold((0.0, 0.0), |sum, at| (sum.0 + at.0, sum.1 + at.1));
        for (x, y) in row.iter().map(middle) {
            let (x, y) = (x - sum.0 / count, y - sum.1 / count);
            both += x * y;
            across += x * x;
        }
    }
    (across > 0.0).then(|| (both / across).atan().to_degrees())
}
