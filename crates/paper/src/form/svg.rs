//! A page as SVG text, ready to be printed at its true size. Refuses to know names beyond their letters.

use std::fmt::Write;

use twinglyph_core::Bitmap;
use twinglyph_core::bitmap::SIDE;

use super::code;
use super::layout::{Area, CODE_COLUMNS, CODE_MODULE, MARK_MODULE, MARK_MODULES};
use super::page::{Name, Page};

/// Width of a cell's frame, mm.
pub(super) const FRAME: f64 = 0.4;
/// Colour of frames and names: lighter than a pencil.
const LIGHT: &str = "#8c8c8c";
/// Letters of a name that fit above a cell, a wide one counted as two.
const NAME_WIDTH: usize = 11;

/// What is printed besides cells, in the person's language.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Labels {
    /// In front of the line for the writer's name.
    pub writer: String,
    /// What to do with the page, a short line.
    pub hint: String,
    /// Of what the page is, and its number.
    pub title: String,
}

/// Is a module of a corner mark black? A ring, and a square in its middle.
pub(super) fn mark(row: usize, column: usize) -> bool {
    let edge = |at: usize| at == 0 || at + 1 == MARK_MODULES;
    let inner = |at: usize| (2..=4).contains(&at);
    edge(row) || edge(column) || inner(row) && inner(column)
}

impl Page {
    /// The black areas that a reader needs: marks, the bar, the code. Millimetres.
    #[must_use]
    pub fn black(&self) -> Vec<Area> {
        let layout = self.layout;
        let mut areas = vec![layout.bar()];
        for Area { x, y, .. } in layout.marks() {
            let at = |row, column| mark(row, column);
            areas.extend(runs([x, y], MARK_MODULE, [MARK_MODULES; 2], at));
        }
        let Area { x, y, .. } = layout.code();
        let modules = code::modules(self);
        let rows = layout.code_rows();
        areas.extend(runs(
            [x, y],
            CODE_MODULE,
            [rows, CODE_COLUMNS],
            |row, column| modules.get(row * CODE_COLUMNS + column) == Some(&true),
        ));
        areas
    }

    /// The page as SVG text, millimetres, without a declaration in front. `examples` are small drawings
    /// beside the names, in the order of the cells; none where there is none.
    #[must_use]
    pub fn svg(&self, labels: &Labels, examples: &[Option<Bitmap>]) -> String {
        let [width, height] = self.layout.paper().size();
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}mm\" height=\"{height}mm\" \
             viewBox=\"0 0 {width} {height}\" font-family=\"sans-serif\">\
             <rect width=\"{width}\" height=\"{height}\" fill=\"#fff\"/>"
        );
        svg.push_str("<path shape-rendering=\"crispEdges\" fill=\"#000\" d=\"");
        push_areas(&mut svg, &self.black());
        svg.push_str("\"/>");
        self.push_heading(&mut svg, labels);
        for at in 0..self.names.len() {
            self.push_cell(&mut svg, at, examples.get(at).and_then(Option::as_ref));
        }
        svg.push_str("</svg>");
        svg
    }

    fn push_heading(&self, svg: &mut String, labels: &Labels) {
        let area = self.layout.heading();
        let title = format!("{} {}/{}", labels.title, self.number, self.pages);
        let right = area.x + area.width;
        push_text(
            svg,
            [area.x, area.y + 3.2],
            3.2,
            "#555",
            "start",
            &labels.writer,
        );
        // Two millimetres a letter, wide ones four: behind the label in any font.
        let from = area.x + 2.0 * letters(&labels.writer) as f64 + 2.0;
        let to = (from + 70.0).min(right - 45.0).max(from);
        let _ = write!(
            svg,
            "<path d=\"M{from:.2} {y:.2}H{to:.2}\" stroke=\"{LIGHT}\" stroke-width=\"0.3\"/>",
            y = area.y + 4.2
        );
        push_text(svg, [right, area.y + 3.2], 3.2, "#555", "end", title.trim());
        push_text(
            svg,
            [area.x, area.y + 9.2],
            2.8,
            "#555",
            "start",
            &labels.hint,
        );
    }

    fn push_cell(&self, svg: &mut String, at: usize, example: Option<&Bitmap>) {
        let Area {
            x,
            y,
            width,
            height,
        } = self.layout.cell(at);
        let _ = write!(
            svg,
            "<rect x=\"{:.2}\" y=\"{:.2}\" width=\"{:.2}\" height=\"{:.2}\" fill=\"none\" stroke=\"{LIGHT}\" \
             stroke-width=\"{FRAME}\"/>",
            x + FRAME / 2.0,
            y + FRAME / 2.0,
            width - FRAME,
            height - FRAME
        );
        let head = self.layout.head(at);
        let name = match self.names.get(at) {
            Some(Name::Explicit(name)) => name,
            Some(Name::Character { at, .. }) => (at + 1).to_string(),
            None => String::new(),
        };
        let line = head.y + head.height - 1.3;
        push_text(
            svg,
            [head.x + 0.3, line],
            3.2,
            "#777",
            "start",
            &shortened(&name),
        );
        if let Some(example) = example {
            let pixel = head.height / SIDE as f64;
            let corner = [head.x + head.width - head.height, head.y];
            let inked = |row, column| example.get(row, column);
            svg.push_str("<path fill=\"#777\" d=\"");
            push_areas(svg, &runs(corner, pixel, [SIDE; 2], inked));
            svg.push_str("\"/>");
        }
    }
}

