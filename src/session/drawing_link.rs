//! A drawing in an address, with what it is compared with: `#/draw?alphabet=Tibetan&ink=` and its strokes.
//!
//! The strokes stand last, so that a link which lost its end is noticed. Knows texts, strokes and sets; refuses to
//! know the page and how a link is passed on.

use std::fmt::Write;

use twinglyph_core::ink::Pen;
use twinglyph_core::own::{MAX_NAME, OwnSet, OwnSetError};
use twinglyph_core::sketch::Sketch;

use super::address::{Address, escape};
use super::persistence::PEN_RANGE;
use super::support::{Choice, OWN, Ways};
use crate::words::words;

/// The page that opens such links.
pub(crate) const PAGE: &str = "#/draw";

/// Most bytes of a link: what browsers and the programs that pass links on bear.
pub(crate) const MAX_BYTES: usize = 16_000;

/// A drawing, and what it is compared with.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct DrawingLink {
    /// The drawing.
    pub(crate) sketch: Sketch,
    /// The pen's width, in pixels of the sheet: it is part of what is compared.
    pub(crate) pen: f32,
    /// The support set.
    pub(crate) against: Against,
}

/// What a drawing is compared with.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Against {
    /// Characters of a built-in alphabet.
    Alphabet(Choice),
    /// A person's own set, and which of its characters.
    Own(Box<OwnSet>, Choice),
}

impl Against {
    /// The choice of the support set.
    #[must_use]
    pub(crate) fn choice(&self) -> &Choice {
        match self {
            Self::Alphabet(choice) | Self::Own(_, choice) => choice,
        }
    }
}

/// Why a link is not opened, or not made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum LinkError {
    /// It has no strokes that can be read.
    #[error("{}", words().drawing.cut)]
    Cut,
    /// It doesn't say what to compare with, or nothing that there is.
    #[error("{}", words().drawing.against_nothing)]
    Against,
    /// Its set can't be read.
    #[error("{}", words().drawing.no_set(&words().refusals.own_set(.0)))]
    Set(OwnSetError),
    /// There is nothing to make a link of.
    #[error("{}", words().drawing.blank)]
    Blank,
    /// The drawing has more points than an address bears.
    #[error("{}", words().drawing.many_points)]
    Points,
    /// The drawing is one of the data, in pixels.
    #[error("{}", words().drawing.is_example)]
    Example,
    /// It would be longer than links can be.
    #[error("{}", words().drawing.long(*.0))]
    Long(usize),
}

/// The choice with which all characters of a set are compared with.
fn own_choice() -> Choice {
    Choice {
        alphabet: OWN.to_owned(),
        ways: Ways::Whole,
        ..Choice::default()
    }
}

impl DrawingLink {
    /// The address's fragment.
    ///
    /// # Errors
    /// When the set can't be written, or the link would be too long.
    pub(crate) fn write(&self) -> Result<String, LinkError> {
        let mut text = format!("{PAGE}?");
        let (choice, usual) = match &self.against {
            Against::Alphabet(choice) => {
                text += "alphabet=";
                text += &escape(&choice.alphabet);
                (choice, Choice::default())
            }
            Against::Own(set, choice) => {
                text += "set=";
                text += &set.to_address().map_err(LinkError::Set)?;
                (choice, own_choice())
            }
        };
        let mut put = |name: &str, value: &dyn std::fmt::Display| {
            // A text takes whatever it is given.
            let _ = write!(text, "&{name}={value}");
        };
        if choice.drawer != usual.drawer {
            put("drawer", &(choice.drawer + 1));
        }
        if choice.ways != usual.ways {
            put("ways", &choice.ways.as_str());
        }
        if choice.shuffle != usual.shuffle {
            put("shuffle", &choice.shuffle);
        }
        if self.pen != Pen::OMNIGLOT.diameter {
            put("pen", &self.pen);
        }
        put("ink", &self.sketch.to_address());
        if text.len() > MAX_BYTES {
            return Err(LinkError::Long(text.len()));
        }
        Ok(text)
    }

    /// The link in an address's fragment; none where it is a page without a drawing.
    ///
    /// # Errors
    /// When part of it is missing or makes no sense.
    pub(crate) fn parse(hash: &str) -> Result<Option<Self>, LinkError> {
        let address = Address::parse(hash);
        match address.page.as_str() {
            "" | "draw" => Self::of(&address),
            _ => Ok(None),
        }
    }

