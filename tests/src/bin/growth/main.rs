//! How cost grows: a ranking with 20, 200 and all 1,623 classes of Omniglot in the built app's worker,
//! and all 50 alphabets opened one after the other in its page, on the processor in Chromium. Prints a
//! tables, and writes docs/generated/growth.json and the plots docs/generated/growth-*.svg. A third part, on the
//! training: 5,000 steps.

mod plots;

use std::path::Path;
use std::time::{Duration, Instant};

use serde::Serialize;
use serde_json::{Value, json};
use twinglyph_core::Bitmap;
use twinglyph_core::plot::Palette;
use twinglyph_core::protocol::{
    self, Command, DeviceKind, DevicePreference, Event, Reply, Request,
};
use twinglyph_e2e::browser::{Browser, Kind};
use twinglyph_e2e::long_run::{self, Reading};
use twinglyph_e2e::page::{Look, Page, wait};
use twinglyph_e2e::{Error, Result, app, faults, training};
use xtask::workspace::Workspace;

/// Embeddings of all of Omniglot by eight views, on a machine with other work.
const LIMIT: Duration = Duration::from_secs(900);

/// Classes of a support set; there are 1,623 characters.
const CLASSES: [usize; 4] = [20, 200, 800, 1623];

/// Drawings that are ranked with each; their median counts.
const QUERIES: usize = 15;

/// Steps of a long run.
const STEPS: u32 = 5_000;

/// Keeps the engine's memory where it can be asked for.
const KEEP_MEMORY: &str = "const instantiate = WebAssembly.instantiate;\
    WebAssembly.instantiate = async (...all) => { const made = await instantiate(...all);\
    globalThis.kept = (made.instance ?? made).exports.memory; return made; };\
    when('memory', () => channel.postMessage(kept.buffer.byteLength));";

/// A worker of this document's script, and what it has said.
const START: &str = "window.said = []; window.bytes = 0;\
    window.faults = new BroadcastChannel('faults');\
    window.faults.onmessage = event => { window.bytes = event.data; };\
    window.worker = new Worker(location.href, { type: 'module' });\
    window.worker.onmessage = ({ data }) => { if (data instanceof ArrayBuffer) window.said.push(\
    Array.from(new Uint8Array(data), byte => String.fromCharCode(byte)).join('')); };";

const SEND: &str = "const sent = Uint8Array.from(arguments[0], one => one.charCodeAt(0)).buffer;\
    window.worker.postMessage(sent, [sent]);";

/// The worker of the built app, asked as the page asks it.
struct Engine<'a> {
    browser: &'a Browser,
    next: u32,
}

impl Engine<'_> {
    fn send(&mut self, command: Command) -> Result<u32> {
        self.next += 1;
        let request = Request {
            id: self.next,
            command,
        };
        let bytes =
            protocol::encode(&request).map_err(|error| Error::Setting(error.to_string()))?;
        let text: String = bytes.into_iter().map(char::from).collect();
        self.browser.session().run(SEND, &[json!(text)])?;
        Ok(self.next)
    }

    /// What `pick` makes of an event to come.
    fn hear<T>(&self, what: &str, mut pick: impl FnMut(Event) -> Option<T>) -> Result<T> {
        let mut unheard: Vec<Event> = Vec::new();
        wait(what, LIMIT, || {
            let said = self.browser.session().run("return said.splice(0)", &[])?;
            for text in said.as_array().into_iter().flatten() {
                let text = text.as_str().unwrap_or_default();
                let bytes: Vec<u8> = text.chars().map(|one| one as u8).collect();
                let reply: Reply =
                    protocol::decode(&bytes).map_err(|error| Error::Setting(error.to_string()))?;
                if let Event::Failed(failure) = reply.event {
                    return Err(Error::Setting(failure.message));
                }
                unheard.push(reply.event);
            }
            Ok(match unheard.drain(..).find_map(&mut pick) {
                Some(found) => Look::Done(found),
                None => Look::Not("other news".to_owned()),
            })
        })
    }

    /// Bytes of its memory.
    fn memory(&self) -> Result<f64> {
        let session = self.browser.session();
        session.run("bytes = 0; faults.postMessage('memory')", &[])?;
        wait("the worker's memory", LIMIT, || {
            let bytes = session.run("return bytes", &[])?.as_f64();
            Ok(match bytes {
                Some(bytes) if bytes > 0.0 => Look::Done(bytes),
                other => Look::Not(format!("{other:?}")),
            })
        })
    }
}

/// One support set.
#[derive(Clone, Debug, Serialize)]
struct Ranked {
    model: &'static str,
    classes: usize,
    views: u32,
    /// To embed the set, milliseconds.
    support: f64,
    /// To rank a drawing, its embedding included, milliseconds.
    ranking: f32,
    /// Of the worker, bytes.
    memory: f64,
}

/// All alphabets that were opened so far.
#[derive(Clone, Debug, Serialize)]
struct Opened {
    alphabets: usize,
    /// Since the first was asked for, seconds.
    seconds: f64,
    /// Of the page's module, bytes.
    memory: f64,
}

/// Everything measured.
#[derive(Debug, Serialize)]
struct Growth {
    browser: String,
    rankings: Vec<Ranked>,
    shards: Vec<Opened>,
    training: Vec<Reading>,
}

