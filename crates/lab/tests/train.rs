//! What `lab train` promises of a run's folder, of signals and of several seeds.
#![cfg(all(feature = "networks", unix))]
#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::thread::sleep;
use std::time::Duration;

use serde_json::Value;

/// A folder of a test's own, gone with it.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("lab-train-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A run of few and small steps; `more` is by spaces.
fn command(out: &Path, more: &str) -> Command {
    let mut lab = Command::new(env!("CARGO_BIN_EXE_lab"));
    let mut small = "--set episode.characters=2 --set episode.alphabets=2".to_owned();
    if !more.contains("--validation-trials") {
        small.push_str(" --validation-trials 5");
    }
    lab.arg("train").arg("--out").arg(out);
    lab.args(small.split_whitespace().chain(more.split_whitespace()));
    lab.stdout(Stdio::piped()).stderr(Stdio::piped());
    lab
}

fn train(out: &Path, more: &str) -> Output {
    command(out, more).output().unwrap()
}

fn trained(out: &Path, more: &str) -> String {
    let done = train(out, more);
    let told = String::from_utf8(done.stderr).unwrap();
    assert!(done.status.success(), "{more}: {told}");
    String::from_utf8(done.stdout).unwrap()
}

/// What it says when it ends with 1.
fn refused(out: &Path, more: &str) -> String {
    refused_with(1, out, more)
}

fn refused_with(code: i32, out: &Path, more: &str) -> String {
    let done = train(out, more);
    let told = String::from_utf8(done.stderr).unwrap();
    assert_eq!(done.status.code(), Some(code), "{more}: {told}");
    told
}

/// The header's entries of a safetensors file, and its numbers.
fn weights(path: &Path) -> (Value, Vec<u8>) {
    let bytes = fs::read(path).unwrap();
    let (length, rest) = bytes.split_first_chunk().unwrap();
    let (header, data) = rest.split_at(u64::from_le_bytes(*length) as usize);
    let header: Value = serde_json::from_slice(header).unwrap();
    (header["__metadata__"].clone(), data.to_vec())
}

/// Every file of a folder with its bytes.
fn files(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let paths = fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().path());
    let mut files: Vec<_> = paths
        .map(|path| (path.clone(), fs::read(path).unwrap()))
        .collect();
    files.sort();
    files
}

#[test]
fn a_run_in_parts_equals_a_whole_one_and_its_weights_tell_how_to_make_them() {
    let (whole, parts) = (Folder::new("whole"), Folder::new("parts"));
    let done = train(&whole.0, "--set steps=12 --validate-every 5");
    let [out, told] = [done.stdout, done.stderr].map(|text| String::from_utf8(text).unwrap());
    assert!(done.status.success(), "{told}");
    // Progress is no result.
    assert!(told.starts_with("step 1 of 12  "), "{told}");
    assert!(out.starts_with("step 5: "), "{out}");
    for more in ["--stop-at 3", "--stop-at 5", ""] {
        trained(
            &parts.0,
            &format!("--set steps=12 --validate-every 5 {more}"),
        );
    }
    let [one, other] = [&whole, &parts].map(|of| weights(&of.0.join("weights.safetensors")));
    assert!(one.1 == other.1);

    let provenance = other.0["provenance"].as_str().unwrap();
    let provenance: Value = serde_json::from_str(provenance).unwrap();
    assert_eq!(provenance["engine"], "cpu");
    assert_eq!(provenance["config"]["steps"], 12);
    assert_eq!(provenance["data"].as_str().unwrap().len(), 64);
    let from = provenance["sessions"].as_array().unwrap().iter();
    let from: Vec<_> = from
        .map(|session| session["from_step"].as_u64().unwrap())
        .collect();
    assert_eq!(from, [0, 3, 5]);
    for file in [
        "loss.svg",
        "validation.svg",
        "run.json",
        "checkpoint.safetensors",
    ] {
        assert!(parts.0.join(file).exists(), "{file}");
    }
    let log = fs::read_to_string(parts.0.join("log.csv")).unwrap();
    let steps: Vec<&str> = log
        .lines()
        .filter_map(|line| line.split(',').next())
        .collect();
    assert_eq!(steps, ["step", "3", "3", "5", "5", "10", "10", "12", "12"]);

    // One that is done stays as it is.
    let before = files(&parts.0);
    trained(&parts.0, "--set steps=12 --validate-every 5");
    assert!(before == files(&parts.0));
}

