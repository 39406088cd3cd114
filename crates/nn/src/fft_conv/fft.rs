//! The discrete Fourier transform of 12 and of 20 complex numbers, several side by side.
//!
//! Both lengths are 4 times an odd number that has no factor with it, so that the transform falls
//! apart into those of 4 and of 3 or 5 without a multiplication in between (Good 1958, Thomas
//! 1963). Refuses to know maps.

// Arrays of a transform are indexed by the same number; closures over arrays are calls in wasm.
#![allow(clippy::needless_range_loop)]

/// Transforms side by side, one of each channel: a vector of wasm, two of AVX2.
pub(super) const LANES: usize = if cfg!(target_family = "wasm") { 4 } else { 8 };

/// One number of each transform.
pub(super) type Lane = [f32; LANES];

/// One complex number of each transform.
#[derive(Clone, Copy)]
pub(super) struct Complex {
    pub(super) re: Lane,
    pub(super) im: Lane,
}

impl Complex {
    pub(super) const ZERO: Self = Self {
        re: [0.0; LANES],
        im: [0.0; LANES],
    };

    #[inline(always)]
    fn plus(mut self, other: Self) -> Self {
        for lane in 0..LANES {
            self.re[lane] += other.re[lane];
            self.im[lane] += other.im[lane];
        }
        self
    }

    #[inline(always)]
    fn minus(mut self, other: Self) -> Self {
        for lane in 0..LANES {
            self.re[lane] -= other.re[lane];
            self.im[lane] -= other.im[lane];
        }
        self
    }

    #[inline(always)]
    fn times(mut self, by: f32) -> Self {
        for lane in 0..LANES {
            self.re[lane] *= by;
            self.im[lane] *= by;
        }
        self
    }

    /// `self - i other`.
    #[inline(always)]
    fn minus_i(mut self, other: Self) -> Self {
        for lane in 0..LANES {
            self.re[lane] += other.im[lane];
            self.im[lane] -= other.re[lane];
        }
        self
    }

    /// `self + i other`.
    #[inline(always)]
    fn plus_i(mut self, other: Self) -> Self {
        for lane in 0..LANES {
            self.re[lane] -= other.im[lane];
            self.im[lane] += other.re[lane];
        }
        self
    }
}

/// A lane with each sign turned.
#[inline(always)]
pub(super) fn negative(mut lane: Lane) -> Lane {
    for value in &mut lane {
        *value = -*value;
    }
    lane
}

/// `z[k] = sum of z[n] e^(-2 pi i n k / N)`, of `N = 4 ODD`; `ODD` is 3 or 5.
#[inline(always)]
pub(super) fn transform<const N: usize, const ODD: usize>(z: &mut [Complex; N]) {
    const { assert!(N == 4 * ODD && (ODD == 3 || ODD == 5)) };
    // Number n is at row n2, column n1 for n = ODD n1 + 4 n2.
    let mut rows = [[Complex::ZERO; 4]; ODD];
    for n2 in 0..ODD {
        let at = |n1: usize| z[(ODD * n1 + 4 * n2) % N];
        rows[n2] = of_4([at(0), at(1), at(2), at(3)]);
    }
    // Frequency k leaves k1 divided by 4, and k2 divided by ODD.
    for k1 in 0..4 {
        let mut column = [Complex::ZERO; ODD];
        for n2 in 0..ODD {
            column[n2] = rows[n2][k1];
        }
        let column = odd::<ODD>(column);
        let (of_4, of_odd) = if ODD == 3 { (9, 4) } else { (5, 16) };
        for k2 in 0..ODD {
            z[(of_4 * k1 + of_odd * k2) % N] = column[k2];
        }
    }
}

#[inline(always)]
fn of_4([a, b, c, d]: [Complex; 4]) -> [Complex; 4] {
    let (even, odd) = (a.plus(c), b.plus(d));
    let (real, turned) = (a.minus(c), b.minus(d));
    [
        even.plus(odd),
        real.minus_i(turned),
        even.minus(odd),
        real.plus_i(turned),
    ]
}

#[inline(always)]
fn odd<const ODD: usize>(x: [Complex; ODD]) -> [Complex; ODD] {
    /// Cosine and sine of `2 pi k / 3`.
    const OF_3: [[f32; 2]; 3] = [[1.0, 0.0], [-0.5, 0.866_025_4], [-0.5, -0.866_025_4]];
    /// Cosine and sine of `2 pi k / 5`.
    const OF_5: [[f32; 2]; 5] = [
        [1.0, 0.0],
        [0.309_017, 0.951_056_5],
        [-0.809_017, 0.587_785_25],
        [-0.809_017, -0.587_785_25],
        [0.309_017, -0.951_056_5],
    ];
    let turn = |k: usize| if ODD == 3 { OF_3[k % 3] } else { OF_5[k % 5] };
    let mut result = [x[0]; ODD];
    let half = ODD / 2;
    for j in 1..=half {
        result[0] = result[0].plus(x[j].plus(x[ODD - j]));
    }
    for k in 1..=half {
        let (mut even, mut odd) = (x[0], Complex::ZERO);
        for j in 1..=half {
            let [cos, sin] = turn(j * k);
            even = even.plus(x[j].plus(x[ODD - j]).times(cos));
            odd = odd.plus(x[j].minus(x[ODD - j]).times(sin));
        }
        result[k] = even.minus_i(odd);
        result[ODD - k] = even.plus_i(odd);
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;
    use twinglyph_core::rng::Rng;

    fn is_the_sum_that_defines_it<const N: usize, const ODD: usize>() {
        let mut rng = Rng::new(N as u64);
        let mut lane = || core::array::from_fn(|_| rng.normal());
        let numbers: [Complex; N] = core::array::from_fn(|_| Complex {
            re: lane(),
            im: lane(),
        });
        let mut got = numbers;
        transform::<N, ODD>(&mut got);
        for (k, got) in got.iter().enumerate() {
            for lane in 0..LANES {
                let (mut re, mut im) = (0.0, 0.0);
                for (n, number) in numbers.iter().enumerate() {
                    let angle = -core::f64::consts::TAU * (n * k % N) as f64 / N as f64;
                    let (sin, cos) = libm::sincos(angle);
                    let (a, b) = (f64::from(number.re[lane]), f64::from(number.im[lane]));
                    re += a * cos - b * sin;
                    im += a * sin + b * cos;
                }
                assert!((f64::from(got.re[lane]) - re).abs() < 1e-5, "{N}: {k}");
                assert!((f64::from(got.im[lane]) - im).abs() < 1e-5, "{N}: {k}");
            }
        }
    }

    #[test]
    fn both_lengths_are_the_sums_that_define_them() {
        is_the_sum_that_defines_it::<12, 3>();
        is_the_sum_that_defines_it::<20, 5>();
    }
}
