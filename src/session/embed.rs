//! What a page that embeds the recogniser or the pad may ask, and what it is answered (docs/embedding.md).
//!
//! Messages are JSON texts with the version of what is spoken. A drawing is asked about at a time; the
//! others wait in their order. It knows texts, drawings and rankings; refuses to know windows, ports
//! and workers.

use std::collections::VecDeque;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use twinglyph_core::Bitmap;
use twinglyph_core::bitmap::SIDE;
use twinglyph_core::ink::{Ink, NOMINAL_PRESSURE, Pen, Point, Stroke, rasterise};
use twinglyph_core::own::{MAX_BYTES, OwnSet};
use twinglyph_core::protocol::Match;
use twinglyph_core::score::Standing;

use super::custom_set::set_in;
use super::ranking::Ranking;
use super::sheet::MAX_POINTS;
use super::support::{Choice, SupportSet, Ways};

/// The version of what is spoken.
pub(crate) const VERSION: u32 = 1;

/// The number of the one support set.
const SET: u32 = 1;

/// Longest text of a message: the largest set, and a little around it. A drawing of [`MAX_POINTS`]
/// points with all the digits of a double is a fifth of that.
const MAX_TEXT: usize = MAX_BYTES + 1_024;

/// Most drawings that wait: more come faster than they are answered.
const MAX_WAITING: usize = 64;

/// Something to do for whoever holds the port and the worker.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Deed {
    /// Post this text.
    Say(String),
    /// Compare with these classes from now on; the number is the set's.
    Support(u32, Arc<Vec<Vec<Bitmap>>>),
    /// Rank this drawing; the number is its ticket.
    Classify(u64, Bitmap),
    /// Ask nothing any more until the next drawing.
    Rest,
}

/// What every message has.
#[derive(Deserialize)]
struct Head {
    twinglyph: u32,
    #[serde(default)]
    ask: String,
    /// Of the answer, where one is waited for.
    id: Option<u32>,
}

/// What is asked.
#[derive(Deserialize)]
struct Message {
    #[serde(default)]
    set: String,
    /// Strokes, points, and of each point x, y and, if they are known, time and pressure.
    #[serde(default)]
    strokes: Vec<Vec<Vec<f64>>>,
    /// Left, top and side of the square that is the sheet, in the strokes' units.
    #[serde(default, rename = "box")]
    frame: Option<[f64; 3]>,
    #[serde(default)]
    colour: String,
    #[serde(default)]
    label: String,
    #[serde(default)]
    pressed: bool,
}

/// A message as it goes.
#[derive(Serialize)]
struct Answer<'a> {
    twinglyph: u32,
    tell: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    classes: Option<Vec<&'a str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    matches: Option<Vec<Named<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    none: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    strokes: Option<Vec<Vec<[f32; 4]>>>,
}

impl Default for Answer<'_> {
    fn default() -> Self {
        Self {
            twinglyph: VERSION,
            tell: "",
            id: None,
            classes: None,
            matches: None,
            none: None,
            why: None,
            strokes: None,
        }
    }
}

/// A class in a ranking.
#[derive(Serialize)]
struct Named<'a> {
    name: &'a str,
    similarity: f32,
}

/// Why something asked is not done.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
enum Refusal {
    #[error("This message has more than {MAX_TEXT} characters.")]
    Long,
    #[error("This message is none of version {VERSION}; take embed.js from where the app is.")]
    Version,
    #[error(
        "Strokes are arrays of points, which are arrays of numbers; a box is left, top and side."
    )]
    Shape,
    #[error("Nothing is known of what is asked: {0}.")]
    Unknown(&'static str),
    #[error("{0}.")]
    Set(String),
    #[error("This set has no drawn character.")]
    Empty,
    #[error("A set is open already; open another in a recogniser of its own.")]
    Open,
    #[error("No set is open yet.")]
    Closed,
    #[error("A drawing has {MAX_POINTS} points at most, each of at least two numbers.")]
    Points,
    #[error("The side of a box is above 0.")]
    Frame,
    #[error("Nothing is drawn within the box.")]
    Blank,
    #[error("{MAX_WAITING} drawings wait already; wait for their matches.")]
    Busy,
}

