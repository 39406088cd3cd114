//! How good a font's glyph is as the one example of a class: glyphs that Chromium draws, against drawings of
//! Omniglot's drawers, in 20-way trials within an alphabet. Writes docs/generated/glyphs.md.
//!
//! `glyphs pictures FILE` writes an HTML page of what is compared. `glyphs looks` writes what both browsers draw where
//! their fonts lack a character, for the tests of `src/session/glyphs.rs`.

mod alphabets;
mod looks;
mod report;

use std::ffi::OsStr;
use std::path::Path;
use std::time::Instant;

use serde_json::{Value, json};
use twinglyph_core::bitmap::SIDE;
use twinglyph_core::ink::{Pen, rasterise};
use twinglyph_core::{Alphabet, Bitmap, Views, thinning};
use twinglyph_e2e::browser::{self, Browser};
use twinglyph_e2e::omniglot::alphabet;
use twinglyph_e2e::{Error, Result, native};
use twinglyph_nn::{Twin, Values};
use xtask::workspace::Workspace;

use self::alphabets::{ALL, Font, UNKNOWN, Written};
use self::report::{Kind, Line, Report};

/// Classes of a trial.
const WAYS: usize = 20;

/// Drawings embedded at once: bounds memory.
const BATCH: usize = 8;

/// Every so manyth drawer gives a support set to compare with.
const SUPPORT_DRAWERS: usize = 4;

/// Draws characters on sheets of 105 pixels: as large as Omniglot's drawings, but no larger than 120 pixels an em, so
/// that a dot stays a dot. A pixel is ink where half of it is covered.
const DRAW: &str = "const [text, weight, family] = arguments, side = 105;\
    const canvas = document.createElement('canvas'); canvas.width = canvas.height = side;\
    const pen = canvas.getContext('2d', { willReadFrequently: true });\
    const box = (one, size) => { pen.font = `${weight} ${size}px \"${family}\"`; const m = pen.measureText(one);\
    return { x: -m.actualBoundingBoxLeft, y: -m.actualBoundingBoxAscent,\
    width: m.actualBoundingBoxLeft + m.actualBoundingBoxRight,\
    height: m.actualBoundingBoxAscent + m.actualBoundingBoxDescent }; };\
    return Array.from(text, one => { const whole = box(one, 100);\
    const size = Math.min(120, 6500 / Math.max(whole.width, whole.height));\
    const { x, y, width, height } = box(one, size); pen.clearRect(0, 0, side, side);\
    pen.fillText(one, (side - width) / 2 - x, (side - height) / 2 - y);\
    const { data } = pen.getImageData(0, 0, side, side);\
    return Array.from({ length: side * side }, (_, at) => data[4 * at + 3] < 128 ? ' ' : 'x').join(''); });";

/// How a glyph becomes an example.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Way {
    AsItIs,
    /// Thinned, and drawn by a pen of so many pixels.
    Thinned(f32),
    /// As the page has it.
    Example,
}

impl Way {
    const ALL: [Self; 5] = [
        Self::AsItIs,
        Self::Thinned(3.5),
        Self::Thinned(Pen::OMNIGLOT.diameter),
        Self::Thinned(8.0),
        Self::Example,
    ];

    fn example(self, glyph: &Bitmap) -> Bitmap {
        match self {
            Self::AsItIs => glyph.clone(),
            Self::Thinned(diameter) => rasterise(&thinning::strokes(glyph), Pen { diameter }),
            Self::Example => thinning::example_of_glyph(glyph).drawing().clone(),
        }
    }
}

/// A sheet as a script gives it: a letter a pixel, row by row.
pub(crate) fn sheet(pixels: &Value) -> Bitmap {
    let pixels = pixels.as_str().unwrap_or_default().as_bytes();
    Bitmap::from_fn(|row, column| pixels.get(row * SIDE + column) == Some(&b'x'))
}

/// The glyphs of some characters.
fn glyphs(browser: &Browser, text: &str, font: Font) -> Result<Vec<Bitmap>> {
    let arguments = [json!(text), json!(font.weight), json!(font.family)];
    let drawn = browser.session().run(DRAW, &arguments)?;
    Ok(drawn.as_array().into_iter().flatten().map(sheet).collect())
}

/// The network, and how often each drawing is looked at.
struct Network {
    twin: Twin,
    views: Views,
}

impl Network {
    fn embed<'a>(&self, drawings: impl IntoIterator<Item = &'a Bitmap>) -> Result<Values> {
        let drawings: Vec<&Bitmap> = drawings.into_iter().collect();
        let parts = drawings.chunks(BATCH);
        let parts: Vec<Values> = parts
            .map(|part| self.twin.embed(part.iter().copied(), self.views))
            .collect();
        Values::concat(&parts).ok_or_else(|| Error::Setting("there is nothing to embed".to_owned()))
    }

    /// The part of wrong answers in all trials whose support set is this one, a class each.
    fn errors(&self, queries: &Values, classes: &[usize], support: &Values) -> Vec<f64> {
        let scores = self.twin.scores(queries, support);
        let rows = scores.chunks_exact(support.len());
        rows.zip(classes)
            .map(|(scores, &class)| {
                let rivals = scores.iter().enumerate();
                let ahead = rivals
                    .filter(|&(other, score)| other != class && *score >= scores[class])
                    .count();
                error(ahead, scores.len() - 1)
            })
            .collect()
    }
}

/// The part of wrong answers where so many of all rivals are ahead, in trials of 20 classes drawn at random: one less
/// the part of trials that draw none of them.
fn error(ahead: usize, rivals: usize) -> f64 {
    let drawn = WAYS - 1;
    let right: f64 = (0..drawn)
        .map(|at| rivals.saturating_sub(ahead + at) as f64 / (rivals - at) as f64)
        .product();
    1.0 - right
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}

