//! Networks that a person keeps, in Chromium: none is written over, foreign and senseless files are refused in few
//! words, and a storage that is full or was left by a crash holds nothing but what is kept.

use serde_json::{Value, json};
use twinglyph_e2e::browser::{Browser, Kind};
use twinglyph_e2e::page::{Look, Page, says, until, wait};
use twinglyph_e2e::training::LIMIT;
use twinglyph_e2e::{Result, app, faults, training};

/// Chooses a file of a built-in network, changed by a script that has its `header`, and its numbers in
/// `data`.
fn import(page: &Page<'_>, change: &str) -> Result<()> {
    let script = format!(
        "fetch('models/compact.safetensors').then(file => file.arrayBuffer()).then(old => {{\
        const length = Number(new DataView(old).getBigUint64(0, true));\
        const header = JSON.parse(new TextDecoder().decode(new Uint8Array(old, 8, length)));\
        const data = new DataView(old, 8 + length);\
        {change};\
        const text = new TextEncoder().encode(JSON.stringify(header));\
        const size = new DataView(new ArrayBuffer(8));\
        size.setBigUint64(0, BigInt(text.length), true);\
        const files = new DataTransfer();\
        files.items.add(new File([size.buffer, text, old.slice(8 + length)], 'mine.safetensors'));\
        const input = document.querySelector('[data-testid=import-model]');\
        input.files = files.files;\
        input.dispatchEvent(new Event('change', {{ bubbles: true }})); }});"
    );
    page.session().run(&script, &[]).map(drop)
}

/// The page of the training, once the network ranks.
fn open<'a>(browser: &'a Browser, url: &str) -> Result<Page<'a>> {
    let page = Page::open(browser, &format!("{url}?device=cpu&model=compact#/train"))?;
    page.first_ranking()?;
    page.wait_for("import-model", "the page of the training", LIMIT)?;
    Ok(page)
}

const MODELS: &str = "return [...document.querySelectorAll('[data-testid=kept-model]')].map(row => row.dataset.model)";

#[test]
fn models_are_never_written_over_come_back_and_stay_chosen() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let page = open(&browser, &server.url())?;
    import(&page, "")?;
    says(&page, "models-told", "Kept here as mine.")?;
    import(&page, "")?;
    says(&page, "models-told", "this one is kept as mine 2")?;
    let both = json!(["my/mine 2", "my/mine"]);
    until(&page, "both models", MODELS, &both)?;

    page.click("delete-model")?;
    until(&page, "one model", MODELS, &json!(["my/mine"]))?;
    page.click("undelete-model")?;
    until(&page, "both models again", MODELS, &both)?;

    let used = "return document.querySelector('[data-testid=model-select]')?.value";
    page.click("use-model")?;
    until(&page, "the model in use", used, &json!("my/mine 2"))?;
    page.session().reload()?;
    until(
        &page,
        "the model in use after a reload",
        used,
        &json!("my/mine 2"),
    )?;
    // One that is gone is not waited for.
    page.wait_for("delete-model", "the kept models", LIMIT)?;
    page.session().run("window.confirm = () => true", &[])?;
    page.click("delete-model")?;
    until(&page, "one model", MODELS, &json!(["my/mine"]))?;
    until(&page, "the one that is used instead", used, &json!("deep"))?;
    page.session().reload()?;
    page.first_ranking()?;
    until(&page, "the usual model", used, &json!("deep"))
}

/// Cuts the file that is kept of the model `mine` short, and says what is left of it.
const CUT: &str = "const done = arguments[arguments.length - 1]; (async () => {\
    const root = await navigator.storage.getDirectory();\
    const path = encodeURIComponent(new URL('.', location).pathname);\
    const own = await root.getDirectoryHandle('twinglyph' + path);\
    const folder = await own.getDirectoryHandle('models');\
    const file = await folder.getFileHandle('mine.safetensors');\
    const stream = await file.createWritable({ keepExistingData: true });\
    await stream.truncate(1000);\
    await stream.close();\
    return (await file.getFile()).size; })().then(done, error => done(String(error)))";

