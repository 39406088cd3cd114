//! Convolutions with large kernels, as products of spectra.
//!
//! A convolution is a product of numbers at each frequency. The transform there and back is itself
//! matrix products over maps that lie pixel by pixel (`[height, width, batch, channels]`), so that
//! nothing but products and one reordering is asked of a device. For 20 images and the paper's
//! second layer (7x7, 64 to 128 channels on 48x48) that is a sixth of the multiplications, the same
//! but for rounding. It takes memory for it: a peak of 299 MB against 170 MB for 64 images there,
//! natively. Refuses to know networks.

use burn::tensor::{Device, Tensor, TensorData};

/// The transform of square maps of real numbers: `e^(-2 pi i f x / side)` as matrices of real and
/// imaginary parts, one above the other.
struct Transform {
    side: usize,
    /// Frequencies along a row; those above are the conjugates of these.
    half: usize,
    device: Device,
}

impl Transform {
    fn new(side: usize, device: &Device) -> Self {
        Self {
            side,
            half: side / 2 + 1,
            device: device.clone(),
        }
    }

    /// Cosine and sine of `2 pi a b / side`.
    fn turn(&self, a: usize, b: usize) -> (f64, f64) {
        // The product modulo the side keeps the angle small, and so exact.
        let angle = core::f64::consts::TAU * (a * b % self.side) as f64 / self.side as f64;
        (angle.cos(), angle.sin())
    }

    fn matrix(
        &self,
        [rows, columns]: [usize; 2],
        value: impl Fn(usize, usize) -> f64,
    ) -> Tensor<3> {
        let places = (0..rows).flat_map(|row| (0..columns).map(move |column| (row, column)));
        let values: Vec<f32> = places
            .map(|(row, column)| value(row, column) as f32)
            .collect();
        Tensor::from_data(TensorData::new(values, [1, rows, columns]), &self.device)
    }

    /// `[1, 2 half, width]`: a row of pixels to real and imaginary parts of its frequencies.
    fn along_rows(&self, width: usize) -> Tensor<3> {
        self.matrix([2 * self.half, width], |row, x| {
            let (cos, sin) = self.turn(row % self.half, x);
            if row < self.half { cos } else { -sin }
        })
    }

    /// `[1, 2 side, 2 height]`: a column of complex numbers to its frequencies.
    fn along_columns(&self, height: usize) -> Tensor<3> {
        self.matrix([2 * self.side, 2 * height], |row, column| {
            let (cos, sin) = self.turn(row % self.side, column % height);
            match (row < self.side, column < height) {
                (true, true) | (false, false) => cos,
                (true, false) => sin,
                (false, true) => -sin,
            }
        })
    }

    /// The first `height` of each column again.
    fn columns_back(&self, height: usize) -> Tensor<3> {
        self.matrix([2 * height, 2 * self.side], |row, column| {
            let (cos, sin) = self.turn(row % height, column % self.side);
            let value = match (row < height, column < self.side) {
                (true, true) | (false, false) => cos,
                (true, false) => -sin,
                (false, true) => sin,
            };
            value / self.side as f64
        })
    }

    /// The first `width` of each row again; every frequency but the lowest, and the highest of an
    /// even side, stands for its conjugate too.
    fn rows_back(&self, width: usize) -> Tensor<3> {
        self.matrix([width, 2 * self.half], |x, column| {
            let frequency = column % self.half;
            let alone = frequency == 0 || 2 * frequency == self.side;
            let (cos, sin) = self.turn(frequency, x);
            let value = if column < self.half { cos } else { -sin };
            value * if alone { 1.0 } else { 2.0 } / self.side as f64
        })
    }

    /// `[height, width, n, channels]` to `[half, 2 side, n, channels]`, zeros where the maps are
    /// smaller than the transform.
    fn forward(&self, maps: Tensor<4>) -> Tensor<4> {
        let [height, width, n, channels] = maps.dims();
        let maps = maps.reshape([height, width, n * channels]);
        let rows = self.along_rows(width).matmul(maps);
        let rows = rows
            .reshape([height, 2, self.half, n * channels])
            .permute([2, 1, 0, 3])
            .reshape([self.half, 2 * height, n * channels]);
        self.along_columns(height)
            .matmul(rows)
            .reshape([self.half, 2 * self.side, n, channels])
    }

    /// `[half, 2 side, n, channels]` to the first `[height, width, n, channels]`.
    fn back(&self, spectrum: Tensor<4>, [height, width]: [usize; 2]) -> Tensor<4> {
        let [_, _, n, channels] = spectrum.dims();
        let spectrum = spectrum.reshape([self.half, 2 * self.side, n * channels]);
        let rows = self
            .columns_back(height)
            .matmul(spectrum)
            .reshape([self.half, 2, height, n * channels])
            .permute([2, 1, 0, 3])
            .reshape([height, 2 * self.half, n * channels]);
        self.rows_back(width)
            .matmul(rows)
            .reshape([height, width, n, channels])
    }
}

/// What [`burn::nn::conv::Conv2d`] without bias, padding and stride makes of square maps:
/// `[batch, in, side, side]` and kernels `[out, in, k, k]` to `[batch, out, side - k + 1, ..]`.
#[must_use]
pub(crate) fn convolve(maps: Tensor<4>, kernels: Tensor<4>) -> Tensor<4> {
    let [_, _, height, width] = maps.dims();
    let [_, _, kernel_height, kernel_width] = kernels.dims();
    let transform = Transform::new(height.max(width), &maps.device());
    let side = transform.side;
    let halves = |spectrum: Tensor<4>| {
        let imaginary = spectrum.clone().narrow(1, side, side);
        (spectrum.narrow(1, 0, side), imaginary)
    };
    // A network's convolution does not turn its kernels round: the kernels' spectrum is conjugated.
    // What wraps round the edge falls on the last `k - 1` rows and columns, which nobody asks for.
    let (real, imaginary) = halves(transform.forward(maps.permute([2, 3, 0, 1])));
    let (kernel_real, kernel_imaginary) = halves(transform.forward(kernels.permute([2, 3, 1, 0])));
    let product = Tensor::cat(
        vec![
            real.clone().matmul(kernel_real.clone())
                + imaginary.clone().matmul(kernel_imaginary.clone()),
            imaginary.matmul(kernel_real) - real.matmul(kernel_imaginary),
        ],
        1,
    );
    transform
        .back(
            product,
            [height + 1 - kernel_height, width + 1 - kernel_width],
        )
        .permute([2, 3, 0, 1])
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::Distribution;
    use burn::tensor::module::conv2d;
    use burn::tensor::ops::ConvOptions;

    #[test]
    fn spectra_give_what_the_library_convolves() {
        let device = Device::flex();
        for (batch, input, output, side, kernel) in [
            (2, 3, 5, 48, 7),
            (1, 4, 2, 21, 4),
            (3, 1, 1, 9, 9),
            (2, 2, 2, 7, 1),
        ] {
            let draw = |shape: [usize; 4]| {
                Tensor::<4>::random(shape, Distribution::Uniform(-1.0, 1.0), &device)
            };
            let maps = draw([batch, input, side, side]);
            let kernels = draw([output, input, kernel, kernel]);
            let options = ConvOptions::new([1, 1], [0, 0], [1, 1], 1);
            let expected = conv2d(maps.clone(), kernels.clone(), None, options);
            let found = convolve(maps, kernels);
            assert_eq!(found.dims(), expected.dims());
            let far = (found - expected).abs().max().into_scalar::<f32>();
            assert!(far < 1e-4, "{side} by {kernel}: {far}");
        }
    }
}
