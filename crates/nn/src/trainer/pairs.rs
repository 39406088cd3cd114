//! `conv4` on given pairs. That a step is Burn's is tested in the bench's crate.

use super::tests::images;
use super::*;
use crate::spec::Spec;

const SIGNS: [f32; 6] = [1.0, -1.0, -1.0, 1.0, -1.0, -1.0];

fn conv4(seed: u64) -> Trainer {
    let network = Network::new(Spec::conv4(), seed).expect("conv4");
    Trainer::new(network, AdamW::default(), Precision::F32)
}

#[test]
fn a_run_learns_and_threads_change_nothing() {
    let run = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        pool.expect("threads").install(|| {
            let mut trainer = conv4(7);
            let images = images(SIGNS.len(), 28, 8);
            let losses: Vec<f32> = (0..5)
                .map(|_| trainer.step_pairs(&images, &SIGNS, 1e-3))
                .collect();
            (losses, trainer.network().to_tensors())
        })
    };
    let (losses, tensors) = run(1);
    assert!(losses[4] < losses[0], "{losses:?}");
    assert_eq!((losses, tensors), run(3));
}

#[test]
fn tensors_of_another_network_are_refused_by_name() {
    let mut map = conv4(1).network().to_tensors();
    map.remove("block3.conv.weight");
    let refused = Network::from_tensors(Spec::conv4(), &map).err();
    assert_eq!(
        refused,
        Some(TensorError::Missing("block3.conv.weight".to_owned()))
    );
}
