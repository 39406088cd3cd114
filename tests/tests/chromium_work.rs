//! What a person has made, in Chromium: nothing of it is lost unasked, nor without a way back that
//! survives a reload.

use serde_json::{Value, json};
use twinglyph_core::invented;
use twinglyph_core::own::{OwnClass, OwnSet};
use twinglyph_e2e::browser::{Browser, Kind};
use twinglyph_e2e::gesture::{Pointer, drawing};
use twinglyph_e2e::page::{Look, Page, wait};
use twinglyph_e2e::training::LIMIT;
use twinglyph_e2e::{Error, Result, app, faults, replay, training};

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

/// Waits until a script gives a value.
fn until(page: &Page<'_>, what: &str, script: &str, expected: &Value) -> Result<()> {
    wait(what, LIMIT, || {
        Ok(match page.session().run(script, &[])? {
            found if found == *expected => Look::Done(()),
            other => Look::Not(other.to_string()),
        })
    })
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

/// Chooses a file of a built-in network, changed by a script that has its `header`, and its numbers in
/// `data`.
fn import(page: &Page<'_>, change: &str) -> Result<()> {
    let script = format!(
        "fetch('models/compact.safetensors').then(file => file.arrayBuffer()).then(old => {{\
        const length = Number(new DataView(old).getBigUint64(0, true));\
        const header = JSON.parse(new TextDecoder().decode(new Uint8Array(old, 8, length)));\
        const data = new DataView(old, 8 + length);\
        {change};\
        const text = new TextEncoder().encode(JSON.stringify(header));\
        const size = new DataView(new ArrayBuffer(8));\
        size.setBigUint64(0, BigInt(text.length), true);\
        const files = new DataTransfer();\
        files.items.add(new File([size.buffer, text, old.slice(8 + length)], 'mine.safetensors'));\
        const input = document.querySelector('[data-testid=import-model]');\
        input.files = files.files;\
        input.dispatchEvent(new Event('change', {{ bubbles: true }})); }});"
    );
    page.session().run(&script, &[]).map(drop)
}

const MODELS: &str = "return [...document.querySelectorAll('[data-testid=kept-model]')].map(row => row.dataset.model)";

#[test]
fn models_are_never_written_over_come_back_and_stay_chosen() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let url = format!("{}?device=cpu&model=compact#/train", server.url());
    let page = Page::open(&browser, &url)?;
    page.first_ranking()?;
    page.wait_for("import-model", "the page of the training", LIMIT)?;
    import(&page, "")?;
    says(&page, "models-told", "Kept here as mine.")?;
    import(&page, "")?;
    says(&page, "models-told", "this one is kept as mine 2")?;
    let both = json!(["my/mine 2", "my/mine"]);
    until(&page, "both models", MODELS, &both)?;

    page.click("delete-model")?;
    until(&page, "one model", MODELS, &json!(["my/mine"]))?;
    page.click("undelete-model")?;
    until(&page, "both models again", MODELS, &both)?;

    let used = "return document.querySelector('[data-testid=model-select]')?.value";
    page.click("use-model")?;
    until(&page, "the model in use", used, &json!("my/mine 2"))?;
    page.session().reload()?;
    until(
        &page,
        "the model in use after a reload",
        used,
        &json!("my/mine 2"),
    )?;
    // One that is gone is not waited for.
    page.wait_for("delete-model", "the kept models", LIMIT)?;
    page.session().run("window.confirm = () => true", &[])?;
    page.click("delete-model")?;
    until(&page, "one model", MODELS, &json!(["my/mine"]))?;
    until(&page, "the one that is used instead", used, &json!("deep"))?;
    page.session().reload()?;
    page.first_ranking()?;
    until(&page, "the usual model", used, &json!("deep"))
}

/// Cuts the file that is kept of the model `mine` short, and says what is left of it.
const CUT: &str = "const done = arguments[arguments.length - 1]; (async () => {\
    const root = await navigator.storage.getDirectory();\
    const path = encodeURIComponent(new URL('.', location).pathname);\
    const own = await root.getDirectoryHandle('twinglyph' + path);\
    const folder = await own.getDirectoryHandle('models');\
    const file = await folder.getFileHandle('mine.safetensors');\
    const stream = await file.createWritable({ keepExistingData: true });\
    await stream.truncate(1000);\
    await stream.close();\
    return (await file.getFile()).size; })().then(done, error => done(String(error)))";

