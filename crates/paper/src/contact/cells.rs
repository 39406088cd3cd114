//! The drawings of a sheet's cells: which ink is whose.

use twinglyph_core::Bitmap;

use super::grid::Found;
use crate::scan::drawing_in_cell;

/// Part of a connected piece of ink that must lie in one cell for all of it to be that cell's.
const MOSTLY: f32 = 0.75;

/// Longest piece that belongs to one cell, in cells.
const LONGEST: f32 = 1.4;

/// Part of a piece in another cell from which on it is cut, not grazed.
const CUT: f32 = 0.08;

/// Pixels of the smallest piece of ink at any size of cells.
const LEAST_INK: f32 = 4.0;

/// Width of the finest pen's dot, in cells.
const FINEST: f32 = 0.016;

/// The ink of each cell, row by row.
#[derive(Clone, Debug)]
pub(super) struct Cells {
    /// Places of its pixels on the straightened sheet: column and row.
    pub(super) ink: Vec<Vec<(u32, u32)>>,
    /// Pieces that lie in more than one cell.
    pub(super) cut: usize,
    /// Shorter side of a cell.
    side: f32,
}

/// A connected piece of ink.
#[derive(Default)]
struct Piece {
    pixels: Vec<(u32, u32)>,
    /// Sides that face paper.
    outline: usize,
}

impl Piece {
    fn sides(&self) -> (u32, u32) {
        let ends = |of: fn(&(u32, u32)) -> u32| {
            let low = self.pixels.iter().map(of).min().unwrap_or(0);
            let high = self.pixels.iter().map(of).max().unwrap_or(0);
            high - low + 1
        };
        (ends(|at| at.0), ends(|at| at.1))
    }

    fn stroke(&self) -> f32 {
        2.0 * self.pixels.len() as f32 / self.outline.max(1) as f32
    }
}

impl Cells {
    /// Gives each piece of ink to the cell that it lies in, or mostly lies in; others are cut.
    pub(super) fn of(found: &Found) -> Self {
        let place = |cuts: &[f32], side: usize| -> Vec<Option<usize>> {
            (0..side)
                .map(|at| {
                    let at = at as f32 + 0.5;
                    let before = cuts.iter().take_while(|&&cut| cut <= at).count();
                    before.checked_sub(1).filter(|&cell| cell + 1 < cuts.len())
                })
                .collect()
        };
        let row_of = place(&found.rows.cuts, found.map.height);
        let column_of = place(&found.columns.cuts, found.map.width);
        let columns = found.columns.count();
        let cell_of = |&(x, y): &(u32, u32)| -> Option<usize> {
            let row = row_of.get(y as usize).copied().flatten()?;
            let column = column_of.get(x as usize).copied().flatten()?;
            Some(row * columns + column)
        };
        let pieces = pieces(found);
        let (width, height) = (pitch(&found.columns.cuts), pitch(&found.rows.cuts));
        let least = least_ink(&pieces, width.min(height));
        let mut cells = Self {
            ink: vec![Vec::new(); found.rows.count() * columns],
            cut: 0,
            side: width.min(height),
        };
        for piece in pieces {
            if (piece.pixels.len() as f32) < least || is_rest_of_line(&piece, found) {
                continue;
            }
            let mut counts: Vec<(Option<usize>, usize)> = Vec::new();
            for cell in piece.pixels.iter().map(cell_of) {
                match counts.iter_mut().find(|(of, _)| *of == cell) {
                    Some((_, count)) => *count += 1,
                    None => counts.push((cell, 1)),
                }
            }
            counts.sort_by_key(|&(_, count)| std::cmp::Reverse(count));
            let all = piece.pixels.len() as f32;
            let Some(&(most, count)) = counts.first() else {
                continue;
            };
            let (wide, high) = piece.sides();
            let fits = wide as f32 <= LONGEST * width && high as f32 <= LONGEST * height;
            if counts.len() == 1 || (count as f32 >= MOSTLY * all && fits) {
                if let Some(ink) = most.and_then(|cell| cells.ink.get_mut(cell)) {
                    ink.extend(piece.pixels);
                }
                continue;
            }
            let large = |&&(_, count): &&(Option<usize>, usize)| count as f32 >= CUT * all;
            cells.cut += usize::from(counts.iter().filter(large).count() > 1);
            for pixel in piece.pixels {
                if let Some(ink) = cell_of(&pixel).and_then(|cell| cells.ink.get_mut(cell)) {
                    ink.push(pixel);
                }
            }
        }
        for ink in &mut cells.ink {
            if (ink.len() as f32) < least {
                ink.clear();
            }
        }
        cells
    }

