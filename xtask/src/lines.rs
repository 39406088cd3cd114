//! Lines of Rust code, package by package: without tests, comments and blank lines.

use std::collections::BTreeMap;
use std::fs;

use crate::process::output;
use crate::workspace::Workspace;
use crate::{Error, Result};

/// Prints how many there are.
///
/// # Errors
/// When git can't tell the files, or one can't be read.
pub fn report(workspace: &Workspace) -> Result<()> {
    let mut command = std::process::Command::new("git");
    command
        .args(["ls-files", "*.rs"])
        .current_dir(workspace.root());
    let mut packages: BTreeMap<String, usize> = BTreeMap::new();
    for path in output(&mut command)?.lines().filter(|path| !is_test(path)) {
        let file = workspace.root().join(path);
        let text =
            fs::read_to_string(&file).map_err(|source| Error::File { path: file, source })?;
        *packages.entry(package(path)).or_default() += count(&text);
    }
    let mut packages: Vec<_> = packages.into_iter().collect();
    packages.sort_by_key(|(_, lines)| std::cmp::Reverse(*lines));
    for (package, lines) in &packages {
        println!("{lines:>7}  {package}");
    }
    let all: usize = packages.iter().map(|(_, lines)| lines).sum();
    println!("{all:>7}  all");
    Ok(())
}

/// Is this a file of tests alone?
fn is_test(path: &str) -> bool {
    let mut parts = path.split('/');
    let name = parts.next_back().unwrap_or_default();
    name == "tests.rs" || parts.any(|folder| folder == "tests")
}

/// The folder of a file's package: `crates/nn` of `crates/nn/src/lib.rs`, `page` of `src/lib.rs`.
fn package(path: &str) -> String {
    let folder = path.split("/src/").next().unwrap_or_default();
    let folder = folder.split("/examples/").next().unwrap_or_default();
    match folder.ends_with(".rs") {
        true if folder.starts_with("src/") => "page".to_owned(),
        true => folder.split('/').next().unwrap_or_default().to_owned(),
        false => folder.to_owned(),
    }
}

/// Lines of code of a file as rustfmt lays it out: a test's item ends with the first brace at its own depth.
fn count(text: &str) -> usize {
    let depth = |line: &str| line.len() - line.trim_start().len();
    let mut lines = text
        .lines()
        .filter(|line| !line.trim().is_empty() && !line.trim().starts_with("//"));
    let mut count = 0;
    while let Some(line) = lines.next() {
        let is_test = ["#[cfg(test)]", "#[cfg(all(test,", "#[test]"];
        if !is_test.iter().any(|mark| line.trim().starts_with(mark)) {
            count += 1;
            continue;
        }
        let marked = lines.find(|line| !line.trim().starts_with("#["));
        if let Some(item) = marked.filter(|item| item.ends_with('{')) {
            let ends = |line: &&str| depth(line) == depth(item) && line.trim() == "}";
            let _ = lines.find(|line| ends(line));
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_code_counts() {
        let text = "//! Head.\n\nuse a;\n\n/// Doc.\nfn f() {\n    // Why.\n    g();\n}\n\n\
                    #[cfg(test)]\n#[allow(x)]\nmod tests {\n    fn t() {\n    }\n}\n";
        assert_eq!(count(text), 4);
        assert_eq!(count("#[cfg(test)]\nmod tests;\nfn f() {}\n"), 1);
    }

    #[test]
    fn files_belong_to_packages() {
        assert_eq!(package("crates/nn/src/spec/plan.rs"), "crates/nn");
        assert_eq!(package("src/ui/draw.rs"), "page");
        assert_eq!(package("bench/examples/gpu.rs"), "bench");
        assert!(is_test("tests/src/page.rs") && is_test("src/words/tests.rs"));
        assert!(!is_test("xtask/src/test.rs"));
    }
}
