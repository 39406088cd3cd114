//! Leaves out of the page's styles and scripts what only people read: comments, indentation, and spaces
//! between rules. Makes one file of the styles, which compresses better.
//!
//! Knows how both are written. Refuses to rename or reorder what is in them.

use std::path::Path;

use crate::files::read;
use crate::parts::integrity;
use crate::program::digest;
use crate::{Error, Result};

/// Shrinks the styles and scripts in the top folder of `dist` that `html` loads by their digests, and gives
/// the document with their new ones.
///
/// # Errors
/// When a file can't be read or written.
pub fn all(dist: &Path, mut html: String) -> Result<String> {
    for file in std::fs::read_dir(dist).map_err(Error::file(dist))? {
        let path = file.map_err(Error::file(dist))?.path();
        let shrink = match path.extension().and_then(|ending| ending.to_str()) {
            Some("css") => style,
            Some("js") => script,
            _ => continue,
        };
        let bytes = read(&path)?;
        let digest = integrity(&bytes);
        let (true, Ok(text)) = (html.contains(&digest), String::from_utf8(bytes)) else {
            continue;
        };
        let text = shrink(&text);
        std::fs::write(&path, &text).map_err(Error::file(&path))?;
        html = html.replace(&digest, &integrity(text.as_bytes()));
    }
    Ok(document(&join(dist, &html)?))
}

/// A document without comments, indentation and empty lines. Scripts in it stay as they are: the page's policy has
/// their digests.
fn document(html: &str) -> String {
    let mut short = String::with_capacity(html.len());
    for (at, piece) in html.split("<script").enumerate() {
        let (script, markup) = match (at, piece.split_once("</script>")) {
            (1.., Some((script, markup))) => {
                short.push_str("<script");
                (Some(script), markup)
            }
            _ => (None, piece),
        };
        if let Some(script) = script {
            short.push_str(script);
            short.push_str("</script>");
        }
        let mut rest = markup;
        let mut plain = String::with_capacity(markup.len());
        while let Some((before, comment)) = rest.split_once("<!--") {
            plain.push_str(before);
            rest = comment.split_once("-->").map_or("", |(_, after)| after);
        }
        plain.push_str(rest);
        let lines = plain.lines().map(str::trim).filter(|line| !line.is_empty());
        for line in lines {
            short.push_str(line);
            short.push('\n');
        }
    }
    short
}

/// How Trunk begins the element of a style; its file's name and digest follow.
const STYLE: &str = "<link rel=\"stylesheet\" href=\"./";

/// Makes one file of all styles, in their order, and gives the document that loads it where the first was.
fn join(dist: &Path, html: &str) -> Result<String> {
    let mut styles = String::new();
    let mut pieces = html.split(STYLE);
    let mut rest = vec![pieces.next().unwrap_or_default()];
    for piece in pieces {
        let (Some((name, _)), Some((_, after))) = (piece.split_once('"'), piece.split_once("/>"))
        else {
            return Err(Error::Content {
                path: dist.join("index.html"),
                problem: "its styles must be elements that end with />".into(),
            });
        };
        let path = dist.join(name);
        styles += &String::from_utf8_lossy(&read(&path)?);
        std::fs::remove_file(&path).map_err(Error::file(&path))?;
        rest.push(after);
    }
    let name = format!("style-{}.css", digest(&[styles.as_bytes()]));
    let path = dist.join(&name);
    std::fs::write(&path, &styles).map_err(Error::file(&path))?;
    let integrity = integrity(styles.as_bytes());
    let element = format!("{STYLE}{name}\" integrity=\"{integrity}\"/>");
    let (head, body) = rest.split_at(1);
    Ok(format!("{}{element}{}", head.concat(), body.concat()))
}

/// A style without comments and without the spaces that part nothing. What stands between quotes stays.
fn style(text: &str) -> String {
    let mut short = String::with_capacity(text.len());
    let mut rest = text;
    let mut spaced = false;
    while let Some(letter) = rest.chars().next() {
        if let Some(comment) = rest.strip_prefix("/*") {
            rest = comment.split_once("*/").map_or("", |(_, after)| after);
            spaced = true;
            continue;
        }
        if letter.is_whitespace() {
            rest = &rest[letter.len_utf8()..];
            spaced = true;
            continue;
        }
        let parts = |letter: char| matches!(letter, '{' | '}' | ';' | ',');
        let before = short.chars().next_back();
        if spaced && !parts(letter) && before.is_some_and(|before| !parts(before)) {
            short.push(' ');
        }
        spaced = false;
        if letter == '}' && before == Some(';') {
            short.pop();
        }
        let length = match letter {
            '"' | '\'' => quoted(rest, letter),
            _ => letter.len_utf8(),
        };
        short.push_str(&rest[..length]);
        rest = &rest[length..];
    }
    short
}

