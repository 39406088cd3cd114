//! A person's own characters in Chromium: many of them at once, and what they are good for beyond being
//! recognised, trials and training.

use serde_json::{Value, json};
use twinglyph_core::invented;
use twinglyph_core::own::{OwnClass, OwnSet};
use twinglyph_e2e::browser::{Browser, Kind};
use twinglyph_e2e::contact::{give, lined, picture};
use twinglyph_e2e::page::{Look, Page, says, wait};
use twinglyph_e2e::training::{LIMIT, number, set, state};
use twinglyph_e2e::trials::{choices, pick, result};
use twinglyph_e2e::{Error, Result, app};

/// A set of as many examples of each class, by hands of an invented script.
fn own(examples: &[usize]) -> Result<String> {
    let alphabet = invented::alphabet(3);
    let class = |(at, &count): (usize, &usize)| {
        let drawings = (0..count).filter_map(|drawer| alphabet.drawing(at, drawer).cloned());
        OwnClass::new(&format!("sign {at}"), drawings)
    };
    let set = OwnSet {
        name: "Signs".to_owned(),
        classes: examples.iter().enumerate().map(class).collect(),
    };
    set.to_address()
        .map_err(|error| Error::Setting(format!("{error}")))
}

/// Puts a set in the place of the one on the page.
fn teach(page: &Page<'_>, set: &str, classes: usize) -> Result<()> {
    let go = "location.hash = `#/teach?set=${arguments[0]}`";
    page.session().run(go, &[json!(set)])?;
    wait("the set", LIMIT, || {
        let count = "return document.querySelectorAll('[data-testid=teach-class]').length";
        Ok(match page.session().run(count, &[])? {
            found if found == json!(classes) => Look::Done(()),
            other => Look::Not(other.to_string()),
        })
    })
}

fn go(page: &Page<'_>, hash: &str) -> Result<()> {
    let go = "location.hash = arguments[0]";
    page.session().run(go, &[json!(hash)]).map(drop)
}

#[test]
fn trials_are_played_on_ones_own_characters() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let address = own(&[1, 3, 1])?;
    let url = format!(
        "{}?device=cpu&model=compact#/teach?set={address}",
        server.url()
    );
    let page = Page::open(&browser, &url)?;
    page.wait_for("teach-class", "the set", LIMIT)?;

    // Too few second examples: the page says what is missing, and where.
    go(&page, "#/trials?set=own&ways=5&seed=7&trial=2")?;
    says(
        &page,
        "trial-lack",
        "second example of at least 2 of your characters. So far only one",
    )?;
    let hidden = "return document.querySelector('.trial').checkVisibility()";
    assert_eq!(page.session().run(hidden, &[])?, json!(false));

    teach(&page, &own(&[2, 1, 3, 4])?, 4)?;
    go(&page, "#/trials")?;
    let shown = choices(&page, 3)?;
    assert_eq!(page.text("trial-number")?.as_deref(), Some("trial 2 of 20"));
    says(
        &page,
        "trial-told",
        "3 of your characters have a second example",
    )?;
    let mut sorted = shown.clone();
    sorted.sort();
    let expected = ["own/character01", "own/character03", "own/character04"];
    assert_eq!(sorted, expected);
    let hash = page.session().run("return location.hash", &[])?;
    assert_eq!(hash, json!("#/trials?set=own&ways=5&seed=7&trial=2"));

    pick(&page, 1)?;
    let [person, _, answer] = result(&page)?;
    assert_eq!(person == "right", shown[1] == answer);
    let place = answer.trim_start_matches("own/character");
    let place: usize = place.parse().map_err(|_| Error::Setting(answer.clone()))?;
    says(&page, "trial-result", &format!("sign {}", place - 1))?;
    page.session().reload()?;
    assert_eq!(result(&page)?[2], answer);

    // Answers are of the set that they were given to.
    teach(&page, &own(&[2, 2, 3, 4])?, 4)?;
    go(&page, "#/trials")?;
    says(&page, "trial-told", "start over")?;
    assert_eq!(choices(&page, 4)?.len(), 4);
    assert_eq!(page.text("score-person")?.as_deref(), Some("0 of 0"));
    Ok(())
}

