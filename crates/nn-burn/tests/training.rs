//! Training: losses that are known, frozen parts, and runs that can be resumed.

#![cfg(feature = "train")]
#![allow(clippy::unwrap_used)]

use std::sync::OnceLock;

use burn::tensor::{Device, Tensor};
use proptest::prelude::{ProptestConfig, any, prop, prop_assert, proptest};
use twinglyph_core::invented;
use twinglyph_core::{Alphabet, augment, episode};
use twinglyph_nn_burn::train::{
    Checkpoint, Loss, OptimizerConfig, TrainConfig, TrainError, Trainer, episode_loss, pair_loss,
    sample,
};
use twinglyph_nn_burn::{Architecture, Metadata, Precision, weights};

fn config(steps: u32) -> TrainConfig {
    TrainConfig {
        architecture: Architecture::Compact,
        seed: 11,
        steps,
        held_out: Vec::new(),
        invented: Default::default(),
        episode: episode::Settings {
            alphabets: 2,
            characters: 4,
            symmetries: true,
            ..Default::default()
        },
        augment: augment::Settings::default(),
        loss: Loss::Episode,
        frozen: Vec::new(),
        parts: 1,
        optimizer: OptimizerConfig {
            learning_rate: 2e-3,
            warm_up: 0.05,
            beta_1: 0.9,
            beta_2: 0.99,
            epsilon: 1e-8,
            weight_decay: 0.02,
        },
    }
}

fn alphabets() -> Vec<Alphabet> {
    (0..3).map(invented::alphabet).collect()
}

fn number(tensor: Tensor<1>) -> f32 {
    tensor.into_data().try_to_vec::<f32>().unwrap()[0]
}

/// Steps a trainer to `to` and gives the losses.
fn train(trainer: &mut Trainer, alphabets: &[Alphabet], to: u32) -> Vec<f32> {
    let mut losses = Vec::new();
    while trainer.steps() < to {
        let batch = sample(alphabets, trainer.config(), trainer.steps()).unwrap();
        losses.push(number(trainer.step(batch)));
    }
    losses
}

/// Koch's network sees whole sheets, and learns from them: the same batch again is no worse.
#[test]
fn koch_takes_steps_on_whole_sheets() {
    let mut config = config(2);
    config.architecture = Architecture::Koch;
    config.episode.alphabets = 1;
    config.episode.characters = 2;
    config.optimizer.learning_rate = 1e-5;
    let alphabets = alphabets();
    let batch = sample(&alphabets, &config, 0).unwrap();
    assert_eq!(batch.images.len(), 4 * 105 * 105);
    assert!(batch.images.iter().any(|&ink| ink > 0.9));
    let mut trainer = Trainer::new(config, None, &Device::flex()).unwrap();
    let before = number(trainer.step(batch.clone()));
    let after = number(trainer.step(batch));
    assert!(before.is_finite() && after <= before, "{before} {after}");
}

#[test]
fn the_loss_of_perfect_and_of_blind_scores_is_known() {
    let device = Device::flex();
    let perfect = Tensor::<2>::eye(8, &device).mul_scalar(50.0);
    assert!(number(episode_loss(perfect)) < 1e-6);
    let blind = Tensor::<2>::zeros([8, 8], &device);
    assert!((number(episode_loss(blind)) - 8f32.ln()).abs() < 1e-6);
}

#[test]
fn the_loss_of_pairs_is_known() {
    let device = Device::flex();
    let blind = Tensor::<2>::zeros([8, 8], &device);
    assert!((number(pair_loss(blind)) - 2f32.ln()).abs() < 1e-6);
    // The twin is sure, the neighbour is surely another, and nobody else is asked.
    let sure = Tensor::<2>::eye(8, &device).mul_scalar(60.0) - 30.0;
    assert!(number(pair_loss(sure)) < 1e-6);
    let alone = Tensor::<2>::ones([1, 1], &device);
    assert!(number(pair_loss(alone)).is_finite());
}

