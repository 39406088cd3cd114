//! A batch: the images of one episode, drawn and distorted from a seed.

use std::borrow::Borrow;

use crate::Alphabet;
use crate::augment::{ClassWarp, ImageWarp};
use crate::episode::Episode;
use crate::rng::Rng;
use crate::trial::SampleError;

use super::TrainConfig;

/// The images of one episode: first one image of each class, then the other of each, in the
/// same order.
#[derive(Clone, Debug, PartialEq)]
pub struct Batch {
    /// Number of classes.
    pub classes: usize,
    /// `[2 * classes, side, side]`, row by row, of the network's input side.
    pub images: Vec<f32>,
}

/// The batch of a step. Depends on the seed and the step alone, so a resumed run goes on with
/// the batches that it would have had.
///
/// # Errors
/// When the alphabets are too small for the episode's settings.
pub fn sample<A: Borrow<Alphabet>>(
    alphabets: &[A],
    config: &TrainConfig,
    step: u32,
) -> Result<Batch, SampleError> {
    let mut rng = Rng::stream(config.seed, u64::from(step));
    let episode = Episode::sample(alphabets, &config.episode, &mut rng)?;
    let side = config.architecture.input_side();
    let pixels = side * side;
    let classes = episode.twins.len();
    let mut images = vec![0.0; 2 * classes * pixels];
    let (first, second) = images.split_at_mut(classes * pixels);
    let outputs = first
        .chunks_exact_mut(pixels)
        .zip(second.chunks_exact_mut(pixels));
    let mut warp = None;
    for (pair, (one, other)) in episode.twins.iter().zip(outputs) {
        let alphabet = pair.first.alphabet;
        let class = match warp.take() {
            Some((of, class)) if of == alphabet && config.episode.shared_warp => class,
            _ => ClassWarp::sample(&mut rng, &config.augment),
        };
        for (drawing, output) in [(pair.first, one), (pair.second, other)] {
            let image = ImageWarp::sample(&mut rng, &config.augment);
            if let Some(bitmap) = alphabets
                .get(drawing.alphabet)
                .and_then(|alphabet| alphabet.borrow().drawing(drawing.character, drawing.drawer))
            {
                config
                    .architecture
                    .render(bitmap, pair.symmetry, &class, &image, output);
            }
        }
        warp = Some((alphabet, class));
    }
    Ok(Batch { classes, images })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::augment::{self, Spread};
    use crate::{Bitmap, Set};

    /// Whether an alphabet of one shape for all its characters looks the same in all of them.
    fn alike(shared_warp: bool) -> bool {
        let hook = |_, _| Bitmap::from_fn(|row, column| row == 30 || column == 60);
        let alphabet = Alphabet::from_fn("Hooks", Set::Invented, 6, 3, hook);
        let mut config = TrainConfig::parse(CONFIG).unwrap();
        config.episode.alphabets = 1;
        config.episode.characters = 6;
        config.episode.shared_warp = shared_warp;
        config.augment.image = Spread::NONE;
        config.augment.stroke_width = [0.0, 0.0];
        assert_ne!(config.augment, augment::Settings::none());
        let batch = sample(&[alphabet], &config, 3).unwrap();
        let side = config.architecture.input_side();
        let images: Vec<&[f32]> = batch.images.chunks_exact(side * side).collect();
        // The two drawings of a character always share their warp.
        assert!((0..batch.classes).all(|at| images[at] == images[at + batch.classes]));
        images.iter().all(|image| *image == images[0])
    }

    const CONFIG: &[u8] = include_bytes!("../../../../configs/compact.json");

    #[test]
    fn characters_of_an_alphabet_share_their_warp_only_where_asked() {
        assert!(alike(true));
        assert!(!alike(false));
    }
}
