//! A drawing and its ranking as one SVG document, still or replaying the strokes.
//!
//! The document is whole in itself: no script, no font and no picture from outside. Knows strokes, outlines and
//! texts; refuses to know where they come from and how a file is saved.

use std::fmt::Write;

use twinglyph_core::bitmap::SIDE;
use twinglyph_core::ink::{Ink, Pen, Point};

use super::names::shown;
use super::ranking::Ranking;
use crate::vectorize::UNITS;
use crate::words::{language, words};

/// Width and height of the document, pixels.
pub(crate) const SIDES: (f64, f64) = (720.0, 436.0);

/// Matches beside the drawing.
pub(crate) const MATCHES: usize = 5;

/// Longest time (s) in which all strokes are drawn; a slower drawing is replayed faster.
const LONGEST: f64 = 8.0;

/// Time (s) before the first stroke.
const BEFORE: f64 = 0.3;

/// Time (s) for which the whole drawing stays before it begins again.
const AFTER: f64 = 2.5;

/// Longest time (s) between two strokes: a person may have thought, or gone away.
const LONGEST_GAP: f64 = 0.8;

/// Time (s) between two strokes where it is not known.
const GAP: f64 = 0.25;

/// Speed of a pen whose times are not known, pixels of the sheet a second.
const SPEED: f64 = 90.0;

/// Time (s) of a dot, and the shortest of a stroke whose times are not known.
const SHORTEST: f64 = 0.12;

/// Most places of a stroke whose times its replay keeps.
const PLACES: usize = 24;

/// Widths of a name beside its match, and of a line of facts: a wide letter counts twice.
const NAME_WIDTH: usize = 21;
const FACT_WIDTH: usize = 70;

/// Colours of the document.
const PAPER: &str = "#fbf9f4";
const SHEET: &str = "#fffefb";
const INK: &str = "#1d1b18";
const SOFT: &str = "#5f5a51";
const LINE: &str = "#d8d2c5";
const SEAL: &str = "#a02c18";

/// What is on the sheet.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Drawing {
    /// A person's strokes by a pen.
    Strokes(Ink, Pen),
    /// Pixels, as the outline that [`crate::vectorize::outline`] makes.
    Outline(String),
}

/// A match of the drawing.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Matched {
    /// Its name.
    pub(crate) name: String,
    /// The outline of its example.
    pub(crate) outline: String,
    /// From 0 to 1.
    pub(crate) similarity: f32,
}

/// A drawing and what it is most like.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Picture {
    /// What is on the sheet.
    pub(crate) drawing: Drawing,
    /// The best matches, best first; [`MATCHES`] of them are shown.
    pub(crate) matches: Vec<Matched>,
    /// What was compared, a line each.
    pub(crate) facts: Vec<String>,
}

impl Picture {
    /// What is said of a ranking: its support set and its network, and whether it is of none of them.
    #[must_use]
    pub(crate) fn facts(ranking: &Ranking, set: &str, network: &str) -> Vec<String> {
        let set = words().drawing.set_of(set, ranking.order.len());
        let lead = ranking.lead().trim();
        let none = (!lead.is_empty()).then(|| lead.to_owned());
        let network = words().drawing.network_of(network);
        none.into_iter().chain([set, network]).collect()
    }

    /// The document.
    #[must_use]
    pub(crate) fn still(&self) -> String {
        self.document(None)
    }

    /// The document that draws the strokes one after the other, and again; of pixels the still one. A viewer that
    /// shall not move, or can't, shows the whole drawing.
    #[must_use]
    pub(crate) fn animated(&self) -> String {
        match &self.drawing {
            Drawing::Strokes(ink, _) => self.document(Some(&replay(ink))),
            Drawing::Outline(_) => self.still(),
        }
    }

