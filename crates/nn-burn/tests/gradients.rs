//! Gradients and steps of every network against PyTorch's.
//!
//! `fixtures/gradients.safetensors` holds, for each network, loss and parameter, the norm, the sum
//! and some values of the gradient as PyTorch computes it in f64 from its own definition of the
//! networks (`python/gradients.py`, which says how it is made). What is compared here is the whole
//! of forward and backward in training mode, layer upon layer; `differences.rs` has each layer on
//! its own. Knows no layers: only names, numbers and tolerances.

#![cfg(feature = "train")]
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;

use burn::module::{ModuleVisitor, Param};
use burn::tensor::{Device, Gradients, Tensor};
use safetensors::{Dtype, SafeTensors, tensor::TensorView};
use twinglyph_core::Bitmap;
use twinglyph_core::{augment, episode};
use twinglyph_nn_burn::train::{
    Batch, Loss, OptimizerConfig, TrainConfig, Trainer, episode_loss, pair_loss,
};
use twinglyph_nn_burn::{Architecture, Twin, weights};

const GOLDEN: &[u8] = include_bytes!("fixtures/gradients.safetensors");
const DRAWINGS: &[u8] = include_bytes!("fixtures/compact-golden-synthetic.safetensors");
const TRAINED: &[u8] = include_bytes!("../../../docs/training/compact-f16.safetensors");

/// A number of a gradient may be off by this part of itself, or of the root mean square of its
/// tensor's gradient where that is larger. PyTorch's own f32 is off by up to 1.3e-5.
const TOLERANCE: f64 = 1e-4;

/// Gradients below it are zero, but for f64's rounding: the script's `NONE`.
const NONE: f64 = 1e-9;

/// What may be left of them in f32; PyTorch leaves 4e-8.
const RESIDUE: f64 = 1e-6;

/// Losses may be off by this part of themselves; PyTorch's f32 is off by up to 1e-7.
const LOSS_TOLERANCE: f64 = 2e-6;

/// As [`LOSS_TOLERANCE`], after steps: AdamW's first ones move a weight by the sign of its
/// gradient, however small that is, so rounding decides some of them. PyTorch's f32 is off by up
/// to 8e-6.
const STEP_TOLERANCE: f64 = 1e-4;

/// The script's `SAMPLES`.
const SAMPLES: usize = 64;

/// The script's `mix`, `stream`: number `index` of those that belong to a name.
fn stream(name: &str, index: usize) -> u32 {
    let seed = name.bytes().fold(0x811C_9DC5_u32, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    });
    let mixed = (index as u32).wrapping_mul(0x9E37_79B9).wrapping_add(seed);
    let mixed = (mixed ^ (mixed >> 16)).wrapping_mul(0x85EB_CA6B);
    let mixed = (mixed ^ (mixed >> 13)).wrapping_mul(0xC2B2_AE35);
    mixed ^ (mixed >> 16)
}

/// The script's `samples`.
fn samples(name: &str, count: usize) -> Vec<usize> {
    if count <= SAMPLES {
        return (0..count).collect();
    }
    let name = format!("{name}.samples");
    (0..SAMPLES)
        .map(|sample| stream(&name, sample) as usize % count)
        .collect()
}

/// The script's `weight`, bit for bit.
fn weight(name: &str, shape: &[usize]) -> Vec<u8> {
    let norm_or_score = name.ends_with("weight") || name.ends_with("running_var");
    let (base, spread) = match shape {
        [_, inner @ ..] if !inner.is_empty() => {
            (0.0, (6.0 / inner.iter().product::<usize>() as f64).sqrt())
        }
        [1] if name == "score.local_weight" => (0.0625, 0.0625),
        [length] if name.starts_with("score.") && norm_or_score => {
            (8.0 / *length as f64, 8.0 / *length as f64)
        }
        _ if norm_or_score => (1.0, 0.25),
        _ => (0.0, 0.25),
    };
    (0..shape.iter().product())
        .flat_map(|index| {
            let unit = f64::from(stream(name, index) >> 8) / 8_388_608.0 - 1.0;
            ((base + spread * unit) as f32).to_le_bytes()
        })
        .collect()
}

fn floats(file: &SafeTensors<'_>, name: &str) -> Vec<f64> {
    let view = file.tensor(name).unwrap();
    assert_eq!(view.dtype(), Dtype::F32, "{name}");
    view.data()
        .chunks_exact(4)
        .map(|bytes| f64::from(f32::from_le_bytes(bytes.try_into().unwrap())))
        .collect()
}

