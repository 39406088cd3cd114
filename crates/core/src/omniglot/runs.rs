//! The archive of the official one-shot runs: 20 runs of 20 trials, as images.

use super::archive::{Archive, drawing, number};
use super::{OFFICIAL_RUNS, OmniglotError};
use crate::{Bitmap, Foreign};

/// Number of official runs.
pub const RUNS: usize = 20;

/// Classes of a run, and its trials.
pub const WAYS: usize = 20;

/// Most bytes of one file; the official ones have at most 980.
const MAX_FILE_BYTES: usize = 8 * 1024;

/// One run as its archive has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunImages {
    /// The support set: one image of each of the 20 classes.
    pub training: Vec<Bitmap>,
    /// The 20 queries.
    pub test: Vec<Bitmap>,
    /// For each query the index of the right image of `training`.
    pub answers: Vec<usize>,
}

/// What is found of one run.
#[derive(Default)]
struct Found {
    training: [Option<Bitmap>; WAYS],
    test: [Option<Bitmap>; WAYS],
    answers: [Option<usize>; WAYS],
}

/// What a path of the archive leads to; run, class and item from 0.
enum Place {
    Training(usize, usize),
    Test(usize, usize),
    Labels(usize),
}

/// The 20 official runs in `all_runs.zip`.
///
/// # Errors
/// When the archive is not exactly of the official form.
pub fn runs(zip: &[u8]) -> Result<Vec<RunImages>, OmniglotError> {
    let mut runs: [Found; RUNS] = Default::default();
    let odd = "does not belong there";
    Archive::open(OFFICIAL_RUNS, zip)?.each_file(MAX_FILE_BYTES, |path, bytes| {
        match place(path).ok_or(odd)? {
            Place::Training(run, class) => {
                let run = runs.get_mut(run).ok_or(odd)?;
                put(run.training.get_mut(class), drawing(bytes)?)
            }
            Place::Test(run, item) => {
                let run = runs.get_mut(run).ok_or(odd)?;
                put(run.test.get_mut(item), drawing(bytes)?)
            }
            Place::Labels(run) => read_labels(run, runs.get_mut(run).ok_or(odd)?, bytes),
        }
    })?;
    (1..)
        .zip(runs)
        .map(|(run, found)| complete(run, found))
        .collect()
}

/// Puts a value where none is yet.
fn put<T>(slot: Option<&mut Option<T>>, value: T) -> Result<(), String> {
    match slot.ok_or("does not belong there")?.replace(value) {
        None => Ok(()),
        Some(_) => Err("is there twice".to_owned()),
    }
}

/// The place of a path, as `run01/training/class01.png`.
fn place(path: &str) -> Option<Place> {
    let (run, rest) = path.split_once('/')?;
    let run = index(run.strip_prefix("run")?)?;
    if rest == "class_labels.txt" {
        return Some(Place::Labels(run));
    }
    let stem = rest.strip_suffix(".png")?;
    if let Some(class) = stem.strip_prefix("training/class") {
        return Some(Place::Training(run, index(class)?));
    }
    Some(Place::Test(run, index(stem.strip_prefix("test/item")?)?))
}

/// A number of two digits from 01, as an index from 0.
fn index(digits: &str) -> Option<usize> {
    number(digits, 2)?.checked_sub(1).map(usize::from)
}

/// Reads `class_labels.txt`: a line a query, the paths of the query and of the right class.
fn read_labels(run: usize, found: &mut Found, bytes: &[u8]) -> Result<(), String> {
    let text = std::str::from_utf8(bytes).map_err(|_| "is no text".to_owned())?;
    for line in text.lines() {
        let unknown = || {
            format!(
                "has the line {}, which is not TEST TRAINING",
                Foreign::from(line)
            )
        };
        let (query, answer) = line.split_once(' ').ok_or_else(unknown)?;
        match (place(query), place(answer)) {
            (Some(Place::Test(query_run, item)), Some(Place::Training(answer_run, class)))
                if query_run == run && answer_run == run && class < WAYS =>
            {
                put(found.answers.get_mut(item), class)?;
            }
            _ => return Err(unknown()),
        }
    }
    Ok(())
}

/// The run, or the first part that is missing.
fn complete(run: usize, found: Found) -> Result<RunImages, OmniglotError> {
    let missing = |entry: String| OmniglotError::Missing {
        archive: OFFICIAL_RUNS,
        entry: format!("run{run:02}/{entry}"),
    };
    let all = |images: [Option<Bitmap>; WAYS], stem: &str| -> Result<Vec<_>, _> {
        let name = |at| missing(format!("{stem}{at:02}.png"));
        let numbered = (1..).zip(images);
        numbered
            .map(|(at, image)| image.ok_or_else(|| name(at)))
            .collect()
    };
    let answers = found.answers.into_iter().collect::<Option<Vec<_>>>();
    Ok(RunImages {
        training: all(found.training, "training/class")?,
        test: all(found.test, "test/item")?,
        answers: answers.ok_or_else(|| missing("class_labels.txt of 20 lines".to_owned()))?,
    })
}
