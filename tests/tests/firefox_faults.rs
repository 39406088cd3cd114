//! Faults of a graphics device, in Firefox on lavapipe: one whose kernels compute something else, one
//! that is refused, one that is lost in the middle of a ranking and of a run of trials.

use std::time::Instant;

use serde_json::json;
use twinglyph_e2e::browser::{Browser, Kind};
use twinglyph_e2e::page::{Look, Page, wait};
use twinglyph_e2e::server::Server;
use twinglyph_e2e::trials::{self, RUN_LIMIT, finished, official};
use twinglyph_e2e::{Result, app, faults, native, replay};

/// Keeps the worker's device, and destroys it right after it was given work, once it is told to.
const LOSABLE: &str = "let armed = false; let device = null;\
    const request = GPUAdapter.prototype.requestDevice;\
    GPUAdapter.prototype.requestDevice = async function (...options) {\
      device = await request.apply(this, options); return device; };\
    const submit = GPUQueue.prototype.submit;\
    GPUQueue.prototype.submit = function (...buffers) {\
      submit.apply(this, buffers);\
      if (armed) { armed = false; device.destroy(); } };\
    when('lose', () => { armed = true; });";

fn open<'a>(browser: &'a Browser, server: &Server, hash: &str) -> Result<Page<'a>> {
    let url = format!("{}?device=webgpu&model=compact{hash}", server.url());
    let page = Page::open(browser, &url)?;
    page.session().run("window.sameDocument = true", &[])?;
    page.first_ranking()?;
    Ok(page)
}

fn same_document(page: &Page<'_>) -> Result<()> {
    let same = page
        .session()
        .run("return window.sameDocument === true", &[])?;
    assert_eq!(same, json!(true), "the page was loaded again");
    Ok(())
}

fn reason(page: &Page<'_>) -> Result<String> {
    page.click("device-badge")?;
    let told = page.text("device-panel")?.unwrap_or_default();
    page.click("device-badge")?;
    Ok(told)
}

#[test]
fn a_device_with_a_wrong_kernel_is_not_believed() -> Result<()> {
    // Kernels with an exponential take a power of two instead.
    let script = "const make = GPUDevice.prototype.createShaderModule;\
        GPUDevice.prototype.createShaderModule = function (what) {\
          const code = what.code.replace(/\\bexp\\(/g, 'exp2(');\
          return make.call(this, { ...what, code }); };";
    let server = app::serve()?;
    faults::in_worker(&server, script)?;
    let browser = Browser::open(Kind::FirefoxLavapipe)?;
    let page = open(&browser, &server, "")?;
    assert_eq!(page.device()?, "cpu");
    let told = reason(&page)?;
    println!("{told}");
    assert!(told.contains("WebGPU gives wrong results here"), "{told}");
    let best = replay::cross(&page)?;
    assert!(page.support()?.contains(&best), "{best}");
    assert_eq!(page.text("error")?, None);
    Ok(())
}

#[test]
fn an_adapter_that_gives_no_device_leaves_the_processor() -> Result<()> {
    let server = app::serve()?;
    faults::in_worker(
        &server,
        "GPUAdapter.prototype.requestDevice = async () => {\
         throw new DOMException('no', 'OperationError') };",
    )?;
    let browser = Browser::open(Kind::FirefoxLavapipe)?;
    let page = open(&browser, &server, "")?;
    assert_eq!(page.device()?, "cpu");
    let told = reason(&page)?;
    assert!(told.contains("WebGPU can't be used here"), "{told}");
    replay::cross(&page)?;
    Ok(())
}

#[test]
fn a_device_lost_in_a_ranking_costs_no_answer() -> Result<()> {
    let server = app::serve()?;
    faults::in_worker(&server, LOSABLE)?;
    let browser = Browser::open(Kind::FirefoxLavapipe)?;
    let page = open(&browser, &server, "")?;
    assert_eq!(page.device()?, "webgpu", "{:?}", page.text("error")?);
    let expected = replay::cross(&page)?;
    let matches = page.matches()?;
    page.clear()?;
    page.settle()?;
    faults::say(&page, "lose")?;
    let start = Instant::now();
    assert_eq!(replay::cross(&page)?, expected);
    println!(
        "FIGURE a device lost in a ranking: {:.1} s to the ranking",
        start.elapsed().as_secs_f64()
    );
    assert_eq!(page.device()?, "cpu", "{:?}", page.text("error")?);
    for (before, after) in matches.iter().zip(page.matches()?) {
        assert_eq!(before.character, after.character);
        assert!((before.similarity - after.similarity).abs() < 1e-3);
    }
    let told = format!("{:?} {}", page.text("error")?, reason(&page)?);
    println!("{told}");
    assert!(told.contains("lost"), "{told}");
    same_document(&page)
}

#[test]
fn a_device_lost_in_a_run_of_trials_changes_no_choice() -> Result<()> {
    let server = app::serve()?;
    faults::in_worker(&server, LOSABLE)?;
    let browser = Browser::open(Kind::FirefoxLavapipe)?;
    let page = open(&browser, &server, "#/trials")?;
    assert_eq!(page.device()?, "webgpu", "{:?}", page.text("error")?);
    page.wait_for("runs-start", "the official trials", RUN_LIMIT)?;
    page.click("runs-start")?;
    wait("a fifth of the trials", RUN_LIMIT, || {
        let done = trials::number(&page, "runs-progress", "data-done")?;
        Ok(if done >= 4.0 {
            Look::Done(())
        } else {
            Look::Not(done.to_string())
        })
    })?;
    faults::say(&page, "lose")?;
    finished(&page, "runs")?;
    assert_eq!(page.device()?, "cpu");
    let shown = official(&json!(page.attribute("runs-errors", "data-choices")?));
    let labs = native::evaluate(&["--runs", "--model", &native::weights("compact")])?;
    let expected = official(&labs["choices"]);
    let different = shown.iter().zip(&expected).filter(|(a, b)| a != b).count();
    assert_eq!((shown.len(), expected.len()), (400, 400));
    assert!(
        different <= 1,
        "{different} other choices than the native network's"
    );
    same_document(&page)
}
