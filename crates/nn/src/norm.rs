//! Batch norm with what surrounds it, relu and the addition of a skipped map, in single passes.
//!
//! Works on parts of a batch, row of pixels by row of pixels; sums over the batch are those of
//! the parts in their order, so that they don't depend on the number of threads. Refuses to know
//! convolutions.

use crate::feature_map::{FeatureMap, Part, Shape};
use crate::kernels::simd;

/// Added to the variance before its root.
pub const EPSILON: f32 = 1e-5;

/// The share of a batch's statistics in the running ones.
pub(crate) const MOMENTUM: f32 = 0.1;

/// A batch norm's factor and summand of each channel, and what its gradient needs; or a bias alone.
#[derive(Clone, Debug, Default)]
pub(crate) struct Affine {
    /// Does it follow the batch's statistics? A bias does not.
    pub(crate) normalises: bool,
    pub(crate) mean: Vec<f32>,
    /// One over the standard deviation.
    pub(crate) inverse: Vec<f32>,
    pub(crate) scale: Vec<f32>,
    pub(crate) shift: Vec<f32>,
}

impl Affine {
    /// From statistics and the norm's weight and bias, one a channel.
    pub(crate) fn new(mean: Vec<f32>, variance: &[f32], weight: &[f32], bias: &[f32]) -> Self {
        let inverse: Vec<f32> = variance
            .iter()
            .map(|v| 1.0 / (v + EPSILON).sqrt())
            .collect();
        let scale: Vec<f32> = inverse.iter().zip(weight).map(|(a, b)| a * b).collect();
        let shift = bias
            .iter()
            .zip(&mean)
            .zip(&scale)
            .map(|((b, m), s)| b - m * s);
        Self {
            normalises: true,
            shift: shift.collect(),
            mean,
            inverse,
            scale,
        }
    }

    /// A bias, one a channel.
    pub(crate) fn of_bias(bias: &[f32]) -> Self {
        Self {
            normalises: false,
            shift: bias.to_vec(),
            mean: vec![0.0; bias.len()],
            inverse: vec![1.0; bias.len()],
            scale: vec![1.0; bias.len()],
        }
    }
}

/// Per channel, repeated for each pixel of a row.
fn along(row: usize, values: &[f32]) -> Vec<f32> {
    values.iter().copied().cycle().take(row).collect()
}

/// The channels' sums of sums along a row, added to `total`.
fn fold(row: &[f32], total: &mut [f32]) {
    for pixel in row.chunks_exact(total.len()) {
        for (total, value) in total.iter_mut().zip(pixel) {
            *total += value;
        }
    }
}

/// Sums of two numbers of each channel over a part: `[2, channels]`.
pub(crate) type Sums = Vec<f32>;

/// The sums over all parts, in their order: `[2, channels]`.
pub(crate) fn total(parts: &[Sums]) -> Vec<f64> {
    let mut total = vec![0f64; parts.first().map_or(0, Vec::len)];
    for part in parts {
        for (total, &value) in total.iter_mut().zip(part) {
            *total += f64::from(value);
        }
    }
    total
}

/// A channel's values and their squares, summed over `z: [images, h, w, channels]`.
pub(crate) fn moments(shape: Shape, z: &[f32]) -> Sums {
    let row = shape.row();
    let (mut sums, mut squares) = (vec![0.0; row], vec![0.0; row]);
    for z in z.chunks_exact(row) {
        add_moments(z, &mut sums, &mut squares);
    }
    let mut folded = vec![0.0; 2 * shape.channels];
    let (a, b) = folded.split_at_mut(shape.channels);
    fold(&sums, a);
    fold(&squares, b);
    folded
}

/// Of each channel.
pub(crate) struct Statistics {
    pub(crate) mean: Vec<f32>,
    /// Biased.
    pub(crate) variance: Vec<f32>,
}

