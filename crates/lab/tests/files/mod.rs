//! The built binary, a folder of its own for each test, and small networks.
#![allow(dead_code, reason = "each file of tests uses some of it")]
#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use twinglyph_core::shard::{self, Manifest};
use twinglyph_core::training::TrainConfig;
use twinglyph_core::{Alphabet, Architecture};
use twinglyph_nn::Precision;
use twinglyph_nn::backend::Learner;
use twinglyph_nn::train::{CpuLearner, Settings};
use twinglyph_nn::weights::Metadata;

/// An empty folder, gone at the end.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("lab-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    /// A file in it.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// The names of its files, in their order.
    pub(crate) fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.0).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<String> = names.collect();
        names.sort();
        names
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// How a run of the binary ended.
#[derive(Debug)]
pub(crate) struct Done {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) told: String,
}

/// Runs the binary.
pub(crate) fn lab<'a>(args: impl IntoIterator<Item = &'a str>) -> Done {
    let mut lab = Command::new(env!("CARGO_BIN_EXE_lab"));
    let done = lab.args(args).env_remove("OMNIGLOT_DIR").output().unwrap();
    Done {
        code: done.status.code(),
        out: String::from_utf8(done.stdout).unwrap(),
        told: String::from_utf8(done.stderr).unwrap(),
    }
}

/// A file of the checkout.
pub(crate) fn checkout(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .join(file)
}

/// A path as an argument.
pub(crate) fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// A run of two steps that has done none.
pub(crate) fn fresh(architecture: Architecture, seed: u64) -> CpuLearner {
    let config = fs::read(checkout("configs/compact-short.json")).unwrap();
    let mut config = TrainConfig::parse(&config).unwrap();
    (config.architecture, config.seed, config.steps) = (architecture, seed, 2);
    let settings = Settings {
        precision: Precision::F32,
        average: None,
    };
    CpuLearner::new(config, settings, None).unwrap()
}

/// The weights file of a run.
pub(crate) fn weights(learner: &CpuLearner, metadata: &Metadata) -> Vec<u8> {
    pollster::block_on(learner.snapshot().file(metadata)).unwrap()
}

/// An alphabet of the checkout's shards.
pub(crate) fn alphabet(name: &str) -> Alphabet {
    let folder = checkout("assets/omniglot");
    let manifest = fs::read(folder.join(Manifest::FILE)).unwrap();
    let manifest = Manifest::parse(&manifest).unwrap();
    let mut entries = manifest.alphabets().iter();
    let entry = entries.find(|entry| entry.name == name).unwrap();
    shard::decode(entry, &fs::read(folder.join(&entry.file)).unwrap()).unwrap()
}
