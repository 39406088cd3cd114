//! Augmentation: the same drawing, and its class, as other hands might have drawn it.
//!
//! Renders a drawing into a network's input (the canonical form of [`crate::canonical`], or the
//! plain sheet) through one composed map, so that it is sampled once. Refuses to know which drawings go into an
//! episode ([`crate::episode`]) and what is learned from them.
//!
//! From the recipe of the built-in weights. A *class warp* is shared by all drawings of a class in
//! an episode and makes a new character of it; an *image warp* is each drawing's own; a
//! [`Symmetry`] is shared by an alphabet. Lengths are in half-windows: the canonical form spans
//! -1 to 1 both ways. An output pixel at `p` is sampled at
//! `symmetry(class(image(p)))`, each warp being a linear part, a shift and a smooth field.

mod distort;
mod symmetry;
mod warp;

use distort::coverage;
pub use distort::{Distortion, distort_bitmap};
pub use symmetry::Symmetry;
pub use warp::{ClassWarp, ImageWarp};

use serde::{Deserialize, Serialize};

use crate::Bitmap;
use crate::bitmap::SIDE as SHEET;
use crate::canonical::{Blurred, PIXELS, SIDE, offsets, window};
use crate::f32_text;

/// How far warps go. Numbers are drawn uniformly between the limits, fields are Gaussian.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spread {
    /// Largest rotation either way, degrees.
    #[serde(deserialize_with = "f32_text::number")]
    pub rotation: f32,
    /// Largest shear either way: sideways per unit of height.
    #[serde(deserialize_with = "f32_text::number")]
    pub shear: f32,
    /// Smallest and largest scale of the drawing.
    #[serde(deserialize_with = "f32_text::pair")]
    pub scale: [f32; 2],
    /// Largest natural logarithm, either way, of what the ratio of width to height is
    /// multiplied by.
    #[serde(deserialize_with = "f32_text::number")]
    pub log_aspect: f32,
    /// Largest shift either way, along each axis, half-windows.
    #[serde(deserialize_with = "f32_text::number")]
    pub shift: f32,
    /// Standard deviation of the field's control points, along each axis, half-windows.
    #[serde(deserialize_with = "f32_text::number")]
    pub field: f32,
}

impl Spread {
    /// No warp.
    pub const NONE: Self = Self {
        rotation: 0.0,
        shear: 0.0,
        scale: [1.0, 1.0],
        log_aspect: 0.0,
        shift: 0.0,
        field: 0.0,
    };

    /// Lengths and their ratios change by no more than this, either way: a tenth of the window is
    /// 5 pixels of the canonical form, and in less no stroke is left.
    const MOST: f32 = 10.0;

    /// The first number that is negative, no number, or so large that nothing of a drawing is left: its place
    /// among the fields, and what it must be. `None` where all is well.
    fn out_of_range(&self) -> Option<(usize, &'static str)> {
        let most = Self::MOST;
        let [smallest, largest] = self.scale;
        let checks = [
            ((0.0..=180.0).contains(&self.rotation), "from 0 to 180"),
            ((0.0..=most).contains(&self.shear), "from 0 to 10"),
            (
                1.0 / most <= smallest && smallest <= largest && largest <= most,
                "two numbers from 0.1 to 10, the smaller one first",
            ),
            (
                (0.0..=libm::logf(most)).contains(&self.log_aspect),
                "from 0 to 2.302585",
            ),
            ((0.0..=1.0).contains(&self.shift), "from 0 to 1"),
            ((0.0..=1.0).contains(&self.field), "from 0 to 1"),
        ];
        let mut checks = checks.into_iter().enumerate();
        checks.find_map(|(at, (valid, needed))| (!valid).then_some((at, needed)))
    }
}

/// The fields of [`Settings`]' two spreads, as a config names them.
const FIELDS: [[&str; 6]; 2] = [
    [
        "augment.class.rotation",
        "augment.class.shear",
        "augment.class.scale",
        "augment.class.log_aspect",
        "augment.class.shift",
        "augment.class.field",
    ],
    [
        "augment.image.rotation",
        "augment.image.shear",
        "augment.image.scale",
        "augment.image.log_aspect",
        "augment.image.shift",
        "augment.image.field",
    ],
];

/// How far augmentation goes. The default is the recipe of the built-in weights.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Of what a class's drawings share.
    pub class: Spread,
    /// Of each drawing's own.
    pub image: Spread,
    /// Least and most change of stroke width: the share by which a pixel of the canonical form
    /// goes towards the maximum (positive: thicker) or the minimum (negative: thinner) of the
    /// 3x3 pixels around it.
    #[serde(deserialize_with = "f32_text::pair")]
    pub stroke_width: [f32; 2],
}

