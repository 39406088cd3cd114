//! What hosts do to the app, in Chromium: they lead from one address to another, lack a file, add to the
//! page, and have two copies of it on one origin.

use std::time::Duration;

use serde_json::{Value, json};
use twinglyph_e2e::browser::{Browser, Kind};
use twinglyph_e2e::gesture::Pointer;
use twinglyph_e2e::page::{Look, Page, until, wait};
use twinglyph_e2e::server::Instead;
use twinglyph_e2e::{Error, Result, app, replay};

/// Fetching and keeping all files of the app, on a busy machine.
const KEEPING_LIMIT: Duration = Duration::from_secs(90);

/// The usual network is kept with the app.
const QUERY: &str = "?device=cpu";

fn open<'a>(browser: &'a Browser, app: &str) -> Result<Page<'a>> {
    let page = Page::open(browser, &format!("{app}{QUERY}"))?;
    page.first_ranking()?;
    Ok(page)
}

/// Waits until the app of this page is kept.
fn until_kept(page: &Page<'_>) -> Result<()> {
    wait("the service worker", KEEPING_LIMIT, || {
        let script = "const done = arguments[0]; navigator.serviceWorker.getRegistration()\
            .then(found => done(found?.active?.state ?? null))";
        let state = page.session().run_async(script, &[])?;
        Ok(if state == json!("activated") {
            Look::Done(())
        } else {
            Look::Not(state.to_string())
        })
    })
}

/// What `#/about` says that is lacking.
fn lacks(page: &Page<'_>, words: &[&str]) -> Result<()> {
    page.session().run("location.hash = '#/about'", &[])?;
    wait("what is lacking", KEEPING_LIMIT, || {
        let told = page.text("lacks")?.unwrap_or_default();
        Ok(if words.iter().all(|word| told.contains(word)) {
            Look::Done(())
        } else {
            Look::Not(told)
        })
    })
}

#[test]
fn a_host_may_lead_from_the_page_to_its_folder() -> Result<()> {
    let server = app::serve()?;
    server.replace("index.html", Instead::Led("./".into()));
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let page = open(&browser, &server.url())?;
    until_kept(&page)?;
    // Both addresses, with a network and without one.
    for cut in [false, true] {
        server.cut(cut);
        for address in ["", "index.html"] {
            let page = open(&browser, &format!("{}{address}", server.url()))?;
            replay::cross(&page)?;
            page.clear()?;
        }
    }
    Ok(())
}

#[test]
fn two_copies_on_one_origin_keep_what_is_theirs() -> Result<()> {
    let server = app::serve()?;
    let (one, other) = (server.url(), server.copy_at("/other/"));
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let session = browser.session();
    let page = open(&browser, &one)?;
    let sheet = [vec![[30.0, 30.0, 0.0], [80.0, 80.0, 0.0]]];
    page.draw(Pointer::Mouse, &page.pad()?.paths(&sheet, 0.0))?;
    page.wait_for_strokes(1)?;
    page.settle()?;
    page.choose("language-select", "ja")?;
    let kept = |prefix: &str| -> Result<Value> {
        let script = "const done = arguments[1]; caches.open('twinglyph' + arguments[0])\
            .then(store => store.keys()).then(keys => done(keys.length))";
        session.run_async(script, &[json!(prefix)])
    };
    until_kept(&page)?;
    // What is used is kept beside, a little later.
    let has = |mount: &str| -> Result<bool> { Ok(kept(mount)?.as_u64() > Some(20)) };
    assert!(has(app::MOUNT)?);

    let page = open(&browser, &other)?;
    until_kept(&page)?;
    assert!(has(app::MOUNT)? && has("/other/")?);
    assert_ne!(
        page.attribute("drawing-pad", "data-sheet")?.as_deref(),
        Some("drawn")
    );
    let language = "return document.documentElement.lang";
    assert_eq!(session.run(language, &[])?, json!("en"));

    // Without a network both are there, each with its own.
    server.cut(true);
    for (app, spoken) in [(&one, "ja"), (&other, "en")] {
        open(&browser, app)?;
        assert_eq!(session.run(language, &[])?, json!(spoken));
    }
    Ok(())
}

