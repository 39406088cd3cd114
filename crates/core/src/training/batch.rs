//! A batch: the images of one episode, drawn and distorted from a seed.

use std::borrow::Borrow;
use std::ops::Range;

use crate::augment::{ClassWarp, ImageWarp, Symmetry};
use crate::episode::Episode;
use crate::rng::Rng;
use crate::trial::SampleError;
use crate::{Alphabet, Architecture, Bitmap};

use super::TrainConfig;

/// The images of one episode: first one image of each class, then the other of each, in the
/// same order.
#[derive(Clone, Debug, PartialEq)]
pub struct Batch {
    /// Number of classes.
    pub classes: usize,
    /// `[2 * classes, side, side]`, row by row, of the network's input side; of a part of a batch only its images.
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
    Ok(PendingBatch::new(alphabets, config, step, |images| 0..images)?.finish())
}

/// Some images of a step's batch, drawn one after another when there is time.
pub struct PendingBatch {
    architecture: Architecture,
    batch: Batch,
    /// What is still to be drawn, and where it goes, from 0; the last is drawn next.
    left: Vec<(usize, Distorted)>,
}

/// A drawing and how it is distorted.
struct Distorted {
    drawing: Bitmap,
    symmetry: Symmetry,
    class: ClassWarp,
    image: ImageWarp,
}

impl PendingBatch {
    /// The images of the range that is chosen when the number of the batch's images is known; none is drawn yet.
    ///
    /// # Errors
    /// As [`sample`].
    pub fn new<A: Borrow<Alphabet>>(
        alphabets: &[A],
        config: &TrainConfig,
        step: u32,
        choose: impl FnOnce(usize) -> Range<usize>,
    ) -> Result<Self, SampleError> {
        let mut rng = Rng::stream(config.seed, u64::from(step));
        let episode = Episode::sample(alphabets, &config.episode, &mut rng)?;
        let architecture = config.architecture;
        let side = architecture.input_side();
        let classes = episode.twins.len();
        let chosen = choose(2 * classes);
        let mut left = Vec::with_capacity(chosen.len());
        let mut warp = None;
        for (at, pair) in episode.twins.iter().enumerate() {
            let alphabet = pair.first.alphabet;
            let class = match warp.take() {
                Some((of, class)) if of == alphabet && config.episode.shared_warp => class,
                _ => ClassWarp::sample(&mut rng, &config.augment),
            };
            for (drawing, at) in [(pair.first, at), (pair.second, classes + at)] {
                // Sampled for every image, so that the others are what they were.
                let image = ImageWarp::sample(&mut rng, &config.augment);
                let bitmap = alphabets.get(drawing.alphabet).and_then(|alphabet| {
                    alphabet.borrow().drawing(drawing.character, drawing.drawer)
                });
                if let (true, Some(bitmap)) = (chosen.contains(&at), bitmap) {
                    let distorted = Distorted {
                        drawing: bitmap.clone(),
                        symmetry: pair.symmetry,
                        class: class.clone(),
                        image,
                    };
                    left.push((at - chosen.start, distorted));
                }
            }
            warp = Some((alphabet, class));
        }
        let images = vec![0.0; chosen.len() * side * side];
        Ok(Self {
            architecture,
            batch: Batch { classes, images },
            left,
        })
    }

    /// Draws so many images, or what is left of them.
    pub fn draw(&mut self, images: usize) {
        let side = self.architecture.input_side();
        let pixels = side * side;
        for (at, of) in self.left.drain(self.left.len().saturating_sub(images)..) {
            let output = self.batch.images.get_mut(at * pixels..(at + 1) * pixels);
            if let Some(output) = output {
                self.architecture
                    .render(&of.drawing, of.symmetry, &of.class, &of.image, output);
            }
        }
    }

    /// The batch, with all images drawn.
    #[must_use]
    pub fn finish(mut self) -> Batch {
        self.draw(usize::MAX);
        self.batch
    }
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

    #[test]
    fn a_part_of_a_batch_is_that_part_of_the_whole_however_it_is_drawn() {
        let config = TrainConfig::parse(CONFIG).unwrap();
        let alphabets: Vec<Alphabet> = (0..4).map(crate::invented::alphabet).collect();
        let whole = sample(&alphabets, &config, 7).unwrap();
        let pixels = whole.images.len() / (2 * whole.classes);
        for (first, last) in [
            (0, 1),
            (3, whole.classes + 2),
            (whole.classes, 2 * whole.classes),
        ] {
            for at_once in [0, 1, 3, 1000] {
                let part = PendingBatch::new(&alphabets, &config, 7, |images| {
                    assert_eq!(images, 2 * whole.classes);
                    first..last
                });
                let mut part = part.unwrap();
                part.draw(at_once);
                part.draw(at_once);
                let part = part.finish();
                assert_eq!(part.classes, whole.classes);
                assert!(part.images == whole.images[first * pixels..last * pixels]);
            }
        }
    }

    const CONFIG: &[u8] = include_bytes!("../../../../configs/compact.json");

    #[test]
    fn characters_of_an_alphabet_share_their_warp_only_where_asked() {
        assert!(alike(true));
        assert!(!alike(false));
    }
}
