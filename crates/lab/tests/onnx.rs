//! `lab onnx`: files left behind, wrong arguments, and the numbers that ONNX Runtime gives.
//!
//! `TWINGLYPH_PYTHON` names a Python that has `onnxruntime` and `numpy`; `cargo xtask test` installs one. Without the
//! variable that test is skipped, and says so.
#![cfg(feature = "networks")]
#![allow(clippy::unwrap_used)]

mod files;

use std::ffi::OsStr;
use std::fs;
use std::process::Command;

use files::{Folder, checkout, lab, text};
use twinglyph_core::Views;
use twinglyph_nn::Twin;

#[test]
fn each_part_is_written_and_a_file_that_is_there_stays() {
    let folder = Folder::new("onnx");
    let model = checkout("assets/models/compact.safetensors");
    for part in ["twin", "embedding", "scorer"] {
        let out = folder.file(&format!("{part}.onnx"));
        let args = [
            "onnx",
            "--model",
            text(&model),
            "--part",
            part,
            "--out",
            text(&out),
        ];
        let done = lab(args);
        assert_eq!(done.code, Some(0), "{}", done.told);
        let written = fs::read(&out).unwrap();
        assert!(
            done.out.contains(&format!("({} bytes)", written.len())),
            "{}",
            done.out
        );
        let done = lab(args);
        assert_eq!(done.code, Some(1));
        assert!(done.told.contains("--force"), "{}", done.told);
        assert_eq!(fs::read(&out).unwrap(), written);
    }
    let other = folder.file("other");
    fs::write(&other, b"no weights").unwrap();
    let out = folder.file("out.onnx");
    let done = lab(["onnx", "--model", text(&other), "--out", text(&out)]);
    assert_eq!(done.code, Some(1));
    assert!(
        done.told.starts_with(&format!("lab: {}: ", text(&other))),
        "{}",
        done.told
    );
    assert!(!out.exists());
    let done = lab([
        "onnx",
        "--model",
        text(&model),
        "--part",
        "head",
        "--out",
        text(&out),
    ]);
    assert_eq!(done.code, Some(2));
}

#[test]
fn a_model_has_the_ending_by_which_others_know_it() {
    let folder = Folder::new("onnx-ending");
    let onnx = |name: &str| {
        lab([
            "onnx",
            "--model",
            "compact",
            "--out",
            text(&folder.file(name)),
        ])
    };
    for name in ["deep", "deep.safetensors", "deep.onnx.txt", ".onnx"] {
        let done = onnx(name);
        assert_eq!(done.code, Some(2), "{}", done.told);
        assert!(done.told.contains("by the ending .onnx"), "{}", done.told);
        assert_eq!(folder.names(), [""; 0]);
    }
    assert!(onnx("deep.safetensors").told.contains("/deep.onnx\n"));
    assert_eq!(onnx("deep.ONNX").code, Some(0));
}

#[test]
fn onnx_runtime_gives_the_labs_numbers() {
    let Some(python) = std::env::var_os("TWINGLYPH_PYTHON") else {
        println!("SKIPPED check by ONNX Runtime: TWINGLYPH_PYTHON names no Python");
        return;
    };
    for network in ["compact", "deep"] {
        let most = largest_difference(network, &python);
        assert!(most < 1e-3, "{network}: {most}");
        println!("{network}: largest difference of a score: {most:e}");
    }
}

/// Between ONNX Runtime's scores by a built-in network and the lab's, of 7 queries with 13 examples.
fn largest_difference(network: &str, python: &OsStr) -> f32 {
    let folder = Folder::new(&format!("onnx-runtime-{network}"));
    let model = checkout(&format!("assets/models/{network}.safetensors"));
    for part in ["twin", "embedding", "scorer"] {
        let out = folder.file(&format!("{part}.onnx"));
        let done = lab([
            "onnx",
            "--model",
            text(&model),
            "--part",
            part,
            "--out",
            text(&out),
        ]);
        assert_eq!(done.code, Some(0), "{}", done.told);
    }
    let out = folder.file("one.npy");
    let args = [
        "embed",
        "--model",
        text(&model),
        "--alphabets",
        "Angelic",
        "--out",
        text(&out),
    ];
    let done = lab(args.into_iter().chain(["--local", "--inputs"]));
    assert_eq!(done.code, Some(0), "{}", done.told);
    let script = checkout("crates/lab/tests/python/onnx.py");
    let done = Command::new(python)
        .arg(script)
        .arg(folder.file(""))
        .output()
        .unwrap();
    assert!(
        done.status.success(),
        "{}",
        String::from_utf8_lossy(&done.stderr)
    );
    let told = String::from_utf8(done.stdout).unwrap();
    let numbers: Vec<f32> = told
        .split_whitespace()
        .map(|number| number.parse().unwrap())
        .collect();
    let [embeddings, ways, scores @ ..] = numbers.as_slice() else {
        panic!("{told}");
    };
    assert!(*embeddings < 1e-4 && *ways < 1e-3, "{told}");

    // The same drawings, by the network itself.
    let (twin, _) = Twin::read(&fs::read(&model).unwrap()).unwrap();
    let drawings = files::alphabet("Angelic");
    let embed = |range: std::ops::Range<usize>| twin.embed(&drawings.drawings()[range], Views::One);
    let expected = twin.scores(&embed(0..7), &embed(7..20));
    let pairs = scores.iter().zip(&expected);
    let most = pairs.fold(0f32, |most, (one, other)| most.max((one - other).abs()));
    assert_eq!(scores.len(), expected.len());
    most
}