#[test]
fn a_model_that_can_not_be_read_keeps_its_name_until_it_is_deleted() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let url = format!("{}?device=cpu&model=compact#/train", server.url());
    let page = Page::open(&browser, &url)?;
    page.first_ranking()?;
    page.wait_for("import-model", "the page of the training", LIMIT)?;
    import(&page, "")?;
    says(&page, "models-told", "Kept here as mine.")?;
    let used = "return document.querySelector('[data-testid=model-select]')?.value";
    page.click("use-model")?;
    until(&page, "the model in use", used, &json!("my/mine"))?;
    assert_eq!(page.session().run_async(CUT, &[])?, json!(1000));

    // It is listed, and nothing but that; the usual model is used in its place.
    page.session().reload()?;
    page.first_ranking()?;
    page.wait_for("unreadable-model", "the model that can't be read", LIMIT)?;
    says(&page, "unreadable-model", "storage is damaged")?;
    until(&page, "the usual model", used, &json!("deep"))?;
    assert_eq!(page.session().run(MODELS, &[])?, json!(["my/mine"]));
    for choice in ["model-select", "finetune-from"] {
        let options = page.options(choice)?;
        assert!(
            options.iter().all(|option| !option.starts_with("my/")),
            "{choice}: {options:?}"
        );
    }
    let buttons = "return [...document.querySelectorAll('[data-testid=kept-model] button')]\
        .map(button => button.dataset.testid)";
    assert_eq!(page.session().run(buttons, &[])?, json!(["delete-model"]));

    // Its name is taken.
    import(&page, "")?;
    says(&page, "models-told", "this one is kept as mine 2")?;
    let both = json!(["my/mine 2", "my/mine"]);
    until(&page, "both models", MODELS, &both)?;
    let damaged = "return document.querySelector('[data-testid=unreadable-model]')\
        ?.closest('li').dataset.model";
    assert_eq!(page.session().run(damaged, &[])?, json!("my/mine"));

    // It goes only when the person says so.
    let delete = "window.asked = null;\
        window.confirm = question => { window.asked = question; return arguments[0]; };\
        document.querySelector(`[data-model='my/mine'] [data-testid=delete-model]`).click();\
        return window.asked";
    for (agreed, left) in [(false, both), (true, json!(["my/mine 2"]))] {
        let asked = page.session().run(delete, &[json!(agreed)])?;
        let asked = asked.as_str().unwrap_or_default();
        assert!(asked.starts_with("Delete my/mine?"), "{asked}");
        until(&page, "what is left", MODELS, &left)?;
    }
    page.session().reload()?;
    page.first_ranking()?;
    until(&page, "the other model", MODELS, &json!(["my/mine 2"]))
}

#[test]
fn senseless_weights_are_refused_when_they_come_in() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let url = format!("{}?device=cpu&model=compact#/train", server.url());
    let page = Page::open(&browser, &url)?;
    page.first_ranking()?;
    page.wait_for("import-model", "the page of the training", LIMIT)?;
    let first = |tensor: &str, value: &str| {
        format!("data.setFloat32(header['{tensor}'].data_offsets[0], {value}, true)")
    };
    for (change, part) in [
        (
            first("stem.norm.running_var", "-1"),
            "stem.norm.running_var holds -1e0",
        ),
        (first("global.bias", "1e30"), "global.bias holds 1e30"),
        (
            "new Uint8Array(old, 8 + length).fill(0)".to_owned(),
            "nothing but zeros",
        ),
        (
            "header.__metadata__.temperature = '0'".to_owned(),
            "a number above 0",
        ),
        (
            "header.__metadata__.views = '3'".to_owned(),
            "must be 1 or 8",
        ),
    ] {
        import(&page, &change)?;
        says(&page, "error", part)?;
        assert_eq!(training::refusals(&page)?, json!(["models"]), "{change}");
        assert_eq!(page.session().run(MODELS, &[])?, json!([]), "{change}");
    }
    Ok(())
}

