//! The page in Japanese: every page of it, the ways to it and back, and what a switch leaves alone.

use serde_json::{Value, json};
use twinglyph_e2e::browser::{Browser, Kind};
use twinglyph_e2e::gesture::Pointer;
use twinglyph_e2e::page::{Look, Page, wait};
use twinglyph_e2e::training::{self, LIMIT, begin, state};
use twinglyph_e2e::{Error, Result, app};

/// Pages, and what is there when they are.
const PAGES: [(&str, &str); 8] = [
    ("#/draw", "match"),
    ("#/teach", "teach-add"),
    (
        "#/trials?set=invented&ways=20&seed=7&trial=3",
        "trial-choice",
    ),
    ("#/train", "finetune-start"),
    ("#/network", "pair-select"),
    ("#/about", "kept"),
    ("#/lessons", "plan"),
    ("#/fool", "fool-pad"),
];

/// Texts and names that are read out in which English words stand, but in what has an English name:
/// alphabets, layers, papers and their sources.
const ENGLISH: &str = "const words = /\\b(the|of|is|are|to|and|in|this|your|with|not|from|by)\\b/i;\
    const names = 'option, cite, .layers td, a[rel=noreferrer], script, noscript';\
    const found = [];\
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);\
    while (walk.nextNode()) {\
        const { data, parentElement } = walk.currentNode;\
        if (words.test(data) && !parentElement.closest(names)) found.push(data);\
    }\
    for (const one of document.querySelectorAll('[aria-label], [title], [placeholder]'))\
        for (const name of ['aria-label', 'title', 'placeholder'])\
            if (words.test(one.getAttribute(name) ?? '')) found.push(one.getAttribute(name));\
    return found;";

fn language(page: &Page<'_>) -> Result<Value> {
    page.session()
        .run("return document.documentElement.lang", &[])
}

fn title(page: &Page<'_>) -> Result<Value> {
    page.session().run("return document.title", &[])
}

/// Waits until the page was loaded anew in a language.
fn speaks(page: &Page<'_>, wanted: &str, title_wanted: &str) -> Result<()> {
    wait("the page in another language", LIMIT, || {
        let (language, title) = (language(page)?, title(page)?);
        Ok(if language == wanted && title == title_wanted {
            Look::Done(())
        } else {
            Look::Not(format!("{language} {title}"))
        })
    })
}

#[test]
fn every_page_is_japanese_and_fits_the_narrowest_window() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let url = format!("{}?lang=ja&device=cpu&model=compact", server.url());
    let page = Page::open(&browser, &url)?;
    page.first_ranking()?;
    assert_eq!(language(&page)?, "ja");
    page.session().resize(320, 760)?;
    for (hash, handle) in PAGES {
        page.session()
            .run("location.hash = arguments[0]", &[json!(hash)])?;
        page.wait_for(handle, hash, LIMIT)?;
        let found = page.session().run(ENGLISH, &[])?;
        assert_eq!(found, json!([]), "{hash}");
        assert!(!page.scrolls_sideways()?, "{hash} is too wide");
        let title = title(&page)?;
        let title = title.as_str().unwrap_or_default();
        assert!(title.contains('：'), "{hash}: {title}");
    }
    page.click("device-badge")?;
    let panel = page.text("device-panel")?.unwrap_or_default();
    assert!(panel.contains("CPUが指定されています。"), "{panel}");
    Ok(())
}

/// Pixels above the pad on a phone, at most.
const MOST_ABOVE: f64 = 120.0;

