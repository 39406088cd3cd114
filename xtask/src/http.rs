//! As much of HTTP/1.1 as a server of files needs: reading a request, naming a file's type.
//!
//! Knows text and bytes. Refuses to know sockets and folders.

/// The longest request head that is read, in bytes; browsers send less than 2 kB here.
pub const HEAD_LIMIT: usize = 16 * 1024;

/// A request, understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// GET or HEAD; HEAD wants no body.
    pub wants_body: bool,
    /// The host that the client meant, with the port.
    pub host: String,
    /// The path, decoded, starting with `/`, without the query. It has no `..`.
    pub path: String,
    /// Does the client take brotli?
    pub takes_brotli: bool,
    /// The tag of the version that the client has.
    pub known: Option<String>,
    /// Does the client want to go on talking on this connection?
    pub keeps_alive: bool,
}

/// Why a request can't be answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It makes no sense.
    Bad,
    /// Another method than GET or HEAD.
    Method,
    /// It was not whole in time.
    Slow,
    /// Its head is longer than [`HEAD_LIMIT`].
    Long,
    /// It is for a host that this server is not: [`is_loopback`].
    Host,
    /// There are too many connections.
    Full,
}

impl Request {
    /// Understands a request's head.
    ///
    /// # Errors
    /// When it is not a GET or HEAD request for a path that stays below the root.
    pub fn parse(head: &str) -> Result<Self, Refusal> {
        let mut lines = head.split("\r\n");
        let mut words = lines.next().ok_or(Refusal::Bad)?.split(' ');
        let (Some(method), Some(target), Some("HTTP/1.1"), None) =
            (words.next(), words.next(), words.next(), words.next())
        else {
            return Err(Refusal::Bad);
        };
        let wants_body = match method {
            "GET" => true,
            "HEAD" => false,
            _ => return Err(Refusal::Method),
        };
        let path = target.split(['?', '#']).next().unwrap_or_default();
        let mut host = None;
        let mut request = Self {
            wants_body,
            host: String::new(),
            path: decode(path).ok_or(Refusal::Bad)?,
            takes_brotli: false,
            known: None,
            keeps_alive: true,
        };
        for line in lines.take_while(|line| !line.is_empty()) {
            let (name, value) = line.split_once(':').ok_or(Refusal::Bad)?;
            let value = value.trim();
            match name.to_ascii_lowercase().as_str() {
                "host" if host.is_some() => return Err(Refusal::Bad),
                "host" => host = Some(value.to_owned()),
                "accept-encoding" => {
                    request.takes_brotli = value
                        .split(',')
                        .any(|coding| coding.split(';').next().is_some_and(|c| c.trim() == "br"));
                }
                "if-none-match" => request.known = Some(value.to_owned()),
                "connection" => request.keeps_alive = !value.eq_ignore_ascii_case("close"),
                // A body would be taken for the next request.
                "content-length" if value != "0" => return Err(Refusal::Bad),
                "transfer-encoding" => return Err(Refusal::Bad),
                _ => {}
            }
        }
        request.host = host.ok_or(Refusal::Bad)?;
        Ok(request)
    }
}

/// Does a `Host` name this machine, with any port or none? Another site can have its own name lead to 127.0.0.1, and
/// would then read whatever is served there.
#[must_use]
pub fn is_loopback(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    name.eq_ignore_ascii_case("localhost") || name == "127.0.0.1" || name == "[::1]"
}

/// A target's path without percent signs; `None` where it could leave the root.
fn decode(path: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => {
                let digit = |byte: u8| char::from(byte).to_digit(16);
                (digit(rest.next()?)? * 16 + digit(rest.next()?)?) as u8
            }
            byte => byte,
        });
    }
    let path = String::from_utf8(bytes).ok()?;
    let stays = path.starts_with('/')
        && !path.contains(['\\', '\0', ':'])
        && path.split('/').all(|part| part != "..");
    stays.then_some(path)
}

