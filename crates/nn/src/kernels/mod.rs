//! GEMM and GEMV kernels, the only place that knows instruction sets.
//!
//! - [`gemm_gather`]: `C = A B`, where the rows of A are gathered from anywhere in an activation map. A convolution
//!   reads its patches in place (implicit im2col).
//! - [`gemm_outer`]: `C += sum x^T y` over pixels, the gradient of weights.
//! - [`gemv_i8`]: an i8 row times f32 vectors, the 8-bit dense layer.
//!
//! GEMMs work on words of 32 bits: one f32, or two bf16 whose products are summed. The precisions differ in what one
//! multiply-add of words means, and in nothing else. Refuses to know layers.
#![allow(unsafe_code)]

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
#[cfg(all(target_arch = "aarch64", target_feature = "neon"))]
mod neon;
mod portable;
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod wasm;

use serde::{Deserialize, Serialize};

/// What of the processor computes, for people.
pub const PROCESSOR: &str = if cfg!(any(target_feature = "simd128", not(target_family = "wasm"))) {
    "SIMD"
} else {
    "scalar"
};

/// The numbers that GEMMs multiply; sums, weights and norms are f32 in both.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Precision {
    /// f32 throughout.
    F32,
    /// Products of bf16: half the memory and up to twice the speed, 8 bits of each factor.
    Bf16,
}

impl Precision {
    /// What this machine multiplies fastest: bf16 where it has instructions for it, else f32. Emulated bf16 is five
    /// times slower than f32 with AVX2.
    #[must_use]
    pub fn fastest() -> Self {
        let portable = Kernel::portable(Self::Bf16).instructions;
        if Kernel::best(Self::Bf16).instructions == portable {
            Self::F32
        } else {
            Self::Bf16
        }
    }
}

/// Lanes of the widest vector; the right matrix has a multiple of them as columns.
pub(crate) const LANES: usize = 16;

/// Columns of a block of a packed right matrix; the last may have fewer. A tile of wasm reads 8 of them: the fewer lie
/// between its reads, the sooner they come from memory (Chromium's compiler on Zen 4, `compact`: 8 to 10 %).
pub(crate) const BLOCK: usize = if cfg!(target_family = "wasm") { 16 } else { 64 };

/// What carries out the products.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Instructions {
    /// Any machine.
    Portable,
    /// AVX2 and FMA, for f32 only.
    #[cfg(target_arch = "x86_64")]
    Avx2,
    /// AVX-512, with bf16 products where the kernel is for them.
    #[cfg(target_arch = "x86_64")]
    Avx512,
    /// NEON, for f32 only.
    #[cfg(all(target_arch = "aarch64", target_feature = "neon"))]
    Neon,
    /// Wasm's vectors, for f32 only.
    #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
    Simd128,
}

/// A precision and the best instructions for it here.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Kernel {
    pub(crate) precision: Precision,
    instructions: Instructions,
}

impl Kernel {
    /// The fastest that this machine has.
    pub(crate) fn best(precision: Precision) -> Self {
        #[cfg(target_arch = "x86_64")]
        {
            let wide = is_x86_feature_detected!("avx512f")
                && (precision == Precision::F32 || is_x86_feature_detected!("avx512bf16"));
            let middle = precision == Precision::F32
                && is_x86_feature_detected!("avx2")
                && is_x86_feature_detected!("fma");
            if wide || middle {
                return Self {
                    precision,
                    instructions: if wide {
                        Instructions::Avx512
                    } else {
                        Instructions::Avx2
                    },
                };
            }
        }
        #[cfg(all(target_arch = "aarch64", target_feature = "neon"))]
        if precision == Precision::F32 {
            return Self {
                precision,
                instructions: Instructions::Neon,
            };
        }
        #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
        if precision == Precision::F32 {
            return Self {
                precision,
                instructions: Instructions::Simd128,
            };
        }
        Self::portable(precision)
    }

    /// The one for any machine.
    pub(crate) fn portable(precision: Precision) -> Self {
        Self {
            precision,
            instructions: Instructions::Portable,
        }
    }
}

