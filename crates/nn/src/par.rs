//! Work in parallel where there are threads, and one after another where there are none.
//!
//! Natively this is rayon. In wasm a worker is one thread, and rayon would bring its scheduler
//! without a use for it; there the same names are those of the standard library's iterators. The
//! parts of the work are the same in both, and so are the sums over them. Refuses to know what the
//! work is.

#[cfg(not(target_family = "wasm"))]
pub(crate) use rayon::prelude::*;

#[cfg(target_family = "wasm")]
pub(crate) use sequential::*;

#[cfg(target_family = "wasm")]
mod sequential {
    use core::slice::{Chunks, ChunksExact, ChunksExactMut, ChunksMut};

    /// Parts of a slice, by rayon's names.
    pub(crate) trait ParallelSlice<T> {
        fn par_chunks(&self, size: usize) -> Chunks<'_, T>;
        fn par_chunks_exact(&self, size: usize) -> ChunksExact<'_, T>;
    }

    impl<T> ParallelSlice<T> for [T] {
        fn par_chunks(&self, size: usize) -> Chunks<'_, T> {
            self.chunks(size)
        }
        fn par_chunks_exact(&self, size: usize) -> ChunksExact<'_, T> {
            self.chunks_exact(size)
        }
    }

    /// Parts of a slice to be written, by rayon's names.
    pub(crate) trait ParallelSliceMut<T> {
        fn par_chunks_mut(&mut self, size: usize) -> ChunksMut<'_, T>;
        fn par_chunks_exact_mut(&mut self, size: usize) -> ChunksExactMut<'_, T>;
    }

    impl<T> ParallelSliceMut<T> for [T] {
        fn par_chunks_mut(&mut self, size: usize) -> ChunksMut<'_, T> {
            self.chunks_mut(size)
        }
        fn par_chunks_exact_mut(&mut self, size: usize) -> ChunksExactMut<'_, T> {
            self.chunks_exact_mut(size)
        }
    }

    /// A collection's items, by rayon's name.
    pub(crate) trait IntoParallelIterator: IntoIterator + Sized {
        fn into_par_iter(self) -> Self::IntoIter {
            self.into_iter()
        }
    }

    impl<T> IntoParallelIterator for Vec<T> {}
}
