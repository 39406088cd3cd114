//! The networks by name, and what each takes as its input.
//!
//! Refuses to know what they are made of: `twinglyph_nn::Spec` says that.

use crate::augment::{self, ClassWarp, ImageWarp, Symmetry};
use crate::{Bitmap, bitmap, canonical};
use serde::{Deserialize, Serialize};

/// Which network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Architecture {
    /// The default: global embedding and local matching, 1.36 M parameters.
    Compact,
    /// `compact` with two residual blocks more, one at 12x12 and one at 6x6 pixels: 1.73 M
    /// parameters.
    Deep,
    /// The network of Koch, Zemel and Salakhutdinov (2015), 38.95 M parameters.
    Koch,
}

impl Architecture {
    /// All, the default first.
    pub const ALL: [Self; 3] = [Self::Compact, Self::Deep, Self::Koch];

    /// The word in weights files and on the command line.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Compact => "compact",
            Self::Deep => "deep",
            Self::Koch => "koch",
        }
    }

    /// The network of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|architecture| architecture.as_str() == name)
    }

    /// Width and height of its input in pixels.
    #[must_use]
    pub fn input_side(self) -> usize {
        match self {
            Self::Compact | Self::Deep => canonical::SIDE,
            Self::Koch => bitmap::SIDE,
        }
    }

    /// Its input for one drawing: `[side * side]` values from 0 (paper) to 1 (ink), row by row.
    #[must_use]
    pub fn input(self, drawing: &Bitmap) -> Vec<f32> {
        match self {
            Self::Compact | Self::Deep => canonical::canonical(drawing),
            Self::Koch => canonical::plain(drawing),
        }
    }

    /// As [`Architecture::input`], distorted, into `[side * side]` values of `out`. Lengths of the
    /// warps are in halves of what the network sees: the ink's window, or Koch's whole sheet.
    pub fn render(
        self,
        drawing: &Bitmap,
        symmetry: Symmetry,
        class: &ClassWarp,
        image: &ImageWarp,
        out: &mut [f32],
    ) {
        let render = match self {
            Self::Compact | Self::Deep => augment::render,
            Self::Koch => augment::render_plain,
        };
        render(drawing, symmetry, class, image, out);
    }
}
