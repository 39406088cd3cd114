//! The size of an SVG document: browsers draw one to a canvas only where it says how large it is.
//!
//! Knows the first tag of a document; refuses to know what it draws and who draws it.

/// Most bytes of a document: what takes longer to read is no drawing of characters.
pub(crate) const MAX_BYTES: f64 = 4e6;

/// Longer side at which a document is drawn, pixels.
const LONGEST: f64 = 1_600.0;

/// Sides of a document that doesn't say any.
const USUAL: f64 = 1_000.0;

/// A document that can be drawn.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Sized {
    /// Its text, with its sides in pixels.
    pub(crate) text: String,
    /// Width and height, pixels.
    pub(crate) sides: (f64, f64),
}

/// The document with its sides in it. `None` where its root is not found, or not well formed.
#[must_use]
pub(crate) fn sized(text: &str) -> Option<Sized> {
    let text = text.trim_start_matches('\u{feff}');
    let (name_end, tag_end) = root(text)?;
    let attributes = attributes(text.get(name_end..tag_end)?)?;
    let value = |name: &str| {
        let mut found = attributes.iter().filter(|(found, _)| *found == name);
        found.next().map(|(_, value)| *value)
    };
    let said = |name| value(name).and_then(length);
    let seen = value("viewBox").and_then(view_box);
    let (width, height) = match (said("width"), said("height"), seen) {
        (Some(width), Some(height), _) | (_, _, Some((width, height))) => (width, height),
        (width, height, None) => (width.unwrap_or(USUAL), height.unwrap_or(USUAL)),
    };
    let scale = LONGEST / width.max(height);
    let [wide, high] = [width, height].map(|side| (side * scale).round().max(1.0));
    let (before, rest) = text.split_at(name_end);
    let mut sized = format!("{before} width=\"{wide}\" height=\"{high}\"");
    if seen.is_none() {
        // Else it would not grow with its sides.
        sized.push_str(&format!(" viewBox=\"0 0 {width} {height}\""));
    }
    if value("xmlns").is_none() && text.get(..name_end)?.ends_with("<svg") {
        sized.push_str(" xmlns=\"http://www.w3.org/2000/svg\"");
    }
    let stays =
        |name: &str| !matches!(name, "width" | "height") && (seen.is_some() || name != "viewBox");
    for (name, value) in attributes.iter().filter(|(name, _)| stays(name)) {
        let quote = if value.contains('"') { '\'' } else { '"' };
        sized.push_str(&format!(" {name}={quote}{value}{quote}"));
    }
    if text.get(..tag_end)?.ends_with('/') {
        sized.push('/');
    }
    sized.push_str(rest.get(tag_end - name_end..)?);
    Some(Sized {
        text: sized,
        sides: (wide, high),
    })
}

/// Where the name of the root ends, and where its tag does: at its `>`.
fn root(text: &str) -> Option<(usize, usize)> {
    let mut at = 0;
    loop {
        at += text.get(at..)?.find('<')?;
        let rest = text.get(at..)?;
        if rest.starts_with("<!--") {
            at += rest.find("-->")?;
        } else if rest.starts_with("<?") {
            at += rest.find("?>")?;
        } else if rest.starts_with("<!") {
            // Entities stand between brackets.
            let end = rest.find('>')?;
            at += match rest.find('[') {
                Some(open) if open < end => rest.find("]>").or_else(|| rest.rfind(']'))?,
                _ => end,
            };
        } else {
            let name =
                rest.find(|letter: char| letter.is_whitespace() || matches!(letter, '>' | '/'))?;
            let is_root = rest.get(1..name)?.split(':').next_back() == Some("svg");
            return is_root.then_some((at + name, at + tag_end(rest)?));
        }
    }
}

/// Where a tag ends; a `>` within quotes is none.
fn tag_end(tag: &str) -> Option<usize> {
    let mut quote = None;
    tag.char_indices().find_map(|(at, letter)| {
        match (quote, letter) {
            (None, '>') => return Some(at),
            (None, '"' | '\'') => quote = Some(letter),
            (Some(open), _) if open == letter => quote = None,
            _ => {}
        }
        None
    })
}

/// Names and values of the attributes of a tag; `None` where they are not well formed.
fn attributes(tag: &str) -> Option<Vec<(&str, &str)>> {
    let is_sign = |letter: char| letter.is_alphanumeric() || "_:.-".contains(letter);
    let mut found = Vec::new();
    let mut rest = tag.trim_end_matches('/');
    while let Some((name, after)) = rest.split_once('=') {
        let after = after.trim_start();
        let quote = after
            .chars()
            .next()
            .filter(|quote| "\"'".contains(*quote))?;
        let (value, next) = after.get(1..)?.split_once(quote)?;
        let is_apart = name.starts_with(char::is_whitespace);
        let name = name.trim();
        if !is_apart || name.is_empty() || !name.chars().all(is_sign) {
            return None;
        }
        found.push((name, value));
        rest = next;
    }
    rest.trim().is_empty().then_some(found)
}

