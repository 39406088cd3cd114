//! Sheets to print: what is on them, as the person chose it. Refuses to know how a page is laid out and how
//! it gets to the printer.

use twinglyph_core::own::OwnSet;
use twinglyph_core::{Alphabet, Bitmap};
use twinglyph_paper::form::{Labels, Names, PageError, Paper, most_cells, pages};

use super::custom_set_editor::label;
use crate::words::words;

/// What a sheet asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Asked {
    names: Names,
    /// Of what the sheet is, for people.
    title: String,
    /// A drawing of each, where there is one.
    examples: Vec<Option<Bitmap>>,
}

impl Asked {
    /// The characters of the person's own set, unnamed ones by the names they are shown with.
    #[must_use]
    pub(crate) fn own(set: &OwnSet) -> Self {
        let classes = || set.classes.iter().enumerate();
        Self {
            names: Names::Explicit(classes().map(|(at, class)| label(class, at)).collect()),
            title: set.name.clone(),
            examples: classes()
                .map(|(_, class)| class.drawings().next().cloned())
                .collect(),
        }
    }

    /// The characters of a built-in alphabet; `title` is its name for people.
    #[must_use]
    pub(crate) fn alphabet(alphabet: &Alphabet, title: String) -> Self {
        let count = alphabet.characters();
        Self {
            names: Names::Alphabet {
                alphabet: alphabet.name().to_owned(),
                first: 0,
                count,
            },
            title,
            examples: (0..count)
                .map(|at| alphabet.drawing(at, 0).cloned())
                .collect(),
        }
    }

    /// A page of cells without names.
    #[must_use]
    pub(crate) fn blank(paper: Paper) -> Self {
        Self {
            names: Names::Blank(most_cells(paper)),
            title: String::new(),
            examples: Vec::new(),
        }
    }

    /// Each page as SVG text.
    ///
    /// # Errors
    /// When there is nothing to print, or something that can't be.
    pub(crate) fn pages(
        &self,
        paper: Paper,
        with_examples: bool,
    ) -> Result<Vec<String>, PageError> {
        let labels = Labels {
            writer: words().print.writer.to_owned(),
            hint: words().print.hint.to_owned(),
            title: self.title.clone(),
        };
        let examples = if with_examples {
            self.examples.as_slice()
        } else {
            &[]
        };
        let mut from = 0;
        let pages = pages(paper, &self.names)?.into_iter().map(|page| {
            let own = examples.get(from..).unwrap_or_default();
            from += page.names().len();
            page.svg(&labels, own)
        });
        Ok(pages.collect())
    }
}

/// The paper that people of a language tag print on: Letter in North America.
#[must_use]
pub(crate) fn usual_paper(tag: &str) -> Paper {
    // A tag of one part is a language.
    let region = tag.rsplit_once('-').map_or("", |parts| parts.1);
    if ["US", "CA", "MX"]
        .iter()
        .any(|letter| region.eq_ignore_ascii_case(letter))
    {
        Paper::Letter
    } else {
        Paper::A4
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use twinglyph_core::invented;
    use twinglyph_core::own::OwnClass;

    #[test]
    fn examples_go_to_the_page_of_their_character() {
        let class = |at: usize| OwnClass {
            name: if at == 1 {
                String::new()
            } else {
                format!("sign {at}")
            },
            examples: vec![Bitmap::from_fn(|row, column| row < 4 && column < 4).into()],
        };
        let set = OwnSet {
            name: "signs".to_owned(),
            classes: (0..80).map(class).collect(),
        };
        let printed = Asked::own(&set).pages(Paper::A4, true).unwrap();
        assert!(printed.len() > 1);
        // A path for each example, one for the black areas, one for the writer's line.
        let paths: usize = printed
            .iter()
            .map(|page| page.matches("<path").count() - 2)
            .sum();
        assert_eq!(paths, 80);
        assert!(printed[0].contains("character 2") && printed[0].contains("signs 1/"));
        let bare = Asked::own(&set).pages(Paper::A4, false).unwrap();
        assert!(bare.iter().all(|page| page.matches("<path").count() == 2));
    }

    #[test]
    fn alphabets_and_blank_cells_are_printed_and_nothing_is_refused() {
        let alphabet = invented::alphabet(1);
        let asked = Asked::alphabet(&alphabet, "runes".to_owned());
        assert_eq!(asked.pages(Paper::Letter, true).unwrap().len(), 1);
        assert_eq!(
            Asked::blank(Paper::Letter)
                .pages(Paper::Letter, true)
                .unwrap()
                .len(),
            1
        );
        let none = OwnSet {
            name: String::new(),
            classes: Vec::new(),
        };
        assert_eq!(
            Asked::own(&none).pages(Paper::A4, true),
            Err(PageError::Empty)
        );
    }

    #[test]
    fn paper_follows_the_region() {
        assert_eq!(usual_paper("en-US"), Paper::Letter);
        assert_eq!(usual_paper("en-GB"), Paper::A4);
        assert_eq!(usual_paper("ja"), Paper::A4);
        assert_eq!(usual_paper("ca"), Paper::A4);
    }
}
