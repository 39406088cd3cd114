//! Chromium on WebGPU: a short way, as its software renderer is slow.

use std::time::Instant;

use twinglyph_e2e::browser::{Browser, Kind};
use twinglyph_e2e::gesture::Pointer;
use twinglyph_e2e::page::Page;
use twinglyph_e2e::replay::{self, Plan};
use twinglyph_e2e::{Result, app, native, omniglot};

/// How far embeddings and scores in f32 may be from the CPU's, relative.
const MOST_DEVIATION: f64 = 1e-4;

#[test]
fn some_drawings_are_ranked_on_webgpu() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumSwiftShader)?;
    let page = Page::open(
        &browser,
        &format!("{}?device=webgpu&model=compact", server.url()),
    )?;
    let engine = page.first_ranking()?;
    assert_eq!(page.device()?, "webgpu", "{:?}", page.text("error")?);
    let deviation = page.deviation()?;
    println!("FIGURE golden numbers on WebGPU (SwiftShader): off by {deviation:.1e}");
    assert!(deviation < MOST_DEVIATION, "{deviation}");
    println!(
        "FIGURE {} on WebGPU (SwiftShader): navigation to first ranking {:.0} ms",
        browser.session().browser(),
        engine.first_ms.unwrap_or(f64::NAN)
    );

    let drawings = omniglot::drawings()?;
    let start = Instant::now();
    let plan = Plan {
        queries: 5,
        per_set: 5,
        pointer: Pointer::Mouse,
    };
    let answered = replay::replay(&page, &drawings, plan)?;
    replay::report("Chromium on WebGPU (SwiftShader)", &answered, start);
    assert_eq!(page.device()?, "webgpu", "the device changed on the way");
    assert_eq!(page.jobs()?, "rank=webgpu batch=webgpu train=webgpu");
    let questions: Vec<_> = answered.iter().map(|a| a.question.clone()).collect();
    let best: Vec<_> = answered.iter().map(|a| (a.best, a.views)).collect();
    assert_eq!(best, native::classify("compact", None, &questions)?);
    Ok(())
}
