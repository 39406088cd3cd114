//! The training step in wasm, for `swift-wasm.mjs` to time.

#![allow(unsafe_code)]

use std::cell::RefCell;

use twinglyph_core::rng::Rng;
use twinglyph_swift::{AdamW, Architecture, INPUT_SIDE, Network, Precision, Trainer};

/// A fine-tuning's batch has 20 classes.
const CLASSES: usize = 20;

struct Bench {
    trainer: Trainer,
    images: Vec<f32>,
}

thread_local! {
    static BENCH: RefCell<Option<Bench>> = const { RefCell::new(None) };
}

/// One step; gives its number of images.
// SAFETY: nothing else of this module is exported by that name.
#[unsafe(no_mangle)]
pub extern "C" fn step() -> u32 {
    BENCH.with_borrow_mut(|bench| {
        let bench = bench.get_or_insert_with(|| {
            let mut rng = Rng::new(1);
            let count = 2 * CLASSES * INPUT_SIDE * INPUT_SIDE;
            let network = Network::new(Architecture::default(), 0).expect("compact");
            Bench {
                trainer: Trainer::new(network, AdamW::default(), Precision::F32),
                images: (0..count).map(|_| rng.unit()).collect(),
            }
        });
        bench.trainer.step(&bench.images, CLASSES, 1e-4);
    });
    2 * CLASSES as u32
}
