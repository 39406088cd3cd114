//! What a person can do with the characters of a photo.

use super::*;
use proptest::prelude::*;
use twinglyph_paper::Bounds;

/// A character of these pieces.
fn drawn(pieces: &[u32], is_sure: bool) -> Drawn {
    let left = pieces.first().map_or(0, |&piece| piece as usize * 10);
    Drawn {
        character: Character {
            pieces: pieces.to_vec(),
            bounds: Bounds {
                left,
                top: 0,
                right: left + 8,
                bottom: 8,
            },
            is_sure,
        },
        drawing: Bitmap::from_fn(|row, column| pieces.contains(&(row as u32)) && column == 3),
        name: String::new(),
    }
}

/// A photo of so many characters, of which every third is unsure.
fn photo(count: u32) -> Review {
    let page = Page {
        width: 100,
        height: 50,
        lost_names: false,
        characters: (0..count).map(|at| drawn(&[at], at % 3 != 2)).collect(),
    };
    Review::new(page, "IMG_20260101_093000.jpg")
}

/// What a reader of paper answers that joins pieces, and splits a character into its pieces.
fn answer(ask: &Ask) -> Vec<Drawn> {
    match ask {
        Ask::Join(characters) => {
            let pieces: Vec<u32> = characters
                .iter()
                .flat_map(|character| character.pieces.clone())
                .collect();
            vec![drawn(&pieces, true)]
        }
        Ask::Split(character) => {
            let pieces = character.pieces.iter();
            pieces.map(|&piece| drawn(&[piece], false)).collect()
        }
        Ask::Cells(_) => Vec::new(),
    }
}

fn choose(review: &mut Review, places: &[usize]) {
    review.choose_none();
    for &at in places {
        review.toggle(at);
    }
}

fn pieces(review: &Review) -> Vec<Vec<u32>> {
    let marks = review.marks().iter();
    marks
        .map(|mark| mark.drawn.character.pieces.clone())
        .collect()
}

#[test]
fn joining_and_splitting_are_one_step_each() {
    let mut review = photo(4);
    assert_eq!((review.count(), review.unsure()), (4, 1));
    assert_eq!(review.joining(), None);
    choose(&mut review, &[2]);
    assert_eq!(review.joining(), None);
    choose(&mut review, &[1, 3]);
    assert_eq!(review.splitting(), None);
    let wish = review.joining().unwrap();
    assert!(review.grant(&wish, answer(&wish.ask)));
    assert_eq!(pieces(&review), [vec![0], vec![1, 3], vec![2]]);
    assert!(review.is_chosen(1) && review.chosen.len() == 1);
    // The same answer a second time finds other characters.
    assert!(!review.grant(&wish, answer(&wish.ask)));
    let wish = review.splitting().unwrap();
    assert!(review.grant(&wish, answer(&wish.ask)));
    assert_eq!(pieces(&review), [vec![0], vec![1], vec![3], vec![2]]);
    // What a person has cut needs no second look.
    assert_eq!(review.unsure(), 1);
    review.undo();
    assert_eq!(review.count(), 3);
    review.undo();
    assert!(!review.can_undo());
    assert_eq!(pieces(&review), [vec![0], vec![1], vec![2], vec![3]]);
    review.redo();
    assert_eq!(review.count(), 3);
}

#[test]
fn what_can_not_be_split_stays_without_a_step() {
    let mut review = photo(2);
    choose(&mut review, &[0]);
    let wish = review.splitting().unwrap();
    let same = vec![review.marks()[0].drawn.clone()];
    assert!(!review.grant(&wish, same));
    assert!(!review.grant(&wish, Vec::new()));
    assert!(!review.can_undo());
}

#[test]
fn names_go_with_their_characters() {
    let mut review = photo(3);
    review.rename(1, " b ").unwrap();
    assert_eq!(review.rename(1, &"x".repeat(61)), Err(EditError::Name));
    choose(&mut review, &[0, 1]);
    let wish = review.joining().unwrap();
    assert!(review.grant(&wish, answer(&wish.ask)));
    assert_eq!(review.marks()[0].drawn.name, "b");
    let wish = review.splitting().unwrap();
    assert!(review.grant(&wish, answer(&wish.ask)));
    let names: Vec<_> = review.classes().into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["b", "", ""]);
}

