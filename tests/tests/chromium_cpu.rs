//! Chromium without a GPU: the fallback to the CPU, and everything a person does with the pad.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use twinglyph_core::score::{Standing, none_of_these, standing};
use twinglyph_e2e::browser::{Browser, Kind};
use twinglyph_e2e::gesture::{CONTROL, ESCAPE, Path, Pointer, SHIFT};
use twinglyph_e2e::page::{Look, Page, wait};
use twinglyph_e2e::replay::{self, Plan};
use twinglyph_e2e::{Result, app, native, omniglot};

/// Rankings among which long tasks are counted.
const RANKINGS: usize = 10;

/// Fetching a model and embedding a support set, on a busy machine.
const MODEL_LIMIT: Duration = Duration::from_secs(60);

/// A cross in the middle of the pad, as two strokes, and a third one below it.
fn strokes(page: &Page<'_>) -> Result<Vec<Path>> {
    let line = |from: [f32; 2], to: [f32; 2]| -> Vec<[f32; 3]> {
        (0..=8)
            .map(|at| at as f32 / 8.0)
            .map(|part| {
                [
                    from[0] + (to[0] - from[0]) * part,
                    from[1] + (to[1] - from[1]) * part,
                    0.0,
                ]
            })
            .collect()
    };
    let sheet = [
        line([50.0, 20.0], [52.0, 80.0]),
        line([20.0, 50.0], [80.0, 48.0]),
        line([20.0, 90.0], [85.0, 90.0]),
    ];
    Ok(page.pad()?.paths(&sheet, 0.0))
}

fn names(page: &Page<'_>) -> Result<Vec<String>> {
    Ok(page.matches()?.into_iter().map(|m| m.character).collect())
}

fn sheet(page: &Page<'_>) -> Result<String> {
    Ok(page
        .attribute("drawing-pad", "data-sheet")?
        .unwrap_or_default())
}

#[test]
fn the_cpu_stands_in_and_ranks_as_the_native_network_does() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    // No device is asked for: the page must find out by itself that there is no adapter.
    let page = Page::open(&browser, &server.url())?;
    let engine = page.first_ranking()?;
    assert_eq!(page.device()?, "cpu");
    println!(
        "FIGURE {} on the CPU: navigation to first ranking {:.0} ms",
        browser.session().browser(),
        engine.first_ms.unwrap_or(f64::NAN)
    );
    println!(
        "FIGURE longest main-thread task until then: {:.0} ms",
        page.longest_task_at_opening()?
    );
    page.watch_tasks()?;
    for _ in 0..RANKINGS {
        replay::draw(&page, Pointer::Mouse, &strokes(&page)?)?;
    }
    let tasks = page.long_tasks()?;
    println!("FIGURE main-thread tasks over 50 ms in {RANKINGS} rankings: {tasks:.0?}");

    let drawings = omniglot::drawings()?;
    let start = Instant::now();
    let plan = Plan {
        queries: 20,
        per_set: 10,
        pointer: Pointer::Mouse,
    };
    let answered = replay::replay(&page, &drawings, plan)?;
    replay::report("Chromium on the CPU", &answered, start);
    let questions: Vec<_> = answered.iter().map(|a| a.question.clone()).collect();
    let judged = native::classify("deep", Some("as-needed"), &questions)?;
    let found: Vec<_> = answered.iter().map(|a| (a.best, a.views)).collect();
    assert_eq!(found, judged);
    // Some of the drawings are clear, and some need all views.
    let clear = found.iter().filter(|(_, views)| *views == 1).count();
    println!(
        "FIGURE one view was enough for {clear} of {} drawings",
        found.len()
    );
    assert!(clear > 0 && clear < found.len(), "{found:?}");

    println!(
        "FIGURE main-thread tasks over 50 ms with changes of the alphabet: {:.0?}",
        page.long_tasks()?
    );
    assert_eq!(page.text("error")?, None);
    stays_at_home(&page, &server.url())
}