#[test]
fn what_a_host_loses_or_changes_is_told_in_words_for_a_visitor() -> Result<()> {
    let server = app::serve()?;
    server.replace("index.html", Instead::Led("./".into()));
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    // A host that leads on drops the query; the fragment stays.
    let url = format!(
        "{}index.html#//draw?device=cpu&model=compact&lang=ja",
        server.url()
    );
    let page = Page::open(&browser, &url)?;
    page.first_ranking()?;
    assert_eq!(page.chosen("model-select")?, "compact");
    assert_eq!(page.chosen("language-select")?, "ja");
    let preference = "return document.querySelector('[data-testid=device-badge]').dataset.device";
    assert_eq!(page.session().run(preference, &[])?, json!("cpu"));
    // What is chosen then counts, and the rest of the fragment stays.
    page.choose("model-select", "deep")?;
    let fragment = "return location.hash";
    until(
        &page,
        "the address",
        fragment,
        &json!("#//draw?device=cpu&lang=ja"),
    )?;

    // What can't be used is told. Another fragment alone would load nothing.
    page.session().go("about:blank")?;
    let page = Page::open(
        &browser,
        &format!("{}#/draw?device=tpu&lang=en", server.url()),
    )?;
    page.wait_for("error", "what can't be used", KEEPING_LIMIT)?;
    let told = page.text("error")?.unwrap_or_default();
    assert!(told.contains("device") && told.contains("tpu"), "{told}");

    server.replace("omniglot/Korean.png", Instead::Bytes(vec![7; 1000]));
    let page = open(&browser, &server.url())?;
    page.choose("alphabet-select", "Korean")?;
    wait("what is wrong with the alphabet", KEEPING_LIMIT, || {
        let told = page.text("error")?.unwrap_or_default();
        Ok(
            if told.contains("Korean.png") && told.contains("publishes") && !told.contains("lab") {
                Look::Done(())
            } else {
                Look::Not(told)
            },
        )
    })
}

/// Earlier versions kept everything under names without a path.
#[test]
fn what_an_earlier_version_kept_is_still_there() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let session = browser.session();
    session.go(&format!("{}manifest.webmanifest", server.url()))?;
    let plant = "const done = arguments[0]; (async () => {\
        localStorage.setItem('twinglyph.settings', JSON.stringify({ theme: 'dark', language: 'ja' }));\
        const store = await caches.open('twinglyph');\
        for (const address of ['.kept/old', '/other/.kept/old'])\
          await store.put(new URL(address, location), new Response('old'));\
        })().then(done, error => done(String(error)))";
    assert_eq!(session.run_async(plant, &[])?, Value::Null);
    let page = open(&browser, &server.url())?;
    let root = "return [document.documentElement.lang, document.documentElement.dataset.theme]";
    assert_eq!(session.run(root, &[])?, json!(["ja", "dark"]));
    page.choose("language-select", "en")?;
    open(&browser, &server.url())?;
    assert_eq!(session.run(root, &[])?, json!(["en", "dark"]));
    // What belongs to another copy stays.
    until_kept(&page)?;
    let rest = "const done = arguments[0]; caches.open('twinglyph').then(store => store.keys())\
        .then(keys => done(keys.map(({ url }) => new URL(url).pathname)))";
    wait("the store of before to be cleared", KEEPING_LIMIT, || {
        let left = session.run_async(rest, &[])?;
        Ok(if left == json!(["/other/.kept/old"]) {
            Look::Done(())
        } else {
            Look::Not(left.to_string())
        })
    })
}

