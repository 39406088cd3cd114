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
    let module = std::fs::read(module)?;
    let mut options = Options::new(&module);
    options.output_dir = folder;
    options.main_out_path = &main;
    options.link_name = "./parts.js";
    options.main_module = script;
    transform(options)?;
    Ok(())
}
