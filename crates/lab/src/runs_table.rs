//! `lab runs-table`: prints core's table of the official trials.
//!
//! Needed again only if the table's form changes; `crates/core/src/runs/table.rs` is its output,
//! and a test of core compares that file with the archive.

use std::error::Error;
use std::path::PathBuf;

use twinglyph_core::omniglot::{self, IMAGES, OFFICIAL_RUNS, OmniglotError};
use twinglyph_core::runs::Run;

use crate::source::{self, SourceError};

/// Arguments of `lab runs-table`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Folder of Omniglot's archives
    #[arg(long, value_name = "DIR")]
    from: Option<PathBuf>,
}

/// A run that the table's form doesn't fit.
#[derive(Debug, thiserror::Error)]
#[error("a run is not by one drawer against another, as a row of the table has it")]
struct NotARow;

/// Prints the table.
pub(crate) fn run(args: &Args) -> Result<(), Box<dyn Error>> {
    let needed = [IMAGES[0], IMAGES[1], OFFICIAL_RUNS];
    let folder = source::archives(args.from.as_deref(), &needed)?;
    let path = folder.join(OFFICIAL_RUNS);
    let archive = |error: OmniglotError| SourceError::Archive {
        path: path.clone(),
        error,
    };
    let images = omniglot::runs(&source::read(&path)?).map_err(archive)?;
    let evaluation = source::read_archives(&folder)?.evaluation;
    let runs = omniglot::locate_runs(&images, &evaluation)?;

    println!(
        "//! The table itself, written by `lab runs-table`; a test compares it with the official archive."
    );
    println!("\nuse super::Row;\n\n#[rustfmt::skip]");
    println!("pub(super) const TABLE: [Row; {}] = [", runs.len());
    for run in &runs {
        println!("{}", row(run)?);
    }
    println!("];");
    Ok(())
}

/// A run as a row of the table.
fn row(run: &Run) -> Result<String, NotARow> {
    let classes = run.support.iter();
    let items = run.queries.iter().map(|query| &query.drawing);
    let (first, asked) = (run.support.first(), run.queries.first());
    let (first, asked) = first.zip(asked).ok_or(NotARow)?;
    let (support, query) = (first.drawer, asked.drawing.drawer);
    let uniform = classes.clone().all(|class| class.drawer == support)
        && items.clone().all(|item| item.drawer == query);
    let same = run.queries.iter().all(|query| {
        let class = run.support.get(query.answer);
        class.is_some_and(|class| class.character == query.drawing.character)
    });
    if !uniform || !same {
        return Err(NotARow);
    }
    let classes: Vec<u16> = classes.map(|class| class.character + 1).collect();
    let items: Vec<u16> = items.map(|item| item.character + 1).collect();
    Ok(format!(
        "    Row {{ alphabet: {:?}, support: {}, classes: {classes:?}, query: {}, items: {items:?} }},",
        first.alphabet,
        support + 1,
        query + 1,
    ))
}
