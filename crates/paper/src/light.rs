//! Ink told from paper: light is taken out, and what stays dark is ink.
//!
//! The paper around a stroke is the morphological closing of the brightness: it fills what is thinner
//! than its window and keeps the edges of shadows.

use crate::picture::{Gray, Picture};
use crate::scan::ScanError;

/// Side of the closing's window as a part of the longer side; strokes are thinner.
const WINDOW: f32 = 0.1;

/// Bright rims that a phone's sharpening leaves around strokes are thinner, pixels.
const RIM: usize = 9;

/// Smaller pictures are taken as they are: longer side, pixels.
const LEAST_SMOOTHED: usize = 400;

/// Beyond the border paper is darker than at it by at most one part in so many.
const STEEPEST: u8 = 8;

/// Least depth of ink, as a part of the paper's brightness. Pencil has 0.25.
const LEAST_DEPTH: f32 = 0.07;

/// What is wider than this part of the longer side is no stroke: cloth beyond the sheet, a finger.
const THICK: f32 = 0.03;

/// Distance (pixels) from which the grain of two pixels is independent, however it was smoothed.
const APART: usize = 6;

/// The grain is measured on one row in so many.
const GRAIN_ROWS: usize = 4;

/// Least depth of ink, and the depth that no pixel's grain reaches, above the grain's median: in deviations.
const CLEAR: f32 = 4.0;
const HIGHEST: f32 = 7.0;

/// Part of the differences of pixels that grain alone makes, the least ones. Others may be edges of strokes.
const GRAIN_PART: f32 = 0.5;

/// Mean of this part of the differences of grain that has a normal distribution, in its deviations.
const GRAIN_MEAN: f32 = 0.46;

/// Blocks along the longer side of the grid that thick areas are looked for on.
const BLOCKS: usize = 400;

/// Thick areas are ink of their own where strokes are less than one part in so many of all ink.
const FEW: usize = 10;

/// Ink of a page: which pixels, and how deep each is (0 paper, 255 black).
#[derive(Clone, Debug)]
pub(crate) struct Ink {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) depth: Vec<u8>,
    pub(crate) mask: Vec<bool>,
    /// Depth that no grain of the paper reaches, if that can be told from ink.
    pub(crate) grain: u8,
}

/// Brightness of a picture. Where most of it is transparent, its opacity is its ink.
pub(crate) fn brightness(picture: &Picture) -> Gray {
    let count = picture.pixels().len();
    let clear = picture.pixels().filter(|pixel| pixel[3] < 128).count();
    if clear * 2 <= count {
        return picture.brightness();
    }
    Gray {
        width: picture.width(),
        height: picture.height(),
        pixels: picture.pixels().map(|pixel| 255 - pixel[3]).collect(),
    }
}

/// What is dark (or, on dark paper, light) against the paper around it.
///
/// # Errors
/// [`ScanError::Blank`] when nothing is.
pub(crate) fn ink(page: &Gray) -> Result<Ink, ScanError> {
    let (width, height) = (page.width, page.height);
    let window = ((width.max(height) as f32 * WINDOW) as usize).max(9);
    let smooth = smoothed(page);
    let inverse = smooth.iter().map(|&light| 255 - light).collect();
    let light = if is_dark(&smooth, width, height, window) {
        inverse
    } else {
        smooth
    };
    let depth = depths(&light, &paper(&light, width, height, window));
    let (threshold, grain) = threshold(&depth, width, height).ok_or(ScanError::Blank)?;
    let mask = depth.iter().map(|&d| d >= threshold).collect();
    Ok(Ink {
        width,
        height,
        depth,
        mask,
        grain,
    })
}

/// Is most of what lies around strokes dark? It is nearer to the darkest than to the lightest there.
fn is_dark(light: &[u8], width: usize, height: usize, window: usize) -> bool {
    let most = extreme(light, width, height, window, true);
    let least = extreme(light, width, height, window, false);
    let ranges = || most.iter().zip(&least).map(|(most, least)| most - least);
    let enough = ranges().max().unwrap_or(0) / 2;
    let (mut below, mut above) = (0, 0);
    for ((range, least), light) in ranges().zip(&least).zip(light) {
        if range > enough && light - least < range / 2 {
            below += 1;
        } else if range > enough {
            above += 1;
        }
    }
    below > above
}

