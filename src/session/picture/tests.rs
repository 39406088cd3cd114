#![allow(clippy::unwrap_used)]

use super::*;
use proptest::prelude::*;
use twinglyph_core::ink::Stroke;

fn ink(strokes: &[&[[f32; 3]]]) -> Ink {
    let point = |&[x, y, t]: &[f32; 3]| Point {
        t,
        ..Point::at(x, y)
    };
    let strokes = strokes.iter().map(|points| Stroke {
        points: points.iter().map(point).collect(),
    });
    Ink {
        strokes: strokes.collect(),
    }
}

fn picture(ink: Ink, name: &str, similarity: f32) -> Picture {
    let matched = Matched {
        name: name.to_owned(),
        outline: "M1 1L2 2Z".to_owned(),
        similarity,
    };
    Picture {
        drawing: Drawing::Strokes(ink, Pen::OMNIGLOT),
        matches: vec![matched; 7],
        facts: vec![
            words().drawing.set_of(name, 7),
            words().drawing.network_of(name),
        ],
    }
}

/// The texts and elements of a document, where it is well formed: each tag is closed, each value is quoted, each `&` is
/// one of the four that XML knows.
fn parse(document: &str) -> Result<(Vec<String>, Vec<String>), String> {
    let (mut open, mut elements, mut texts) = (Vec::new(), Vec::new(), Vec::new());
    let mut rest = document;
    while !rest.is_empty() {
        let (text, tag) = rest.split_once('<').unwrap_or((rest, ""));
        if !text.is_empty() {
            if open.is_empty() {
                return Err(format!("text outside: {text}"));
            }
            texts.push(unescape(text)?);
        }
        if tag.is_empty() {
            break;
        }
        let (tag, after) = tag.split_once('>').ok_or("an open tag")?;
        rest = after;
        if let Some(name) = tag.strip_prefix('/') {
            if open.pop().as_deref() != Some(name) {
                return Err(format!("{name} was not open"));
            }
            continue;
        }
        let (body, is_empty) = match tag.strip_suffix('/') {
            Some(body) => (body, true),
            None => (tag, false),
        };
        let (name, attributes) = body.split_once(' ').unwrap_or((body, ""));
        let mut attributes = attributes.trim();
        while !attributes.is_empty() {
            let (key, value) = attributes.split_once("=\"").ok_or("no value")?;
            if !key
                .chars()
                .all(|letter| letter.is_ascii_alphabetic() || letter == '-')
            {
                return Err(format!("attribute {key}"));
            }
            let (value, more) = value.split_once('"').ok_or("an open value")?;
            unescape(value)?;
            attributes = more.trim_start();
        }
        elements.push(name.to_owned());
        if !is_empty {
            open.push(name.to_owned());
        }
    }
    if open.is_empty() {
        Ok((elements, texts))
    } else {
        Err(format!("{open:?} stay open"))
    }
}

fn unescape(text: &str) -> Result<String, String> {
    let mut plain = String::new();
    let mut parts = text.split('&');
    plain.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let (name, rest) = part.split_once(';').ok_or(format!("& in {text}"))?;
        plain.push(match name {
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            "quot" => '"',
            _ => return Err(format!("&{name};")),
        });
        plain.push_str(rest);
    }
    if plain.contains(|letter: char| letter.is_control() || "\u{fffe}\u{ffff}".contains(letter)) {
        return Err(format!("{plain:?}"));
    }
    Ok(plain)
}

#[test]
fn names_are_never_markup() {
    let long = "W".repeat(60);
    let wide = "語".repeat(60);
    for name in [
        "<img src=x onerror=alert(1)>",
        "\"/><script>alert(1)</script>",
        "&amp;&#x3c;]]>",
        "--><style>*{}</style>",
        "a\u{202e}b\u{2066}c\u{0}\u{ffff}\u{fffe}",
        "שלום",
        &long,
        &wide,
    ] {
        let picture = picture(ink(&[&[[1.0, 1.0, 0.0], [9.0, 9.0, 0.0]]]), name, 0.5);
        let still = parse(&picture.still()).unwrap();
        let animated = parse(&picture.animated()).unwrap();
        // The style is all that comes with the replay.
        let mut elements = animated.0;
        elements.retain(|element| element != "style");
        assert_eq!(elements, still.0);
        let known = ["svg", "title", "rect", "g", "path", "text"];
        assert!(still.0.iter().all(|name| known.contains(&name.as_str())));
        let turns = |text: &String| text.contains(['\u{202e}', '\u{2066}']);
        assert!(!still.1.iter().any(turns), "{:?}", still.1);
    }
}

