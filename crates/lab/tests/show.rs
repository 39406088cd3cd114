//! `lab show`: every kind of file that the lab writes, and files that nobody should trust.
#![cfg(feature = "networks")]
#![allow(clippy::unwrap_used)]

mod files;

use std::fs;
use std::path::Path;

use files::{Folder, checkout, fresh, lab, text, weights};
use serde_json::Value;
use twinglyph_core::Architecture;
use twinglyph_nn::backend::Learner;
use twinglyph_nn::builtin_models;
use twinglyph_nn::train::CheckpointBuffer;
use twinglyph_nn::weights::Metadata;

fn shown(path: &Path) -> (String, Value) {
    let plain = lab(["show", text(path)]);
    assert_eq!(plain.code, Some(0), "{}", plain.told);
    let json = lab(["show", text(path), "--json"]);
    assert_eq!(json.code, Some(0), "{}", json.told);
    assert_eq!(json.out.lines().count(), 1);
    (plain.out, serde_json::from_str(&json.out).unwrap())
}

#[test]
fn a_built_in_model_says_which_it_is() {
    for name in ["beginner", "compact", "deep"] {
        let path = checkout(&format!("assets/models/{name}.safetensors"));
        let (plain, json) = shown(&path);
        let digest = builtin_models::digest(name).unwrap();
        assert!(plain.contains(digest), "{plain}");
        assert_eq!(json["kind"], "weights");
        assert_eq!(json["sha256"], digest);
        assert_eq!(json["built_in"], name);
        assert_eq!(json["problem"], Value::Null);
        assert_eq!(json["bytes"], fs::metadata(&path).unwrap().len());
        // Packed tensors by the shape of their values.
        let tensors = json["tensors"].as_array().unwrap();
        let packed = tensors
            .iter()
            .find(|tensor| tensor["name"] == "down1.conv.weight");
        assert_eq!(packed.unwrap()["shape"], serde_json::json!([64, 32, 3, 3]));
    }
}

#[test]
fn facts_are_shown_and_hurt_no_terminal() {
    let folder = Folder::new("show");
    let path = folder.file("weights.safetensors");
    let mut metadata = Metadata::new(Architecture::Compact);
    let facts = [
        ("provenance", r#"{"seed": 3, "commit": "abc"}"#),
        ("note", "red\x1b[31m"),
    ];
    let facts = facts.map(|(name, value)| (name.to_owned(), value.to_owned()));
    metadata.facts.extend(facts);
    fs::write(&path, weights(&fresh(Architecture::Compact, 1), &metadata)).unwrap();
    let (plain, json) = shown(&path);
    assert_eq!(json["facts"]["provenance"]["seed"], 3);
    assert!(plain.contains("\"seed\": 3"), "{plain}");
    assert!(plain.contains("red\\u{1b}[31m"), "{plain}");
    assert!(!plain.contains('\x1b'));
}

#[test]
fn a_runs_files_and_folder_are_shown() {
    let folder = Folder::new("show-run");
    let run = folder.file("run");
    fs::create_dir(&run).unwrap();
    let told = lab(["show", text(&run)]);
    assert_eq!(told.code, Some(1));
    assert!(told.told.contains("none of a run's files"), "{}", told.told);

    let learner = fresh(Architecture::Compact, 4);
    let mut buffer = CheckpointBuffer::default();
    pollster::block_on(learner.write(&mut buffer)).unwrap();
    fs::write(run.join("checkpoint.safetensors"), buffer.bytes()).unwrap();
    let config = serde_json::to_vec(learner.config()).unwrap();
    fs::write(run.join("config.json"), config).unwrap();
    fs::write(run.join("log.csv"), "step,loss\n10,4.1\n20,3.9\n").unwrap();

    let (_, checkpoint) = shown(&run.join("checkpoint.safetensors"));
    assert_eq!(checkpoint["kind"], "checkpoint");
    assert_eq!(checkpoint["steps"], "0");
    assert_eq!(checkpoint["config"]["seed"], 4);
    assert_eq!(checkpoint["problem"], Value::Null);
    let (_, config) = shown(&run.join("config.json"));
    assert_eq!(config["kind"], "config");
    assert_eq!(config["config"]["architecture"], "compact");
    let (plain, json) = shown(&run);
    assert_eq!(json["files"].as_array().unwrap().len(), 2);
    assert_eq!(json["log"]["lines"], 2);
    assert_eq!(json["log"]["last"], "20,3.9");
    assert!(plain.contains("20,3.9"), "{plain}");
}

#[test]
fn what_cannot_be_used_is_shown_with_its_problem_and_what_is_nothing_refused() {
    let folder = Folder::new("show-wrong");
    let path = folder.file("file");
    let whole = fs::read(checkout("assets/models/compact.safetensors")).unwrap();
    // A scale of a row that is not a number.
    let mut damaged = whole.clone();
    let header = u64::from_le_bytes(whole[..8].try_into().unwrap()) as usize;
    damaged[8 + header..][..4].copy_from_slice(&f32::NAN.to_le_bytes());
    fs::write(&path, &damaged).unwrap();
    let (plain, json) = shown(&path);
    assert!(
        json["problem"].as_str().unwrap().contains("not finite"),
        "{json}"
    );
    assert!(plain.contains("problem"), "{plain}");

    fs::write(&path, br#"{"steps": 0, "episode": {}, "optimizer": {}}"#).unwrap();
    let (_, json) = shown(&path);
    assert_eq!(json["kind"], "config");
    assert!(json["problem"].is_string());

    for (bytes, part) in [
        (
            &whole[..whole.len() - 1],
            "neither JSON nor a whole safetensors file",
        ),
        (b"", "neither JSON nor"),
        (b"{\"a\": ", "it begins like JSON"),
        (b"PK\x03\x04", "lab import says how to convert a pickle"),
    ] {
        fs::write(&path, bytes).unwrap();
        let done = lab(["show", text(&path)]);
        assert_eq!(done.code, Some(1), "{done:?}");
        assert!(done.told.contains(part), "{}", done.told);
        assert_eq!(done.out, "");
    }
    let gone = folder.file("gone");
    let done = lab(["show", text(&gone)]);
    assert_eq!(done.code, Some(1));
    assert!(done.told.contains(text(&gone)), "{}", done.told);
}