#[test]
fn a_small_file_that_is_not_served_costs_nothing_else() -> Result<()> {
    let server = app::serve()?;
    let index = app::bytes("index.html")?;
    let icon = "seal.svg";
    for path in ["manifest.webmanifest", icon] {
        server.replace(path, Instead::Missing);
    }
    let added = [index.as_slice(), b"\n<!-- served by a host -->\n"].concat();
    server.replace("index.html", Instead::Bytes(added));
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let page = open(&browser, &server.url())?;
    until_kept(&page)?;
    page.session().reload()?;
    page.first_ranking()?;
    lacks(&page, &["manifest.webmanifest", "404"])?;
    server.cut(true);
    let page = open(&browser, &server.url())?;
    replay::cross(&page)?;
    // It is kept when it is there.
    server.cut(false);
    server.restore();
    page.session().reload()?;
    page.first_ranking()?;
    page.session().run("location.hash = '#/about'", &[])?;
    wait("nothing to lack", KEEPING_LIMIT, || {
        let kept = page.attribute("kept", "data-rest")?;
        let told = page.text("lacks")?;
        Ok(if kept.is_some() && told.as_deref() == Some("") {
            Look::Done(())
        } else {
            Look::Not(format!("{kept:?} {told:?}"))
        })
    })
}

#[test]
fn a_network_that_the_host_has_no_room_for_is_not_offered() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let models = |page: &Page<'_>| page.options("model-select");
    let page = open(&browser, &server.url())?;
    assert_eq!(models(&page)?, ["deep", "compact", "koch"]);
    // As `cargo xtask build --without-koch` leaves it.
    let index = String::from_utf8_lossy(&app::bytes("index.html")?).into_owned();
    let mark = "<meta name=\"twinglyph-without\" content=\"koch\" /></head>";
    let server = app::serve()?;
    let index = index.replace("</head>", mark);
    server.replace("index.html", Instead::Bytes(index.into_bytes()));
    let page = open(&browser, &server.url())?;
    assert_eq!(models(&page)?, ["deep", "compact"]);
    Ok(())
}

/// A sentence of the page itself, on a busy machine.
const LIMIT: Duration = Duration::from_secs(60);

/// Hosts that change every file, or give other ones, leave nothing that could tell of it but the page itself.
#[test]
fn a_page_none_of_whose_files_is_as_it_was_says_so() -> Result<()> {
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let session = browser.session();
    // Another origin each time, of which the browser's cache has nothing.
    let host = || {
        let server = app::serve()?;
        server.be_plain();
        Ok::<_, Error>(server)
    };
    let until_told = |address: &str| {
        session.go(address)?;
        wait("the page's own sentence", LIMIT, || {
            let script = "const start = document.getElementById('start');\
                const seen = start && start.offsetHeight > 0 && getComputedStyle(start).visibility === 'visible';\
                return seen ? start.innerText : String(start)";
            let told = session.run(script, &[])?;
            let told = told.as_str().unwrap_or_default();
            let words = ["Load the page again", "docs/hosting.md", "読み込み直して"];
            Ok(if words.iter().all(|word| told.contains(word)) {
                Look::Done(())
            } else {
                Look::Not(told.to_owned())
            })
        })
    };
    // Other line ends.
    let server = host()?;
    let files =
        std::fs::read_dir(app::dist()?).map_err(|error| Error::Setting(error.to_string()))?;
    for name in files.filter_map(|file| file.ok()?.file_name().into_string().ok()) {
        // With the style in place the sentence waits.
        if [".html", ".js"].iter().any(|ending| name.ends_with(ending)) {
            let text = String::from_utf8_lossy(&app::bytes(&name)?).replace('\n', "\r\n");
            server.replace(&name, Instead::Bytes(text.into_bytes()));
        }
    }
    until_told(&server.url())?;
    // No types.
    let server = host()?;
    server.be_untyped();
    until_told(&server.url())?;
    // The page at addresses that are not its own.
    let server = host()?;
    server.page_for_all();
    until_told(server.url().trim_end_matches('/'))?;
    until_told(&format!("{}some/where", server.url()))?;
    // Where the app starts, nothing of it is left.
    open(&browser, &server.url())?;
    let left = session.run("return document.getElementById('start') === null", &[])?;
    assert_eq!(left, json!(true));
    Ok(())
}
