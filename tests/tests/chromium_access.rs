//! Barriers in the pages, as axe-core finds them: none on any page, in either theme and language, on
//! a desktop and on a phone.

use serde_json::{Value, json};
use twinglyph_core::Bitmap;
use twinglyph_core::own::{OwnClass, OwnSet};
use twinglyph_e2e::browser::{Browser, Kind};
use twinglyph_e2e::page::{Look, Page, wait};
use twinglyph_e2e::paper::{CHARACTERS, choose, until_boxes};
use twinglyph_e2e::training::LIMIT;
use twinglyph_e2e::{Error, Result, app};
use xtask::setup::npm::AXE_VARIABLE;

/// WCAG 2.2 on the levels A and AA, and what axe-core's makers advise besides.
const RULES: [&str; 6] = [
    "wcag2a",
    "wcag2aa",
    "wcag21a",
    "wcag21aa",
    "wcag22aa",
    "best-practice",
];

/// Pages, and what is there when they are.
const PAGES: [(&str, &str); 9] = [
    ("#/draw", "match"),
    ("#/teach", "teach-class"),
    (
        "#/trials?set=invented&ways=20&seed=7&trial=3",
        "trial-choice",
    ),
    ("#/train", "finetune-memory"),
    ("#/network", "pair-select"),
    ("#/about", "kept"),
    ("#/lessons", "plan"),
    ("#/compare", "compare-right-match"),
    ("#/fool", "fool-pad"),
];

/// What axe-core finds on the page: rule and places, and how many rules were kept.
fn barriers(page: &Page<'_>) -> Result<(Vec<String>, u64)> {
    let script = "const done = arguments[1];\
        axe.run(document, { runOnly: arguments[0] }).then(found => done([found.violations.map(v =>\
        `${v.id}: ${v.nodes.slice(0, 3).map(n => n.target.join(' ')).join(', ')}`),\
        found.passes.length]), error => done([[String(error)], 0]))";
    let found = page.session().run_async(script, &[json!(RULES)])?;
    let words = found[0].as_array().into_iter().flatten();
    let words = words.map(|word| word.as_str().unwrap_or_default().to_owned());
    Ok((words.collect(), found[1].as_u64().unwrap_or(0)))
}

#[test]
fn no_page_has_barriers() -> Result<()> {
    let Some(path) = std::env::var_os(AXE_VARIABLE) else {
        println!("SKIPPED axe check: no_page_has_barriers");
        return Ok(());
    };
    let axe = std::fs::read_to_string(&path)
        .map_err(|error| Error::Setting(format!("{}: {error}", path.display())))?;
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let bar = Bitmap::from_fn(|row, column| row.abs_diff(50) < 3 && column > 20);
    let own = OwnSet {
        name: String::new(),
        classes: vec![OwnClass::new("bar", [bar.clone(), bar])],
    };
    let address = own
        .to_address()
        .map_err(|error| Error::Setting(error.to_string()))?;
    for language in ["en", "ja"] {
        let page = Page::open(
            &browser,
            &format!("{}?lang={language}&device=cpu&model=compact", server.url()),
        )?;
        page.first_ranking()?;
        page.session().run(
            "localStorage.setItem('twinglyph.own', arguments[0])",
            &[json!(address)],
        )?;
        page.session().reload()?;
        page.first_ranking()?;
        // What is folded away is not looked at.
        for folded in ["map-toggle", "nearest-toggle"] {
            page.click(folded)?;
        }
        page.session().run(&axe, &[])?;
        for (width, height) in [(1280, 900), (360, 760)] {
            page.session().resize(width, height)?;
            for theme in ["light", "dark"] {
                let script = "document.documentElement.setAttribute('data-theme', arguments[0])";
                page.session().run(script, &[json!(theme)])?;
                for (hash, handle) in PAGES {
                    page.session()
                        .run("location.hash = arguments[0]", &[json!(hash)])?;
                    wait("the page", LIMIT, || {
                        let script = "const e = document.querySelector(`main:not([hidden]) [data-testid=${arguments[0]}]`);\
                        return e !== null && document.getAnimations().every(a => a.playState !== 'running')";
                        let there = page.session().run(script, &[json!(handle)])?;
                        Ok(if there == Value::Bool(true) {
                            Look::Done(())
                        } else {
                            Look::Not(hash.to_owned())
                        })
                    })?;
                    let (found, kept) = barriers(&page)?;
                    assert!(
                        found.is_empty(),
                        "{hash}, {language}, {theme}, {width} wide: {found:#?}"
                    );
                    assert!(kept > 25, "axe-core looked at {kept} rules only");
                }
                page.session().run("location.hash = '#/teach'", &[])?;
                choose(&page, "IMG_20260101_093000.jpg", (1_200, 900))?;
                until_boxes(&page, CHARACTERS)?;
                let (found, _) = barriers(&page)?;
                assert!(
                    found.is_empty(),
                    "the review of a photo, {language}, {theme}, {width} wide: {found:#?}"
                );
                page.click("review-cancel")?;
            }
        }
    }
    Ok(())
}
