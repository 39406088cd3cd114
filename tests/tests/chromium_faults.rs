//! Faults of the browser, in Chromium: devices it does not give, memory that ends, storage that
//! refuses, clocks that jump, tabs that sleep. The person is told in a sentence, and goes on without
//! a reload.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use twinglyph_e2e::browser::{Browser, Kind};
use twinglyph_e2e::page::{Look, Page, wait};
use twinglyph_e2e::server::Server;
use twinglyph_e2e::training::{self, number, set, step_beyond};
use twinglyph_e2e::{Result, app, faults, replay};

/// A fault is over within this time, with a new worker where it needs one, though both cores may be
/// busy with other things.
const RECOVERY_LIMIT: Duration = Duration::from_secs(20);

fn open<'a>(browser: &'a Browser, server: &Server, device: &str) -> Result<Page<'a>> {
    let url = format!("{}?device={device}&model=compact", server.url());
    let page = Page::open(browser, &url)?;
    page.session().run("window.sameDocument = true", &[])?;
    page.first_ranking()?;
    Ok(page)
}

/// The page ranks, in the document that it was opened in.
fn ranks_on(page: &Page<'_>) -> Result<()> {
    let best = replay::cross(page)?;
    assert!(page.support()?.contains(&best), "{best}");
    let same = page
        .session()
        .run("return window.sameDocument === true", &[])?;
    assert_eq!(same, json!(true), "the page was loaded again");
    Ok(())
}

/// Waits until the page says a thing, in an element with this handle.
fn says(page: &Page<'_>, handle: &str, words: &str) -> Result<String> {
    wait(&format!("the words {words:?}"), RECOVERY_LIMIT, || {
        let text = page.text(handle)?.unwrap_or_default();
        Ok(if text.contains(words) {
            Look::Done(text)
        } else {
            Look::Not(text)
        })
    })
}

#[test]
fn a_device_that_cannot_be_had_leaves_the_processor() -> Result<()> {
    let adapter = "GPU.prototype.requestAdapter =";
    let faults = [
        (
            "absent",
            "Object.defineProperty(WorkerNavigator.prototype, 'gpu', { value: undefined });"
                .to_owned(),
        ),
        ("refused", format!("{adapter} async () => null;")),
        (
            "broken",
            format!("{adapter} async () => {{ throw new DOMException('no', 'OperationError') }};"),
        ),
        (
            "silent",
            format!("{adapter} () => new Promise(() => undefined);"),
        ),
    ];
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    for (fault, script) in faults {
        faults::in_worker(&server, &script)?;
        let start = Instant::now();
        let page = open(&browser, &server, "webgpu")?;
        let usable = start.elapsed().as_secs_f64();
        assert_eq!(page.device()?, "cpu", "{fault}");
        page.click("device-badge")?;
        let told = says(&page, "device-panel", "WebGPU can't be used here")?;
        println!("{fault}: a ranking after {usable:.1} s; {told}");
        page.click("device-badge")?;
        ranks_on(&page)?;
        faults::forget(browser.session(), &server)?;
    }
    Ok(())
}

/// As on a disk that is almost full, where Chromium keeps no blob of the engine's size.
#[test]
fn a_browser_that_refuses_blobs_starts_the_engine() -> Result<()> {
    let server = app::serve()?;
    let refuse =
        "Response.prototype.blob = async () => { throw new TypeError('Failed to fetch') };";
    faults::in_worker(&server, refuse)?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let page = open(&browser, &server, "cpu")?;
    ranks_on(&page)?;
    assert_eq!(page.text("error")?, None);
    Ok(())
}

#[test]
fn a_worker_that_is_ended_is_replaced_in_five_seconds() -> Result<()> {
    let server = app::serve()?;
    faults::in_worker(&server, "when('end', close);")?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let page = open(&browser, &server, "cpu")?;
    faults::say(&page, "end")?;
    let start = Instant::now();
    // Its silence is found out by the question that the cross is.
    ranks_on(&page)?;
    says(&page, "error", "restarted")?;
    println!(
        "FIGURE a worker that was ended: {:.1} s from its end to the next ranking",
        start.elapsed().as_secs_f64()
    );
    Ok(())
}

