//! Does memory stay flat in a long run of training? Arguments: `cpu` (Chromium) or `webgpu`
//! (Firefox on lavapipe), steps. Prints memory after every tenth of the steps.

use twinglyph_e2e::browser::{Browser, Kind};
use twinglyph_e2e::training::open;
use twinglyph_e2e::{Result, app, long_run};

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
    let readings = long_run::run(&page, steps)?;
    let (Some(early), Some(late)) = (readings.first(), readings.last()) else {
        return Ok(());
    };
    let growth = |early: f64, late: f64| 100.0 * (late / early.max(1.0) - 1.0);
    println!(
        "FIGURE {steps} steps on {} in {:.0} s: memory of the worker {:.1} MB at step {}, {:.1} MB at the end ({:+.1} %); of the graphics device {:.1} MB, {:.1} MB ({:+.1} %)",
        page.device()?,
        late.seconds,
        early.worker / 1e6,
        early.step,
        late.worker / 1e6,
        growth(early.worker, late.worker),
        early.device / 1e6,
        late.device / 1e6,
        if early.device > 0.0 {
            growth(early.device, late.device)
        } else {
            0.0
        },
    );
    Ok(())
}
