//! How many of the characters on a photo are found.

use twinglyph_core::Bitmap;
use twinglyph_core::canonical::{SIDE, canonical};

/// Least likeness of a character that is found right. Of drawings that lost their smallest piece 4 % are as
/// like, most where it runs along another stroke; by 0.75 it would be 9 %. Of characters that are cut well
/// fewer than 1 % are less like; by 0.95 it would be 2 %.
pub(crate) const RIGHT: f64 = 0.9;

/// Pixels of the canonical form that ink may be off: a photo's strokes are wider than the true ones.
const REACH: f64 = 2.3;

/// Pieces of fewer pixels of the canonical form are crumbs of a stroke.
const CRUMB: u32 = 4;

type Mask = [u64; SIDE];

/// A drawing in its canonical form, as rows of bits.
pub(crate) struct Shape {
    near: Mask,
    pieces: Vec<Mask>,
}

impl Shape {
    pub(crate) fn new(drawing: &Bitmap) -> Self {
        let form = canonical(drawing);
        let mut ink = [0u64; SIDE];
        for (at, _) in form.iter().enumerate().filter(|at| *at.1 > 0.4) {
            ink[at / SIDE] |= 1 << (at % SIDE);
        }
        let near = grown(&ink, REACH);
        let mut pieces = Vec::new();
        let mut left = ink;
        while let Some(row) = left.iter().position(|&row| row != 0) {
            let mut piece = [0u64; SIDE];
            piece[row] = left[row] & left[row].wrapping_neg();
            loop {
                let mut more = grown(&piece, 1.5);
                for (more, ink) in more.iter_mut().zip(&ink) {
                    *more &= ink;
                }
                if more == piece {
                    break;
                }
                piece = more;
            }
            for (left, piece) in left.iter_mut().zip(&piece) {
                *left &= !piece;
            }
            if count(&piece) >= CRUMB {
                pieces.push(piece);
            }
        }
        Self { near, pieces }
    }

    /// The least part of a piece of either drawing that has ink of the other near it, 0 to 1.
    pub(crate) fn likeness(&self, other: &Self) -> f64 {
        self.covered(other).min(other.covered(self))
    }

    fn covered(&self, other: &Self) -> f64 {
        let part = |piece: &Mask| {
            let both = piece
                .iter()
                .zip(&other.near)
                .map(|(a, b)| (a & b).count_ones());
            f64::from(both.sum::<u32>()) / f64::from(count(piece))
        };
        self.pieces.iter().map(part).reduce(f64::min).unwrap_or(0.0)
    }
}

fn count(mask: &Mask) -> u32 {
    mask.iter().map(|row| row.count_ones()).sum()
}

/// Ink and what is at most so far from it.
fn grown(mask: &Mask, reach: f64) -> Mask {
    let inside = (1u64 << SIDE) - 1;
    let mut out = *mask;
    for down in 0..=reach as usize {
        let across = (reach * reach - (down * down) as f64).sqrt() as usize;
        for (row, &ink) in mask.iter().enumerate() {
            let wide = (0..=across).fold(0, |wide, step| wide | ink << step | ink >> step) & inside;
            if row + down < SIDE {
                out[row + down] |= wide;
            }
            if row >= down {
                out[row - down] |= wide;
            }
        }
    }
    out
}

/// Characters that are written, found, found right, and found beyond those that are written.
#[derive(Clone, Copy, Default, Debug)]
pub(crate) struct Score {
    pub(crate) written: usize,
    pub(crate) found: usize,
    pub(crate) right: usize,
    pub(crate) invented: usize,
}

impl Score {
    pub(crate) fn right_percent(&self) -> f64 {
        100.0 * self.right as f64 / self.written.max(1) as f64
    }

    pub(crate) fn invented_percent(&self) -> f64 {
        100.0 * self.invented as f64 / self.written.max(1) as f64
    }

    pub(crate) fn and(&mut self, other: Self) {
        self.written += other.written;
        self.found += other.found;
        self.right += other.right;
        self.invented += other.invented;
    }
}

/// Aligns what is found with what is written, both in reading order, by the fewest mistakes (lost, wrong,
/// invented); among those, with the most right.
pub(crate) fn score(written: &[Shape], found: &[Shape]) -> Score {
    // Mistakes, wrong ones, invented ones: the least of a column is the best.
    let mut best: Vec<(usize, usize, usize)> = (0..=found.len()).map(|at| (at, 0, at)).collect();
    for (row, shape) in written.iter().enumerate() {
        let mut next = vec![(row + 1, row + 1, 0)];
        for (at, other) in found.iter().enumerate() {
            let wrong = usize::from(shape.likeness(other) < RIGHT);
            let (pair, lost, more) = (best[at], best[at + 1], next[at]);
            let pair = (pair.0 + wrong, pair.1 + wrong, pair.2);
            let lost = (lost.0 + 1, lost.1 + 1, lost.2);
            let more = (more.0 + 1, more.1, more.2 + 1);
            next.push(pair.min(lost).min(more));
        }
        best = next;
    }
    let (_, wrong, invented) = best[found.len()];
    Score {
        written: written.len(),
        found: found.len(),
        right: written.len() - wrong,
        invented,
    }
}
