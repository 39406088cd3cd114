//! What `lab train` says of folders that have lost a file, of small data and of runs that don't compare.
#![cfg(all(feature = "networks", unix))]
#![allow(clippy::unwrap_used)]

mod folders;

use std::fs;
use std::path::Path;
use std::process::Output;

use folders::{Folder, lab, picture};
use serde_json::Value;
use twinglyph_core::invented;

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

/// The JSON on the last line.
fn json(printed: &str) -> Value {
    serde_json::from_str(printed.lines().last().unwrap()).unwrap()
}

/// A folder of alphabets with these names and numbers of characters, each drawn by 3.
fn alphabets(sizes: &[(&str, usize)]) -> Folder {
    let folder = Folder::new();
    for (&(name, characters), seed) in sizes.iter().zip(1..) {
        let alphabet = invented::alphabet(seed);
        for character in 0..characters {
            for drawer in 0..3 {
                let path = format!("{name}/c{character}/hand{drawer}.png");
                let drawing = alphabet.drawing(character, drawer).unwrap();
                picture(drawing, &folder.path().join(path));
            }
        }
    }
    folder
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

#[test]
fn all_trials_of_a_validation_have_as_many_ways_as_it_says() {
    let data = alphabets(&[("Large", 20), ("Small", 6), ("Learned", 3)]);
    let out = Folder::new();
    let more = |held_out: &str| {
        format!(
            "--data {} --set held_out={held_out} --set steps=1 --validation-trials 4 --json",
            data.text()
        )
    };
    let [printed, _] = trained(&out.path().join("both"), &more(r#"["Large","Small"]"#));
    assert!(
        printed.contains("in 6-way trials on held-out alphabets"),
        "{printed}"
    );
    assert_eq!(json(&printed)["validation"]["ways"], 6);
    let log = fs::read_to_string(out.path().join("both/log.csv")).unwrap();
    assert!(log.lines().last().unwrap().ends_with(",4,6"), "{log}");
    let large = out.path().join("large");
    let [printed, told] = trained(&large, &more(r#"["Large"]"#));
    assert!(printed.contains("in 20-way trials"), "{printed}");
    assert!(!told.contains("each step has"), "{told}");

    // Of one alphabet an episode takes as many as of each.
    let more = more(r#"["Large","Small"] --seeds 2"#);
    let seeds = out.path().join("seeds");
    let [_, told] = trained(&seeds, &more);
    let note = "each step has 2 characters, not the 4 of 2 alphabets with 2 each";
    assert_eq!(told.matches(note).count(), 1, "{told}");
    let table = fs::read_to_string(seeds.join("runs.csv")).unwrap();
    assert!(table.starts_with("seed,") && table.lines().next().unwrap().ends_with(",ways"));
    assert!(table.lines().last().unwrap().ends_with(",6"), "{table}");
}

#[test]
fn nothing_held_out_is_told_once_and_no_validation_can_be_asked_for() {
    let folder = Folder::new();
    let run = folder.path().join("run");
    for more in ["--validation-trials 5", "--validate-every 5"] {
        let told = refused(2, &run, &format!("--set steps=1 --set held_out=[] {more}"));
        let option = more.split(' ').next().unwrap();
        assert!(
            told.contains(&format!("{option}: no alphabet is held out")),
            "{told}"
        );
        assert!(!run.exists());
    }
    let note = "no alphabet is held out, so there is no validation";
    let [_, told] = trained(&run, "--set steps=1 --set held_out=[] --seeds 2");
    assert_eq!(told.matches(note).count(), 1, "{told}");
    // Who asks for no validation knows it.
    let quiet = folder.path().join("quiet");
    let [_, told] = trained(
        &quiet,
        "--set steps=1 --set held_out=[] --validation-trials 0",
    );
    assert!(!told.contains(note), "{told}");
}

#[test]
fn broken_weights_to_start_from_are_named() {
    let folder = Folder::new();
    let weights = folder.path().join("mine.safetensors");
    let whole = fs::read("../../assets/models/compact.safetensors").unwrap();
    let out = folder.path().join("out");
    let more = format!("--set steps=1 --from-weights {}", weights.display());
    for bytes in [&whole[..whole.len() / 2], b"no weights"] {
        fs::write(&weights, bytes).unwrap();
        let told = refused(1, &out, &more);
        let named = format!("lab: {}: ", weights.display());
        assert!(told.contains(&named), "{told}");
        assert!(!out.exists());
    }
    // What is wrong with the config is not the file's.
    fs::write(&weights, &whole).unwrap();
    let told = refused(1, &out, &format!("{more} --set frozen=[\"stam\"]"));
    assert!(told.contains("lab: the config freezes stam"), "{told}");
}

#[test]
fn all_alphabets_held_out_are_refused_by_that_name() {
    let data = alphabets(&[("One", 3), ("Two", 3)]);
    let out = data.path().join("out");
    let more = format!(
        r#"--data {} --set steps=1 --set held_out=["One","Two"]"#,
        data.text()
    );
    let told = refused(2, &out, &more);
    assert!(
        told.contains("held_out of the config: it names all alphabets"),
        "{told}"
    );
    assert!(!out.exists());
}

#[test]
fn alphabets_of_a_folder_stand_for_the_invented_ones() {
    let made = alphabets(&[("One", 6), ("Two", 4)]);
    let named = format!("--invented-from {}", made.path().display());
    let folder = Folder::new();
    let run = folder.path().join("run");
    let more =
        "--set steps=4 --set invented.alphabets=2 --set invented.at_once=2 --validation-trials 0";
    let told = refused(
        2,
        &run,
        &format!("--set steps=4 --validation-trials 0 {named}"),
    );
    assert!(told.contains("--set invented.alphabets=2"), "{told}");
    assert!(!run.exists());

    let told = refused(
        2,
        &run,
        &format!("--set steps=4 --set invented.alphabets=2 --validation-trials 0 {named}"),
    );
    assert!(told.contains("takes 0 of 2 at each step"), "{told}");

    // A run in two parts equals a whole one, and one that invents its alphabets is another.
    trained(&run, &format!("{more} {named} --stop-at 2"));
    let told = refused(1, &run, more);
    assert!(told.contains("name it by --invented-from"), "{told}");
    let other = alphabets(&[("One", 6), ("Two", 5)]);
    let others = format!("--invented-from {}", other.path().display());
    let told = refused(1, &run, &format!("{more} {others}"));
    assert!(told.contains("has other invented alphabets"), "{told}");
    trained(&run, &format!("{more} {named}"));
    let [whole, plain] = ["whole", "plain"].map(|name| folder.path().join(name));
    trained(&whole, &format!("{more} {named}"));
    trained(&plain, more);
    let [parts, whole, plain] = [run, whole, plain].map(|run| {
        let bytes = fs::read(run.join("weights.safetensors")).unwrap();
        let header = u64::from_le_bytes(bytes[..8].try_into().unwrap()) as usize;
        let text = String::from_utf8_lossy(&bytes[8..8 + header]).into_owned();
        (text, bytes[8 + header..].to_vec())
    });
    assert!(parts.1 == whole.1 && whole.1 != plain.1);
    let told = refused(1, &folder.path().join("plain"), &format!("{more} {named}"));
    assert!(told.contains("leave --invented-from out"), "{told}");
    assert!(
        whole.0.contains("and 2 invented ones of the folder"),
        "{}",
        whole.0
    );
    assert!(plain.0.contains("and 2 invented ones\""), "{}", plain.0);
}

#[test]
fn a_folder_of_seeds_takes_no_run_of_its_own_and_keeps_all_rows() {
    let folder = Folder::new();
    let seeds = folder.path().join("seeds");
    let more = "--set steps=2 --validation-trials 4";
    trained(&seeds, &format!("{more} --seeds 2"));
    let told = refused(1, &seeds, more);
    assert!(
        told.contains("holds runs of --seeds, as ") && told.contains("seed-0"),
        "{told}"
    );
    assert!(!seeds.join("config.json").exists() && !seeds.join("lock").exists());
    // One of them may go on alone.
    trained(&seeds.join("seed-1"), &format!("{more} --set seed=1"));

    // Commands that take one run name those that there are.
    let [first, second] = ["seed-0", "seed-1"].map(|name| seeds.join(name));
    let told_by = |arguments: &[&str]| {
        let done = lab(arguments).output().unwrap();
        assert_eq!(done.status.code(), Some(1));
        String::from_utf8(done.stderr).unwrap()
    };
    let told = told_by(&["show", seeds.to_str().unwrap()]);
    let named = format!("{}, {}", first.display(), second.display());
    assert!(told.contains(&named), "{told}");
    let plot = |log: &Path| told_by(&["plot", "--out", "none", "--log", log.to_str().unwrap()]);
    let told = plot(&seeds);
    let named = format!(
        "{}, {}",
        first.join("log.csv").display(),
        second.join("log.csv").display()
    );
    assert!(told.contains(&named), "{told}");
    let told = plot(&first);
    let named = format!("--log {}", first.join("log.csv").display());
    assert!(told.contains(&named), "{told}");
    let told = plot(folder.path());
    assert!(told.contains("without log.csv"), "{told}");

    let rows = || {
        let table = fs::read_to_string(seeds.join("runs.csv")).unwrap();
        table.lines().skip(1).map(str::to_owned).collect::<Vec<_>>()
    };
    let before = rows();
    let [printed, _] = trained(&seeds, &format!("{more} --seeds 1 --json"));
    assert_eq!(rows(), before);
    assert_eq!(json(&printed)["runs"].as_array().unwrap().len(), 2);
    assert!(json(&printed)["mean_error_rate"].is_f64());

    // Other trials give no mean with these.
    let other = format!("{more} --seeds 3 --json").replace("trials 4", "trials 5");
    let [printed, told] = trained(&seeds, &other);
    assert_eq!(rows().len(), 3);
    let why = "their last validations differ: seed 0 4 trials, 20-way, at step 2; seed 2 5 trials";
    assert!(told.contains(&format!("no mean: {why}")), "{told}");
    let value = json(&printed);
    assert!(value["mean_error_rate"].is_null() && value["standard_deviation"].is_null());
    assert!(value["why_no_mean"].as_str().unwrap().starts_with(why));

    // Runs that differ in more than their seeds are not beside each other.
    let told = refused(1, &seeds, "--set steps=3 --set seed=7 --seeds 1");
    assert!(
        told.contains("seed-0 holds a run of another config"),
        "{told}"
    );
    assert!(!seeds.join("seed-7").exists());
}
