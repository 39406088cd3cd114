//! "Fool the twin" in Chromium: a drawing is voted on, and its votes travel by links that cost nobody anything.

use std::time::Duration;

use serde_json::{Value, json};
use twinglyph_core::ink::{Ink, Point, Stroke};
use twinglyph_core::own::{Example, OwnClass, OwnSet};
use twinglyph_core::sketch::Sketch;
use twinglyph_e2e::browser::{Browser, Kind};
use twinglyph_e2e::gesture::Pointer;
use twinglyph_e2e::page::{Look, Page, wait};
use twinglyph_e2e::{Error, Result, app};

/// A ranking, or a look into the network, on a busy machine.
const LIMIT: Duration = Duration::from_secs(60);

/// Is the first element with this handle seen?
const SEEN: &str = "const found = document.querySelector(`[data-testid=${arguments[0]}]`);\
    return found?.checkVisibility() ?? false";

/// What can be read on the page.
const TEXT: &str = "return document.querySelector('.fool').innerText";

/// Votes for a class.
const VOTE: &str = "const cell = document.querySelector(\
    `[data-testid=fool-candidate][data-class=\"${arguments[0]}\"]`);\
    cell?.click(); return cell !== null";

/// What of a person's own this browser keeps: their set, their drawing.
const OWN: &str = "return Object.entries(localStorage).filter(([key]) => key.startsWith('twinglyph.own'))\
    .map(entry => entry.join('='))";

fn run(page: &Page<'_>, script: &str, argument: Value) -> Result<Value> {
    page.session().run(script, &[argument])
}

fn until(page: &Page<'_>, what: &str, script: &str, argument: &Value, value: &Value) -> Result<()> {
    wait(what, LIMIT, || {
        let found = run(page, script, argument.clone())?;
        Ok(if found == *value {
            Look::Done(())
        } else {
            Look::Not(found.to_string())
        })
    })
}

fn until_seen(page: &Page<'_>, handle: &str) -> Result<()> {
    until(page, handle, SEEN, &json!(handle), &json!(true))
}

fn until_outcome(page: &Page<'_>, outcome: &str) -> Result<()> {
    wait("the outcome", LIMIT, || {
        let found = page.attribute("fool-outcome", "data-outcome")?;
        Ok(match found {
            Some(found) if found == outcome => Look::Done(()),
            found => Look::Not(format!("{found:?}")),
        })
    })
}

fn votes(page: &Page<'_>) -> Result<Option<String>> {
    page.attribute("fool-votes", "data-votes")
}

fn vote(page: &Page<'_>, class: usize) -> Result<()> {
    wait("the candidate", LIMIT, || {
        Ok(match run(page, VOTE, json!(class))? {
            Value::Bool(true) => Look::Done(()),
            other => Look::Not(other.to_string()),
        })
    })
}

/// The link, as the page shows it beside the button.
fn link(page: &Page<'_>) -> Result<String> {
    page.wait_for("fool-address", "the link", LIMIT)?;
    page.click("fool-address")?;
    let value = "return document.querySelector('[data-testid=fool-url]').value";
    let link = run(page, value, Value::Null)?;
    Ok(link.as_str().unwrap_or_default().to_owned())
}

fn draw(page: &Page<'_>, pad: &str, strokes: &[Vec<[f32; 3]>]) -> Result<()> {
    let show = "document.querySelector(`[data-testid=${arguments[0]}]`).scrollIntoView({ block: 'center' })";
    run(page, show, json!(pad))?;
    let square = page.pad_of(pad)?;
    page.draw(Pointer::Mouse, &square.paths(strokes, 0.0))?;
    page.settle().map(drop)
}

fn cross() -> [Vec<[f32; 3]>; 2] {
    [
        vec![[20.0, 20.0, 0.0], [85.0, 85.0, 0.0]],
        vec![[85.0, 20.0, 0.0], [20.0, 85.0, 0.0]],
    ]
}

fn corner() -> [Vec<[f32; 3]>; 1] {
    [vec![
        [30.0, 20.0, 0.0],
        [30.0, 80.0, 0.0],
        [80.0, 80.0, 0.0],
    ]]
}

fn ink(points: &[(f32, f32)]) -> Ink {
    let points = points.iter().map(|&(x, y)| Point::at(x, y)).collect();
    Ink {
        strokes: vec![Stroke { points }],
    }
}

fn sketch(points: &[(f32, f32)]) -> Result<String> {
    let sketch = Sketch::of(&ink(points));
    let sketch = sketch.ok_or_else(|| Error::Setting("no sketch".to_owned()))?;
    Ok(sketch.to_address())
}

