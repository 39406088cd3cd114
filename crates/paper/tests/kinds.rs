//! The characters on photos of every kind are found: one photo a kind here, `examples/kinds.rs` takes more.
#![cfg(not(target_family = "wasm"))]
#![allow(clippy::unwrap_used)]

mod photos;

use photos::{
    PLAIN, Pieces, RIGHT, Score, Shape, Source, kinds, measure, photo, pieces, score, varied,
};
use twinglyph_core::Bitmap;
use twinglyph_core::bitmap::SIDE;
use twinglyph_core::rng::Rng;

/// Least percentage found right, as the mean of the kinds.
const MEAN: f64 = 97.0;

/// Least percentage found right of each kind.
const WORST: f64 = 85.0;

/// Most percent invented, of all characters.
const INVENTED: f64 = 3.0;

#[test]
fn characters_are_found_on_every_kind_of_photo() {
    let source = Source::read();
    let kinds = kinds();
    assert!(kinds.len() >= 45);
    let (mut all, mut mean) = (Score::default(), Vec::new());
    let mut low = Vec::new();
    for (seed, kind) in (0..).zip(&kinds) {
        let (picture, written) = photo(&kind.params, &source, seed);
        let (found, _) = measure(&picture, &written);
        if found.right_percent() < WORST {
            low.push((kind.name, found));
        }
        mean.push(found.right_percent());
        all.and(found);
    }
    let mean = mean.iter().sum::<f64>() / mean.len() as f64;
    let invented = all.invented_percent();
    assert!(low.is_empty(), "{low:#?}");
    assert!(mean >= MEAN, "{mean:.1} % right");
    assert!(invented <= INVENTED, "{invented:.1} % invented");
}

#[test]
fn turned_writing_is_levelled_without_the_sides_of_its_sheet() {
    let source = Source::read();
    let mut all = Score::default();
    for (seed, turn, rise, count) in [
        (1, -15.0, 0.0, 12),
        (2, -10.0, 4.0, 20),
        (3, 11.0, 4.0, 20),
        (4, 15.0, -3.0, 12),
        (5, 13.0, 0.0, 6),
        (6, -14.0, 0.0, 6),
        (7, 0.0, 5.0, 12),
        (8, 0.0, -5.0, 6),
    ] {
        let params = photos::Params {
            megapixels: 0.8,
            turn,
            rise,
            count,
            ..PLAIN
        };
        let (picture, written) = photo(&params, &source, seed);
        let (found, _) = measure(&picture, &written);
        println!("turn {turn}, rise {rise}: {found:?}");
        all.and(found);
    }
    assert!(all.right_percent() >= WORST, "{all:?}");
}

#[test]
fn photos_of_hard_kinds_are_read_whatever_their_parameters() {
    let source = Source::read();
    let kinds = kinds();
    for (name, number) in [
        // Light squares of the cloth are as light as the paper.
        ("pencil on dots, folded, cloth", 73000),
        ("pencil on dots, folded, cloth", 12000),
        // Strokes cover neighbours of dots.
        ("pencil on dots, folded, cloth", 12003),
        // Each row goes on a line higher.
        ("ruled, written on lines", 73001),
        // Rows fill the photo: their edges are no sheet's.
        ("rows nearly touch", 41000),
    ] {
        let place = kinds.iter().position(|kind| kind.name == name).unwrap();
        let seed = place as u64 + 1000 * number;
        let (picture, written) = photo(&varied(&kinds[place].params, seed), &source, seed);
        let (found, _) = measure(&picture, &written);
        let is_read = found.right_percent() >= WORST && found.invented_percent() <= INVENTED;
        assert!(is_read, "{name} {number}: {found:?}");
    }
}

#[test]
fn a_seed_gives_the_same_photo() {
    let source = Source::read();
    let params = photos::Params {
        megapixels: 0.2,
        ..PLAIN
    };
    let take = |seed| {
        let (picture, written) = photo(&params, &source, seed);
        (picture.pixels().collect::<Vec<_>>(), written)
    };
    assert!(take(3) == take(3));
    assert!(take(3) != take(4));
}

