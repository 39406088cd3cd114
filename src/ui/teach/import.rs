//! Many characters at once: a folder of pictures, or a contact sheet.
//!
//! [`crate::session::import`] says which file is what; here files are opened one after the other, so
//! that no more than one picture is in memory.

use leptos::html::Input;
use leptos::prelude::*;
use twinglyph_core::own::OwnClass;
use twinglyph_paper::scan::Gray;
use web_sys::File;

use super::Lesson;
use super::pictures::{Picture, PictureError, chosen_files, fitted, gray, head, normal, open};
use crate::session::import::{
    GridError, LeftOut, MAX_FILE, PNG_HEAD, grid, is_openable, plan, png_size,
};
use crate::ui::desk::breathe;
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
    let lesson = expect_context::<Lesson>();
    let [rows, columns] = [(); 2].map(|()| NodeRef::<Input>::new());
    let busy = RwSignal::new(false);
    let folder = move |event: leptos::ev::Event| {
        let Some((input, files)) = chosen_files(&event) else {
            return;
        };
        busy.set(true);
        leptos::task::spawn_local(async move {
            read_folder(lesson, files).await;
            // The same folder can be chosen again.
            input.set_value("");
            busy.set(false);
        });
    };
    let sheet = move |event: leptos::ev::Event| {
        let Some((input, files)) = chosen_files(&event) else {
            return;
        };
        let said = [rows, columns].map(|field| {
            let text = field.get_untracked().map(|field| field.value());
            text.and_then(|text| text.trim().parse().ok())
        });
        busy.set(true);
        leptos::task::spawn_local(async move {
            if let Some(file) = files.first() {
                read_sheet(lesson, file, (said[0], said[1])).await;
            }
            input.set_value("");
            busy.set(false);
        });
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
                        disabled=move || busy.get()
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

/// Adds what a folder holds, as one step.
async fn read_folder(lesson: Lesson, files: Vec<File>) {
    let listed: Vec<(String, f64)> = files
        .iter()
        .map(|file| {
            let path = js_sys::Reflect::get(file, &"webkitRelativePath".into());
            let path = path.ok().and_then(|path| path.as_string());
            // A file that was chosen by itself has none.
            let path = path.filter(|path| !path.is_empty());
            (normal(&path.unwrap_or_else(|| file.name())), file.size())
        })
        .collect();
    let plan = plan(&listed);
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
                lesson.told.set(Some(words().import.reading(done, all)));
                breathe().await;
            }
            done += 1;
            match example(&files[at]).await {
                Ok(drawing) => drawn.push(drawing),
                Err(error) => left_out.add(&listed[at].0, &error.to_string()),
            }
        }
        if !drawn.is_empty() {
            classes.push(OwnClass {
                name,
                examples: drawn,
            });
        }
    }
    add(lesson, classes, &left_out);
}

/// The one drawing of a picture.
async fn example(file: &File) -> Result<twinglyph_core::Bitmap, ImportError> {
    let picture = opened(file).await?;
    let (width, height, pixels) = fitted(&picture, LONGEST)?;
    let gray = Gray::new(width, height, &pixels).map_err(PictureError::from)?;
    Ok(gray.drawing().map_err(PictureError::from)?)
}

/// Adds a sheet, as one step.
async fn read_sheet(lesson: Lesson, file: &File, said: (Option<usize>, Option<usize>)) {
    match sheet(file, said).await {
        Ok((classes, mut left_out)) => {
            if classes.is_empty() {
                left_out.add(&file.name(), words().import.blank_sheet);
            }
            add(lesson, classes, &left_out);
        }
        Err(error) => {
            let refused = words().import.refused(&file.name(), &error.to_string());
            lesson.told.set(Some(refused));
        }
    }
}

/// The classes of a sheet, row by row, and the rows without any.
async fn sheet(
    file: &File,
    said: (Option<usize>, Option<usize>),
) -> Result<(Vec<OwnClass>, LeftOut), ImportError> {
    let picture = opened(file).await?;
    let (width, height) = picture.sides();
    let grid = grid(width, height, said)?;
    let mut left_out = LeftOut::default();
    let mut classes = Vec::new();
    for row in 0..grid.rows {
        breathe().await;
        let part = (row * grid.height, grid.height);
        let pixels = gray(&picture, part, (grid.width, grid.height))?;
        let strip = Gray::new(grid.width, grid.height, &pixels).map_err(PictureError::from)?;
        let cells = strip.cells(grid.columns).map_err(PictureError::from)?;
        let examples: Vec<_> = cells.into_iter().flatten().collect();
        if examples.is_empty() {
            left_out.add(&words().import.row(row + 1), words().import.blank_row);
        } else {
            classes.push(OwnClass {
                name: String::new(),
                examples,
            });
        }
    }
    Ok((classes, left_out))
}

/// A picture that is small enough to be opened whole.
async fn opened(file: &File) -> Result<Picture, ImportError> {
    if file.size() > MAX_FILE {
        return Err(GridError::Bytes.into());
    }
    let head = head(file, PNG_HEAD).await.ok_or(PictureError::Kind)?;
    let size = png_size(&head);
    if size.is_some_and(|(width, height)| !is_openable(width, height)) {
        return Err(GridError::Pixels.into());
    }
    let picture = open(file).await?;
    let (width, height) = picture.sides();
    if !is_openable(width, height) {
        return Err(GridError::Pixels.into());
    }
    Ok(picture)
}

/// Adds classes as one step, and says what came in and what did not.
fn add(lesson: Lesson, classes: Vec<OwnClass>, left_out: &LeftOut) {
    let most = twinglyph_core::protocol::MAX_SHOTS;
    let examples: usize = classes.iter().map(|one| one.examples.len().min(most)).sum();
    let count = classes.len();
    // How far the reading was is of no interest any more.
    lesson.told.set(None);
    if !classes.is_empty() && !lesson.teach(|teaching| teaching.add_all(classes)) {
        return;
    }
    let added = words().import.added(count, examples);
    let left = left_out.sentence();
    let told = [lesson.told.get_untracked(), Some(added), left];
    let told: Vec<String> = told.into_iter().flatten().collect();
    lesson.told.set(Some(told.join(" ")));
}
