//! What wasm-bindgen's script need not say: numbers for the names of what a module imports from it, and no classes
//! that nothing uses.
//!
//! wasm-bindgen names each import by what it is and 16 random digits, in the module and in the script. For some 300
//! imports that is 2 kB more to download than numbers of the same length. Refuses to know what is imported.

use std::collections::HashMap;
use std::path::Path;

use crate::files::read;
use crate::{Error, Result};

/// What these names begin with; exports do, too, but end otherwise.
const START: &str = "__wbg_";

/// Random digits at their ends.
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

/// The script without the classes that it exports and never names again. Leptos brings three, for streams.
pub(crate) fn without_unused_classes(script: &str) -> String {
    const CLASS: &str = "export class ";
    let names = script.lines().filter_map(|line| {
        let name = line.strip_prefix(CLASS)?.split_once(' ')?.0;
        Some(name.to_owned())
    });
    let mut script = script.to_owned();
    for name in names.collect::<Vec<_>>() {
        let shorter = without_class(&script, &name);
        if !shorter.contains(&name) {
            script = shorter;
        }
    }
    script
}

/// The script without a class: its definition, what is said of its end, its registry.
fn without_class(script: &str, name: &str) -> String {
    let starts = [
        (format!("export class {name} {{"), "}"),
        (format!("if (Symbol.dispose) {name}."), ";"),
        (format!("const {name}Finalization = "), ";"),
    ];
    let mut shorter = String::with_capacity(script.len());
    let mut until = None;
    for line in script.split_inclusive('\n') {
        let begun = starts.iter().find(|(start, _)| line.starts_with(start));
        until = until.or(begun.map(|(_, end)| *end));
        match until {
            None => shorter.push_str(line),
            // A class ends with a bracket that is not indented, the others with their statement.
            Some("}") if line.trim_end() == "}" && !line.starts_with(' ') => until = None,
            Some(";") if line.trim_end().ends_with(';') => until = None,
            Some(_) => {}
        }
    }
    shorter
}

/// Gives each import of `module` a number in place of its name, there and in `script`, whose new text is given.
/// Lengths stay as they are. `None` where the module doesn't import each name once.
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
            name.copy_from_slice(numbered(*number, length).as_bytes());
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
                text.push_str(&rest[..start]);
                text.push_str(&numbered(*number, end - start));
            }
            None => text.push_str(&rest[..end]),
        }
        rest = &rest[end..];
    }
    text.push_str(rest);
    Some(text)
}

/// A name of this length.
fn numbered(number: usize, length: usize) -> String {
    let digits = length - START.len();
    format!("{START}{number:0digits$}")
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
    fn classes_that_nothing_uses_are_left_out() {
        let class = |name: &str| {
            format!(
                "export class {name} {{\n    free() {{\n        {name}Finalization.unregister(this);\n    }}\n}}\n\
                 if (Symbol.dispose) {name}.prototype[Symbol.dispose] = {name}.prototype.free;\n"
            )
        };
        let registry = |name: &str| {
            format!(
                "const {name}Finalization = (typeof FinalizationRegistry === 'undefined')\n    ? {{}}\n    : new FinalizationRegistry(ptr => 1);\n"
            )
        };
        let script = |names: &[&str], rest: &str| {
            let classes = names.iter().map(|name| class(name));
            let registries = names.iter().map(|name| registry(name));
            classes
                .chain([rest.to_owned()])
                .chain(registries)
                .collect::<String>()
        };
        let rest = "function a() { return Used.__wrap(1); }\n";
        assert_eq!(
            super::without_unused_classes(&script(&["Unused", "Used"], rest)),
            script(&["Used"], rest)
        );
    }

    #[test]
    fn names_become_numbers_in_both_files() {
        let mut module =
            b"\x1b__wbg_get_fedcba9876543210\0\x1c__wbg_then_0123456789abcdef\0__wbg_sink_free\0"
                .to_vec();
        let text = number(SCRIPT, &mut module).unwrap();
        assert_eq!(
            text,
            "__wbg_000000000000000000000: arg => wasm.__wbg_sink_free(0), \
             __wbg_00000000000000000001: () => 1"
        );
        assert_eq!(
            module,
            b"\x1b__wbg_00000000000000000001\0\x1c__wbg_000000000000000000000\0__wbg_sink_free\0"
        );
    }

    #[test]
    fn a_module_without_them_is_refused() {
        assert!(number(SCRIPT, &mut b"__wbg_get_fedcba9876543210\0".to_vec()).is_none());
        assert_eq!(number("no imports", &mut Vec::new()).unwrap(), "no imports");
    }
}
