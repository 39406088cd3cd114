//! Training on WebGPU, in Firefox: the numbers of the processor, and a device that is lost.

use twinglyph_e2e::browser::{Browser, Kind};
use twinglyph_e2e::page::Page;
use twinglyph_e2e::training::{hold_nothing_out, losses, number, open, set, state};
use twinglyph_e2e::{Result, app};

/// How far losses on WebGPU may be from the processor's, relative.
const MOST_DEVIATION: f64 = 1e-2;

/// Nothing to validate and six images a step: a software GPU takes seconds for each of them.
fn small(page: &Page<'_>) -> Result<()> {
    hold_nothing_out(page)?;
    set(page, "finetune-characters", 3)
}

/// Losses of a run of ten steps, each the mean of five.
fn run(browser: &Browser, url: &str, device: &str) -> Result<Vec<(u32, f64)>> {
    let page = open(browser, &format!("{url}?device={device}&model=compact"), 10)?;
    small(&page)?;
    page.click("finetune-start")?;
    state(&page, "over")?;
    assert_eq!(page.device()?, device, "{:?}", page.text("error")?);
    let on_device = number(&page, "finetune-memory", "data-device")?;
    assert_eq!(on_device > 0.0, device == "webgpu", "{on_device}");
    let losses = losses(&page)?;
    let steps: Vec<u32> = losses.iter().map(|(step, _)| *step).collect();
    assert_eq!(steps, [5, 10]);
    Ok(losses)
}

#[test]
fn losses_on_webgpu_follow_the_processors() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::FirefoxLavapipe)?;
    let expected = run(&browser, &server.url(), "cpu")?;
    let found = run(&browser, &server.url(), "webgpu")?;
    let deviation = expected
        .iter()
        .zip(&found)
        .map(|((_, cpu), (_, gpu))| (cpu - gpu).abs() / cpu.abs())
        .fold(0.0, f64::max);
    println!(
        "FIGURE losses of 10 steps on WebGPU (lavapipe): off by {deviation:.1e} of the processor's"
    );
    assert!(deviation < MOST_DEVIATION, "{expected:?}, {found:?}");
    Ok(())
}

#[test]
fn a_run_goes_on_when_its_device_is_lost() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::FirefoxLavapipe)?;
    let url = format!(
        "{}?device=webgpu&model=compact&fault=lost&when=train",
        server.url()
    );
    // The device is lost after the first checkpoint, at step 20.
    let page = open(&browser, &url, 30)?;
    assert_eq!(page.device()?, "webgpu", "{:?}", page.text("error")?);
    small(&page)?;
    page.click("finetune-start")?;
    state(&page, "over")?;
    assert_eq!(number(&page, "finetune-step", "data-step")?, 30.0);
    let told = page.text("finetune-step")?.unwrap_or_default();
    assert!(told.contains("All 30 steps"), "{told}");
    assert_eq!(page.device()?, "cpu");
    let told = page.text("finetune-told")?.unwrap_or_default();
    assert!(told.contains("the training failed"), "{told}");
    // What the lost device did is not in the curve: each step is told once.
    let steps: Vec<u32> = losses(&page)?.iter().map(|(step, _)| *step).collect();
    assert_eq!(steps, (1..=6).map(|at| 5 * at).collect::<Vec<_>>());
    Ok(())
}
