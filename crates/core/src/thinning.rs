//! Strokes of a drawing or a font's glyph of which only the pixels are known: the middle of its lines.
//!
//! Takes a bitmap and gives strokes. Refuses to guess in which order and direction somebody drew.

mod graph;

use crate::Bitmap;
use crate::ink::{Ink, Point, Stroke};
use crate::own::Example;

use self::graph::Graph;

/// Row and column.
type Pixel = (usize, usize);

/// To the right and down, in pixels of the sheet.
type Place = [f32; 2];

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

/// Places on each side that a place of a stroke becomes the mean of: takes the stairs off a slanting line.
const SMOOTHING: usize = 1;

/// Most pixels that a stroke without its superfluous points is off the one with all of them.
const TOLERANCE: f32 = 0.3;

/// The strokes in the middle of a drawing's lines, however wide these are. Drawn by Omniglot's pen they look like
/// handwriting.
///
/// What a thick line's corners, ends and serifs leave of a skeleton is left out. Lines that cross or touch go straight
/// on through each other, and lines that end reach as far as the ink did.
#[must_use]
pub fn strokes(drawing: &Bitmap) -> Ink {
    let mut graph = Graph::new(&skeleton(drawing), |pixel| radius(drawing, pixel));
    graph.tidy();
    let strokes = graph.walks().into_iter().map(|walk| Stroke {
        points: finished(walk.places, walk.reach)
            .into_iter()
            .map(|[x, y]| Point::at(x, y))
            .collect(),
    });
    Ink {
        strokes: strokes.collect(),
    }
}

