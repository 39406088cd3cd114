//! What a training run is: everything that decides its result, in one JSON file.

use crate::{Architecture, augment, episode, f32_text};
use serde::{Deserialize, Serialize};

/// Most invented alphabets of a run: 400,000 drawings of 1.4 kB, 40 s to invent.
const MOST_INVENTED: u32 = 1000;

/// Most parts of a batch: workers on them wait for each other at each layer.
pub const MOST_PARTS: u32 = 8;

/// Most characters of an episode: 4,000 images a step.
const MOST_CHARACTERS: usize = 2000;

fn one() -> u32 {
    1
}

/// A training run. The same config on the same data gives the same weights on the CPU.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrainConfig {
    /// Which network.
    pub architecture: Architecture,
    /// Seed of the initialisation and of every batch.
    pub seed: u64,
    /// Number of steps.
    pub steps: u32,
    /// Background alphabets left out of training and validated on, by Omniglot's names.
    #[serde(default)]
    pub held_out: Vec<String>,
    /// Invented alphabets that are learned from too. `lab train` makes them; who trains by other
    /// means gives the alphabets that he wants.
    #[serde(default)]
    pub invented: Invented,
    /// What a batch is.
    pub episode: episode::Settings,
    /// What is learned from it.
    #[serde(default)]
    pub loss: Loss,
    /// Parts of the network that keep their weights, by the names of its weights file: `stem`
    /// stands for `stem.conv.weight` and all else below it.
    #[serde(default)]
    pub frozen: Vec<String>,
    /// How its images are distorted.
    pub augment: augment::Settings,
    /// How weights move.
    pub optimizer: OptimizerConfig,
    /// Parts that each batch is cut into, 1 to [`MOST_PARTS`], which so many workers can compute beside each other.
    /// They decide the order of sums, and so the last bits of the weights; a graphics device takes no notice of them.
    #[serde(default = "one")]
    pub parts: u32,
}

/// Alphabets of [`crate::invented`] that are learned from beside the given ones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Invented {
    /// How many there are; their seeds count on from [`Invented::FIRST_SEED`].
    pub alphabets: u32,
    /// How many of them, others at each step, stand beside the given ones when a step's episode
    /// draws its alphabets: as an alphabet is as likely as it has characters, this sets their
    /// share.
    pub at_once: u32,
}

impl Invented {
    /// Far from the seeds that people choose, so that what the app invents for them stays new to
    /// a network that was trained on these.
    pub const FIRST_SEED: u64 = 1 << 40;
}

/// What is learned from a batch of pairs of twins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Loss {
    /// Which of the others is the twin? Cross-entropy over all of them, both ways (docs/recipe.md,
    /// item 4).
    #[default]
    Episode,
    /// The same character or not? Koch's cross-entropy of verification, on every pair of twins
    /// and as many pairs of neighbours in the batch, which are mostly of one alphabet.
    Pairs,
}

/// AdamW with a linear warm-up and a cosine to zero.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OptimizerConfig {
    /// Highest learning rate.
    #[serde(deserialize_with = "f32_text::number")]
    pub learning_rate: f64,
    /// Part of the steps in which the rate rises to it.
    #[serde(deserialize_with = "f32_text::number")]
    pub warm_up: f64,
    /// Decay of the first moment.
    #[serde(deserialize_with = "f32_text::number")]
    pub beta_1: f64,
    /// Decay of the second moment.
    #[serde(deserialize_with = "f32_text::number")]
    pub beta_2: f64,
    /// Added to the root of the second moment.
    #[serde(deserialize_with = "f32_text::number")]
    pub epsilon: f64,
    /// Decoupled weight decay, on matrices and kernels only.
    #[serde(deserialize_with = "f32_text::number")]
    pub weight_decay: f64,
}

/// A config that makes no sense.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// Not JSON of this form.
    #[error("the training config can't be read: {0}")]
    Json(String),
    /// A number out of its range.
    #[error("the training config's {name} must be {needed}")]
    Range {
        /// Which, as `optimizer.warm_up`.
        name: &'static str,
        /// What it must be, as `from 0 to 1`.
        needed: &'static str,
    },
}

impl TrainConfig {
    /// The config in a JSON file's bytes.
    ///
    /// # Errors
    /// When it is no such JSON or a number is out of its range.
    pub fn parse(json: &[u8]) -> Result<Self, ConfigError> {
        let config: Self =
            serde_json::from_slice(json).map_err(|error| ConfigError::Json(error.to_string()))?;
        config.check()?;
        Ok(config)
    }