/// A left matrix's memory: f32, or bf16 of which two neighbours make a word.
#[derive(Clone, Copy)]
pub(crate) enum Left<'a> {
    /// A word an f32.
    F32(&'a [f32]),
    /// A word two bf16.
    Bf16(&'a [u16]),
}

impl Left<'_> {
    fn words(self) -> usize {
        match self {
            Left::F32(values) => values.len(),
            Left::Bf16(values) => values.len() / 2,
        }
    }
    fn pointer(self) -> *const u32 {
        match self {
            Left::F32(values) => values.as_ptr().cast(),
            Left::Bf16(values) => values.as_ptr().cast(),
        }
    }
}

/// A run of neighbouring words of each row of the left matrix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Segment {
    /// Words from the row's offset.
    pub(crate) offset: u32,
    /// Words.
    pub(crate) len: u32,
}

/// `c[row] = a[row] b`, or `+=` with `accumulate`, for as many rows as there are offsets.
///
/// Row `i` of the left matrix is the segments of `a` one after another, from word
/// `a_offsets[i]`; row `i` of the result is `columns` values of `c` from `c_offsets[i]`. `b` is
/// packed: blocks of [`BLOCK`] columns one after another, in each the words of a row side by
/// side. `columns` is a multiple of [`LANES`].
pub(crate) struct GemmGather<'a> {
    pub(crate) a: Left<'a>,
    pub(crate) a_offsets: &'a [u32],
    pub(crate) segments: &'a [Segment],
    pub(crate) b: &'a [u32],
    pub(crate) columns: usize,
    pub(crate) c_offsets: &'a [u32],
    pub(crate) accumulate: bool,
}

/// Carries out [`GemmGather`] into `c`.
pub(crate) fn gemm_gather(kernel: Kernel, job: &GemmGather<'_>, c: &mut [f32]) {
    let depth: usize = job.segments.iter().map(|s| s.len as usize).sum();
    let reach = |offsets: &[u32]| offsets.iter().max().map_or(0, |&offset| offset as usize);
    let farthest = job.segments.iter().map(|s| (s.offset + s.len) as usize);
    let count = job.a_offsets.len();
    if count == 0 {
        return;
    }
    assert!(job.columns.is_multiple_of(LANES) && job.b.len() >= depth * job.columns);
    assert!(count == job.c_offsets.len());
    assert!(reach(job.a_offsets) + farthest.max().unwrap_or(0) <= job.a.words());
    assert!(reach(job.c_offsets) + job.columns <= c.len());
    let a = job.a.pointer();
    for first in (0..job.columns).step_by(BLOCK) {
        let width = BLOCK.min(job.columns - first);
        let panel = Panel {
            a,
            segments: job.segments,
            b: job.b[first * depth..].as_ptr(),
            width,
            c: c[first..].as_mut_ptr(),
            accumulate: job.accumulate,
        };
        // SAFETY: the assertions above bound every word of `a`, `b` and `c` that a panel of these
        // offsets reaches, and `Kernel` only names instructions that were detected. Reads and
        // writes of the kernels are unaligned ones.
        unsafe {
            match (kernel.instructions, kernel.precision) {
                #[cfg(target_arch = "x86_64")]
                (Instructions::Avx512, Precision::Bf16) => {
                    avx512::gemm_gather_bf16(&panel, job.a_offsets, job.c_offsets);
                }
                #[cfg(target_arch = "x86_64")]
                (Instructions::Avx512, Precision::F32) => {
                    avx512::gemm_gather_f32(&panel, job.a_offsets, job.c_offsets);
                }
                #[cfg(target_arch = "x86_64")]
                (Instructions::Avx2, _) => avx2::gemm_gather(&panel, job.a_offsets, job.c_offsets),
                #[cfg(all(target_arch = "aarch64", target_feature = "neon"))]
                (Instructions::Neon, _) => neon::gemm_gather(&panel, job.a_offsets, job.c_offsets),
                #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
                (Instructions::Simd128, _) => {
                    wasm::gemm_gather(&panel, job.a_offsets, job.c_offsets)
                }
                (Instructions::Portable, Precision::F32) => {
                    portable::gemm_gather::<portable::F32>(&panel, job.a_offsets, job.c_offsets);
                }
                (Instructions::Portable, Precision::Bf16) => {
                    portable::gemm_gather::<portable::Bf16>(&panel, job.a_offsets, job.c_offsets);
                }
            }
        }
    }
}