#[test]
fn names_in_order_skip_what_is_left_out() {
    let mut review = photo(4);
    choose(&mut review, &[1]);
    assert_eq!(review.brings_back(), Some(false));
    review.drop_chosen();
    assert_eq!(review.number(1), None);
    assert_eq!(review.number(2), Some(2));
    let names: Vec<String> = ["あ", "い", "う", "え"].map(str::to_owned).into();
    assert_eq!(review.name_in_order(&names), Ok(3));
    let classes: Vec<_> = review.classes().into_iter().map(|(name, _)| name).collect();
    assert_eq!(classes, ["あ", "い", "う"]);
    assert_eq!(review.marks()[1].drawn.name, "");
    assert_eq!(
        review.name_in_order(&["x".repeat(61)]),
        Err(EditError::Name)
    );
    review.undo();
    assert_eq!(review.marks()[0].drawn.name, "");
    choose(&mut review, &[1]);
    assert_eq!(review.brings_back(), Some(true));
    review.drop_chosen();
    assert_eq!(review.count(), 4);
}

#[test]
fn one_character_is_called_as_its_file() {
    let one = |file: &str| {
        let page = Page {
            width: 9,
            height: 9,
            lost_names: false,
            characters: vec![drawn(&[1], true)],
        };
        Review::new(page, file).classes().swap_remove(0).0
    };
    assert_eq!(one("star.v2.png"), "star.v2");
    assert_eq!(one("IMG_20260101_093000.jpg"), "");
    assert!(photo(2).classes().iter().all(|(name, _)| name.is_empty()));
}

#[test]
fn what_is_unsure_is_found_and_confirmed() {
    let mut review = photo(7);
    assert_eq!(review.next_unsure(0), Some(2));
    assert_eq!(review.next_unsure(3), Some(5));
    assert_eq!(review.next_unsure(6), Some(2));
    choose(&mut review, &[2, 5]);
    assert!(review.can_confirm());
    review.confirm_chosen();
    assert_eq!((review.unsure(), review.next_unsure(0)), (0, None));
    assert!(!review.can_confirm());
    review.undo();
    assert_eq!(review.unsure(), 2);
}

#[test]
fn characters_without_pieces_stay_whole() {
    let page = Page {
        width: 9,
        height: 9,
        lost_names: false,
        characters: vec![drawn(&[], true), drawn(&[1], true)],
    };
    let mut review = Review::new(page, "form.png");
    choose(&mut review, &[0, 1]);
    assert_eq!(review.joining(), None);
    choose(&mut review, &[0]);
    assert_eq!(review.splitting(), None);
}

proptest! {
    /// Whatever is done, numbers go on from 1, no piece is lost, and undoing leads back.
    #[test]
    fn every_step_can_be_undone(
        count in 0u32..6,
        steps in prop::collection::vec((0u8..9, 0usize..6, 0usize..6), 0..40),
    ) {
        let mut review = photo(count);
        let first = review.marks().to_vec();
        for (kind, one, other) in steps {
            match kind {
                0 => review.toggle(one),
                1 | 2 => {
                    choose(&mut review, &[one, other]);
                    let wish = if kind == 1 { review.joining() } else { review.splitting() };
                    if let Some(wish) = wish {
                        review.grant(&wish, answer(&wish.ask));
                    }
                }
                3 => review.drop_chosen(),
                4 => drop(review.rename(one, &other.to_string())),
                5 => drop(review.name_in_order(&vec![one.to_string(); other])),
                6 => review.confirm_chosen(),
                7 => review.undo(),
                _ => review.redo(),
            }
            let numbers: Vec<_> =
                (0..review.marks().len()).filter_map(|at| review.number(at)).collect();
            prop_assert_eq!(&numbers, &(1..=review.count()).collect::<Vec<_>>());
            prop_assert_eq!(review.classes().len(), review.count());
            prop_assert!(review.unsure() <= review.count());
            prop_assert!((0..review.marks().len()).filter(|&at| review.is_chosen(at)).count()
                == review.chosen.len());
            let mut all = pieces(&review).concat();
            all.sort_unstable();
            prop_assert_eq!(all, (0..count).collect::<Vec<_>>());
        }
        while review.can_redo() {
            review.redo();
        }
        let last = review.marks().to_vec();
        while review.can_undo() {
            review.undo();
        }
        prop_assert_eq!(review.marks(), &first[..]);
        while review.can_redo() {
            review.redo();
        }
        prop_assert_eq!(review.marks(), &last[..]);
    }
}