/// A length in pixels; none of a share or of letters.
fn length(text: &str) -> Option<f64> {
    let text = text.trim();
    let unit =
        text.find(|letter: char| letter.is_ascii_alphabetic() && !matches!(letter, 'e' | 'E'));
    let (number, unit) = text.split_at(unit.unwrap_or(text.len()));
    let pixels = match unit {
        "" | "px" => 1.0,
        "pt" => 4.0 / 3.0,
        "pc" => 16.0,
        "mm" => 96.0 / 25.4,
        "cm" => 96.0 / 2.54,
        "in" => 96.0,
        _ => return None,
    };
    number
        .trim()
        .parse()
        .ok()
        .map(|number: f64| number * pixels)
        .filter(is_side)
}

/// Width and height of what is seen.
fn view_box(text: &str) -> Option<(f64, f64)> {
    let numbers = text.split(|letter: char| letter.is_whitespace() || letter == ',');
    let numbers: Option<Vec<f64>> = numbers
        .filter(|number| !number.is_empty())
        .map(|number| number.parse().ok())
        .collect();
    match numbers?.as_slice() {
        [_, _, width, height] if is_side(width) && is_side(height) => Some((*width, *height)),
        _ => None,
    }
}

fn is_side(side: &f64) -> bool {
    (1e-3..=1e6).contains(side)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sides(text: &str) -> Option<(f64, f64)> {
        sized(text).map(|one| one.sides)
    }

    #[test]
    fn sides_come_from_the_root() {
        for (text, expected) in [
            ("<svg width='80' height='40'/>", Some((1_600.0, 800.0))),
            ("<svg viewBox='0 0 24 24'></svg>", Some((1_600.0, 1_600.0))),
            (
                "<svg viewBox='-5,-5 10 20' width='100%'>",
                Some((800.0, 1_600.0)),
            ),
            ("<svg width='10mm' height=\"20mm\">", Some((800.0, 1_600.0))),
            ("<svg>", Some((1_600.0, 1_600.0))),
            (
                "<svg width='0' height='nan' viewBox='0 0 inf 3'>",
                Some((1_600.0, 1_600.0)),
            ),
            (
                "\u{feff}<?xml version='1.0'?><!-- <svg width='9' --><!DOCTYPE svg [<!ENTITY a '>'>]><s:svg viewBox='0 0 2 1'>",
                Some((1_600.0, 800.0)),
            ),
            ("<svg data-a='>' viewBox='0 0 1 2'>", Some((800.0, 1_600.0))),
            ("<html><svg/></html>", None),
            ("<svg", None),
            ("<svg width='1'height='1'>", None),
            ("<svg width=1>", None),
            ("<svg a>", None),
            ("", None),
        ] {
            assert_eq!(sides(text), expected, "{text}");
        }
    }

    #[test]
    fn all_else_of_the_root_stays() {
        let text =
            "<svg xmlns='http://www.w3.org/2000/svg' width='4' height='2' a='\"'><path/></svg>";
        assert_eq!(
            sized(text).unwrap().text,
            "<svg width=\"1600\" height=\"800\" viewBox=\"0 0 4 2\" \
             xmlns=\"http://www.w3.org/2000/svg\" a='\"'><path/></svg>"
        );
        let empty = sized("<s:svg viewBox='0 0 1 1'/>").unwrap().text;
        assert_eq!(
            empty,
            "<s:svg width=\"1600\" height=\"1600\" viewBox=\"0 0 1 1\"/>"
        );
        // Without the name of its language a browser takes it for none.
        assert!(sized("<svg>").unwrap().text.contains("xmlns="));
    }

    proptest! {
        #[test]
        fn any_text_is_borne_and_keeps_its_sides(
            text in "(<svg)?( (width|height|viewBox)=['\"]?[0-9.e -]{0,9}['\"]?){0,4}[<>/?!\\[\\]a-z\\-]{0,30}",
        ) {
            if let Some(one) = sized(&text) {
                prop_assert!(one.sides.0 >= 1.0 && one.sides.0.max(one.sides.1) == 1_600.0);
                prop_assert_eq!(sides(&one.text), Some(one.sides));
            }
        }
    }
}