/// One block of columns of [`GemmGather`], bounds checked.
struct Panel<'a> {
    a: *const u32,
    segments: &'a [Segment],
    b: *const u32,
    width: usize,
    c: *mut f32,
    accumulate: bool,
}

/// `c += sum over pixels of x[pixel]^T y[pixel]`.
///
/// Words `x[x_offsets[p]..][..height]` and `y[y_offsets[p]..][..width]` of each pixel; `c` is
/// `[height, width]`, `stride` values from row to row. `height` is a multiple of 8, `width` of
/// [`LANES`].
pub(crate) struct GemmOuter<'a> {
    pub(crate) x: &'a [u32],
    pub(crate) x_offsets: &'a [u32],
    pub(crate) y: &'a [u32],
    pub(crate) y_offsets: &'a [u32],
    pub(crate) height: usize,
    pub(crate) width: usize,
    pub(crate) stride: usize,
}

/// Rows of a tile of [`GemmOuter`].
pub(crate) const OUTER_ROWS: usize = 8;

/// Carries out [`GemmOuter`] into `c`.
pub(crate) fn gemm_outer(kernel: Kernel, job: &GemmOuter<'_>, c: &mut [f32]) {
    let reach = |offsets: &[u32]| offsets.iter().max().map_or(0, |&offset| offset as usize);
    assert!(job.x_offsets.len() == job.y_offsets.len());
    if job.x_offsets.is_empty() || job.height == 0 {
        return;
    }
    assert!(job.height.is_multiple_of(OUTER_ROWS) && job.width.is_multiple_of(LANES));
    assert!(reach(job.x_offsets) + job.height <= job.x.len());
    assert!(reach(job.y_offsets) + job.width <= job.y.len());
    assert!(job.stride >= job.width && (job.height - 1) * job.stride + job.width <= c.len());
    // SAFETY: the assertions above bound every word of `x`, `y` and `c` that tiles of this size
    // reach, and `Kernel` only names instructions that were detected.
    unsafe {
        match (kernel.instructions, kernel.precision) {
            #[cfg(target_arch = "x86_64")]
            (Instructions::Avx512, Precision::Bf16) => avx512::gemm_outer_bf16(job, c.as_mut_ptr()),
            #[cfg(target_arch = "x86_64")]
            (Instructions::Avx512, Precision::F32) => avx512::gemm_outer_f32(job, c.as_mut_ptr()),
            #[cfg(target_arch = "x86_64")]
            (Instructions::Avx2, _) => avx2::gemm_outer(job, c.as_mut_ptr()),
            #[cfg(all(target_arch = "aarch64", target_feature = "neon"))]
            (Instructions::Neon, _) => neon::gemm_outer(job, c.as_mut_ptr()),
            #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
            (Instructions::Simd128, _) => wasm::gemm_outer(job, c.as_mut_ptr()),
            (Instructions::Portable, Precision::F32) => {
                portable::gemm_outer::<portable::F32>(job, c.as_mut_ptr());
            }
            (Instructions::Portable, Precision::Bf16) => {
                portable::gemm_outer::<portable::Bf16>(job, c.as_mut_ptr());
            }
        }
    }
}

/// Numbers that [`gemv_i8`] takes at once.
pub(crate) const GEMV_STEP: usize = 16;

/// Vectors that share a row's numbers once they are f32: their sums fill wasm's registers.
const GEMV_VECTORS: usize = 2;

