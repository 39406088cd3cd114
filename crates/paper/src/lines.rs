//! Ruled, squared and margin lines, taken out of the ink.
//!
//! A line is a long, nearly straight path of ink of any direction near the horizontal or the vertical.
//! Where strokes are clearly deeper than the line, its pixels go unless they are as deep as strokes. Otherwise
//! they go where the ink across the path is no thicker than the line: strokes that cross it stay.

use crate::light::{self, Ink};
use crate::scan::regions;

/// Columns that a path steps over at once: its slope is at most one pixel in so many.
const STEP: usize = 8;

/// Slopes, in pixels of a row of [`STEP`]s, that are tried: together about 18 degrees either way.
const SLOPES: [f32; 3] = [-0.25, 0.0, 0.25];

/// Least length of a line, as a part of the page's width or height.
const LEAST: f32 = 0.33;

/// Steps without ink that a line bears in a row.
const HOLES: u32 = 2;

/// Ink this much deeper than lines is told from them by its depth.
const DEEPER: f32 = 1.4;

/// Least length of a line that is as deep as strokes, as a part of the page's width or height: a large character
/// has strokes that are shorter.
const LEAST_DEEP: f32 = 0.6;

/// Lines go on where ink is as deep as this part of the least depth of ink: grain breaks lines that are barely
/// deeper than that.
const FAINT: f32 = 0.75;

/// Where lines are paler than strokes, ink is deeper than the lines, but no stroke is cut off that is as deep
/// as this part of the usual one.
const STROKE: f32 = 0.6;

/// Takes the lines away.
pub(crate) fn remove(ink: &mut Ink) {
    let (width, height) = (ink.width, ink.height);
    let places = ink.mask.iter().zip(&ink.depth);
    let least = places.filter(|at| *at.0).map(|at| *at.1).min();
    let faint = (f32::from(least.unwrap_or(0)) * FAINT).ceil();
    let seen: Vec<bool> = ink
        .depth
        .iter()
        .map(|&depth| f32::from(depth) >= faint)
        .collect();
    let turned = transposed(&ink.mask, width, height);
    let level = on_lines(&seen, &ink.mask, width, height);
    let upright = on_lines(&transposed(&seen, width, height), &turned, height, width);
    let upright = transposed(&upright, height, width);
    let across = thin(&ink.mask, &level, width, height);
    let along = transposed(
        &thin(&turned, &transposed(&upright, width, height), height, width),
        height,
        width,
    );
    if !level.contains(&true) && !upright.contains(&true) {
        return;
    }
    let is_line = |at: usize| across[at] || along[at] || (level[at] && upright[at]);
    let strokes = (0..ink.mask.len()).filter(|&at| ink.mask[at] && !is_line(at));
    let stroke = quantile(strokes.map(|at| ink.depth[at]).collect(), 0.8);
    let mut kept = ink.mask.clone();
    let mut least = light::threshold_of(stroke);
    for (lines, thin, is_upright) in [(&level, &across, false), (&upright, &along, true)] {
        for line in regions(width, lines) {
            let own = line.iter().filter(|&&at| thin[at]);
            let depth = quantile(own.map(|&at| ink.depth[at]).collect(), 0.9);
            let is_deeper = f32::from(stroke) >= DEEPER * f32::from(depth);
            let between = depth / 2 + stroke / 2;
            let part = match is_upright {
                true => reach(line.iter().map(|at| at / width)) / height as f32,
                false => reach(line.iter().map(|at| at % width)) / width as f32,
            };
            if !is_deeper && part < LEAST_DEEP {
                continue;
            }
            if is_deeper {
                least = least.max(depth.min((STROKE * f32::from(stroke)) as u8));
            }
            for at in line {
                // Deeper strokes stay whole where they cross a line or lie on it.
                kept[at] &= if is_deeper {
                    ink.depth[at] >= between
                } else {
                    !is_line(at)
                };
            }
        }
    }
    for (mask, (kept, &depth)) in ink.mask.iter_mut().zip(kept.iter().zip(&ink.depth)) {
        *mask = *kept && depth >= least;
    }
    // Where lines cross they are deeper: what is left within a crossing alone is no stroke.
    let is_crossing = |at: &usize| level[*at] && upright[*at];
    for piece in regions(width, &ink.mask) {
        if piece.iter().all(is_crossing) {
            piece.iter().for_each(|&at| ink.mask[at] = false);
        }
    }
}

/// From the first place to the last, pixels.
fn reach(places: impl Iterator<Item = usize> + Clone) -> f32 {
    let ends = places.clone().min().zip(places.max());
    ends.map_or(0.0, |(first, last)| (last - first) as f32)
}

