//! The eight ways to turn and mirror a square.

use serde::{Deserialize, Serialize};

use crate::rng::Rng;

/// A rotation by quarter turns, perhaps after mirroring.
///
/// A turned alphabet is an alphabet that nobody writes: training takes each as new classes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Symmetry {
    quarter_turns: u8,
    mirrored: bool,
}

impl Symmetry {
    /// Leaves all as it is.
    pub const IDENTITY: Self = Self {
        quarter_turns: 0,
        mirrored: false,
    };

    /// Left becomes right.
    pub const MIRRORED: Self = Self {
        quarter_turns: 0,
        mirrored: true,
    };

    /// A quarter turn.
    pub const QUARTER: Self = Self {
        quarter_turns: 1,
        mirrored: false,
    };

    /// A half turn.
    pub const HALF: Self = Self {
        quarter_turns: 2,
        mirrored: false,
    };

    /// All eight, the identity first.
    pub const ALL: [Self; 8] = {
        let mut all = [Self::IDENTITY; 8];
        let mut at = 0;
        while at < 8 {
            all[at] = Self {
                quarter_turns: at as u8 % 4,
                mirrored: at >= 4,
            };
            at += 1;
        }
        all
    };

    /// One of the eight, each as likely.
    pub fn sample(rng: &mut Rng) -> Self {
        Self::ALL[rng.index(8)]
    }

    /// Where an output's point is taken from.
    #[must_use]
    pub(super) fn apply(self, [x, y]: [f32; 2]) -> [f32; 2] {
        let x = if self.mirrored { -x } else { x };
        match self.quarter_turns % 4 {
            0 => [x, y],
            1 => [-y, x],
            2 => [-x, -y],
            _ => [y, -x],
        }
    }

    /// A square image so turned, row by row; values that are missing of the last row are paper.
    #[must_use]
    pub fn turned(self, image: &[f32], side: usize) -> Vec<f32> {
        let last = side.saturating_sub(1);
        let mut out = Vec::with_capacity(side * side);
        for row in 0..side {
            for column in 0..side {
                let column = if self.mirrored { last - column } else { column };
                let (row, column) = match self.quarter_turns % 4 {
                    0 => (row, column),
                    1 => (column, last - row),
                    2 => (last - row, last - column),
                    _ => (last - column, row),
                };
                out.push(image.get(row * side + column).copied().unwrap_or(0.0));
            }
        }
        out
    }
}
