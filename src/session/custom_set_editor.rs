//! A person's own support set while it is made: its changes, and the way back from them.
//!
//! Every change is one step that can be undone. Knows classes, names and drawings; refuses to know how
//! they are drawn, shown and kept.

use std::collections::HashSet;
use std::sync::Arc;

use crate::words::words;
use twinglyph_core::Bitmap;
use twinglyph_core::own::{Example, MAX_CLASSES, Merged, OwnClass, OwnSet, is_name};
use twinglyph_core::protocol::MAX_SHOTS;

use super::names::shown;

/// Most steps that can be undone.
const MAX_STEPS: usize = 100;

/// Most drawings in all steps together: 28 MB, as each is 1,379 bytes.
const MAX_KEPT: usize = 20_000;

/// Why a change is not made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum EditError {
    /// Nothing was drawn.
    #[error("{}", words().editing.blank)]
    Blank,
    /// Too many classes.
    #[error("{}", words().editing.classes(MAX_CLASSES))]
    Classes,
    /// Too many examples.
    #[error("{}", words().editing.examples(MAX_SHOTS))]
    Examples,
    /// A name that can't be shown.
    #[error("{}", words().editing.long_name)]
    Name,
    /// Another tab has changed the set meanwhile.
    #[error("{}", words().editing.elsewhere)]
    Elsewhere,
}

/// The set, with the steps to and from it.
#[derive(Clone, Debug, Default)]
pub(crate) struct CustomSetEditor {
    set: Arc<OwnSet>,
    undone: Vec<Arc<OwnSet>>,
    redone: Vec<Arc<OwnSet>>,
}

impl CustomSetEditor {
    /// The set as it was kept.
    #[must_use]
    pub(crate) fn new(set: OwnSet) -> Self {
        Self {
            set: Arc::new(showable(set)),
            ..Self::default()
        }
    }

    /// The set.
    #[must_use]
    pub(crate) fn set(&self) -> &Arc<OwnSet> {
        &self.set
    }

    /// A character with its first example.
    ///
    /// # Errors
    /// When the drawing is blank, the name none, or the set full.
    pub(crate) fn add_class(
        &mut self,
        name: &str,
        example: impl Into<Example>,
    ) -> Result<(), EditError> {
        self.add_classes([(name.to_owned(), example)])
    }

    /// Several characters at once, as one step.
    ///
    /// # Errors
    /// As [`CustomSetEditor::add_class`]; then none of them is added.
    pub(crate) fn add_classes<E: Into<Example>>(
        &mut self,
        classes: impl IntoIterator<Item = (String, E)>,
    ) -> Result<(), EditError> {
        self.change(|set| {
            for (name, example) in classes {
                let example = example.into();
                if set.classes.len() >= MAX_CLASSES {
                    return Err(EditError::Classes);
                }
                drawn(&example)?;
                let name = name_of(&name)?;
                set.classes.push(OwnClass {
                    name,
                    examples: vec![example],
                });
            }
            Ok(())
        })
    }

    /// Several characters with several examples each, as one step; of one with too many examples the
    /// first are taken, and one without any is none.
    ///
    /// # Errors
    /// When a drawing is blank, a name none, or the set full; then none of them is added.
    pub(crate) fn add_all(&mut self, classes: Vec<OwnClass>) -> Result<(), EditError> {
        self.change(|set| {
            for mut class in classes {
                class.examples.truncate(MAX_SHOTS);
                if class.examples.is_empty() {
                    continue;
                }
                if set.classes.len() >= MAX_CLASSES {
                    return Err(EditError::Classes);
                }
                class.examples.iter().try_for_each(drawn)?;
                class.name = name_of(&class.name)?;
                set.classes.push(class);
            }
            Ok(())
        })
    }