    fn document(&self, replay: Option<&Replay>) -> String {
        let (width, height) = SIDES;
        let mut to = String::new();
        let said = self.matches.first().map_or_else(String::new, |best| {
            words().drawing.picture_of(&best.name, best.similarity)
        });
        // A text takes whatever it is given, here and below.
        let _ = write!(
            to,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
             viewBox=\"0 0 {width} {height}\" lang=\"{}\" role=\"img\" \
             font-family=\"system-ui, sans-serif\"><title>{}</title>",
            language().as_str(),
            escape(&said)
        );
        if let Some(replay) = replay {
            to += &replay.style();
        }
        let _ = write!(
            to,
            "<rect width=\"{width}\" height=\"{height}\" fill=\"{PAPER}\"/>\
             <rect x=\"24\" y=\"24\" width=\"320\" height=\"320\" rx=\"3\" fill=\"{SHEET}\" stroke=\"{LINE}\"/>"
        );
        self.draw(&mut to);
        for (rank, matched) in self.matches.iter().take(MATCHES).enumerate() {
            row(&mut to, rank, matched);
        }
        for (at, fact) in self.facts.iter().enumerate() {
            let y = 372 + 20 * at;
            text(&mut to, [24, y], SOFT, 13, "", &fitted(fact, FACT_WIDTH));
        }
        let _ = write!(
            to,
            "<text x=\"696\" y=\"412\" fill=\"{SEAL}\" font-family=\"serif\" font-size=\"18\" \
             text-anchor=\"end\">Twinglyph</text></svg>"
        );
        to
    }

    /// The drawing on its sheet; what lies beyond is cut off, as it is not compared either.
    fn draw(&self, to: &mut String) {
        let place = "<svg x=\"24\" y=\"24\" width=\"320\" height=\"320\" overflow=\"hidden\"";
        match &self.drawing {
            Drawing::Outline(outline) => {
                let side = SIDE as i32 * UNITS;
                let outline = escape(outline);
                let _ = write!(
                    to,
                    "{place} viewBox=\"0 0 {side} {side}\"><path d=\"{outline}\" fill=\"{INK}\"/></svg>"
                );
            }
            Drawing::Strokes(ink, pen) => {
                // Points count from the centres of pixels.
                let _ = write!(
                    to,
                    "{place} viewBox=\"-0.5 -0.5 {SIDE} {SIDE}\"><g fill=\"none\" stroke=\"{INK}\" \
                     stroke-linecap=\"round\" stroke-linejoin=\"round\">"
                );
                for (at, points) in strokes(ink).iter().enumerate() {
                    let pressure = points.iter().map(|point| point.pressure).sum::<f32>();
                    let radius = pen.radius(pressure / points.len() as f32);
                    stroke(to, at, points, radius);
                }
                to.push_str("</g></svg>");
            }
        }
    }
}

/// Places of a stroke that are numbers; strokes without any are left out.
fn strokes(ink: &Ink) -> Vec<Vec<Point>> {
    let strokes = ink.strokes.iter().map(|stroke| {
        let points = stroke.points.iter().copied();
        let points = points.filter(|point| point.x.is_finite() && point.y.is_finite());
        points.collect::<Vec<_>>()
    });
    strokes.filter(|points| !points.is_empty()).collect()
}

/// A stroke by its number; a dot is a disc, as a line without length has no beginning.
fn stroke(to: &mut String, at: usize, points: &[Point], radius: f32) {
    let first = points[0];
    if length(points) <= 0.0 {
        let (x, y) = (first.x, first.y);
        let _ = write!(
            to,
            "<circle class=\"s s{at}\" cx=\"{x:.2}\" cy=\"{y:.2}\" r=\"{radius:.2}\" fill=\"{INK}\" stroke=\"none\"/>"
        );
        return;
    }
    let width = 2.0 * radius;
    let _ = write!(
        to,
        "<path class=\"s s{at}\" pathLength=\"1\" stroke-width=\"{width:.2}\" d=\""
    );
    for (at, point) in points.iter().enumerate() {
        let sign = if at == 0 { 'M' } else { 'L' };
        let _ = write!(to, "{sign}{:.2} {:.2}", point.x, point.y);
    }
    to.push_str("\"/>");
}

