//! `lab onnx`: files left behind, and wrong arguments.
#![cfg(feature = "networks")]
#![allow(clippy::unwrap_used)]

mod files;

use std::fs;

use files::{Folder, checkout, lab, text};

#[test]
fn each_part_is_written_and_a_file_that_is_there_stays() {
    let folder = Folder::new("onnx");
    let model = checkout("assets/models/compact.safetensors");
    for part in ["twin", "embedding", "scorer"] {
        let out = folder.file(part);
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
    let out = folder.file("out");
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