/// The network with the weights that the script gave it.
fn network(architecture: Architecture, device: &Device) -> Twin {
    if architecture == Architecture::Compact {
        return weights::read(TRAINED, device).unwrap().0;
    }
    let (_, header) = SafeTensors::read_metadata(GOLDEN).unwrap();
    let shapes = &header.metadata().as_ref().unwrap()[architecture.as_str()];
    let shapes: BTreeMap<String, Vec<usize>> = serde_json::from_str(shapes).unwrap();
    let tensors: Vec<_> = shapes
        .into_iter()
        .map(|(name, shape)| (weight(&name, &shape), name, shape))
        .collect();
    let views = tensors.iter().map(|(bytes, name, shape)| {
        let view = TensorView::new(Dtype::F32, shape.clone(), bytes).unwrap();
        (name.as_str(), view)
    });
    let header = [("architecture".into(), architecture.as_str().into())];
    let bytes = safetensors::serialize(views, Some(header.into())).unwrap();
    weights::read(&bytes, device).unwrap().0
}

/// Eight drawings: the first four are one half of a batch.
fn batch(architecture: Architecture) -> Batch {
    let file = SafeTensors::deserialize(DRAWINGS).unwrap();
    let images = match architecture {
        Architecture::Koch => {
            let pixels = file.tensor("synthetic.bitmap").unwrap();
            let sheets = pixels.data().chunks_exact(105 * 105);
            sheets
                .flat_map(|sheet| {
                    let ink = |row, column| sheet[row * 105 + column] == 1;
                    architecture.input(&Bitmap::from_fn(ink))
                })
                .collect()
        }
        _ => floats(&file, "synthetic.input")
            .into_iter()
            .map(|value| value as f32)
            .collect(),
    };
    Batch { classes: 4, images }
}

/// Takes every parameter's gradient, by the tensors' names and in the layout of the weights file.
struct Collect<'a> {
    path: Vec<String>,
    linear: bool,
    gradients: &'a Gradients,
    found: BTreeMap<String, Vec<f64>>,
}

impl ModuleVisitor for Collect<'_> {
    fn enter_module(&mut self, name: &str, container: &str) {
        self.linear = container == "Struct:Linear";
        let name = match name {
            "gamma" => "weight",
            "beta" => "bias",
            other => other,
        };
        self.path.push(name.to_owned());
    }
    fn exit_module(&mut self, _: &str, _: &str) {
        self.path.pop();
    }
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        let Some(mut gradient) = param.val().grad(self.gradients) else {
            return;
        };
        if D == 2 && self.linear {
            gradient = gradient.swap_dims(0, 1);
        }
        let values = gradient.into_data().try_to_vec::<f32>().unwrap();
        let values = values.into_iter().map(f64::from).collect();
        self.found.insert(self.path.join("."), values);
    }
}

/// A network's loss on the batch, and every parameter's gradient.
fn gradients(twin: &Twin, loss: Loss, device: &Device) -> (f64, BTreeMap<String, Vec<f64>>) {
    let architecture = twin.architecture();
    let side = architecture.input_side();
    let images = burn::tensor::TensorData::new(batch(architecture).images, [8, 1, side, side]);
    let embedding = twin.embed(Tensor::from_data(images, device));
    let scores = twin.score(&embedding.slice(0, 4), &embedding.slice(4, 8));
    let loss = match loss {
        Loss::Episode => episode_loss(scores),
        Loss::Pairs => pair_loss(scores),
    };
    let gradients = loss.backward();
    let mut collect = Collect {
        path: Vec::new(),
        linear: false,
        gradients: &gradients,
        found: BTreeMap::new(),
    };
    twin.visit(&mut collect);
    (f64::from(number(loss.inner())), collect.found)
}

fn number(tensor: Tensor<1>) -> f32 {
    tensor.into_data().try_to_vec::<f32>().unwrap()[0]
}

fn root_mean_square(norm: f64, count: usize) -> f64 {
    norm / (count as f64).sqrt()
}

