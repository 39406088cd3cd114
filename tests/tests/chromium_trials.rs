//! The page of the trials, in Chromium on the CPU: the game, and measures that are the lab's.

use std::cmp::Ordering;
use std::time::Duration;

use serde_json::{Value, json};
use twinglyph_e2e::browser::{Browser, Kind};
use twinglyph_e2e::gesture::Pointer;
use twinglyph_e2e::page::{Look, Page, wait};
use twinglyph_e2e::trials::{TRIAL_LIMIT, choices, measure, number, official, pick, result};
use twinglyph_e2e::{Error, Result, app, faults, native};

/// What changes nothing for so long is taken for still.
const STILL: Duration = Duration::from_millis(1_500);

fn open<'a>(browser: &'a Browser, url: &str) -> Result<Page<'a>> {
    let page = Page::open(browser, url)?;
    page.first_ranking()?;
    Ok(page)
}

/// Clicks on what saves files and gives, instead of downloads, each file's name and its text.
fn saved(page: &Page<'_>, handles: &[&str]) -> Result<Vec<[String; 2]>> {
    // The policy lets the page fetch from its own server only, so the blobs themselves are kept.
    let script = "window.saved = []; const blobs = new Map(); const make = URL.createObjectURL;\
        URL.createObjectURL = blob => { const url = make(blob); blobs.set(url, blob); return url; };\
        HTMLAnchorElement.prototype.click = function () { const name = this.download;\
        blobs.get(this.href).arrayBuffer().then(bytes => saved.push(\
        [name, new TextDecoder().decode(bytes)])); };";
    page.session().run(script, &[])?;
    for handle in handles {
        page.click(handle)?;
    }
    wait("the files to be made", TRIAL_LIMIT, || {
        let found = page.session().run("return window.saved", &[])?;
        let mut files: Vec<[String; 2]> = serde_json::from_value(found.clone()).unwrap_or_default();
        files.sort_by(|a, b| b[0].cmp(&a[0]));
        Ok(if files.len() == handles.len() {
            Look::Done(files)
        } else {
            Look::Not(found.to_string())
        })
    })
}

#[test]
fn a_trial_is_played_kept_and_shared() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let url = format!("{}?device=cpu&model=compact", server.url());
    // The invented set is always there.
    let trial = "#/trials?set=invented&ways=20&seed=7&trial=3";
    let page = open(&browser, &format!("{url}{trial}"))?;
    let shown = choices(&page, 20)?;
    assert_eq!(page.text("trial-number")?.as_deref(), Some("trial 3 of 20"));

    // Keys move and choose; one Tab reaches the choices.
    let reached = "return [...document.querySelectorAll('[data-testid=trial-choice]')]\
        .filter(cell => cell.tabIndex === 0).length";
    assert_eq!(page.session().run(reached, &[])?, 1);
    page.session().run(
        "document.querySelector('[data-testid=trial-choice]').focus()",
        &[],
    )?;
    const RIGHT: char = '\u{e014}';
    const ENTER: char = '\u{e007}';
    page.press(&[], RIGHT)?;
    page.press(&[], RIGHT)?;
    page.press(&[], ENTER)?;
    let given = result(&page)?;
    let [person, network, answer] = &given;
    assert_eq!(
        person == "right",
        shown[2] == *answer,
        "{given:?} of {shown:?}"
    );
    assert!(shown.contains(answer));
    let right = u32::from(person == "right");
    assert_eq!(page.text("score-person")?, Some(format!("{right} of 1")));
    let right = u32::from(network == "right");
    assert_eq!(page.text("score-network")?, Some(format!("{right} of 1")));
    // An answered trial takes no second answer.
    pick(&page, 0)?;
    assert_eq!(result(&page)?, given);

    let files = saved(&page, &["trial-csv", "trial-json"])?;
    let expected = [
        ["twinglyph-trials.json", "{\"sp"],
        ["twinglyph-trials.csv", "tria"],
    ];
    for ([name, text], [called, begins]) in files.iter().zip(expected) {
        assert_eq!(name, called);
        assert!(text.starts_with(begins), "{text}");
    }

    // A reload keeps the session, another browser plays the same trial.
    page.session().reload()?;
    page.first_ranking()?;
    assert_eq!(result(&page)?, given);
    // The next trial has the focus where it is answered, and a letter answers.
    page.press(&[], ENTER)?;
    assert_ne!(choices(&page, 20)?, shown);
    let focused = "return document.activeElement.dataset.testid ?? document.activeElement.tagName";
    assert_eq!(page.session().run(focused, &[])?, "trial-choice");
    if person == "wrong" || network == "wrong" {
        page.click("trial-wrong-open")?;
        page.settle()?;
        assert_eq!(
            page.attribute("drawing-pad", "data-sheet")?.as_deref(),
            Some("example")
        );
        assert!(page.support()?.contains(answer), "{answer}");
        page.session().run("location.hash = '#/trials'", &[])?;
    }
    assert_eq!(page.text("trial-number")?.as_deref(), Some("trial 4 of 20"));
    let other = Browser::open(Kind::ChromiumWithoutGpu)?;
    let page = open(&other, &format!("{url}{trial}"))?;
    assert_eq!(choices(&page, 20)?, shown);
    page.press(&[], 'c')?;
    assert_eq!(result(&page)?[0], given[0]);
    assert_eq!(page.text("error")?, None);
    Ok(())
}

