//! A set of one's own filled by the browser's fonts, in Chromium: a text, a script, what fonts lack, and the way back.

use serde_json::json;
use twinglyph_core::own::OwnSet;
use twinglyph_e2e::browser::{Browser, Kind};
use twinglyph_e2e::gesture::Pointer;
use twinglyph_e2e::page::{Look, Page, says, wait};
use twinglyph_e2e::{Error, Result, app, training::LIMIT};

/// Characters that the fonts of Debian's browsers have, in their order, and those of a text that they lack:
/// Cherokee, cuneiform, and a code point that is not assigned.
const TEXT: &str = "αβα אב アナ十 \u{13A0} \u{12000}\n\u{378}";

/// See [`TEXT`].
const NAMES: [&str; 7] = ["α", "β", "א", "ב", "ア", "ナ", "十"];

/// As many kanji as take some seconds, and among them what fonts lack.
const MANY: u32 = 3_000;

fn open<'a>(browser: &'a Browser, url: &str) -> Result<Page<'a>> {
    let page = Page::open(browser, &format!("{url}?device=cpu&model=compact#/teach"))?;
    page.wait_for("fill", "the page of teaching", LIMIT)?;
    unfold(&page)?;
    Ok(page)
}

fn unfold(page: &Page<'_>) -> Result<()> {
    let script = "document.querySelector('[data-testid=fill]').open = true";
    page.session().run(script, &[]).map(drop)
}

fn fill(page: &Page<'_>, text: &str, script: &str) -> Result<()> {
    let write = "document.querySelector('[data-testid=fill-text]').value = arguments[0];\
        document.querySelector('[data-testid=fill-script]').value = arguments[1]";
    page.session().run(write, &[json!(text), json!(script)])?;
    page.click("fill-add")
}

/// Names of the characters on the shelf, once there are so many.
fn names(page: &Page<'_>, count: usize) -> Result<Vec<String>> {
    let script = "return [...document.querySelectorAll('[data-testid=teach-class]')].map(row => row.dataset.name)";
    wait("the shelf", LIMIT, || {
        let names = page.session().run(script, &[])?;
        let names: Vec<String> = serde_json::from_value(names).unwrap_or_default();
        Ok(if names.len() == count {
            Look::Done(names)
        } else {
            Look::Not(format!("{names:?}"))
        })
    })
}

/// The set as the browser keeps it.
fn kept(page: &Page<'_>) -> Result<OwnSet> {
    let script = "return localStorage.getItem('twinglyph.own' + location.pathname)";
    let text = page.session().run(script, &[])?;
    let set = OwnSet::from_address(text.as_str().unwrap_or_default());
    set.map_err(|error| Error::Setting(error.to_string()))
}

#[test]
fn a_text_comes_with_its_names_and_without_what_fonts_lack() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let page = open(&browser, &server.url())?;
    fill(&page, "", "")?;
    says(&page, "fill-told", "Type a character")?;
    fill(&page, TEXT, "")?;
    says(&page, "fill-told", "7 characters were added.")?;
    says(
        &page,
        "fill-told",
        "3 were left out, as no font here has them: U+13A0, U+12000, U+0378.",
    )?;
    assert_eq!(names(&page, NAMES.len())?, NAMES);
    let is_sketched = |set: &OwnSet| {
        let mut examples = set.classes.iter().flat_map(|class| &class.examples);
        examples.all(|example| example.sketch().is_some())
    };
    wait("what is kept", LIMIT, || {
        let set = kept(&page)?;
        Ok(if set.classes.len() == NAMES.len() {
            assert!(is_sketched(&set), "an example is kept as pixels");
            Look::Done(())
        } else {
            Look::Not(format!("{} classes", set.classes.len()))
        })
    })?;

    // All of them are one step.
    page.click("teach-undo")?;
    names(&page, 0)?;
    page.click("teach-redo")?;
    names(&page, NAMES.len())?;

    // A person's drawing of one of them.
    page.click("teach-use")?;
    page.wait_for("support-item", "the support set", LIMIT)?;
    let cross = [
        vec![[22.0, 50.0, 0.0], [84.0, 52.0, 0.0]],
        vec![[53.0, 21.0, 0.0], [51.0, 86.0, 0.0]],
    ];
    page.draw(Pointer::Mouse, &page.pad()?.paths(&cross, 0.0))?;
    wait("the ranking", LIMIT, || {
        page.settle()?;
        let matches = page.matches()?;
        Ok(match matches.first() {
            Some(best) if matches.len() == NAMES.len() && best.character == "十" => Look::Done(()),
            _ => Look::Not(format!("{matches:?}")),
        })
    })?;
    assert_eq!(page.text("error")?, None);
    Ok(())
}

#[test]
fn a_script_comes_once_and_a_stopped_one_not_at_all() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let page = open(&browser, &server.url())?;
    fill(&page, "", "hiragana")?;
    says(&page, "fill-told", "74 characters were added.")?;
    let hiragana = names(&page, 74)?;
    assert_eq!(hiragana.first().map(String::as_str), Some("あ"));
    fill(&page, "ア", "hiragana")?;
    says(
        &page,
        "fill-told",
        "1 character was added. 74 are in your set already.",
    )?;
    names(&page, 75)?;
    fill(&page, "", "cherokee")?;
    says(&page, "fill-told", "86 were left out")?;
    says(&page, "fill-told", "U+13A4, and 81 more.")?;

    let many: String = (0x4E00..0x4E00 + MANY).filter_map(char::from_u32).collect();
    page.session().run(
        "const find = handle => document.querySelector(`[data-testid=${handle}]`);\
        find('fill-text').value = arguments[0]; find('fill-script').value = '';\
        find('fill-add').click();\
        new MutationObserver((_, watch) => { watch.disconnect(); find('fill-stop').click(); })\
          .observe(find('fill-told'), { childList: true, characterData: true, subtree: true })",
        &[json!(many)],
    )?;
    says(&page, "fill-told", "Stopped.")?;
    names(&page, 75)?;
    // It can be begun again.
    fill(&page, "ヌ", "")?;
    says(&page, "fill-told", "1 character was added.")?;
    names(&page, 76)?;
    Ok(())
}
