//! Characters of a text or a script, drawn by the browser's fonts.
//!
//! [`crate::session::fill`] says which characters these are; here each is drawn on a canvas, in short tasks, so that
//! thousands don't hold the page up.

use js_sys::Date;
use leptos::html::{Select, Textarea};
use leptos::prelude::*;
use twinglyph_core::Bitmap;
use twinglyph_core::bitmap::SIDE;
use twinglyph_core::own::MAX_CLASSES;
use twinglyph_core::thinning::example_of_glyph;
use wasm_bindgen::JsCast;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, TextMetrics};

use super::Editor;
use super::pictures::shows_what_is_drawn;
use crate::session::fill::{Drawn, Filling, Script, characters, glyphs_of};
use crate::session::glyphs::{
    Glyph, LOOK_AT, LOOK_SIZE, Look, NONCHARACTERS, Reach, glyph, placement,
};
use crate::ui::pause::breathe;
use crate::words::words;

/// Milliseconds of drawing between two pauses.
const SLICE: f64 = 20.0;

/// Characters between two words on how far it is.
const TOLD_EVERY: usize = 20;

/// Opacity from which on a pixel is ink: a half.
const INK: u8 = 128;

/// Generic families of CSS: with serifs or without.
const SERIF: &str = "serif";

/// See [`SERIF`].
const SANS: &str = "sans-serif";

/// The fields, the buttons, and what came of it.
#[component]
pub(super) fn Fill() -> impl IntoView {
    let editor = expect_context::<Editor>();
    let text = NodeRef::<Textarea>::new();
    let [script, font] = [(); 2].map(|()| NodeRef::<Select>::new());
    let run = Run::new();
    let add = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let chosen = |select: NodeRef<Select>| select.get_untracked().map(|select| select.value());
        let mut asked = text
            .get_untracked()
            .map_or_else(String::new, |text| text.value());
        asked.push('\n');
        if let Some(script) = chosen(script).and_then(|key| Script::of(&key)) {
            asked.extend(script.characters());
        }
        let family = match chosen(font) {
            Some(font) if font == SERIF => SERIF,
            _ => SANS,
        };
        if run.begin() {
            leptos::task::spawn_local(async move {
                let told = fill(editor, run, &asked, family).await;
                run.end(told);
            });
        }
    };
    let options = |scripts: &mut dyn Iterator<Item = Script>| {
        let option = |script: Script| {
            let label = words().fill.one(script.name(), script.characters().count());
            view! { <option value=script.key()>{label}</option> }
        };
        scripts.map(option).collect_view()
    };
    view! {
        <details class="fill" data-testid="fill">
            <summary>{words().fill.title}</summary>
            <form on:submit=add>
                <p>{words().fill.how}</p>
                <label>
                    {words().fill.text}
                    <textarea
                        rows="2"
                        node_ref=text
                        data-testid="fill-text"
                        placeholder=words().fill.samples
                        autocomplete="off"
                        autocapitalize="off"
                        spellcheck="false"
                        dir="auto"
                    ></textarea>
                </label>
                <div class="fields">
                    <label>
                        {words().fill.script}
                        <select node_ref=script data-testid="fill-script">
                            <option value="">{words().fill.none}</option>
                            <optgroup label=words().fill.letters>{options(&mut Script::letters())}</optgroup>
                            <optgroup label=words().fill.signs>{options(&mut Script::signs())}</optgroup>
                        </select>
                    </label>
                    <label>
                        {words().fill.font}
                        <select node_ref=font data-testid="fill-font">
                            <option value=SANS>{words().fill.sans}</option>
                            <option value=SERIF>{words().fill.serif}</option>
                        </select>
                    </label>
                </div>
                <div class="fields">
                    <button class="button" type="submit" data-testid="fill-add" disabled=move || run.is_busy.get()>
                        {words().fill.add}
                    </button>
                    <button
                        class="button"
                        type="button"
                        data-testid="fill-stop"
                        hidden=move || !run.is_busy.get()
                        on:click=move |_| run.is_stopped.set(true)
                    >
                        {words().common.cancel}
                    </button>
                </div>
                <p class="told" role="status" data-testid="fill-told">{move || run.told.get()}</p>
                <small>{words().fill.figure}</small>
            </form>
        </details>
    }
}

/// One filling, from its beginning to its end.
#[derive(Clone, Copy)]
struct Run {
    is_busy: RwSignal<bool>,
    /// Did the person stop it?
    is_stopped: RwSignal<bool>,
    told: RwSignal<String>,
}

impl Run {
    fn new() -> Self {
        Self {
            is_busy: RwSignal::new(false),
            is_stopped: RwSignal::new(false),
            told: RwSignal::new(String::new()),
        }
    }

    /// False where one is under way.
    fn begin(self) -> bool {
        self.is_stopped.set(false);
        let is_free = !self.is_busy.get_untracked();
        self.is_busy.set(true);
        is_free
    }

    /// Has the person stopped it, or left the page?
    fn is_over(self) -> bool {
        self.is_stopped.try_get_untracked().unwrap_or(true)
    }

    fn tell(self, text: String) {
        // The page may be gone.
        let _ = self.told.try_set(text);
    }

    fn end(self, told: String) {
        self.tell(told);
        let _ = self.is_busy.try_set(false);
    }
}

