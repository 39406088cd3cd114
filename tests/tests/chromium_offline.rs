//! The app without a network, in Chromium: after one visit, with all of it kept, and how a newer
//! version comes.

use std::time::Duration;

use serde_json::{Value, json};
use twinglyph_e2e::browser::{Browser, Kind};
use twinglyph_e2e::page::{Look, Page, wait};
use twinglyph_e2e::server::{Instead, Server};
use twinglyph_e2e::training::{self, number, state};
use twinglyph_e2e::{Result, app, faults, paper, replay, trials};

/// Fetching and keeping all files of the app, on a busy machine.
const KEEPING_LIMIT: Duration = Duration::from_secs(90);

/// The states of the page's service workers: the active one, the one that waits.
fn workers(page: &Page<'_>) -> Result<Value> {
    let script = "const done = arguments[0]; navigator.serviceWorker.getRegistration().then(r =>\
        done([r?.active?.state ?? null, r?.waiting?.state ?? null]))";
    page.session().run_async(script, &[])
}

fn waits(page: &Page<'_>, wanted: &Value) -> Result<()> {
    wait("the service workers", KEEPING_LIMIT, || {
        let found = workers(page)?;
        Ok(if found == *wanted {
            Look::Done(())
        } else {
            Look::Not(found.to_string())
        })
    })
}

/// What the page says is kept: the bytes that are missing.
fn rest(page: &Page<'_>) -> Result<Option<f64>> {
    let rest = page.attribute("kept", "data-rest")?;
    Ok(rest.and_then(|rest| rest.parse().ok()))
}

fn goes_to(page: &Page<'_>, hash: &str) -> Result<()> {
    let script = "location.hash = arguments[0]";
    page.session().run(script, &[json!(hash)]).map(drop)
}

fn open<'a>(browser: &'a Browser, server: &Server) -> Result<Page<'a>> {
    let page = Page::open(browser, &format!("{}?device=cpu", server.url()))?;
    page.first_ranking()?;
    Ok(page)
}

#[test]
fn the_app_goes_on_without_a_network() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let page = open(&browser, &server)?;
    let best = replay::cross(&page)?;
    waits(&page, &json!(["activated", null]))?;
    goes_to(&page, "#/about")?;
    wait("what is kept", KEEPING_LIMIT, || {
        Ok(match rest(&page)? {
            Some(rest) if rest > 0.0 => Look::Done(()),
            other => Look::Not(format!("{other:?}")),
        })
    })?;
    goes_to(&page, "#/draw")?;

    // Once visited: the same drawing, the same support set, the same answer.
    server.cut(true);
    let _ = server.take_asked();
    page.session().reload()?;
    page.first_ranking()?;
    let again = page.matches()?.into_iter().next().map(|m| m.character);
    assert_eq!(again, Some(best));
    assert_eq!(page.text("error")?, None);

    // A photo of paper is read: its reader is kept with the app.
    goes_to(&page, "#/teach")?;
    page.wait_for("teach-pictures", "the page of one's own", KEEPING_LIMIT)?;
    paper::choose(&page, "paper.jpg", (1_200, 900))?;
    paper::until_boxes(&page, paper::CHARACTERS)?;
    page.click("review-cancel")?;

    // So are the notices of what others made.
    goes_to(&page, "#/about")?;
    page.wait_for("notices", "the link to the notices", KEEPING_LIMIT)?;
    let script = "const done = arguments[0];\
        fetch(document.querySelector('[data-testid=notices]').href)\
            .then(file => file.text()).then(done, error => done(String(error)))";
    let notices = page.session().run_async(script, &[])?.to_string();
    assert!(notices.contains("Brenden Lake") && notices.contains("leptos"));
    let version = page.text("version")?.unwrap_or_default();
    assert!(version.contains(env!("CARGO_PKG_VERSION")), "{version}");
    goes_to(&page, "#/draw")?;
    page.first_ranking()?;

    // An alphabet that was not looked at is missed in plain words, and nothing is lost.
    let names = page.options("alphabet-select")?;
    if let Some(other) = names.iter().find(|name| *name == "Korean") {
        page.choose("alphabet-select", other)?;
        page.wait_for("error", "a message to the person", KEEPING_LIMIT)?;
        assert!(page.text("error")?.unwrap_or_default().contains("Korean"));
        replay::cross(&page)?;
    }

    // All of it, with the network back; then without it again.
    server.cut(false);
    page.session().reload()?;
    page.first_ranking()?;
    goes_to(&page, "#/about")?;
    page.wait_for("keep-all", "the offer to keep the rest", KEEPING_LIMIT)?;
    page.click("keep-all")?;
    wait("all to be kept", KEEPING_LIMIT, || {
        Ok(match rest(&page)? {
            Some(0.0) => Look::Done(()),
            other => Look::Not(format!("{other:?}, {:?}", page.text("keeping")?)),
        })
    })?;
    server.cut(true);
    page.session().reload()?;
    goes_to(&page, "#/draw")?;
    page.first_ranking()?;
    if names.iter().any(|name| name == "Korean") {
        assert_eq!(replay::choose(&page, "Korean", 0)?.len(), 20);
    }
    page.choose("model-select", "compact")?;
    page.settle()?;
    assert_eq!(page.text("error")?, None);
    Ok(())
}