#[test]
fn memory_that_does_not_suffice_for_a_model_leaves_the_one_before() -> Result<()> {
    let server = app::serve()?;
    // compact ranks in 30 MB; koch's file and its numbers of 8 bits take 78 MB.
    faults::little_memory(&server, "relaxed-engine", 70 << 20)?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let page = open(&browser, &server, "cpu")?;
    page.choose("model-select", "koch")?;
    let told = says(&page, "error", "not enough memory for koch")?;
    println!("{told}");
    ranks_on(&page)?;
    wait("the list to name the model in use", RECOVERY_LIMIT, || {
        let named = page.chosen("model-select")?;
        Ok(if named == "compact" {
            Look::Done(())
        } else {
            Look::Not(named)
        })
    })
}

#[test]
fn memory_that_does_not_suffice_for_a_step_ends_the_run_and_keeps_the_page() -> Result<()> {
    let server = app::serve()?;
    faults::little_memory(&server, "relaxed-cpu", 130 << 20)?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    // What a run has learned until it ends so may be lost with the next one: the page asks.
    faults::in_page(browser.session(), "window.confirm = () => true")?;
    let url = format!("{}?device=cpu&model=compact", server.url());
    let page = training::open(&browser, &url, 20)?;
    page.session().run("window.sameDocument = true", &[])?;
    set(&page, "finetune-characters", 40)?;
    page.click("finetune-start")?;
    let told = says(&page, "finetune-told", "not enough memory")?;
    println!("{told}");
    // A smaller run fits.
    training::hold_nothing_out(&page)?;
    set(&page, "finetune-characters", 3)?;
    page.click("finetune-start")?;
    training::state(&page, "over")?;
    assert_eq!(number(&page, "finetune-step", "data-step")?, 20.0);
    page.session().run("location.hash = '#/draw'", &[])?;
    ranks_on(&page)
}

/// Runs 20 steps, with a checkpoint after the last.
fn trains(page: &Page<'_>) -> Result<()> {
    training::begin(page, 20)?;
    training::state(page, "over")?;
    assert_eq!(number(page, "finetune-step", "data-step")?, 20.0);
    Ok(())
}

#[test]
fn storage_that_refuses_or_is_full_costs_only_what_would_be_kept() -> Result<()> {
    let quota = "throw new DOMException('full', 'QuotaExceededError')";
    let cases = [
        (
            "refused",
            "StorageManager.prototype.getDirectory = async () => {\
             throw new DOMException('no', 'OperationError') };"
                .to_owned(),
            "storage refused",
        ),
        (
            "blocked",
            "StorageManager.prototype.getDirectory = async () => {\
             throw new DOMException('GetDirectory', 'SecurityError') };"
                .to_owned(),
            "cookies are blocked",
        ),
        (
            "insecure",
            "Object.defineProperty(globalThis, 'isSecureContext', { value: false });".to_owned(),
            "not secure (http)",
        ),
        (
            "absent",
            "delete StorageManager.prototype.getDirectory;".to_owned(),
            "keeps nothing",
        ),
        (
            "full",
            format!("FileSystemSyncAccessHandle.prototype.write = () => {{ {quota} }};"),
            "storage is full",
        ),
    ];
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let session = browser.session();
    // What the page itself keeps is refused too.
    faults::in_page(
        session,
        &format!("Storage.prototype.setItem = () => {{ {quota} }};"),
    )?;
    for (fault, script, words) in cases {
        faults::in_worker(&server, &script)?;
        let page = open(&browser, &server, "cpu")?;
        ranks_on(&page)?;
        trains(&page)?;
        let told = says(&page, "finetune-told", words)?;
        println!("{fault}: {told}");
        // What was learned is here, and can be tried, but not kept.
        page.click("finetune-keep")?;
        let told = says(&page, "error", words)?;
        println!("{fault}: {told}");
        page.session().run("location.hash = '#/draw'", &[])?;
        ranks_on(&page)?;
        faults::forget(session, &server)?;
    }
    Ok(())
}

