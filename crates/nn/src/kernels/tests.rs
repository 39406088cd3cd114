//! The products against sums in f64, natively of any form and in wasm of a few.
//!
//! Elsewhere than on ARM, those of NEON are tested with Debian's `qemu-user-static` and
//! `gcc-aarch64-linux-gnu`: `cargo test -p twinglyph-nn --target aarch64-unknown-linux-gnu` with
//! `CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER=aarch64-linux-gnu-gcc` and
//! `CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_RUNNER="qemu-aarch64-static -L /usr/aarch64-linux-gnu"`.

use super::*;
use twinglyph_core::rng::Rng;

fn random(count: usize, rng: &mut Rng) -> Vec<f32> {
    (0..count).map(|_| from_bf16(bf16(rng.normal()))).collect()
}

/// Words of a matrix `[depth * 2, columns]` for bf16, `[depth, columns]` for f32.
fn pack(precision: Precision, b: &[f32], columns: usize) -> Vec<u32> {
    let per = if precision == Precision::Bf16 { 2 } else { 1 };
    let depth = b.len() / columns / per;
    let mut packed = Vec::new();
    for first in (0..columns).step_by(BLOCK) {
        let last = columns.min(first + BLOCK);
        for k in 0..depth {
            for column in first..last {
                packed.push(word(per, |at| b[(k * per + at) * columns + column]));
            }
        }
    }
    packed
}

fn word(per: usize, value: impl Fn(usize) -> f32) -> u32 {
    if per == 1 {
        value(0).to_bits()
    } else {
        u32::from(bf16(value(0))) | u32::from(bf16(value(1))) << 16
    }
}

fn kernels() -> Vec<Kernel> {
    let mut kernels = Vec::new();
    for precision in [Precision::F32, Precision::Bf16] {
        kernels.push(Kernel::portable(precision));
        kernels.push(Kernel::best(precision));
    }
    #[cfg(target_arch = "x86_64")]
    if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
        kernels.push(Kernel {
            precision: Precision::F32,
            instructions: Instructions::Avx2,
        });
    }
    kernels
}

#[test]
fn the_fastest_precision_has_instructions() {
    let portable = Kernel::portable(Precision::F32).instructions;
    let has = |precision| Kernel::best(precision).instructions != portable;
    assert_eq!(
        Precision::fastest() == Precision::Bf16,
        has(Precision::Bf16)
    );
}

#[cfg(all(target_arch = "aarch64", target_feature = "neon"))]
#[test]
fn arm_takes_its_vectors() {
    let best = Kernel::best(Precision::F32).instructions;
    assert_eq!(best, Instructions::Neon);
}

/// The form of a case of [`gemm_gather`].
#[derive(Clone, Copy, Debug)]
struct Form {
    count: usize,
    segments: usize,
    len: usize,
    vectors: usize,
    accumulate: bool,
}

fn check_gemm_gather(form: Form, seed: u64) {
    let Form {
        count,
        segments,
        len,
        vectors,
        accumulate,
    } = form;
    let columns = vectors * LANES;
    for kernel in kernels() {
        let mut rng = Rng::new(seed);
        let per = if kernel.precision == Precision::Bf16 {
            2
        } else {
            1
        };
        // Rows overlap, as those of a convolution do; segments leave gaps.
        let stride = len + 2;
        let words = count * 3 + segments * stride;
        let a = random(words * per, &mut rng);
        let b = random(segments * len * per * columns, &mut rng);
        let half: Vec<u16> = a.iter().map(|&value| bf16(value)).collect();
        let before = random(count * columns, &mut rng);
        let mut c = before.clone();
        let a_offsets: Vec<u32> = (0..count as u32).map(|row| row * 3).collect();
        let c_offsets: Vec<u32> = (0..count).map(|row| (row * columns) as u32).collect();
        let parts: Vec<Segment> = (0..segments)
            .map(|at| Segment {
                offset: (at * stride) as u32,
                len: len as u32,
            })
            .collect();
        gemm_gather(
            kernel,
            &GemmGather {
                a: if per == 2 {
                    Left::Bf16(&half)
                } else {
                    Left::F32(&a)
                },
                a_offsets: &a_offsets,
                segments: &parts,
                b: &pack(kernel.precision, &b, columns),
                columns,
                c_offsets: &c_offsets,
                accumulate,
            },
            &mut c,
        );
        for row in 0..count {
            for column in 0..columns {
                let mut sum = if accumulate {
                    f64::from(before[row * columns + column])
                } else {
                    0.0
                };
                for (at, part) in parts.iter().enumerate() {
                    for k in 0..len * per {
                        let left = a[(a_offsets[row] + part.offset) as usize * per + k];
                        let right = b[(at * len * per + k) * columns + column];
                        sum += f64::from(left) * f64::from(right);
                    }
                }
                let got = f64::from(c[row * columns + column]);
                assert!((got - sum).abs() < 1e-4, "{kernel:?}: {got} for {sum}");
            }
        }
    }
}

