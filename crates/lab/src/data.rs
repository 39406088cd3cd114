//! Where a command's alphabets come from: Omniglot, or a folder of pictures that `--data` names.
//!
//! The one place that decides it. A wrong `--from` or `OMNIGLOT_DIR` is refused before anything is read, whatever the
//! data are then. Refuses to know what the drawings are for.

mod folder;
pub(crate) mod left_out;
pub(crate) mod listing;
pub(crate) mod picture;
mod table;

use std::fmt::{self, Display};
use std::path::{Path, PathBuf};

use twinglyph_core::alphabet::DRAWERS;
use twinglyph_core::omniglot::{CONTENTS, LacksArchives};
use twinglyph_core::{Alphabet, Set};

use crate::nearest::nearest;
use crate::source::{self, SourceError};
use folder::FolderError;
use left_out::LeftOut;

/// Where the alphabets come from, for every command that takes some.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct DataArgs {
    /// Folder of Omniglot's two archives
    #[arg(long, value_name = "DIR")]
    from: Option<PathBuf>,
    /// Folder of pictures instead of Omniglot: ALPHABET/CHARACTER/DRAWING.png in it, or Omniglot's unpacked
    #[arg(long, value_name = "DIR", conflicts_with = "from")]
    data: Option<PathBuf>,
}

/// Why there are no alphabets.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DataError {
    /// Omniglot can't be had.
    #[error(transparent)]
    Omniglot(#[from] SourceError),
    /// `--from` or the variable names a folder without the archives.
    #[error(transparent)]
    Named(#[from] LacksArchives),
    /// The folder of pictures can't be used.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// An alphabet that isn't there.
    #[error("{name} is no alphabet of {origin}, which has {known}{near}")]
    Unknown {
        /// What was asked for.
        name: String,
        /// Where it was looked for.
        origin: Origin,
        /// The names there.
        known: String,
        /// The one that may have been meant.
        near: String,
    },
}

/// Where alphabets come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// One of Omniglot's sets, or both.
    Omniglot(&'static str),
    /// A folder of pictures.
    Folder(PathBuf),
}

/// Alphabets, and where they come from.
#[derive(Debug)]
pub(crate) struct Data {
    /// In the order of their names within a set.
    pub(crate) alphabets: Vec<Alphabet>,
    pub(crate) origin: Origin,
}

impl DataArgs {
    /// Refuses a wrong `--from` or `OMNIGLOT_DIR`, for commands whose data come from elsewhere.
    ///
    /// # Errors
    /// When what is named lacks the archives of images.
    pub(crate) fn check(&self) -> Result<(), DataError> {
        Ok(source::check_named(self.from.as_deref())?)
    }

    /// The folder that `--from` names.
    pub(crate) fn from(&self) -> Option<&Path> {
        self.from.as_deref()
    }

    /// Is there a background set beside another one?
    pub(crate) fn has_sets(&self) -> bool {
        self.data.as_deref().is_none_or(folder::has_sets)
    }

    /// The folder of `--data`, for people; empty without one.
    pub(crate) fn folder(&self) -> String {
        self.data
            .as_ref()
            .map(|folder| folder.display().to_string())
            .unwrap_or_default()
    }

    /// Do the alphabets come from a folder of pictures?
    pub(crate) fn is_folder(&self) -> bool {
        self.data.is_some()
    }

    /// The alphabets to learn from, and to fit anything on; of a folder without sets, all.
    ///
    /// # Errors
    /// When they can't be had.
    pub(crate) fn background(&self) -> Result<Data, DataError> {
        self.load(&[Set::Background])
    }

    /// The alphabets to measure on; of a folder without sets, all.
    ///
    /// # Errors
    /// When they can't be had.
    pub(crate) fn evaluation(&self) -> Result<Data, DataError> {
        self.load(&[Set::Evaluation])
    }

    /// The alphabets of both sets.
    ///
    /// # Errors
    /// When they can't be had.
    pub(crate) fn all(&self) -> Result<Data, DataError> {
        self.load(&[Set::Background, Set::Evaluation])
    }

    fn load(&self, sets: &[Set]) -> Result<Data, DataError> {
        self.check()?;
        let Some(folder) = &self.data else {
            let omniglot = source::load(self.from())?;
            let (alphabets, name) = match sets {
                [Set::Background] => (omniglot.background, "Omniglot's background set"),
                [Set::Evaluation] => (omniglot.evaluation, "Omniglot's evaluation set"),
                _ => (
                    [omniglot.background, omniglot.evaluation].concat(),
                    "Omniglot",
                ),
            };
            let origin = Origin::Omniglot(name);
            return Ok(Data { alphabets, origin });
        };
        let sets = match folder::has_sets(folder) {
            true => sets,
            false => &sets[..1],
        };
        read(folder, sets)
    }
}

/// The alphabets of a folder of pictures that were made to learn from, and belong to none of Omniglot's sets.
///
/// # Errors
/// When they can't be read.
pub(crate) fn invented(folder: &Path) -> Result<Data, DataError> {
    read(folder, &[Set::Invented])
}

/// The alphabets of a folder of pictures; what is left out is told.
fn read(folder: &Path, sets: &[Set]) -> Result<Data, DataError> {
    let mut left_out = LeftOut::default();
    let mut alphabets = Vec::new();
    for &set in sets {
        let read = folder::read(folder, set, &mut left_out);
        // What was left out may be the reason of the error.
        alphabets.extend(read.inspect_err(|_| eprint!("{left_out}"))?);
    }
    eprint!("{left_out}");
    let data = Data {
        alphabets,
        origin: Origin::Folder(folder.to_owned()),
    };
    eprintln!("{}: {}", data.origin, counted(&data.alphabets));
    Ok(data)
}

impl Data {
    /// The alphabets' names, in their order.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.alphabets.iter().map(Alphabet::name)
    }

    /// The alphabet of this name.
    ///
    /// # Errors
    /// When there is none.
    pub(crate) fn alphabet(&self, name: &str) -> Result<&Alphabet, DataError> {
        let found = self.alphabets.iter().find(|one| one.name() == name);
        found.ok_or_else(|| DataError::Unknown {
            name: name.to_owned(),
            origin: self.origin.clone(),
            known: self.names().collect::<Vec<_>>().join(", "),
            near: nearest(name, self.names()),
        })
    }

    /// The alphabets of these names and the others, both in their order.
    ///
    /// # Errors
    /// When there is none of a name.
    pub(crate) fn split(
        self,
        names: &[String],
    ) -> Result<(Vec<Alphabet>, Vec<Alphabet>), DataError> {
        for name in names {
            self.alphabet(name)?;
        }
        let is_named = |one: &Alphabet| names.iter().any(|name| name == one.name());
        Ok(self.alphabets.into_iter().partition(is_named))
    }

    /// Only the alphabets of these names, in their order.
    ///
    /// # Errors
    /// When there is none of a name.
    pub(crate) fn named(self, names: &[String]) -> Result<Self, DataError> {
        let origin = self.origin.clone();
        let (alphabets, _) = self.split(names)?;
        Ok(Self { alphabets, origin })
    }

    /// Are these the alphabets that the official trials are of, wherever they come from?
    pub(crate) fn are_official(&self) -> bool {
        let official = CONTENTS.iter().filter(|one| one.set == Set::Evaluation);
        let sizes = official.map(|one| (one.name, one.characters, DRAWERS));
        let alphabets = self.alphabets.iter();
        sizes.eq(alphabets.map(|one| (one.name(), one.characters(), one.drawers())))
    }
}

