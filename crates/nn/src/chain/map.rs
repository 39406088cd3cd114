//! What convolutions of a chain take and give, and how one's result becomes the next one's map.
//!
//! Refuses to know how a convolution is computed.

use crate::kernels::simd;
use crate::par::*;
use crate::plane::Shape;
use crate::spectral::Tiles;

/// A convolution's kernels.
pub(super) struct Filter<'a> {
    /// `[outputs, inputs, side, side]`.
    pub(super) weights: &'a [f32],
    pub(super) outputs: usize,
    pub(super) side: usize,
    pub(super) padding: usize,
}

impl Filter<'_> {
    /// Width and height of the result; `None` where the map is smaller than the kernel.
    pub(super) fn output_side(&self, input: usize) -> Option<usize> {
        (input + 2 * self.padding + 1)
            .checked_sub(self.side)
            .filter(|&side| side > 0)
    }
}

/// Pools results 2x2 where that is wanted, adds the bias, and leaves what is above zero, as maps of
/// this shape. Pooled first: the largest of four stays the largest.
pub(super) fn settle(tiles: &Tiles<'_>, bias: &[f32], pool: bool, shape: Shape, maps: &mut [f32]) {
    let parts = maps.par_chunks_mut(shape.bordered()).enumerate();
    parts.for_each(|(image, map)| settle_map(tiles, bias, pool, shape, image, map));
}

simd! {
    fn settle_map(
        tiles: &Tiles<'_>,
        bias: &[f32],
        pool: bool,
        shape: Shape,
        image: usize,
        map: &mut [f32],
    ) {
        let length = shape.channels;
        let larger = |a: f32, b: f32| if a > b { a } else { b };
        let bias = &bias[..length];
        for y in 0..shape.side {
            for x in 0..shape.side {
                let to = &mut map[shape.at(y) + x * length..][..length];
                if pool {
                    let of = |dy, dx| &tiles.pixel(image, 2 * y + dy, 2 * x + dx)[..length];
                    let (a, b, c, d) = (of(0, 0), of(0, 1), of(1, 0), of(1, 1));
                    for at in 0..length {
                        let largest = larger(larger(a[at], b[at]), larger(c[at], d[at]));
                        to[at] = larger(largest + bias[at], 0.0);
                    }
                } else {
                    let from = &tiles.pixel(image, y, x)[..length];
                    for at in 0..length {
                        to[at] = larger(from[at] + bias[at], 0.0);
                    }
                }
            }
        }
    }
}
