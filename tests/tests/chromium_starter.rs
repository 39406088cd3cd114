//! The engine's starter in Chromium: it ranks while the engine is on its way, and is not needed.

use std::time::Duration;

use twinglyph_e2e::browser::{Browser, Kind};
use twinglyph_e2e::page::{Look, Page, wait};
use twinglyph_e2e::{Result, app, faults, replay};
use xtask::server::{Instead, Server};

/// Before each 256 kB of the engine's 2 MB, compressed: it comes after more than five seconds.
const PAUSE: Duration = Duration::from_millis(800);

/// The whole start on a busy machine.
const START_LIMIT: Duration = Duration::from_secs(60);

fn with_a_slow_engine() -> Result<Server> {
    let server = app::serve()?;
    let module = app::file("engine/engine-", "_bg.wasm")?;
    server.replace(&module, Instead::Slow(PAUSE));
    Ok(server)
}

/// How the engine is, by the page.
fn state(page: &Page<'_>) -> Result<String> {
    let state = page.attribute("engine-state", "data-state")?;
    Ok(state.unwrap_or_default())
}

/// What is drawn is ranked, and the page says that something is still to come.
fn ranked_by_the_starter(page: &Page<'_>) -> Result<()> {
    wait("a ranking before the engine", START_LIMIT, || {
        let engine = page.engine()?;
        let ranked = engine.first_ms.is_some() && engine.ranked == engine.query;
        Ok(match engine.state.as_str() {
            "busy" if ranked => Look::Done(()),
            _ => Look::Not(format!("{engine:?}")),
        })
    })
}

fn is_ready(page: &Page<'_>) -> Result<()> {
    wait("the engine itself", START_LIMIT, || {
        let state = state(page)?;
        Ok(match state.as_str() {
            "ready" => Look::Done(()),
            _ => Look::Not(state),
        })
    })
}

#[test]
fn drawings_are_ranked_while_the_engine_is_on_its_way() -> Result<()> {
    let server = with_a_slow_engine()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let page = Page::open(&browser, &format!("{}?device=cpu", server.url()))?;
    ranked_by_the_starter(&page)?;
    assert_eq!(page.views()?, 1);
    let early = page.matches()?;
    is_ready(&page)?;
    wait("a ranking by eight views", START_LIMIT, || {
        Ok(match page.views()? {
            8 => Look::Done(()),
            views => Look::Not(format!("{views}")),
        })
    })?;
    assert_eq!(page.matches()?[0].character, early[0].character);
    assert_eq!(page.device()?, "cpu");
    replay::cross(&page)?;
    Ok(())
}

#[test]
fn a_change_of_the_network_waits_for_the_engine() -> Result<()> {
    let server = with_a_slow_engine()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let page = Page::open(&browser, &format!("{}?device=cpu", server.url()))?;
    ranked_by_the_starter(&page)?;
    page.choose("model-select", "compact")?;
    is_ready(&page)?;
    replay::cross(&page)?;
    assert_eq!(page.chosen("model-select")?, "compact");
    assert_eq!(page.views()?, 1);
    Ok(())
}

#[test]
fn without_it_the_engine_ranks() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    for ending in ["_bg.wasm", ".js"] {
        let file = app::file("engine/starter-", ending)?;
        let mut damaged = app::bytes(&file)?;
        let middle = damaged.len() / 2;
        damaged[middle] ^= 1;
        for instead in [Instead::Missing, Instead::Cut, Instead::Bytes(damaged)] {
            println!("{file}");
            server.replace(&file, instead);
            let page = Page::open(&browser, &format!("{}?device=cpu", server.url()))?;
            page.first_ranking()?;
            is_ready(&page)?;
            replay::cross(&page)?;
            server.restore();
            faults::forget(page.session(), &server)?;
        }
    }
    Ok(())
}
