//! A camera above a table: the homography, light, lens, sensor and JPEG.

use image::codecs::jpeg::JpegEncoder;
use image::{ExtendedColorType, ImageFormat};
use twinglyph_core::rng::Rng;
use twinglyph_paper::Picture;

use super::noise::Noise;
use super::page::{Area, Page};
use super::params::{Params, Shade, Table};

type Matrix = [[f64; 3]; 3];

/// Longer side of a photo that is cut, pixels: the page downscales larger ones to it.
pub(super) const MAX_SIDE: f64 = 2000.0;

/// Distance of the camera from the sheet, millimetres.
const DISTANCE: f64 = 450.0;

const SKIN: [f32; 3] = [0.78, 0.56, 0.45];

/// Four corners in pixels of the photo, clockwise from the upper left one.
pub(crate) type Quad = [[f64; 2]; 4];

/// Where the sheet is on the photo.
pub(crate) struct View {
    size: [usize; 2],
    /// From millimetres of the flat sheet to the photo's pixels.
    forward: Matrix,
    /// Its inverse.
    inverse: Matrix,
    sheet: [f64; 2],
    curl: f64,
    /// Pixels a millimetre, about.
    pub(crate) scale: f64,
}

impl View {
    pub(crate) fn new(params: &Params) -> Self {
        let long = (params.megapixels * 1e6 * 4.0 / 3.0).sqrt().min(MAX_SIDE);
        let mut size = [long as usize, (long * 0.75) as usize];
        if params.portrait {
            size.reverse();
        }
        let sheet = params.sheet();
        let (sin, cos) = params.turn.to_radians().sin_cos();
        let [(sin_x, cos_x), (sin_y, cos_y)] = params.tilt.map(|tilt| tilt.to_radians().sin_cos());
        let turn = [[cos, -sin, 0.0], [sin, cos, 0.0], [0.0, 0.0, 1.0]];
        let forwards = [[1.0, 0.0, 0.0], [0.0, cos_x, -sin_x], [0.0, sin_x, cos_x]];
        let sideways = [[cos_y, 0.0, sin_y], [0.0, 1.0, 0.0], [-sin_y, 0.0, cos_y]];
        let turned = product(&sideways, &product(&forwards, &turn));
        // The third column is where the sheet's middle is: its points have no height.
        let mut seen = turned.map(|row| [row[0], row[1], 0.0]);
        seen[2][2] = DISTANCE;
        let to_middle = [
            [1.0, 0.0, -sheet[0] / 2.0],
            [0.0, 1.0, -sheet[1] / 2.0],
            [0.0, 0.0, 1.0],
        ];
        let seen = product(&seen, &to_middle);
        let corners =
            [[0.0, 0.0], [sheet[0], 0.0], [0.0, sheet[1]], sheet].map(|at| map(&seen, at));
        let ends = |axis: usize| {
            let all = corners.map(|corner| corner[axis]);
            let least = all.into_iter().fold(f64::INFINITY, f64::min);
            (least, all.into_iter().fold(f64::NEG_INFINITY, f64::max))
        };
        let (x, y) = (ends(0), ends(1));
        let zoom = (size[0] as f64 / (x.1 - x.0)).min(size[1] as f64 / (y.1 - y.0)) * params.fill;
        let middle = |axis: usize| size[axis] as f64 * (0.5 + params.shift[axis]);
        let place = [
            [zoom, 0.0, middle(0) - zoom * (x.0 + x.1) / 2.0],
            [0.0, zoom, middle(1) - zoom * (y.0 + y.1) / 2.0],
            [0.0, 0.0, 1.0],
        ];
        let forward = product(&place, &seen);
        Self {
            size,
            forward,
            inverse: inverse(&forward),
            sheet,
            curl: params.curl,
            scale: zoom / DISTANCE,
        }
    }

    /// How far a place of the curled sheet is seen above that of a flat one, millimetres.
    fn raised(&self, x: f64) -> f64 {
        self.curl * (std::f64::consts::PI * x / self.sheet[0]).sin()
    }

    /// Where an area of the sheet is on the photo.
    pub(crate) fn quad(&self, [left, top, right, bottom]: Area) -> Quad {
        [[left, top], [right, top], [right, bottom], [left, bottom]]
            .map(|[x, y]| map(&self.forward, [x, y - self.raised(x)]))
    }

