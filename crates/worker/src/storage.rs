//! What is kept in this browser: files of the origin's private file system.
//!
//! Each file begins with the digest of what follows, and is written twice, first beside its place
//! (`NAME~`) and then into it: whatever moment the power fails in, one of the two is whole. Where there is room for
//! one only, the copy stands for the file. A write that fails leaves nothing; what one left that was cut off goes at
//! the next start. All of it lies in a folder of this copy of the app; what versions before this one kept, in folders
//! that all copies of an origin shared, is still found there. Knows nothing of what the files mean. Where the browser
//! has no such storage, as in some private windows, every error says so and nothing else happens.

use js_sys::{Function, Reflect, Uint8Array};
use twinglyph_core::protocol::{StorageError, StorageFault, app_folder};
use twinglyph_engine::Head;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Blob, DomException, File, FileSystemDirectoryHandle, FileSystemFileHandle,
    FileSystemGetDirectoryOptions, FileSystemGetFileOptions, FileSystemSyncAccessHandle,
};

use twinglyph_worker_scope::scope;

use crate::digest::{digest_of, digest_of_array};

/// First bytes of every file: the form's name and version.
const MAGIC: &[u8; 8] = b"twinkep1";

/// Bytes of the digest that follows.
const DIGEST: usize = 32;

/// Ending of the copy that is written first.
const COPY: char = '~';

/// Reads what was kept at a path of a folder and a name.
pub(crate) async fn read(path: &str) -> Result<Option<Vec<u8>>, StorageError> {
    let (folder, name) = split(path)?;
    let own = intact(&directory(folder).await?, name, path).await?;
    match (own, shared(folder).await?) {
        (None, Some(shared)) => intact(&shared, name, path).await,
        (own, _) => Ok(own),
    }
}

/// The head, at most so many bytes, of what is kept at a path; `None` where there is none, or it is no file of ours.
pub(crate) async fn head(path: &str, most: usize) -> Result<Option<Head>, StorageError> {
    let (folder, name) = split(path)?;
    let folder = directory(folder).await?;
    let found = match file(&folder, name).await? {
        None => file(&folder, &copy_of(name)).await?,
        found => found,
    };
    let Some(file) = found else {
        return Ok(None);
    };
    let begin = MAGIC.len() + DIGEST;
    let part = file.slice_with_i32_and_i32(0, (begin + most) as i32);
    let part = part.map_err(|error| refused(&error))?;
    let bytes = buffer_of(&part).await?.to_vec();
    let content = bytes
        .strip_prefix(MAGIC)
        .and_then(|rest| rest.get(DIGEST..));
    Ok(content.map(|content| Head {
        bytes: content.to_vec(),
        length: (file.size() as u64).saturating_sub(begin as u64),
    }))
}

/// What is kept under a name, or its copy where that is damaged.
async fn intact(
    folder: &FileSystemDirectoryHandle,
    name: &str,
    path: &str,
) -> Result<Option<Vec<u8>>, StorageError> {
    let mut damaged = false;
    for name in [name.to_owned(), copy_of(name)] {
        let Some(file) = file(folder, &name).await? else {
            continue;
        };
        match whole(&buffer_of(&file).await?).await {
            Some(content) => return Ok(Some(content)),
            None => damaged = true,
        }
    }
    if damaged {
        return Err(StorageError::damaged(path));
    }
    Ok(None)
}

/// Keeps bytes in the place of what was there before, which stays where there is no room for them.
pub(crate) async fn keep(path: &str, bytes: &[u8]) -> Result<(), StorageError> {
    let (folder, name) = split(path)?;
    let folder = directory(folder).await?;
    let digest = digest_of(bytes).await.bytes();
    let parts = [MAGIC.as_slice(), &digest, bytes];
    let copy = copy_of(name);
    let is_lone = file(&folder, name).await?.is_none() && file(&folder, &copy).await?.is_some();
    if is_lone {
        // The copy is all that is kept under this name.
        write(&folder, name, parts).await?;
    } else {
        write(&folder, &copy, parts).await?;
        if let Err(error) = write(&folder, name, parts).await {
            if error.fault == StorageFault::InUse {
                remove(&folder, &copy).await;
                return Err(error);
            }
            let stands = file(&folder, name).await?.is_none();
            return match stands && file(&folder, &copy).await?.is_some() {
                true => Ok(()),
                false => Err(error),
            };
        }
    }
    remove(&folder, &copy).await;
    Ok(())
}

/// Removes what is left of writes that were cut off: of a file and its copy the one that is not whole, or is not
/// needed.
///
/// A file that another tab is writing is locked, and stays.
pub(crate) async fn tidy() -> Result<(), StorageError> {
    let own = own_folder().await?;
    for name in names(&own).await? {
        let folder = directory(&name).await?;
        for copy in names(&folder).await? {
            if let Some(name) = copy.strip_suffix(COPY) {
                settle(&folder, name).await?;
            }
        }
    }
    Ok(())
}

