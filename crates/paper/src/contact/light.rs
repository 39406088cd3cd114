//! Darkness against the paper: the light on a sheet taken out.
//!
//! Knows brightness only; refuses to know lines, cells and drawings.

use crate::picture::Gray;

/// Tiles along the longer side in which the paper's brightness is measured.
const TILES: usize = 40;

/// Least side of a tile, pixels.
const LEAST_TILE: usize = 8;

/// Part of a tile's pixels that is darker than its paper.
const PAPER: f32 = 0.8;

/// Darkness of each pixel: 0 is paper, 255 is black, row by row.
#[derive(Clone, Debug)]
pub(super) struct Map {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) dark: Vec<u8>,
}

impl Map {
    /// Darkness at a column and row; 0 outside.
    pub(super) fn get(&self, x: usize, y: usize) -> u8 {
        if x >= self.width {
            return 0;
        }
        self.dark.get(y * self.width + x).copied().unwrap_or(0)
    }

    /// A row; empty outside.
    pub(super) fn row(&self, y: usize) -> &[u8] {
        let from = y.saturating_mul(self.width);
        self.dark.get(from..from + self.width).unwrap_or(&[])
    }

    /// Darkness between pixels, whose centres are whole numbers; 0 outside.
    pub(super) fn between(&self, x: f32, y: f32) -> f32 {
        if !(x > -1.0 && y > -1.0 && x < self.width as f32 && y < self.height as f32) {
            return 0.0;
        }
        let (left, top) = (x.floor(), y.floor());
        let (dx, dy) = (x - left, y - top);
        let at = |column: f32, row: f32| {
            if column < 0.0 || row < 0.0 {
                return 0.0;
            }
            f32::from(self.get(column as usize, row as usize))
        };
        let above = at(left, top) * (1.0 - dx) + at(left + 1.0, top) * dx;
        let below = at(left, top + 1.0) * (1.0 - dx) + at(left + 1.0, top + 1.0) * dx;
        above * (1.0 - dy) + below * dy
    }

    /// Made smaller by a whole factor: means of squares. What does not fill a square is left out.
    pub(super) fn smaller(&self, factor: usize) -> Self {
        if factor <= 1 {
            return self.clone();
        }
        let (width, height, dark) = means(self.width, self.height, &self.dark, factor);
        Self {
            width,
            height,
            dark,
        }
    }
}

/// Means of squares of so many pixels; the last ones of a side may be smaller.
pub(super) fn means(
    width: usize,
    height: usize,
    values: &[u8],
    factor: usize,
) -> (usize, usize, Vec<u8>) {
    let factor = factor.max(1);
    let (columns, rows) = (width.div_ceil(factor), height.div_ceil(factor));
    let mut means = Vec::with_capacity(columns * rows);
    let mut sums = vec![0u32; columns];
    for band in values.chunks(width.max(1) * factor).take(rows) {
        sums.fill(0);
        let lines = band.len() / width.max(1);
        for line in band.chunks_exact(width.max(1)) {
            for (sum, square) in sums.iter_mut().zip(line.chunks(factor)) {
                *sum += square.iter().map(|&value| u32::from(value)).sum::<u32>();
            }
        }
        for (column, &sum) in sums.iter().enumerate() {
            let across = factor.min(width - column * factor);
            let count = (across * lines).max(1) as u32;
            means.push(((sum + count / 2) / count).min(255) as u8);
        }
    }
    (columns, rows, means)
}

/// The paper's brightness everywhere on a sheet.
#[derive(Clone, Debug)]
pub(super) struct Light {
    columns: usize,
    rows: usize,
    tiles: Vec<f32>,
    /// Is ink the lighter part?
    is_dark: bool,
    /// Darkness of paper that the tiles leave, 0 to 255.
    floor: f32,
    /// Grain of the paper: standard deviation of its darkness, 0 to 255.
    pub(super) grain: f32,
}

impl Light {
    /// Measures the light on a picture.
    pub(super) fn of(gray: &Gray) -> Self {
        let mut counts = [0usize; 256];
        for &pixel in &gray.pixels {
            counts[usize::from(pixel)] += 1;
        }
        let all = gray.pixels.len().max(1);
        let sum: usize = counts
            .iter()
            .enumerate()
            .map(|(at, count)| at * count)
            .sum();
        let mean = sum as f32 / all as f32;
        let median = quantile(&counts, all, 0.5);
        // Most of a sheet is paper: where that is the darker part, ink is light.
        let is_dark = median < mean && median < 110.0;
        let longer = gray.width.max(gray.height);
        let tile = longer.div_ceil(TILES).max(LEAST_TILE);
        let (columns, rows) = (
            gray.width.div_ceil(tile).max(1),
            gray.height.div_ceil(tile).max(1),
        );
        let mut raw = Vec::with_capacity(columns * rows);
        for row in 0..rows {
            let mut counts = vec![[0usize; 256]; columns];
            for y in row * tile..((row + 1) * tile).min(gray.height) {
                let line = gray.pixels.get(y * gray.width..(y + 1) * gray.width);
                for (x, &pixel) in line.unwrap_or(&[]).iter().enumerate() {
                    let value = if is_dark { 255 - pixel } else { pixel };
                    if let Some(counts) = counts.get_mut(x / tile) {
                        counts[usize::from(value)] += 1;
                    }
                }
            }
            raw.extend(counts.iter().map(|counts| {
                let count = counts.iter().sum();
                quantile(counts, count, PAPER).max(1.0)
            }));
        }
        let mut light = Self {
            columns,
            rows,
            tiles: smooth(&raw, columns, rows),
            is_dark,
            floor: 0.0,
            grain: 0.0,
        };
        let mut counts = [0usize; 256];
        light.each(gray, |dark| counts[usize::from(dark)] += 1);
        light.floor = quantile(&counts, all, 0.5);
        // The lower half of paper: ink is only above the median.
        let quarter = quantile(&counts, all, 0.16);
        light.grain = (light.floor - quarter).max(0.5);
        light
    }

