//! A server of one folder on loopback, with the headers that the app is meant to be served with.
//!
//! For `cargo xtask serve` and the end-to-end tests, not for the internet. Files are read at
//! each request, so a rebuilt app is served at once.

use std::collections::{HashMap, HashSet};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::compress::with_br;
use crate::csp;
use crate::http::{self, HEAD_LIMIT, Refusal, Request};
use crate::line::Line;
use crate::page;

/// A connection on which nothing comes for so long is closed; browsers reopen it.
const IDLE_LIMIT: Duration = Duration::from_secs(30);

/// The header of a file's policy.
const POLICY: &str = "Content-Security-Policy";

/// Bytes of a slow file that come at once.
const PIECE: usize = 256 << 10;

/// What is served instead of a file: how tests damage the app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Instead {
    /// Nothing: the file is not there.
    Missing,
    /// These bytes.
    Bytes(Vec<u8>),
    /// The file itself, with this pause before each 256 kB of it, as a slow connection brings it.
    Slow(Duration),
    /// The first half of the file, and then the connection's end.
    Cut,
    /// The first half of the file, and then nothing for as long as the browser waits.
    Stalled,
    /// The way to this address: hosts lead from a document to a shorter one. The folder itself is served.
    Led(String),
}

/// How an answer's body goes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Delivery {
    Whole,
    /// With this pause before each [`PIECE`].
    Slow(Duration),
    /// Half of it, then the end.
    Cut,
    /// Half of it, then silence.
    Stalled,
}

/// A folder that is being served.
#[derive(Clone, Debug)]
pub struct Server {
    site: Arc<Site>,
    address: SocketAddr,
}

#[derive(Debug)]
struct Site {
    root: PathBuf,
    mount: String,
    /// Other paths under which the folder is served, too.
    copies: Mutex<Vec<String>>,
    instead: Mutex<HashMap<String, Instead>>,
    asked: Mutex<Vec<String>>,
    /// Scripts with the lax policy.
    lax: Mutex<HashSet<String>>,
    /// Does nothing come through?
    cut: AtomicBool,
    /// Is it no site of the app?
    plain: AtomicBool,
    /// A slow line to the browser.
    line: Mutex<Option<Arc<Line>>>,
}

/// An answer before it is sent.
struct Answer {
    status: &'static str,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
    delivery: Delivery,
}

impl Server {
    /// Serves the folder below the path `mount`, which starts and ends with `/`, on this port of
    /// 127.0.0.1; port 0 takes a free one. It goes on until the process ends.
    ///
    /// # Errors
    /// When the port can't be had.
    pub fn start(root: &Path, mount: &str, port: u16) -> std::io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
        let address = listener.local_addr()?;
        let site = Arc::new(Site {
            root: root.to_owned(),
            mount: mount.to_owned(),
            copies: Mutex::default(),
            instead: Mutex::default(),
            asked: Mutex::default(),
            lax: Mutex::default(),
            cut: AtomicBool::new(false),
            plain: AtomicBool::new(false),
            line: Mutex::default(),
        });
        let server = Self {
            site: Arc::clone(&site),
            address,
        };
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let site = Arc::clone(&site);
                std::thread::spawn(move || site.talk(stream));
            }
        });
        Ok(server)
    }

    /// Where a browser finds the app.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}{}", self.address, self.site.mount)
    }

    /// Serves the folder under another path, too, which starts and ends with `/`: another copy of the app on
    /// the same origin, whose address this is.
    #[must_use]
    pub fn copy_at(&self, mount: &str) -> String {
        lock(&self.site.copies).push(mount.to_owned());
        format!("http://{}{mount}", self.address)
    }

    /// Serves something else in a file's place; the path is relative to the folder.
    pub fn replace(&self, path: &str, instead: Instead) {
        lock(&self.site.instead).insert(path.to_owned(), instead);
    }

    /// Serves a worker's script with [`csp::lax_policy`]; the path is relative to the folder.
    pub fn be_lax(&self, path: &str) {
        lock(&self.site.lax).insert(path.to_owned());
    }

    /// Serves its files as a site of somebody else's might, without any of the app's headers.
    pub fn be_plain(&self) {
        self.site.plain.store(true, Ordering::Relaxed);
    }

    /// From now on all goes over one line of this rate, bits a second, and so long from end to end and back. A connection
    /// is there after three times as long, as with TLS 1.3 over TCP.
    pub fn be_slow(&self, bits: f64, round_trip: Duration) {
        *lock(&self.site.line) = Some(Arc::new(Line::new(bits, round_trip)));
    }

    /// Serves the files themselves again. An answer that has stopped goes on no further.
    pub fn restore(&self) {
        lock(&self.site.instead).clear();
    }

    /// Ends every connection without an answer, as where there is no network, until it is told
    /// otherwise.
    pub fn cut(&self, cut: bool) {
        self.site.cut.store(cut, Ordering::Relaxed);
    }

    /// The paths asked for since the last call, in order.
    #[must_use]
    pub fn take_asked(&self) -> Vec<String> {
        std::mem::take(&mut lock(&self.site.asked))
    }
}