#[test]
fn long_names_end_in_dots() {
    assert_eq!(fitted("short", 23), "short");
    assert_eq!(fitted(&"W".repeat(60), 4), "WWWW…");
    assert_eq!(fitted(&"語".repeat(60), 4), "語語…");
    // What holds a name apart is closed again.
    assert_eq!(
        fitted("a \u{2068}אבגד\u{2069} b", 5),
        "a \u{2068}אבג…\u{2069}"
    );
}

#[test]
fn a_document_brings_all_it_needs() {
    let animated = picture(ink(&[&[[1.0, 1.0, 0.0], [9.0, 9.0, 0.0]]]), "a", 0.97).animated();
    for outside in [
        "script",
        "href",
        "url(",
        "@import",
        "@font-face",
        "<image",
        "on",
    ] {
        let found = animated.replace("http://www.w3.org/2000/svg", "");
        let found = found.replace("animation", "").replace("reduced-motion", "");
        let found = found.replace("font-", "").replace("Support", "");
        assert!(!found.contains(&format!(" {outside}")), "{outside}");
    }
    assert!(animated.contains("prefers-reduced-motion") && animated.contains(">0.97</text>"));
}

#[test]
fn strokes_keep_their_order_and_their_times() {
    // A stroke of 0.5 s, half a second of pause, one of 1 s.
    let times = replay(&ink(&[
        &[
            [0.0, 0.0, 1_000.0],
            [10.0, 0.0, 1_400.0],
            [20.0, 0.0, 1_500.0],
        ],
        &[[0.0, 9.0, 2_000.0], [30.0, 9.0, 3_000.0]],
    ]));
    let spans: Vec<_> = times
        .strokes
        .iter()
        .map(|one| [one.start, one.end])
        .collect();
    assert_eq!(spans, [[0.0, 0.5], [1.0, 2.0]]);
    assert_eq!(times.drawing, 2.0);
    // Half of the way took four fifths of the time.
    assert_eq!(
        times.strokes[0].places,
        [[0.0, 0.0], [0.8, 0.5], [1.0, 1.0]]
    );
}

#[test]
fn strokes_without_times_are_drawn_by_their_lengths() {
    let times = replay(&ink(&[
        &[[0.0, 0.0, 0.0], [90.0, 0.0, 0.0]],
        &[[5.0, 5.0, 0.0]],
    ]));
    let spans: Vec<_> = times
        .strokes
        .iter()
        .map(|one| [one.start, one.end])
        .collect();
    assert_eq!(spans, [[0.0, 1.0], [1.0 + GAP, 1.0 + GAP + SHORTEST]]);
}

#[test]
fn a_pause_of_an_hour_is_none() {
    let times = replay(&ink(&[
        &[[0.0, 0.0, 0.0], [9.0, 0.0, 300.0]],
        &[[0.0, 0.0, 4e6], [9.0, 0.0, 4e6 + 300.0]],
    ]));
    assert!(
        (times.drawing - (0.6 + LONGEST_GAP)).abs() < 1e-3,
        "{}",
        times.drawing
    );
}

proptest! {
    #[test]
    fn any_strokes_are_drawn_in_time(
        strokes in prop::collection::vec(
            prop::collection::vec(
                prop::array::uniform4(prop_oneof![-30.0f32..140.0, any::<f32>(), Just(f32::NAN)]), 0..40),
            0..6),
        similarity in any::<f32>(),
    ) {
        let point = |[x, y, t, pressure]: [f32; 4]| Point { x: x.clamp(-1e4, 1e4), y: y.clamp(-1e4, 1e4), t, pressure };
        let strokes = strokes.into_iter().map(|points| Stroke {
            points: points.into_iter().map(point).collect(),
        });
        let ink = Ink { strokes: strokes.collect() };
        let times = replay(&ink);
        prop_assert!((0.0..=LONGEST + 1e-6).contains(&times.drawing));
        let mut now = 0.0;
        for stroke in &times.strokes {
            prop_assert!(stroke.start >= now && stroke.end >= stroke.start);
            now = stroke.end;
            prop_assert!(stroke.places.len() <= PLACES + 2);
            prop_assert!(stroke.places.windows(2).all(|pair| pair[0][0] <= pair[1][0] && pair[0][1] <= pair[1][1] + 1e-9));
        }
        prop_assert!((now - times.drawing).abs() < 1e-9);
        let picture = picture(ink, "a", similarity);
        for document in [picture.still(), picture.animated()] {
            let drawn = parse(&document);
            prop_assert!(drawn.is_ok(), "{drawn:?}");
            prop_assert!(!document.contains("NaN") && !document.contains("inf\"") && !document.contains("inf "));
        }
    }
}
