//! 3x3 convolutions of stride 1 by Winograd's algorithm F(m x m, 3x3), with m 2 or 4 (Winograd 1980; Lavin and Gray
//! 2016, whose matrices B, G and A these are).
//!
//! The input is cut into tiles of m + 2 pixels that overlap by two. `Y = A^T [(G g G^T) * (B^T d B)] A` gives a tile's
//! m x m results from its pixels `d` and a kernel `g`, where `*` multiplies place by place:
//! 1. [`Winograd::pack`] makes `G g G^T` of every kernel, once.
//! 2. `transform_inputs` makes `B^T d B` of a tile, channel by channel.
//! 3. At each of the (m + 2)^2 places the sum over channels is a matrix product, of some tiles by `[inputs, outputs]`.
//! 4. `transform_outputs` makes `A^T . A` of the products.
//!
//! A pair of channels takes (m + 2)^2 multiplications a tile instead of 9 m^2. Refuses to know what stands before and
//! behind it.

// Arrays of a transform are indexed by the same number; closures over arrays are calls in wasm.
#![allow(clippy::needless_range_loop)]

use std::cell::RefCell;

use crate::feature_map::Shape;
use crate::kernels::{
    BLOCK, GemmGather, Kernel, LANES as COLUMNS, Left, Segment, gemm_gather, simd,
};

/// Width and height of the kernels.
pub(crate) const KERNEL: usize = 3;

/// Tiles of one round of products: with 64 channels their transforms have 150 kB, and stay in a cache.
const TOGETHER: usize = 16;

/// Channels that are transformed side by side: a vector of wasm, two of AVX2.
const LANES: usize = if cfg!(target_family = "wasm") { 4 } else { 8 };

/// A value of each of these channels.
type Lane = [f32; LANES];

/// Rows of a tile of wasm's GEMM: fewer cost as much.
const ROWS: usize = 4;

/// Cost of reading a matrix, in rows of a product: with 128 channels, 16 matrices for 9 tiles are as fast as 36
/// for 4 (wasm on Zen 4), and have less than half the memory and a tenth of the rounding.
const MATRIX: usize = 4;

/// Winograd is used only if it saves at least 25 % of the direct cost.
const GAIN: [usize; 2] = [4, 3];

thread_local! {
    /// The transforms of some tiles, and their products.
    static WORK: RefCell<[Vec<f32>; 2]> = const { RefCell::new([Vec::new(), Vec::new()]) };
}

/// A convolution with its kernels' transforms.
pub(crate) struct Winograd {
    kernel: Kernel,
    input: Shape,
    outputs: usize,
    /// Pixels of the input's border before the first that the kernel reads.
    lead: usize,
    /// Width and height of the result.
    side: usize,
    /// Pixels of the result that a tile gives, in width and height: 2 or 4.
    step: usize,
    /// Tiles side by side.
    across: usize,
    /// A matrix `[inputs, outputs]` for each place of a tile.
    packed: Vec<u32>,
}

/// The tiles that multiply least for a result of this width and height, if any are worth their
/// transforms. It depends on nothing else: an image is the same alone and in a batch.
fn step_for(side: usize) -> Option<usize> {
    let product = |rows: usize| rows.next_multiple_of(ROWS) + MATRIX;
    let direct = KERNEL * KERNEL * product(side * side);
    let cost = |&step: &usize| {
        let across = side.div_ceil(step);
        (step + KERNEL - 1).pow(2) * product(across * across)
    };
    let best = [2, 4].into_iter().min_by_key(cost)?;
    (cost(&best) * GAIN[0] <= direct * GAIN[1]).then_some(best)
}

