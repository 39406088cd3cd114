//! `lab evaluate`: what its numbers promise, what it refuses, and which files it leaves.
#![cfg(feature = "networks")]
#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

use serde_json::{Value, json};

/// The lab in the checkout, by these words after `evaluate`.
fn lab(words: &str, more: &[&str]) -> Output {
    let checkout = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    Command::new(env!("CARGO_BIN_EXE_lab"))
        .current_dir(checkout)
        .env_remove("OMNIGLOT_DIR")
        .arg("evaluate")
        .args(words.split_whitespace())
        .args(more)
        .output()
        .unwrap()
}

/// Where a built-in model's weights are.
fn model(name: &str) -> String {
    format!("assets/models/{name}.safetensors")
}

/// What it printed for people, and its JSON.
fn measured(words: &str, name: &str) -> (String, Value) {
    let done = lab(words, &["--json", "--model", &model(name)]);
    let told = String::from_utf8(done.stderr).unwrap();
    assert!(done.status.success(), "{words}: {told}");
    // Nothing else is on standard output.
    let value = serde_json::from_slice(&done.stdout).unwrap();
    (told, value)
}

fn scratch(name: &str) -> PathBuf {
    let path =
        std::env::temp_dir().join(format!("twinglyph-evaluate-{name}-{}", std::process::id()));
    let _ = fs::remove_dir_all(&path);
    path
}

#[test]
fn the_object_has_one_shape_for_one_measure_and_for_several() {
    let (out, value) = measured("--runs", "compact");
    for name in ["version", "commit"] {
        assert!(value[name].is_string(), "{name}");
    }
    assert_eq!(value["model"]["architecture"], "compact");
    assert_eq!(value["model"]["views"], 1);
    assert_eq!(value["model"]["digest"].as_str().unwrap().len(), 64);
    assert_eq!(value["data"]["set"], "evaluation");
    assert_eq!(value["data"]["drawings"], 13_180);
    // The official trials take none of them.
    for name in ["seed", "ways", "trials"] {
        assert_eq!(value[name], Value::Null, "{name}");
    }
    let runs = &value["measures"]["runs"];
    assert_eq!((&runs["errors"], &runs["trials"]), (&json!(2), &json!(400)));
    assert_eq!(runs["choices"].as_array().unwrap().len(), 400);
    for interval in ["wilson", "bootstrap"] {
        let (low, high) = (&runs[interval][0], &runs[interval][1]);
        let rate = runs["error_rate"].as_f64().unwrap();
        assert!(low.as_f64().unwrap() <= rate && rate <= high.as_f64().unwrap());
    }
    assert!(out.contains("95 % over trials") && out.contains("95 % over alphabets"));

    let (_, value) = measured(
        "--within --verification --trials 30 --ways 5 --seed 7 --by-alphabet",
        "compact",
    );
    assert_eq!(
        (&value["seed"], &value["ways"], &value["trials"]),
        (&json!(7), &json!(5), &json!(30))
    );
    for name in ["within", "verification"] {
        let measure = &value["measures"][name];
        let rows = measure["by_alphabet"].as_array().unwrap();
        let sum = |what: &str| {
            rows.iter()
                .map(|row| row[what].as_u64().unwrap())
                .sum::<u64>()
        };
        assert_eq!(sum("trials"), 30);
        assert_eq!(Some(sum("errors")), measure["errors"].as_u64());
    }
}

#[test]
fn alphabets_with_too_few_characters_are_left_out_and_named() {
    let words = "--background Tagalog,Greek --within --trials 20 --ways 20";
    let (out, value) = measured(words, "compact");
    assert!(out.contains("within 1 of 2 alphabets, 20-way"), "{out}");
    assert!(
        out.contains("left out, with fewer than 20 characters: Tagalog"),
        "{out}"
    );
    let within = &value["measures"]["within"];
    assert_eq!(within["left_out"], json!(["Tagalog"]));
    // Of one alphabet nothing follows about others.
    assert_eq!(within["bootstrap"], Value::Null);
}

#[test]
fn a_curve_of_few_characters_has_no_mixed_alphabets() {
    let (out, value) = measured("--sweep --background Tagalog", "beginner");
    let sweep = &value["measures"]["sweep"];
    assert_eq!(sweep["across"], json!([]));
    let rows = sweep["within"].as_array().unwrap();
    assert_eq!(rows.last().unwrap()["ways"], 15);
    assert!(out.contains("fewer than 60 characters"), "{out}");
}

