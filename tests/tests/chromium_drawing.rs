//! A drawing that is shown to somebody, in Chromium: its link opens it against the same set in another browser, and
//! pictures of it are saved.

use serde_json::{Value, json};
use twinglyph_core::invented;
use twinglyph_core::own::{OwnClass, OwnSet};
use twinglyph_e2e::browser::{Browser, Kind};
use twinglyph_e2e::gesture::Pointer;
use twinglyph_e2e::page::{Look, Page, says, wait};
use twinglyph_e2e::training::LIMIT;
use twinglyph_e2e::{Error, Result, app, replay};

/// The enter key (WebDriver, section 17.4.2).
const ENTER: char = '\u{E007}';

/// How far similarities may differ, as the link's strokes are simplified.
const NEAR: f64 = 0.05;

const HASH: &str = "return location.hash";

const KEPT: &str = "return localStorage.getItem('twinglyph.own' + location.pathname)";

/// A set of signs of an invented script, from this one on.
fn set(name: &str, from: usize) -> Result<String> {
    let script = invented::alphabet(3);
    let class = |at: usize| {
        let drawing = script.drawing(at, 0).cloned();
        OwnClass::new(&format!("{name} {at}"), drawing)
    };
    let set = OwnSet {
        name: name.to_owned(),
        classes: (from..from + 4).map(class).collect(),
    };
    set.to_address()
        .map_err(|error| Error::Setting(error.to_string()))
}

fn open<'a>(browser: &'a Browser, url: &str) -> Result<Page<'a>> {
    let page = Page::open(browser, url)?;
    page.first_ranking()?;
    page.wait_for("drawing-address", "the row below the answer", LIMIT)?;
    Ok(page)
}

/// Copies the link to the drawing, and reads it from the page.
fn link(page: &Page<'_>) -> Result<String> {
    page.click("drawing-address")?;
    read_link(page)
}

fn read_link(page: &Page<'_>) -> Result<String> {
    let read = "return document.querySelector('[data-testid=drawing-url]').value";
    wait("the link", LIMIT, || {
        let link = page.session().run(read, &[])?;
        Ok(match link.as_str() {
            Some(link) if !link.is_empty() => Look::Done(link.to_owned()),
            _ => Look::Not(page.text("drawing-shared")?.unwrap_or_default()),
        })
    })
}

fn go(page: &Page<'_>, hash: &str) -> Result<()> {
    let go = "location.hash = arguments[0]";
    page.session().run(go, &[json!(hash)]).map(drop)
}

/// Draws a stroke that is no cross.
fn hook(page: &Page<'_>) -> Result<()> {
    let way = [[20.0, 20.0, 0.0], [50.0, 80.0, 0.0], [85.0, 25.0, 0.0]];
    page.draw(Pointer::Mouse, &page.pad()?.paths(&[way.to_vec()], 0.0))?;
    page.wait_for_strokes(1)?;
    page.settle().map(drop)
}

/// Holds two pages to the same set and the same answer.
fn same(page: &Page<'_>, other: &Page<'_>) -> Result<()> {
    wait("the support set of the link", LIMIT, || {
        let support = other.support()?;
        Ok(if support == page.support()? {
            Look::Done(())
        } else {
            Look::Not(support.join(", "))
        })
    })?;
    other.settle()?;
    let (sent, opened) = (page.matches()?, other.matches()?);
    assert_eq!(sent[0].character, opened[0].character);
    for matched in sent {
        let there = opened
            .iter()
            .find(|there| there.character == matched.character);
        let there = there.map_or(f64::NAN, |there| there.similarity);
        let away = (there - matched.similarity).abs();
        assert!(away < NEAR, "{matched:?}: {there}");
    }
    Ok(())
}

