//! The draw page by its handles: what a person sees and does there.
//!
//! Knows `data-testid`s and `data-` attributes. Refuses to know how the page is made.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use twinglyph_core::ink::{Ink, Point, Stroke};

use crate::browser::Browser;
use crate::gesture::{self, Path, Pointer, Square};
use crate::training::LIMIT;
use crate::webdriver::Session;
use crate::{Error, Result};

/// Between two looks at the page.
const INTERVAL: Duration = Duration::from_millis(20);

/// The engine, its model and a support set on the slowest device here: Chromium on SwiftShader
/// with both cores busy.
const READY_LIMIT: Duration = Duration::from_secs(240);

/// A ranking on the slowest device here.
const RANKING_LIMIT: Duration = Duration::from_secs(60);

/// The page in a browser.
#[derive(Clone, Copy, Debug)]
pub struct Page<'a> {
    session: &'a Session,
}

/// What the page says of its engine.
#[derive(Clone, Debug, PartialEq)]
pub struct Engine {
    /// `loading`, `ready`, `busy` or `failed`.
    pub state: String,
    /// Counts the drawings and support sets that were asked about.
    pub query: u64,
    /// The count of the one that the shown ranking belongs to.
    pub ranked: u64,
    /// From navigation to the first ranking, milliseconds.
    pub first_ms: Option<f64>,
    /// From the pen's lifting to the last ranking on the screen, milliseconds.
    pub last_ms: Option<f64>,
}

/// One class of the shown ranking.
#[derive(Clone, Debug, PartialEq)]
pub struct Match {
    /// As `Korean/character07`.
    pub character: String,
    /// From 0 to 1.
    pub similarity: f64,
}

impl<'a> Page<'a> {
    /// Opens the page at this address and waits until its pad is there.
    ///
    /// # Errors
    /// When it does not come up.
    pub fn open(browser: &'a Browser, url: &str) -> Result<Self> {
        let page = Self::of(browser);
        page.session.go(url)?;
        page.wait_for("drawing-pad", "the pad", READY_LIMIT)?;
        Ok(page)
    }

    /// Whatever page the browser has open, or is opening.
    #[must_use]
    pub fn of(browser: &'a Browser) -> Self {
        Self {
            session: browser.session(),
        }
    }