impl Settings {
    /// No augmentation: [`render`] then gives exactly [`crate::canonical::canonical`].
    #[must_use]
    pub const fn none() -> Self {
        Self {
            class: Spread::NONE,
            image: Spread::NONE,
            stroke_width: [0.0, 0.0],
        }
    }

    /// The first number out of its range: its name in a config, and what it must be. `None` where all is well.
    #[must_use]
    pub fn out_of_range(&self) -> Option<(&'static str, &'static str)> {
        let spreads = [&self.class, &self.image].into_iter().zip(FIELDS);
        let mut spreads = spreads.filter_map(|(spread, names)| {
            let (at, needed) = spread.out_of_range()?;
            Some((names[at], needed))
        });
        let [least, most] = self.stroke_width;
        let width = -1.0 <= least && least <= most && most <= 1.0;
        spreads.next().or((!width).then_some((
            "augment.stroke_width",
            "two numbers from -1 to 1, the smaller one first",
        )))
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            class: Spread {
                rotation: 20.0,
                shear: 0.25,
                scale: [0.9, 1.1],
                log_aspect: 0.25,
                shift: 0.0,
                field: 0.08,
            },
            image: Spread {
                rotation: 15.0,
                shear: 0.2,
                scale: [0.8, 1.2],
                log_aspect: 0.15,
                shift: 0.06,
                field: 0.04,
            },
            stroke_width: [-0.2, 0.7],
        }
    }
}

/// A drawing's canonical form through a symmetry and two warps, into the first
/// [`PIXELS`] values of `out`; a shorter one is left as it is.
///
/// Values are from 0 to 1, row by row.
pub fn render(
    bitmap: &Bitmap,
    symmetry: Symmetry,
    class: &ClassWarp,
    image: &ImageWarp,
    out: &mut [f32],
) {
    let Some(out) = out.first_chunk_mut::<PIXELS>() else {
        return;
    };
    let window = window(bitmap);
    let sheet = Blurred::new(bitmap);
    let offsets = offsets();
    for (row, v) in out.chunks_exact_mut(SIDE).zip(offsets) {
        for (value, u) in row.iter_mut().zip(offsets) {
            let [x, y] = symmetry.apply(class.apply(image.apply([u, v])));
            *value = sheet.at(
                window.center_x + window.half * x,
                window.center_y + window.half * y,
            );
        }
    }
    change_width(out, SIDE, image.stroke_width());
}

/// As [`render`], of Koch's input: the whole sheet, 105x105 values. Lengths of the warps are in
/// half-sheets. Without augmentation it is [`crate::canonical::plain`].
pub fn render_plain(
    bitmap: &Bitmap,
    symmetry: Symmetry,
    class: &ClassWarp,
    image: &ImageWarp,
    out: &mut [f32],
) {
    let Some(out) = out.get_mut(..SHEET * SHEET) else {
        return;
    };
    // The middle of the sheet, whose pixels' centres are whole numbers.
    let middle = (SHEET - 1) as f32 / 2.0;
    let half = SHEET as f32 / 2.0;
    for (row, line) in out.chunks_exact_mut(SHEET).enumerate() {
        let v = (row as f32 - middle) / half;
        for (column, value) in line.iter_mut().enumerate() {
            let u = (column as f32 - middle) / half;
            let [x, y] = symmetry.apply(class.apply(image.apply([u, v])));
            *value = coverage(bitmap, middle + half * x, middle + half * y);
        }
    }
    change_width(out, SHEET, image.stroke_width());
}