#[test]
fn a_link_opens_the_drawing_against_the_same_alphabet() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let url = format!("{}?device=cpu&model=compact", server.url());
    let page = open(&browser, &url)?;
    // The example on the pad is a picture without strokes.
    assert!(page.attribute("drawing-address", "disabled")?.is_some());
    says(&page, "drawing-told", "A link needs strokes")?;
    page.tick("ways-five")?;
    page.choose("drawer-select", "3")?;
    page.settle()?;
    replay::cross(&page)?;
    page.session().run(
        "document.querySelector('[data-testid=drawing-address]').focus()",
        &[],
    )?;
    page.press(&[], ENTER)?;
    let link = read_link(&page)?;
    let expected = format!(
        "{}?model=compact#/draw?alphabet=Tibetan&drawer=3&ways=five&ink=",
        server.url()
    );
    assert!(link.starts_with(&expected), "{link}");

    let fresh = Browser::open(Kind::ChromiumWithoutGpu)?;
    let other = Page::open(&fresh, &link)?;
    other.wait_for_strokes(2)?;
    other.first_ranking()?;
    same(&page, &other)?;
    assert_eq!(other.session().run(HASH, &[])?, json!("#/draw"));
    says(&other, "drawing-told", "came with a link")?;
    // A link to the same drawing is the same.
    assert_eq!(self::link(&other)?, link);
    other.session().reload()?;
    other.wait_for_strokes(2)?;

    // One's own drawing is one step back.
    other.first_ranking()?;
    other.wait_for("drawing-address", "the row below the answer", LIMIT)?;
    other.clear()?;
    hook(&other)?;
    let mine = other.ink()?;
    let (_, fragment) = link.split_once('#').unwrap_or_default();
    go(&other, fragment)?;
    other.wait_for_strokes(2)?;
    same(&page, &other)?;
    other.click("undo")?;
    other.wait_for_strokes(1)?;
    other.settle()?;
    assert_eq!(other.ink()?, mine);
    assert_eq!(other.text("error")?, None);
    Ok(())
}

#[test]
fn a_link_brings_the_set_as_a_guest() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let url = format!("{}?device=cpu&model=compact", server.url());
    let page = Page::open(&browser, &format!("{url}#/teach?set={}", set("Theirs", 0)?))?;
    page.wait_for("teach-class", "the set", LIMIT)?;
    page.first_ranking()?;
    page.click("teach-use")?;
    page.wait_for("drawing-address", "the row below the answer", LIMIT)?;
    replay::cross(&page)?;
    let link = link(&page)?;
    let (_, fragment) = link.split_once('#').unwrap_or_default();
    assert!(fragment.starts_with("/draw?set="), "{link}");

    let fresh = Browser::open(Kind::ChromiumWithoutGpu)?;
    let other = Page::open(&fresh, &format!("{url}#/teach?set={}", set("Mine", 9)?))?;
    other.wait_for("teach-class", "one's own set", LIMIT)?;
    let kept = other.session().run(KEPT, &[])?;
    assert!(kept.is_string());
    other.first_ranking()?;
    go(&other, fragment)?;
    other.wait_for_strokes(2)?;
    same(&page, &other)?;
    assert_eq!(other.session().run(KEPT, &[])?, kept);
    other.session().reload()?;
    other.wait_for_strokes(2)?;
    other.first_ranking()?;
    same(&page, &other)?;
    // One's own is one press away.
    go(&other, "#/teach")?;
    other.wait_for("teach-home", "the way home", LIMIT)?;
    other.click("teach-home")?;
    assert_eq!(other.session().run(KEPT, &[])?, kept);
    let names = "return [...document.querySelectorAll('[data-testid=teach-class]')]\
        .map(row => row.dataset.name)[0]";
    assert_eq!(other.session().run(names, &[])?, json!("Mine 9"));
    Ok(())
}

#[test]
fn a_cut_link_changes_nothing() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let url = format!("{}?device=cpu&model=compact", server.url());
    let page = open(&browser, &url)?;
    hook(&page)?;
    let link = link(&page)?;
    let (mine, support) = (page.ink()?, page.support()?);
    let (_, fragment) = link.split_once('#').unwrap_or_default();
    let ink = fragment.split("ink=").nth(1).unwrap_or_default();
    for (hash, said) in [
        (&fragment[..fragment.len() - 3], "is not whole"),
        ("/draw?alphabet=Tibetan", "is not whole"),
        ("/draw?set=AAAA", "is not whole"),
        (
            &format!("/draw?alphabet=Klingon&ink={ink}"),
            "which characters",
        ),
        (
            &format!("/draw?alphabet=%3Cimg%3E&ink={ink}"),
            "which characters",
        ),
        (&format!("/draw?set=AAAA&ink={ink}"), "no support set"),
    ] {
        go(&page, hash)?;
        says(&page, "error", said)?;
        assert_eq!(page.session().run(HASH, &[])?, json!("#/draw"), "{hash}");
        assert_eq!(page.ink()?, mine, "{hash}");
        assert_eq!(page.support()?, support, "{hash}");
        let dismiss = "document.querySelector('[data-testid=error] .tool').click()";
        page.session().run(dismiss, &[])?;
    }
    Ok(())
}

