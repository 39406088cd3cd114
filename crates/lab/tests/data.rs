//! Folders of pictures as data: `lab evaluate`, `train`, `export`, `finetune` with `--data`.
#![cfg(feature = "networks")]
#![allow(clippy::unwrap_used)]

mod folders;

use std::fs;
use std::path::{Path, PathBuf};

use folders::{Folder, lab, picture, printed, refused};
use twinglyph_core::invented;

const COMPACT: &str = "../../assets/models/compact.safetensors";

/// What `lab evaluate` measures in few 5-way trials, and what it says on standard error.
fn evaluate(more: &[&str]) -> (String, String) {
    let own = [
        "evaluate", "--model", COMPACT, "--within", "--trials", "40", "--ways", "5", "--json",
    ];
    let done = lab(&[&own, more].concat()).output().unwrap();
    let [out, told] =
        [&done.stdout, &done.stderr].map(|text| String::from_utf8_lossy(text).into_owned());
    assert!(done.status.success(), "{told}");
    let document: serde_json::Value = serde_json::from_str(out.lines().last().unwrap()).unwrap();
    (document["measures"].to_string(), told)
}

/// Writes an invented alphabet of so many characters, with names of files by character and drawer.
fn alphabet(
    folder: &Path,
    seed: u64,
    [characters, drawers]: [usize; 2],
    name: impl Fn(usize, usize) -> String,
) {
    let alphabet = invented::alphabet(seed);
    for character in 0..characters {
        for drawer in 0..drawers {
            let drawing = alphabet.drawing(character, drawer).unwrap();
            let path = folder.join(format!("c{character}/{}", name(character, drawer)));
            picture(drawing, &path);
        }
    }
}

/// A folder of two small alphabets whose drawers are named by the files.
fn small() -> Folder {
    let folder = Folder::new();
    for (name, seed) in [("One", 1), ("Two", 2)] {
        let named = |_: usize, drawer: usize| format!("hand{drawer}.png");
        alphabet(&folder.path().join(name), seed, [6, 4], named);
    }
    folder
}

#[test]
fn unpacked_omniglot_gives_the_figures_of_omniglot() {
    let names = "Blackfoot_(Canadian_Aboriginal_Syllabics),Tagalog";
    let folder = Folder::new();
    let shards = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../assets/omniglot");
    let manifest = fs::read(shards.join("manifest.json")).unwrap();
    let manifest = twinglyph_core::shard::Manifest::parse(&manifest).unwrap();
    for entry in manifest
        .alphabets()
        .iter()
        .filter(|one| names.split(',').any(|name| name == one.name))
    {
        let sheet = fs::read(shards.join(&entry.file)).unwrap();
        let alphabet = twinglyph_core::shard::decode(entry, &sheet).unwrap();
        for character in 0..alphabet.characters() {
            for drawer in 0..alphabet.drawers() {
                let name = format!(
                    "images_background/{}/character{:02}/{:04}_{:02}.png",
                    alphabet.name(),
                    character + 1,
                    character + 17,
                    drawer + 1
                );
                picture(
                    alphabet.drawing(character, drawer).unwrap(),
                    &folder.path().join(name),
                );
            }
        }
    }
    let (omniglot, _) = evaluate(&["--background", names]);
    // The folder that holds the set, and the set itself.
    for within in ["", "images_background"] {
        let path = folder.path().join(within);
        let (own, told) = evaluate(&["--data", path.to_str().unwrap()]);
        assert_eq!(own, omniglot);
        assert!(
            told.contains("2 alphabets, 31 characters, 620 drawings"),
            "{told}"
        );
    }
    let named = ["--data", folder.text(), "--background", "Tagalog"];
    assert_eq!(evaluate(&named).0, evaluate(&["--background", "Tagalog"]).0);
}

#[test]
fn what_is_no_drawing_is_passed_over_or_told_with_the_reason() {
    let folder = small();
    let within = |path: &str| folder.path().join(path);
    let (clean, _) = evaluate(&["--data", folder.text()]);
    for path in [
        ".hidden",
        "README.txt",
        "One/Thumbs.db",
        "One/c0/.DS_Store",
        "Two/c1/notes.txt",
    ] {
        fs::write(within(path), "no picture").unwrap();
    }
    fs::create_dir(within("__MACOSX")).unwrap();
    let (same, told) = evaluate(&["--data", folder.text()]);
    assert_eq!(same, clean);
    assert!(!told.contains("left out"), "{told}");

    for at in 0..7 {
        fs::write(within(&format!("Two/c0/odd{at}.png")), "no picture").unwrap();
    }
    fs::write(within("One/c0/scan.tiff"), "II*").unwrap();
    let (_, told) = evaluate(&["--data", folder.text()]);
    assert!(told.contains("8 files are left out:"), "{told}");
    assert!(
        told.contains("scan.tiff is of a format that is not read; make it a PNG"),
        "{told}"
    );
    assert!(
        told.contains("odd0.png is no PNG, JPEG, GIF, BMP or WebP picture"),
        "{told}"
    );
    assert!(
        told.contains("and 3 more") && !told.contains("odd6"),
        "{told}"
    );
}

