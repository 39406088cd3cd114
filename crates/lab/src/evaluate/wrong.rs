//! `lab evaluate --wrong`: pictures of the trials that were answered wrongly.
//!
//! A folder holds an index of the pictures that a measurement wrote. Only what such an index names is ever replaced.

use std::collections::BTreeSet;
use std::error::Error;
use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use image::{ImageFormat, RgbImage};
use serde::{Deserialize, Serialize};
use twinglyph_core::Alphabet;
use twinglyph_core::trial::DrawingRef;

use super::answered::Answer;
use super::montage;
use super::plan::Measure;

/// Most pictures of a measure.
pub(super) const MOST: usize = 100;

/// The index's file.
const INDEX: &str = "index.json";

/// All pictures beneath one another.
const OVERVIEW: &str = "overview.png";

/// By what an index is known.
const KIND: &str = "lab evaluate --wrong";

/// Why there can be no pictures.
#[derive(Debug, thiserror::Error)]
pub(super) enum WrongError {
    #[error("{}: {error}", path.display())]
    File {
        path: PathBuf,
        error: std::io::Error,
    },
    #[error(
        "{} is not empty and holds no pictures of an earlier --wrong; name an empty or a new folder",
        .0.display()
    )]
    Foreign(PathBuf),
    #[error("{} is a file of your own; move it away, or name another folder", .0.display())]
    Own(PathBuf),
    #[error("a picture can't be encoded: {0}")]
    Picture(#[from] image::ImageError),
    #[error("the index can't be encoded: {0}")]
    Index(#[from] serde_json::Error),
}

/// What was written into a folder.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Index {
    /// [`KIND`].
    kind: String,
    pictures: Vec<Picture>,
}

/// A wrong trial.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Picture {
    file: String,
    measure: String,
    /// Of the trial within its measure, from 0.
    number: usize,
    query: Named,
    right: Named,
    chosen: Named,
}

/// A drawing; character and drawer from 0.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Named {
    alphabet: String,
    character: usize,
    drawer: usize,
}

/// A folder for pictures that may be used.
pub(super) struct Folder {
    path: PathBuf,
    /// Files that an earlier measurement wrote, the index among them.
    earlier: BTreeSet<String>,
}

impl Folder {
    /// A folder that is empty, or not there yet, or holds an earlier measurement's pictures. Changes nothing.
    ///
    /// # Errors
    /// When it holds something else, or can't be read.
    pub(super) fn of(path: &Path) -> Result<Self, WrongError> {
        let at = |path: PathBuf| move |error| WrongError::File { path, error };
        let mut own = Self {
            path: path.to_owned(),
            earlier: BTreeSet::new(),
        };
        let mut entries = match fs::read_dir(path) {
            Ok(entries) => entries,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(own),
            Err(error) => return Err(at(path.to_owned())(error)),
        };
        if entries.next().is_none() {
            return Ok(own);
        }
        let text = match fs::read(path.join(INDEX)) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                return Err(WrongError::Foreign(path.to_owned()));
            }
            Err(error) => return Err(at(path.join(INDEX))(error)),
        };
        let index: Option<Index> = serde_json::from_slice(&text).ok();
        let Some(index) = index.filter(|index| index.kind == KIND) else {
            return Err(WrongError::Foreign(path.to_owned()));
        };
        // Only names as this module gives them, whatever the index says.
        let ours = index.pictures.into_iter().filter_map(|picture| {
            let Picture {
                measure, number, ..
            } = &picture;
            let plain = measure.bytes().all(|byte| byte.is_ascii_lowercase());
            (plain && picture.file == file(measure, *number)).then_some(picture.file)
        });
        own.earlier = ours.chain([INDEX, OVERVIEW].map(str::to_owned)).collect();
        Ok(own)
    }

    /// Writes the wrong trials of each measure, at most [`MOST`], the overview and the index.
    ///
    /// # Errors
    /// When a file can't be written, or would replace one that no earlier measurement wrote.
    pub(super) fn write(
        &self,
        alphabets: &[Alphabet],
        answers: &[(&Measure, Vec<Answer>)],
    ) -> Result<(), Box<dyn Error>> {
        let mut pictures = Vec::new();
        let mut images = Vec::new();
        let mut all = 0;
        for (measure, answers) in answers {
            let trials = measure.trials.iter().zip(answers).enumerate();
            let wrong = trials.filter(|(_, (trial, own))| own.choice != trial.answer);
            all += wrong.clone().count();
            for (number, (trial, answer)) in wrong.take(MOST) {
                let places = [trial.answer, answer.choice].map(|class| trial.support.get(class));
                let [Some(&right), Some(&chosen)] = places else {
                    continue;
                };
                let three = [trial.query, right, chosen];
                images.push((number, montage::three(three.map(|at| at.of(alphabets)))));
                let [query, right, chosen] = three.map(|at| Named::of(at, alphabets));
                pictures.push(Picture {
                    file: file(measure.name, number),
                    measure: measure.name.to_owned(),
                    number,
                    query,
                    right,
                    chosen,
                });
            }
        }
        let index = Index {
            kind: KIND.to_owned(),
            pictures,
        };
        let mut files = vec![(INDEX.to_owned(), serde_json::to_vec_pretty(&index)?)];
        for (picture, (_, image)) in index.pictures.iter().zip(&images) {
            files.push((picture.file.clone(), png(image)?));
        }
        files.push((OVERVIEW.to_owned(), png(&montage::overview(&images))?));
        self.replace(&files)?;
        println!(
            "wrote {} of {all} wrong trials into {}; {OVERVIEW} has them all, at most {MOST} a measure",
            images.len(),
            self.path.display()
        );
        Ok(())
    }

    /// Puts these files in the place of the earlier ones.
    fn replace(&self, files: &[(String, Vec<u8>)]) -> Result<(), WrongError> {
        let at = |path: &Path| {
            let path = path.to_owned();
            move |error| WrongError::File { path, error }
        };
        for (name, _) in files {
            let path = self.path.join(name);
            if !self.earlier.contains(name) && path.symlink_metadata().is_ok() {
                return Err(WrongError::Own(path));
            }
        }
        fs::create_dir_all(&self.path).map_err(at(&self.path))?;
        let earlier = self.earlier.iter().map(|name| self.path.join(name));
        for path in earlier {
            match fs::remove_file(&path) {
                Err(error) if error.kind() != ErrorKind::NotFound => return Err(at(&path)(error)),
                _ => {}
            }
        }
        // The index goes first, so that what is left after an interruption is known as ours.
        for (name, bytes) in files {
            let path = self.path.join(name);
            let mut file = File::create_new(&path).map_err(at(&path))?;
            file.write_all(bytes).map_err(at(&path))?;
        }
        Ok(())
    }
}