/// The same for a file that has a copy.
async fn settle(folder: &FileSystemDirectoryHandle, name: &str) -> Result<(), StorageError> {
    let copy = copy_of(name);
    let kept = file(folder, name).await?;
    let is_there = kept.is_some();
    if !is_file_whole(kept).await? && is_file_whole(file(folder, &copy).await?).await? {
        if is_there {
            remove(folder, name).await;
        }
    } else {
        remove(folder, &copy).await;
    }
    Ok(())
}

/// Forgets what is kept at a path.
pub(crate) async fn forget(path: &str) -> Result<(), StorageError> {
    let (folder, name) = split(path)?;
    let own = directory(folder).await?;
    for folder in [Some(own), shared(folder).await?].into_iter().flatten() {
        remove(&folder, &copy_of(name)).await;
        remove(&folder, name).await;
    }
    Ok(())
}

/// Names of what is kept in a folder.
pub(crate) async fn list(folder: &str) -> Result<Vec<String>, StorageError> {
    let mut found = Vec::new();
    let own = directory(folder).await?;
    for folder in [Some(own), shared(folder).await?].into_iter().flatten() {
        found.extend(names(&folder).await?);
    }
    for name in &mut found {
        name.truncate(name.trim_end_matches(COPY).len());
    }
    found.sort();
    found.dedup();
    Ok(found)
}

/// Names of all that lies in a folder, copies too.
async fn names(folder: &FileSystemDirectoryHandle) -> Result<Vec<String>, StorageError> {
    let mut names = Vec::new();
    let keys = folder.keys();
    loop {
        let next = keys.next().map_err(|error| refused(&error))?;
        let next = JsFuture::from(next)
            .await
            .map_err(|error| refused(&error))?;
        let get = |name: &str| Reflect::get(&next, &JsValue::from_str(name));
        if get("done").is_ok_and(|done| done.is_truthy()) {
            return Ok(names);
        }
        names.extend(get("value").ok().and_then(|value| value.as_string()));
    }
}

fn copy_of(name: &str) -> String {
    format!("{name}{COPY}")
}

/// The content of a file, where its digest is right. It takes no more memory than the file that was kept did, so
/// that a large one fits where that lay.
async fn whole(buffer: &Uint8Array) -> Option<Vec<u8>> {
    let content = buffer.subarray((MAGIC.len() + DIGEST) as u32, buffer.length());
    is_whole(buffer).await.then(|| content.to_vec())
}

/// Is a file's digest right?
async fn is_whole(buffer: &Uint8Array) -> bool {
    let begin = (MAGIC.len() + DIGEST) as u32;
    let head = buffer.subarray(0, begin).to_vec();
    let content = buffer.subarray(begin, buffer.length());
    match head.strip_prefix(MAGIC) {
        Some(digest) => digest_of_array(&content).await.bytes() == digest,
        None => false,
    }
}

/// The same of a file that may not be there.
async fn is_file_whole(file: Option<File>) -> Result<bool, StorageError> {
    match file {
        Some(file) => Ok(is_whole(&buffer_of(&file).await?).await),
        None => Ok(false),
    }
}

fn split(path: &str) -> Result<(&str, &str), StorageError> {
    path.rsplit_once('/')
        .ok_or_else(|| StorageError::refused(Some("a path has a folder and a name")))
}

/// A folder of this copy of the app, made where it isn't there.
async fn directory(name: &str) -> Result<FileSystemDirectoryHandle, StorageError> {
    enter(own_folder().await?, name).await
}

/// The folder of all that this copy of the app keeps, made where it isn't there.
async fn own_folder() -> Result<FileSystemDirectoryHandle, StorageError> {
    let place = place().ok_or_else(StorageError::absent)?;
    enter(root().await?, &place).await
}

async fn enter(
    folder: FileSystemDirectoryHandle,
    name: &str,
) -> Result<FileSystemDirectoryHandle, StorageError> {
    let options = FileSystemGetDirectoryOptions::new();
    options.set_create(true);
    settled(folder.get_directory_handle_with_options(name, &options)).await
}

/// The folder that versions before this one had, for all copies of an origin; `None` where there is none.
async fn shared(name: &str) -> Result<Option<FileSystemDirectoryHandle>, StorageError> {
    match JsFuture::from(root().await?.get_directory_handle(name)).await {
        Ok(folder) => Ok(Some(folder.unchecked_into())),
        Err(error) if is_missing(&error) => Ok(None),
        Err(error) => Err(refused(&error)),
    }
}

