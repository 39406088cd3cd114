//! The characters on a photo while a person looks them over, before any of them is added.
//!
//! Every change is one step that can be undone; what is chosen is none. Knows characters, their order and
//! their names; refuses to know how they are found, joined and split, which the reader of paper does.

use std::collections::BTreeSet;
use std::sync::Arc;

use twinglyph_core::Bitmap;
use twinglyph_paper::Character;
use twinglyph_paper::message::{Ask, Drawn, Page};

use super::custom_set_editor::{EditError, name_of};
use super::file_names::given;
use super::names::shown;

/// Most steps that can be undone; a step keeps 8 bytes of each character.
const MAX_STEPS: usize = 200;

/// Longest name of a character that a file's name gives; longer ones describe the picture.
const STEM: usize = 12;

/// A character of the photo.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mark {
    /// Its place, its drawing and its name.
    pub(crate) drawn: Drawn,
    /// Is it left out?
    pub(crate) is_dropped: bool,
}

impl Mark {
    fn of(drawn: Drawn) -> Arc<Self> {
        Arc::new(Self {
            drawn,
            is_dropped: false,
        })
    }

    /// Is it to be added, but could as well be cut otherwise?
    #[must_use]
    pub(crate) fn is_unsure(&self) -> bool {
        !self.is_dropped && !self.drawn.character.is_sure
    }
}

/// All characters of the photo, in reading order.
type Marks = Vec<Arc<Mark>>;

/// What the reader of paper is asked, and for which characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Wish {
    /// The question.
    pub(crate) ask: Ask,
    /// Places of the characters that the answer is to stand for.
    places: Vec<usize>,
}

/// The photo that is looked over.
#[derive(Clone, Debug, Default)]
pub(crate) struct Review {
    sides: (u32, u32),
    marks: Marks,
    chosen: BTreeSet<usize>,
    undone: Vec<Marks>,
    redone: Vec<Marks>,
}

impl Review {
    /// Of a photo that was read from a file of this name. One character alone is called as its file.
    #[must_use]
    pub(crate) fn new(page: Page, file: &str) -> Self {
        let sides = (page.width, page.height);
        let mut drawn = page.characters;
        if let [one] = drawn.as_mut_slice() {
            let stem = shown(file.rsplit_once('.').map_or(file, |(stem, _)| stem));
            let stem = given(&stem);
            if one.name.is_empty() && stem.chars().count() <= STEM {
                stem.clone_into(&mut one.name);
            }
        }
        for one in &mut drawn {
            // A name that can't be shown is none.
            one.name = name_of(&one.name).unwrap_or_default();
        }
        Self {
            sides,
            marks: drawn.into_iter().map(Mark::of).collect(),
            ..Self::default()
        }
    }

    /// Width and height of the paper as it is shown, pixels.
    #[must_use]
    pub(crate) fn sides(&self) -> (u32, u32) {
        self.sides
    }

    /// All characters, in reading order, those that are left out among them.
    #[must_use]
    pub(crate) fn marks(&self) -> &[Arc<Mark>] {
        &self.marks
    }

    /// The number of a character among those that are to be added, from 1; none where it is left out.
    #[must_use]
    pub(crate) fn number(&self, at: usize) -> Option<usize> {
        let mark = self.marks.get(at)?;
        let before = self.marks.iter().take(at).filter(|mark| !mark.is_dropped);
        (!mark.is_dropped).then(|| before.count() + 1)
    }

    /// How many characters are to be added.
    #[must_use]
    pub(crate) fn count(&self) -> usize {
        self.marks.iter().filter(|mark| !mark.is_dropped).count()
    }

    /// How many of them a person should look at.
    #[must_use]
    pub(crate) fn unsure(&self) -> usize {
        self.marks.iter().filter(|mark| mark.is_unsure()).count()
    }

    /// Is this one chosen?
    #[must_use]
    pub(crate) fn is_chosen(&self, at: usize) -> bool {
        self.chosen.contains(&at)
    }

