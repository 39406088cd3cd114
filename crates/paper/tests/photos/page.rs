//! A sheet of paper with characters on it, seen from straight above.

use twinglyph_core::Bitmap;
use twinglyph_core::bitmap::SIDE;
use twinglyph_core::rng::Rng;

use super::params::{Params, Ruling};

/// Width and height of the sheet in millimetres.
pub(crate) const SHEET: [f64; 2] = [200.0, 150.0];

/// How far the paper goes on around the sheet where it is larger than the photo.
const BLEED: f64 = 40.0;

/// Free of characters at each side of the sheet.
const MARGIN: f64 = 14.0;

/// Light that each place reflects: red, green, blue.
pub(crate) struct Page {
    density: f64,
    width: usize,
    height: usize,
    light: Vec<[f32; 3]>,
}

impl Page {
    /// A sheet of `density` pixels a millimetre with these drawings, in rows.
    pub(crate) fn new(params: &Params, drawings: &[Bitmap], density: f64, rng: &mut Rng) -> Self {
        let [width, height] = SHEET.map(|side| ((side + 2.0 * BLEED) * density) as usize);
        let mut page = Self {
            density,
            width,
            height,
            light: vec![params.paper; width * height],
        };
        page.rule(params);
        page.fold(params);
        let [room_x, room_y] = SHEET.map(|side| side - 2.0 * MARGIN);
        let columns = ((drawings.len() as f64 * room_x / room_y).sqrt().ceil() as usize).max(1);
        let rows = drawings.len().div_ceil(columns).max(1);
        let rise = params.rise.to_radians().tan();
        let drop = rise * room_x;
        let pitch = (room_x / columns as f64).min((room_y - drop) / rows as f64);
        for (at, drawing) in drawings.iter().enumerate() {
            let (row, column) = ((at / columns) as f64, (at % columns) as f64);
            let mut jitter = || f64::from(rng.uniform(-1.0, 1.0)) * params.jitter;
            let side = pitch * params.close * (1.0 + jitter());
            let x = MARGIN + (column + 0.5 + jitter()) * room_x / columns as f64;
            let y = MARGIN + drop + (row + 0.5 + jitter()) * (room_y - drop) / rows as f64
                - rise * (x - MARGIN);
            page.write(params, drawing, [x, y], side, rng);
        }
        page
    }

    fn rule(&mut self, params: &Params) {
        let line = |at: f64, pitch: f64| (at / pitch - (at / pitch).round()).abs() * pitch;
        let ruled = |near: f64| (1.0 - ((near - 0.15) * self.density).clamp(0.0, 1.0)) as f32;
        let (width, density) = (self.width, self.density);
        for (at, light) in self.light.iter_mut().enumerate() {
            let x = (at % width) as f64 / density - BLEED;
            let y = (at / width) as f64 / density - BLEED;
            let cover = match params.ruling {
                Ruling::None => break,
                Ruling::Squares => ruled(line(x, 5.0).min(line(y, 5.0))),
                Ruling::Rows | Ruling::Margin => ruled(line(y, 9.0)),
                Ruling::Dots => ruled(line(x, 5.0).hypot(line(y, 5.0)) - 0.15),
            };
            for (part, weight) in light.iter_mut().zip([1.0, 0.8, 0.6]) {
                *part *= 1.0 - params.ruled * cover * weight;
            }
            if params.ruling == Ruling::Margin {
                let cover = 0.7 * ruled((x - 11.0).abs() - 0.1);
                light[1] *= 1.0 - cover;
                light[2] *= 1.0 - cover;
            }
        }
    }

    /// Brighter at one side of each fold and darker at the other, as paper bends there.
    fn fold(&mut self, params: &Params) {
        if params.fold <= 0.0 {
            return;
        }
        let (width, density) = (self.width, self.density);
        let slope = |far: f64| (far.signum() * (-far.abs() / 6.0).exp()) as f32;
        for (at, light) in self.light.iter_mut().enumerate() {
            let x = (at % width) as f64 / density - BLEED - SHEET[0] * 0.5;
            let y = (at / width) as f64 / density - BLEED - SHEET[1] * 0.5;
            let shade = 1.0 - params.fold * (0.5 + 0.25 * slope(x) + 0.25 * slope(y));
            *light = light.map(|part| part * shade);
        }
    }

