//! Drawings as other hands and pens would have drawn them: one distortion after another.
//!
//! What is done to a drawing depends on the seed and the drawing alone.

use twinglyph_core::Bitmap;
use twinglyph_core::augment::{Distortion, distort_bitmap};
use twinglyph_core::bitmap::SIDE;
use twinglyph_core::rng::Rng;
use twinglyph_core::trial::DrawingRef;

/// How far drawings are shifted at most, along each axis, in pixels of the 105-pixel sheet.
const SHIFT: f32 = 15.0;

/// Smallest and largest scale.
const SCALE: (f32, f32) = (0.6, 1.3);

/// Largest rotation either way, in degrees.
const ROTATION: f32 = 15.0;

/// Largest natural logarithm, either way, of the width's factor; the height has its inverse: at most 1.35 and 0.74, so
/// that width to height changes by up to 1.8.
const PROPORTION: f32 = 0.3;

/// Standard deviation of a wobble, along each axis, in pixels.
const WOBBLE: f32 = 2.5;

/// Places of a wobble along each side of the sheet; between them it is interpolated.
const WOBBLES: usize = 7;

/// Half of the length of a gap in a stroke, in pixels.
const GAP: f32 = 5.0;

/// Shortest and longest hook, in pixels.
const HOOK: (f32, f32) = (7.0, 13.0);

/// Half of the width of a hook, in pixels: Omniglot's pen is about 3 wide.
const HOOK_RADIUS: f32 = 1.5;

/// What is done to the queries of a row of the table.
#[derive(Clone, Copy)]
pub(super) enum Hand {
    /// Nothing.
    Own,
    /// Pixels are added to the width of every stroke.
    Pen(i32),
    /// The drawing is elsewhere on the sheet.
    Shifted,
    /// It is larger or smaller.
    Scaled,
    /// It is slanted.
    Rotated,
    /// The last three, and a pen that is thinner or thicker by up to two pixels.
    All,
    /// It is too wide or too narrow.
    Proportions,
    /// Its lines waver.
    Wobble,
    /// A stroke has a gap, and another one a hook.
    Sloppy,
}

/// Rows of the table, by the size of the change.
pub(super) const HANDS: [(Hand, &str, &str); 14] = [
    (Hand::Own, "clean", "queries as they were drawn"),
    (Hand::Pen(-3), "pen_minus_3", "pen 3 px thinner"),
    (Hand::Pen(-2), "pen_minus_2", "pen 2 px thinner"),
    (Hand::Pen(-1), "pen_minus_1", "pen 1 px thinner"),
    (Hand::Pen(1), "pen_plus_1", "pen 1 px thicker"),
    (Hand::Pen(2), "pen_plus_2", "pen 2 px thicker"),
    (Hand::Pen(3), "pen_plus_3", "pen 3 px thicker"),
    (Hand::Shifted, "shifted", "shifted by up to 15 px"),
    (Hand::Scaled, "scaled", "scaled 0.6 to 1.3"),
    (Hand::Rotated, "rotated", "rotated up to 15 degrees"),
    (Hand::All, "all", "all of these, pen -2 to +2 px"),
    (Hand::Proportions, "proportions", "too wide or too narrow"),
    (Hand::Wobble, "wobble", "wavering lines"),
    (Hand::Sloppy, "sloppy", "a gap and a hook"),
];

impl Hand {
    /// A drawing by this hand; `seed` and the drawing's place decide where there is a choice.
    pub(super) fn redraw(self, bitmap: &Bitmap, at: DrawingRef, seed: u64) -> Bitmap {
        let place = (at.alphabet << 16 | at.character << 8 | at.drawer) as u64;
        let mut rng = Rng::stream(seed, place);
        match self {
            Self::Proportions => proportioned(bitmap, rng.uniform(-PROPORTION, PROPORTION)),
            Self::Wobble => wobbled(bitmap, &mut rng),
            Self::Sloppy => hooked(&gapped(bitmap, &mut rng), &mut rng),
            _ => distort_bitmap(bitmap, &self.distortion(&mut rng)),
        }
    }

    /// A distortion of this kind.
    fn distortion(self, rng: &mut Rng) -> Distortion {
        let mut distortion = Distortion::NONE;
        if let Self::Shifted | Self::All = self {
            distortion.shift_x = rng.uniform(-SHIFT, SHIFT);
            distortion.shift_y = rng.uniform(-SHIFT, SHIFT);
        }
        if let Self::Scaled | Self::All = self {
            distortion.scale = rng.uniform(SCALE.0, SCALE.1);
        }
        if let Self::Rotated | Self::All = self {
            distortion.rotation_degrees = rng.uniform(-ROTATION, ROTATION);
        }
        distortion.thickness_px = match self {
            Self::Pen(pixels) => pixels,
            Self::All => rng.below(5) as i32 - 2,
            _ => 0,
        };
        distortion
    }
}

