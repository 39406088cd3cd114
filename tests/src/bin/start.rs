//! How long a person waits: from navigation to the pad and to the first ranking, on the processor in
//! Chromium, files from loopback; in the first visit and in the next one. Prints medians of five.

use twinglyph_e2e::browser::{Browser, Kind};
use twinglyph_e2e::page::Page;
use twinglyph_e2e::visits::{median, waits};
use twinglyph_e2e::{Result, app};

/// Visits of each kind; their median counts.
const VISITS: usize = 5;

/// Time for the browser to keep what it has fetched and compiled, as between two visits.
const BETWEEN: std::time::Duration = std::time::Duration::from_secs(8);

/// Longer than a start takes. Who asks a page again and again whether it is ready takes a good part of
/// one of two cores from it.
const UNDISTURBED: std::time::Duration = std::time::Duration::from_secs(4);

fn main() -> Result<()> {
    for model in ["compact", "deep"] {
        let mut visits: [Vec<[f64; 2]>; 2] = Default::default();
        for _ in 0..VISITS {
            let server = app::serve()?;
            let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
            let url = format!("{}?device=cpu&model={model}", server.url());
            let page = Page::open(&browser, &url)?;
            visits[0].push(waits(&page, UNDISTURBED)?);
            std::thread::sleep(BETWEEN);
            // Once by the service worker, whose files the browser compiles and keeps.
            browser.session().reload()?;
            page.first_ranking()?;
            std::thread::sleep(BETWEEN);
            browser.session().go("about:blank")?;
            browser.session().go(&url)?;
            visits[1].push(waits(&page, UNDISTURBED)?);
        }
        for (name, all) in ["first", "next"].into_iter().zip(&visits) {
            let of = |at: usize| median(all.iter().map(|times| times[at]).collect());
            println!(
                "FIGURE {model}, {name} visit: painted after {:.0} ms, a ranking after {:.0} ms",
                of(0),
                of(1)
            );
        }
    }
    Ok(())
}