/// No errors in the console, and no request to anybody else.
fn stays_at_home(page: &Page<'_>, home: &str) -> Result<()> {
    let errors: Vec<Value> = page
        .session()
        .log("browser")?
        .into_iter()
        .filter(|entry| entry["level"] == "SEVERE")
        .collect();
    assert!(errors.is_empty(), "{errors:#?}");
    let mut requests = 0;
    for entry in page.session().log("performance")? {
        let text = entry["message"].as_str().unwrap_or_default();
        let event: Value = serde_json::from_str(text).unwrap_or_default();
        if event["message"]["method"] == "Network.requestWillBeSent" {
            let url = event["message"]["params"]["request"]["url"]
                .as_str()
                .unwrap_or_default()
                .to_owned();
            let is_own =
                url.starts_with(home) || url.starts_with("data:") || url.starts_with("blob:");
            assert!(is_own, "a request went to {url}");
            requests += 1;
        }
    }
    assert!(requests > 3, "only {requests} requests were seen");
    Ok(())
}

#[test]
fn strokes_are_undone_redone_cleared_and_kept() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let page = Page::open(
        &browser,
        &format!("{}?device=cpu&model=compact", server.url()),
    )?;
    page.first_ranking()?;
    assert_eq!(sheet(&page)?, "example");

    let strokes = strokes(&page)?;
    page.draw(Pointer::Mouse, &strokes[..2])?;
    page.settle()?;
    assert_eq!(sheet(&page)?, "drawn");
    let two = page.matches()?;
    page.draw(Pointer::Mouse, &strokes[2..])?;
    page.settle()?;
    let three = page.matches()?;
    assert_ne!(two, three);

    page.press(&[CONTROL], 'z')?;
    page.settle()?;
    assert_eq!(page.matches()?, two, "undo");
    page.press(&[CONTROL, SHIFT], 'z')?;
    page.settle()?;
    assert_eq!(page.matches()?, three, "redo");
    page.click("undo")?;
    page.settle()?;
    assert_eq!(page.matches()?, two, "the undo button");

    page.session().reload()?;
    page.first_ranking()?;
    assert_eq!(sheet(&page)?, "drawn");
    assert_eq!(page.matches()?, two, "after a reload");

    page.press(&[], ESCAPE)?;
    page.settle()?;
    assert_eq!(sheet(&page)?, "blank");
    assert!(page.matches()?.is_empty());
    page.click("undo")?;
    page.settle()?;
    assert_eq!(page.matches()?, two, "a clear can be undone");
    page.clear()?;
    page.settle()?;
    assert_eq!(sheet(&page)?, "blank");
    assert_eq!(page.text("error")?, None);
    Ok(())
}

#[test]
fn mouse_finger_and_pen_draw_the_same() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let page = Page::open(
        &browser,
        &format!("{}?device=cpu&model=compact", server.url()),
    )?;
    page.first_ranking()?;
    let mut rankings = Vec::new();
    for pointer in [Pointer::Mouse, Pointer::Touch, Pointer::Pen] {
        let (best, ..) = replay::draw(&page, pointer, &strokes(&page)?)?;
        println!("{pointer:?}: {best}");
        rankings.push(names(&page)?);
    }
    assert_eq!(rankings[0], rankings[1], "finger");
    assert_eq!(rankings[0][0], rankings[2][0], "pen");
    Ok(())
}

/// What the page says of the drawing beside the ranking. It must be what the similarities that it shows say.
fn said(page: &Page<'_>) -> Result<Standing> {
    let said = match (page.text("none")?, page.text("guess")?) {
        (Some(_), _) => Standing::Stranger,
        (None, Some(_)) => Standing::Guess,
        (None, None) => Standing::Member,
    };
    let similarities: Vec<f32> = page
        .matches()?
        .iter()
        .map(|m| m.similarity as f32)
        .collect();
    let likely = none_of_these(&similarities);
    // The page shows four decimals of what it reckons with.
    let close = (likely - 0.9).abs() < 0.002;
    let expected = standing(&similarities);
    assert!(
        close || said == expected,
        "{said:?}, {expected:?}, {likely}"
    );
    Ok(said)
}

/// Zigzags all over the pad, that no script has.
fn scribble(page: &Page<'_>) -> Result<Vec<Path>> {
    let zigzag = (0..=24).map(|at| {
        let [x, y] = [at as f32, if at % 2 == 0 { 12.0 } else { 92.0 }];
        [12.0 + x * 3.4, y, 0.0]
    });
    Ok(page.pad()?.paths(&[zigzag.collect()], 0.0))
}

