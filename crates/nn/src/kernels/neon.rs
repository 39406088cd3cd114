//! GEMM and GEMV kernels of f32 with NEON, which every aarch64 processor has: vectors of four, 32 registers.
//!
//! A tile's 6 x 4 sums, four vectors of the right matrix and a word of the left one stay in
//! registers. The widest cores have four units of four cycles each, which 16 sums keep busy. Products and
//! sums are fused, as with AVX2.

// Several arrays of a tile are indexed by the same row or lane.
#![allow(clippy::needless_range_loop)]

use core::arch::aarch64::{
    float32x4_t, vaddq_f32, vaddvq_f32, vcvtq_f32_s32, vdupq_n_f32, vfmaq_f32, vfmaq_laneq_f32,
    vfmaq_n_f32, vget_low_s8, vget_low_s16, vld1q_f32, vld1q_s8, vmovl_high_s8, vmovl_high_s16,
    vmovl_s8, vmovl_s16, vst1q_f32,
};

use super::{GEMV_STEP, GemmOuter, LANES, OUTER_ROWS, Panel};

/// Lanes of a vector.
const WIDTH: usize = 4;

/// Vectors of a row of a tile of [`gemm_gather`]: [`LANES`] columns.
const VECTORS: usize = LANES / WIDTH;

/// Rows of a tile of [`gemm_gather`]; the last tile has what is left, so that the right matrix is read once for
/// all of them.
const ROWS: usize = 6;

/// Vectors of a row of a tile of [`gemm_outer`], and vectors of its words of the left matrix: with
/// [`OUTER_ROWS`] rows it has 16 sums.
const OUTER_VECTORS: usize = 2;

/// # Safety
/// Every word that the panel's segments reach from the offsets, and every value of the result,
/// must be in bounds.
#[target_feature(enable = "neon")]
pub(super) unsafe fn gemm_gather(panel: &Panel<'_>, a_offsets: &[u32], c_offsets: &[u32]) {
    for lane in (0..panel.width).step_by(LANES) {
        let (mut a, mut c) = (a_offsets, c_offsets);
        // SAFETY: passed on from the caller.
        unsafe {
            while a.len() >= ROWS {
                tile::<ROWS>(panel, lane, a, c);
                (a, c) = (&a[ROWS..], &c[ROWS..]);
            }
            match a.len() {
                5 => tile::<5>(panel, lane, a, c),
                4 => tile::<4>(panel, lane, a, c),
                3 => tile::<3>(panel, lane, a, c),
                2 => tile::<2>(panel, lane, a, c),
                1 => tile::<1>(panel, lane, a, c),
                _ => {}
            }
        }
    }
}

/// The first `MR` rows of `a`, columns `lane` to `lane + LANES`.
///
/// # Safety
/// As [`gemm_gather`].
#[inline]
#[target_feature(enable = "neon")]
unsafe fn tile<const MR: usize>(panel: &Panel<'_>, lane: usize, a: &[u32], c: &[u32]) {
    let mut sums = [[vdupq_n_f32(0.0); VECTORS]; MR];
    // SAFETY: the caller bounds what the segments reach from these offsets, in `a`, `b` and `c`.
    unsafe {
        let mut b = panel.b.cast::<f32>().add(lane);
        for segment in panel.segments {
            let mut left = [panel.a.cast::<f32>(); MR];
            for row in 0..MR {
                left[row] = left[row].add(a[row] as usize + segment.offset as usize);
            }
            for k in 0..segment.len as usize {
                let right = load::<VECTORS>(b);
                for row in 0..MR {
                    // A left matrix of bf16 is aligned for u16 only.
                    let word = left[row].add(k).read_unaligned();
                    for vector in 0..VECTORS {
                        let sum = &mut sums[row][vector];
                        *sum = vfmaq_n_f32(*sum, right[vector], word);
                    }
                }
                b = b.add(panel.width);
            }
        }
        for row in 0..MR {
            let to = panel.c.add(c[row] as usize + lane);
            if panel.accumulate {
                add(to, sums[row]);
            } else {
                store(to, sums[row]);
            }
        }
    }
}

/// # Safety
/// Every word that the job reaches must be in bounds.
#[target_feature(enable = "neon")]
pub(super) unsafe fn gemm_outer(job: &GemmOuter<'_>, c: *mut f32) {
    const { assert!(OUTER_ROWS == OUTER_VECTORS * WIDTH) };
    for column in (0..job.width).step_by(OUTER_VECTORS * WIDTH) {
        for row in (0..job.height).step_by(OUTER_ROWS) {
            // SAFETY: passed on from the caller; the tile is within height and width, which are whole
            // tiles.
            unsafe { gemm_outer_tile(job, row, column, c) };
        }
    }
}