impl Winograd {
    /// The convolution of maps of this shape to `outputs` channels of `side` x `side` pixels, with
    /// `padding`; `None` where it would not be faster, or channels don't fill vectors.
    pub(crate) fn new(
        kernel: Kernel,
        input: Shape,
        outputs: usize,
        padding: usize,
        side: usize,
    ) -> Option<Self> {
        let whole = input.channels.is_multiple_of(LANES) && outputs.is_multiple_of(COLUMNS);
        let lead = input.border.checked_sub(padding)?;
        let inside = side + KERNEL - 1 + lead <= input.outer_side();
        let step = step_for(side).filter(|_| whole && inside)?;
        Some(Self {
            kernel,
            input,
            outputs,
            lead,
            side,
            step,
            across: side.div_ceil(step),
            packed: Vec::new(),
        })
    }

    /// Places of a tile.
    fn places(&self) -> usize {
        (self.step + KERNEL - 1).pow(2)
    }

    /// Takes new weights: `weight(place of the kernel, input, output)`.
    pub(crate) fn pack(&mut self, weight: impl Fn(usize, usize, usize) -> f32) {
        let packed = match self.step {
            2 => packed(self, &KERNEL_TRANSFORM_2, weight),
            _ => packed(self, &KERNEL_TRANSFORM_4, weight),
        };
        self.packed = packed;
    }

    /// The results of some maps, `[images, side, side, outputs]`.
    pub(crate) fn forward(&self, maps: &[f32], output: &mut [f32]) {
        let (inputs, outputs, places) = (self.input.channels, self.outputs, self.places());
        let images = output.len() / (self.side * self.side * outputs).max(1);
        let tiles = images * self.across * self.across;
        let table = |values: usize| -> Vec<u32> {
            (0..TOGETHER)
                .map(|tile| (tile * places * values) as u32)
                .collect()
        };
        let (a_offsets, c_offsets) = (table(inputs), table(outputs));
        WORK.with_borrow_mut(|[transforms, products]| {
            for first in (0..tiles).step_by(TOGETHER) {
                let count = TOGETHER.min(tiles - first);
                let transforms = of_length(transforms, count * places * inputs);
                let products = of_length(products, count * places * outputs);
                transform_inputs(self, maps, first, transforms);
                for place in 0..places {
                    let job = GemmGather {
                        a: Left::F32(&transforms[place * inputs..]),
                        a_offsets: &a_offsets[..count],
                        segments: &[Segment {
                            offset: 0,
                            len: inputs as u32,
                        }],
                        b: &self.packed[place * inputs * outputs..][..inputs * outputs],
                        columns: outputs,
                        c_offsets: &c_offsets[..count],
                        accumulate: false,
                    };
                    gemm_gather(self.kernel, &job, &mut products[place * outputs..]);
                }
                transform_outputs(self, products, first, output);
            }
        });
    }
}

/// The first so many values of memory that grows to hold them.
fn of_length(memory: &mut Vec<f32>, length: usize) -> &mut [f32] {
    if memory.len() < length {
        memory.resize(length, 0.0);
    }
    &mut memory[..length]
}

/// The matrix G of tiles of 2x2 results.
const KERNEL_TRANSFORM_2: [[f64; KERNEL]; 4] = [
    [1.0, 0.0, 0.0],
    [0.5, 0.5, 0.5],
    [0.5, -0.5, 0.5],
    [0.0, 0.0, 1.0],
];

/// The matrix G of tiles of 4x4 results.
const KERNEL_TRANSFORM_4: [[f64; KERNEL]; 6] = [
    [1.0 / 4.0, 0.0, 0.0],
    [-1.0 / 6.0, -1.0 / 6.0, -1.0 / 6.0],
    [-1.0 / 6.0, 1.0 / 6.0, -1.0 / 6.0],
    [1.0 / 24.0, 1.0 / 12.0, 1.0 / 6.0],
    [1.0 / 24.0, -1.0 / 12.0, 1.0 / 6.0],
    [0.0, 0.0, 1.0],
];

