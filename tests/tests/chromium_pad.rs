//! What hands, pens and keyboards do to the pad, in Chromium.

use serde_json::{Value, json};
use twinglyph_e2e::browser::{Browser, Kind};
use twinglyph_e2e::gesture::{CONTROL, ESCAPE, Pointer, Square};
use twinglyph_e2e::page::{Look, Page, wait};
use twinglyph_e2e::server::Server;
use twinglyph_e2e::{Result, app, training::LIMIT};

/// Keys as WebDriver writes them.
const DELETE: char = '\u{E017}';
const HOME: char = '\u{E011}';

/// `point` dispatches a pointer event to the pad `arguments[0]`, at x, y of the sheet and at a time of its
/// own, so that no machine is too slow for what depends on time.
const POINT: &str = "\
    const pad = document.querySelector(`[data-testid=${arguments[0]}]`);\
    const point = (kind, device, id, x, y, time, more) => {\
      const box = pad.getBoundingClientRect();\
      const event = new PointerEvent(`pointer${kind}`, {\
        bubbles: true, cancelable: true, pointerId: id, pointerType: device,\
        clientX: box.left + x * box.width / 105, clientY: box.top + y * box.height / 105,\
        button: kind === 'move' ? -1 : 0, buttons: kind === 'up' ? 0 : 1, ...more });\
      Object.defineProperty(event, 'timeStamp', { value: time });\
      pad.dispatchEvent(event);\
    };\
    const line = (device, id, [x, y], [toX, toY], time, more) => {\
      point('down', device, id, x, y, time, more);\
      point('move', device, id, toX, toY, time + 1, { ...more, button: -1 });\
      point('up', device, id, toX, toY, time + 2, { ...more, buttons: 0 });\
    };";

fn open<'a>(browser: &'a Browser, server: &Server, hash: &str, pad: &str) -> Result<Page<'a>> {
    let page = Page::of(browser);
    let url = format!("{}?device=cpu&model=compact{hash}", server.url());
    page.session().go(&url)?;
    page.wait_for(pad, "the pad", LIMIT)?;
    Ok(page)
}

/// Runs a script that begins with [`POINT`].
fn point(page: &Page<'_>, pad: &str, script: &str) -> Result<Value> {
    page.session()
        .run(&format!("{POINT}{script}"), &[json!(pad)])
}

fn until_strokes(page: &Page<'_>, pad: &str, strokes: usize) -> Result<()> {
    wait("the strokes on the pad", LIMIT, || {
        let taken = page.attribute(pad, "data-strokes")?;
        Ok(if taken == Some(strokes.to_string()) {
            Look::Done(())
        } else {
            Look::Not(format!("{taken:?} of {strokes}"))
        })
    })
}

fn strokes(page: &Page<'_>, pad: &str) -> Result<Option<String>> {
    page.attribute(pad, "data-strokes")
}

/// Waits until the pad's canvas has ink at a place of the sheet.
fn until_inked(page: &Page<'_>, pad: &str, [x, y]: [f32; 2]) -> Result<()> {
    let script = "const canvas = document.querySelector(`[data-testid=${arguments[0]}] canvas`);\
        const at = part => Math.floor(arguments[part] * canvas.width / 105);\
        return canvas.getContext('2d').getImageData(at(1), at(2), 1, 1).data[3]";
    wait("ink on the screen", LIMIT, || {
        let arguments = [json!(pad), json!(x), json!(y)];
        let alpha = page.session().run(script, &arguments)?;
        Ok(if alpha == json!(255) {
            Look::Done(())
        } else {
            Look::Not(format!("{alpha} at {x}, {y}"))
        })
    })
}

/// Is the ink at a place of the sheet light?
fn is_light(page: &Page<'_>, pad: &str, [x, y]: [f32; 2]) -> Result<bool> {
    let script = "const canvas = document.querySelector(`[data-testid=${arguments[0]}] canvas`);\
        const at = part => Math.floor(arguments[part] * canvas.width / 105);\
        return canvas.getContext('2d').getImageData(at(1), at(2), 1, 1).data[0] > 128";
    let arguments = [json!(pad), json!(x), json!(y)];
    Ok(page.session().run(script, &arguments)? == json!(true))
}

fn place(square: Square, [x, y]: [f32; 2]) -> (i64, i64) {
    square.paths(&[vec![[x, y, 0.0]]], 0.0)[0][0]
}

