//! FFT convolution by tiles (overlap-save), for kernels that are large or whose maps are wide.
//!
//! 1. The map is cut into square tiles that overlap by the kernel less one pixel. Two tiles are the real and the
//!    imaginary part of one complex tile, whose transform then serves both.
//! 2. At each frequency the channels are multiplied with the kernels' spectrum there. Real kernels have conjugate
//!    spectra at a frequency and its negative, so both share one matrix.
//! 3. The products are transformed back. The pixels of a tile whose kernel lay within it are the results.
//!
//! A complex product is two real ones by the same matrix, the kernels' real parts above their imaginary
//! ones: of `[re, -im]` it is the real part, of `[im, re]` the imaginary one. The maps' spectra lie in
//! memory as `[im, re, -im]`, which has both side by side. Refuses to know what stands before and behind it.

mod fft;

use crate::conv::Geometry;
use crate::feature_map::{Shape, resize};
use crate::kernels::{BLOCK, GemmGather, Kernel, Left, Segment, gemm_gather, simd};
use crate::par::*;
use fft::{Complex, LANES, Lane, negative, transform};

/// Images whose spectra are in memory at once; the kernels' are read once for all of them.
const IMAGES: usize = 4;

/// Kernels, whose channels are outputs, that are transformed at once.
const KERNELS: usize = 16;

/// A convolution with its kernels' spectra.
pub(crate) struct FftConv {
    kernel: Kernel,
    grid: Grid,
    /// The matrices of [`Grid::products`], `[2 in, out]`, packed.
    packed: Vec<u32>,
}

/// Scratch memory for any convolutions, one after another.
#[derive(Default)]
pub(crate) struct Scratch {
    /// Of pairs of tiles: `[pairs, frequencies, 3 in]`.
    spectra: Vec<f32>,
    /// Of a block of outputs: `[products, 2 pairs, 2 BLOCK]`, real parts, then imaginary ones.
    products: Vec<f32>,
    /// Of a block of outputs: `[tiles, step, step, BLOCK]`.
    tiles: Vec<f32>,
}

/// How maps are cut and what their frequencies are.
pub(crate) struct Grid {
    input: Shape,
    outputs: usize,
    /// Pixels of the input before the first that the kernel reads, as it reads a border.
    lead: usize,
    /// Width and height of the kernel.
    side: usize,
    /// Width and height of a tile: 12 or 20.
    size: usize,
    /// Pixels of the result that a tile gives.
    step: usize,
    /// Tiles side by side.
    across: usize,
    /// The number of each frequency's product, and whether it is the negative one of the two.
    places: Vec<(usize, bool)>,
    /// The frequencies that share a matrix: one and its negative, or one that is its own.
    products: Vec<(usize, Option<usize>)>,
}

/// Widths and heights of tiles.
const SIZES: [usize; 2] = [12, 20];

/// FFTs are used only if products take at most a third of the direct multiplications.
const GAIN: usize = 3;

/// The tiles that multiply least for a convolution of stride 1, if any are worth their transforms.
fn size_for(geometry: &Geometry) -> Option<usize> {
    let (side, output) = (geometry.side, geometry.result_side());
    // Of one image and a pair of channels: 4 real products each complex one, of half the frequencies by two
    // tiles.
    let cost = |&size: &usize| {
        let across = output.div_ceil(size + 1 - side);
        size * size * (across * across).next_multiple_of(2) / 2 * 4
    };
    let sizes = SIZES.into_iter().filter(|&size| size >= side);
    let direct = output * output * side * side;
    let best = sizes.min_by_key(cost)?;
    (cost(&best) * GAIN <= direct).then_some(best)
}

impl FftConv {
    /// The convolution; `None` where it would not be faster, strides, or has channels that don't fill vectors.
    pub(crate) fn new(kernel: Kernel, geometry: &Geometry) -> Option<Self> {
        let &Geometry {
            input,
            out: outputs,
            side,
            stride,
            padding,
        } = geometry;
        let whole = input.channels.is_multiple_of(LANES) && outputs.is_multiple_of(BLOCK);
        let lead = input.border.checked_sub(padding)?;
        let size = size_for(geometry).filter(|_| whole && stride == 1)?;
        let step = size - side + 1;
        let mut grid = Grid {
            input,
            outputs,
            lead,
            side,
            size,
            step,
            across: geometry.result_side().div_ceil(step),
            places: vec![(0, false); size * size],
            products: Vec::new(),
        };
        for at in 0..size * size {
            let negative = (size - at / size) % size * size + (size - at % size) % size;
            if at <= negative {
                let product = grid.products.len();
                grid.places[at] = (product, false);
                if at < negative {
                    grid.places[negative] = (product, true);
                }
                grid.products
                    .push((at, (at < negative).then_some(negative)));
            }
        }
        Some(Self {
            kernel,
            grid,
            packed: Vec::new(),
        })
    }