#[test]
fn a_model_that_can_not_be_read_keeps_its_name_until_it_is_deleted() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let page = open(&browser, &server.url())?;
    import(&page, "")?;
    says(&page, "models-told", "Kept here as mine.")?;
    let used = "return document.querySelector('[data-testid=model-select]')?.value";
    page.click("use-model")?;
    until(&page, "the model in use", used, &json!("my/mine"))?;
    assert_eq!(page.session().run_async(CUT, &[])?, json!(1000));

    // It is listed, and nothing but that; the usual model is used in its place.
    page.session().reload()?;
    page.first_ranking()?;
    page.wait_for("unreadable-model", "the model that can't be read", LIMIT)?;
    says(&page, "unreadable-model", "storage is damaged")?;
    until(&page, "the usual model", used, &json!("deep"))?;
    assert_eq!(page.session().run(MODELS, &[])?, json!(["my/mine"]));
    for choice in ["model-select", "finetune-from"] {
        let options = page.options(choice)?;
        assert!(
            options.iter().all(|option| !option.starts_with("my/")),
            "{choice}: {options:?}"
        );
    }
    let buttons = "return [...document.querySelectorAll('[data-testid=kept-model] button')]\
        .map(button => button.dataset.testid)";
    assert_eq!(page.session().run(buttons, &[])?, json!(["delete-model"]));

    // Its name is taken.
    import(&page, "")?;
    says(&page, "models-told", "this one is kept as mine 2")?;
    let both = json!(["my/mine 2", "my/mine"]);
    until(&page, "both models", MODELS, &both)?;
    let damaged = "return document.querySelector('[data-testid=unreadable-model]')\
        ?.closest('li').dataset.model";
    assert_eq!(page.session().run(damaged, &[])?, json!("my/mine"));

    // It goes only when the person says so.
    let delete = "window.asked = null;\
        window.confirm = question => { window.asked = question; return arguments[0]; };\
        document.querySelector(`[data-model='my/mine'] [data-testid=delete-model]`).click();\
        return window.asked";
    for (agreed, left) in [(false, both), (true, json!(["my/mine 2"]))] {
        let asked = page.session().run(delete, &[json!(agreed)])?;
        let asked = asked.as_str().unwrap_or_default();
        assert!(asked.starts_with("Delete my/mine?"), "{asked}");
        until(&page, "what is left", MODELS, &left)?;
    }
    page.session().reload()?;
    page.first_ranking()?;
    until(&page, "the other model", MODELS, &json!(["my/mine 2"]))
}

#[test]
fn senseless_weights_are_refused_when_they_come_in() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let page = open(&browser, &server.url())?;
    let first = |tensor: &str, value: &str| {
        format!("data.setFloat32(header['{tensor}'].data_offsets[0], {value}, true)")
    };
    for (change, part) in [
        (
            first("stem.norm.running_var", "-1"),
            "stem.norm.running_var holds -1e0",
        ),
        (first("global.bias", "1e30"), "global.bias holds 1e30"),
        (
            "new Uint8Array(old, 8 + length).fill(0)".to_owned(),
            "nothing but zeros",
        ),
        (
            "header.__metadata__.temperature = '0'".to_owned(),
            "a number above 0",
        ),
        (
            "header.__metadata__.views = '3'".to_owned(),
            "must be 1 or 8",
        ),
    ] {
        import(&page, &change)?;
        says(&page, "error", part)?;
        assert_eq!(training::refusals(&page)?, json!(["models"]), "{change}");
        assert_eq!(page.session().run(MODELS, &[])?, json!([]), "{change}");
    }
    Ok(())
}