    /// The first that is chosen.
    #[must_use]
    pub(crate) fn first_chosen(&self) -> Option<usize> {
        self.chosen.first().copied()
    }

    /// Chooses a character, or no longer.
    pub(crate) fn toggle(&mut self, at: usize) {
        if at < self.marks.len() && !self.chosen.remove(&at) {
            self.chosen.insert(at);
        }
    }

    /// Chooses nothing.
    pub(crate) fn choose_none(&mut self) {
        self.chosen.clear();
    }

    /// The next character to look at, from this place on and then from the beginning.
    #[must_use]
    pub(crate) fn next_unsure(&self, from: usize) -> Option<usize> {
        let from = from.min(self.marks.len());
        let mut places = (from..self.marks.len()).chain(0..from);
        places.find(|&at| self.marks.get(at).is_some_and(|mark| mark.is_unsure()))
    }

    /// To join what is chosen: none where fewer than two characters are, or one that can't be joined.
    #[must_use]
    pub(crate) fn joining(&self) -> Option<Wish> {
        let places: Vec<usize> = self.chosen.iter().copied().collect();
        let characters = self.cuttable(&places)?;
        (places.len() > 1).then_some(Wish {
            ask: Ask::Join(characters),
            places,
        })
    }

    /// To split what is chosen: none where it is not one character, or can't be split.
    #[must_use]
    pub(crate) fn splitting(&self) -> Option<Wish> {
        let places: Vec<usize> = self.chosen.iter().copied().collect();
        let mut characters = self.cuttable(&places)?;
        let character = characters.pop()?;
        characters.is_empty().then_some(Wish {
            ask: Ask::Split(character),
            places,
        })
    }

    /// The characters at these places, where all of them are to be added and have pieces.
    fn cuttable(&self, places: &[usize]) -> Option<Vec<Character>> {
        let characters = places.iter().map(|&at| {
            let mark = self.marks.get(at)?;
            let is_cut = !mark.is_dropped && !mark.drawn.character.pieces.is_empty();
            is_cut.then(|| mark.drawn.character.clone())
        });
        characters.collect()
    }

    /// Does what was wished: the answer takes the place of the first character and is chosen. False where the
    /// answer changes nothing, or the characters are no longer there.
    pub(crate) fn grant(&mut self, wish: &Wish, instead: Vec<Drawn>) -> bool {
        let meant = match &wish.ask {
            Ask::Join(characters) => characters.clone(),
            Ask::Split(character) => vec![character.clone()],
            // It is about no character.
            Ask::Cells(_) => return false,
        };
        let (true, Some(&first)) = (
            self.cuttable(&wish.places).as_ref() == Some(&meant),
            wish.places.first(),
        ) else {
            return false;
        };
        let is_same = instead.len() == meant.len()
            && instead
                .iter()
                .zip(&meant)
                .all(|(one, other)| one.character == *other);
        if is_same || instead.is_empty() {
            return false;
        }
        let names: Vec<&str> = wish
            .places
            .iter()
            .filter_map(|&at| Some(self.marks.get(at)?.drawn.name.as_str()))
            .collect();
        let name = names.into_iter().find(|name| !name.is_empty());
        let mut name = name.unwrap_or_default().to_owned();
        let parts = instead.len();
        let instead = instead.into_iter().map(|mut drawn| {
            drawn.name = std::mem::take(&mut name);
            // A person has just said so.
            drawn.character.is_sure = true;
            Mark::of(drawn)
        });
        let mut marks: Marks = Vec::with_capacity(self.marks.len() + parts);
        let mut instead = Some(instead);
        for (at, mark) in self.marks.iter().enumerate() {
            if at == first {
                marks.extend(instead.take().into_iter().flatten());
            }
            if !wish.places.contains(&at) {
                marks.push(mark.clone());
            }
        }
        self.step(marks);
        self.chosen = (first..first + parts).collect();
        true
    }

