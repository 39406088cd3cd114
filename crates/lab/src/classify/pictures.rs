//! A folder of pictures as a support set, and files as queries; errors name the file.

use std::error::Error;
use std::io;
use std::path::{Path, PathBuf};

use serde_json::json;
use twinglyph_core::Bitmap;
use twinglyph_core::protocol::{MAX_SHOTS, Match};

use super::Ranker;
use crate::data::left_out::LeftOut;
use crate::data::listing::{Listing, list, name, stem};
use crate::data::picture;

/// Why a folder is no support set.
#[derive(Debug, thiserror::Error)]
enum SupportFolderError {
    /// It can't be listed.
    #[error("{}: {error}", path.display())]
    File {
        /// The folder.
        path: PathBuf,
        /// The system's words.
        error: io::Error,
    },
    /// There is nothing to choose from.
    #[error("{}: classes are expected as CLASS.png or CLASS/DRAWING.png in it, but there is no picture", .0.display())]
    Empty(PathBuf),
    /// Pictures lie a level too deep.
    #[error("{} is a folder in a class's folder; name the folder of the classes: they lie in it as CLASS.png or CLASS/DRAWING.png", .0.display())]
    Deep(PathBuf),
    /// A class has no example.
    #[error("{} has no picture that can be read; add an example, or remove it", .0.display())]
    Class(PathBuf),
    /// A class has too many examples.
    #[error("{} holds {count} pictures; a class has {MAX_SHOTS} examples at most", path.display())]
    Examples {
        /// The class's folder.
        path: PathBuf,
        /// Its pictures.
        count: usize,
    },
    /// Two files are named by one class.
    #[error("{}: there is another class {name}", path.display())]
    Twice {
        /// The second one.
        path: PathBuf,
        /// The class.
        name: String,
    },
}

/// A class by its name, with its examples.
type Class = (String, Vec<Bitmap>);

/// Ranks the classes of a folder for each of the pictures. One that can't be read is told, and the others go on.
pub(super) fn run(
    ranker: &Ranker,
    folder: &Path,
    images: &[PathBuf],
    as_json: bool,
) -> Result<(), Box<dyn Error>> {
    let mut left_out = LeftOut::default();
    let classes = support(folder, &mut left_out);
    eprint!("{left_out}");
    let (names, examples): (Vec<String>, Vec<Vec<Bitmap>>) = classes?.into_iter().unzip();
    let set = ranker
        .support(examples)
        .map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut failed = 0;
    for image in images {
        let query = match picture::read(image) {
            Ok(query) => query,
            Err(error) => {
                eprintln!("lab: {}: {error}", image.display());
                failed += 1;
                continue;
            }
        };
        let (matches, views) = ranker.rank(&set, &query)?;
        if as_json {
            let ranking = matches.iter().map(|one| {
                json!({
                    "class": class(&names, one),
                    "similarity": one.similarity,
                    "score": one.score,
                })
            });
            let ranking: Vec<_> = ranking.collect();
            let image = image.display().to_string();
            println!(
                "{}",
                json!({"image": image, "ranking": ranking, "views": views.count()})
            );
        } else {
            table(image, &names, &matches);
        }
    }
    match failed {
        0 => Ok(()),
        failed => Err(format!("{failed} of {} pictures can't be ranked", images.len()).into()),
    }
}

fn table(image: &Path, names: &[String], matches: &[Match]) {
    let width = names.iter().map(|name| name.chars().count()).max();
    let width = width.unwrap_or(0).max("class".len());
    println!("{}", image.display());
    println!("  {:<width$}  similarity     score", "class");
    for one in matches {
        println!(
            "  {:<width$}  {:>10.4}  {:>8.3}",
            class(names, one),
            one.similarity,
            one.score
        );
    }
}

fn class<'a>(names: &'a [String], one: &Match) -> &'a str {
    let name = names.get(one.class as usize);
    name.map_or("", String::as_str)
}

/// The classes in a folder, in natural order.
fn support(folder: &Path, left_out: &mut LeftOut) -> Result<Vec<Class>, SupportFolderError> {
    let Listing {
        folders,
        pictures,
        others,
    } = listed(folder)?;
    left_out.files(others);
    let mut classes: Vec<Class> = Vec::with_capacity(folders.len() + pictures.len());
    let mut add = |path: &Path, name: String, files: Vec<PathBuf>| {
        if classes.iter().any(|one| one.0 == name) {
            let path = path.to_owned();
            return Err(SupportFolderError::Twice { path, name });
        }
        let files: Vec<&Path> = files.iter().map(PathBuf::as_path).collect();
        let mut examples = Vec::with_capacity(files.len());
        for (file, read) in files.iter().zip(picture::read_all(&files)) {
            match read {
                Ok(drawing) => examples.push(drawing),
                Err(error) => left_out.file(file, &error.to_string()),
            }
        }
        if examples.is_empty() {
            return Err(SupportFolderError::Class(path.to_owned()));
        }
        classes.push((name, examples));
        Ok(())
    };
    for file in pictures {
        add(&file, stem(&file), vec![file.clone()])?;
    }
    for path in folders {
        let found = listed(&path)?;
        if let (true, Some(deeper)) = (found.pictures.is_empty(), found.folders.first()) {
            return Err(SupportFolderError::Deep(deeper.clone()));
        }
        if found.pictures.len() > MAX_SHOTS {
            let count = found.pictures.len();
            return Err(SupportFolderError::Examples { path, count });
        }
        add(&path, name(&path), found.pictures)?;
    }
    if classes.is_empty() {
        return Err(SupportFolderError::Empty(folder.to_owned()));
    }
    Ok(classes)
}

fn listed(path: &Path) -> Result<Listing, SupportFolderError> {
    list(path).map_err(|error| SupportFolderError::File {
        path: path.to_owned(),
        error,
    })
}