#[test]
fn frozen_parts_keep_their_weights() {
    let device = Device::flex();
    let mut config = config(1);
    config.frozen = vec!["stem".into(), "res1.conv_a".into()];
    config.loss = Loss::Pairs;
    let mut trainer = Trainer::new(config.clone(), None, &device).unwrap();
    let before = weights_of(&trainer);
    train(&mut trainer, &alphabets(), 1);
    let after = weights_of(&trainer);
    for (name, values) in &before {
        // Statistics are no weights: they follow what they see.
        if name.contains("running_") {
            continue;
        }
        let frozen = name.starts_with("stem.") || name.starts_with("res1.conv_a.");
        assert_eq!(values == &after[name], frozen, "{name}");
    }
    config.frozen = vec!["ste".into()];
    let error = Trainer::new(config.clone(), None, &device).err().unwrap();
    assert!(matches!(error, TrainError::Frozen { .. }));
    assert!(error.to_string().contains("stem"), "{error}");
    config.frozen.clear();
    config.architecture = Architecture::Koch;
    let error = Trainer::new(config, Some(trainer.twin()), &device).err();
    assert!(matches!(error, Some(TrainError::Architecture { .. })));
}

/// Every tensor of the network in training, by name.
fn weights_of(trainer: &Trainer) -> std::collections::BTreeMap<String, Vec<u8>> {
    let metadata = Metadata::new(Architecture::Compact);
    let bytes =
        pollster::block_on(weights::write(&trainer.twin(), &metadata, Precision::F32)).unwrap();
    let file = safetensors::SafeTensors::deserialize(&bytes).unwrap();
    file.tensors()
        .into_iter()
        .map(|(name, view)| (name, view.data().to_vec()))
        .collect()
}

#[test]
fn training_lowers_the_loss() {
    let alphabets = alphabets();
    let mut trainer = Trainer::new(config(60), None, &Device::flex()).unwrap();
    let losses = train(&mut trainer, &alphabets, 60);
    let mean = |losses: &[f32]| losses.iter().sum::<f32>() / losses.len() as f32;
    let (first, last) = (mean(&losses[..10]), mean(&losses[50..]));
    assert!(last < 0.8 * first, "{first} {last}");
}

#[test]
fn a_resumed_run_equals_one_that_never_stopped() {
    let alphabets = alphabets();
    let device = Device::flex();
    let mut whole = Trainer::new(config(6), None, &device).unwrap();
    let expected = train(&mut whole, &alphabets, 6);

    let mut first = Trainer::new(config(6), None, &device).unwrap();
    let mut losses = train(&mut first, &alphabets, 3);
    let bytes = pollster::block_on(Checkpoint::write(&first)).unwrap();
    drop(first);
    let mut resumed = Checkpoint::read(&bytes, &device).unwrap();
    assert_eq!(resumed.steps(), 3);
    losses.extend(train(&mut resumed, &alphabets, 6));

    let bits = |losses: &[f32]| losses.iter().map(|loss| loss.to_bits()).collect::<Vec<_>>();
    assert_eq!(bits(&losses), bits(&expected));
    let write = |trainer: &Trainer| pollster::block_on(Checkpoint::write(trainer)).unwrap();
    let (one, other) = (write(&whole), write(&resumed));
    let files = [&one, &other].map(|bytes| safetensors::SafeTensors::deserialize(bytes).unwrap());
    for name in files[0]
        .names()
        .into_iter()
        .filter(|name| *name != "network")
    {
        assert!(files[0].tensor(name).unwrap().data() == files[1].tensor(name).unwrap().data());
    }
}

#[test]
fn a_damaged_checkpoint_is_refused() {
    let trainer = Trainer::new(config(2), None, &Device::flex()).unwrap();
    let bytes = pollster::block_on(Checkpoint::write(&trainer)).unwrap();
    for part in [0, 8, 200, bytes.len() - 1] {
        assert!(Checkpoint::read(&bytes[..part], &Device::flex()).is_err());
    }
}

/// A checkpoint after one step, with the optimiser's moments in it.
fn begun() -> &'static [u8] {
    static BYTES: OnceLock<Vec<u8>> = OnceLock::new();
    BYTES.get_or_init(|| {
        let mut trainer = Trainer::new(config(2), None, &Device::flex()).unwrap();
        train(&mut trainer, &alphabets(), 1);
        pollster::block_on(Checkpoint::write(&trainer)).unwrap()
    })
}

proptest! {
    // Each reads 16 MB.
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_checkpoint_with_a_damaged_header_is_read_or_refused(
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
    ) {
        let mut bytes = begun().to_vec();
        let length = u64::from_le_bytes(bytes[..8].try_into().unwrap()) as usize;
        for (at, byte) in damage {
            bytes[8 + at.index(length)] = byte;
        }
        // A number of the config may have become another one, but none that a run can't have.
        if let Ok(trainer) = Checkpoint::read(&bytes, &Device::flex()) {
            prop_assert!(trainer.config().check().is_ok());
        }
    }
}
