//! Views: test-time augmentation (TTA), several ways to look at one drawing over which scores are averaged.
//!
//! Networks are trained with turned and mirrored alphabets, so a drawing and an example that are turned alike are
//! another opinion on the same pair, and slight tilts of both give more. The mean of them errs less than each
//! (docs/evaluation.md). Refuses to know networks: it says what is looked at, and makes the pixels.

use serde::{Deserialize, Serialize};

use crate::augment::Symmetry;
use crate::canonical::{SIDE, tilted};
use crate::{Architecture, Bitmap};

/// By how many views a network embeds each drawing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Views {
    /// Once, as it was drawn.
    #[default]
    One,
    /// Tilted one way and the other, each as it is, mirrored, turned by a quarter and by a half.
    Eight,
}

/// Tilt, degrees: 7 to 12 degrees do equally well (docs/experiments/2026-11-evaluation.md).
const TILT: f32 = 9.0;

/// Symmetries of a tilted drawing. The other four of the eight add nothing (docs/experiments/2026-11-evaluation.md).
const SYMMETRIES: [Symmetry; 4] = [
    Symmetry::IDENTITY,
    Symmetry::MIRRORED,
    Symmetry::QUARTER,
    Symmetry::HALF,
];

impl Views {
    /// The number of views, as weights files have it.
    #[must_use]
    pub const fn count(self) -> usize {
        self.symmetries().len() * self.tilts().len()
    }

    /// So many views.
    #[must_use]
    pub fn from_count(count: usize) -> Option<Self> {
        [Self::One, Self::Eight]
            .into_iter()
            .find(|views| views.count() == count)
    }

    /// Tilts, degrees. Two drawings of one symmetry are compared at every pair of tilts.
    #[must_use]
    pub const fn tilts(self) -> &'static [f32] {
        match self {
            Self::One => &[0.0],
            Self::Eight => &[-TILT, TILT],
        }
    }

    /// Symmetries. Two drawings are compared in the same one only.
    #[must_use]
    pub const fn symmetries(self) -> &'static [Symmetry] {
        match self {
            Self::One => &[Symmetry::IDENTITY],
            Self::Eight => &SYMMETRIES,
        }
    }

    /// A network's inputs for one drawing: `[symmetries, tilts, side, side]`. A network that looks
    /// at plain sheets has one view, however many are asked for.
    #[must_use]
    pub fn inputs(self, architecture: Architecture, drawing: &Bitmap) -> Vec<f32> {
        if self == Self::One || architecture == Architecture::Koch {
            return architecture.input(drawing);
        }
        let tilted: Vec<Vec<f32>> = self
            .tilts()
            .iter()
            .map(|&degrees| tilted(drawing, degrees))
            .collect();
        let turned = self
            .symmetries()
            .iter()
            .flat_map(|symmetry| tilted.iter().map(|image| symmetry.turned(image, SIDE)));
        turned.flatten().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::canonical::{PIXELS, canonical};

    fn flag() -> Bitmap {
        Bitmap::from_fn(|row, column| {
            (20..85).contains(&row) && (30..34).contains(&column)
                || (20..40).contains(&row) && (30..70).contains(&column)
        })
    }

    #[test]
    fn one_view_is_the_networks_input() {
        for architecture in Architecture::ALL {
            let input = architecture.input(&flag());
            assert_eq!(Views::One.inputs(architecture, &flag()), input);
        }
    }

    #[test]
    fn eight_views_differ_from_each_other() {
        let inputs = Views::Eight.inputs(Architecture::Deep, &flag());
        let views: Vec<&[f32]> = inputs.chunks_exact(PIXELS).collect();
        assert_eq!(views.len(), Views::Eight.count());
        for (at, one) in views.iter().enumerate() {
            for other in &views[..at] {
                assert_ne!(one, other);
            }
        }
    }

    #[test]
    fn a_turned_view_is_the_view_of_a_turned_drawing() {
        let (flag, last) = (flag(), crate::bitmap::SIDE - 1);
        for symmetry in [Symmetry::QUARTER, Symmetry::HALF, Symmetry::MIRRORED] {
            let turned = Bitmap::from_fn(|row, column| match symmetry {
                Symmetry::QUARTER => flag.get(column, last - row),
                Symmetry::HALF => flag.get(last - row, last - column),
                _ => flag.get(row, last - column),
            });
            let expected = canonical(&turned);
            let got = symmetry.turned(&canonical(&flag), SIDE);
            for (got, expected) in got.iter().zip(expected) {
                assert!((got - expected).abs() < 1e-4, "{symmetry:?}");
            }
        }
    }

    #[test]
    fn counts_are_told_apart() {
        assert_eq!(Views::from_count(1), Some(Views::One));
        assert_eq!(Views::from_count(8), Some(Views::Eight));
        assert_eq!(Views::from_count(3), None);
    }
}