#[test]
fn characters_of_unequal_numbers_of_drawings_make_a_table() {
    let folder = small();
    // One drawer is missing at half of the characters, and one character has too few drawings.
    for character in 2..5 {
        let path = format!("One/c{character}/hand3.png");
        fs::remove_file(folder.path().join(path)).unwrap();
    }
    for drawer in 1..4 {
        let path = format!("Two/c5/hand{drawer}.png");
        fs::remove_file(folder.path().join(path)).unwrap();
    }
    let (_, told) = evaluate(&["--data", folder.text()]);
    assert!(told.contains("One: 3 drawings are left out"), "{told}");
    assert!(
        told.contains("drawers hand3; kept are 6 characters by 3 drawers"),
        "{told}"
    );
    assert!(told.contains("Two: 1 drawing is left out"), "{told}");
    assert!(
        told.contains("characters c5 (drawings: 1); kept are 5 characters by 4 drawers"),
        "{told}"
    );
}

#[test]
fn other_layouts_are_refused_with_what_was_found() {
    let folder = small();
    let evaluate = |within: &str| {
        let path = folder.path().join(within);
        refused(&[
            "evaluate",
            "--model",
            COMPACT,
            "--within",
            "--data",
            path.to_str().unwrap(),
        ])
    };
    let expected = "drawings are expected as ALPHABET/CHARACTER/DRAWING.png";
    for (within, found) in [
        ("One", "c0/hand0.png was found: a folder is missing"),
        (
            "One/c0",
            "hand0.png was found: put it into a folder of its alphabet",
        ),
    ] {
        let told = evaluate(within);
        assert!(told.contains(expected) && told.contains(found), "{told}");
    }
    fs::create_dir_all(folder.path().join("deep/a")).unwrap();
    fs::create_dir(folder.path().join("empty")).unwrap();
    fs::rename(folder.path().join("One"), folder.path().join("deep/a/One")).unwrap();
    let told = evaluate("deep");
    assert!(
        told.contains("a/One/c0 is a folder: name the folder of the alphabets"),
        "{told}"
    );
    let told = evaluate("empty");
    assert!(
        told.contains("it holds neither folders nor pictures"),
        "{told}"
    );
    let told = evaluate("nowhere");
    assert!(told.contains("nowhere: No such file"), "{told}");
}

#[test]
fn alphabets_that_cannot_be_used_are_refused_by_their_paths() {
    let folder = small();
    let evaluate = || {
        refused(&[
            "evaluate",
            "--model",
            COMPACT,
            "--data",
            folder.text(),
            "--within",
        ])
    };
    let c0 = folder.path().join("One/c0");
    fs::remove_dir_all(&c0).unwrap();
    fs::create_dir(&c0).unwrap();
    assert!(
        evaluate().contains("One/c0 has no picture; add drawings"),
        "{}",
        evaluate()
    );
    fs::write(c0.join("a.png"), "GIF89a").unwrap();
    let told = evaluate();
    assert!(
        told.contains("One/c0 has no picture that can be read: a.png is damaged"),
        "{told}"
    );
    for character in 0..5 {
        fs::remove_dir_all(folder.path().join(format!("One/c{character}"))).unwrap();
    }
    assert!(
        evaluate().contains("One has one character"),
        "{}",
        evaluate()
    );
}

#[cfg(unix)]
#[test]
fn links_in_circles_and_pipes_end() {
    use std::os::unix::fs::symlink;
    let folder = small();
    symlink("loop.png", folder.path().join("One/c0/loop.png")).unwrap();
    symlink("../..", folder.path().join("One/c0/up")).unwrap();
    let pipe = folder.path().join("One/c1/pipe.png");
    assert!(
        std::process::Command::new("mkfifo")
            .arg(&pipe)
            .status()
            .unwrap()
            .success()
    );
    let (_, told) = evaluate(&["--data", folder.text()]);
    for what in [
        "loop.png",
        "up is a folder among drawings",
        "pipe.png is no regular file",
    ] {
        assert!(told.contains(what), "{told}");
    }
    symlink(".", folder.path().join("itself")).unwrap();
    assert!(refused(&["evaluate", "--model", COMPACT, "--data", folder.text()]).contains("itself"));
}

