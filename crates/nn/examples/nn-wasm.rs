//! The training step in wasm, and inference of sequential networks, for `nn-wasm.mjs` to time.

#![allow(unsafe_code)]

use std::cell::RefCell;

use twinglyph_core::rng::Rng;
use twinglyph_nn::{
    AdamW, Architecture, ConvLayer, Embedder, INPUT_SIDE, Network, Precision, Rows8, Sequential,
    Trainer,
};

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

struct Still {
    network: Sequential,
    images: Vec<f32>,
}

thread_local! {
    static KOCH: RefCell<Option<Still>> = const { RefCell::new(None) };
    static CONV4: RefCell<Option<Still>> = const { RefCell::new(None) };
}

fn still(side: usize, layers: &[[usize; 3]], padding: usize, dense: Option<usize>) -> Still {
    let mut rng = Rng::new(1);
    let layers = layers
        .iter()
        .enumerate()
        .map(|(at, &[inputs, outputs, side])| ConvLayer {
            weights: (0..outputs * inputs * side * side)
                .map(|_| 0.03 * rng.normal())
                .collect(),
            bias: vec![0.01; outputs],
            side,
            padding,
            pool: dense.is_none() || at + 1 < layers.len(),
        });
    let layers = layers.collect();
    let dense = dense.map(|inputs| {
        let rows = Rows8 {
            numbers: vec![1; 4096 * inputs],
            scales: vec![1e-3; 4096],
        };
        (rows, vec![0.0; 4096])
    });
    let mut rng = Rng::new(2);
    Still {
        images: (0..20 * side * side).map(|_| rng.unit()).collect(),
        network: Sequential::new(side, layers, dense).expect("a network"),
    }
}

/// Embeds so many images by Koch's network; gives their number.
// SAFETY: nothing else of this module is exported by that name.
#[unsafe(no_mangle)]
pub extern "C" fn koch(images: u32) -> u32 {
    KOCH.with_borrow_mut(|koch| {
        let layers = [[1, 64, 10], [64, 128, 7], [128, 128, 4], [128, 256, 4]];
        let koch = koch.get_or_insert_with(|| still(105, &layers, 0, Some(9216)));
        let pixels = 105 * 105 * images as usize;
        assert!(koch.network.embed(&koch.images[..pixels])[0].is_finite());
    });
    images
}

/// Embeds so many images by `conv4`; gives their number.
// SAFETY: as above.
#[unsafe(no_mangle)]
pub extern "C" fn conv4(images: u32) -> u32 {
    CONV4.with_borrow_mut(|conv4| {
        let layers = [[1, 64, 3], [64, 64, 3], [64, 64, 3], [64, 64, 3]];
        let conv4 = conv4.get_or_insert_with(|| still(28, &layers, 1, None));
        let pixels = 28 * 28 * images as usize;
        assert!(conv4.network.embed(&conv4.images[..pixels])[0].is_finite());
    });
    images
}

thread_local! {
    static COMPACT: RefCell<Option<(Embedder, Vec<f32>)>> = const { RefCell::new(None) };
}

/// Embeds so many images by `compact`; gives their number.
// SAFETY: as above.
#[unsafe(no_mangle)]
pub extern "C" fn compact(images: u32) -> u32 {
    COMPACT.with_borrow_mut(|compact| {
        let (embedder, drawn) = compact.get_or_insert_with(|| {
            let mut rng = Rng::new(1);
            let network = Network::new(Architecture::default(), 0).expect("compact");
            let drawn = (0..40 * INPUT_SIDE * INPUT_SIDE).map(|_| rng.unit());
            (Embedder::new(network, Precision::F32), drawn.collect())
        });
        let pixels = INPUT_SIDE * INPUT_SIDE * images as usize;
        assert!(embedder.embed(&drawn[..pixels]).global[0].is_finite());
    });
    images
}