/// Ink where the drawing has it at the place that `from` gives for a pixel, both as column and row.
fn warped(bitmap: &Bitmap, from: impl Fn([f32; 2]) -> [f32; 2]) -> Bitmap {
    Bitmap::from_fn(|row, column| {
        let [x, y] = from([column as f32, row as f32]).map(f32::round);
        let inside = 0.0..SIDE as f32;
        inside.contains(&x) && inside.contains(&y) && bitmap.get(y as usize, x as usize)
    })
}

fn proportioned(bitmap: &Bitmap, log_width: f32) -> Bitmap {
    let (middle, factor) = ((SIDE - 1) as f32 / 2.0, log_width.exp());
    warped(bitmap, |[x, y]| {
        [
            middle + (x - middle) / factor,
            middle + (y - middle) * factor,
        ]
    })
}

fn wobbled(bitmap: &Bitmap, rng: &mut Rng) -> Bitmap {
    let offsets: Vec<[f32; 2]> = (0..WOBBLES * WOBBLES)
        .map(|_| [rng.normal() * WOBBLE, rng.normal() * WOBBLE])
        .collect();
    let apart = (SIDE - 1) as f32 / (WOBBLES - 1) as f32;
    warped(bitmap, |[x, y]| {
        let cell = |at: f32| ((at / apart) as usize).min(WOBBLES - 2);
        let (column, row) = (cell(x), cell(y));
        let (right, down) = (x / apart - column as f32, y / apart - row as f32);
        let corner = |down: usize, right: usize| offsets[(row + down) * WOBBLES + column + right];
        let along = |axis: usize| {
            let line = |at: usize| {
                let [left, other] = [corner(at, 0)[axis], corner(at, 1)[axis]];
                left + right * (other - left)
            };
            line(0) + down * (line(1) - line(0))
        };
        [x + along(0), y + along(1)]
    })
}

/// One of the drawing's ink pixels, as column and row.
fn inked(bitmap: &Bitmap, rng: &mut Rng) -> Option<[f32; 2]> {
    let at = rng.index(bitmap.ink_count() as usize);
    let (row, column) = bitmap.ink().nth(at)?;
    Some([column as f32, row as f32])
}

fn gapped(bitmap: &Bitmap, rng: &mut Rng) -> Bitmap {
    let Some([x, y]) = inked(bitmap, rng) else {
        return bitmap.clone();
    };
    Bitmap::from_fn(|row, column| {
        let is_near = (column as f32 - x).hypot(row as f32 - y) < GAP;
        bitmap.get(row, column) && !is_near
    })
}

fn hooked(bitmap: &Bitmap, rng: &mut Rng) -> Bitmap {
    let Some([x, y]) = inked(bitmap, rng) else {
        return bitmap.clone();
    };
    let length = rng.uniform(HOOK.0, HOOK.1);
    let (sine, cosine) = rng.uniform(0.0, std::f32::consts::TAU).sin_cos();
    Bitmap::from_fn(|row, column| {
        let (right, down) = (column as f32 - x, row as f32 - y);
        let along = (right * cosine + down * sine).clamp(0.0, length);
        let is_hook = (right - along * cosine).hypot(down - along * sine) <= HOOK_RADIUS;
        bitmap.get(row, column) || is_hook
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bar() -> Bitmap {
        Bitmap::from_fn(|row, column| (50..54).contains(&row) && (20..85).contains(&column))
    }

    const AT: DrawingRef = DrawingRef {
        alphabet: 0,
        character: 0,
        drawer: 0,
    };

    #[test]
    fn a_seed_is_one_drawing_and_a_blank_one_stays_blank() {
        for (hand, name, _) in HANDS {
            let [first, again] = [7, 7].map(|seed| hand.redraw(&bar(), AT, seed));
            assert_eq!(first, again, "{name}");
            assert_eq!(first == bar(), matches!(hand, Hand::Own), "{name}");
            assert!(hand.redraw(&Bitmap::blank(), AT, 7).is_blank(), "{name}");
        }
    }

    #[test]
    fn a_gap_takes_ink_and_a_hook_adds_some() {
        for seed in 0..50 {
            let mut rng = Rng::new(seed);
            let gapped = gapped(&bar(), &mut rng);
            let lost = bar().ink_count() - gapped.ink_count();
            assert!((10..=44).contains(&lost), "{lost}");
            let hooked = hooked(&bar(), &mut rng);
            assert!(hooked.ink_count() >= bar().ink_count());
            assert!(bar().ink().all(|(row, column)| hooked.get(row, column)));
        }
    }

    #[test]
    fn proportions_are_about_the_middle() {
        let wide = proportioned(&bar(), PROPORTION);
        let columns = |bitmap: &Bitmap| {
            let columns: Vec<usize> = bitmap.ink().map(|(_, column)| column).collect();
            (
                columns.iter().min().copied().unwrap_or(0),
                columns.iter().max().copied().unwrap_or(0),
            )
        };
        assert_eq!(columns(&wide), (9, 95));
        assert_eq!(proportioned(&bar(), 0.0), bar());
    }
}