    /// Darkness of all pixels of the picture that the light was measured on, or of one that shows the
    /// same at another size.
    pub(super) fn map(&self, gray: &Gray) -> Map {
        let mut dark = Vec::with_capacity(gray.pixels.len());
        self.each(gray, |value| dark.push(value));
        Map {
            width: gray.width,
            height: gray.height,
            dark,
        }
    }

    fn each(&self, gray: &Gray, mut take: impl FnMut(u8)) {
        let place = |at: usize, side: usize, tiles: usize| {
            let at = ((at as f32 + 0.5) / side.max(1) as f32 * tiles as f32 - 0.5)
                .clamp(0.0, (tiles - 1) as f32);
            (at as usize, at.fract())
        };
        let across: Vec<_> = (0..gray.width)
            .map(|x| place(x, gray.width, self.columns))
            .collect();
        let tile = |row: usize, column: usize| {
            let (row, column) = (row.min(self.rows - 1), column.min(self.columns - 1));
            self.tiles
                .get(row * self.columns + column)
                .copied()
                .unwrap_or(255.0)
        };
        for (y, line) in gray.pixels.chunks_exact(gray.width.max(1)).enumerate() {
            let (row, below) = place(y, gray.height, self.rows);
            let papers: Vec<f32> = (0..=self.columns)
                .map(|at| tile(row, at) * (1.0 - below) + tile(row + 1, at) * below)
                .collect();
            for (&pixel, &(column, right)) in line.iter().zip(&across) {
                let [here, next] =
                    [column, column + 1].map(|at| papers.get(at).copied().unwrap_or(255.0));
                let paper = here * (1.0 - right) + next * right;
                let value = f32::from(if self.is_dark { 255 - pixel } else { pixel });
                let dark = (1.0 - value / paper.max(1.0)) * 255.0 - self.floor;
                take((dark + 0.5).clamp(0.0, 255.0) as u8);
            }
        }
    }
}

/// Means over the tiles around each.
fn smooth(raw: &[f32], columns: usize, rows: usize) -> Vec<f32> {
    // What a large blot hides of its paper, the lightest tile around shows; the mean follows shadows.
    let around = |from: &[f32], row: usize, column: usize, lightest: bool| {
        let (mut sum, mut count, mut most) = (0.0, 0.0, 0.0f32);
        for y in row.saturating_sub(1)..(row + 2).min(rows) {
            for x in column.saturating_sub(1)..(column + 2).min(columns) {
                let value = from.get(y * columns + x).copied().unwrap_or(0.0);
                sum += value;
                count += 1.0;
                most = most.max(value);
            }
        }
        let own = from.get(row * columns + column).copied().unwrap_or(0.0);
        match lightest {
            true if own < 0.7 * most => most,
            true => own,
            false => sum / f32::max(count, 1.0),
        }
    };
    let each = |from: &[f32], lightest: bool| -> Vec<f32> {
        (0..rows * columns)
            .map(|at| around(from, at / columns, at % columns, lightest))
            .collect()
    };
    each(&each(raw, true), false)
}

/// The value that this part of so many values is below, from how often each occurs.
pub(super) fn quantile(counts: &[usize; 256], all: usize, part: f32) -> f32 {
    let wanted = (all as f32 * part) as usize;
    let mut below = 0;
    for (value, count) in counts.iter().enumerate() {
        below += count;
        if below > wanted {
            return value as f32;
        }
    }
    255.0
}

/// A picture at a smaller size: means over what each pixel covers.
pub(super) fn resized(gray: &Gray, width: usize, height: usize) -> Gray {
    let spans = |from: usize, to: usize| -> Vec<(usize, Vec<f32>)> {
        let scale = from as f32 / to.max(1) as f32;
        let span = |at: usize| {
            let (low, high) = (at as f32 * scale, (at + 1) as f32 * scale);
            let first = low as usize;
            let last = (high.ceil() as usize).clamp(first + 1, from.max(first + 1));
            let part = |at: usize| ((at + 1) as f32).min(high) - (at as f32).max(low);
            (
                first,
                (first..last).map(|at| part(at).max(0.0) / scale).collect(),
            )
        };
        (0..to).map(span).collect()
    };
    let across = spans(gray.width, width);
    let mut line = vec![0.0; gray.width];
    let mut pixels = Vec::with_capacity(width * height);
    for (first, weights) in spans(gray.height, height) {
        line.fill(0.0);
        for (at, weight) in weights.iter().enumerate() {
            let from = (first + at) * gray.width;
            let row = gray.pixels.get(from..from + gray.width).unwrap_or(&[]);
            for (sum, &pixel) in line.iter_mut().zip(row) {
                *sum += f32::from(pixel) * weight;
            }
        }
        for (first, weights) in &across {
            let covered = line.iter().skip(*first).zip(weights);
            let sum: f32 = covered.map(|(value, weight)| value * weight).sum();
            pixels.push((sum + 0.5).clamp(0.0, 255.0) as u8);
        }
    }
    Gray {
        width,
        height,
        pixels,
    }
}