/// A match of a rank.
fn row(to: &mut String, rank: usize, matched: &Matched) {
    let top = 24 + 66 * rank;
    let side = SIDE as i32 * UNITS;
    let similarity = if matched.similarity.is_nan() {
        0.0
    } else {
        matched.similarity.clamp(0.0, 1.0)
    };
    let outline = escape(&matched.outline);
    let colour = if rank == 0 { SEAL } else { SOFT };
    let _ = write!(
        to,
        "<rect x=\"368\" y=\"{top}\" width=\"56\" height=\"56\" rx=\"3\" fill=\"{SHEET}\" stroke=\"{LINE}\"/>\
         <svg x=\"370\" y=\"{}\" width=\"52\" height=\"52\" viewBox=\"0 0 {side} {side}\">\
         <path d=\"{outline}\" fill=\"{INK}\"/></svg>\
         <rect x=\"436\" y=\"{}\" width=\"204\" height=\"6\" rx=\"3\" fill=\"{LINE}\"/>\
         <rect x=\"436\" y=\"{}\" width=\"{:.1}\" height=\"6\" rx=\"3\" fill=\"{colour}\"/>",
        top + 2,
        top + 36,
        top + 36,
        204.0 * similarity,
    );
    let bold = if rank == 0 { "font-weight=\"700\"" } else { "" };
    // What is wider in another font ends where the number begins.
    let _ = write!(
        to,
        "<svg x=\"436\" y=\"{top}\" width=\"204\" height=\"30\" overflow=\"hidden\">"
    );
    text(
        to,
        [0, 22],
        INK,
        16,
        bold,
        &fitted(&matched.name, NAME_WIDTH),
    );
    to.push_str("</svg>");
    let end = "text-anchor=\"end\" font-weight=\"700\"";
    text(
        to,
        [696, top + 43],
        colour,
        16,
        end,
        &format!("{similarity:.2}"),
    );
}

/// A line of text; `more` are attributes.
fn text(to: &mut String, [x, y]: [usize; 2], colour: &str, size: u8, more: &str, text: &str) {
    let text = escape(text);
    let _ = write!(
        to,
        "<text x=\"{x}\" y=\"{y}\" fill=\"{colour}\" font-size=\"{size}\" {more}>{text}</text>"
    );
}

/// A text as it is shown, and as much of it as has room; what is left out is told by three dots.
fn fitted(text: &str, most: usize) -> String {
    // Sentences hold names from right to left apart; that stays.
    let isolated = text.contains('\u{2068}');
    let text = if isolated {
        text.to_owned()
    } else {
        shown(text)
    };
    let mut width = 0;
    let end = text.char_indices().find_map(|(at, letter)| {
        width += match letter {
            '\u{2068}' | '\u{2069}' => 0,
            '\u{1100}'.. => 2,
            _ => 1,
        };
        (width > most).then_some(at)
    });
    match end {
        None => text,
        Some(end) => {
            let kept = text[..end].trim_end();
            // An isolate ends with its line.
            let close = if kept.contains('\u{2068}') && !kept.contains('\u{2069}') {
                "\u{2069}"
            } else {
                ""
            };
            format!("{kept}…{close}")
        }
    }
}

/// Text that means itself within XML, without what XML can't hold.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\u{fffe}' | '\u{ffff}' => {}
            letter if letter.is_control() => escaped.push(' '),
            letter => escaped.push(letter),
        }
    }
    escaped
}

/// When each stroke is drawn.
#[derive(Clone, Debug, PartialEq)]
struct Replay {
    strokes: Vec<Timed>,
    /// Time (s) from the first stroke's beginning to the last one's end.
    drawing: f64,
}

/// A stroke in time.
#[derive(Clone, Debug, PartialEq)]
struct Timed {
    /// Times (s) from the first stroke's beginning.
    start: f64,
    end: f64,
    /// Shares of its time and of its length, both from 0 to 1.
    places: Vec<[f64; 2]>,
}