impl Origin {
    /// What a weights file says of its data: the facts `data` and `trained_on`, for a run that learned from these
    /// alphabets, without those of the names, and from so many invented ones, of a folder where it has them.
    pub(crate) fn facts(
        &self,
        learned: &[Alphabet],
        held_out: &[String],
        (invented, of): (u32, Option<&Origin>),
    ) -> [(&'static str, String); 2] {
        if learned.is_empty() {
            let trained_on = format!("{invented} invented alphabets{}", Self::of_folder(of));
            return [("data", "invented".to_owned()), ("trained_on", trained_on)];
        }
        let without = match held_out {
            [] => String::new(),
            names => format!(" without {}", names.join(", ")),
        };
        let and_invented = match invented {
            0 => String::new(),
            count => format!(" and {count} invented ones{}", Self::of_folder(of)),
        };
        let (data, alphabets) = match self {
            Self::Omniglot(_) => (
                "Omniglot (MIT licence)".to_owned(),
                "the 30 background alphabets".to_owned(),
            ),
            Self::Folder(_) => {
                let of = Self::of_folder(Some(self));
                let alphabets = format!("{}{of}", counted(learned));
                (format!("pictures{of}"), alphabets)
            }
        };
        let trained_on = format!("{alphabets}{without}{and_invented}");
        [("data", data), ("trained_on", trained_on)]
    }

    /// ` of the folder NAME`; nothing of what is in none.
    fn of_folder(of: Option<&Self>) -> String {
        let Some(Self::Folder(folder)) = of else {
            return String::new();
        };
        let path = folder.canonicalize().unwrap_or_else(|_| folder.clone());
        format!(" of the folder {}", listing::name(&path))
    }
}

impl Display for Origin {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Omniglot(name) => to.write_str(name),
            Self::Folder(folder) => write!(to, "{}", folder.display()),
        }
    }
}

/// Numbers of alphabets, characters and drawings.
fn counted(alphabets: &[Alphabet]) -> String {
    let characters: usize = alphabets.iter().map(Alphabet::characters).sum();
    let drawings: usize = alphabets.iter().map(|one| one.drawings().len()).sum();
    let of = |count: usize, one: &str| match count {
        1 => format!("1 {one}"),
        count => format!("{count} {one}s"),
    };
    format!(
        "{}, {}, {}",
        of(alphabets.len(), "alphabet"),
        of(characters, "character"),
        of(drawings, "drawing")
    )
}
