//! What `lab train` says of folders that have lost a file, of small data and of runs that don't compare.
#![cfg(all(feature = "networks", unix))]
#![allow(clippy::unwrap_used)]

mod folders;

use std::fs;
use std::path::Path;
use std::process::Output;

use folders::{Folder, lab};

/// A run of few steps and small ones; `more` is by spaces.
fn train(out: &Path, more: &str) -> Output {
    let small = "--set episode.characters=2 --set episode.alphabets=2";
    let mut lab = lab(&["train", "--out", out.to_str().unwrap()]);
    lab.args(small.split_whitespace().chain(more.split_whitespace()));
    lab.output().unwrap()
}

/// What it prints, and what it says on standard error.
fn trained(out: &Path, more: &str) -> [String; 2] {
    let done = train(out, more);
    let texts = [done.stdout, done.stderr].map(|text| String::from_utf8(text).unwrap());
    assert!(done.status.success(), "{more}: {}", texts[1]);
    texts
}

/// What it says when it ends with this code.
fn refused(code: i32, out: &Path, more: &str) -> String {
    let done = train(out, more);
    let told = String::from_utf8(done.stderr).unwrap();
    assert_eq!(done.status.code(), Some(code), "{more}: {told}");
    told
}

#[test]
fn a_folder_that_has_lost_what_began_its_run_is_refused() {
    let folder = Folder::new();
    let run = folder.path().join("run");
    let more = "--set steps=4 --stop-at 2 --validation-trials 0";
    trained(&run, &format!("{more} --precision f32"));
    fs::remove_file(run.join("run.json")).unwrap();
    let checkpoint = run.join("checkpoint.safetensors");
    let from = format!("--from-weights {}", checkpoint.display());
    let before = fs::read(&checkpoint).unwrap();
    for precision in ["f32", "bf16"] {
        let told = refused(1, &run, &format!("{more} --precision {precision}"));
        for expected in ["without run.json", "another folder with --out", &from] {
            assert!(told.contains(expected), "{told}");
        }
    }
    assert!(fs::read(&checkpoint).unwrap() == before);
    assert!(!run.join("run.json").exists());

    // What it advises works: the network goes on in another folder, and so does that run.
    let other = folder.path().join("other");
    for stop in [1, 2] {
        let more = format!("--set steps=4 --stop-at {stop} --validation-trials 0 {from}");
        trained(&other, &more);
    }
    let record = fs::read_to_string(other.join("run.json")).unwrap();
    assert!(record.contains("checkpoint.safetensors"), "{record}");

    // A log alone is that of a run, too.
    fs::remove_file(&checkpoint).unwrap();
    let told = refused(1, &run, more);
    assert!(told.contains("without run.json"), "{told}");
    assert!(!told.contains("--from-weights"), "{told}");
    let told = refused(1, &run, &format!("{more} --seeds 2"));
    assert!(told.contains("holds a run itself"), "{told}");
}

#[test]
fn a_checkpoint_that_is_cut_off_leaves_another_folder() {
    let folder = Folder::new();
    let run = folder.path().join("run");
    let more = "--set steps=2 --stop-at 1 --validation-trials 0";
    trained(&run, more);
    let checkpoint = run.join("checkpoint.safetensors");
    let whole = fs::read(&checkpoint).unwrap();
    fs::write(&checkpoint, &whole[..whole.len() / 2]).unwrap();
    let told = refused(1, &run, "--set steps=2 --validation-trials 0");
    assert!(
        told.contains("begin the run again; for a new run name another folder with --out"),
        "{told}"
    );
    assert!(!told.contains("an older"), "{told}");
}