/// Clicks on what saves a file and gives, instead of downloading it, its name and its bytes in base64.
fn saved(page: &Page<'_>, handle: &str) -> Result<[String; 2]> {
    let script = "window.saved = null; const blobs = new Map(); const make = URL.createObjectURL;\
        URL.createObjectURL = blob => { const url = make(blob); blobs.set(url, blob); return url; };\
        HTMLAnchorElement.prototype.click = function () { const name = this.download;\
        const reader = new FileReader();\
        reader.onload = () => { saved = [name, reader.result.split(',')[1]]; };\
        reader.readAsDataURL(blobs.get(this.href)); };";
    page.session().run(script, &[])?;
    page.click(handle)?;
    wait("the file to be made", LIMIT, || {
        let found = page.session().run("return window.saved", &[])?;
        Ok(match serde_json::from_value(found.clone()) {
            Ok(file) => Look::Done(file),
            Err(_) => Look::Not(found.to_string()),
        })
    })
}

/// What a picture is: its sides, its animations, its texts, and whether all of it was read.
const LOOKED_AT: &str = "const svg = document.documentElement;\
    return { name: svg.localName, moves: document.getAnimations().length,\
    texts: [...document.querySelectorAll('text')].map(text => text.textContent),\
    broken: document.querySelector('parsererror') !== null }";

#[test]
fn a_drawing_is_saved_as_pictures() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let url = format!("{}?device=cpu&model=compact&lang=ja", server.url());
    let page = open(&browser, &url)?;
    assert_eq!(
        page.text("drawing-address")?.as_deref(),
        Some("リンクをコピー")
    );
    // The example has no strokes: its picture is still.
    let [name, still] = saved(&page, "drawing-svg")?;
    assert_eq!(name, "drawing.svg");
    replay::cross(&page)?;
    let best = page.matches()?[0].similarity;
    let [name, png] = saved(&page, "drawing-png")?;
    assert_eq!(name, "drawing.png");
    // The first bytes of every PNG, and its sides.
    assert!(png.starts_with("iVBORw0KGgo"), "{}", &png[..20]);
    let sides = "const done = arguments[1]; const image = new Image();\
        image.onload = () => done([image.width, image.height]);\
        image.onerror = () => done(null); image.src = `data:image/png;base64,${arguments[0]}`";
    let sides = page.session().run_async(sides, &[json!(png)])?;
    assert_eq!(sides, json!([1_440, 872]));
    let [_, moving] = saved(&page, "drawing-svg")?;

    for (picture, moves) in [(still, 0), (moving, 2)] {
        page.session()
            .go(&format!("data:image/svg+xml;base64,{picture}"))?;
        let seen = page.session().run(LOOKED_AT, &[])?;
        assert_eq!(seen["name"], json!("svg"));
        assert_eq!(seen["broken"], json!(false));
        assert_eq!(seen["moves"], json!(moves), "{seen}");
        let texts: Vec<String> = serde_json::from_value(seen["texts"].clone()).unwrap_or_default();
        let has = |part: &str| texts.iter().any(|text| text.contains(part));
        assert!(
            has("チベット文字") && has("compact") && has("Twinglyph"),
            "{texts:?}"
        );
        assert!(moves == 0 || has(&format!("{best:.2}")), "{texts:?}");
    }
    let finished = "const moves = document.getAnimations();\
        moves.forEach(one => { one.pause(); one.currentTime = one.effect.getTiming().duration - 1; });\
        return [...document.querySelectorAll('.s')].every(stroke => {\
        const { opacity, strokeDashoffset } = getComputedStyle(stroke);\
        return opacity === '1' && parseFloat(strokeDashoffset) < 0.01 })";
    assert_eq!(page.session().run(finished, &[])?, Value::Bool(true));
    Ok(())
}
