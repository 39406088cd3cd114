//! Photos on their way into the set: read one after the other, looked over, and added as one step each.
//!
//! [`crate::session::review`] says what a change does; here is the dialog, and who is asked.

mod boxes;
mod names;

use std::collections::VecDeque;

use leptos::ev;
use leptos::ev::KeyboardEvent;
use leptos::html::Dialog;
use leptos::prelude::*;
use twinglyph_paper::message::Answer;
use wasm_bindgen::JsCast;
use web_sys::{File, HtmlElement, ImageBitmap};

use super::Editor;
use super::pictures::{self, shows_what_is_drawn};
use super::reader::{Heard, ReadError, Reader, Step};
use crate::session::files;
use crate::session::review::{Review as State, Wish};
use crate::ui::Route;
use crate::ui::icons::{Icon, REDO, UNDO};
use crate::ui::style::adopt;
use crate::words::words;
/// Where a photo is.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Stage {
    /// There is none.
    Closed,
    /// It is read.
    Reading(Step),
    /// It was not read, for this reason.
    Failed(String),
    /// Its characters are looked over.
    Open,
}

/// The photos, and the one that is looked over.
#[derive(Clone, Copy)]
pub(super) struct Photos {
    stage: RwSignal<Stage>,
    state: RwSignal<State>,
    /// The straightened paper, until it is on the screen.
    paper: StoredValue<Option<ImageBitmap>, LocalStorage>,
    /// The one that is read.
    file: StoredValue<Option<File>, LocalStorage>,
    /// Those that wait.
    waiting: StoredValue<VecDeque<File>, LocalStorage>,
    /// The file's name, its number, and how many there are.
    which: RwSignal<(String, usize, usize)>,
    /// What was asked and is not answered yet.
    wish: RwSignal<Option<Wish>>,
    /// What came of the last change.
    said: RwSignal<String>,
    /// The box that the keyboard is at.
    at: RwSignal<usize>,
    /// How many characters of all photos were added.
    added: StoredValue<usize>,
    reader: StoredValue<Option<Reader>, LocalStorage>,
}

impl Photos {
    /// None.
    pub(super) fn new() -> Self {
        Self {
            stage: RwSignal::new(Stage::Closed),
            state: RwSignal::new(State::default()),
            paper: StoredValue::new_local(None),
            file: StoredValue::new_local(None),
            waiting: StoredValue::new_local(VecDeque::new()),
            which: RwSignal::new((String::new(), 0, 0)),
            wish: RwSignal::new(None),
            said: RwSignal::new(String::new()),
            at: RwSignal::new(0),
            added: StoredValue::new(0),
            reader: StoredValue::new_local(None),
        }
    }

    fn is_closed(self) -> bool {
        self.stage.with_untracked(|stage| *stage == Stage::Closed)
    }

    fn reader(self) -> Reader {
        if let Some(reader) = self.reader.get_value() {
            return reader;
        }
        let reader = Reader::new(move |heard| self.hear(heard));
        self.reader.set_value(Some(reader.clone()));
        reader
    }

    fn hear(self, heard: Heard) {
        match heard {
            Heard::Step(step) => {
                // A change of the cut has no steps.
                if self.wish.with_untracked(Option::is_none) {
                    self.stage.set(Stage::Reading(step));
                }
            }
            Heard::Answer(Answer::Page(page), paper) => {
                let name = self.which.with_untracked(|(name, ..)| name.clone());
                self.paper.set_value(paper);
                let said = if page.lost_names {
                    words().review.lost_names
                } else {
                    Default::default()
                };
                self.state.set(State::new(page, &name));
                self.at.set(0);
                self.said.set(said.to_owned());
                self.stage.set(Stage::Open);
            }
            Heard::Answer(Answer::Instead(drawn), _) => {
                let Some(wish) = self.wish.try_update(Option::take).flatten() else {
                    return;
                };
                let parts = drawn.len();
                let granted = self.state.try_update(|state| state.grant(&wish, drawn));
                self.said.set(match (granted, parts) {
                    (Some(true), 1) => words().review.joined.to_owned(),
                    (Some(true), _) => words().review.split_into(parts),
                    _ => words().review.whole.to_owned(),
                });
                if let Some(first) = self.state.with_untracked(State::first_chosen) {
                    self.at.set(first);
                }
            }
            Heard::Answer(Answer::Refused(fault), _) => self.fail(&ReadError::Fault(fault)),
            // Nobody asks here about a contact sheet.
            Heard::Answer(Answer::Grid(_), _) => self.fail(&ReadError::Stopped),
            Heard::Failed(error) => self.fail(&error),
        }
    }