#[test]
fn every_tap_is_seen() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    for (hash, pad) in [
        ("", "drawing-pad"),
        ("#/teach", "teach-pad"),
        ("#/learn", "learn-pad"),
    ] {
        let page = open(&browser, &server, hash, pad)?;
        // Pages share their drawing.
        page.press(&[], ESCAPE)?;
        until_strokes(&page, pad, 0)?;
        let square = page.pad_of(pad)?;
        let dots = [[30.0, 30.0], [70.0, 30.0], [50.0, 70.0]];
        for (at, pointer) in [Pointer::Mouse, Pointer::Touch, Pointer::Pen]
            .into_iter()
            .enumerate()
        {
            page.draw(pointer, &[vec![place(square, dots[at])]])?;
            until_strokes(&page, pad, at + 1)?;
            until_inked(&page, pad, dots[at])?;
        }
        // A pen that presses less and less where it is, and one that goes away and comes back.
        point(
            &page,
            pad,
            "point('down', 'pen', 9, 20, 90, 9e6, { pressure: 0.9 });\
             for (const x of [20, 20, 20.02, 20]) \
               point('move', 'pen', 9, x, 90, 9e6, { pressure: 0.1 });\
             point('up', 'pen', 9, 20, 90, 9e6);\
             line('mouse', 1, [90, 90], [90, 90], 9e6)",
        )?;
        until_strokes(&page, pad, 5)?;
        until_inked(&page, pad, [20.0, 90.0])?;
        until_inked(&page, pad, [90.0, 90.0])?;
        // The ink follows the theme.
        let light = is_light(&page, pad, [90.0, 90.0])?;
        page.session()
            .run("document.querySelector('.theme').click()", &[])?;
        wait("the ink of the other theme", LIMIT, || {
            Ok(if is_light(&page, pad, [90.0, 90.0])? == light {
                Look::Not(format!("light: {light}"))
            } else {
                Look::Done(())
            })
        })?;
    }
    Ok(())
}

#[test]
fn a_palm_is_no_stroke_beside_a_pen() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let page = open(&browser, &server, "", "drawing-pad")?;
    page.first_ranking()?;
    let square = page.pad()?;
    let to = |at: [f32; 2]| {
        let (x, y) = place(square, at);
        json!({ "type": "pointerMove", "duration": 0, "x": x, "y": y })
    };
    let (pause, down, up) = (
        json!({ "type": "pause" }),
        json!({ "type": "pointerDown", "button": 0 }),
        json!({ "type": "pointerUp", "button": 0 }),
    );
    let source = |device: &str, actions: &[&Value]| {
        json!({
            "type": "pointer",
            "id": device,
            "parameters": { "pointerType": device },
            "actions": actions,
        })
    };
    let (palm, palm_moved) = (to([90.0, 95.0]), to([92.0, 93.0]));
    let (from, through) = (to([30.0, 20.0]), to([32.0, 80.0]));
    // The palm rests, the pen draws, the palm moves and leaves.
    page.session().act(&json!([
        source(
            "touch",
            &[
                &palm,
                &down,
                &pause,
                &pause,
                &pause,
                &pause,
                &palm_moved,
                &up
            ]
        ),
        source(
            "pen",
            &[&pause, &pause, &from, &down, &through, &up, &pause, &pause]
        ),
    ]))?;
    page.wait_for_strokes(1)?;
    page.settle()?;
    let ink = page.ink()?;
    assert_eq!(ink.strokes.len(), 1);
    for point in &ink.strokes[0].points {
        assert!((28.0..34.0).contains(&point.x), "{point:?}");
    }
    page.click("undo")?;
    page.wait_for_strokes(0)?;
    assert!(page.attribute("undo", "disabled")?.is_some());
    Ok(())
}