/// Moves what the engine keeps for this path to where versions before kept it for all paths.
const UNSCOPE: &str = "const done = arguments[arguments.length - 1]; (async () => {\
    const root = await navigator.storage.getDirectory();\
    const path = encodeURIComponent(new URL('.', location).pathname);\
    const own = await root.getDirectoryHandle('twinglyph' + path);\
    const moved = [];\
    for (const folder of ['models', 'training']) {\
      const from = await own.getDirectoryHandle(folder);\
      const to = await root.getDirectoryHandle(folder, { create: true });\
      for await (const [name, file] of from.entries()) {\
        const stream = await (await to.getFileHandle(name, { create: true })).createWritable();\
        await stream.write(await (await file.getFile()).arrayBuffer());\
        await stream.close();\
        moved.push(folder + '/' + name); } }\
    await root.removeEntry('twinglyph' + path, { recursive: true });\
    return moved; })().then(done, error => done(String(error)))";

#[test]
fn what_was_kept_for_all_paths_of_an_origin_is_found() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let url = format!("{}?device=cpu&model=compact", server.url());
    let page = training::open(&browser, &url, 3_000)?;
    import(&page, "")?;
    says(&page, "models-told", "Kept here as mine.")?;
    page.click("finetune-start")?;
    training::step_beyond(&page, 2.0)?;
    page.click("finetune-pause")?;
    training::state(&page, "paused")?;
    let paused = training::number(&page, "finetune-step", "data-step")?;
    assert_eq!(
        page.session().run_async(UNSCOPE, &[])?,
        json!(["models/mine.safetensors", "training/checkpoint.safetensors"])
    );

    page.session().reload()?;
    page.first_ranking()?;
    until(&page, "the model", MODELS, &json!(["my/mine"]))?;
    // Its name is taken, and the run goes on.
    import(&page, "")?;
    says(&page, "models-told", "this one is kept as mine 2")?;
    training::state(&page, "lost")?;
    page.click("finetune-resume")?;
    training::state(&page, "going")?;
    training::step_beyond(&page, paused)?;
    page.click("finetune-cancel")?;
    training::state(&page, "over")?;

    // Deleted, neither is found again.
    for left in [json!(["my/mine"]), json!([])] {
        page.click("delete-model")?;
        until(&page, "what is left", MODELS, &left)?;
    }
    page.session().reload()?;
    page.first_ranking()?;
    page.wait_for("import-model", "the page of the training", LIMIT)?;
    until(&page, "no model", MODELS, &json!([]))
}

/// Every file in the engine's folder of the private file system, as `models/mine.safetensors`, with whether it is empty.
const KEPT_FILES: &str = "const done = arguments[arguments.length - 1]; (async () => {\
    const root = await navigator.storage.getDirectory();\
    const path = encodeURIComponent(new URL('.', location).pathname);\
    const own = await root.getDirectoryHandle('twinglyph' + path, { create: true });\
    const found = [];\
    for await (const folder of own.values())\
      for await (const name of folder.keys()) found.push(folder.name + '/' + name);\
    return found.sort(); })().then(done, error => done(String(error)))";

/// Puts files there: by path and number of bytes, or with a path whose bytes they are to have.
const PLANT: &str = "const [files, done] = arguments; (async () => {\
    const root = await navigator.storage.getDirectory();\
    const path = encodeURIComponent(new URL('.', location).pathname);\
    const own = await root.getDirectoryHandle('twinglyph' + path, { create: true });\
    const file = async path => {\
      const [folder, name] = path.split('/');\
      return (await own.getDirectoryHandle(folder, { create: true })).getFileHandle(name, { create: true }); };\
    for (const [path, what] of files) {\
      const bytes = typeof what === 'number' ? new Uint8Array(what)\
        : await (await (await file(what)).getFile()).arrayBuffer();\
      const stream = await (await file(path)).createWritable();\
      await stream.write(bytes);\
      await stream.close(); }\
    return 'done'; })().then(done, error => done(String(error)))";

/// Waits until these are the engine's files.
fn until_kept_files(page: &Page<'_>, expected: &Value) -> Result<()> {
    wait("the files that are kept", LIMIT, || {
        let found = page.session().run_async(KEPT_FILES, &[])?;
        Ok(match found == *expected {
            true => Look::Done(()),
            false => Look::Not(found.to_string()),
        })
    })
}