    /// What a cell shows, in the middle of a sheet, with strokes of a pen's width.
    pub(super) fn drawing(&self, cell: usize) -> Option<Bitmap> {
        let ink = self.ink.get(cell)?;
        let left = ink.iter().map(|at| at.0).min()?;
        let right = ink.iter().map(|at| at.0).max()?;
        let top = ink.iter().map(|at| at.1).min()?;
        let bottom = ink.iter().map(|at| at.1).max()?;
        let (width, height) = ((right - left + 1) as usize, (bottom - top + 1) as usize);
        let mut inked = vec![false; width * height];
        for (x, y) in ink {
            if let Some(place) = inked.get_mut((y - top) as usize * width + (x - left) as usize) {
                *place = true;
            }
        }
        drawing_in_cell((width, height), &inked, self.side)
    }
}

fn pitch(cuts: &[f32]) -> f32 {
    match (cuts.first(), cuts.last()) {
        (Some(first), Some(last)) => (last - first) / cuts.len().saturating_sub(1).max(1) as f32,
        _ => 0.0,
    }
}

/// Pixels of the smallest piece that a pen makes. Less is grain.
fn least_ink(pieces: &[Piece], cell: f32) -> f32 {
    let long = |piece: &&Piece| {
        let (wide, high) = piece.sides();
        wide.max(high) as f32 > 0.2 * cell
    };
    let mut strokes: Vec<f32> = pieces.iter().filter(long).map(Piece::stroke).collect();
    strokes.sort_by(f32::total_cmp);
    let stroke = strokes.get(strokes.len() / 2).copied();
    let of_stroke = stroke.map_or(f32::INFINITY, |stroke| 0.4 * stroke * stroke);
    (FINEST * cell).powi(2).min(of_stroke).max(LEAST_INK)
}

/// Is it what is left beside a line that was taken out?
fn is_rest_of_line(piece: &Piece, found: &Found) -> bool {
    let beside = |axis: &super::grid::Axis, of: fn(&(u32, u32)) -> u32| {
        if !axis.is_ruled {
            return false;
        }
        let reach = (0.05 * pitch(&axis.cuts)).max(4.0);
        let low = piece.pixels.iter().map(of).min().unwrap_or(0);
        let high = piece.pixels.iter().map(of).max().unwrap_or(0);
        let near =
            |cut: &f32| (low as f32 - cut).abs() < reach && (high as f32 - cut).abs() < reach;
        axis.cuts.iter().any(near)
    };
    beside(&found.rows, |at| at.1) || beside(&found.columns, |at| at.0)
}

/// Connected pieces of ink, corners counted.
fn pieces(found: &Found) -> Vec<Piece> {
    let (width, height) = (found.map.width, found.map.height);
    let mut ink: Vec<bool> = found
        .map
        .dark
        .iter()
        .map(|&dark| dark >= found.threshold)
        .collect();
    let inked = |x: usize, y: usize| found.map.get(x, y) >= found.threshold && y < height;
    let mut pieces = Vec::new();
    let mut stack = Vec::new();
    for start in 0..ink.len() {
        if !std::mem::take(&mut ink[start]) {
            continue;
        }
        let mut piece = Piece::default();
        stack.push(start);
        while let Some(at) = stack.pop() {
            let (x, y) = (at % width, at / width);
            piece.pixels.push((x as u32, y as u32));
            let sides = [
                x > 0 && inked(x - 1, y),
                inked(x + 1, y),
                y > 0 && inked(x, y - 1),
                inked(x, y + 1),
            ];
            piece.outline += sides.iter().filter(|&&inked| !inked).count();
            for y in y.saturating_sub(1)..(y + 2).min(height) {
                for x in x.saturating_sub(1)..(x + 2).min(width) {
                    let next = y * width + x;
                    if std::mem::take(&mut ink[next]) {
                        stack.push(next);
                    }
                }
            }
        }
        pieces.push(piece);
    }
    pieces
}
