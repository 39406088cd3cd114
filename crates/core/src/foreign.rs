//! Text from outside: what a file says of itself, what an address names.
//!
//! It may be long, or hold a sentence of a stranger's. As a [`Foreign`] it can't be told as if it were ours: in a
//! sentence it stands in quotation marks, in one line, cut, and apart from the direction of the letters around it.

use std::fmt::{Display, Formatter, Result, Write};

/// Most letters of it that a sentence shows.
pub const MOST: usize = 80;

/// A text from outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Foreign(String);

impl<T: Into<String>> From<T> for Foreign {
    fn from(text: T) -> Self {
        Self(text.into())
    }
}

impl Display for Foreign {
    fn fmt(&self, to: &mut Formatter<'_>) -> Result {
        // First strong isolate, and its end.
        to.write_str("\u{2068}\"")?;
        cut(&self.0, MOST, to)?;
        to.write_str("\"\u{2069}")
    }
}

/// Writes at most so many letters of a text, an ellipsis in the place of the others; what can't be seen or turns the
/// direction of text is left out.
///
/// # Errors
/// When they can't be written.
pub fn cut(text: &str, most: usize, to: &mut impl Write) -> Result {
    let is_shown = |letter: &char| !matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let letters = text.chars().filter(is_shown);
    let letters = letters.map(|letter| if letter.is_control() { ' ' } else { letter });
    for (at, letter) in letters.enumerate() {
        if at == most {
            return to.write_char('…');
        }
        to.write_char(letter)?;
    }
    Ok(())
}

/// The sizes of a tensor, as `64 x 1 x 3 x 3`: the first eight where a file names more.
#[must_use]
pub fn sizes(shape: &[usize]) -> String {
    let first: Vec<String> = shape.iter().take(8).map(usize::to_string).collect();
    match shape.len() {
        0 => "a single number".to_owned(),
        9.. => format!("{} x …", first.join(" x ")),
        _ => first.join(" x "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_text_is_quoted_and_cut() {
        let told = |text: &str| Foreign::from(text).to_string();
        assert_eq!(told("compact"), "\u{2068}\"compact\"\u{2069}");
        assert_eq!(told("a\nb\u{202e}c"), "\u{2068}\"a bc\"\u{2069}");
        let long = told(&"字".repeat(60_000));
        assert_eq!(long, format!("\u{2068}\"{}…\"\u{2069}", "字".repeat(MOST)));
    }

    #[test]
    fn sizes_are_few() {
        assert_eq!(sizes(&[64, 1, 3, 3]), "64 x 1 x 3 x 3");
        assert_eq!(sizes(&[]), "a single number");
        assert_eq!(sizes(&[2; 9_000]), "2 x 2 x 2 x 2 x 2 x 2 x 2 x 2 x …");
    }
}