fn depths(light: &[u8], paper: &[u8]) -> Vec<u8> {
    let depth = |(&light, &paper): (&u8, &u8)| {
        let paper = u32::from(paper.max(1));
        (paper.saturating_sub(u32::from(light)) * 255 / paper) as u8
    };
    light.iter().zip(paper).map(depth).collect()
}

/// Half of the depth of strokes' middles, well above the grain of the paper, and what no grain reaches.
fn threshold(depth: &[u8], width: usize, height: usize) -> Option<(u8, u8)> {
    let counts = counted(depth.iter().copied());
    let quantile_of = |part: f32| quantile(&counts, 0, part);
    // The closing lies on the grain's peaks: the median depth is about two deviations of the grain.
    let grain = quantile_of(0.5);
    // Nothing is above the peaks, and dim light has few levels: the grain may be wider than below the median.
    let below = grain.saturating_sub(quantile_of(0.16)) as f32;
    let spread = below.max(deviation(depth, width)).max(1.0);
    let least = ((LEAST_DEPTH * 255.0) as usize)
        .max(grain + (CLEAR * spread) as usize)
        .min(255);
    let above = |counts: &[usize; 256]| counts.iter().skip(least).sum::<usize>();
    let all = above(&counts);
    if all < 4 {
        return None;
    }
    let thin = without_thick(depth, width, height, least as u8);
    let strokes = if above(&thin) * FEW < all {
        counts
    } else {
        thin
    };
    let middle = quantile(&strokes, least, 0.8) as u8;
    let highest = (grain as f32 + HIGHEST * spread) as u8;
    Some((threshold_of(middle).max(least as u8), highest))
}

/// Standard deviation of the grain, from the mean of the least differences of pixels that are [`APART`].
/// Unlike a quantile, a mean tells what is between the few levels of dim light.
fn deviation(depth: &[u8], width: usize) -> f32 {
    let rows = depth.chunks(width).step_by(GRAIN_ROWS);
    let differences = rows.flat_map(|row| {
        let pairs = row.iter().zip(row.iter().skip(APART));
        pairs.map(|(one, other)| one.abs_diff(*other))
    });
    let counts = counted(differences);
    let total = counts.iter().sum::<usize>() as f32 * GRAIN_PART;
    let (mut left, mut sum) = (total, 0.0);
    for (difference, &count) in counts.iter().enumerate() {
        let taken = left.min(count as f32);
        sum += taken * difference as f32;
        left -= taken;
    }
    sum / total.max(1.0) / GRAIN_MEAN
}

fn counted(depths: impl Iterator<Item = u8>) -> [usize; 256] {
    let mut counts = [0usize; 256];
    for depth in depths {
        counts[usize::from(depth)] += 1;
    }
    counts
}

/// How many pixels have each depth outside of areas that are as deep as `least` and wider than strokes.
fn without_thick(depth: &[u8], width: usize, height: usize, least: u8) -> [usize; 256] {
    let side = width.max(height).div_ceil(BLOCKS);
    let (across, down) = (width.div_ceil(side), height.div_ceil(side));
    let mut deep = vec![255u8; across * down];
    for (row, depths) in depth.chunks(width).enumerate() {
        let blocks = deep.iter_mut().skip(row / side * across);
        for (block, depths) in blocks.zip(depths.chunks(side)) {
            if depths.iter().any(|&depth| depth < least) {
                *block = 0;
            }
        }
    }
    let window = (THICK * across.max(down) as f32) as usize;
    let inner = extreme(&deep, across, down, window, false);
    // With the soft edges around.
    let thick = extreme(&inner, across, down, window + 4, true);
    let rows = depth.chunks(width).enumerate();
    counted(rows.flat_map(|(row, depths)| {
        let blocks = thick.iter().skip(row / side * across);
        let thin = depths
            .chunks(side)
            .zip(blocks)
            .filter(|block| *block.1 == 0);
        thin.flat_map(|block| block.0.iter().copied())
    }))
}