#[test]
fn senseless_and_useless_arguments_are_refused() {
    for (words, named) in [
        ("--within --ways 1000", "from 2 to 47"),
        ("--across --ways 1000", "from 2 to 659"),
        ("--across --ways 600 --trials 1000000", "at most 33333"),
        ("--ways 1", "2..=100000"),
        ("--trials 0", "1..=1000000"),
        ("--shots 20", "from 1 to 19"),
        ("--runs --ways 5", "--ways has no effect"),
        ("--runs --seed 5", "--seed has no effect"),
        ("--verification --against x", "--against has no effect"),
        ("--exact --csv x", "--csv has no effect"),
        ("--within --csv assets", "is a folder"),
    ] {
        let done = lab(words, &["--model", &model("compact")]);
        let told = String::from_utf8(done.stderr).unwrap();
        assert_eq!(done.status.code(), Some(2), "{words}: {told}");
        assert!(told.contains(named), "{words}: {told}");
        assert_eq!(String::from_utf8(done.stdout).unwrap(), "", "{words}");
    }
}

#[test]
fn the_exact_rate_is_what_sampled_trials_come_to() {
    let (_, value) = measured(
        "--exact --within --background Tagalog --ways 10 --trials 4000",
        "beginner",
    );
    let exact = value["measures"]["exact"]["error_rate"].as_f64().unwrap();
    let sampled = value["measures"]["within"]["error_rate"].as_f64().unwrap();
    let bound = 4.0 * (exact * (1.0 - exact) / 4000.0).sqrt();
    assert!(
        exact > 0.0 && (exact - sampled).abs() < bound,
        "{exact} {sampled}"
    );
}

#[test]
fn any_number_of_examples_can_be_asked_for() {
    let words = "--shots 19,1,4 --background Tagalog --ways 5 --trials 40";
    let (_, value) = measured(words, "beginner");
    let rows = value["measures"]["shots"].as_object().unwrap();
    assert_eq!(rows.keys().collect::<Vec<_>>(), ["1", "19", "4"]);
}

#[test]
fn trials_and_wrong_ones_are_written_and_nothing_else_is_replaced() {
    let folder = scratch("files");
    let (table, wrong) = (folder.join("made/trials.csv"), folder.join("wrong"));
    let words = format!(
        "--within --background Tagalog --ways 15 --trials 150 --csv {} --wrong {}",
        table.display(),
        wrong.display()
    );
    let (_, value) = measured(&words, "beginner");
    let errors = value["measures"]["within"]["errors"].as_u64().unwrap();
    assert!(errors > 0);
    let text = fs::read_to_string(&table).unwrap();
    let lines: Vec<Vec<&str>> = text.lines().map(|line| line.split(',').collect()).collect();
    assert_eq!(lines.len(), 151);
    let right = lines[0].iter().position(|name| *name == "right").unwrap();
    let wrong_lines: Vec<_> = lines[1..]
        .iter()
        .filter(|line| line[right] == "false")
        .collect();
    assert_eq!(wrong_lines.len() as u64, errors);
    let numbers = wrong_lines
        .iter()
        .map(|line| line[3].parse::<usize>().unwrap());
    for number in numbers.take(100) {
        assert!(wrong.join(format!("within-{number:06}.png")).is_file());
    }
    assert!(wrong.join("overview.png").is_file());

    // Again into the same folder, and into one of somebody else's.
    let (again, _) = measured(&words, "beginner");
    assert!(
        again.contains(&format!("of {errors} wrong trials")),
        "{again}"
    );
    let foreign = folder.join("made");
    let done = lab("--within --trials 5 --wrong", &[foreign.to_str().unwrap()]);
    assert_eq!(done.status.code(), Some(1));
    assert!(
        String::from_utf8(done.stderr)
            .unwrap()
            .contains("is not empty")
    );
    assert_eq!(fs::read_dir(&foreign).unwrap().count(), 1);
    // A file where a folder should be is told before anything is measured.
    let beneath = table.join("trials.csv");
    let done = lab("--within --csv", &[beneath.to_str().unwrap()]);
    assert_eq!(done.status.code(), Some(1));
    assert_eq!(String::from_utf8(done.stdout).unwrap(), "");
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn the_help_says_what_is_measured_by_default() {
    let done = lab("--help", &[]);
    let text = String::from_utf8(done.stdout).unwrap();
    assert!(text.contains("Without a measure, --runs, --within, --across and --verification"));
    assert!(text.contains("Examples:"));
}