/// One drawing of each character, and other ones of some.
fn drawings() -> Result<(Vec<Bitmap>, Vec<Bitmap>)> {
    let manifest = app::manifest()?;
    let (mut classes, mut queries) = (Vec::new(), Vec::new());
    for entry in manifest.alphabets() {
        let alphabet = app::alphabet(&entry.name)?;
        for character in 0..alphabet.characters() {
            classes.extend(alphabet.drawing(character, 0).cloned());
        }
        queries.extend(alphabet.drawing(0, 1).cloned());
    }
    queries.truncate(QUERIES);
    Ok((classes, queries))
}

fn rankings(browser: &Browser, url: &str, model: &'static str) -> Result<Vec<Ranked>> {
    let (all, queries) = drawings()?;
    let mut found = Vec::new();
    for classes in CLASSES {
        // A worker of its own: memory that was taken is never given back.
        browser.session().go(url)?;
        browser.session().run(START, &[])?;
        let mut engine = Engine { browser, next: 0 };
        engine.hear("a worker", |event| {
            matches!(event, Event::Booted { .. }).then_some(())
        })?;
        engine.send(Command::Start {
            preference: DevicePreference::Only(DeviceKind::Cpu),
            model: model.to_owned(),
        })?;
        engine.hear("a device", |event| {
            matches!(event, Event::Device(_)).then_some(())
        })?;
        let set = classes as u32;
        engine.send(Command::SetSupport {
            set,
            classes: all[..classes].iter().map(|one| vec![one.clone()]).collect(),
        })?;
        let start = Instant::now();
        let views = engine.hear("the support set by all views", |event| match event {
            Event::Support { views, more, .. } if !more => Some(views),
            _ => None,
        })?;
        let support = 1e3 * start.elapsed().as_secs_f64();
        let mut times = Vec::new();
        for query in &queries {
            engine.send(Command::Classify {
                set,
                query: query.clone(),
            })?;
            times.push(engine.hear("a ranking", |event| match event {
                Event::Ranking {
                    milliseconds,
                    matches,
                    ..
                } => (matches.len() == classes).then_some(milliseconds),
                _ => None,
            })?);
        }
        times.sort_by(f32::total_cmp);
        let ranked = Ranked {
            model,
            classes,
            views,
            support,
            ranking: times[times.len() / 2],
            memory: engine.memory()?,
        };
        println!("{ranked:?}");
        found.push(ranked);
    }
    Ok(found)
}

/// Opens every alphabet of the page.
fn shards(browser: &Browser, url: &str) -> Result<Vec<Opened>> {
    let note = "addEventListener('TrunkApplicationStarted', event => {\
        window.pageMemory = event.detail.wasm.memory; });";
    faults::in_page(browser.session(), note)?;
    let page = Page::open(browser, &format!("{url}?device=cpu&model=compact"))?;
    page.first_ranking()?;
    let names: Vec<String> = app::manifest()?
        .alphabets()
        .iter()
        .map(|entry| entry.name.clone())
        .collect();
    let start = Instant::now();
    let mut found = Vec::new();
    for (at, name) in names.iter().enumerate() {
        page.choose("alphabet-select", name)?;
        page.settle()?;
        let bytes = page
            .session()
            .run("return window.pageMemory.buffer.byteLength", &[])?;
        found.push(Opened {
            alphabets: at + 1,
            seconds: start.elapsed().as_secs_f64(),
            memory: bytes.as_f64().unwrap_or(f64::NAN),
        });
    }
    if let Some(last) = found.last() {
        println!("{last:?}");
    }
    Ok(found)
}

fn write(path: &Path, text: &str) -> Result<()> {
    std::fs::write(path, text)
        .map_err(|error| Error::Setting(format!("{}: {error}", path.display())))
}

fn main() -> Result<()> {
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    browser.session().patience(Duration::from_secs(100))?;
    let shards = shards(&browser, &server.url())?;
    // The service worker of the page has its own copy of the script.
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    browser.session().patience(Duration::from_secs(100))?;
    faults::in_worker(&server, KEEP_MEMORY)?;
    let script = format!("{}{}", server.url(), app::file("engine/worker-", ".js")?);
    let mut rankings = self::rankings(&browser, &script, "compact")?;
    rankings.extend(self::rankings(&browser, &script, "deep")?);
    let version = browser.session().browser();
    drop(browser);
    let server = app::serve()?;
    let browser = Browser::open(Kind::ChromiumWithoutGpu)?;
    let page = training::open(&browser, &format!("{}?device=cpu", server.url()), STEPS)?;
    let training = long_run::run(&page, STEPS)?;
    let growth = Growth {
        browser: version,
        rankings,
        shards,
        training,
    };
    let generated = Workspace::find().root().join("docs/generated");
    let json: Value = json!(growth);
    write(&generated.join("growth.json"), &format!("{json:#}\n"))?;
    for (name, plot) in plots::all(&growth) {
        let file = generated.join(format!("{name}.svg"));
        write(&file, &plot.svg(&Palette::FILE))?;
    }
    println!("| model | classes | views | set embedded, ms | ranking, ms | worker, MB |");
    println!("|---|---|---|---|---|---|");
    for one in &growth.rankings {
        println!(
            "| `{}` | {} | {} | {:.0} | {:.1} | {:.1} |",
            one.model,
            one.classes,
            one.views,
            one.support,
            one.ranking,
            one.memory / 1e6
        );
    }
    Ok(())
}
