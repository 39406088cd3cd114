//! The manifest: which shards there are, and what each must be.
//!
//! Knows names, counts and digests; refuses to know pixels. Parsing is strict, since the names
//! in it become file names and the numbers in it become allocations.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use sha2::Digest as _;

use super::{MAX_CHARACTERS, MAX_DRAWERS, MAX_SHARD_BYTES, ShardError};
use crate::{Alphabet, Foreign, Set};

/// Version of the format that this code writes, and the only one it reads.
const VERSION: u64 = 1;

/// Most alphabets of a manifest; Omniglot has 50.
pub const MAX_ALPHABETS: usize = 256;

/// Most bytes of a manifest; Omniglot's has about 12 kB.
pub const MAX_MANIFEST_BYTES: usize = 128 * 1024;

/// Most characters of an alphabet's name; Omniglot's longest has 35.
const MAX_NAME: usize = 64;

/// Ending of a shard's file name.
const EXTENSION: &str = ".png";

/// Why a manifest is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ManifestError {
    /// It has more bytes than any manifest.
    #[error(
        "the shards' manifest has {0} bytes, more than the {MAX_MANIFEST_BYTES} allowed; make the shards again with `lab shards --force`"
    )]
    Length(usize),
    /// It is no JSON of the manifest's form.
    #[error(
        "the shards' manifest can't be read ({0}); make the shards again with `lab shards --force`"
    )]
    Json(Foreign),
    /// It was written by another version.
    #[error(
        "the shards' manifest is of version {0}, this program reads version {VERSION}; make the shards again with `lab shards --force`"
    )]
    Version(u64),
    /// It lists no alphabet, or too many.
    #[error(
        "the shards' manifest lists {0} alphabets, not 1 to {MAX_ALPHABETS}; make the shards again with `lab shards --force`"
    )]
    Alphabets(usize),
    /// Two entries have the same name or file.
    #[error(
        "the shards' manifest lists {0} twice; make the shards again with `lab shards --force`"
    )]
    Twice(String),
    /// A name has characters that don't belong in a file name, or too many of them.
    #[error(
        "{0} is no name of an alphabet: 1 to {MAX_NAME} letters, digits, _, -, ( and ) are allowed, a letter or digit first"
    )]
    Name(Foreign),
    /// The file's name is not the alphabet's with `.png`.
    #[error(
        "alphabet {name} lies in {file} by the shards' manifest, not in {name}{EXTENSION}; make the shards again with `lab shards --force`"
    )]
    File {
        /// The alphabet's name.
        name: String,
        /// The file by the manifest.
        file: Foreign,
    },
    /// A count is outside the format's limits.
    #[error(
        "alphabet {name} has {found} {what} by the shards' manifest, not 1 to {most}; make the shards again with `lab shards --force`"
    )]
    Count {
        /// The alphabet's name.
        name: String,
        /// What is counted.
        what: &'static str,
        /// The number by the manifest.
        found: usize,
        /// The most that the format allows.
        most: usize,
    },
}

/// A SHA-256 digest; in the manifest 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Digest([u8; 32]);

impl Digest {
    /// The digest of these bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(sha2::Sha256::digest(bytes).into())
    }

    /// The digest of these bytes, that somebody else has worked out.
    #[must_use]
    pub fn known(digest: [u8; 32]) -> Self {
        Self(digest)
    }

    /// Its bytes.
    #[must_use]
    pub fn bytes(&self) -> [u8; 32] {
        self.0
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The text is not 64 lower-case hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a SHA-256 is 64 lower-case hexadecimal digits")]
pub struct DigestError;

impl FromStr for Digest {
    type Err = DigestError;

    fn from_str(text: &str) -> Result<Self, DigestError> {
        let mut digest = [0; 32];
        let (pairs, rest) = text.as_bytes().as_chunks::<2>();
        if pairs.len() != digest.len() || !rest.is_empty() {
            return Err(DigestError);
        }
        for (byte, &[high, low]) in digest.iter_mut().zip(pairs) {
            *byte = nibble(high)? << 4 | nibble(low)?;
        }
        Ok(Self(digest))
    }
}

/// The value of a lower-case hexadecimal digit.
fn nibble(digit: u8) -> Result<u8, DigestError> {
    match digit {
        b'0'..=b'9' => Ok(digit - b'0'),
        b'a'..=b'f' => Ok(digit - b'a' + 10),
        _ => Err(DigestError),
    }
}

impl TryFrom<String> for Digest {
    type Error = DigestError;

    fn try_from(text: String) -> Result<Self, DigestError> {
        text.parse()
    }
}

impl From<Digest> for String {
    fn from(digest: Digest) -> Self {
        digest.to_string()
    }
}

/// One shard, as the manifest describes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The alphabet's name.
    pub name: String,
    /// Its part of the data.
    pub set: Set,
    /// Rows of the sheet, 1 to [`MAX_CHARACTERS`].
    pub characters: usize,
    /// Columns of the sheet, 1 to [`MAX_DRAWERS`].
    pub drawers: usize,
    /// Name of the file beside the manifest: the alphabet's with `.png`.
    pub file: String,
    /// Length of the file, 1 to [`MAX_SHARD_BYTES`].
    pub bytes: usize,
    /// SHA-256 of the file.
    pub sha256: Digest,
}

