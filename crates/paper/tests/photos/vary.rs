//! Photos near a kind: its numbers a little off, each by itself.

use super::params::{Params, Table};
use twinglyph_core::rng::Rng;

/// Parameters near those of a kind. The same for the same seed.
#[allow(dead_code)]
pub(crate) fn varied(params: &Params, seed: u64) -> Params {
    let mut rng = Rng::new(seed ^ 0x5eed);
    let mut by = |low: f64, high: f64| f64::from(rng.uniform(low as f32, high as f32));
    let mut p = *params;
    p.turn = (p.turn + by(-3.0, 3.0)).clamp(-15.0, 15.0);
    p.tilt = p.tilt.map(|tilt| (tilt + by(-4.0, 4.0)).clamp(-35.0, 35.0));
    p.rise = (p.rise + by(-1.5, 1.5)).clamp(-6.0, 6.0);
    p.bend = (p.bend + by(-1.5, 1.5)).clamp(-10.0, 10.0);
    p.fill *= by(0.92, 1.0);
    p.shift = p.shift.map(|shift| shift + by(-0.03, 0.03));
    p.size *= by(0.85, 1.2);
    p.width *= by(0.8, 1.3);
    p.pitch *= by(0.85, 1.2);
    p.gap = p.gap.map(|gap| gap * by(0.9, 1.25));
    p.megapixels = (p.megapixels * by(0.8, 1.4)).clamp(0.5, 24.0);
    p.blur *= by(0.7, 1.3);
    p.shake *= by(0.7, 1.2);
    let mut by = |low: f32, high: f32| by(low.into(), high.into()) as f32;
    p.ruled *= by(0.8, 1.2);
    p.sharpen *= by(0.7, 1.1);
    p.shadow *= by(0.8, 1.2);
    p.soft *= by(0.6, 1.6);
    p.vignette *= by(0.8, 1.2);
    p.glare *= by(0.8, 1.2);
    p.noise *= by(0.7, 1.3);
    p.fold *= by(0.7, 1.3);
    p.light *= by(0.85, 1.05);
    let paper = by(0.93, 1.02);
    p.paper = p.paper.map(|part| part * paper);
    if let Table::Plain(colour) = p.table {
        p.table = Table::Plain(colour.map(|part| part * by(0.96, 1.04)));
    }
    p.jpeg = p
        .jpeg
        .map(|quality| (f32::from(quality) * by(0.85, 1.1)) as u8);
    p
}
