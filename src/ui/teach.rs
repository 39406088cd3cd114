//! The page `#/teach`: a support set of the person's own, drawn, named, read from pictures, kept, passed
//! on.

mod import;
mod others;
mod pictures;
mod print;
mod review;
mod share;
mod shelf;

use leptos::ev::DragEvent;
use leptos::html::Input;
use leptos::prelude::*;
use twinglyph_core::Bitmap;
use twinglyph_core::ink::Pen;
use web_sys::File;

use super::desk::Desk;
use super::icons::{CLEAR, Icon, REDO, UNDO};
use super::pad::Pad;
use super::paper::Paper;
use super::style::adopt;
use crate::session::sheet::Sheet;
use crate::session::teach::{TeachError, Teaching};
use crate::words::words;

/// Letters and signs of a name: the format's limit.
const NAME_LENGTH: &str = "60";

/// What the parts of the page share.
#[derive(Clone, Copy)]
struct Lesson {
    desk: Desk,
    paper: Paper,
    /// What came of the last change, where there is something to say.
    told: RwSignal<Option<String>>,
    /// The photos whose characters are looked over.
    photos: review::Photos,
}

impl Lesson {
    /// Changes the set, and says what stands in the way of that, or of keeping it.
    fn teach(self, change: impl FnOnce(&mut Teaching) -> Result<(), TeachError>) -> bool {
        let kept = self.desk.teach(change);
        self.told.set(match kept {
            Err(error) => Some(error.to_string()),
            Ok(false) => Some(words().teach.no_room.to_owned()),
            Ok(true) => None,
        });
        kept.is_ok()
    }

    /// As [`Lesson::teach`], for what can't fail.
    fn edit(self, edit: impl FnOnce(&mut Teaching)) {
        self.teach(|teaching| {
            edit(teaching);
            Ok(())
        });
    }

    /// The drawing on the pad, and an empty pad, where the change is made.
    fn take(self, change: impl FnOnce(&mut Teaching, Bitmap) -> Result<(), TeachError>) -> bool {
        let pen = Pen::OMNIGLOT;
        let drawing = self.paper.sheet.with_untracked(|sheet| sheet.bitmap(pen));
        let taken = self.teach(|teaching| change(teaching, drawing.ok_or(TeachError::Blank)?));
        if taken {
            self.paper.clear();
        }
        taken
    }
}

/// The page.
#[component]
pub(super) fn Teach() -> impl IntoView {
    adopt(include_str!("../../assets/css/teach.css"));
    let lesson = Lesson {
        desk: expect_context::<Desk>(),
        paper: Paper::new(Sheet::default(), Pen::OMNIGLOT.diameter, |_| {}),
        told: RwSignal::new(None),
        photos: review::Photos::new(),
    };
    provide_context(lesson);
    share::open_address(lesson);
    // What is dropped on this page is meant for it; elsewhere a browser would show it instead.
    let carried = |event: &DragEvent| {
        let carried = event.data_transfer()?;
        // Text may be dropped into the names of characters.
        carried.types().includes(&"Files".into(), 0).then(|| {
            event.prevent_default();
            carried.files().map(|files| pictures::listed(&files))
        })?
    };
    let dropped = move |event: DragEvent| {
        if let Some(files) = carried(&event) {
            take(lesson, files);
        }
    };
    view! {
        <div
            class="teach-page"
            on:dragover=move |event| drop(carried(&event))
            on:drop=dropped
            data-testid="teach-drop"
        >
            <h1>{words().teach.title}</h1>
            <p class="lead">
                {words().teach.lead}
            </p>
            <p class="told" role="status" data-testid="teach-told">
                {move || lesson.told.get()}
            </p>
            <others::Guest />
            <div class="teach">
                <Drawing />
                <shelf::Shelf />
            </div>
            <share::Share />
            <print::Print />
            <others::Others />
            <review::Review />
        </div>
    }
}

/// Takes files that were dropped: a set is shown, pictures are read.
fn take(lesson: Lesson, files: Vec<File>) {
    let (sets, pictures): (Vec<File>, Vec<File>) = files
        .into_iter()
        .partition(|file| file.name().to_lowercase().ends_with(".twinset"));
    if let Some(set) = sets.into_iter().next() {
        leptos::task::spawn_local(async move { share::open_file(lesson, &set).await });
    }
    review::open(lesson, pictures);
}

/// The pad, and what becomes of the drawing.
#[component]
fn Drawing() -> impl IntoView {
    let lesson = expect_context::<Lesson>();
    let paper = lesson.paper;
    let name = NodeRef::<Input>::new();
    let undo = Memo::new(move |_| paper.sheet.with(Sheet::can_undo));
    let redo = Memo::new(move |_| paper.sheet.with(Sheet::can_redo));
    let blank = Memo::new(move |_| paper.sheet.with(Sheet::is_blank));
    let add = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let Some(input) = name.get_untracked() else {
            return;
        };
        let called = input.value();
        if lesson.take(|teaching, drawing| teaching.add_class(&called, drawing)) {
            input.set_value("");
        }
    };
    view! {
        <section class="desk" aria-label=words().common.drawing>
            <Pad paper handle="teach-pad" />
            <div class="tools" role="toolbar" aria-label=words().common.drawing>
                <button class="tool" title=words().common.undo aria-label=words().teach.undo_stroke disabled=move || !undo.get() on:click=move |_| paper.undo()>
                    <Icon path=UNDO />
                </button>
                <button class="tool" title=words().common.redo aria-label=words().teach.redo_stroke disabled=move || !redo.get() on:click=move |_| paper.redo()>
                    <Icon path=REDO />
                </button>
                <button class="tool" title=words().common.clear aria-label=words().teach.clear_pad disabled=move || blank.get() on:click=move |_| paper.clear()>
                    <Icon path=CLEAR />
                </button>
            </div>
            <form class="teach-add" on:submit=add>
                <label>
                    {words().teach.name}
                    <input
                        type="text"
                        node_ref=name
                        data-testid="teach-name"
                        maxlength=NAME_LENGTH
                        autocomplete="off"
                        placeholder=words().teach.names
                    />
                </label>
                <button class="button" type="submit" data-testid="teach-add">
                    {words().teach.add}
                </button>
            </form>
            <pictures::Pictures />
            <import::Import />
        </section>
    }
}