    /// Another example of a character.
    ///
    /// # Errors
    /// When the drawing is blank or the character has enough of them.
    pub(crate) fn add_example(
        &mut self,
        class: usize,
        example: impl Into<Example>,
    ) -> Result<(), EditError> {
        self.change(|set| {
            let example = example.into();
            drawn(&example)?;
            if let Some(class) = set.classes.get_mut(class) {
                if class.examples.len() >= MAX_SHOTS {
                    return Err(EditError::Examples);
                }
                class.examples.push(example);
            }
            Ok(())
        })
    }

    /// One example less; a character without any stays, and is not compared with.
    pub(crate) fn remove_example(&mut self, class: usize, example: usize) {
        self.edit(|set| {
            if let Some(class) = set.classes.get_mut(class)
                && example < class.examples.len()
            {
                class.examples.remove(example);
            }
        });
    }

    /// One character less.
    pub(crate) fn remove_class(&mut self, class: usize) {
        self.edit(|set| {
            if class < set.classes.len() {
                set.classes.remove(class);
            }
        });
    }

    /// Another name for a character.
    ///
    /// # Errors
    /// When it is none.
    pub(crate) fn rename(&mut self, class: usize, name: &str) -> Result<(), EditError> {
        let name = name_of(name)?;
        self.change(|set| {
            if let Some(class) = set.classes.get_mut(class) {
                class.name = name;
            }
            Ok(())
        })
    }

    /// Names in order for the characters that have none, from a place on, as one step; a name that is there stays.
    /// The number of names that were given.
    ///
    /// # Errors
    /// When one is none; then none is given.
    pub(crate) fn name_in_order(
        &mut self,
        from: usize,
        names: &[String],
    ) -> Result<usize, EditError> {
        let names: Vec<String> = names
            .iter()
            .map(|name| name_of(name))
            .collect::<Result<_, _>>()?;
        let mut names = names.into_iter();
        let all = names.len();
        self.edit(|set| {
            let nameless = set.classes.iter_mut().skip(from);
            let nameless = nameless.filter(|class| class.name.is_empty());
            for (class, name) in nameless.zip(&mut names) {
                class.name = name;
            }
        });
        Ok(all - names.len())
    }

    /// Names that were written into one character's field: the first is its own, the others go to those behind it that
    /// have none, as one step.
    ///
    /// # Errors
    /// As [`CustomSetEditor::name_in_order`].
    pub(crate) fn split_name(&mut self, class: usize) -> Result<usize, EditError> {
        let names = self.set.classes.get(class);
        let names = names.map_or_else(Vec::new, |class| names_in(&class.name));
        let mut split = self.clone();
        split.rename(class, "")?;
        let given = split.name_in_order(class, &names)?;
        let set = split.set.clone();
        self.edit(|old| *old = (*set).clone());
        Ok(given)
    }

    /// Characters without a name, from a place on.
    #[must_use]
    pub(crate) fn nameless(&self, from: usize) -> usize {
        let classes = self.set.classes.iter().skip(from);
        classes.filter(|class| class.name.is_empty()).count()
    }

    /// Another name for the set.
    ///
    /// # Errors
    /// When it is none.
    pub(crate) fn rename_set(&mut self, name: &str) -> Result<(), EditError> {
        let name = name_of(name)?;
        self.change(|set| {
            set.name = name;
            Ok(())
        })
    }

    /// A character changes places with its neighbour before it, or after it.
    pub(crate) fn shift(&mut self, class: usize, after: bool) {
        self.edit(|set| {
            let (one, other) = if after {
                (class, class + 1)
            } else {
                (class.wrapping_sub(1), class)
            };
            if other < set.classes.len() && one < other {
                set.classes.swap(one, other);
            }
        });
    }

    /// Takes in the examples of another set as one step ([`OwnSet::merge`]).
    ///
    /// # Errors
    /// When the drawer's name is none.
    pub(crate) fn merge(&mut self, other: &OwnSet, drawer: &str) -> Result<Merged, EditError> {
        let drawer = name_of(drawer)?;
        let mut merged = Merged::default();
        self.change(|set| {
            merged = set.merge(&showable(other.clone()), &drawer);
            Ok(())
        })?;
        Ok(merged)
    }

