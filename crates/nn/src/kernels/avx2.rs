//! GEMM kernels of f32 with AVX2 and FMA: tiles that fit sixteen registers.
//!
//! A tile's 6 x 2 sums, two vectors of the right matrix and a word of the left one stay in registers. Two FMA units of
//! four cycles each need eight sums to be busy. 4 x 3 sums would spill one to memory.

use core::arch::x86_64::{
    __m256, _mm256_add_ps, _mm256_broadcast_ss, _mm256_fmadd_ps, _mm256_loadu_ps,
    _mm256_setzero_ps, _mm256_storeu_ps,
};
use core::ops::Range;

use super::{GemmOuter, LANES, Panel};

/// Lanes of a vector.
const WIDTH: usize = 8;

/// Vectors of a tile's row: [`LANES`] columns.
const VECTORS: usize = LANES / WIDTH;

/// Rows of a tile.
const ROWS: usize = 6;

/// # Safety
/// Every word that the panel's segments reach from the offsets, and every value of the result,
/// must be in bounds; the machine must have the instructions.
#[target_feature(enable = "avx2,fma")]
pub(super) unsafe fn gemm_gather(panel: &Panel<'_>, a_offsets: &[u32], c_offsets: &[u32]) {
    for lane in (0..panel.width).step_by(LANES) {
        let (mut a, mut c) = (a_offsets, c_offsets);
        // SAFETY: passed on from the caller.
        unsafe {
            while a.len() >= ROWS {
                tile::<ROWS>(panel, lane, a, c);
                (a, c) = (&a[ROWS..], &c[ROWS..]);
            }
            while a.len() >= 2 {
                tile::<2>(panel, lane, a, c);
                (a, c) = (&a[2..], &c[2..]);
            }
            if !a.is_empty() {
                tile::<1>(panel, lane, a, c);
            }
        }
    }
}

/// The first `MR` rows of `a`, columns `lane` to `lane + LANES`.
#[inline]
#[target_feature(enable = "avx2,fma")]
unsafe fn tile<const MR: usize>(panel: &Panel<'_>, lane: usize, a: &[u32], c: &[u32]) {
    let mut sums = [[_mm256_setzero_ps(); VECTORS]; MR];
    // SAFETY: the caller's promise.
    unsafe {
        let mut b = panel.b.cast::<f32>().add(lane);
        for segment in panel.segments {
            let mut left = [panel.a.cast::<f32>(); MR];
            for row in 0..MR {
                left[row] = left[row].add(a[row] as usize + segment.offset as usize);
            }
            for k in 0..segment.len as usize {
                let right = load(b);
                for row in 0..MR {
                    multiply_add(&mut sums[row], left[row].add(k), right);
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

/// Both sides are copied first, as the tiles read them: in the maps, pixels are powers of two apart,
/// which use few of a cache's sets. The height is even, as it is a multiple of [`super::OUTER_ROWS`].
///
/// # Safety
/// Every word that the job reaches must be in bounds; the machine must have the instructions.
#[target_feature(enable = "avx2,fma")]
pub(super) unsafe fn gemm_outer(job: &GemmOuter<'_>, c: *mut f32) {
    let mut right: Vec<[f32; LANES]> = Vec::new();
    for column in (0..job.width).step_by(LANES) {
        // SAFETY: the caller's promise.
        unsafe { copy(&mut right, job.y, job.y_offsets, column) };
    }
    // SAFETY: the caller's promise.
    unsafe {
        let whole = job.height - job.height % ROWS;
        gemm_outer_rows::<ROWS>(job, &right, 0..whole, c);
        gemm_outer_rows::<2>(job, &right, whole..job.height, c);
    }
}

/// `rows` of the result, `MR` at a time; `right` holds all pixels' words of the first tile's
/// columns, then of the next one's.
#[inline]
#[target_feature(enable = "avx2,fma")]
unsafe fn gemm_outer_rows<const MR: usize>(
    job: &GemmOuter<'_>,
    right: &[[f32; LANES]],
    rows: Range<usize>,
    c: *mut f32,
) {
    let mut left: Vec<[f32; MR]> = Vec::new();
    for row in rows.step_by(MR) {
        left.clear();
        // SAFETY: the caller's promise.
        unsafe { copy(&mut left, job.x, job.x_offsets, row) };
        for (tile, right) in right.chunks_exact(left.len()).enumerate() {
            let mut sums = [[_mm256_setzero_ps(); VECTORS]; MR];
            for (left, right) in left.iter().zip(right) {
                // SAFETY: there are as many values as are read.
                let right = unsafe { load(right.as_ptr()) };
                for (sums, word) in sums.iter_mut().zip(left) {
                    // SAFETY: as above.
                    unsafe { multiply_add(sums, word, right) };
                }
            }
            for (at, sums) in sums.into_iter().enumerate() {
                // SAFETY: the tile is in the result, by the caller's promise.
                unsafe { add(c.add((row + at) * job.stride + tile * LANES), sums) };
            }
        }
    }
}

/// Appends the `N` words of each pixel that follow its word `first`.
///
/// # Safety
/// They must be in bounds.
#[inline]
#[target_feature(enable = "avx2,fma")]
unsafe fn copy<const N: usize>(
    to: &mut Vec<[f32; N]>,
    from: &[u32],
    offsets: &[u32],
    first: usize,
) {
    to.extend(offsets.iter().map(|&offset| {
        // SAFETY: the caller's promise.
        unsafe {
            let words = from.as_ptr().add(offset as usize + first);
            words.cast::<[f32; N]>().read_unaligned()
        }
    }));
}

/// Adds the product of one word of the left matrix and a row of the right one.
#[inline]
#[target_feature(enable = "avx2,fma")]
unsafe fn multiply_add(sums: &mut [__m256; VECTORS], left: *const f32, right: [__m256; VECTORS]) {
    // SAFETY: the caller's promise; a broadcast needs no alignment.
    let left = unsafe { _mm256_broadcast_ss(&left.read_unaligned()) };
    for (sum, right) in sums.iter_mut().zip(right) {
        *sum = _mm256_fmadd_ps(left, right, *sum);
    }
}

#[inline]
#[target_feature(enable = "avx2,fma")]
unsafe fn load(from: *const f32) -> [__m256; VECTORS] {
    // SAFETY: the caller's promise of LANES values.
    unsafe { [_mm256_loadu_ps(from), _mm256_loadu_ps(from.add(WIDTH))] }
}

#[inline]
#[target_feature(enable = "avx2,fma")]
unsafe fn store(to: *mut f32, values: [__m256; VECTORS]) {
    for (vector, value) in values.into_iter().enumerate() {
        // SAFETY: the caller's promise of LANES values.
        unsafe { _mm256_storeu_ps(to.add(vector * WIDTH), value) };
    }
}

#[inline]
#[target_feature(enable = "avx2,fma")]
unsafe fn add(to: *mut f32, values: [__m256; VECTORS]) {
    // SAFETY: the caller's promise of LANES values.
    unsafe {
        let before = load(to);
        let mut sums = values;
        for (sum, before) in sums.iter_mut().zip(before) {
            *sum = _mm256_add_ps(*sum, before);
        }
        store(to, sums);
    }
}
