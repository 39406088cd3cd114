//! Paths of lines and arcs: what a pen is meant to do in one stroke.
//!
//! Coordinates are in heights of a character, x to the right, y down.

/// From the last point to `to`; straight for `bulge` 0, else an arc.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Leg {
    pub(super) to: [f32; 2],
    /// Height of the arc over half its chord: 1 is a half circle. Positive bends to the left of
    /// the way, as seen with y down.
    pub(super) bulge: f32,
}

impl Leg {
    /// The point after a share of the leg's length.
    fn at(&self, from: [f32; 2], share: f32) -> [f32; 2] {
        let (dx, dy) = (self.to[0] - from[0], self.to[1] - from[1]);
        let [along, across] = arc(self.bulge, share);
        [
            from[0] + along * dx + across * dy,
            from[1] + along * dy - across * dx,
        ]
    }
}

/// One stroke.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Path {
    pub(super) start: [f32; 2],
    pub(super) legs: Vec<Leg>,
}

impl Path {
    /// The same path through an affine map `matrix x point + shift`.
    pub(super) fn map(&self, matrix: [[f32; 2]; 2], shift: [f32; 2]) -> Self {
        let place = |[x, y]: [f32; 2]| {
            [
                matrix[0][0] * x + matrix[0][1] * y + shift[0],
                matrix[1][0] * x + matrix[1][1] * y + shift[1],
            ]
        };
        // A mirrored arc bends the other way.
        let mirrored = matrix[0][0] * matrix[1][1] < matrix[0][1] * matrix[1][0];
        Self {
            start: place(self.start),
            legs: self
                .legs
                .iter()
                .map(|leg| Leg {
                    to: place(leg.to),
                    bulge: if mirrored { -leg.bulge } else { leg.bulge },
                })
                .collect(),
        }
    }

    /// Start, joints and end.
    pub(super) fn knots(&self) -> impl Iterator<Item = [f32; 2]> + '_ {
        std::iter::once(self.start).chain(self.legs.iter().map(|leg| leg.to))
    }

    pub(super) fn end(&self) -> [f32; 2] {
        self.legs.last().map_or(self.start, |leg| leg.to)
    }

    /// The middle of a leg, counted from 0.
    pub(super) fn middle(&self, leg: usize) -> Option<[f32; 2]> {
        let from = self.knots().nth(leg)?;
        self.legs.get(leg).map(|leg| leg.at(from, 0.5))
    }

    /// The same path drawn the other way.
    pub(super) fn reversed(&self) -> Self {
        let mut knots: Vec<_> = self.knots().collect();
        knots.reverse();
        Self {
            start: self.end(),
            legs: knots
                .into_iter()
                .skip(1)
                .zip(self.legs.iter().rev())
                .map(|(to, leg)| Leg {
                    to,
                    bulge: -leg.bulge,
                })
                .collect(),
        }
    }

    /// Points along the path, at most about `step` apart; at least the start.
    pub(super) fn points(&self, step: f32) -> Vec<[f32; 2]> {
        let mut points = vec![self.start];
        let mut from = self.start;
        for leg in &self.legs {
            let (dx, dy) = (leg.to[0] - from[0], leg.to[1] - from[1]);
            let chord = (dx * dx + dy * dy).sqrt();
            // An arc is at most this much longer than its chord, for bulges up to 1.5.
            let longer = 1.0 + leg.bulge * leg.bulge * 0.6;
            // Never many: characters are a few heights long.
            let count = (chord * longer / step).ceil().clamp(1.0, 500.0) as usize;
            points.extend((1..=count).map(|at| leg.at(from, at as f32 / count as f32)));
            from = leg.to;
        }
        points
    }
}

/// The point of an arc over the chord from (0, 0) to (1, 0) after a share of its length: along
/// the chord, and to its left.
fn arc(bulge: f32, share: f32) -> [f32; 2] {
    // Flatter arcs than this are lines to within a thousandth of a pixel.
    if bulge.abs() < 1e-4 {
        return [share, 0.0];
    }
    // Half the angle of the whole arc; a part's chord leaves the whole chord at half the angle
    // that is missing (the inscribed angle), and chords are as the sines of half their angles.
    let half = 2.0 * libm::atanf(bulge);
    let length = libm::sinf(half * share) / libm::sinf(half);
    let away = half * (1.0 - share);
    [length * libm::cosf(away), length * libm::sinf(away)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_half_circle_is_round() {
        for bulge in [1.0, -1.0] {
            let path = Path {
                start: [-1.0, 0.0],
                legs: vec![Leg {
                    to: [1.0, 0.0],
                    bulge,
                }],
            };
            let points = path.points(0.1);
            assert!(points.len() > 20);
            for [x, y] in points {
                assert!((x * x + y * y - 1.0).abs() < 1e-4);
                // To the left on the way to the right is up.
                assert!(y * bulge < 1e-4);
            }
        }
    }

    #[test]
    fn the_way_back_has_the_same_points() {
        let path = Path {
            start: [0.0, 0.0],
            legs: vec![
                Leg {
                    to: [0.5, 0.5],
                    bulge: 0.7,
                },
                Leg {
                    to: [0.0, 1.0],
                    bulge: 0.0,
                },
            ],
        };
        let mut back = path.reversed().points(0.05);
        back.reverse();
        for (here, there) in path.points(0.05).iter().zip(&back) {
            assert!((here[0] - there[0]).abs() < 1e-4 && (here[1] - there[1]).abs() < 1e-4);
        }
    }
}