#[test]
fn the_support_set_is_the_persons_choice() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let page = Page::open(&browser, &format!("{}?device=cpu", server.url()))?;
    page.first_ranking()?;
    replay::draw(&page, Pointer::Mouse, &strokes(&page)?)?;
    let alphabets = page.options("alphabet-select")?;
    assert!(alphabets.len() > 1, "{alphabets:?}");
    let expected = alphabets.iter().any(|name| name == "Korean");
    for name in alphabets.iter().step_by(alphabets.len().div_ceil(6)) {
        let characters = replay::choose(&page, name, 4)?;
        assert!(
            (5..=20).contains(&characters.len()),
            "{name}: {characters:?}"
        );
        let mut ranked = names(&page)?;
        ranked.sort();
        let mut support = page.support()?;
        support.sort();
        assert_eq!(ranked, support, "each class of {name} is ranked once");
        said(&page)?;
    }
    if expected {
        replay::choose(&page, "Korean", 0)?;
        for (ways, classes) in [("ways-five", 5), ("ways-whole", 40), ("ways-twenty", 20)] {
            page.tick(ways)?;
            page.settle()?;
            assert_eq!(page.support()?.len(), classes, "{ways}");
            assert_eq!(page.matches()?.len(), classes, "{ways}");
        }
        let before = page.support()?;
        page.click("reshuffle")?;
        page.settle()?;
        assert_ne!(page.support()?, before, "reshuffle");
        // A scribble is like none of them, and saying so moves nothing.
        page.clear()?;
        page.click("next-example")?;
        page.settle()?;
        assert_eq!(said(&page)?, Standing::Member, "{:?}", page.matches()?);
        let place = "return ['.answer', 'ol.next'].map(one =>\
            document.querySelector(one).getBoundingClientRect().top).reduce((a, b) => b - a)";
        let before = page.session().run(place, &[])?;
        replay::draw(&page, Pointer::Mouse, &scribble(&page)?)?;
        assert_eq!(said(&page)?, Standing::Stranger, "{:?}", page.matches()?);
        assert_eq!(page.session().run(place, &[])?, before);
    }
    let similarities: Vec<f64> = page.matches()?.iter().map(|m| m.similarity).collect();
    assert!(similarities.is_sorted_by(|a, b| a >= b), "{similarities:?}");
    assert!(similarities.iter().all(|s| (0.0..=1.0).contains(s)));
    assert_eq!(page.text("error")?, None);
    Ok(())
}

#[test]
fn the_page_fits_phones_and_desktops() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let page = Page::open(
        &browser,
        &format!("{}?device=cpu&model=compact", server.url()),
    )?;
    for (width, height) in [
        (320, 640),
        (360, 640),
        (390, 844),
        (640, 900),
        (768, 1024),
        (910, 700),
        (1280, 800),
        (1920, 1080),
    ] {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 700 });
        page.session()
            .devtools("Emulation.setDeviceMetricsOverride", &size)?;
        wait("the window's size", MODEL_LIMIT, || {
            // Two frames later the page is laid out anew.
            let script = "const done = arguments[0]; requestAnimationFrame(() =>\
                requestAnimationFrame(() => done(innerWidth)))";
            Ok(match page.session().run_async(script, &[])? {
                found if found == json!(width) => Look::Done(()),
                other => Look::Not(other.to_string()),
            })
        })?;
        assert!(!page.scrolls_sideways()?, "at {width} px");
        let pad = page.pad()?;
        assert!(
            pad.side >= 250.0 && pad.left + pad.side <= f64::from(width),
            "{pad:?} at {width} px"
        );
    }
    Ok(())
}

