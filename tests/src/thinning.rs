//! Strokes of a drawing of which only the pixels are known: its skeleton, walked along.
//!
//! Takes a bitmap and gives polylines. Refuses to guess in which order and direction somebody drew.

use twinglyph_core::Bitmap;
use twinglyph_core::omniglot::Pen;

/// Row and column.
type Pixel = (usize, usize);

/// Steps to the eight neighbours, clockwise from above: P2 to P9 of Zhang and Suen.
const STEPS: [(isize, isize); 8] = [
    (-1, 0),
    (-1, 1),
    (0, 1),
    (1, 1),
    (1, 0),
    (1, -1),
    (0, -1),
    (-1, -1),
];

/// The strokes that go along the middle of a drawing's lines, without times.
#[must_use]
pub fn strokes(drawing: &Bitmap) -> Pen {
    let walks = walks(&skeleton(drawing)).into_iter();
    let point = |(row, column): Pixel| [column as f32, row as f32, 0.0];
    Pen(walks
        .map(|walk| walk.into_iter().map(point).collect())
        .collect())
}

/// The pixel that a step leads to. One outside the sheet has no ink.
fn step((row, column): Pixel, (down, right): (isize, isize)) -> Pixel {
    (
        row.wrapping_add_signed(down),
        column.wrapping_add_signed(right),
    )
}

fn has_ink(bitmap: &Bitmap, (row, column): Pixel) -> bool {
    bitmap.get(row, column)
}

/// The neighbours with ink.
fn neighbours(bitmap: &Bitmap, pixel: Pixel) -> impl Iterator<Item = Pixel> + '_ {
    let around = STEPS.into_iter().map(move |by| step(pixel, by));
    around.filter(|&near| has_ink(bitmap, near))
}

/// Lines of one pixel's width in the middle of the drawing's lines: Zhang and Suen, "A fast parallel
/// algorithm for thinning digital patterns", Communications of the ACM 27 (1984).
///
/// Theirs erases a square of 2x2 pixels. Here a pixel without neighbours stays, so every connected
/// piece of ink keeps a pixel.
#[must_use]
pub fn skeleton(drawing: &Bitmap) -> Bitmap {
    let mut thin = drawing.clone();
    let mut pixels: Vec<Pixel> = drawing.ink().collect();
    loop {
        let mut changed = false;
        for second in [false, true] {
            let rim = |&pixel: &Pixel| is_rim(&thin, pixel, second);
            let erased: Vec<Pixel> = pixels.iter().copied().filter(rim).collect();
            for pixel in erased {
                if neighbours(&thin, pixel).next().is_some() {
                    thin.set(pixel.0, pixel.1, false);
                    changed = true;
                }
            }
            pixels.retain(|&pixel| has_ink(&thin, pixel));
        }
        if !changed {
            return thin;
        }
    }
}

/// May this subiteration erase the pixel? The first takes the lower and right rims, the second the
/// upper and left ones.
fn is_rim(thin: &Bitmap, pixel: Pixel, second: bool) -> bool {
    let ring = STEPS.map(|by| has_ink(thin, step(pixel, by)));
    // B(P1): 2 to 6 neighbours, so neither an end nor inside.
    let count = ring.iter().filter(|&&ink| ink).count();
    // A(P1): one change from paper to ink around, so erasing it parts nothing.
    let changes = (0..8).filter(|&at| !ring[at] && ring[(at + 1) % 8]).count();
    let [above, _, right, _, below, _, left, _] = ring;
    // Conditions c and d, turned round: ink on the sides that this subiteration leaves alone.
    let inside = if second {
        above && left && (right || below)
    } else {
        right && below && (above || left)
    };
    (2..=6).contains(&count) && changes == 1 && !inside
}

/// The skeleton as polylines: from end points first, then around the loops that are left.
///
/// A walk that begins or stops beside an earlier one, or at its own start, is joined to it. A single
/// pixel beside an earlier walk is left out.
#[must_use]
pub fn walks(skeleton: &Bitmap) -> Vec<Vec<Pixel>> {
    let mut left = skeleton.clone();
    let mut walks = Vec::new();
    // Ends first, then single pixels, then loops.
    let rank = |left: &Bitmap, pixel| match neighbours(left, pixel).count() {
        1 => 0,
        0 => 1,
        _ => 2,
    };
    while let Some(start) = left.ink().min_by_key(|&pixel| rank(&left, pixel)) {
        let walk = walk(&mut left, start);
        // A neighbour in the skeleton that is no part of these: of an earlier walk, or the far end.
        let beside = |pixel: Pixel, own: &[Pixel]| {
            neighbours(skeleton, pixel).find(|near| !has_ink(&left, *near) && !own.contains(near))
        };
        let before = beside(start, &walk);
        if walk.len() == 1 && before.is_some() {
            continue;
        }
        let last = walk[walk.len() - 1];
        // Around a corner the last pixel touches the third last too.
        let after = beside(last, &walk[walk.len().saturating_sub(3)..]);
        walks.push(before.into_iter().chain(walk).chain(after).collect());
    }
    walks
}

