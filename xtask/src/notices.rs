//! Whose work is in the app, and under which terms: writes `dist/notices.txt`, which `#/about` links to.
//!
//! `cargo tree` names the packages, their sources have the texts (docs/decisions/0031). Refuses to judge
//! licences: `cargo deny` does.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use crate::files::read;
use crate::toolchain::TARGET;
use crate::workspace::Workspace;
use crate::{Error, Result, compress, process};

/// The file in `dist/`.
pub(crate) const FILE: &str = "notices.txt";

/// The packages that are compiled into the app.
const SHIPPED: [&str; 5] = [
    "twinglyph",
    "twinglyph-worker",
    "twinglyph-cpu-worker",
    "twinglyph-gpu-worker",
    "twinglyph-paper-worker",
];

/// How the names of this workspace's packages begin.
const OURS: &str = "twinglyph";

/// Beginnings of the names of files with terms, in small letters.
const TEXTS: [&str; 6] = [
    "copying",
    "copyright",
    "licence",
    "license",
    "notice",
    "unlicense",
];

/// Standard texts in `assets/notices`, for packages that bring none; the first that fits is taken.
const STANDARD: [&str; 3] = ["MIT", "Apache-2.0", "MPL-2.0"];

/// Hosts send a text without its encoding: by this mark browsers know it.
const UTF8: char = '\u{feff}';

/// A part of the app that others made.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Part {
    name: String,
    version: String,
    /// An SPDX expression.
    licence: String,
    repository: String,
    authors: String,
    texts: Vec<String>,
    /// The name of the standard text that stands for the part's own.
    standard: Option<&'static str>,
}

/// Writes the notices of the app in `dist/`.
///
/// # Errors
/// When Cargo fails, a package has no licence, or a file can't be read or written.
pub fn write(workspace: &Workspace) -> Result<()> {
    let mut tree = workspace.cargo();
    // Not `cargo metadata`: it joins the features of all packages here, and so names what never ships.
    tree.args(["tree", "--locked", "--target", TARGET])
        .args(["--edges", "normal,no-proc-macro", "--prefix", "none"])
        .args(["--format", "{p}\t{l}\t{r}"])
        .args(SHIPPED.iter().flat_map(|package| ["--package", package]));
    let root = workspace.root();
    let standard = |name: &str| text(&root.join(format!("assets/notices/{name}.txt")));
    let mut parts = vec![
        Part {
            name: "Omniglot".into(),
            licence: "MIT".into(),
            repository: "https://github.com/brendenlake/omniglot".into(),
            authors: "Brenden Lake".into(),
            texts: vec![text(&root.join("assets/omniglot/LICENSE"))?],
            ..Part::default()
        },
        Part {
            name: "The Rust standard library".into(),
            licence: "MIT OR Apache-2.0".into(),
            repository: "https://github.com/rust-lang/rust".into(),
            authors: "The Rust Project Contributors".into(),
            texts: vec![standard("rust")?, standard("MIT")?, standard("Apache-2.0")?],
            ..Part::default()
        },
    ];
    let sources = sources()?;
    for mut part in packages(&process::output(&mut tree)?)? {
        part.read(&sources)?;
        if part.texts.is_empty() {
            part.standard = standard_of(&part.licence);
            part.texts.extend(part.standard.map(standard).transpose()?);
        }
        parts.push(part);
    }
    let path = workspace.dist().join(FILE);
    let own = text(&root.join("LICENSE"))?;
    std::fs::write(&path, document(&own, &parts)).map_err(Error::file(&path))
}

/// The packages of others in the output of `cargo tree`, each once, sorted.
fn packages(tree: &str) -> Result<BTreeSet<Part>> {
    let mut packages = BTreeSet::new();
    for line in tree.lines() {
        let line = line.strip_suffix(" (*)").unwrap_or(line);
        let mut fields = line.split('\t').map(str::trim);
        let mut field = || fields.next().unwrap_or_default();
        let (package, licence, repository) = (field(), field(), field());
        let mut words = package.split(' ');
        let (Some(name), Some(version)) = (words.next(), words.next()) else {
            continue;
        };
        if name == OURS || name.starts_with(&format!("{OURS}-")) {
            continue;
        }
        if licence.is_empty() {
            return Err(Error::Missing {
                what: format!("{package} doesn't say under which licence it is."),
                remedy: "Find out whether it may be given away, or do without it.".into(),
            });
        }
        packages.insert(Part {
            name: name.into(),
            version: version.trim_start_matches('v').into(),
            licence: licence.into(),
            repository: repository.into(),
            ..Part::default()
        });
    }
    Ok(packages)
}

