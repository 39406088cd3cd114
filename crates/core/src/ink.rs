//! Ink: the strokes of a drawing, and the bitmap that a pen leaves of them.
//!
//! Turns pen points into the 105x105 image that Omniglot's own pen would have given. Refuses to
//! know where points come from (a pad, an archive, [`crate::invented`]) and how a drawing is
//! placed on its sheet: that is [`crate::canonical`]'s.

use serde::{Deserialize, Serialize};

use crate::Bitmap;
use crate::bitmap::SIDE;

/// X coordinate of the strokes at the centre of pixel 0, negated.
///
/// Fitted together with [`SHIFT_Y`] and [`Pen::OMNIGLOT`] to all drawings of the two official stroke archives. They
/// maximise the mean intersection over union with the official images: 0.9345, against 0.924 without a shift and
/// 0.932 with a pen of 4.9. A finer fit is impossible: each alphabet's strokes are off its images by a fraction of a
/// pixel of its own.
const SHIFT_X: f32 = 0.15;

/// As [`SHIFT_X`], for the y axis.
const SHIFT_Y: f32 = -0.025;

/// Least diameter of a pen, pixels: beyond the square root of two no line slips between pixel centres.
const MIN_DIAMETER: f32 = 1.5;

/// Largest coordinate, units; those beyond are drawn as if at it. No pad gives any, and f32 squares it exactly enough.
const FARTHEST: f32 = 100.0 * SIDE as f32;

/// Width of the pen at no and at full pressure, relative to its nominal width. Mild: the built-in weights lose half a
/// point of accuracy to a line one pixel wider throughout.
const WIDTH_AT_PRESSURE: [f32; 2] = [0.75, 1.25];

/// Pressure of a device that reports none, by the Pointer Events recommendation (W3C, 10.1).
pub const NOMINAL_PRESSURE: f32 = 0.5;

/// Where a pen was at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// To the right, in pixels of the 105-pixel sheet.
    pub x: f32,
    /// Downwards, in pixels of the 105-pixel sheet.
    pub y: f32,
    /// Milliseconds since the drawing began.
    pub t: f32,
    /// From 0 to 1; [`NOMINAL_PRESSURE`] where the device reports none.
    pub pressure: f32,
}

impl Point {
    /// A point at time 0 under nominal pressure.
    #[must_use]
    pub fn at(x: f32, y: f32) -> Self {
        Self {
            x,
            y,
            t: 0.0,
            pressure: NOMINAL_PRESSURE,
        }
    }
}

/// What a pen did between touching the sheet and leaving it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Stroke {
    /// In the order of time; a single one is a dot.
    pub points: Vec<Point>,
}

/// A drawing as its strokes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Ink {
    /// In the order of time.
    pub strokes: Vec<Stroke>,
}

impl Ink {
    /// Is there no point at all?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.strokes.iter().all(|stroke| stroke.points.is_empty())
    }
}

impl AsRef<[Stroke]> for Ink {
    fn as_ref(&self) -> &[Stroke] {
        &self.strokes
    }
}

/// A round pen.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pen {
    /// Its width at nominal pressure, in pixels of the sheet. Drawn as at least 1.5 (a thinner
    /// line has holes) and at most the sheet's side; a width that is no number is
    /// [`Pen::OMNIGLOT`]'s.
    pub diameter: f32,
}

impl Pen {
    /// The pen of Omniglot's drawers: 5 pixels wide, as single dots of the official images are, and as fits its strokes
    /// best (`SHIFT_X`).
    pub const OMNIGLOT: Self = Self { diameter: 5.0 };

    /// Half the width at a pressure, in pixels.
    #[must_use]
    pub fn radius(self, pressure: f32) -> f32 {
        let diameter = if self.diameter.is_nan() {
            Self::OMNIGLOT.diameter
        } else {
            self.diameter.clamp(MIN_DIAMETER, SIDE as f32)
        };
        let pressure = if pressure.is_nan() {
            NOMINAL_PRESSURE
        } else {
            pressure.clamp(0.0, 1.0)
        };
        let [light, heavy] = WIDTH_AT_PRESSURE;
        (diameter * (light + (heavy - light) * pressure)).max(MIN_DIAMETER) / 2.0
    }
}

impl Default for Pen {
    fn default() -> Self {
        Self::OMNIGLOT
    }
}

/// The bitmap that a pen leaves of an [`Ink`] or of some strokes.
///
/// A pixel is ink where its centre is no farther from a stroke's line than half the pen's width
/// there; a single point is a round dot. Points that are no finite numbers are left out, and ink
/// outside the sheet is lost.
#[must_use]
pub fn rasterise(strokes: &(impl AsRef<[Stroke]> + ?Sized), pen: Pen) -> Bitmap {
    let mut bitmap = Bitmap::blank();
    for stroke in strokes.as_ref() {
        let mut points = stroke
            .points
            .iter()
            .filter(|point| point.x.is_finite() && point.y.is_finite())
            .map(|point| Dot {
                x: point.x.clamp(-FARTHEST, FARTHEST) + SHIFT_X,
                y: point.y.clamp(-FARTHEST, FARTHEST) + SHIFT_Y,
                radius: pen.radius(point.pressure),
            });
        let Some(mut last) = points.next() else {
            continue;
        };
        last.join(last, &mut bitmap);
        for next in points {
            last.join(next, &mut bitmap);
            last = next;
        }
    }
    bitmap
}

/// The pen's print at one moment, in pixels: integer coordinates are pixel centres.
#[derive(Clone, Copy)]
struct Dot {
    x: f32,
    y: f32,
    radius: f32,
}

