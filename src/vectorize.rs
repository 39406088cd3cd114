//! Outlines of bitmaps, so that a 105-pixel drawing is crisp at every size and in every colour.
//!
//! A bitmap becomes the data of an SVG path: slightly blurred, contoured by marching squares
//! (Lorensen and Cline 1987, in the plane) and rounded by quadratic curves through the middles of
//! the contour's edges. It knows pixels and numbers; refuses to know the document.

use std::fmt::Write;

use twinglyph_core::Bitmap;
use twinglyph_core::bitmap::SIDE;

/// Units of a path to a pixel: tenths are finer than a screen shows.
pub(crate) const UNITS: i32 = 10;

/// Width of the lattice: a sample a pixel and a ring of paper around, so that every contour
/// closes.
const GRID: usize = SIDE + 2;

/// The blur, a binomial of sigma 1 pixel: enough to take the stairs off a slanting line, too
/// little to close the gaps between strokes.
const TAPS: [f32; 5] = [1.0 / 16.0, 4.0 / 16.0, 6.0 / 16.0, 4.0 / 16.0, 1.0 / 16.0];

/// Where ink begins in the blurred bitmap: half, less a little so that the ends of lines, which
/// the blur takes off, stay. A line of two pixels peaks at 0.625.
const LEVEL: f32 = 0.45;

/// Contours with fewer points keep them all; from others every second goes.
const SHORT: usize = 10;

/// The outline of the ink as SVG path data in a square of 1050 units, to be filled by the
/// non-zero rule; empty for a blank bitmap.
#[must_use]
pub(crate) fn outline(bitmap: &Bitmap) -> String {
    let field = blurred(bitmap);
    let next = segments(&field);
    let mut path = String::new();
    let mut visited = vec![false; next.len()];
    for start in 0..next.len() {
        if next.get(start).is_none_or(|&to| to == NONE) {
            continue;
        }
        let mut points = Vec::new();
        let mut at = start;
        while let Some(seen @ false) = visited.get_mut(at) {
            *seen = true;
            points.push(crossing(&field, at));
            match next.get(at) {
                Some(&to) if to != NONE => at = to as usize,
                _ => break,
            }
        }
        if points.len() >= SHORT {
            points = points.into_iter().step_by(2).collect();
        }
        rounded(&points, &mut path);
    }
    path
}

/// No contour leaves this edge.
const NONE: u32 = u32::MAX;

/// The bitmap on the lattice, blurred; the ring stays paper.
fn blurred(bitmap: &Bitmap) -> Vec<f32> {
    let reach = TAPS.len() / 2;
    let mut across = vec![0.0f32; GRID * GRID];
    for (row, column) in bitmap.ink() {
        let line = &mut across[(row + 1) * GRID..(row + 2) * GRID];
        for (tap, weight) in TAPS.iter().enumerate() {
            // The lattice begins one sample before the bitmap.
            let place = (column + 1 + tap).checked_sub(reach);
            if let Some(place) = place.and_then(|place| line.get_mut(place)) {
                *place += weight;
            }
        }
    }
    let mut field = vec![0.0f32; GRID * GRID];
    for row in 1..=SIDE {
        for (tap, weight) in TAPS.iter().enumerate() {
            let Some(from) = (row + tap).checked_sub(reach).filter(|&from| from < GRID) else {
                continue;
            };
            let source = &across[from * GRID..(from + 1) * GRID];
            let target = &mut field[row * GRID..(row + 1) * GRID];
            for column in 1..=SIDE {
                target[column] += weight * source[column];
            }
        }
    }
    keep_small(bitmap, &mut field);
    field
}

/// Ink that the blur took off with all around it, as a dot of the thinnest pen, stays: it is compared,
/// so it must be seen.
fn keep_small(bitmap: &Bitmap, field: &mut [f32]) {
    let is_lost = |at: usize| {
        [at - GRID, at, at + GRID].iter().all(|&middle| {
            field[middle - 1..=middle + 1]
                .iter()
                .all(|&ink| ink <= LEVEL)
        })
    };
    let places = bitmap
        .ink()
        .map(|(row, column)| (row + 1) * GRID + column + 1);
    let lost: Vec<usize> = places.filter(|&at| is_lost(at)).collect();
    for at in lost {
        field[at] = 1.0;
    }
}

