//! What else the page tells, in Chromium on the CPU: the map of the embeddings, the most similar of
//! all characters, and what was taken for what in trials.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use twinglyph_e2e::browser::{Browser, Kind};
use twinglyph_e2e::gesture::Pointer;
use twinglyph_e2e::page::{Look, Page, wait};
use twinglyph_e2e::trials::{TRIAL_LIMIT, choices, measure, pick, result};
use twinglyph_e2e::{Result, app, replay};

/// A map on a busy machine.
const MAP_LIMIT: Duration = Duration::from_secs(30);

/// All of Omniglot, fetched and embedded by `compact` on a busy machine.
const SEARCH_LIMIT: Duration = Duration::from_secs(180);

fn open<'a>(browser: &'a Browser, url: &str) -> Result<Page<'a>> {
    let page = Page::open(browser, url)?;
    page.first_ranking()?;
    Ok(page)
}

/// The attribute of every element with a handle.
fn every(page: &Page<'_>, handle: &str, attribute: &str) -> Result<Vec<String>> {
    let script = "return [...document.querySelectorAll(`[data-testid=${arguments[0]}]`)]\
        .map(e => e.getAttribute(arguments[1]) ?? '')";
    let found = page
        .session()
        .run(script, &[json!(handle), json!(attribute)])?;
    Ok(serde_json::from_value(found).unwrap_or_default())
}

/// Waits until the map has so many points, and gives the place of the drawing and of every point.
fn map(page: &Page<'_>, points: usize) -> Result<(String, Vec<String>)> {
    wait("the map", MAP_LIMIT, || {
        let places = every(page, "map-point", "transform")?;
        let query = page.attribute("map-query", "transform")?;
        Ok(match query {
            Some(query) if places.len() == points && !query.is_empty() => {
                Look::Done((query, places))
            }
            other => Look::Not(format!("{} points, drawing {other:?}", places.len())),
        })
    })
}

#[test]
fn a_drawing_moves_on_the_map_of_its_set() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let page = open(
        &browser,
        &format!("{}?device=cpu&model=compact", server.url()),
    )?;
    // Nothing is computed before it is opened.
    assert_eq!(
        every(&page, "map-point", "transform")?,
        Vec::<String>::new()
    );
    page.click("map-toggle")?;
    let (before, points) = map(&page, 20)?;
    assert_eq!(
        every(&page, "map-point", "data-character")?,
        page.support()?
    );
    let shares = page.text("map-shares")?.unwrap_or_default();
    assert!(shares.contains("% of their differences"), "{shares}");
    let label = page
        .attribute("embedding-map", "aria-label")?
        .unwrap_or_default();
    assert!(label.contains("20 characters and your drawing"), "{label}");

    // Its point moves while the pen is on the sheet; the set's stay.
    page.click("clear")?;
    let drawn = [vec![
        [20.0, 20.0, 0.0],
        [50.0, 80.0, 0.0],
        [85.0, 25.0, 0.0],
    ]];
    page.draw(Pointer::Mouse, &page.pad()?.paths(&drawn, 0.0))?;
    page.settle()?;
    wait("the drawing to move", MAP_LIMIT, || {
        let (after, still) = map(&page, 20)?;
        assert_eq!(still, points);
        Ok(if after == before {
            Look::Not(after)
        } else {
            Look::Done(())
        })
    })?;

    // Another set has another map.
    page.tick("ways-five")?;
    page.settle()?;
    let (_, few) = map(&page, 5)?;
    assert!(few.iter().all(|place| !points.contains(place)));
    assert_eq!(
        every(&page, "map-point", "data-character")?,
        page.support()?
    );
    assert_eq!(page.text("error")?, None);

    // Closed it is gone, and comes again.
    page.click("map-toggle")?;
    wait("the map to go", MAP_LIMIT, || {
        let left = every(&page, "map-point", "transform")?;
        Ok(if left.is_empty() {
            Look::Done(())
        } else {
            Look::Not(format!("{} points", left.len()))
        })
    })?;
    page.click("map-toggle")?;
    map(&page, 5)?;
    Ok(())
}

