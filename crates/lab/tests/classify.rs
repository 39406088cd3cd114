//! `lab classify`: pictures against a folder of classes, and JSON lines.
#![cfg(feature = "networks")]
#![allow(clippy::unwrap_used)]

mod folders;

use std::fs;
use std::io::Write;
use std::process::Stdio;

use folders::{Folder, lab, picture, printed, refused, toned};
use serde_json::{Value, json};
use twinglyph_core::{Bitmap, invented};

const COMPACT: &str = "../../assets/models/compact.safetensors";

fn drawing(character: usize, drawer: usize) -> Bitmap {
    let alphabet = invented::alphabet(1);
    alphabet.drawing(character, drawer).unwrap().clone()
}

/// Five classes: of one there are three examples in a folder.
fn support() -> Folder {
    let folder = Folder::new();
    for character in 0..4 {
        let path = folder.path().join(format!("sign{character}.png"));
        picture(&drawing(character, 0), &path);
    }
    for drawer in 0..3 {
        let path = folder.path().join(format!("many/{drawer}.bmp"));
        picture(&drawing(4, drawer), &path);
    }
    folder
}

fn classify(more: &[&str]) -> Vec<Value> {
    let own = ["classify", "--model", COMPACT, "--json"];
    let lines = printed(&[&own, more].concat());
    lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn the_class_of_a_picture_comes_first_whatever_its_form() {
    let (support, queries) = (support(), Folder::new());
    let path = |name: &str| queries.path().join(name).to_str().unwrap().to_owned();
    let [plain, large, many] = ["plain.png", "large.jpg", "many.gif"].map(path);
    picture(&drawing(2, 5), plain.as_ref());
    toned(&drawing(1, 5), large.as_ref(), 3, [240, 20]);
    picture(&drawing(4, 8), many.as_ref());
    let answers = classify(&["--support", support.text(), &plain, &large, &many]);
    let first = |answer: &Value| answer["ranking"][0]["class"].as_str().unwrap().to_owned();
    let found: Vec<String> = answers.iter().map(first).collect();
    assert_eq!(found, ["sign2", "sign1", "many"]);
    for answer in &answers {
        let ranking = answer["ranking"].as_array().unwrap();
        assert_eq!(ranking.len(), 5);
        let of = |name: &str| {
            ranking
                .iter()
                .map(|one| one[name].as_f64().unwrap())
                .collect::<Vec<_>>()
        };
        assert!(of("score").is_sorted_by(|a, b| a >= b));
        assert!(of("similarity").iter().all(|one| (0.0..=1.0).contains(one)));
    }

    // The score of a class is the mean of its examples' scores.
    let alone: Vec<f64> = (0..3)
        .map(|drawer| {
            let one = Folder::new();
            picture(&drawing(4, drawer), &one.path().join("one.png"));
            let answer = classify(&["--support", one.text(), &many]);
            answer[0]["ranking"][0]["score"].as_f64().unwrap()
        })
        .collect();
    let mean = alone.iter().sum::<f64>() / 3.0;
    let score = answers[2]["ranking"][0]["score"].as_f64().unwrap();
    assert!((score - mean).abs() < 1e-3, "{score} {mean}");

    let table = printed(&[
        "classify",
        "--model",
        COMPACT,
        "--support",
        support.text(),
        &plain,
    ]);
    let lines: Vec<&str> = table.lines().collect();
    assert_eq!((lines[0], lines.len()), (plain.as_str(), 7));
    assert!(
        lines[1].contains("class") && lines[1].contains("similarity") && lines[1].contains("score")
    );
    assert!(lines[2].trim_start().starts_with("sign2"), "{table}");
}

#[test]
fn a_picture_that_cannot_be_read_is_named_and_the_others_are_ranked() {
    let support = support();
    let queries = Folder::new();
    let [good, bad] = ["good.png", "bad.png"].map(|name| queries.path().join(name));
    picture(&drawing(3, 5), &good);
    fs::write(&bad, "no picture").unwrap();
    let files = [bad.to_str().unwrap(), good.to_str().unwrap()];
    let arguments = [
        &["classify", "--model", COMPACT, "--support", support.text()][..],
        &files,
    ]
    .concat();
    let done = lab(&arguments).output().unwrap();
    assert_eq!(done.status.code(), Some(1));
    let told = String::from_utf8_lossy(&done.stderr);
    assert!(told.contains("bad.png: is no PNG"), "{told}");
    assert!(told.contains("1 of 2 pictures can't be ranked"), "{told}");
    assert!(String::from_utf8_lossy(&done.stdout).contains("sign3"));
}

#[test]
fn folders_that_are_no_support_set_are_refused_by_their_paths() {
    let query = Folder::new();
    let image = query.path().join("query.png");
    picture(&drawing(0, 5), &image);
    let told = |folder: &Folder| {
        let image = image.to_str().unwrap();
        refused(&[
            "classify",
            "--model",
            COMPACT,
            "--support",
            folder.text(),
            image,
        ])
    };
    let empty = Folder::new();
    assert!(
        told(&empty).contains("there is no picture"),
        "{}",
        told(&empty)
    );
    fs::create_dir(empty.path().join("a")).unwrap();
    assert!(
        told(&empty).contains("a has no picture that can be read"),
        "{}",
        told(&empty)
    );
    fs::create_dir(empty.path().join("a/b")).unwrap();
    assert!(
        told(&empty).contains("a/b is a folder in a class's folder"),
        "{}",
        told(&empty)
    );
    let twice = support();
    picture(&drawing(0, 1), &twice.path().join("many.png"));
    assert!(
        told(&twice).contains("there is another class many"),
        "{}",
        told(&twice)
    );
    let many = Folder::new();
    for at in 0..21 {
        fs::create_dir_all(many.path().join("a")).unwrap();
        fs::write(many.path().join(format!("a/{at}.png")), "").unwrap();
    }
    assert!(
        told(&many).contains("a holds 21 pictures"),
        "{}",
        told(&many)
    );
}

#[test]
fn lines_of_standard_input_are_ranked_and_their_errors_numbered() {
    let hex = |drawing: &Bitmap| -> String {
        drawing
            .as_bytes()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect()
    };
    let ask = |lines: String| {
        let mut child = lab(&["classify", "--model", COMPACT])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child
            .stdin
            .take()
            .unwrap()
            .write_all(lines.as_bytes())
            .unwrap();
        child.wait_with_output().unwrap()
    };
    let support: Vec<String> = (0..3)
        .map(|character| hex(&drawing(character, 0)))
        .collect();
    let line = json!({"support": support, "query": hex(&drawing(1, 5))}).to_string();
    let done = ask(line.clone());
    let answer: Value = serde_json::from_slice(&done.stdout).unwrap();
    assert_eq!(answer["ranking"][0], 1);
    for each in ["scores", "similarities"] {
        assert_eq!(answer[each].as_array().unwrap().len(), 3);
    }
    for (wrong, reason) in [
        ("{", "EOF"),
        (r#"{"support": [], "query": ""}"#, "it has no class"),
        (
            r#"{"support": ["+f"], "query": ""}"#,
            "drawing 0 of support: it is not written in pairs",
        ),
        (
            r#"{"support": ["ff"], "query": ""}"#,
            "drawing 0 of support: a bitmap is 1379 bytes",
        ),
    ] {
        let done = ask(format!("{line}\n{wrong}\n"));
        let told = String::from_utf8_lossy(&done.stderr);
        assert_eq!(done.status.code(), Some(1), "{told}");
        assert!(
            told.contains("lab: line 2: ") && told.contains(reason),
            "{told}"
        );
        // What came before is answered.
        assert_eq!(String::from_utf8_lossy(&done.stdout).lines().count(), 1);
    }
}
