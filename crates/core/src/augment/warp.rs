//! Smooth maps of the canonical window: a linear part, a shift and a field of displacements.

use super::{Settings, Spread};
use crate::rng::Rng;

/// What all drawings of a class share in an episode; its field has 4x4 control points.
#[derive(Clone, Debug, PartialEq)]
pub struct ClassWarp {
    linear: Linear,
    field: Field<4>,
}

/// What is one drawing's own; its field has 5x5 control points.
#[derive(Clone, Debug, PartialEq)]
pub struct ImageWarp {
    linear: Linear,
    field: Field<5>,
    stroke_width: f32,
}

impl ClassWarp {
    /// No warp.
    #[must_use]
    pub fn identity() -> Self {
        Self {
            linear: Linear::IDENTITY,
            field: Field::ZERO,
        }
    }

    /// A random warp. Takes the same number of random numbers whatever the settings.
    pub fn sample(rng: &mut Rng, settings: &Settings) -> Self {
        Self {
            linear: Linear::sample(rng, &settings.class),
            field: Field::sample(rng, settings.class.field),
        }
    }

    pub(super) fn apply(&self, point: [f32; 2]) -> [f32; 2] {
        self.field.apply(self.linear.apply(point))
    }
}

impl ImageWarp {
    /// No warp and no change of width.
    #[must_use]
    pub fn identity() -> Self {
        Self {
            linear: Linear::IDENTITY,
            field: Field::ZERO,
            stroke_width: 0.0,
        }
    }

    /// A random warp. Takes the same number of random numbers whatever the settings.
    pub fn sample(rng: &mut Rng, settings: &Settings) -> Self {
        let [thinnest, thickest] = settings.stroke_width;
        Self {
            linear: Linear::sample(rng, &settings.image),
            field: Field::sample(rng, settings.image.field),
            stroke_width: rng.uniform(thinnest, thickest),
        }
    }

    pub(super) fn apply(&self, point: [f32; 2]) -> [f32; 2] {
        self.field.apply(self.linear.apply(point))
    }

    pub(super) fn stroke_width(&self) -> f32 {
        self.stroke_width
    }
}

/// `matrix x point + shift`.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Linear {
    matrix: [[f32; 2]; 2],
    shift: [f32; 2],
}

impl Linear {
    const IDENTITY: Self = Self {
        matrix: [[1.0, 0.0], [0.0, 1.0]],
        shift: [0.0, 0.0],
    };

    /// The map from an output's point to where it is taken from, for a drawing that is to look
    /// scaled, then sheared, then rotated.
    fn sample(rng: &mut Rng, spread: &Spread) -> Self {
        let mut either_way = |limit: f32| rng.uniform(-limit, limit);
        let angle = either_way(spread.rotation).to_radians();
        let shear = either_way(spread.shear);
        let aspect = either_way(spread.log_aspect) / 2.0;
        let shift = [either_way(spread.shift), either_way(spread.shift)];
        let [smallest, largest] = spread.scale;
        let scale = rng.uniform(smallest, largest);
        // The inverses of the three, in the opposite order.
        let (sine, cosine) = (libm::sinf(angle), libm::cosf(angle));
        let (x_scale, y_scale) = (libm::expf(-aspect) / scale, libm::expf(aspect) / scale);
        Self {
            matrix: [
                [
                    x_scale * (cosine + shear * sine),
                    x_scale * (sine - shear * cosine),
                ],
                [-y_scale * sine, y_scale * cosine],
            ],
            shift,
        }
    }

    fn apply(&self, [x, y]: [f32; 2]) -> [f32; 2] {
        let [[a, b], [c, d]] = self.matrix;
        [a * x + b * y + self.shift[0], c * x + d * y + self.shift[1]]
    }
}

/// Displacements at `N` x `N` control points over the window, its corners included, with
/// bicubic Catmull-Rom splines between them and the border's values beyond: a smooth field that
/// keeps the control points' spread.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Field<const N: usize> {
    /// Row by row, x and y.
    control: [[[f32; 2]; N]; N],
}

