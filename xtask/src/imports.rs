//! Numbers for the names of what a module imports from wasm-bindgen's script.
//!
//! wasm-bindgen ends each name with 16 random digits, in the module and in the script: 8 bytes in each that can't
//! be compressed, for some 300 imports. Refuses to know what is imported.

use std::collections::HashMap;
use std::path::Path;

use crate::files::read;
use crate::{Error, Result};

/// What these names begin with; exports do, too, but end otherwise.
const START: &str = "__wbg_";

/// Digits at their ends.
const DIGITS: usize = 16;

/// Gives the imports of a module numbers, in its file and in its script's.
///
/// # Errors
/// When a file can't be read or written, or the two don't belong together.
pub(crate) fn number_files(script: &Path, module: &Path) -> Result<()> {
    let text = std::fs::read_to_string(script).map_err(Error::file(script))?;
    let mut bytes = read(module)?;
    let text = number(&text, &mut bytes).ok_or_else(|| Error::Content {
        path: module.to_owned(),
        problem: format!("it must import what {} has", script.display()),
    })?;
    std::fs::write(script, text).map_err(Error::file(script))?;
    std::fs::write(module, bytes).map_err(Error::file(module))
}

/// Gives each import of `module` a number in place of its random digits, there and in `script`, whose new text is
/// given. Lengths stay as they are. `None` where the module doesn't import each name once.
pub(crate) fn number(script: &str, module: &mut [u8]) -> Option<String> {
    let names = names(script);
    let mut seen = 0;
    let mut at = 0;
    while let Some(found) = find(&module[at..]) {
        let start = at + found;
        let length = length(&module[start..]);
        let name = &mut module[start..start + length];
        if let Some(number) = std::str::from_utf8(name)
            .ok()
            .and_then(|name| names.get(name))
        {
            name[length - DIGITS..].copy_from_slice(digits(*number).as_bytes());
            seen += 1;
        }
        at = start + length;
    }
    if seen != names.len() {
        return None;
    }
    let mut text = String::with_capacity(script.len());
    let mut rest = script;
    while let Some(start) = rest.find(START) {
        let end = start + length(&rest.as_bytes()[start..]);
        match names.get(&rest[start..end]) {
            Some(number) => {
                text.push_str(&rest[..end - DIGITS]);
                text.push_str(&digits(*number));
            }
            None => text.push_str(&rest[..end]),
        }
        rest = &rest[end..];
    }
    text.push_str(rest);
    Some(text)
}

fn digits(number: usize) -> String {
    format!("{number:0DIGITS$}")
}

/// The names that end with random digits, and their numbers in the script's order.
fn names(script: &str) -> HashMap<&str, usize> {
    let mut names = HashMap::new();
    for (start, _) in script.match_indices(START) {
        let name = &script[start..start + length(&script.as_bytes()[start..])];
        let is_random = name
            .len()
            .checked_sub(DIGITS + 1)
            .and_then(|end| name.get(end..)?.strip_prefix('_'))
            .is_some_and(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()));
        if is_random {
            let next = names.len();
            names.entry(name).or_insert(next);
        }
    }
    names
}

fn find(bytes: &[u8]) -> Option<usize> {
    bytes
        .windows(START.len())
        .position(|window| window == START.as_bytes())
}

/// How long the name is that the bytes begin with.
fn length(bytes: &[u8]) -> usize {
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    bytes.iter().take_while(|byte| is_name(byte)).count()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::number;

    const SCRIPT: &str = "__wbg_then_0123456789abcdef: arg => wasm.__wbg_sink_free(0), \
                          __wbg_get_fedcba9876543210: () => 1";

    #[test]
    fn random_digits_become_numbers_in_both_files() {
        let mut module =
            b"\x1b__wbg_get_fedcba9876543210\0\x1c__wbg_then_0123456789abcdef\0__wbg_sink_free\0"
                .to_vec();
        let text = number(SCRIPT, &mut module).unwrap();
        assert_eq!(
            text,
            "__wbg_then_0000000000000000: arg => wasm.__wbg_sink_free(0), \
             __wbg_get_0000000000000001: () => 1"
        );
        assert_eq!(
            module,
            b"\x1b__wbg_get_0000000000000001\0\x1c__wbg_then_0000000000000000\0__wbg_sink_free\0"
        );
    }

    #[test]
    fn a_module_without_them_is_refused() {
        assert!(number(SCRIPT, &mut b"__wbg_get_fedcba9876543210\0".to_vec()).is_none());
        assert_eq!(number("no imports", &mut Vec::new()).unwrap(), "no imports");
    }
}
