//! What a person's own characters are good for in Chromium, beyond being recognised: trials and
//! training.

use serde_json::{Value, json};
use twinglyph_core::invented;
use twinglyph_core::own::{OwnClass, OwnSet};
use twinglyph_e2e::browser::{Browser, Kind};
use twinglyph_e2e::page::{Look, Page, wait};
use twinglyph_e2e::training::{LIMIT, number, set, state};
use twinglyph_e2e::trials::{choices, pick, result};
use twinglyph_e2e::{Error, Result, app};

/// A set of as many examples of each class, by hands of an invented script.
fn own(examples: &[usize]) -> Result<String> {
    let alphabet = invented::alphabet(3);
    let class = |(at, &count): (usize, &usize)| OwnClass {
        name: format!("sign {at}"),
        examples: (0..count)
            .filter_map(|drawer| alphabet.drawing(at, drawer).cloned())
            .collect(),
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

fn says(page: &Page<'_>, handle: &str, part: &str) -> Result<()> {
    wait("what the page says", LIMIT, || {
        let text = page.text(handle)?.unwrap_or_default();
        Ok(if text.contains(part) {
            Look::Done(())
        } else {
            Look::Not(text)
        })
    })
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
    says(&page, "trial-told", "begin anew")?;
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
        "which takes 4 with two examples; there are 2",
    )?;
    let disabled = page.attribute("finetune-start", "disabled")?;
    assert!(disabled.is_some());
    choose_own(&page, false)?;
    says(&page, "finetune-step", "Ready to begin")?;

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
