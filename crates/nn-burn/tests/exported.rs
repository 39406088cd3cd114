//! Weights files as the rest of the world reads and writes them: by Python's `safetensors`.
//!
//! `TWINGLYPH_PYTHON` names a Python that has `safetensors` and `numpy`; `cargo xtask test` installs
//! and sets it. Without it these checks are skipped, and say so. Knows nothing of tensors: only
//! files.

#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::process::Command;

use burn::tensor::Device;
use half::f16;
use safetensors::{Dtype, SafeTensors};
use serde::Deserialize;
use twinglyph_core::score::Calibration;
use twinglyph_nn_burn::{Architecture, Metadata, Precision, Twin, weights};

/// What Python says of a file.
#[derive(Deserialize)]
struct Described {
    metadata: HashMap<String, String>,
    tensors: BTreeMap<String, Tensor>,
}

/// What Python says of a tensor, or we do.
#[derive(Debug, Deserialize)]
struct Tensor {
    dtype: String,
    shape: Vec<usize>,
    sum: f64,
    bits: u64,
}

impl Tensor {
    fn new(dtype: &str, shape: &[usize], numbers: &[f32]) -> Self {
        let bits = numbers.iter().zip(1u64..).map(|(number, place)| {
            let bits = u64::from(number.to_bits());
            bits.wrapping_mul(place)
        });
        Self {
            dtype: dtype.into(),
            shape: shape.to_vec(),
            sum: numbers.iter().map(|&number| f64::from(number)).sum(),
            bits: bits.fold(0, u64::wrapping_add),
        }
    }

    #[track_caller]
    fn assert_is(&self, other: &Self, name: &str) {
        assert_eq!(self.dtype, other.dtype, "{name}");
        assert_eq!(self.shape, other.shape, "{name}");
        assert_eq!(self.bits, other.bits, "{name}");
        // Not in the same order: f64 keeps 16 digits of each, and there are up to 600,000.
        let tolerance = 1e-9 * (1.0 + other.sum.abs());
        assert!((self.sum - other.sum).abs() < tolerance, "{name}");
    }
}

/// The tests' Python; `None` where this test must be skipped.
fn python(test: &str) -> Option<PathBuf> {
    let python = std::env::var_os("TWINGLYPH_PYTHON").map(PathBuf::from);
    if python.is_none() {
        println!("SKIPPED python check: {test}");
    }
    python
}

#[track_caller]
fn run(python: &Path, arguments: &[&Path]) -> String {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/python/weights.py");
    let output = Command::new(python)
        .arg(script)
        .args(arguments)
        .output()
        .unwrap();
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{complaint}");
    String::from_utf8(output.stdout).unwrap()
}

#[track_caller]
fn describe(python: &Path, file: &Path) -> Described {
    serde_json::from_str(&run(python, &[Path::new("describe"), file])).unwrap()
}

