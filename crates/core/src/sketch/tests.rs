#![allow(clippy::unwrap_used)]

use super::*;
use proptest::prelude::*;

/// Inks as pens leave them: walks of small steps, dots, and points far outside.
fn ink() -> impl Strategy<Value = Ink> {
    let stroke = (
        (-200.0f32..300.0, -200.0f32..300.0),
        prop::collection::vec((-9.0f32..9.0, -9.0f32..9.0, 0.0f32..1.0), 0..30),
    );
    let stroke = stroke.prop_map(|((x, y), steps)| {
        let (mut x, mut y) = (x, y);
        let mut points = vec![Point::at(x, y)];
        for (dx, dy, pressure) in steps {
            (x, y) = (x + dx, y + dy);
            points.push(Point {
                pressure,
                ..Point::at(x, y)
            });
        }
        Stroke { points }
    });
    prop::collection::vec(stroke, 1..6).prop_map(|strokes| Ink { strokes })
}

proptest! {
    #[test]
    fn a_sketch_comes_back(ink in ink(), behind in prop::collection::vec(any::<u8>(), 0..4)) {
        let sketch = Sketch::of(&ink).unwrap();
        let mut bytes = Vec::new();
        sketch.write(&mut bytes);
        bytes.extend(&behind);
        prop_assert_eq!(Sketch::read(&bytes), Some((sketch.clone(), &behind[..])));
        prop_assert_eq!(Sketch::from_address(&sketch.to_address()), Some(sketch.clone()));
        // What it draws is itself.
        prop_assert_eq!(Sketch::of(&sketch.ink()), Some(sketch));
    }

    /// Every point of the pen's way on the sheet is within the tolerance of the sketch, which ends where the way does.
    #[test]
    fn simplifying_keeps_near(ink in ink()) {
        for stroke in &ink.strokes {
            let on_sheet = |at: f32| at.clamp(-20.0, 125.0);
            let way: Vec<_> = stroke.points.iter().map(|point| [on_sheet(point.x), on_sheet(point.y)]).collect();
            let kept: Vec<_> = simplified(&way).iter().map(|at| at.map(|at| at as f32)).collect();
            let ends = [way[0], way[way.len() - 1]].map(super::on_sheet);
            prop_assert_eq!([kept[0], kept[kept.len() - 1]], ends.map(|at| at.map(|at| at as f32)));
            for &point in &way {
                let lines = kept.windows(2).map(|line| [line[0], line[1]]);
                let near = lines.chain([[kept[0], kept[0]]]).any(|[from, to]| {
                    distance_squared(point, from, to) <= TOLERANCE * TOLERANCE + 1e-3
                });
                prop_assert!(near, "{point:?}");
            }
        }
    }

    #[test]
    fn any_bytes_are_borne(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
        if let Some((sketch, _)) = Sketch::read(&bytes) {
            prop_assert!(sketch.points() <= MAX_POINTS);
            let _ = sketch.bitmap();
            let mut again = Vec::new();
            sketch.write(&mut again);
            prop_assert!(bytes.starts_with(&again));
        }
    }

    #[test]
    fn a_cut_text_is_refused(ink in ink(), place in any::<prop::sample::Index>()) {
        let text = Sketch::of(&ink).unwrap().to_address();
        let cut = Sketch::from_address(&text[..place.index(text.len())]);
        // The last digits may hold nothing but zeros behind the last bit.
        prop_assert!(cut.is_none());
    }
}

#[test]
fn nothing_and_too_much_are_no_sketch() {
    assert_eq!(Sketch::of(&Ink::default()), None);
    assert_eq!(
        Sketch::of(&Ink {
            strokes: vec![Stroke::default()]
        }),
        None
    );
    let lost = Stroke {
        points: vec![Point::at(f32::NAN, 1.0)],
    };
    assert_eq!(
        Sketch::of(&Ink {
            strokes: vec![lost]
        }),
        None
    );
    let zigzag = |count: usize| {
        let point = |at: usize| Point::at((at % 100) as f32, (at % 2 * 100) as f32);
        Ink {
            strokes: vec![Stroke {
                points: (0..count).map(point).collect(),
            }],
        }
    };
    assert_eq!(
        Sketch::of(&zigzag(MAX_POINTS)).unwrap().points(),
        MAX_POINTS
    );
    assert_eq!(Sketch::of(&zigzag(MAX_POINTS + 1)), None);
}

#[test]
fn a_dot_is_a_dot() {
    let dot = Ink {
        strokes: vec![Stroke {
            points: vec![Point::at(40.2, 60.7); 3],
        }],
    };
    let sketch = Sketch::of(&dot).unwrap();
    assert_eq!(sketch.points(), 1);
    assert_eq!(sketch.ink().strokes[0].points, [Point::at(40.0, 61.0)]);
    assert!(!sketch.bitmap().is_blank());
}

#[test]
fn the_bytes_are_those_of_the_documentation() {
    // docs/formats/set.md walks through these.
    let line = |points: &[[f32; 2]]| Stroke {
        points: points.iter().map(|&[x, y]| Point::at(x, y)).collect(),
    };
    let ink = Ink {
        strokes: vec![
            line(&[[20.0, 52.0], [85.0, 52.0]]),
            line(&[[52.0, 20.0], [52.0, 85.0]]),
        ],
    };
    let mut bytes = Vec::new();
    Sketch::of(&ink).unwrap().write(&mut bytes);
    let codes = [
        // Two strokes; the first of two points, from the middle -32 and 0, then 65 and 0.
        "010",
        "010",
        "0001000111",
        "1000",
        "000010001010",
        "1000",
        // The second of two points, -33 and -32, then 0 and 65; zeros up to a whole byte.
        "010",
        "0001001001",
        "0001000111",
        "1000",
        "000010001010",
        "00000",
    ];
    let bits: String = bytes.iter().map(|byte| format!("{byte:08b}")).collect();
    assert_eq!(bits, codes.concat());
    assert_eq!(
        bytes,
        [0x48, 0x47, 0x80, 0x8a, 0x84, 0x24, 0x88, 0xf0, 0x11, 0x40]
    );
}
