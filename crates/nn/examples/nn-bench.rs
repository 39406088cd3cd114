//! Time and memory of a training step.
//!
//! `nn-bench [threads] [seconds] [f32|bf16|both] [compact|deep|conv4|koch] [classes]`

use std::time::Instant;

use twinglyph_core::rng::Rng;
use twinglyph_nn::{AdamW, Architecture, Network, Precision, Spec, Trainer};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let threads = args.next().map_or(Ok(0), |arg| arg.parse())?;
    let seconds = args.next().map_or(Ok(2.0), |arg| arg.parse())?;
    let precisions = match args.next().as_deref() {
        Some("f32") => vec![Precision::F32],
        Some("bf16") => vec![Precision::Bf16],
        _ => vec![Precision::F32, Precision::Bf16],
    };
    let spec = match args.next().as_deref() {
        None | Some("compact") => Spec::from(Architecture::default()),
        Some("deep") => Architecture::deep().into(),
        Some("conv4") => Spec::conv4(),
        Some("koch") => Spec::koch(),
        Some(name) => return Err(format!("no network is called {name}").into()),
    };
    let classes: usize = args.next().map_or(Ok(64), |arg| arg.parse())?;
    rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build_global()?;
    println!(
        "{} parameters, {:.1} M multiply-adds, {} threads",
        spec.parameters(),
        spec.multiply_adds() as f64 / 1e6,
        rayon::current_num_threads()
    );
    let mut rng = Rng::new(1);
    let images: Vec<f32> = (0..2 * classes * spec.input_side * spec.input_side)
        .map(|_| rng.unit())
        .collect();
    for precision in precisions {
        let network = Network::new(spec.clone(), 0)?;
        let mut trainer = Trainer::new(network, AdamW::default(), precision);
        trainer.step(&images, classes, 1e-4);
        let start = Instant::now();
        let (mut steps, mut best) = (0, f64::INFINITY);
        let mut loss = 0.0;
        while start.elapsed().as_secs_f64() < seconds {
            let step = Instant::now();
            loss = trainer.step(&images, classes, 1e-4);
            best = best.min(step.elapsed().as_secs_f64());
            steps += 1;
        }
        let mean = start.elapsed().as_secs_f64() / f64::from(steps);
        let rate = (2 * classes) as f64 / mean;
        println!(
            "{precision:?}: {rate:.0} images/s, a step {:.2} ms, the fastest {:.2} ms, loss {loss:.4}, {}",
            1e3 * mean,
            1e3 * best,
            peak().unwrap_or_default()
        );
    }
    Ok(())
}

/// The most memory that the process had, as Linux says.
fn peak() -> Option<String> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM"))?;
    Some(line.split_whitespace().collect::<Vec<_>>().join(" "))
}