/// Blends every pixel of a square of this `side` by `share` towards the maximum of the 3x3 pixels
/// around it, or by `-share` towards their minimum where `share` is negative. Outside there is
/// paper.
fn change_width(pixels: &mut [f32], side: usize, share: f32) {
    if share == 0.0 {
        return;
    }
    let pick = if share > 0.0 { f32::max } else { f32::min };
    // First along the rows, then along the columns, a row behind.
    let mut along = vec![0.0f32; pixels.len()];
    for (line, row) in along.chunks_exact_mut(side).zip(pixels.chunks_exact(side)) {
        for (at, value) in line.iter_mut().enumerate() {
            let left = if at == 0 { 0.0 } else { row[at - 1] };
            let right = row.get(at + 1).copied().unwrap_or(0.0);
            *value = pick(pick(left, right), row[at]);
        }
    }
    for (row, line) in pixels.chunks_exact_mut(side).enumerate() {
        for (column, value) in line.iter_mut().enumerate() {
            let at = row * side + column;
            let above = if row == 0 { 0.0 } else { along[at - side] };
            let below = along.get(at + side).copied().unwrap_or(0.0);
            let target = pick(pick(above, below), along[at]);
            *value += share.abs() * (target - *value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::canonical::canonical;
    use crate::rng::Rng;
    use proptest::prelude::{any, prop, prop_assert, prop_assert_eq, proptest};

    fn render_with(
        bitmap: &Bitmap,
        symmetry: Symmetry,
        settings: &Settings,
        seed: u64,
    ) -> Vec<f32> {
        let mut rng = Rng::new(seed);
        let class = ClassWarp::sample(&mut rng, settings);
        let image = ImageWarp::sample(&mut rng, settings);
        let mut out = vec![0.0; PIXELS];
        render(bitmap, symmetry, &class, &image, &mut out);
        out
    }

    fn hook() -> Bitmap {
        Bitmap::from_fn(|row, column| {
            (20..80).contains(&row) && (40..45).contains(&column)
                || (75..80).contains(&row) && (40..60).contains(&column)
        })
    }

    proptest! {
        #[test]
        fn no_augmentation_is_the_canonical_form(
            pixels in prop::collection::vec((0..105usize, 0..105usize), 0..60),
            seed in any::<u64>(),
        ) {
            let mut bitmap = Bitmap::blank();
            for (row, column) in pixels {
                bitmap.set(row, column, true);
            }
            let got = render_with(&bitmap, Symmetry::IDENTITY, &Settings::none(), seed);
            prop_assert_eq!(got, canonical(&bitmap));
        }

        #[test]
        fn no_augmentation_of_a_whole_sheet_is_the_plain_sheet(
            pixels in prop::collection::vec((0..105usize, 0..105usize), 0..60),
        ) {
            let mut bitmap = Bitmap::blank();
            for (row, column) in pixels {
                bitmap.set(row, column, true);
            }
            let mut got = vec![0.0; SHEET * SHEET];
            let (class, image) = (ClassWarp::identity(), ImageWarp::identity());
            render_plain(&bitmap, Symmetry::IDENTITY, &class, &image, &mut got);
            let expected = crate::canonical::plain(&bitmap);
            prop_assert!(got.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-4));
        }

        #[test]
        fn values_stay_from_0_to_1(seed in any::<u64>()) {
            let got = render_with(&hook(), Symmetry::IDENTITY, &Settings::default(), seed);
            prop_assert!(got.iter().all(|value| (0.0..=1.0).contains(value)));
            prop_assert!(got.iter().any(|&value| value > 0.5));
        }
    }

    #[test]
    fn a_positive_width_thickens() {
        let ink = |low, high| {
            let settings = Settings {
                stroke_width: [low, high],
                ..Settings::none()
            };
            let form = render_with(&hook(), Symmetry::IDENTITY, &settings, 1);
            form.iter().sum::<f32>()
        };
        let nominal = ink(0.0, 0.0);
        assert!(ink(0.5, 0.7) > 1.1 * nominal);
        assert!(ink(-0.2, -0.1) < 0.95 * nominal);
    }

    #[test]
    fn the_whole_share_is_the_extreme_of_nine() {
        let mut rng = Rng::new(5);
        let before: [f32; PIXELS] = std::array::from_fn(|_| rng.unit());
        for (share, pick) in [(1.0, f32::max as fn(f32, f32) -> f32), (-1.0, f32::min)] {
            let mut after = before;
            change_width(&mut after, SIDE, share);
            for row in 0..SIDE as i32 {
                for column in 0..SIDE as i32 {
                    let around =
                        (-1..=1).flat_map(|dy| (-1..=1).map(move |dx| (row + dy, column + dx)));
                    let expected = around
                        .map(|(row, column)| {
                            let inside = (0..48).contains(&row) && (0..48).contains(&column);
                            if inside {
                                before[(row * 48 + column) as usize]
                            } else {
                                0.0
                            }
                        })
                        .reduce(pick);
                    let got = after[(row * 48 + column) as usize];
                    assert!((got - expected.unwrap_or(-1.0)).abs() < 1e-6);
                }
            }
        }
    }

    #[test]
    fn symmetries_turn_and_mirror_the_form() {
        let plain = canonical(&hook());
        let turned =
            Symmetry::ALL.map(|symmetry| render_with(&hook(), symmetry, &Settings::none(), 0));
        for (at, one) in turned.iter().enumerate() {
            let mut sorted = [one.clone(), plain.clone()];
            for values in &mut sorted {
                values.sort_by(f32::total_cmp);
            }
            let [ours, theirs] = sorted;
            assert!(ours.iter().zip(theirs).all(|(a, b)| (a - b).abs() < 1e-4));
            for other in &turned[..at] {
                assert!(one.iter().zip(other).any(|(a, b)| (a - b).abs() > 0.5));
            }
        }
    }

    #[test]
    fn settings_survive_json() -> Result<(), serde_json::Error> {
        let settings = Settings::default();
        let json = serde_json::to_string(&settings)?;
        assert_eq!(serde_json::from_str::<Settings>(&json)?, settings);
        Ok(())
    }
}
