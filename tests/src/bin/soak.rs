//! Does memory stay flat in a long run of training? Arguments: `cpu` (Chromium) or `webgpu`
//! (Firefox on lavapipe), steps. Prints memory after every tenth of the steps.

use std::time::{Duration, Instant};

use twinglyph_e2e::browser::{Browser, Kind};
use twinglyph_e2e::page::{Look, Page, wait};
use twinglyph_e2e::training::{hold_nothing_out, number, open, set};
use twinglyph_e2e::{Result, app};

/// Longer than any run that is worth waiting for.
const LIMIT: Duration = Duration::from_secs(3600);

/// Bytes in the worker, and on the graphics device.
fn memory(page: &Page<'_>) -> Result<[f64; 2]> {
    Ok([
        number(page, "finetune-memory", "data-worker")?,
        number(page, "finetune-memory", "data-device")?,
    ])
}

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let device = arguments.next().unwrap_or_else(|| "cpu".to_owned());
    let steps = arguments.next().and_then(|steps| steps.parse().ok());
    let steps: u32 = steps.unwrap_or(if device == "cpu" { 5_000 } else { 300 });
    let kind = match device.as_str() {
        "webgpu" => Kind::FirefoxLavapipe,
        _ => Kind::ChromiumWithoutGpu,
    };
    let server = app::serve()?;
    let browser = Browser::open(kind)?;
    let page = open(
        &browser,
        &format!("{}?device={device}", server.url()),
        steps,
    )?;
    hold_nothing_out(&page)?;
    set(&page, "finetune-characters", 3)?;
    let start = Instant::now();
    page.click("finetune-start")?;
    let mut readings: Vec<(f64, [f64; 2])> = Vec::new();
    wait("the run", LIMIT, || {
        let step = number(&page, "finetune-step", "data-step")?;
        if step >= (readings.len() + 1) as f64 * f64::from(steps) / 10.0 {
            let reading = memory(&page)?;
            println!(
                "step {step}: worker {:.1} MB, graphics device {:.1} MB",
                reading[0] / 1e6,
                reading[1] / 1e6
            );
            readings.push((step, reading));
        }
        let state = page.attribute("finetune-step", "data-state")?;
        Ok(match state.as_deref() {
            Some("over") => Look::Done(()),
            other => Look::Not(format!("{other:?} at step {step}")),
        })
    })?;
    let (step, early) = readings.first().copied().unwrap_or_default();
    let late = memory(&page)?;
    let growth = |at: usize| 100.0 * (late[at] / early[at].max(1.0) - 1.0);
    println!(
        "FIGURE {steps} steps on {} in {:.0} s: memory of the worker {:.1} MB at step {step}, {:.1} MB at the end ({:+.1} %); of the graphics device {:.1} MB, {:.1} MB ({:+.1} %)",
        page.device()?,
        start.elapsed().as_secs_f64(),
        early[0] / 1e6,
        late[0] / 1e6,
        growth(0),
        early[1] / 1e6,
        late[1] / 1e6,
        if early[1] > 0.0 { growth(1) } else { 0.0 },
    );
    Ok(())
}
