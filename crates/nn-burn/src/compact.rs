//! `compact`, the default network: a global embedding and local matching (docs/recipe.md); and `deep`,
//! which has two residual blocks more.

use burn::module::Module;
use burn::nn::conv::{Conv2d, Conv2dConfig};
use burn::nn::{Linear, LinearConfig};
use burn::tensor::activation::sigmoid;
use burn::tensor::{Device, Tensor};

use crate::head::GlobalLocalHead;
use crate::layers::{ConvNorm, Residual};
use crate::matching::PLACES;

/// Components of the global embedding.
pub const GLOBAL: usize = 256;

/// Channels of the local embedding.
pub const LOCAL: usize = 64;

/// Scale of the local embedding: makes squared distances of untrained maps about 1.
const LOCAL_SCALE: f32 = 0.125;

/// Either network. Field names are the names of the weights file.
#[derive(Module, Debug)]
pub struct Compact {
    /// 5x5 stride 2, 1 -> 32: 48x48 -> 24x24.
    pub stem: ConvNorm,
    /// 3x3 stride 2, 32 -> 64: 24x24 -> 12x12.
    pub down1: ConvNorm,
    /// 64 channels at 12x12.
    pub res1: Residual,
    /// `deep`'s second block there.
    pub res1_2: Option<Residual>,
    /// 3x3 stride 2, 64 -> 128: 12x12 -> 6x6.
    pub down2: ConvNorm,
    /// 128 channels at 6x6.
    pub res2: Residual,
    /// `deep`'s second block there.
    pub res2_2: Option<Residual>,
    /// 3x3 stride 2, 128 -> 256: 6x6 -> 3x3.
    pub down3: ConvNorm,
    /// 2304 -> 256 behind `down3`, channel-major.
    pub global: Linear,
    /// 1x1, 128 -> 64 behind `res2`.
    pub local: Conv2d,
    /// The score of pairs.
    pub score: GlobalLocalHead,
}

impl Compact {
    /// `compact` with fresh weights; `device`'s seed decides them.
    #[must_use]
    pub fn new(device: &Device) -> Self {
        Self {
            stem: ConvNorm::new([1, 32], 5, 2, device),
            down1: ConvNorm::new([32, 64], 3, 2, device),
            res1: Residual::new(64, device),
            res1_2: None,
            down2: ConvNorm::new([64, 128], 3, 2, device),
            res2: Residual::new(128, device),
            res2_2: None,
            down3: ConvNorm::new([128, 256], 3, 2, device),
            global: LinearConfig::new(256 * 9, GLOBAL).init(device),
            local: Conv2dConfig::new([128, LOCAL], [1, 1]).init(device),
            score: GlobalLocalHead::new(GLOBAL, device),
        }
    }

    /// `deep` with fresh weights.
    #[must_use]
    pub fn deep(device: &Device) -> Self {
        Self {
            res1_2: Some(Residual::new(64, device)),
            res2_2: Some(Residual::new(128, device)),
            ..Self::new(device)
        }
    }

    /// The same network for inference only: norms are folded into convolutions. Its weights are no weights file's.
    #[must_use]
    pub fn folded(&self) -> Self {
        Self {
            stem: self.stem.folded(),
            down1: self.down1.folded(),
            res1: self.res1.folded(),
            res1_2: self.res1_2.as_ref().map(Residual::folded),
            down2: self.down2.folded(),
            res2: self.res2.folded(),
            res2_2: self.res2_2.as_ref().map(Residual::folded),
            down3: self.down3.folded(),
            ..self.clone()
        }
    }

    /// Is it `deep`?
    #[must_use]
    pub fn is_deep(&self) -> bool {
        self.res1_2.is_some()
    }

    /// Canonical images `[batch, 1, 48, 48]` to the global embedding `[batch, 256]`, each
    /// component 0 to 1, and the local one `[batch, 36, 64]`.
    #[must_use]
    pub fn embed(&self, images: Tensor<4>) -> (Tensor<2>, Tensor<3>) {
        self.embed_seen(images, &mut |_, _| ())
    }

    /// As [`Compact::embed`]; `see` is shown the maps of each layer that has some, with its name,
    /// in the order of the layer table.
    pub fn embed_seen(
        &self,
        images: Tensor<4>,
        see: &mut impl FnMut(&'static str, &Tensor<4>),
    ) -> (Tensor<2>, Tensor<3>) {
        let batch = images.dims()[0];
        let mut seen = |name, maps: Tensor<4>| {
            see(name, &maps);
            maps
        };
        let maps = seen("stem", self.stem.forward(images));
        let maps = seen("down1", self.down1.forward(maps));
        let mut maps = seen("res1", self.res1.forward(maps));
        if let Some(block) = &self.res1_2 {
            maps = seen("res1_2", block.forward(maps));
        }
        let maps = seen("down2", self.down2.forward(maps));
        let mut trunk = seen("res2", self.res2.forward(maps));
        if let Some(block) = &self.res2_2 {
            trunk = seen("res2_2", block.forward(trunk));
        }
        let local = self.local.forward(trunk.clone()).mul_scalar(LOCAL_SCALE);
        let local = seen("local", local)
            .reshape([batch, LOCAL, PLACES])
            .swap_dims(1, 2);
        let maps = seen("down3", self.down3.forward(trunk));
        let global = self.global.forward(maps.reshape([batch, 256 * 9]));
        (sigmoid(global), local)
    }
}
