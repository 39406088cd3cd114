//! Sets of several people as one: each of them a drawer of the same classes. Refuses to know how the sets come.

use std::collections::HashMap;

use super::{MAX_CLASSES, MAX_DRAWINGS, MAX_EXAMPLES, OwnClass, OwnSet};

/// What a merge brought.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Merged {
    /// Examples that came.
    pub examples: usize,
    /// Classes of them that were new.
    pub classes: usize,
    /// Examples that were there already.
    pub known: usize,
    /// Examples that there was no room for.
    pub left_out: usize,
}

impl OwnSet {
    /// Takes in the examples of another set. Classes of one name become one, and so do two at the same place that have
    /// none; others come behind. Who drew an example is kept; what nobody is said to have drawn is this drawer's. An
    /// example that its class has already is not taken twice, so a second merge of a set changes nothing.
    pub fn merge(&mut self, other: &Self, drawer: &str) -> Merged {
        let mut merged = Merged::default();
        let mut places: HashMap<String, usize> = HashMap::new();
        for (at, class) in self.classes.iter().enumerate() {
            places.entry(class.name.clone()).or_insert(at);
        }
        let mut drawings: usize = self.examples().iter().sum();
        let own = self.classes.len();
        for (at, class) in other.classes.iter().enumerate() {
            let unnamed = at < own && self.classes[at].name.is_empty();
            let place = match (class.name.is_empty(), places.get(&class.name)) {
                (true, _) if unnamed => Some(at),
                (false, Some(&place)) => Some(place),
                _ => None,
            };
            let is_new = place.is_none();
            if is_new && (class.examples.is_empty() || self.classes.len() >= MAX_CLASSES) {
                merged.left_out += class.examples.len();
                continue;
            }
            let place = place.unwrap_or_else(|| {
                self.classes.push(OwnClass {
                    name: class.name.clone(),
                    examples: Vec::new(),
                });
                self.classes.len() - 1
            });
            if is_new && !class.name.is_empty() {
                places.insert(class.name.clone(), place);
            }
            merged.classes += usize::from(is_new);
            let examples = &mut self.classes[place].examples;
            for example in &class.examples {
                if examples
                    .iter()
                    .any(|one| one.drawing() == example.drawing())
                {
                    merged.known += 1;
                } else if examples.len() >= MAX_EXAMPLES || drawings >= MAX_DRAWINGS {
                    merged.left_out += 1;
                } else {
                    let by = match example.drawer.as_str() {
                        "" => drawer,
                        named => named,
                    };
                    examples.push(example.clone().by(by));
                    merged.examples += 1;
                    drawings += 1;
                }
            }
        }
        merged
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Bitmap;

    fn dot(at: usize) -> Bitmap {
        Bitmap::from_fn(move |row, column| row == at && column == at)
    }

    fn set(classes: &[(&str, &[usize])]) -> OwnSet {
        let class =
            |&(name, dots): &(&str, &[usize])| OwnClass::new(name, dots.iter().map(|&at| dot(at)));
        OwnSet {
            name: String::new(),
            classes: classes.iter().map(class).collect(),
        }
    }

    fn shape(set: &OwnSet) -> Vec<(&str, Vec<&str>)> {
        let classes = set.classes.iter();
        classes
            .map(|class| {
                let drawers = class.examples.iter().map(|one| one.drawer.as_str());
                (class.name.as_str(), drawers.collect())
            })
            .collect()
    }

    #[test]
    fn each_person_becomes_a_drawer_of_the_same_classes() {
        let mut class = set(&[("a", &[1]), ("b", &[2])]);
        let merged = class.merge(&set(&[("b", &[3]), ("c", &[4]), ("a", &[5])]), "Ada");
        assert_eq!(
            merged,
            Merged {
                examples: 3,
                classes: 1,
                known: 0,
                left_out: 0
            }
        );
        assert_eq!(
            shape(&class),
            [
                ("a", vec!["", "Ada"]),
                ("b", vec!["", "Ada"]),
                ("c", vec!["Ada"])
            ]
        );
        assert_eq!(class.drawers(), ["Ada"]);
        // A class that was merged before keeps its drawers.
        let mut all = set(&[("a", &[9])]);
        all.merge(&class, "Class 2");
        assert_eq!(shape(&all)[0], ("a", vec!["", "Class 2", "Ada"]));
        assert_eq!(all.drawers(), ["Class 2", "Ada"]);
    }

    #[test]
    fn a_second_merge_changes_nothing() {
        let mut class = set(&[("a", &[1])]);
        let other = set(&[("a", &[2, 3]), ("", &[4]), ("d", &[])]);
        class.merge(&other, "Ada");
        let before = class.clone();
        let merged = class.merge(&other, "Ada");
        assert_eq!(
            merged,
            Merged {
                examples: 0,
                classes: 0,
                known: 3,
                left_out: 0
            }
        );
        assert_eq!(class, before);
    }

    #[test]
    fn classes_without_names_are_told_by_their_place() {
        let mut class = set(&[("", &[1]), ("b", &[2]), ("", &[3])]);
        class.merge(&set(&[("", &[4]), ("", &[5]), ("", &[6])]), "Ada");
        let found = shape(&class);
        assert_eq!(found[0], ("", vec!["", "Ada"]));
        assert_eq!(found[1], ("b", vec![""]));
        assert_eq!(found[2], ("", vec!["", "Ada"]));
        // The one at the place of `b` is a class of its own.
        assert_eq!(found[3], ("", vec!["Ada"]));
    }

    #[test]
    fn what_has_no_room_is_left_out_and_counted() {
        let full: Vec<usize> = (0..MAX_EXAMPLES).collect();
        let mut class = set(&[("a", &full)]);
        let merged = class.merge(&set(&[("a", &[101, 102, 1])]), "Ada");
        assert_eq!((merged.left_out, merged.known, merged.examples), (2, 1, 0));
        let mut many = OwnSet {
            name: String::new(),
            classes: vec![OwnClass::new("x", [dot(1)]); MAX_CLASSES],
        };
        let merged = many.merge(&set(&[("y", &[1])]), "");
        assert_eq!((merged.left_out, merged.classes), (1, 0));
    }
}
