//! A contact sheet on its way into the set: its cells are found, looked over on the sheet, and added as one
//! step.
//!
//! [`crate::session::contact`] says what is shown and added; here is the dialog, and who is asked.

use leptos::ev;
use leptos::html::{Canvas, Dialog, Input};
use leptos::prelude::*;
use twinglyph_paper::contact::Said;
use twinglyph_paper::message::{Answer, Fault, Grid};
use wasm_bindgen::JsCast;
use web_sys::{File, ImageBitmap, ImageBitmapRenderingContext};

use super::Editor;
use super::import::add;
use super::pictures::{self, shows_what_is_drawn};
use super::reader::{Heard, ReadError, Reader, Step};
use crate::session::contact::{classes, count, path};
use crate::session::files;
use crate::session::import::{GridError, MAX_FILE, said};
use crate::ui::Route;
use crate::ui::style::adopt;
use crate::words::words;

/// Where the sheet is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// There is none.
    Closed,
    /// It is read.
    Reading(Step),
    /// Its cells are looked over.
    Open,
}

/// The sheet that is looked over.
#[derive(Clone, Copy)]
pub(super) struct Sheet {
    stage: RwSignal<Stage>,
    /// Its cells as they were found last.
    grid: RwSignal<Option<Grid>>,
    /// The picture, until it is on the screen.
    picture: StoredValue<Option<ImageBitmap>, LocalStorage>,
    file: StoredValue<Option<File>, LocalStorage>,
    name: RwSignal<String>,
    /// What stands in the way of other numbers of cells.
    refused: RwSignal<Option<String>>,
    /// Are the cells being found again?
    waits: RwSignal<bool>,
    reader: StoredValue<Option<Reader>, LocalStorage>,
    /// Does the worker know the sheet?
    is_known: StoredValue<bool>,
}

impl Sheet {
    /// None.
    pub(super) fn new() -> Self {
        Self {
            stage: RwSignal::new(Stage::Closed),
            grid: RwSignal::new(None),
            picture: StoredValue::new_local(None),
            file: StoredValue::new_local(None),
            name: RwSignal::new(String::new()),
            refused: RwSignal::new(None),
            waits: RwSignal::new(false),
            reader: StoredValue::new_local(None),
            is_known: StoredValue::new(false),
        }
    }

    /// Is there none?
    pub(super) fn is_closed(self) -> bool {
        self.stage.get() == Stage::Closed
    }

    fn reader(self, editor: Editor) -> Reader {
        if let Some(reader) = self.reader.get_value() {
            return reader;
        }
        let reader = Reader::new(move |heard| self.hear(editor, heard));
        self.reader.set_value(Some(reader.clone()));
        reader
    }

    fn hear(self, editor: Editor, heard: Heard) {
        match heard {
            Heard::Step(step) => {
                // A sheet that is shown stays on the screen while its cells are found again.
                if self.grid.with_untracked(Option::is_none) {
                    self.stage.set(Stage::Reading(step));
                }
            }
            Heard::Answer(Answer::Grid(grid), picture) => {
                if let Some(picture) = picture {
                    self.picture.set_value(Some(picture));
                }
                self.is_known.set_value(true);
                self.waits.set(false);
                self.refused.set(None);
                self.grid.set(Some(grid));
                self.stage.set(Stage::Open);
            }
            // Nobody asks here about a photo.
            Heard::Answer(..) => self.fail(editor, &ReadError::Stopped),
            Heard::Failed(error) => self.fail(editor, &error),
        }
    }

    /// What was found before stays; without anything found, the sheet is gone.
    fn fail(self, editor: Editor, error: &ReadError) {
        self.waits.set(false);
        let is_of_numbers = matches!(error, ReadError::Fault(Fault::Contact(_) | Fault::Rows));
        if !is_of_numbers {
            self.is_known.set_value(false);
        }
        let why = why(error);
        if self.stage.get_untracked() == Stage::Open {
            return self.refused.set(Some(why));
        }
        let (name, file) = (self.name.get_untracked(), self.file.get_value());
        self.close();
        editor.refuse(words().import.refused(&name, &why));
        let Some(file) = file.filter(|_| *error == ReadError::Kind) else {
            return;
        };
        // What kind of file it is says what can be done.
        leptos::task::spawn_local(async move {
            if let Some(head) = pictures::head(&file, files::HEAD).await {
                let why = words().review.unread(files::kind(&head));
                editor.refuse(words().import.refused(&name, &why));
            }
        });
    }

    /// Reads the file again, or for the first time.
    fn read(self, editor: Editor, file: File, said: Said) {
        leptos::task::spawn_local(async move {
            let flat = pictures::flat(&file).await;
            // Another one may be read by now, or none.
            if self.file.get_value().as_ref() != Some(&file) {
                return;
            }
            match flat {
                Ok(flat) => self.reader(editor).read_sheet(&flat, said),
                Err(_) => self.fail(editor, &ReadError::Kind),
            }
        });
    }

