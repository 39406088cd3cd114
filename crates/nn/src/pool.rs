//! A norm or a bias, a relu and 2x2 max pooling in single passes, forward and backward.
//!
//! Nothing is kept of which pixel was the largest: it is found again in the convolution's result.
//! Of equals the first is meant, row by row, as in other frameworks; a last odd row or column is
//! pooled into nothing. Sums over the batch are those of the parts in their order. Refuses to know
//! convolutions.

use crate::feature_map::{Part, Shape};
use crate::kernels::simd;
use crate::norm::{Affine, Coefficients, Sums, coefficients};

/// Width and height of the map that one of this width is pooled to.
fn pooled(side: usize) -> usize {
    side / 2
}

/// The two rows of an image's pixels that make row `y` of the pooled map.
fn rows(shape: Shape, image: &[f32], y: usize) -> (&[f32], &[f32]) {
    let row = shape.row();
    image[2 * y * row..][..2 * row].split_at(row)
}

/// The pooled map of a part of the batch; `z` is the convolution's result.
pub(crate) fn activate(shape: Shape, affine: &Affine, z: &[f32], out: &mut Part<'_>) {
    let row = pooled(shape.side) * shape.channels;
    let mut results = [vec![0.0; row], vec![0.0; row]];
    for (pair, images) in z.chunks(2 * shape.values()).enumerate() {
        for y in 0..pooled(shape.side) {
            for (image, result) in images.chunks_exact(shape.values()).zip(&mut results) {
                let (upper, lower) = rows(shape, image, y);
                largest(upper, lower, &affine.scale, &affine.shift, result);
            }
            let [one, two] = &results;
            match images.len() == shape.values() {
                true => out.write_row(pair, y, one),
                false => out.write_rows(pair, y, one, two),
            }
        }
    }
}

/// Sums over a part of the gradient of what the norm gives, and of that times the normalised values;
/// `gradient` is the pooled map's.
pub(crate) fn sums(shape: Shape, affine: &Affine, z: &[f32], gradient: &[f32]) -> Sums {
    let side = pooled(shape.side);
    let row = side * shape.channels;
    let mut sums = vec![0.0; 2 * shape.channels];
    let (a, b) = sums.split_at_mut(shape.channels);
    let images = z.chunks_exact(shape.values());
    for (image, gradient) in images.zip(gradient.chunks_exact(side * row)) {
        for (y, gradient) in gradient.chunks_exact(row).enumerate() {
            let (upper, lower) = rows(shape, image, y);
            add_sums(upper, lower, affine, gradient, a, b);
        }
    }
    sums
}

/// The gradient of a part of the norm's input, from that of the pooled map and the sums over the
/// batch of `count` values a channel.
pub(crate) fn gradient(
    shape: Shape,
    affine: &Affine,
    sums: &[f64],
    count: usize,
    z: &[f32],
    gradient: &[f32],
    out: &mut Part<'_>,
) {
    let (row, side) = (shape.row(), pooled(shape.side));
    let of_pooled = side * shape.channels;
    let Coefficients { of_z, constant } = coefficients(affine, sums, count);
    let mut results = [vec![0.0; 2 * row], vec![0.0; 2 * row]];
    let images = z.chunks_exact(2 * shape.values());
    let gradients = gradient.chunks_exact(2 * side * of_pooled);
    for (pair, (images, gradients)) in images.zip(gradients).enumerate() {
        for y in 0..side {
            let images = images.chunks_exact(shape.values());
            let gradients = gradients.chunks_exact(side * of_pooled);
            for ((image, gradient), result) in images.zip(gradients).zip(&mut results) {
                let (upper, lower) = rows(shape, image, y);
                let (above, below) = result.split_at_mut(row);
                let gradient = &gradient[y * of_pooled..][..of_pooled];
                route(
                    upper, lower, affine, &of_z, &constant, gradient, above, below,
                );
            }
            let [one, two] = &results;
            out.write_rows(pair, 2 * y, &one[..row], &two[..row]);
            out.write_rows(pair, 2 * y + 1, &one[row..], &two[row..]);
        }
        if shape.side > 2 * side {
            for (image, result) in images.chunks_exact(shape.values()).zip(&mut results) {
                spread(
                    &image[2 * side * row..],
                    &of_z,
                    &constant,
                    &mut result[..row],
                );
            }
            let [one, two] = &results;
            out.write_rows(pair, 2 * side, &one[..row], &two[..row]);
        }
    }
}