impl Site {
    fn talk(&self, stream: TcpStream) {
        // A broken connection concerns the client alone, and it knows.
        let _ = self.try_talk(&stream);
    }

    fn try_talk(&self, stream: &TcpStream) -> std::io::Result<()> {
        stream.set_read_timeout(Some(IDLE_LIMIT))?;
        stream.set_nodelay(true)?;
        let mut reader = BufReader::new(stream);
        let line = lock(&self.line).clone();
        let mut trips = 2;
        loop {
            let Some(head) = read_head(&mut reader)? else {
                return Ok(());
            };
            if self.cut.load(Ordering::Relaxed) {
                return Ok(());
            }
            match Request::parse(&head) {
                Ok(request) => {
                    let mut answer = self.answer(&request);
                    if self.plain.load(Ordering::Relaxed) {
                        let own = |name: &str| name.starts_with("Cross-Origin-") || name == POLICY;
                        answer.headers.retain(|(name, _)| !own(name));
                    }
                    let half = matches!(answer.delivery, Delivery::Cut | Delivery::Stalled);
                    match &line {
                        None => send(stream, &answer, request.wants_body, request.keeps_alive)?,
                        Some(line) => {
                            line.travel(trips + 1);
                            trips = 0;
                            let slow = line.over(stream);
                            send(slow, &answer, request.wants_body, request.keeps_alive)?;
                        }
                    }
                    if answer.delivery == Delivery::Stalled {
                        stream.set_read_timeout(None)?;
                        std::io::copy(&mut reader, &mut std::io::sink())?;
                    }
                    if half || !request.keeps_alive {
                        return Ok(());
                    }
                }
                Err(Refusal::Method) => {
                    let mut answer = plain("405 Method Not Allowed");
                    answer.headers.push(("Allow", "GET, HEAD".into()));
                    return send(stream, &answer, true, false);
                }
                Err(Refusal::Bad) => return send(stream, &plain("400 Bad Request"), true, false),
            }
        }
    }

