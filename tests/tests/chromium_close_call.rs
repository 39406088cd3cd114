//! Two close candidates in Chromium on the CPU: shown side by side with the drawing, and what decides between them.

use serde_json::json;
use twinglyph_core::ink::{Ink, Point, Stroke};
use twinglyph_core::own::{Example, OwnClass, OwnSet};
use twinglyph_e2e::browser::{Browser, Kind};
use twinglyph_e2e::gesture::Pointer;
use twinglyph_e2e::page::{Look, Page, says, wait};
use twinglyph_e2e::{Error, Result, app, training::LIMIT};

type Strokes = &'static [&'static [[f32; 2]]];

const CORNER: Strokes = &[&[[30.0, 20.0], [30.0, 80.0], [80.0, 80.0]]];
/// [`CORNER`] with a bar near its end.
const BARRED: Strokes = &[
    &[[30.0, 20.0], [30.0, 80.0], [80.0, 80.0]],
    &[[66.0, 64.0], [66.0, 80.0]],
];
/// [`CORNER`] with half of that bar.
const HALF: Strokes = &[
    &[[30.0, 20.0], [30.0, 80.0], [80.0, 80.0]],
    &[[66.0, 75.0], [66.0, 80.0]],
];
const CROSS: Strokes = &[&[[20.0, 52.0], [85.0, 52.0]], &[[52.0, 20.0], [52.0, 85.0]]];

/// A class of one drawing.
fn class(name: &str, strokes: Strokes) -> OwnClass {
    let stroke = |points: &&[[f32; 2]]| Stroke {
        points: points.iter().map(|[x, y]| Point::at(*x, *y)).collect(),
    };
    let ink = Ink {
        strokes: strokes.iter().map(stroke).collect(),
    };
    OwnClass::new(name, [Example::drawn(&ink)])
}

/// Draws on the page's pad instead of what is on it.
fn draw(page: &Page<'_>, strokes: Strokes) -> Result<()> {
    page.clear()?;
    let point = |[x, y]: &[f32; 2]| [*x, *y, 0.0];
    let strokes = strokes
        .iter()
        .map(|stroke| stroke.iter().map(point).collect());
    let strokes: Vec<Vec<_>> = strokes.collect();
    page.draw(Pointer::Mouse, &page.pad()?.paths(&strokes, 0.0))?;
    page.settle().map(drop)
}

/// Of three pictures: are there red pixels, and blue ones?
const COLOURS: &str = "return ['close-first', 'close-drawing', 'close-second'].map(handle => {\
        const canvas = document.querySelector(`[data-testid=${handle}]`);\
        const all = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;\
        const has = (more, less) => all.some((value, at) =>\
            at % 4 === 3 && value > 100 && all[at - 3 + more] > all[at - 3 + less]);\
        return [has(0, 2), has(2, 0)] })";

/// Waits until the section is there, with or without an answer, or is not.
fn until(page: &Page<'_>, is_there: bool) -> Result<()> {
    wait("what decides", LIMIT, || {
        let script = "const section = document.querySelector('[data-testid=close-call]');\
            return section !== null && [!section.hidden, section.ariaBusy ?? section.getAttribute('aria-busy')]";
        let found = page.session().run(script, &[])?;
        let is_done = match is_there {
            true => found == json!([true, "false"]),
            false => found[0] == json!(false),
        };
        Ok(match is_done {
            true => Look::Done(()),
            false => Look::Not(found.to_string()),
        })
    })
}

#[test]
fn close_candidates_stand_side_by_side_with_what_decides() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let set = OwnSet {
        name: "Corners".to_owned(),
        classes: vec![
            class("ell", CORNER),
            class("barred", BARRED),
            class("plus", CROSS),
        ],
    };
    let set = set.to_address();
    let set = set.map_err(|error| Error::Setting(error.to_string()))?;
    let url = format!("{}?device=cpu&model=compact#/teach?set={set}", server.url());
    let page = Page::open(&browser, &url)?;
    page.wait_for("teach-use", "the set", LIMIT)?;
    page.click("teach-use")?;
    page.settle()?;

    draw(&page, HALF)?;
    until(&page, true)?;
    let names = |page: &Page<'_>| -> Result<Vec<String>> {
        let matches = page.matches()?.into_iter().take(2);
        Ok(matches.map(|found| found.character).collect())
    };
    let mut found = names(&page)?;
    for name in &found {
        says(&page, "close-call", name)?;
    }
    found.sort();
    assert_eq!(found, ["barred", "ell"]);
    // The bar speaks for one, its half for the other; of each example what is lacking speaks for the other.
    let colours = page.session().run(COLOURS, &[])?;
    let is_first = page.matches()?[0].character == "barred";
    let own = if is_first { 0 } else { 1 };
    assert_eq!(colours[1][own], json!(true), "{colours}");
    assert_eq!(colours[0][0], json!(false), "{colours}");
    assert_eq!(colours[2][1], json!(false), "{colours}");
    let of_examples = [&colours[0][1], &colours[2][0]];
    assert!(of_examples.contains(&&json!(true)), "{colours}");

    // What was there belongs to the drawing before; a clear one has none.
    draw(&page, CROSS)?;
    until(&page, false)?;
    assert_eq!(page.matches()?[0].character, "plus");

    // Another page asks the leader about another pair; back here this one is asked again.
    draw(&page, HALF)?;
    until(&page, true)?;
    page.session().run("location.hash = '#/network'", &[])?;
    page.wait_for("pair-select", "the network", LIMIT)?;
    page.choose("pair-select", "2")?;
    let busy = || page.attribute("close-call", "aria-busy");
    wait("the other page's answer", LIMIT, || {
        Ok(match busy()?.as_deref() {
            Some("true") => Look::Done(()),
            found => Look::Not(format!("{found:?}")),
        })
    })?;
    page.session().run("location.hash = '#/draw'", &[])?;
    until(&page, true)?;
    assert_eq!(page.text("error")?, None);
    Ok(())
}