#[test]
fn a_pen_just_used_keeps_palms_away_and_fingers_come_back() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let page = open(&browser, &server, "#/teach", "teach-pad")?;
    let script = "const at = [];\
        const note = () => new Promise(resolve => setTimeout(() => {\
          at.push(pad.dataset.strokes); resolve(); }));\
        const done = arguments[1];\
        (async () => {\
          line('touch', 1, [10, 10], [20, 20], 1000); await note();\
          line('pen', 2, [30, 10], [40, 20], 9000); await note();\
          line('touch', 3, [50, 90], [52, 91], 9300); await note();\
          point('move', 'pen', 2, 44, 30, 12000, { buttons: 0 });\
          line('touch', 4, [50, 90], [52, 91], 12200); await note();\
          line('touch', 5, [50, 10], [60, 20], 15000); await note();\
          point('down', 'touch', 6, 10, 50, 20000);\
          line('touch', 7, [80, 80], [85, 85], 20100);\
          point('up', 'touch', 6, 20, 50, 20200); await note();\
          point('down', 'touch', 8, 10, 70, 30000);\
          point('cancel', 'touch', 8, 10, 70, 30001); await note();\
          point('down', 'touch', 9, 10, 70, 40000);\
          const press = new PointerEvent('pointerdown', { bubbles: true, pointerId: 2,\
            pointerType: 'pen', buttons: 1 });\
          Object.defineProperty(press, 'timeStamp', { value: 40100 });\
          document.querySelector('[data-testid=teach-add]').dispatchEvent(press);\
          point('up', 'touch', 9, 10, 70, 40200);\
          line('touch', 10, [50, 90], [52, 91], 40300); await note();\
          done(at);\
        })()";
    let at = page
        .session()
        .run_async(&format!("{POINT}{script}"), &[json!("teach-pad")])?;
    // A finger, a pen, a palm after it, one below a pen that hovers, a finger later, the first of two
    // fingers, none that the system took away, and no palm while the pen presses a button.
    assert_eq!(at, json!(["1", "2", "2", "2", "3", "4", "4", "4"]));
    Ok(())
}

#[test]
fn the_left_button_draws_beside_the_right_one() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let page = open(&browser, &server, "#/teach", "teach-pad")?;
    let square = page.pad_of("teach-pad")?;
    let to = |at: [f32; 2]| {
        let (x, y) = place(square, at);
        json!({ "type": "pointerMove", "duration": 0, "x": x, "y": y })
    };
    let down = |button: u8| json!({ "type": "pointerDown", "button": button });
    let up = |button: u8| json!({ "type": "pointerUp", "button": button });
    let act = |actions: &[Value]| {
        page.session().act(&json!([{
            "type": "pointer",
            "id": "mouse",
            "parameters": { "pointerType": "mouse" },
            "actions": actions,
        }]))
    };
    let (a, b) = (to([20.0, 20.0]), to([60.0, 22.0]));
    // Held right, and let go last.
    act(&[a.clone(), down(2), down(0), b.clone(), up(0), up(2)])?;
    until_strokes(&page, "teach-pad", 1)?;
    // Right pressed and let go meanwhile.
    act(&[
        to([20.0, 60.0]),
        down(0),
        down(2),
        up(2),
        to([60.0, 62.0]),
        up(0),
    ])?;
    until_strokes(&page, "teach-pad", 2)?;
    // Right or middle alone, and then a stroke to know that they were heard.
    act(&[
        a.clone(),
        down(2),
        b.clone(),
        up(2),
        a.clone(),
        down(1),
        b,
        up(1),
    ])?;
    act(&[to([20.0, 90.0]), down(0), to([60.0, 90.0]), up(0)])?;
    until_strokes(&page, "teach-pad", 3)?;
    until_inked(&page, "teach-pad", [40.0, 21.0])?;
    until_inked(&page, "teach-pad", [40.0, 61.0])
}

#[test]
fn the_other_end_of_a_pen_erases_in_one_step() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let page = open(&browser, &server, "", "drawing-pad")?;
    let three = "for (const y of [20, 50, 80]) line('pen', 2, [20, y], [80, y], 1000);";
    point(&page, "drawing-pad", three)?;
    page.wait_for_strokes(3)?;
    let rubber = "const end = { button: 5, buttons: 32 };\
        point('down', 'pen', 2, 50, 5, 3000, end);\
        point('move', 'pen', 2, 50, 60, 3001, { ...end, button: -1 });\
        point('up', 'pen', 2, 50, 60, 3002, { ...end, buttons: 0 });";
    point(&page, "drawing-pad", rubber)?;
    page.wait_for_strokes(1)?;
    page.settle()?;
    assert_eq!(page.ink()?.strokes[0].points[0].y.round(), 80.0);
    page.click("undo")?;
    page.wait_for_strokes(3)?;
    page.click("redo")?;
    page.wait_for_strokes(1)
}

#[test]
fn touches_are_no_handwriting_and_take_the_focus() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let page = open(&browser, &server, "#/teach", "teach-pad")?;
    let prevented = point(
        &page,
        "teach-pad",
        "return ['touchstart', 'touchmove'].map(kind => \
           !pad.dispatchEvent(new Event(kind, { bubbles: true, cancelable: true })))",
    )?;
    assert_eq!(prevented, json!([true, true]));
    page.click("teach-name")?;
    let square = page.pad_of("teach-pad")?;
    page.draw(Pointer::Touch, &[vec![place(square, [50.0, 50.0])]])?;
    until_strokes(&page, "teach-pad", 1)?;
    page.press(&[], ESCAPE)?;
    until_strokes(&page, "teach-pad", 0)
}

