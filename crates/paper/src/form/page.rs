//! What a printed page asks for: characters by name, of a built-in alphabet, or any; and which of them go on
//! which page. Refuses to know where things lie on paper.

use std::fmt;

use twinglyph_core::Foreign;

use super::code;
use super::layout::{CODE_ROWS, COLUMNS, Layout, Paper};

/// Longest name, characters: as in a set's file.
pub const MAX_NAME: usize = twinglyph_core::own::MAX_NAME;

/// Most cells of all pages together.
pub const MAX_CELLS: usize = 1_000;

/// What the cells are for, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Names {
    /// A character of this name each.
    Explicit(Vec<String>),
    /// Characters of a built-in alphabet, by their place in it.
    Alphabet {
        /// The alphabet's name.
        alphabet: String,
        /// The first character's place, counted from 0.
        first: usize,
        /// So many characters.
        count: usize,
    },
    /// So many cells without names.
    Blank(usize),
}

/// What one cell is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Name {
    /// The character of this name.
    Explicit(String),
    /// A character of a built-in alphabet.
    Character {
        /// The alphabet's name.
        alphabet: String,
        /// Its place, counted from 0.
        at: usize,
    },
}

impl fmt::Display for Name {
    /// As the app calls characters: `Tibetan 09`.
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Explicit(name) => to.write_str(name),
            Self::Character { alphabet, at } => {
                write!(to, "{} {:02}", alphabet.replace('_', " "), at + 1)
            }
        }
    }
}

impl Names {
    /// How many cells.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Explicit(names) => names.len(),
            Self::Alphabet { count, .. } | Self::Blank(count) => *count,
        }
    }

    /// No cell?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What a cell is for; `None` of a blank cell and behind the last.
    #[must_use]
    pub fn get(&self, at: usize) -> Option<Name> {
        match self {
            Self::Explicit(names) => names.get(at).cloned().map(Name::Explicit),
            Self::Alphabet {
                alphabet,
                first,
                count,
            } => (at < *count).then(|| Name::Character {
                alphabet: alphabet.clone(),
                at: first.saturating_add(at),
            }),
            Self::Blank(_) => None,
        }
    }

    /// `count` of them from `from` on, or as many as there are.
    fn part(&self, from: usize, count: usize) -> Self {
        let end = from.saturating_add(count).min(self.len());
        let from = from.min(end);
        match self {
            Self::Explicit(names) => Self::Explicit(names[from..end].to_vec()),
            Self::Alphabet {
                alphabet, first, ..
            } => Self::Alphabet {
                alphabet: alphabet.clone(),
                first: first.saturating_add(from),
                count: end - from,
            },
            Self::Blank(_) => Self::Blank(end - from),
        }
    }
}

/// One page, ready to be printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    pub(super) layout: Layout,
    pub(super) number: usize,
    pub(super) pages: usize,
    pub(super) names: Names,
}

/// Why no pages can be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PageError {
    /// Nothing to write.
    #[error("a sheet needs at least one cell")]
    Empty,
    /// More cells than a set has characters.
    #[error("{0} cells are too many: a sheet has at most {MAX_CELLS}; print fewer at once")]
    Cells(usize),
    /// A name that isn't one.
    #[error(
        "{0} can't be printed: names have 1 to {MAX_NAME} characters, none of them a control character"
    )]
    Name(Foreign),
}

/// The pages for these names: a page has fewer cells where its names are long, so that its code stays
/// readable.
///
/// # Errors
/// When there are no names, too many, or one that can't be printed.
pub fn pages(paper: Paper, names: &Names) -> Result<Vec<Page>, PageError> {
    if names.is_empty() {
        return Err(PageError::Empty);
    }
    if names.len() > MAX_CELLS {
        return Err(PageError::Cells(names.len()));
    }
    let is_name = |name: &&String| {
        let length = name.chars().count();
        (1..=MAX_NAME).contains(&length) && !name.chars().any(char::is_control)
    };
    let refused = match names {
        Names::Explicit(names) => names.iter().find(|name| !is_name(name)),
        Names::Alphabet { alphabet, .. } => Some(alphabet).filter(|name| !is_name(name)),
        Names::Blank(_) => None,
    };
    if let Some(name) = refused {
        return Err(PageError::Name(name.as_str().into()));
    }
    if let Names::Alphabet { first, .. } = names
        && *first > usize::from(u16::MAX) - MAX_CELLS
    {
        return Err(PageError::Cells(*first));
    }
    let full = filled(paper, names, usize::MAX);
    // Spread evenly where that takes no more pages: a last page of three cells wastes paper.
    let even = names
        .len()
        .div_ceil(full.len().max(1))
        .next_multiple_of(COLUMNS);
    let spread = filled(paper, names, even);
    let mut pages = if spread.len() == full.len() {
        spread
    } else {
        full
    };
    let count = pages.len();
    pages.iter_mut().for_each(|page| page.pages = count);
    Ok(pages)
}

/// Most cells of one page.
#[must_use]
pub fn most_cells(paper: Paper) -> usize {
    let capacities = CODE_ROWS
        .iter()
        .map(|&rows| Layout::new(paper, rows).capacity());
    capacities.max().unwrap_or(0)
}

/// Pages of at most so many cells, each with as many names as its code bears.
fn filled(paper: Paper, names: &Names, most: usize) -> Vec<Page> {
    let mut pages = Vec::new();
    let mut from = 0;
    while from < names.len() {
        // The code with the most names; of several the lowest.
        let best = CODE_ROWS
            .iter()
            .map(|&rows| {
                let layout = Layout::new(paper, rows);
                let mut count = layout.capacity().min(names.len() - from).min(most);
                while count > 0 && code::size(&names.part(from, count)) > code::room(rows) {
                    count -= 1;
                }
                (layout, count)
            })
            .reduce(|best, next| if next.1 > best.1 { next } else { best });
        // The longest name fits the largest code.
        let Some((layout, count)) = best.filter(|best| best.1 > 0) else {
            break;
        };
        pages.push(Page {
            layout,
            number: pages.len() + 1,
            pages: 0,
            names: names.part(from, count),
        });
        from += count;
    }
    pages
}

impl Page {
    /// Where its parts lie.
    #[must_use]
    pub fn layout(&self) -> Layout {
        self.layout
    }

    /// Its number, counted from 1.
    #[must_use]
    pub fn number(&self) -> usize {
        self.number
    }

    /// How many pages there are.
    #[must_use]
    pub fn pages(&self) -> usize {
        self.pages
    }

    /// What its cells are for.
    #[must_use]
    pub fn names(&self) -> &Names {
        &self.names
    }
}
