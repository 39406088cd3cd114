//! What was measured, as a document.

use std::fmt::Write as _;
use std::path::Path;

use twinglyph_core::{Bitmap, Set, Views};
use twinglyph_e2e::{Error, Result};

use super::{Task, WAYS, Way, mean};

/// Who or what made an example.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Person,
    /// The first font of an alphabet.
    Regular,
    Other,
}

/// Examples of one kind on one alphabet.
pub(crate) struct Line {
    pub(crate) alphabet: &'static str,
    pub(crate) set: Set,
    pub(crate) classes: usize,
    pub(crate) kind: Kind,
    pub(crate) example: String,
    pub(crate) views: Views,
    /// Part of wrong answers, way by way of [`Way::ALL`]; people's drawings are taken as they are.
    pub(crate) errors: Vec<f64>,
    /// The least and the most of it by one person's drawings.
    pub(crate) range: Option<(f64, f64)>,
}

pub(crate) struct Report {
    pub(crate) browser: String,
    pub(crate) lines: Vec<Line>,
}

/// What the tables' columns are called.
fn head(way: Way) -> String {
    match way {
        Way::AsItIs => "as it is".to_owned(),
        Way::Thinned(pen) => format!("strokes, pen {pen} px"),
        Way::Example => "`example_of_glyph`".to_owned(),
    }
}

fn percent(errors: f64) -> String {
    format!("{:.1} %", 100.0 * (1.0 - errors))
}

impl Report {
    pub(crate) fn markdown(&self) -> String {
        let mut text = format!(
            "# How good a font's glyph is as an example\n\n\
             `cargo run -p twinglyph-e2e --bin glyphs` writes this file; nobody edits it.\n\
             [evaluation.md](../evaluation.md#a-fonts-glyph-as-the-example) says what it measures, and how.\n\n\
             {}, `deep`. Right answers in {WAYS}-way trials within an alphabet, one example of each class.\n",
            self.browser
        );
        for views in [Views::One, Views::Eight] {
            self.table(views, &mut text);
        }
        text
    }

    fn table(&self, views: Views, text: &mut String) {
        let name = match views {
            Views::One => "one view",
            Views::Eight => "eight views",
        };
        let heads: Vec<String> = Way::ALL.map(head).into();
        // Text takes whatever is written.
        let _ = write!(
            text,
            "\n## By {name}\n\n| alphabet | set | classes | example | {} |\n|---|---|---|---|{}\n",
            heads.join(" | "),
            "---|".repeat(heads.len()),
        );
        for line in self.lines.iter().filter(|line| line.views == views) {
            let cells = line.cells();
            let (alphabet, set) = (line.alphabet, line.set.as_str());
            let (classes, example) = (line.classes, &line.example);
            let _ = writeln!(
                text,
                "| {alphabet} | {set} | {classes} | {example} | {} |",
                cells.join(" | ")
            );
        }
        let background = self.lines.iter();
        let background =
            background.filter(|line| line.views == views && line.set == Set::Background);
        let background: Vec<&Line> = background.collect();
        let means: [(&str, &[Kind]); 3] = [
            ("another person's drawing", &[Kind::Person]),
            ("the first font of each", &[Kind::Regular]),
            ("all fonts", &[Kind::Regular, Kind::Other]),
        ];
        for (example, kinds) in means {
            let lines = background.iter().filter(|line| kinds.contains(&line.kind));
            let lines: Vec<&Vec<f64>> = lines.map(|line| &line.errors).collect();
            let cell = |way: usize| {
                let errors: Vec<f64> = lines
                    .iter()
                    .filter_map(|line| line.get(way))
                    .copied()
                    .collect();
                let cell = (!errors.is_empty()).then(|| percent(mean(&errors)));
                cell.unwrap_or_default()
            };
            let cells: Vec<String> = (0..Way::ALL.len()).map(cell).collect();
            let _ = writeln!(
                text,
                "| mean of {} | background | | {example} | {} |",
                lines.len(),
                cells.join(" | ")
            );
        }
    }
}

impl Line {
    /// Right answers, way by way.
    fn cells(&self) -> Vec<String> {
        let mut cells: Vec<String> = self.errors.iter().copied().map(percent).collect();
        if let (Some((least, most)), Some(first)) = (self.range, cells.first_mut()) {
            let _ = write!(
                first,
                " ({:.1} to {:.1})",
                100.0 * (1.0 - most),
                100.0 * (1.0 - least)
            );
        }
        cells.resize(Way::ALL.len(), String::new());
        cells
    }
}

/// Writes a file.
pub(crate) fn write(path: &Path, text: &str) -> Result<()> {
    let trouble = |error| Error::Setting(format!("{}: {error}", path.display()));
    std::fs::write(path, text).map_err(trouble)
}

/// All examples to look at, as a page.
pub(crate) fn pictures(tasks: &[Task<'_>]) -> String {
    let mut page = "<!DOCTYPE html><meta charset=utf-8><style>svg{width:84px;background:#fff;margin:1px}body{background:#ccc;width:1240px}</style>".to_owned();
    for task in tasks {
        for (font, glyphs) in &task.glyphs {
            let _ = write!(page, "<h4>{} {}</h4>", task.written.alphabet, font.name);
            for glyph in glyphs {
                page.push_str("<span style='white-space:nowrap'>");
                for way in [Way::AsItIs, Way::Example] {
                    page.push_str(&svg(&way.example(glyph)));
                }
                page.push_str("</span> ");
            }
        }
    }
    page
}

fn svg(bitmap: &Bitmap) -> String {
    let mut path = String::new();
    for (row, column) in bitmap.ink() {
        let _ = write!(path, "M{column} {row}h1v1h-1z");
    }
    format!("<svg viewBox='0 0 105 105'><path d='{path}'/></svg>")
}