#[test]
fn a_version_comes_whole_or_not_at_all_and_is_used_when_the_person_says_so() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    // What the page does each hour.
    let hourly = "const set = window.setInterval; window.setInterval = (call, wait) => {\
        if (wait === 3600000) window.hourly = call;\
        return set(call, wait); };";
    faults::in_page(browser.session(), hourly)?;
    // A file that the app can't do without is not what the list says: nothing is kept.
    let script = app::file("boot-", ".js")?;
    server.replace(&script, Instead::Bytes(b"{}".to_vec()));
    let page = open(&browser, &server)?;
    let mut asked = Vec::new();
    wait(
        "the service worker to ask for that file",
        KEEPING_LIMIT,
        || {
            asked.extend(server.take_asked());
            let place = |name: &str| asked.iter().rposition(|path| path.ends_with(name));
            let after = place("service-worker.js") < place(&script);
            Ok(if after && place("service-worker.js").is_some() {
                Look::Done(())
            } else {
                Look::Not(format!("{asked:?}"))
            })
        },
    )?;
    // A service worker that can't be installed is forgotten by the browser.
    wait("the browser to forget it", KEEPING_LIMIT, || {
        let script = "const done = arguments[0];\
            navigator.serviceWorker.getRegistration().then(found => done(!found))";
        Ok(match page.session().run_async(script, &[])? {
            Value::Bool(true) => Look::Done(()),
            _ => Look::Not(workers(&page)?.to_string()),
        })
    })?;
    replay::cross(&page)?;
    goes_to(&page, "#/about")?;
    wait("what is lacking", KEEPING_LIMIT, || {
        let told = page.text("lacks")?.unwrap_or_default();
        Ok(if told.contains(&script) && told.contains("copy is not") {
            Look::Done(())
        } else {
            Look::Not(told)
        })
    })?;
    goes_to(&page, "#/draw")?;

    server.restore();
    page.session().reload()?;
    page.first_ranking()?;
    waits(&page, &json!(["activated", null]))?;

    // Another version of the app.
    let script = "const done = arguments[0];\
        fetch('service-worker.js').then(file => file.text()).then(done)";
    let text = page.session().run_async(script, &[])?;
    let newer = format!("{}\n// newer\n", text.as_str().unwrap_or_default());
    server.replace("service-worker.js", Instead::Bytes(newer.into_bytes()));
    // The page stays open for an hour, and is looked at again.
    let _ = server.take_asked();
    page.session().run("window.hourly()", &[])?;
    wait(
        "the page to look for a newer version",
        KEEPING_LIMIT,
        || {
            let asked = server.take_asked();
            let looked = asked.iter().any(|path| path.ends_with("service-worker.js"));
            Ok(if looked {
                Look::Done(())
            } else {
                Look::Not(format!("{asked:?}"))
            })
        },
    )?;
    let look = "document.dispatchEvent(new Event('visibilitychange'))";
    page.session().run(look, &[])?;
    page.wait_for("update", "the newer version", KEEPING_LIMIT)?;
    assert_eq!(workers(&page)?, json!(["activated", "installed"]));
    let before = page.attribute("drawing-pad", "data-sheet")?;
    page.session().run("window.sameDocument = true", &[])?;
    page.click("update-now")?;
    waits(&page, &json!(["activated", null]))?;
    wait("the page to come again", KEEPING_LIMIT, || {
        let same = page
            .session()
            .run("return window.sameDocument === true", &[])?;
        Ok(if same == json!(false) {
            Look::Done(())
        } else {
            Look::Not("the same document".to_owned())
        })
    })?;
    page.first_ranking()?;
    assert_eq!(page.attribute("drawing-pad", "data-sheet")?, before);
    assert_eq!(page.text("update")?, None);
    assert_eq!(page.text("error")?, None);
    Ok(())
}

