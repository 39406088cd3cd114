//! Printed pages come back from photos of every kind: all names, and what is written beneath them.
#![allow(clippy::unwrap_used)]

mod sheets;

use sheets::{Pen, Shot, flat};
use twinglyph_core::rng::Rng;
use twinglyph_core::{Bitmap, invented};
use twinglyph_paper::form::{self, Form, Names, Page, Paper, pages};

/// Least part of the cells that must come back right, over all photos.
const RIGHT: f64 = 0.98;

/// A dark pen, a pencil, a felt pen.
const PENS: [Pen; 3] = [
    Pen {
        dark: 0.8,
        size: 0.6,
    },
    Pen {
        dark: 0.4,
        size: 0.7,
    },
    Pen {
        dark: 0.9,
        size: 0.78,
    },
];

/// Every kind of photo.
fn shots() -> Vec<(&'static str, Shot)> {
    let plain = Shot::PLAIN;
    let turned = |turn: f64| Shot { turn, ..plain };
    vec![
        ("plain", plain),
        (
            "a thumb on a corner",
            Shot {
                thumb: Some([0.0, 1.0]),
                tilt: [12.0, 8.0],
                fill: 0.85,
                ..plain
            },
        ),
        (
            "a thumb on the bar",
            Shot {
                thumb: Some([0.0, 0.0]),
                turn: 186.0,
                tilt: [-8.0, 14.0],
                fill: 0.85,
                ..plain
            },
        ),
        (
            "1 megapixel",
            Shot {
                size: [866, 1155],
                ..plain
            },
        ),
        (
            "4 megapixels",
            Shot {
                size: [1730, 2300],
                blur: 1.5,
                ..plain
            },
        ),
        ("askew", turned(15.0)),
        ("from the left", turned(93.0)),
        ("upside down", turned(172.0)),
        ("from the right", turned(-104.0)),
        (
            "tilted",
            Shot {
                tilt: [18.0, 25.0],
                fill: 0.8,
                ..plain
            },
        ),
        (
            "tilted and turned",
            Shot {
                tilt: [-25.0, 12.0],
                turn: 195.0,
                fill: 0.8,
                ..plain
            },
        ),
        (
            "soft shadow",
            Shot {
                shadow: (0.5, 30.0),
                ..plain
            },
        ),
        (
            "hard shadow",
            Shot {
                shadow: (0.55, 2.0),
                ..plain
            },
        ),
        (
            "dim",
            Shot {
                light: 0.3,
                grain: 5.0,
                ..plain
            },
        ),
        (
            "lamp at one side",
            Shot {
                fall: 0.65,
                colour: [1.0, 0.85, 0.6],
                ..plain
            },
        ),
        ("blurred", Shot { blur: 1.8, ..plain }),
        (
            "grainy",
            Shot {
                grain: 9.0,
                ..plain
            },
        ),
        ("bent", Shot { bend: 4.0, ..plain }),
        ("far", Shot { fill: 0.7, ..plain }),
        (
            "white table",
            Shot {
                table: (0.95, false),
                ..plain
            },
        ),
        (
            "black table",
            Shot {
                table: (0.04, false),
                ..plain
            },
        ),
        (
            "all at once",
            Shot {
                turn: 20.0,
                tilt: [15.0, -15.0],
                fill: 0.85,
                bend: 2.0,
                blur: 1.0,
                light: 0.5,
                fall: 0.3,
                shadow: (0.4, 10.0),
                grain: 5.0,
                table: (0.5, true),
                ..plain
            },
        ),
    ]
}

/// Photos with a bit of everything, as people take them in a hurry.
fn mixed(seed: u64) -> Shot {
    let mut rng = Rng::new(1_000 + seed);
    let mut any = |low: f32, high: f32| rng.uniform(low, high);
    let width = (f64::from(any(0.9, 2.5)) * 1e6 * 0.75).sqrt() as usize;
    let quarter = 90.0 * any(0.0, 4.0).floor();
    Shot {
        size: [width, width * 4 / 3],
        turn: f64::from(quarter + any(-15.0, 15.0)),
        tilt: [any(-30.0, 30.0), any(-30.0, 30.0)].map(f64::from),
        fill: any(0.65, 0.9).into(),
        bend: any(-4.0, 4.0).into(),
        blur: any(0.5, 1.3).into(),
        light: any(0.3, 1.0),
        fall: any(0.0, 0.5),
        shadow: (any(0.0, 0.5), any(2.0, 40.0).into()),
        grain: any(2.0, 6.0),
        table: (any(0.05, 0.95), true),
        thumb: None,
        colour: [1.0, 0.9, 0.75],
    }
}

