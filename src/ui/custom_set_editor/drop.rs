//! What is dropped on the page or pasted into it: files are read, and all else is refused with what to do.

use js_sys::{Array, Function, Promise, Reflect};
use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{DataTransfer, DragEvent, Event, File, HtmlElement};

use super::pictures::listed;
use super::{Editor, import, review, share};
use crate::session::dropped::{Carried, MAX_DEPTH, carried, first_link, folder_path, is_pasted};
use crate::session::import::{LeftOut, MAX_FILES};
use crate::ui::Route;
use crate::words::words;

/// Takes what is dropped and pasted as long as the page is there, and shows where things can be dropped while one
/// is carried over it.
#[component]
pub(super) fn Zone() -> impl IntoView {
    let editor = expect_context::<Editor>();
    let is_over = RwSignal::new(false);
    let over = window_event_listener(ev::dragover, move |event| {
        if let Some((transfer, _)) = taken(&event) {
            transfer.set_drop_effect("copy");
            is_over.set(true);
        }
    });
    let left = window_event_listener(ev::dragleave, move |event| {
        // From one element to the next it stays within the window.
        if event.related_target().is_none() {
            is_over.set(false);
        }
    });
    let dropped = window_event_listener(ev::drop, move |event| {
        is_over.set(false);
        match taken(&event) {
            Some((transfer, Carried::Files)) => take_all(editor, &transfer),
            Some((transfer, Carried::Link)) => {
                let links = transfer.get_data("text/uri-list").unwrap_or_default();
                if !first_link(&links).is_some_and(|link| share::open_link(editor, link)) {
                    editor.refuse(words().teach.dropped_link);
                }
            }
            Some((_, Carried::Text)) => editor.refuse(words().teach.dropped_text),
            None => {}
        }
    });
    let pasted = window_event_listener(ev::paste, move |event| {
        let held = Reflect::get(&event, &"clipboardData".into()).unwrap_or_default();
        if held.is_falsy() || !is_here() {
            return;
        }
        let held: DataTransfer = held.unchecked_into();
        if is_pasted(&types(&held), is_in_field(&event)) {
            event.prevent_default();
            take_all(editor, &held);
        }
    });
    on_cleanup(move || {
        over.remove();
        left.remove();
        dropped.remove();
        pasted.remove();
    });
    view! {
        <div class="drop-zone" hidden=move || !is_over.get() data-testid="teach-drop">
            <p>{words().teach.drop_here}</p>
        </div>
    }
}

/// Is the page shown? It stays in the document behind the others.
fn is_here() -> bool {
    Route::here() == Route::Teach
}

/// What is carried over the page, where the browser shall not do with it what it does: show it in place of the
/// page.
fn taken(event: &DragEvent) -> Option<(DataTransfer, Carried)> {
    let transfer = event.data_transfer().filter(|_| is_here())?;
    let carried = carried(&types(&transfer), is_in_field(event))?;
    event.prevent_default();
    Some((transfer, carried))
}

fn types(transfer: &DataTransfer) -> Vec<String> {
    let types = transfer.types();
    types.iter().filter_map(|one| one.as_string()).collect()
}

/// Is it about a field for text?
fn is_in_field(event: &Event) -> bool {
    let target = event.target().and_then(|target| target.dyn_into().ok());
    target.is_some_and(|target: HtmlElement| target.tag_name() == "INPUT")
}

/// Takes the files and folders that were dropped or pasted. The browser gives them during its event only.
fn take_all(editor: Editor, transfer: &DataTransfer) {
    let mut folders = Vec::new();
    let mut files = Vec::new();
    let items = get(transfer, "items");
    for at in 0..get(&items, "length").as_f64().unwrap_or(0.0) as u32 {
        let item = Reflect::get_u32(&items, at).unwrap_or_default();
        // Browsers that know no folders, and files that a program made, have no entries.
        let entry = call(&item, "webkitGetAsEntry", &Array::new()).unwrap_or_default();
        if get(&entry, "isDirectory").is_truthy() {
            folders.push(entry);
        } else if let Ok(file) = call(&item, "getAsFile", &Array::new())
            && let Ok(file) = file.dyn_into()
        {
            files.push(file);
        }
    }
    if folders.is_empty() && files.is_empty() {
        files = transfer
            .files()
            .map(|files| listed(&files))
            .unwrap_or_default();
    }
    leptos::task::spawn_local(async move {
        if !folders.is_empty() {
            let (found, left_out) = walk(folders).await;
            import::read_folder(editor, found, left_out).await;
        }
        take(editor, files).await;
    });
}

/// Takes files that were dropped, pasted or chosen: a set is shown, pictures are looked over.
pub(super) async fn take(editor: Editor, files: Vec<File>) {
    let (sets, pictures): (Vec<File>, Vec<File>) = files
        .into_iter()
        .partition(|file| file.name().to_lowercase().ends_with(".twinset"));
    share::open_files(editor, &sets).await;
    review::open(editor, pictures);
}

/// The files of folders and of the folders in them, with their paths; and what is left out.
async fn walk(folders: Vec<JsValue>) -> (Vec<(String, File)>, LeftOut) {
    let (mut found, mut left_out) = (Vec::new(), LeftOut::default());
    let count = folders.len();
    let mut waiting: Vec<(JsValue, String, usize)> = folders
        .into_iter()
        .map(|folder| {
            let path = folder_path(&name(&folder), count);
            (folder, path, 1)
        })
        .collect();
    while let Some((folder, path, depth)) = waiting.pop() {
        if depth > MAX_DEPTH {
            left_out.add(&path, words().import.deep);
            continue;
        }
        let Ok(reader) = call(&folder, "createReader", &Array::new()) else {
            continue;
        };
        // A browser gives some of them at once, and none where there are no more.
        loop {
            let Ok(entries) = asked(&reader, "readEntries").await else {
                left_out.add(&path, words().import.unreadable);
                break;
            };
            let entries = Array::from(&entries);
            if entries.length() == 0 {
                break;
            }
            for entry in entries.iter() {
                let path = format!("{path}/{}", name(&entry));
                if get(&entry, "isDirectory").is_truthy() {
                    waiting.push((entry, path, depth + 1));
                } else if found.len() >= MAX_FILES {
                    left_out.add(&path, words().import.files);
                    return (found, left_out);
                } else {
                    match asked(&entry, "file").await.map(JsCast::dyn_into) {
                        Ok(Ok(file)) => found.push((path, file)),
                        _ => left_out.add(&path, words().import.unreadable),
                    }
                }
            }
        }
    }
    (found, left_out)
}

fn name(entry: &JsValue) -> String {
    get(entry, "name").as_string().unwrap_or_default()
}

fn get(of: &JsValue, key: &str) -> JsValue {
    Reflect::get(of, &key.into()).unwrap_or_default()
}

/// Calls a method by its name. Entries of folders have no types of their own here, which would be in the main
/// module of the page.
fn call(of: &JsValue, method: &str, arguments: &Array) -> Result<JsValue, JsValue> {
    let method: Function = Reflect::get(of, &method.into())?.dyn_into()?;
    method.apply(of, arguments)
}

/// Calls a method that answers by one of two functions.
async fn asked(of: &JsValue, method: &str) -> Result<JsValue, JsValue> {
    let answer = Promise::new(&mut |done, failed| {
        if let Err(error) = call(of, method, &Array::of2(&done, &failed)) {
            let _ = failed.call1(&JsValue::NULL, &error);
        }
    });
    JsFuture::from(answer).await
}
