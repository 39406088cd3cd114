//! The app's server as tests want it: files damaged, late or missing, a slow line, no network, a list of requests.
//!
//! It answers as `cargo xtask serve` does, with the same headers, until a test says otherwise.

mod line;

use std::collections::{HashMap, HashSet};
use std::io::{Error, ErrorKind, Read};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use line::Line;
use xtask::csp;
use xtask::http::Request;
use xtask::server::{Connection, Folder, Handler, POLICY, Response};

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

/// A folder that is being served.
#[derive(Clone, Debug)]
pub struct Server {
    site: Arc<Site>,
    inner: xtask::server::Server,
}

#[derive(Debug)]
struct Site {
    folder: Folder,
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
    /// Are scripts and styles served as plain text?
    untyped: AtomicBool,
    /// Is the page served wherever nothing is?
    page_for_all: AtomicBool,
    /// A slow line to the browser.
    line: Mutex<Option<Arc<Line>>>,
}

impl Server {
    /// Serves the folder below the path `mount`, which starts and ends with `/`, on this port of
    /// 127.0.0.1; port 0 takes a free one. It goes on until the process ends.
    ///
    /// # Errors
    /// When the port can't be had.
    pub fn start(root: &Path, mount: &str, port: u16) -> std::io::Result<Self> {
        let site = Arc::new(Site {
            folder: Folder::new(root, mount),
            copies: Mutex::default(),
            instead: Mutex::default(),
            asked: Mutex::default(),
            lax: Mutex::default(),
            cut: AtomicBool::new(false),
            plain: AtomicBool::new(false),
            untyped: AtomicBool::new(false),
            page_for_all: AtomicBool::new(false),
            line: Mutex::default(),
        });
        let inner = xtask::server::Server::start(Shared(Arc::clone(&site)), port)?;
        Ok(Self { site, inner })
    }

    /// Where a browser finds the app.
    #[must_use]
    pub fn url(&self) -> String {
        format!("{}{}", self.inner.origin(), self.site.folder.mount())
    }