#[test]
fn hard_trials_are_the_same_for_everyone_and_are_told_in_files() -> Result<()> {
    let server = app::serve()?;
    let url = format!("{}?device=cpu&model=compact#/trials", server.url());
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let page = open(&browser, &format!("{url}?hard"))?;
    let shown = choices(&page, 20)?;
    assert_eq!(page.chosen("trial-set")?, "hard");
    let hash = page.session().run("return location.hash", &[])?;
    assert_eq!(hash, "#/trials?hard&seed=1&trial=1");
    let told = page.text("trial-hard")?.unwrap_or_default();
    assert!(told.contains("no published figure"), "{told}");
    pick(&page, 0)?;
    let [person, ..] = result(&page)?;
    let files = saved(&page, &["trial-csv", "trial-json"])?;
    let json: Value = serde_json::from_str(&files[0][1]).unwrap_or_default();
    assert_eq!(json["hard"], true, "{json}");
    assert_eq!(json["person"]["right"], u32::from(person == "right"));
    assert_eq!(json["person"]["trials"], 1);
    // Wilson's interval of one trial.
    let width = json["person"]["high"]
        .as_f64()
        .zip(json["person"]["low"].as_f64());
    let width = width.map(|(high, low)| high - low);
    assert!(
        width.is_some_and(|width| (width - 0.793).abs() < 1e-3),
        "{json}"
    );
    assert!(files[1][1].contains(",true,"), "{}", files[1][1]);

    // Another trial is within another alphabet, and an ordinary session has others.
    page.choose("trial-set", "invented")?;
    assert_ne!(choices(&page, 20)?, shown);
    assert_eq!(page.text("trial-hard")?.unwrap_or_default(), "");
    // The settings lead to hard trials of a new seed.
    page.choose("trial-set", "hard")?;
    choices(&page, 20)?;
    let hash = page.session().run("return location.hash", &[])?;
    let hash = hash.as_str().unwrap_or_default();
    assert!(hash.starts_with("#/trials?hard&seed="), "{hash}");

    // Whatever network is in use, and whoever asks.
    let other = Browser::open(Kind::ChromiumWithoutGpu)?;
    let url = url.replace("compact", "deep");
    let page = open(&other, &format!("{url}?hard&seed=1&trial=1"))?;
    assert_eq!(choices(&page, 20)?, shown);
    assert_eq!(page.text("error")?, None);
    Ok(())
}

#[test]
fn impossible_addresses_become_the_nearest_trial() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let trial = "#/trials?set=moon&alphabet=Klingon&ways=7&seed=-1&trial=400";
    let page = open(
        &browser,
        &format!("{}?device=cpu&model=compact{trial}", server.url()),
    )?;
    choices(&page, 5)?;
    let told = page.text("trial-told")?.unwrap_or_default();
    for word in ["moon", "Klingon", "7", "-1", "20"] {
        assert!(told.contains(word), "{word} is not told of: {told}");
    }
    assert_eq!(
        page.text("trial-number")?.as_deref(),
        Some("trial 20 of 20")
    );
    Ok(())
}

/// Pixels above the question on a phone, at most: a quarter of a screen of 740.
const MOST_ABOVE: f64 = 185.0;