    /// Is every number in its range?
    ///
    /// # Errors
    /// When one is not; its name and range.
    pub fn check(&self) -> Result<(), ConfigError> {
        let (optimizer, episode) = (&self.optimizer, &self.episode);
        let side = 1..=MOST_CHARACTERS;
        let checks = [
            (self.steps > 0, "steps", "at least 1"),
            (
                self.invented.alphabets <= MOST_INVENTED,
                "invented.alphabets",
                "from 0 to 1000",
            ),
            (
                self.invented.at_once <= self.invented.alphabets,
                "invented.at_once",
                "from 0 to invented.alphabets",
            ),
            (
                side.contains(&episode.alphabets),
                "episode.alphabets",
                "from 1 to 2000",
            ),
            (
                side.contains(&episode.characters)
                    && (2..=MOST_CHARACTERS)
                        .contains(&episode.alphabets.saturating_mul(episode.characters)),
                "episode.characters",
                "so many that an episode has from 2 to 2000 in all its alphabets",
            ),
            (
                (1..=MOST_PARTS).contains(&self.parts),
                "parts",
                "from 1 to 8",
            ),
            (
                self.frozen.iter().all(|name| !name.is_empty()),
                "frozen",
                "names of layers, none of them empty",
            ),
            (
                optimizer.learning_rate > 0.0 && optimizer.learning_rate <= 1.0,
                "optimizer.learning_rate",
                "above 0 and at most 1",
            ),
            (
                (0.0..=1.0).contains(&optimizer.warm_up),
                "optimizer.warm_up",
                "from 0 to 1",
            ),
            (
                (0.0..1.0).contains(&optimizer.beta_1),
                "optimizer.beta_1",
                "from 0 to below 1",
            ),
            (
                (0.0..1.0).contains(&optimizer.beta_2),
                "optimizer.beta_2",
                "from 0 to below 1",
            ),
            (
                optimizer.epsilon > 0.0 && optimizer.epsilon <= 1.0,
                "optimizer.epsilon",
                "above 0 and at most 1",
            ),
            (
                (0.0..=1.0).contains(&optimizer.weight_decay),
                "optimizer.weight_decay",
                "from 0 to 1",
            ),
        ];
        let wrong = checks.into_iter().find(|(valid, ..)| !valid);
        let wrong = wrong.map(|(_, name, needed)| (name, needed));
        match wrong.or_else(|| self.augment.out_of_range()) {
            Some((name, needed)) => Err(ConfigError::Range { name, needed }),
            None => Ok(()),
        }
    }
}

impl OptimizerConfig {
    /// The learning rate of a step, from 0, of `steps`.
    #[must_use]
    pub fn rate(&self, step: u32, steps: u32) -> f64 {
        let done = f64::from(step) + 1.0;
        let warm_up = (self.warm_up * f64::from(steps)).max(1.0);
        if done <= warm_up {
            return self.learning_rate * done / warm_up;
        }
        let rest = (f64::from(steps) - warm_up).max(1.0);
        let part = ((done - warm_up) / rest).min(1.0);
        self.learning_rate * 0.5 * (1.0 + libm::cos(core::f64::consts::PI * part))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::augment::Spread;
    use proptest::prelude::{Just, any, prop, prop_assert_eq, prop_oneof, proptest};

    fn compact() -> TrainConfig {
        TrainConfig::parse(include_bytes!("../../../../configs/compact.json")).unwrap()
    }

    #[test]
    fn the_configs_of_this_repository_are_valid() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../configs");
        let files = std::fs::read_dir(folder).unwrap();
        let mut count = 0;
        for file in files {
            let path = file.unwrap().path();
            let config = TrainConfig::parse(&std::fs::read(&path).unwrap());
            assert!(config.is_ok(), "{}: {config:?}", path.display());
            count += 1;
        }
        assert!(count > 0);
    }

    #[test]
    fn more_invented_alphabets_at_once_than_there_are_is_refused() {
        let mut config =
            TrainConfig::parse(include_bytes!("../../../../configs/beginner.json")).unwrap();
        assert!(config.invented.at_once > 0);
        config.invented.at_once = config.invented.alphabets + 1;
        assert_eq!(refused(&config), Some("invented.at_once"));
    }

