//! Time of embeddings by a weights file's network, natively.
//!
//! `nn-embed FILE [SECONDS] [IMAGES] [THREADS]`

use std::time::Instant;

use twinglyph_core::rng::Rng;
use twinglyph_nn::{Spec, Twin};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let file = std::fs::read(args.next().ok_or("which file?")?)?;
    let seconds = args.next().map_or(Ok(2.0), |arg| arg.parse())?;
    let count: usize = args.next().map_or(Ok(1), |arg| arg.parse())?;
    let threads = args.next().map_or(Ok(1), |arg| arg.parse())?;
    rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build_global()?;
    let (twin, _) = Twin::read(&file)?;
    let side = Spec::from(twin.architecture()).input_side;
    let mut rng = Rng::new(1);
    let images: Vec<f32> = (0..count * side * side).map(|_| rng.unit()).collect();
    let mut times = Vec::new();
    let begin = Instant::now();
    while begin.elapsed().as_secs_f64() < seconds {
        let start = Instant::now();
        drop(twin.embed_images(&images));
        times.push(1e3 * start.elapsed().as_secs_f64() / count as f64);
    }
    times.sort_by(f64::total_cmp);
    println!(
        "{count} images, {threads} threads: ms an image, median {:.2}, best {:.2}",
        times[times.len() / 2],
        times[0]
    );
    Ok(())
}