#[test]
fn on_a_phone_the_question_stays_in_sight() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    browser.session().resize(360, 740)?;
    let url = format!("{}?device=cpu&model=compact", server.url());
    let page = open(
        &browser,
        &format!("{url}#/trials?set=invented&ways=20&seed=7"),
    )?;
    choices(&page, 20)?;
    let place = "const edges = element => { const { top, bottom } = element.getBoundingClientRect();\
        return [top, bottom]; };\
        const [query, cells] = ['trial-query', 'trial-choice'].map(handle =>\
        [...document.querySelectorAll(`[data-testid=${handle}]`)]);\
        if (arguments[0]) cells.at(-1).scrollIntoView({ block: 'end' });\
        return [...edges(query[0]), edges(cells.at(-1))[1], innerHeight + 1]";
    let edges = |scrolled: bool| -> Result<[f64; 4]> {
        let found = page.session().run(place, &[json!(scrolled)])?;
        serde_json::from_value(found).map_err(|error| Error::Setting(error.to_string()))
    };
    let [top, ..] = edges(false)?;
    assert!(0.0 < top && top <= MOST_ABOVE, "{top}");
    let [top, bottom, last, height] = edges(true)?;
    assert!(
        top >= 0.0 && bottom < last && last <= height,
        "{top} {bottom} {last}"
    );
    assert!(!page.scrolls_sideways()?);
    Ok(())
}

#[test]
fn a_character_is_drawn_from_memory() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let trial = "#/trials?set=invented&ways=5&seed=7&trial=1&query=drawn";
    let page = open(
        &browser,
        &format!("{}?device=cpu&model=compact{trial}", server.url()),
    )?;
    page.wait_for("trial-pad", "the pad", TRIAL_LIMIT)?;
    let sheet = [vec![
        [30.0, 30.0, 0.0],
        [50.0, 60.0, 0.0],
        [80.0, 80.0, 0.0],
    ]];
    page.draw(
        Pointer::Mouse,
        &page.pad_of("trial-pad")?.paths(&sheet, 0.0),
    )?;
    page.click("trial-done")?;
    let [person, network, _] = result(&page)?;
    assert_eq!(person, "");
    assert!(["right", "wrong"].contains(&network.as_str()), "{network}");
    // The drawing page's own drawing is not touched by it.
    page.session().run("location.hash = '#/draw'", &[])?;
    assert_eq!(
        page.attribute("drawing-pad", "data-sheet")?.as_deref(),
        Some("example")
    );
    Ok(())
}

#[test]
fn the_official_trials_are_the_labs_and_survive_a_dead_worker() -> Result<()> {
    let server = app::serve()?;
    // By its eight views the default network takes seven times as long; once is enough. Each build of the programs on
    // the CPU makes the lab's choices.
    let without_relaxed = format!("{}{}", faults::NO_RELAXED_SIMD, faults::TELLS_OF_ITSELF);
    for (model, fault, workers, build) in [
        (
            "deep",
            "",
            faults::TELLS_OF_ITSELF,
            "engine/relaxed-engine-",
        ),
        (
            "compact",
            "&fault=panic&when=run",
            without_relaxed.as_str(),
            "engine/engine-",
        ),
    ] {
        let expected = native::evaluate(&["--runs", "--model", &native::weights(model)])?;
        let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
        let url = format!("{}?device=cpu&model={model}{fault}#/trials", server.url());
        faults::in_page(browser.session(), faults::HEARS_OF_WORKERS)?;
        faults::in_worker(&server, workers)?;
        let page = open(&browser, &url)?;
        let asked = server.take_asked();
        assert!(asked.iter().any(|path| path.contains(build)), "{asked:?}");
        page.watch_tasks()?;
        page.watch_frames()?;
        // A drawing is worth none.
        assert_eq!(faults::helpers(&page)?, 0);
        measure(&page, "runs")?;
        let tasks = page.long_tasks()?;
        let [slowest, hundredth] = page.longest_frames()?;
        let errors = page.text("runs-errors")?.unwrap_or_default();
        let choices = page
            .attribute("runs-errors", "data-choices")?
            .unwrap_or_default();
        if fault.is_empty() {
            // A helper on another core takes its part, where there is one.
            let cores = page
                .session()
                .run("return navigator.hardwareConcurrency", &[])?;
            assert_eq!(
                faults::helpers(&page)? > 0,
                cores.as_u64() > Some(1),
                "{cores} cores"
            );
        }
        let own = official(&json!(choices));
        let labs = official(&expected["choices"]);
        assert_eq!(own, labs, "{errors} {fault}");
        assert_eq!(errors, format!("{} of 400", expected["errors"]));
        if fault.is_empty() {
            assert_eq!(page.text("error")?, None);
            let ratio = number(&page, "runs-errors", "data-ratio")?;
            println!(
                "FIGURE official trials in Chromium on the CPU: {errors} wrong, {ratio:.2} times 800 single embeddings; {}",
                page.text("runs-progress")?.unwrap_or_default()
            );
            println!("FIGURE main-thread tasks over 50 ms in that run: {tasks:.0?}");
            println!(
                "FIGURE time between frames of that run: {slowest:.0} ms at most, 1 in 100 over {hundredth:.0} ms"
            );
            assert!(ratio > 0.0, "{ratio}");
        } else {
            // The person was told that the worker was replaced.
            assert!(page.text("error")?.is_some());
        }
    }
    Ok(())
}

