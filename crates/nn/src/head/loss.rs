//! The losses of a batch's scores, with their gradients by them: an episode's, and verification's of the
//! batch's own pairs or of given ones.

use super::Scored;

/// A loss, and its gradient.
pub(crate) struct LossGradient {
    pub(crate) loss: f32,
    /// By the scores, `[queries, width]`.
    pub(crate) by_score: Vec<f32>,
}

impl Scored {
    /// The mean cross-entropy over rows and columns where image `i` of one half belongs to image
    /// `i` of the other.
    pub(crate) fn loss(&self) -> LossGradient {
        let classes = self.queries;
        let mut gradient = vec![0f32; self.scores.len()];
        let mut loss = 0f64;
        let scale = -0.5 / classes as f64;
        for rows in [true, false] {
            for own in 0..classes {
                let at = |other: usize| match rows {
                    true => own * self.width + other,
                    false => other * self.width + own,
                };
                let score = |other: usize| f64::from(self.scores[at(other)]);
                let highest = (0..classes).map(score).fold(f64::NEG_INFINITY, f64::max);
                let sum: f64 = (0..classes)
                    .map(|other| libm::exp(score(other) - highest))
                    .sum();
                loss += scale * (score(own) - highest - libm::log(sum));
                for other in 0..classes {
                    let share = libm::exp(score(other) - highest) / sum;
                    let wanted = f64::from(u8::from(other == own));
                    gradient[at(other)] += (scale * (wanted - share)) as f32;
                }
            }
        }
        LossGradient {
            loss: loss as f32,
            by_score: gradient,
        }
    }

    /// The cross-entropy of verification, where image `i` of one half is the same as image `i` of
    /// the other and another than image `i - 1`, counted round the end. Each pair counts half, over
    /// the number of classes.
    pub(crate) fn pair_loss(&self) -> LossGradient {
        let classes = self.queries;
        let mut gradient = vec![0f32; self.scores.len()];
        let mut loss = 0f64;
        let scale = 0.5 / classes as f64;
        for own in 0..classes {
            let neighbour = (own + classes - 1) % classes;
            // Of being the same, and of being another.
            for (other, sign) in [(own, 1.0), (neighbour, -1.0)] {
                // Alone, an image has no neighbour.
                if sign < 0.0 && classes == 1 {
                    continue;
                }
                let at = own * self.width + other;
                let logit = sign * f64::from(self.scores[at]);
                // ln(1 + exp(-logit)) where neither overflows.
                loss += scale * (libm::log1p(libm::exp(-logit.abs())) + (-logit).max(0.0));
                gradient[at] -= (scale * sign / (1.0 + libm::exp(logit))) as f32;
            }
        }
        LossGradient {
            loss: loss as f32,
            by_score: gradient,
        }
    }
    /// The mean cross-entropy of verification of given pairs, image `i` of one half with image `i` of the
    /// other; a sign is 1 where they are the same, else -1.
    pub(crate) fn signed_loss(&self, signs: &[f32]) -> LossGradient {
        let mut gradient = vec![0f32; self.scores.len()];
        let mut loss = 0f64;
        for (own, &sign) in signs.iter().enumerate() {
            let at = own * self.width + own;
            let logit = f64::from(sign * self.scores[at]);
            // ln(1 + exp(-logit)) where neither overflows.
            loss += libm::log1p(libm::exp(-logit.abs())) + (-logit).max(0.0);
            gradient[at] = -sign / (1.0 + libm::exp(logit) as f32) / signs.len() as f32;
        }
        LossGradient {
            loss: (loss / signs.len() as f64) as f32,
            by_score: gradient,
        }
    }
}