fn set(name: &str, lefts: &[f32]) -> Result<String> {
    let class = |left: &f32| {
        let example = Example::drawn(&ink(&[(*left, 15.0), (*left, 90.0), (95.0, 90.0)]));
        OwnClass::new(&format!("{name} {left}"), [example])
    };
    let set = OwnSet {
        name: name.to_owned(),
        classes: lefts.iter().map(class).collect(),
    };
    set.to_address()
        .map_err(|error| Error::Setting(format!("{error}")))
}

#[test]
fn people_vote_and_their_votes_travel() -> Result<()> {
    let server = app::serve()?;
    let base = format!("{}?device=cpu&model=compact", server.url());
    let first = Browser::open(Kind::ChromiumWithoutGpu)?;
    let page = Page::open(&first, &format!("{base}#/fool"))?;
    page.first_ranking()?;
    until_seen(&page, "fool-pad")?;
    draw(&page, "fool-pad", &cross())?;
    until_seen(&page, "fool-match")?;
    assert!(
        run(&page, TEXT, Value::Null)?
            .to_string()
            .contains("similar")
    );

    // The network's answer can't be read while people vote.
    page.click("fool-ask-people")?;
    until_seen(&page, "fool-candidate")?;
    assert!(
        !run(&page, TEXT, Value::Null)?
            .to_string()
            .contains("similar")
    );
    assert_eq!(page.text("spoken")?.as_deref(), Some(""));
    page.settle()?;
    let best = page.attribute("fool-match", "data-class")?;
    let best: usize = best.and_then(|it| it.parse().ok()).unwrap_or_default();
    let other = usize::from(best == 0);
    vote(&page, other)?;
    vote(&page, best)?;
    assert_eq!(votes(&page)?.as_deref(), Some("2"));
    page.click("fool-undo")?;
    assert_eq!(votes(&page)?.as_deref(), Some("1"));
    // In the set's order, the class's place is its letter.
    page.press(&[], if other == 0 { 'a' } else { 'b' })?;
    assert_eq!(votes(&page)?.as_deref(), Some("2"));
    let told = page.text("fool-told")?.unwrap_or_default();
    assert!(told.contains("2 votes now"), "{told}");

    // A reload loses no vote.
    page.session().reload()?;
    page.first_ranking()?;
    until_seen(&page, "fool-candidate")?;
    assert_eq!(votes(&page)?.as_deref(), Some("2"));
    page.click("fool-show-result")?;
    until_outcome(&page, "fooled")?;
    let bars = "return [...document.querySelectorAll('[data-testid=fool-bar]')].map(bar =>\
        bar.classList.contains('networks'))";
    assert_eq!(run(&page, bars, Value::Null)?, json!([false, true]));
    until_seen(&page, "fool-ink")?;
    until_seen(&page, "fool-ink-people")?;
    assert!(!page.scrolls_sideways()?);
    let sent = link(&page)?;
    // Whose link it is, has nothing to do with which device and network the next person asks for.
    let (place, fragment) = sent.split_once('#').unwrap_or_default();
    assert_eq!(place, server.url());
    assert!(fragment.len() < 100, "{fragment}");

    // Another person has a drawing of their own on the pad.
    let second = Browser::open(Kind::ChromiumWithoutGpu)?;
    let page = Page::open(&second, &format!("{base}#/draw"))?;
    page.first_ranking()?;
    draw(&page, "drawing-pad", &corner())?;
    let own = page.ink()?;
    run(&page, "location.hash = arguments[0]", json!(fragment))?;
    until_seen(&page, "fool-candidate")?;
    assert_eq!(
        run(&page, "return location.hash", Value::Null)?,
        json!("#/fool")
    );
    assert_eq!(votes(&page)?.as_deref(), Some("2"));
    assert!(
        !run(&page, TEXT, Value::Null)?
            .to_string()
            .contains("similar")
    );
    let locked = "return document.querySelector('[data-testid=fool-show-result]').disabled";
    assert_eq!(run(&page, locked, Value::Null)?, json!(true));
    // Two of three people read something else, whatever the network says here: it is the same one.
    vote(&page, best)?;
    page.click("fool-show-result")?;
    until_outcome(&page, "fooled")?;
    page.click("fool-more")?;
    until_seen(&page, "fool-ask")?;
    vote(&page, best)?;
    page.click("fool-show-result")?;
    until_outcome(&page, "draw")?;
    page.click("fool-more")?;
    vote(&page, best)?;
    page.click("fool-show-result")?;
    until_outcome(&page, "agreed")?;
    let [less, more] = [best.min(other), best.max(other)];
    let [fewer, rest] = if best < other { [3, 2] } else { [2, 3] };
    let counted = format!("votes={less}-{fewer}.{more}-{rest}&");
    let sent = link(&page)?;
    assert!(sent.contains(&counted), "{sent}");
    page.click("fool-again")?;
    until_seen(&page, "fool-pad")?;
    page.click("fool-undo-stroke")?;
    page.settle()?;
    assert_eq!(page.ink()?, own);
    Ok(())
}