    fn fail(self, error: &ReadError) {
        self.wish.set(None);
        self.refuse(&error.to_string());
        let file = self.file.get_value().filter(|_| *error == ReadError::Kind);
        let Some(file) = file else { return };
        // What kind of file it is says what can be done.
        leptos::task::spawn_local(async move {
            let head = pictures::head(&file, files::HEAD).await;
            let is_shown = self
                .stage
                .with_untracked(|stage| matches!(stage, Stage::Failed(_)))
                && self.file.get_value().as_ref() == Some(&file);
            if let (Some(head), true) = (head, is_shown) {
                self.refuse(&words().review.unread(files::kind(&head)));
            }
        });
    }

    fn refuse(self, why: &str) {
        let name = self.which.with_untracked(|(name, ..)| name.clone());
        self.stage
            .set(Stage::Failed(words().teach.refused(&name, why)));
    }

    /// Reads the next photo; closes where there is none.
    fn next(self, editor: Editor) {
        self.wish.set(None);
        self.state.set(State::default());
        let file = self.waiting.try_update_value(VecDeque::pop_front).flatten();
        let Some(file) = file else {
            return self.close(editor);
        };
        self.which.update(|(name, at, _)| {
            *name = file.name();
            *at += 1;
        });
        self.file.set_value(Some(file.clone()));
        if shows_what_is_drawn() == Some(false) {
            return self.fail(&ReadError::Hidden);
        }
        self.stage.set(Stage::Reading(Step::Opening));
        leptos::task::spawn_local(async move {
            let flat = pictures::flat(&file).await;
            // Another one may be read by now, or none.
            if self.file.get_value().as_ref() != Some(&file) {
                return;
            }
            match flat {
                Ok(flat) => self.reader().read(&flat),
                Err(_) => self.fail(&ReadError::Kind),
            }
        });
    }

    /// Leaves the photo that is looked at and those that wait; what was added stays.
    fn close(self, editor: Editor) {
        if let Some(reader) = self.reader.get_value() {
            reader.end();
        }
        self.waiting.update_value(VecDeque::clear);
        self.paper.set_value(None);
        self.file.set_value(None);
        self.wish.set(None);
        self.state.set(State::default());
        self.which.set((String::new(), 0, 0));
        self.stage.set(Stage::Closed);
        let added = self.added.try_update_value(std::mem::take).unwrap_or(0);
        // What could not be kept is said already.
        if added > 0 && editor.told.with_untracked(Option::is_none) {
            editor.tell(words().teach.added(added));
        }
    }

    /// Adds what is looked over as one step, and goes on to the next photo.
    fn add(self, editor: Editor) {
        let classes = self.state.with_untracked(State::classes);
        let count = classes.len();
        if count == 0 || self.wish.with_untracked(Option::is_some) {
            return;
        }
        if editor.teach(|editing| editing.add_classes(classes)) {
            self.added.update_value(|added| *added += count);
            self.next(editor);
        } else {
            self.said.set(editor.said());
        }
    }

    /// Changes what is looked over, and says so.
    fn change(self, change: impl FnOnce(&mut State), said: &str) {
        self.state.update(change);
        let last = self.state.with_untracked(|state| state.marks().len());
        self.at.update(|at| *at = (*at).min(last.saturating_sub(1)));
        self.said.set(said.to_owned());
    }

    /// Asks the reader of paper for a change.
    fn ask(self, wish: Option<Wish>) {
        let Some(wish) = wish.filter(|_| self.wish.with_untracked(Option::is_none)) else {
            return;
        };
        let ask = wish.ask.clone();
        self.wish.set(Some(wish));
        self.reader().ask(&ask);
    }
}

