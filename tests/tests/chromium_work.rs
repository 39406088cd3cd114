//! What a person has made, in Chromium: nothing of it is lost unasked, nor without a way back that
//! survives a reload.

use serde_json::{Value, json};
use twinglyph_core::invented;
use twinglyph_core::own::{OwnClass, OwnSet};
use twinglyph_e2e::browser::{Browser, Kind};
use twinglyph_e2e::gesture::{Pointer, drawing};
use twinglyph_e2e::page::{Page, says, until};
use twinglyph_e2e::training::LIMIT;
use twinglyph_e2e::{Error, Result, app, replay};

/// A set with a character of each name and as many examples.
fn set(name: &str, classes: &[(&str, usize)]) -> Result<OwnSet> {
    let script = invented::alphabet(3);
    let class = |(at, &(name, examples)): (usize, &(&str, usize))| {
        let drawn = (0..examples).map(|drawer| {
            let drawing = script.drawing(at, drawer).cloned();
            drawing.ok_or_else(|| Error::Setting(format!("no drawing {drawer} of {at}")))
        });
        Ok(OwnClass::new(name, drawn.collect::<Result<Vec<_>>>()?))
    };
    Ok(OwnSet {
        name: name.to_owned(),
        classes: classes
            .iter()
            .enumerate()
            .map(class)
            .collect::<Result<_>>()?,
    })
}

fn address(set: &OwnSet) -> Result<String> {
    set.to_address()
        .map_err(|error| Error::Setting(error.to_string()))
}

/// Opens the page of teaching with the set of an address, in the tab that commands go to.
fn open<'a>(browser: &'a Browser, url: &str, set: &OwnSet) -> Result<Page<'a>> {
    let url = format!(
        "{url}?device=cpu&model=compact#/teach?set={}",
        address(set)?
    );
    let page = Page::open(browser, &url)?;
    page.wait_for("teach-pad", "the page of teaching", LIMIT)?;
    Ok(page)
}

/// Names in cells and matches that are cut off, or wider than what holds them.
const CUT_OFF: &str = "return [...document.querySelectorAll(\
    '[data-testid=support-item] .number, .next .match .name')].filter(name => {\
    const held = name.closest('button, .match').getBoundingClientRect();\
    const { left, right } = name.getBoundingClientRect();\
    return name.offsetParent && (name.scrollHeight > name.clientHeight + 1\
        || name.scrollWidth > name.clientWidth + 1\
        || left < held.left - 1 || right > held.right + 1);\
    }).map(name => name.textContent)";

#[test]
fn ordinary_words_fit_their_cells_on_a_phone() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    browser.session().resize(360, 740)?;
    let names = [
        "hippopotamus",
        "Straßenbahnhaltestelle",
        "ひらがな",
        "a",
        "one two",
    ];
    let classes: Vec<_> = names.map(|name| (name, 1)).to_vec();
    let page = open(&browser, &server.url(), &set("words", &classes)?)?;
    // Of these classes there is no worked example, so none would be ranked afterwards.
    page.first_ranking()?;
    page.click("teach-use")?;
    page.session().run("location.hash = '#/draw'", &[])?;
    let shown = "return [...document.querySelectorAll('[data-testid=support-item] .number')]\
        .map(name => name.textContent)";
    until(&page, "the words", shown, &json!(names))?;
    replay::cross(&page)?;
    assert_eq!(page.session().run(CUT_OFF, &[])?, json!([]));
    assert!(!page.scrolls_sideways()?);
    Ok(())
}

const SHELF: &str = "return [...document.querySelectorAll('[data-testid=teach-class]')].map(row =>\
    [row.dataset.name, row.querySelectorAll('[data-testid=teach-example]').length])";

fn until_shelf(page: &Page<'_>, expected: &Value) -> Result<()> {
    until(page, "the shelf", SHELF, expected)
}

/// Gives a file to a field.
fn give(page: &Page<'_>, handle: &str, name: &str, bytes: &[u8]) -> Result<()> {
    let script = "const input = document.querySelector(`[data-testid=${arguments[0]}]`);\
        const files = new DataTransfer();\
        files.items.add(new File([new Uint8Array(arguments[2])], arguments[1]));\
        input.files = files.files;\
        input.dispatchEvent(new Event('change', { bubbles: true }))";
    page.session()
        .run(script, &[json!(handle), json!(name), json!(bytes)])
        .map(drop)
}