    /// The browser's window.
    #[must_use]
    pub fn session(&self) -> &'a Session {
        self.session
    }

    /// An attribute of the first element with this handle.
    ///
    /// # Errors
    /// When the browser fails.
    pub fn attribute(&self, handle: &str, name: &str) -> Result<Option<String>> {
        let value = self.session.run(
            "return document.querySelector(arguments[0])?.getAttribute(arguments[1]) ?? null",
            &[selector(handle), json!(name)],
        )?;
        Ok(value.as_str().map(str::to_owned))
    }

    /// Attributes of the first element with this handle, all at one moment; one that it lacks is
    /// empty.
    ///
    /// # Errors
    /// When the browser fails.
    pub fn attributes<const N: usize>(
        &self,
        handle: &str,
        names: [&str; N],
    ) -> Result<[String; N]> {
        let script = "const element = document.querySelector(arguments[0]);\
            return arguments[1].map(name => element?.getAttribute(name) ?? '')";
        let found = self
            .session
            .run(script, &[selector(handle), json!(names.as_slice())])?;
        Ok(std::array::from_fn(|at| {
            found[at].as_str().unwrap_or_default().to_owned()
        }))
    }

    /// The text of the first element with this handle.
    ///
    /// # Errors
    /// When the browser fails.
    pub fn text(&self, handle: &str) -> Result<Option<String>> {
        let value = self.session.run(
            "return document.querySelector(arguments[0])?.textContent ?? null",
            &[selector(handle)],
        )?;
        Ok(value.as_str().map(str::to_owned))
    }

    /// Clicks on the element with this handle.
    ///
    /// # Errors
    /// When it is not there or can't be clicked.
    pub fn click(&self, handle: &str) -> Result<()> {
        // WebDriver scrolls to the window's edge, where a bar may stand; the page knows of the bar.
        let script = "document.querySelector(arguments[0])?.scrollIntoView({ block: 'nearest' })";
        self.session.run(script, &[selector(handle)])?;
        let element = self.session.find(&css(handle))?;
        self.session.click(&element)
    }

    /// Ticks a radio button, whose label may be all that is visible.
    ///
    /// # Errors
    /// When it is not there.
    pub fn tick(&self, handle: &str) -> Result<()> {
        self.session
            .run(
                "document.querySelector(arguments[0]).click()",
                &[selector(handle)],
            )
            .map(drop)
    }

    /// Chooses an option of a list.
    ///
    /// # Errors
    /// When there is no such list or option.
    pub fn choose(&self, handle: &str, value: &str) -> Result<()> {
        let script = "const list = document.querySelector(arguments[0]);\
            const options = [...list?.options ?? []].map(option => option.value);\
            if (!options.includes(arguments[1])) return options.join(', ');\
            list.value = arguments[1];\
            list.dispatchEvent(new Event('change', { bubbles: true }));\
            return true;";
        // What a list offers may still be on its way.
        wait(
            &format!("{value} in the list {handle}"),
            RANKING_LIMIT,
            || {
                let chosen = self
                    .session
                    .run(script, &[selector(handle), json!(value)])?;
                Ok(if chosen == json!(true) {
                    Look::Done(())
                } else {
                    Look::Not(chosen.to_string())
                })
            },
        )
    }

    /// The value that a select has.
    ///
    /// # Errors
    /// When there is no such select.
    pub fn chosen(&self, handle: &str) -> Result<String> {
        let script = "return document.querySelector(`[data-testid=${arguments[0]}]`).value";
        let value = self.session.run(script, &[json!(handle)])?;
        Ok(value.as_str().unwrap_or_default().to_owned())
    }

    /// The values of a list's options.
    ///
    /// # Errors
    /// When there is no such list.
    pub fn options(&self, handle: &str) -> Result<Vec<String>> {
        let script = "return [...document.querySelector(arguments[0]).options].map(o => o.value)";
        Ok(strings(&self.session.run(script, &[selector(handle)])?))
    }

    /// What the page says of its engine.
    ///
    /// # Errors
    /// When it says nothing.
    pub fn engine(&self) -> Result<Engine> {
        // Before the page's module runs, as right after a reload, there is no such element.
        let script = "return { ...document.querySelector(arguments[0])?.dataset }";
        let data = self.session.run(script, &[selector("engine-state")])?;
        let number = |name: &str| {
            data[name]
                .as_str()
                .and_then(|text| text.parse::<f64>().ok())
        };
        Ok(Engine {
            state: data["state"].as_str().unwrap_or_default().to_owned(),
            query: number("query").unwrap_or(0.0) as u64,
            ranked: number("ranked").unwrap_or(0.0) as u64,
            first_ms: number("firstRankingMs"),
            last_ms: number("lastRankingMs"),
        })
    }

    /// The device that the page says it computes on: `webgpu` or `cpu`.
    ///
    /// # Errors
    /// When the browser fails.
    pub fn device(&self) -> Result<String> {
        Ok(self
            .attribute("device-badge", "data-device")?
            .unwrap_or_default())
    }

    /// Where the page says that each kind of work runs, as `rank=cpu batch=cpu:2 train=webgpu`.
    ///
    /// # Errors
    /// When the browser fails.
    pub fn jobs(&self) -> Result<String> {
        Ok(self
            .attribute("device-badge", "data-jobs")?
            .unwrap_or_default())
    }

    /// How many ways the last ranking saw the drawing in.
    ///
    /// # Errors
    /// When the browser fails, or nothing was ranked.
    pub fn views(&self) -> Result<u32> {
        let views = self.attribute("engine-state", "data-last-ranking-views")?;
        views
            .as_deref()
            .and_then(|views| views.parse().ok())
            .ok_or_else(|| Error::Setting(format!("the last ranking's views are {views:?}")))
    }

    /// The largest relative difference of that device's self-test numbers from the processor's.
    ///
    /// # Errors
    /// When the browser fails.
    pub fn deviation(&self) -> Result<f64> {
        let text = self.attribute("device-badge", "data-deviation")?;
        Ok(text.and_then(|text| text.parse().ok()).unwrap_or(f64::NAN))
    }

    /// The characters of the support set, in its order.
    ///
    /// # Errors
    /// When the browser fails.
    pub fn support(&self) -> Result<Vec<String>> {
        let script =
            "return [...document.querySelectorAll(arguments[0])].map(e => e.dataset.character)";
        Ok(strings(
            &self.session.run(script, &[selector("support-item")])?,
        ))
    }

    /// The shown ranking, best first.
    ///
    /// # Errors
    /// When the browser fails.
    pub fn matches(&self) -> Result<Vec<Match>> {
        let script = "return [...document.querySelectorAll(arguments[0])]\
            .map(e => [e.dataset.character, Number(e.dataset.similarity)])";
        let value = self.session.run(script, &[selector("match")])?;
        Ok(value
            .as_array()
            .into_iter()
            .flatten()
            .map(|pair| Match {
                character: pair[0].as_str().unwrap_or_default().to_owned(),
                similarity: pair[1].as_f64().unwrap_or(f64::NAN),
            })
            .collect())
    }

    /// Waits until the shown ranking belongs to what is drawn and chosen now.
    ///
    /// # Errors
    /// When it does not come.
    pub fn settle(&self) -> Result<Engine> {
        self.settle_within(RANKING_LIMIT)
    }

    /// Waits for the first ranking, for which the engine must start.
    ///
    /// # Errors
    /// When it does not come.
    pub fn first_ranking(&self) -> Result<Engine> {
        self.settle_within(READY_LIMIT)
    }

    fn settle_within(&self, limit: Duration) -> Result<Engine> {
        // What the pen did last is compared at the next frame: a ranking between two strokes is none of
        // what is drawn. So nothing may be asked between two looks either.
        let mut before = None;
        wait("a ranking of what is drawn", limit, || {
            let engine = self.engine()?;
            // Busy is also a page whose support set is still looked at more closely.
            let settled = engine.query == engine.ranked
                && engine.first_ms.is_some()
                && engine.state == "ready";
            let still = before.replace(engine.query) == Some(engine.query);
            Ok(if settled && still {
                Look::Done(engine)
            } else {
                Look::Not(format!("{engine:?}, error: {:?}", self.text("error")?))
            })
        })
    }

    /// Waits until an element with this handle is there.
    ///
    /// # Errors
    /// When it does not appear.
    pub fn wait_for(&self, handle: &str, what: &str, limit: Duration) -> Result<()> {
        wait(what, limit, || {
            let script = "return document.querySelector(arguments[0]) !== null";
            Ok(match self.session.run(script, &[selector(handle)])? {
                Value::Bool(true) => Look::Done(()),
                _ => Look::Not(format!("no {handle}")),
            })
        })
    }

    /// Is the page wider than its window?
    ///
    /// # Errors
    /// When the browser fails.
    pub fn scrolls_sideways(&self) -> Result<bool> {
        // The root's own width: the client's counts the room that is kept free for a scroll bar.
        let script = "const root = document.documentElement;\
            return root.scrollWidth > Math.ceil(root.getBoundingClientRect().width)";
        Ok(self.session.run(script, &[])? != json!(false))
    }

    /// Where the pad lies in the window, scrolled into it.
    ///
    /// # Errors
    /// When there is no pad.
    pub fn pad(&self) -> Result<Square> {
        self.pad_of("drawing-pad")
    }

    /// Where another pad lies in the window, scrolled into it.
    ///
    /// # Errors
    /// When there is no such pad.
    pub fn pad_of(&self, handle: &str) -> Result<Square> {
        let script = "const pad = document.querySelector(arguments[0]);\
            const bar = parseFloat(getComputedStyle(document.documentElement).scrollPaddingBottom) || 0;\
            const inside = r => r.top >= 0 && r.left >= 0 && r.bottom <= innerHeight - bar;\
            if (!inside(pad.getBoundingClientRect())) pad.scrollIntoView({ block: 'start' });\
            const r = pad.getBoundingClientRect();\
            return [r.left, r.top, r.width];";
        let place = self.session.run(script, &[selector(handle)])?;
        let number = |at: usize| place[at].as_f64().unwrap_or(0.0);
        Ok(Square {
            left: number(0),
            top: number(1),
            side: number(2),
        })
    }

    /// Draws paths of the window by real pointer actions.
    ///
    /// # Errors
    /// When the browser refuses.
    pub fn draw(&self, pointer: Pointer, paths: &[Path]) -> Result<()> {
        self.session.act(&gesture::drawing(pointer, paths))
    }

    /// Waits until the pad has taken so many whole strokes: a browser may hand a pointer's actions to
    /// the page after it has reported them done.
    ///
    /// # Errors
    /// When it does not take them.
    pub fn wait_for_strokes(&self, strokes: usize) -> Result<()> {
        wait("the strokes on the pad", RANKING_LIMIT, || {
            let taken = self.attribute("drawing-pad", "data-strokes")?;
            Ok(if taken == Some(strokes.to_string()) {
                Look::Done(())
            } else {
                Look::Not(format!("{taken:?} of {strokes}"))
            })
        })
    }

    /// The drawing on the pad as the tab keeps it, to a hundredth of the sheet's pixel.
    ///
    /// # Errors
    /// When the browser fails.
    pub fn ink(&self) -> Result<Ink> {
        let script = "return JSON.parse(sessionStorage.getItem('twinglyph.ink' + new URL('.', location).pathname) ?? '[]')";
        let kept = self.session.run(script, &[])?;
        let strokes = kept.as_array().into_iter().flatten().map(|stroke| Stroke {
            points: stroke
                .as_array()
                .into_iter()
                .flatten()
                .map(|point| {
                    let [x, y] = [0, 1].map(|at| point[at].as_f64().unwrap_or(f64::NAN) / 100.0);
                    Point::at(x as f32, y as f32)
                })
                .collect(),
        });
        Ok(Ink {
            strokes: strokes.collect(),
        })
    }

    /// Wipes the pad.
    ///
    /// # Errors
    /// When the button can't be clicked.
    pub fn clear(&self) -> Result<()> {
        self.click("clear")
    }

    /// Notes the main thread's long tasks from now on, those that are not noted yet among them.
    ///
    /// # Errors
    /// When the browser fails.
    pub fn watch_tasks(&self) -> Result<()> {
        let script = "window.longTasks = [];\
            new PerformanceObserver(list => list.getEntries().forEach(e => longTasks.push(e.duration)))\
            .observe({ type: 'longtask' });";
        self.session.run(script, &[]).map(drop)
    }

    /// Milliseconds of each task of more than 50 ms since [`Page::watch_tasks`].
    ///
    /// # Errors
    /// When the browser fails.
    pub fn long_tasks(&self) -> Result<Vec<f64>> {
        let tasks = self.session.run("return longTasks", &[])?;
        Ok(serde_json::from_value(tasks).unwrap_or_default())
    }

    /// Milliseconds of the longest task of more than 50 ms since the page began to load; 0 without one.
    ///
    /// # Errors
    /// When the browser fails.
    pub fn longest_task_at_opening(&self) -> Result<f64> {
        let script = "window.openingTasks = [];\
            new PerformanceObserver(list => list.getEntries().forEach(e => openingTasks.push(e.duration)))\
            .observe({ type: 'longtask', buffered: true });";
        self.session.run(script, &[])?;
        // The observer is told of what was before it in a task of its own.
        std::thread::sleep(Duration::from_millis(200));
        let longest = self
            .session
            .run("return Math.max(0, ...openingTasks)", &[])?;
        Ok(longest.as_f64().unwrap_or(f64::NAN))
    }

    /// Notes the time between pictures of the screen from now on.
    ///
    /// # Errors
    /// When the browser fails.
    pub fn watch_frames(&self) -> Result<()> {
        let script = "window.frameGaps = []; let last = performance.now();\
            const tick = () => { const now = performance.now(); frameGaps.push(now - last);\
            last = now; requestAnimationFrame(tick); }; tick();";
        self.session.run(script, &[]).map(drop)
    }

    /// Milliseconds between two pictures of the screen since [`Page::watch_frames`]: the longest
    /// time, and that which one in a hundred exceeds.
    ///
    /// # Errors
    /// When the browser fails.
    pub fn longest_frames(&self) -> Result<[f64; 2]> {
        let script = "const gaps = [...frameGaps].sort((a, b) => b - a);\
            return [gaps[0], gaps[Math.floor(gaps.length / 100)]]";
        let found = self.session.run(script, &[])?;
        Ok([0, 1].map(|at| found[at].as_f64().unwrap_or(f64::NAN)))
    }

    /// Presses keys.
    ///
    /// # Errors
    /// When the browser refuses.
    pub fn press(&self, held: &[char], key: char) -> Result<()> {
        self.session.act(&gesture::keys(held, key))
    }
}

