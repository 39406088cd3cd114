//! A camera above a table: the homography, light, lens, sensor and JPEG.

use image::codecs::jpeg::JpegEncoder;
use image::{ExtendedColorType, ImageFormat};
use twinglyph_core::rng::Rng;
use twinglyph_paper::Picture;

use super::page::{Page, SHEET};
use super::params::{Params, Table};

type Matrix = [[f64; 3]; 3];

/// Longest side of a photo, pixels: cutting works at this size.
pub(super) const MAX_SIDE: f64 = 2000.0;

/// Distance of the camera from the sheet, millimetres.
const DISTANCE: f64 = 450.0;

const SKIN: [f32; 3] = [0.78, 0.56, 0.45];

/// Where the sheet is on the photo.
pub(crate) struct View {
    size: [usize; 2],
    /// From the photo's pixels to millimetres of the sheet.
    inverse: Matrix,
    /// Pixels a millimetre, about.
    pub(crate) scale: f64,
}

impl View {
    pub(crate) fn new(params: &Params) -> Self {
        let long = (params.megapixels * 1e6 * 4.0 / 3.0).sqrt().min(MAX_SIDE);
        let size = [long as usize, (long * 0.75) as usize];
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
            [1.0, 0.0, -SHEET[0] / 2.0],
            [0.0, 1.0, -SHEET[1] / 2.0],
            [0.0, 0.0, 1.0],
        ];
        let seen = product(&seen, &to_middle);
        let corners =
            [[0.0, 0.0], [SHEET[0], 0.0], [0.0, SHEET[1]], SHEET].map(|at| map(&seen, at));
        let ends = |axis: usize| {
            let all = corners.map(|corner| corner[axis]);
            let least = all.into_iter().fold(f64::INFINITY, f64::min);
            (least, all.into_iter().fold(f64::NEG_INFINITY, f64::max))
        };
        let (x, y) = (ends(0), ends(1));
        let zoom = (size[0] as f64 / (x.1 - x.0)).min(size[1] as f64 / (y.1 - y.0)) * params.fill;
        let place = [
            [zoom, 0.0, size[0] as f64 / 2.0 - zoom * (x.0 + x.1) / 2.0],
            [0.0, zoom, size[1] as f64 / 2.0 - zoom * (y.0 + y.1) / 2.0],
            [0.0, 0.0, 1.0],
        ];
        Self {
            size,
            inverse: inverse(&product(&place, &seen)),
            scale: zoom / DISTANCE,
        }
    }

    /// The photo.
    pub(crate) fn take(&self, page: &Page, params: &Params, rng: &mut Rng) -> Picture {
        let [width, height] = self.size;
        let mut light: [Vec<f32>; 3] = [0; 3].map(|_| Vec::with_capacity(width * height));
        for row in 0..height {
            for column in 0..width {
                let [x, y] = map(&self.inverse, [column as f64 + 0.5, row as f64 + 0.5]);
                let u = column as f32 / width as f32 - 0.5;
                let v = row as f32 / height as f32 - 0.5;
                // A shadow over the lower right half, with a slant edge.
                let edge = ((u + 0.6 * v + 0.03) / params.soft).clamp(-30.0, 30.0);
                let shade = params.shadow / (1.0 + (-edge).exp());
                let lit = params.light / 255.0
                    * (1.0 - shade)
                    * (1.0 - params.vignette * 2.0 * (u * u + v * v));
                for (part, seen) in surface(page, params, x, y).into_iter().enumerate() {
                    light[part].push(seen * lit * params.colour[part]);
                }
            }
        }
        let blur = params.blur * width as f64 / 1000.0;
        let seen = light.map(|part| blurred(&part, self.size, blur.max(0.4)));
        let mut rgb = Vec::with_capacity(3 * width * height);
        for at in 0..width * height {
            let grain = params.noise * rng.normal();
            for part in &seen {
                let own = 0.4 * params.noise * rng.uniform(-1.7, 1.7);
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

/// What is seen at a place, in millimetres from the sheet's upper left corner.
fn surface(page: &Page, params: &Params, x: f64, y: f64) -> [f32; 3] {
    for finger in 0..params.fingers {
        let middle = SHEET[0] * (0.3 + 0.13 * finger as f64);
        let (across, down) = ((x - middle) / 8.0, (y - SHEET[1] + 9.0).min(8.0) - 8.0);
        if across.hypot(down / 8.0) < 1.0 {
            return SKIN.map(|part| part * (1.0 - 0.3 * (across * across) as f32));
        }
    }
    let table = match params.table {
        Table::Paper => return page.at(x, y),
        Table::Plain(colour) => colour,
        Table::Wood => {
            let rings = (y * 0.55 + 4.0 * (x * 0.021).sin() + (y * 0.13).cos() * 2.0).sin() as f32;
            let joint = if (y.rem_euclid(90.0)) < 0.8 { 0.5 } else { 1.0 };
            [0.55, 0.38, 0.24].map(|part| part * joint * (1.0 + 0.13 * rings))
        }
    };
    let hole = |at: usize| {
        let middle = SHEET[1] * (at as f64 + 0.5) / params.holes as f64;
        (x - 6.0).hypot(y - middle) < 2.7
    };
    let on_paper = x > 0.0 && y > 0.0 && x < SHEET[0] && y < SHEET[1];
    if on_paper && !(0..params.holes).any(hole) {
        return page.at(x, y);
    }
    // The paper's own shadow at its right and lower edge.
    let far = (x - SHEET[0]).max(y - SHEET[1]).max(0.0) as f32;
    let near = if x > 0.0 && y > 0.0 {
        0.25 * (-far / 1.5).exp()
    } else {
        0.0
    };
    table.map(|part| part * (1.0 - near))
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
