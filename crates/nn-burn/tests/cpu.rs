//! Training steps of our CPU kernels against Burn's, and their checkpoints.

#![cfg(feature = "train")]
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;

use burn::tensor::Device;
use twinglyph_core::rng::Rng;
use twinglyph_nn::train::{Run, Settings};
use twinglyph_nn_burn::train::{
    Batch, Checkpoint, CheckpointError, Loss, OptimizerConfig, TrainConfig, TrainError, Trainer,
};
use twinglyph_nn_burn::{Architecture, Metadata, Precision, Twin, weights};

fn config(architecture: Architecture) -> TrainConfig {
    TrainConfig {
        architecture,
        seed: 3,
        steps: 10,
        held_out: Vec::new(),
        invented: Default::default(),
        loss: Loss::Episode,
        frozen: Vec::new(),
        episode: twinglyph_core::episode::Settings::default(),
        augment: twinglyph_core::augment::Settings::default(),
        parts: 1,
        optimizer: OptimizerConfig {
            learning_rate: 1e-3,
            warm_up: 0.0,
            beta_1: 0.9,
            beta_2: 0.99,
            epsilon: 1e-8,
            weight_decay: 0.02,
        },
    }
}

fn batch(seed: u64) -> Batch {
    batch_of(Architecture::Compact, seed)
}

fn batch_of(architecture: Architecture, seed: u64) -> Batch {
    let mut rng = Rng::new(seed);
    let (classes, side) = (4, architecture.input_side());
    Batch {
        classes,
        images: (0..2 * classes * side * side).map(|_| rng.unit()).collect(),
    }
}

fn file(twin: &Twin) -> Vec<u8> {
    let metadata = Metadata::new(twin.architecture());
    pollster::block_on(weights::write(twin, &metadata, Precision::F32)).unwrap()
}

/// A run's network on Burn.
fn twin(run: &Run) -> Twin {
    let metadata = Metadata::new(run.config().architecture);
    let tensors = run.network().to_tensors().into_iter();
    let tensors = tensors.map(|(name, of)| (name, of.shape, of.values));
    let mut bytes = Vec::new();
    twinglyph_nn::weights::file(tensors, &metadata, Precision::F32, &mut bytes).unwrap();
    weights::read(&bytes, &Device::flex()).unwrap().0
}

fn tensors(twin: &Twin) -> BTreeMap<String, Vec<f32>> {
    let bytes = file(twin);
    let file = safetensors::SafeTensors::deserialize(&bytes).unwrap();
    let numbers = |bytes: &[u8]| -> Vec<f32> {
        let numbers = bytes.as_chunks::<4>().0.iter();
        numbers.map(|bytes| f32::from_le_bytes(*bytes)).collect()
    };
    let tensors = file.tensors().into_iter();
    tensors
        .map(|(name, view)| (name, numbers(view.data())))
        .collect()
}

/// The same numbers, but for a few by rounding: Adam goes by the sign of a gradient, however small.
fn assert_close(got: &Twin, expected: &Twin, said: &str) {
    let (got, expected) = (tensors(got), tensors(expected));
    assert_eq!(got.len(), expected.len());
    for (name, values) in &got {
        let pairs = values.iter().zip(&expected[name]);
        let far = pairs.filter(|(a, b)| (**a - **b).abs() > 1e-4 + 1e-3 * b.abs());
        let far = far.count();
        // Of a short tensor one number is more than a thousandth, and rounding differs between processors. Koch's
        // network has no norms: both drawings of a pair move alike with its biases and almost alike with its first
        // weights, and what is left of their gradients is small.
        let is_koch = got.contains_key("conv1.weight");
        let most = (values.len() / if is_koch { 50 } else { 1000 }).max(2);
        // No score depends on it: rounding is all its gradient.
        let free = name == "local.bias" || is_koch && name.ends_with(".bias");
        assert!(
            free || far <= most,
            "{said} {name}: {far} of {} differ",
            values.len()
        );
    }
}

/// Both backends' steps, from the same weights and on the same batches.
fn compare(config: &TrainConfig) {
    let device = Device::flex();
    let mut burn = Trainer::new(config.clone(), None, &device).unwrap();
    let from = file(&burn.twin());
    let mut on_cpu = Run::new(config.clone(), Settings::default(), Some(&from)).unwrap();
    for step in 0..2 {
        let expected = burn
            .step(batch_of(config.architecture, step))
            .into_data()
            .try_to_vec::<f32>();
        let expected = expected.unwrap()[0];
        let got = on_cpu.step(&batch_of(config.architecture, step));
        let said = format!("step {step} of {:?} {:?}", config.architecture, config.loss);
        assert!(
            (got - expected).abs() < 1e-3 * expected,
            "{said}: {got}, {expected}"
        );
        // What rounding has turned in Koch's network is no longer the same at the next step.
        if step == 0 || config.architecture != Architecture::Koch {
            assert_close(&twin(&on_cpu), &burn.twin(), &said);
        }
    }
    let kept = tensors(&weights::read(&from, &device).unwrap().0);
    for (name, values) in tensors(&twin(&on_cpu)) {
        let frozen = config
            .frozen
            .iter()
            .any(|part| name.starts_with(part.as_str()));
        // Statistics are no weights; and no difference of scores depends on their bias.
        if !name.contains("running_") && name != "score.bias" {
            assert_eq!(values == kept[&name], frozen, "{name}");
        }
    }
}