/// The value that this part of those from `from` on lies below; 255 of none.
pub(crate) fn quantile(counts: &[usize; 256], from: usize, part: f32) -> usize {
    let total: usize = counts.iter().skip(from).sum();
    let mut left = (total as f32 * part) as usize;
    for (at, &count) in counts.iter().enumerate().skip(from) {
        if left < count {
            return at;
        }
        left -= count;
    }
    255
}

/// Least depth of strokes' edges, from that of their middles.
pub(crate) fn threshold_of(middle: u8) -> u8 {
    (usize::from(middle) * 45 / 100) as u8
}

/// A mean over 3 x 3 pixels, where the picture is large enough to bear it.
fn smoothed(page: &Gray) -> Vec<u8> {
    let (width, height) = (page.width, page.height);
    if width.max(height) < LEAST_SMOOTHED {
        return page.pixels.clone();
    }
    let mut rows = vec![0u16; width * height];
    for (from, to) in page.pixels.chunks(width).zip(rows.chunks_mut(width)) {
        for (x, to) in to.iter_mut().enumerate() {
            let at = |x: usize| u16::from(from[x.min(width - 1)]);
            *to = at(x.saturating_sub(1)) + at(x) + at(x + 1);
        }
    }
    let at = |y: usize, x: usize| rows[y.min(height - 1) * width + x];
    let mut result = Vec::with_capacity(rows.len());
    for y in 0..height {
        let sum = |x| (at(y.saturating_sub(1), x) + at(y, x) + at(y + 1, x)) / 9;
        result.extend((0..width).map(|x| sum(x) as u8));
    }
    result
}

/// The paper's brightness: the closing of what is no rim.
fn paper(light: &[u8], width: usize, height: usize, window: usize) -> Vec<u8> {
    if width.max(height) < LEAST_SMOOTHED {
        return closed(light, width, height, window);
    }
    let least = extreme(light, width, height, RIM, false);
    let opened = extreme(&least, width, height, RIM, true);
    let without = light.iter().zip(&opened).map(|(&light, &opened)| {
        // Grain stays: the threshold is told from it.
        light.min(opened.saturating_add(opened / 16))
    });
    closed(&without.collect::<Vec<_>>(), width, height, window)
}

/// The closing by a square window. Beyond the border it goes on as it falls towards it: light that fades to the
/// border would be filled else.
fn closed(light: &[u8], width: usize, height: usize, window: usize) -> Vec<u8> {
    let wide = extreme(light, width, height, window, true);
    filtered(&wide, width, height, |from, to| {
        slide(from, window / 2, false, to);
        fade(from, window / 2, to);
    })
}

/// Lowers the least values of the windows that reach beyond the ends of a row.
fn fade(row: &[u8], half: usize, least: &mut [u8]) {
    let (Some(&first), Some(&last)) = (row.first(), row.last()) else {
        return;
    };
    // What the row beyond its end falls by, so many pixels from it.
    let beyond = |end: u8, inner: u8| end - inner.saturating_sub(end).min(end / STEEPEST);
    let mut most = 0;
    for (least, &inner) in least.iter_mut().take(half + 1).rev().zip(row) {
        most = inner.max(most);
        *least = beyond(first, most).min(*least);
    }
    let mut most = 0;
    for (least, &inner) in least
        .iter_mut()
        .rev()
        .take(half + 1)
        .rev()
        .zip(row.iter().rev())
    {
        most = inner.max(most);
        *least = beyond(last, most).min(*least);
    }
}

/// The largest or least value of the window around each pixel.
fn extreme(light: &[u8], width: usize, height: usize, window: usize, largest: bool) -> Vec<u8> {
    filtered(light, width, height, |from, to| {
        slide(from, window / 2, largest, to);
    })
}

/// A filter of the rows, then of the columns.
fn filtered(
    light: &[u8],
    width: usize,
    height: usize,
    filter: impl Fn(&[u8], &mut [u8]),
) -> Vec<u8> {
    let across = |from: &[u8], width: usize, height: usize| {
        let mut result = vec![0u8; from.len()];
        let mut filtered = vec![0u8; width];
        for (y, row) in from.chunks(width).enumerate() {
            filter(row, &mut filtered);
            // Transposes.
            for (x, &value) in filtered.iter().enumerate() {
                result[x * height + y] = value;
            }
        }
        result
    };
    across(&across(light, width, height), height, width)
}