#[test]
fn fields_and_input_methods_keep_their_keys() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let page = open(&browser, &server, "#/teach", "teach-pad")?;
    point(
        &page,
        "teach-pad",
        "line('mouse', 1, [20, 20], [80, 80], 1000);",
    )?;
    until_strokes(&page, "teach-pad", 1)?;

    let field = page.session().find("[data-testid=teach-name]")?;
    page.session().send_keys(&field, "abc")?;
    page.press(&[], HOME)?;
    for (held, key) in [(&[][..], DELETE), (&[], ESCAPE), (&[CONTROL], 'y')] {
        page.press(held, key)?;
    }
    let value = "return document.querySelector('[data-testid=teach-name]').value";
    assert_eq!(page.session().run(value, &[])?, json!("bc"));
    page.press(&[CONTROL], 'z')?;
    assert_eq!(strokes(&page, "teach-pad")?.as_deref(), Some("1"));

    // Whatever field it is, the pad leaves the event alone.
    let taken = point(
        &page,
        "teach-pad",
        "const made = html => {\
           const host = document.createElement('div');\
           host.innerHTML = html;\
           pad.after(host);\
           return host.firstChild;\
         };\
         const shadow = made('<p></p>').attachShadow({ mode: 'open' });\
         shadow.innerHTML = '<input>';\
         const fields = [\
           ...document.querySelectorAll('.teach-page input:not([type=file], [type=checkbox], [type=radio])'),\
           ...['text', 'number', 'search', 'date', 'email'].map(type => made(`<input type=${type}>`)),\
           made('<textarea></textarea>'), made('<select><option>a</select>'),\
           made('<p contenteditable><b>a</b></p>').firstChild,\
           made('<p contenteditable=plaintext-only>a</p>'), shadow.firstChild,\
         ];\
         const keys = [['Delete', 'Delete'], ['Escape', 'Escape'], ['z', 'KeyZ', true],\
           ['y', 'KeyY', true], ['я', 'KeyZ', true]];\
         const press = (target, [key, code, ctrlKey], more) => !target.dispatchEvent(\
           new KeyboardEvent('keydown', { key, code, ctrlKey, bubbles: true, cancelable: true,\
             composed: true, ...more }));\
         const taken = fields.filter(field => keys.some(key => press(field, key)));\
         const composing = keys.filter(key => press(pad, key, { isComposing: true })\
           || press(pad, key, { keyCode: 229 }));\
         return [taken.map(field => field.outerHTML), composing, fields.length > 9];",
    )?;
    assert_eq!(taken, json!([[], [], true]));
    assert_eq!(strokes(&page, "teach-pad")?.as_deref(), Some("1"));

    // The panel of the devices leaves them alone as well, and is closed by a key of its own.
    page.click("device-badge")?;
    page.wait_for("device-panel", "the panel", LIMIT)?;
    let escape = "const target = document.querySelector(`[data-testid=${arguments[0]}]`);\
        return !target.dispatchEvent(new KeyboardEvent('keydown',\
          { key: 'Escape', bubbles: true, cancelable: true }))";
    let session = page.session();
    assert_eq!(session.run(escape, &[json!("teach-name")])?, json!(false));
    assert_eq!(session.run(escape, &[json!("device-badge")])?, json!(true));
    wait("the panel closed", LIMIT, || {
        Ok(match page.attribute("device-panel", "id")? {
            None => Look::Done(()),
            Some(id) => Look::Not(id),
        })
    })?;
    assert_eq!(strokes(&page, "teach-pad")?.as_deref(), Some("1"));
    Ok(())
}

#[test]
fn every_keyboard_can_undo_and_redo() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let page = open(&browser, &server, "", "drawing-pad")?;
    point(
        &page,
        "drawing-pad",
        "line('mouse', 1, [20, 20], [80, 80], 1000);",
    )?;
    page.wait_for_strokes(1)?;
    let press = |key: &str, code: &str, held: &str| -> Result<()> {
        let script = "const [key, code, held] = arguments;\
            document.body.dispatchEvent(new KeyboardEvent('keydown', { key, code, bubbles: true,\
              cancelable: true, ctrlKey: held.includes('c'), metaKey: held.includes('m'),\
              shiftKey: held.includes('s') }))";
        let arguments = [json!(key), json!(code), json!(held)];
        page.session().run(script, &arguments).map(drop)
    };
    for (key, code, other, other_code) in [
        ("Z", "KeyZ", "Y", "KeyY"),
        ("z", "KeyY", "y", "KeyZ"),
        ("я", "KeyZ", "н", "KeyY"),
        ("ζ", "KeyZ", "Υ", "KeyY"),
        ("ז", "KeyZ", "ט", "KeyY"),
    ] {
        for held in ["c", "m"] {
            press(key, code, held)?;
            page.wait_for_strokes(0)?;
            press(other, other_code, held)?;
            page.wait_for_strokes(1)?;
            press(key, code, held)?;
            page.wait_for_strokes(0)?;
            press(key, code, &format!("s{held}"))?;
            page.wait_for_strokes(1)?;
        }
    }
    Ok(())
}

