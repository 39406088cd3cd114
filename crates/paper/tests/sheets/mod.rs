//! Printed pages, filled in by hand, as a flat picture of paper; and photos of them.

mod camera;

pub(crate) use camera::Shot;

use twinglyph_core::Bitmap;
use twinglyph_core::bitmap::SIDE;
use twinglyph_core::rng::Rng;
use twinglyph_paper::form::{Area, Page};

/// Pixels of the flat picture a millimetre.
pub(crate) const DENSITY: f64 = 6.0;

/// How something is written into the cells.
#[derive(Clone, Copy)]
pub(crate) struct Pen {
    /// How much of the paper's light ink takes, from 0 to 1.
    pub(crate) dark: f32,
    /// Size of a character as a part of its cell.
    pub(crate) size: f64,
}

/// A flat picture: sums of light (0 to 1) above and to the left of each pixel.
pub(crate) struct Flat {
    pub(crate) width: usize,
    pub(crate) height: usize,
    sums: Vec<f64>,
}

impl Flat {
    fn new(width: usize, height: usize, light: &[f32]) -> Self {
        let mut sums = vec![0.0; (width + 1) * (height + 1)];
        for y in 0..height {
            let mut row = 0.0;
            for x in 0..width {
                row += f64::from(light[y * width + x]);
                sums[(y + 1) * (width + 1) + x + 1] = sums[y * (width + 1) + x + 1] + row;
            }
        }
        Self {
            width,
            height,
            sums,
        }
    }

    /// The mean light up to `reach` pixels around a point.
    fn mean(&self, [x, y]: [f64; 2], reach: f64) -> f32 {
        let side = |at: f64, size: usize| {
            let first = ((at - reach).round().max(0.0) as usize).min(size - 1);
            (
                first,
                ((at + reach).round() as usize).clamp(first + 1, size),
            )
        };
        let ((left, right), (top, bottom)) = (side(x, self.width), side(y, self.height));
        let at = |x: usize, y: usize| self.sums[y * (self.width + 1) + x];
        let sum = at(right, bottom) + at(left, top) - at(left, bottom) - at(right, top);
        (sum / ((right - left) * (bottom - top)) as f64) as f32
    }
}

/// The page with a drawing in each cell that has one.
pub(crate) fn flat(page: &Page, written: &[Option<Bitmap>], pen: Pen, rng: &mut Rng) -> Flat {
    let [width, height] = page
        .layout()
        .paper()
        .size()
        .map(|side| (side * DENSITY) as usize);
    let mut light = vec![1.0f32; width * height];
    let mut fill = |area: Area, tone: f32| {
        let [x0, x1] = [area.x, area.x + area.width].map(|at| (at * DENSITY).round() as usize);
        let [y0, y1] = [area.y, area.y + area.height].map(|at| (at * DENSITY).round() as usize);
        for y in y0..y1.min(height) {
            light[y * width + x0.min(width)..y * width + x1.min(width)].fill(tone);
        }
    };
    for area in page.black() {
        fill(area, 0.08);
    }
    let layout = page.layout();
    for at in 0..page.names().len() {
        let Area {
            x,
            y,
            width,
            height,
        } = layout.cell(at);
        let line = 0.4;
        let bars = [
            [x, y, width, line],
            [x, y + height - line, width, line],
            [x, y, line, height],
            [x + width - line, y, line, height],
        ];
        for [x, y, width, height] in bars {
            fill(
                Area {
                    x,
                    y,
                    width,
                    height,
                },
                0.55,
            );
        }
        // A name's letters.
        let head = layout.head(at);
        for letter in 0..rng.below(6) {
            let x = head.x + 0.3 + 1.9 * letter as f64;
            fill(
                Area {
                    x,
                    y: head.y + 2.2,
                    width: 0.4,
                    height: 2.2,
                },
                0.47,
            );
            fill(
                Area {
                    x: x + 0.4,
                    y: head.y + 3.0,
                    width: 0.9,
                    height: 0.4,
                },
                0.47,
            );
        }
    }
    // The writer's name.
    let heading = layout.heading();
    for letter in 0..9 {
        let x = heading.x + 15.0 + 5.0 * f64::from(letter);
        fill(
            Area {
                x,
                y: heading.y,
                width: 0.6,
                height: 4.5,
            },
            0.2,
        );
        fill(
            Area {
                x,
                y: heading.y + 2.0,
                width: 4.0,
                height: 0.6,
            },
            0.2,
        );
    }
    for (at, drawing) in written.iter().enumerate() {
        let Some(drawing) = drawing else { continue };
        let cell = layout.cell(at);
        let rows = || drawing.ink().map(|at| at.0);
        let columns = || drawing.ink().map(|at| at.1);
        let (top, bottom) = (rows().min().unwrap(), rows().max().unwrap() + 1);
        let (left, right) = (columns().min().unwrap(), columns().max().unwrap() + 1);
        let longer = (bottom - top).max(right - left) as f64;
        let side = cell.width * pen.size;
        let scale = side / longer;
        // Anywhere in the cell.
        let room = (cell.width - 4.0 - side).max(0.0);
        let [dx, dy] = [0, 1].map(|_| f64::from(rng.uniform(-0.5, 0.5)) * room);
        let [middle_x, middle_y] = cell.middle();
        let corner = [
            middle_x + dx - (left + right) as f64 / 2.0 * scale,
            middle_y + dy - (top + bottom) as f64 / 2.0 * scale,
        ];
        let [x0, y0] = [
            corner[0] + left as f64 * scale,
            corner[1] + top as f64 * scale,
        ];
        for y in (y0 * DENSITY) as usize..=((y0 + side) * DENSITY) as usize {
            for x in (x0 * DENSITY) as usize..=((x0 + side) * DENSITY) as usize {
                let row = ((y as f64 + 0.5) / DENSITY - corner[1]) / scale;
                let column = ((x as f64 + 0.5) / DENSITY - corner[0]) / scale;
                let inside =
                    row >= 0.0 && column >= 0.0 && row < SIDE as f64 && column < SIDE as f64;
                if inside && drawing.get(row as usize, column as usize) {
                    light[y * width + x] *= 1.0 - pen.dark;
                }
            }
        }
    }
    Flat::new(width, height, &light)
}