    /// The photo.
    pub(crate) fn take(&self, page: &Page, params: &Params, rng: &mut Rng) -> Picture {
        let [width, height] = self.size;
        let long = width.max(height) as f64;
        let noise = Noise(rng.bits());
        let mut light: [Vec<f32>; 3] = [0; 3].map(|_| Vec::with_capacity(width * height));
        for row in 0..height {
            for column in 0..width {
                let [x, y] = map(&self.inverse, [column as f64 + 0.5, row as f64 + 0.5]);
                let u = column as f32 / width as f32 - 0.5;
                let v = row as f32 / height as f32 - 0.5;
                let y = y + self.raised(x);
                let bent = 1.0 + 0.03 * self.curl as f32 * (std::f32::consts::PI * u).sin();
                let lit = params.light / 255.0
                    * (1.0 - shade(params, u, v))
                    * (1.0 - params.vignette * 2.0 * (u * u + v * v))
                    * bent;
                let glare = params.glare * (-30.0 * ((u - 0.2).powi(2) + (v + 0.15).powi(2))).exp();
                let seen = surface(page, params, noise, x, y);
                for ((part, seen), colour) in light.iter_mut().zip(seen).zip(params.colour) {
                    part.push(seen * lit * colour + glare);
                }
            }
        }
        let steps = (params.shake * long / 1000.0).round() as usize;
        let blur = (params.blur * long / 1000.0).max(0.4);
        let mut seen = light.map(|part| blurred(&shaken(part, width, steps), self.size, blur));
        sharpen(&mut seen, self.size, params.sharpen);
        // Downscaling takes the mean of several pixels of the sensor.
        let deviation = params.noise * (long / (params.megapixels * 1e6 * 4.0 / 3.0).sqrt()) as f32;
        let mut rgb = Vec::with_capacity(3 * width * height);
        for at in 0..width * height {
            let grain = deviation * rng.normal();
            for part in &seen {
                let own = 0.4 * deviation * rng.uniform(-1.7, 1.7);
                rgb.push((255.0 * part[at] + grain + own).clamp(0.0, 255.0) as u8);
            }
        }
        let rgb = match params.jpeg {
            Some(quality) => compressed(&rgb, self.size, quality),
            None => rgb,
        };
        let rgba = rgb
            .chunks_exact(3)
            .flat_map(|part| [part[0], part[1], part[2], 255]);
        Picture::new(width, height, rgba.collect()).unwrap()
    }
}

/// Part of the light that the shadow takes; places from the photo's middle, -0.5 to 0.5.
fn shade(params: &Params, u: f32, v: f32) -> f32 {
    if params.shadow <= 0.0 {
        return 0.0;
    }
    let inside = match params.shade {
        Shade::Half => u + 0.6 * v + 0.03,
        // An upright rectangle with round corners and the arm below it.
        Shade::Phone => {
            let (x, y) = ((u - 0.08 + 0.2 * v).abs() - 0.12, (v + 0.05).min(0.0).abs());
            0.05 - x.max(0.0).hypot(y)
        }
    };
    params.shadow / (1.0 + (-inside / params.soft).clamp(-30.0, 30.0).exp())
}

/// What is seen at a place, in millimetres from the sheet's upper left corner.
fn surface(page: &Page, params: &Params, noise: Noise, x: f64, y: f64) -> [f32; 3] {
    let sheet = params.sheet();
    for finger in 0..params.fingers {
        let middle = sheet[0] * (0.3 + 0.13 * finger as f64);
        let (across, down) = ((x - middle) / 8.0, (y - sheet[1] + 9.0).min(8.0) - 8.0);
        if across.hypot(down / 8.0) < 1.0 {
            return SKIN.map(|part| part * (1.0 - 0.3 * (across * across) as f32));
        }
    }
    let table = match params.table {
        Table::Paper => return page.at(x, y),
        Table::Plain(colour) => {
            colour.map(|part| part * (0.97 + 0.06 * noise.at(x / 3.0, y / 3.0)))
        }
        Table::Wood => wood(noise, x, y),
        Table::Cloth => {
            let stripe = |at: f64| u8::from(at.rem_euclid(24.0) < 12.0);
            let thread = 0.9 + 0.2 * noise.at(x * 1.5, y * 1.5);
            let colour = [[0.9, 0.88, 0.84], [0.72, 0.42, 0.4], [0.6, 0.14, 0.16]];
            colour[usize::from(stripe(x) + stripe(y))].map(|part| part * thread)
        }
    };
    let hole = |at: usize| {
        let middle = sheet[1] * (at as f64 + 0.5) / params.holes as f64;
        (x - 6.0).hypot(y - middle) < 2.7
    };
    let on_paper = x > 0.0 && y > 0.0 && x < sheet[0] && y < sheet[1];
    if on_paper && !(0..params.holes).any(hole) {
        return page.at(x, y);
    }
    // The paper's own shadow at its right and lower edge.
    let far = (x - sheet[0]).max(y - sheet[1]).max(0.0) as f32;
    let near = if x > 0.0 && y > 0.0 {
        0.25 * (-far / 1.5).exp()
    } else {
        0.0
    };
    table.map(|part| part * (1.0 - near))
}