    /// Would leaving out what is chosen bring it back, as all of it is left out already? `None` where nothing
    /// is chosen.
    #[must_use]
    pub(crate) fn brings_back(&self) -> Option<bool> {
        let is_dropped = |&at: &usize| self.marks.get(at).is_some_and(|mark| mark.is_dropped);
        (!self.chosen.is_empty()).then(|| self.chosen.iter().all(is_dropped))
    }

    /// Leaves out what is chosen, or brings it back.
    pub(crate) fn drop_chosen(&mut self) {
        if let Some(brings_back) = self.brings_back() {
            self.change_chosen(|mark| mark.is_dropped = !brings_back);
        }
    }

    /// Takes what is chosen to be cut right.
    pub(crate) fn confirm_chosen(&mut self) {
        self.change_chosen(|mark| mark.drawn.character.is_sure = true);
    }

    /// Is there something to be confirmed among what is chosen?
    #[must_use]
    pub(crate) fn can_confirm(&self) -> bool {
        let is_unsure = |&at: &usize| self.marks.get(at).is_some_and(|mark| mark.is_unsure());
        self.chosen.iter().any(is_unsure)
    }

    /// A name for a character.
    ///
    /// # Errors
    /// When it is none.
    pub(crate) fn rename(&mut self, at: usize, name: &str) -> Result<(), EditError> {
        let name = name_of(name)?;
        let mut marks = self.marks.clone();
        if let Some(mark) = marks.get_mut(at) {
            Arc::make_mut(mark).drawn.name = name;
        }
        self.step(marks);
        Ok(())
    }

    /// Names for the characters that are to be added, in their order, as one step; gives how many got one.
    ///
    /// # Errors
    /// When one of them is none; then nothing changes.
    pub(crate) fn name_in_order(&mut self, names: &[String]) -> Result<usize, EditError> {
        let names: Result<Vec<String>, EditError> =
            names.iter().map(|name| name_of(name)).collect();
        let names = names?;
        let mut marks = self.marks.clone();
        let kept = marks.iter_mut().filter(|mark| !mark.is_dropped);
        let mut named = 0;
        for (mark, name) in kept.zip(names) {
            Arc::make_mut(mark).drawn.name = name;
            named += 1;
        }
        self.step(marks);
        Ok(named)
    }

    /// Names and drawings of what is to be added.
    #[must_use]
    pub(crate) fn classes(&self) -> Vec<(String, Bitmap)> {
        let kept = self.marks.iter().filter(|mark| !mark.is_dropped);
        kept.map(|mark| (mark.drawn.name.clone(), mark.drawn.drawing.clone()))
            .collect()
    }

    /// Can a step be taken back?
    #[must_use]
    pub(crate) fn can_undo(&self) -> bool {
        !self.undone.is_empty()
    }

    /// Can it be taken again?
    #[must_use]
    pub(crate) fn can_redo(&self) -> bool {
        !self.redone.is_empty()
    }

    /// Takes the last step back.
    pub(crate) fn undo(&mut self) {
        if let Some(marks) = self.undone.pop() {
            self.redone.push(std::mem::replace(&mut self.marks, marks));
            self.chosen.clear();
        }
    }

    /// Takes it again.
    pub(crate) fn redo(&mut self) {
        if let Some(marks) = self.redone.pop() {
            self.undone.push(std::mem::replace(&mut self.marks, marks));
            self.chosen.clear();
        }
    }

    fn change_chosen(&mut self, change: impl Fn(&mut Mark)) {
        let mut marks = self.marks.clone();
        for &at in &self.chosen {
            if let Some(mark) = marks.get_mut(at) {
                change(Arc::make_mut(mark));
            }
        }
        self.step(marks);
    }

    /// One step; none where nothing changes.
    fn step(&mut self, marks: Marks) {
        if marks != self.marks {
            self.undone.push(std::mem::replace(&mut self.marks, marks));
            self.redone.clear();
            if self.undone.len() > MAX_STEPS {
                self.undone.remove(0);
            }
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
