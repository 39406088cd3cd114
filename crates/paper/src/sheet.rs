//! The sheet of paper on a table, cut out and straightened by a homography.

use crate::picture::{Gray, Picture};

/// Longer side of the small picture the sheet is looked for on, pixels.
const SMALL: usize = 240;

type Point = (f32, f32);

/// The sheet, straightened; the whole picture where none is found.
pub(crate) fn straightened(picture: &Picture, seen: Gray) -> Gray {
    if seen.width.min(seen.height) < SMALL {
        return seen;
    }
    let (small, side) = small(&seen);
    let threshold = otsu(&small.pixels);
    let dark: Vec<u8> = small
        .pixels
        .iter()
        .copied()
        .filter(|&p| p < threshold)
        .collect();
    // Where a shadow lies on the sheet, the table is the darkest of three.
    let tried = [otsu(&dark), threshold];
    let mut found = tried
        .iter()
        .filter_map(|&least| corners(picture, &small, side, least));
    match found.next() {
        Some(corners) => warped(&seen, corners).unwrap_or(seen),
        None => seen,
    }
}

/// A small picture: mean brightness of each block, and its side.
fn small(seen: &Gray) -> (Gray, usize) {
    let side = seen.width.max(seen.height).div_ceil(SMALL).max(1);
    let (width, height) = (seen.width / side, seen.height / side);
    let mean = |at: usize| {
        let (x, y) = (at % width * side, at / width * side);
        let rows = (y..y + side).flat_map(|y| &seen.pixels[y * seen.width + x..][..side]);
        // The lighter half of a block is its paper.
        let (sum, high) = rows.fold((0u32, 0u32), |(sum, high), &p| {
            (sum + u32::from(p), high.max(p.into()))
        });
        u32::midpoint(sum / (side * side) as u32, high) as u8
    };
    let pixels = (0..width * height).map(mean).collect();
    let small = Gray {
        width,
        height,
        pixels,
    };
    (small, side)
}

/// Corners of the sheet from the upper left clockwise, in pixels of the picture.
fn corners(picture: &Picture, small: &Gray, side: usize, least: u8) -> Option<[Point; 4]> {
    let (width, height) = (small.width, small.height);
    let mask = largest_bright(small, least)?;
    let inside = |x: usize, y: usize| mask[y * width + x];
    let column = |x: usize| (0..height).filter(move |&y| inside(x, y));
    let row = |y: usize| (0..width).filter(move |&x| inside(x, y));
    let pair = |at: usize, end: Option<usize>| end.map(|end| (at as f32, end as f32));
    let top = edge((0..width).filter_map(|x| pair(x, column(x).next())))?;
    let bottom = edge((0..width).filter_map(|x| pair(x, column(x).next_back())))?;
    let left = edge((0..height).filter_map(|y| pair(y, row(y).next())))?;
    let right = edge((0..height).filter_map(|y| pair(y, row(y).next_back())))?;
    // y = a + b x of a level edge, x = c + d y of an upright one.
    let cross = |level: Point, upright: Point| {
        let y = (level.0 + level.1 * upright.0) / (1.0 - level.1 * upright.1);
        (upright.0 + upright.1 * y, y)
    };
    let found = [
        cross(top, left),
        cross(top, right),
        cross(bottom, right),
        cross(bottom, left),
    ];
    let area = area(&found);
    let all = (width * height) as f32;
    let covered = mask.iter().filter(|&&inside| inside).count() as f32;
    let slack = 0.1 * width.max(height) as f32;
    let near = |&(x, y): &Point| {
        x > -slack && y > -slack && x < width as f32 + slack && y < height as f32 + slack
    };
    let is_sheet = area > 0.15 * all && area < 0.97 * all && found.iter().all(near);
    if !is_sheet
        || !(0.85..1.15).contains(&(covered / area))
        || !differs(picture, &mask, width, side)
    {
        return None;
    }
    // A little within the edge, which is no ink.
    let middle = found.iter().fold((0.0, 0.0), |sum, at| {
        (sum.0 + at.0 / 4.0, sum.1 + at.1 / 4.0)
    });
    Some(found.map(|(x, y)| {
        let inner = |at: f32, middle: f32| {
            let within = at + (middle - at).signum() * 1.0_f32.min((middle - at).abs());
            (within + 0.5) * side as f32
        };
        (inner(x, middle.0), inner(y, middle.1))
    }))
}

fn area(corners: &[Point; 4]) -> f32 {
    let twice = |at: usize| {
        let (one, other) = (corners[at], corners[(at + 1) % 4]);
        one.0 * other.1 - other.0 * one.1
    };
    (0..4).map(twice).sum::<f32>().abs() / 2.0
}

/// Is what lies around of another colour, or much darker than a shadow?
fn differs(picture: &Picture, mask: &[bool], width: usize, side: usize) -> bool {
    let mut sums = [[0.0f64; 4]; 2];
    for (at, pixel) in picture.pixels().enumerate() {
        let (x, y) = (at % picture.width() / side, at / picture.width() / side);
        let Some(&inside) = mask.get(y * width + x).filter(|_| x < width) else {
            continue;
        };
        let sum = &mut sums[usize::from(inside)];
        for (sum, value) in sum.iter_mut().zip(pixel) {
            *sum += f64::from(value);
        }
        sum[3] += 1.0 - f64::from(pixel[3]);
    }
    let [outer, inner] = sums.map(|[r, g, b, count]| ([r, g, b], r + g + b, count.max(1.0)));
    let hue = |of: &([f64; 3], f64, f64)| of.0.map(|part| part / of.1.max(1.0));
    let apart: f64 = hue(&outer)
        .iter()
        .zip(hue(&inner))
        .map(|(a, b)| (a - b).abs())
        .sum();
    let ratio = (outer.1 / outer.2) / (inner.1 / inner.2).max(1.0);
    ratio < 0.5 || (ratio < 0.9 && apart > 0.06)
}

