//! The server as clients meet it, well-meaning ones and others.

#![allow(clippy::unwrap_used)]

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use super::*;
use crate::http::HEAD_LIMIT;
use crate::page;

struct Site(PathBuf);

impl Site {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("twinglyph-{name}-{}", std::process::id()));
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
        self.serve_with(Limits::default())
    }

    fn serve_with(&self, limits: Limits) -> Server {
        let folder = Folder::new(&self.0.join("site"), "/some/path/");
        Server::with_limits(folder, 0, limits).unwrap()
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A file that no socket's buffer holds.
const LARGE: u64 = 40 << 20;

/// Where [`Site::with_large_file`] puts it.
const LARGE_PATH: &str = "/some/path/large.safetensors";

impl Site {
    fn with_large_file(name: &str) -> Self {
        let site = Self::new(name);
        let file = std::fs::File::create(site.0.join("site/large.safetensors")).unwrap();
        file.set_len(LARGE).unwrap();
        site
    }
}

/// Time for what should come at once, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

fn connect(server: &Server) -> TcpStream {
    let stream = TcpStream::connect(server.address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream
}

/// All that comes until the server ends the connection.
fn rest(stream: &mut TcpStream) -> String {
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

fn ask(server: &Server, request: &str) -> String {
    let mut stream = connect(server);
    stream.write_all(request.as_bytes()).unwrap();
    stream.shutdown(Shutdown::Write).unwrap();
    rest(&mut stream)
}

fn head(path: &str, header: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n{header}\r\n")
}

fn get(server: &Server, path: &str, header: &str) -> String {
    ask(server, &head(path, header))
}

#[test]
fn the_page_comes_with_its_policy() {
    let site = Site::new("page");
    let server = site.serve();
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
}

#[test]
fn other_pages_may_have_the_frame_and_nothing_else() {
    let site = Site::new("frame");
    let folder = site.0.join("site");
    std::fs::write(folder.join(page::FRAME), "<head></head>").unwrap();
    std::fs::write(folder.join(page::FRAME_SCRIPT), "export {};").unwrap();
    let server = site.serve();
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
}

#[test]
fn hashed_files_are_kept_for_ever_and_compressed() {
    let site = Site::new("hashed");
    let server = site.serve();
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
    let answer = ask(&server, &head(path, "").replace("GET", "HEAD"));
    assert!(answer.contains("Content-Length: 10\r\n") && answer.ends_with("\r\n\r\n"));
}

#[test]
fn nothing_else_is_served() {
    let site = Site::new("else");
    let server = site.serve();
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
        let link = site.0.join("site/link");
        std::os::unix::fs::symlink(site.0.join("secret"), link).unwrap();
        assert!(get(&server, "/some/path/link", "").starts_with("HTTP/1.1 404"));
    }
    let answer = ask(&server, "POST / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    assert!(answer.starts_with("HTTP/1.1 405"), "{answer}");
    assert!(answer.contains("Allow: GET, HEAD\r\n"), "{answer}");
}

#[test]
fn several_requests_share_a_connection() {
    let site = Site::new("several");
    let server = site.serve();
    let answer = ask(&server, &head("/some/path/absent", "").repeat(3));
    assert_eq!(answer.matches("HTTP/1.1 404").count(), 3);
}

#[test]
fn a_large_file_comes_whole() {
    let site = Site::with_large_file("whole");
    let server = site.serve();
    let answer = get(&server, LARGE_PATH, "");
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.contains(&format!("Content-Length: {LARGE}\r\n")));
    assert_eq!(body.len() as u64, LARGE);
}

/// The name of a foreign site may lead to this machine: its pages must not read what is served here.
#[test]
fn a_foreign_host_is_told_so() {
    let site = Site::new("host");
    let server = site.serve();
    let port = server.address.port();
    let ask_as = |host: &str| {
        ask(
            &server,
            &format!("GET /some/path/ HTTP/1.1\r\nHost: {host}\r\n\r\n"),
        )
    };
    for host in ["localhost", "127.0.0.1", "[::1]"] {
        let answer = ask_as(&format!("{host}:{port}"));
        assert!(answer.contains("<script>"), "{host}: {answer}");
    }
    let answer = ask_as(&format!("evil.example:{port}"));
    assert!(answer.starts_with("HTTP/1.1 421 "), "{answer}");
    assert!(answer.contains("Open it as http://127.0.0.1"), "{answer}");
    assert!(!answer.contains("<script>"), "{answer}");
    let answer = ask(&server, "GET /some/path/ HTTP/1.1\r\n\r\n");
    assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
}

#[test]
fn a_long_head_is_told_so() {
    let site = Site::new("long");
    let server = site.serve();
    // The whole of it is written before the answer is read, as browsers do.
    let cookies = format!("Cookie: {}\r\n", "a".repeat(64 * HEAD_LIMIT));
    let lines = "X-Line: 1\r\n".repeat(HEAD_LIMIT);
    for header in [cookies, lines] {
        let answer = get(&server, "/some/path/", &header);
        assert!(answer.starts_with("HTTP/1.1 431 "), "{answer}");
        assert!(answer.contains("Delete the cookies"), "{answer}");
    }
    let fits = format!("Cookie: {}\r\n", "a".repeat(HEAD_LIMIT - 100));
    assert!(get(&server, "/some/path/", &fits).contains("<script>"));
}

#[test]
fn silent_clients_are_ended() {
    let site = Site::new("silent");
    let server = site.serve_with(Limits {
        idle: Duration::from_millis(100),
        head: Duration::from_millis(100),
        ..Limits::default()
    });
    // A browser that opens a connection beforehand asks for nothing, and is told nothing.
    assert_eq!(rest(&mut connect(&server)), "");
    let mut stream = connect(&server);
    stream.write_all(b"GET /some").unwrap();
    let answer = rest(&mut stream);
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
}

#[test]
fn a_head_that_trickles_is_ended() {
    let site = Site::new("trickle");
    let server = site.serve_with(Limits {
        head: Duration::from_millis(100),
        ..Limits::default()
    });
    let mut stream = connect(&server);
    let mut trickle = stream.try_clone().unwrap();
    let trickling = std::thread::spawn(move || {
        while trickle.write_all(b"a").is_ok() {
            std::thread::sleep(Duration::from_millis(10));
        }
    });
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"HTTP/1.1 408");
    stream.shutdown(Shutdown::Both).unwrap();
    trickling.join().unwrap();
}

/// Whoever takes nothing of a response makes way for others.
#[test]
fn a_client_that_reads_nothing_is_ended() {
    let site = Site::with_large_file("reads-nothing");
    let server = site.serve_with(Limits {
        connections: 1,
        piece: Duration::from_millis(100),
        ..Limits::default()
    });
    let mut deaf = connect(&server);
    deaf.write_all(head(LARGE_PATH, "").as_bytes()).unwrap();
    // It has its place now.
    deaf.read_exact(&mut [0; 12]).unwrap();
    until_served(&server);
    let mut taken = Vec::new();
    // What was under way comes, or the connection was reset.
    let _ = deaf.read_to_end(&mut taken);
    assert!((taken.len() as u64) < LARGE);
}

/// Asks until there is a place.
fn until_served(server: &Server) {
    let start = Instant::now();
    while !get(server, "/some/path/", "Connection: close\r\n").starts_with("HTTP/1.1 200 ") {
        assert!(start.elapsed() < PATIENCE, "no place becomes free");
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn connections_are_few() {
    let site = Site::new("few");
    let server = site.serve_with(Limits {
        connections: 2,
        idle: 10 * PATIENCE,
        ..Limits::default()
    });
    let held: Vec<_> = (0..2)
        .map(|_| {
            let mut stream = connect(&server);
            stream.write_all(head("/", "").as_bytes()).unwrap();
            stream.read_exact(&mut [0; 12]).unwrap();
            stream
        })
        .collect();
    let answer = get(&server, "/some/path/", "");
    assert!(answer.starts_with("HTTP/1.1 503 "), "{answer}");
    assert!(answer.contains("Close some pages"), "{answer}");
    // More than are told so are dropped.
    let silent: Vec<_> = (0..=TURNED_AWAY).map(|_| connect(&server)).collect();
    let mut last = silent.last().unwrap();
    let last = last.read(&mut [0]);
    assert!(matches!(last, Ok(0)), "{last:?}");
    drop((held, silent));
    until_served(&server);
}