/// Drawings of an alphabet's characters that Unicode has, and its glyphs.
struct Task<'a> {
    written: &'a Written,
    alphabet: Alphabet,
    /// Places in the alphabet.
    characters: Vec<usize>,
    glyphs: Vec<(Font, Vec<Bitmap>)>,
}

impl<'a> Task<'a> {
    fn new(browser: &Browser, written: &'a Written) -> Result<Self> {
        let alphabet = alphabet(written.alphabet)?;
        let known = written.characters.chars().enumerate();
        let known = known.filter(|&(_, one)| one != UNKNOWN);
        let (characters, text): (Vec<usize>, String) = known.unzip();
        if written.characters.chars().count() != alphabet.characters() {
            let name = written.alphabet;
            return Err(Error::Setting(format!("{name} has other characters")));
        }
        let glyphs = |&font: &Font| Ok((font, glyphs(browser, &text, font)?));
        let glyphs = written.fonts.iter().map(glyphs).collect::<Result<_>>()?;
        Ok(Self {
            written,
            alphabet,
            characters,
            glyphs,
        })
    }

    /// Every known character by this drawer.
    fn drawn_by(&self, drawer: usize) -> impl Iterator<Item = &Bitmap> {
        let drawing = move |&character: &usize| self.alphabet.drawing(character, drawer);
        self.characters.iter().filter_map(drawing)
    }

    fn measure(&self, network: &Network) -> Result<Vec<Line>> {
        let drawers = self.alphabet.drawers();
        let by_drawer: Vec<Values> = (0..drawers)
            .map(|drawer| network.embed(self.drawn_by(drawer)))
            .collect::<Result<_>>()?;
        let classes: Vec<usize> = (0..self.characters.len()).collect();
        let against = |support: &Values, but: Option<usize>| {
            let queries = by_drawer.iter().enumerate();
            let errors = queries
                .filter(|&(drawer, _)| Some(drawer) != but)
                .flat_map(|(_, queries)| network.errors(queries, &classes, support));
            mean(&errors.collect::<Vec<_>>())
        };
        let line = |kind, example: &str, errors, range| Line {
            alphabet: self.written.alphabet,
            set: self.written.set,
            classes: classes.len(),
            kind,
            example: example.to_owned(),
            views: network.views,
            errors,
            range,
        };
        let supports = by_drawer.iter().enumerate().step_by(SUPPORT_DRAWERS);
        let people: Vec<f64> = supports
            .map(|(drawer, support)| against(support, Some(drawer)))
            .collect();
        let least = people.iter().copied().fold(1.0, f64::min);
        let most = people.iter().copied().fold(0.0, f64::max);
        let mut lines = vec![line(
            Kind::Person,
            "another person's drawing",
            vec![mean(&people)],
            Some((least, most)),
        )];
        for (at, (font, glyphs)) in self.glyphs.iter().enumerate() {
            let errors = Way::ALL.iter().map(|way| {
                let examples: Vec<Bitmap> = glyphs.iter().map(|glyph| way.example(glyph)).collect();
                Ok(against(&network.embed(&examples)?, None))
            });
            let kind = if at == 0 { Kind::Regular } else { Kind::Other };
            lines.push(line(kind, font.name, errors.collect::<Result<_>>()?, None));
        }
        Ok(lines)
    }
}

/// Milliseconds for the strokes of a glyph, the mean of all.
fn thinning_time(tasks: &[Task<'_>]) -> f64 {
    let fonts = tasks.iter().flat_map(|task| &task.glyphs);
    let glyphs: Vec<&Bitmap> = fonts.flat_map(|(_, glyphs)| glyphs).collect();
    let start = Instant::now();
    let strokes = glyphs
        .iter()
        .map(|glyph| thinning::strokes(glyph).strokes.len());
    // Used, so that it is done.
    assert!(strokes.sum::<usize>() >= glyphs.len());
    start.elapsed().as_secs_f64() * 1e3 / glyphs.len() as f64
}

fn main() -> Result<()> {
    let mut arguments = std::env::args_os().skip(1);
    let (what, file) = (arguments.next(), arguments.next());
    let root = Workspace::find().root().to_owned();
    if what.as_deref() == Some(OsStr::new("looks")) {
        return looks::write(&root.join("src/session/glyphs"));
    }
    let browser = Browser::open(browser::Kind::ChromiumWithoutGpu)?;
    let tasks: Vec<Task<'_>> = ALL
        .iter()
        .map(|written| Task::new(&browser, written))
        .collect::<Result<_>>()?;
    if let (Some("pictures"), Some(file)) = (what.as_deref().and_then(OsStr::to_str), file) {
        return report::write(Path::new(&file), &report::pictures(&tasks));
    }
    println!("strokes of a glyph: {:.2} ms", thinning_time(&tasks));
    let file = root.join(native::weights("deep"));
    let trouble = |what: String| Error::Setting(format!("{}: {what}", file.display()));
    let bytes = std::fs::read(&file).map_err(|error| trouble(error.to_string()))?;
    let (twin, _) = Twin::read(&bytes).map_err(|error| trouble(error.to_string()))?;
    let mut network = Network {
        twin,
        views: Views::One,
    };
    let mut lines = Vec::new();
    for views in [Views::One, Views::Eight] {
        network.views = views;
        for task in &tasks {
            lines.extend(task.measure(&network)?);
            println!("{} by {} views: done", task.written.alphabet, views.count());
        }
    }
    let report = Report {
        browser: browser.session().browser(),
        lines,
    };
    let text = report.markdown();
    println!("{text}");
    report::write(&root.join("docs/generated/glyphs.md"), &text)
}