/// What the search says at its end, and after how long.
fn searched(page: &Page<'_>) -> Result<(String, f64)> {
    let start = Instant::now();
    page.click("nearest-start")?;
    let told = wait("the search to end", SEARCH_LIMIT, || {
        let state = page
            .attribute("nearest-told", "data-state")?
            .unwrap_or_default();
        Ok(if state == "done" || state == "ended" {
            Look::Done(page.text("nearest-told")?.unwrap_or_default())
        } else {
            Look::Not(page.text("nearest-progress")?.unwrap_or_default())
        })
    })?;
    Ok((told.trim().to_owned(), start.elapsed().as_secs_f64()))
}

#[test]
fn the_most_similar_of_all_characters() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let page = open(
        &browser,
        &format!("{}?device=cpu&model=compact", server.url()),
    )?;
    page.click("nearest-toggle")?;
    let set = page.support()?;

    // It can be cancelled, and taken up again.
    page.click("nearest-start")?;
    wait("embeddings", SEARCH_LIMIT, || {
        let words = page.text("nearest-progress")?.unwrap_or_default();
        Ok(if words.contains("Embedding") {
            Look::Done(())
        } else {
            Look::Not(words)
        })
    })?;
    page.click("nearest-cancel")?;
    let told = page.text("nearest-told")?.unwrap_or_default();
    assert!(told.contains("Cancelled"), "{told}");

    let (told, first) = searched(&page)?;
    let found = every(&page, "nearest-item", "data-character")?;
    assert_eq!(found.len(), 10, "{told}");
    // The page opens with another drawer's example of one of the set.
    let asked = page
        .matches()?
        .first()
        .map(|one| one.character.clone())
        .unwrap_or_default();
    assert_eq!(found[0], asked, "{told}");
    assert!(told.contains("Tibetan") && told.contains("1,623"), "{told}");
    let (_, second) = searched(&page)?;
    assert_eq!(every(&page, "nearest-item", "data-character")?, found);
    println!(
        "FIGURE the nearest of 1,623 characters by compact in Chromium on the CPU: {first:.1} s, asked again {second:.1} s"
    );
    assert!(second < first, "{second} {first}");

    // The support set is what it was.
    assert_eq!(page.support()?, set);
    replay::cross(&page)?;
    assert_eq!(page.text("error")?, None);
    // Another network has embeddings of its own.
    page.choose("model-select", "deep")?;
    let (told, _) = searched(&page)?;
    assert!(told.contains("1,623"), "{told}");
    assert_eq!(page.text("error")?, None);
    Ok(())
}

/// Every confusion of the official trials that the page shows, as right and chosen.
fn confused(page: &Page<'_>, of: &str) -> Result<Vec<[String; 2]>> {
    let script = "return [...document.querySelectorAll(`[data-testid=confusion]\
        [data-of=${arguments[0]}] .pairs [data-testid=confusion-cell]`)]\
        .map(e => [e.dataset.right, e.dataset.chosen])";
    let found = page.session().run(script, &[json!(of)])?;
    Ok(serde_json::from_value(found).unwrap_or_default())
}

/// Opens the cell of a pair, and gives how many pictures it has.
fn opened(page: &Page<'_>, of: &str, pair: &[String; 2]) -> Result<u64> {
    let inside = format!("[data-testid=confusion][data-of={of}]");
    let click = "document.querySelector(`${arguments[0]} [data-testid=confusion-cell]\
        [data-right='${arguments[1]}'][data-chosen='${arguments[2]}']`).click()";
    page.session()
        .run(click, &[json!(inside), json!(pair[0]), json!(pair[1])])?;
    wait("the pictures", TRIAL_LIMIT, || {
        let script = "const panel = document.querySelector(`${arguments[0]} [data-testid=confusion-images]`);\
            const drawn = [...panel.querySelectorAll('figure path')].filter(e => e.getAttribute('d'));\
            return panel.hidden || document.activeElement !== panel ? null : drawn.length";
        let found = page.session().run(script, &[json!(inside)])?;
        Ok(match found.as_u64() {
            Some(count @ 1..) => Look::Done(count),
            _ => Look::Not(found.to_string()),
        })
    })
}

