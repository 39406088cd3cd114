//! The page `#/teach`: a support set of the person's own, drawn, named, read from pictures, kept, passed
//! on.

mod bar;
mod class_list;
mod contact;
mod drop;
mod fill;
mod hands;
mod import;
mod look_alikes;
mod naming;
mod others;
mod pictures;
mod print;
mod reader;
mod review;
mod share;

use std::sync::Arc;

use leptos::html::Input;
use leptos::prelude::*;
use twinglyph_core::ink::Pen;
use twinglyph_core::own::Example;

use super::icons::{CLEAR, Icon, REDO, UNDO};
use super::pad::Pad;
use super::paper::Paper;
use super::stores::{AlphabetStore, CustomSetStore, SupportStore, use_store};
use super::style::adopt;
use crate::session::custom_set_editor::{CustomSetEditor, EditError, label};
use crate::session::sheet::Sheet;
use crate::vectorize::outline;
use crate::words::words;

/// Letters and signs of a name: the format's limit.
const NAME_LENGTH: &str = "60";

/// What the parts of the page share.
#[derive(Clone, Copy)]
struct Editor {
    own: CustomSetStore,
    support: SupportStore,
    alphabets: AlphabetStore,
    paper: Paper,
    /// What came of the last change, where there is something to say.
    told: RwSignal<Option<Told>>,
    /// The photos whose characters are looked over.
    photos: review::Photos,
    /// The contact sheet whose cells are looked over.
    sheet: contact::Sheet,
}

/// What came of a change.
#[derive(Clone, PartialEq, Eq)]
struct Told {
    text: String,
    /// Did something go wrong?
    is_refusal: bool,
    /// The drawing that it is of, as an outline.
    picture: Option<Arc<str>>,
    /// What can be done about it at once.
    next: Option<Next>,
}

/// What a person may want to do after a change.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    /// Take it back.
    Undo,
    /// See the row of a character.
    Show(usize),
    /// Part the name of a character into names of so many.
    Split(usize, usize),
}

impl Editor {
    /// Says what went well, or goes on.
    fn tell(self, text: impl Into<String>) {
        self.say(text.into(), false);
    }

    /// Says what went wrong, and what to do.
    fn refuse(self, text: impl Into<String>) {
        self.say(text.into(), true);
    }

    fn say(self, text: String, is_refusal: bool) {
        self.told.set(Some(Told {
            text,
            is_refusal,
            picture: None,
            next: None,
        }));
    }

    /// Says what was done, and offers what to do next; what stands in the way of keeping it is said instead.
    fn offer(self, text: String, next: Next) {
        self.offer_of(text, next, None);
    }

    fn offer_of(self, text: String, next: Next, picture: Option<Arc<str>>) {
        if self.told.with_untracked(Option::is_none) {
            self.told.set(Some(Told {
                text,
                is_refusal: false,
                picture,
                next: Some(next),
            }));
        }
    }

    /// What is said; empty where it is nothing.
    fn said(self) -> String {
        let told = self.told.get_untracked();
        told.map_or_else(String::new, |told| told.text)
    }

    /// Says more, behind what is said already.
    fn add(self, more: &str) {
        let text = [&self.said(), more].join(" ");
        let text = text.trim_start().to_owned();
        match self.told.get_untracked() {
            Some(told) => self.told.set(Some(Told { text, ..told })),
            None => self.tell(text),
        }
    }

    /// Changes the set, and says what stands in the way of that, or of keeping it.
    fn teach(self, change: impl FnOnce(&mut CustomSetEditor) -> Result<(), EditError>) -> bool {
        let before = self.own.shown_set();
        let kept = self.own.teach(change);
        let after = self.own.shown_set();
        if before.classes.len() < after.classes.len() {
            let mut both = before.classes.iter().zip(&after.classes);
            let first = both.position(|(before, after)| before != after);
            bar::show_new_row(first.unwrap_or(before.classes.len()));
        }
        match kept {
            Err(error) => self.refuse(error.to_string()),
            Ok(false) => self.refuse(words().teach.no_room),
            Ok(true) => self.told.set(None),
        }
        kept.is_ok()
    }

    /// As [`Editor::teach`], for what can't fail.
    fn edit(self, edit: impl FnOnce(&mut CustomSetEditor)) {
        self.teach(|editing| {
            edit(editing);
            Ok(())
        });
    }

    /// Takes the drawing on the pad as an example of a character, of a new one where there is none at this place, and
    /// leaves an empty pad, where the change is made.
    fn take(
        self,
        at: usize,
        change: impl FnOnce(&mut CustomSetEditor, Example) -> Result<(), EditError>,
    ) -> bool {
        let drawing = self.paper.sheet.with_untracked(Sheet::taught);
        let picture = drawing
            .as_ref()
            .map(|drawing| outline(drawing.drawing()).into());
        let is_new = at >= self.own.shown_set().classes.len();
        let taken = self.teach(|editing| change(editing, drawing.ok_or(EditError::Blank)?));
        if taken {
            self.paper.clear();
            let set = self.own.shown_set();
            let class = set.classes.get(at);
            let (name, examples) = class.map_or((String::new(), 0), |class| {
                (label(class, at), class.examples.len())
            });
            let told = if is_new {
                words().teach.added_one(&name, set.classes.len())
            } else {
                words().teach.added_example(&name, examples)
            };
            self.offer_of(told, Next::Show(at), picture);
        }
        taken
    }
}

/// The page.
#[component]
pub(super) fn EditorPage() -> impl IntoView {
    adopt(include_str!("../../assets/css/teach.css"));
    let editor = Editor {
        own: use_store(),
        support: use_store(),
        alphabets: use_store(),
        paper: Paper::new(
            Sheet::default(),
            RwSignal::new(Pen::OMNIGLOT.diameter),
            |_| {},
        ),
        told: RwSignal::new(None),
        photos: review::Photos::new(),
        sheet: contact::Sheet::new(),
    };
    provide_context(editor);
    share::open_address(editor);
    let alike = look_alikes::LookAlikes::watch(editor);
    view! {
        <div class="teach-page">
            <h1>{words().teach.title}</h1>
            <p class="lead">
                {words().teach.lead}
            </p>
            <others::Guest />
            <div class="teach">
                <Drawing alike />
                <class_list::ClassList alike />
            </div>
            <share::Share />
            <hands::HandsOfClass />
            <print::Print />
            <others::Others />
            <review::Review />
            <contact::Cells />
            <drop::Zone />
            <bar::Bar />
        </div>
    }
}

/// The pad, and what becomes of the drawing.
#[component]
fn Drawing(alike: look_alikes::LookAlikes) -> impl IntoView {
    let editor = expect_context::<Editor>();
    let paper = editor.paper;
    let name = NodeRef::<Input>::new();
    let undo = paper.is(Sheet::can_undo);
    let redo = paper.is(Sheet::can_redo);
    let blank = paper.is(Sheet::is_blank);
    let add = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let Some(input) = name.get_untracked() else {
            return;
        };
        let called = input.value();
        let at = editor.own.shown_set().classes.len();
        if editor.take(at, |editing, drawing| editing.add_class(&called, drawing)) {
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
            <look_alikes::DrawAgain alike />
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
            <fill::Fill />
        </section>
    }
}
