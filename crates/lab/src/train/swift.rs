//! The step by hand in the lab's terms: configs, batches, checkpoints, twins.
//!
//! A checkpoint is a safetensors file: the network's tensors under `network.`, the optimiser's
//! moments under `first.` and `second.`, the averaged network's under `average.`, all f32, and in the header the config and the number of
//! steps done.

use std::collections::HashMap;
use std::error::Error;

use burn::tensor::Device;
use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensors};
use twinglyph_model::train::{Batch, Loss, TrainConfig};
use twinglyph_model::{Architecture, Metadata, Twin, weights};
use twinglyph_swift::{AdamW, Network, State, Tensor, TensorMap, Trainer};

const CONFIG: &str = "config";
const STEPS: &str = "steps";
const NETWORK: &str = "network.";
const FIRST: &str = "first.";
const SECOND: &str = "second.";
const AVERAGE: &str = "average.";

/// How a run computes, which its config leaves open.
#[derive(Clone, Copy, Debug)]
pub(super) struct Settings {
    /// What is multiplied.
    pub(super) precision: twinglyph_swift::Precision,
    /// Decay of the moving average of the weights, where one is kept.
    pub(super) average: Option<f32>,
}

/// A run of `compact` or `deep` by hand.
pub(super) struct SwiftRun {
    config: TrainConfig,
    trainer: Trainer,
    losses: Vec<f32>,
}

impl SwiftRun {
    /// A run that has done no step, from fresh weights or given ones.
    pub(super) fn new(
        config: TrainConfig,
        settings: Settings,
        from: Option<&Twin>,
    ) -> Result<Self, Box<dyn Error>> {
        let form = form(config.architecture)?;
        if config.loss != Loss::Episode || !config.frozen.is_empty() {
            return Err(
                "the swift engine learns whole networks from episodes only; leave --engine out"
                    .into(),
            );
        }
        let network = match from {
            Some(twin) => Network::from_tensors(form, &tensors(twin)?)?,
            None => Network::new(form, config.seed)?,
        };
        let mut trainer = Trainer::new(network, optimizer(&config), settings.precision);
        if let Some(decay) = settings.average {
            trainer = trainer.averaging(decay);
        }
        Ok(Self {
            config,
            trainer,
            losses: Vec::new(),
        })
    }

    /// The run in a checkpoint's bytes.
    pub(super) fn read(bytes: &[u8], settings: Settings) -> Result<Self, Box<dyn Error>> {
        let (_, header) = SafeTensors::read_metadata(bytes)?;
        let entries = header.metadata().clone().unwrap_or_default();
        let entry = |name: &str| {
            let missing = || format!("the checkpoint's header has no {name}");
            entries.get(name).ok_or_else(missing)
        };
        let config = TrainConfig::parse(entry(CONFIG)?.as_bytes())?;
        let steps = entry(STEPS)?.parse()?;
        let file = SafeTensors::deserialize(bytes)?;
        let network = Network::from_tensors(form(config.architecture)?, &under(&file, NETWORK)?)?;
        let state = State {
            steps,
            first: under(&file, FIRST)?,
            second: under(&file, SECOND)?,
            average: Some(under(&file, AVERAGE)?).filter(|map| !map.is_empty()),
        };
        let Settings { precision, average } = settings;
        let trainer = Trainer::resume(network, optimizer(&config), precision, &state, average)?;
        Ok(Self {
            config,
            trainer,
            losses: Vec::new(),
        })
    }

    /// The checkpoint's bytes.
    pub(super) fn write(&self) -> Result<Vec<u8>, Box<dyn Error>> {
        let state = self.trainer.state();
        let network = self.trainer.network().to_tensors();
        let mut maps = vec![
            (NETWORK, &network),
            (FIRST, &state.first),
            (SECOND, &state.second),
        ];
        maps.extend(state.average.as_ref().map(|average| (AVERAGE, average)));
        let header = HashMap::from([
            (CONFIG.to_owned(), serde_json::to_string(&self.config)?),
            (STEPS.to_owned(), state.steps.to_string()),
        ]);
        serialize(&maps, header)
    }

    /// The run's config.
    pub(super) fn config(&self) -> &TrainConfig {
        &self.config
    }

    /// Steps done.
    pub(super) fn steps(&self) -> u32 {
        self.trainer.steps()
    }

    /// Learns from one batch.
    pub(super) fn step(&mut self, batch: &Batch) {
        let rate = self.config.optimizer.rate(self.steps(), self.config.steps);
        let loss = self.trainer.step(&batch.images, batch.classes, rate);
        self.losses.push(loss);
    }

    /// The mean loss of the steps since the last call.
    pub(super) fn mean_loss(&mut self) -> f32 {
        let losses = std::mem::take(&mut self.losses);
        losses.iter().sum::<f32>() / losses.len() as f32
    }

    /// The network as it infers now: the averaged one where it is kept.
    pub(super) fn twin(&self, device: &Device) -> Result<Twin, Box<dyn Error>> {
        let name = self.config.architecture.as_str().to_owned();
        let header = HashMap::from([("architecture".to_owned(), name)]);
        let averaged = self.trainer.averaged();
        let network = averaged.as_ref().unwrap_or(self.trainer.network());
        let bytes = serialize(&[("", &network.to_tensors())], header)?;
        Ok(weights::read(&bytes, device)?.0)
    }
}