/// The value below which this part of the values lies; 0 of none.
fn quantile(mut values: Vec<u8>, part: f32) -> u8 {
    let at = (values.len() as f32 * part) as usize;
    if at >= values.len() {
        return 0;
    }
    *values.select_nth_unstable(at).1
}

fn transposed(mask: &[bool], width: usize, height: usize) -> Vec<bool> {
    let mut result = vec![false; mask.len()];
    for (y, row) in mask.chunks(width).enumerate() {
        for (x, &inked) in row.iter().enumerate() {
            result[x * height + y] = inked;
        }
    }
    result
}

/// Pixels of the ink on long level paths of what is seen.
fn on_lines(seen: &[bool], mask: &[bool], width: usize, height: usize) -> Vec<bool> {
    let mut found = vec![false; mask.len()];
    let blocks = width.div_ceil(STEP);
    let least = (LEAST * blocks as f32) as u32;
    // Characters are that short.
    if least < 12 {
        return found;
    }
    for slope in SLOPES {
        let shift = |x: usize| (slope * (x as f32 - width as f32 / 2.0)) as isize;
        let place = |x: usize, y: usize| {
            let y = y.checked_add_signed(shift(x))?;
            (y < height).then_some(y * width + x)
        };
        // The last block may be narrower.
        let columns = |block: usize| block * STEP..((block + 1) * STEP).min(width);
        let full = |block: usize, y: usize| {
            let inked = columns(block).filter(|&x| place(x, y).is_some_and(|at| seen[at]));
            inked.count() * 4 >= columns(block).len() * 3
        };
        // Longest path that ends in each place, block by block, and its steps without ink at the end.
        let pass = |order: &mut dyn Iterator<Item = usize>, on: &[bool]| {
            let mut lengths = vec![0u32; blocks * height];
            let mut last = vec![(0u32, 0u32); height];
            for block in order {
                let mut next = vec![(0, 0); height];
                for (y, next) in next.iter_mut().enumerate() {
                    let near = y.saturating_sub(1)..(y + 2).min(height);
                    let best = near.map(|y| last[y]).max_by_key(|&(length, _)| length);
                    let (length, holes) = best.unwrap_or((0, 0));
                    if on[block * height + y] {
                        *next = (length + 1, 0);
                    } else if holes < HOLES && last[y].0 > 0 && last[y].1 < HOLES {
                        *next = (last[y].0, last[y].1 + 1);
                    }
                    lengths[block * height + y] = next.0;
                }
                last = next;
            }
            lengths
        };
        let on: Vec<bool> = (0..blocks * height)
            .map(|at| full(at / height, at % height))
            .collect();
        let forth = pass(&mut (0..blocks), &on);
        let back = pass(&mut (0..blocks).rev(), &on);
        for at in 0..on.len() {
            if on[at] && forth[at] + back[at] > least {
                let (block, y) = (at / height, at % height);
                for x in columns(block) {
                    for y in y.saturating_sub(1)..(y + 2).min(height) {
                        if let Some(at) = place(x, y).filter(|&at| mask[at]) {
                            found[at] = true;
                        }
                    }
                }
            }
        }
    }
    found
}