impl Entry {
    /// The entry for an alphabet whose sheet [`encode`](super::encode) gave.
    ///
    /// # Errors
    /// When the alphabet or the sheet is outside the format's limits.
    pub fn describe(alphabet: &Alphabet, sheet: &[u8]) -> Result<Self, ShardError> {
        let entry = Self {
            name: alphabet.name().to_owned(),
            set: alphabet.set(),
            characters: alphabet.characters(),
            drawers: alphabet.drawers(),
            file: file_name(alphabet.name()),
            bytes: sheet.len(),
            sha256: Digest::of(sheet),
        };
        entry.check()?;
        Ok(entry)
    }

    /// Is everything within the format's limits?
    pub(super) fn check(&self) -> Result<(), ManifestError> {
        check_shape(&self.name, self.characters, self.drawers)?;
        check_count(&self.name, "bytes", self.bytes, MAX_SHARD_BYTES)?;
        if self.file != file_name(&self.name) {
            return Err(ManifestError::File {
                name: self.name.clone(),
                file: self.file.as_str().into(),
            });
        }
        Ok(())
    }
}

/// Every shard there is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    version: u64,
    alphabets: Vec<Entry>,
}

impl Manifest {
    /// The manifest's file name, beside the shards.
    pub const FILE: &'static str = "manifest.json";

    /// A manifest of these entries, in this order.
    ///
    /// # Errors
    /// When there are none or too many, when two have the same name, or when one is outside the
    /// format's limits.
    pub fn new(alphabets: Vec<Entry>) -> Result<Self, ManifestError> {
        let manifest = Self {
            version: VERSION,
            alphabets,
        };
        manifest.check()?;
        Ok(manifest)
    }

    /// The manifest in these bytes.
    ///
    /// # Errors
    /// When the bytes are no manifest of this version, or when anything in it is unknown, double
    /// or outside the format's limits.
    pub fn parse(json: &[u8]) -> Result<Self, ManifestError> {
        /// What manifests of every version have.
        #[derive(Deserialize)]
        struct Versioned {
            version: u64,
        }
        if json.len() > MAX_MANIFEST_BYTES {
            return Err(ManifestError::Length(json.len()));
        }
        let unreadable = |error: serde_json::Error| ManifestError::Json(error.to_string().into());
        let Versioned { version } = serde_json::from_slice(json).map_err(unreadable)?;
        if version != VERSION {
            return Err(ManifestError::Version(version));
        }
        let manifest: Self = serde_json::from_slice(json).map_err(unreadable)?;
        manifest.check()?;
        Ok(manifest)
    }

    /// The manifest as JSON, indented, with a line end.
    ///
    /// # Errors
    /// When it would be longer than [`MAX_MANIFEST_BYTES`].
    pub fn to_json(&self) -> Result<String, ManifestError> {
        let mut json = serde_json::to_string_pretty(self)
            .map_err(|error| ManifestError::Json(error.to_string().into()))?;
        json.push('\n');
        if json.len() > MAX_MANIFEST_BYTES {
            return Err(ManifestError::Length(json.len()));
        }
        Ok(json)
    }

    /// The entries, in their order.
    #[must_use]
    pub fn alphabets(&self) -> &[Entry] {
        &self.alphabets
    }

    /// The entry of the alphabet of this name.
    #[must_use]
    pub fn alphabet(&self, name: &str) -> Option<&Entry> {
        self.alphabets.iter().find(|entry| entry.name == name)
    }

    fn check(&self) -> Result<(), ManifestError> {
        if !(1..=MAX_ALPHABETS).contains(&self.alphabets.len()) {
            return Err(ManifestError::Alphabets(self.alphabets.len()));
        }
        self.alphabets.iter().try_for_each(Entry::check)?;
        // Two names that differ in case only are one file on some systems.
        let mut names: Vec<String> = self
            .alphabets
            .iter()
            .map(|entry| entry.name.to_ascii_lowercase())
            .collect();
        names.sort_unstable();
        match names.windows(2).find(|pair| pair[0] == pair[1]) {
            Some(pair) => Err(ManifestError::Twice(pair[0].clone())),
            None => Ok(()),
        }
    }
}

/// The file name of an alphabet's shard.
pub(super) fn file_name(name: &str) -> String {
    format!("{name}{EXTENSION}")
}

/// Are name, characters and drawers within the format's limits?
pub(super) fn check_shape(
    name: &str,
    characters: usize,
    drawers: usize,
) -> Result<(), ManifestError> {
    if !is_name(name) {
        return Err(ManifestError::Name(name.into()));
    }
    check_count(name, "characters", characters, MAX_CHARACTERS)?;
    check_count(name, "drawers", drawers, MAX_DRAWERS)
}

/// Is this the name of an alphabet: safe as a file name and in an address?
pub(crate) fn is_name(name: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_alphanumeric() || b"_-()".contains(&byte);
    name.len() <= MAX_NAME
        && name.bytes().all(inner)
        && name.starts_with(|first: char| first.is_ascii_alphanumeric())
}

fn check_count(
    name: &str,
    what: &'static str,
    found: usize,
    most: usize,
) -> Result<(), ManifestError> {
    if (1..=most).contains(&found) {
        return Ok(());
    }
    Err(ManifestError::Count {
        name: name.to_owned(),
        what,
        found,
        most,
    })
}
