//! How long a person waits over a slow line: from navigation to the first paint and to the first ranking of a first
//! visit, on the processor in Chromium. Arguments: folders of built apps, `dist/` alone without one; they take
//! turns. Prints the medians of each, and the ratios to the first folder's.

use std::path::{Path, PathBuf};
use std::time::Duration;

use twinglyph_e2e::browser::{Browser, Kind};
use twinglyph_e2e::page::Page;
use twinglyph_e2e::server::Server;
use twinglyph_e2e::visits::{median, waits};
use twinglyph_e2e::{Error, Result, app};

/// Visits to each over each line; their median counts.
const VISITS: usize = 5;

/// Megabits a second, milliseconds to and fro, and seconds for which the page is left alone: who asks it again and again
/// takes a part of one of two cores from it.
const LINES: [(f64, u64, u64); 2] = [(10.0, 50, 2), (2.0, 150, 6)];

/// Milliseconds until something is painted, and until there is a ranking.
fn visit(folder: &Path, (megabits, trip, alone): (f64, u64, u64)) -> Result<[f64; 2]> {
    let server = Server::start(folder, app::MOUNT, 0)
        .map_err(|error| Error::Setting(format!("{}: {error}", folder.display())))?;
    server.be_slow(megabits * 1e6, Duration::from_millis(trip));
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let url = format!("{}?device=cpu", server.url());
    let page = Page::open(&browser, &url)?;
    waits(&page, Duration::from_secs(alone))
}

fn main() -> Result<()> {
    let mut folders: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    if folders.is_empty() {
        folders.push(app::dist()?);
    }
    for line in LINES {
        let mut times = vec![Vec::new(); folders.len()];
        for _ in 0..VISITS {
            for (folder, times) in folders.iter().zip(&mut times) {
                times.push(visit(folder, line)?);
            }
        }
        let medians: Vec<[f64; 2]> = times
            .iter()
            .map(|times| [0, 1].map(|at| median(times.iter().map(|one| one[at]).collect())))
            .collect();
        for (folder, [painted, ranked]) in folders.iter().zip(&medians) {
            println!(
                "FIGURE {} Mbit/s, {} ms, {}: painted after {painted:.0} ms, a ranking after {ranked:.0} ms, {:.2} of the first",
                line.0,
                line.1,
                folder.display(),
                ranked / medians[0][1],
            );
        }
    }
    Ok(())
}