#[test]
fn a_folder_belongs_to_one_run() {
    let folder = Folder::new("one");
    trained(&folder.0, "--set steps=4 --stop-at 2 --precision f32");
    let first = folder.0.join("first.safetensors");
    fs::copy(
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets/models/compact.safetensors"),
        &first,
    )
    .unwrap();
    let before = files(&folder.0);
    let weights = format!("--precision f32 --from-weights {}", first.display());
    for (more, told) in [
        ("--precision bf16", "this run computes with f32"),
        (
            "--precision f32 --average 0.5",
            "with --average 0.5 it is another run",
        ),
        (&weights, "this run began with fresh weights"),
        (
            "--precision f32 --set seed=1",
            "seed: 0 in the folder, 1 asked for",
        ),
        ("--precision f32 --stop-at 1", "2 steps are done already"),
        ("--precision f32 --seeds 2", "holds a run itself"),
    ] {
        let error = refused(&folder.0, &format!("--set steps=4 {more}"));
        assert!(error.contains(told), "{error}");
        assert!(before == files(&folder.0), "{more}");
    }
    // Nor without a checkpoint.
    fs::remove_file(folder.0.join("checkpoint.safetensors")).unwrap();
    let error = refused(&folder.0, "--set steps=5 --precision f32");
    assert!(
        error.contains("steps: 4 in the folder, 5 asked for"),
        "{error}"
    );
}

#[test]
fn a_refused_start_leaves_nothing_behind() {
    let folder = Folder::new("refused");
    let out = folder.0.join("runs/mine");
    for (code, more, told) in [
        (2, "--set step=4", "did you mean steps?"),
        (
            2,
            "--set steps=0",
            "--set steps=0: steps must be at least 1",
        ),
        (
            2,
            "--set steps=abc",
            "lab: --set steps=abc: it must be a whole number",
        ),
        (2, "--stop-at 4 --set steps=3", "beyond the run's last step"),
        (2, "--set held_out=[\"Grek\"]", "did you mean Greek?"),
        (
            2,
            "--set held_out=[\"Greek\",\"Greek\"]",
            "Greek is there twice",
        ),
        (1, "--set frozen=[\"stam\"]", "freezes stam"),
        (
            1,
            "--from-weights nowhere.safetensors",
            "nowhere.safetensors: ",
        ),
    ] {
        let error = refused_with(code, &out, more);
        assert!(error.contains(told), "{error}");
        assert!(!folder.0.exists(), "{more}");
    }
    for more in ["--average 1", "--stop-at 0", "--seeds 0", "--set steps"] {
        assert_eq!(train(&out, more).status.code(), Some(2), "{more}");
    }
    trained(
        &out,
        "--set steps=1 --validation-trials 0 --checkpoint-every 0",
    );
}

/// Waits for a file that has this text.
fn wait_for(run: &mut Child, file: &Path, text: &str) {
    loop {
        assert!(run.try_wait().unwrap().is_none(), "it ended too early");
        if fs::read_to_string(file).is_ok_and(|read| read.contains(text)) {
            return;
        }
        sleep(Duration::from_millis(20));
    }
}

/// Sends a signal, and gives what is told on standard error and the exit code.
fn stop(run: Child, signal: &str) -> (String, Option<i32>) {
    let sent = Command::new("kill")
        .args([signal, &run.id().to_string()])
        .status();
    assert!(sent.unwrap().success());
    let done = run.wait_with_output().unwrap();
    (String::from_utf8(done.stderr).unwrap(), done.status.code())
}

/// Does whoever started the tests have them ignore this signal, as `nohup` does?
fn is_ignored(signal: i32) -> bool {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    mask.is_some_and(|mask| mask >> (signal - 1) & 1 == 1)
}

#[test]
fn every_signal_stops_with_all_steps_kept_and_its_own_code() {
    let folder = Folder::new("signals");
    let long = "--set steps=1000000 --validate-every 0 --checkpoint-every 0";
    for (name, signal) in [("-HUP", 1), ("-INT", 2), ("-TERM", 15)] {
        if is_ignored(signal) {
            continue;
        }
        let log = folder.0.join("log.csv");
        let mut run = command(&folder.0, long).spawn().unwrap();
        let lines = fs::read_to_string(&log).unwrap_or_default().lines().count();
        while fs::read_to_string(&log).unwrap_or_default().lines().count() < lines.max(1) + 1 {
            assert!(run.try_wait().unwrap().is_none(), "it ended too early");
            sleep(Duration::from_millis(20));
        }
        // Meanwhile the folder is nobody else's.
        let error = refused(&folder.0, long);
        assert!(error.contains("another lab train computes in"), "{error}");
        let (told, code) = stop(run, name);
        assert_eq!(code, Some(128 + signal), "{told}");
        let log = fs::read_to_string(&log).unwrap();
        let last = log.lines().last().and_then(|line| line.split(',').next());
        let at = format!("stopped at step {};", last.unwrap());
        assert!(told.contains(&at), "{told}");
    }
    assert!(folder.0.join("checkpoint.safetensors").exists());
}