/// Moves what the engine keeps for this path to where versions before kept it for all paths.
const UNSCOPE: &str = "const done = arguments[arguments.length - 1]; (async () => {\
    const root = await navigator.storage.getDirectory();\
    const path = encodeURIComponent(new URL('.', location).pathname);\
    const own = await root.getDirectoryHandle('twinglyph' + path);\
    const moved = [];\
    for (const folder of ['models', 'training']) {\
      const from = await own.getDirectoryHandle(folder);\
      const to = await root.getDirectoryHandle(folder, { create: true });\
      for await (const [name, file] of from.entries()) {\
        const stream = await (await to.getFileHandle(name, { create: true })).createWritable();\
        await stream.write(await (await file.getFile()).arrayBuffer());\
        await stream.close();\
        moved.push(folder + '/' + name); } }\
    await root.removeEntry('twinglyph' + path, { recursive: true });\
    return moved; })().then(done, error => done(String(error)))";

#[test]
fn what_was_kept_for_all_paths_of_an_origin_is_found() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let url = format!("{}?device=cpu&model=compact", server.url());
    let page = training::open(&browser, &url, 3_000)?;
    import(&page, "")?;
    says(&page, "models-told", "Kept here as mine.")?;
    page.click("finetune-start")?;
    training::step_beyond(&page, 2.0)?;
    page.click("finetune-pause")?;
    training::state(&page, "paused")?;
    let paused = training::number(&page, "finetune-step", "data-step")?;
    assert_eq!(
        page.session().run_async(UNSCOPE, &[])?,
        json!(["models/mine.safetensors", "training/checkpoint.safetensors"])
    );

    page.session().reload()?;
    page.first_ranking()?;
    until(&page, "the model", MODELS, &json!(["my/mine"]))?;
    // Its name is taken, and the run goes on.
    import(&page, "")?;
    says(&page, "models-told", "this one is kept as mine 2")?;
    training::state(&page, "lost")?;
    page.click("finetune-resume")?;
    training::state(&page, "going")?;
    training::step_beyond(&page, paused)?;
    page.click("finetune-cancel")?;
    training::state(&page, "over")?;

    // Deleted, neither is found again.
    for left in [json!(["my/mine"]), json!([])] {
        page.click("delete-model")?;
        until(&page, "what is left", MODELS, &left)?;
    }
    page.session().reload()?;
    page.first_ranking()?;
    page.wait_for("import-model", "the page of the training", LIMIT)?;
    until(&page, "no model", MODELS, &json!([]))
}

/// Every file in the engine's folder of the private file system, as `models/mine.safetensors`, with whether it is empty.
const KEPT_FILES: &str = "const done = arguments[arguments.length - 1]; (async () => {\
    const root = await navigator.storage.getDirectory();\
    const path = encodeURIComponent(new URL('.', location).pathname);\
    const own = await root.getDirectoryHandle('twinglyph' + path, { create: true });\
    const found = [];\
    for await (const folder of own.values())\
      for await (const name of folder.keys()) found.push(folder.name + '/' + name);\
    return found.sort(); })().then(done, error => done(String(error)))";

/// Puts files there: by path and number of bytes, or with a path whose bytes they are to have.
const PLANT: &str = "const [files, done] = arguments; (async () => {\
    const root = await navigator.storage.getDirectory();\
    const path = encodeURIComponent(new URL('.', location).pathname);\
    const own = await root.getDirectoryHandle('twinglyph' + path, { create: true });\
    const file = async path => {\
      const [folder, name] = path.split('/');\
      return (await own.getDirectoryHandle(folder, { create: true })).getFileHandle(name, { create: true }); };\
    for (const [path, what] of files) {\
      const bytes = typeof what === 'number' ? new Uint8Array(what)\
        : await (await (await file(what)).getFile()).arrayBuffer();\
      const stream = await (await file(path)).createWritable();\
      await stream.write(bytes);\
      await stream.close(); }\
    return 'done'; })().then(done, error => done(String(error)))";

/// Waits until these are the engine's files.
fn until_kept_files(page: &Page<'_>, expected: &Value) -> Result<()> {
    wait("the files that are kept", LIMIT, || {
        let found = page.session().run_async(KEPT_FILES, &[])?;
        Ok(match found == *expected {
            true => Look::Done(()),
            false => Look::Not(found.to_string()),
        })
    })
}

