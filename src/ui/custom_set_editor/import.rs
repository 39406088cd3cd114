//! Many characters at once: a folder of pictures, or a contact sheet.
//!
//! [`crate::session::import`] says which file is what; here files are opened one after the other, so
//! that no more than one picture is in memory.

use leptos::html::Input;
use leptos::prelude::*;
use twinglyph_core::own::OwnClass;
use twinglyph_paper::scan::Gray;
use web_sys::File;

use super::pictures::{
    Picture, PictureError, chosen_files, fitted, flat, head, open, shows_what_is_drawn,
};
use super::{Editor, contact};
use crate::session::files::{self, kind};
use crate::session::import::{GridError, LeftOut, MAX_FILE, is_openable, plan, png_size};
use crate::ui::pause::breathe;
use crate::words::words;

/// Longer side that a picture of one character is made smaller to: four times a sheet's.
const LONGEST: f64 = 420.0;

/// Files between two words on how far it is.
const TOLD_EVERY: usize = 20;

/// Why a file gives nothing.
#[derive(Debug, thiserror::Error)]
enum ImportError {
    #[error(transparent)]
    Picture(#[from] PictureError),
    #[error(transparent)]
    Grid(#[from] GridError),
}

/// Both buttons.
#[component]
pub(super) fn Import() -> impl IntoView {
    let editor = expect_context::<Editor>();
    let [rows, columns] = [(); 2].map(|()| NodeRef::<Input>::new());
    let busy = RwSignal::new(false);
    let folder = move |event: leptos::ev::Event| {
        let Some((input, files)) = chosen_files(&event) else {
            return;
        };
        busy.set(true);
        leptos::task::spawn_local(async move {
            let files = files.into_iter().map(|file| (path(&file), file)).collect();
            read_folder(editor, files, LeftOut::default()).await;
            // The same folder can be chosen again.
            input.set_value("");
            busy.set(false);
        });
    };
    let sheet = move |event: leptos::ev::Event| {
        let Some((input, files)) = chosen_files(&event) else {
            return;
        };
        if let Some(file) = files.first() {
            contact::open(editor, file, contact::typed([rows, columns]));
        }
        // The same file can be chosen again.
        input.set_value("");
    };
    let number = |label: &'static str, handle: &'static str, node: NodeRef<Input>| {
        view! {
            <label>
                {label}
                <input type="number" min="1" step="1" inputmode="numeric" node_ref=node data-testid=handle />
            </label>
        }
    };
    view! {
        <details class="import">
            <summary>{words().import.title}</summary>
            <div class="pictures">
                <label class="button">
                    {words().import.folder}
                    <input
                        type="file"
                        multiple
                        prop:webkitdirectory=true
                        class="visually-hidden"
                        data-testid="teach-folder"
                        disabled=move || busy.get()
                        on:change=folder
                    />
                </label>
                <small>
                    {words().import.folder_how}
                </small>
            </div>
            <div class="pictures">
                <span class="sides">
                    {number(words().import.rows, "teach-rows", rows)}
                    {number(words().import.columns, "teach-columns", columns)}
                </span>
                <label class="button">
                    {words().import.sheet}
                    <input
                        type="file"
                        accept="image/*"
                        class="visually-hidden"
                        data-testid="teach-sheet"
                        disabled=move || busy.get() || !editor.sheet.is_closed()
                        on:change=sheet
                    />
                </label>
                <small>
                    {words().import.sheet_how}
                </small>
            </div>
        </details>
    }
}

/// The path of a file in the folder that was chosen.
fn path(file: &File) -> String {
    let path = js_sys::Reflect::get(file, &"webkitRelativePath".into());
    let path = path.ok().and_then(|path| path.as_string());
    // A file that was chosen by itself has none.
    let path = path.filter(|path| !path.is_empty());
    path.unwrap_or_else(|| file.name())
}

/// Adds what folders hold, as one step: files with their paths, beside what is left out already.
pub(super) async fn read_folder(editor: Editor, files: Vec<(String, File)>, left_out: LeftOut) {
    if is_hidden(editor) {
        return;
    }
    let listed: Vec<(String, f64)> = files
        .iter()
        .map(|(path, file)| (path.clone(), file.size()))
        .collect();
    let plan = plan(&listed, left_out);
    let mut left_out = plan.left_out;
    let all: usize = plan
        .classes
        .iter()
        .map(|(_, examples)| examples.len())
        .sum();
    let mut done = 0;
    let mut classes = Vec::new();
    for (name, examples) in plan.classes {
        let mut drawn = Vec::new();
        for at in examples {
            if done % TOLD_EVERY == 0 {
                editor.tell(words().import.reading(done, all));
                breathe().await;
            }
            done += 1;
            match example(&files[at].1).await {
                Ok(drawing) => drawn.push(drawing),
                Err(error) => left_out.add(&listed[at].0, &error.to_string()),
            }
        }
        if !drawn.is_empty() {
            classes.push(OwnClass::new(&name, drawn));
        }
    }
    add(editor, classes, &left_out);
}

/// Does this browser hide pictures from pages? Then that is said, and nothing is read.
fn is_hidden(editor: Editor) -> bool {
    let hidden = shows_what_is_drawn() == Some(false);
    if hidden {
        let why = words().teach.hidden_pictures;
        editor.refuse(words().common.sentence(why));
    }
    hidden
}

/// The one drawing of a picture.
async fn example(file: &File) -> Result<twinglyph_core::Bitmap, ImportError> {
    let picture = opened(file).await?;
    let (width, height, pixels) = fitted(&picture, LONGEST)?;
    let gray = Gray::new(width, height, &pixels).map_err(PictureError::from)?;
    Ok(gray.drawing().map_err(PictureError::from)?)
}

/// A picture that is small enough to be opened whole.
async fn opened(file: &File) -> Result<Picture, ImportError> {
    if file.size() > MAX_FILE {
        return Err(GridError::Bytes.into());
    }
    let head = head(file, files::HEAD).await.ok_or(PictureError::Kind)?;
    let size = png_size(&head);
    if size.is_some_and(|(width, height)| !is_openable(width, height)) {
        return Err(GridError::Pixels.into());
    }
    let picture = open(&flat(file).await?).await;
    let picture = picture.map_err(|_| PictureError::Unread(kind(&head)))?;
    let (width, height) = picture.sides();
    if !is_openable(width, height) {
        return Err(GridError::Pixels.into());
    }
    Ok(picture)
}

/// Adds classes as one step, and says what came in and what did not.
pub(super) fn add(editor: Editor, classes: Vec<OwnClass>, left_out: &LeftOut) {
    let most = twinglyph_core::protocol::MAX_SHOTS;
    let examples: usize = classes.iter().map(|one| one.examples.len().min(most)).sum();
    let count = classes.len();
    if classes.is_empty() {
        editor.refuse(words().import.nothing);
    } else if editor.teach(|editing| editing.add_all(classes)) {
        editor.add(&words().import.added(count, examples));
    } else {
        return;
    }
    if let Some(left) = left_out.sentence() {
        editor.add(&left);
    }
}
