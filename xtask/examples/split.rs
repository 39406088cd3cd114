//! Splits a module at its functions that are marked with `wasm_split`: `split MODULE FOLDER SCRIPT`.
//!
//! FOLDER gets the main part (`main.wasm`, for wasm-bindgen), the others as they are served, and
//! `parts.js`, which fetches them and finds the main part's exports through SCRIPT.
//!
//! An example and no module, so that its dependency is compiled only where it is run.

use std::error::Error;
use std::path::Path;

use wasm_split_cli_support::{Options, transform};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [module, folder, script] = arguments.as_slice() else {
        return Err("split MODULE FOLDER SCRIPT".into());
    };
    let folder = Path::new(folder);
    let main = folder.join("main.wasm");
    let module = without_exports(&std::fs::read(module)?).ok_or("it must be a wasm module")?;
    let mut options = Options::new(&module);
    options.output_dir = folder;
    options.main_out_path = &main;
    options.link_name = "./parts.js";
    options.main_module = script;
    transform(options)?;
    Ok(())
}

/// What wasm-bindgen exports of three classes for streams, which Leptos brings and nothing uses: while they are
/// exported, all that they call stays in the main part.
const UNUSED: &str = "intounderlying";

/// The module without these exports.
fn without_exports(module: &[u8]) -> Option<Vec<u8>> {
    const HEAD: usize = 8;
    const EXPORTS: u8 = 7;
    let mut kept = module.get(..HEAD)?.to_vec();
    let mut rest = module.get(HEAD..)?;
    while let Some((&kind, after)) = rest.split_first() {
        let (length, content) = number(after)?;
        let (content, next) = content.split_at_checked(length)?;
        if kind == EXPORTS {
            let content = fewer(content)?;
            kept.push(kind);
            write(&mut kept, content.len());
            kept.extend(content);
        } else {
            kept.extend(&rest[..rest.len() - next.len()]);
        }
        rest = next;
    }
    Some(kept)
}

/// The content of a section of exports without the unused ones.
fn fewer(content: &[u8]) -> Option<Vec<u8>> {
    let (count, mut rest) = number(content)?;
    let (mut entries, mut left): (Vec<u8>, usize) = (Vec::new(), 0);
    for _ in 0..count {
        let (length, named) = number(rest)?;
        let (name, after) = named.split_at_checked(length)?;
        let (_, next) = number(after.get(1..)?)?;
        if !String::from_utf8_lossy(name).contains(UNUSED) {
            entries.extend(&rest[..rest.len() - next.len()]);
            left += 1;
        }
        rest = next;
    }
    let mut fewer = Vec::new();
    write(&mut fewer, left);
    fewer.extend(entries);
    Some(fewer)
}

/// An unsigned LEB128 and what follows it.
fn number(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let length = bytes.iter().position(|byte| byte & 0x80 == 0)? + 1;
    let digits = bytes.get(..length)?.iter().rev();
    let value = digits.fold(0, |sum, digit| sum << 7 | usize::from(digit & 0x7f));
    Some((value, bytes.get(length..)?))
}

fn write(bytes: &mut Vec<u8>, mut value: usize) {
    while value > 0x7f {
        bytes.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}
