//! Finds the official runs' images among the evaluation alphabets.

use std::collections::HashMap;

use super::{CONTENTS, RunImages};
use crate::runs::{DrawingRef, Query, Run};
use crate::{Alphabet, Bitmap};

/// An image of a run is not in one alphabet, or is there more than once.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "run {run:02} is not one drawing each of one evaluation alphabet; check all_runs.zip and images_evaluation.zip"
)]
pub struct LocateError {
    /// The run, from 1.
    run: usize,
}

/// The runs as references to drawings, found by equality of pixels.
///
/// Two drawings of Omniglot are equal, so a run's images are looked for within the one alphabet
/// that has them all.
///
/// # Errors
/// When a run has no such alphabet, or when an image is in it more than once.
pub fn locate_runs(runs: &[RunImages], evaluation: &[Alphabet]) -> Result<Vec<Run>, LocateError> {
    let indices: Vec<_> = evaluation.iter().filter_map(index).collect();
    (1..)
        .zip(runs)
        .map(|(run, images)| {
            let mut found = indices.iter().filter_map(|places| locate(images, places));
            found.next().ok_or(LocateError { run })
        })
        .collect()
}

/// Every drawing of an alphabet; `None` for one that is drawn twice.
type Places<'a> = HashMap<&'a Bitmap, Option<DrawingRef>>;

/// Where an alphabet's drawings are.
fn index(alphabet: &Alphabet) -> Option<Places<'_>> {
    let name = CONTENTS.iter().find(|c| c.name == alphabet.name())?.name;
    let mut places = Places::new();
    for (at, bitmap) in alphabet.drawings().iter().enumerate() {
        let place = DrawingRef {
            alphabet: name,
            character: u16::try_from(at / alphabet.drawers()).ok()?,
            drawer: u8::try_from(at % alphabet.drawers()).ok()?,
        };
        let earlier = places.insert(bitmap, Some(place));
        if earlier.is_some() {
            places.insert(bitmap, None);
        }
    }
    Some(places)
}

/// The run, if all its images are among these places.
fn locate(images: &RunImages, places: &Places<'_>) -> Option<Run> {
    let find = |bitmap: &Bitmap| *places.get(bitmap)?;
    let queries = images.test.iter().zip(&images.answers);
    Some(Run {
        support: images.training.iter().map(find).collect::<Option<_>>()?,
        queries: queries
            .map(|(bitmap, &answer)| {
                let drawing = find(bitmap)?;
                Some(Query { drawing, answer })
            })
            .collect::<Option<_>>()?,
    })
}