/// `sums[i] = row . vectors[i]`, with `vectors` as `[sums, row]`. The row's length is a multiple of [`GEMV_STEP`].
pub(crate) fn gemv_i8(row: &[i8], vectors: &[f32], sums: &mut [f32]) {
    assert!(row.len().is_multiple_of(GEMV_STEP) && vectors.len() == row.len() * sums.len());
    let (pairs, last) = sums.as_chunks_mut::<GEMV_VECTORS>();
    let (of_pairs, of_last) = vectors.split_at(pairs.len() * GEMV_VECTORS * row.len());
    let groups = of_pairs
        .chunks_exact((GEMV_VECTORS * row.len()).max(1))
        .zip(pairs);
    for (vectors, sums) in groups {
        dot_i8(row, vectors, sums);
    }
    for (vector, sum) in of_last.chunks_exact(row.len().max(1)).zip(last) {
        dot_i8(row, vector, core::slice::from_mut(sum));
    }
}

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
fn dot_i8(row: &[i8], vectors: &[f32], sums: &mut [f32]) {
    // SAFETY: `gemv_i8` has as many values as sums times the row, which is whole vectors.
    unsafe {
        match sums.len() {
            GEMV_VECTORS => wasm::dot_i8::<GEMV_VECTORS>(row, vectors, sums),
            _ => wasm::dot_i8::<1>(row, vectors, sums),
        }
    }
}

#[cfg(all(target_arch = "aarch64", target_feature = "neon"))]
fn dot_i8(row: &[i8], vectors: &[f32], sums: &mut [f32]) {
    // SAFETY: `gemv_i8` has as many values as sums times the row, which is whole vectors; the target
    // has NEON, by the condition above.
    unsafe {
        match sums.len() {
            GEMV_VECTORS => neon::dot_i8::<GEMV_VECTORS>(row, vectors, sums),
            _ => neon::dot_i8::<1>(row, vectors, sums),
        }
    }
}

#[cfg(not(any(
    all(target_arch = "wasm32", target_feature = "simd128"),
    all(target_arch = "aarch64", target_feature = "neon")
)))]
simd! {
    fn dot_i8(row: &[i8], vectors: &[f32], sums: &mut [f32]) {
        match sums.len() {
            GEMV_VECTORS => portable::dot_i8::<GEMV_VECTORS>(row, vectors, sums),
            _ => portable::dot_i8::<1>(row, vectors, sums),
        }
    }
}

/// Values as words, without a copy.
pub(crate) fn words(values: &[f32]) -> &[u32] {
    // SAFETY: f32 and u32 have the same size and alignment, and every pattern is a u32.
    unsafe { core::slice::from_raw_parts(values.as_ptr().cast(), values.len()) }
}

/// The nearest bf16, ties to even.
#[inline(always)]
pub(crate) fn bf16(value: f32) -> u16 {
    let bits = value.to_bits();
    ((bits + 0x7fff + (bits >> 16 & 1)) >> 16) as u16
}

/// A bf16's value.
#[inline(always)]
pub(crate) fn from_bf16(bits: u16) -> f32 {
    f32::from_bits(u32::from(bits) << 16)
}

/// A function over slices compiled for each instruction set, the best chosen at the call. All
/// versions give the same bits: the compiler fuses no multiplication with an addition.
macro_rules! simd {
    ($($(#[$meta:meta])* fn $name:ident($($arg:ident: $type:ty),* $(,)?) $(-> $result:ty)? $body:block)*) => {$(
        $(#[$meta])*
        #[allow(unsafe_code, clippy::too_many_arguments)]
        pub(crate) fn $name($($arg: $type),*) $(-> $result)? {
            #[inline(always)]
            #[allow(clippy::too_many_arguments)]
            fn portable($($arg: $type),*) $(-> $result)? $body
            #[cfg(target_arch = "x86_64")]
            {
                #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl")]
                #[allow(clippy::too_many_arguments)]
                fn avx512($($arg: $type),*) $(-> $result)? { portable($($arg),*) }
                #[target_feature(enable = "avx2")]
                #[allow(clippy::too_many_arguments)]
                fn avx2($($arg: $type),*) $(-> $result)? { portable($($arg),*) }
                if is_x86_feature_detected!("avx512bw")
                    && is_x86_feature_detected!("avx512dq")
                    && is_x86_feature_detected!("avx512vl")
                {
                    // SAFETY: the instructions were detected; the function itself is safe code.
                    return unsafe { avx512($($arg),*) };
                }
                if is_x86_feature_detected!("avx2") {
                    // SAFETY: as above.
                    return unsafe { avx2($($arg),*) };
                }
            }
            portable($($arg),*)
        }
    )*};
}
pub(crate) use simd;

#[cfg(test)]
mod tests;
