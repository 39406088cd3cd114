//! The parts of the page that are fetched when they are asked for (docs/decisions/0018), in Chromium:
//! one that doesn't come is told of in its place, and comes when the network is mended.

use std::time::{Duration, Instant};

use serde_json::json;
use twinglyph_e2e::browser::{Browser, Kind};
use twinglyph_e2e::page::{Look, Page, wait};
use twinglyph_e2e::server::Instead;
use twinglyph_e2e::{Result, app};

/// A busy machine; a person is told within 5 s, and the figure is printed.
const LIMIT: Duration = Duration::from_secs(30);

/// Half of a file and its end, silence, none, and another one.
fn faults(file: &str) -> Result<[Instead; 4]> {
    let mut damaged = app::bytes(file)?;
    let middle = damaged.len() / 2;
    damaged[middle] ^= 1;
    Ok([
        Instead::Missing,
        Instead::Cut,
        Instead::Stalled,
        Instead::Bytes(damaged),
    ])
}

/// Waits for one of these elements; says which it is.
fn one_of(page: &Page<'_>, handles: &[&str]) -> Result<String> {
    let script = "return arguments[0].find(handle => [...document.querySelectorAll(\
        `[data-testid=${handle}]`)].some(e => e.offsetParent !== null)) ?? ''";
    wait("an element", LIMIT, || {
        let seen = page.session().run(script, &[json!(handles)])?;
        let seen = seen.as_str().unwrap_or_default().to_owned();
        Ok(if seen.is_empty() {
            Look::Not(format!("none of {handles:?}"))
        } else {
            Look::Done(seen)
        })
    })
}

#[test]
fn a_page_that_does_not_come_is_told_of_and_comes_when_it_can() -> Result<()> {
    let server = app::serve()?;
    let file = app::file("parts/split_work-", ".wasm")?;
    for instead in faults(&file)? {
        // One that keeps no files from the run before.
        let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
        let kind = format!("{instead:?}");
        let kind = &kind[..kind.len().min(10)];
        server.replace(&file, instead);
        let url = format!("{}?device=cpu&model=compact#/teach", server.url());
        let page = Page::open(&browser, &url)?;
        let start = Instant::now();
        one_of(&page, &["room-missing"])?;
        println!(
            "FIGURE {kind}: told after {:.1} s",
            start.elapsed().as_secs_f64()
        );
        // The rest of the app goes on.
        page.session().run("location.hash = '#/draw'", &[])?;
        page.first_ranking()?;
        page.session().run("location.hash = '#/teach'", &[])?;
        server.restore();
        // Again and again: the button that is seen first may belong to the place that is just left.
        let again = "document.querySelector('[data-testid=room-retry]')?.click();\
            return document.querySelector('[data-testid=teach-pad]') !== null";
        wait("the page", LIMIT, || {
            let came = page.session().run(again, &[])?;
            Ok(if came == true {
                Look::Done(())
            } else {
                Look::Not(came.to_string())
            })
        })?;
        page.first_ranking()?;
    }
    Ok(())
}

#[test]
fn without_the_part_that_reads_alphabets_the_pad_is_there_and_they_come_later() -> Result<()> {
    let server = app::serve()?;
    let file = app::file("parts/split_alphabets-", ".wasm")?;
    for instead in faults(&file)? {
        let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
        server.replace(&file, instead);
        let url = format!("{}?device=cpu&model=compact", server.url());
        let page = Page::open(&browser, &url)?;
        let start = Instant::now();
        one_of(&page, &["error"])?;
        println!(
            "FIGURE told after {:.1} s: {}",
            start.elapsed().as_secs_f64(),
            page.text("error")?.unwrap_or_default()
        );
        page.pad()?;
        server.restore();
        let again = "document.querySelector('[data-testid=retry]')?.click()";
        wait("a ranking", LIMIT, || {
            page.session().run(again, &[])?;
            let engine = page.engine()?;
            Ok(if engine.ranked > 0 && engine.ranked == engine.query {
                Look::Done(())
            } else {
                Look::Not(format!("{engine:?}"))
            })
        })?;
    }
    Ok(())
}

#[test]
fn without_its_words_in_japanese_the_page_is_english() -> Result<()> {
    let server = app::serve()?;
    let file = app::file("parts/split_japanese-", ".wasm")?;
    for instead in faults(&file)? {
        let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
        server.replace(&file, instead);
        let url = format!("{}?lang=ja&device=cpu&model=compact", server.url());
        let page = Page::open(&browser, &url)?;
        page.first_ranking()?;
        let language = "return [document.documentElement.lang, document.title]";
        assert_eq!(
            page.session().run(language, &[])?,
            json!(["en", "Twinglyph: draw a character"])
        );
        server.restore();
        page.session().reload()?;
        page.first_ranking()?;
        assert_eq!(
            page.session().run(language, &[])?,
            json!(["ja", "Twinglyph：文字を描く"])
        );
    }
    Ok(())
}
