//! Photos of paper in Firefox, as it is and where it hides pictures from pages.

use serde_json::json;
use twinglyph_e2e::browser::{Browser, Kind};
use twinglyph_e2e::page::{Look, Page, wait};
use twinglyph_e2e::paper::{CHARACTERS, choose, choose_turned, rows, until_boxes};
use twinglyph_e2e::server::Server;
use twinglyph_e2e::training::LIMIT;
use twinglyph_e2e::{Result, app};

fn open<'a>(browser: &'a Browser, server: &Server) -> Result<Page<'a>> {
    let url = format!("{}?device=cpu&model=compact#/teach", server.url());
    let page = Page::open(browser, &url)?;
    page.wait_for("teach-pictures", "the page of one's own", LIMIT)?;
    Ok(page)
}

/// How many characters are on the shelf.
fn shelf(page: &Page<'_>) -> Result<serde_json::Value> {
    let script = "return document.querySelectorAll('[data-testid=teach-class]').length";
    page.session().run(script, &[])
}

#[test]
fn photos_are_read_as_the_camera_held_them() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::FirefoxLavapipe)?;
    let page = open(&browser, &server)?;
    choose(&page, "level.jpg", (1_200, 900))?;
    until_boxes(&page, CHARACTERS)?;
    assert_eq!(rows(&page)?, json!([4, 4, 4]));
    page.click("review-add")?;
    wait("the characters", LIMIT, || {
        let found = shelf(&page)?;
        Ok(if found == json!(CHARACTERS) {
            Look::Done(())
        } else {
            Look::Not(found.to_string())
        })
    })?;
    choose_turned(&page, "turned.jpg", (1_200, 900))?;
    until_boxes(&page, CHARACTERS)?;
    assert_eq!(rows(&page)?, json!([4, 4, 4]));
    Ok(())
}

#[test]
fn a_browser_that_hides_pictures_adds_none() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::FirefoxResisting)?;
    let page = open(&browser, &server)?;
    let script = "fetch('omniglot/preview.png').then(file => file.blob()).then(blob => {\
        const files = new DataTransfer();\
        files.items.add(new File([blob], 'sheet.png', { type: 'image/png' }));\
        const input = document.querySelector('[data-testid=teach-pictures]');\
        input.files = files.files;\
        input.dispatchEvent(new Event('change', { bubbles: true })); });";
    page.session().run(script, &[])?;
    wait("what is told", LIMIT, || {
        let told = page.session().run("return document.body.innerText", &[])?;
        Ok(match told.as_str() {
            Some(told) if told.contains("hides pictures from pages") => Look::Done(()),
            _ => Look::Not(told.to_string()),
        })
    })?;
    assert_eq!(shelf(&page)?, json!(0));
    // Before anything is read: these are no pictures at all.
    page.click("review-cancel")?;
    for field in ["teach-folder", "teach-sheet"] {
        let script = "const files = new DataTransfer();\
            files.items.add(new File(['none'], 'none.png'));\
            const input = document.querySelector(`[data-testid=${arguments[0]}]`);\
            input.files = files.files;\
            input.dispatchEvent(new Event('change', { bubbles: true }))";
        page.session().run(script, &[json!(field)])?;
        wait("what is told", LIMIT, || {
            let told = page.text("teach-told")?.unwrap_or_default();
            Ok(if told.contains("hides pictures from pages") {
                Look::Done(())
            } else {
                Look::Not(told)
            })
        })?;
        page.session().reload()?;
        page.wait_for(field, "the page of one's own", LIMIT)?;
    }
    // Nor are glyphs drawn that nobody can read.
    let script = "document.querySelector('[data-testid=fill]').open = true;\
        document.querySelector('[data-testid=fill-text]').value = 'ab'";
    page.session().run(script, &[])?;
    page.click("fill-add")?;
    wait("what is told", LIMIT, || {
        let told = page.text("fill-told")?.unwrap_or_default();
        Ok(if told.contains("hides pictures from pages") {
            Look::Done(())
        } else {
            Look::Not(told)
        })
    })?;
    assert_eq!(shelf(&page)?, json!(0));
    Ok(())
}