/// Reads these photos, behind those that are read already, and shows what is found on each before anything is
/// added.
pub(super) fn open(editor: Editor, files: Vec<File>) {
    let photos = editor.photos;
    let count = files.len();
    photos.waiting.update_value(|waiting| waiting.extend(files));
    photos.which.update(|(.., all)| *all += count);
    if photos.is_closed() && count > 0 {
        editor.told.set(None);
        photos.next(editor);
    }
}

/// The dialog.
#[component]
pub(super) fn Review() -> impl IntoView {
    adopt(include_str!("../../../assets/css/review.css"));
    let editor = expect_context::<Editor>();
    let photos = editor.photos;
    let dialog = NodeRef::<Dialog>::new();
    let is_open = Memo::new(move |_| photos.stage.with(|stage| *stage != Stage::Closed));
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
        if Route::here() != Route::Teach && !photos.is_closed() {
            photos.close(editor);
        }
    });
    on_cleanup(move || {
        left.remove();
        if let Some(reader) = photos.reader.try_update_value(Option::take).flatten() {
            reader.end();
        }
    });
    // The key that closes dialogs takes nothing away that was worked on.
    let escaped = move |event: ev::Event| {
        event.prevent_default();
        if photos.state.with_untracked(State::can_undo) {
            photos.said.set(words().review.kept.to_owned());
        } else {
            photos.close(editor);
        }
    };
    let pressed = move |event: KeyboardEvent| {
        let in_text = event.target().is_some_and(|target| {
            let field = target.dyn_into::<HtmlElement>();
            field.is_ok_and(|field| field.tag_name() == "INPUT")
        });
        let is_undo = (event.ctrl_key() || event.meta_key()) && !event.alt_key();
        if in_text || !is_undo || event.key().to_lowercase() != "z" {
            return;
        }
        event.prevent_default();
        if event.shift_key() {
            photos.change(State::redo, "");
        } else {
            photos.change(State::undo, "");
        }
    };
    let which = move || {
        let (name, at, all) = photos.which.get();
        match all {
            0 | 1 => name,
            _ => words().review.which(&name, at, all),
        }
    };
    let step = move || match photos.stage.get() {
        Stage::Reading(Step::Fetching) => words().review.fetching,
        Stage::Reading(Step::Opening) => words().review.opening,
        Stage::Reading(Step::Reading) => words().review.reading,
        _ => "",
    };
    let is_reading = move || {
        photos
            .stage
            .with(|stage| matches!(stage, Stage::Reading(_)))
    };
    let failed = move || {
        photos.stage.with(|stage| match stage {
            Stage::Failed(why) => Some(why.clone()),
            _ => None,
        })
    };
    let looks = Memo::new(move |_| photos.stage.with(|stage| *stage == Stage::Open));
    let more = move || photos.which.with(|(_, at, all)| at < all);
    view! {
        <dialog
            class="review"
            node_ref=dialog
            aria-labelledby="review-title"
            data-testid="review"
            on:cancel=escaped
            on:keydown=pressed
        >
            <Show when=move || is_open.get()>
                <header>
                    <h2 id="review-title">{words().review.title}</h2>
                    <p class="facts"><bdi>{which}</bdi></p>
                </header>
                <Show when=is_reading>
                    <div class="body">
                        <p role="status" data-testid="review-reading">{step}</p>
                        <progress aria-label=step></progress>
                    </div>
                </Show>
                <Show when=move || failed().is_some()>
                    <div class="body">
                        <p role="alert" class="failed" data-testid="review-failed">{failed}</p>
                    </div>
                </Show>
                <Show when=move || looks.get()>
                    <Looking />
                </Show>
                <footer>
                    <Show when=move || looks.get()>
                        <button
                            class="button primary"
                            data-testid="review-add"
                            disabled=move || photos.state.with(|state| state.count() == 0)
                            on:click=move |_| photos.add(editor)
                        >
                            {move || words().review.add(photos.state.with(State::count))}
                        </button>
                    </Show>
                    <Show when=more>
                        <button class="button" data-testid="review-next" on:click=move |_| photos.next(editor)>
                            {move || match failed() {
                                Some(_) => words().review.next_photo,
                                None => words().review.skip,
                            }}
                        </button>
                    </Show>
                    <button class="button" data-testid="review-cancel" on:click=move |_| photos.close(editor)>
                        {move || match failed() {
                            Some(_) => words().common.close,
                            None => words().common.cancel,
                        }}
                    </button>
                </footer>
            </Show>
        </dialog>
    }
}

