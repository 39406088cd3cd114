//! The page among others in the browser, in Chromium: translators, extensions, browsers that can't run it,
//! high contrast, keys alone, and pages that embed it wrongly.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use twinglyph_e2e::browser::{Browser, Kind};
use twinglyph_e2e::page::{Look, Page, wait};
use twinglyph_e2e::server::{Instead, Server};
use twinglyph_e2e::{Error, Result, app, faults, replay};
use xtask::workspace::Workspace;

/// A step of the page, on a busy machine.
const LIMIT: Duration = Duration::from_secs(60);

fn url(server: &Server) -> String {
    format!("{}?device=cpu&model=compact", server.url())
}

/// Puts an element with a copy in the place of each text, as Chrome's translator does; also where pages ask
/// not to be translated.
const TRANSLATE: &str = "const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);\
    const texts = []; while (walker.nextNode()) texts.push(walker.currentNode);\
    for (const text of texts) {\
      if (!text.data.trim()) continue;\
      const font = document.createElement('font');\
      font.append(document.createElement('font'));\
      font.firstChild.textContent = text.data;\
      text.parentNode.insertBefore(font, text);\
      text.remove(); }";

#[test]
fn a_translated_page_shows_the_ranking_of_now() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let page = Page::open(&browser, &url(&server))?;
    page.first_ranking()?;
    let guarded = "return [...document.querySelectorAll('.match .name, .cells, [data-testid=typed]')]\
        .every(element => element.translate === false)";
    assert_eq!(page.session().run(guarded, &[])?, json!(true));
    // The texts of a ranking, and those of none.
    for drawn in [true, false] {
        if drawn {
            replay::cross(&page)?;
        }
        page.session().run(TRANSLATE, &[])?;
        page.clear()?;
        page.settle()?;
        replay::cross(&page)?;
        page.session().run(TRANSLATE, &[])?;
        // Another drawing.
        let line = [vec![
            [20.0, 30.0, 0.0],
            [25.0, 90.0, 0.0],
            [90.0, 80.0, 0.0],
        ]];
        page.clear()?;
        page.settle()?;
        page.draw(
            twinglyph_e2e::gesture::Pointer::Mouse,
            &page.pad()?.paths(&line, 0.0),
        )?;
        page.wait_for_strokes(1)?;
        page.settle()?;
        let shown = "return [...document.querySelectorAll('[data-testid=match]')].slice(0, 5).map(match => [\
            match.querySelector('.name').textContent, match.dataset.character,\
            match.querySelector('.figure').textContent, Number(match.dataset.similarity).toFixed(2)])";
        let names = "return Object.fromEntries([...document.querySelectorAll('[data-testid=support-item]')]\
            .map(item => [item.dataset.character, item.title]))";
        let rows = page.session().run(shown, &[])?;
        let titles = page.session().run(names, &[])?;
        for row in rows.as_array().into_iter().flatten() {
            let [name, character, figure, similarity] =
                [0, 1, 2, 3].map(|at| row[at].as_str().unwrap_or_default());
            let title = titles[character].as_str().unwrap_or_default();
            assert!(!name.is_empty() && title.starts_with(name), "{row} {title}");
            assert!(figure.contains(similarity), "{row}");
            assert_eq!(figure.matches("0.").count(), 1, "{row}");
        }
    }
    // What appears and goes with a state is one thing at a time.
    page.clear()?;
    page.settle()?;
    let waiting = "return document.querySelector('.waiting').innerText";
    let told = page.session().run(waiting, &[])?;
    assert!(told.as_str().is_some_and(|told| !told.is_empty()), "{told}");
    Ok(())
}

#[test]
fn what_is_not_the_apps_is_not_told() -> Result<()> {
    let server = app::serve()?;
    server.replace(
        "stats.js",
        Instead::Bytes(b"throw new Error('stats');".to_vec()),
    );
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    // Before the app is there, and after.
    let script = "const add = (name, facts) => document.head.append(\
          Object.assign(document.createElement(name), facts));\
        const foreign = () => {\
          Promise.reject(new Error('foreign'));\
          setTimeout(() => { throw new Error('foreign'); });\
          dispatchEvent(new ErrorEvent('error', { filename: location.href,\
            message: 'ResizeObserver loop completed with undelivered notifications.' }));\
          dispatchEvent(new ErrorEvent('error', { error: new Error('extension'),\
            filename: 'chrome-extension://abc/content.js', message: 'no' }));\
          add('link', { rel: 'stylesheet', href: 'nowhere.css' });\
          add('link', { rel: 'preload', as: 'image', href: '/nowhere.png' });\
          add('link', { rel: 'stylesheet', href: 'https://nowhere.invalid/a.css' });\
          add('script', { src: 'nowhere.js' }); add('script', { src: 'stats.js' });\
        };\
        document.addEventListener('readystatechange', foreign);\
        addEventListener('TrunkApplicationStarted', () => setTimeout(() => { foreign(); window.over = true; }));";
    faults::in_page(browser.session(), script)?;
    let page = Page::open(&browser, &url(&server))?;
    page.first_ranking()?;
    wait("what is foreign", LIMIT, || {
        let over = page.session().run("return window.over === true", &[])?;
        Ok(if over == json!(true) {
            Look::Done(())
        } else {
            Look::Not("not yet".into())
        })
    })?;
    replay::cross(&page)?;
    assert_eq!(page.text("boot-error")?, None);
    Ok(())
}

