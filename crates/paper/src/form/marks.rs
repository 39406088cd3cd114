//! Corner marks on a photo: a dark square in a dark ring. Refuses to know where on a page they belong.

use super::projection::Point;
use crate::picture::Gray;

/// Longer side, in pixels, of the picture that marks are looked for on.
const SIDE: usize = 1_700;
/// Rays from the middle of a mark.
const RAYS: usize = 16;
/// Most marks that are worth trying; the likelier first.
const MOST: usize = 14;

/// A mark.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mark {
    /// Its middle.
    pub(super) at: Point,
    /// Its side, pixels.
    pub(super) side: f64,
    /// Part of the rays that cross square, gap and ring as they should.
    pub(super) likely: f64,
}

/// How dark ink is told from paper: against the mean of a window.
#[derive(Clone, Copy, Debug)]
pub(super) struct Darkness {
    /// Half of the window's side, as a part of the picture's longer side.
    pub(super) window: f64,
    /// Ink is darker than this part of the mean.
    pub(super) below: f32,
}

/// The picture that marks are looked for on: smaller and smoother than the photo.
pub(super) struct Search {
    gray: Gray,
    factor: usize,
    /// Sums of all pixels above and to the left.
    sums: Vec<u32>,
}

impl Search {
    pub(super) fn new(photo: &Gray) -> Self {
        let factor = photo.width.max(photo.height).div_ceil(SIDE).max(1);
        let (width, height) = (
            (photo.width / factor).max(1),
            (photo.height / factor).max(1),
        );
        let reduced = |x: usize, y: usize| {
            let (mut sum, mut count) = (0, 0);
            for y in y * factor..((y + 1) * factor).min(photo.height) {
                for x in x * factor..((x + 1) * factor).min(photo.width) {
                    sum += u32::from(
                        photo
                            .pixels
                            .get(y * photo.width + x)
                            .copied()
                            .unwrap_or(255),
                    );
                    count += 1;
                }
            }
            (sum / count.max(1)) as u8
        };
        let small: Vec<u8> = (0..width * height)
            .map(|at| reduced(at % width, at / width))
            .collect();
        // Binomial weights 1, 2, 1 in both directions: grain is no ink.
        let row = |values: &[u8], at: usize, before: usize, behind: usize| {
            let sum =
                u32::from(values[before]) + 2 * u32::from(values[at]) + u32::from(values[behind]);
            (sum / 4) as u8
        };
        let across: Vec<u8> = (0..width * height)
            .map(|at| {
                let x = at % width;
                row(
                    &small,
                    at,
                    at - usize::from(x > 0),
                    at + usize::from(x + 1 < width),
                )
            })
            .collect();
        let pixels: Vec<u8> = (0..width * height)
            .map(|at| {
                let y = at / width;
                let (above, below) = (usize::from(y > 0), usize::from(y + 1 < height));
                row(&across, at, at - above * width, at + below * width)
            })
            .collect();
        let mut sums = vec![0u32; (width + 1) * (height + 1)];
        for y in 0..height {
            let mut row = 0;
            for x in 0..width {
                row += u32::from(pixels[y * width + x]);
                sums[(y + 1) * (width + 1) + x + 1] = sums[y * (width + 1) + x + 1] + row;
            }
        }
        Self {
            gray: Gray {
                width,
                height,
                pixels,
            },
            factor,
            sums,
        }
    }

    fn ink(&self, darkness: Darkness) -> Vec<bool> {
        let (width, height) = (self.gray.width, self.gray.height);
        let around = ((width.max(height) as f64 * darkness.window) as usize).max(3);
        let at = |x: usize, y: usize| self.sums[y * (width + 1) + x];
        let mut ink = Vec::with_capacity(width * height);
        for y in 0..height {
            let (top, bottom) = (y.saturating_sub(around), (y + around + 1).min(height));
            for x in 0..width {
                let (left, right) = (x.saturating_sub(around), (x + around + 1).min(width));
                let sum = at(right, bottom) + at(left, top) - at(left, bottom) - at(right, top);
                let mean = sum as f32 / ((right - left) * (bottom - top)) as f32;
                ink.push(f32::from(self.gray.pixels[y * width + x]) < mean * darkness.below - 2.0);
            }
        }
        ink
    }