    /// The name of what is out of its range.
    fn refused(config: &TrainConfig) -> Option<&'static str> {
        match config.check() {
            Err(ConfigError::Range { name, .. }) => Some(name),
            _ => None,
        }
    }

    #[test]
    fn an_episode_of_one_character_or_of_far_too_many_is_refused() {
        let mut config = compact();
        for (alphabets, characters, name) in [
            (0, 5, Some("episode.alphabets")),
            (usize::MAX, 5, Some("episode.alphabets")),
            (1, 1, Some("episode.characters")),
            (4, 0, Some("episode.characters")),
            (2000, usize::MAX, Some("episode.characters")),
            (2000, 2, Some("episode.characters")),
            (1, 2, None),
            (4, 500, None),
        ] {
            (config.episode.alphabets, config.episode.characters) = (alphabets, characters);
            assert_eq!(refused(&config), name, "{alphabets} x {characters}");
        }
    }

    #[test]
    fn ranges_are_told_with_their_names() {
        let mut config = compact();
        config.augment.image.rotation = 200.0;
        let told = config.check().unwrap_err().to_string();
        let expected = "the training config's augment.image.rotation must be from 0 to 180";
        assert_eq!(told, expected);
    }

    /// Every object of a JSON value, by the names that lead to it.
    fn objects(value: &serde_json::Value, path: &str, found: &mut Vec<String>) {
        if let Some(object) = value.as_object() {
            found.push(path.to_owned());
            for (name, inner) in object {
                objects(inner, &format!("{path}/{name}"), found);
            }
        }
    }

    #[test]
    fn unknown_keys_are_refused_everywhere() {
        let whole = serde_json::to_value(compact()).unwrap();
        let mut paths = Vec::new();
        objects(&whole, "", &mut paths);
        assert!(paths.len() >= 7, "{paths:?}");
        for path in paths {
            let mut config = whole.clone();
            let object = config.pointer_mut(&path).unwrap().as_object_mut();
            object.unwrap().insert("shared_drawer".into(), true.into());
            let told = TrainConfig::parse(config.to_string().as_bytes());
            let told = told.map_err(|error| error.to_string());
            assert!(
                told.as_ref()
                    .is_err_and(|told| told.contains("shared_drawer")),
                "{path}: {told:?}"
            );
        }
    }

    /// Sets one number of a config.
    type Put = fn(&mut TrainConfig, f32);

    proptest! {
        #[test]
        fn what_was_read_is_written_and_read_back_to_the_last_bit(
            rates in prop::array::uniform3(0.0..1.0f64),
            small in 1e-30..1e-3f64,
            spread in prop::array::uniform6(0.0..1.0f32),
            seed in any::<u64>(),
        ) {
            let mut config = compact();
            config.seed = seed;
            [config.optimizer.warm_up, config.optimizer.beta_1, config.optimizer.beta_2] = rates;
            config.optimizer.learning_rate = small;
            config.optimizer.epsilon = small;
            let [rotation, shear, scale, log_aspect, shift, field] = spread;
            config.augment.class = Spread {
                rotation, shear, scale: [1.0 - scale / 2.0, 1.0 + scale], log_aspect, shift, field,
            };
            let json = serde_json::to_vec(&config).unwrap();
            prop_assert_eq!(TrainConfig::parse(&json), Ok(config));
        }

        #[test]
        fn a_number_out_of_its_range_is_named(
            beyond in prop_oneof![
                Just(f32::NAN), Just(f32::INFINITY), Just(-1e-3f32), Just(181.0), 200.0..1e38f32,
            ],
        ) {
            let put: [(&str, Put); 9] = [
                ("augment.class.rotation", |config, value| config.augment.class.rotation = value),
                ("augment.image.shear", |config, value| config.augment.image.shear = value),
                ("augment.image.scale", |config, value| config.augment.image.scale[1] = value),
                ("augment.class.log_aspect", |config, value| {
                    config.augment.class.log_aspect = value;
                }),
                ("augment.image.shift", |config, value| config.augment.image.shift = value),
                ("augment.class.field", |config, value| config.augment.class.field = value),
                ("augment.stroke_width", |config, value| {
                    config.augment.stroke_width = [0.0, value];
                }),
                ("optimizer.epsilon", |config, value| config.optimizer.epsilon = value.into()),
                ("optimizer.learning_rate", |config, value| {
                    config.optimizer.learning_rate = value.into();
                }),
            ];
            for (name, put) in put {
                let mut config = compact();
                put(&mut config, beyond);
                prop_assert_eq!(refused(&config), Some(name));
            }
        }
    }

    #[test]
    fn what_is_no_number_in_range_is_refused() {
        let json = include_str!("../../../../configs/compact.json");
        let parse = |number: &str| {
            let rotation = format!(r#""rotation": {number}"#);
            TrainConfig::parse(
                json.replacen(r#""rotation": 20.0"#, &rotation, 1)
                    .as_bytes(),
            )
        };
        assert!(parse("20").is_ok());
        // Beyond what an `f32` holds, too.
        for number in ["2e200", "-1"] {
            let told = parse(number).unwrap_err().to_string();
            assert!(
                told.ends_with("augment.class.rotation must be from 0 to 180"),
                "{told}"
            );
        }
        let place = parse("null").unwrap_err().to_string();
        assert!(
            place.ends_with("a number was expected at line 8 column 31"),
            "{place}"
        );
        for number in [r#""20""#, "null", "[20]", "nan", "inf", "+20", "2_0", "020"] {
            let refused = parse(number);
            assert!(matches!(refused, Err(ConfigError::Json(_))), "{refused:?}");
        }
    }

    #[test]
    fn the_rate_rises_then_falls_to_zero() {
        let config = OptimizerConfig {
            learning_rate: 2e-3,
            warm_up: 0.05,
            beta_1: 0.9,
            beta_2: 0.99,
            epsilon: 1e-8,
            weight_decay: 0.02,
        };
        let rates: Vec<f64> = (0..1000).map(|step| config.rate(step, 1000)).collect();
        assert!((rates[49] - 2e-3).abs() < 1e-12);
        assert!(rates[..50].is_sorted());
        assert!(rates[49..].is_sorted_by(|a, b| a >= b));
        assert!(rates[999].abs() < 1e-12);
    }
}