#[test]
fn steps_are_those_of_burn() {
    compare(&config(Architecture::Compact));
    compare(&config(Architecture::Deep));
    compare(&config(Architecture::Koch));
}

#[test]
fn pairs_and_frozen_parts_are_those_of_burn() {
    let mut pairs = config(Architecture::Compact);
    pairs.loss = Loss::Pairs;
    pairs.frozen = vec!["stem".into(), "res1".into()];
    compare(&pairs);
}

#[test]
fn a_checkpoint_keeps_the_whole_run() {
    let settings = Settings {
        precision: twinglyph_nn::Precision::Bf16,
        average: Some(0.99),
    };
    let mut whole = Run::new(config(Architecture::Compact), settings, None).unwrap();
    whole.step(&batch(0));
    let mut resumed = Run::read(&whole.write().unwrap(), settings).unwrap();
    assert_eq!(resumed.config(), whole.config());
    assert_eq!(resumed.step(&batch(1)), whole.step(&batch(1)));
    assert_eq!(resumed.steps(), 2);
    let [got, expected] = [&resumed, &whole].map(|run| {
        let bytes = run.write().unwrap();
        let file = safetensors::SafeTensors::deserialize(&bytes).unwrap();
        let moments = file.tensors().into_iter();
        let moments = moments.filter(|(name, _)| name.contains('.'));
        moments
            .map(|(name, view)| (name, view.data().to_vec()))
            .collect::<BTreeMap<_, _>>()
    });
    assert!(got == expected && got.len() > 40);
    assert!(tensors(&twin(&resumed)) == tensors(&twin(&whole)));
}

/// A run goes on by the other backend, and does what it would have done.
#[test]
fn either_backend_reads_the_checkpoint_of_the_other() {
    let device = Device::flex();
    let mut config = config(Architecture::Compact);
    config.frozen = vec!["down1".into()];
    let mut burn = Trainer::new(config, None, &device).unwrap();
    let _ = burn.step(batch(0));
    let kept = pollster::block_on(Checkpoint::write(&burn)).unwrap();
    let mut on_cpu = Run::read(&kept, Settings::default()).unwrap();
    let _ = burn.step(batch(1));
    on_cpu.step(&batch(1));
    assert_close(&twin(&on_cpu), &burn.twin(), "our CPU kernels");
    let mut burn = Checkpoint::read(&on_cpu.write().unwrap(), &device).unwrap();
    assert_eq!(burn.steps(), 2);
    let _ = burn.step(batch(2));
    on_cpu.step(&batch(2));
    assert_close(&twin(&on_cpu), &burn.twin(), "burn");
}

#[test]
fn drawings_are_scored_as_by_the_twin() {
    let device = Device::flex();
    let run = Run::new(config(Architecture::Deep), Settings::default(), None).unwrap();
    let alphabet = twinglyph_core::invented::alphabet(1);
    let drawings: Vec<_> = (0..7)
        .map(|character| alphabet.drawing(character, 0).unwrap())
        .collect();
    let (queries, support) = drawings.split_at(3);
    let got = run.scores(queries, support);
    let twin = self::twin(&run);
    let embed =
        |of: &[&twinglyph_core::Bitmap]| twin.embed(twin.batch(of.iter().copied(), &device));
    let expected = twin.score(&embed(queries), &embed(support)).into_data();
    let expected = expected.try_to_vec::<f32>().unwrap();
    assert_eq!((got.len(), expected.len()), (12, 12));
    for (got, expected) in got.iter().zip(&expected) {
        assert!((got - expected).abs() < 1e-3, "{got}, {expected}");
    }
    assert!(run.scores(&[], support).is_empty());
}

#[test]
fn what_it_can_not_train_is_refused() {
    let settings = Settings::default();
    let mut frozen = config(Architecture::Compact);
    frozen.frozen = vec!["ste".into()];
    let error = Run::new(frozen, settings, None).err();
    assert!(matches!(
        error,
        Some(CheckpointError::Train(TrainError::Frozen { .. }))
    ));
    let deep = Run::new(config(Architecture::Deep), settings, None).unwrap();
    let deep = file(&twin(&deep));
    let error = Run::new(config(Architecture::Compact), settings, Some(&deep)).err();
    assert!(matches!(
        error,
        Some(CheckpointError::Train(TrainError::Architecture { .. }))
    ));
    let whole = Run::new(config(Architecture::Compact), settings, None).unwrap();
    let bytes = whole.write().unwrap();
    assert!(Run::read(&bytes[..bytes.len() - 1], settings).is_err());
    assert!(Run::read(&deep, settings).is_err());
}
