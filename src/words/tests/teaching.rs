//! docs/teaching.md and docs/teaching.ja.md have the texts of `#/lessons`, word for word.

use std::path::Path;

use super::super::lessons::{Lessons, pieces};
use super::super::{JAPANESE, Language};

/// With it set, the documents are written.
const WRITE: &str = "TWINGLYPH_WRITE";

/// What writes them.
const COMMAND: &str = "TWINGLYPH_WRITE=1 cargo test -p twinglyph teaching";

/// The longest line of a document, in characters.
const LONGEST: usize = 120;

/// A text whose links show their addresses, in pieces behind each of which a line may end.
fn unbroken(language: Language, text: &'static str) -> Vec<String> {
    let mut plain = String::new();
    for (piece, address) in pieces(text) {
        plain.push_str(piece);
        plain += &match (language, address) {
            (_, None) => String::new(),
            (Language::English, Some(address)) => format!(" (`{address}`)"),
            (Language::Japanese, Some(address)) => format!("（`{address}`）"),
        };
    }
    let ends: &[char] = match language {
        Language::English => &[' '],
        // A line's end is shown as a gap, which nobody sees behind these.
        Language::Japanese => &['。', '、'],
    };
    plain.split_inclusive(ends).map(str::to_owned).collect()
}

/// A text in lines, the first behind a mark and the others as far from the margin as `indent` says.
fn lines(language: Language, mark: &str, indent: usize, text: &'static str) -> String {
    let mut done = String::new();
    let mut line = mark.to_owned();
    for part in unbroken(language, text) {
        let length = line.chars().count() + part.trim_end().chars().count();
        if length > LONGEST && line.trim_end() != mark.trim_end() {
            done += line.trim_end();
            done.push('\n');
            line = " ".repeat(indent);
        }
        line += &part;
    }
    done + line.trim_end() + "\n"
}

/// The guide as a document.
fn document(language: Language, words: &Lessons) -> String {
    let colon = match language {
        Language::English => ".** ",
        Language::Japanese => "**：",
    };
    let lines = |mark: &str, indent, text| lines(language, mark, indent, text);
    let mut document = format!(
        "# {}\n\n<!-- The texts of src/words/lessons.rs, written by `{COMMAND}` -->\n\n",
        words.heading
    );
    document += &lines("", 0, words.lead);
    document += &format!("\n## {}\n\n", words.begin);
    for text in words.beginning() {
        document += &lines("- ", 2, text);
    }
    for (number, plan) in (1..).zip(words.plans()) {
        document += &format!("\n## {number}. {}\n\n{}\n\n", plan.title, plan.time);
        for (step, text) in (1..).zip(plan.steps) {
            document += &lines(&format!("{step}. "), 3, text);
        }
        for (label, text) in [(words.ask, plan.ask), (words.find, plan.find)] {
            document.push('\n');
            document += &lines(&format!("**{label}{colon}"), 0, text);
        }
    }
    document += &format!("\n## {}\n\n", words.sources);
    document + &lines("", 0, words.sources_1)
}

#[test]
fn the_documents_for_teaching_say_what_the_page_says() {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
    for (file, language, words) in [
        ("teaching.md", Language::English, &Lessons::ENGLISH),
        ("teaching.ja.md", Language::Japanese, JAPANESE.lessons),
    ] {
        let path = docs.join(file);
        let wanted = document(language, words);
        let longest = wanted.lines().map(|line| line.chars().count()).max();
        assert!(longest <= Some(LONGEST), "{file}: {longest:?}");
        if std::env::var_os(WRITE).is_some() {
            std::fs::write(&path, &wanted).unwrap();
        }
        let found = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(
            found == wanted,
            "docs/{file} is to be written by `{COMMAND}`:\n{wanted}"
        );
    }
}

#[test]
fn a_text_is_taken_apart_at_its_links() {
    let text = "On [Draw](#/draw), or [there](#/x).";
    let expected = [
        ("On ", None),
        ("Draw", Some("#/draw")),
        (", or ", None),
        ("there", Some("#/x")),
        (".", None),
    ];
    assert_eq!(pieces(text), expected);
    assert_eq!(pieces("an [open"), [("an [open", None)]);
}