#[test]
fn what_is_damaged_or_deleted_in_storage_is_told_and_made_anew() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let page = open(&browser, &server, "cpu")?;
    let spoil = |what: &str| -> Result<Value> {
        let script = "const done = arguments[arguments.length - 1]; (async () => {\
            const root = await navigator.storage.getDirectory();\
            const path = encodeURIComponent(new URL('.', location).pathname);\
            const own = await root.getDirectoryHandle('twinglyph' + path);\
            const folder = await own.getDirectoryHandle('training');\
            const names = []; for await (const name of folder.keys()) names.push(name);\
            for (const name of names) {\
              if (arguments[0] === 'delete') { await folder.removeEntry(name); continue; }\
              const file = await folder.getFileHandle(name);\
              const stream = await file.createWritable({ keepExistingData: true });\
              await stream.write({ type: 'write', position: 5000, data: new Uint8Array(64) });\
              await stream.close(); }\
            return names; })().then(done, error => done(String(error)))";
        page.session().run_async(script, &[json!(what)])
    };
    for what in ["damage", "delete"] {
        training::begin(&page, 3_000)?;
        step_beyond(&page, 2.0)?;
        page.click("finetune-pause")?;
        training::state(&page, "paused")?;
        let spoiled = spoil(what)?;
        assert_eq!(spoiled, json!(["checkpoint.safetensors"]), "{what}");
        page.session().reload()?;
        page.session().run("window.sameDocument = true", &[])?;
        page.first_ranking()?;
        training::state(&page, "lost")?;
        page.click("finetune-resume")?;
        let told = says(&page, "finetune-told", "checkpoint")?;
        println!("{what}: {told}");
        ranks_after_training(&page)?;
    }
    Ok(())
}

fn ranks_after_training(page: &Page<'_>) -> Result<()> {
    page.session().run("location.hash = '#/draw'", &[])?;
    ranks_on(page)
}

#[test]
fn clocks_that_jump_change_nothing() -> Result<()> {
    // Each call of a clock may find it hours away from the last.
    let script = "let jump = 0; const hours = 3.6e6;\
        for (const [owner, name] of [[Date, 'now'], [Performance.prototype, 'now']]) {\
          const own = owner[name];\
          owner[name] = function () { return own.call(this) + jump; }; }\
        setInterval(() => { jump = Math.floor(Math.random() * 11 - 5) * hours; }, 200);";
    let server = app::serve()?;
    faults::in_worker(&server, script)?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    faults::in_page(browser.session(), script)?;
    let page = Page::open(
        &browser,
        &format!("{}?device=cpu&model=compact", server.url()),
    )?;
    page.session().run("window.sameDocument = true", &[])?;
    wait("a ranking", RECOVERY_LIMIT, || {
        let engine = page.engine()?;
        Ok(if engine.ranked > 0 && engine.query == engine.ranked {
            Look::Done(())
        } else {
            Look::Not(format!("{engine:?}"))
        })
    })?;
    for _ in 0..8 {
        ranks_on(&page)?;
    }
    trains(&page)?;
    assert_eq!(page.text("error")?, None);
    Ok(())
}

#[test]
fn a_page_that_was_frozen_goes_on() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let page = open(&browser, &server, "cpu")?;
    let session = page.session();
    training::begin(&page, 100)?;
    step_beyond(&page, 2.0)?;
    // Longer than the page waits for an answer, or for a sign of life.
    for state in ["frozen", "active"] {
        session.devtools("Page.setWebLifecycleState", &json!({ "state": state }))?;
        std::thread::sleep(Duration::from_secs(if state == "frozen" { 15 } else { 1 }));
    }
    // Awake it is still hidden, as a tab in the background; the person is back at it.
    let focus = json!({ "enabled": true });
    session.devtools("Emulation.setFocusEmulationEnabled", &focus)?;
    training::state(&page, "over")?;
    assert_eq!(number(&page, "finetune-step", "data-step")?, 100.0);
    ranks_after_training(&page)?;
    assert_eq!(page.text("error")?, None);
    Ok(())
}