/// Bytes of the quoted text that `text` begins with, quotes included.
fn quoted(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, letter) in text.char_indices().skip(1) {
        if !escaped && letter == quote {
            return at + 1;
        }
        escaped = !escaped && letter == '\\';
    }
    text.len()
}

/// A script without indentation and without lines that are comments; as it is where a template goes over
/// several lines, whose indentation counts.
pub(crate) fn script(text: &str) -> String {
    let lines = || text.lines().map(str::trim);
    if lines().any(|line| line.matches('`').count() % 2 == 1) {
        return text.to_owned();
    }
    let mut in_comment = false;
    let mut short = String::with_capacity(text.len());
    for line in lines() {
        // A comment that ends before its line does is left where it is.
        let end = line.find("*/").map(|at| at + 2);
        let begins = line.starts_with("/*") && end.is_none_or(|end| end == line.len());
        if in_comment && end.is_some_and(|end| end < line.len()) {
            return text.to_owned();
        }
        let is_comment = in_comment || begins || line.starts_with("//");
        in_comment = (in_comment || begins) && end.is_none();
        if !is_comment && !line.is_empty() {
            short.push_str(line);
            short.push('\n');
        }
    }
    short
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_document_keeps_its_scripts_and_what_is_shown() {
        let html = "<!doctype html>\n  <head>\n\n    <!-- why -->\n    <script src=\"a.js\"></script>\n\
                    <script>\n  a <!-- b;\n\n</script>\n  <p>Yes,  it\n    is.</p>\n  </head>\n";
        assert_eq!(
            document(html),
            "<!doctype html>\n<head>\n<script src=\"a.js\"></script>\
             <script>\n  a <!-- b;\n\n</script><p>Yes,  it\nis.</p>\n</head>\n"
        );
    }

    #[test]
    fn styles_become_one_in_their_order() {
        let dist = std::env::temp_dir().join(format!("twinglyph-shrink-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&dist);
        std::fs::create_dir_all(&dist).unwrap();
        std::fs::write(dist.join("a-1.css"), "a { b: c; }\n").unwrap();
        std::fs::write(dist.join("b-2.css"), "/* b */ b { d: e }").unwrap();
        let link = |name: &str| {
            let digest = integrity(&std::fs::read(dist.join(name)).unwrap());
            format!("{STYLE}{name}\" integrity=\"{digest}\"/>\n")
        };
        let html = format!("<head>{}{}</head>", link("a-1.css"), link("b-2.css"));
        let html = all(&dist, html).unwrap();
        let files: Vec<_> = std::fs::read_dir(&dist).unwrap().collect();
        assert_eq!(files.len(), 1);
        let path = files[0].as_ref().unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        assert_eq!(bytes, b"a{b: c}b{d: e}");
        let name = path.file_name().unwrap().to_str().unwrap();
        assert!(html.contains(&format!("./{name}\" integrity=\"{}\"", integrity(&bytes))));
        assert_eq!(html.matches(STYLE).count(), 1);
    }

    #[test]
    fn styles_keep_what_counts() {
        let text = "/* Why. */\n.a > .b,\n.c :hover {\n  width: calc(1px + 2px);\n  content: \"a  /* b */\\\" {\";\n}\n\n\
                    @media (a) and (b) {\n  .d { color: red; }\n}\n";
        let short = ".a > .b,.c :hover{width: calc(1px + 2px);content: \"a  /* b */\\\" {\"}@media (a) and (b){.d{color: red}}";
        assert_eq!(style(text), short);
        assert_eq!(style(short), short);
        assert_eq!(style("a/* x */b{}"), "a b{}");
        assert_eq!(style("a{content: '\\'  ;'; }"), "a{content: '\\'  ;'}");
        assert_eq!(style("a { b: \"open"), "a{b: \"open");
    }

    #[test]
    fn scripts_keep_what_counts() {
        let text = "// Why.\n\"use strict\";\n{\n  /* More\n   * of it. */\n  let a = \"// none\"; // stays\n\n  b(`${a}`);\n}\n";
        assert_eq!(
            script(text),
            "\"use strict\";\n{\nlet a = \"// none\"; // stays\nb(`${a}`);\n}\n"
        );
        let pure = "/* @__PURE__ */ a();\nb();\n";
        assert_eq!(script(pure), pure);
        let odd = "/* one\n two */ a();\nb();\n";
        assert_eq!(script(odd), odd);
        let template = "let a = `\n  // text\n`;\n";
        assert_eq!(script(template), template);
    }

    #[test]
    fn the_pages_own_scripts_and_styles_become_shorter() {
        let boot = include_str!("../../assets/boot/boot.js");
        assert!(script(boot).len() < boot.len() * 9 / 10);
        let base = include_str!("../../assets/css/base.css");
        assert!(style(base).len() < base.len() * 9 / 10);
    }
}