/// The recogniser as its embedding page knows it.
#[derive(Debug, Default)]
pub(crate) struct Embedded {
    /// Names of the classes, once a set is there.
    names: Vec<String>,
    /// Was the embedding page told that it can ask?
    told: bool,
    asked: Option<u32>,
    ticket: u64,
    waiting: VecDeque<(u32, Bitmap)>,
}

impl Embedded {
    /// A message of the embedding page.
    pub(crate) fn hear(&mut self, text: &str) -> Vec<Deed> {
        let head = match head(text) {
            Ok(head) => head,
            Err(why) => return vec![refused(None, &why)],
        };
        let message = serde_json::from_str::<Message>(text).map_err(|_| Refusal::Shape);
        let deed = match head.ask.as_str() {
            "open" => message.and_then(|message| self.open(&message.set).map(Some)),
            "classify" => message.and_then(|message| {
                self.take(head.id.unwrap_or_default(), &message)?;
                Ok(self.ask())
            }),
            _ => Err(Refusal::Unknown("open, or classify")),
        };
        match deed {
            Ok(deed) => deed.into_iter().collect(),
            Err(why) => vec![refused(head.id, &why)],
        }
    }

    fn open(&mut self, text: &str) -> Result<Deed, Refusal> {
        if !self.names.is_empty() {
            return Err(Refusal::Open);
        }
        let own =
            OwnSet::from_address(&set_in(text)).map_err(|error| Refusal::Set(error.to_string()))?;
        let choice = Choice {
            ways: Ways::Whole,
            ..Choice::default()
        };
        let set = SupportSet::own(SET, &choice, &own);
        if set.classes.is_empty() {
            return Err(Refusal::Empty);
        }
        let examples = set.examples();
        self.names = set.classes.into_iter().map(|class| class.name).collect();
        Ok(Deed::Support(SET, examples))
    }

    fn take(&mut self, id: u32, message: &Message) -> Result<(), Refusal> {
        if self.names.is_empty() {
            return Err(Refusal::Closed);
        }
        if self.waiting.len() >= MAX_WAITING {
            return Err(Refusal::Busy);
        }
        let drawing = rasterise(&ink(message)?, Pen::OMNIGLOT);
        if drawing.is_blank() {
            return Err(Refusal::Blank);
        }
        self.waiting.push_back((id, drawing));
        Ok(())
    }

    /// The next drawing, if none is being ranked.
    fn ask(&mut self) -> Option<Deed> {
        if self.asked.is_some() {
            return None;
        }
        let (id, drawing) = self.waiting.pop_front()?;
        self.asked = Some(id);
        self.ticket += 1;
        Some(Deed::Classify(self.ticket, drawing))
    }

    /// The set is embedded by all views, or was: from now on each drawing is ranked at once.
    pub(crate) fn ready(&mut self) -> Vec<Deed> {
        if self.told || self.names.is_empty() {
            return Vec::new();
        }
        self.told = true;
        let classes = self.names.iter().map(String::as_str).collect();
        vec![say(&Answer {
            tell: "open",
            classes: Some(classes),
            ..Answer::default()
        })]
    }

    /// A ranking; one of a drawing that was answered already, by more views, changes nothing.
    pub(crate) fn ranked(&mut self, ticket: u64, set: u32, matches: &[Match]) -> Vec<Deed> {
        let Some(id) = self.asked.filter(|_| ticket == self.ticket) else {
            return Vec::new();
        };
        let said = match Ranking::new(ticket, set, self.names.len(), matches) {
            Ok(ranking) => {
                let named = |rank: usize| {
                    let (class, similarity) = ranking.at(rank)?;
                    let name = self.names.get(class)?;
                    Some(Named { name, similarity })
                };
                say(&Answer {
                    tell: "matches",
                    id: Some(id),
                    matches: Some((0..self.names.len()).filter_map(named).collect()),
                    none: Some(ranking.standing() == Standing::Stranger),
                    ..Answer::default()
                })
            }
            Err(misfit) => no(Some(id), format!("{misfit}.")),
        };
        self.asked = None;
        let next = self.ask().unwrap_or(Deed::Rest);
        vec![said, next]
    }

    /// The worker can't do what it was asked: the drawing that it has, or, before there is any, the
    /// set.
    pub(crate) fn failed(&mut self, reason: &str) -> Vec<Deed> {
        let asked = self.asked.take();
        if asked.is_none() && self.told {
            return Vec::new();
        }
        let said = no(asked, reason.to_owned());
        let next = self.ask().unwrap_or(Deed::Rest);
        vec![said, next]
    }
}

