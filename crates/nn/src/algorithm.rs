//! The algorithm of a convolution in inference that multiplies least.
//!
//! It depends on the convolution alone, not on the batch: an image is the same alone and with others, up to
//! the rounding of spectra. Refuses to know how the algorithms compute.

use crate::conv::Geometry;
use crate::fft_conv::FftConv;
use crate::kernels::{Kernel, Precision};
use crate::winograd::{self, Winograd};

/// How results are computed where no gradients are wanted.
pub(crate) enum Algorithm {
    /// One GEMM over the map where it lies.
    Direct,
    /// 3x3 kernels, by Winograd on tiles of 4x4 or 6x6 pixels.
    Winograd(Winograd),
    /// Large kernels, by FFTs of tiles.
    Fft(Box<FftConv>),
}

impl Algorithm {
    /// The algorithm for this convolution; products of bf16 are direct.
    pub(crate) fn new(kernel: Kernel, geometry: &Geometry) -> Self {
        if kernel.precision != Precision::F32 {
            return Self::Direct;
        }
        if let Some(fft) = FftConv::new(kernel, geometry) {
            return Self::Fft(Box::new(fft));
        }
        if geometry.side == winograd::KERNEL && geometry.stride == 1 {
            let (input, side) = (geometry.input, geometry.result_side());
            let winograd = Winograd::new(kernel, input, geometry.out, geometry.padding, side);
            return winograd.map_or(Self::Direct, Self::Winograd);
        }
        Self::Direct
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::{Architecture, Plan, Spec};

    #[cfg(target_family = "wasm")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    /// A letter a layer but the first.
    fn ways(spec: &Spec) -> String {
        let plan = Plan::new(spec);
        let algorithm =
            |geometry: &Geometry| match Algorithm::new(Kernel::best(Precision::F32), geometry) {
                Algorithm::Direct => 'd',
                Algorithm::Winograd(_) => 'w',
                Algorithm::Fft(_) => 's',
            };
        let layers = plan.layers.iter().skip(1);
        layers.map(|layer| algorithm(&layer.geometry)).collect()
    }

    #[test]
    fn networks_take_the_ways_that_multiply_least() {
        assert_eq!(ways(&Architecture::default().into()), "dwwdwwd");
        assert_eq!(ways(&Spec::conv4()), "wwd");
        assert_eq!(ways(&Spec::koch()), "ssd");
    }
}
