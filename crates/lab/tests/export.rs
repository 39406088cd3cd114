//! `lab export`: what it writes, and what it refuses before it works.
#![cfg(feature = "networks")]
#![allow(clippy::unwrap_used)]

mod files;

use std::fs;

use files::{Folder, checkout, fresh, lab, text, weights};
use twinglyph_core::training::sample;
use twinglyph_core::{Architecture, Views, invented};
use twinglyph_nn::Twin;
use twinglyph_nn::backend::Learner;
use twinglyph_nn::train::CheckpointBuffer;
use twinglyph_nn::weights::Metadata;

#[test]
fn a_file_is_written_anew_byte_for_byte_and_replaced_only_when_asked() {
    let folder = Folder::new("export");
    let model = checkout("assets/models/compact.safetensors");
    let export = |out: &str, force: bool| {
        let out = folder.file(out);
        let mut args = vec!["export", "--model", text(&model), "--out", text(&out)];
        args.extend(["--views", "1", "--pairs", "100", "--bits", "5"]);
        args.extend(["--fact", "scores=1 = 1", "--fact", "data=own"]);
        if force {
            args.push("--force");
        }
        lab(args)
    };
    let done = export("one", false);
    assert_eq!(done.code, Some(0), "{}", done.told);
    assert!(done.out.contains("similarity = sigmoid"), "{}", done.out);
    assert_eq!(export("two", false).code, Some(0));
    let bytes = fs::read(folder.file("one")).unwrap();
    assert_eq!(bytes, fs::read(folder.file("two")).unwrap());
    let (_, metadata) = Twin::read(&bytes).unwrap();
    assert_eq!(metadata.views, Views::One);
    assert_eq!(metadata.facts["scores"], "1 = 1");
    assert_eq!(metadata.facts["data"], "own");

    fs::write(folder.file("one"), b"mine").unwrap();
    let done = export("one", false);
    assert_eq!(done.code, Some(1));
    assert!(done.told.contains("--force"), "{}", done.told);
    assert_eq!(fs::read(folder.file("one")).unwrap(), b"mine");
    assert_eq!(export("one", true).code, Some(0));
    assert_eq!(fs::read(folder.file("one")).unwrap(), bytes);
    assert_eq!(folder.names(), ["one", "two"]);
}

#[test]
fn wrong_arguments_leave_no_file() {
    let folder = Folder::new("export-wrong");
    let model = checkout("assets/models/compact.safetensors");
    let out = folder.file("out");
    for (wrong, part) in [
        (&["--fact", "views=8"][..], "views is no fact"),
        (&["--fact", "note"], "NAME=VALUE"),
        (&["--pairs", "0"], "100"),
        (&["--bits", "2"], "3..=8"),
        (&["--views", "3"], "1 view or by 8"),
    ] {
        let args = ["export", "--model", text(&model), "--out", text(&out)];
        let done = lab(args.iter().chain(wrong).copied());
        assert_eq!(done.code, Some(2), "{done:?}");
        assert!(done.told.contains(part), "{}", done.told);
    }
    // Where to write has no default.
    let done = lab(["export", "--model", text(&model)]);
    assert_eq!(done.code, Some(2));
    assert!(done.told.contains("--out"), "{}", done.told);
    let done = lab(["export", "--model", text(&out), "--out", text(&out)]);
    assert_eq!(done.code, Some(1));
    assert!(done.told.contains(text(&out)), "{}", done.told);
    assert_eq!(folder.names(), [""; 0]);
}

#[test]
fn networks_that_have_learned_nothing_give_a_readable_file_or_a_reason() {
    let folder = Folder::new("export-fresh");
    let metadata = Metadata::new(Architecture::Compact);
    let (model, out) = (folder.file("model"), folder.file("out"));
    let alphabets = [1, 2, 3, 4].map(invented::alphabet);
    for steps in [0, 2] {
        let mut run = fresh(Architecture::Compact, 1);
        for step in 0..steps {
            let batch = sample(&alphabets, run.config(), step).unwrap();
            run.step(batch);
        }
        fs::write(&model, weights(&run, &metadata)).unwrap();
        let args = ["export", "--model", text(&model), "--out", text(&out)];
        let done = lab(args.into_iter().chain(["--pairs", "200", "--force"]));
        match done.code {
            Some(0) => drop(Twin::read(&fs::read(&out).unwrap()).unwrap()),
            Some(1) => {
                assert!(done.told.contains("no similarity follows"), "{}", done.told);
                assert_eq!(folder.names(), ["model"]);
            }
            _ => panic!("{done:?}"),
        }
    }
}

#[test]
fn what_is_exported_names_no_folder_of_the_one_who_trained() {
    let folder = Folder::new("export-folders");
    let run = folder.file("run");
    let small =
        "--set steps=1 --set episode.characters=2 --set episode.alphabets=2 --validation-trials 0";
    let start = checkout("assets/models/compact.safetensors");
    let train = ["train", "--out", text(&run), "--from-weights", text(&start)];
    let done = lab(train.into_iter().chain(small.split(' ')));
    assert_eq!(done.code, Some(0), "{}", done.told);
    let out = folder.file("out");
    let provenance = |path| {
        let (_, metadata) = Twin::read(&fs::read(path).unwrap()).unwrap();
        metadata.facts["provenance"].clone()
    };
    assert!(provenance(run.join("weights.safetensors")).contains(text(&run)));
    let args = ["export", "--model", text(&run), "--out", text(&out)];
    let done = lab(args.into_iter().chain(["--pairs", "200"]));
    assert_eq!(done.code, Some(0), "{}", done.told);
    let provenance: serde_json::Value = serde_json::from_str(&provenance(out)).unwrap();
    let command = format!("lab train --out run --from-weights compact.safetensors {small}");
    assert_eq!(provenance["sessions"][0]["command"], command);
    let path = &provenance["begins_from"]["file"]["path"];
    assert_eq!(path, "compact.safetensors");
    assert_eq!(provenance["config"]["steps"], 1);
}

#[test]
fn a_checkpoint_gives_its_network() {
    let folder = Folder::new("export-checkpoint");
    let run = fresh(Architecture::Compact, 1);
    let mut buffer = CheckpointBuffer::default();
    pollster::block_on(run.write(&mut buffer)).unwrap();
    let (checkpoint, model) = (folder.file("checkpoint"), folder.file("model"));
    fs::write(&checkpoint, buffer.bytes()).unwrap();
    fs::write(&model, weights(&run, &Metadata::new(Architecture::Compact))).unwrap();
    let [of_checkpoint, of_model] = ["a.onnx", "b.onnx"].map(|name| folder.file(name));
    let onnx = |from, to| lab(["onnx", "--model", text(from), "--out", text(to)]);
    let done = onnx(&checkpoint, &of_checkpoint);
    assert_eq!(done.code, Some(0), "{}", done.told);
    assert!(
        done.told.contains("is a checkpoint after 0 steps"),
        "{}",
        done.told
    );
    assert_eq!(onnx(&model, &of_model).code, Some(0));
    assert_eq!(
        fs::read(of_checkpoint).unwrap(),
        fs::read(of_model).unwrap()
    );
}
