//! When things go wrong: a broken worker, damaged and missing files. Nothing drawn is lost, the
//! page says what happened, and goes on.

use std::time::Duration;

use serde_json::json;
use twinglyph_e2e::browser::{Browser, Kind};
use twinglyph_e2e::gesture::Pointer;
use twinglyph_e2e::page::{Look, Page, wait};
use twinglyph_e2e::server::Instead;
use twinglyph_e2e::{Result, app, replay};

/// The page gives a silent worker 10 s, and a new one must load.
const RECOVERY_LIMIT: Duration = Duration::from_secs(90);

fn error(page: &Page<'_>) -> Result<String> {
    page.wait_for("error", "a message to the person", RECOVERY_LIMIT)?;
    Ok(page.text("error")?.unwrap_or_default())
}

fn state(page: &Page<'_>, wanted: &str) -> Result<()> {
    wait(
        &format!("the engine to be {wanted}"),
        RECOVERY_LIMIT,
        || {
            let engine = page.engine()?;
            Ok(if engine.state == wanted {
                Look::Done(())
            } else {
                Look::Not(format!("{engine:?}"))
            })
        },
    )
}

/// The worker breaks after the first ranking; the page must rank on without a reload.
fn recovers_from(fault: &str) -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let page = Page::open(
        &browser,
        &format!("{}?device=cpu&model=compact&fault={fault}", server.url()),
    )?;
    page.session().run("window.sameDocument = true", &[])?;
    page.first_ranking()?;
    // A worker that hangs is found out by a question that it does not answer.
    let sheet = [vec![[30.0, 30.0, 0.0], [80.0, 80.0, 0.0]]];
    page.draw(Pointer::Mouse, &page.pad()?.paths(&sheet, 0.0))?;
    println!("{fault}: {}", error(&page)?);
    state(&page, "ready")?;
    let best = replay::cross(&page)?;
    assert!(page.support()?.contains(&best), "{best}");
    let same = page
        .session()
        .run("return window.sameDocument === true", &[])?;
    assert_eq!(same, json!(true), "the page was loaded again");
    Ok(())
}

#[test]
fn a_worker_that_panics_is_replaced() -> Result<()> {
    recovers_from("panic")
}

#[test]
fn a_worker_that_hangs_is_replaced() -> Result<()> {
    recovers_from("hang")
}

#[test]
fn a_damaged_shard_is_refused_by_name() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let page = Page::open(
        &browser,
        &format!("{}?device=cpu&model=compact", server.url()),
    )?;
    page.first_ranking()?;
    let before = page.support()?;
    server.replace(
        "omniglot/Korean.png",
        Instead::Bytes(b"\x89PNG\r\n\x1a\nno".to_vec()),
    );
    page.choose("alphabet-select", "Korean")?;
    let message = error(&page)?;
    assert!(message.contains("Korean"), "{message}");
    assert_eq!(page.support()?, before, "the support set is kept");
    assert!(before.contains(&replay::cross(&page)?), "the page ranks on");
    server.restore();
    assert_eq!(
        replay::choose(&page, "Korean", 0)?.len(),
        20,
        "it can be tried again"
    );
    Ok(())
}

#[test]
fn without_shards_there_are_the_invented_alphabets() -> Result<()> {
    let server = app::serve()?;
    server.replace("omniglot/manifest.json", Instead::Missing);
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let page = Page::open(
        &browser,
        &format!("{}?device=cpu&model=compact", server.url()),
    )?;
    page.first_ranking()?;
    let alphabets = page.options("alphabet-select")?;
    assert!(!alphabets.is_empty());
    assert!(
        !alphabets.iter().any(|name| name == "Korean"),
        "{alphabets:?}"
    );
    assert_eq!(page.support()?.len(), 20);
    let best = replay::cross(&page)?;
    assert!(page.support()?.contains(&best), "{best}");
    let text = page
        .session()
        .run("return document.body.textContent", &[])?;
    let text = text.as_str().unwrap_or_default();
    assert!(text.contains("without Omniglot's alphabets"), "{text}");
    Ok(())
}

#[test]
fn a_missing_model_is_named_and_the_pad_still_draws() -> Result<()> {
    let server = app::serve()?;
    server.replace("models/deep.safetensors", Instead::Missing);
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let page = Page::open(&browser, &format!("{}?device=cpu", server.url()))?;
    let message = error(&page)?;
    assert!(message.contains("deep"), "{message}");
    state(&page, "failed")?;
    let sheet = [vec![[30.0, 30.0, 0.0], [80.0, 80.0, 0.0]]];
    page.draw(Pointer::Mouse, &page.pad()?.paths(&sheet, 0.0))?;
    assert_eq!(
        page.attribute("drawing-pad", "data-sheet")?.as_deref(),
        Some("drawn")
    );
    server.restore();
    page.click("retry")?;
    page.first_ranking()?;
    Ok(())
}

#[test]
fn a_further_model_that_does_not_come_leaves_the_one_in_use() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let page = Page::open(&browser, &format!("{}?device=cpu", server.url()))?;
    page.first_ranking()?;
    // The first bytes of a safetensors file whose header is longer than the file: a download that
    // was cut.
    let cut = Instead::Bytes(b"\x00\x10\x00\x00\x00\x00\x00\x00{\"stem".to_vec());
    for instead in [Instead::Missing, cut] {
        server.replace("models/compact.safetensors", instead);
        page.choose("model-select", "compact")?;
        let message = error(&page)?;
        assert!(message.contains("compact"), "{message}");
        let best = replay::cross(&page)?;
        assert!(page.support()?.contains(&best), "{best}");
        wait("the list to name the model in use", RECOVERY_LIMIT, || {
            let named = page.chosen("model-select")?;
            Ok(if named == "deep" {
                Look::Done(())
            } else {
                Look::Not(named)
            })
        })?;
        let script = "document.querySelector('[data-testid=error] [aria-label=Dismiss]').click()";
        page.session().run(script, &[])?;
    }
    server.restore();
    page.choose("model-select", "compact")?;
    page.click("device-badge")?;
    wait("the other model", RECOVERY_LIMIT, || {
        let script = "return document.body.textContent.includes('1,356,843 parameters')";
        Ok(if page.session().run(script, &[])? == json!(true) {
            Look::Done(())
        } else {
            Look::Not(format!("{:?}", page.text("error")?))
        })
    })
}