#[test]
fn ink_is_where_the_truth_says() {
    let params = photos::Params {
        megapixels: 0.5,
        tilt: [20.0, -10.0],
        turn: 9.0,
        curl: 4.0,
        ..PLAIN
    };
    let (picture, written) = photo(&params, &Source::read(), 2);
    let dark = |pixel: [u8; 4]| pixel[0] < 120;
    let pixels = picture.pixels().enumerate();
    let ink = pixels.filter(|&(_, pixel)| dark(pixel)).map(|(at, _)| {
        let (x, y) = (at % picture.width(), at / picture.width());
        [x as f64 + 0.5, y as f64 + 0.5]
    });
    let mut counts = vec![0; written.len()];
    for at in ink {
        // The side of each edge at which a place is, by how many pixels.
        let within = |quad: &[[f64; 2]; 4]| {
            (0..4).all(|corner| {
                let ([ax, ay], [bx, by]) = (quad[corner], quad[(corner + 1) % 4]);
                let (dx, dy) = (bx - ax, by - ay);
                (dx * (at[1] - ay) - dy * (at[0] - ax)) / dx.hypot(dy) > -2.0
            })
        };
        let found = written.iter().position(|one| within(&one.quad));
        counts[found.unwrap_or_else(|| panic!("ink at {at:?}"))] += 1;
    }
    assert!(counts.iter().all(|&count| count > 20), "{counts:?}");
}

#[test]
fn small_drawings_are_compared_by_strokes_as_thin_as_large_ones() {
    let params = photos::Params {
        megapixels: 0.2,
        count: 60,
        ..PLAIN
    };
    let (_, written) = photo(&params, &Source::read(), 4);
    for drawing in written.iter().map(|one| &one.drawing) {
        let ends = |all: &mut dyn Iterator<Item = usize>| {
            let all: Vec<usize> = all.collect();
            all.iter().max().unwrap() - all.iter().min().unwrap() + 1
        };
        let wide = ends(&mut drawing.ink().map(|at| at.1));
        let high = ends(&mut drawing.ink().map(|at| at.0));
        assert!((70..=78).contains(&wide.max(high)), "{wide} x {high}");
    }
}

/// Part of the drawings for which a statement about two drawings holds.
fn part(drawings: &[Bitmap], holds: impl Fn(&Bitmap) -> bool) -> f64 {
    let held = drawings.iter().filter(|drawing| holds(drawing)).count();
    held as f64 / drawings.len() as f64
}

fn is_right(one: &Bitmap, other: &Bitmap) -> bool {
    Shape::new(one).likeness(&Shape::new(other)) >= RIGHT
}

/// Reads places of a drawing from elsewhere.
fn moved(drawing: &Bitmap, from: impl Fn(f64, f64) -> (f64, f64)) -> Bitmap {
    Bitmap::from_fn(|row, column| {
        let (y, x) = from(row as f64, column as f64);
        let inside = |at: f64| at >= 0.0 && at.round() < SIDE as f64;
        inside(y) && inside(x) && drawing.get(y.round() as usize, x.round() as usize)
    })
}