    /// Takes new weights: `weight(place of the kernel, input, output)`.
    pub(crate) fn pack(&mut self, weight: impl Fn(usize, usize, usize) -> f32) {
        self.packed = self.grid.packed(weight);
    }

    /// The results of some maps, `[images, side, side, outputs]`.
    pub(crate) fn forward(
        &self,
        maps: &[f32],
        side: usize,
        scratch: &mut Scratch,
        results: &mut [f32],
    ) {
        let image = (side * side * self.grid.outputs).max(1);
        let groups = maps.chunks(IMAGES * self.grid.input.bordered());
        for (maps, results) in groups.zip(results.chunks_mut(IMAGES * image)) {
            self.group(maps, side, scratch, results);
        }
    }

    /// As [`FftConv::forward`] of so few images that there is memory for all of them.
    fn group(&self, maps: &[f32], side: usize, scratch: &mut Scratch, results: &mut [f32]) {
        let grid = &self.grid;
        let images = results.len() / (side * side * grid.outputs).max(1);
        let tiles = images * grid.across * grid.across;
        let pairs = tiles.div_ceil(2);
        let inputs = grid.input.channels;
        let frequencies = grid.size * grid.size;
        let spectra = of_length(&mut scratch.spectra, pairs * frequencies * 3 * inputs);
        let parts = spectra.par_chunks_mut(frequencies * 3 * inputs).enumerate();
        parts.for_each(|(pair, spectra)| {
            let corners =
                [2 * pair, 2 * pair + 1].map(|tile| (tile < tiles).then(|| grid.corner(tile)));
            spectra_of(grid, maps, corners, spectra);
        });
        let depth = 2 * inputs;
        let c_offsets: Vec<u32> = (0..4 * pairs).map(|row| (row * BLOCK) as u32).collect();
        let segments = [Segment {
            offset: 0,
            len: depth as u32,
        }];
        for block in (0..grid.outputs).step_by(BLOCK) {
            let count = grid.products.len() * 4 * pairs * BLOCK;
            let products = of_length(&mut scratch.products, count);
            let parts = products.par_chunks_mut(4 * pairs * BLOCK).enumerate();
            parts.for_each(|(at, products)| {
                let (one, other) = grid.products[at];
                // Of each pair `[re, -im]`, then `[im, re]`.
                let rows_of = |frequency: usize| {
                    (0..pairs).flat_map(move |pair| {
                        let first = (pair * frequencies + frequency) * 3 * inputs;
                        [(first + inputs) as u32, first as u32]
                    })
                };
                let a_offsets: Vec<u32> = rows_of(one)
                    .chain(other.into_iter().flat_map(rows_of))
                    .collect();
                let job = GemmGather {
                    a: Left::F32(spectra),
                    a_offsets: &a_offsets,
                    segments: &segments,
                    b: &self.packed[(at * grid.outputs + block) * depth..][..depth * BLOCK],
                    columns: BLOCK,
                    c_offsets: &c_offsets[..a_offsets.len()],
                    accumulate: false,
                };
                gemm_gather(self.kernel, &job, products);
            });
            let tile = grid.step * grid.step * BLOCK;
            let tiles = of_length(&mut scratch.tiles, 2 * pairs * tile);
            let parts = tiles.par_chunks_mut(2 * tile).enumerate();
            parts.for_each(|(pair, tiles)| tiles_of(grid, products, [pair, pairs], tiles));
            grid.join(tiles, side, block, results);
        }
    }
}

/// The first so many values of memory that grows to hold them.
fn of_length(memory: &mut Vec<f32>, length: usize) -> &mut [f32] {
    if memory.len() < length {
        resize(memory, length);
    }
    &mut memory[..length]
}