/// The media type of a file, by its name.
#[must_use]
pub fn media_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "css" => "text/css; charset=utf-8",
        "html" => "text/html; charset=utf-8",
        "ico" => "image/x-icon",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "json" => "application/json",
        "md" | "txt" => "text/plain; charset=utf-8",
        "png" => "image/png",
        "svg" => "image/svg+xml",
        "wasm" => "application/wasm",
        "webmanifest" => "application/manifest+json",
        "woff2" => "font/woff2",
        _ => "application/octet-stream",
    }
}

/// Does the name carry a digest of the content, as Trunk's and the engine's do? Then it never
/// changes its content.
#[must_use]
pub fn is_immutable(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    name.split(|c: char| !c.is_ascii_alphanumeric())
        .any(|part| {
            // Trunk and `engine` write 64 bits as hexadecimal; leading zeros may be missing.
            part.len() >= 14 && part.bytes().all(|byte| byte.is_ascii_hexdigit())
        })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn path(target: &str) -> Result<String, Refusal> {
        Request::parse(&format!("GET {target} HTTP/1.1\r\nHost: localhost\r\n\r\n"))
            .map(|request| request.path)
    }

    #[test]
    fn a_browsers_request_is_understood() {
        let head = "HEAD /a%20b/c.js?x=1 HTTP/1.1\r\nHost: localhost\r\n\
                    Accept-Encoding: gzip, br;q=1.0\r\nIf-None-Match: \"7\"\r\n\
                    Connection: close\r\n\r\n";
        let expected = Request {
            wants_body: false,
            host: "localhost".into(),
            path: "/a b/c.js".into(),
            takes_brotli: true,
            known: Some("\"7\"".into()),
            keeps_alive: false,
        };
        assert_eq!(Request::parse(head), Ok(expected));
    }

    #[test]
    fn nothing_leaves_the_root() {
        for target in [
            "/../secret",
            "/a/../../b",
            "/%2e%2e/b",
            "/a/%2E%2E",
            "/..%2fb",
            "/a%5c..%5cb",
            "/a%00b",
            "relative",
            "/%zz",
            "/%4",
            "/%ff",
            "/C:/x",
            "http://elsewhere/",
        ] {
            assert_eq!(path(target), Err(Refusal::Bad), "{target}");
        }
        assert_eq!(path("/a..b/...").unwrap(), "/a..b/...");
    }

    #[test]
    fn other_requests_are_refused() {
        let parse = |head: &str| Request::parse(head).unwrap_err();
        assert_eq!(parse("POST / HTTP/1.1\r\n\r\n"), Refusal::Method);
        assert_eq!(
            parse("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n"),
            Refusal::Bad
        );
        assert_eq!(
            parse("GET / HTTP/1.1\r\nHost: a\r\nnonsense\r\n\r\n"),
            Refusal::Bad
        );
        // RFC 9112, 3.2: one host, neither none nor several.
        assert_eq!(parse("GET / HTTP/1.1\r\n\r\n"), Refusal::Bad);
        assert_eq!(
            parse("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n"),
            Refusal::Bad
        );
        assert_eq!(parse("GET /"), Refusal::Bad);
        assert_eq!(parse(""), Refusal::Bad);
    }

    #[test]
    fn only_this_machine_is_loopback() {
        for host in [
            "localhost",
            "LocalHost:8080",
            "127.0.0.1:1",
            "[::1]",
            "[::1]:80",
        ] {
            assert!(is_loopback(host), "{host}");
        }
        for host in [
            "",
            "example.org",
            "example.org:8080",
            "localhost.example.org",
            "localhost:80@example.org",
            "127.0.0.1.example.org:8080",
            "127.0.0.2",
            "::1",
        ] {
            assert!(!is_loopback(host), "{host}");
        }
    }

    #[test]
    fn only_digests_make_a_file_immutable() {
        assert!(is_immutable("/engine/engine-0123456789abcdef_bg.wasm"));
        assert!(is_immutable("/twinglyph-8b5eac2a5cd41b7.js"));
        for path in [
            "/index.html",
            "/0123456789abcdef/index.html",
            "/deadbeef.png",
            "/",
        ] {
            assert!(!is_immutable(path), "{path}");
        }
    }
}