/// The strokes in their order: by the pen's own times where they are known, else by their lengths.
fn replay(ink: &Ink) -> Replay {
    let strokes = strokes(ink);
    let mut timed: Vec<Timed> = Vec::with_capacity(strokes.len());
    let mut now = 0.0;
    for (at, points) in strokes.iter().enumerate() {
        if let Some(before) = at.checked_sub(1).and_then(|before| strokes.get(before)) {
            now += gap(before, points);
        }
        let start = now;
        now += time(points).unwrap_or_else(|| (length(points) / SPEED).max(SHORTEST));
        timed.push(Timed {
            start,
            end: now,
            places: places(points),
        });
    }
    let scale = if now > LONGEST { LONGEST / now } else { 1.0 };
    for stroke in &mut timed {
        stroke.start *= scale;
        stroke.end *= scale;
    }
    Replay {
        strokes: timed,
        drawing: now * scale,
    }
}

/// Time (s) of a stroke, where it is known.
fn time(points: &[Point]) -> Option<f64> {
    let is_forward = |pair: &[Point]| pair[0].t <= pair[1].t;
    let (first, last) = (points.first()?.t, points.last()?.t);
    let known = first.is_finite() && last.is_finite() && points.windows(2).all(is_forward);
    let time = f64::from(last - first) / 1_000.0;
    (known && time > 0.0 && time.is_finite()).then_some(time)
}

/// Time (s) between two strokes.
fn gap(before: &[Point], after: &[Point]) -> f64 {
    let ends = before.last().zip(after.first());
    let gap = ends.map_or(f64::NAN, |(last, first)| {
        f64::from(first.t - last.t) / 1_000.0
    });
    // Strokes without times all begin and end at once.
    if gap > 0.0 && gap.is_finite() {
        gap.min(LONGEST_GAP)
    } else {
        GAP
    }
}

/// Length of a stroke, pixels of the sheet.
fn length(points: &[Point]) -> f64 {
    points.windows(2).map(step).sum()
}

fn step(pair: &[Point]) -> f64 {
    let [from, to] = pair else { return 0.0 };
    f64::from(to.x - from.x).hypot(f64::from(to.y - from.y))
}

/// How far the pen is at which time: at its own speed where that is known, else evenly.
fn places(points: &[Point]) -> Vec<[f64; 2]> {
    let (Some(time), whole) = (time(points), length(points)) else {
        return vec![[0.0, 0.0], [1.0, 1.0]];
    };
    if whole <= 0.0 {
        return vec![[0.0, 0.0], [1.0, 1.0]];
    }
    let every = points.len().div_ceil(PLACES).max(1);
    let mut far = 0.0;
    let mut places = vec![[0.0, 0.0]];
    for (at, pair) in points.windows(2).enumerate() {
        far += step(pair);
        if at % every == every - 1 && at + 2 < points.len() {
            let since = f64::from(pair[1].t - points[0].t) / 1_000.0;
            places.push([since / time, far / whole].map(|share| share.clamp(0.0, 1.0)));
        }
    }
    places.push([1.0, 1.0]);
    places
}

impl Replay {
    /// The animation of all strokes. Each is there from its beginning and grows to its end; as none of them is
    /// hidden outside of the animation, a viewer without it shows the whole drawing.
    fn style(&self) -> String {
        let period = BEFORE + self.drawing + AFTER;
        let share = |time: f64| 100.0 * (BEFORE + time) / period;
        let mut to = String::from(
            "<style>@media (prefers-reduced-motion:no-preference){.s{stroke-dasharray:1 2}",
        );
        for (at, stroke) in self.strokes.iter().enumerate() {
            let start = share(stroke.start);
            let _ = write!(
                to,
                ".s{at}{{animation:s{at} {period:.2}s linear infinite}}\
                 @keyframes s{at}{{0%,{start:.3}%{{stroke-dashoffset:1;opacity:0}}"
            );
            // A moment later, so that nothing of it is seen before.
            let mut last = start;
            for (place, [time, far]) in stroke.places.iter().enumerate() {
                let when = share(stroke.start + time * (stroke.end - stroke.start));
                last = when.max(last + 0.002);
                let left = 1.0 - far;
                let seen = if place == 0 { ";opacity:1" } else { "" };
                let _ = write!(to, "{last:.3}%{{stroke-dashoffset:{left:.4}{seen}}}");
            }
            to.push_str("100%{stroke-dashoffset:0;opacity:1}}");
        }
        to.push_str("}</style>");
        to
    }
}

#[cfg(test)]
#[path = "picture/tests.rs"]
mod tests;
