//! Images a second of a training step, in both precisions.
//!
//! `nn-bench [threads] [seconds] [f32|bf16]`

use std::time::Instant;

use twinglyph_core::rng::Rng;
use twinglyph_nn::{AdamW, Architecture, INPUT_SIDE, Network, Precision, Trainer};

const CLASSES: usize = 64;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let threads = args.next().map_or(Ok(0), |arg| arg.parse())?;
    let seconds = args.next().map_or(Ok(2.0), |arg| arg.parse())?;
    let precisions = match args.next().as_deref() {
        Some("f32") => vec![Precision::F32],
        Some("bf16") => vec![Precision::Bf16],
        _ => vec![Precision::F32, Precision::Bf16],
    };
    rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build_global()?;
    let architecture = Architecture::default();
    println!(
        "{} parameters, {:.1} M multiply-adds, {} threads",
        architecture.parameters(),
        architecture.multiply_adds() as f64 / 1e6,
        rayon::current_num_threads()
    );
    let mut rng = Rng::new(1);
    let images: Vec<f32> = (0..2 * CLASSES * INPUT_SIDE * INPUT_SIDE)
        .map(|_| rng.unit())
        .collect();
    for precision in precisions {
        let network = Network::new(architecture.clone(), 0)?;
        let mut trainer = Trainer::new(network, AdamW::default(), precision);
        trainer.step(&images, CLASSES, 1e-4);
        let (start, mut steps) = (Instant::now(), 0);
        let mut loss = 0.0;
        while start.elapsed().as_secs_f64() < seconds {
            loss = trainer.step(&images, CLASSES, 1e-4);
            steps += 1;
        }
        let rate = (steps * 2 * CLASSES) as f64 / start.elapsed().as_secs_f64();
        println!("{precision:?}: {rate:.0} images/s, loss {loss:.4}");
    }
    Ok(())
}
