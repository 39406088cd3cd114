//! `cargo xtask bench`: our training step and our inference beside other frameworks', in the same
//! browser and run; and our step beside PyTorch's on the processor, where a Python with torch is named.
//!
//! Builds the bench's wasm, puts the site
//! together in `target/bench/site`, and has the end-to-end crate's `bench` drive it and report.
//! No part of `cargo xtask test`: on a busy machine the figures mean little.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::engine::{PROFILE, RELAXED};
use crate::options::Part;
use crate::process::{self, say};
use crate::setup::{self, cargo_tools};
use crate::toolchain::{TARGET, WasmToolchain};
use crate::workspace::Workspace;
use crate::{Error, Result};

/// What the site takes of the other frameworks, below `node_modules`. These builds of TensorFlow.js
/// need no `eval`; ONNX Runtime's with WebGPU do.
const PEERS: [&str; 11] = [
    "@tensorflow/tfjs/dist/tf.es2017.min.js",
    "@tensorflow/tfjs-backend-webgpu/dist/tf-backend-webgpu.es2017.min.js",
    "@tensorflow/tfjs-backend-wasm/dist/tf-backend-wasm.es2017.min.js",
    "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm",
    "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm",
    "onnxruntime-web/dist/ort.wasm.min.js",
    "onnxruntime-web/dist/ort-wasm-simd-threaded.mjs",
    "onnxruntime-web/dist/ort-wasm-simd-threaded.wasm",
    "onnxruntime-web/dist/ort.webgpu.min.js",
    "onnxruntime-web/dist/ort-wasm-simd-threaded.asyncify.mjs",
    "onnxruntime-web/dist/ort-wasm-simd-threaded.asyncify.wasm",
];

/// The built-in weights that the site serves: the other networks' are made by the bench.
const SHIPPED: &str = "assets/models/koch.safetensors";

/// Sets up, builds, measures, and writes docs/generated/bench.md and docs/generated/bench.json; `quick` takes few
/// steps and prints only, `only` leaves the other part's figures as they are.
///
/// # Errors
/// When a step fails, or the frameworks' numbers differ: then they don't compute the same.
pub fn measure(workspace: &Workspace, quick: bool, only: Option<Part>) -> Result<()> {
    let toolchain = setup::wasm::ensure()?;
    let bindgen = cargo_tools::wasm_bindgen(workspace)?.ensure(workspace)?;
    let modules = setup::npm::ensure(workspace, setup::npm::PEERS)?;
    let browsers = setup::for_browsers(workspace)?;
    build(workspace, toolchain)?;
    assemble(workspace, &bindgen, &modules)?;
    let native = build_native(workspace)?;
    say("measuring, up to 8 minutes each for training and inference; leave the machine alone");
    let mut cargo = workspace.cargo();
    cargo
        .args(["run", "--quiet", "--package", "twinglyph-e2e"])
        .args(["--bin", "bench", "--"])
        .args(quick.then_some("--quick"))
        .args(only.map(|part| format!("--only={}", part.as_str())))
        .env("TWINGLYPH_BENCH_NATIVE", native)
        .envs(browsers.environment());
    process::run(&mut cargo)
}

/// The program that measures outside of browsers.
fn build_native(workspace: &Workspace) -> Result<PathBuf> {
    let mut cargo = workspace.cargo();
    cargo
        .args(["build", "--quiet", "--release"])
        .args(["--package", "twinglyph-bench"])
        .args(["--example", "native"]);
    process::run(&mut cargo)?;
    let file = format!("native{}", std::env::consts::EXE_SUFFIX);
    Ok(workspace.target().join("release/examples").join(file))
}

fn build(workspace: &Workspace, toolchain: WasmToolchain) -> Result<()> {
    say("building the bench (first time: 5 to 10 minutes)");
    let mut cargo = toolchain.cargo(workspace);
    cargo
        .args(["build", "--lib", "--profile", PROFILE, "--target", TARGET])
        .args(["--package", "twinglyph-bench"])
        // Both browsers that are measured load the programs with it.
        .args(["--features", RELAXED]);
    process::run(&mut cargo)
}

fn assemble(workspace: &Workspace, bindgen: &Path, modules: &Path) -> Result<()> {
    let site = workspace.target().join("bench/site");
    std::fs::create_dir_all(&site).map_err(Error::file(&site))?;
    let wasm = workspace
        .target()
        .join(TARGET)
        .join(PROFILE)
        .join("twinglyph_bench.wasm");
    let mut command = Command::new(bindgen);
    command
        .args(["--target", "no-modules", "--no-typescript", "--out-dir"])
        .arg(&site)
        .arg(wasm);
    process::run(&mut command)?;
    for peer in PEERS {
        copy(&modules.join(peer), &site)?;
    }
    copy(&workspace.root().join(SHIPPED), &site)?;
    let web = workspace.root().join("bench/web");
    let files = std::fs::read_dir(&web).map_err(Error::file(&web))?;
    for file in files {
        copy(&file.map_err(Error::file(&web))?.path(), &site)?;
    }
    Ok(())
}

fn copy(file: &Path, folder: &Path) -> Result<()> {
    let name = file.file_name().unwrap_or_default();
    std::fs::copy(file, folder.join(name))
        .map(drop)
        .map_err(Error::file(file))
}
