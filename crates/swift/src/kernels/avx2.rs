//! The f32 products with AVX2 and FMA: the portable ones, compiled for them.

use super::portable::{self, Word};
use super::{Outer, Panel};

/// Words are f32, and a product is fused with its sum.
struct Fused;

impl Word for Fused {
    #[inline(always)]
    fn multiply_add(sum: f32, a: u32, b: u32) -> f32 {
        f32::from_bits(a).mul_add(f32::from_bits(b), sum)
    }
}

/// # Safety
/// As [`portable::rows`]; the machine must have the instructions.
#[target_feature(enable = "avx2,fma")]
pub(super) unsafe fn rows(panel: &Panel<'_>, a_offsets: &[u32], c_offsets: &[u32]) {
    // SAFETY: passed on from the caller.
    unsafe { portable::rows::<Fused>(panel, a_offsets, c_offsets) }
}

/// # Safety
/// As [`portable::outer`]; the machine must have the instructions.
#[target_feature(enable = "avx2,fma")]
pub(super) unsafe fn outer(job: &Outer<'_>, c: *mut f32) {
    // SAFETY: passed on from the caller.
    unsafe { portable::outer::<Fused>(job, c) }
}
