//! The app as a screen reader tells it, in Chromium on the CPU: the accessibility tree's roles and
//! names, the keys alone, and what is announced.

use std::time::Duration;

use serde_json::{Value, json};
use twinglyph_e2e::browser::{Browser, Kind};
use twinglyph_e2e::page::{Look, Page, wait};
use twinglyph_e2e::{Result, app, trials};

/// A page on a busy machine.
const LIMIT: Duration = Duration::from_secs(60);

/// The keys of WebDriver.
const ENTER: char = '\u{E007}';
const TAB: char = '\u{E004}';
const RIGHT: char = '\u{E014}';

/// Pages, and what is there when they are.
const PAGES: [(&str, &str); 10] = [
    ("#/draw", "match"),
    ("#/learn", "lesson"),
    ("#/lessons", "plan"),
    ("#/fool", "fool-pad"),
    ("#/teach", "teach-add"),
    (
        "#/trials?set=invented&ways=5&seed=7&trial=1",
        "trial-choice",
    ),
    ("#/train", "finetune-start"),
    ("#/network", "pair-select"),
    ("#/about", "kept"),
    ("#/compare", "compare-right-match"),
];

/// What a person can act on; each must say what it is.
const CONTROLS: [&str; 12] = [
    "button",
    "link",
    "checkbox",
    "radio",
    "combobox",
    "listbox",
    "option",
    "slider",
    "spinbutton",
    "textbox",
    "tab",
    "image",
];

/// Roles and names of the page in the order in which they are read.
fn told(page: &Page<'_>) -> Result<Vec<(String, String)>> {
    let tree = page
        .session()
        .devtools("Accessibility.getFullAXTree", &json!({}))?;
    let nodes = tree["nodes"].as_array().into_iter().flatten();
    let text = |value: &Value| value["value"].as_str().unwrap_or_default().to_owned();
    Ok(nodes
        .filter(|node| node["ignored"] != json!(true))
        .map(|node| (text(&node["role"]), text(&node["name"])))
        .collect())
}

fn goes_to(page: &Page<'_>, hash: &str, handle: &str) -> Result<()> {
    let script = "location.hash = arguments[0]";
    page.session().run(script, &[json!(hash)])?;
    wait(hash, LIMIT, || {
        let script = "return document.querySelector(\
            `main:not([hidden]) [data-testid=${arguments[0]}]`) !== null";
        Ok(match page.session().run(script, &[json!(handle)])? {
            Value::Bool(true) => Look::Done(()),
            _ => Look::Not("another page".to_owned()),
        })
    })
}

#[test]
fn everything_to_act_on_says_what_it_is_in_both_languages() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    for language in ["en", "ja"] {
        let url = format!("{}?lang={language}&device=cpu&model=compact", server.url());
        let page = Page::open(&browser, &url)?;
        page.first_ranking()?;
        for (hash, handle) in PAGES {
            goes_to(&page, hash, handle)?;
            let told = told(&page)?;
            let count = |wanted: &str| told.iter().filter(|(role, _)| role == wanted).count();
            assert_eq!(count("main"), 1, "{hash}, {language}");
            assert_eq!(count("banner"), 1, "{hash}, {language}");
            assert!(count("heading") > 0, "{hash}, {language}");
            let named = told
                .iter()
                .filter(|(role, _)| CONTROLS.contains(&role.as_str()));
            let mut controls = 0;
            for (role, name) in named {
                controls += 1;
                assert!(!name.trim().is_empty(), "{hash}, {language}: {role}");
            }
            assert!(controls > 8, "{hash}, {language}: {controls} controls");
        }
    }
    Ok(())
}

/// What the page's live regions say.
fn announced(page: &Page<'_>) -> Result<String> {
    let script = "return [...document.querySelectorAll('[role=status], [role=alert]')]\
        .filter(e => !e.closest('main[hidden]')).map(e => e.textContent.trim()).join('|')";
    let text = page.session().run(script, &[])?;
    Ok(text.as_str().unwrap_or_default().to_owned())
}

/// Presses Tab until an element with this handle has the focus.
fn tab_to(page: &Page<'_>, handle: &str) -> Result<()> {
    for _ in 0..80 {
        page.press(&[], TAB)?;
        let script = "return document.activeElement?.dataset?.testid ?? ''";
        if page.session().run(script, &[])? == json!(handle) {
            return Ok(());
        }
    }
    Err(twinglyph_e2e::Error::Setting(format!(
        "Tab does not come to {handle}"
    )))
}

#[test]
fn a_character_is_chosen_and_compared_by_keys_and_told() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let url = format!("{}?device=cpu&model=compact", server.url());
    let page = Page::open(&browser, &url)?;
    page.first_ranking()?;
    // Who can't draw takes an example instead.
    let before = page.engine()?.query;
    tab_to(&page, "next-example")?;
    page.press(&[], ENTER)?;
    let engine = page.settle()?;
    assert!(engine.query > before, "{engine:?}");
    let best = page.matches()?.remove(0);
    let similarity = format!("{:.2}", best.similarity);
    let name = best.character.replace("/character", " ").replace('_', " ");
    wait("the announcement", LIMIT, || {
        let said = announced(&page)?;
        Ok(if said.contains(&name) && said.contains(&similarity) {
            Look::Done(())
        } else {
            Look::Not(format!("{said:?} for {best:?}"))
        })
    })?;
    // The tree has the matches as a list, best first.
    let told = told(&page)?;
    let is_item =
        |(role, name): &&(String, String)| role == "listitem" || name.contains(&similarity);
    assert!(told.iter().filter(is_item).count() > 4);
    Ok(())
}

#[test]
fn a_trial_is_played_by_keys_and_told() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let url = format!(
        "{}?device=cpu&model=compact#/trials?set=invented&ways=5&seed=7&trial=1",
        server.url()
    );
    let page = Page::open(&browser, &url)?;
    page.first_ranking()?;
    trials::choices(&page, 5)?;
    tab_to(&page, "trial-choice")?;
    page.press(&[], RIGHT)?;
    page.press(&[], ENTER)?;
    trials::result(&page)?;
    let said = wait("the announcement", LIMIT, || {
        let said = announced(&page)?;
        let is_told = said.contains("You are right") || said.contains("you are wrong");
        Ok(if is_told && said.contains("the network is") {
            Look::Done(said)
        } else {
            Look::Not(said)
        })
    })?;
    println!("told: {said}");
    Ok(())
}
