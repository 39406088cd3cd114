use super::*;
use proptest::prelude::*;
use serde_json::{Value, json};
use twinglyph_core::own::OwnClass;

fn address(examples: &[usize]) -> String {
    let dot = |at: usize| Bitmap::from_fn(move |row, column| row == at && column == 3);
    let class =
        |(at, &count): (usize, &usize)| OwnClass::new(&format!("c{at}"), (0..count).map(dot));
    let set = OwnSet {
        name: String::new(),
        classes: examples.iter().enumerate().map(class).collect(),
    };
    set.to_address().unwrap_or_default()
}

fn open(examples: &[usize]) -> String {
    json!({ "twinglyph": 1, "ask": "open", "set": address(examples) }).to_string()
}

fn cross(id: u32) -> Value {
    let strokes = json!([[[20, 52], [85, 52]], [[52, 20, 0, 0.5], [52, 85, 9, 0.5]]]);
    json!({ "twinglyph": 1, "ask": "classify", "id": id, "strokes": strokes })
}

fn said(deeds: &[Deed]) -> Value {
    match deeds {
        [Deed::Say(text), ..] => serde_json::from_str(text).unwrap_or_default(),
        _ => Value::Null,
    }
}

fn matches() -> [Match; 2] {
    [(1, 0.9), (0, 0.25)].map(|(class, similarity)| Match {
        class,
        score: 0.0,
        similarity,
    })
}

/// With a set of two classes, told that it can be asked.
fn opened() -> Embedded {
    let mut embedded = Embedded::default();
    assert!(matches!(
        embedded.hear(&open(&[1, 0, 2]))[..],
        [Deed::Support(SET, ref examples)] if examples.len() == 2
    ));
    let told = said(&embedded.ready());
    assert_eq!(told["tell"], "open");
    assert_eq!(told["classes"], json!(["c0", "c2"]));
    embedded
}

#[test]
fn drawings_are_ranked_one_after_the_other() {
    let mut embedded = opened();
    assert!(embedded.ready().is_empty(), "told once");
    let first = embedded.hear(&cross(7).to_string());
    let [Deed::Classify(ticket, drawing)] = &first[..] else {
        panic!("{first:?}");
    };
    assert!(drawing.get(52, 52) && !drawing.get(5, 5));
    assert!(embedded.hear(&cross(8).to_string()).is_empty(), "it waits");

    let deeds = embedded.ranked(*ticket, SET, &matches());
    let told = said(&deeds);
    assert_eq!((&told["twinglyph"], &told["id"]), (&json!(1), &json!(7)));
    assert_eq!(told["matches"][0]["name"], "c2");
    assert_eq!(
        told["matches"][1],
        json!({ "name": "c0", "similarity": 0.25 })
    );
    assert_eq!(told["none"], false);
    assert!(matches!(deeds[1], Deed::Classify(next, _) if next == ticket + 1));
    // The same drawing by more views.
    assert!(embedded.ranked(*ticket, SET, &matches()).is_empty());
    let deeds = embedded.ranked(ticket + 1, SET, &matches());
    assert_eq!(said(&deeds)["id"], 8);
    assert_eq!(deeds[1], Deed::Rest);
}

#[test]
fn any_units_are_those_of_a_box() {
    let mut embedded = opened();
    let plain = embedded.hear(&cross(1).to_string());
    let mut other = cross(1);
    other["box"] = json!([100.0, 50.0, 210.0]);
    other["strokes"] = json!([[[140, 154], [270, 154]], [[204, 90], [204, 220]]]);
    let mut embedded = opened();
    assert_eq!(embedded.hear(&other.to_string()), plain);
}