fn check_gemm_outer(pixels: usize, height: usize, vectors: usize, seed: u64) {
    let (height, width) = (height * OUTER_ROWS, vectors * LANES);
    for kernel in kernels() {
        let mut rng = Rng::new(seed);
        let per = if kernel.precision == Precision::Bf16 {
            2
        } else {
            1
        };
        let x = random(pixels * height * per, &mut rng);
        let y = random(pixels * width * per, &mut rng);
        let words = |values: &[f32]| -> Vec<u32> {
            values
                .chunks_exact(per)
                .map(|pair| word(per, |at| pair[at]))
                .collect()
        };
        let x_offsets: Vec<u32> = (0..pixels).map(|p| (p * height) as u32).collect();
        let y_offsets: Vec<u32> = (0..pixels).map(|p| (p * width) as u32).collect();
        let stride = width + 3;
        let mut c = vec![1.0; height * stride];
        gemm_outer(
            kernel,
            &GemmOuter {
                x: &words(&x),
                x_offsets: &x_offsets,
                y: &words(&y),
                y_offsets: &y_offsets,
                height,
                width,
                stride,
            },
            &mut c,
        );
        for row in 0..height {
            for column in 0..width {
                let mut sum = 1.0;
                for pixel in 0..pixels {
                    for at in 0..per {
                        let left = x[(pixel * height + row) * per + at];
                        let right = y[(pixel * width + column) * per + at];
                        sum += f64::from(left) * f64::from(right);
                    }
                }
                let got = f64::from(c[row * stride + column]);
                assert!((got - sum).abs() < 1e-4, "{kernel:?}: {got} for {sum}");
            }
        }
    }
}

/// [`gemv_i8`] of some vectors, of so many times [`GEMV_STEP`] numbers.
fn check_gemv_i8(vectors: usize, length: usize, seed: u64) {
    let mut rng = Rng::new(seed);
    let length = length * GEMV_STEP;
    let row: Vec<i8> = (0..length)
        .map(|_| (rng.unit() * 255.0 - 127.5) as i8)
        .collect();
    let values = random(vectors * length, &mut rng);
    let mut sums = vec![f32::NAN; vectors];
    gemv_i8(&row, &values, &mut sums);
    for (at, sum) in sums.iter().enumerate() {
        let vector = &values[at * length..][..length];
        let products = row.iter().zip(vector);
        let products = products.map(|(&number, &value)| f64::from(number) * f64::from(value));
        let expected: f64 = products.clone().sum();
        let size: f64 = products.map(f64::abs).sum();
        assert!(
            (f64::from(*sum) - expected).abs() <= 1e-6 * size,
            "{sum} for {expected}"
        );
    }
}

#[cfg(not(target_family = "wasm"))]
mod native {
    use super::{Form, check_gemm_gather, check_gemm_outer, check_gemv_i8};
    use proptest::prelude::{any, proptest};

    proptest! {
        #[test]
        fn gathered_rows_are_multiplied(
            count in 1usize..30,
            segments in 1usize..4,
            len in 1usize..9,
            vectors in 1usize..10,
            accumulate in any::<bool>(),
            seed in any::<u64>(),
        ) {
            check_gemm_gather(Form { count, segments, len, vectors, accumulate }, seed);
        }

        #[test]
        fn outer_products_are_summed(
            pixels in 1usize..40,
            height in 1usize..6,
            vectors in 1usize..6,
            seed in any::<u64>(),
        ) {
            check_gemm_outer(pixels, height, vectors, seed);
        }

        #[test]
        fn gemv_is_sums_of_products(vectors in 1usize..6, length in 1usize..9, seed in any::<u64>()) {
            check_gemv_i8(vectors, length, seed);
        }
    }
}

#[cfg(target_family = "wasm")]
mod in_a_worker {
    use super::{Form, check_gemm_gather, check_gemm_outer, check_gemv_i8, kernels};
    use crate::kernels::Instructions;
    use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

    wasm_bindgen_test_configure!(run_in_dedicated_worker);

    #[wasm_bindgen_test]
    fn gathered_rows_are_multiplied() {
        let vector = |kernel: &crate::kernels::Kernel| kernel.instructions == Instructions::Simd128;
        assert!(kernels().iter().any(vector), "built without simd128");
        for count in 1..12 {
            for (segments, len, vectors) in [(1, 1, 1), (3, 8, 4), (2, 5, 5), (1, 7, 9)] {
                for accumulate in [false, true] {
                    let form = Form {
                        count,
                        segments,
                        len,
                        vectors,
                        accumulate,
                    };
                    check_gemm_gather(form, count as u64);
                }
            }
        }
    }

    #[wasm_bindgen_test]
    fn outer_products_are_summed() {
        for pixels in [1, 2, 9, 40] {
            for (height, vectors) in [(1, 1), (2, 3), (5, 4), (1, 5)] {
                check_gemm_outer(pixels, height, vectors, pixels as u64);
            }
        }
    }
    #[wasm_bindgen_test]
    fn gemv_is_sums_of_products() {
        for vectors in 1..6 {
            for length in [1, 2, 7, 36] {
                check_gemv_i8(vectors, length, length as u64);
            }
        }
    }
}