/// A tile's place: where its map begins, and its first row and column there.
#[derive(Clone, Copy)]
pub(crate) struct Corner {
    map: usize,
    y: usize,
    x: usize,
}

impl Grid {
    fn corner(&self, tile: usize) -> Corner {
        let per_map = self.across * self.across;
        let within = tile % per_map;
        Corner {
            map: tile / per_map * self.input.bordered(),
            y: self.lead + within / self.across * self.step,
            x: self.lead + within % self.across * self.step,
        }
    }

    /// Lays the tiles of a block of outputs where they belong in the maps, `[images, side, side, outputs]`.
    fn join(&self, tiles: &[f32], side: usize, block: usize, maps: &mut [f32]) {
        let row = (side * self.outputs).max(1);
        maps.par_chunks_mut(row).enumerate().for_each(|(at, row)| {
            let (image, y) = (at / side, at % side);
            let parts = row.chunks_mut(self.step * self.outputs).enumerate();
            for (tile, part) in parts {
                let tile = (image * self.across + y / self.step) * self.across + tile;
                let first = (tile * self.step + y % self.step) * self.step * BLOCK;
                let pixels = part.chunks_exact_mut(self.outputs);
                for (to, from) in pixels.zip(tiles[first..].chunks_exact(BLOCK)) {
                    to[block..block + BLOCK].copy_from_slice(from);
                }
            }
        });
    }

    /// The matrices of all products, in the form of [`GemmGather::b`]. Networks correlate, so the spectrum is the
    /// conjugate of the kernel's transform; the inverse's division by the number of frequencies is in it too.
    fn packed(&self, weight: impl Fn(usize, usize, usize) -> f32) -> Vec<u32> {
        let (inputs, outputs) = (self.input.channels, self.outputs);
        let depth = 2 * inputs;
        let frequencies = self.size * self.size;
        let mut packed = vec![0; self.products.len() * depth * outputs];
        let scale = 1.0 / frequencies as f32;
        // Kernels as a map whose channels are outputs, one map an input.
        let shape = Shape {
            side: self.side,
            channels: KERNELS,
            border: 0,
        };
        let of_kernels = Grid {
            input: shape,
            outputs: 0,
            lead: 0,
            side: self.side,
            size: self.size,
            step: self.size,
            across: 1,
            places: Vec::new(),
            products: Vec::new(),
        };
        let pixels = self.side * self.side;
        let mut kernels = vec![0.0; inputs * shape.bordered()];
        let mut spectra = vec![0.0; inputs * frequencies * 3 * KERNELS];
        for first in (0..outputs).step_by(KERNELS) {
            for (at, kernel) in kernels.chunks_exact_mut(KERNELS).enumerate() {
                for (output, value) in kernel.iter_mut().enumerate() {
                    *value = weight(at % pixels, at / pixels, first + output);
                }
            }
            let parts = spectra.par_chunks_mut(frequencies * 3 * KERNELS);
            parts.enumerate().for_each(|(input, spectra)| {
                let corner = Corner {
                    map: input * shape.bordered(),
                    y: 0,
                    x: 0,
                };
                spectra_of(&of_kernels, &kernels, [Some(corner), None], spectra);
            });
            let jobs = packed.par_chunks_mut(depth * outputs).enumerate();
            jobs.for_each(|(product, packed)| {
                let frequency = self.products[product].0;
                let block = &mut packed[first / BLOCK * BLOCK * depth..][..BLOCK * depth];
                for input in 0..inputs {
                    let at = (input * frequencies + frequency) * 3 * KERNELS;
                    // Of the conjugate the imaginary part is the negative, which lies last.
                    let (re, im) = spectra[at + KERNELS..][..2 * KERNELS].split_at(KERNELS);
                    for (row, values) in [(input, re), (inputs + input, im)] {
                        let to = &mut block[row * BLOCK + first % BLOCK..];
                        for (to, value) in to.iter_mut().zip(values) {
                            *to = (value * scale).to_bits();
                        }
                    }
                }
            });
        }
        packed
    }
}

