//! GEMM kernels with AVX-512, of f32 and of bf16: the same tiles around one instruction.

use core::arch::x86_64::{
    __m512, __m512bh, __m512i, _mm512_add_ps, _mm512_castps_si512, _mm512_castsi512_ps,
    _mm512_dpbf16_ps, _mm512_fmadd_ps, _mm512_loadu_ps, _mm512_loadu_si512, _mm512_set1_epi32,
    _mm512_setzero_ps, _mm512_storeu_ps,
};
use core::mem::transmute;

use super::{GemmOuter, LANES, OUTER_ROWS, Panel};

#[inline]
#[target_feature(enable = "avx512f")]
fn multiply_add_f32(sum: __m512, a: __m512i, b: __m512i) -> __m512 {
    _mm512_fmadd_ps(_mm512_castsi512_ps(a), _mm512_castsi512_ps(b), sum)
}

#[inline]
#[target_feature(enable = "avx512f,avx512bf16")]
fn multiply_add_bf16(sum: __m512, a: __m512i, b: __m512i) -> __m512 {
    // SAFETY: both types are 512 bits of any pattern.
    unsafe {
        _mm512_dpbf16_ps(
            sum,
            transmute::<__m512i, __m512bh>(a),
            transmute::<__m512i, __m512bh>(b),
        )
    }
}

/// Both products around one multiply-add of words.
macro_rules! products {
    ($features:literal, $multiply_add:ident, $gemm_gather:ident, $tiles:ident, $tile:ident,
     $gemm_outer:ident, $gemm_outer_tile:ident) => {
        /// # Safety
        /// Every word that the panel's segments reach from the offsets, and every value of the
        /// result, must be in bounds; the machine must have the instructions.
        #[target_feature(enable = $features)]
        pub(super) unsafe fn $gemm_gather(panel: &Panel<'_>, a: &[u32], c: &[u32]) {
            // SAFETY: passed on from the caller.
            unsafe {
                match panel.width / LANES {
                    4 => $tiles::<6, 4>(panel, a, c),
                    3 => $tiles::<6, 3>(panel, a, c),
                    2 => $tiles::<6, 2>(panel, a, c),
                    _ => $tiles::<6, 1>(panel, a, c),
                }
            }
        }

        #[inline]
        #[target_feature(enable = $features)]
        unsafe fn $tiles<const MR: usize, const NV: usize>(
            panel: &Panel<'_>,
            mut a: &[u32],
            mut c: &[u32],
        ) {
            // SAFETY: passed on from the caller.
            unsafe {
                while a.len() >= MR {
                    $tile::<MR, NV>(panel, a, c);
                    a = &a[MR..];
                    c = &c[MR..];
                }
                while a.len() >= 2 {
                    $tile::<2, NV>(panel, a, c);
                    a = &a[2..];
                    c = &c[2..];
                }
                if !a.is_empty() {
                    $tile::<1, NV>(panel, a, c);
                }
            }
        }

        #[inline]
        #[target_feature(enable = $features)]
        unsafe fn $tile<const MR: usize, const NV: usize>(panel: &Panel<'_>, a: &[u32], c: &[u32]) {
            let mut sums = [[_mm512_setzero_ps(); NV]; MR];
            // SAFETY: the caller's promise.
            unsafe {
                let mut b = panel.b;
                for segment in panel.segments {
                    let mut left = [panel.a; MR];
                    for row in 0..MR {
                        left[row] = panel.a.add(a[row] as usize + segment.offset as usize);
                    }
                    for k in 0..segment.len as usize {
                        let mut right = [_mm512_castps_si512(_mm512_setzero_ps()); NV];
                        for lane in 0..NV {
                            right[lane] = _mm512_loadu_si512(b.add(lane * LANES).cast());
                        }
                        for row in 0..MR {
                            let word = left[row].add(k).cast::<i32>().read_unaligned();
                            let word = _mm512_set1_epi32(word);
                            for lane in 0..NV {
                                sums[row][lane] = $multiply_add(sums[row][lane], word, right[lane]);
                            }
                        }
                        b = b.add(NV * LANES);
                    }
                }
                for row in 0..MR {
                    let to = panel.c.add(c[row] as usize);
                    for lane in 0..NV {
                        let to = to.add(lane * LANES);
                        let sum = if panel.accumulate {
                            _mm512_add_ps(_mm512_loadu_ps(to), sums[row][lane])
                        } else {
                            sums[row][lane]
                        };
                        _mm512_storeu_ps(to, sum);
                    }
                }
            }
        }

        /// # Safety
        /// Every word that the job reaches must be in bounds; the machine must have the
        /// instructions.
        #[target_feature(enable = $features)]
        pub(super) unsafe fn $gemm_outer(job: &GemmOuter<'_>, c: *mut f32) {
            // Wide tiles take fewer loads a product; narrow ones what is left.
            let mut column = 0;
            while column < job.width {
                let left = (job.width - column) / LANES;
                let wide = left >= 4;
                for row in (0..job.height).step_by(if wide { 4 } else { OUTER_ROWS }) {
                    // SAFETY: passed on from the caller.
                    unsafe {
                        match left {
                            1 => $gemm_outer_tile::<OUTER_ROWS, 1>(job, row, column, c),
                            2 | 3 => $gemm_outer_tile::<OUTER_ROWS, 2>(job, row, column, c),
                            _ => $gemm_outer_tile::<4, 4>(job, row, column, c),
                        }
                    }
                }
                column += LANES * if wide { 4 } else { left.min(2) };
            }
        }

        #[inline]
        #[target_feature(enable = $features)]
        unsafe fn $gemm_outer_tile<const MR: usize, const NV: usize>(
            job: &GemmOuter<'_>,
            row: usize,
            column: usize,
            c: *mut f32,
        ) {
            let mut sums = [[_mm512_setzero_ps(); NV]; MR];
            // SAFETY: the caller's promise.
            unsafe {
                let x = job.x.as_ptr().add(row);
                let y = job.y.as_ptr().add(column);
                for pixel in 0..job.x_offsets.len() {
                    let x = x.add(*job.x_offsets.get_unchecked(pixel) as usize);
                    let y = y.add(*job.y_offsets.get_unchecked(pixel) as usize);
                    let mut right = [_mm512_castps_si512(_mm512_setzero_ps()); NV];
                    for lane in 0..NV {
                        right[lane] = _mm512_loadu_si512(y.add(lane * LANES).cast());
                    }
                    for at in 0..MR {
                        let word = _mm512_set1_epi32(*x.add(at).cast::<i32>());
                        for lane in 0..NV {
                            sums[at][lane] = $multiply_add(sums[at][lane], word, right[lane]);
                        }
                    }
                }
                for at in 0..MR {
                    let to = c.add((row + at) * job.stride + column);
                    for lane in 0..NV {
                        let to = to.add(lane * LANES);
                        _mm512_storeu_ps(to, _mm512_add_ps(_mm512_loadu_ps(to), sums[at][lane]));
                    }
                }
            }
        }
    };
}

products!(
    "avx512f",
    multiply_add_f32,
    gemm_gather_f32,
    tiles_f32,
    tile_f32,
    gemm_outer_f32,
    gemm_outer_tile_f32
);
products!(
    "avx512f,avx512bf16",
    multiply_add_bf16,
    gemm_gather_bf16,
    tiles_bf16,
    tile_bf16,
    gemm_outer_bf16,
    gemm_outer_tile_bf16
);