#[test]
fn a_run_says_what_it_learned_from() {
    let (data, runs) = (small(), Folder::new());
    let config = r#"{"architecture": "compact", "seed": 0, "steps": 1, "held_out": ["Two"],
        "episode": {"alphabets": 1, "characters": 3, "symmetries": false},
        "augment": {"class": {"rotation": 0, "shear": 0, "scale": [1, 1], "log_aspect": 0, "shift": 0, "field": 0},
            "image": {"rotation": 0, "shear": 0, "scale": [1, 1], "log_aspect": 0, "shift": 0, "field": 0},
            "stroke_width": [0, 0]},
        "optimizer": {"learning_rate": 1e-3, "warm_up": 0, "beta_1": 0.9, "beta_2": 0.99, "epsilon": 1e-8,
            "weight_decay": 0}}"#;
    let file = runs.path().join("config.json");
    let write = |config: &str| fs::write(&file, config).unwrap();
    let out = runs.path().join("run");
    let train = [
        "train",
        "--config",
        file.to_str().unwrap(),
        "--out",
        out.to_str().unwrap(),
    ];
    let train = [
        &train[..],
        &["--data", data.text(), "--validation-trials", "4"],
    ]
    .concat();

    write(&config.replace("\"Two\"", "\"Armenian\""));
    let told = refused(&train);
    assert!(
        told.contains("Armenian is no alphabet of") && told.contains("which has One, Two"),
        "{told}"
    );
    assert!(!out.exists());

    write(config);
    printed(&train);
    let weights = fs::read(out.join("weights.safetensors")).unwrap();
    let (_, metadata) = twinglyph_nn::Twin::read(&weights).unwrap();
    let name = data
        .path()
        .file_name()
        .unwrap()
        .to_str()
        .unwrap()
        .to_owned();
    assert_eq!(
        metadata.facts["data"],
        format!("pictures of the folder {name}")
    );
    let expected =
        format!("1 alphabet, 6 characters, 24 drawings of the folder {name} without Two");
    assert_eq!(metadata.facts["trained_on"], expected);
}

#[test]
fn similarity_is_fitted_and_weights_are_fine_tuned_on_the_folder() {
    let (data, out) = (small(), Folder::new());
    let file = out.path().join("weights.safetensors");
    let to = [
        "--out",
        file.to_str().unwrap(),
        "--data",
        data.text(),
        "--views",
        "1",
    ];
    let said = printed(&[&["export", "--model", COMPACT][..], &to].concat());
    assert!(said.contains("similarity = ") && file.exists(), "{said}");
    let said = printed(&[
        "finetune",
        "--model",
        COMPACT,
        "--seeds",
        "0",
        "--data",
        data.text(),
    ]);
    assert!(said.starts_with("before"), "{said}");
    let told = refused(&[
        "finetune",
        "--data",
        data.text(),
        "--alphabets",
        "Three",
        "--seeds",
        "0",
    ]);
    assert!(told.contains("Three is no alphabet of"), "{told}");
}

#[test]
fn a_wrong_folder_of_omniglot_is_refused_wherever_the_data_come_from() {
    let (data, empty) = (small(), Folder::new());
    for command in [
        &["evaluate", "--within"][..],
        &["evaluate", "--data", data.text()],
        &["evaluate", "--mnist", "nowhere"],
        &["evaluate", "--ink"],
        &["evaluate", "--fit-exit"],
        &["export", "--model", COMPACT, "--out", "nowhere/x"],
        &["finetune"],
        &[
            "train",
            "--out",
            "nowhere/x",
            "--config",
            "../../configs/compact.json",
        ],
        &["baseline"],
        &["shards"],
    ] {
        let done = lab(command)
            .env("OMNIGLOT_DIR", empty.path())
            .output()
            .unwrap();
        let told = String::from_utf8_lossy(&done.stderr).into_owned();
        assert_eq!(done.status.code(), Some(1), "{command:?}: {told}");
        assert!(told.contains("OMNIGLOT_DIR names"), "{command:?}: {told}");
        if !command.contains(&"--data") && !command.contains(&"--mnist") {
            let told = refused(&[command, &["--from", empty.text()]].concat());
            assert!(told.contains("--from names"), "{command:?}: {told}");
        }
    }
    assert!(!Path::new("nowhere").exists());
}

#[test]
fn options_without_effect_together_are_refused() {
    for options in [
        &["evaluate", "--data", "x", "--from", "x"][..],
        &["evaluate", "--data", "x", "--mnist", "x"],
        &["evaluate", "--data", "x", "--ink"],
        &["evaluate", "--from", "x", "--mnist", "x"],
        &["evaluate", "--runs", "--ink"],
        &["evaluate", "--runs", "--background", "x"],
        &["evaluate", "--fit-exit", "--against", "x"],
        &["train", "--out", "x", "--data", "x", "--from", "x"],
        &["export", "--model", "x", "--data", "x", "--from", "x"],
        &["finetune", "--data", "x", "--from", "x"],
        &["classify", "--json"],
        &["classify", "x.png"],
        &["classify", "--support", "x"],
    ] {
        let done = lab(options).output().unwrap();
        assert_eq!(done.status.code(), Some(2), "{options:?}");
    }
}