fn reload(page: &Page<'_>) -> Result<()> {
    page.session().reload()?;
    page.wait_for("teach-pad", "the page of teaching", LIMIT)
}

const KEPT: &str = "return localStorage.getItem('twinglyph.own' + location.pathname)";

#[test]
fn nothing_takes_the_place_of_ones_own_set_unasked() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let mine = set("Mine", &[("a", 2), ("b", 1)])?;
    let theirs = set("Theirs", &[("x", 1), ("y", 1), ("z", 1)])?;
    let [own, other] = [
        json!([["a", 2], ["b", 1]]),
        json!([["x", 1], ["y", 1], ["z", 1]]),
    ];
    let page = open(&browser, &server.url(), &mine)?;
    until_shelf(&page, &own)?;
    let kept = json!(address(&mine)?);
    assert_eq!(page.session().run(KEPT, &[])?, kept);

    // In another tab, and after a reload of it, theirs is looked at only.
    let first = page.session().window()?;
    page.session().switch(&page.session().new_tab()?)?;
    let page = open(&browser, &server.url(), &theirs)?;
    until_shelf(&page, &other)?;
    assert_eq!(page.session().run(KEPT, &[])?, kept);
    reload(&page)?;
    until_shelf(&page, &other)?;
    // What is changed of it is kept, and still not in the place of one's own.
    page.click("teach-remove")?;
    let changed = json!([["y", 1], ["z", 1]]);
    until_shelf(&page, &changed)?;
    assert_eq!(page.session().run(KEPT, &[])?, kept);
    page.click("teach-home")?;
    until_shelf(&page, &own)?;
    page.session().switch(&first)?;
    reload(&page)?;
    until_shelf(&page, &own)?;

    // What was changed of theirs is here, too; brought back, it changes places with one's own.
    page.click("teach-before")?;
    until_shelf(&page, &changed)?;
    reload(&page)?;
    until_shelf(&page, &changed)?;
    page.click("teach-before")?;
    until_shelf(&page, &own)?;

    // A file is looked at as well, until the person takes it.
    let bytes = theirs
        .encode()
        .map_err(|error| Error::Setting(error.to_string()))?;
    give(&page, "teach-open", "theirs.twinset", &bytes)?;
    until_shelf(&page, &other)?;
    assert_eq!(page.session().run(KEPT, &[])?, kept);
    page.click("teach-adopt")?;
    says(&page, "teach-told", "kept below")?;
    reload(&page)?;
    until_shelf(&page, &other)?;
    page.click("teach-before")?;
    until_shelf(&page, &own)?;

    page.click("teach-empty")?;
    until_shelf(&page, &json!([]))?;
    reload(&page)?;
    until_shelf(&page, &json!([]))?;
    page.click("teach-before")?;
    until_shelf(&page, &own)?;
    reload(&page)?;
    until_shelf(&page, &own)?;

    // Without room for both, one's own stays.
    let full = "Storage.prototype.setItem = () => { throw new Error('full') }";
    page.session().run(full, &[])?;
    page.click("teach-empty")?;
    says(&page, "teach-told", "nothing was changed")?;
    until_shelf(&page, &own)
}

/// Names of the other sets that are shown.
const OTHERS: &str =
    "return [...document.querySelectorAll('.others li .name')].map(name => name.textContent)";