#[test]
fn a_write_that_fails_leaves_nothing_behind() -> Result<()> {
    let server = app::serve()?;
    // Half of each large file fits, until the test makes room.
    faults::in_worker(
        &server,
        "let room = false; when('room', () => { room = true; });\
         const write = FileSystemSyncAccessHandle.prototype.write;\
         FileSystemSyncAccessHandle.prototype.write = function (part) {\
           if (room || part.byteLength < 1000) return write.call(this, part);\
           write.call(this, part.subarray(0, part.byteLength / 2));\
           throw new DOMException('full', 'QuotaExceededError'); };",
    )?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let page = open(&browser, &server.url())?;
    import(&page, "")?;
    says(&page, "error", "storage is full")?;
    until_kept_files(&page, &json!([]))?;
    // What was refused holds no more once it came in.
    faults::say(&page, "room")?;
    import(&page, "")?;
    says(&page, "models-told", "Kept here as mine.")?;
    assert_eq!(page.text("error")?, None);
    let mine = "models/mine.safetensors";
    until_kept_files(&page, &json!([mine]))?;

    // As a crash leaves it: first writes, a file that is whole beside its copy, and a copy that is whole.
    let left = json!([
        ["shipped/koch.safetensors~", 2_000_000],
        ["models/other.safetensors~", 0],
        ["models/mine.safetensors~", 1_000],
        ["models/copied.safetensors~", mine],
        ["models/copied.safetensors", 5_000],
    ]);
    assert_eq!(page.session().run_async(PLANT, &[left])?, json!("done"));
    page.session().reload()?;
    page.first_ranking()?;
    until_kept_files(&page, &json!(["models/copied.safetensors~", mine]))?;
    page.session().reload()?;
    page.first_ranking()?;
    page.wait_for("import-model", "the page of the training", LIMIT)?;
    let both = json!(["my/copied", "my/mine"]);
    until(&page, "both models", MODELS, &both)?;
    assert_eq!(page.text("unreadable-model")?, None);
    page.session().run("location.hash = '#/about'", &[])?;
    let networks =
        "return Number(document.querySelector('[data-what=networks]')?.dataset.bytes) > 1.5e6";
    until(&page, "the size of both", networks, &json!(true))
}

#[test]
fn what_a_file_or_an_address_says_is_quoted_and_cut() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let long = "x".repeat(60_000);
    let page = open(&browser, &server.url())?;
    for change in [
        "header.__metadata__.architecture = 'x'.repeat(60000)",
        "header.__metadata__.temperature = 'x'.repeat(60000)",
        "header['x'.repeat(60000)] = { dtype: 'F32', shape: [0], data_offsets: [data.byteLength, data.byteLength] }",
    ] {
        import(&page, change)?;
        let told = wait("the refusal", LIMIT, || {
            Ok(match page.text("error")? {
                Some(told) => Look::Done(told),
                None => Look::Not(String::new()),
            })
        })?;
        assert!(told.contains("\"xxx") && told.len() < 400, "{told}");
        assert!(!page.scrolls_sideways()?, "{change}");
        page.session().reload()?;
        page.first_ranking()?;
        page.wait_for("import-model", "the page of the training", LIMIT)?;
    }
    for hash in [
        format!("#/trials?alphabet={long}"),
        format!("#/trials?set={long}&ways={long}&seed={long}"),
    ] {
        let page = Page::open(&browser, &format!("{}?device={long}{hash}", server.url()))?;
        wait("what the address asks for in vain", LIMIT, || {
            let told = page.text("trial-told")?.unwrap_or_default();
            Ok(match told.contains("xxx") {
                true => Look::Done(()),
                false => Look::Not(told),
            })
        })?;
        says(&page, "error", "xxx")?;
        let told = [page.text("trial-told")?, page.text("error")?];
        assert!(
            told.iter().flatten().all(|told| told.len() < 1_000),
            "{hash:.20}"
        );
        assert!(!page.scrolls_sideways()?, "{hash:.20}");
    }
    Ok(())
}
