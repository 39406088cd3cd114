//! What the largest network takes of memory, from its file to a ranking.

use std::alloc::System;

use cap::Cap;
use twinglyph_core::{Bitmap, Views};
use twinglyph_nn::{Twin, self_test};

#[global_allocator]
static MEMORY: Cap<System> = Cap::new(System, usize::MAX);

/// Most bytes of the heap at once. The file, in which the dense layer's weights stay, has 39 MB, the kernels'
/// spectra 23.
const MOST: usize = 97_000_000;

#[test]
fn koch_ranks_a_support_set_of_20_within_its_memory() {
    let path = "../../assets/models/koch.safetensors";
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    let file = std::fs::read(path).expect("the weights");
    let length = file.len();
    let (twin, metadata) = Twin::take(file).expect("a network");
    let reading = MEMORY.max_allocated();
    // The numbers of the convolutions in two orders, and nothing of the dense layer's.
    assert!(reading < length + (12 << 20), "{reading}");
    let [query, other] = self_test::drawings();
    let support: Vec<Bitmap> = (0..20).map(|_| other.clone()).collect();
    let support = twin.embed(&support, metadata.views);
    let query = twin.embed([&query], Views::One);
    assert_eq!(twin.scores(&query, &support).len(), 20);
    let peak = MEMORY.max_allocated();
    println!("{reading} bytes to read it, {peak} at most");
    assert!(peak <= MOST, "{peak}");
}