/// A font's glyph as an example of a class: its strokes, kept and compared with as a person's are.
///
/// People's drawings are recognised by it nearly as well as by the glyph's own pixels, and better where the font is
/// bold (docs/generated/glyphs.md).
#[must_use]
pub fn example_of_glyph(glyph: &Bitmap) -> Example {
    Example::drawn(&strokes(glyph))
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
                if STEPS.iter().any(|&by| has_ink(&thin, step(pixel, by))) {
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

/// How far it is from the middle of a pixel with ink to the nearest paper: half the line's width, in the middle of a
/// line.
fn radius(drawing: &Bitmap, pixel: Pixel) -> f32 {
    let mut nearest = f32::INFINITY;
    for reach in 1.. {
        let away = reach as f32;
        if away * away >= nearest {
            break;
        }
        // The rim of the square so far around the pixel. Outside the sheet is paper, so this comes to an end.
        for along in -reach..=reach {
            for by in [
                (-reach, along),
                (reach, along),
                (along, -reach),
                (along, reach),
            ] {
                if !has_ink(drawing, step(pixel, by)) {
                    let along = along as f32;
                    nearest = nearest.min(away * away + along * along);
                }
            }
        }
    }
    nearest.sqrt() - 0.5
}

fn distance(from: Place, to: Place) -> f32 {
    let [x, y] = [to[0] - from[0], to[1] - from[1]];
    (x * x + y * y).sqrt()
}

/// The length of a polyline.
fn length(places: &[Place]) -> f32 {
    places
        .windows(2)
        .map(|pair| distance(pair[0], pair[1]))
        .sum()
}

/// A walk as a pen would go it: without stairs, lengthened at its loose ends by `reach`, and with few points.
fn finished(places: Vec<Place>, reach: [f32; 2]) -> Vec<Place> {
    let mut places = smoothed(&places);
    lengthen(&mut places, reach[1]);
    places.reverse();
    lengthen(&mut places, reach[0]);
    places.reverse();
    simplified(&places)
}

/// Each place as the mean of those around it; the ends stay, and a closed line stays closed.
fn smoothed(places: &[Place]) -> Vec<Place> {
    let last = places.len().saturating_sub(1);
    let is_closed = last > 2 * SMOOTHING && places.first() == places.last();
    let mean = |at: usize| {
        let reach = if is_closed {
            SMOOTHING
        } else {
            SMOOTHING.min(at).min(last - at)
        };
        let around = (0..=2 * reach).map(|step| match is_closed {
            true => places[(at + last + step - reach) % last],
            false => places[at + step - reach],
        });
        let count = (2 * reach + 1) as f32;
        let [x, y] = around.fold([0.0; 2], |sum, place| {
            [sum[0] + place[0], sum[1] + place[1]]
        });
        [x / count, y / count]
    };
    (0..places.len()).map(mean).collect()
}

/// Goes on behind the last place by so many pixels, in the direction of the last few.
fn lengthen(places: &mut Vec<Place>, by: f32) {
    let Some(&last) = places.last() else {
        return;
    };
    let far = |place: &&Place| distance(**place, last) >= by.max(2.0);
    let from = places.iter().rev().find(far).or(places.first());
    let away = from.map_or(0.0, |&from| distance(from, last));
    if let Some(&from) = from.filter(|_| by > 0.0 && away > 0.0) {
        let toward = |at: usize| last[at] + (last[at] - from[at]) / away * by;
        places.push([toward(0), toward(1)]);
    }
}

/// The polyline with as few of its places as keep it within [`TOLERANCE`]: Douglas and Peucker 1973.
fn simplified(places: &[Place]) -> Vec<Place> {
    let Some(last) = places.len().checked_sub(1) else {
        return Vec::new();
    };
    let mut kept = vec![false; places.len()];
    (kept[0], kept[last]) = (true, true);
    let mut parts = vec![(0, last)];
    while let Some((from, to)) = parts.pop() {
        let off = |at: usize| off_line(places[at], places[from], places[to]);
        let farthest = (from + 1..to).max_by(|&a, &b| off(a).total_cmp(&off(b)));
        if let Some(at) = farthest.filter(|&at| off(at) > TOLERANCE) {
            kept[at] = true;
            parts.extend([(from, at), (at, to)]);
        }
    }
    let kept = places.iter().zip(kept).filter(|(_, kept)| *kept);
    kept.map(|(&place, _)| place).collect()
}

/// How far a place is from a line between two others; from the first, where both are one.
fn off_line(place: Place, from: Place, to: Place) -> f32 {
    let [x, y] = [to[0] - from[0], to[1] - from[1]];
    let [px, py] = [place[0] - from[0], place[1] - from[1]];
    let squared = x * x + y * y;
    let along = if squared > 0.0 {
        ((px * x + py * y) / squared).clamp(0.0, 1.0)
    } else {
        0.0
    };
    distance([px, py], [along * x, along * y])
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::bitmap::SIDE;
    use crate::ink::{Pen, rasterise};
    use proptest::prelude::*;

    /// Bars from corner to corner: the first and the last row and column of each.
    fn bars(bars: &[[usize; 4]]) -> Bitmap {
        Bitmap::from_fn(|row, column| {
            bars.iter().any(|&[top, left, bottom, right]| {
                (top..=bottom).contains(&row) && (left..=right).contains(&column)
            })
        })
    }

    fn plus(half: usize) -> Bitmap {
        bars(&[
            [50 - half, 20, 50 + half, 80],
            [20, 50 - half, 80, 50 + half],
        ])
    }

    fn lengths(ink: &Ink) -> Vec<f32> {
        let places = |stroke: &Stroke| {
            let points = stroke.points.iter();
            points.map(|point| [point.x, point.y]).collect::<Vec<_>>()
        };
        ink.strokes
            .iter()
            .map(|stroke| length(&places(stroke)))
            .collect()
    }

    #[test]
    fn the_skeleton_of_a_plus_sign_has_its_arms() {
        let thin = skeleton(&plus(2));
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
    }

    #[test]
    fn lines_go_straight_on_through_a_crossing_however_wide_they_are() {
        for half in 0..9 {
            let ink = strokes(&plus(half));
            assert_eq!(ink.strokes.len(), 2, "{half}");
            for length in lengths(&ink) {
                // The pen adds a half of its width to each end.
                assert!((54.0..62.0).contains(&length), "{half}: {length}");
            }
        }
    }

    #[test]
    fn a_bar_is_one_straight_stroke_and_a_corner_one_with_a_corner() {
        for width in 1..16 {
            let bar = bars(&[[20, 40, 80, 40 + width]]);
            let corner = bars(&[[20, 40, 80, 40 + width], [80 - width, 40, 80, 90]]);
            let [bar, corner] = [bar, corner].map(|drawing| strokes(&drawing));
            assert_eq!(bar.strokes.len(), 1, "{width}");
            assert_eq!(corner.strokes.len(), 1, "{width}");
            let [first, .., last] = bar.strokes[0].points[..] else {
                panic!("{width}: {bar:?}");
            };
            let aside = (first.x - last.x).abs();
            assert!(aside <= 1.0, "{width}: {bar:?}");
            assert!((54.0..62.0).contains(&(first.y - last.y).abs()), "{width}");
        }
    }

    #[test]
    fn a_short_arm_stays() {
        let tee = bars(&[[20, 46, 80, 54], [30, 38, 37, 62]]);
        let ink = strokes(&tee);
        assert_eq!(ink.strokes.len(), 2, "{ink:?}");
        let drawn = rasterise(&ink, Pen::OMNIGLOT);
        assert!(drawn.get(34, 41) && drawn.get(34, 59));
    }

    #[test]
    fn a_dot_is_one_stroke_and_a_ring_a_closed_one() {
        for side in 1..20 {
            let dot = strokes(&bars(&[[40, 40, 39 + side, 39 + side]]));
            assert_eq!(dot.strokes.len(), 1, "{side}");
            assert!(lengths(&dot)[0] < 3.0, "{side}: {dot:?}");
        }
        for width in [2, 5, 12] {
            let ring = strokes(&Bitmap::from_fn(|row, column| {
                let away = row.abs_diff(50).pow(2) + column.abs_diff(50).pow(2);
                (28 * 28..(28 + width) * (28 + width)).contains(&away)
            }));
            assert_eq!(ring.strokes.len(), 1, "{width}");
            let points = &ring.strokes[0].points;
            assert_eq!(points.first(), points.last());
        }
    }

    #[test]
    fn a_glyph_is_kept_as_strokes_and_nothing_as_nothing() {
        let example = example_of_glyph(&plus(4));
        assert_eq!(example.sketch().unwrap().ink().strokes.len(), 2);
        assert!(example.drawing().get(50, 50) && !example.drawing().get(40, 40));
        assert!(example_of_glyph(&Bitmap::blank()).drawing().is_blank());
    }

    #[test]
    fn nothing_gives_no_stroke_and_a_full_sheet_some() {
        assert!(strokes(&Bitmap::blank()).is_empty());
        assert!(!strokes(&Bitmap::from_fn(|_, _| true)).is_empty());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        /// Also what looks like no drawing.
        #[test]
        fn every_piece_of_ink_gives_strokes_on_the_sheet(
            pixels in prop::collection::vec((0..SIDE, 0..SIDE), 1..400),
            wide in 0usize..3,
        ) {
            let drawing = Bitmap::from_fn(|row, column| {
                pixels.iter().any(|at| row.abs_diff(at.0) <= wide && column.abs_diff(at.1) <= wide)
            });
            let ink = strokes(&drawing);
            prop_assert!(!ink.is_empty());
            for point in ink.strokes.iter().flat_map(|stroke| &stroke.points) {
                prop_assert!((-6.0..111.0).contains(&point.x) && (-6.0..111.0).contains(&point.y));
            }
        }
    }
}