/// The folders of Cargo's that hold the sources of packages, one for each registry.
fn sources() -> Result<Vec<PathBuf>> {
    let folder = |name: &str| std::env::var_os(name).map(PathBuf::from);
    let home = folder("CARGO_HOME")
        .or_else(|| folder("HOME").map(|home| home.join(".cargo")))
        .or_else(|| folder("USERPROFILE").map(|home| home.join(".cargo")));
    let all = home.unwrap_or_default().join("registry/src");
    let entries = std::fs::read_dir(&all).map_err(Error::file(&all))?;
    let mut folders: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    folders.sort();
    Ok(folders)
}

impl Part {
    /// Reads authors and texts from the package's sources.
    fn read(&mut self, sources: &[PathBuf]) -> Result<()> {
        let name = format!("{}-{}", self.name, self.version);
        let mut folders = sources.iter().map(|source| source.join(&name));
        let folder =
            folders
                .find(|folder| folder.is_dir())
                .ok_or_else(|| Error::Missing {
                    what: format!("The sources of {name} are not in Cargo's folder, which has the texts of its licence."),
                    remedy: "Fetch them: cargo fetch --locked".into(),
                })?;
        self.authors = authors(&text(&folder.join("Cargo.toml"))?);
        for file in compress::files(&folder)? {
            let name = file.file_name().unwrap_or_default().to_string_lossy();
            let is_text = TEXTS
                .iter()
                .any(|start| name.to_lowercase().starts_with(start));
            if is_text && file.parent() == Some(&folder) {
                self.texts.push(text(&file)?);
            }
        }
        Ok(())
    }
}

/// The authors in a manifest as registries write it, without their addresses.
fn authors(manifest: &str) -> String {
    let list = manifest
        .split_once("\nauthors = [")
        .map_or("", |(_, list)| list);
    let list = list.split_once(']').map_or("", |(list, _)| list);
    let names = list.split('"').skip(1).step_by(2);
    let names: Vec<_> = names
        .map(|name| name.split(" <").next().unwrap_or(name))
        .collect();
    names.join(", ")
}

/// The standard text for an SPDX expression; `None` where `assets/notices` has none.
fn standard_of(licence: &str) -> Option<&'static str> {
    let names: Vec<_> = licence.split([' ', '/', '(', ')']).collect();
    STANDARD.into_iter().find(|name| names.contains(name))
}

/// A file's text.
fn text(path: &Path) -> Result<String> {
    Ok(String::from_utf8_lossy(&read(path)?).into_owned())
}

