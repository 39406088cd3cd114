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
}