#[test]
fn a_run_pauses_goes_on_and_is_cancelled() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let page = open(
        &browser,
        &format!("{}?device=cpu&model=compact#/trials", server.url()),
    )?;
    let state = |wanted: &str| {
        wait(wanted, TRIAL_LIMIT, || {
            let state = page
                .attribute("verify-progress", "data-state")?
                .unwrap_or_default();
            Ok(if state == wanted {
                Look::Done(())
            } else {
                Look::Not(state)
            })
        })
    };
    page.click("verify-start")?;
    state("going")?;
    page.click("verify-pause")?;
    state("paused")?;
    // The part on its way still comes; then nothing does.
    let done = || number(&page, "verify-progress", "data-done");
    wait("the run to stand still", TRIAL_LIMIT, || {
        let before = done()?;
        std::thread::sleep(STILL);
        let after = done()?;
        Ok(if before == after {
            Look::Done(())
        } else {
            Look::Not(format!("{before}, {after}"))
        })
    })?;
    let paused = done()?;
    std::thread::sleep(STILL);
    assert_eq!(done()?, paused);
    page.click("verify-pause")?;
    state("going")?;
    page.click("verify-cancel")?;
    state("ended")?;
    assert_eq!(page.text("error")?, None);
    Ok(())
}

#[test]
fn curves_are_the_labs() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let url = format!("{}?device=cpu&model=compact#/trials", server.url());
    let page = open(&browser, &url)?;
    let weights = native::weights("compact");

    measure(&page, "verify")?;
    let expected = native::evaluate(&["--verification", "--trials", "1000", "--model", &weights])?;
    let area = number(&page, "verify-errors", "data-area")?;
    let labs = expected["area"].as_f64().unwrap_or(f64::NAN);
    assert!((area - labs).abs() < 1e-5, "{area} {labs}");
    let errors = format!("{} of 1000", expected["errors"]);
    assert_eq!(page.text("verify-errors")?, Some(errors));

    measure(&page, "sweep")?;
    let expected = native::evaluate(&["--sweep", "--model", &weights])?;
    let script = "return [...document.querySelectorAll('[data-testid=sweep-row]')].map(row =>\
        [Number(row.dataset.ways), ...[...row.querySelectorAll('td[data-errors]')]\
        .map(cell => Number(cell.dataset.errors))])";
    let own = page.session().run(script, &[])?;
    let labs: Vec<Value> = expected["within"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|row| {
            json!([
                row["ways"],
                row["network_errors"],
                row["hausdorff_errors"],
                row["pixels_errors"]
            ])
        })
        .collect();
    assert_eq!(own, json!(labs));
    let plot = page.session().run(
        "return document.querySelector('[data-testid=plot-accuracy-against-n] svg').getAttribute('aria-label')",
        &[],
    )?;
    assert!(
        plot.as_str()
            .is_some_and(|label| label.contains("Right answers"))
    );
    assert_eq!(page.text("error")?, None);
    Ok(())
}

/// Texts of the attributes of the twenty marks at the end of a session.
fn marks(page: &Page<'_>, name: &str) -> Result<Vec<bool>> {
    let script = "return [...document.querySelectorAll('[data-testid=ending-trial]')]\
        .map(mark => mark.getAttribute(arguments[0]) === 'true')";
    let found = page.session().run(script, &[json!(name)])?;
    Ok(serde_json::from_value(found).unwrap_or_default())
}