/// Black runs of a grid's rows.
fn runs(
    [x, y]: [f64; 2],
    module: f64,
    [rows, columns]: [usize; 2],
    black: impl Fn(usize, usize) -> bool,
) -> Vec<Area> {
    let mut areas = Vec::new();
    for row in 0..rows {
        let mut column = 0;
        while column < columns {
            let length = (column..columns).take_while(|&at| black(row, at)).count();
            if length > 0 {
                areas.push(Area {
                    x: x + module * column as f64,
                    y: y + module * row as f64,
                    width: module * length as f64,
                    height: module,
                });
            }
            column += length.max(1);
        }
    }
    areas
}

fn push_areas(svg: &mut String, areas: &[Area]) {
    for Area {
        x,
        y,
        width,
        height,
    } in areas
    {
        let _ = write!(svg, "M{x:.3} {y:.3}h{width:.3}v{height:.3}h-{width:.3}z");
    }
}

fn push_text(svg: &mut String, [x, y]: [f64; 2], size: f64, fill: &str, anchor: &str, text: &str) {
    let _ = write!(
        svg,
        "<text x=\"{x:.2}\" y=\"{y:.2}\" font-size=\"{size}\" fill=\"{fill}\" text-anchor=\"{anchor}\">"
    );
    for letter in text.chars() {
        match letter {
            '<' => svg.push_str("&lt;"),
            '>' => svg.push_str("&gt;"),
            '&' => svg.push_str("&amp;"),
            // XML has no way to say them.
            '\u{fffe}' | '\u{ffff}' => svg.push(char::REPLACEMENT_CHARACTER),
            control if control.is_control() => svg.push(' '),
            other => svg.push(other),
        }
    }
    svg.push_str("</text>");
}

/// Width of a text, a letter of East Asia or an emoji counted as two.
fn letters(text: &str) -> usize {
    let wide = |letter: char| letter >= '\u{1100}';
    text.chars()
        .map(|letter| 1 + usize::from(wide(letter)))
        .sum()
}

/// As much of a name as fits above a cell.
fn shortened(name: &str) -> String {
    if letters(name) <= NAME_WIDTH {
        return name.to_owned();
    }
    let mut short = String::new();
    for letter in name.chars() {
        short.push(letter);
        if letters(&short) >= NAME_WIDTH {
            short.pop();
            break;
        }
    }
    short.push('…');
    short
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use crate::form::{Labels, Names, Paper, pages};

    #[test]
    fn a_page_says_its_size_and_escapes_names() {
        let names = Names::Explicit(vec!["<&>".to_owned(), "a".repeat(60)]);
        let page = pages(Paper::Letter, &names).unwrap().remove(0);
        let svg = page.svg(&Labels::default(), &[]);
        assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>"));
        assert!(svg.contains("width=\"215.9mm\" height=\"279.4mm\""));
        assert!(svg.contains("&lt;&amp;&gt;") && svg.contains("aaaaaaaaaa…<"));
        assert_eq!(svg.matches("<rect").count(), 3);
    }
}
