//! The lessons in Chromium on the CPU: the parts of those of `#/learn` are alive, and those of `#/lessons` lead to pages
//! and fit two sheets of paper.

use std::time::Duration;

use serde_json::json;
use twinglyph_e2e::browser::{Browser, Kind};
use twinglyph_e2e::gesture::Pointer;
use twinglyph_e2e::page::{Look, Page, wait};
use twinglyph_e2e::{Result, app};

/// A ranking on a busy machine.
const LIMIT: Duration = Duration::from_secs(30);

/// What the lessons show: number of lessons, pictures of the support set, bars, and the best match.
const SHOWN: &str = "const all = what => document.querySelectorAll(`.learn ${what}`);\
    return [all('[data-testid=lesson]').length, all('.example path').length,\
    all('.bars li:not([hidden])').length,\
    [...all('[data-testid=learn-match]:not([hidden])')].map(e => e.textContent)[0] ?? ''];";

#[test]
fn a_query_is_drawn_and_compared_in_the_lessons() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let url = format!("{}?device=cpu&model=compact#/learn", server.url());
    let page = Page::open(&browser, &url)?;
    page.first_ranking()?;
    let cross = [
        vec![[20.0, 20.0, 0.0], [85.0, 85.0, 0.0]],
        vec![[85.0, 20.0, 0.0], [20.0, 85.0, 0.0]],
    ];
    let clear = "document.querySelector('.learn .tools button:last-child').click();\
        document.querySelector('[data-testid=learn-pad]').scrollIntoView({ block: 'center' })";
    page.session().run(clear, &[])?;
    let pad = page.pad_of("learn-pad")?;
    page.draw(Pointer::Mouse, &pad.paths(&cross, 0.0))?;
    page.settle()?;
    let classes = page.support()?.len();
    let shown = wait("the comparison", LIMIT, || {
        let shown = page.session().run(SHOWN, &[])?;
        Ok(if shown[2] == json!(classes) {
            Look::Done(shown)
        } else {
            Look::Not(shown.to_string())
        })
    })?;
    assert_eq!(shown[0], json!(8));
    assert_eq!(shown[1], json!(classes));
    // The lessons' pad is the pad: the same drawing has the same best match on the other page.
    let best = page.matches()?.remove(0);
    let said = shown[3].as_str().unwrap_or_default().to_owned();
    let similarity = format!("{:.2}", best.similarity);
    assert!(said.contains(&similarity), "{said} for {best:?}");
    let name = best.character.replace("/character", " ").replace('_', " ");
    assert!(said.contains(&name), "{said} for {best:?}");
    Ok(())
}

/// Lessons for a class.
const PLANS: u64 = 8;

/// What the page's lessons lead to, each address once and in order.
const LINKS: &str = "const links = [...document.querySelectorAll('.guide a')];\
    return [...new Set(links.map(link => link.getAttribute('href')))].sort();";

/// The page's title and whether it has a heading.
const SHOWN_PAGE: &str =
    "return [document.title, document.querySelector('main:not([hidden]) h1') !== null]";

/// Counts the pages of a PDF file in base64.
const SHEETS: &str = "return atob(arguments[0]).match(/\\/Type\\s*\\/Page\\b/g).length";

/// Goes to a page of the app and waits for its heading; its title.
fn title_of(page: &Page<'_>, hash: &str) -> Result<String> {
    page.session()
        .run("location.hash = arguments[0]", &[json!(hash)])?;
    wait(hash, LIMIT, || {
        let shown = page.session().run(SHOWN_PAGE, &[])?;
        Ok(match (shown[0].as_str(), shown[1].as_bool()) {
            (Some(title), Some(true)) => Look::Done(title.to_owned()),
            _ => Look::Not(shown.to_string()),
        })
    })
}

#[test]
fn lessons_for_a_class_lead_to_pages_and_print_on_two_sheets() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    for language in ["en", "ja"] {
        let url = format!(
            "{}?lang={language}&device=cpu&model=compact#/about",
            server.url()
        );
        let page = Page::open(&browser, &url)?;
        page.first_ranking()?;
        for from in ["#/learn", "#/about"] {
            title_of(&page, from)?;
            let leads = "return document.querySelector('main:not([hidden]) a[href=\"#/lessons\"]') !== null";
            assert_eq!(page.session().run(leads, &[])?, json!(true), "{from}");
        }
        let pad = title_of(&page, "#/draw")?;
        let lessons = title_of(&page, "#/lessons")?;
        assert_ne!(lessons, pad);
        let plans = "return document.querySelectorAll('[data-testid=plan]').length";
        assert_eq!(page.session().run(plans, &[])?, json!(PLANS));
        let printed = page
            .session()
            .devtools("Page.printToPDF", &json!({ "preferCSSPageSize": true }))?;
        let sheets = page.session().run(SHEETS, &[printed["data"].clone()])?;
        assert_eq!(sheets, json!(2), "sheets of paper, {language}");
        let links = page.session().run(LINKS, &[])?;
        let links = links.as_array().into_iter().flatten();
        let links: Vec<&str> = links.filter_map(|link| link.as_str()).collect();
        let mut missing = Vec::new();
        for link in &links {
            if title_of(&page, link)? == pad && *link != "#/draw" {
                missing.push(*link);
            }
        }
        assert_eq!(missing, [""; 0], "of {links:?}, {language}");
    }
    Ok(())
}