#[test]
fn on_a_phone_the_pad_is_below_one_line_and_the_head() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    browser.session().resize(360, 740)?;
    for language in ["en", "ja"] {
        let url = format!("{}?lang={language}&device=cpu&model=compact", server.url());
        let page = Page::open(&browser, &url)?;
        page.first_ranking()?;
        // Where no font has Japanese letters, they are narrower than they should be.
        let widen = "const name = document.querySelector('.badge span:last-child');\
            name.style.minWidth = `${name.textContent.length}em`;";
        if language == "ja" {
            page.session().run(widen, &[])?;
        }
        let rows = "const place = part => document.querySelector(part).getBoundingClientRect();\
            return [place('.mark').bottom, place('.engine').top,\
              innerWidth - place('.engine').right]";
        let [mark, engine, left]: [f64; 3] = serde_json::from_value(page.session().run(rows, &[])?)
            .map_err(|error| Error::Setting(error.to_string()))?;
        assert!(engine < mark && left >= 0.0, "{mark} {engine} {left}");
        let place = "const top = element => element.getBoundingClientRect().top;\
            return [top(document.querySelector('h1')), top(document.querySelector('[data-testid=drawing-pad]'))]";
        let [line, pad]: [f64; 2] = serde_json::from_value(page.session().run(place, &[])?)
            .map_err(|error| Error::Setting(error.to_string()))?;
        assert!(
            0.0 < line && line < pad && pad <= MOST_ABOVE,
            "{line} {pad}"
        );
    }
    Ok(())
}

#[test]
fn a_language_that_is_chosen_is_kept_and_so_is_the_drawing() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let url = format!("{}?lang=ja&device=cpu&model=compact", server.url());
    let page = Page::open(&browser, &url)?;
    page.first_ranking()?;
    let stroke = vec![vec![[30.0, 20.0, 0.0], [80.0, 80.0, 0.0]]];
    let paths = page.pad()?.paths(&stroke, 0.0);
    page.draw(Pointer::Mouse, &paths)?;
    assert_eq!(page.chosen("language-select")?, "ja");
    page.choose("language-select", "en")?;
    speaks(&page, "en", "Twinglyph: draw a character")?;
    page.first_ranking()?;
    let drawn = page.attribute("drawing-pad", "data-sheet")?;
    assert_eq!(drawn.as_deref(), Some("drawn"));
    let query = page.session().run("return location.search", &[])?;
    assert_eq!(query, "?device=cpu&model=compact", "the wish is fulfilled");
    page.session().reload()?;
    speaks(&page, "en", "Twinglyph: draw a character")?;
    page.first_ranking()?;
    page.choose("language-select", "ja")?;
    speaks(&page, "ja", "Twinglyph：文字を描く")
}

#[test]
fn the_browsers_first_language_that_the_page_speaks_is_taken() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let page = Page::of(&browser);
    let agent = page.session().run("return navigator.userAgent", &[])?;
    for (accepted, expected) in [
        ("ja-JP,en", "ja"),
        ("de,ja", "ja"),
        ("en-GB,ja", "en"),
        ("de", "en"),
    ] {
        let wishes = json!({ "userAgent": agent, "acceptLanguage": accepted });
        page.session()
            .devtools("Network.setUserAgentOverride", &wishes)?;
        page.session().go(&server.url())?;
        assert_eq!(language(&page)?, expected, "{accepted}");
    }
    Ok(())
}

#[test]
fn a_run_of_training_is_not_interrupted_unasked() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let url = format!("{}?lang=en&device=cpu&model=compact", server.url());
    let page = Page::open(&browser, &url)?;
    page.first_ranking()?;
    begin(&page, 2_000)?;
    state(&page, "going")?;
    let refuse = "window.confirm = question => { window.asked = question; return false; }";
    page.session().run(refuse, &[])?;
    page.choose("language-select", "ja")?;
    let asked = page.session().run("return window.asked", &[])?;
    let asked = asked.as_str().unwrap_or_default();
    assert!(asked.contains("interrupts the run"), "{asked}");
    let step = training::number(&page, "finetune-step", "data-step")?;
    training::step_beyond(&page, step)?;
    assert_eq!(page.chosen("language-select")?, "en");
    assert_eq!(language(&page)?, "en");
    Ok(())
}