#[test]
fn two_tabs_share_one_storage() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let session = browser.session();
    let page = open(&browser, &server, "cpu")?;
    let first = session.window()?;
    let second = session.new_tab()?;
    session.switch(&second)?;
    let page_two = open(&browser, &server, "cpu")?;
    // Both learn at once and keep their checkpoints in the same place.
    for (tab, page) in [(&first, &page), (&second, &page_two)] {
        session.switch(tab)?;
        training::begin(page, 60)?;
    }
    for (tab, page) in [(&second, &page_two), (&first, &page)] {
        session.switch(tab)?;
        training::state(page, "over")?;
        assert_eq!(number(page, "finetune-step", "data-step")?, 60.0);
        println!("told: {:?}", page.text("finetune-told")?);
        ranks_after_training(page)?;
    }
    Ok(())
}

#[test]
fn a_reload_at_any_moment_loses_nothing() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let page = open(&browser, &server, "cpu")?;
    let sheet = [vec![[30.0, 30.0, 0.0], [80.0, 80.0, 0.0]]];
    page.draw(
        twinglyph_e2e::gesture::Pointer::Mouse,
        &page.pad()?.paths(&sheet, 0.0),
    )?;
    let drawn = "return document.querySelector('[data-testid=drawing-pad]').dataset.sheet";
    assert_eq!(page.session().run(drawn, &[])?, json!("drawn"));
    training::begin(&page, 3_000)?;
    let kept_step = || number(&page, "finetune-step", "data-kept");
    wait("the first checkpoint", training::LIMIT, || {
        Ok(match kept_step()? {
            step if step > 0.0 => Look::Done(()),
            _ => Look::Not(format!("{:?}", page.text("finetune-step")?)),
        })
    })?;
    let mut kept = 0.0;
    // Spread over the page's start, the engine's, and the run's steps and checkpoints.
    for wait in [100, 350, 700, 1_100, 1_700, 2_400, 3_200, 4_100, 900, 200] {
        std::thread::sleep(Duration::from_millis(wait));
        page.session().reload()?;
        if wait < 1_000 {
            continue;
        }
        page.first_ranking()?;
        training::state(&page, "lost")?;
        let step = kept_step()?;
        assert!(
            step >= kept,
            "a checkpoint of step {step} after one of {kept}"
        );
        kept = step;
        page.click("finetune-resume")?;
        step_beyond(&page, kept)?;
    }
    page.first_ranking()?;
    assert!(kept > 0.0);
    assert_eq!(page.session().run(drawn, &[])?, json!("drawn"));
    assert_eq!(page.text("error")?, None);
    Ok(())
}

#[test]
fn text_from_files_and_addresses_is_never_markup() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let page = training::open(
        &browser,
        &format!("{}?device=cpu&model=compact", server.url()),
        10,
    )?;
    // A whole model whose facts are an attack.
    let attack = "<img src=x onerror=window.attacked=1>";
    let script = "const attack = arguments[0];\
        fetch('models/compact.safetensors').then(file => file.arrayBuffer()).then(old => {\
        const length = Number(new DataView(old).getBigUint64(0, true));\
        const header = JSON.parse(new TextDecoder().decode(new Uint8Array(old, 8, length)));\
        for (const name of ['trained_on', 'training', 'note', 'data', attack])\
          header.__metadata__[name] = attack;\
        const text = new TextEncoder().encode(JSON.stringify(header));\
        const size = new DataView(new ArrayBuffer(8));\
        size.setBigUint64(0, BigInt(text.length), true);\
        const files = new DataTransfer();\
        files.items.add(new File([size.buffer, text, old.slice(8 + length)], 'attack.safetensors'));\
        const input = document.querySelector('[data-testid=import-model]');\
        input.files = files.files;\
        input.dispatchEvent(new Event('change', { bubbles: true })); });";
    page.session().run(script, &[json!(attack)])?;
    page.wait_for("kept-model", "the imported model", training::LIMIT)?;
    page.tick("use-model")?;
    page.settle()?;
    for hash in [
        "#/network".to_owned(),
        "#/about".to_owned(),
        format!("#/trials?set={attack}&alphabet={attack}&ways={attack}&seed={attack}"),
        format!("#/{attack}"),
    ] {
        page.session()
            .run("location.hash = arguments[0]", &[json!(hash)])?;
        std::thread::sleep(Duration::from_millis(500));
        let found = page.session().run(
            "return [document.querySelectorAll('img[src=x]').length, window.attacked ?? null]",
            &[],
        )?;
        assert_eq!(found, json!([0, null]), "{hash}");
    }
    Ok(())
}
