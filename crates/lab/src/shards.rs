//! `lab shards`: makes the app's shards again from the official archives.
//!
//! They are in the repository, so this is for a change of the format, and for proof.
//!
//! Writes each file under a temporary name and renames it, the manifest last, so that a broken
//! run leaves either the old shards, or none that are listed. Leaves other files as they are: the
//! data set's licence lies beside the shards.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use image::{GrayImage, ImageFormat, Luma};
use serde_json::json;
use twinglyph_core::Alphabet;
use twinglyph_core::bitmap::SIDE;
use twinglyph_core::omniglot::{CONTENTS, IMAGES};
use twinglyph_core::shard::{self, Digest, Entry, Manifest};

use crate::out;
use crate::source::{self, Omniglot, SourceError, at};

/// One cell of each alphabet, so that the page can show the list without fetching the sheets.
const PREVIEW: &str = "preview.png";

/// Arguments of `lab shards`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Folder of Omniglot's two archives
    #[arg(long, value_name = "DIR")]
    from: Option<PathBuf>,
    /// Folder to write to [default: assets/omniglot of the checkout]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Make them even where they are there and whole
    #[arg(long)]
    force: bool,
    /// Print a JSON object, and what people read to standard error
    #[arg(long)]
    json: bool,
}

/// A sheet came out of the encoder that doesn't decode to the same drawings.
#[derive(Debug, thiserror::Error)]
#[error(
    "alphabet {0} is not the same after encoding; this is a fault of the program, please report it"
)]
struct NotTheSame(String);

/// Makes the shards, unless they are there.
pub(crate) fn run(args: &Args) -> Result<(), Box<dyn Error>> {
    out::only_json(args.json);
    // A wrong name is told of, even where nothing is to be made.
    source::check_named(args.from.as_deref())?;
    let out = args.out.clone().unwrap_or_else(source::shards_folder);
    let there = if args.force { None } else { whole(&out) };
    let written = there.is_none();
    let manifest = match there {
        Some(manifest) => manifest,
        None => make(args.from.as_deref(), &out)?,
    };

    let entries = manifest.alphabets();
    let characters: usize = entries.iter().map(|entry| entry.characters).sum();
    let drawings: usize = entries.iter().map(|e| e.characters * e.drawers).sum();
    let bytes: usize = entries.iter().map(|entry| entry.bytes).sum();
    println!(
        "shards: {} alphabets, {characters} characters, {drawings} drawings, {bytes} bytes {} {}",
        entries.len(),
        if written {
            "written to"
        } else {
            "are whole in"
        },
        out.display()
    );
    if args.json {
        let summary = json!({
            "alphabets": entries.len(),
            "characters": characters,
            "drawings": drawings,
            "bytes": bytes,
            "written": written,
        });
        out::json(&summary);
    }
    Ok(())
}

/// The manifest in a folder, if it lists all of Omniglot and every file is as it says.
fn whole(folder: &Path) -> Option<Manifest> {
    let json = source::read(&folder.join(Manifest::FILE)).ok()?;
    let manifest = Manifest::parse(&json).ok()?;
    let entries = manifest.alphabets();
    let listed = |entry: &Entry| (entry.name.clone(), entry.set, entry.characters);
    let all = CONTENTS.map(|c| (c.name.to_owned(), c.set, c.characters));
    if !entries.iter().map(listed).eq(all) {
        return None;
    }
    let same = |entry: &Entry| {
        source::read(&folder.join(&entry.file))
            .is_ok_and(|bytes| bytes.len() == entry.bytes && Digest::of(&bytes) == entry.sha256)
    };
    let complete = entries.iter().all(same) && folder.join(PREVIEW).is_file();
    complete.then_some(manifest)
}

/// Makes all shards and the manifest.
fn make(from: Option<&Path>, out: &Path) -> Result<Manifest, Box<dyn Error>> {
    let folder = source::archives(from, &IMAGES)?;
    println!("Omniglot: reading the archives in {}", folder.display());
    let omniglot = source::read_archives(&folder)?;

    println!("shards: encoding into {} (a few seconds)", out.display());
    write_all(&omniglot, out)
}