    /// Another set in its place.
    pub(crate) fn replace(&mut self, set: OwnSet) {
        self.edit(|old| *old = showable(set));
    }

    /// The set as the browser keeps it; the first one is no step that could be undone.
    pub(crate) fn read(&mut self, set: OwnSet) {
        if self.set.classes.is_empty() && !self.can_undo() {
            *self = Self::new(set);
        } else {
            self.replace(set);
        }
    }

    /// Takes the last example that is this drawing away, wherever it is by now, where its character has
    /// others; false where there is none.
    pub(crate) fn take_example(&mut self, is_it: impl Fn(&Bitmap) -> bool) -> bool {
        let mut classes = self.set.classes.iter().enumerate();
        let found = classes.find_map(|(at, class)| {
            let example = class
                .examples
                .iter()
                .rposition(|one| is_it(one.drawing()))?;
            (class.examples.len() > 1).then_some((at, example))
        });
        if let Some((class, example)) = found {
            self.remove_example(class, example);
        }
        found.is_some()
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
        if let Some(set) = self.undone.pop() {
            self.redone.push(std::mem::replace(&mut self.set, set));
        }
    }

    /// Takes it again.
    pub(crate) fn redo(&mut self) {
        if let Some(set) = self.redone.pop() {
            self.undone.push(std::mem::replace(&mut self.set, set));
        }
    }

    fn edit(&mut self, edit: impl FnOnce(&mut OwnSet)) {
        // It gives no error to be lost.
        let _ = self.change(|set| {
            edit(set);
            Ok(())
        });
    }

    /// One step; none where nothing changes or the change fails.
    fn change(
        &mut self,
        change: impl FnOnce(&mut OwnSet) -> Result<(), EditError>,
    ) -> Result<(), EditError> {
        let mut set = (*self.set).clone();
        change(&mut set)?;
        if set != *self.set {
            let before = std::mem::replace(&mut self.set, Arc::new(set));
            self.undone.push(before);
            self.redone.clear();
            let drawings =
                |set: &Arc<OwnSet>| set.classes.iter().map(|c| c.examples.len()).sum::<usize>();
            let mut kept: usize = self.undone.iter().map(drawings).sum();
            while self.undone.len() > MAX_STEPS || kept > MAX_KEPT && !self.undone.is_empty() {
                kept -= drawings(&self.undone.remove(0));
            }
        }
        Ok(())
    }
}

/// What a character is called: its name, or its place where it has none.
#[must_use]
pub(crate) fn label(class: &OwnClass, at: usize) -> String {
    // Sets that are not taught with come from addresses as they are.
    let name = shown(&class.name);
    if name.is_empty() {
        words().editing.character(at + 1)
    } else {
        name
    }
}

fn drawn(example: &Example) -> Result<(), EditError> {
    if example.drawing().is_blank() {
        return Err(EditError::Blank);
    }
    Ok(())
}

/// A name as the set takes it.
pub(super) fn name_of(name: &str) -> Result<String, EditError> {
    Some(shown(name))
        .filter(|name| is_name(name))
        .ok_or(EditError::Name)
}

/// The names of a text, in order: white space, commas and lines part them.
#[must_use]
pub(crate) fn names_in(text: &str) -> Vec<String> {
    let parts = text.split(|letter: char| letter.is_whitespace() || ",、，".contains(letter));
    parts.map(shown).filter(|name| !name.is_empty()).collect()
}

/// The set with names that can be shown.
fn showable(mut set: OwnSet) -> OwnSet {
    for class in &mut set.classes {
        class.name = shown(&class.name);
        for example in &mut class.examples {
            example.drawer = shown(&example.drawer);
        }
    }
    set.name = shown(&set.name);
    set
}

