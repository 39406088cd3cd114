//! GEMM and GEMV kernels of f32 with wasm's vectors of 128 bits.
//!
//! A tile's sums, a row of the right matrix, a word of the left one and a product stay in
//! registers: 12 of the 15 that engines have to give where the processor has 16. Products and sums
//! are rounded each, but with the feature `relaxed-simd`: wasm fuses them in its relaxed
//! instructions only, which not every browser has and whose last bits depend on the processor.

// Several arrays of a tile are indexed by the same row or lane.
#![allow(clippy::needless_range_loop)]

use core::arch::wasm32::{
    f32x4_add, f32x4_convert_i32x4, f32x4_extract_lane, f32x4_splat, i16x8_extend_high_i8x16,
    i16x8_extend_low_i8x16, i32x4_extend_high_i16x8, i32x4_extend_low_i16x8, v128, v128_load,
    v128_load32_splat, v128_store,
};

use super::{GemmOuter, OUTER_ROWS, Panel};

/// Values of a vector.
const VECTOR: usize = 4;

/// Vectors of a row of a tile.
const ACROSS: usize = 2;

/// Columns of a tile.
const COLUMNS: usize = ACROSS * VECTOR;

/// Rows of a tile: the pointers of more rows don't fit into registers beside the sums.
const ROWS: usize = 4;

/// # Safety
/// Every word that the panel's segments reach from the offsets, and every value of the result,
/// must be in bounds.
#[cfg_attr(feature = "relaxed-simd", target_feature(enable = "relaxed-simd"))]
pub(super) unsafe fn gemm_gather(panel: &Panel<'_>, a_offsets: &[u32], c_offsets: &[u32]) {
    for column in (0..panel.width).step_by(COLUMNS) {
        let (mut a, mut c) = (a_offsets, c_offsets);
        // SAFETY: passed on from the caller.
        unsafe {
            while a.len() >= ROWS {
                tile::<ROWS>(panel, column, a, c);
                a = &a[ROWS..];
                c = &c[ROWS..];
            }
            while a.len() >= 2 {
                tile::<2>(panel, column, a, c);
                a = &a[2..];
                c = &c[2..];
            }
            if !a.is_empty() {
                tile::<1>(panel, column, a, c);
            }
        }
    }
}

/// # Safety
/// As [`gemm_gather`]; there are as many offsets as rows.
#[inline(always)]
unsafe fn tile<const MR: usize>(panel: &Panel<'_>, column: usize, a: &[u32], c: &[u32]) {
    let mut sums = [[f32x4_splat(0.0); ACROSS]; MR];
    // SAFETY: the caller's promise; wasm's loads and stores are of any alignment.
    unsafe {
        let mut b = panel.b.add(column);
        for segment in panel.segments {
            let mut left = [panel.a; MR];
            for row in 0..MR {
                left[row] = panel
                    .a
                    .add(*a.get_unchecked(row) as usize + segment.offset as usize);
            }
            for _ in 0..segment.len {
                let right = load(b);
                for row in 0..MR {
                    let word = v128_load32_splat(left[row]);
                    multiply_add(&mut sums[row], word, right);
                    left[row] = left[row].add(1);
                }
                b = b.add(panel.width);
            }
        }
        for row in 0..MR {
            let to = panel.c.add(*c.get_unchecked(row) as usize + column);
            for lane in 0..ACROSS {
                let to = to.add(lane * VECTOR).cast::<v128>();
                let sum = match panel.accumulate {
                    true => f32x4_add(v128_load(to), sums[row][lane]),
                    false => sums[row][lane],
                };
                v128_store(to, sum);
            }
        }
    }
}

