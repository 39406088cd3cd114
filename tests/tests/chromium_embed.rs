//! The recogniser in a page of another origin, in Chromium: the page of examples/embed, as it is.

use serde_json::{Value, json};
use twinglyph_e2e::browser::{Browser, Kind};
use twinglyph_e2e::gesture::Pointer;
use twinglyph_e2e::page::{Look, Page, wait};
use twinglyph_e2e::server::Server;
use twinglyph_e2e::{Error, Result, app, training::LIMIT};
use xtask::workspace::Workspace;

/// The example, served as a site of somebody else's.
fn site() -> Result<Server> {
    let folder = Workspace::find().root().join("examples/embed");
    let site = Server::start(&folder, "/", 0)
        .map_err(|error| Error::Setting(format!("the example can't be served: {error}")))?;
    site.be_plain();
    Ok(site)
}

fn until_state(page: &Page<'_>, part: &str) -> Result<()> {
    wait("the example's words", LIMIT, || {
        let script = "return document.querySelector('#state').textContent";
        let state = page.session().run(script, &[])?;
        Ok(match state.as_str() {
            Some(text) if text.contains(part) => Look::Done(()),
            _ => Look::Not(state.to_string()),
        })
    })
}

/// What a piece of the embedding page's code gives, or how it fails. `make` makes a recogniser.
fn embedding(page: &Page<'_>, app: &str, body: &str) -> Result<Value> {
    let script = format!(
        "const [app, done] = arguments;\
        (async () => {{\
          const {{ default: set }} = await import('./signs.js');\
          const {{ createRecogniser }} = await import(app + 'embed.js');\
          const make = more => createRecogniser({{ set, device: 'cpu', model: 'compact', ...more }});\
          const cross = [[[20, 52], [85, 52]], [[52, 20], [52, 85]]];\
          const fails = promise => promise.then(() => 'done', error => error.message);\
          {body}\
        }})().then(done, error => done(`failed: ${{error.message}}`))"
    );
    page.session().run_async(&script, &[json!(app)])
}

#[test]
fn a_page_of_another_origin_classifies_strokes() -> Result<()> {
    let (server, site) = (app::serve()?, site()?);
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let app = server.url();
    let page = Page::of(&browser);
    page.session().go(&format!("{}?app={app}", site.url()))?;
    until_state(&page, "It knows: cross, corner, ring.")?;

    // By hand, on the pad that the script makes.
    let session = page.session();
    session.look_into(Some(&session.find("#pad iframe")?))?;
    page.wait_for("framed-pad", "the pad", LIMIT)?;
    session.look_into(None)?;
    let name = "document.querySelector('#pad iframe').dataset.testid = 'pad'";
    session.run(name, &[])?;
    let strokes = [
        vec![[20.0, 53.0, 0.0], [86.0, 51.0, 0.0]],
        vec![[53.0, 22.0, 0.0], [51.0, 84.0, 0.0]],
    ];
    let paths = page.pad_of("pad")?.paths(&strokes, 0.0);
    page.draw(Pointer::Mouse, &paths)?;
    until_state(&page, "It is a cross.")?;

    let found = embedding(
        &page,
        &app,
        "const recogniser = await make();\
         const matches = await recogniser.classify(cross);\
         const scaled = await recogniser.classify(\
           cross.map(stroke => stroke.map(([x, y]) => [x * 3 + 40, y * 3 + 9])), [40, 9, 315]);\
         const many = await Promise.all([[[30, 20], [30, 80], [80, 80]], cross[0]]\
           .map(stroke => recogniser.classify([stroke])));\
         const blank = await fails(recogniser.classify([]));\
         recogniser.close();\
         const closed = await fails(recogniser.classify(cross));\
         return { matches, scaled, first: many[0][0].name, none: matches.none, blank, closed,\
           frames: document.querySelectorAll('iframe').length };",
    )?;
    assert_eq!(found["matches"][0]["name"], "cross", "{found}");
    assert_eq!(found["matches"].as_array().map(Vec::len), Some(3));
    assert_eq!(found["matches"], found["scaled"]);
    assert_eq!(found["first"], "corner");
    assert_eq!(found["none"], false);
    let similarity = found["matches"][0]["similarity"].as_f64();
    assert!(similarity.is_some_and(|one| one > 0.5 && one <= 1.0));
    assert_eq!(found["blank"], "Nothing is drawn within the box.");
    assert_eq!(found["closed"], "The recogniser is closed.");
    assert_eq!(found["frames"], 2, "the example's own and its pad are left");
    Ok(())
}