/// Those of the line's pixels where the ink is no thicker than the line, measured down the column.
fn thin(mask: &[bool], line: &[bool], width: usize, height: usize) -> Vec<bool> {
    let mut runs: Vec<(usize, usize, usize)> = Vec::new();
    for x in 0..width {
        let mut y = 0;
        while y < height {
            if !mask[y * width + x] {
                y += 1;
                continue;
            }
            let from = y;
            let mut is_line = false;
            while y < height && mask[y * width + x] {
                is_line |= line[y * width + x];
                y += 1;
            }
            if is_line {
                runs.push((x, from, y));
            }
        }
    }
    let mut lengths: Vec<usize> = runs.iter().map(|&(_, from, to)| to - from).collect();
    let mut found = vec![false; mask.len()];
    if lengths.is_empty() {
        return found;
    }
    let middle = lengths.len() / 2;
    let usual = *lengths.select_nth_unstable(middle).1;
    for (x, from, to) in runs {
        if to - from <= usual + usual.div_ceil(2) {
            for y in from..to {
                found[y * width + x] = true;
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A sheet of 400 x 300 with a line of this depth every 40 pixels, and an upright and a level stroke.
    fn sheet(line: u8, stroke: u8) -> Ink {
        let (width, height) = (400, 300);
        let depth: Vec<u8> = (0..width * height)
            .map(|at| {
                let (x, y) = (at % width, at / width);
                let is_upright = (100..106).contains(&x) && (60..140).contains(&y);
                let is_level = (200..300).contains(&x) && (120..126).contains(&y);
                match (is_upright || is_level, y % 40 < 3) {
                    (true, _) => stroke,
                    (false, true) => line,
                    (false, false) => 0,
                }
            })
            .collect();
        let mask = depth.iter().map(|&depth| depth > 0).collect();
        Ink {
            width,
            height,
            depth,
            mask,
            grain: 0,
        }
    }

    #[test]
    fn strokes_stay_whole_where_they_cross_paler_lines_or_lie_on_them() {
        for (line, stroke) in [(30, 60), (60, 180), (100, 200)] {
            let mut ink = sheet(line, stroke);
            let strokes: Vec<bool> = ink.depth.iter().map(|&depth| depth == stroke).collect();
            remove(&mut ink);
            assert!(ink.mask == strokes, "{line} {stroke}");
        }
    }

    #[test]
    fn lines_that_grain_breaks_go_with_their_crumbs() {
        let mut ink = sheet(20, 45);
        let strokes: Vec<bool> = ink.depth.iter().map(|&depth| depth == 45).collect();
        // Every third pixel of the lines is below the least depth of ink.
        for (at, (depth, mask)) in ink.depth.iter_mut().zip(&mut ink.mask).enumerate() {
            if *depth == 20 && at % 3 == 0 {
                (*depth, *mask) = (16, false);
            }
        }
        remove(&mut ink);
        assert!(ink.mask == strokes);
    }

    #[test]
    fn lines_as_dark_as_strokes_go_where_none_crosses_them() {
        let mut ink = sheet(150, 150);
        remove(&mut ink);
        let at = |x: usize, y: usize| ink.mask[y * ink.width + x];
        assert!(!at(350, 41) && !at(20, 161));
        assert!(at(103, 81) && at(103, 100));
    }

    /// Ink of one depth in these boxes: left, top, right, bottom.
    fn boxes(width: usize, height: usize, boxes: &[[usize; 4]]) -> Ink {
        let is_in = |x: usize, y: usize| {
            let holds = |&[left, top, right, bottom]: &[usize; 4]| {
                (left..right).contains(&x) && (top..bottom).contains(&y)
            };
            boxes.iter().any(holds)
        };
        let places = (0..width * height).map(|at| (at % width, at / width));
        let mask: Vec<bool> = places.map(|(x, y)| is_in(x, y)).collect();
        Ink {
            width,
            height,
            depth: mask.iter().map(|&inked| u8::from(inked) * 150).collect(),
            mask,
            grain: 0,
        }
    }

    #[test]
    fn straight_strokes_of_large_characters_are_no_lines() {
        let plus = [[340, 186, 520, 195], [426, 80, 435, 300]];
        let corner = [[646, 80, 655, 305], [646, 296, 815, 305]];
        let mut ink = boxes(900, 400, &[plus, corner].concat());
        let whole = ink.mask.clone();
        remove(&mut ink);
        assert!(ink.mask == whole);
    }

    #[test]
    fn lines_go_to_the_last_column() {
        // No whole number of steps.
        let stroke = [100, 60, 106, 100];
        let lines = [40, 140, 240].map(|top| [0, top, 405, top + 3]);
        let mut ink = boxes(405, 300, &[&lines[..], &[stroke]].concat());
        remove(&mut ink);
        assert!(ink.mask == boxes(405, 300, &[stroke]).mask);
    }

    #[test]
    fn what_lines_leave_where_they_cross_goes_and_a_dot_there_stays() {
        let (width, height) = (400, 300);
        // Crossings are nearly as deep as strokes.
        let depth: Vec<u8> = (0..width * height)
            .map(|at| {
                let (x, y) = (at % width, at / width);
                let is_stroke = (50..56).contains(&x) && (60..140).contains(&y);
                let is_dot = (199..205).contains(&x) && (199..205).contains(&y);
                match (is_stroke || is_dot, x % 40 < 3, y % 40 < 3) {
                    (true, _, _) => 42,
                    (_, true, true) => 35,
                    (_, false, false) => 0,
                    _ => 25,
                }
            })
            .collect();
        let strokes: Vec<bool> = depth.iter().map(|&depth| depth == 42).collect();
        let mut ink = Ink {
            width,
            height,
            mask: depth.iter().map(|&depth| depth > 0).collect(),
            depth,
            grain: 0,
        };
        remove(&mut ink);
        assert!(ink.mask == strokes);
    }
}