/// The statistics from the sums of `count` values a channel.
pub(crate) fn statistics(total: &[f64], count: usize) -> Statistics {
    let (sums, squares) = total.split_at(total.len() / 2);
    let count = count as f64;
    let mean = sums.iter().map(|sum| (sum / count) as f32).collect();
    let variance = sums.iter().zip(squares).map(|(sum, square)| {
        let mean = sum / count;
        (square / count - mean * mean).max(0.0) as f32
    });
    Statistics {
        mean,
        variance: variance.collect(),
    }
}

/// `relu(scale z + shift + skip)` of a part of the batch, from image `first`.
pub(crate) fn activate(
    shape: Shape,
    affine: &Affine,
    z: &[f32],
    skip: Option<(&FeatureMap, usize)>,
    out: &mut Part<'_>,
) {
    let row = shape.row();
    let (scale, shift) = (along(row, &affine.scale), along(row, &affine.shift));
    let mut results = [vec![0.0; row], vec![0.0; row]];
    let mut skipped = vec![0.0; row];
    let images = z.len() / shape.values();
    for pair in 0..images.div_ceil(2) {
        for y in 0..shape.side {
            let alone = images - 2 * pair == 1;
            for (at, result) in results.iter_mut().enumerate().take(images - 2 * pair) {
                let image = 2 * pair + at;
                let z = &z[image * shape.values() + y * row..][..row];
                match skip {
                    None => normalise(z, &scale, &shift, result),
                    Some((map, first)) => {
                        map.read_row(first + image, y, &mut skipped);
                        normalise_and_add(z, &scale, &shift, &skipped, result);
                    }
                }
            }
            let [one, two] = &results;
            match alone {
                true => out.write_row(pair, y, one),
                false => out.write_rows(pair, y, one, two),
            }
        }
    }
}

/// Takes a part's gradient back through the relu, in place, and where a map was added, hands it
/// on to it; sums the gradient, and the gradient times the normalised values.
pub(crate) fn unmask(
    shape: Shape,
    affine: &Affine,
    z: &[f32],
    (activation, first): (&FeatureMap, usize),
    gradient: &mut [f32],
    mut skip: Option<(&mut [f32], bool)>,
) -> Sums {
    let row = shape.row();
    let (mean, inverse) = (along(row, &affine.mean), along(row, &affine.inverse));
    let (mut sums, mut products) = (vec![0.0; row], vec![0.0; row]);
    let mut active = vec![0.0; row];
    let rows = gradient.chunks_exact_mut(row).zip(z.chunks_exact(row));
    for (at, (gradient, z)) in rows.enumerate() {
        activation.read_row(first + at / shape.side, at % shape.side, &mut active);
        mask(
            gradient,
            &active,
            z,
            &mean,
            &inverse,
            &mut sums,
            &mut products,
        );
        if let Some((skip, accumulate)) = &mut skip {
            let skip = &mut skip[at * row..][..row];
            if *accumulate {
                add(gradient, skip);
            } else {
                skip.copy_from_slice(gradient);
            }
        }
    }
    let mut folded = vec![0.0; 2 * shape.channels];
    let (a, b) = folded.split_at_mut(shape.channels);
    fold(&sums, a);
    fold(&products, b);
    folded
}

/// What the gradient of a norm's input has besides that of its result times the scale, of each channel.
pub(crate) struct Coefficients {
    /// By the input.
    pub(crate) of_z: Vec<f32>,
    pub(crate) constant: Vec<f32>,
}

/// The coefficients from the sums over the batch of `count` values a channel. Zeros of a bias.
pub(crate) fn coefficients(affine: &Affine, sums: &[f64], count: usize) -> Coefficients {
    if !affine.normalises {
        let zeros = vec![0.0; affine.scale.len()];
        return Coefficients {
            of_z: zeros.clone(),
            constant: zeros,
        };
    }
    // dz = scale (g - sum g / n - (z - mean) inverse * sum (g normalised) / n).
    let (sums, products) = sums.split_at(sums.len() / 2);
    let of_z = affine.inverse.iter().zip(&affine.scale).zip(products);
    let of_z: Vec<f32> = of_z
        .map(|((inverse, scale), sum)| -scale * inverse * (sum / count as f64) as f32)
        .collect();
    let constant = affine.scale.iter().zip(sums).zip(&affine.mean).zip(&of_z);
    let constant = constant
        .map(|(((scale, sum), mean), of_z)| -scale * (sum / count as f64) as f32 - mean * of_z)
        .collect();
    Coefficients { of_z, constant }
}