/// `G g G^T` of all kernels: a matrix in the form of [`GemmGather::b`] for each place of a tile.
#[inline(always)]
fn packed<const N: usize>(
    of: &Winograd,
    by: &[[f64; KERNEL]; N],
    weight: impl Fn(usize, usize, usize) -> f32,
) -> Vec<u32> {
    let (inputs, outputs) = (of.input.channels, of.outputs);
    let mut packed = vec![0; N * N * inputs * outputs];
    for first in (0..outputs).step_by(BLOCK) {
        let width = BLOCK.min(outputs - first);
        for input in 0..inputs {
            let weight = |place, column| weight(place, input, first + column);
            let to = &mut packed[first * inputs + input * width..];
            kernel_transform(by, weight, width, to, inputs * outputs);
        }
    }
    packed
}

/// `G g G^T` of one input's kernels to `width` outputs, which stand first in each matrix of `matrix` words.
/// A function of its own, called often: browsers replace their first, slow code of a function where it is
/// called, not within its loops.
#[inline(never)]
fn kernel_transform<const N: usize>(
    by: &[[f64; KERNEL]; N],
    weight: impl Fn(usize, usize) -> f32,
    width: usize,
    to: &mut [u32],
    matrix: usize,
) {
    for column in (0..width).step_by(LANES) {
        let mut lines = [[[0.0; LANES]; KERNEL]; N];
        for y in 0..KERNEL {
            for x in 0..KERNEL {
                for lane in 0..LANES {
                    let value = f64::from(weight(y * KERNEL + x, column + lane));
                    for down in 0..N {
                        lines[down][x][lane] += by[down][y] * value;
                    }
                }
            }
        }
        for down in 0..N {
            for along in 0..N {
                let to = &mut to[(down * N + along) * matrix + column..][..LANES];
                for lane in 0..LANES {
                    let mut sum = 0.0;
                    for x in 0..KERNEL {
                        sum += by[along][x] * lines[down][x][lane];
                    }
                    to[lane] = (sum as f32).to_bits();
                }
            }
        }
    }
}

simd! {
    /// `B^T d B` of tiles from the `first`, `[tiles, places, inputs]`.
    fn transform_inputs(of: &Winograd, maps: &[f32], first: usize, transforms: &mut [f32]) {
        match of.step {
            2 => transform_inputs_of_size::<4>(of, maps, first, transforms),
            _ => transform_inputs_of_size::<6>(of, maps, first, transforms),
        }
    }

    /// `A^T . A` of the products of tiles from the `first`, to where they lie in the maps.
    fn transform_outputs(of: &Winograd, products: &[f32], first: usize, output: &mut [f32]) {
        match of.step {
            2 => transform_outputs_of_size::<4, 2>(of, products, first, output),
            _ => transform_outputs_of_size::<6, 4>(of, products, first, output),
        }
    }
}

#[inline(always)]
fn transform_inputs_of_size<const N: usize>(
    of: &Winograd,
    maps: &[f32],
    first: usize,
    transforms: &mut [f32],
) {
    let (channels, outer) = (of.input.channels, of.input.outer_side());
    let per_map = of.across * of.across;
    let tiles = transforms.chunks_exact_mut(N * N * channels).enumerate();
    for (at, transforms) in tiles {
        let (image, within) = ((first + at) / per_map, (first + at) % per_map);
        let (top, left) = (
            of.lead + within / of.across * of.step,
            of.lead + within % of.across * of.step,
        );
        let map = &maps[image * of.input.bordered()..][..of.input.bordered()];
        for channel in (0..channels).step_by(LANES) {
            let mut lines = [[ZERO; N]; N];
            for y in 0..N {
                // The last tiles reach over the end where the result is no whole number of them.
                if top + y >= outer {
                    break;
                }
                let line = ((top + y) * outer + left) * channels + channel;
                let mut values = [ZERO; N];
                for x in 0..N.min(outer - left) {
                    values[x] = load(map, line + x * channels);
                }
                lines[y] = input_transform(&values);
            }
            for x in 0..N {
                let mut column = [ZERO; N];
                for y in 0..N {
                    column[y] = lines[y][x];
                }
                let column = input_transform(&column);
                for y in 0..N {
                    store(transforms, (y * N + x) * channels + channel, column[y]);
                }
            }
        }
    }
}