#[test]
fn only_the_whole_character_counts_as_right() {
    let source = Source::read();
    let mut rng = Rng::new(5);
    let any = source.take(300, Pieces::Any, &mut rng);
    let several = source.take(300, Pieces::Several, &mut rng);

    // Itself, smaller, or with thicker strokes.
    assert_eq!(part(&any, |drawing| is_right(drawing, drawing)), 1.0);
    let smaller = |drawing: &Bitmap| moved(drawing, |y, x| (y * 1.3, x * 1.3));

    let thicker = |drawing: &Bitmap| {
        Bitmap::from_fn(|row, column| {
            let near = |at: usize| at.saturating_sub(1)..(at + 2).min(SIDE);
            near(row).any(|row| near(column).any(|column| drawing.get(row, column)))
        })
    };
    assert!(part(&any, |drawing| is_right(drawing, &smaller(drawing))) > 0.97);
    assert!(part(&any, |drawing| is_right(drawing, &thicker(drawing))) > 0.97);

    // Without its smallest piece.
    let less = |drawing: &Bitmap| {
        let least = pieces(drawing).into_iter().min_by_key(Vec::len).unwrap();
        let mut less = drawing.clone();
        least
            .iter()
            .for_each(|&(row, column)| less.set(row, column, false));
        less
    };
    let lost = part(&several, |drawing| is_right(drawing, &less(drawing)));
    // Without a dot or an accent that is well away from the rest.
    let dotted: Vec<Bitmap> = source.take(600, Pieces::Dotted, &mut rng);
    let apart: Vec<Bitmap> = dotted.into_iter().filter(|one| gap(one) > 8.0).collect();
    assert!(apart.len() > 100);
    let dot = part(&apart, |drawing| is_right(drawing, &less(drawing)));
    // With a dot of its neighbour.
    let more = |drawing: &Bitmap| {
        let smaller = moved(drawing, |y, x| (y * 1.3, x * 1.3));
        let (_, across) = smaller.ink().max_by_key(|at| at.1).unwrap();
        let (down, _) = smaller.ink().next().unwrap();
        Bitmap::from_fn(|row, column| {
            let inside = row.abs_diff(down + 10) < 3 && column.abs_diff(across + 9) < 3;
            inside || smaller.get(row, column)
        })
    };
    let dot_more = part(&any, |drawing| is_right(drawing, &more(drawing)));
    // Its left or upper half.
    let left = part(&any, |drawing| is_right(drawing, &half(drawing, true)));
    let upper = part(&any, |drawing| is_right(drawing, &half(drawing, false)));
    // With the neighbour, or the neighbour's half.
    let pairs: Vec<(&Bitmap, &Bitmap)> = any.iter().zip(any.iter().skip(1)).collect();
    let joined = pairs
        .iter()
        .filter(|(one, next)| is_right(one, &beside(one, next)));
    let joined = joined.count() as f64 / pairs.len() as f64;
    // Another character.
    let others = pairs
        .iter()
        .filter(|(one, next)| one != next && is_right(one, next));
    let others = others.count() as f64 / pairs.len() as f64;
    assert!(lost < 0.05, "{lost}");
    assert!(dot < 0.01 && dot_more < 0.01, "{dot} {dot_more}");
    assert!(left < 0.02 && upper < 0.02, "{left} {upper}");
    assert!(joined < 0.01, "{joined}");
    assert!(others < 0.01, "{others}");
}

/// Distance of the smallest piece from the rest, pixels.
fn gap(drawing: &Bitmap) -> f64 {
    let all = pieces(drawing);
    let least = all.iter().min_by_key(|piece| piece.len()).unwrap();
    let rest = all.iter().filter(|&piece| piece != least).flatten();
    let far = |&(y, x): &(usize, usize)| {
        let to = |&(v, u): &(usize, usize)| (y.abs_diff(v) as f64).hypot(x.abs_diff(u) as f64);
        least.iter().map(to).fold(f64::INFINITY, f64::min)
    };
    rest.map(far).fold(f64::INFINITY, f64::min)
}

/// The ink left of, or above, the middle of its box.
fn half(drawing: &Bitmap, is_left: bool) -> Bitmap {
    let along = |at: (usize, usize)| if is_left { at.1 } else { at.0 };
    let least = drawing.ink().map(along).min().unwrap();
    let most = drawing.ink().map(along).max().unwrap();
    let middle = (least + most) / 2;
    Bitmap::from_fn(|row, column| drawing.get(row, column) && along((row, column)) <= middle)
}

/// Two drawings in one, each at half its size.
fn beside(one: &Bitmap, next: &Bitmap) -> Bitmap {
    let left = moved(one, |y, x| (y * 2.0 - 50.0, x * 2.0));
    let right = moved(next, |y, x| (y * 2.0 - 50.0, x * 2.0 - 104.0));
    Bitmap::from_fn(|row, column| left.get(row, column) || right.get(row, column))
}

#[test]
fn lost_wrong_and_invented_characters_are_counted() {
    let drawings = Source::read().take(6, Pieces::Any, &mut Rng::new(8));
    let shapes = |places: &[usize]| -> Vec<Shape> {
        places.iter().map(|&at| Shape::new(&drawings[at])).collect()
    };
    let counts = |written: &[usize], found: &[usize]| {
        let score = score(&shapes(written), &shapes(found));
        (score.right, score.invented)
    };
    assert_eq!(counts(&[0, 1, 2], &[0, 1, 2]), (3, 0));
    assert_eq!(counts(&[0, 1, 2], &[0, 2]), (2, 0));
    assert_eq!(counts(&[0, 1, 2], &[0, 3, 1, 2]), (3, 1));
    assert_eq!(counts(&[0, 1, 2], &[0, 3, 2]), (2, 0));
    assert_eq!(counts(&[0, 1, 2], &[]), (0, 0));
    assert_eq!(counts(&[], &[4, 5]), (0, 2));
}