/// What a page that shows the pad asks of it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum PadWish {
    /// Have ink of this colour, and this name for who reads the page aloud.
    Show {
        /// As CSS has it.
        colour: String,
        /// The name.
        label: String,
    },
    /// Have these strokes: they were drawn before the frame was moved.
    Put(Ink),
    /// Take the last step back.
    Undo,
    /// Be blank.
    Clear,
    /// A pen is beside the pad, pressed or not.
    Pen(bool),
}

impl PadWish {
    /// A message of the page, or what that is told instead.
    ///
    /// # Errors
    /// A text that refuses what is none.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        Self::of(text).map_err(|why| text_of(&refusal(None, why.to_string())))
    }

    fn of(text: &str) -> Result<Self, Refusal> {
        let head = head(text)?;
        let message: Message = serde_json::from_str(text).map_err(|_| Refusal::Shape)?;
        Ok(match head.ask.as_str() {
            "show" => Self::Show {
                colour: message.colour,
                label: message.label,
            },
            "put" => Self::Put(ink(&message)?),
            "undo" => Self::Undo,
            "clear" => Self::Clear,
            "pen" => Self::Pen(message.pressed),
            _ => return Err(Refusal::Unknown("show, put, undo, clear, or pen")),
        })
    }
}

/// What the page around the pad is told of a drawing.
#[must_use]
pub(crate) fn drawn(ink: &Ink) -> String {
    let point = |point: &Point| [point.x, point.y, point.t, point.pressure];
    let stroke = |stroke: &Stroke| stroke.points.iter().map(point).collect();
    text_of(&Answer {
        tell: "drawn",
        strokes: Some(ink.strokes.iter().map(stroke).collect()),
        ..Answer::default()
    })
}

/// What a message of the right version and size asks.
fn head(text: &str) -> Result<Head, Refusal> {
    if text.len() > MAX_TEXT {
        return Err(Refusal::Long);
    }
    match serde_json::from_str::<Head>(text) {
        Ok(head) if head.twinglyph == VERSION => Ok(head),
        _ => Err(Refusal::Version),
    }
}

/// The strokes in units of the sheet.
fn ink(message: &Message) -> Result<Ink, Refusal> {
    let [left, top, side] = message.frame.unwrap_or([0.0, 0.0, SIDE as f64]);
    let frame = [left, top, side];
    if frame.iter().any(|number| !number.is_finite()) || side <= 0.0 {
        return Err(Refusal::Frame);
    }
    let points: usize = message.strokes.iter().map(Vec::len).sum();
    if points > MAX_POINTS {
        return Err(Refusal::Points);
    }
    let scale = SIDE as f64 / side;
    let point = |numbers: &Vec<f64>| match numbers[..] {
        [x, y, ref more @ ..] => Ok(Point {
            x: ((x - left) * scale) as f32,
            y: ((y - top) * scale) as f32,
            t: more.first().map_or(0.0, |&t| t as f32),
            pressure: more.get(1).map_or(NOMINAL_PRESSURE, |&p| p as f32),
        }),
        _ => Err(Refusal::Points),
    };
    let strokes = message.strokes.iter().map(|stroke| {
        let points = stroke.iter().map(point).collect::<Result<_, _>>()?;
        Ok(Stroke { points })
    });
    Ok(Ink {
        strokes: strokes.collect::<Result<_, _>>()?,
    })
}

fn refused(id: Option<u32>, why: &Refusal) -> Deed {
    no(id, why.to_string())
}

fn no(id: Option<u32>, why: String) -> Deed {
    say(&refusal(id, why))
}

fn refusal(id: Option<u32>, why: String) -> Answer<'static> {
    Answer {
        tell: "refused",
        id,
        why: Some(why),
        ..Answer::default()
    }
}

fn say(answer: &Answer<'_>) -> Deed {
    Deed::Say(text_of(answer))
}

fn text_of(answer: &Answer<'_>) -> String {
    // It has no keys that JSON could not have.
    serde_json::to_string(answer).unwrap_or_default()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
#[path = "embed/tests.rs"]
mod tests;