simd! {
    /// The transforms of two tiles as one, `[frequencies, 3 channels]`: imaginary parts, real ones, the
    /// negatives of the imaginary ones; those of negative frequencies conjugate.
    fn spectra_of(grid: &Grid, maps: &[f32], corners: [Option<Corner>; 2], spectra: &mut [f32]) {
        match grid.size {
            12 => spectra_of_size::<12, 3>(grid, maps, corners, spectra),
            _ => spectra_of_size::<20, 5>(grid, maps, corners, spectra),
        }
    }

    /// The results of pair `[pair, pairs]` from its products: two tiles of `[step, step, BLOCK]`.
    fn tiles_of(grid: &Grid, products: &[f32], pair: [usize; 2], tiles: &mut [f32]) {
        match grid.size {
            12 => tiles_of_size::<12, 3>(grid, products, pair, tiles),
            _ => tiles_of_size::<20, 5>(grid, products, pair, tiles),
        }
    }
}

#[inline(always)]
fn spectra_of_size<const N: usize, const ODD: usize>(
    grid: &Grid,
    maps: &[f32],
    corners: [Option<Corner>; 2],
    spectra: &mut [f32],
) {
    let (channels, side) = (grid.input.channels, grid.input.outer_side());
    let mut rows = [[Complex::ZERO; N]; N];
    for channel in (0..channels).step_by(LANES) {
        for (y, row) in rows.iter_mut().enumerate() {
            for (x, value) in row.iter_mut().enumerate() {
                let of = |corner: Option<Corner>| match corner {
                    Some(corner) if corner.y + y < side && corner.x + x < side => {
                        let at = corner.map + ((corner.y + y) * side + corner.x + x) * channels;
                        load(maps, at + channel)
                    }
                    _ => [0.0; LANES],
                };
                *value = Complex {
                    re: of(corners[0]),
                    im: of(corners[1]),
                };
            }
            transform::<N, ODD>(row);
        }
        for x in 0..N {
            let mut column = [Complex::ZERO; N];
            for (value, row) in column.iter_mut().zip(&rows) {
                *value = row[x];
            }
            transform::<N, ODD>(&mut column);
            for (y, value) in column.iter().enumerate() {
                let frequency = y * N + x;
                let turned = grid.places.get(frequency).is_some_and(|place| place.1);
                let (im, minus) = match turned {
                    true => (negative(value.im), value.im),
                    false => (value.im, negative(value.im)),
                };
                let at = frequency * 3 * channels + channel;
                store(spectra, at, im);
                store(spectra, at + channels, value.re);
                store(spectra, at + 2 * channels, minus);
            }
        }
    }
}

#[inline(always)]
fn tiles_of_size<const N: usize, const ODD: usize>(
    grid: &Grid,
    products: &[f32],
    [pair, pairs]: [usize; 2],
    tiles: &mut [f32],
) {
    let step = grid.step;
    let (one, other) = tiles.split_at_mut(step * step * BLOCK);
    let mut columns = [[Complex::ZERO; N]; N];
    for channel in (0..BLOCK).step_by(LANES) {
        for (x, column) in columns.iter_mut().enumerate() {
            for (y, value) in column.iter_mut().enumerate() {
                let (product, turned) = grid.places[y * N + x];
                let row = product * 2 * pairs + pair + if turned { pairs } else { 0 };
                let at = row * 2 * BLOCK + channel;
                let im = load(products, at + BLOCK);
                // Real and imaginary parts exchanged, there and back: the transform is the inverse.
                *value = Complex {
                    re: if turned { negative(im) } else { im },
                    im: load(products, at),
                };
            }
            transform::<N, ODD>(column);
        }
        for y in 0..step {
            let mut row = [Complex::ZERO; N];
            for (value, column) in row.iter_mut().zip(&columns) {
                *value = column[y];
            }
            transform::<N, ODD>(&mut row);
            for (x, value) in row.iter().enumerate().take(step) {
                let at = (y * step + x) * BLOCK + channel;
                store(one, at, value.im);
                store(other, at, value.re);
            }
        }
    }
}

#[inline(always)]
fn load(from: &[f32], at: usize) -> Lane {
    let lane = from[at..].first_chunk::<LANES>();
    lane.copied().unwrap_or([0.0; LANES])
}

#[inline(always)]
fn store(to: &mut [f32], at: usize, lane: Lane) {
    if let Some(to) = to[at..].first_chunk_mut::<LANES>() {
        *to = lane;
    }
}
