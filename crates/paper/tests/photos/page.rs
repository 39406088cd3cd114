//! A sheet of paper with characters on it, seen from straight above.

use twinglyph_core::Bitmap;
use twinglyph_core::rng::Rng;

use super::noise::Noise;
use super::params::{Params, Ruling};
use super::pen::{Lines, Pen, draw};

/// How far the paper goes on around the sheet where it is larger than the photo, millimetres.
const BLEED: f64 = 40.0;

/// Free of characters at each side of the sheet, millimetres.
const MARGIN: f64 = 14.0;

/// Longer side of an average drawing of Omniglot, pixels.
const EXTENT: f64 = 66.0;

/// Left, top, right and bottom in millimetres from the sheet's upper left corner.
pub(crate) type Area = [f64; 4];

/// Light that each place reflects: red, green, blue.
pub(crate) struct Page {
    /// Pixels a millimetre.
    density: f64,
    width: usize,
    height: usize,
    light: Vec<[f32; 3]>,
    /// Where each character is, in reading order.
    pub(crate) areas: Vec<Area>,
}

/// Where the middle of a character is, and how long an average one is.
struct Place {
    middle: [f64; 2],
    side: f64,
    /// Where the character's lower end is instead, if it is written on a line.
    line: Option<f64>,
}

impl Page {
    /// A sheet of `density` pixels a millimetre with these drawings, in rows.
    pub(crate) fn new(params: &Params, drawings: &[Bitmap], density: f64, rng: &mut Rng) -> Self {
        let [width, height] = params
            .sheet()
            .map(|side| ((side + 2.0 * BLEED) * density) as usize);
        let mut page = Self {
            density,
            width,
            height,
            light: vec![params.paper; width * height],
            areas: Vec::new(),
        };
        page.mottle(params, Noise(rng.bits()));
        if params.through > 0.0 {
            page.show_through(params, drawings, rng);
        }
        page.rule(params);
        page.fold(params);
        for (drawing, place) in drawings.iter().zip(places(params, drawings.len(), rng)) {
            let area = page.write(params, drawing, &place, 1.0, rng);
            page.areas.push(area);
        }
        page
    }

    /// Millimetres of a pixel's middle.
    fn place(&self, at: usize) -> [f64; 2] {
        let of = |pixel: usize| (pixel as f64 + 0.5) / self.density - BLEED;
        [of(at % self.width), of(at / self.width)]
    }

    /// Fibres of paper, and clouds such as an eraser or a sponge leaves.
    fn mottle(&mut self, params: &Params, noise: Noise) {
        for at in 0..self.light.len() {
            let [x, y] = self.place(at);
            let fibre = 0.02 * (noise.at(x * 2.2, y * 2.2) - 0.5);
            let cloud = noise.at(x / 22.0, y / 31.0) + 0.5 * noise.at(x / 4.0, y / 9.0) - 0.75;
            let shade = 1.0 + fibre + params.mottle * cloud;
            self.light[at] = self.light[at].map(|part| part * shade);
        }
    }