#[test]
fn no_other_set_gives_way_unasked() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let page = open(&browser, &server.url(), &set("Mine", &[("a", 1)])?)?;
    until_shelf(&page, &json!([["a", 1]]))?;
    let names: Vec<String> = (1..=12).map(|number| format!("Set {number}")).collect();
    let lines = names
        .iter()
        .map(|name| address(&set(name, &[("x", 1)])?))
        .collect::<Result<Vec<_>>>()?;
    let store = "localStorage.setItem('twinglyph.own.others' + location.pathname, arguments[0])";
    page.session().run(store, &[json!(lines.join("\n"))])?;
    reload(&page)?;
    until(&page, "twelve sets", OTHERS, &json!(names))?;

    page.click("teach-empty")?;
    let mut all = vec!["Mine".to_owned()];
    all.extend(names);
    until(&page, "thirteen sets", OTHERS, &json!(all))?;
    page.click("teach-before")?;
    until_shelf(&page, &json!([["a", 1]]))?;
    all.remove(0);
    until(&page, "twelve sets again", OTHERS, &json!(all))?;

    // Storage without room for one set more refuses it, and leaves what it has.
    let full = "const set = Storage.prototype.setItem;\
        Storage.prototype.setItem = function (key, text) {\
          if (key.includes('others') && text.split('\\n').length > 12) throw new Error('full');\
          set.call(this, key, text); }";
    page.session().run(full, &[])?;
    page.click("teach-empty")?;
    says(&page, "teach-told", "nothing was changed")?;
    until(&page, "the same sets", OTHERS, &json!(all))?;

    // One that is deleted makes room, and can be had back where there is room for it.
    page.click("teach-delete")?;
    let deleted = all.remove(0);
    says(&page, "teach-others-told", "Set 1 is deleted.")?;
    until(&page, "eleven sets", OTHERS, &json!(all))?;
    // The second deletion leaves the first one its way back.
    page.click("teach-delete")?;
    let second = all.remove(0);
    says(&page, "teach-others-told", "Set 2 is deleted.")?;
    page.click("teach-undelete")?;
    all.insert(0, second);
    until(&page, "the second set, back", OTHERS, &json!(all))?;
    says(&page, "teach-others-told", "Set 1 is deleted.")?;
    page.click("teach-undelete")?;
    all.insert(0, deleted);
    until(&page, "the first set, back", OTHERS, &json!(all))?;
    page.click("teach-delete")?;
    all.remove(0);
    page.click("teach-empty")?;
    all.insert(0, "Mine".to_owned());
    until(&page, "one's own among them", OTHERS, &json!(all))?;
    reload(&page)?;
    until(&page, "the same after a reload", OTHERS, &json!(all))
}

#[test]
fn tabs_do_not_write_over_each_other() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let page = open(&browser, &server.url(), &set("Mine", &[("a", 1)])?)?;
    until_shelf(&page, &json!([["a", 1]]))?;
    // As another tab does it; a page that was away at the time does not hear of it.
    let other = set("Mine", &[("a", 1), ("b", 2)])?;
    let store = "localStorage.setItem('twinglyph.own' + location.pathname, arguments[0])";
    page.session().run(store, &[json!(address(&other)?)])?;
    page.click("teach-remove")?;
    says(&page, "teach-told", "Another tab")?;
    until_shelf(&page, &json!([["a", 1], ["b", 2]]))?;
    page.click("teach-remove")?;
    until_shelf(&page, &json!([["b", 2]]))?;
    reload(&page)?;
    until_shelf(&page, &json!([["b", 2]]))
}

/// Draws a stroke, and waits for so many matches that can be written.
fn draw(page: &Page<'_>, matches: usize) -> Result<()> {
    let strokes = vec![vec![
        [30.0, 20.0, 0.0],
        [30.0, 80.0, 0.0],
        [80.0, 80.0, 0.0],
    ]];
    let paths = page.pad()?.paths(&strokes, 0.0);
    page.draw(Pointer::Mouse, &paths)?;
    page.settle()?;
    let count = "return document.querySelectorAll('[data-testid=type-match]').length";
    until(page, "matches to be written", count, &json!(matches))
}