#[test]
fn a_validation_that_a_signal_ends_is_taken_when_the_run_goes_on() {
    let folder = Folder::new("validation");
    // The loss of the last step is logged before its validation, which takes long.
    let long = "--set steps=1 --validation-trials 100000";
    let mut run = command(&folder.0, long).spawn().unwrap();
    wait_for(&mut run, &folder.0.join("log.csv"), "\n1,");
    let (told, code) = stop(run, "-TERM");
    assert_eq!(code, Some(143), "{told}");
    assert!(told.contains("stopped at step 1;"), "{told}");
    assert!(!folder.0.join("weights.safetensors").exists());
    let out = trained(&folder.0, "--set steps=1");
    assert!(out.contains("step 1: "), "{out}");
    assert!(folder.0.join("weights.safetensors").exists());
}

#[test]
fn a_run_that_still_invents_alphabets_stops_and_leaves_nothing() {
    let folder = Folder::new("inventing");
    let many = "--set invented.alphabets=1000 --set invented.at_once=1";
    let mut run = command(&folder.0, many).spawn().unwrap();
    wait_for(&mut run, &folder.0.join("lock"), "");
    let (told, code) = stop(run, "-TERM");
    assert_eq!(code, Some(143), "{told}");
    assert!(told.contains("stopped before the first step"), "{told}");
    assert!(!folder.0.exists());
}

#[test]
fn seeds_are_runs_of_their_own_with_a_table() {
    let folder = Folder::new("seeds");
    let more = "--set steps=2 --set seed=7 --seeds 2 --json";
    let told = trained(&folder.0, more);
    let value: Value = serde_json::from_str(told.lines().last().unwrap()).unwrap();
    let rate = |at: usize| {
        value["runs"][at]["validation"]["error_rate"]
            .as_f64()
            .unwrap()
    };
    let mean = value["mean_error_rate"].as_f64().unwrap();
    assert!((mean - (rate(0) + rate(1)) / 2.0).abs() < 1e-12);
    let table = fs::read_to_string(folder.0.join("runs.csv")).unwrap();
    let seeds: Vec<&str> = table
        .lines()
        .filter_map(|line| line.split(',').next())
        .collect();
    assert_eq!(seeds, ["seed", "7", "8"]);
    let [seven, eight] = ["seed-7", "seed-8"].map(|name| folder.0.join(name));
    let [one, other] = [&seven, &eight].map(|of| weights(&of.join("weights.safetensors")).1);
    assert!(one != other);

    // Again: what is done stays, what is missing is done.
    fs::remove_dir_all(&eight).unwrap();
    let before = files(&seven);
    trained(&folder.0, more);
    assert!(before == files(&seven));
    assert!(weights(&eight.join("weights.safetensors")).1 == other);
    assert_eq!(
        fs::read_to_string(folder.0.join("runs.csv")).unwrap(),
        table
    );
}

#[test]
fn a_run_that_diverges_is_told_of_and_keeps_no_such_network() {
    let folder = Folder::new("diverged");
    let more = "--set steps=20 --seeds 2 --set optimizer.learning_rate=1 --set optimizer.warm_up=0 \
        --set optimizer.beta_1=0 --set optimizer.beta_2=0 --set optimizer.epsilon=1e-30";
    let told = refused(&folder.0, more);
    assert!(
        told.contains("holds no finite numbers any more at step"),
        "{told}"
    );
    assert!(told.ends_with("lab: 2 of 2 runs have diverged\n"), "{told}");
    let table = fs::read_to_string(folder.0.join("runs.csv")).unwrap();
    assert_eq!(table.matches(",true").count(), 2, "{table}");
    for seed in ["seed-0", "seed-1"] {
        let folder = folder.0.join(seed);
        assert!(folder.join("log.csv").exists());
        assert!(!folder.join("checkpoint.safetensors").exists());
        assert!(!folder.join("weights.safetensors").exists());
    }
}