#[test]
fn what_can_not_be_embedded_says_so() -> Result<()> {
    let (server, site) = (app::serve()?, site()?);
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let app = server.url();
    let page = Page::of(&browser);
    page.session().go(&site.url())?;
    // Nothing is at the usual address.
    until_state(&page, "The recogniser can't be used.")?;

    let found = embedding(
        &page,
        &app,
        "const damaged = await fails(make({ set: set.slice(0, 99) }));\
         const more = await make({ set: `https://example.org/app/#/teach?set=${set}&lang=ja` });\
         const { classes } = more;\
         more.close();\
         const nowhere = await fails(make({ app: app + 'nowhere/', patience: 3000 }));\
         return { damaged, nowhere, classes, frames: document.querySelectorAll('iframe').length };",
    )?;
    let text = |name: &str| found[name].as_str().unwrap_or_default().to_owned();
    assert!(text("damaged").contains("support set"), "{found}");
    assert!(text("nowhere").contains("did not answer"), "{found}");
    // Whatever stands behind the set.
    assert_eq!(
        found["classes"],
        json!(["cross", "corner", "ring"]),
        "{found}"
    );
    assert_eq!(found["frames"], 0);

    // Only the document that is made for it may be in a frame, and its port is the parent's.
    let found = embedding(
        &page,
        &app,
        "const frame = document.createElement('iframe');\
         const heard = [];\
         addEventListener('message', event => heard.push(event.data));\
         const load = async path => {\
           frame.src = app + path;\
           document.body.append(frame);\
           await new Promise(resolve => { frame.onload = resolve; });\
           await new Promise(resolve => setTimeout(resolve, 4000));\
           return heard.splice(0);\
         };\
         const index = await load('index.html?device=cpu#/embed');\
         const embed = await load('embed.html?device=cpu#/teach');\
         return { index, embed };",
    )?;
    assert_eq!(found["index"], json!([]), "{found}");
    assert_eq!(found["embed"], json!([r#"{"twinglyph":1,"tell":"here"}"#]));
    Ok(())
}

#[test]
fn the_app_itself_does_nothing_in_a_frame_of_another_site() -> Result<()> {
    let (server, site) = (app::serve()?, site()?);
    // As on a host that sets no headers.
    server.be_plain();
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let page = Page::of(&browser);
    let session = page.session();
    let show = "window.heard = []; addEventListener('message', event => heard.push(event.data));\
        const frame = document.createElement('iframe');\
        Object.assign(frame, { src: arguments[0], width: 900, height: 700 });\
        document.body.replaceChildren(frame);";
    let app = format!("{}index.html?device=cpu&model=compact", server.url());
    session.go(&format!("{}page.js", site.url()))?;
    session.run(show, &[json!(app)])?;
    session.look_into(Some(&session.find("iframe")?))?;
    wait("the sentence in the frame", LIMIT, || {
        let script = "const main = document.querySelector('main'); const link = main?.querySelector('a');\
            return link ? [main.innerText.includes('Another site'), link.target, link.href,\
              document.querySelectorAll('.pad').length] : null";
        let found = session.run(script, &[])?;
        Ok(if found == json!([true, "_blank", app, 0]) {
            Look::Done(())
        } else {
            Look::Not(found.to_string())
        })
    })?;
    session.look_into(None)?;
    assert_eq!(session.run("return heard", &[])?, json!([]));
    let asked = server.take_asked();
    assert!(
        !asked
            .iter()
            .any(|path| path.contains("/engine/") || path.contains("/models/")),
        "{asked:?}"
    );
    // A page of its own origin may show it.
    session.go(&format!("{}embed.js", server.url()))?;
    session.run(show, &[json!(app)])?;
    session.look_into(Some(&session.find("iframe")?))?;
    page.wait_for("drawing-pad", "the pad", LIMIT)
}

/// A page of the app's origin with a pad in it, and what the pad asks of a recogniser.
fn with_pad(page: &Page<'_>, server: &Server, body: &str) -> Result<Value> {
    page.session().go(&format!("{}embed.js", server.url()))?;
    page.session().patience(LIMIT)?;
    let script = format!(
        "const [app, done] = arguments;\
        (async () => {{\
          const {{ createPad }} = await import(app + 'embed.js');\
          const asked = [];\
          const classify = strokes => {{ asked.push(strokes.length); return new Promise(() => {{}}); }};\
          const box = document.createElement('div');\
          document.body.replaceChildren(box);\
          const pad = createPad(box, {{ classify }}, {{ label: 'Here' }});\
          const frame = pad.element;\
          const inner = () => frame.contentDocument.querySelector('.pad');\
          const pause = () => new Promise(resolve => setTimeout(resolve, 20));\
          const until = async is => {{ for (let n = 0; n < 1500 && !is(); n++) await pause(); }};\
          const ready = () => inner()?.getAttribute('aria-label') === 'Here';\
          const alpha = (x, y) => pixel(x, y)[3];\
          const pixel = (x, y) => {{\
            const canvas = inner().querySelector('canvas');\
            return [...canvas.getContext('2d').getImageData(\
              Math.floor(x * canvas.width), Math.floor(y * canvas.height), 1, 1).data]; }};\
          const point = (kind, device, id, x, y, time, more) => {{\
            const bounds = inner().getBoundingClientRect();\
            const event = new frame.contentWindow.PointerEvent(`pointer${{kind}}`, {{\
              pointerId: id, pointerType: device, bubbles: true,\
              clientX: bounds.left + x * bounds.width, clientY: bounds.top + y * bounds.height,\
              button: kind === 'move' ? -1 : 0, buttons: kind === 'up' ? 0 : 1, ...more }});\
            Object.defineProperty(event, 'timeStamp', {{ value: time }});\
            inner().dispatchEvent(event);\
          }};\
          const line = (device, id, [x, y], [toX, toY], time) => {{\
            point('down', device, id, x, y, time);\
            point('move', device, id, toX, toY, time + 1);\
            point('up', device, id, toX, toY, time + 2);\
          }};\
          const results = {{}};\
          const note = async (name, count) => {{\
            await until(() => asked.length >= count);\
            results[name] = asked.splice(0);\
          }};\
          await until(ready);\
          {body}\
          return results;\
        }})().then(done, error => done(`failed: ${{error.message}}`))"
    );
    page.session().run_async(&script, &[json!(server.url())])
}

#[test]
fn its_pad_knows_dots_palms_erasers_and_chords() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let page = Page::of(&browser);
    // Events with times of their own, so that no machine is too slow for what depends on time.
    let body = "point('down', 'touch', 1, 0.9, 0.9, 1000);\
          line('pen', 2, [0.2, 0.2], [0.2, 0.2], 1100);\
          point('move', 'touch', 1, 0.8, 0.9, 1200);\
          point('up', 'touch', 1, 0.8, 0.9, 1300);\
          line('touch', 3, [0.9, 0.9], [0.8, 0.9], 1400);\
          await note('palm', 1);\
          await until(() => alpha(0.2, 0.2) === 255);\
          results.ink = [alpha(0.2, 0.2), alpha(0.9, 0.9)];\
          line('touch', 4, [0.1, 0.5], [0.9, 0.5], 5000);\
          point('down', 'touch', 5, 0.1, 0.8, 6000);\
          line('touch', 6, [0.3, 0.8], [0.9, 0.8], 6100);\
          point('cancel', 'touch', 5, 0.1, 0.8, 6200);\
          await note('fingers', 2);\
          point('down', 'mouse', 7, 0.1, 0.7, 7000, { button: 2, buttons: 2 });\
          point('move', 'mouse', 7, 0.1, 0.7, 7001, { button: 0, buttons: 3 });\
          point('move', 'mouse', 7, 0.9, 0.7, 7002, { buttons: 3 });\
          point('move', 'mouse', 7, 0.9, 0.7, 7003, { button: 0, buttons: 2 });\
          point('up', 'mouse', 7, 0.9, 0.7, 7004, { button: 2 });\
          await note('chord', 1);\
          const end = { button: 5, buttons: 32 };\
          point('down', 'pen', 2, 0.5, 0.3, 8000, end);\
          point('move', 'pen', 2, 0.5, 0.9, 8001, { buttons: 32 });\
          point('up', 'pen', 2, 0.5, 0.9, 8002, { button: 5 });\
          await note('eraser', 1);\
          for (let n = 0; n < 3; n++) pad.undo();\
          await note('undo', 3);\
          point('down', 'touch', 9, 0.1, 0.5, 90000);\
          const pen = { pointerType: 'pen', buttons: 1 };\
          window.dispatchEvent(new PointerEvent('pointermove', pen));\
          await note('beside', 1);\
          point('up', 'touch', 9, 0.9, 0.5, 90100);\
          results.kept = ['touchstart', 'touchmove', 'contextmenu'].map(kind =>\
            !inner().dispatchEvent(new frame.contentWindow.Event(kind, { cancelable: true })));";
    let found = with_pad(&page, &server, body)?;
    assert_eq!(found["palm"], json!([1]), "{found}");
    assert_eq!(found["ink"], json!([255, 0]), "{found}");
    // The second finger draws nothing, and what the system took away is told as it was before.
    assert_eq!(found["fingers"], json!([2, 2]), "{found}");
    assert_eq!(found["chord"], json!([3]), "{found}");
    assert_eq!(found["eraser"], json!([1]), "{found}");
    assert_eq!(found["undo"], json!([3, 2, 1]), "{found}");
    // A pen on a button of the page around it.
    assert_eq!(found["beside"], json!([1]), "{found}");
    assert_eq!(found["kept"], json!([true, true, true]), "{found}");
    Ok(())
}

#[test]
fn its_pad_keeps_its_shape_its_colour_and_its_drawing() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let page = Page::of(&browser);
    let body = "const shape = () => { const { width, height } = frame.getBoundingClientRect();\
            return [width, height]; };\
          results.usual = shape();\
          line('mouse', 1, [0.2, 0.2], [0.8, 0.2], 1000);\
          await note('drawn', 1);\
          await until(() => alpha(0.5, 0.2) === 255);\
          document.body.style.color = 'rgb(255, 0, 0)';\
          await until(() => pixel(0.5, 0.2)[0] === 255);\
          results.red = pixel(0.5, 0.2);\
          box.style.width = '100px';\
          results.narrow = shape();\
          const ground = frame.contentWindow.getComputedStyle(frame.contentDocument.documentElement);\
          results.ground = ground.backgroundColor;\
          const other = document.createElement('div');\
          document.body.append(other);\
          other.append(frame);\
          await until(() => ready() && pixel(0.5, 0.2)[0] === 255);\
          results.moved = pixel(0.5, 0.2);\
          line('mouse', 1, [0.2, 0.8], [0.8, 0.8], 2000);\
          await note('more', 1);";
    let found = with_pad(&page, &server, body)?;
    assert_eq!(found["usual"], json!([280, 280]), "{found}");
    assert_eq!(found["drawn"], json!([1]), "{found}");
    assert_eq!(found["red"], json!([255, 0, 0, 255]), "{found}");
    assert_eq!(found["narrow"], json!([100, 100]), "{found}");
    assert_eq!(found["ground"], "rgba(0, 0, 0, 0)", "{found}");
    assert_eq!(found["moved"], json!([255, 0, 0, 255]), "{found}");
    assert_eq!(found["more"], json!([2]), "{found}");
    Ok(())
}