/// What a look at the page gave.
#[derive(Debug)]
pub enum Look<T> {
    /// What was waited for.
    Done(T),
    /// Not yet; this is how it looks.
    Not(String),
}

/// Waits until a script gives a value.
///
/// # Errors
/// When it gives another one until [`LIMIT`], or fails.
pub fn until(page: &Page<'_>, what: &str, script: &str, expected: &Value) -> Result<()> {
    wait(what, LIMIT, || {
        Ok(match page.session().run(script, &[])? {
            found if found == *expected => Look::Done(()),
            other => Look::Not(other.to_string()),
        })
    })
}

/// Waits until an element says this, among other words.
///
/// # Errors
/// When it says something else until [`LIMIT`].
pub fn says(page: &Page<'_>, handle: &str, part: &str) -> Result<()> {
    wait("what the page says", LIMIT, || {
        let text = page.text(handle)?.unwrap_or_default();
        Ok(if text.contains(part) {
            Look::Done(())
        } else {
            Look::Not(text)
        })
    })
}

/// Looks again and again until a thing is there.
///
/// # Errors
/// When it is not there in time, or a look fails.
pub fn wait<T>(
    what: &str,
    limit: Duration,
    mut look: impl FnMut() -> Result<Look<T>>,
) -> Result<T> {
    let start = Instant::now();
    loop {
        match look()? {
            Look::Done(found) => return Ok(found),
            Look::Not(seen) if start.elapsed() > limit => {
                return Err(Error::Wait {
                    waited: limit,
                    what: what.into(),
                    seen,
                });
            }
            Look::Not(_) => std::thread::sleep(INTERVAL),
        }
    }
}

fn css(handle: &str) -> String {
    format!("[data-testid=\"{handle}\"]")
}

fn selector(handle: &str) -> Value {
    json!(css(handle))
}

fn strings(value: &Value) -> Vec<String> {
    value
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|text| text.as_str().map(str::to_owned))
        .collect()
}