/// A folder of this test's own.
fn folder(test: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(test);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// The file of a network whose weights a seed decides, with metadata of every kind.
fn export(architecture: Architecture, precision: Precision) -> (Metadata, Vec<u8>) {
    let twin = Twin::fresh(architecture, 5, &Device::flex());
    let mut metadata = Metadata::new(architecture);
    metadata.calibration = Calibration {
        temperature: 1.5,
        offset: -3.25,
    };
    let facts = [("trained on", "nothing"), ("note", "\"καλό\"\n — 字")];
    for (name, value) in facts {
        metadata.facts.insert(name.into(), value.into());
    }
    let bytes = pollster::block_on(weights::write(&twin, &metadata, precision)).unwrap();
    (metadata, bytes)
}

/// The tensors of a file that our own `safetensors` reads.
fn tensors(bytes: &[u8]) -> BTreeMap<String, Tensor> {
    let file = SafeTensors::deserialize(bytes).unwrap();
    let described = file.tensors().into_iter().map(|(name, view)| {
        let (dtype, numbers): (_, Vec<f32>) = match view.dtype() {
            Dtype::F16 => {
                let numbers = view.data().chunks_exact(2);
                let number = |bytes: &[u8]| f16::from_le_bytes(bytes.try_into().unwrap()).to_f32();
                ("float16", numbers.map(number).collect())
            }
            Dtype::F32 => {
                let numbers = view.data().chunks_exact(4);
                let number = |bytes: &[u8]| f32::from_le_bytes(bytes.try_into().unwrap());
                ("float32", numbers.map(number).collect())
            }
            Dtype::U8 => {
                let numbers = view.data().iter().map(|&byte| f32::from(byte));
                ("uint8", numbers.collect())
            }
            other => panic!("{name}: {other:?}"),
        };
        let tensor = Tensor::new(dtype, view.shape(), &numbers);
        (name, tensor)
    });
    described.collect()
}

#[track_caller]
fn assert_same(found: &BTreeMap<String, Tensor>, expected: &BTreeMap<String, Tensor>) {
    assert!(found.keys().eq(expected.keys()));
    for (name, tensor) in found {
        tensor.assert_is(&expected[name], name);
    }
}

#[test]
fn exported_files_are_read_by_python() {
    let Some(python) = python("exported_files_are_read_by_python") else {
        return;
    };
    let folder = folder("exported");
    let kinds = [
        (Architecture::Compact, Precision::F32, "float32", 48),
        (Architecture::Compact, Precision::F16, "float16", 48),
        (Architecture::Deep, Precision::F16, "float16", 68),
    ];
    for (architecture, precision, matrices, count) in kinds {
        let (_, bytes) = export(architecture, precision);
        let file = folder.join(format!("{}-{matrices}.safetensors", architecture.as_str()));
        std::fs::write(&file, &bytes).unwrap();
        let Described { metadata, tensors } = describe(&python, &file);

        let expected = [
            ("architecture", architecture.as_str()),
            ("temperature", "1.5"),
            ("offset", "-3.25"),
            ("trained on", "nothing"),
            ("note", "\"καλό\"\n — 字"),
        ];
        let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(metadata, HashMap::from(expected));

        assert_eq!(tensors.len(), count);
        let layouts: [(&str, &[usize]); 5] = [
            ("stem.conv.weight", &[32, 1, 5, 5]),
            ("stem.norm.running_var", &[32]),
            ("res2.conv_b.weight", &[128, 128, 3, 3]),
            ("global.weight", &[256, 2304]),
            ("score.local_offset", &[9]),
        ];
        for (name, shape) in layouts {
            assert_eq!(tensors[name].shape, shape, "{name}");
            let expected = if shape.len() > 1 { matrices } else { "float32" };
            assert_eq!(tensors[name].dtype, expected, "{name}");
        }
        // Known numbers, whatever our own reader thinks of the file.
        assert_eq!(tensors["score.global_weight"].sum, 256.0 * 0.125);
        assert_eq!(tensors["score.bias"].sum, 4.0);
        assert_eq!(tensors["down3.norm.running_var"].sum, 256.0);
        assert_same(&tensors, &self::tensors(&bytes));
    }
}

#[test]
fn the_shipped_files_are_read_by_python() {
    let Some(python) = python("the_shipped_files_are_read_by_python") else {
        return;
    };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets/models");
    for name in ["compact", "deep"] {
        let file = folder.join(format!("{name}.safetensors"));
        let Described { metadata, tensors } = describe(&python, &file);
        assert_eq!(metadata["architecture"], name);
        assert_eq!(metadata["global.weight.packed"], "5 256 2304");
        assert_eq!(tensors["global.weight"].dtype, "uint8");
        assert_eq!(tensors["global.weight"].shape, [256, 1440]);
        assert_same(&tensors, &self::tensors(&std::fs::read(&file).unwrap()));
    }
}

#[test]
fn files_of_python_are_read() {
    let Some(python) = python("files_of_python_are_read") else {
        return;
    };
    let folder = folder("of-python");
    for (precision, name) in [(Precision::F32, "full"), (Precision::F16, "half")] {
        let (metadata, ours) = export(Architecture::Compact, precision);
        let files = ["ours", "theirs"].map(|whose| folder.join(format!("{name}-{whose}")));
        std::fs::write(&files[0], &ours).unwrap();
        run(&python, &[Path::new("rewrite"), &files[0], &files[1]]);
        let theirs = std::fs::read(&files[1]).unwrap();
        let (twin, read) = weights::read(&theirs, &Device::flex()).unwrap();
        assert_eq!(read, metadata);
        let again = pollster::block_on(weights::write(&twin, &read, precision)).unwrap();
        assert_same(&tensors(&again), &tensors(&ours));
    }
}
