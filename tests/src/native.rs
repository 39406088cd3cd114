//! The same networks outside the browser: `lab classify` as the judge of the page's answers.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::{Value, json};
use twinglyph_core::Bitmap;

use crate::{Error, Result};

/// Names the lab's program; `cargo xtask test` sets it.
pub const LAB: &str = "TWINGLYPH_LAB";

/// One question: which class of the support set is most like the query?
#[derive(Clone, Debug)]
pub struct Question {
    /// One example of each class.
    pub support: Vec<Bitmap>,
    /// The drawing.
    pub query: Bitmap,
}

fn program() -> Result<PathBuf> {
    std::env::var_os(LAB).map(PathBuf::from).ok_or_else(|| {
        Error::Setting(format!(
            "{LAB} does not name the lab's program; these tests are run by `cargo xtask test`"
        ))
    })
}

/// A built-in model's weights, as the lab's `--model` takes them.
#[must_use]
pub fn weights(model: &str) -> String {
    format!("assets/models/{model}.safetensors")
}

/// What `lab evaluate` says of the one measure that these arguments choose; without `--model` of the weights that the
/// app loads.
///
/// # Errors
/// When the lab is missing or fails, or tells of no measure or of several.
pub fn evaluate(arguments: &[&str]) -> Result<Value> {
    let told = told("evaluate", arguments)?;
    let measures = told["measures"].as_object();
    let mut values = measures.into_iter().flat_map(|measures| measures.values());
    match (values.next(), values.next()) {
        (Some(only), None) => Ok(only.clone()),
        _ => Err(Error::Setting(format!(
            "lab evaluate {arguments:?} tells of no measure or of several: {told}"
        ))),
    }
}

/// The choices of a weights file in the held-out trials that the page shows of its proposed run.
///
/// # Errors
/// When the lab is missing or fails.
pub fn shown_choices(model: &str) -> Result<Vec<u64>> {
    let told = told("finetune", &["--model", model, "--seeds", "0"])?;
    let chosen = told["before"]["chosen"].as_array().into_iter().flatten();
    Ok(chosen.filter_map(Value::as_u64).collect())
}

/// The JSON of a command of the lab.
fn told(command: &str, arguments: &[&str]) -> Result<Value> {
    let program = program()?;
    let trouble = |what: String| Error::Setting(format!("{} {command}: {what}", program.display()));
    let output = Command::new(&program)
        .arg(command)
        .args(arguments)
        .arg("--json")
        // The program may have been built elsewhere than where the tests run.
        .current_dir(xtask::workspace::Workspace::find().root())
        .output()
        .map_err(|error| trouble(error.to_string()))?;
    if !output.status.success() {
        return Err(trouble(
            String::from_utf8_lossy(&output.stderr).into_owned(),
        ));
    }
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .last()
        .and_then(|line| serde_json::from_str(line).ok())
        .ok_or_else(|| trouble("its last line is no JSON".to_owned()))
}

/// The lab's answers by a built-in model: the best class of each question, and by how many views. Drawings are looked
/// at in as many ways as the model's file says, or as `--views` has it.
///
/// # Errors
/// When the lab is missing or fails.
pub fn classify(
    model: &str,
    views: Option<&str>,
    questions: &[Question],
) -> Result<Vec<(usize, u32)>> {
    let program = program()?;
    let trouble = |what: String| Error::Setting(format!("{} classify: {what}", program.display()));
    let mut child = Command::new(&program)
        .args(["classify", "--model", &weights(model)])
        .args(views.map(|views| format!("--views={views}")))
        .current_dir(xtask::workspace::Workspace::find().root())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| trouble(error.to_string()))?;
    let input: String = questions
        .iter()
        .map(|question| {
            let support: Vec<String> = question.support.iter().map(hex).collect();
            json!({ "support": support, "query": hex(&question.query) }).to_string() + "\n"
        })
        .collect();
    let pipe = child.stdin.take();
    // The lab answers while it reads: with one thread, both pipes could fill up.
    let writer = std::thread::spawn(move || match pipe {
        Some(mut pipe) => pipe.write_all(input.as_bytes()),
        None => Ok(()),
    });
    let output = child
        .wait_with_output()
        .map_err(|error| trouble(error.to_string()))?;
    if !output.status.success() || !matches!(writer.join(), Ok(Ok(()))) {
        return Err(trouble(format!("it failed ({})", output.status)));
    }
    let answers: Vec<(usize, u32)> = String::from_utf8_lossy(&output.stdout)
        .lines()
        .filter_map(|line| {
            let line: Value = serde_json::from_str(line).ok()?;
            let [best, views] = [line["ranking"][0].as_u64()?, line["views"].as_u64()?];
            Some((best.try_into().ok()?, views.try_into().ok()?))
        })
        .collect();
    if answers.len() != questions.len() {
        return Err(trouble(format!(
            "{} answers to {} questions",
            answers.len(),
            questions.len()
        )));
    }
    Ok(answers)
}

fn hex(bitmap: &Bitmap) -> String {
    bitmap
        .as_bytes()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