#[track_caller]
fn gradients_are_pytorchs(architecture: Architecture) {
    let device = Device::flex().autodiff();
    let twin = network(architecture, &device).train();
    let golden = SafeTensors::deserialize(GOLDEN).unwrap();
    for (loss, word) in [(Loss::Episode, "episode"), (Loss::Pairs, "pairs")] {
        let prefix = format!("{}.{word}", architecture.as_str());
        let (value, found) = gradients(&twin, loss, &device);
        let expected = floats(&golden, &prefix)[0];
        let off = (value - expected).abs() / expected;
        println!("{prefix}: loss off by {off:.1e}");
        assert!(off < LOSS_TOLERANCE, "{prefix}: {value} {expected}");

        let names: Vec<&str> = golden
            .names()
            .into_iter()
            .filter_map(|name| name.strip_prefix(&prefix)?.strip_prefix('.'))
            .collect();
        let mut missing = names.iter().filter(|&&name| !found.contains_key(name));
        assert_eq!(missing.next(), None, "{prefix}: no gradient");
        assert_eq!(found.len(), names.len(), "{prefix}");

        let golden_of = |name: &str| floats(&golden, &format!("{prefix}.{name}"));
        let (mut worst, mut residue) = ((0.0, ""), 0f64);
        let mut wrong = Vec::new();
        for (name, values) in &found {
            let expected = golden_of(name);
            let count = values.len();
            // `max` below would pass over what is no number.
            if !values.iter().all(|value| value.is_finite()) {
                wrong.push(format!("{name}, which is not finite"));
                continue;
            }
            let scale = root_mean_square(expected[0], count);
            if scale < NONE {
                let largest = values
                    .iter()
                    .fold(0f64, |most, value| most.max(value.abs()));
                residue = residue.max(largest);
                if largest >= RESIDUE {
                    wrong.push(format!("{name}, which is zero, by {largest:.1e}"));
                }
                continue;
            }
            let norm = values.iter().map(|value| value * value).sum::<f64>().sqrt();
            // A sum may cancel: it is as good as its terms are, all of them off in one direction.
            let sum = (values.iter().sum::<f64>() - expected[1]).abs() / count as f64 / scale;
            let norm = root_mean_square((norm - expected[0]).abs(), count) / scale;
            let at = samples(name, count);
            assert_eq!(at.len() + 2, expected.len(), "{prefix}.{name}");
            let values = at
                .iter()
                .zip(&expected[2..])
                .map(|(&at, &expected)| (values[at] - expected).abs() / expected.abs().max(scale));
            let off = values.chain([sum, norm]).fold(0.0, f64::max);
            if off > worst.0 {
                worst = (off, name);
            }
            if off >= TOLERANCE {
                wrong.push(format!("{name} by {off:.1e}"));
            }
        }
        println!(
            "{prefix}: {} is off most, by {:.1e}; zeros by {residue:.1e}",
            worst.1, worst.0
        );
        assert!(wrong.is_empty(), "{prefix}: off are {}", wrong.join(", "));
    }
}

/// The losses before each of four steps with a rising and a falling rate.
#[track_caller]
fn steps_are_pytorchs(architecture: Architecture, loss: Loss, learning_rate: f64) {
    let device = Device::flex();
    let config = TrainConfig {
        architecture,
        seed: 0,
        steps: 6,
        held_out: Vec::new(),
        invented: Default::default(),
        episode: episode::Settings {
            alphabets: 1,
            characters: 4,
            symmetries: false,
            ..Default::default()
        },
        augment: augment::Settings::default(),
        loss,
        frozen: Vec::new(),
        parts: 1,
        optimizer: OptimizerConfig {
            learning_rate,
            warm_up: 1.0 / 3.0,
            beta_1: 0.9,
            beta_2: 0.99,
            epsilon: 1e-8,
            weight_decay: 1.0,
        },
    };
    let mut trainer = Trainer::new(config, Some(network(architecture, &device)), &device).unwrap();
    let golden = SafeTensors::deserialize(GOLDEN).unwrap();
    let name = format!("{}.losses", architecture.as_str());
    for (step, expected) in floats(&golden, &name).into_iter().enumerate() {
        let loss = f64::from(number(trainer.step(batch(architecture))));
        let off = (loss - expected).abs() / expected;
        println!("{name}: step {step} has {loss}, off by {off:.1e}");
        let tolerance = if step == 0 {
            LOSS_TOLERANCE
        } else {
            STEP_TOLERANCE
        };
        assert!(off < tolerance, "{name}: step {step}: {loss} {expected}");
    }
}

#[test]
fn compacts_gradients_are_pytorchs() {
    gradients_are_pytorchs(Architecture::Compact);
}

#[test]
fn deeps_gradients_are_pytorchs() {
    gradients_are_pytorchs(Architecture::Deep);
}

#[test]
fn kochs_gradients_are_pytorchs() {
    gradients_are_pytorchs(Architecture::Koch);
}

#[test]
fn compacts_steps_are_pytorchs() {
    steps_are_pytorchs(Architecture::Compact, Loss::Episode, 2e-3);
}

#[test]
fn deeps_steps_are_pytorchs() {
    steps_are_pytorchs(Architecture::Deep, Loss::Episode, 2e-3);
}

#[test]
fn kochs_steps_are_pytorchs() {
    steps_are_pytorchs(Architecture::Koch, Loss::Pairs, 1e-4);
}