#[test]
fn a_browser_that_can_not_run_it_is_told_so() -> Result<()> {
    let server = app::serve()?;
    let cases = [
        ("delete globalThis.WebAssembly;", "switched off"),
        ("WebAssembly.validate = () => false;", "too old"),
        (
            "const no = async () => { throw new WebAssembly.CompileError('no') };\
             WebAssembly.compile = WebAssembly.instantiate = no;\
             WebAssembly.compileStreaming = WebAssembly.instantiateStreaming = no;",
            "too old",
        ),
    ];
    for (script, words) in cases {
        let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
        faults::in_page(browser.session(), script)?;
        browser.session().go(&url(&server))?;
        let page = Page::of(&browser);
        page.wait_for("boot-error", "what is told", LIMIT)?;
        let told = page.text("boot-error")?.unwrap_or_default();
        assert!(
            told.contains(words) && told.contains("another browser"),
            "{told}"
        );
        assert!(!told.contains("connection"), "{told}");
    }
    Ok(())
}

#[test]
fn keys_alone_skip_the_head_and_follow_the_page() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let page = Page::open(&browser, &url(&server))?;
    let focused = || {
        page.session().run(
            "return [document.activeElement.className, document.activeElement.id]",
            &[],
        )
    };
    page.press(&[], '\u{e004}')?;
    assert_eq!(focused()?[0], "skip");
    page.press(&[], '\u{e007}')?;
    assert_eq!(focused()?[1], "content");
    assert_eq!(page.session().run("return location.hash", &[])?, json!(""));
    // Each change of page moves the focus once: to the page's heading, which is so read once.
    let count = "window.heard = []; document.addEventListener('focusin', ({ target }) => {\
        if (target.closest('main')) heard.push(target.tagName); });";
    page.session().run(count, &[])?;
    for (at, hash) in ["#/about", "#/learn", "#/draw"].into_iter().enumerate() {
        let script = "const link = document.querySelector(`nav [href=\"${arguments[0]}\"]`);\
            link.focus(); link.click();";
        page.session().run(script, &[json!(hash)])?;
        wait("the focus at the heading", LIMIT, || {
            let script = "const main = document.querySelector('main:not([hidden])');\
                return main !== null && document.activeElement === main.querySelector('h1')";
            let there = page.session().run(script, &[])?;
            Ok(if there == json!(true) {
                Look::Done(())
            } else {
                Look::Not(focused()?.to_string())
            })
        })?;
        let heard = page.session().run("return heard", &[])?;
        assert_eq!(heard, json!(vec!["H1"; at + 1]));
    }
    Ok(())
}

#[test]
fn back_returns_to_where_one_was() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let page = Page::open(&browser, &format!("{}#/about", url(&server)))?;
    page.session().resize(700, 500)?;
    page.wait_for("kept", "the page about the app", LIMIT)?;
    let until_at = |hash: &str, top: i64| {
        wait("the place on the page", LIMIT, || {
            let script = "return [location.hash, Math.round(scrollY)]";
            let found = page.session().run(script, &[])?;
            Ok(if found == json!([hash, top]) {
                Look::Done(())
            } else {
                Look::Not(found.to_string())
            })
        })
    };
    page.session().run("scrollTo(0, 240)", &[])?;
    until_at("#/about", 240)?;
    // A place is known once it is painted.
    let painted = "const done = arguments[0];\
        requestAnimationFrame(() => requestAnimationFrame(() => done()))";
    page.session().run_async(painted, &[])?;
    page.session().run(
        "document.querySelector('nav [href=\"#/learn\"]').click()",
        &[],
    )?;
    until_at("#/learn", 0)?;
    page.session().run_async(painted, &[])?;
    page.session().run("history.back()", &[])?;
    until_at("#/about", 240)?;
    page.session().run("history.forward()", &[])?;
    until_at("#/learn", 0)
}