#[test]
fn what_was_taken_for_what_in_the_official_trials() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let page = open(
        &browser,
        &format!("{}?device=cpu&model=compact#/trials", server.url()),
    )?;
    measure(&page, "runs")?;
    let errors = page.text("runs-errors")?.unwrap_or_default();
    let wrong: usize = errors
        .split(' ')
        .next()
        .and_then(|count| count.parse().ok())
        .unwrap_or(0);
    let script =
        "return document.querySelector('[data-testid=confusion][data-of=official]').textContent";
    let words = page.session().run(script, &[])?;
    let words = words.as_str().unwrap_or_default();
    assert!(wrong > 0, "compact makes some errors: {errors}");
    assert!(
        words.contains(&format!("Wrong: {wrong} of 400 answers")),
        "{errors}: {words}"
    );
    let pairs = confused(&page, "official")?;
    assert!(!pairs.is_empty() && pairs.len() <= wrong, "{pairs:?}");
    for pair in &pairs {
        assert_ne!(pair[0], pair[1]);
        // What was asked, what was right, what was chosen.
        assert_eq!(opened(&page, "official", pair)? % 3, 0);
    }
    // The matrix has right answers too, with two pictures each.
    let right = [pairs[0][0].clone(), pairs[0][0].clone()];
    let script = "return document.querySelectorAll('[data-of=official] .matrix').length";
    assert!(page.session().run(script, &[])?.as_u64() > Some(0));
    if every(&page, "confusion-cell", "data-chosen")?.contains(&right[1]) {
        assert_eq!(opened(&page, "official", &right)? % 2, 0);
    }
    let close = "const panel = document.querySelector('[data-of=official] [data-testid=confusion-images]');\
        panel.querySelector('[data-testid=confusion-close]').click();\
        return [panel.hidden, document.activeElement.dataset.testid]";
    let closed = page.session().run(close, &[])?;
    assert_eq!(closed[1], json!("confusion-cell"));
    Ok(())
}

#[test]
fn what_the_person_took_for_what() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    // The invented set is always there.
    let trial = "#/trials?set=invented&ways=20&seed=7&trial=1";
    let page = open(
        &browser,
        &format!("{}?device=cpu&model=compact{trial}", server.url()),
    )?;
    let mut wrong = Vec::new();
    // Whoever takes the first of twenty always is wrong soon.
    for answered in 1..=3 {
        let shown = choices(&page, 20)?;
        pick(&page, 0)?;
        // The result before may be on the screen a moment longer than its trial.
        let counted = format!("of {answered}");
        wait("the answer to count", TRIAL_LIMIT, || {
            let score = page.text("score-person")?.unwrap_or_default();
            Ok(if score.ends_with(&counted) {
                Look::Done(())
            } else {
                Look::Not(score)
            })
        })?;
        let [person, _, answer] = result(&page)?;
        if person == "wrong" {
            wrong.push([answer, shown[0].clone()]);
        }
        page.click("trial-next")?;
    }
    let mut found = confused(&page, "person")?;
    found.sort();
    wrong.sort();
    wrong.dedup();
    assert_eq!(found, wrong);
    assert!(!wrong.is_empty());
    assert_eq!(opened(&page, "person", &wrong[0])? % 3, 0);
    let shown = page.session().run(
        "return document.querySelector('[data-of=person] [data-testid=confusion-images]').getAttribute('aria-label')",
        &[],
    )?;
    assert!(
        matches!(&shown, Value::String(label) if label.contains("taken for")),
        "{shown}"
    );
    Ok(())
}