/// Number of the edge from lattice point (row, column) to its right neighbour; with `down`, to
/// the one below.
fn edge(row: usize, column: usize, down: bool) -> usize {
    2 * (row * GRID + column) + usize::from(down)
}

/// For each edge that the contour crosses the edge it crosses next, ink on its right.
fn segments(field: &[f32]) -> Vec<u32> {
    let mut next = vec![NONE; 2 * GRID * GRID];
    for row in 0..GRID - 1 {
        for column in 0..GRID - 1 {
            let at = row * GRID + column;
            let ink = [
                field[at] > LEVEL,
                field[at + 1] > LEVEL,
                field[at + GRID + 1] > LEVEL,
                field[at + GRID] > LEVEL,
            ];
            if ink == [false; 4] || ink == [true; 4] {
                continue;
            }
            // The cell's edges clockwise, each after the corner with its number.
            let edges = [
                edge(row, column, false),
                edge(row, column + 1, true),
                edge(row + 1, column, false),
                edge(row, column, true),
            ];
            // Clockwise around a cell the contour comes in where paper follows ink... and goes
            // out where ink follows paper; each way in takes the nearest way out behind it, which
            // joins the ink of a saddle.
            for into in 0..4 {
                if ink[into] || !ink[(into + 1) % 4] {
                    continue;
                }
                let out = (1..4)
                    .map(|step| (into + step) % 4)
                    .find(|&out| ink[out] && !ink[(out + 1) % 4]);
                if let Some(out) = out {
                    next[edges[into]] = edges[out] as u32;
                }
            }
        }
    }
    next
}

/// Where the contour crosses an edge, in pixels of the bitmap.
fn crossing(field: &[f32], number: usize) -> (f32, f32) {
    let (at, down) = (number / 2, number % 2 == 1);
    let (row, column) = (at / GRID, at % GRID);
    let other = if down { at + GRID } else { at + 1 };
    let (a, b) = (
        field.get(at).copied().unwrap_or(0.0),
        field.get(other).copied().unwrap_or(0.0),
    );
    let along = if a == b { 0.5 } else { (LEVEL - a) / (b - a) };
    // A sample lies in its pixel's middle, and the ring is one sample wide.
    let (x, y) = (column as f32 - 0.5, row as f32 - 0.5);
    if down { (x, y + along) } else { (x + along, y) }
}