/// What the network is made of, where the engine can train it.
fn form(architecture: Architecture) -> Result<twinglyph_swift::Architecture, &'static str> {
    let mut form = twinglyph_swift::Architecture::default();
    match architecture {
        Architecture::Compact => {}
        Architecture::Deep => {
            form.stages[1].blocks = 2;
            form.stages[2].blocks = 2;
        }
        Architecture::Koch => {
            return Err("the swift engine trains compact and deep only; leave --engine out");
        }
    }
    Ok(form)
}

fn optimizer(config: &TrainConfig) -> AdamW {
    let optimizer = &config.optimizer;
    AdamW {
        beta_1: optimizer.beta_1,
        beta_2: optimizer.beta_2,
        epsilon: optimizer.epsilon,
        weight_decay: optimizer.weight_decay,
    }
}

/// A twin's tensors.
fn tensors(twin: &Twin) -> Result<TensorMap, Box<dyn Error>> {
    let metadata = Metadata::new(twin.architecture());
    let bytes = weights::write(twin, &metadata, twinglyph_model::Precision::F32);
    let bytes = pollster::block_on(bytes)?;
    under(&SafeTensors::deserialize(&bytes)?, "")
}

/// The tensors whose names start so, by the rest of their names.
fn under(file: &SafeTensors<'_>, prefix: &str) -> Result<TensorMap, Box<dyn Error>> {
    let mut map = TensorMap::new();
    for (name, view) in file.tensors() {
        let Some(rest) = name.strip_prefix(prefix) else {
            continue;
        };
        if view.dtype() != Dtype::F32 {
            return Err(format!("the tensor {name} is not of f32").into());
        }
        let values = view.data().chunks_exact(4);
        let values =
            values.map(|bytes| f32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]));
        let tensor = Tensor {
            shape: view.shape().to_vec(),
            values: values.collect(),
        };
        map.insert(rest.to_owned(), tensor);
    }
    Ok(map)
}

fn serialize(
    maps: &[(&str, &TensorMap)],
    header: HashMap<String, String>,
) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut parts = Vec::new();
    for (prefix, map) in maps {
        for (name, tensor) in *map {
            let bytes = tensor.values.iter().flat_map(|value| value.to_le_bytes());
            let bytes: Vec<u8> = bytes.collect();
            parts.push((format!("{prefix}{name}"), tensor.shape.clone(), bytes));
        }
    }
    let views = parts
        .iter()
        .map(|(name, shape, bytes)| {
            TensorView::new(Dtype::F32, shape.clone(), bytes).map(|view| (name.as_str(), view))
        })
        .collect::<Result<Vec<_>, _>>()?;
    Ok(safetensors::serialize(views, Some(header))?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use twinglyph_model::train::{self, OptimizerConfig};
    use twinglyph_swift::INPUT_SIDE;

    fn config() -> TrainConfig {
        TrainConfig {
            architecture: Architecture::Compact,
            seed: 3,
            steps: 10,
            held_out: Vec::new(),
            loss: Loss::Episode,
            frozen: Vec::new(),
            episode: twinglyph_core::episode::Settings::default(),
            augment: twinglyph_core::augment::Settings::default(),
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
        let mut rng = twinglyph_core::rng::Rng::new(seed);
        let classes = 4;
        let count = 2 * classes * INPUT_SIDE * INPUT_SIDE;
        Batch {
            classes,
            images: (0..count).map(|_| rng.unit()).collect(),
        }
    }

    /// Both engines, from the same weights and on the same batches.
    #[test]
    fn steps_are_those_of_the_tensor_library() -> Result<(), Box<dyn Error>> {
        let device = Device::flex();
        let fresh = train::Trainer::new(config(), None, &device)?;
        let settings = Settings {
            precision: twinglyph_swift::Precision::F32,
            average: None,
        };
        let mut swift = SwiftRun::new(config(), settings, Some(&fresh.twin()))?;
        let mut burn = train::Trainer::new(config(), Some(fresh.twin()), &device)?;
        for step in 0..2 {
            let expected = burn.step(batch(step)).into_data().try_to_vec::<f32>();
            let expected = expected.map_err(|error| format!("{error:?}"))?[0];
            swift.step(&batch(step));
            let got = swift.mean_loss();
            assert!(
                (got - expected).abs() < 1e-3 * expected,
                "{step}: {got}, {expected}"
            );
            let (got, expected) = (tensors(&swift.twin(&device)?)?, tensors(&burn.twin())?);
            for (name, tensor) in &got {
                let expected = &expected[name].values;
                let pairs = tensor.values.iter().zip(expected);
                let far = pairs.filter(|(a, b)| (**a - **b).abs() > 1e-4 + 1e-3 * b.abs());
                let far = far.count() as f64 / expected.len() as f64;
                // No score depends on it: rounding is all its gradient, and Adam goes by the sign.
                let free = name == "local.bias";
                assert!(free || far < 1e-3, "{step} {name}: {far} differ");
            }
        }
        Ok(())
    }

    #[test]
    fn a_checkpoint_keeps_the_whole_run() -> Result<(), Box<dyn Error>> {
        let settings = Settings {
            precision: twinglyph_swift::Precision::Bf16,
            average: Some(0.99),
        };
        let mut whole = SwiftRun::new(config(), settings, None)?;
        whole.step(&batch(0));
        let mut resumed = SwiftRun::read(&whole.write()?, settings)?;
        assert_eq!(resumed.config(), whole.config());
        for run in [&mut whole, &mut resumed] {
            run.step(&batch(1));
        }
        assert_eq!(resumed.steps(), 2);
        assert!(resumed.mean_loss() > 0.0);
        assert!(resumed.trainer.state() == whole.trainer.state());
        assert!(resumed.trainer.network().to_tensors() == whole.trainer.network().to_tensors());
        Ok(())
    }
}