simd! {
    /// The relu of the largest of each square of normalised values.
    fn largest(upper: &[f32], lower: &[f32], scale: &[f32], shift: &[f32], out: &mut [f32]) {
        let channels = scale.len();
        let shift = &shift[..channels];
        let squares = upper.chunks_exact(2 * channels).zip(lower.chunks_exact(2 * channels));
        for ((upper, lower), out) in squares.zip(out.chunks_exact_mut(channels)) {
            let ((a, b), (c, d)) = (upper.split_at(channels), lower.split_at(channels));
            let (b, d) = (&b[..channels], &d[..channels]);
            for at in 0..channels {
                let of = |z: f32| z * scale[at] + shift[at];
                let mut best = 0.0;
                for value in [of(a[at]), of(b[at]), of(c[at]), of(d[at])] {
                    best = if value > best { value } else { best };
                }
                out[at] = best;
            }
        }
    }

    fn add_sums(
        upper: &[f32],
        lower: &[f32],
        affine: &Affine,
        gradient: &[f32],
        sums: &mut [f32],
        products: &mut [f32],
    ) {
        let channels = sums.len();
        let (scale, shift) = (&affine.scale[..channels], &affine.shift[..channels]);
        let (mean, inverse) = (&affine.mean[..channels], &affine.inverse[..channels]);
        let products = &mut products[..channels];
        let squares = upper.chunks_exact(2 * channels).zip(lower.chunks_exact(2 * channels));
        for ((upper, lower), gradient) in squares.zip(gradient.chunks_exact(channels)) {
            let ((a, b), (c, d)) = (upper.split_at(channels), lower.split_at(channels));
            let (b, d) = (&b[..channels], &d[..channels]);
            for at in 0..channels {
                let of = |z: f32| z * scale[at] + shift[at];
                let (mut best, mut of_best, mut passed) = (0.0, a[at], 0.0);
                for z in [a[at], b[at], c[at], d[at]] {
                    let better = of(z) > best;
                    best = if better { of(z) } else { best };
                    of_best = if better { z } else { of_best };
                    passed = if better { gradient[at] } else { passed };
                }
                sums[at] += passed;
                products[at] += passed * ((of_best - mean[at]) * inverse[at]);
            }
        }
    }

    /// The gradient of both rows of pixels from that of the row of squares which they make.
    fn route(
        upper: &[f32],
        lower: &[f32],
        affine: &Affine,
        of_z: &[f32],
        constant: &[f32],
        gradient: &[f32],
        above: &mut [f32],
        below: &mut [f32],
    ) {
        let channels = of_z.len();
        let (scale, shift) = (&affine.scale[..channels], &affine.shift[..channels]);
        let constant = &constant[..channels];
        let squares = upper.chunks_exact(2 * channels).zip(lower.chunks_exact(2 * channels));
        let results = above.chunks_exact_mut(2 * channels).zip(below.chunks_exact_mut(2 * channels));
        for (((upper, lower), (above, below)), gradient) in
            squares.zip(results).zip(gradient.chunks_exact(channels))
        {
            let ((a, b), (c, d)) = (upper.split_at(channels), lower.split_at(channels));
            let (b, d) = (&b[..channels], &d[..channels]);
            let (to_a, to_b) = above.split_at_mut(channels);
            let (to_c, to_d) = below.split_at_mut(channels);
            let (to_b, to_d) = (&mut to_b[..channels], &mut to_d[..channels]);
            for at in 0..channels {
                let of = |z: f32| z * scale[at] + shift[at];
                let (a, b, c, d) = (a[at], b[at], c[at], d[at]);
                // Each is the largest of those up to it; the last such one is the first largest of all.
                let mut best = 0.0;
                let mut is_better = |z: f32| {
                    let better = of(z) > best;
                    best = if better { of(z) } else { best };
                    better
                };
                let (by_a, by_b, by_c, by_d) = (is_better(a), is_better(b), is_better(c), is_better(d));
                let passed = gradient[at] * scale[at];
                let rest = |z: f32| z * of_z[at] + constant[at];
                to_a[at] = rest(a) + if by_a & !by_b & !by_c & !by_d { passed } else { 0.0 };
                to_b[at] = rest(b) + if by_b & !by_c & !by_d { passed } else { 0.0 };
                to_c[at] = rest(c) + if by_c & !by_d { passed } else { 0.0 };
                to_d[at] = rest(d) + if by_d { passed } else { 0.0 };
            }
        }
        // The column that is in no square.
        let squares = gradient.len() / channels * 2 * channels;
        for (row, result) in [(upper, above), (lower, below)] {
            let (z, out) = (&row[squares..], &mut result[squares..]);
            for (at, (z, out)) in z.iter().zip(out).enumerate() {
                *out = z * of_z[at] + constant[at];
            }
        }
    }

    /// The gradient of pixels that are in no square.
    fn spread(z: &[f32], of_z: &[f32], constant: &[f32], out: &mut [f32]) {
        for (z, out) in z.chunks_exact(of_z.len()).zip(out.chunks_exact_mut(of_z.len())) {
            for ((z, out), (of_z, constant)) in z.iter().zip(out).zip(of_z.iter().zip(constant)) {
                *out = z * of_z + constant;
            }
        }
    }
}

#[cfg(all(test, not(target_family = "wasm")))]
mod tests;