impl<const N: usize> Field<N> {
    const ZERO: Self = Self {
        control: [[[0.0; 2]; N]; N],
    };

    fn sample(rng: &mut Rng, sigma: f32) -> Self {
        let mut field = Self::ZERO;
        for displacement in field.control.as_flattened_mut() {
            *displacement = [sigma * rng.normal(), sigma * rng.normal()];
        }
        field
    }

    fn apply(&self, [x, y]: [f32; 2]) -> [f32; 2] {
        let (columns, across) = taps::<N>(x);
        let (rows, down) = taps::<N>(y);
        let (mut dx, mut dy) = (0.0, 0.0);
        for (row, down) in rows.into_iter().zip(down) {
            let line = &self.control[row];
            for (column, across) in columns.into_iter().zip(across) {
                let [cx, cy] = line[column];
                let weight = down * across;
                dx += weight * cx;
                dy += weight * cy;
            }
        }
        [x + dx, y + dy]
    }
}

/// The four control points around a coordinate from -1 to 1, and their weights. `N` is at
/// least 2.
fn taps<const N: usize>(at: f32) -> ([usize; 4], [f32; 4]) {
    let last = N - 1;
    let place = ((at + 1.0) / 2.0 * last as f32).clamp(0.0, last as f32);
    let cell = (place as usize).min(last - 1);
    let t = place - cell as f32;
    let indices = [cell.saturating_sub(1), cell, cell + 1, (cell + 2).min(last)];
    // Catmull and Rom 1974, tension 1/2.
    let weights = [
        t * (-0.5 + t * (1.0 - 0.5 * t)),
        1.0 + t * t * (1.5 * t - 2.5),
        t * (0.5 + t * (2.0 - 1.5 * t)),
        t * t * (0.5 * t - 0.5),
    ];
    (indices, weights)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_passes_through_its_control_points() {
        let field = Field::<4>::sample(&mut Rng::new(2), 0.1);
        for row in 0..4 {
            for column in 0..4 {
                let at = [column as f32 / 1.5 - 1.0, row as f32 / 1.5 - 1.0];
                let [x, y] = field.apply(at);
                let [dx, dy] = field.control[row][column];
                assert!((x - at[0] - dx).abs() < 1e-5 && (y - at[1] - dy).abs() < 1e-5);
            }
        }
    }

    #[test]
    fn a_field_is_smooth() {
        let field = Field::<5>::sample(&mut Rng::new(3), 0.04);
        let at = |step: i32| field.apply([step as f32 / 500.0, 0.3]);
        for step in -600..600 {
            let (before, here, after) = (at(step - 1), at(step), at(step + 1));
            for axis in 0..2 {
                let bend = before[axis] - 2.0 * here[axis] + after[axis];
                // The slope may jump a little only where the border's values begin.
                let bound = if step.abs() == 500 { 2e-3 } else { 1e-4 };
                assert!(bend.abs() < bound, "{step}: {bend}");
            }
        }
    }

    #[test]
    fn the_linear_part_undoes_what_is_to_be_seen() {
        let only = |rotation, shear, scale, log_aspect| Spread {
            rotation,
            shear,
            scale: [scale, scale],
            log_aspect,
            ..Spread::NONE
        };
        let seen = |spread: &Spread| Linear::sample(&mut Rng::new(9), spread).matrix;
        let determinant = |m: [[f32; 2]; 2]| m[0][0] * m[1][1] - m[0][1] * m[1][0];
        assert!((determinant(seen(&only(20.0, 0.0, 1.0, 0.0))) - 1.0).abs() < 1e-6);
        assert!((determinant(seen(&only(20.0, 0.3, 1.0, 0.3))) - 1.0).abs() < 1e-6);
        // A drawing twice as large is sampled at half the distance.
        assert!((determinant(seen(&only(0.0, 0.0, 2.0, 0.0))) - 0.25).abs() < 1e-6);
    }
}