#[test]
fn a_link_costs_nothing_of_ones_own() -> Result<()> {
    let server = app::serve()?;
    let base = format!("{}?device=cpu&model=compact", server.url());
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let mine = set("mine", &[20.0, 50.0])?;
    let page = Page::open(&browser, &format!("{base}#/teach?set={mine}"))?;
    page.wait_for("teach-class", "the set", LIMIT)?;
    page.first_ranking()?;
    run(&page, "location.hash = '#/fool'", Value::Null)?;
    until_seen(&page, "fool-pad")?;
    draw(&page, "fool-pad", &corner())?;
    let (kept, drawn) = (run(&page, OWN, Value::Null)?, page.ink()?);
    let choice = "return Object.entries(localStorage).find(([key]) =>\
        key.startsWith('twinglyph.settings'))[1]";
    let settings = run(&page, choice, Value::Null)?;

    // What is cut, foreign or hostile is told in a sentence, and changes nothing.
    let sent = sketch(&[(30.0, 20.0), (30.0, 80.0), (80.0, 80.0)])?;
    let yours = set("yours", &[15.0, 40.0, 70.0])?;
    let digits = "9".repeat(60_000);
    let cut = &sent[..sent.len() - 4];
    for link in [
        format!("#/fool?alphabet=Tibetan&ink={cut}"),
        "#/fool?votes=1-1&alphabet=Tib".to_owned(),
        format!("#/fool?alphabet=Klingon&ink={sent}"),
        format!("#/fool?votes=0-{digits}&alphabet=Tibetan&ink={sent}"),
        format!("#/fool?votes=20-1&alphabet=Tibetan&ink={sent}"),
        format!("#/fool?votes=3-1&set={yours}&ink={sent}"),
        format!("#/fool?set={}&ink={sent}", &yours[..yours.len() / 2]),
    ] {
        run(&page, "location.hash = arguments[0]", json!(link))?;
        let refused = "const told = document.querySelector('[data-testid=fool-told]');\
            return told.classList.contains('refused') && location.hash === '#/fool'";
        until(&page, "the sentence", refused, &Value::Null, &json!(true))?;
        let seen = run(&page, SEEN, json!("fool-draw"))?;
        assert_eq!(seen, json!(true), "{link:.60}");
        assert_eq!(page.ink()?, drawn, "{link:.60}");
        assert_eq!(run(&page, OWN, Value::Null)?, kept, "{link:.60}");
        assert_eq!(run(&page, choice, Value::Null)?, settings, "{link:.60}");
    }

    // Somebody's set is looked at beside one's own.
    let link = format!("#/fool?votes=1-4&set={yours}&ink={sent}");
    run(&page, "location.hash = arguments[0]", json!(link))?;
    until_seen(&page, "fool-candidate")?;
    until_seen(&page, "fool-guest")?;
    assert_eq!(votes(&page)?.as_deref(), Some("4"));
    let cells = "return document.querySelectorAll('[data-testid=fool-candidate]').length";
    assert_eq!(run(&page, cells, Value::Null)?, json!(3));
    vote(&page, 2)?;
    page.click("fool-show-result")?;
    wait("the outcome", LIMIT, || {
        Ok(match page.attribute("fool-outcome", "data-outcome")? {
            Some(_) => Look::Done(()),
            None => Look::Not("nothing yet".to_owned()),
        })
    })?;
    let counted = format!("#/fool?votes=1-4.2-1&set={yours}&ink={sent}");
    let passed_on = self::link(&page)?;
    assert!(passed_on.ends_with(&counted), "{passed_on}");
    assert_eq!(run(&page, OWN, Value::Null)?, kept);
    page.click("fool-again")?;
    page.click("fool-undo-stroke")?;
    page.settle()?;
    assert_eq!(page.ink()?, drawn);
    run(&page, "location.hash = '#/teach'", Value::Null)?;
    until_seen(&page, "teach-home")?;
    page.click("teach-home")?;
    let names = "return [...document.querySelectorAll('[data-testid=teach-class]')].map(row =>\
        row.dataset.name)";
    let mine = json!(["mine 20", "mine 50"]);
    until(&page, "one's own set", names, &Value::Null, &mine)
}
