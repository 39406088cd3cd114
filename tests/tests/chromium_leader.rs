//! The leader in Chromium: it ranks alone, and the program for graphics is fetched only where they are wanted.

use std::time::Duration;

use serde_json::json;
use twinglyph_e2e::browser::{Browser, Kind};
use twinglyph_e2e::page::{Look, Page, wait};
use twinglyph_e2e::server::Instead;
use twinglyph_e2e::{Result, app, faults, replay};

/// The whole start on a busy machine.
const START_LIMIT: Duration = Duration::from_secs(60);

/// Was the program of the helper on graphics among these files?
fn is_fetched(asked: &[String]) -> bool {
    asked.iter().any(|path| path.contains("engine/gpu-"))
}

/// Waits until the page says that graphics are not used, and why.
fn not_used(page: &Page<'_>, why: &str) -> Result<()> {
    page.click("device-badge")?;
    wait("graphics are tried", START_LIMIT, || {
        let said = page.text("device-panel")?.unwrap_or_default();
        Ok(match said.contains(why) {
            true => Look::Done(()),
            false => Look::Not(said),
        })
    })?;
    page.click("device-badge")
}

/// The workers that the page starts, by name.
const WORKERS: &str = "window.made = []; const Own = Worker;\
    window.Worker = class extends Own { constructor(script, options) {\
    super(script, options); made.push(options.name); } };";

#[test]
fn the_leader_is_started_once_and_before_the_page() -> Result<()> {
    let server = app::serve()?;
    for (query, model) in [("", "deep"), ("?model=compact", "compact")] {
        let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
        faults::in_page(browser.session(), WORKERS)?;
        let page = Page::open(&browser, &format!("{}{query}", server.url()))?;
        page.first_ranking()?;
        let made = page.session().run("return made", &[])?;
        assert_eq!(
            made,
            json!([format!("4000 models/{model}.safetensors early")])
        );
    }
    Ok(())
}

#[test]
fn a_browser_that_tells_nothing_of_files_ranks_all_the_same() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let script = "delete window.PerformanceObserver; window.errors = [];\
        addEventListener('error', event => errors.push(event.message));";
    faults::in_page(browser.session(), script)?;
    let page = Page::open(&browser, &server.url())?;
    page.first_ranking()?;
    assert_eq!(page.session().run("return errors", &[])?, json!([]));
    Ok(())
}

#[test]
fn without_graphics_no_program_for_them_is_fetched() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let page = Page::open(&browser, &server.url())?;
    page.first_ranking()?;
    not_used(&page, "no graphics adapter")?;
    replay::cross(&page)?;
    assert_eq!(page.device()?, "cpu");
    let cores = "const { hardwareConcurrency: cores, deviceMemory: memory } = navigator;\
        return memory <= 2 ? Math.min(cores, 2) : cores";
    let cores = page.session().run(cores, &[])?;
    let cores = cores.as_u64().unwrap_or(1);
    let [batch, train] = [8, 4].map(|most| match cores.min(most) {
        1 => "cpu".to_owned(),
        several => format!("cpu:{several}"),
    });
    assert_eq!(
        page.jobs()?,
        format!("rank=cpu batch={batch} train={train}")
    );
    page.click("device-badge")?;
    let told = "return [...document.querySelectorAll('[data-testid=device-jobs] li')]\
        .map(e => e.dataset.job).join(' ')";
    assert_eq!(page.session().run(told, &[])?, "rank batch train");
    page.click("device-badge")?;
    let asked = server.take_asked();
    let program = |name: &str| asked.iter().any(|path| path.contains(name));
    assert!(program("engine/relaxed-engine-") && !program("engine/engine-"));
    assert!(!is_fetched(&asked), "{asked:?}");
    Ok(())
}

#[test]
fn graphics_that_the_processor_computes_are_taken_only_where_they_are_asked_for() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumSwiftShader)?;
    let page = Page::open(&browser, &server.url())?;
    page.first_ranking()?;
    not_used(&page, "the processor computes the graphics")?;
    assert_eq!(page.device()?, "cpu");
    let asked = server.take_asked();
    assert!(!is_fetched(&asked), "{asked:?}");
    Ok(())
}

#[test]
fn without_the_helper_on_graphics_the_leader_ranks() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumSwiftShader)?;
    let file = app::file("engine/gpu-", "_bg.wasm")?;
    let mut damaged = app::bytes(&file)?;
    let middle = damaged.len() / 2;
    damaged[middle] ^= 1;
    for instead in [Instead::Missing, Instead::Bytes(damaged)] {
        server.replace(&file, instead);
        let page = Page::open(
            &browser,
            &format!("{}?device=webgpu&model=compact", server.url()),
        )?;
        page.first_ranking()?;
        replay::cross(&page)?;
        assert_eq!(page.device()?, "cpu");
        server.restore();
    }
    Ok(())
}