    /// Serves the folder under another path, too, which starts and ends with `/`: another copy of the app on
    /// the same origin, whose address this is.
    #[must_use]
    pub fn copy_at(&self, mount: &str) -> String {
        lock(&self.site.copies).push(mount.to_owned());
        format!("{}{mount}", self.inner.origin())
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

    /// Serves scripts and styles as plain text, as hosts do that know no type for them.
    pub fn be_untyped(&self) {
        self.site.untyped.store(true, Ordering::Relaxed);
    }

    /// Serves index.html wherever nothing is, also outside of the app's folder, as hosts of one page do.
    pub fn page_for_all(&self) {
        self.site.page_for_all.store(true, Ordering::Relaxed);
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

/// The site, which tests change while it is served.
struct Shared(Arc<Site>);

impl Handler for Shared {
    fn handle(&self, request: &Request, connection: &mut Connection) -> std::io::Result<()> {
        let site = &*self.0;
        if site.cut.load(Ordering::Relaxed) {
            return Err(ErrorKind::ConnectionAborted.into());
        }
        lock(&site.asked).push(request.path.clone());
        let request = site.at_the_mount(request);
        let path = site.folder.file(&request.path);
        let instead = path.and_then(|path| lock(&site.instead).get(path).cloned());
        let stalls = instead == Some(Instead::Stalled);
        let response = site.respond(&request, instead);
        match site.send(response, &request, connection) {
            Err(error) if stalls && error.kind() == ErrorKind::UnexpectedEof => {
                wait_for_end(connection)?;
                Err(error)
            }
            sent => sent,
        }
    }
}

impl Site {
    /// The request, for the folder itself where it is for a copy.
    fn at_the_mount(&self, request: &Request) -> Request {
        let mut request = request.clone();
        let copies = lock(&self.copies);
        let below = |mount: &String| request.path.strip_prefix(mount.as_str());
        if let Some(path) = copies.iter().find_map(below) {
            request.path = format!("{}{path}", self.folder.mount());
        }
        request
    }

    fn respond(&self, request: &Request, instead: Option<Instead>) -> Response {
        let path = self.folder.file(&request.path).unwrap_or_default();
        let mut response = match instead {
            Some(Instead::Missing) => return Response::missing(),
            Some(Instead::Bytes(bytes)) => {
                return Response::bytes(path, bytes, "\"replaced\"".into());
            }
            Some(Instead::Led(address)) if request.path != self.folder.mount() => {
                return Response::redirect("308 Permanent Redirect", &address);
            }
            Some(Instead::Slow(pause)) => {
                let mut response = self.folder.respond(request);
                response.body = Box::new(Slow {
                    body: response.body,
                    pause,
                    left: 0,
                });
                response
            }
            Some(Instead::Cut | Instead::Stalled) => {
                let mut response = self.folder.respond(request);
                response.body = Box::new(response.body.take(response.length / 2));
                response
            }
            Some(Instead::Led(_)) | None => self.folder.respond(request),
        };
        let is_there = ["200", "304"].contains(&&response.status[..3]);
        if self.page_for_all.load(Ordering::Relaxed) && !is_there {
            let mut request = request.clone();
            request.path = self.folder.mount().to_owned();
            response = self.folder.respond(&request);
        }
        if lock(&self.lax).contains(path) {
            response.headers.retain(|(name, _)| *name != POLICY);
            response.headers.push((POLICY, csp::lax_policy()));
        }
        response
    }

    fn send(
        &self,
        mut response: Response,
        request: &Request,
        connection: &mut Connection,
    ) -> std::io::Result<()> {
        if self.plain.load(Ordering::Relaxed) {
            let own = |name: &str| name.starts_with("Cross-Origin-") || name == POLICY;
            response.headers.retain(|(name, _)| !own(name));
        }
        if self.untyped.load(Ordering::Relaxed) {
            let is_text = |kind: &str| kind.contains("javascript") || kind.contains("css");
            for (name, value) in &mut response.headers {
                if *name == "Content-Type" && is_text(value) {
                    *value = "text/plain".into();
                }
            }
        }
        let (body, keep) = (request.wants_body, request.keeps_alive);
        let line = lock(&self.line).clone();
        match line {
            None => response.send(connection, body, keep),
            Some(line) => {
                line.travel(if connection.requests() == 1 { 3 } else { 1 });
                response.send(&mut line.over(connection), body, keep)
            }
        }
    }
}

/// Says nothing for as long as the client waits.
fn wait_for_end(connection: &Connection) -> std::io::Result<()> {
    let mut stream = connection.stream();
    stream.set_read_timeout(None)?;
    std::io::copy(&mut stream, &mut std::io::sink()).map(drop)
}

/// A body that comes with a pause before each [`PIECE`].
struct Slow<R> {
    body: R,
    pause: Duration,
    /// Bytes until the next pause.
    left: usize,
}

impl<R: Read> Read for Slow<R> {
    fn read(&mut self, bytes: &mut [u8]) -> Result<usize, Error> {
        if self.left == 0 {
            std::thread::sleep(self.pause);
            self.left = PIECE;
        }
        let room = bytes.len().min(self.left);
        let read = self.body.read(&mut bytes[..room])?;
        self.left -= read;
        Ok(read)
    }
}

/// What a thread left half done does not matter here: each value is whole at all times.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    const SCRIPT: &str = "a-0123456789abcdef.js";

    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            let folder =
                std::env::temp_dir().join(format!("twinglyph-e2e-{name}-{}", std::process::id()));
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(folder.join("index.html"), "<head><script>1</script></head>").unwrap();
            std::fs::write(folder.join(SCRIPT), "let a = 1;").unwrap();
            Self(folder)
        }

        fn serve(&self) -> Server {
            Server::start(&self.0, "/some/path/", 0).unwrap()
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }

    /// The response to a request for this path of the origin.
    fn ask(server: &Server, path: &str) -> Result<minreq::Response, minreq::Error> {
        let address = format!("{}{path}", server.inner.origin());
        minreq::get(address).with_follow_redirects(false).send()
    }

    fn header<'a>(response: &'a minreq::Response, name: &str) -> Option<&'a str> {
        let mut headers = response.headers.iter();
        let found = headers.find(|(other, _)| other.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    fn text(server: &Server, path: &str) -> String {
        ask(server, path).unwrap().as_str().unwrap().to_owned()
    }

    #[test]
    fn a_test_can_damage_the_app() {
        let folder = Folder::new("damage");
        let server = folder.serve();
        server.replace("index.html", Instead::Missing);
        assert_eq!(ask(&server, "/some/path/").unwrap().status_code, 404);
        server.replace("index.html", Instead::Bytes(b"odd".to_vec()));
        assert_eq!(text(&server, "/some/path/"), "odd");
        server.replace("index.html", Instead::Slow(Duration::from_millis(1)));
        assert!(text(&server, "/some/path/").contains("<script>"));
        server.replace("index.html", Instead::Cut);
        let cut = ask(&server, "/some/path/").unwrap();
        let length = header(&cut, "content-length").unwrap().parse::<usize>();
        assert_eq!(cut.as_bytes().len(), length.unwrap() / 2);
        server.restore();
        assert!(text(&server, "/some/path/").contains("<script>"));
        server.replace("index.html", Instead::Led("./".into()));
        let led = ask(&server, "/some/path/index.html").unwrap();
        assert_eq!(led.status_code, 308);
        assert_eq!(header(&led, "location"), Some("./"));
        assert!(text(&server, "/some/path/").contains("<script>"));
        server.cut(true);
        // Of no answer the client may make one of its own.
        let answer = ask(&server, "/some/path/");
        assert!(!answer.is_ok_and(|answer| !answer.headers.is_empty()));
    }

    #[test]
    fn a_stalled_file_comes_half_and_its_connection_stays() {
        use std::io::Write;
        let folder = Folder::new("stalled");
        let server = folder.serve();
        server.replace(SCRIPT, Instead::Stalled);
        let address = &server.inner.origin()["http://".len()..];
        let mut stream = std::net::TcpStream::connect(address).unwrap();
        let head = format!("GET /some/path/{SCRIPT} HTTP/1.1\r\nHost: {address}\r\n\r\n");
        stream.write_all(head.as_bytes()).unwrap();
        let mut answer = Vec::new();
        while !answer.ends_with(b"\r\n\r\nlet a") {
            let mut byte = [0];
            stream.read_exact(&mut byte).unwrap();
            answer.extend(byte);
        }
        stream
            .set_read_timeout(Some(Duration::from_millis(50)))
            .unwrap();
        let more = stream.read(&mut [0]).unwrap_err();
        let silence = [ErrorKind::WouldBlock, ErrorKind::TimedOut];
        assert!(silence.contains(&more.kind()), "{more}");
    }

    #[test]
    fn requests_are_listed_until_they_are_taken() {
        let folder = Folder::new("asked");
        let server = folder.serve();
        for path in ["/some/path/?device=cpu", "/absent"] {
            ask(&server, path).unwrap();
        }
        assert_eq!(server.take_asked(), ["/some/path/", "/absent"]);
        assert!(server.take_asked().is_empty());
    }

    #[test]
    fn a_host_may_know_no_types_and_serve_the_page_for_all() {
        let folder = Folder::new("host");
        let server = folder.serve();
        let kind = |path: &str| {
            let response = ask(&server, path).unwrap();
            assert_eq!(response.status_code, 200, "{path}");
            header(&response, "Content-Type").unwrap().to_owned()
        };
        let script = format!("/some/path/{SCRIPT}");
        assert!(kind(&script).starts_with("text/javascript"));
        server.be_untyped();
        assert_eq!(kind(&script), "text/plain");
        assert!(kind("/some/path/").starts_with("text/html"));
        server.page_for_all();
        for path in ["/some/path", "/some/path/absent", "/absent.js"] {
            assert!(kind(path).starts_with("text/html"), "{path}");
        }
    }

    #[test]
    fn a_copy_lies_under_another_path() {
        let folder = Folder::new("copy");
        let server = folder.serve();
        assert_eq!(ask(&server, "/other/").unwrap().status_code, 404);
        let url = server.copy_at("/other/");
        assert!(url.ends_with("/other/"), "{url}");
        for path in ["/other/", "/some/path/"] {
            assert!(text(&server, path).contains("<script>"), "{path}");
        }
    }

    #[test]
    fn only_a_named_script_has_the_lax_policy() {
        let folder = Folder::new("lax");
        let server = folder.serve();
        let policy = |path: &str| {
            let response = ask(&server, &format!("/some/path/{path}")).unwrap();
            header(&response, POLICY).unwrap().to_owned()
        };
        assert!(!policy(SCRIPT).contains("'unsafe-eval'"));
        server.be_lax(SCRIPT);
        assert!(policy(SCRIPT).contains("'unsafe-eval' blob:;"));
        assert!(!policy("").contains("'unsafe-eval'"));
    }

    #[test]
    fn a_foreign_site_has_none_of_the_apps_headers() {
        let folder = Folder::new("plain");
        let server = folder.serve();
        server.be_plain();
        let response = ask(&server, "/some/path/").unwrap();
        for name in [
            POLICY,
            "Cross-Origin-Opener-Policy",
            "Cross-Origin-Resource-Policy",
        ] {
            assert_eq!(header(&response, name), None);
        }
        assert!(header(&response, "Content-Type").is_some());
    }
}