#[test]
fn what_can_not_be_done_is_refused_in_words() {
    let why = |embedded: &mut Embedded, text: &str| {
        let told = said(&embedded.hear(text));
        assert_eq!(told["tell"], "refused", "{text}");
        told["why"].as_str().unwrap_or_default().to_owned()
    };
    let mut closed = Embedded::default();
    assert!(closed.ready().is_empty());
    for (text, part) in [
        ("{}".to_owned(), "version"),
        (r#"{"twinglyph":2,"ask":"open"}"#.to_owned(), "version"),
        (
            r#"{"twinglyph":1,"ask":"fly"}"#.to_owned(),
            "open, or classify",
        ),
        (cross(1).to_string(), "No set is open"),
        (open(&[0, 0]), "no drawn character"),
        (
            r#"{"twinglyph":1,"ask":"open","set":"dHdpbg"}"#.to_owned(),
            "support set",
        ),
        ("x".repeat(MAX_TEXT + 1), "more than"),
    ] {
        let said = why(&mut closed, &text);
        assert!(said.contains(part), "{text:.60}: {said}");
    }
    let mut embedded = opened();
    let with = |strokes: Value, frame: Value| {
        let mut message = cross(3);
        message["strokes"] = strokes;
        message["box"] = frame;
        message.to_string()
    };
    for (text, part) in [
        (open(&[1]), "already"),
        (with(json!([]), Value::Null), "Nothing is drawn"),
        (with(json!([[[500, 500]]]), Value::Null), "Nothing is drawn"),
        (with(json!([[[1]]]), Value::Null), "points"),
        (
            with(json!([vec![[1, 2]; MAX_POINTS + 1]]), Value::Null),
            "points",
        ),
        (with(json!([[[1, 2]]]), json!([0, 0, 0])), "side"),
        (with(json!([[[1, 2]]]), json!([0, 0])), "left, top and side"),
        (with(json!([[[null, 2]]]), Value::Null), "arrays of numbers"),
    ] {
        let said = why(&mut embedded, &text);
        assert!(said.contains(part), "{text:.60}: {said}");
        // Whoever waits for a drawing's matches hears that there are none.
        let told = self::said(&embedded.hear(&text));
        assert_eq!(
            told["id"],
            if text.contains("classify") {
                json!(3)
            } else {
                Value::Null
            }
        );
    }
    for id in 0..=MAX_WAITING as u32 {
        embedded.hear(&cross(id).to_string());
    }
    assert!(why(&mut embedded, &cross(99).to_string()).contains("wait"));
}

#[test]
fn a_worker_that_fails_costs_the_drawing_that_it_has() {
    let mut closed = Embedded::default();
    closed.hear(&open(&[1]));
    let deeds = closed.failed("No device.");
    assert_eq!(said(&deeds)["why"], "No device.");
    let mut embedded = opened();
    assert!(embedded.failed("nothing was asked").is_empty());
    embedded.hear(&cross(1).to_string());
    embedded.hear(&cross(2).to_string());
    let deeds = embedded.failed("lost");
    assert_eq!(said(&deeds)["id"], 1);
    assert!(matches!(deeds[1], Deed::Classify(2, _)));
    let misfit = embedded.ranked(2, SET, &matches()[..1]);
    assert_eq!(said(&misfit)["tell"], "refused");
}

#[test]
fn the_first_word_names_nothing() {
    let boot = include_str!("../../../assets/boot/boot.js");
    let said = boot.split("parent.postMessage('").nth(1);
    let here = said
        .and_then(|rest| rest.split('\'').next())
        .unwrap_or_default();
    let here: Value = serde_json::from_str(here).unwrap_or_default();
    assert_eq!(here, json!({ "twinglyph": VERSION, "tell": "here" }));
}

proptest! {
    #[test]
    fn any_text_is_borne(text in "\\PC{0,80}", strokes in "[\\[\\]0-9e.,-]{0,60}") {
        let mut embedded = opened();
        embedded.hear(&text);
        let message = format!(r#"{{"twinglyph":1,"ask":"classify","strokes":{strokes}}}"#);
        for deed in embedded.hear(&message) {
            prop_assert!(matches!(deed, Deed::Say(_) | Deed::Classify(..)));
        }
    }
}

#[test]
fn a_page_asks_the_pad_for_what_it_knows() {
    let ask = |message: Value| {
        let mut message = message;
        message["twinglyph"] = json!(VERSION);
        PadWish::parse(&message.to_string())
    };
    let wishes = [
        (json!({ "ask": "undo" }), PadWish::Undo),
        (json!({ "ask": "clear" }), PadWish::Clear),
        (json!({ "ask": "pen", "pressed": true }), PadWish::Pen(true)),
    ];
    for (message, wish) in wishes {
        assert_eq!(ask(message), Ok(wish));
    }
    let shown = ask(json!({ "ask": "show", "colour": "rgb(1, 2, 3)", "label": "Draw" }));
    let wish = PadWish::Show {
        colour: "rgb(1, 2, 3)".into(),
        label: "Draw".into(),
    };
    assert_eq!(shown, Ok(wish));
    for refused in [
        ask(json!({ "ask": "classify" })),
        ask(json!({ "ask": "put", "strokes": [[[1]]] })),
        PadWish::parse("{}"),
    ] {
        let told: Value = serde_json::from_str(&refused.unwrap_err()).unwrap();
        assert_eq!(told["tell"], "refused");
    }
}

#[test]
fn what_the_pad_tells_can_be_put_back_and_classified() {
    let message = cross(3).to_string();
    let strokes = ink(&serde_json::from_str(&message).unwrap()).unwrap();
    let told: Value = serde_json::from_str(&drawn(&strokes)).unwrap();
    assert_eq!(told["tell"], "drawn");
    let put = json!({ "twinglyph": VERSION, "ask": "put", "strokes": told["strokes"] });
    assert_eq!(PadWish::parse(&put.to_string()), Ok(PadWish::Put(strokes)));
}