/// [`OUTER_ROWS`] rows of the result, as many columns.
///
/// # Safety
/// As [`gemm_outer`].
#[inline]
#[target_feature(enable = "neon")]
unsafe fn gemm_outer_tile(job: &GemmOuter<'_>, row: usize, column: usize, c: *mut f32) {
    let mut sums = [[vdupq_n_f32(0.0); OUTER_VECTORS]; OUTER_ROWS];
    // SAFETY: the caller bounds the words of each pixel in `x` and `y`, and the tile in `c`.
    unsafe {
        let x = job.x.as_ptr().cast::<f32>().add(row);
        let y = job.y.as_ptr().cast::<f32>().add(column);
        for (&at_x, &at_y) in job.x_offsets.iter().zip(job.y_offsets) {
            let left = load::<OUTER_VECTORS>(x.add(at_x as usize));
            let right = load::<OUTER_VECTORS>(y.add(at_y as usize));
            for (sums, left) in sums.chunks_exact_mut(WIDTH).zip(left) {
                for vector in 0..OUTER_VECTORS {
                    let right = right[vector];
                    sums[0][vector] = vfmaq_laneq_f32::<0>(sums[0][vector], right, left);
                    sums[1][vector] = vfmaq_laneq_f32::<1>(sums[1][vector], right, left);
                    sums[2][vector] = vfmaq_laneq_f32::<2>(sums[2][vector], right, left);
                    sums[3][vector] = vfmaq_laneq_f32::<3>(sums[3][vector], right, left);
                }
            }
        }
        for at in 0..OUTER_ROWS {
            add(c.add((row + at) * job.stride + column), sums[at]);
        }
    }
}

/// # Safety
/// `N` vectors must be in bounds from `from`.
#[inline]
#[target_feature(enable = "neon")]
unsafe fn load<const N: usize>(from: *const f32) -> [float32x4_t; N] {
    let mut values = [vdupq_n_f32(0.0); N];
    for vector in 0..N {
        // SAFETY: the caller's promise; the load is an unaligned one.
        values[vector] = unsafe { vld1q_f32(from.add(vector * WIDTH)) };
    }
    values
}

/// # Safety
/// `N` vectors must be in bounds from `to`.
#[inline]
#[target_feature(enable = "neon")]
unsafe fn store<const N: usize>(to: *mut f32, values: [float32x4_t; N]) {
    for vector in 0..N {
        // SAFETY: the caller's promise; the store is an unaligned one.
        unsafe { vst1q_f32(to.add(vector * WIDTH), values[vector]) };
    }
}

/// # Safety
/// `N` vectors must be in bounds from `to`.
#[inline]
#[target_feature(enable = "neon")]
unsafe fn add<const N: usize>(to: *mut f32, values: [float32x4_t; N]) {
    // SAFETY: the caller's promise.
    unsafe {
        let mut sums = load::<N>(to);
        for vector in 0..N {
            sums[vector] = vaddq_f32(sums[vector], values[vector]);
        }
        store(to, sums);
    }
}

/// Products of one row of numbers with `N` vectors.
///
/// # Safety
/// The row is whole vectors of [`GEMV_STEP`] numbers, and there are `N` times as many values.
#[inline]
#[target_feature(enable = "neon")]
pub(super) unsafe fn dot_i8<const N: usize>(row: &[i8], vectors: &[f32], sums: &mut [f32]) {
    const QUARTERS: usize = GEMV_STEP / WIDTH;
    let mut lanes = [[vdupq_n_f32(0.0); QUARTERS]; N];
    for at in (0..row.len()).step_by(GEMV_STEP) {
        // SAFETY: the caller's promise of whole vectors of the row.
        let numbers = unsafe { vld1q_s8(row.as_ptr().add(at)) };
        let (low, high) = (vmovl_s8(vget_low_s8(numbers)), vmovl_high_s8(numbers));
        let values: [_; QUARTERS] = [
            vmovl_s16(vget_low_s16(low)),
            vmovl_high_s16(low),
            vmovl_s16(vget_low_s16(high)),
            vmovl_high_s16(high),
        ];
        for quarter in 0..QUARTERS {
            let value = vcvtq_f32_s32(values[quarter]);
            for vector in 0..N {
                let from = vector * row.len() + at + quarter * WIDTH;
                // SAFETY: the caller's promise of `N` times as many values as the row has numbers.
                let other = unsafe { vld1q_f32(vectors.as_ptr().add(from)) };
                let sum = &mut lanes[vector][quarter];
                *sum = vfmaq_f32(*sum, value, other);
            }
        }
    }
    for vector in 0..N.min(sums.len()) {
        let [a, b, c, d] = lanes[vector];
        sums[vector] = vaddvq_f32(vaddq_f32(vaddq_f32(a, b), vaddq_f32(c, d)));
    }
}
