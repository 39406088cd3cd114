//! Writes `FILE.br` beside each FILE that is named on the command line.
//!
//! An example and no module, so that its dependency is compiled only where it is run.

use std::fs::File;
use std::io::Result;

use brotli::enc::BrotliEncoderParams;

/// The highest level, slow as it is: it makes the engine a seventh smaller than level 9, and is taken
/// once for each engine.
const QUALITY: i32 = 11;

/// The largest window that browsers accept: 16 MiB.
const WINDOW_BITS: i32 = 24;

fn main() -> Result<()> {
    for name in std::env::args_os().skip(1) {
        let mut file = File::open(&name)?;
        let length = file.metadata()?.len();
        let parameters = BrotliEncoderParams {
            quality: QUALITY,
            lgwin: WINDOW_BITS,
            size_hint: usize::try_from(length).unwrap_or(0),
            ..Default::default()
        };
        // The final name appears when its content is whole: what is there counts as done.
        let mut target = name;
        target.push(".br");
        let mut part = target.clone();
        part.push(".part");
        brotli::BrotliCompress(&mut file, &mut File::create(&part)?, &parameters)?;
        std::fs::rename(part, target)?;
    }
    Ok(())
}