    /// The link in an address of any page.
    ///
    /// # Errors
    /// As [`DrawingLink::parse`].
    pub(crate) fn of(address: &Address) -> Result<Option<Self>, LinkError> {
        let value = |wanted| address.value(wanted);
        let (ink, set) = (address.digits("ink"), address.digits("set"));
        let alphabet = value("alphabet");
        if ink.is_none() && set.is_none() && alphabet.is_none() {
            return Ok(None);
        }
        let sketch = ink.and_then(Sketch::from_address).ok_or(LinkError::Cut)?;
        if sketch.bitmap().is_blank() {
            return Err(LinkError::Cut);
        }
        let usual = if set.is_some() {
            own_choice()
        } else {
            Choice::default()
        };
        let drawer = number(value("drawer"), usual.drawer + 1)?;
        let choice = Choice {
            alphabet: usual.alphabet,
            drawer: drawer.checked_sub(1).ok_or(LinkError::Cut)?,
            ways: match value("ways") {
                None => usual.ways,
                Some(word) => ways(word)?,
            },
            shuffle: number(value("shuffle"), usual.shuffle)?,
        };
        let pen = number(value("pen"), Pen::OMNIGLOT.diameter)?;
        if !(PEN_RANGE[0]..=PEN_RANGE[1]).contains(&pen) {
            return Err(LinkError::Cut);
        }
        let against = match (set, alphabet) {
            (Some(set), _) => {
                let set = OwnSet::from_address(set).map_err(LinkError::Set)?;
                if set.classes.iter().all(|class| class.examples.is_empty()) {
                    return Err(LinkError::Against);
                }
                Against::Own(Box::new(set), choice)
            }
            (None, Some(name)) if is_alphabet(name) => Against::Alphabet(Choice {
                alphabet: name.to_owned(),
                ..choice
            }),
            _ => return Err(LinkError::Against),
        };
        Ok(Some(Self {
            sketch,
            pen,
            against,
        }))
    }
}

/// Can it be the name of a built-in alphabet? Which of them there are, the page knows once their list is here.
fn is_alphabet(name: &str) -> bool {
    let is_sign = |letter: char| letter.is_ascii_alphanumeric() || "_-()".contains(letter);
    name.starts_with(|letter: char| letter.is_ascii_uppercase())
        && name.len() <= MAX_NAME
        && name.chars().all(is_sign)
}

fn ways(word: &str) -> Result<Ways, LinkError> {
    let mut all = Ways::ALL.into_iter();
    all.find(|ways| ways.as_str() == word).ok_or(LinkError::Cut)
}