    /// Inks a drawing with its middle at a place; `side` is the longer side of its ink.
    fn write(
        &mut self,
        params: &Params,
        drawing: &Bitmap,
        middle: [f64; 2],
        side: f64,
        rng: &mut Rng,
    ) {
        let (rows, columns): (Vec<usize>, Vec<usize>) = drawing.ink().unzip();
        let ends = |of: &[usize]| {
            (
                *of.iter().min().unwrap() as f64,
                *of.iter().max().unwrap() as f64,
            )
        };
        let ((top, bottom), (left, right)) = (ends(&rows), ends(&columns));
        let scale = side / ((bottom - top).max(right - left) + 3.0);
        let center = [(left + right) / 2.0, (top + bottom) / 2.0];
        let smooth = smooth(drawing, 0.8 + 0.5 * params.width);
        // The level that gives strokes of the pen's width: a stroke of Omniglot is 3 pixels wide.
        let deviation = 0.8 + 0.5 * params.width;
        let level = {
            let half = 1.5 * params.width;
            let inside = |from: f64| 0.5 * erf(from / deviation / std::f64::consts::SQRT_2);
            (inside(half + 1.5) - inside(half - 1.5)) as f32
        };
        let phase = rng.uniform(0.0, 6.0);
        let reach = side / 2.0 + scale * (4.0 + 2.0 * params.width);
        let range = |at: f64, size: usize| {
            let place = |at: f64| ((at + BLEED) * self.density).clamp(0.0, size as f64) as usize;
            place(at - reach)..place(at + reach)
        };
        let (across, down) = (range(middle[0], self.width), range(middle[1], self.height));
        for row in down {
            for column in across.clone() {
                let x = (column as f64 / self.density - BLEED - middle[0]) / scale + center[0];
                let y = (row as f64 / self.density - BLEED - middle[1]) / scale + center[1];
                let cover = ((bilinear(&smooth, x, y) - level) * 6.0 + 0.5).clamp(0.0, 1.0);
                if cover <= 0.0 {
                    continue;
                }
                let wave = (x as f32 * 0.5 + phase).sin() * (y as f32 * 0.4 - phase).cos();
                let cover = cover * (1.0 - params.crumbly * (0.5 + 0.5 * wave));
                let light = &mut self.light[row * self.width + column];
                for (part, ink) in light.iter_mut().zip(params.ink) {
                    *part = (*part * (1.0 - cover) + ink * cover).min(part.max(ink));
                }
            }
        }
    }

    /// Light at a place, in millimetres from the sheet's upper left corner.
    pub(crate) fn at(&self, x: f64, y: f64) -> [f32; 3] {
        let place = |at: f64, size: usize| {
            let at = ((at + BLEED) * self.density).clamp(0.0, (size - 2) as f64);
            (at as usize, at.fract() as f32)
        };
        let ((column, right), (row, down)) = (place(x, self.width), place(y, self.height));
        let first = row * self.width + column;
        let (upper, lower) = (&self.light[first..], &self.light[first + self.width..]);
        [0, 1, 2].map(|part| {
            let above = upper[0][part] * (1.0 - right) + upper[1][part] * right;
            let below = lower[0][part] * (1.0 - right) + lower[1][part] * right;
            above * (1.0 - down) + below * down
        })
    }
}

/// Abramowitz and Stegun 7.1.26, to 1.5e-7.
fn erf(x: f64) -> f64 {
    let t = 1.0 / (1.0 + 0.327_591_1 * x.abs());
    let weights = [
        1.061_405_429,
        -1.453_152_027,
        1.421_413_741,
        -0.284_496_736,
        0.254_829_592,
    ];
    let sum = weights.iter().fold(0.0, |sum, weight| (sum + weight) * t);
    x.signum() * (1.0 - sum * (-x * x).exp())
}

/// The drawing, blurred.
fn smooth(drawing: &Bitmap, deviation: f64) -> Vec<f32> {
    let light: Vec<f32> = (0..SIDE * SIDE)
        .map(|at| f32::from(u8::from(drawing.get(at / SIDE, at % SIDE))))
        .collect();
    super::camera::blurred(&light, [SIDE, SIDE], deviation)
}

fn bilinear(sheet: &[f32], x: f64, y: f64) -> f32 {
    let pixel = |x: isize, y: isize| {
        let inside = |at: isize| (0..SIDE as isize).contains(&at);
        if inside(x) && inside(y) {
            sheet[y as usize * SIDE + x as usize]
        } else {
            0.0
        }
    };
    let (column, row) = (x.floor(), y.floor());
    let (right, down) = ((x - column) as f32, (y - row) as f32);
    let (column, row) = (column as isize, row as isize);
    let above = pixel(column, row) * (1.0 - right) + pixel(column + 1, row) * right;
    let below = pixel(column, row + 1) * (1.0 - right) + pixel(column + 1, row + 1) * right;
    above * (1.0 - down) + below * down
}