/// Writes all shards, then the manifest.
fn write_all(omniglot: &Omniglot, out: &Path) -> Result<Manifest, Box<dyn Error>> {
    fs::create_dir_all(out).map_err(at(out))?;
    let listing = out.join(Manifest::FILE);
    // Without it the folder counts as empty while its files are replaced.
    match fs::remove_file(&listing) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(at(&listing)(error))?,
        _ => {}
    }
    let alphabets = omniglot.background.iter().chain(&omniglot.evaluation);
    let entries = alphabets
        .clone()
        .map(|alphabet| write_shard(alphabet, out))
        .collect::<Result<Vec<_>, _>>()?;
    write(&out.join(PREVIEW), &preview(alphabets)?)?;
    let manifest = Manifest::new(entries)?;
    write(&listing, manifest.to_json()?.as_bytes())?;
    Ok(manifest)
}

/// Writes the shard of one alphabet.
fn write_shard(alphabet: &Alphabet, out: &Path) -> Result<Entry, Box<dyn Error>> {
    let sheet = shard::encode(alphabet)?;
    let entry = Entry::describe(alphabet, &sheet)?;
    if shard::decode(&entry, &sheet)? != *alphabet {
        return Err(NotTheSame(alphabet.name().to_owned()).into());
    }
    write(&out.join(&entry.file), &sheet)?;
    Ok(entry)
}

/// The first drawer's first character of each alphabet, side by side in the manifest's order:
/// 105 x 105 pixels a cell, black ink on white.
fn preview<'a>(
    alphabets: impl Iterator<Item = &'a Alphabet> + Clone,
) -> Result<Vec<u8>, image::ImageError> {
    let side = SIDE as u32;
    let count = alphabets.clone().count() as u32;
    let mut sheet = GrayImage::from_pixel(side * count, side, Luma([u8::MAX]));
    for (at, alphabet) in (0..).zip(alphabets) {
        for (row, column) in alphabet
            .drawing(0, 0)
            .into_iter()
            .flat_map(|cell| cell.ink())
        {
            sheet.put_pixel(at * side + column as u32, row as u32, Luma([0]));
        }
    }
    let mut bytes = std::io::Cursor::new(Vec::new());
    sheet.write_to(&mut bytes, ImageFormat::Png)?;
    Ok(bytes.into_inner())
}

/// Writes a file whole or not at all.
fn write(path: &Path, bytes: &[u8]) -> Result<(), SourceError> {
    let part = path.with_extension(format!("{}.part", std::process::id()));
    let written = fs::write(&part, bytes)
        .and_then(|()| fs::rename(&part, path))
        .map_err(at(path));
    if written.is_err() {
        // Best effort: the error that matters is the one above.
        let _ = fs::remove_file(&part);
    }
    written
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn damaged_or_missing_shards_are_made_anew() {
        let omniglot = source::load(None).unwrap();
        let out = std::env::temp_dir().join(format!("lab-shards-{}", std::process::id()));
        assert_eq!(whole(&out), None);
        fs::create_dir_all(&out).unwrap();
        fs::write(out.join("LICENSE"), "MIT").unwrap();
        let manifest = write_all(&omniglot, &out).unwrap();
        assert_eq!(whole(&out), Some(manifest.clone()));

        let shard = out.join(&manifest.alphabets()[7].file);
        let good = fs::read(&shard).unwrap();
        let mut damaged = good.clone();
        damaged[good.len() / 2] ^= 1;
        fs::write(&shard, damaged).unwrap();
        assert_eq!(whole(&out), None);
        fs::remove_file(&shard).unwrap();
        assert_eq!(whole(&out), None);
        fs::write(&shard, good).unwrap();
        assert_eq!(whole(&out), Some(manifest.clone()));

        // A manifest that is right in itself but does not list all of Omniglot.
        let part = Manifest::new(manifest.alphabets()[..49].to_vec()).unwrap();
        write(
            &out.join(Manifest::FILE),
            part.to_json().unwrap().as_bytes(),
        )
        .unwrap();
        assert_eq!(whole(&out), None);

        // 50 shards, the preview, the manifest and the licence, no temporary file.
        assert_eq!(fs::read_dir(&out).unwrap().count(), 53);
        let preview = image::open(out.join(PREVIEW)).unwrap().into_luma8();
        let cell = omniglot.evaluation[19].drawing(0, 0).unwrap();
        for (row, column) in [(52, 52), (30, 60), (70, 40), (0, 0)] {
            let pixel = preview.get_pixel((49 * SIDE + column) as u32, row as u32).0[0];
            assert_eq!(pixel == 0, cell.get(row, column));
        }
        fs::remove_dir_all(&out).unwrap();
    }
}