    /// Finds the cells again, of which a person says so much.
    fn ask(self, editor: Editor, said: Result<Said, GridError>) {
        let said = match said {
            Ok(said) => said,
            Err(error) => return self.refused.set(Some(error.to_string())),
        };
        if self.waits.get_untracked() {
            return;
        }
        self.refused.set(None);
        self.waits.set(true);
        match self.file.get_value() {
            // A worker that failed took the sheet with it.
            Some(file) if !self.is_known.get_value() => self.read(editor, file, said),
            _ => self.reader(editor).ask_cells(said),
        }
    }

    /// Adds what is looked over, as one step.
    fn add(self, editor: Editor) {
        if self.waits.get_untracked() {
            return;
        }
        let Some(grid) = self.grid.try_update(Option::take).flatten() else {
            return;
        };
        let import = &words().import;
        let found = import.found(grid.rows, grid.columns, grid.inked);
        let (classes, left_out) = classes(grid);
        self.close();
        add(editor, classes, &left_out);
        editor.add(&found);
    }

    /// Leaves the sheet, and ends the worker.
    fn close(self) {
        if let Some(reader) = self.reader.get_value() {
            reader.end();
        }
        self.is_known.set_value(false);
        self.waits.set(false);
        self.picture.set_value(None);
        self.file.set_value(None);
        self.grid.set(None);
        self.refused.set(None);
        self.stage.set(Stage::Closed);
    }
}

/// Why a sheet gives no cells.
fn why(error: &ReadError) -> String {
    match error {
        ReadError::Enormous => GridError::Pixels.to_string(),
        ReadError::Fault(Fault::Contact(error)) => GridError::Cells(*error).to_string(),
        ReadError::Fault(Fault::Rows) => GridError::Rows.to_string(),
        other => other.to_string(),
    }
}

/// Reads a contact sheet, and shows what is found before anything is added.
pub(super) fn open(editor: Editor, file: &File, said: Result<Said, GridError>) {
    let sheet = editor.sheet;
    let refuse = |why: &str| editor.refuse(words().import.refused(&file.name(), why));
    let said = match said {
        Ok(_) if file.size() > MAX_FILE => return refuse(&GridError::Bytes.to_string()),
        Ok(said) => said,
        Err(error) => return refuse(&error.to_string()),
    };
    if shows_what_is_drawn() == Some(false) {
        return editor.refuse(words().common.sentence(words().teach.hidden_pictures));
    }
    editor.told.set(None);
    sheet.name.set(file.name());
    sheet.file.set_value(Some(file.clone()));
    sheet.stage.set(Stage::Reading(Step::Opening));
    sheet.read(editor, file.clone(), said);
}

/// The numbers of cells in two fields.
pub(super) fn typed(fields: [NodeRef<Input>; 2]) -> Result<Said, GridError> {
    // What a field holds that is no number, its value does not give.
    let [rows, columns] = fields.map(|field| match field.get_untracked() {
        Some(field) if field.validity().bad_input() => "?".to_owned(),
        Some(field) => field.value(),
        None => String::new(),
    });
    said(&rows, &columns)
}

/// The dialog.
#[component]
pub(super) fn Cells() -> impl IntoView {
    adopt(include_str!("../../../assets/css/review.css"));
    let editor = expect_context::<Editor>();
    let sheet = editor.sheet;
    let dialog = NodeRef::<Dialog>::new();
    let is_open = Memo::new(move |_| !sheet.is_closed());
    Effect::new(move |_| {
        let Some(dialog) = dialog.get() else { return };
        match (is_open.get(), dialog.open()) {
            (true, false) => {
                // It fails for a dialog that is open already.
                let _ = dialog.show_modal();
            }
            (false, true) => dialog.close(),
            _ => {}
        }
    });
    let left = window_event_listener(ev::hashchange, move |_| {
        if Route::here() != Route::Teach && sheet.stage.get_untracked() != Stage::Closed {
            sheet.close();
        }
    });
    on_cleanup(move || {
        left.remove();
        if let Some(reader) = sheet.reader.try_update_value(Option::take).flatten() {
            reader.end();
        }
    });
    let escaped = move |event: ev::Event| {
        event.prevent_default();
        sheet.close();
    };
    let looks = Memo::new(move |_| sheet.stage.get() == Stage::Open);
    let step = move || match sheet.stage.get() {
        Stage::Reading(Step::Fetching) => words().review.fetching,
        Stage::Reading(Step::Opening) => words().review.opening,
        Stage::Reading(Step::Reading) => words().import.finding,
        _ => "",
    };
    let rows = Memo::new(move |_| sheet.grid.with(|grid| grid.as_ref().map_or(0, count)));
    view! {
        <dialog
            class="review"
            node_ref=dialog
            aria-labelledby="cells-title"
            data-testid="cells"
            on:cancel=escaped
        >
            <Show when=move || is_open.get()>
                <header>
                    <h2 id="cells-title">{words().import.cells_title}</h2>
                    <p class="facts"><bdi>{move || sheet.name.get()}</bdi></p>
                </header>
                <Show when=move || !looks.get()>
                    <div class="body">
                        <p role="status">{step}</p>
                        <progress aria-label=step></progress>
                    </div>
                </Show>
                <Show when=move || looks.get()>
                    <Looking />
                </Show>
                <footer>
                    <Show when=move || looks.get()>
                        <button
                            class="button primary"
                            data-testid="cells-add"
                            disabled=move || sheet.waits.get() || rows.get() == 0
                            on:click=move |_| sheet.add(editor)
                        >
                            {move || words().review.add(rows.get())}
                        </button>
                    </Show>
                    <button class="button" data-testid="cells-cancel" on:click=move |_| sheet.close()>
                        {words().common.cancel}
                    </button>
                </footer>
            </Show>
        </dialog>
    }
}

