//! Patches: what a first layer's kernel sees of an image of one channel, so that the layer is a product.
//!
//! Refuses to know batches and networks.

/// The patches of output row `y`, `DEPTH` values each, of which the first `KERNEL * KERNEL` are the image's;
/// what is beyond the image is blank. The kernel's middle goes over the image by `STRIDE` pixels.
pub(crate) fn patch_row<
    const SIDE: usize,
    const KERNEL: usize,
    const STRIDE: usize,
    const DEPTH: usize,
>(
    image: &[f32],
    y: usize,
    row: &mut [f32],
) {
    let half = KERNEL / 2;
    for (x, patch) in row.chunks_exact_mut(DEPTH).enumerate() {
        patch.fill(0.0);
        for ky in 0..KERNEL {
            let from = (STRIDE * y + ky).wrapping_sub(half);
            if from >= SIDE {
                continue;
            }
            let line = &image[from * SIDE..][..SIDE];
            for kx in 0..KERNEL {
                if let Some(&value) = line.get((STRIDE * x + kx).wrapping_sub(half)) {
                    patch[ky * KERNEL + kx] = value;
                }
            }
        }
    }
}