    fn rule(&mut self, params: &Params) {
        let pitch = params.pitch;
        let line = |at: f64| (at / pitch - (at / pitch).round()).abs() * pitch;
        let ruled = |near: f64| (1.0 - ((near - 0.12) * self.density).clamp(0.0, 1.0)) as f32;
        for at in 0..self.light.len() {
            let [x, y] = self.place(at);
            let cover = match params.ruling {
                Ruling::None => break,
                Ruling::Squares => ruled(line(x).min(line(y))),
                Ruling::Rows | Ruling::Margin => ruled(line(y)),
                Ruling::Dots => ruled(line(x).hypot(line(y)) - 0.15),
            };
            let light = &mut self.light[at];
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
        let sheet = params.sheet();
        let slope = |far: f64| (far.signum() * (-far.abs() / 6.0).exp()) as f32;
        for at in 0..self.light.len() {
            let [x, y] = self.place(at);
            let (x, y) = (x - sheet[0] * 0.5, y - sheet[1] * 0.5);
            let shade = 1.0 - params.fold * (0.5 + 0.25 * slope(x) + 0.25 * slope(y));
            self.light[at] = self.light[at].map(|part| part * shade);
        }
    }

    /// The other side of the sheet: the same characters, mirrored and elsewhere.
    fn show_through(&mut self, params: &Params, drawings: &[Bitmap], rng: &mut Rng) {
        let places = places(params, drawings.len(), rng);
        for (drawing, mut place) in drawings.iter().rev().zip(places) {
            let mirrored = Bitmap::from_fn(|row, column| {
                drawing.get(row, twinglyph_core::bitmap::SIDE - 1 - column)
            });
            place.middle = [place.middle[0] + 7.0, place.middle[1] + 5.0];
            self.write(params, &mirrored, &place, params.through, rng);
        }
    }

    /// Inks a drawing and tells where it is; `strength` 1 is the ink's own tone.
    fn write(
        &mut self,
        params: &Params,
        drawing: &Bitmap,
        place: &Place,
        strength: f32,
        rng: &mut Rng,
    ) -> Area {
        let lines = Lines::new(drawing);
        let [left, top, right, bottom] = lines.bounds();
        // Characters that are small beside others stay so.
        let extent = (right - left).max(bottom - top).max(1.0);
        let side = place.side * (extent / EXTENT).clamp(0.6, 1.1);
        let scale = (side - params.width).max(1.0) / extent;
        let middle = [(left + right) / 2.0, (top + bottom) / 2.0];
        let mut start = [0, 1].map(|axis| place.middle[axis] - scale * middle[axis]);
        if let Some(line) = place.line {
            start[1] = line - scale * bottom - params.width / 2.0;
        }
        let noise = Noise(rng.bits());
        let pen = Pen {
            width: params.width * self.density,
            pressure: params.pressure,
        };
        let origin = start.map(|at| (at + BLEED) * self.density);
        let raster = draw(&lines, &pen, scale * self.density, origin, noise);
        let far = f64::INFINITY;
        let mut area = [far, far, -far, -far];
        for (at, &cover) in raster.cover.iter().enumerate() {
            let (column, row) = (
                raster.from[0] + at % raster.width,
                raster.from[1] + at / raster.width,
            );
            if cover <= 0.0 || column >= self.width || row >= self.height {
                continue;
            }
            let (x, y) = (column as f64, row as f64);
            area = [
                area[0].min(x),
                area[1].min(y),
                area[2].max(x + 1.0),
                area[3].max(y + 1.0),
            ];
            let (x, y) = (x / self.density, y / self.density);
            // Pressure varies along strokes; grain is the paper's tooth, which takes more ink or less.
            let press = 1.0 - params.pressure as f32 * noise.at(x / 2.5, y / 2.5);
            let tooth = 1.0 - params.grain * noise.at(x * 4.5, y * 4.5);
            let cover = cover * press * tooth * strength;
            let light = &mut self.light[row * self.width + column];
            for (part, ink) in light.iter_mut().zip(params.ink) {
                *part = *part * (1.0 - cover) + ink * cover;
            }
        }
        area.map(|at| at / self.density - BLEED)
    }

    /// Light at a place, in millimetres from the sheet's upper left corner.
    pub(crate) fn at(&self, x: f64, y: f64) -> [f32; 3] {
        let place = |at: f64, size: usize| {
            let at = ((at + BLEED) * self.density - 0.5).clamp(0.0, (size - 2) as f64);
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

/// Rows from the top, in rows from the left. Characters shrink until all of them fit.
fn places(params: &Params, count: usize, rng: &mut Rng) -> Vec<Place> {
    let [room_x, room_y] = params.sheet().map(|side| side - 2.0 * MARGIN);
    let rise = params.rise.to_radians().tan();
    let spare = rise.abs() * room_x + params.bend.abs();
    let mut side = params.size;
    let (columns, pitch) = loop {
        let mut pitch = params.gap.map(|gap| side * (1.0 + gap));
        if params.on_lines {
            pitch[1] = (pitch[1] / params.pitch).ceil() * params.pitch;
        }
        let columns = ((room_x / pitch[0]) as usize).clamp(1, count.max(1));
        let rows = count.div_ceil(columns) as f64;
        if rows * pitch[1] + spare <= room_y || side < 2.0 {
            break (columns, pitch);
        }
        side *= 0.96;
    };
    (0..count)
        .map(|at| {
            let (row, column) = ((at / columns) as f64, (at % columns) as f64);
            let mut jitter = || f64::from(rng.uniform(-1.0, 1.0)) * params.jitter;
            let x = (column + 0.5) * pitch[0];
            let across = 2.0 * x / room_x - 1.0;
            let y = (row + 0.5) * pitch[1] - rise * x
                + rise.max(0.0) * room_x
                + params.bend * across * across
                - params.bend.min(0.0);
            let ruled = ((MARGIN + y + 0.5 * side) / params.pitch).round() * params.pitch;
            Place {
                middle: [MARGIN + x + side * jitter(), MARGIN + y + side * jitter()],
                side: side * (1.0 + 1.5 * jitter()),
                line: params.on_lines.then(|| ruled + side * jitter()),
            }
        })
        .collect()
}