impl Named {
    fn of(at: DrawingRef, alphabets: &[Alphabet]) -> Self {
        Self {
            alphabet: alphabets
                .get(at.alphabet)
                .map_or("", Alphabet::name)
                .to_owned(),
            character: at.character,
            drawer: at.drawer,
        }
    }
}

/// The file of a measure's trial.
fn file(measure: &str, number: usize) -> String {
    format!("{measure}-{number:06}.png")
}

fn png(image: &RgbImage) -> Result<Vec<u8>, WrongError> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    image.write_to(&mut bytes, ImageFormat::Png)?;
    Ok(bytes.into_inner())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn folder(name: &str) -> PathBuf {
        let path = std::env::temp_dir().join(format!("twinglyph-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        path
    }

    fn index(pictures: &[(&str, usize, &str)]) -> Vec<u8> {
        let named = || Named {
            alphabet: "Greek".to_owned(),
            character: 0,
            drawer: 0,
        };
        let pictures = pictures.iter().map(|&(measure, number, file)| Picture {
            file: file.to_owned(),
            measure: measure.to_owned(),
            number,
            query: named(),
            right: named(),
            chosen: named(),
        });
        let index = Index {
            kind: KIND.to_owned(),
            pictures: pictures.collect(),
        };
        serde_json::to_vec(&index).unwrap()
    }

    #[test]
    fn a_folder_with_something_else_is_refused_and_stays() {
        let path = folder("wrong-foreign");
        assert!(Folder::of(&path).is_ok());
        fs::create_dir_all(&path).unwrap();
        assert!(Folder::of(&path).is_ok());
        for (name, content) in [("notes.txt", "mine"), (INDEX, "{\"kind\": \"other\"}")] {
            fs::write(path.join(name), content).unwrap();
            assert!(matches!(Folder::of(&path), Err(WrongError::Foreign(_))));
            assert_eq!(fs::read_to_string(path.join(name)).unwrap(), content);
        }
        assert!(matches!(
            Folder::of(&path.join("notes.txt")),
            Err(WrongError::File { .. })
        ));
        fs::remove_dir_all(path).unwrap();
    }

    #[test]
    fn only_what_the_index_names_as_ours_is_replaced() {
        let path = folder("wrong-replace");
        fs::create_dir_all(&path).unwrap();
        let earlier = index(&[
            ("within", 3, "within-000003.png"),
            ("within", 4, "../outside.png"),
            ("../x", 1, "../x-000001.png"),
        ]);
        fs::write(path.join(INDEX), earlier).unwrap();
        for name in ["within-000003.png", "mine.png", "within-000009.png"] {
            fs::write(path.join(name), name).unwrap();
        }
        let own = Folder::of(&path).unwrap();
        let expected = [INDEX, OVERVIEW, "within-000003.png"].map(str::to_owned);
        assert_eq!(own.earlier, BTreeSet::from(expected));
        let new = |name: &str| [(name.to_owned(), b"new".to_vec())];
        // A file of the researcher's own: nothing is changed.
        let refused = own.replace(&new("within-000009.png"));
        assert!(matches!(refused, Err(WrongError::Own(_))));
        assert!(path.join("within-000003.png").exists());
        own.replace(&new("within-000005.png")).unwrap();
        let left = fs::read_dir(&path).unwrap();
        let left: BTreeSet<_> = left.map(|entry| entry.unwrap().file_name()).collect();
        let expected = ["mine.png", "within-000005.png", "within-000009.png"];
        assert_eq!(left, expected.iter().map(Into::into).collect());
        fs::remove_dir_all(path).unwrap();
    }
}
