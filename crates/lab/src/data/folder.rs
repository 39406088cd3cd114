//! Alphabets of a folder of pictures, laid out as Omniglot's archives are when they are unpacked:
//! `alphabet/character/drawing.png`.
//!
//! A folder that holds `images_background` or `images_evaluation` has these as its sets. Refuses to guess: another
//! layout, and what no alphabet can be made of, is an error that names the path; what is left out is told.

use std::io;
use std::path::{Path, PathBuf};

use twinglyph_core::{Alphabet, Bitmap, Set};

use super::left_out::LeftOut;
use super::listing::{Listing, MAX_FILES, list, name, stem};
use super::picture;
use super::table::{Kept, Row, Table};

/// The folders of both sets, as the archives name them.
const SETS: [(&str, Set); 2] = [
    ("images_background", Set::Background),
    ("images_evaluation", Set::Evaluation),
];

/// Why a folder gives no alphabets.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FolderError {
    /// It can't be listed.
    #[error("{}: {error}", path.display())]
    File {
        /// The folder.
        path: PathBuf,
        /// The system's words.
        error: io::Error,
    },
    /// Pictures lie elsewhere than they should, or nowhere.
    #[error("{}: drawings are expected as ALPHABET/CHARACTER/DRAWING.png in it, but {found}", folder.display())]
    Layout {
        /// The folder that was named.
        folder: PathBuf,
        /// What was found.
        found: String,
    },
    /// No alphabet can be made of a folder.
    #[error("{} {problem}", path.display())]
    Alphabet {
        /// The alphabet's folder, or a character's.
        path: PathBuf,
        /// What is wrong, a clause.
        problem: String,
    },
    /// More drawings than memory should be taken for.
    #[error("{} holds more than {MAX_FILES} drawings; name a part of it", .0.display())]
    Many(PathBuf),
}

/// A character's folder and its pictures.
type Character = (PathBuf, Vec<PathBuf>);

/// Does the folder hold both of Omniglot's sets? Then to learn from and to measure on are different alphabets.
pub(crate) fn has_sets(folder: &Path) -> bool {
    SETS.iter().all(|(name, _)| folder.join(name).is_dir())
}

/// The alphabets of a set of the folder, in the order of their names; of a folder without sets, all its alphabets.
///
/// # Errors
/// When it is laid out otherwise, or no alphabet can be made of a part of it.
pub(crate) fn read(
    named: &Path,
    set: Set,
    left_out: &mut LeftOut,
) -> Result<Vec<Alphabet>, FolderError> {
    let (folder, set) = set_folder(named, set);
    let found = listed(&folder)?;
    if found.folders.is_empty() {
        return Err(layout(named, &found, "it"));
    }
    for path in &found.pictures {
        left_out.file(path, "lies in no alphabet's folder");
    }
    left_out.files(found.others);
    // All layouts are looked at before any picture is.
    let mut drawings = 0;
    let alphabets = found.folders.into_iter().map(|path| {
        let characters = characters(named, &path, left_out)?;
        drawings += characters.iter().map(|one| one.1.len()).sum::<usize>();
        if drawings > MAX_FILES {
            return Err(FolderError::Many(named.to_owned()));
        }
        Ok((path, characters))
    });
    let alphabets: Vec<_> = alphabets.collect::<Result<_, _>>()?;
    let read = alphabets
        .into_iter()
        .map(|(path, characters)| alphabet(&path, set, characters, left_out));
    read.collect()
}

/// Where the alphabets of a set lie, and what they are: a set by the folder's name, else one's own.
fn set_folder(named: &Path, set: Set) -> (PathBuf, Set) {
    let mut sets = SETS.iter().filter(|(name, _)| named.join(name).is_dir());
    let wanted = sets.clone().find(|one| one.1 == set).or(sets.next());
    match wanted {
        Some(&(name, set)) => (named.join(name), set),
        None => {
            // `.` and `..` have no name of their own.
            let path = named.canonicalize().unwrap_or_else(|_| named.to_owned());
            let own = SETS.iter().find(|one| name(&path) == one.0);
            (named.to_owned(), own.map_or(Set::Own, |one| one.1))
        }
    }
}

fn listed(path: &Path) -> Result<Listing, FolderError> {
    list(path).map_err(|error| FolderError::File {
        path: path.to_owned(),
        error,
    })
}

/// A folder that should hold folders and doesn't.
fn layout(named: &Path, found: &Listing, place: &str) -> FolderError {
    let found = match (found.pictures.first(), found.others.first()) {
        (Some(picture), _) => {
            let levels = picture.strip_prefix(named).unwrap_or(picture);
            let missing = match levels.components().count() {
                1 => "put it into a folder of its alphabet and one of its character",
                _ => "a folder is missing; put all into a folder named by the alphabet",
            };
            format!("{} was found: {missing}", levels.display())
        }
        (None, Some((path, problem))) => format!("{} {problem}", path.display()),
        (None, None) => format!("{place} holds neither folders nor pictures"),
    };
    FolderError::Layout {
        folder: named.to_owned(),
        found,
    }
}

