//! Our embedding of images, on a device as the app does it: by our CPU kernels, else by Burn, `conv4` with
//! its norms folded. Knows no clock.

use burn::tensor::{Device, Tensor, TensorData, Transaction};
use twinglyph_nn::twin::largest_tensor;
use twinglyph_nn::{Architecture, Network, Precision, Sequential, TensorMap};
use twinglyph_nn_burn::Architecture::Koch;
use twinglyph_nn_burn::{Twin, weights};

use crate::Error;
use crate::conv4::{self, Folded, folded};
use crate::problem;
use crate::subject::Subject;

/// A network that embeds images on a device.
pub struct Embedder {
    kind: Kind,
    side: usize,
    components: usize,
    device: Device,
}

enum Kind {
    Conv4(Folded),
    Conv4OnCpu(Box<Sequential>),
    CompactOnCpu(Box<twinglyph_nn::Embedder>),
    KochOnCpu(twinglyph_nn::Twin),
    Twin(Box<Twin>),
}

impl Embedder {
    /// The network of a file: `koch`'s as it is shipped, another's as
    /// [`Subject::weights`] makes it. `piece` is the most bytes of a tensor on the device.
    ///
    /// # Errors
    /// When the file is another network's, or the network does not fit on the device.
    pub fn open(subject: Subject, file: &[u8], device: &Device, piece: u64) -> Result<Self, Error> {
        if subject == Subject::Koch {
            let largest = 4 * largest_tensor(Koch) as u64;
            if largest > piece {
                return Err(Error::Piece { largest, piece });
            }
        }
        let on_cpu = *device == Device::flex();
        let trouble = |error: &dyn core::fmt::Display| Error::Weights(error.to_string());
        let kind = match subject {
            Subject::Conv4 => {
                let layers = folded(&tensors(file)?);
                let layers = layers.ok_or_else(|| trouble(&"they are not conv4's"))?;
                if on_cpu {
                    let network = Sequential::new(conv4::SIDE, layers, None);
                    Kind::Conv4OnCpu(Box::new(network.map_err(|error| trouble(&error))?))
                } else {
                    Kind::Conv4(Folded::new(layers, device))
                }
            }
            Subject::Koch if on_cpu => {
                let koch = twinglyph_nn::Twin::read(file);
                Kind::KochOnCpu(koch.map_err(|error| trouble(&error))?.0)
            }
            Subject::Compact if on_cpu => {
                let network = Network::from_tensors(Architecture::default(), &tensors(file)?)
                    .map_err(|error| trouble(&error))?;
                let embedder = twinglyph_nn::Embedder::new(network, Precision::F32);
                Kind::CompactOnCpu(Box::new(embedder))
            }
            Subject::Compact | Subject::Koch => {
                let (twin, _) = weights::read(file, device).map_err(|error| trouble(&error))?;
                Kind::Twin(Box::new(twin))
            }
        };
        Ok(Self {
            kind,
            side: subject.side(),
            components: subject.components(),
            device: device.clone(),
        })
    }

    /// Values of an image.
    #[must_use]
    pub fn pixels(&self) -> usize {
        self.side * self.side
    }

    /// Components of an image's global embedding.
    #[must_use]
    pub fn components(&self) -> usize {
        self.components
    }

    /// Embeds images, `[n, side, side]`: `conv4`'s 64 values each, `koch`'s 4096, `compact`'s 256 each
    /// and behind those of all images `[n, 36, 64]`.
    ///
    /// # Errors
    /// When the device does not give its numbers.
    pub async fn embed(&mut self, images: &[f32]) -> Result<Vec<f32>, Error> {
        let batch = |side: usize, device: &Device| {
            let shape = [images.len() / (side * side), 1, side, side];
            Tensor::<4>::from_data(TensorData::new(images.to_vec(), shape), device)
        };
        match &mut self.kind {
            Kind::Conv4OnCpu(network) => Ok(network.embed(images)),
            Kind::KochOnCpu(koch) => Ok(koch.embed_images(images).global),
            Kind::CompactOnCpu(embedder) => {
                let mut embedding = embedder.embed(images);
                embedding.global.append(&mut embedding.local);
                Ok(embedding.global)
            }
            Kind::Conv4(network) => {
                let embedding = network.embed(batch(self.side, &self.device));
                numbers(vec![embedding.flatten(0, 1)]).await
            }
            Kind::Twin(twin) => {
                let embedding = twin.embed(batch(self.side, &self.device));
                let local = embedding.local.map(|local| local.flatten(0, 2));
                let parts = [Some(embedding.global.flatten(0, 1)), local];
                numbers(parts.into_iter().flatten().collect()).await
            }
        }
    }
}