/// The sheet with the lines of its cells, and how many there are.
#[component]
fn Looking() -> impl IntoView {
    let editor = expect_context::<Editor>();
    let sheet = editor.sheet;
    let fields = [(); 2].map(|()| NodeRef::<Input>::new());
    let of = move |of: fn(&Grid) -> usize| {
        sheet
            .grid
            .with_untracked(|grid| grid.as_ref().map_or(0, of))
            .to_string()
    };
    let found = move || {
        sheet.grid.with(|grid| {
            let grid = grid.as_ref()?;
            Some(words().import.cells(grid.rows, grid.columns, grid.inked))
        })
    };
    let said = move || {
        let is_unsure = sheet
            .grid
            .with(|grid| grid.as_ref().is_some_and(|grid| !grid.is_sure));
        let unsure = is_unsure.then(|| words().import.unsure.to_owned());
        let refused = sheet.refused.get();
        refused.map(|why| words().common.sentence(&why)).or(unsure)
    };
    let submitted = move |event: ev::SubmitEvent| {
        event.prevent_default();
        sheet.ask(editor, typed(fields));
    };
    let number = move |label: &'static str, handle: &'static str, node, value: String| {
        view! {
            <label>
                {label}
                <input type="number" min="1" step="1" inputmode="numeric" node_ref=node data-testid=handle value=value />
            </label>
        }
    };
    view! {
        <div class="body">
            <p class="counts" role="status" data-testid="cells-count">{found}</p>
            <p class="facts">{words().import.cells_how}</p>
            <form class="cells-sides" novalidate=true on:submit=submitted>
                {number(words().import.rows, "cells-rows", fields[0], of(|grid| grid.rows))}
                {number(words().import.columns, "cells-columns", fields[1], of(|grid| grid.columns))}
                <button class="button" type="submit" data-testid="cells-find" disabled=move || sheet.waits.get()>
                    {words().import.find_again}
                </button>
            </form>
            <p class="said" role="status" data-testid="cells-said">{said}</p>
            <Picture />
        </div>
    }
}

/// The sheet with its lines.
#[component]
fn Picture() -> impl IntoView {
    let sheet = expect_context::<Editor>().sheet;
    let canvas = NodeRef::<Canvas>::new();
    Effect::new(move |_| {
        // A sheet that was read again is shown again.
        sheet.grid.track();
        let Some(canvas) = canvas.get() else { return };
        let Some(picture) = sheet.picture.try_update_value(Option::take).flatten() else {
            return;
        };
        canvas.set_width(picture.width());
        canvas.set_height(picture.height());
        let context = canvas.get_context("bitmaprenderer").ok().flatten();
        let context = context.and_then(|it| it.dyn_into::<ImageBitmapRenderingContext>().ok());
        if let Some(context) = context {
            context.transfer_from_image_bitmap(&picture);
        }
    });
    let sides = Memo::new(move |_| {
        let sides = |grid: &Grid| (grid.width.max(1), grid.height.max(1));
        sheet.grid.with(|grid| grid.as_ref().map_or((1, 1), sides))
    });
    let ratio = move || {
        let (width, height) = sides.get();
        (f64::from(width) / f64::from(height)).to_string()
    };
    let frame = move || {
        let (width, height) = sides.get();
        format!("0 0 {width} {height}")
    };
    let lines = Memo::new(move |_| {
        let lines = |grid: &Grid| path(&grid.lines);
        sheet
            .grid
            .with(|grid| grid.as_ref().map_or_else(String::new, lines))
    });
    view! {
        <div class="photo" style:--ratio=ratio role="img" aria-label=words().import.cells_shown>
            <canvas node_ref=canvas data-testid="cells-picture"></canvas>
            <svg class="grid" viewBox=frame preserveAspectRatio="none" data-testid="cells-grid">
                <path class="under" d=move || lines.get()></path>
                <path d=move || lines.get()></path>
            </svg>
        </div>
    }
}