impl Dot {
    /// Inks what the pen covers on its way from here to `end`, its width changing evenly.
    fn join(self, end: Self, bitmap: &mut Bitmap) {
        let reach = self.radius.max(end.radius);
        let (dx, dy) = (end.x - self.x, end.y - self.y);
        let length_squared = dx * dx + dy * dy;
        let widening = end.radius - self.radius;
        let columns = covered(self.x.min(end.x) - reach, self.x.max(end.x) + reach);
        for row in covered(self.y.min(end.y) - reach, self.y.max(end.y) + reach) {
            let py = row as f32 - self.y;
            for column in columns.clone() {
                let px = column as f32 - self.x;
                let along = if length_squared > 0.0 {
                    ((px * dx + py * dy) / length_squared).clamp(0.0, 1.0)
                } else {
                    0.0
                };
                let (ex, ey) = (px - along * dx, py - along * dy);
                let radius = self.radius + along * widening;
                if ex * ex + ey * ey <= radius * radius {
                    bitmap.set(row, column, true);
                }
            }
        }
    }
}

/// The pixels whose centres lie from `low` to `high`, as far as they are on the sheet.
fn covered(low: f32, high: f32) -> std::ops::Range<usize> {
    // A float becomes an integer by saturation, so that what lies left of the sheet becomes 0.
    let end = (high.floor() + 1.0) as usize;
    low.ceil() as usize..end.min(SIDE)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn line(points: &[(f32, f32)]) -> Stroke {
        Stroke {
            points: points.iter().map(|&(x, y)| Point::at(x, y)).collect(),
        }
    }

    #[test]
    fn a_dot_is_omniglots_five_by_five_without_corners() {
        let bitmap = rasterise(&[line(&[(50.0, 30.0)])], Pen::OMNIGLOT);
        let expected = Bitmap::from_fn(|row, column| {
            let (y, x) = (row.abs_diff(30), column.abs_diff(50));
            y <= 2 && x <= 2 && y + x < 4
        });
        assert_eq!(bitmap, expected);
    }

    #[test]
    fn pressure_widens_the_line() {
        let at_pressure = |pressure| {
            let mut stroke = line(&[(20.0, 50.0), (80.0, 50.0)]);
            for point in &mut stroke.points {
                point.pressure = pressure;
            }
            rasterise(&[stroke], Pen::OMNIGLOT).ink_count()
        };
        assert!(at_pressure(0.0) < at_pressure(0.5));
        assert!(at_pressure(0.5) < at_pressure(1.0));
        assert_eq!(at_pressure(f32::NAN), at_pressure(NOMINAL_PRESSURE));
        assert_eq!(at_pressure(7.0), at_pressure(1.0));
    }

    #[test]
    fn a_line_through_a_point_that_is_no_number_goes_on() {
        let gap = [
            line(&[(20.0, 50.0), (f32::NAN, 3.0), (80.0, 50.0)]),
            line(&[]),
            line(&[(f32::INFINITY, f32::NEG_INFINITY)]),
        ];
        let whole = [line(&[(20.0, 50.0), (80.0, 50.0)])];
        assert_eq!(
            rasterise(&gap, Pen::OMNIGLOT),
            rasterise(&whole, Pen::OMNIGLOT)
        );
    }

    #[test]
    fn the_thinnest_line_has_no_holes() {
        for slope in 0..40 {
            let rise = slope as f32 * 2.0;
            let bitmap = rasterise(
                &[line(&[(10.3, 10.7), (90.3, 10.7 + rise)])],
                Pen { diameter: 0.0 },
            );
            for column in 12..89 {
                assert!((0..SIDE).any(|row| bitmap.get(row, column)), "{slope}");
            }
        }
    }

    fn any_point() -> impl Strategy<Value = Point> {
        let near = -20.0f32..130.0;
        let coordinate = prop_oneof![4 => near, 1 => any::<f32>()];
        (coordinate.clone(), coordinate, any::<f32>(), any::<f32>())
            .prop_map(|(x, y, t, pressure)| Point { x, y, t, pressure })
    }

    proptest! {
        #[test]
        fn any_points_and_pens_are_borne(
            strokes in prop::collection::vec(prop::collection::vec(any_point(), 0..20), 0..4),
            diameter in any::<f32>(),
        ) {
            let ink = Ink { strokes: strokes.into_iter().map(|points| Stroke { points }).collect() };
            let _ = rasterise(&ink, Pen { diameter });
        }

        #[test]
        fn a_pixel_is_ink_where_a_segment_is_near(
            points in prop::collection::vec((-10.0f32..115.0, -10.0f32..115.0), 1..6),
            diameter in 1.5f32..12.0,
        ) {
            let bitmap = rasterise(&[line(&points)], Pen { diameter });
            let ends: Vec<_> = points.iter().skip(1).chain(points.last()).collect();
            for row in 0..SIDE {
                for column in 0..SIDE {
                    let (px, py) = (column as f64 - f64::from(SHIFT_X), row as f64 - f64::from(SHIFT_Y));
                    let distance = points.iter().zip(&ends).map(|(a, b)| {
                        let (ax, ay, dx, dy) = (f64::from(a.0), f64::from(a.1), f64::from(b.0 - a.0), f64::from(b.1 - a.1));
                        let length = dx * dx + dy * dy;
                        let along = if length > 0.0 { (((px - ax) * dx + (py - ay) * dy) / length).clamp(0.0, 1.0) } else { 0.0 };
                        (px - ax - along * dx).hypot(py - ay - along * dy)
                    }).fold(f64::INFINITY, f64::min);
                    let radius = f64::from(diameter) / 2.0;
                    // f32 may err by this much at the very edge.
                    if (distance - radius).abs() > 1e-3 {
                        prop_assert_eq!(bitmap.get(row, column), distance < radius);
                    }
                }
            }
        }
    }
}
