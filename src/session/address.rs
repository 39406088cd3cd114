//! The fragment of an address: which page, and with what. All that reads links does it by this.
//!
//! Addresses are typed, cut, encoded and mended by people and programs: slashes too many, other parameters, and all
//! signs encoded change nothing. Knows texts; refuses to know what a page makes of them.

/// A page, and its parameters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Address {
    /// The page's name, as `teach`; empty for the one that the app begins with.
    pub(crate) page: String,
    pairs: Vec<(String, String)>,
}

impl Address {
    /// What a fragment says, with its `#` or without.
    #[must_use]
    pub(crate) fn parse(fragment: &str) -> Self {
        // Some programs encode all signs of an address.
        let whole = match fragment.contains('?') {
            true => fragment.to_owned(),
            false => unescape(fragment),
        };
        let (page, query) = whole.split_once('?').unwrap_or((&whole, ""));
        let pair = |pair: &str| match pair.split_once('=') {
            Some((name, value)) => (name.to_owned(), unescape(value)),
            None => {
                let pair = unescape(pair);
                let (name, value) = pair.split_once('=').unwrap_or((&pair, ""));
                (name.to_owned(), value.to_owned())
            }
        };
        Self {
            page: page_of(&unescape(page)).to_owned(),
            pairs: query.split('&').map(pair).collect(),
        }
    }

    /// The parameters that have a name, in their order.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        let pairs = self.pairs.iter().filter(|(name, _)| !name.is_empty());
        pairs.map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The value of a parameter.
    #[must_use]
    pub(crate) fn value(&self, wanted: &str) -> Option<&str> {
        let mut pairs = self.pairs();
        pairs.find_map(|(name, value)| (name == wanted).then_some(value))
    }

    /// The value of a parameter in base64: what a message puts behind a link is no part of it.
    #[must_use]
    pub(crate) fn digits(&self, wanted: &str) -> Option<&str> {
        let is_digit = |letter: char| letter.is_ascii_alphanumeric() || "-_".contains(letter);
        let value = self.value(wanted)?;
        Some(value.trim_matches(|letter| !is_digit(letter)))
    }
}

/// The page's name in a decoded fragment.
#[must_use]
pub(crate) fn page_of(fragment: &str) -> &str {
    let page = fragment.split('?').next().unwrap_or_default();
    page.trim_start_matches('#').trim_matches('/')
}

/// The characters that a name may have in an address as they are.
fn is_safe(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-_.~()".contains(&byte)
}

/// A name as an address bears it.
pub(crate) fn escape(name: &str) -> String {
    name.bytes()
        .map(|byte| {
            if is_safe(byte) {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect()
}

/// The name of an address.
pub(crate) fn unescape(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let code = after
            .get(..2)
            .filter(|_| *first == b'%')
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match code {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn one_page_with_one_set_however_it_is_written() {
        for text in [
            "#/teach?set=dHdpbg",
            "#/teach/?set=dHdpbg",
            "#//teach?set=dHdpbg",
            "#teach?set=dHdpbg",
            "#/teach?x=1&set=dHdpbg",
            "#/teach?set=dHdpbg&lang=ja",
            "#/teach?&&set=dHdpbg&",
            "#/teach?set=dHdpbg).",
            "#/teach?set%3DdHdpbg",
            "#%2Fteach%3Fset%3DdHdpbg",
            "%23/teach%3Fset%3DdHdpbg%26lang%3Dja",
            "/teach?set=dHdpbg",
        ] {
            let address = Address::parse(text);
            assert_eq!(address.page, "teach", "{text}");
            assert_eq!(address.digits("set"), Some("dHdpbg"), "{text}");
        }
    }

    #[test]
    fn values_are_as_they_were_meant() {
        let address = Address::parse("#/trials?alphabet=N%27Ko&seed=7&empty=&lone");
        let pairs: Vec<_> = address.pairs().collect();
        let expected = [
            ("alphabet", "N'Ko"),
            ("seed", "7"),
            ("empty", ""),
            ("lone", ""),
        ];
        assert_eq!(pairs, expected);
        assert_eq!(address.value("ways"), None);
        assert_eq!(Address::parse(""), Address::parse("#/"));
    }

    proptest! {
        #[test]
        fn any_text_is_borne(text in "\\PC*|[#/?&=%a-z0-9]{0,20}") {
            let address = Address::parse(&text);
            prop_assert!(address.pairs().all(|(name, _)| !name.is_empty()));
        }

        #[test]
        fn a_name_comes_back(name in "\\PC*") {
            prop_assert_eq!(unescape(&escape(&name)), name);
        }
    }
}