/// Boards with grain along them.
fn wood(noise: Noise, x: f64, y: f64) -> [f32; 3] {
    let board = (y / 90.0).floor();
    let along = x + 370.0 * board;
    let wave = 9.0 * f64::from(noise.at(along / 80.0, y / 30.0));
    let rings = noise.at(along / 150.0, (y + wave) / 2.2) - 0.5;
    let fibre = noise.at(along / 12.0, y * 1.6) - 0.5;
    let tone = 1.0 + 0.1 * (noise.at(board, 0.0) - 0.5) + 0.3 * rings + 0.12 * fibre;
    let joint = if y.rem_euclid(90.0) < 0.8 { 0.5 } else { 1.0 };
    [0.58, 0.42, 0.28].map(|part| part * joint * tone)
}

/// The mean of what is seen while the camera moves so many pixels to the right and half as many down.
fn shaken(light: Vec<f32>, width: usize, steps: usize) -> Vec<f32> {
    if steps == 0 {
        return light;
    }
    let last = light.len() - 1;
    let seen = |at: usize| {
        let sum: f32 = (0..=steps)
            .map(|step| light[(at + step / 2 * width + step).min(last)])
            .sum();
        sum / (steps + 1) as f32
    };
    (0..light.len()).map(seen).collect()
}

/// Adds a part of what a blur takes from brightness.
fn sharpen(seen: &mut [Vec<f32>; 3], size: [usize; 2], strength: f32) {
    if strength <= 0.0 {
        return;
    }
    let green = seen[1].clone();
    let soft = blurred(&green, size, 1.6);
    for part in seen {
        for ((value, green), soft) in part.iter_mut().zip(&green).zip(&soft) {
            *value += strength * (green - soft);
        }
    }
}

fn compressed(rgb: &[u8], [width, height]: [usize; 2], quality: u8) -> Vec<u8> {
    let mut file = Vec::new();
    JpegEncoder::new_with_quality(&mut file, quality)
        .encode(rgb, width as u32, height as u32, ExtendedColorType::Rgb8)
        .unwrap();
    let read = image::load_from_memory_with_format(&file, ImageFormat::Jpeg);
    read.unwrap().into_rgb8().into_raw()
}

fn product(a: &Matrix, b: &Matrix) -> Matrix {
    [0, 1, 2].map(|row| [0, 1, 2].map(|column| (0..3).map(|at| a[row][at] * b[at][column]).sum()))
}

fn map(matrix: &Matrix, [x, y]: [f64; 2]) -> [f64; 2] {
    let [u, v, w] = matrix.map(|row| row[0] * x + row[1] * y + row[2]);
    [u / w, v / w]
}

/// Up to a factor, which a homography doesn't see.
fn inverse(m: &Matrix) -> Matrix {
    let minor = |row: usize, column: usize| {
        let (r, s) = ((row + 1) % 3, (row + 2) % 3);
        let (c, d) = ((column + 1) % 3, (column + 2) % 3);
        m[r][c] * m[s][d] - m[r][d] * m[s][c]
    };
    [0, 1, 2].map(|row| [0, 1, 2].map(|column| minor(column, row)))
}

/// A Gaussian blur; its edge goes on outside.
pub(crate) fn blurred(light: &[f32], [width, height]: [usize; 2], deviation: f64) -> Vec<f32> {
    let reach = (deviation * 2.5).ceil() as usize;
    let weight = |at: usize| (-0.5 * ((at as f64 - reach as f64) / deviation).powi(2)).exp() as f32;
    let weights: Vec<f32> = (0..=2 * reach).map(weight).collect();
    let sum: f32 = weights.iter().sum();
    let mut across = vec![0.0; light.len()];
    for (from, to) in light
        .chunks_exact(width)
        .zip(across.chunks_exact_mut(width))
    {
        for (x, value) in to.iter_mut().enumerate() {
            let near = |step: usize| from[(x + step).saturating_sub(reach).min(width - 1)];
            *value = (0..weights.len())
                .map(|step| weights[step] * near(step))
                .sum::<f32>()
                / sum;
        }
    }
    let mut out = vec![0.0; light.len()];
    for (y, to) in out.chunks_exact_mut(width).enumerate() {
        for (step, weight) in weights.iter().enumerate() {
            let row = (y + step).saturating_sub(reach).min(height - 1);
            for (value, from) in to.iter_mut().zip(&across[row * width..]) {
                *value += weight / sum * from;
            }
        }
    }
    out
}
