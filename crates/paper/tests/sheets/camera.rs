//! A camera above a table with a sheet of paper on it.

use std::f64::consts::PI;

use twinglyph_core::rng::Rng;
use twinglyph_paper::Picture;

use super::{DENSITY, Flat};

/// How a photo is taken. Lengths in millimetres, angles in degrees.
#[derive(Clone, Copy)]
pub(crate) struct Shot {
    /// Pixels of the photo.
    pub(crate) size: [usize; 2],
    /// Turn of the paper below the camera.
    pub(crate) turn: f64,
    /// Tilt of the camera, sideways and forwards.
    pub(crate) tilt: [f64; 2],
    /// Part of the photo's height or width that the paper fills.
    pub(crate) fill: f64,
    /// How far the middle of the paper is bent to the side.
    pub(crate) bend: f64,
    /// Blur of the lens: standard deviation in pixels.
    pub(crate) blur: f64,
    /// Light on white paper, from 0 to 1.
    pub(crate) light: f32,
    /// Part of the light that is gone at one side.
    pub(crate) fall: f32,
    /// Part of the light that a shadow takes, and the width of its edge in pixels.
    pub(crate) shadow: (f32, f64),
    /// Grain: standard deviation of a pixel of 255.
    pub(crate) grain: f32,
    /// Brightness of the table, and whether it has a pattern.
    pub(crate) table: (f32, bool),
    /// A corner of the paper that a thumb covers: left to right and top to bottom, 0 or 1.
    pub(crate) thumb: Option<[f64; 2]>,
    /// Colour of the light.
    pub(crate) colour: [f32; 3],
}

impl Shot {
    /// A good one: 2 megapixels, even light.
    pub(crate) const PLAIN: Self = Self {
        size: [1200, 1600],
        turn: 0.0,
        tilt: [0.0; 2],
        fill: 0.92,
        bend: 0.0,
        blur: 0.7,
        light: 0.9,
        fall: 0.1,
        shadow: (0.0, 1.0),
        grain: 3.0,
        table: (0.3, true),
        thumb: None,
        colour: [1.0, 0.98, 0.94],
    };

    /// Takes it.
    pub(crate) fn take(&self, flat: &Flat, rng: &mut Rng) -> Picture {
        let [width, height] = self.size;
        let paper = [flat.width, flat.height].map(|side| side as f64 / DENSITY);
        let (sin, cos) = self.turn.to_radians().sin_cos();
        let boxed = [
            paper[0] * cos.abs() + paper[1] * sin.abs(),
            paper[0] * sin.abs() + paper[1] * cos.abs(),
        ];
        let scale = (width as f64 / boxed[0]).min(height as f64 / boxed[1]) * self.fill;
        // Depth grows to one side by the tilt, at a distance of twice the paper's height.
        let slope = self
            .tilt
            .map(|tilt| tilt.to_radians().tan() / (2.0 * paper[1] * scale));
        let reach = (DENSITY / scale / 2.0).max(0.5);
        let mut clean = Vec::with_capacity(width * height);
        for at in 0..width * height {
            let u = (at % width) as f64 + 0.5 - width as f64 / 2.0;
            let v = (at / width) as f64 + 0.5 - height as f64 / 2.0;
            let depth = 1.0 + u * slope[0] + v * slope[1];
            let (x, y) = (u / depth / scale, v / depth / scale);
            let (x, y) = (
                x * cos + y * sin + paper[0] / 2.0,
                y * cos - x * sin + paper[1] / 2.0,
            );
            let x = x + self.bend * (PI * y / paper[1]).sin();
            let inside = x > 0.0 && y > 0.0 && x < paper[0] && y < paper[1];
            let covered = self.thumb.is_some_and(|corner| {
                (x - corner[0] * paper[0]).hypot(y - corner[1] * paper[1]) < 24.0
            });
            let grey = if covered {
                0.55
            } else if inside {
                flat.mean([x * DENSITY, y * DENSITY], reach)
            } else {
                let (tone, patterned) = self.table;
                let grain = 0.07 * ((u * 0.05).sin() * 3.0 + v * 0.11).sin() as f32;
                tone + if patterned { grain } else { 0.0 }
            };
            let across = (u / width as f64 + 0.5) as f32;
            let lit = self.light * (1.0 - self.fall * across);
            // A hand's shadow over a part of the photo.
            let edge = (u - 0.4 * v + 0.1 * width as f64) / self.shadow.1;
            let shade = self.shadow.0 * (1.0 / (1.0 + (-edge).exp())) as f32;
            clean.push(grey * lit * (1.0 - shade));
        }
        let seen = blurred(&clean, self.size, self.blur);
        let rgba = seen.iter().flat_map(|&light| {
            let grain = self.grain * rng.normal();
            let [red, green, blue] = self.colour.map(|part| {
                // Grain is mostly of brightness, as in JPEG.
                (255.0 * light * part + grain + 0.3 * self.grain * rng.normal()).clamp(0.0, 255.0)
                    as u8
            });
            [red, green, blue, 255]
        });
        Picture::new(width, height, rgba.collect()).unwrap()
    }
}

/// A Gaussian blur.
fn blurred(light: &[f32], [width, height]: [usize; 2], deviation: f64) -> Vec<f32> {
    let reach = (deviation * 2.5).ceil() as usize;
    let weight = |at: usize| (-0.5 * ((at as f64 - reach as f64) / deviation).powi(2)).exp() as f32;
    let weights: Vec<f32> = (0..=2 * reach).map(weight).collect();
    let sum: f32 = weights.iter().sum();
    let pass = |values: &[f32], upright: bool| -> Vec<f32> {
        (0..values.len())
            .map(|place| {
                let (x, y) = (place % width, place / width);
                let near = |at: usize, size: usize, step: usize| {
                    (at + step).saturating_sub(reach).min(size - 1)
                };
                let values = (0..weights.len()).map(|step| {
                    let from = if upright {
                        near(y, height, step) * width + x
                    } else {
                        y * width + near(x, width, step)
                    };
                    weights[step] * values[from]
                });
                values.sum::<f32>() / sum
            })
            .collect()
    };
    pass(&pass(light, false), true)
}
