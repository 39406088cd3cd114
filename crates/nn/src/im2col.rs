//! im2col: the patches of an image of one channel that a first layer's kernel sees, so that the layer is a GEMM.
//!
//! Refuses to know batches and networks.

use crate::kernels::LANES;

/// The first layer's kernel on an image of one channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Im2col {
    /// Width and height of the image.
    pub(crate) side: usize,
    /// Width and height of the kernel.
    pub(crate) kernel: usize,
    /// Pixels from one patch to the next.
    pub(crate) stride: usize,
    /// Blank pixels around the image.
    pub(crate) padding: usize,
}

impl Im2col {
    /// Patches side by side.
    pub(crate) fn output_side(&self) -> usize {
        (self.side + 2 * self.padding - self.kernel) / self.stride + 1
    }

    /// Values of a patch: the kernel's, rounded up to whole vectors.
    pub(crate) fn depth(&self) -> usize {
        (self.kernel * self.kernel).next_multiple_of(LANES)
    }

    /// The patches of output row `y`, [`Im2col::depth`] values each, with zeros behind the image's.
    pub(crate) fn row(&self, image: &[f32], y: usize, row: &mut [f32]) {
        match self.kernel {
            3 => self.row_of::<3>(image, y, row),
            5 => self.row_of::<5>(image, y, row),
            _ => self.row_of::<0>(image, y, row),
        }
    }

    /// For a kernel of `KERNEL` pixels, whose lines are copied without a call; of 0, for any.
    #[inline(always)]
    fn row_of<const KERNEL: usize>(&self, image: &[f32], y: usize, row: &mut [f32]) {
        let Self {
            side,
            kernel,
            stride,
            padding,
        } = *self;
        for (x, patch) in row.chunks_exact_mut(self.depth()).enumerate() {
            // The columns of the kernel that are inside of the image.
            let left = padding.saturating_sub(stride * x);
            let right = kernel.min((side + padding).saturating_sub(stride * x));
            patch.fill(0.0);
            for (ky, line) in patch.chunks_exact_mut(kernel).take(kernel).enumerate() {
                let from = (stride * y + ky).wrapping_sub(padding);
                if from >= side || left >= right {
                    continue;
                }
                let pixels = &image[from * side + stride * x + left - padding..];
                let whole = (line.first_chunk_mut(), pixels.first_chunk::<KERNEL>());
                match whole {
                    (Some(line), Some(pixels)) if KERNEL > 0 && right - left == KERNEL => {
                        *line = *pixels;
                    }
                    _ => line[left..right].copy_from_slice(&pixels[..right - left]),
                }
            }
        }
    }
}

#[cfg(all(test, not(target_family = "wasm")))]
mod tests {
    use super::*;
    use proptest::prelude::{prop_assert_eq, proptest};

    proptest! {
        #[test]
        fn a_patch_holds_what_the_kernel_sees(
            side in 1usize..12,
            kernel in 1usize..8,
            stride in 1usize..4,
            padding in 0usize..8,
        ) {
            let padding = padding.min(kernel - 1);
            let side = side.max(kernel);
            let im2col = Im2col { side, kernel, stride, padding };
            let image: Vec<f32> = (1..=side * side).map(|value| value as f32).collect();
            let (count, depth) = (im2col.output_side(), im2col.depth());
            let mut row = vec![f32::NAN; count * depth];
            for y in 0..count {
                im2col.row(&image, y, &mut row);
                for (at, &value) in row.iter().enumerate() {
                    let (x, k) = (at / depth, at % depth);
                    let (v, u) = (stride * y + k / kernel, stride * x + k % kernel);
                    let inside = |at: usize| (padding..side + padding).contains(&at);
                    let expected = match k < kernel * kernel && inside(v) && inside(u) {
                        true => image[(v - padding) * side + u - padding],
                        false => 0.0,
                    };
                    prop_assert_eq!(value, expected);
                }
            }
        }
    }
}
