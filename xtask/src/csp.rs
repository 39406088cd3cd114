//! The Content-Security-Policy of the page: what it may run and where it may connect.

use sha2::{Digest, Sha256};

/// The policy for a page of this HTML.
///
/// Everything comes from the page's own origin: drawings can't leave the browser even if a bug
/// tried. Inline scripts are allowed by their hashes only; `'wasm-unsafe-eval'` permits to
/// compile wasm and nothing else.
#[must_use]
pub fn policy(html: &str) -> String {
    let hashes: String = inline_scripts(html)
        .map(|script| format!(" 'sha256-{}'", base64(&Sha256::digest(script))))
        .collect();
    of_sources(&format!("'wasm-unsafe-eval'{hashes}"), "")
}

/// The policy for a worker's script that makes code of text and further workers of blobs, as other
/// frameworks do; nothing of the app is served with it.
#[must_use]
pub fn lax_policy() -> String {
    of_sources("'unsafe-eval' blob:", " blob:")
}

fn of_sources(scripts: &str, workers: &str) -> String {
    format!(
        "default-src 'self'; script-src 'self' {scripts}; worker-src 'self'{workers}; \
         style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; object-src 'none'; \
         base-uri 'self'; form-action 'none'"
    )
}

/// The HTML with the policy in its head, so that a host that sets no headers has it too. A
/// `<meta>` must stand before what it governs.
#[must_use]
pub fn with_policy(html: &str) -> Option<String> {
    let at = html.find("<head>")? + "<head>".len();
    let (before, after) = html.split_at(at);
    Some(format!(
        "{before}<meta http-equiv=\"Content-Security-Policy\" content=\"{}\">{after}",
        policy(html)
    ))
}

/// The text of each script that is not a file of its own.
fn inline_scripts(html: &str) -> impl Iterator<Item = &str> {
    let mut rest = html;
    std::iter::from_fn(move || {
        loop {
            let start = rest.find("<script")?;
            let tag = &rest[start..];
            let open = tag.find('>')?;
            let close = tag.find("</script>")?;
            rest = &tag[close + "</script>".len()..];
            let body = tag.get(open + 1..close)?;
            if !tag[..open].contains(" src=") && !body.is_empty() {
                return Some(body);
            }
        }
    })
}

/// Base64 with padding, RFC 4648.
pub(crate) fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let group = chunk.iter().enumerate().fold(0u32, |group, (at, &byte)| {
            group | u32::from(byte) << (16 - 8 * at)
        });
        for digit in 0..4 {
            if digit <= chunk.len() {
                let value = (group >> (18 - 6 * digit)) & 63;
                text.push(char::from(ALPHABET[value as usize]));
            } else {
                text.push('=');
            }
        }
    }
    text
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn base64_follows_the_rfc() {
        // RFC 4648, section 10.
        for (bytes, text) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(base64(bytes.as_bytes()), text);
        }
    }

    #[test]
    fn inline_scripts_are_hashed_and_files_are_not() {
        // The hash is the example of MDN's page on script-src.
        let html = "<head><script src=\"a.js\"></script>\
                    <script type=\"module\">doSomething();</script></head>";
        assert_eq!(inline_scripts(html).collect::<Vec<_>>(), ["doSomething();"]);
        let policy = policy(html);
        assert!(
            policy.contains("'sha256-RFWPLDbv2BY+rCkDzsE+0fr8ylGr2R2faWMhq4lfEQc='"),
            "{policy}"
        );
        assert_eq!(policy.matches("sha256-").count(), 1);
    }

    #[test]
    fn the_policy_stands_first_in_the_head() {
        let html = with_policy("<html><head><script>1</script></head></html>").unwrap();
        assert!(html.starts_with("<html><head><meta http-equiv=\"Content-Security-Policy\""));
        assert_eq!(with_policy("<html></html>"), None);
    }

    #[test]
    fn the_headers_for_hosts_have_the_workers_policy() {
        let headers = include_str!("../../assets/hosting/_headers");
        let policy = format!("  Content-Security-Policy: {}\n", policy(""));
        assert_eq!(headers.matches(&policy).count(), 3, "{policy}");
        let notes = include_str!("../../docs/hosting.md");
        let policy = format!("\"{}\"", super::policy(""));
        assert_eq!(notes.matches(&policy).count(), 3, "{policy}");
    }

    #[test]
    fn broken_html_has_no_scripts() {
        for html in [
            "<script",
            "<script>",
            "</script><script>x",
            "<script</script>>",
        ] {
            assert_eq!(inline_scripts(html).count(), 0, "{html}");
        }
    }
}