/// The largest connected part that is as light as the threshold.
fn largest_bright(small: &Gray, threshold: u8) -> Option<Vec<bool>> {
    let mut labels = vec![0u32; small.pixels.len()];
    let (mut best, mut label) = ((0, 0), 0);
    let mut stack = Vec::new();
    for start in 0..labels.len() {
        if labels[start] > 0 || small.pixels[start] < threshold {
            continue;
        }
        label += 1;
        labels[start] = label;
        stack.push(start);
        let mut count = 0;
        while let Some(at) = stack.pop() {
            count += 1;
            let x = at % small.width;
            let sides = [
                (x > 0).then(|| at - 1),
                (x + 1 < small.width).then_some(at + 1),
                at.checked_sub(small.width),
                Some(at + small.width).filter(|&at| at < labels.len()),
            ];
            for next in sides.into_iter().flatten() {
                if labels[next] == 0 && small.pixels[next] >= threshold {
                    labels[next] = label;
                    stack.push(next);
                }
            }
        }
        best = best.max((count, label));
    }
    (best.0 > 0).then(|| labels.iter().map(|&label| label == best.1).collect())
}

/// Otsu's threshold (1979).
fn otsu(values: &[u8]) -> u8 {
    let mut counts = [0f64; 256];
    for &value in values {
        counts[usize::from(value)] += 1.0;
    }
    let total: f64 = counts.iter().sum();
    let weighted = |(at, count): (usize, &f64)| at as f64 * count;
    let sum: f64 = counts.iter().enumerate().map(weighted).sum();
    let (mut below, mut sum_below, mut best) = (0.0, 0.0, (-1.0, 0));
    for (at, count) in counts.iter().enumerate().take(255) {
        below += count;
        sum_below += at as f64 * count;
        let above = total - below;
        if below > 0.0 && above > 0.0 {
            let apart = (sum - sum_below) / above - sum_below / below;
            let between = below * above * apart * apart;
            if between > best.0 {
                best = (between, at as u8 + 1);
            }
        }
    }
    best.1
}

/// The line that most points lie on: value = first + second * place.
fn edge(points: impl Iterator<Item = Point>) -> Option<Point> {
    let points: Vec<Point> = points.collect();
    let step = points.len() / 24;
    if step == 0 {
        return None;
    }
    let tried: Vec<Point> = points.iter().step_by(step).copied().collect();
    let mut best = (0, (0.0, 0.0));
    for (at, one) in tried.iter().enumerate() {
        for other in &tried[at + 1..] {
            let slope = (other.1 - one.1) / (other.0 - one.0);
            // Turned by more than 30 degrees it is no upper or left edge.
            if slope.abs() > 0.6 {
                continue;
            }
            let start = one.1 - slope * one.0;
            let close = |at: &&Point| (start + slope * at.0 - at.1).abs() < 1.5;
            let count = points.iter().filter(close).count();
            if count > best.0 {
                best = (count, (start, slope));
            }
        }
    }
    (best.0 * 2 > points.len()).then_some(best.1)
}

/// The quadrilateral as a rectangle of about its size.
fn warped(seen: &Gray, [a, b, c, d]: [Point; 4]) -> Option<Gray> {
    let length = |p: Point, q: Point| (p.0 - q.0).hypot(p.1 - q.1);
    let width = f32::midpoint(length(a, b), length(d, c)) as usize;
    let height = f32::midpoint(length(a, d), length(b, c)) as usize;
    if width < 32 || height < 32 || width * height > crate::scan::MAX_PIXELS * 2 {
        return None;
    }
    // From the unit square (Heckbert 1989).
    let (sx, sy) = (a.0 - b.0 + c.0 - d.0, a.1 - b.1 + c.1 - d.1);
    let (dx1, dx2, dy1, dy2) = (b.0 - c.0, d.0 - c.0, b.1 - c.1, d.1 - c.1);
    let det = dx1 * dy2 - dx2 * dy1;
    if det.abs() < 1.0 {
        return None;
    }
    let g = (sx * dy2 - dx2 * sy) / det;
    let h = (dx1 * sy - sx * dy1) / det;
    let x = [b.0 - a.0 + g * b.0, d.0 - a.0 + h * d.0, a.0];
    let y = [b.1 - a.1 + g * b.1, d.1 - a.1 + h * d.1, a.1];
    let light = |x: usize, y: usize| {
        let at = y.min(seen.height - 1) * seen.width + x.min(seen.width - 1);
        f32::from(seen.pixels[at])
    };
    let pixel = |at: usize| {
        let u = ((at % width) as f32 + 0.5) / width as f32;
        let v = ((at / width) as f32 + 0.5) / height as f32;
        let w = g * u + h * v + 1.0;
        let px = ((x[0] * u + x[1] * v + x[2]) / w - 0.5).clamp(0.0, seen.width as f32);
        let py = ((y[0] * u + y[1] * v + y[2]) / w - 0.5).clamp(0.0, seen.height as f32);
        let (ix, iy) = (px as usize, py as usize);
        let (fx, fy) = (px - ix as f32, py - iy as f32);
        let above = light(ix, iy) * (1.0 - fx) + light(ix + 1, iy) * fx;
        let below = light(ix, iy + 1) * (1.0 - fx) + light(ix + 1, iy + 1) * fx;
        (above * (1.0 - fy) + below * fy) as u8
    };
    Some(Gray {
        width,
        height,
        pixels: (0..width * height).map(pixel).collect(),
    })
}