#[test]
fn a_session_ends_with_both_answers_and_lines_to_share() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let url = format!("{}?device=cpu&model=compact", server.url());
    let page = open(
        &browser,
        &format!("{url}#/trials?set=invented&ways=5&seed=3&trial=1"),
    )?;
    let mut given = Vec::new();
    for trial in 0..20 {
        choices(&page, 5)?;
        // By a key, so that the focus is where it is for who has no mouse.
        page.press(&[], ['a', 'b', 'c', 'd', 'e'][trial % 5])?;
        let [person, network, _] = result(&page)?;
        given.push((person == "right", network == "right"));
        page.click("trial-next")?;
    }
    let focused = "return document.activeElement.dataset.testid ?? null";
    assert_eq!(page.session().run(focused, &[])?, "trial-ending");
    let both: Vec<(bool, bool)> = marks(&page, "data-person")?
        .into_iter()
        .zip(marks(&page, "data-network")?)
        .collect();
    assert_eq!(both, given);
    let count = |which: fn(&(bool, bool)) -> bool| given.iter().filter(|one| which(one)).count();
    let told = page.text("ending-result")?.unwrap_or_default();
    let (person, network) = (count(|one| one.0), count(|one| one.1));
    let by = person.abs_diff(network);
    let expected = match person.cmp(&network) {
        Ordering::Equal => {
            format!("It is a draw: you and the network were both right in {person} of 20 trials.")
        }
        Ordering::Greater => format!(
            "You won by {by}: you were right in {person} of 20 trials, the network in {network}."
        ),
        Ordering::Less => format!(
            "The network won by {by}: it was right in {network} of 20 trials, you in {person}."
        ),
    };
    assert_eq!(told, expected);
    let better = page.text("ending-better")?.unwrap_or_default();
    let expected = format!("better than you in {} of 20", count(|one| one.1 && !one.0));
    assert!(better.contains(&expected), "{better}");

    // Where there is no clipboard the lines are here, and their link is the session's.
    let without = "Object.defineProperty(navigator, 'clipboard', { value: undefined })";
    page.session().run(without, &[])?;
    page.click("ending-share")?;
    let script = "return document.querySelector('[data-testid=ending-text]').value";
    let text = wait("the lines to share", TRIAL_LIMIT, || {
        let shown =
            "return document.querySelector('[data-testid=ending-text]').offsetParent !== null";
        Ok(match page.session().run(shown, &[])? {
            Value::Bool(true) => Look::Done(page.session().run(script, &[])?),
            other => Look::Not(other.to_string()),
        })
    })?;
    let text = text.as_str().unwrap_or_default();
    let mark = |right: bool| if right { '■' } else { '□' };
    let rows: [String; 2] = [
        given.iter().map(|one| mark(one.0)).collect(),
        given.iter().map(|one| mark(one.1)).collect(),
    ];
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[1..3], rows, "{text}");
    assert!(
        lines[3].ends_with("#/trials?set=invented&ways=5&seed=3&trial=1"),
        "{text}"
    );

    // The hardest trial, then the session of the day, which is of its own.
    page.click("ending-hardest")?;
    let [person, network, _] = result(&page)?;
    let hardness = |one: &(bool, bool)| u32::from(!one.0) + u32::from(!one.1);
    let hardest = hardness(&(person == "right", network == "right"));
    assert_eq!(Some(hardest), given.iter().map(hardness).max());
    page.click("trial-today")?;
    let today = "return location.hash === `#/trials?set=evaluation&ways=20&seed=${\
        Math.floor(Date.now() / 864e5)}&trial=1`";
    wait("the session of the day", TRIAL_LIMIT, || {
        Ok(match page.session().run(today, &[])? {
            Value::Bool(true) => Look::Done(()),
            other => Look::Not(other.to_string()),
        })
    })?;
    assert_eq!(
        page.attribute("trial-today", "aria-pressed")?.as_deref(),
        Some("true")
    );
    assert!(marks(&page, "data-person")?.is_empty());

    // The session before is not lost, also not by a reload.
    page.session().reload()?;
    page.first_ranking()?;
    choices(&page, 20)?;
    page.click("trial-earlier")?;
    wait("the session before", TRIAL_LIMIT, || {
        let found = marks(&page, "data-person")?;
        Ok(match found.len() {
            20 => Look::Done(()),
            other => Look::Not(other.to_string()),
        })
    })?;
    Ok(())
}
