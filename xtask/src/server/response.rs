//! Responses: the headers that the app is meant to be served with, and bodies that are read piece by piece.
//!
//! Knows HTTP and the app's rules for hosts (docs/hosting.md). Refuses to know sockets and folders.

use std::fs::File;
use std::io::{Cursor, ErrorKind, Read, Result, Write};

use crate::http::{self, HEAD_LIMIT, Refusal};
use crate::{csp, page};

/// The header of a file's policy.
pub const POLICY: &str = "Content-Security-Policy";

/// Bytes of a response that are in memory at once.
const PIECE: usize = 64 << 10;

/// A response before it is sent.
pub struct Response {
    /// The code and its name.
    pub status: &'static str,
    /// Names and values, but for the length and the connection's.
    pub headers: Vec<(&'static str, String)>,
    /// Bytes of the body.
    pub length: u64,
    /// Gives the body. Where it ends before its length, the connection ends too.
    pub body: Box<dyn Read + Send>,
}

impl Response {
    /// A sentence.
    #[must_use]
    pub fn text(status: &'static str, text: String) -> Self {
        Self {
            status,
            headers: vec![
                ("Content-Type", "text/plain; charset=utf-8".into()),
                ("Cache-Control", "no-cache".into()),
                ("X-Content-Type-Options", "nosniff".into()),
            ],
            length: text.len() as u64,
            body: Box::new(Cursor::new(text)),
        }
    }

    /// There is no such file.
    #[must_use]
    pub fn missing() -> Self {
        Self::text("404 Not Found", "There is no such file here.\n".into())
    }

    /// What is asked for is at another address.
    #[must_use]
    pub fn redirect(status: &'static str, address: &str) -> Self {
        let mut response = Self::text(status, format!("It is at {address}\n"));
        response.headers.push(("Location", address.to_owned()));
        response
    }

    /// Says why a request gets no other answer, and what to do.
    pub(super) fn refusal(refusal: Refusal) -> Self {
        let (status, text) = match refusal {
            Refusal::Bad => (
                "400 Bad Request",
                "This is no request of HTTP/1.1 for a path of this server.\n".to_owned(),
            ),
            Refusal::Method => (
                "405 Method Not Allowed",
                "This server only gives files: ask by GET or HEAD.\n".to_owned(),
            ),
            Refusal::Slow => (
                "408 Request Timeout",
                "The request did not come to its end in time. Try again.\n".to_owned(),
            ),
            Refusal::Host => (
                "421 Misdirected Request",
                "This server is for the machine that it runs on. Open it as http://127.0.0.1 or http://localhost, \
                 with its port: other names could be another site's.\n"
                    .to_owned(),
            ),
            Refusal::Long => (
                "431 Request Header Fields Too Large",
                format!(
                    "The head of this request has more than {HEAD_LIMIT} bytes. Delete the cookies of this address, \
                     or shorten the address.\n"
                ),
            ),
            Refusal::Full => (
                "503 Service Unavailable",
                "This server has too many connections. Close some pages, and try again.\n".to_owned(),
            ),
        };
        let mut response = Self::text(status, text);
        if refusal == Refusal::Method {
            response.headers.push(("Allow", "GET, HEAD".into()));
        }
        response
    }

    /// The client has the file of this path already.
    pub(super) fn unchanged(path: &str, tag: String) -> Self {
        Self {
            status: "304 Not Modified",
            headers: common(path, tag),
            length: 0,
            body: Box::new(std::io::empty()),
        }
    }

    /// The bytes of the file of this path.
    #[must_use]
    pub fn bytes(path: &str, bytes: Vec<u8>, tag: String) -> Self {
        let mut headers = content(path, tag);
        if path.ends_with(".html") {
            let policy = csp::policy(&String::from_utf8_lossy(&bytes));
            let policy = match path {
                // Other pages may have it in a frame: it holds nothing of the person's.
                page::FRAME => policy,
                _ => format!("{policy}; frame-ancestors 'none'"),
            };
            headers.push((POLICY, policy));
        }
        Self {
            status: "200 OK",
            headers,
            length: bytes.len() as u64,
            body: Box::new(Cursor::new(bytes)),
        }
    }

    /// An open file of this path, which is no document: a document's policy is made from its text.
    pub(super) fn file(path: &str, file: File, tag: String) -> Result<Self> {
        Ok(Self {
            status: "200 OK",
            headers: content(path, tag),
            length: file.metadata()?.len(),
            body: Box::new(file),
        })
    }

    /// Sends it, piece by piece.
    ///
    /// # Errors
    /// When the client takes no more, or the body ends before its length.
    pub fn send(mut self, out: &mut impl Write, wants_body: bool, keeps_alive: bool) -> Result<()> {
        let connection = if keeps_alive { "keep-alive" } else { "close" };
        let mut piece = Vec::with_capacity(PIECE);
        write!(piece, "HTTP/1.1 {}\r\n", self.status)?;
        write!(piece, "Content-Length: {}\r\n", self.length)?;
        write!(piece, "Connection: {connection}\r\n")?;
        for (name, value) in &self.headers {
            write!(piece, "{name}: {value}\r\n")?;
        }
        piece.extend_from_slice(b"\r\n");
        let mut left = if wants_body { self.length } else { 0 };
        loop {
            let room = left.min(PIECE.saturating_sub(piece.len()) as u64);
            let read = (&mut self.body).take(room).read_to_end(&mut piece)? as u64;
            out.write_all(&piece)?;
            piece.clear();
            left -= read;
            if left == 0 {
                return Ok(());
            }
            if read < room {
                return Err(ErrorKind::UnexpectedEof.into());
            }
        }
    }
}

/// Headers of the content of a file.
fn content(path: &str, tag: String) -> Vec<(&'static str, String)> {
    let mut headers = common(path, tag);
    headers.push(("Content-Type", http::media_type(path).into()));
    // A worker is governed by the policy of its own script, not by the page's.
    if path.ends_with(".js") || path.ends_with(".mjs") {
        headers.push((POLICY, csp::policy("")));
    }
    headers
}

/// Headers of a file in any state.
fn common(path: &str, tag: String) -> Vec<(&'static str, String)> {
    let caching = if http::is_immutable(path) {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    // Pages that isolate themselves load only what says that it is for others.
    let reach = match path {
        page::FRAME | page::FRAME_SCRIPT => "cross-origin",
        _ => "same-origin",
    };
    let mut headers = vec![
        ("Cache-Control", caching.into()),
        ("ETag", tag),
        ("Vary", "Accept-Encoding".into()),
        ("Cross-Origin-Opener-Policy", "same-origin".into()),
        ("Cross-Origin-Embedder-Policy", "require-corp".into()),
        ("Cross-Origin-Resource-Policy", reach.into()),
        ("Referrer-Policy", "no-referrer".into()),
        ("X-Content-Type-Options", "nosniff".into()),
    ];
    if path == page::FRAME_SCRIPT {
        // Modules of another origin are loaded only so.
        headers.push(("Access-Control-Allow-Origin", "*".into()));
    }
    headers
}