/// A photo that was read: the boxes, what can be done with them, and the names.
#[component]
fn Looking() -> impl IntoView {
    let photos = expect_context::<Editor>().photos;
    let counts = Memo::new(move |_| photos.state.with(|state| (state.count(), state.unsure())));
    let told = move || {
        let (count, unsure) = counts.get();
        let look = match unsure {
            0 => words().review.sure.to_owned(),
            unsure => words().review.look(unsure),
        };
        [words().review.found(count), look].join(words().common.comma)
    };
    let next = move |_| {
        let from = photos.at.get_untracked() + 1;
        if let Some(at) = photos.state.with_untracked(|state| state.next_unsure(from)) {
            photos.state.update(|state| {
                state.choose_none();
                state.toggle(at);
            });
            boxes::focus(photos, at);
        }
    };
    view! {
        <div class="body">
            <p class="counts">
                <span role="status" data-testid="review-count">
                    {told}
                </span>
                <Show when=move || { counts.get().1 > 0 }>
                    <button class="link" data-testid="review-next-unsure" on:click=next>{words().review.next}</button>
                </Show>
            </p>
            <p class="facts">{words().review.how}</p>
            <div class="cut">
                <div>
                    <boxes::Boxes />
                    <Tools />
                    <p class="said" role="status" data-testid="review-said">{move || photos.said.get()}</p>
                </div>
                <names::Names />
            </div>
        </div>
    }
}

/// What can be done with the chosen boxes. Buttons that can do nothing stay where the keyboard is.
#[component]
fn Tools() -> impl IntoView {
    let photos = expect_context::<Editor>().photos;
    let state = photos.state;
    let can = move |can: fn(&State) -> bool| {
        let can = Memo::new(move |_| state.with(can) && photos.wish.with(Option::is_none));
        move || (!can.get()).then_some("true")
    };
    let brings_back = Memo::new(move |_| state.with(|state| state.brings_back() == Some(true)));
    let drop_or_back = move |_| {
        let said = if brings_back.get_untracked() {
            words().review.brought_back
        } else {
            words().review.left_out
        };
        if state.with_untracked(|state| state.brings_back().is_some()) {
            photos.change(State::drop_chosen, said);
        }
    };
    view! {
        <div class="review-tools" role="toolbar" aria-label=words().review.tools>
            <button class="button" data-testid="review-join" aria-disabled=can(|state| state.joining().is_some()) on:click=move |_| photos.ask(state.with_untracked(State::joining))>
                {words().review.join}
            </button>
            <button class="button" data-testid="review-split" aria-disabled=can(|state| state.splitting().is_some()) on:click=move |_| photos.ask(state.with_untracked(State::splitting))>
                {words().review.split}
            </button>
            <button class="button" data-testid="review-drop" aria-disabled=can(|state| state.brings_back().is_some()) on:click=drop_or_back>
                {move || if brings_back.get() { words().review.bring_back } else { words().review.leave_out }}
            </button>
            <button class="button" data-testid="review-right" aria-disabled=can(State::can_confirm) on:click=move |_| photos.change(State::confirm_chosen, "")>
                {words().review.right}
            </button>
            <button class="tool" data-testid="review-undo" title=words().common.undo aria-label=words().common.undo aria-disabled=can(State::can_undo) on:click=move |_| photos.change(State::undo, "")>
                <Icon path=UNDO />
            </button>
            <button class="tool" data-testid="review-redo" title=words().common.redo aria-label=words().common.redo aria-disabled=can(State::can_redo) on:click=move |_| photos.change(State::redo, "")>
                <Icon path=REDO />
            </button>
        </div>
    }
}