    fn answer(&self, request: &Request) -> Answer {
        lock(&self.asked).push(request.path.clone());
        let copies = lock(&self.copies).clone();
        let below = |mount: &String| request.path.strip_prefix(mount.as_str());
        let Some(path) = copies.iter().chain([&self.mount]).find_map(below) else {
            let mut answer = plain("404 Not Found");
            if format!("{}/", request.path) == self.mount {
                answer = plain("301 Moved Permanently");
                answer.headers.push(("Location", self.mount.clone()));
            }
            return answer;
        };
        let whole = path.is_empty();
        let path = if whole { "index.html" } else { path };
        let mut delivery = Delivery::Whole;
        match lock(&self.instead).get(path) {
            Some(Instead::Missing) => return plain("404 Not Found"),
            Some(Instead::Bytes(bytes)) => {
                return file(path, bytes.clone(), None, "\"replaced\"".into());
            }
            Some(Instead::Slow(duration)) => delivery = Delivery::Slow(*duration),
            Some(Instead::Cut) => delivery = Delivery::Cut,
            Some(Instead::Stalled) => delivery = Delivery::Stalled,
            Some(Instead::Led(address)) if !whole => {
                let mut answer = plain("308 Permanent Redirect");
                answer.headers.push(("Location", address.clone()));
                return answer;
            }
            Some(Instead::Led(_)) | None => {}
        }
        let Some((full, tag)) = self.locate(path) else {
            return plain("404 Not Found");
        };
        if request.known.as_deref() == Some(&tag) {
            let mut answer = plain("304 Not Modified");
            answer.headers = common(path, tag);
            answer.body.clear();
            return answer;
        }
        let compressed = with_br(&full);
        // The page's policy is made from its text.
        let packed = request.takes_brotli && !path.ends_with(".html") && compressed.is_file();
        let (source, coding) = if packed {
            (compressed, Some("br"))
        } else {
            (full, None)
        };
        match std::fs::read(source) {
            Ok(bytes) => {
                let mut answer = file(path, bytes, coding, tag);
                answer.delivery = delivery;
                if lock(&self.lax).contains(path) {
                    answer.headers.retain(|(name, _)| *name != POLICY);
                    answer.headers.push((POLICY, csp::lax_policy()));
                }
                answer
            }
            Err(_) => plain("404 Not Found"),
        }
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

/// The next request's head; `None` when the client is done.
fn read_head(reader: &mut BufReader<&TcpStream>) -> std::io::Result<Option<String>> {
    let mut head = Vec::new();
    let mut limited = reader.take(HEAD_LIMIT as u64);
    loop {
        if limited.read_until(b'\n', &mut head)? == 0 {
            // Either the client is done, or the head is too long and gets no answer.
            return Ok(None);
        }
        if head.ends_with(b"\r\n\r\n") {
            // Bytes that are no text make a request that makes no sense, and is told so.
            return Ok(Some(String::from_utf8(head).unwrap_or_default()));
        }
    }
}

fn send(mut stream: impl Write, answer: &Answer, body: bool, keep: bool) -> std::io::Result<()> {
    let mut head = format!(
        "HTTP/1.1 {}\r\nContent-Length: {}\r\nConnection: {}\r\n",
        answer.status,
        answer.body.len(),
        if keep { "keep-alive" } else { "close" },
    );
    for (name, value) in &answer.headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str("\r\n");
    let mut bytes = head.into_bytes();
    match answer.delivery {
        _ if !body => {}
        Delivery::Whole => bytes.extend_from_slice(&answer.body),
        Delivery::Cut | Delivery::Stalled => {
            bytes.extend_from_slice(&answer.body[..answer.body.len() / 2]);
        }
        Delivery::Slow(pause) => {
            stream.write_all(&bytes)?;
            return answer.body.chunks(PIECE).try_for_each(|piece| {
                std::thread::sleep(pause);
                stream.write_all(piece)
            });
        }
    }
    stream.write_all(&bytes)
}

fn plain(status: &'static str) -> Answer {
    Answer {
        status,
        headers: vec![
            ("Content-Type", "text/plain; charset=utf-8".into()),
            ("Cache-Control", "no-cache".into()),
        ],
        body: status.as_bytes().to_vec(),
        delivery: Delivery::Whole,
    }
}

fn file(path: &str, body: Vec<u8>, coding: Option<&str>, tag: String) -> Answer {
    let mut headers = common(path, tag);
    headers.push(("Content-Type", http::media_type(path).into()));
    if let Some(coding) = coding {
        headers.push(("Content-Encoding", coding.into()));
    }
    // A worker is governed by the policy of its own script, not by the page's.
    if path.ends_with(".js") || path.ends_with(".mjs") {
        headers.push((POLICY, csp::policy("")));
    }
    if path.ends_with(".html") {
        let policy = csp::policy(&String::from_utf8_lossy(&body));
        let policy = match path {
            // Other pages may have it in a frame: it holds nothing of the person's.
            page::FRAME => policy,
            _ => format!("{policy}; frame-ancestors 'none'"),
        };
        headers.push((POLICY, policy));
    }
    Answer {
        status: "200 OK",
        headers,
        body,
        delivery: Delivery::Whole,
    }
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

/// What a thread left half done does not matter here: each value is whole at all times.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            let folder =
                std::env::temp_dir().join(format!("twinglyph-{name}-{}", std::process::id()));
            std::fs::create_dir_all(folder.join("site")).unwrap();
            std::fs::write(folder.join("secret"), "secret").unwrap();
            let site = folder.join("site");
            std::fs::write(site.join("index.html"), "<head><script>1</script></head>").unwrap();
            std::fs::write(site.join("index.html.br"), "packed").unwrap();
            std::fs::write(site.join("a-0123456789abcdef.js"), "let a = 1;").unwrap();
            std::fs::write(site.join("a-0123456789abcdef.js.br"), "packed").unwrap();
            Self(folder)
        }

        fn serve(&self) -> Server {
            Server::start(&self.0.join("site"), "/some/path/", 0).unwrap()
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }

    fn ask(server: &Server, request: &str) -> String {
        let mut stream = TcpStream::connect(server.address).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        stream.shutdown(std::net::Shutdown::Write).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    fn get(server: &Server, path: &str, header: &str) -> String {
        ask(server, &format!("GET {path} HTTP/1.1\r\n{header}\r\n"))
    }

    #[test]
    fn the_page_comes_with_its_policy() {
        let folder = Folder::new("page");
        let server = folder.serve();
        let answer = get(&server, "/some/path/?device=cpu", "Accept-Encoding: br\r\n");
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
        for header in [
            "Content-Type: text/html; charset=utf-8\r\n",
            "Cache-Control: no-cache\r\n",
            "script-src 'self' 'wasm-unsafe-eval' 'sha256-",
            "frame-ancestors 'none'\r\n",
            "Cross-Origin-Opener-Policy: same-origin\r\n",
            "X-Content-Type-Options: nosniff\r\n",
        ] {
            assert!(answer.contains(header), "{header} is not in {answer}");
        }
        let moved = get(&server, "/some/path", "");
        assert!(moved.contains("Location: /some/path/\r\n"), "{moved}");
        assert_eq!(server.take_asked(), ["/some/path/", "/some/path"]);
    }

    #[test]
    fn other_pages_may_have_the_frame_and_nothing_else() {
        let folder = Folder::new("frame");
        let site = folder.0.join("site");
        std::fs::write(site.join(page::FRAME), "<head></head>").unwrap();
        std::fs::write(site.join(page::FRAME_SCRIPT), "export {};").unwrap();
        let server = folder.serve();
        let frame = get(&server, "/some/path/embed.html", "");
        assert!(frame.contains("Content-Security-Policy: default-src 'self'"));
        assert!(!frame.contains("frame-ancestors"), "{frame}");
        let script = get(&server, "/some/path/embed.js", "");
        assert!(script.contains("Access-Control-Allow-Origin: *\r\n"));
        for answer in [frame, script] {
            assert!(answer.contains("Cross-Origin-Resource-Policy: cross-origin\r\n"));
        }
        for path in ["", "a-0123456789abcdef.js"] {
            let other = get(&server, &format!("/some/path/{path}"), "");
            assert!(other.contains("Cross-Origin-Resource-Policy: same-origin\r\n"));
            assert!(!other.contains("Access-Control"), "{other}");
        }
        server.be_plain();
        let plain = get(&server, "/some/path/", "");
        assert!(!plain.contains("Content-Security-Policy") && !plain.contains("Cross-Origin"));
    }

    #[test]
    fn hashed_files_are_kept_for_ever_and_compressed() {
        let folder = Folder::new("hashed");
        let server = folder.serve();
        let path = "/some/path/a-0123456789abcdef.js";
        let answer = get(&server, path, "Accept-Encoding: br\r\n");
        assert!(answer.contains("immutable\r\n") && answer.ends_with("\r\n\r\npacked"));
        assert!(answer.contains("Content-Encoding: br\r\n"));
        let answer = get(&server, path, "");
        assert!(answer.ends_with("\r\n\r\nlet a = 1;"), "{answer}");
        let tag = answer
            .split("ETag: ")
            .nth(1)
            .unwrap()
            .split("\r\n")
            .next()
            .unwrap();
        let answer = get(&server, path, &format!("If-None-Match: {tag}\r\n"));
        assert!(answer.starts_with("HTTP/1.1 304") && answer.ends_with("\r\n\r\n"));
        let answer = ask(&server, &format!("HEAD {path} HTTP/1.1\r\n\r\n"));
        assert!(answer.contains("Content-Length: 10\r\n") && answer.ends_with("\r\n\r\n"));
    }

    #[test]
    fn only_a_named_script_has_the_lax_policy() {
        let folder = Folder::new("lax");
        let server = folder.serve();
        let path = "/some/path/a-0123456789abcdef.js";
        assert!(!get(&server, path, "").contains("'unsafe-eval'"));
        server.be_lax("a-0123456789abcdef.js");
        let answer = get(&server, path, "");
        assert!(answer.contains("'unsafe-eval' blob:;"), "{answer}");
        assert_eq!(answer.matches(POLICY).count(), 1);
        assert!(!get(&server, "/some/path/", "").contains("'unsafe-eval'"));
    }

    #[test]
    fn nothing_else_is_served() {
        let folder = Folder::new("else");
        let server = folder.serve();
        for path in [
            "/index.html",
            "/some/path/absent",
            "/some/path/../secret",
            "/some/path/%2e%2e/secret",
        ] {
            let answer = get(&server, path, "");
            assert!(answer.starts_with("HTTP/1.1 40"), "{path}: {answer}");
        }
        #[cfg(unix)]
        {
            let link = folder.0.join("site/link");
            std::os::unix::fs::symlink(folder.0.join("secret"), link).unwrap();
            assert!(get(&server, "/some/path/link", "").starts_with("HTTP/1.1 404"));
        }
        let answer = ask(&server, "POST / HTTP/1.1\r\n\r\n");
        assert!(answer.starts_with("HTTP/1.1 405"), "{answer}");
        let long = format!("GET /{} HTTP/1.1\r\n\r\n", "a".repeat(HEAD_LIMIT));
        let mut stream = TcpStream::connect(server.address).unwrap();
        let _ = stream.write_all(long.as_bytes());
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        assert!(answer.is_empty());
    }

    #[test]
    fn several_requests_share_a_connection() {
        let folder = Folder::new("several");
        let server = folder.serve();
        let one = "GET /some/path/absent HTTP/1.1\r\n\r\n";
        let answer = ask(&server, &one.repeat(3));
        assert_eq!(answer.matches("HTTP/1.1 404").count(), 3);
    }

    #[test]
    fn a_test_can_damage_the_app() {
        let folder = Folder::new("damage");
        let server = folder.serve();
        server.replace("index.html", Instead::Missing);
        assert!(get(&server, "/some/path/", "").starts_with("HTTP/1.1 404"));
        server.replace("index.html", Instead::Bytes(b"odd".to_vec()));
        assert!(get(&server, "/some/path/", "").ends_with("odd"));
        server.restore();
        assert!(get(&server, "/some/path/", "").contains("<script>"));
        server.replace("index.html", Instead::Led("./".into()));
        let led = get(&server, "/some/path/index.html", "");
        assert!(led.starts_with("HTTP/1.1 308") && led.contains("Location: ./\r\n"));
        assert!(get(&server, "/some/path/", "").contains("<script>"));
    }

    #[test]
    fn a_copy_lies_under_another_path() {
        let folder = Folder::new("copy");
        let server = folder.serve();
        assert!(get(&server, "/other/", "").starts_with("HTTP/1.1 404"));
        let url = server.copy_at("/other/");
        assert!(url.ends_with("/other/"), "{url}");
        for path in ["/other/", "/some/path/"] {
            assert!(get(&server, path, "").contains("<script>"), "{path}");
        }
    }
}