/// Adds what a text holds, as one step, and gives what came of it in words.
async fn fill(editor: Editor, run: Run, asked: &str, family: &'static str) -> String {
    let hidden = || words().common.sentence(words().teach.hidden_pictures);
    if shows_what_is_drawn() == Some(false) {
        return hidden();
    }
    let marks = js_sys::RegExp::new(r"^\p{M}", "u");
    let is_mark = |letter: char| marks.test(letter.encode_utf8(&mut [0; 4]));
    let set = || {
        editor
            .own
            .editing
            .with_untracked(|editing| editing.set().clone())
    };
    let whose = (editor.own.is_visiting(), set().name.clone());
    let mut filling = Filling::new(characters(asked, is_mark), &set(), MAX_CLASSES);
    if filling.is_empty() {
        return words().fill.asks.to_owned();
    }
    let Some(canvas) = Canvas::new(family) else {
        return hidden();
    };
    let mut since = Date::now();
    let mut done = 0;
    while let Some(character) = filling.next() {
        let Some(drawn) = canvas.example(&character) else {
            return hidden();
        };
        filling.add(character, drawn);
        done += 1;
        if done % TOLD_EVERY == 0 {
            run.tell(filling.progress());
        }
        if Date::now() - since > SLICE {
            breathe().await;
            if run.is_over() {
                return words().fill.stopped.to_owned();
            }
            since = Date::now();
        }
    }
    // A link that was opened meanwhile shows another set.
    if whose != (editor.own.is_visiting(), set().name.clone()) {
        return words().fill.other_set.to_owned();
    }
    let classes = filling.classes(&set());
    if classes.is_empty() {
        return filling.report();
    }
    if !editor.teach(|editing| editing.add_all(classes)) {
        return editor.said();
    }
    // That the browser has no room is said too.
    let said = [editor.said(), filling.report()].join(words().fill.between);
    said.trim_start().to_owned()
}

/// A sheet that characters are drawn on.
struct Canvas {
    context: CanvasRenderingContext2d,
    /// Of CSS.
    family: &'static str,
    /// How characters look that no font has.
    noncharacters: Vec<Look>,
}

impl Canvas {
    /// `None` where this browser has none.
    fn new(family: &'static str) -> Option<Self> {
        let canvas: HtmlCanvasElement =
            document().create_element("canvas").ok()?.dyn_into().ok()?;
        canvas.set_width(SIDE as u32);
        canvas.set_height(SIDE as u32);
        // Pixels that are read after each character stay out of the graphics device.
        let options = js_sys::Object::new();
        js_sys::Reflect::set(&options, &"willReadFrequently".into(), &true.into()).ok()?;
        let context = canvas.get_context_with_context_options("2d", &options);
        let mut canvas = Self {
            context: context.ok()??.dyn_into().ok()?,
            family,
            noncharacters: Vec::new(),
        };
        let looks = NONCHARACTERS.map(|letter| canvas.look(letter.encode_utf8(&mut [0; 4])));
        canvas.noncharacters = looks.into_iter().collect::<Option<_>>()?;
        Some(canvas)
    }

    /// What is drawn of a text, and how far it reaches.
    fn draw(&self, text: &str, size: f64, [x, y]: [f64; 2]) -> Option<(Bitmap, TextMetrics)> {
        let side = SIDE as f64;
        self.context.set_font(&format!("{size}px {}", self.family));
        self.context.clear_rect(0.0, 0.0, side, side);
        self.context.fill_text(text, x, y).ok()?;
        let data = self
            .context
            .get_image_data(0.0, 0.0, side, side)
            .ok()?
            .data()
            .0;
        let is_ink = |row: usize, column: usize| {
            let opacity = data.get(4 * (row * SIDE + column) + 3);
            opacity.is_some_and(|opacity| *opacity >= INK)
        };
        Some((
            Bitmap::from_fn(is_ink),
            self.context.measure_text(text).ok()?,
        ))
    }

    fn look(&self, text: &str) -> Option<Look> {
        let (picture, measured) = self.draw(text, LOOK_SIZE, LOOK_AT)?;
        let width = measured.width();
        Some(Look { picture, width })
    }

    /// The fonts' example of a character; `None` where this browser can't draw.
    fn example(&self, character: &str) -> Option<Drawn> {
        for letter in glyphs_of(character) {
            let look = self.look(letter.encode_utf8(&mut [0; 4]))?;
            if glyph(&look, &self.noncharacters) == Glyph::Missing {
                return Some(Drawn::Missing);
            }
        }
        let (picture, measured) = self.draw(character, LOOK_SIZE, LOOK_AT)?;
        let width = measured.width();
        if glyph(&Look { picture, width }, &self.noncharacters) == Glyph::Blank {
            return Some(Drawn::Blank);
        }
        let reach = Reach {
            left: measured.actual_bounding_box_left(),
            right: measured.actual_bounding_box_right(),
            ascent: measured.actual_bounding_box_ascent(),
            descent: measured.actual_bounding_box_descent(),
        };
        let Some(placed) = placement(reach, LOOK_SIZE) else {
            return Some(Drawn::Blank);
        };
        let (picture, _) = self.draw(character, placed.size, [placed.x, placed.y])?;
        Some(if picture.is_blank() {
            Drawn::Blank
        } else {
            Drawn::Example(example_of_glyph(&picture))
        })
    }
}