/// Appends a closed curve that touches each edge of the polygon in its middle.
fn rounded(points: &[(f32, f32)], path: &mut String) {
    let whole = |(x, y): (f32, f32)| {
        (
            (x * UNITS as f32).round() as i32,
            (y * UNITS as f32).round() as i32,
        )
    };
    let middle = |a: (f32, f32), b: (f32, f32)| ((a.0 + b.0) / 2.0, (a.1 + b.1) / 2.0);
    let (Some(&first), Some(&last)) = (points.first(), points.last()) else {
        return;
    };
    if points.len() < 3 {
        return;
    }
    let mut pen = whole(middle(last, first));
    // Writing into a string does not fail.
    let _ = write!(path, "M{} {}", pen.0, pen.1);
    for (at, &corner) in points.iter().enumerate() {
        let following = points.get(at + 1).copied().unwrap_or(first);
        let (by, to) = (whole(corner), whole(middle(corner, following)));
        let _ = write!(
            path,
            "q{} {} {} {}",
            by.0 - pen.0,
            by.1 - pen.1,
            to.0 - pen.0,
            to.1 - pen.1
        );
        pen = to;
    }
    path.push('z');
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// End points of the path's curves, loop by loop, in pixels.
    fn loops(path: &str) -> Vec<Vec<(f32, f32)>> {
        let numbers = |text: &str| -> Vec<f32> {
            text.split_whitespace()
                .map(|n| n.parse::<f32>().unwrap() / UNITS as f32)
                .collect()
        };
        path.split('M')
            .skip(1)
            .map(|part| {
                let mut steps = part.trim_end_matches('z').split('q');
                let start = numbers(steps.next().unwrap());
                let mut points = vec![(start[0], start[1])];
                for step in steps {
                    let step = numbers(step);
                    let from = *points.last().unwrap();
                    points.push((from.0 + step[2], from.1 + step[3]));
                }
                points
            })
            .collect()
    }

    fn area(points: &[(f32, f32)]) -> f32 {
        points
            .iter()
            .zip(points.iter().cycle().skip(1))
            .map(|(a, b)| (a.0 * b.1 - b.0 * a.1) / 2.0)
            .sum()
    }

    fn square(at: usize, side: usize) -> Bitmap {
        Bitmap::from_fn(|row, column| {
            (at..at + side).contains(&row) && (at..at + side).contains(&column)
        })
    }

    #[test]
    fn blank_paper_has_no_outline() {
        assert_eq!(outline(&Bitmap::blank()), "");
    }

    #[test]
    fn a_square_keeps_its_place_and_size() {
        let path = outline(&square(30, 40));
        let loops = loops(&path);
        assert_eq!(loops.len(), 1);
        // The level below a half moves each side out, the rounded corners take some back.
        let area = area(&loops[0]).abs();
        assert!((1580.0..1650.0).contains(&area), "{area}");
        for &(x, y) in &loops[0] {
            assert!((29.0..71.0).contains(&x) && (29.0..71.0).contains(&y));
        }
    }

    #[test]
    fn a_hole_winds_the_other_way() {
        let ring = Bitmap::from_fn(|row, column| {
            let inside =
                |from: usize, to: usize| (from..to).contains(&row) && (from..to).contains(&column);
            inside(20, 80) && !inside(40, 60)
        });
        let areas: Vec<f32> = loops(&outline(&ring)).iter().map(|one| area(one)).collect();
        assert_eq!(areas.len(), 2);
        assert!(areas[0] * areas[1] < 0.0, "{areas:?}");
    }

    #[test]
    fn the_thinnest_pens_lines_are_seen_whole() {
        let lines = [
            Bitmap::from_fn(|row, column| (50..52).contains(&row) && (10..90).contains(&column)),
            Bitmap::from_fn(|row, column| row.abs_diff(column) < 2 && (10..90).contains(&column)),
        ];
        for line in lines {
            assert_eq!(loops(&outline(&line)).len(), 1);
        }
    }

    #[test]
    fn no_dot_is_too_small_to_be_seen() {
        for (width, height) in [(1, 1), (1, 2), (2, 1), (2, 2), (1, 40), (40, 1)] {
            for at in [0, 50, SIDE - 40] {
                let dot = Bitmap::from_fn(|row, column| {
                    (at..at + height).contains(&row) && (at..at + width).contains(&column)
                });
                let loops = loops(&outline(&dot));
                assert_eq!(loops.len(), 1, "{width}x{height} at {at}");
                let (seen, ink) = (area(&loops[0]).abs(), (width * height) as f32);
                assert!((0.3..2.0).contains(&(seen / ink)), "{seen} of {ink}");
            }
        }
    }

    proptest! {
        /// All ink, at the edge of the sheet too, lies in closed outlines of about its area.
        #[test]
        fn outlines_close_and_weigh_what_the_ink_does(
            blobs in prop::collection::vec((0usize..100, 0usize..100, 4usize..20), 1..12),
        ) {
            let bitmap = Bitmap::from_fn(|row, column| blobs.iter().any(|&(top, left, side)| {
                (top..top + side).contains(&row) && (left..left + side).contains(&column)
            }));
            let loops = loops(&outline(&bitmap));
            let mut total = 0.0;
            let mut length = 0.0;
            for points in &loops {
                let (first, last) = (points[0], *points.last().unwrap());
                prop_assert!((first.0 - last.0).abs() < 0.01 && (first.1 - last.1).abs() < 0.01);
                total += area(points);
                for pair in points.windows(2) {
                    length += (pair[0].0 - pair[1].0).hypot(pair[0].1 - pair[1].1);
                }
            }
            let ink = bitmap.ink_count() as f32;
            prop_assert!((total.abs() - ink).abs() < 0.5 * length + 4.0, "{total} {ink} {length}");
        }
    }
}
