//! GEMM and GEMV kernels for any machine, and the reference that others are checked against.

#[cfg(not(any(
    all(target_arch = "wasm32", target_feature = "simd128"),
    all(target_arch = "aarch64", target_feature = "neon")
)))]
use super::GEMV_STEP;
use super::{GemmOuter, LANES, OUTER_ROWS, Panel};

/// What a multiply-add of words means.
pub(super) trait Word {
    /// `sum + a * b`.
    fn multiply_add(sum: f32, a: u32, b: u32) -> f32;
}

/// Words are f32.
pub(super) struct F32;

/// Words are two bf16.
pub(super) struct Bf16;

impl Word for F32 {
    #[inline(always)]
    fn multiply_add(sum: f32, a: u32, b: u32) -> f32 {
        sum + f32::from_bits(a) * f32::from_bits(b)
    }
}

impl Word for Bf16 {
    #[inline(always)]
    fn multiply_add(sum: f32, a: u32, b: u32) -> f32 {
        let high = f32::from_bits(a & 0xffff_0000) * f32::from_bits(b & 0xffff_0000);
        let low = f32::from_bits(a << 16) * f32::from_bits(b << 16);
        sum + (high + low)
    }
}

/// Rows of a tile of [`gemm_gather`].
const ROWS: usize = 6;

/// # Safety
/// Every word that the panel's segments reach from the offsets, and every value of the result,
/// must be in bounds.
#[inline(always)]
pub(super) unsafe fn gemm_gather<W: Word>(panel: &Panel<'_>, a_offsets: &[u32], c_offsets: &[u32]) {
    for lane in (0..panel.width).step_by(LANES) {
        let mut first = 0;
        while first < a_offsets.len() {
            let (a, c) = (&a_offsets[first..], &c_offsets[first..]);
            // SAFETY: passed on from the caller.
            unsafe {
                if a.len() >= ROWS {
                    tile::<W, ROWS>(panel, lane, a, c);
                    first += ROWS;
                } else {
                    tile::<W, 1>(panel, lane, a, c);
                    first += 1;
                }
            }
        }
    }
}

#[inline(always)]
unsafe fn tile<W: Word, const MR: usize>(panel: &Panel<'_>, lane: usize, a: &[u32], c: &[u32]) {
    let mut sums = [[0f32; LANES]; MR];
    // SAFETY: the caller's promise.
    unsafe {
        let mut b = panel.b.add(lane);
        for segment in panel.segments {
            for k in 0..segment.len as usize {
                let right = b.cast::<[u32; LANES]>().read_unaligned();
                for (sums, &offset) in sums.iter_mut().zip(a) {
                    let at = offset as usize + segment.offset as usize + k;
                    let left = panel.a.add(at).read_unaligned();
                    for (sum, right) in sums.iter_mut().zip(right) {
                        *sum = W::multiply_add(*sum, left, right);
                    }
                }
                b = b.add(panel.width);
            }
        }
        for (sums, &offset) in sums.iter().zip(c) {
            let to = panel.c.add(offset as usize + lane);
            for (lane, sum) in sums.iter().enumerate() {
                let before = if panel.accumulate { *to.add(lane) } else { 0.0 };
                *to.add(lane) = before + sum;
            }
        }
    }
}

/// # Safety
/// Every word that the job reaches must be in bounds.
#[inline(always)]
pub(super) unsafe fn gemm_outer<W: Word>(job: &GemmOuter<'_>, c: *mut f32) {
    for column in (0..job.width).step_by(LANES) {
        for row in (0..job.height).step_by(OUTER_ROWS) {
            let mut sums = [[0f32; LANES]; OUTER_ROWS];
            for (&x, &y) in job.x_offsets.iter().zip(job.y_offsets) {
                // SAFETY: the caller's promise.
                let (left, right) = unsafe {
                    (
                        job.x
                            .as_ptr()
                            .add(x as usize + row)
                            .cast::<[u32; OUTER_ROWS]>(),
                        job.y
                            .as_ptr()
                            .add(y as usize + column)
                            .cast::<[u32; LANES]>(),
                    )
                };
                // SAFETY: as above; arrays of u32 have its alignment.
                let (left, right) = unsafe { (*left, *right) };
                for (sums, left) in sums.iter_mut().zip(left) {
                    for (sum, right) in sums.iter_mut().zip(right) {
                        *sum = W::multiply_add(*sum, left, right);
                    }
                }
            }
            for (at, sums) in sums.iter().enumerate() {
                for (lane, sum) in sums.iter().enumerate() {
                    // SAFETY: as above.
                    unsafe { *c.add((row + at) * job.stride + column + lane) += sum };
                }
            }
        }
    }
}

/// Products of one row of numbers with `N` vectors.
#[cfg(not(any(
    all(target_arch = "wasm32", target_feature = "simd128"),
    all(target_arch = "aarch64", target_feature = "neon")
)))]
#[inline(always)]
pub(super) fn dot_i8<const N: usize>(row: &[i8], vectors: &[f32], sums: &mut [f32]) {
    let mut lanes = [[0f32; GEMV_STEP]; N];
    for (at, numbers) in row.chunks_exact(GEMV_STEP).enumerate() {
        for (vector, lanes) in lanes.iter_mut().enumerate() {
            let vector = &vectors[vector * row.len() + at * GEMV_STEP..][..GEMV_STEP];
            for lane in 0..GEMV_STEP {
                lanes[lane] += f32::from(numbers[lane]) * vector[lane];
            }
        }
    }
    for (sum, lanes) in sums.iter_mut().zip(lanes) {
        *sum = lanes.iter().sum();
    }
}