/// The notices: our own licence, a line for each part, and each text once.
fn document(own: &str, parts: &[Part]) -> String {
    let mut list = String::new();
    let mut texts = Vec::new();
    // Texts that differ in white space only are the same.
    let mut numbers = BTreeMap::new();
    for part in parts {
        let mut told = Vec::new();
        for text in &part.texts {
            let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
            let number = *numbers.entry(words).or_insert_with(|| {
                texts.push(text);
                texts.len()
            });
            told.push(format!("[{number}]"));
        }
        let terms = match part.standard {
            Some(name) => format!(
                "{}: the standard text of {name}, as the package has none",
                told.join(" ")
            ),
            None if told.is_empty() => "no text in the package: see its address".into(),
            None => told.join(" "),
        };
        let line = [&part.name, " ", &part.version].concat();
        // Writing to a string can't fail.
        let _ = writeln!(list, "{}\n    {}", line.trim_end(), part.licence);
        for more in [&part.authors, &part.repository, &terms] {
            if !more.is_empty() {
                let _ = writeln!(list, "    {more}");
            }
        }
    }
    let mut all = format!(
        "{UTF8}Twinglyph\n\n{}\n\n\nWORK OF OTHERS\n\nTwinglyph contains the following. Numbers in brackets are those of \
         the texts below. The source of each\npackage with a version is at https://crates.io/crates/NAME/VERSION.\n\n{list}",
        own.trim_end()
    );
    for (text, number) in texts.iter().zip(1..) {
        let lines: Vec<_> = text
            .trim_matches(['\n', '\r', UTF8])
            .lines()
            .map(str::trim_end)
            .collect();
        let _ = write!(
            all,
            "\n\n---------- [{number}] ----------\n\n{}\n",
            lines.join("\n").trim_end()
        );
    }
    all
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const TREE: &str = "twinglyph v0.1.0 (/work)\tMIT\t\nb v2.0.0\tMIT/Apache-2.0\thttps://b\n\
                        twinglyph-core v0.1.0 (/work/crates/core)\tMIT\t\na v1.0.0\tZlib\t\n\n\
                        twinglyph-worker v0.1.0 (/work)\tMIT\t (*)\nb v2.0.0\tMIT/Apache-2.0\thttps://b (*)\n";

    #[test]
    fn packages_of_others_are_listed_once() {
        let packages = packages(TREE).unwrap();
        let names: Vec<_> = packages.iter().map(|part| part.name.as_str()).collect();
        assert_eq!(names, ["a", "b"]);
        let last = packages.last().unwrap();
        assert_eq!(last.version, "2.0.0");
        assert_eq!(last.repository, "https://b");
    }

    #[test]
    fn a_package_without_a_licence_is_an_error() {
        let error = packages("c v1.0.0\t\thttps://c\n").unwrap_err();
        assert!(error.to_string().contains("c v1.0.0"), "{error}");
    }

    #[test]
    fn authors_and_texts_come_from_the_sources() {
        let folder = std::env::temp_dir().join(format!("twinglyph-notices-{}", std::process::id()));
        let package = folder.join("a-1.0.0");
        std::fs::create_dir_all(package.join("src")).unwrap();
        std::fs::write(
            package.join("Cargo.toml"),
            "[package]\nauthors = [\n    \"A <a@a>\",\n    \"B\",\n]\n",
        )
        .unwrap();
        for file in ["LICENSE-MIT", "notice.md", "README.md", "src/license.rs"] {
            std::fs::write(package.join(file), file).unwrap();
        }
        let mut part = packages("a v1.0.0\tMIT\t").unwrap().pop_first().unwrap();
        let missing = part.read(&[]);
        let read = part.read(&[folder.join("none"), folder.clone()]);
        std::fs::remove_dir_all(&folder).unwrap();
        assert!(missing.is_err() && read.is_ok());
        assert_eq!(part.authors, "A, B");
        assert_eq!(part.texts, ["LICENSE-MIT", "notice.md"]);
    }

    #[test]
    fn texts_that_are_the_same_stand_once() {
        let part = |name: &str, texts: &[&str]| Part {
            name: name.into(),
            texts: texts.iter().map(|&text| text.into()).collect(),
            ..Part::default()
        };
        let mut parts = [
            part("a", &["Do as\r\nyou like.\n"]),
            part("b", &["Do  as you like.", "Or not."]),
            part("c", &["Or not."]),
            part("d", &[]),
        ];
        parts[2].standard = Some("MIT");
        let text = document("Ours.", &parts);
        assert_eq!(text.matches("you like.").count(), 1);
        assert!(text.starts_with("\u{feff}Twinglyph\n\nOurs.\n") && !text.contains('\r'));
        for line in [
            "    [1]\n",
            "    [1] [2]\n",
            "    [2]: the standard",
            "    no text",
            "[2] ----------\n\nOr not.\n",
        ] {
            assert!(text.contains(line), "{line}: {text}");
        }
    }

    #[test]
    fn a_standard_text_stands_for_one_that_lacks() {
        assert_eq!(standard_of("Apache-2.0/MIT"), Some("MIT"));
        assert_eq!(standard_of("(Zlib OR Apache-2.0)"), Some("Apache-2.0"));
        assert_eq!(standard_of("MIT-0"), None);
    }
}