/// How many builds of the leader the service worker keeps.
const LEADERS: &str = "const done = arguments[0]; (async () => {\
    const store = await caches.open('twinglyph' + location.pathname);\
    let leaders = 0;\
    for (const request of await store.keys()) {\
        const buffer = await (await store.match(request)).arrayBuffer();\
        leaders += new TextDecoder('latin1').decode(buffer).includes('a message to the engine');\
    }\
    return leaders;\
    })().then(done, error => done(String(error)))";

/// Puts the engine's module into the service worker's store with a change: cut in half, or one letter
/// of its texts another, so that it is a module still.
const DAMAGE: &str = "const [cut, done] = arguments; (async () => {\
    const store = await caches.open('twinglyph' + location.pathname);\
    for (const request of await store.keys()) {\
        const response = await store.match(request);\
        const buffer = await response.clone().arrayBuffer();\
        if (!response.headers.get('content-type').includes('wasm')) continue;\
        const bytes = new Uint8Array(cut ? buffer.slice(0, buffer.byteLength / 2) : buffer);\
        const at = new TextDecoder('latin1').decode(buffer).indexOf('a message to the engine');\
        if (at < 0) continue;\
        if (!cut) bytes[at] ^= 1;\
        await store.put(request, new Response(bytes, { headers: response.headers }));\
        return request.url;\
    } })().then(done, error => done(String(error)))";

/// The digest of what is kept at this address, as the address has it; null where nothing is.
const DIGEST: &str = "const [address, done] = arguments; (async () => {\
    const response = await caches.match(address);\
    if (!response) return null;\
    const digest = await crypto.subtle.digest('SHA-256', await response.arrayBuffer());\
    return encodeURIComponent('sha256-' + btoa(String.fromCharCode(...new Uint8Array(digest))));\
    })().then(done, error => done(String(error)))";

#[test]
fn an_engine_that_is_kept_damaged_is_fetched_anew() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let page = open(&browser, &server)?;
    waits(&page, &json!(["activated", null]))?;
    assert_eq!(page.session().run_async(LEADERS, &[])?, 1);
    for cut in [true, false] {
        let address = page.session().run_async(DAMAGE, &[json!(cut)])?;
        let expected = address.as_str().and_then(|url| url.rsplit('/').next());
        let expected = json!(expected);
        assert_ne!(
            page.session()
                .run_async(DIGEST, std::slice::from_ref(&address))?,
            expected
        );
        page.session().reload()?;
        page.first_ranking()?;
        wait("the right module in the store", KEEPING_LIMIT, || {
            let found = page
                .session()
                .run_async(DIGEST, std::slice::from_ref(&address))?;
            Ok(if found == expected {
                Look::Done(())
            } else {
                Look::Not(found.to_string())
            })
        })?;
        page.first_ranking()?;
        replay::cross(&page)?;
    }
    Ok(())
}

/// Number of files in the service worker's store; with an argument the store is emptied first.
const STORED: &str = "const [empties, done] = arguments; (async () => {\
    const name = 'twinglyph' + location.pathname;\
    if (empties) await caches.delete(name);\
    return (await (await caches.open(name)).keys()).length;\
    })().then(done, error => done(String(error)))";

