//! Heatmaps over a drawing: from numbers of patches or places to a value a pixel.
//!
//! Knows squares and numbers; refuses to know what was measured and in which colours it is shown.

use twinglyph_core::protocol::PairReport;

/// Values from -1 to 1 of every pixel of a square, row by row.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Heatmap {
    /// Width and height in pixels.
    pub(crate) side: usize,
    /// The farthest from zero is 1 or -1; all are 0 where nothing differs from it.
    pub(crate) values: Vec<f32>,
    /// What 1 stands for.
    most: f32,
}

impl Heatmap {
    fn scaled(side: usize, mut values: Vec<f32>) -> Self {
        let most = values.iter().map(|value| value.abs()).fold(0.0, f32::max);
        for value in &mut values {
            *value = if most > 0.0 { *value / most } else { 0.0 };
        }
        Self { side, values, most }
    }

    /// Nothing speaks for anything.
    pub(crate) fn blank(side: usize) -> Self {
        Self::scaled(side, vec![0.0; side * side])
    }

    /// The same where 1 stands for this, which is no less than what it stands for here.
    pub(crate) fn scaled_to(mut self, most: f32) -> Self {
        for value in &mut self.values {
            *value *= if most > 0.0 { self.most / most } else { 0.0 };
        }
        self.most = most;
        self
    }
}

/// Of a square of patches, each `patch` pixels wide and `stride` from the next: a pixel has the
/// mean of the patches that lie over it, 0 where none does.
pub(crate) fn of_patches(patches: &[f32], side: usize, patch: usize, stride: usize) -> Heatmap {
    let across = patches.len().isqrt();
    let mut sums = vec![(0.0f32, 0u32); side * side];
    for (at, &value) in patches.iter().enumerate().take(across * across) {
        let (top, left) = (at / across * stride, at % across * stride);
        for row in top..(top + patch).min(side) {
            for column in left..(left + patch).min(side) {
                let (sum, count) = &mut sums[row * side + column];
                *sum += value;
                *count += 1;
            }
        }
    }
    let mean = |(sum, count): (f32, u32)| if count > 0 { sum / count as f32 } else { 0.0 };
    Heatmap::scaled(side, sums.into_iter().map(mean).collect())
}

/// How each part of the ink speaks for the two of a pair being alike.
pub(crate) fn occlusion(pair: &PairReport) -> Heatmap {
    of_patches(
        &pair.occlusion,
        pair.input_side as usize,
        pair.patch as usize,
        pair.stride as usize,
    )
}

/// Of a square of places that share the whole width.
pub(crate) fn of_places(places: &[f32], side: usize) -> Heatmap {
    let across = places.len().isqrt();
    let mut values = vec![0.0; side * side];
    for (at, value) in values.iter_mut().enumerate() {
        let (row, column) = (at / side * across / side, at % side * across / side);
        *value = places.get(row * across + column).copied().unwrap_or(0.0);
    }
    Heatmap::scaled(side, values)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pixels_have_the_mean_of_their_patches() {
        // Two by two patches of 2 pixels, one pixel apart, over three pixels.
        let heatmap = of_patches(&[4.0, 0.0, 0.0, -2.0], 3, 2, 1);
        assert_eq!(
            heatmap.values,
            [1.0, 0.5, 0.0, 0.5, 0.125, -0.25, 0.0, -0.25, -0.5]
        );
    }

    #[test]
    fn places_share_the_width() {
        let heatmap = of_places(&[0.0, -3.0, 0.0, 0.0], 4);
        assert_eq!(heatmap.values[..4], [0.0, 0.0, -1.0, -1.0]);
        assert_eq!(heatmap.values[8..], [0.0; 8]);
    }

    #[test]
    fn no_difference_is_no_heat() {
        for heatmap in [
            of_patches(&[0.0; 4], 3, 2, 1),
            of_places(&[0.0; 4], 3),
            of_places(&[], 3),
        ] {
            assert_eq!(heatmap.values, [0.0; 9]);
        }
    }
}