#[test]
fn the_other_shipped_model_ranks_once_it_is_chosen() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let page = Page::open(&browser, &server.url())?;
    page.first_ranking()?;
    replay::draw(&page, Pointer::Mouse, &strokes(&page)?)?;
    let with_deep = page.matches()?;
    page.click("device-badge")?;
    for (model, parameters) in [("compact", "1,356,843"), ("deep", "1,726,251")] {
        page.choose("model-select", model)?;
        wait("the model in use", MODEL_LIMIT, || {
            let script = "return document.body.textContent.includes(arguments[0])";
            let told = format!("{model}: {parameters} parameters");
            Ok(match page.session().run(script, &[json!(told)])? {
                Value::Bool(true) => Look::Done(()),
                _ => Look::Not(format!("{:?}, {:?}", page.engine()?, page.text("error")?)),
            })
        })?;
        wait("a ranking by it", MODEL_LIMIT, || {
            let matches = page.matches()?;
            let whole = matches.len() == with_deep.len();
            Ok(if whole && (matches == with_deep) == (model == "deep") {
                Look::Done(())
            } else {
                Look::Not(format!("{matches:?}"))
            })
        })?;
        assert_eq!(page.device()?, "cpu");
    }
    assert_eq!(page.text("error")?, None);
    stays_at_home(&page, &server.url())
}

/// The number at the end of a handle's text, without the signs that group its digits.
fn number(page: &Page<'_>, handle: &str) -> Result<f64> {
    let text = page.text(handle)?.unwrap_or_default();
    Ok(text.replace(',', "").trim().parse().unwrap_or(f64::NAN))
}

#[test]
fn the_network_page_shows_layers_maps_and_what_makes_a_pair_alike() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let page = Page::open(&browser, &format!("{}?device=cpu#/network", server.url()))?;
    page.first_ranking()?;
    let looked = || {
        wait("the look into the network", MODEL_LIMIT, || {
            let busy = page.text("inspecting")?;
            let there = page.text("pair-score")?.is_some();
            Ok(match busy.as_deref() {
                Some("") if there => Look::Done(()),
                _ => Look::Not(format!("{busy:?}, {:?}", page.text("error")?)),
            })
        })
    };
    looked()?;
    assert_eq!(number(&page, "layers-parameters")?, 1_726_251.0);
    page.click("layers-koch")?;
    assert_eq!(number(&page, "layers-parameters")?, 38_951_745.0);
    let script = "return [...document.querySelectorAll('[data-testid=maps]')].map(figure => {\
        const canvas = figure.querySelector('canvas');\
        const pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;\
        return [figure.dataset.layer, Math.max(...pixels) > 100] })";
    let seen = page.session().run(script, &[])?;
    let layers = [
        "stem", "down1", "res1", "res1_2", "down2", "res2", "res2_2", "local", "down3",
    ];
    let expected: Vec<Value> = layers.iter().map(|name| json!([name, true])).collect();
    assert_eq!(seen, json!(expected));

    // Against every class the similarity is what the ranking says of it.
    let ranked = page.matches()?;
    let support = page.support()?;
    for class in [0, support.len() - 1] {
        page.choose("pair-select", &class.to_string())?;
        std::thread::sleep(Duration::from_millis(100));
        looked()?;
        let own = ranked.iter().find(|m| m.character == support[class]);
        let own = own.map_or(f64::NAN, |m| m.similarity);
        let shown = number(&page, "pair-similarity")?;
        assert!((shown - own).abs() < 0.0051, "{shown} is not {own}");
    }
    let rows = "return [...document.querySelectorAll('[data-testid=terms] tbody td')]\
        .map(cell => Number(cell.textContent)).reduce((a, b) => a + b)";
    let sum = page.session().run(rows, &[])?.as_f64().unwrap_or(f64::NAN);
    let score = number(&page, "pair-score")?;
    assert!((sum - score).abs() < 0.03, "{sum} is not {score}");
    for heat in ["occlusion", "local-query", "local-other"] {
        let script = "const canvas = document.querySelector(arguments[0]);\
            return Math.max(...canvas.getContext('2d')\
                .getImageData(0, 0, canvas.width, canvas.height).data)";
        let handle = json!(format!("[data-testid={heat}]"));
        assert_eq!(page.session().run(script, &[handle])?, json!(255), "{heat}");
    }

    // Another model and another drawing are looked at too.
    page.choose("model-select", "compact")?;
    wait("compact's layers", MODEL_LIMIT, || {
        let layers = "return document.querySelectorAll('[data-testid=maps]').length";
        Ok(match page.session().run(layers, &[])? {
            count if count == json!(7) => Look::Done(()),
            other => Look::Not(format!("{other}")),
        })
    })?;
    assert_eq!(page.text("error")?, None);
    stays_at_home(&page, &server.url())
}