#[test]
fn a_write_that_fails_leaves_nothing_behind() -> Result<()> {
    let server = app::serve()?;
    // Half of each large file fits, until the test makes room.
    faults::in_worker(
        &server,
        "let room = false; when('room', () => { room = true; });\
         const write = FileSystemSyncAccessHandle.prototype.write;\
         FileSystemSyncAccessHandle.prototype.write = function (part) {\
           if (room || part.byteLength < 1000) return write.call(this, part);\
           write.call(this, part.subarray(0, part.byteLength / 2));\
           throw new DOMException('full', 'QuotaExceededError'); };",
    )?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let url = format!("{}?device=cpu&model=compact#/train", server.url());
    let page = Page::open(&browser, &url)?;
    page.first_ranking()?;
    page.wait_for("import-model", "the page of the training", LIMIT)?;
    import(&page, "")?;
    says(&page, "error", "storage is full")?;
    until_kept_files(&page, &json!([]))?;
    // What was refused holds no more once it came in.
    faults::say(&page, "room")?;
    import(&page, "")?;
    says(&page, "models-told", "Kept here as mine.")?;
    assert_eq!(page.text("error")?, None);
    let mine = "models/mine.safetensors";
    until_kept_files(&page, &json!([mine]))?;

    // As a crash leaves it: first writes, a file that is whole beside its copy, and a copy that is whole.
    let left = json!([
        ["shipped/koch.safetensors~", 2_000_000],
        ["models/other.safetensors~", 0],
        ["models/mine.safetensors~", 1_000],
        ["models/copied.safetensors~", mine],
        ["models/copied.safetensors", 5_000],
    ]);
    assert_eq!(page.session().run_async(PLANT, &[left])?, json!("done"));
    page.session().reload()?;
    page.first_ranking()?;
    until_kept_files(&page, &json!(["models/copied.safetensors~", mine]))?;
    page.session().reload()?;
    page.first_ranking()?;
    page.wait_for("import-model", "the page of the training", LIMIT)?;
    let both = json!(["my/copied", "my/mine"]);
    until(&page, "both models", MODELS, &both)?;
    assert_eq!(page.text("unreadable-model")?, None);
    page.session().run("location.hash = '#/about'", &[])?;
    let networks =
        "return Number(document.querySelector('[data-what=networks]')?.dataset.bytes) > 1.5e6";
    until(&page, "the size of both", networks, &json!(true))
}

#[test]
fn what_a_file_or_an_address_says_is_quoted_and_cut() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let long = "x".repeat(60_000);
    let url = format!("{}?device=cpu&model=compact#/train", server.url());
    let page = Page::open(&browser, &url)?;
    page.first_ranking()?;
    page.wait_for("import-model", "the page of the training", LIMIT)?;
    for change in [
        "header.__metadata__.architecture = 'x'.repeat(60000)",
        "header.__metadata__.temperature = 'x'.repeat(60000)",
        "header['x'.repeat(60000)] = { dtype: 'F32', shape: [0], data_offsets: [data.byteLength, data.byteLength] }",
    ] {
        import(&page, change)?;
        let told = wait("the refusal", LIMIT, || {
            Ok(match page.text("error")? {
                Some(told) => Look::Done(told),
                None => Look::Not(String::new()),
            })
        })?;
        assert!(told.contains("\"xxx") && told.len() < 400, "{told}");
        assert!(!page.scrolls_sideways()?, "{change}");
        page.session().reload()?;
        page.first_ranking()?;
        page.wait_for("import-model", "the page of the training", LIMIT)?;
    }
    for hash in [
        format!("#/trials?alphabet={long}"),
        format!("#/trials?set={long}&ways={long}&seed={long}"),
    ] {
        let page = Page::open(&browser, &format!("{}?device={long}{hash}", server.url()))?;
        wait("what the address asks for in vain", LIMIT, || {
            let told = page.text("trial-told")?.unwrap_or_default();
            Ok(match told.contains("xxx") {
                true => Look::Done(()),
                false => Look::Not(told),
            })
        })?;
        says(&page, "error", "xxx")?;
        let told = [page.text("trial-told")?, page.text("error")?];
        assert!(
            told.iter().flatten().all(|told| told.len() < 1_000),
            "{hash:.20}"
        );
        assert!(!page.scrolls_sideways()?, "{hash:.20}");
    }
    Ok(())
}