#[test]
fn writing_moves_nothing_takes_all_back_and_survives_a_reload() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let mine = set("Mine", &[("a", 1), ("b", 1), ("c", 1)])?;
    for width in [1280, 360] {
        let page = open(&browser, &server.url(), &mine)?;
        page.session().resize(width, 760)?;
        page.session().run("sessionStorage.clear()", &[])?;
        page.click("teach-use")?;
        draw(&page, 3)?;
        let at = "const match = document.querySelectorAll('[data-testid=type-match]')[arguments[0]];\
            match.scrollIntoView({ block: 'center' });\
            const r = match.getBoundingClientRect();\
            return [Math.round(r.left + r.width / 2), Math.round(r.top + r.height / 2)]";
        let place = page.session().run(at, &[json!(1)])?;
        let number = |at: usize| place[at].as_i64().unwrap_or(0);
        let press = vec![(number(0), number(1))];
        // Twice at one place, with the page's answer to the first in between, and without.
        page.session()
            .act(&drawing(Pointer::Mouse, &[press.clone(), press.clone()]))?;
        let blank = "return document.querySelector('[data-testid=type-match]') === null";
        until(&page, "blank paper", blank, &json!(true))?;
        page.session().act(&drawing(Pointer::Mouse, &[press]))?;
        let typed = page.text("typed")?.unwrap_or_default();
        assert_eq!(typed.chars().count(), 1, "{typed:?} at {width}");
        let gone = "const [x, y] = arguments; const at = document.elementFromPoint(x, y);\
            return at.closest('button, a, summary')?.outerHTML ?? null";
        let below = page
            .session()
            .run(gone, &[json!(number(0)), json!(number(1))])?;
        assert_eq!(below, Value::Null, "something else is to be pressed there");

        // The second match was written, so the drawing became an example of it; both are taken back.
        let examples =
            "return [...document.querySelectorAll('[data-testid=teach-example]')].length";
        page.session().run("location.hash = '#/teach'", &[])?;
        until(&page, "one more example", examples, &json!(4))?;
        page.session().run("location.hash = '#/draw'", &[])?;
        page.session().reload()?;
        says(&page, "typed", &typed)?;
        page.click("type-back")?;
        until(
            &page,
            "no text",
            "return document.querySelector('[data-testid=typed]').textContent",
            &json!(""),
        )?;
        page.session().run("location.hash = '#/teach'", &[])?;
        page.wait_for("teach-class", "the shelf", LIMIT)?;
        until(&page, "one example less", examples, &json!(3))?;
    }
    Ok(())
}

#[test]
fn names_are_shown_in_their_place_whatever_they_hold() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let tower = format!("e{}", "\u{301}\u{30d}\u{489}".repeat(15));
    let long = "W".repeat(60);
    let mine = set(
        "\u{202e}Mine",
        &[
            ("abracadabras", 1),
            (long.as_str(), 1),
            (tower.as_str(), 1),
            ("\u{202e}evil", 1),
            ("e\u{301}vil", 1),
            ("\u{e9}vil", 1),
        ],
    )?;
    let page = open(&browser, &server.url(), &mine)?;
    page.session().resize(360, 760)?;
    let hidden = "return [...document.querySelectorAll('[data-testid=teach-class]')]\
        .filter(row => /[\\u202a-\\u202e\\u2066-\\u2069\\u200b]/.test(row.dataset.name)\
          || /\\p{M}{4}/u.test(row.dataset.name)).length";
    until(&page, "names that can be shown", hidden, &json!(0))?;
    says(&page, "teach-twice", "Two characters are called \u{e9}vil")?;
    page.click("teach-use")?;
    draw(&page, 4)?;
    assert!(!page.scrolls_sideways()?);
    let outside = "const inside = (part, whole) => {\
          const [a, b] = [part, whole].map(one => one.getBoundingClientRect());\
          return a.left >= b.left - 1 && a.right <= b.right + 1 && a.bottom <= b.bottom + 1; };\
        const wrong = [];\
        for (const cell of document.querySelectorAll('[data-testid=support-item]')) {\
          const [name, bar] = ['.number', '.bar'].map(part => cell.querySelector(part));\
          if (!inside(name, cell) || !inside(bar, cell) || bar.offsetWidth < 8) wrong.push(cell.title);\
        }\
        for (const match of document.querySelectorAll('[data-testid=match]')) {\
          const [name, figure] = ['.name', '.figure'].map(part => match.querySelector(part));\
          if (name.offsetParent && !inside(name, match)) wrong.push(name.title);\
          if (figure.offsetParent && !inside(figure, match)) wrong.push(figure.textContent);\
        }\
        for (const button of document.querySelectorAll('[data-testid=type-match]'))\
          if (!inside(button.firstElementChild, button)) wrong.push(button.title);\
        return wrong";
    assert_eq!(page.session().run(outside, &[])?, json!([]));
    Ok(())
}
