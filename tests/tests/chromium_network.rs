//! Downloads that fail, in Chromium: each file of the app missing, cut in the middle, stalled, or
//! other than it should be. The person is told in a sentence, and the page is whole when the network
//! is.

use std::time::{Duration, Instant};

use twinglyph_e2e::browser::{Browser, Kind};
use twinglyph_e2e::page::{Look, Page, wait};
use twinglyph_e2e::server::Instead;
use twinglyph_e2e::{Result, app, faults, replay};

/// A person is told within 5 s of a download that stalls; a busy machine takes longer, and the figure is
/// printed.
const TOLD_LIMIT: Duration = Duration::from_secs(60);

/// The whole start on a busy machine; a stalled file that is asked for once more is cancelled first.
const RECOVERY_LIMIT: Duration = Duration::from_secs(60);

/// Where the page speaks of troubles: its own start's, the engine's, the run's.
const WORDS: &str = "return [...document.querySelectorAll('[data-testid=boot-error],\
    [data-testid=error]')].map(e => e.textContent).join(' ')";

/// Presses the button that tries again, if there is one.
const TRY_AGAIN: &str = "const button = document.querySelector('[data-testid=boot-retry]')\
    ?? document.querySelector('[data-testid=retry]'); button?.click(); return button !== null";

/// What the page says of its trouble with this, and after how long. It may speak of something else first.
fn told(page: &Page<'_>, about: &str) -> Result<String> {
    let start = Instant::now();
    let what = format!("words about the trouble with {about:?}");
    let words = wait(&what, TOLD_LIMIT, || {
        let words = page.session().run(WORDS, &[])?;
        let words = words.as_str().map(str::trim).unwrap_or_default();
        Ok(if !words.is_empty() && words.contains(about) {
            Look::Done(words.to_owned())
        } else {
            Look::Not(format!("{words:?}"))
        })
    })?;
    Ok(format!("{:.1} s: {words}", start.elapsed().as_secs_f64()))
}

/// Serves something else for a file from the start; then the network is mended. The address is new each
/// time: what a page before is still keeping for use without a network would be taken for this one's.
fn survives(browser: &Browser, file: &str, instead: Instead) -> Result<()> {
    let session = browser.session();
    let server = app::serve()?;
    let kind = match &instead {
        Instead::Bytes(_) => "damaged".to_owned(),
        other => format!("{other:?}").to_lowercase(),
    };
    server.replace(file, instead);
    session.go(&format!("{}?device=cpu", server.url()))?;
    let page = Page::of(browser);
    let words = told(&page, "")?;
    println!("{file} {kind}: {words}");
    server.restore();
    // A person clicks when they see the button; a worker is started anew by itself, if it was not
    // tried too often before.
    wait("a ranking", RECOVERY_LIMIT, || {
        // What is seen until the page is loaded anew is of the one before.
        if session.run(TRY_AGAIN, &[])? == true {
            return Ok(Look::Not("a button to try again".to_owned()));
        }
        let engine = page.engine()?;
        Ok(if engine.ranked > 0 && engine.ranked == engine.query {
            Look::Done(())
        } else {
            Look::Not(format!("{engine:?}"))
        })
    })?;
    replay::cross(&page).map(drop)
}

/// Every way in which the download of a file fails.
fn every_fault(files: &[String]) -> Result<()> {
    // A page whose styles never come is never loaded.
    let browser = Browser::impatient(Kind::ChromiumWithoutGpu)?;
    for file in files {
        let mut damaged = app::bytes(file)?;
        let middle = damaged.len() / 2;
        damaged[middle] ^= 1;
        for instead in [
            Instead::Missing,
            Instead::Cut,
            Instead::Stalled,
            Instead::Bytes(damaged),
        ] {
            survives(&browser, file, instead)?;
        }
    }
    Ok(())
}

#[test]
fn the_pages_own_files() -> Result<()> {
    every_fault(&[
        app::file("twinglyph-", "_bg.wasm")?,
        app::file("twinglyph-", ".js")?,
        app::file("parts/parts-", ".js")?,
        app::file("style-", ".css")?,
    ])
}

#[test]
fn the_engines_files() -> Result<()> {
    every_fault(&[
        app::file("engine/relaxed-engine-", "_bg.wasm")?,
        app::file("engine/relaxed-engine-", ".js")?,
        "models/deep.safetensors".to_owned(),
    ])
}

#[test]
fn the_workers_script() -> Result<()> {
    let browser = Browser::impatient(Kind::ChromiumWithoutGpu)?;
    let file = app::file("engine/worker-", ".js")?;
    for instead in [
        Instead::Missing,
        Instead::Cut,
        Instead::Stalled,
        Instead::Bytes(b"export nonsense".to_vec()),
    ] {
        survives(&browser, &file, instead)?;
    }
    Ok(())
}

/// A file that the page can do without: there are the invented alphabets, or the ones before.
#[test]
fn shards_and_their_list() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    for instead in [Instead::Cut, Instead::Stalled] {
        server.replace("omniglot/manifest.json", instead.clone());
        let page = Page::open(
            &browser,
            &format!("{}?device=cpu&model=compact", server.url()),
        )?;
        page.first_ranking()?;
        replay::cross(&page)?;
        let words = told(&page, "nvented alphabets are here meanwhile")?;
        println!("the list {instead:?}: {words}");
        server.restore();
        page.session().reload()?;
        page.first_ranking()?;
        server.replace("omniglot/Tibetan.png", instead.clone());
        let before = page.support()?;
        page.choose("alphabet-select", "Tibetan")?;
        let words = told(&page, "Tibetan")?;
        println!("a shard {instead:?}: {words}");
        assert_eq!(page.support()?, before);
        server.restore();
        assert_eq!(replay::choose(&page, "Tibetan", 0)?.len(), 20);
        faults::forget(browser.session(), &server)?;
    }
    Ok(())
}

/// Koch's weights come beside everything else.
#[test]
fn a_large_model_on_its_way() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let page = Page::open(
        &browser,
        &format!("{}?device=cpu&model=compact", server.url()),
    )?;
    page.first_ranking()?;
    for instead in [Instead::Cut, Instead::Stalled] {
        server.replace("models/koch.safetensors", instead.clone());
        page.choose("model-select", "koch")?;
        let words = told(&page, "koch")?;
        println!("koch {instead:?}: {words}");
        server.restore();
        replay::cross(&page)?;
        let dismiss = "document.querySelector('[data-testid=error] [aria-label=Dismiss]').click()";
        page.session().run(dismiss, &[])?;
        assert_eq!(page.chosen("model-select")?, "compact");
    }
    Ok(())
}