fn tensors(file: &[u8]) -> Result<TensorMap, Error> {
    let named = problem::parse(file)?.into_iter();
    Ok(named
        .map(|(name, shape, values)| (name, twinglyph_nn::Tensor { shape, values }))
        .collect())
}

/// The numbers of several tensors, by one reading.
async fn numbers(tensors: Vec<Tensor<1>>) -> Result<Vec<f32>, Error> {
    let transaction = tensors
        .into_iter()
        .fold(Transaction::default(), |transaction, tensor| {
            transaction.register(tensor)
        });
    let data = transaction
        .execute_async()
        .await
        .map_err(|error| Error::Device(error.to_string()))?;
    let mut all = Vec::new();
    for data in data {
        let values = data
            .try_to_vec::<f32>()
            .map_err(|error| Error::Device(format!("{error:?}")))?;
        // A single tensor's numbers need no copy.
        if all.is_empty() {
            all = values;
        } else {
            all.extend(values);
        }
    }
    Ok(all)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::conv4::{Conv4, SIDE};
    use crate::problem::Network as Problem;

    fn far(one: &[f32], other: &[f32]) -> f32 {
        assert_eq!(one.len(), other.len());
        let differences = one.iter().zip(other).map(|(a, b)| (a - b).abs());
        differences.fold(0.0, f32::max)
    }

    #[test]
    fn folded_norms_are_norms() {
        let device = Device::flex();
        // Fresh norms, which the unfolded network has.
        let file = pollster::block_on(Problem::Conv4.problem()).unwrap();
        let mut on_cpu = Embedder::open(Subject::Conv4, &file, &device, u64::MAX).unwrap();
        let images = Subject::Conv4.images().unwrap();
        let found = pollster::block_on(on_cpu.embed(&images)).unwrap();
        let mut by_burn = Embedder {
            kind: Kind::Conv4(Folded::new(
                folded(&tensors(&file).unwrap()).unwrap(),
                &device,
            )),
            side: SIDE,
            components: Subject::Conv4.components(),
            device: device.clone(),
        };
        let also = pollster::block_on(by_burn.embed(&images)).unwrap();
        assert!(far(&found, &also) < 1e-5);
        let network: Conv4 = problem::conv4(&device);
        let batch = TensorData::new(images, [crate::subject::IMAGES, 1, SIDE, SIDE]);
        let expected = network.embed(Tensor::from_data(batch, &device));
        let expected = expected.into_data().try_to_vec::<f32>().unwrap();
        assert!(expected.iter().any(|&value| value > 0.01));
        assert!(far(&found, &expected) < 1e-5);
    }

    #[test]
    fn compact_is_the_same_on_the_cpu_and_by_burn() {
        let device = Device::flex();
        let file = pollster::block_on(Subject::Compact.weights(&[])).unwrap();
        let images = Subject::Compact.images().unwrap();
        let images = &images[..3 * 48 * 48];
        let mut on_cpu = Embedder::open(Subject::Compact, &file, &device, u64::MAX).unwrap();
        let found = pollster::block_on(on_cpu.embed(images)).unwrap();
        let mut by_burn = Embedder {
            kind: Kind::Twin(Box::new(weights::read(&file, &device).unwrap().0)),
            side: 48,
            components: Subject::Compact.components(),
            device,
        };
        let expected = pollster::block_on(by_burn.embed(images)).unwrap();
        assert_eq!(found.len(), 3 * (on_cpu.components() + 36 * 64));
        assert!(far(&found, &expected) < 1e-4);
    }

    #[test]
    fn another_networks_file_is_refused() {
        let file = pollster::block_on(Subject::Compact.weights(&[])).unwrap();
        for subject in [Subject::Conv4, Subject::Koch] {
            let opened = Embedder::open(subject, b"nothing", &Device::flex(), u64::MAX);
            assert!(opened.is_err(), "{subject:?}");
        }
        assert!(Embedder::open(Subject::Conv4, &file, &Device::flex(), u64::MAX).is_err());
    }

    #[test]
    fn a_device_that_is_too_small_is_told_by_how_much() {
        let opened = Embedder::open(Subject::Koch, &[], &Device::flex(), 128 << 20);
        let said = opened.err().map(|error| error.to_string()).unwrap();
        assert!(
            said.contains("144 MiB") && said.contains("128 MiB"),
            "{said}"
        );
    }
}
