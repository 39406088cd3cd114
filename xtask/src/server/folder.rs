//! The app's folder, served below a path. Files are opened at each request, so a rebuilt app is served at once.
//!
//! Knows files. Refuses to know sockets.

use std::fs::File;
use std::path::{Path, PathBuf};

use super::{Connection, Handler, Response};
use crate::compress::with_br;
use crate::http::Request;

/// A folder that is served.
#[derive(Clone, Debug)]
pub struct Folder {
    root: PathBuf,
    mount: String,
}

impl Folder {
    /// This folder below the path `mount`, which starts and ends with `/`.
    #[must_use]
    pub fn new(root: &Path, mount: &str) -> Self {
        Self {
            root: root.to_owned(),
            mount: mount.to_owned(),
        }
    }

    /// The path below which it is served.
    #[must_use]
    pub fn mount(&self) -> &str {
        &self.mount
    }

    /// The file that a request's path means, relative to the folder.
    #[must_use]
    pub fn file<'a>(&self, path: &'a str) -> Option<&'a str> {
        match path.strip_prefix(self.mount.as_str())? {
            "" => Some("index.html"),
            file => Some(file),
        }
    }

    /// The response to a request.
    #[must_use]
    pub fn respond(&self, request: &Request) -> Response {
        match self.file(&request.path) {
            Some(path) => self
                .respond_with(path, request)
                .unwrap_or_else(Response::missing),
            None if format!("{}/", request.path) == self.mount => {
                Response::redirect("301 Moved Permanently", &self.mount)
            }
            None => Response::missing(),
        }
    }

    /// The response with a file of the folder, if it is there.
    fn respond_with(&self, path: &str, request: &Request) -> Option<Response> {
        let (full, tag) = self.locate(path)?;
        if request.known.as_deref() == Some(&tag) {
            return Some(Response::unchanged(path, tag));
        }
        if path.ends_with(".html") {
            return Some(Response::bytes(path, std::fs::read(full).ok()?, tag));
        }
        let compressed = with_br(&full);
        let packed = request.takes_brotli && compressed.is_file();
        let file = File::open(if packed { compressed } else { full }).ok()?;
        let mut response = Response::file(path, file, tag).ok()?;
        if packed {
            response.headers.push(("Content-Encoding", "br".into()));
        }
        Some(response)
    }

    /// The file of a path and a tag that changes with it. Links may not lead out of the folder.
    fn locate(&self, path: &str) -> Option<(PathBuf, String)> {
        let root = self.root.canonicalize().ok()?;
        let full = root.join(path).canonicalize().ok()?;
        let facts = full.metadata().ok()?;
        if !full.starts_with(&root) || !facts.is_file() {
            return None;
        }
        let changed = facts
            .modified()
            .ok()?
            .duration_since(std::time::UNIX_EPOCH)
            .ok()?;
        let tag = format!("\"{:x}-{:x}\"", facts.len(), changed.as_nanos());
        Some((full, tag))
    }
}

impl Handler for Folder {
    fn handle(&self, request: &Request, connection: &mut Connection) -> std::io::Result<()> {
        self.respond(request)
            .send(connection, request.wants_body, request.keeps_alive)
    }
}