/// The characters in an alphabet's folder.
fn characters(
    named: &Path,
    path: &Path,
    left_out: &mut LeftOut,
) -> Result<Vec<Character>, FolderError> {
    let found = listed(path)?;
    if found.folders.is_empty() {
        return Err(layout(named, &found, &path.display().to_string()));
    }
    for path in &found.pictures {
        left_out.file(path, "lies in no character's folder");
    }
    left_out.files(found.others);
    let one = found.folders.into_iter().map(|path| {
        let Listing {
            folders,
            pictures,
            others,
        } = listed(&path)?;
        if let (true, Some(deeper)) = (pictures.is_empty(), folders.first()) {
            let deeper = deeper.strip_prefix(named).unwrap_or(deeper);
            return Err(FolderError::Layout {
                folder: named.to_owned(),
                found: format!(
                    "{} is a folder: name the folder of the alphabets, which is one further in",
                    deeper.display()
                ),
            });
        }
        for folder in folders {
            left_out.file(&folder, "is a folder among drawings");
        }
        left_out.files(others);
        Ok((path, pictures))
    });
    one.collect()
}

/// Reads an alphabet's drawings and makes a table of them.
fn alphabet(
    path: &Path,
    set: Set,
    characters: Vec<Character>,
    left_out: &mut LeftOut,
) -> Result<Alphabet, FolderError> {
    let refused = |path: &Path, problem: &str| FolderError::Alphabet {
        path: path.to_owned(),
        problem: problem.to_owned(),
    };
    if characters.len() < 2 {
        let problem = "has one character, which there is nothing to tell from; add others";
        return Err(refused(path, problem));
    }
    let files = characters.iter().flat_map(|(_, pictures)| pictures);
    let files: Vec<&Path> = files.map(PathBuf::as_path).collect();
    let mut read = picture::read_all(&files).into_iter();
    let mut rows: Vec<Row<Bitmap>> = Vec::with_capacity(characters.len());
    for (path, pictures) in &characters {
        let mut row = Vec::with_capacity(pictures.len());
        for (file, drawing) in pictures.iter().zip(read.by_ref()) {
            let drawing = drawing.map_err(|error| left_out.file(file, &error.to_string()));
            row.push((stem(file), drawing.ok()));
        }
        if row.iter().all(|(_, drawing)| drawing.is_none()) {
            let first = left_out.within(path);
            let problem = match first {
                Some(reason) => format!("has no picture that can be read: {reason}"),
                None => "has no picture; add drawings of the character, or remove it".to_owned(),
            };
            return Err(refused(path, &problem));
        }
        rows.push(row);
    }
    let table = Table::new(rows);
    let kept = table.complete();
    if kept.rows.len() < 2 || kept.columns.len() < 2 {
        let problem = "has no two characters with drawings of two drawers; each needs two drawings";
        return Err(refused(path, problem));
    }
    if kept.lost > 0 {
        left_out.drawings(path, &described(&table, &kept, &characters), kept.lost);
    }
    let drawings = table.into_drawings(&kept);
    Alphabet::new(name(path), set, kept.columns.len(), drawings)
        .map_err(|error| refused(path, &error.to_string()))
}

/// What of an alphabet is left out, as `character b (3 drawings), drawers ann, bob`.
fn described(table: &Table<Bitmap>, kept: &Kept, characters: &[Character]) -> String {
    let rows = characters.iter().enumerate();
    let rows = rows.filter(|(at, _)| kept.rows.binary_search(at).is_err());
    let rows = rows.map(|(at, (path, _))| {
        let count = table.count(at);
        format!("{} (drawings: {count})", name(path))
    });
    let columns = table.columns();
    let columns = columns.filter(|(at, _)| kept.columns.binary_search(at).is_err());
    let columns: Vec<String> = columns.map(|(_, column)| column.to_owned()).collect();
    let (rows, size) = (
        rows.collect::<Vec<_>>(),
        (kept.rows.len(), kept.columns.len()),
    );
    let mut parts = Vec::new();
    for (what, names) in [("characters", rows), ("drawers", columns)] {
        if !names.is_empty() {
            parts.push(format!("{what} {}", some(&names)));
        }
    }
    format!(
        "{}; kept are {} characters by {} drawers",
        parts.join(" and "),
        size.0,
        size.1
    )
}

/// The first names of many.
fn some(names: &[String]) -> String {
    const NAMED: usize = 5;
    let (named, more) = names.split_at(names.len().min(NAMED));
    let more = match more.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    named.join(", ") + &more
}