/// The largest or least value up to `half` places from each place of a row.
fn slide(row: &[u8], half: usize, largest: bool, result: &mut [u8]) {
    let mut queue = std::collections::VecDeque::new();
    for x in 0..row.len() + half {
        if let Some(&value) = row.get(x) {
            let value = if largest { value } else { 255 - value };
            while queue.back().is_some_and(|&(_, last)| last <= value) {
                queue.pop_back();
            }
            queue.push_back((x, value));
        }
        if let Some(to) = x.checked_sub(half) {
            while queue.front().is_some_and(|&(at, _)| at + half < to) {
                queue.pop_front();
            }
            let value = queue.front().map_or(0, |&(_, value)| value);
            if let Some(to) = result.get_mut(to) {
                *to = if largest { value } else { 255 - value };
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn windows_beyond_the_border_are_as_dark_as_light_that_falls_towards_it() {
        // Falls by 4 from the inner end of the window to the border.
        let row = [100u8, 101, 102, 103, 104, 104, 104, 104];
        let mut least = [255u8; 8];
        fade(&row, 4, &mut least);
        // As far beyond the first pixel as within: what the row falls by.
        assert_eq!(least[0], 100 - 4);
        assert_eq!(least[4], 100);
        // Level at the last.
        assert_eq!(least[7], 104);
    }

    #[test]
    fn light_beyond_the_border_falls_by_one_part_in_some_at_most() {
        let row = [80u8, 200, 200, 200];
        let mut least = [255u8; 4];
        fade(&row, 2, &mut least);
        assert_eq!(least[0], 80 - 80 / STEEPEST);
    }

    #[test]
    fn fading_makes_no_window_lighter() {
        let mut least = [10u8; 5];
        fade(&[90, 100, 110, 120, 130], 2, &mut least);
        assert_eq!(least, [10; 5]);
        fade(&[], 2, &mut []);
    }

    #[test]
    fn ink_is_deeper_than_grain_of_few_levels() {
        // Depths in dim light are multiples of 6; the median is near their lower end.
        let mut rng = twinglyph_core::rng::Rng::new(7);
        let depth: Vec<u8> = (0..400 * 300)
            .map(|_| match rng.uniform(0.0, 1.0) {
                0.0..0.1 => 0,
                0.1..0.55 => 6,
                0.55..0.8 => 12,
                0.8..0.998 => 18,
                _ => 60,
            })
            .collect();
        assert!((4.5..6.5).contains(&deviation(&depth, 400)));
        assert!(threshold(&depth, 400, 300).is_some_and(|(least, _)| least > 24));
        assert_eq!(deviation(&[9; 12], 4), 0.0);
    }

    #[test]
    fn thick_areas_do_not_tell_how_deep_strokes_are() {
        // A stroke 4 pixels wide of depth 60, and an area of depth 200.
        let (width, height) = (400, 300);
        let depth = |at: usize| match (at % width, at / width) {
            (320..400, 0..40) => 200,
            (20..24, 50..250) => 60,
            _ => 0,
        };
        let depth: Vec<u8> = (0..width * height).map(depth).collect();
        let threshold = threshold(&depth, width, height);
        assert_eq!(threshold.map(|both| both.0), Some(threshold_of(60)));
    }

    proptest! {
        #[test]
        fn grain_is_measured_between_the_levels_of_dim_light(
            seed: u64, deviations in 1.5f32..4.0, step in 1u8..6,
        ) {
            let mut rng = twinglyph_core::rng::Rng::new(seed);
            let levels = || (8.0 + deviations * rng.normal()).round().clamp(0.0, 40.0) as u8 * step;
            let depth: Vec<u8> = std::iter::repeat_with(levels).take(200 * 200).collect();
            let measured = deviation(&depth, 200) / (deviations * f32::from(step));
            prop_assert!((0.85..1.15).contains(&measured), "{measured}");
        }
    }
}
