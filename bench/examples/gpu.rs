//! Training steps and embeddings on this machine's GPU, ours by Vulkan, Metal or DirectX, beside PyTorch's by
//! CUDA, some of each in turn.
//!
//! `gpu PYTHON SCRIPT [ROUNDS]`, with the feature `gpu`: PYTHON has torch with CUDA and numpy, SCRIPT is
//! bench/peers/pytorch.py. Prints a table and, on its last line, comparisons as JSON in the form of
//! docs/generated/bench.json. Fails where the sides' numbers differ.

use std::path::PathBuf;
use std::time::Instant;

use burn::tensor::Device;
use pollster::block_on;
use serde_json::{Value, json};
use twinglyph_bench::embedding::Embedder;
use twinglyph_bench::learner::Learner;
use twinglyph_bench::peer::{Peer, Side, Step, since, take_turns};
use twinglyph_bench::problem::{Network, PAIRS};
use twinglyph_bench::subject::{self, Subject};
use twinglyph_nn_burn::{Architecture, Metadata, Precision, Twin, weights};

/// Rounds, unless told; the first does not count.
const ROUNDS: usize = 7;

/// Batches of 16 and 64 pairs.
const TIMES: [usize; 2] = [1, 4];

/// One image and twenty, as in the browsers' tables.
const IMAGES: [usize; 2] = [1, subject::IMAGES];

/// How PyTorch lays maps in memory, and whether it replays a graph.
const LAYOUTS: [&str; 3] = ["contiguous", "channels_last", GRAPH];

/// It takes steps before it is captured, so that the first that it tells of is a later one.
const GRAPH: &str = "graph";

/// Most that a side's first number may differ from ours, as a part of it: PyTorch's convolutions on CUDA round
/// factors to ten binary digits, one in 2,000.
const MOST_OFF: f64 = 1e-3;

/// Seed of `koch`'s weights: speed is the same for all.
const SEED: u64 = 7;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [python, script, rest @ ..] = arguments.as_slice() else {
        return Err("gpu PYTHON SCRIPT [ROUNDS]".into());
    };
    let rounds = rest.first().map_or(Ok(ROUNDS), |rounds| rounds.parse())?;
    if rounds < 2 {
        return Err("the first round does not count: two are the fewest".into());
    }
    let (device, setup) = Device::wgpu_options().init_with_setup()?;
    let adapter = setup.adapter.get_info();
    let bench = Bench {
        peer: (python, script),
        file: std::env::temp_dir().join(format!("twinglyph-gpu-{}", std::process::id())),
        rounds,
    };
    let name = format!("{}, {:?}", adapter.name, adapter.backend);
    let (mut comparisons, mut differences) = (Vec::new(), Vec::new());
    for mut problem in problems(&device)? {
        // The device's library tunes its kernels when it first meets a shape, which can take minutes.
        let start = Instant::now();
        let first = (problem.ours)()?;
        let opened = since(start);
        println!("{}: our first in {opened:.0} ms", problem.name);
        let mut ours = Side::new("twinglyph", "gpu", &name, opened);
        ours.took(first, opened, true);
        let (comparison, difference) = bench.compare(problem, ours)?;
        comparisons.push(comparison);
        differences.extend(difference);
    }
    println!("{}", Value::Array(comparisons));
    match differences.first() {
        Some(difference) => Err(difference.as_str().into()),
        None => Ok(()),
    }
}

/// What all sides compute.
struct Problem {
    name: String,
    /// For PyTorch.
    file: Vec<u8>,
    ours: Step,
}

fn problems(device: &Device) -> Result<Vec<Problem>> {
    let mut problems = Vec::new();
    for times in TIMES {
        let mut learner = block_on(Learner::new(Network::Conv4, times, device))?;
        problems.push(Problem {
            name: format!("training, conv4, {} pairs", times * PAIRS),
            file: block_on(Network::Conv4.problem_repeated(times))?,
            ours: Box::new(move || Ok(f64::from(block_on(learner.step())?))),
        });
    }
    for subject in [Subject::Conv4, Subject::Koch] {
        let file = weights_of(subject)?;
        for count in IMAGES {
            let mut images = subject.images()?;
            images.truncate(count * subject.side() * subject.side());
            let given = subject::with_images(&file, subject.side(), &images)?;
            let mut embedder = Embedder::open(subject, &file, device, u64::MAX)?;
            let step = move || {
                let values = block_on(embedder.embed(&images))?;
                Ok(values.into_iter().map(f64::from).sum())
            };
            problems.push(Problem {
                name: format!("embedding, {subject:?}, {count} images").to_lowercase(),
                file: given,
                ours: Box::new(step),
            });
        }
    }
    Ok(problems)
}

fn weights_of(subject: Subject) -> Result<Vec<u8>> {
    if subject != Subject::Koch {
        return Ok(block_on(subject.weights(&[]))?);
    }
    let twin = Twin::fresh(Architecture::Koch, SEED, &Device::flex());
    let metadata = Metadata::new(Architecture::Koch);
    Ok(block_on(weights::write(&twin, &metadata, Precision::F32))?)
}

struct Bench<'a> {
    peer: (&'a str, &'a str),
    /// Where the problem of the moment lies.
    file: PathBuf,
    rounds: usize,
}

impl Drop for Bench<'_> {
    fn drop(&mut self) {
        // Not there, where none was written.
        let _ = std::fs::remove_file(&self.file);
    }
}

impl Bench<'_> {
    /// Takes the steps of all sides, and says where their first numbers differ.
    fn compare(&self, problem: Problem, ours: Side) -> Result<(Value, Option<String>)> {
        let network = problem.name.as_str();
        std::fs::write(&self.file, problem.file)?;
        let mut sides: Vec<(Side, Step)> = vec![(ours, problem.ours)];
        // All at once, as each takes seconds to open.
        let start = Instant::now();
        let peers = LAYOUTS.map(|layout| Peer::start(self.peer, &["cuda", layout], &self.file));
        for (layout, peer) in LAYOUTS.iter().zip(peers) {
            let mut peer = peer?;
            let name = format!("{}, {layout}", peer.name()?);
            let side = Side::new("pytorch", "cuda", &name, since(start));
            sides.push((side, Box::new(move || Ok(peer.step()?))));
        }
        take_turns(&mut sides, self.rounds)?;
        let sides: Vec<Side> = sides.into_iter().map(|(side, _)| side).collect();
        let ours = sides[0].first();
        let mut difference = None;
        for side in &sides {
            let (name, first) = (side.name(), side.first());
            let milliseconds = side.milliseconds();
            let [low, median, high] =
                [1, 2, 3].map(|quarter| milliseconds[milliseconds.len() * quarter / 4]);
            println!("| {network} | {name} | {median:.3} ({low:.3} to {high:.3}) |");
            let later = network.starts_with("training") && name.ends_with(GRAPH);
            let off = (first - ours).abs() / ours.abs();
            if !later && (off.is_nan() || off > MOST_OFF) {
                difference = Some(format!("{network}: {name} gives {first}, ours {ours}"));
            }
        }
        let sides: Vec<Value> = sides.into_iter().map(Side::told).collect();
        Ok((json!({ "network": network, "sides": sides }), difference))
    }
}