#[test]
fn a_long_scribble_is_painted_where_it_grows() -> Result<()> {
    const POINTS: u32 = 5_000;
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let page = open(&browser, &server, "", "drawing-pad")?;
    // Curves that are painted in all, and at most in one frame of the scribble's second half.
    let script = "\
        window.curves = 0; window.frames = [];\
        const paint = CanvasRenderingContext2D.prototype;\
        const curve = paint.quadraticCurveTo;\
        paint.quadraticCurveTo = function (...place) { window.curves += 1; return curve.apply(this, place); };\
        const at = step => [52 + 40 * Math.sin(step / 7), 52 + 40 * Math.cos(step / 9.3)];\
        point('down', 'mouse', 1, ...at(0), 1);\
        let step = 0;\
        const tick = () => {\
          window.frames.push([step, window.curves]); window.curves = 0;\
          for (let some = 0; some < 20 && step < arguments[1]; some += 1)\
            { step += 1; point('move', 'mouse', 1, ...at(step), 1 + step); }\
          if (step < arguments[1] || window.frames.at(-1)[1]) requestAnimationFrame(tick);\
          else window.scribbled = true;\
        };\
        requestAnimationFrame(tick);";
    let script = format!("{POINT}{script}");
    page.session()
        .run(&script, &[json!("drawing-pad"), json!(POINTS)])?;
    wait("the scribble", LIMIT, || {
        let done = page
            .session()
            .run("return window.scribbled === true", &[])?;
        Ok(match done {
            Value::Bool(true) => Look::Done(()),
            other => Look::Not(other.to_string()),
        })
    })?;
    let script = "return [Math.max(...frames.slice(-frames.length / 2).map(([, curves]) => curves)),\
        frames.reduce((sum, [, curves]) => sum + curves, 0)]";
    let painted = page.session().run(script, &[])?;
    let [most, all] = [0, 1].map(|at| painted[at].as_u64().unwrap_or(0));
    // Twenty points come in a frame; those of a frame that the browser leaves out come with the next one.
    assert!(all > u64::from(POINTS) / 2, "{painted}");
    assert!(most < u64::from(POINTS) / 10, "{painted}");
    Ok(())
}

/// On a phone the first screen has the pad, something to draw on it, and every page's link.
#[test]
fn a_phone_shows_the_pad_and_what_to_draw_at_once() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    for language in ["en", "ja"] {
        let hash = format!("&lang={language}#/draw");
        let page = open(&browser, &server, &hash, "drawing-pad")?;
        page.first_ranking()?;
        for (width, height) in [(390, 844), (360, 740)] {
            page.session().resize(width, height)?;
            let script = "const bottom = it => it.getBoundingClientRect().bottom;\
                const links = [...document.querySelectorAll('.head nav a')];\
                const row = document.querySelector('[data-testid=one-of]');\
                const drawn = [...row.querySelectorAll('path')].filter(path => path.getAttribute('d')).length;\
                return [bottom(document.querySelector('[data-testid=drawing-pad]')), bottom(row),\
                  row.checkVisibility() && drawn, new Set(links.map(bottom)).size,\
                  links.some(link => link.getAttribute('href') === '#/learn'), innerHeight]";
            wait("the first screen", LIMIT, || {
                let seen = page.session().run(script, &[])?;
                let number = |at: usize| seen[at].as_f64().unwrap_or(f64::INFINITY);
                let fits = number(0) < number(1) && number(1) <= number(5);
                let told = seen[2] == json!(6) && seen[3] == json!(1) && seen[4] == json!(true);
                Ok(if fits && told {
                    Look::Done(())
                } else {
                    Look::Not(format!("{language}, {width}: {seen}"))
                })
            })?;
            assert!(!page.scrolls_sideways()?, "{language}, {width}");
        }
    }
    Ok(())
}