#[inline(always)]
fn transform_outputs_of_size<const N: usize, const STEP: usize>(
    of: &Winograd,
    products: &[f32],
    first: usize,
    output: &mut [f32],
) {
    let (channels, side) = (of.outputs, of.side);
    let per_map = of.across * of.across;
    let tiles = products.chunks_exact(N * N * channels).enumerate();
    for (at, products) in tiles {
        let (image, within) = ((first + at) / per_map, (first + at) % per_map);
        let (top, left) = (within / of.across * STEP, within % of.across * STEP);
        let map = &mut output[image * side * side * channels..][..side * side * channels];
        for channel in (0..channels).step_by(LANES) {
            let mut columns = [[ZERO; STEP]; N];
            for x in 0..N {
                let mut column = [ZERO; N];
                for y in 0..N {
                    column[y] = load(products, (y * N + x) * channels + channel);
                }
                columns[x] = output_transform(&column);
            }
            for y in 0..STEP.min(side - top) {
                let mut line = [ZERO; N];
                for x in 0..N {
                    line[x] = columns[x][y];
                }
                let line: [Lane; STEP] = output_transform(&line);
                let to = ((top + y) * side + left) * channels + channel;
                for x in 0..STEP.min(side - left) {
                    store(map, to + x * channels, line[x]);
                }
            }
        }
    }
}

const ZERO: Lane = [0.0; LANES];

/// `B^T` times a line of a tile.
#[inline(always)]
fn input_transform<const N: usize>(d: &[Lane; N]) -> [Lane; N] {
    let mut out = [ZERO; N];
    for lane in 0..LANES {
        if N == 4 {
            out[0][lane] = d[0][lane] - d[2][lane];
            out[1][lane] = d[1][lane] + d[2][lane];
            out[2][lane] = d[2][lane] - d[1][lane];
            out[3][lane] = d[1][lane] - d[3][lane];
        } else {
            let even = d[4][lane] - 4.0 * d[2][lane];
            let odd = d[3][lane] - 4.0 * d[1][lane];
            let (outer, inner) = (d[4][lane] - d[2][lane], 2.0 * (d[3][lane] - d[1][lane]));
            out[0][lane] = 4.0 * d[0][lane] - 5.0 * d[2][lane] + d[4][lane];
            out[1][lane] = even + odd;
            out[2][lane] = even - odd;
            out[3][lane] = outer + inner;
            out[N - 2][lane] = outer - inner;
            out[N - 1][lane] = 4.0 * d[1][lane] - 5.0 * d[3][lane] + d[N - 1][lane];
        }
    }
    out
}

/// `A^T` times a line of products.
#[inline(always)]
fn output_transform<const N: usize, const STEP: usize>(m: &[Lane; N]) -> [Lane; STEP] {
    let mut out = [ZERO; STEP];
    for lane in 0..LANES {
        let (sum, difference) = (m[1][lane] + m[2][lane], m[1][lane] - m[2][lane]);
        if STEP == 2 {
            out[0][lane] = m[0][lane] + sum;
            out[1][lane] = difference - m[3][lane];
        } else {
            let (far_sum, far) = (m[3][lane] + m[N - 2][lane], m[3][lane] - m[N - 2][lane]);
            out[0][lane] = m[0][lane] + sum + far_sum;
            out[1][lane] = difference + 2.0 * far;
            out[STEP - 2][lane] = sum + 4.0 * far_sum;
            out[STEP - 1][lane] = difference + 8.0 * far + m[N - 1][lane];
        }
    }
    out
}

#[inline(always)]
fn load(from: &[f32], at: usize) -> Lane {
    let lane = from[at..].first_chunk::<LANES>();
    lane.copied().unwrap_or(ZERO)
}

#[inline(always)]
fn store(to: &mut [f32], at: usize, lane: Lane) {
    if let Some(to) = to[at..].first_chunk_mut::<LANES>() {
        *to = lane;
    }
}

#[cfg(test)]
mod tests;