/// The name of this copy's folder: the path that the app lies under, as a name can have it.
fn place() -> Option<String> {
    let path = scope()?.location().pathname();
    // This script lies in a folder of the app's.
    let mut parts = path.rsplitn(3, '/');
    let app = parts.nth(2).unwrap_or_default();
    let name = js_sys::encode_uri_component(&format!("{app}/"));
    Some(app_folder(&String::from(name)))
}

/// The private file system.
async fn root() -> Result<FileSystemDirectoryHandle, StorageError> {
    let scope = scope().ok_or_else(StorageError::absent)?;
    if !scope.is_secure_context() {
        return Err(StorageError::insecure());
    }
    let storage = Some(scope.navigator())
        .and_then(|navigator| Reflect::get(&navigator, &JsValue::from_str("storage")).ok())
        .filter(JsValue::is_object)
        .ok_or_else(StorageError::absent)?;
    // Older browsers have the storage without the file system.
    let root: Function = Reflect::get(&storage, &JsValue::from_str("getDirectory"))
        .ok()
        .and_then(|function| function.dyn_into().ok())
        .ok_or_else(StorageError::absent)?;
    let root = root.call0(&storage).map_err(|error| refused(&error))?;
    settled(root.unchecked_into()).await
}

/// A file; `None` where there is none.
async fn file(
    folder: &FileSystemDirectoryHandle,
    name: &str,
) -> Result<Option<File>, StorageError> {
    let handle = match JsFuture::from(folder.get_file_handle(name)).await {
        Ok(handle) => handle.unchecked_into::<FileSystemFileHandle>(),
        Err(error) if is_missing(&error) => return Ok(None),
        Err(error) => return Err(refused(&error)),
    };
    settled(handle.get_file()).await.map(Some)
}

/// All bytes of a file or of a part of one, in the browser's memory.
async fn buffer_of(blob: &Blob) -> Result<Uint8Array, StorageError> {
    let buffer = JsFuture::from(blob.array_buffer()).await;
    let buffer = buffer.map_err(|error| refused(&error))?;
    Ok(Uint8Array::new(&buffer))
}

/// Writes a file of three parts, none of which is copied for it. Where that fails, what was written goes.
async fn write(
    folder: &FileSystemDirectoryHandle,
    name: &str,
    parts: [&[u8]; 3],
) -> Result<(), StorageError> {
    let written = try_write(folder, name, parts).await;
    // Another tab's file is its own.
    if matches!(&written, Err(error) if error.fault != StorageFault::InUse) {
        remove(folder, name).await;
    }
    written
}

async fn try_write(
    folder: &FileSystemDirectoryHandle,
    name: &str,
    parts: [&[u8]; 3],
) -> Result<(), StorageError> {
    let options = FileSystemGetFileOptions::new();
    options.set_create(true);
    let handle: FileSystemFileHandle =
        settled(folder.get_file_handle_with_options(name, &options)).await?;
    // Closed in every case: an open one locks the file.
    let access: FileSystemSyncAccessHandle = settled(handle.create_sync_access_handle()).await?;
    let written = access
        .truncate_with_f64(0.0)
        .and_then(|()| {
            parts.into_iter().try_fold(0.0, |written, part| {
                access.write_with_u8_array(part).map(|more| written + more)
            })
        })
        .and_then(|written| access.flush().map(|()| written));
    access.close();
    let length: usize = parts.iter().map(|part| part.len()).sum();
    match written {
        Ok(written) if written == length as f64 => Ok(()),
        Ok(_) => Err(StorageError::full()),
        Err(error) => Err(refused(&error)),
    }
}

async fn remove(folder: &FileSystemDirectoryHandle, name: &str) {
    // What isn't there needs no removing.
    let _ = JsFuture::from(folder.remove_entry(name)).await;
}

async fn settled<T: JsCast>(promise: js_sys::Promise) -> Result<T, StorageError> {
    JsFuture::from(promise)
        .await
        .map(JsCast::unchecked_into)
        .map_err(|error| refused(&error))
}

fn is_missing(error: &JsValue) -> bool {
    error
        .dyn_ref::<DomException>()
        .is_some_and(|error| error.name() == "NotFoundError")
}

/// The failure that an error of the browser stands for.
fn refused(error: &JsValue) -> StorageError {
    match error.dyn_ref::<DomException>() {
        Some(error) if error.name() == "QuotaExceededError" => StorageError::full(),
        Some(error) if error.name() == "NoModificationAllowedError" => StorageError::in_use(),
        Some(error) if error.name() == "SecurityError" => StorageError::blocked(),
        Some(error) => StorageError::refused(Some(&error.message())),
        None => StorageError::refused(None),
    }
}
