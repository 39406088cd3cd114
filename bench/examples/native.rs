//! `conv4`'s training step on this machine's processor beside PyTorch's, some steps of each in turn.
//!
//! `native PYTHON SCRIPT [ROUNDS]`: PYTHON has torch and numpy, SCRIPT is bench/peers/pytorch.py. Prints
//! comparisons as JSON, in the form of docs/generated/bench.json. It knows no framework but by what the script
//! answers.

use std::path::Path;
use std::time::Instant;

use serde_json::{Value, json};
use twinglyph_bench::learner::Learner;
use twinglyph_bench::peer::{Peer, Side, Step, since, take_turns};
use twinglyph_bench::problem::{Network, PAIRS};

/// Rounds, unless told; the first does not count.
const ROUNDS: usize = 7;

/// Batches of 16 and 64 pairs.
const TIMES: [usize; 2] = [1, 4];

/// How PyTorch lays maps in memory: its best is neither on all machines.
const LAYOUTS: [&str; 2] = ["contiguous", "channels_last"];

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [python, script, rest @ ..] = arguments.as_slice() else {
        return Err("native PYTHON SCRIPT [ROUNDS]".into());
    };
    let rounds = rest.first().map_or(Ok(ROUNDS), |rounds| rounds.parse())?;
    let file = std::env::temp_dir().join(format!("twinglyph-conv4-{}", std::process::id()));
    let mut comparisons = Vec::new();
    for times in TIMES {
        let problem = pollster::block_on(Network::Conv4.problem_repeated(times))?;
        std::fs::write(&file, problem)?;
        comparisons.push(compare((python, script), &file, times, rounds)?);
    }
    std::fs::remove_file(&file)?;
    println!("{}", Value::Array(comparisons));
    Ok(())
}

/// Takes the steps of all sides.
fn compare(peer: (&str, &str), file: &Path, times: usize, rounds: usize) -> Result<Value> {
    let start = Instant::now();
    let mut ours = pollster::block_on(Learner::on_cpu(Network::Conv4, times))?;
    let side = Side::new("twinglyph", "cpu", "f32, our kernels", since(start));
    let step = move || Ok(f64::from(pollster::block_on(ours.step())?));
    let mut sides: Vec<(Side, Step)> = vec![(side, Box::new(step))];
    for layout in LAYOUTS {
        let start = Instant::now();
        let mut peer = Peer::start(peer, &["cpu", layout], file)?;
        let name = format!("{}, {layout}", peer.name()?);
        let side = Side::new("pytorch", "cpu", &name, since(start));
        sides.push((side, Box::new(move || Ok(peer.step()?))));
    }
    take_turns(&mut sides, rounds)?;
    let sides = sides.into_iter().map(|(side, _)| side.told());
    Ok(json!({
        "network": format!("conv4, {} pairs", times * PAIRS),
        "sides": sides.collect::<Vec<Value>>(),
    }))
}