/// The number of a value, or the usual one where there is no value.
fn number<T: std::str::FromStr>(value: Option<&str>, usual: T) -> Result<T, LinkError> {
    match value {
        None => Ok(usual),
        Some(text) => text.parse().map_err(|_| LinkError::Cut),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use twinglyph_core::ink::{Ink, Point, Stroke};
    use twinglyph_core::omniglot::CONTENTS;
    use twinglyph_core::own::OwnClass;

    use crate::reading::INVENTED;

    fn sketch() -> Sketch {
        sketch_of(&[(10.0, 20.0), (90.0, 80.0)])
    }

    fn sketch_of(points: &[(f32, f32)]) -> Sketch {
        let points = points.iter().map(|&(x, y)| Point::at(x, y)).collect();
        let strokes = vec![Stroke { points }];
        Sketch::of(&Ink { strokes }).unwrap()
    }

    fn own() -> OwnSet {
        let class = |name: &str| OwnClass::new(name, [sketch()]);
        OwnSet {
            name: "Mine".to_owned(),
            classes: vec![class("あ"), class("<b>&amp;")],
        }
    }

    fn link(alphabet: &str) -> DrawingLink {
        DrawingLink {
            sketch: sketch(),
            pen: 5.0,
            against: Against::Alphabet(Choice {
                alphabet: alphabet.to_owned(),
                ..Choice::default()
            }),
        }
    }

    fn against() -> impl Strategy<Value = Against> {
        let names: Vec<String> = CONTENTS
            .iter()
            .map(|alphabet| alphabet.name.to_owned())
            .chain(INVENTED.map(|(_, name)| name.to_owned()))
            .collect();
        let choice = (
            prop::sample::select(names),
            0usize..30,
            prop::sample::select(Ways::ALL.to_vec()),
            any::<u32>(),
        );
        let choice = choice.prop_map(|(alphabet, drawer, ways, shuffle)| Choice {
            alphabet,
            drawer,
            ways,
            shuffle,
        });
        (any::<bool>(), choice).prop_map(|(is_own, choice)| {
            if is_own {
                let alphabet = OWN.to_owned();
                Against::Own(Box::new(own()), Choice { alphabet, ..choice })
            } else {
                Against::Alphabet(choice)
            }
        })
    }

    proptest! {
        #[test]
        fn a_link_comes_back(
            points in prop::collection::vec((0.0f32..105.0, 0.0f32..105.0), 1..30),
            pen in 5u8..17,
            against in against(),
        ) {
            let link = DrawingLink { sketch: sketch_of(&points), pen: f32::from(pen) / 2.0, against };
            let text = link.write().unwrap();
            prop_assert_eq!(DrawingLink::parse(&text), Ok(Some(link.clone())));
            // Unknown parameters and another order change nothing.
            let (page, query) = text.split_once('?').unwrap();
            let mut pairs: Vec<&str> = query.split('&').collect();
            pairs.reverse();
            let turned = format!("{page}?utm=1&{}&=&x", pairs.join("&"));
            prop_assert_eq!(DrawingLink::parse(&turned), Ok(Some(link.clone())));
            // Nor do signs that a program encoded.
            let encoded = text.replace('=', "%3D").replace('&', "%26").replace('?', "%3F");
            prop_assert_eq!(DrawingLink::parse(&encoded), Ok(Some(link)));
        }

        #[test]
        fn any_text_is_borne(text in "(#/draw\\?)?((ink|set|alphabet|ways|drawer|pen|shuffle)?[=&%A-Za-z0-9_-]{0,9}){0,8}|\\PC*") {
            let _ = DrawingLink::parse(&text);
        }

        /// Whatever its end is that a link lost, it is no other link.
        #[test]
        fn a_link_that_lost_its_end_is_none(against in against(), at in 0.0f64..1.0) {
            let text = DrawingLink { against, ..link("Tibetan") }.write().unwrap();
            let from = "#/draw?".len();
            let end = from + (at * (text.len() - from) as f64) as usize;
            let is_whole = matches!(DrawingLink::parse(&text[..end]), Ok(Some(_)));
            prop_assert!(!is_whole, "{}", &text[..end]);
        }
    }

    #[test]
    fn what_is_usual_is_left_out() {
        let text = link("Tibetan").write().unwrap();
        let ink = sketch().to_address();
        assert_eq!(text, format!("#/draw?alphabet=Tibetan&ink={ink}"));
        assert!(text.len() < 50, "{text}");
    }

    #[test]
    fn links_that_make_no_sense_are_refused() {
        let ink = sketch().to_address();
        for (query, expected) in [
            ("alphabet=Tibetan", LinkError::Cut),
            ("alphabet=Tibetan&ink=", LinkError::Cut),
            ("alphabet=Tibetan&ink=!!", LinkError::Cut),
            (&format!("ink={ink}"), LinkError::Against),
            (&format!("alphabet=own&ink={ink}"), LinkError::Against),
            (&format!("alphabet=<img>&ink={ink}"), LinkError::Against),
            (
                &format!("alphabet=Tibetan&ways=six&ink={ink}"),
                LinkError::Cut,
            ),
            (
                &format!("alphabet=Tibetan&drawer=0&ink={ink}"),
                LinkError::Cut,
            ),
            (
                &format!("alphabet=Tibetan&pen=nan&ink={ink}"),
                LinkError::Cut,
            ),
            (
                &format!("set=AAAA&ink={ink}"),
                LinkError::Set(OwnSetError::Magic),
            ),
            (
                &format!("set={}&ink={ink}", OwnSet::default().to_address().unwrap()),
                LinkError::Against,
            ),
        ] {
            let found = DrawingLink::parse(&format!("#/draw?{query}"));
            assert_eq!(found, Err(expected), "{query}");
        }
    }

    #[test]
    fn other_addresses_are_no_links() {
        let ink = sketch().to_address();
        for hash in ["", "#/draw", "#/draw?", "#/draw?utm=1", "#/draw%zz"] {
            assert_eq!(DrawingLink::parse(hash), Ok(None), "{hash}");
        }
        let other = format!("#/teach?alphabet=Tibetan&ink={ink}");
        assert_eq!(DrawingLink::parse(&other), Ok(None));
    }

    #[test]
    fn a_set_too_large_for_a_link_is_told() {
        let drawing =
            twinglyph_core::Bitmap::from_fn(|row, column| (row * 31 + column * column) % 7 < 3);
        let set = OwnSet {
            name: String::new(),
            classes: vec![OwnClass::new("a", vec![drawing; 20])],
        };
        let against = Against::Own(Box::new(set), own_choice());
        let link = DrawingLink {
            against,
            ..link("Tibetan")
        };
        assert!(matches!(link.write(), Err(LinkError::Long(MAX_BYTES..))));
    }
}
