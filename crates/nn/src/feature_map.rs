//! Feature maps in the forms that GEMMs read.
//!
//! A map is `[images, height, width, channels]` with a border of zeros, so that a convolution's
//! padding is read like anything else. For bf16 there are two copies: channel by channel, whose
//! neighbours make the words of a convolution, and interleaved by pairs of images, whose
//! neighbours make the words of a weight gradient. Refuses to know layers.

use crate::kernels::{Left, Precision, bf16, from_bf16, simd, words};

/// The form of a square map.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shape {
    /// Width and height without the border.
    pub(crate) side: usize,
    /// Channels.
    pub(crate) channels: usize,
    /// Zeros around it.
    pub(crate) border: usize,
}

impl Shape {
    /// Width and height with the border.
    pub(crate) fn outer_side(self) -> usize {
        self.side + 2 * self.border
    }
    /// Values of an image with the border.
    pub(crate) fn bordered(self) -> usize {
        self.outer_side() * self.outer_side() * self.channels
    }
    /// Values of an image without the border.
    pub(crate) fn values(self) -> usize {
        self.side * self.side * self.channels
    }
    /// Values of a row of pixels without the border.
    pub(crate) fn row(self) -> usize {
        self.side * self.channels
    }
    /// Where row `y` of an image starts, the border counted.
    pub(crate) fn at(self, y: usize) -> usize {
        ((y + self.border) * self.outer_side() + self.border) * self.channels
    }
}

/// A batch's map. The number of images is even.
pub(crate) struct FeatureMap {
    pub(crate) shape: Shape,
    full: Vec<f32>,
    half: Vec<u16>,
    pairs: Vec<u32>,
}

/// Some images of a [`FeatureMap`], to be written.
pub(crate) struct Part<'a> {
    shape: Shape,
    full: &'a mut [f32],
    half: &'a mut [u16],
    pairs: &'a mut [u32],
}

impl FeatureMap {
    /// A map of zeros; `images` is even.
    pub(crate) fn new(precision: Precision, shape: Shape, images: usize) -> Self {
        let values = images * shape.bordered();
        let (full, half) = match precision {
            Precision::F32 => (values, 0),
            Precision::Bf16 => (0, values),
        };
        Self {
            shape,
            full: vec![0.0; full],
            half: vec![0; half],
            pairs: vec![0; half / 2],
        }
    }

    /// Makes it a map of so many images, an even number, whose values may be anything.
    pub(crate) fn resize(&mut self, images: usize) {
        let values = images * self.shape.bordered();
        if self.half.is_empty() {
            resize(&mut self.full, values);
        } else {
            resize(&mut self.half, values);
            resize(&mut self.pairs, values / 2);
        }
    }

    /// Of images from the `first`, for convolutions.
    pub(crate) fn left(&self, first: usize) -> Left<'_> {
        let skip = first * self.shape.bordered();
        if self.half.is_empty() {
            Left::F32(&self.full[skip..])
        } else {
            Left::Bf16(&self.half[skip..])
        }
    }

    /// For weight gradients: words of images, or of pairs of images.
    pub(crate) fn reduced(&self) -> &[u32] {
        if self.half.is_empty() {
            words(&self.full)
        } else {
            &self.pairs
        }
    }

    /// Parts of so many images each, an even number.
    pub(crate) fn parts(&mut self, images: usize) -> Vec<Part<'_>> {
        self.parts_from(0, images)
    }

    /// Parts of so many images each, from the `first` image on: even numbers, but any size of a part of f32.
    pub(crate) fn parts_from(&mut self, first: usize, images: usize) -> Vec<Part<'_>> {
        let shape = self.shape;
        let (first, len) = (first * shape.bordered(), images * shape.bordered());
        if self.half.is_empty() {
            let parts = self.full[first..].chunks_mut(len).map(|full| Part {
                shape,
                full,
                half: &mut [],
                pairs: &mut [],
            });
            parts.collect()
        } else {
            let halves = self.half[first..].chunks_mut(len);
            let parts =
                halves
                    .zip(self.pairs[first / 2..].chunks_mut(len / 2))
                    .map(|(half, pairs)| Part {
                        shape,
                        full: &mut [],
                        half,
                        pairs,
                    });
            parts.collect()
        }
    }

    /// A row of pixels as f32, into `out`.
    pub(crate) fn read_row(&self, image: usize, y: usize, out: &mut [f32]) {
        let at = image * self.shape.bordered() + self.shape.at(y);
        if self.half.is_empty() {
            out.copy_from_slice(&self.full[at..at + out.len()]);
        } else {
            widen(&self.half[at..at + out.len()], out);
        }
    }
}

/// Memory of another length, with zeros where there is more of it; what was there need not stay.
pub(crate) fn resize<T: Copy + Default>(memory: &mut Vec<T>, length: usize) {
    if memory.capacity() < length {
        // Both are not to be in memory at once.
        *memory = Vec::new();
        *memory = vec![T::default(); length];
    }
    memory.resize(length, T::default());
}

impl Part<'_> {
    /// Number of images.
    pub(crate) fn images(&self) -> usize {
        (self.full.len() + self.half.len()) / self.shape.bordered()
    }

    /// Writes row `y` of a pair's first image, where the second is nobody's.
    pub(crate) fn write_row(&mut self, pair: usize, y: usize, first: &[f32]) {
        if !self.half.is_empty() {
            return self.write_rows(pair, y, first, first);
        }
        let at = 2 * pair * self.shape.bordered() + self.shape.at(y);
        self.full[at..at + first.len()].copy_from_slice(first);
    }

    /// Writes row `y` of a pair of images.
    pub(crate) fn write_rows(&mut self, pair: usize, y: usize, first: &[f32], second: &[f32]) {
        let (image, at, len) = (self.shape.bordered(), self.shape.at(y), first.len());
        let one = 2 * pair * image + at;
        let two = one + image;
        if self.half.is_empty() {
            self.full[one..one + len].copy_from_slice(first);
            self.full[two..two + len].copy_from_slice(second);
        } else {
            narrow(first, &mut self.half[one..one + len]);
            narrow(second, &mut self.half[two..two + len]);
            let at = pair * image + at;
            interleave(first, second, &mut self.pairs[at..at + len]);
        }
    }
}

simd! {
    fn widen(from: &[u16], to: &mut [f32]) {
        for (to, &from) in to.iter_mut().zip(from) {
            *to = from_bf16(from);
        }
    }

    fn narrow(from: &[f32], to: &mut [u16]) {
        for (to, &from) in to.iter_mut().zip(from) {
            *to = bf16(from);
        }
    }

    fn interleave(first: &[f32], second: &[f32], to: &mut [u32]) {
        for (to, (&first, &second)) in to.iter_mut().zip(first.iter().zip(second)) {
            *to = u32::from(bf16(first)) | u32::from(bf16(second)) << 16;
        }
    }
}
