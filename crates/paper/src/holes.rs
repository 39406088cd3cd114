//! Punched holes along a side of the sheet, which show the table.

use crate::components::{Piece, usual_stroke};

/// Farthest from the side of the page that a hole's middle is, as a part of the page's longer side.
const FARTHEST: f32 = 0.09;

/// Least diameter in widths of strokes: of several holes in line, and of one alone.
const LEAST: [f32; 2] = [2.2, 4.5];

/// Part of its box that a disc fills.
const DISC: std::ops::Range<f32> = 0.68..0.9;

struct Disc {
    place: usize,
    /// Distance from the nearest side, and which side.
    distance: f32,
    side: usize,
    diameter: f32,
}

/// Takes holes away.
pub(crate) fn remove(pieces: &mut Vec<Piece>, width: usize, height: usize) {
    let stroke = usual_stroke(pieces);
    let disc = |(place, piece): (usize, &Piece)| {
        let (w, h) = (piece.width() as f32, piece.height() as f32);
        let b = piece.bounds;
        let (x, y) = (
            (b.left + b.right) as f32 / 2.0,
            (b.top + b.bottom) as f32 / 2.0,
        );
        let distances = [x, y, width as f32 - x, height as f32 - y];
        let (side, distance) = (0..)
            .zip(distances)
            .min_by(|one, other| one.1.total_cmp(&other.1))?;
        let is_round = (0.75..1.34).contains(&(w / h))
            && DISC.contains(&(piece.pixels.len() as f32 / (w * h)))
            && w.min(h) > LEAST[0] * stroke
            && distance < FARTHEST * width.max(height) as f32;
        is_round.then_some(Disc {
            place,
            distance,
            side,
            diameter: w.max(h),
        })
    };
    let discs: Vec<Disc> = pieces.iter().enumerate().filter_map(disc).collect();
    let is_hole = |one: &Disc| {
        let in_line = |other: &&Disc| {
            other.side == one.side
                && (other.distance - one.distance).abs() < one.diameter
                && (0.75..1.34).contains(&(other.diameter / one.diameter))
        };
        // Itself is in line.
        one.diameter > LEAST[1] * stroke || discs.iter().filter(in_line).count() > 1
    };
    let holes: Vec<usize> = discs
        .iter()
        .filter(|disc| is_hole(disc))
        .map(|disc| disc.place)
        .collect();
    // A picture of nothing else is no sheet with holes.
    if holes.len() < pieces.len() {
        let mut place = 0;
        pieces.retain(|_| {
            place += 1;
            !holes.contains(&(place - 1))
        });
    }
}