    /// The marks, the likeliest first.
    pub(super) fn marks(&self, darkness: Darkness) -> Vec<Mark> {
        let ink = self.ink(darkness);
        let (width, height) = (self.gray.width, self.gray.height);
        let most = width.max(height) / 10;
        let mut seen = vec![false; ink.len()];
        let mut stack = Vec::new();
        let mut marks: Vec<Mark> = Vec::new();
        for start in 0..ink.len() {
            if !ink[start] || seen[start] {
                continue;
            }
            seen[start] = true;
            stack.push(start);
            let (mut count, mut weight, mut sum) = (0usize, 0.0, [0.0; 2]);
            let (mut left, mut right, mut top, mut bottom) = (width, 0, height, 0);
            while let Some(at) = stack.pop() {
                let (x, y) = (at % width, at / width);
                count += 1;
                let dark = 256.0 - f64::from(self.gray.pixels[at]);
                weight += dark;
                sum = [
                    sum[0] + dark * (x as f64 + 0.5),
                    sum[1] + dark * (y as f64 + 0.5),
                ];
                (left, right) = (left.min(x), right.max(x));
                (top, bottom) = (top.min(y), bottom.max(y));
                let sides = [
                    (x > 0).then(|| at - 1),
                    (x + 1 < width).then(|| at + 1),
                    (y > 0).then(|| at - width),
                    (y + 1 < height).then(|| at + width),
                ];
                for next in sides.into_iter().flatten() {
                    if ink[next] && !seen[next] {
                        seen[next] = true;
                        stack.push(next);
                    }
                }
            }
            let (wide, high) = (right - left + 1, bottom - top + 1);
            // A square from any side is not thin, and fills half of its box.
            let square = wide.max(high) <= 3 * wide.min(high) && count * 5 >= wide * high * 2;
            if count < 6 || wide.max(high) > most || !square {
                continue;
            }
            let middle = [sum[0] / weight, sum[1] / weight];
            let Some((side, likely)) = self.ring(&ink, middle, (count as f64).sqrt()) else {
                continue;
            };
            let factor = self.factor as f64;
            marks.push(Mark {
                at: middle.map(|at| at * factor),
                side: side * factor,
                likely,
            });
        }
        marks.sort_by(|one, other| {
            other
                .likely
                .total_cmp(&one.likely)
                .then(other.side.total_cmp(&one.side))
        });
        marks.truncate(MOST);
        marks
    }

    /// Side of the mark around a square, and the part of rays that cross a gap and a ring; `None` where
    /// they are few.
    fn ring(&self, ink: &[bool], middle: Point, square: f64) -> Option<(f64, f64)> {
        let reach = square * 4.0;
        let inked = |[x, y]: Point| {
            let inside =
                x >= 0.0 && y >= 0.0 && x < self.gray.width as f64 && y < self.gray.height as f64;
            inside.then(|| ink[y as usize * self.gray.width + x as usize])
        };
        let (mut good, mut ratios) = (0, Vec::with_capacity(RAYS));
        for ray in 0..RAYS {
            let (sin, cos) = (ray as f64 * std::f64::consts::TAU / RAYS as f64).sin_cos();
            // Ends of square, gap and ring.
            let mut ends = [0.0; 3];
            let mut at = 0;
            let mut distance = 0.0;
            while at < 3 && distance < reach {
                distance += 0.25;
                match inked([middle[0] + cos * distance, middle[1] + sin * distance]) {
                    None => break,
                    Some(dark) if dark != (at % 2 == 0) => {
                        ends[at] = distance;
                        at += 1;
                    }
                    Some(_) => {}
                }
            }
            let [inner, gap, outer] = ends;
            if at < 3 {
                continue;
            }
            // 3, 5 and 7 modules; blur and the threshold move edges by half a module.
            let fits =
                (1.15..2.6).contains(&(gap / inner)) && (1.55..3.6).contains(&(outer / inner));
            if fits {
                good += 1;
                ratios.push(outer / inner);
            }
        }
        if good * 10 < RAYS * 7 {
            return None;
        }
        ratios.sort_by(f64::total_cmp);
        let ratio = ratios.get(ratios.len() / 2)?;
        Some((square * ratio, good as f64 / RAYS as f64))
    }
}
