//! `lab import`: state dicts as PyTorch programs save them.
#![cfg(feature = "networks")]
#![allow(clippy::unwrap_used)]

mod files;

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use files::{Folder, checkout, lab, text};
use half::{bf16, f16};
use safetensors::Dtype;
use safetensors::tensor::TensorView;
use twinglyph_core::{Architecture, Views};
use twinglyph_nn::Twin;
use twinglyph_nn::weights::{self, Metadata, Tensors};

fn builtin() -> (Tensors, Metadata) {
    let file = checkout("assets/models/compact.safetensors");
    weights::tensors(&fs::read(file).unwrap()).unwrap()
}

/// Writes a state dict with names and numbers changed, a counter beside each norm, and PyTorch's one entry.
fn save(path: &Path, dtype: Dtype, name: impl Fn(&str) -> String) {
    let bytes = |values: &[f32]| -> Vec<u8> {
        let each = values.iter();
        match dtype {
            Dtype::F64 => each
                .flat_map(|&value| f64::from(value).to_le_bytes())
                .collect(),
            Dtype::F16 => each
                .flat_map(|&value| f16::from_f32(value).to_le_bytes())
                .collect(),
            Dtype::BF16 => each
                .flat_map(|&value| bf16::from_f32(value).to_le_bytes())
                .collect(),
            _ => each.flat_map(|value| value.to_le_bytes()).collect(),
        }
    };
    let mut parts: Vec<(String, Dtype, Vec<usize>, Vec<u8>)> = Vec::new();
    for (own, (shape, values)) in builtin().0 {
        if let Some(norm) = own.strip_suffix("running_var") {
            let counter = name(&format!("{norm}num_batches_tracked"));
            parts.push((counter, Dtype::I64, vec![], vec![7; 8]));
        }
        parts.push((name(&own), dtype, shape, bytes(&values)));
    }
    let views = parts.iter().map(|(name, dtype, shape, bytes)| {
        (name, TensorView::new(*dtype, shape.clone(), bytes).unwrap())
    });
    let entries = HashMap::from([("format".to_owned(), "pt".to_owned())]);
    fs::write(path, safetensors::serialize(views, Some(entries)).unwrap()).unwrap();
}

#[test]
fn numbers_of_every_type_behind_a_prefix_come_through() {
    let folder = Folder::new("import");
    let (state, out) = (
        folder.file("state.safetensors"),
        folder.file("out.safetensors"),
    );
    let (expected, _) = builtin();
    for (dtype, prefix, most) in [
        (Dtype::F32, "", 0.0),
        (Dtype::F64, "module.", 0.0),
        (Dtype::F16, "_orig_mod.", 1e-3),
        (Dtype::BF16, "model.net.", 8e-3),
    ] {
        save(&state, dtype, |name| format!("{prefix}{name}"));
        let args = [
            "import",
            text(&state),
            "--architecture",
            "compact",
            "--out",
            text(&out),
        ];
        let done = lab(args
            .into_iter()
            .chain(["--no-fit", "--force", "--fact", "data=own"]));
        assert_eq!(done.code, Some(0), "{}", done.told);
        assert!(done.out.contains(prefix), "{}", done.out);
        let bytes = fs::read(&out).unwrap();
        let (_, metadata) = Twin::read(&bytes).unwrap();
        assert_eq!(metadata.facts.keys().collect::<Vec<_>>(), ["data"]);
        let (tensors, _) = weights::tensors(&bytes).unwrap();
        assert!(tensors.keys().eq(expected.keys()));
        for (name, (_, values)) in &tensors {
            for (value, expected) in values.iter().zip(&expected[name].1) {
                assert!(
                    (value - expected).abs() <= most * expected.abs() + 1e-6,
                    "{name}"
                );
            }
        }
    }
}

#[test]
fn the_similarity_is_fitted_by_the_views_that_are_asked_for() {
    let folder = Folder::new("import-fit");
    let (state, out) = (
        folder.file("state.safetensors"),
        folder.file("out.safetensors"),
    );
    save(&state, Dtype::F32, str::to_owned);
    let args = [
        "import",
        text(&state),
        "--architecture",
        "compact",
        "--out",
        text(&out),
    ];
    let done = lab(args.into_iter().chain(["--pairs", "200", "--views", "1"]));
    assert_eq!(done.code, Some(0), "{}", done.told);
    let (_, metadata) = Twin::read(&fs::read(&out).unwrap()).unwrap();
    assert_eq!(metadata.architecture, Architecture::Compact);
    assert_eq!(metadata.views, Views::One);
    assert_ne!(
        metadata.calibration,
        Metadata::new(Architecture::Compact).calibration
    );
    // What was written says of which network it is.
    let again = folder.file("again.safetensors");
    let done = lab(["import", text(&out), "--no-fit", "--out", text(&again)]);
    assert_eq!(done.code, Some(0), "{}", done.told);
    assert_eq!(fs::read(&out).unwrap(), fs::read(&again).unwrap());
    let args = [
        "import",
        text(&out),
        "--architecture",
        "deep",
        "--out",
        text(&out),
    ];
    let done = lab(args.into_iter().chain(["--force"]));
    assert_eq!(done.code, Some(1));
    assert!(
        done.told.contains("it is of compact, not of deep"),
        "{}",
        done.told
    );
}

#[test]
fn what_is_no_state_dict_of_the_network_is_told_and_leaves_nothing() {
    let folder = Folder::new("import-wrong");
    let out = folder.file("out.safetensors");
    let wrong = |name: &str, bytes: &[u8], part: &str| {
        let file = folder.file(name);
        fs::write(&file, bytes).unwrap();
        let args = [
            "import",
            text(&file),
            "--architecture",
            "compact",
            "--out",
            text(&out),
        ];
        let done = lab(args.into_iter().chain(["--no-fit"]));
        assert_eq!(done.code, Some(1), "{done:?}");
        assert!(
            done.told.starts_with(&format!("lab: {}", text(&file))),
            "{}",
            done.told
        );
        assert!(done.told.contains(part), "{part}: {}", done.told);
        assert!(!out.exists());
    };
    wrong("a.pt", b"PK\x03\x04 of torch.save", "weights_only=True");
    wrong("b", b"\x80\x02c__torch__", "is a pickle of PyTorch");
    wrong("c.pth", b"", "is a pickle of PyTorch");
    wrong("d.safetensors", b"", "not a whole safetensors file");
    wrong(
        "e.safetensors",
        &[0xff; 100],
        "not a whole safetensors file",
    );
    let empty = b"\x08\0\0\0\0\0\0\0{}      ";
    wrong("f.safetensors", empty, "missing");
    let whole = checkout("assets/models/compact.safetensors");
    wrong("g.safetensors", &fs::read(whole).unwrap(), "U8 numbers");

    let path = folder.file("h.safetensors");
    save(&path, Dtype::F32, |name| {
        let name = name.replace("stem.norm", "stem.bn1");
        name.replace("global.bias", "global.b")
    });
    wrong(
        "h.safetensors",
        &fs::read(&path).unwrap(),
        "nearest is stem.bn1.weight",
    );

    save(&path, Dtype::F32, str::to_owned);
    let args = [
        "import",
        text(&path),
        "--architecture",
        "deep",
        "--out",
        text(&out),
    ];
    let done = lab(args);
    assert_eq!(done.code, Some(1), "{done:?}");
    assert!(done.told.contains("it is of compact"), "{}", done.told);
}