/// A page of one kind, and what is written on it: some cells are left empty.
fn filled(paper: Paper, seed: u64) -> (Page, Vec<Option<Bitmap>>) {
    let alphabet = invented::alphabet(seed);
    let names = match seed % 3 {
        0 => Names::Explicit((0..40).map(|at| format!("文字 {at}")).collect()),
        1 => Names::Alphabet {
            alphabet: "Japanese_(hiragana)".to_owned(),
            first: 0,
            count: 49,
        },
        _ => Names::Blank(49),
    };
    let page = pages(paper, &names).unwrap().remove(0);
    let drawing = |at: usize| {
        let (character, drawer) = (at % alphabet.characters(), at / alphabet.characters());
        alphabet.drawing(character, drawer).cloned()
    };
    let count = page.names().len();
    let written = (0..count).map(|at| if at % 9 == 5 { None } else { drawing(at) });
    (page, written.collect())
}

fn alike(one: &Bitmap, other: &Bitmap) -> f32 {
    let [one, other] = [one, other].map(twinglyph_core::canonical::canonical);
    let both: f32 = one.iter().zip(&other).map(|(a, b)| a.min(*b)).sum();
    let either: f32 = one.iter().zip(&other).map(|(a, b)| a.max(*b)).sum();
    both / either
}

/// How many cells hold what was written: like it, and less like anything else on the page.
fn right(form: &Form, written: &[Option<Bitmap>]) -> usize {
    let is_right =
        |found: &Option<Bitmap>, written_here: &Option<Bitmap>| match (found, written_here) {
            (None, None) => true,
            (Some(found), Some(drawn)) => {
                let own = alike(found, drawn);
                let others = written.iter().flatten().filter(|&other| other != drawn);
                own > 0.4
                    && others
                        .map(|other| alike(found, other))
                        .all(|other| other <= own)
            }
            _ => false,
        };
    let cells = form.cells.iter().zip(written);
    cells
        .filter(|(cell, drawn)| is_right(&cell.drawing, drawn))
        .count()
}

/// What came of some photos.
#[derive(Default)]
struct Tally {
    cells: usize,
    right: usize,
    sure: usize,
    wrongly_named: usize,
}

impl Tally {
    fn add(&mut self, kind: &str, shot: &Shot, seed: u64, pen: Pen) {
        let mut rng = Rng::new(seed);
        let paper = Paper::ALL[(seed % 2) as usize];
        let (page, written) = filled(paper, seed / 2);
        let picture = shot.take(&flat(&page, &written, pen, &mut rng), &mut rng);
        self.cells += written.len();
        let Ok(form) = form::read(&picture) else {
            println!("{kind}: no form");
            return;
        };
        let named = form.page.as_ref() == Some(&page);
        let own = right(&form, &written);
        if !named || own < written.len() {
            let remark = if named { "" } else { ", not named" };
            println!("{kind}: {own} of {} right{remark}", written.len());
        }
        self.wrongly_named += usize::from(form.page.is_some() && !named);
        self.right += if named { own } else { 0 };
        self.sure += form.cells.iter().filter(|cell| cell.is_sure).count();
    }

    fn check(&self) {
        let Self {
            cells,
            right,
            sure,
            wrongly_named,
        } = self;
        println!("{right} of {cells} right, {sure} sure, {wrongly_named} pages wrongly named");
        assert_eq!(*wrongly_named, 0);
        assert!(*right as f64 >= RIGHT * *cells as f64, "{right} of {cells}");
    }
}

#[test]
fn cells_come_back_from_photos_of_every_kind() {
    let mut tally = Tally::default();
    for (at, (kind, shot)) in shots().into_iter().enumerate() {
        // Two of the pens each.
        for number in [at % 3, (at + 1) % 3] {
            let seed = (3 * at + number) as u64;
            tally.add(&format!("{kind}, pen {number}"), &shot, seed, PENS[number]);
        }
    }
    tally.check();
}

#[test]
fn cells_come_back_from_photos_with_a_bit_of_everything() {
    let mut tally = Tally::default();
    for seed in 0..24 {
        let mut rng = Rng::new(2_000 + seed);
        let pen = Pen {
            dark: rng.uniform(0.4, 0.9),
            size: rng.uniform(0.4, 0.8).into(),
        };
        tally.add(&format!("mixed {seed}"), &mixed(seed), seed, pen);
    }
    tally.check();
}