/// The gradient of a part of the norm's input, from that of its result and the sums over the
/// batch of `count` values a channel.
pub(crate) fn normalise_gradient(
    shape: Shape,
    affine: &Affine,
    sums: &[f64],
    count: usize,
    z: &[f32],
    gradient: &[f32],
    out: &mut Part<'_>,
) {
    let row = shape.row();
    let Coefficients { of_z, constant } = coefficients(affine, sums, count);
    let scale = along(row, &affine.scale);
    let (of_z, constant) = (along(row, &of_z), along(row, &constant));
    let mut results = [vec![0.0; row], vec![0.0; row]];
    for pair in 0..out.images() / 2 {
        for y in 0..shape.side {
            for (at, result) in results.iter_mut().enumerate() {
                let at = (2 * pair + at) * shape.values() + y * row;
                combine(
                    &gradient[at..][..row],
                    &z[at..][..row],
                    &scale,
                    &of_z,
                    &constant,
                    result,
                );
            }
            let [one, two] = &results;
            out.write_rows(pair, y, one, two);
        }
    }
}

/// The relu. `f32::max` is a call in wasm, where it keeps the sum from being a vector's.
#[inline(always)]
fn above_zero(value: f32) -> f32 {
    if value > 0.0 { value } else { 0.0 }
}

simd! {
    fn add_moments(z: &[f32], sums: &mut [f32], squares: &mut [f32]) {
        for ((z, sum), square) in z.iter().zip(sums).zip(squares) {
            *sum += z;
            *square += z * z;
        }
    }

    fn normalise(z: &[f32], scale: &[f32], shift: &[f32], out: &mut [f32]) {
        for (((out, z), scale), shift) in out.iter_mut().zip(z).zip(scale).zip(shift) {
            *out = above_zero(z * scale + shift);
        }
    }

    fn normalise_and_add(z: &[f32], scale: &[f32], shift: &[f32], skip: &[f32], out: &mut [f32]) {
        let inputs = z.iter().zip(scale).zip(shift).zip(skip);
        for (out, (((z, scale), shift), skip)) in out.iter_mut().zip(inputs) {
            *out = above_zero(z * scale + shift + skip);
        }
    }

    fn mask(
        gradient: &mut [f32],
        active: &[f32],
        z: &[f32],
        mean: &[f32],
        inverse: &[f32],
        sums: &mut [f32],
        products: &mut [f32],
    ) {
        let inputs = active.iter().zip(z).zip(mean.iter().zip(inverse));
        let outputs = gradient.iter_mut().zip(sums.iter_mut().zip(products));
        for ((gradient, (sum, product)), ((active, z), (mean, inverse))) in outputs.zip(inputs) {
            let masked = if *active > 0.0 { *gradient } else { 0.0 };
            *gradient = masked;
            *sum += masked;
            *product += masked * ((z - mean) * inverse);
        }
    }

    fn combine(
        gradient: &[f32],
        z: &[f32],
        scale: &[f32],
        of_z: &[f32],
        constant: &[f32],
        out: &mut [f32],
    ) {
        let inputs = gradient.iter().zip(z).zip(scale).zip(of_z.iter().zip(constant));
        for (out, (((gradient, z), scale), (of_z, constant))) in out.iter_mut().zip(inputs) {
            *out = gradient * scale + z * of_z + constant;
        }
    }

    /// `to += from`.
    fn add(from: &[f32], to: &mut [f32]) {
        for (to, from) in to.iter_mut().zip(from) {
            *to += from;
        }
    }
}

#[cfg(all(test, not(target_family = "wasm")))]
mod tests;
