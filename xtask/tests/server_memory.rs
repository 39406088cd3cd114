//! What the server's process holds for clients, in a process that does nothing else.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used)]

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;

use xtask::server::{Folder, Server};

/// As large as `koch.safetensors`.
const LARGE: u64 = 39 << 20;

/// More than the pieces of all readers, and less than one copy of the file.
const GROWTH_LIMIT: u64 = 16 << 20;

/// The memory of this process in use, in bytes.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.unwrap().trim().trim_end_matches(" kB");
    kilobytes.parse::<u64>().unwrap() << 10
}

/// A connection on which this path was asked for, and the response has begun.
fn ask(mut stream: TcpStream, path: &str) -> TcpStream {
    let head = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n");
    stream.write_all(head.as_bytes()).unwrap();
    stream.read_exact(&mut [0; 12]).unwrap();
    stream
}

/// The head of a response to its end.
fn skip_head(stream: &mut TcpStream) {
    let mut last = [0; 4];
    while &last != b"\r\n\r\n" {
        last.rotate_left(1);
        stream.read_exact(&mut last[3..]).unwrap();
    }
}

fn grows_little(what: &str, before: u64) {
    let growth = resident().saturating_sub(before);
    println!("{what}: {} kB", growth >> 10);
    assert!(growth < GROWTH_LIMIT, "{what}: {growth} bytes");
}

/// One test, as memory is the process's.
#[test]
fn memory_is_bounded() {
    let folder = std::env::temp_dir().join(format!("twinglyph-memory-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = std::fs::File::create(folder.join("large.safetensors")).unwrap();
    file.set_len(LARGE).unwrap();
    let server = Server::start(Folder::new(&folder, "/"), 0).unwrap();
    let connect = || TcpStream::connect(&server.origin()["http://".len()..]).unwrap();
    ask(connect(), "/large.safetensors");

    let before = resident();
    let readers: Vec<_> = (0..30)
        .map(|_| ask(connect(), "/large.safetensors"))
        .collect();
    grows_little("30 readers that take no more", before);
    drop(readers);

    // A list of them would take 48 MB.
    let before = resident();
    let mut stream = connect();
    for number in 0..4000 {
        stream = ask(stream, &format!("/{number:012000}"));
        skip_head(&mut stream);
        let mut body = [0; "There is no such file here.\n".len()];
        stream.read_exact(&mut body).unwrap();
    }
    grows_little("4,000 requests", before);
    remove(&folder);
}

fn remove(folder: &Path) {
    let _ = std::fs::remove_dir_all(folder);
}