#[test]
fn high_contrast_shows_what_colours_tell() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let features = json!({ "features": [{ "name": "forced-colors", "value": "active" }] });
    browser
        .session()
        .devtools("Emulation.setEmulatedMedia", &features)?;
    let page = Page::open(&browser, &url(&server))?;
    page.first_ranking()?;
    replay::cross(&page)?;
    let script = "const button = document.createElement('button');\
        button.className = 'button primary'; document.body.append(button);\
        const of = (one, part) => getComputedStyle(document.querySelector(one), part);\
        const paper = getComputedStyle(document.body).backgroundColor;\
        return [matchMedia('(forced-colors: active)').matches,\
          of('.match .bar', '::after').backgroundColor !== paper,\
          of('.button.primary').backgroundColor !== paper,\
          of('.ways input:checked + span').backgroundColor !== paper,\
          of('.cell.best').outlineStyle === 'solid']";
    let found = page.session().run(script, &[])?;
    assert_eq!(found, json!([true, true, true, true, true]));
    Ok(())
}

/// What a piece of an embedding page's code gives.
fn embedding(page: &Page<'_>, app: &str, body: &str) -> Result<Value> {
    let script = format!(
        "const [app, done] = arguments;\
        (async () => {{\
          const {{ default: set }} = await import('./signs.js');\
          const {{ createRecogniser }} = await import(app + 'embed.js');\
          const make = more => createRecogniser({{ set, app, device: 'cpu', model: 'compact', ...more }});\
          const cross = [[[20, 52], [85, 52]], [[52, 20], [52, 85]]];\
          const fails = promise => promise.then(() => 'done', error => error.message);\
          {body}\
        }})().then(done, error => done(`failed: ${{error.message}}`))"
    );
    page.session().run_async(&script, &[json!(app)])
}

/// The example, served as a site of somebody else's.
fn site() -> Result<Server> {
    let folder = Workspace::find().root().join("examples/embed");
    let site = Server::start(&folder, "/", 0)
        .map_err(|error| Error::Setting(format!("the example can't be served: {error}")))?;
    site.be_plain();
    Ok(site)
}

#[test]
fn a_recogniser_that_can_not_come_is_told_of_in_ten_seconds() -> Result<()> {
    let (server, site) = (app::serve()?, site()?);
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let page = Page::of(&browser);
    page.session().go(&format!("{}page.js", site.url()))?;
    let cases = [
        ("app + 'nowhere/'", "with no app"),
        ("'https://nowhere.invalid/app/'", "can't be reached"),
        // The frame is led to the page that forbids frames.
        ("app", "forbids"),
    ];
    for (address, words) in cases {
        if address == "app" {
            server.replace("embed.html", Instead::Led("index.html".into()));
        }
        let start = Instant::now();
        let told = embedding(
            &page,
            &server.url(),
            &format!("return fails(make({{ app: {address} }}));"),
        )?;
        let told = told.as_str().unwrap_or_default();
        println!("{told}");
        assert!(
            told.contains("did not answer") && told.contains(words),
            "{told}"
        );
        // Ten, and what a busy machine takes.
        assert!(start.elapsed() < Duration::from_secs(15), "{told}");
        server.restore();
    }
    // The app's own trouble is told at once.
    let wasm = app::file("twinglyph-", "_bg.wasm")?;
    server.replace(&wasm, Instead::Missing);
    let told = embedding(&page, &server.url(), "return fails(make());")?;
    assert!(
        told.as_str()
            .is_some_and(|told| told.contains("could not be loaded")),
        "{told}"
    );
    Ok(())
}

#[test]
fn a_frame_that_is_moved_answers_again() -> Result<()> {
    let (server, site) = (app::serve()?, site()?);
    // A host may shorten the frame's address, and the app's may lack its last slash.
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let page = Page::of(&browser);
    page.session().go(&format!("{}page.js", site.url()))?;
    page.session().patience(LIMIT)?;
    let found = embedding(
        &page,
        &server.url(),
        "const recogniser = await make({ app: app.slice(0, -1) });\
         const frame = document.querySelector('iframe');\
         const first = recogniser.classify(cross);\
         const box = document.body.appendChild(document.createElement('div'));\
         box.append(frame);\
         const second = recogniser.classify(cross);\
         const names = (await Promise.all([first, second])).map(matches => matches[0].name);\
         const gone = fails(recogniser.classify(cross));\
         frame.remove();\
         return [...names, await gone];",
    )?;
    assert_eq!(found[0], "cross", "{found}");
    assert_eq!(found[1], "cross", "{found}");
    assert!(
        found[2]
            .as_str()
            .is_some_and(|told| told == "done" || told.contains("taken out")),
        "{found}"
    );
    Ok(())
}