/// # Safety
/// Every word that the job reaches must be in bounds.
#[cfg_attr(feature = "relaxed-simd", target_feature(enable = "relaxed-simd"))]
pub(super) unsafe fn gemm_outer(job: &GemmOuter<'_>, c: *mut f32) {
    const { assert!(OUTER_ROWS.is_multiple_of(ROWS)) };
    for column in (0..job.width).step_by(COLUMNS) {
        for row in (0..job.height).step_by(ROWS) {
            let mut sums = [[f32x4_splat(0.0); ACROSS]; ROWS];
            // SAFETY: the caller's promise.
            unsafe {
                let (x, y) = (job.x.as_ptr().add(row), job.y.as_ptr().add(column));
                for (&at_x, &at_y) in job.x_offsets.iter().zip(job.y_offsets) {
                    let x = x.add(at_x as usize);
                    let right = load(y.add(at_y as usize));
                    for at in 0..ROWS {
                        multiply_add(&mut sums[at], v128_load32_splat(x.add(at)), right);
                    }
                }
                for at in 0..ROWS {
                    let to = c.add((row + at) * job.stride + column);
                    for lane in 0..ACROSS {
                        let to = to.add(lane * VECTOR).cast::<v128>();
                        v128_store(to, f32x4_add(v128_load(to), sums[at][lane]));
                    }
                }
            }
        }
    }
}

/// # Safety
/// A tile's columns must be in bounds from `b`.
#[inline(always)]
unsafe fn load(b: *const u32) -> [v128; ACROSS] {
    let mut right = [f32x4_splat(0.0); ACROSS];
    for lane in 0..ACROSS {
        // SAFETY: the caller's promise.
        right[lane] = unsafe { v128_load(b.add(lane * VECTOR).cast()) };
    }
    right
}

#[inline(always)]
fn multiply_add(sums: &mut [v128; ACROSS], word: v128, right: [v128; ACROSS]) {
    for lane in 0..ACROSS {
        sums[lane] = fused(word, right[lane], sums[lane]);
    }
}

/// `a * b + c`, rounded once or twice as the processor does it sooner.
#[cfg(feature = "relaxed-simd")]
#[inline(always)]
fn fused(a: v128, b: v128, c: v128) -> v128 {
    core::arch::wasm32::f32x4_relaxed_madd(a, b, c)
}

/// `a * b + c`, the product and the sum rounded each.
#[cfg(not(feature = "relaxed-simd"))]
#[inline(always)]
fn fused(a: v128, b: v128, c: v128) -> v128 {
    f32x4_add(core::arch::wasm32::f32x4_mul(a, b), c)
}

/// Products of one row of numbers with `N` vectors.
///
/// # Safety
/// The row is whole vectors of 16 numbers, and there are `N` times as many values.
#[cfg_attr(not(feature = "relaxed-simd"), inline(always))]
#[cfg_attr(feature = "relaxed-simd", target_feature(enable = "relaxed-simd"))]
pub(super) unsafe fn dot_i8<const N: usize>(row: &[i8], vectors: &[f32], sums: &mut [f32]) {
    let mut lanes = [[f32x4_splat(0.0); 4]; N];
    for at in (0..row.len()).step_by(4 * VECTOR) {
        // SAFETY: the caller's promise; wasm's loads are of any alignment.
        let numbers = unsafe { v128_load(row.as_ptr().add(at).cast()) };
        let (low, high) = (
            i16x8_extend_low_i8x16(numbers),
            i16x8_extend_high_i8x16(numbers),
        );
        let values = [
            i32x4_extend_low_i16x8(low),
            i32x4_extend_high_i16x8(low),
            i32x4_extend_low_i16x8(high),
            i32x4_extend_high_i16x8(high),
        ];
        for quarter in 0..4 {
            let value = f32x4_convert_i32x4(values[quarter]);
            for vector in 0..N {
                let from = vector * row.len() + at + quarter * VECTOR;
                // SAFETY: as above.
                let other = unsafe { v128_load(vectors.as_ptr().add(from).cast()) };
                let sum = &mut lanes[vector][quarter];
                *sum = fused(value, other, *sum);
            }
        }
    }
    for vector in 0..N.min(sums.len()) {
        let [a, b, c, d] = lanes[vector];
        let sum = f32x4_add(f32x4_add(a, b), f32x4_add(c, d));
        sums[vector] = f32x4_extract_lane::<0>(sum)
            + f32x4_extract_lane::<1>(sum)
            + f32x4_extract_lane::<2>(sum)
            + f32x4_extract_lane::<3>(sum);
    }
}