/// Checks the boxes of one's own characters, and no others.
fn choose_own(page: &Page<'_>, held_out: bool) -> Result<()> {
    let open = "document.querySelector('[data-testid=finetune-alphabets]').open = true";
    page.session().run(open, &[])?;
    wait("the box of one's own characters", LIMIT, || {
        let script = "if (!document.querySelector('input[data-alphabet=own]')) return false;\
            for (const box of document.querySelectorAll('input[data-alphabet]'))\
              if (box.checked !== (box.dataset.alphabet === 'own')) box.click();\
            for (const box of document.querySelectorAll('input[data-held-out]'))\
              if (box.checked !== (box.dataset.heldOut === 'own' && arguments[0])) box.click();\
            return true";
        Ok(match page.session().run(script, &[json!(held_out)])? {
            Value::Bool(true) => Look::Done(()),
            other => Look::Not(other.to_string()),
        })
    })
}

#[test]
fn the_network_learns_ones_own_characters() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let address = own(&[3, 2, 1])?;
    let url = format!(
        "{}?device=cpu&model=compact#/teach?set={address}",
        server.url()
    );
    let page = Page::open(&browser, &url)?;
    page.wait_for("teach-class", "the set", LIMIT)?;
    go(&page, "#/train")?;
    page.wait_for("finetune-start", "the page of the training", LIMIT)?;
    choose_own(&page, true)?;
    says(
        &page,
        "finetune-step",
        "takes 4 with two examples; there are 2",
    )?;
    let disabled = page.attribute("finetune-start", "disabled")?;
    assert!(disabled.is_some());
    choose_own(&page, false)?;
    says(&page, "finetune-step", "Ready to start")?;

    teach(&page, &own(&[3, 4, 1, 3, 5, 3])?, 6)?;
    go(&page, "#/train")?;
    choose_own(&page, true)?;
    says(
        &page,
        "finetune-own",
        "5 of your 6 characters, the first 3 examples of each",
    )?;
    set(&page, "finetune-steps", 6)?;
    set(&page, "finetune-characters", 5)?;
    page.click("finetune-start")?;
    state(&page, "over")?;
    assert_eq!(number(&page, "finetune-step", "data-step")?, 6.0);
    for handle in ["finetune-before", "finetune-after"] {
        let right = number(&page, handle, "data-accuracy")?;
        assert!((0.0..=1.0).contains(&right), "{handle}: {right}");
    }
    page.click("finetune-keep")?;
    page.wait_for("kept-model", "the kept model", LIMIT)?;
    assert_eq!(page.text("error")?, None);
    Ok(())
}

/// Names and numbers of examples on the shelf.
fn shelf(page: &Page<'_>) -> Result<Value> {
    let script = "return [...document.querySelectorAll('[data-testid=teach-class]')].map(row =>\
        [row.dataset.name, row.querySelectorAll('[data-testid=teach-example]').length])";
    page.session().run(script, &[])
}

fn until_shelf(page: &Page<'_>, expected: &Value) -> Result<()> {
    wait("the shelf", LIMIT, || {
        let shelf = shelf(page)?;
        Ok(if shelf == *expected {
            Look::Done(())
        } else {
            Look::Not(format!("{shelf}: {:?}", page.text("teach-told")?))
        })
    })
}

/// Waits until the cells of a sheet are shown.
fn until_cells(page: &Page<'_>, found: &str) -> Result<()> {
    page.wait_for("cells-add", "the cells", LIMIT)?;
    says(page, "cells-count", found)
}