/// A name that two characters have, as they are shown: a drawing can't be told to be one of them.
#[must_use]
pub(crate) fn twice_named(set: &OwnSet) -> Option<String> {
    let mut names = HashSet::new();
    let mut labels = set.classes.iter().enumerate();
    labels.find_map(|(at, class)| {
        let label = label(class, at);
        (!names.insert(label.clone())).then_some(label)
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn dot(at: usize) -> Bitmap {
        Bitmap::from_fn(|row, column| row == at && column == at)
    }

    #[test]
    fn what_can_not_be_added_is_said_and_changes_nothing() {
        let mut editing = CustomSetEditor::default();
        let blank = Bitmap::from_fn(|_, _| false);
        assert_eq!(editing.add_class("a", blank.clone()), Err(EditError::Blank));
        assert_eq!(
            editing.add_class(&"x".repeat(61), dot(1)),
            Err(EditError::Name)
        );
        editing.add_class(" あ ", dot(1)).unwrap();
        for at in 2..=MAX_SHOTS {
            editing.add_example(0, dot(at)).unwrap();
        }
        let before = editing.set().clone();
        assert_eq!(editing.add_example(0, dot(50)), Err(EditError::Examples));
        let two = [("b".to_owned(), dot(1)), ("c".to_owned(), blank)];
        assert_eq!(editing.add_classes(two), Err(EditError::Blank));
        assert_eq!(*editing.set(), before);
        assert_eq!(before.classes[0].name, "あ");
    }

    #[test]
    fn many_characters_come_in_one_step_or_not_at_all() {
        let class = |name: &str, examples: usize| OwnClass::new(name, (0..examples).map(dot));
        let mut editing = CustomSetEditor::default();
        let classes = vec![
            class(" a ", 2),
            class("empty", 0),
            class("b", MAX_SHOTS + 4),
        ];
        editing.add_all(classes).unwrap();
        let added = editing.set().classes.iter();
        let added: Vec<_> = added
            .map(|one| (one.name.as_str(), one.examples.len()))
            .collect();
        assert_eq!(added, [("a", 2), ("b", MAX_SHOTS)]);
        editing.undo();
        assert!(editing.set().classes.is_empty() && !editing.can_undo());
        let full = vec![class("a", 1); MAX_CLASSES + 1];
        assert_eq!(editing.add_all(full), Err(EditError::Classes));
        let blank = OwnClass::new("", [Bitmap::blank()]);
        assert_eq!(
            editing.add_all(vec![class("a", 1), blank]),
            Err(EditError::Blank)
        );
        assert!(editing.set().classes.is_empty());
    }

    #[test]
    fn characters_change_places_with_their_neighbours_only() {
        let mut editing = CustomSetEditor::default();
        for (at, name) in ["a", "b", "c"].into_iter().enumerate() {
            editing.add_class(name, dot(at)).unwrap();
        }
        let names = |editing: &CustomSetEditor| {
            let classes = editing.set().classes.iter();
            classes.map(|class| class.name.clone()).collect::<String>()
        };
        editing.shift(0, false);
        editing.shift(2, true);
        assert_eq!(names(&editing), "abc");
        editing.shift(0, true);
        assert_eq!(names(&editing), "bac");
        editing.shift(2, false);
        assert_eq!(names(&editing), "bca");
    }

    #[test]
    fn names_in_order_go_to_those_without_one() {
        let names = |editing: &CustomSetEditor| {
            let classes = editing.set().classes.iter();
            let names: Vec<_> = classes.map(|class| class.name.clone()).collect();
            names.join("|")
        };
        let mut editing = CustomSetEditor::default();
        for (at, name) in ["", "b", "", "", ""].into_iter().enumerate() {
            editing.add_class(name, dot(at)).unwrap();
        }
        let list = names_in(" ka,ki\tku\n、け　\u{200b} ");
        assert_eq!(list, ["ka", "ki", "ku", "け"]);
        assert_eq!(editing.nameless(1), 3);
        assert_eq!(editing.name_in_order(2, &list), Ok(3));
        assert_eq!(names(&editing), "|b|ka|ki|ku");
        editing.undo();
        let long = ["x".to_owned(), "x".repeat(61)];
        assert_eq!(editing.name_in_order(0, &long), Err(EditError::Name));
        assert_eq!(names(&editing), "|b|||");
        // What was written into one field is split in one step, and no name gives way.
        editing.rename(0, "ka ki ku").unwrap();
        assert_eq!(editing.split_name(0), Ok(3));
        assert_eq!(names(&editing), "ka|b|ki|ku|");
        editing.undo();
        assert_eq!(names(&editing), "ka ki ku|b|||");
        assert_eq!(editing.name_in_order(0, &[]), Ok(0));
    }

    #[test]
    fn names_from_outside_can_be_shown() {
        let named = |name: &str| OwnClass::new(name, [dot(1)]);
        let set = OwnSet {
            name: "\u{202e}set".to_owned(),
            classes: vec![named("a\u{200b}"), named("a")],
        };
        let mut editing = CustomSetEditor::default();
        editing.replace(set.clone());
        for set in [editing.set(), CustomSetEditor::new(set).set()] {
            assert_eq!(set.name, "set");
            assert_eq!(set.classes[0].name, "a");
            assert_eq!(twice_named(set).as_deref(), Some("a"));
        }
        editing.rename(0, "b\u{2067}").unwrap();
        assert_eq!(editing.set().classes[0].name, "b");
        assert_eq!(twice_named(editing.set()), None);
        // A character without a name is called by its place.
        editing.rename(0, "character 2").unwrap();
        editing.rename(1, "").unwrap();
        assert!(twice_named(editing.set()).is_some());
    }

    #[test]
    fn a_merge_is_one_step_with_names_that_can_be_shown() {
        let set = |dots: &[usize]| OwnSet {
            name: String::new(),
            classes: vec![OwnClass::new("a\u{200b}", dots.iter().map(|&at| dot(at)))],
        };
        let mut editing = CustomSetEditor::new(set(&[1]));
        let before = editing.set().clone();
        assert_eq!(
            editing.merge(&set(&[2]), &"x".repeat(61)),
            Err(EditError::Name)
        );
        let merged = editing.merge(&set(&[2, 1]), " Ada\u{202e} ").unwrap();
        assert_eq!((merged.examples, merged.classes, merged.known), (1, 0, 1));
        assert_eq!(editing.set().drawers(), ["Ada"]);
        editing.undo();
        assert_eq!(*editing.set(), before);
    }

    #[test]
    fn an_example_is_taken_back_but_never_the_only_one() {
        let mut editing = CustomSetEditor::default();
        editing.add_class("a", dot(1)).unwrap();
        editing.add_class("b", dot(2)).unwrap();
        editing.add_example(1, dot(3)).unwrap();
        assert!(!editing.take_example(|one| *one == dot(1)));
        assert!(!editing.take_example(|one| *one == dot(4)));
        editing.shift(1, false);
        assert!(editing.take_example(|one| *one == dot(3)));
        assert_eq!(editing.set().classes[0].examples, [dot(2).into()]);
    }

    proptest! {
        /// Whatever is done, undoing it all leads back, and redoing it all forth again.
        #[test]
        fn every_step_can_be_undone(
            steps in prop::collection::vec((0u8..7, 0usize..4, 0usize..4), 0..30),
        ) {
            let mut editing = CustomSetEditor::default();
            for (kind, class, other) in steps {
                // A refused step is none.
                let _ = match kind {
                    0 => editing.add_class(&other.to_string(), dot(class)),
                    1 => editing.add_example(class, dot(other)),
                    2 => { editing.remove_example(class, other); Ok(()) }
                    3 => { editing.remove_class(class); Ok(()) }
                    4 => editing.rename(class, &other.to_string()),
                    5 => editing.rename_set(&other.to_string()),
                    _ => { editing.shift(class, other > 1); Ok(()) }
                };
            }
            let last = editing.set().clone();
            while editing.can_undo() {
                editing.undo();
            }
            prop_assert_eq!(&**editing.set(), &OwnSet::default());
            while editing.can_redo() {
                editing.redo();
            }
            prop_assert_eq!(editing.set(), &last);
        }
    }
}
