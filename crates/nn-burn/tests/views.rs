//! Scores by several views: what they promise whatever the weights are.

#![cfg(feature = "train")]
#![allow(clippy::unwrap_used)]

use burn::tensor::Device;
use twinglyph_core::{Bitmap, Views};
use twinglyph_nn_burn::{Architecture, Embedding, Precision, Twin, weights};

fn drawings() -> Vec<Bitmap> {
    let bars = |at: usize| {
        Bitmap::from_fn(move |row, column| {
            (20..24).contains(&row) && (15..80).contains(&column)
                || (20..85).contains(&row) && column.abs_diff(20 + 12 * at) < 2
                || row.abs_diff(column) < 2 && at.is_multiple_of(2)
        })
    };
    (0..4).map(bars).collect()
}

fn numbers(twin: &Twin, query: &Embedding, support: &Embedding) -> Vec<f32> {
    twin.score(query, support).into_data().try_to_vec().unwrap()
}

fn close(found: &[f32], expected: &[f32]) {
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(expected) {
        let most = 1e-4 * expected.abs().max(1.0);
        assert!((found - expected).abs() < most, "{found} for {expected}");
    }
}

#[test]
fn a_score_is_the_mean_over_symmetries_and_pairs_of_tilts() {
    let device = Device::flex();
    let architecture = Architecture::Deep;
    let twin = Twin::fresh(architecture, 3, &device).valid();
    let drawings = drawings();
    let views = Views::Eight;
    let (tilts, symmetries) = (views.tilts().len(), views.symmetries().len());
    // Every view as an image of its own.
    let side = architecture.input_side();
    let pixels = side * side;
    let single = |drawing: &Bitmap, view: usize| {
        let inputs = views.inputs(architecture, drawing);
        let image = inputs[view * pixels..][..pixels].to_vec();
        let data = burn::tensor::TensorData::new(image, [1, 1, side, side]);
        twin.embed(burn::tensor::Tensor::from_data(data, &device))
    };
    let mut expected = Vec::new();
    for query in &drawings[..2] {
        for support in &drawings {
            let mut sum = 0.0;
            for symmetry in 0..symmetries {
                for of_query in 0..tilts {
                    for of_support in 0..tilts {
                        let query = single(query, symmetry * tilts + of_query);
                        let support = single(support, symmetry * tilts + of_support);
                        sum += numbers(&twin, &query, &support)[0];
                    }
                }
            }
            expected.push(sum / (symmetries * tilts * tilts) as f32);
        }
    }
    let query = twin.embed_views(&drawings[..2], views, &device);
    let support = twin.embed_views(&drawings, views, &device);
    assert_eq!((query.len(), support.len()), (2, 4));
    close(&numbers(&twin, &query, &support), &expected);
    // Parts and choices keep the views together.
    let parts = Embedding::concat(vec![support.slice(0, 1), support.slice(1, 4)]).unwrap();
    close(&numbers(&twin, &query, &parts), &expected);
    let chosen = support.select(&[2]);
    close(
        &numbers(&twin, &query, &chosen),
        &[expected[2], expected[6]],
    );
}

#[test]
fn one_view_is_the_plain_embedding() {
    let device = Device::flex();
    for architecture in [Architecture::Compact, Architecture::Deep] {
        let twin = Twin::fresh(architecture, 3, &device).valid();
        let plain = twin.embed(twin.batch(&drawings(), &device));
        let one = twin.embed_views(&drawings(), Views::One, &device);
        assert_eq!(one.views, Views::One);
        let (one, plain) = (numbers(&twin, &one, &one), numbers(&twin, &plain, &plain));
        assert_eq!(one, plain);
    }
}

#[test]
fn koch_has_one_view_whatever_is_asked_for() {
    let twin = Twin::new(Architecture::Koch, &Device::flex());
    assert_eq!(twin.possible(Views::Eight), Views::One);
}

/// Our CPU kernels embed and score as Burn does: `koch` as it ships, its dense layer in 8 bits, and in f16.
#[test]
fn our_cpu_kernels_give_the_same_numbers() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../assets/models");
    let device = Device::flex();
    for architecture in Architecture::ALL {
        let name = architecture.as_str();
        let shipped = std::fs::read(format!("{folder}/{name}.safetensors")).unwrap();
        let (twin, metadata) = weights::read(&shipped, &device).unwrap();
        let half = pollster::block_on(weights::write(&twin, &metadata, Precision::F16)).unwrap();
        for bytes in [shipped, half] {
            let (twin, _) = weights::read(&bytes, &device).unwrap();
            let (on_cpu, _) = twinglyph_nn::Twin::read(&bytes).unwrap();
            for views in [Views::One, Views::Eight] {
                let expected = twin.embed_views(&drawings(), views, &device);
                let found = on_cpu.embed(&drawings(), views);
                assert_eq!(found.views(), expected.views);
                let numbers = expected.clone().global.into_data().try_to_vec::<f32>();
                close(&found.global().collect::<Vec<_>>(), &numbers.unwrap());
                let scores = twin.score(&expected, &expected).into_data();
                let scores = scores.try_to_vec::<f32>().unwrap();
                close(&on_cpu.scores(&found, &found), &scores);
                // What a device embedded is scored alike.
                let read = pollster::block_on(expected.numbers()).unwrap();
                let of_device = twinglyph_nn::Values::new(&read, found.views());
                close(&on_cpu.scores(&of_device, &found), &scores);
            }
        }
    }
}
