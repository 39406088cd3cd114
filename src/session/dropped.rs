//! What is dropped or pasted: of which kind it is, and where the files of dropped folders belong.
//!
//! Knows types and paths; refuses to know how they are got from the browser.

/// Deepest folder that is looked into: an alphabet's folder, a character's, and some around them.
pub(crate) const MAX_DEPTH: usize = 8;

/// What is carried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Carried {
    /// Files and folders.
    Files,
    /// An address, as of a link or of a picture on another page.
    Link,
    /// Writing.
    Text,
}

/// What is carried, by the types that the browser tells of it, over a field for text or not; `None` for what
/// the browser may do with it what it does.
#[must_use]
pub(crate) fn carried(types: &[String], over_field: bool) -> Option<Carried> {
    let has = |wanted: &str| types.iter().any(|one| one == wanted);
    if has("Files") {
        Some(Carried::Files)
    } else if over_field {
        None
    } else if has("text/uri-list") {
        Some(Carried::Link)
    } else {
        has("text/plain").then_some(Carried::Text)
    }
}

/// Is a pasted thing a picture for the page? Office programs put a picture of the text beside it, which a field
/// for text does not want.
#[must_use]
pub(crate) fn is_pasted(types: &[String], in_field: bool) -> bool {
    let is_text = types.iter().any(|one| one.starts_with("text/"));
    carried(types, in_field) == Some(Carried::Files) && !(in_field && is_text)
}

/// The first address of a list of them, RFC 2483: lines, of which some are remarks.
#[must_use]
pub(crate) fn first_link(list: &str) -> Option<&str> {
    let mut lines = list.lines().map(str::trim);
    lines.find(|line| !line.is_empty() && !line.starts_with('#'))
}

/// The path of a dropped folder. One alone is as a folder that was chosen, and several lie in one without a
/// name, so that each is a character.
#[must_use]
pub(crate) fn folder_path(name: &str, folders: usize) -> String {
    match folders {
        1 => name.to_owned(),
        _ => format!("/{name}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::import::{LeftOut, plan};

    fn types(types: &[&str]) -> Vec<String> {
        types.iter().map(|&one| one.to_owned()).collect()
    }

    #[test]
    fn files_are_for_the_page_and_text_for_its_fields() {
        let files = types(&["text/uri-list", "Files"]);
        let link = types(&["text/uri-list", "text/plain"]);
        let text = types(&["text/plain"]);
        for over_field in [false, true] {
            assert_eq!(carried(&files, over_field), Some(Carried::Files));
            assert_eq!(carried(&types(&["x/y"]), over_field), None);
        }
        assert_eq!(carried(&link, false), Some(Carried::Link));
        assert_eq!(carried(&text, false), Some(Carried::Text));
        assert_eq!(carried(&link, true), None);
        assert_eq!(carried(&text, true), None);
    }

    #[test]
    fn text_with_a_picture_of_it_is_pasted_into_fields() {
        let both = types(&["text/plain", "text/html", "Files"]);
        assert!(is_pasted(&both, false) && !is_pasted(&both, true));
        let picture = types(&["Files"]);
        assert!(is_pasted(&picture, false) && is_pasted(&picture, true));
        assert!(!is_pasted(&types(&["text/plain"]), false));
    }

    #[test]
    fn lists_of_addresses_have_remarks() {
        assert_eq!(
            first_link("# one\r\n\r\nhttps://a/b\r\nc:d"),
            Some("https://a/b")
        );
        assert_eq!(first_link("#\n"), None);
    }

    #[test]
    fn one_folder_is_a_set_and_several_are_characters() {
        let classes = |folders: &[&str]| -> Vec<String> {
            let paths = folders.iter().map(|name| folder_path(name, folders.len()));
            let files: Vec<_> = paths
                .flat_map(|path| [format!("{path}/x.png"), format!("{path}/y.png")])
                .map(|path| (path, 1.0))
                .collect();
            plan(&files, LeftOut::default())
                .classes
                .into_iter()
                .map(|(name, _)| name)
                .collect()
        };
        assert_eq!(classes(&["signs"]), ["x", "y"]);
        assert_eq!(classes(&["ka", "ki"]), ["ka", "ki"]);
    }
}