#[test]
fn contact_sheets_and_folders_come_in_as_one_step() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let url = format!("{}?device=cpu&model=compact#/teach", server.url());
    let page = Page::open(&browser, &url)?;
    page.wait_for("teach-pad", "the page of teaching", LIMIT)?;

    // Cells as the app's own, then others, of which the person says how many there are.
    give(
        &page,
        "teach-sheet",
        &[("own.png", &picture(&page, 3, 2, 105)?)],
    )?;
    until_cells(&page, "2 x 3 cells, 5 with ink")?;
    until_shelf(&page, &json!([]))?;
    page.click("cells-add")?;
    let own = json!([["character 1", 3], ["character 2", 2]]);
    until_shelf(&page, &own)?;
    says(
        &page,
        "teach-told",
        "2 characters with 5 examples were added.",
    )?;
    says(&page, "teach-told", "Found: 2 rows of 3 cells, 5 with ink.")?;
    let other = picture(&page, 2, 3, 80)?;
    set(&page, "teach-rows", 7)?;
    set(&page, "teach-columns", 2)?;
    give(&page, "teach-sheet", &[("other.png", &other)])?;
    says(&page, "teach-told", "drawings would be cut through")?;
    until_shelf(&page, &own)?;
    set(&page, "teach-rows", 3)?;
    give(&page, "teach-sheet", &[("other.png", &other)])?;
    until_cells(&page, "3 x 2 cells, 5 with ink")?;
    page.click("cells-add")?;
    let names = [1, 2, 3, 4, 5].map(|at| format!("character {at}"));
    let [a, b, c, d, e] = &names;
    until_shelf(&page, &json!([[a, 3], [b, 2], [c, 2], [d, 2], [e, 1]]))?;
    says(&page, "teach-told", "Found: 3 rows of 2 cells, 5 with ink.")?;
    page.click("teach-undo")?;
    until_shelf(&page, &own)?;

    // Lines show how many there are, and contradict what is wrong.
    let lined = lined(&page, 3, 2)?;
    give(&page, "teach-sheet", &[("lined.png", &lined)])?;
    let lines_show = "you said 3 x 2 cells, but the lines show 2 x 3 cells";
    says(&page, "teach-told", lines_show)?;
    for field in ["teach-rows", "teach-columns"] {
        page.session().run(
            "document.querySelector(`[data-testid=${arguments[0]}]`).value = ''",
            &[json!(field)],
        )?;
    }
    give(&page, "teach-sheet", &[("lined.png", &lined)])?;
    until_cells(&page, "2 x 3 cells, 5 with ink")?;
    page.click("cells-add")?;
    until_shelf(&page, &json!([[a, 3], [b, 2], [c, 3], [d, 2]]))?;
    page.click("teach-undo")?;
    until_shelf(&page, &own)?;
    page.click("teach-undo")?;
    until_shelf(&page, &json!([]))?;

    // A folder: sub-folders are characters, and what can't be read is named and left out.
    let cross = picture(&page, 1, 1, 200)?;
    let files: [(&str, &[u8]); 6] = [
        ("signs/十/b10.png", &cross),
        ("signs/十/b2.png", &cross),
        ("signs/lone.png", &cross),
        ("signs/ß/note.txt", b"no picture"),
        ("signs/ß/empty.png", b""),
        ("signs/.DS_Store", b"x"),
    ];
    give(&page, "teach-folder", &files)?;
    until_shelf(&page, &json!([["lone", 1], ["十", 2]]))?;
    says(
        &page,
        "teach-told",
        "2 characters with 3 examples were added. Left out:",
    )?;
    says(
        &page,
        "teach-told",
        "signs/ß/note.txt (this is text, not a picture",
    )?;
    page.click("teach-undo")?;
    until_shelf(&page, &json!([]))?;

    // A small file that would be a picture larger than any memory.
    let mut bomb = cross.clone();
    bomb[16..24].copy_from_slice(&[0, 0, 0xff, 0xff, 0, 0, 0xff, 0xff]);
    give(&page, "teach-sheet", &[("bomb.png", &bomb)])?;
    says(&page, "teach-told", "25 million pixels")?;
    give(&page, "teach-folder", &[("bomb.png", &bomb)])?;
    says(&page, "teach-told", "Nothing was added. Left out: bomb.png")?;
    assert_eq!(page.text("error")?, None);
    Ok(())
}