/// Goes on from here through the pixels that are left, and takes them out.
fn walk(left: &mut Bitmap, start: Pixel) -> Vec<Pixel> {
    let mut walk = vec![start];
    let mut at = start;
    let mut direction = (0, 0);
    loop {
        left.set(at.0, at.1, false);
        // Side neighbours before diagonal ones, else corners would be left over; then straight on.
        let next = STEPS
            .into_iter()
            .filter(|&by| has_ink(left, step(at, by)))
            .min_by_key(|by| {
                let straight = by.0 * direction.0 + by.1 * direction.1;
                (by.0 != 0 && by.1 != 0, -straight)
            });
        let Some(by) = next else {
            return walk;
        };
        direction = by;
        at = step(at, by);
        walk.push(at);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::omniglot::{ALPHABETS, alphabet};
    use twinglyph_core::ink::{self, Point, Stroke, rasterise};

    /// Five drawings of each alphabet that a replay draws, by different drawers. Not of others: no pen
    /// of one width draws the filled dots of Braille.
    fn samples() -> Vec<Bitmap> {
        let of = |name: &str| {
            let alphabet = alphabet(name).unwrap();
            let drawing = |at: usize| alphabet.drawing(at * 3, at * 4 + 1).unwrap().clone();
            (0..5).map(drawing).collect::<Vec<_>>()
        };
        ALPHABETS.into_iter().flat_map(of).collect()
    }

    fn drawn(drawing: &Bitmap) -> Bitmap {
        let strokes = strokes(drawing).0.into_iter().map(|stroke| Stroke {
            points: stroke.iter().map(|&[x, y, _]| Point::at(x, y)).collect(),
        });
        rasterise(&strokes.collect::<Vec<_>>(), ink::Pen::OMNIGLOT)
    }

    #[test]
    fn the_skeleton_of_a_plus_sign_has_its_arms() {
        let plus = Bitmap::from_fn(|row, column| {
            let (down, right) = (row.abs_diff(50), column.abs_diff(50));
            down.min(right) <= 2 && down.max(right) <= 30
        });
        let thin = skeleton(&plus);
        for arm in 4..28 {
            for (row, column) in [
                (50 - arm, 50),
                (50 + arm, 50),
                (50, 50 - arm),
                (50, 50 + arm),
            ] {
                assert!(thin.get(row, column), "{row}, {column}");
            }
        }
        assert!(thin.ink_count() < 4 * 30 + 10, "{thin:?}");
        let ends = thin.ink().filter(|&at| neighbours(&thin, at).count() == 1);
        assert_eq!(ends.count(), 4);
        // Straight through the middle, and an arm from each side; or less, by turning a corner.
        assert!((2..=3).contains(&walks(&thin).len()));
    }

    #[test]
    fn a_dot_is_one_stroke_and_a_ring_a_closed_one() {
        for side in 2..8 {
            let dot = Bitmap::from_fn(|row, column| row < side && column < side);
            assert_eq!(walks(&skeleton(&dot)).len(), 1, "{side}");
        }
        let ring = Bitmap::from_fn(|row, column| {
            let away = row.abs_diff(50).pow(2) + column.abs_diff(50).pow(2);
            (28 * 28..33 * 33).contains(&away)
        });
        let walks = walks(&skeleton(&ring));
        assert_eq!(walks.len(), 1);
        assert_eq!(walks[0].first(), walks[0].last());
    }

    /// A pixel that was left out lies beside another one.
    #[test]
    fn the_strokes_cover_the_skeleton() {
        let (mut all, mut on) = (0, 0);
        for drawing in samples() {
            let thin = skeleton(&drawing);
            let walked: Vec<Pixel> = walks(&thin).concat();
            for pixel in thin.ink() {
                let near = |at: &Pixel| at.0.abs_diff(pixel.0).max(at.1.abs_diff(pixel.1)) <= 1;
                assert!(walked.iter().any(near), "{pixel:?}");
                all += 1;
                on += usize::from(walked.contains(&pixel));
            }
        }
        println!("on strokes: {on} of {all} pixels of skeletons");
        assert!(on * 100 >= all * 97, "{on} of {all}");
    }

    #[test]
    fn the_strokes_draw_the_drawing_again() {
        let overlap = |a: &Bitmap, b: &Bitmap| {
            let both = a.ink().filter(|&at| has_ink(b, at)).count();
            let either = a.ink_count() as usize + b.ink_count() as usize - both;
            both as f64 / either as f64
        };
        let samples = samples();
        let overlaps: Vec<f64> = samples.iter().map(|d| overlap(d, &drawn(d))).collect();
        let mean = overlaps.iter().sum::<f64>() / overlaps.len() as f64;
        let least = overlaps.iter().copied().fold(1.0, f64::min);
        println!("intersection over union: mean {mean:.4}, least {least:.4}");
        assert_eq!(overlaps.len(), 40);
        assert!(mean > 0.9, "mean {mean:.4}");
        assert!(least > 0.75, "least {least:.4}");
    }
}
