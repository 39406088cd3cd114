//! What this browser keeps of the app and of its person, and how much room that takes, as it is measured when the
//! table is shown.

use js_sys::{AsyncIterator, Reflect};
use leptos::prelude::*;
use twinglyph_core::protocol::{DOWNLOADED_MODELS, MODELS, RUNS, app_folder};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{File, FileSystemDirectoryHandle, FileSystemFileHandle};

use crate::ui::offline::{Offline, megabytes, number};
use crate::ui::persistence;
use crate::words::words;

/// Bytes in the private file system.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Files {
    /// Networks that a person kept, and the large one that the app brought.
    networks: f64,
    /// Checkpoints of runs.
    runs: f64,
}

/// A row for each kind of thing.
#[component]
pub(super) fn Room() -> impl IntoView {
    let offline = expect_context::<Offline>();
    let files = RwSignal::new(Files::default());
    leptos::task::spawn_local(async move {
        // Where there is no such storage, nothing is in it.
        if let Ok(found) = measure().await {
            files.try_set(found);
        }
    });
    let row = move |handle: &'static str, name: &'static str, bytes: f64| {
        view! {
            <tr data-testid="room" data-what=handle data-bytes=bytes>
                <th scope="row">{name}</th>
                <td>{megabytes(bytes)}</td>
            </tr>
        }
    };
    let rows = move || {
        let kept = offline.last("kept");
        let kept = |name| kept.as_ref().map_or(0.0, |kept| number(kept, name));
        let (networks, shards) = (kept("networks"), kept("shards"));
        let files = files.get();
        let words = &words().about;
        [
            row("app", words.room_app, kept("bytes") - networks - shards),
            row("networks", words.room_networks, networks + files.networks),
            row("drawings", words.room_drawings, persistence::bytes() as f64),
            row("runs", words.room_runs, files.runs),
            row("alphabets", words.room_alphabets, shards),
        ]
    };
    view! {
        <table class="room">
            <caption>{words().about.room}</caption>
            <tbody>{rows}</tbody>
        </table>
    }
}

/// Measures the private file system: the folder of this copy of the app, and those of versions before it that all
/// copies of an origin shared.
async fn measure() -> Result<Files, JsValue> {
    let storage = window().navigator().storage();
    if storage.is_undefined() {
        return Err(JsValue::UNDEFINED);
    }
    let root: FileSystemDirectoryHandle = JsFuture::from(storage.get_directory())
        .await?
        .unchecked_into();
    let path = String::from(js_sys::encode_uri_component(&persistence::folder()));
    let own = app_folder(&path);
    let mut files = Files::default();
    let own = JsFuture::from(root.get_directory_handle(&own)).await;
    for folder in [Some(root), own.ok().map(JsCast::unchecked_into)]
        .into_iter()
        .flatten()
    {
        files.networks += size(&folder, MODELS).await? + size(&folder, DOWNLOADED_MODELS).await?;
        files.runs += size(&folder, RUNS).await?;
    }
    Ok(files)
}

/// The bytes of all files of a folder; 0 where there is none.
async fn size(parent: &FileSystemDirectoryHandle, name: &str) -> Result<f64, JsValue> {
    let Ok(folder) = JsFuture::from(parent.get_directory_handle(name)).await else {
        return Ok(0.0);
    };
    let folder: FileSystemDirectoryHandle = folder.unchecked_into();
    let entries: AsyncIterator = folder.values();
    let mut bytes = 0.0;
    loop {
        let next = JsFuture::from(entries.next()?).await?;
        let get = |name: &str| Reflect::get(&next, &JsValue::from_str(name));
        if get("done")?.is_truthy() {
            return Ok(bytes);
        }
        let Ok(file) = get("value")?.dyn_into::<FileSystemFileHandle>() else {
            continue;
        };
        let file: File = JsFuture::from(file.get_file()).await?.unchecked_into();
        bytes += file.size();
    }
}