fn until_stored(page: &Page<'_>, least: u64) -> Result<()> {
    wait("the store to be whole", KEEPING_LIMIT, || {
        let found = page.session().run_async(STORED, &[json!(false)])?;
        Ok(match found.as_u64() {
            Some(files) if files >= least => Look::Done(()),
            _ => Look::Not(found.to_string()),
        })
    })
}

/// An extension, or a link in the page of a host, may ask for an address that makes no sense.
const MALFORMED: &str = "fetch('%E0%A4%A').catch(() => undefined)";

#[test]
fn a_store_that_was_emptied_becomes_whole_again() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    faults::in_page(browser.session(), MALFORMED)?;
    let page = open(&browser, &server)?;
    waits(&page, &json!(["activated", null]))?;
    goes_to(&page, "#/about")?;
    // The malformed address ends nothing.
    wait("what is kept", KEEPING_LIMIT, || {
        Ok(match rest(&page)? {
            Some(rest) if rest > 0.0 => Look::Done(()),
            other => Look::Not(format!("{other:?}")),
        })
    })?;
    let room = "return Object.fromEntries([...document.querySelectorAll('[data-testid=room]')]\
        .map(row => [row.dataset.what, Number(row.dataset.bytes)]))";
    let room = page.session().run(room, &[])?;
    for (what, least) in [
        ("app", 1e6),
        ("networks", 1e6),
        ("alphabets", 1e5),
        ("drawings", 10.0),
    ] {
        assert!(room[what].as_f64() > Some(least), "{what}: {room}");
    }
    goes_to(&page, "#/draw")?;
    let files = page.session().run_async(STORED, &[json!(false)])?;
    let files = files.as_u64().unwrap_or_default();
    assert!(files > 40, "{files}");

    // At the next visit with a network, and as soon as there is one again.
    for reloads in [true, false] {
        let left = page.session().run_async(STORED, &[json!(true)])?;
        assert_eq!(left, json!(0));
        if reloads {
            page.session().reload()?;
            page.first_ranking()?;
        } else {
            page.session()
                .run("dispatchEvent(new Event('online'))", &[])?;
        }
        until_stored(&page, files)?;
    }

    server.cut(true);
    page.session().reload()?;
    page.first_ranking()?;
    goes_to(&page, "#/teach")?;
    page.wait_for("teach-pictures", "the page of one's own", KEEPING_LIMIT)?;

    // The usual trials are of alphabets that are not kept: others take their place.
    goes_to(&page, "#/trials?set=background&seed=1")?;
    let choices = trials::choices(&page, 20)?;
    let told = page.text("trial-told")?.unwrap_or_default();
    assert!(told.contains("what is here"), "{told}: {choices:?}");

    // Training begins with what it proposes.
    goes_to(&page, "#/train")?;
    page.wait_for("finetune-start", "the page of the training", KEEPING_LIMIT)?;
    training::set(&page, "finetune-steps", 3)?;
    page.click("finetune-start")?;
    state(&page, "over")?;
    assert_eq!(number(&page, "finetune-step", "data-step")?, 3.0);
    Ok(())
}

#[test]
fn a_version_that_has_no_room_leaves_nothing() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    // The store takes three files.
    let script = app::bytes("service-worker.js")?;
    let mut full = b"{ let room = 3; const put = Cache.prototype.put;\
        Cache.prototype.put = function (...file) { if (room-- <= 0) throw new DOMException('full', 'QuotaExceededError');\
        return put.apply(this, file); }; }\n"
        .to_vec();
    full.extend_from_slice(&script);
    server.replace("service-worker.js", Instead::Bytes(full));
    let page = open(&browser, &server)?;
    goes_to(&page, "#/about")?;
    wait("what is lacking", KEEPING_LIMIT, || {
        let told = page.text("lacks")?.unwrap_or_default();
        Ok(if told.contains("no room") {
            Look::Done(())
        } else {
            Look::Not(told)
        })
    })?;
    let left = page.session().run_async(STORED, &[json!(false)])?;
    assert_eq!(left, json!(0));
    Ok(())
}
