//! Koch's network in Chromium: fetched when it is chosen, cancelled, kept, refused when damaged.

use std::time::Duration;

use twinglyph_e2e::browser::{Browser, Kind};
use twinglyph_e2e::page::{Look, Page, wait};
use twinglyph_e2e::server::{Instead, Server};
use twinglyph_e2e::{Result, app, replay};

const FILE: &str = "models/koch.safetensors";

/// Fetching, reading and timing 39 million weights, and embedding 20 drawings, on one thread.
const KOCH_LIMIT: Duration = Duration::from_secs(180);

/// Draws a cross; the answer must be of the support set.
fn ranks(page: &Page<'_>) -> Result<()> {
    let best = replay::cross(page)?;
    assert!(page.support()?.contains(&best), "{best}");
    Ok(())
}

/// Waits until the network is in use, and has ranked.
fn comes(page: &Page<'_>) -> Result<()> {
    wait("Koch's network in use", KOCH_LIMIT, || {
        let engine = page.engine()?;
        Ok(
            if page.chosen("model-select")? == "koch"
                && engine.state == "ready"
                && page.matches()?.len() == 20
            {
                Look::Done(())
            } else {
                Look::Not(format!("{engine:?}, {:?}", page.text("error")?))
            },
        )
    })
}

fn times_asked(server: &Server) -> usize {
    let asked = server.take_asked();
    asked.iter().filter(|path| path.ends_with(FILE)).count()
}

#[test]
fn it_is_fetched_once_ranks_and_is_kept_across_a_reload() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let page = Page::open(&browser, &format!("{}?device=cpu", server.url()))?;
    page.first_ranking()?;
    ranks(&page)?;
    assert_eq!(times_asked(&server), 0, "nobody has asked for it");
    let with_compact = page.matches()?;
    page.choose("model-select", "koch")?;
    comes(&page)?;
    assert_eq!(times_asked(&server), 1);
    assert_eq!(page.device()?, "cpu");
    wait("a ranking by it", KOCH_LIMIT, || {
        let matches = page.matches()?;
        Ok(if matches.len() == 20 && matches != with_compact {
            Look::Done(())
        } else {
            Look::Not(format!("{matches:?}"))
        })
    })?;
    println!(
        "FIGURE Koch's network on the CPU: {} ms a ranking",
        page.attribute("engine-state", "data-last-ranking-ms")?
            .unwrap_or_default()
    );

    let again = Page::open(&browser, &format!("{}?device=cpu&again", server.url()))?;
    again.first_ranking()?;
    again.choose("model-select", "koch")?;
    comes(&again)?;
    assert_eq!(times_asked(&server), 0, "the browser has kept it");
    assert_eq!(again.text("error")?, None);
    Ok(())
}

#[test]
fn it_can_be_given_up_and_what_is_not_the_file_is_refused() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let page = Page::open(&browser, &format!("{}?device=cpu", server.url()))?;
    page.first_ranking()?;
    server.replace(FILE, Instead::Slow(Duration::from_millis(200)));
    page.choose("model-select", "koch")?;
    wait("the first part of it", KOCH_LIMIT, || {
        let part = page.attribute("model-fetch", "data-part")?;
        let some = part.as_deref().and_then(|part| part.parse::<f64>().ok());
        Ok(match some {
            Some(part) if part > 0.0 => Look::Done(()),
            _ => Look::Not(format!("{part:?}, {:?}", page.text("error")?)),
        })
    })?;
    // Meanwhile the page ranks on, by the network that is in use.
    assert_eq!(page.chosen("model-select")?, "deep");
    ranks(&page)?;
    page.click("model-fetch-cancel")?;
    assert_eq!(page.text("model-fetch")?, None);
    ranks(&page)?;
    assert_eq!(page.chosen("model-select")?, "deep");
    assert_eq!(page.text("error")?, None);

    server.replace(FILE, Instead::Bytes(vec![7; 100_000]));
    page.choose("model-select", "koch")?;
    page.wait_for("error", "a message to the person", KOCH_LIMIT)?;
    let message = page.text("error")?.unwrap_or_default();
    assert!(
        message.contains("koch") && message.contains("damaged"),
        "{message}"
    );
    assert_eq!(page.text("model-fetch")?, None);
    assert_eq!(page.chosen("model-select")?, "deep");
    ranks(&page)?;

    // As on a host that has not fetched its large files.
    let note = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 39000000\n";
    server.replace(FILE, Instead::Bytes(note.into()));
    page.choose("model-select", "koch")?;
    wait("what is wrong with the host", KOCH_LIMIT, || {
        let told = page.text("error")?.unwrap_or_default();
        Ok(
            match told.contains("git lfs pull") && !told.contains("reload") {
                true => Look::Done(()),
                false => Look::Not(told),
            },
        )
    })?;
    ranks(&page)?;

    server.restore();
    page.choose("model-select", "koch")?;
    comes(&page)
}
