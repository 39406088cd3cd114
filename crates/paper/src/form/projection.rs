//! From millimetres on a flat page to pixels of a photo. Refuses to know what is found there.

use crate::picture::Gray;

/// A point of the photo, pixels; a pixel's middle is at a half.
pub(super) type Point = [f64; 2];

/// A perspective view of a plane.
#[derive(Clone, Copy, Debug)]
pub(super) struct Projection([f64; 8]);

impl Projection {
    /// The view that shows these four places of the page at these points; `None` where three of them lie in
    /// a line.
    pub(super) fn new(page: [Point; 4], photo: [Point; 4]) -> Option<Self> {
        let mut rows = [[0.0; 9]; 8];
        for (at, ([x, y], [u, v])) in page.into_iter().zip(photo).enumerate() {
            rows[2 * at] = [x, y, 1.0, 0.0, 0.0, 0.0, -u * x, -u * y, u];
            rows[2 * at + 1] = [0.0, 0.0, 0.0, x, y, 1.0, -v * x, -v * y, v];
        }
        solve(rows).map(Self)
    }

    /// Where the photo shows a place of the page.
    pub(super) fn of(&self, [x, y]: Point) -> Point {
        let [a, b, c, d, e, f, g, h] = self.0;
        let depth = g * x + h * y + 1.0;
        [(a * x + b * y + c) / depth, (d * x + e * y + f) / depth]
    }
}

/// Gaussian elimination of a system whose last column is its right side; `None` where it has no one solution.
pub(super) fn solve<const N: usize, const M: usize>(mut rows: [[f64; M]; N]) -> Option<[f64; N]> {
    for at in 0..N {
        let pivot =
            (at..N).max_by(|&one, &other| rows[one][at].abs().total_cmp(&rows[other][at].abs()))?;
        rows.swap(at, pivot);
        let lead = rows[at][at];
        if !lead.is_finite() || lead.abs() < 1e-9 {
            return None;
        }
        rows[at].iter_mut().for_each(|value| *value /= lead);
        let own = rows[at];
        for (other, row) in rows.iter_mut().enumerate() {
            if other != at {
                let factor = row[at];
                row.iter_mut()
                    .zip(own)
                    .for_each(|(value, own)| *value -= factor * own);
            }
        }
    }
    Some(rows.map(|row| row[M - 1]))
}

/// Brightness between the middles of four pixels, from 0 to 255; outside that of the nearest pixel.
pub(super) fn sample(gray: &Gray, [x, y]: Point) -> f32 {
    let axis = |at: f64, size: usize| {
        let at = (at - 0.5).clamp(0.0, size.saturating_sub(1) as f64);
        let first = at as usize;
        (
            first,
            (first + 1).min(size.saturating_sub(1)),
            (at - first as f64) as f32,
        )
    };
    let ((x0, x1, dx), (y0, y1, dy)) = (axis(x, gray.width), axis(y, gray.height));
    let at =
        |x: usize, y: usize| f32::from(gray.pixels.get(y * gray.width + x).copied().unwrap_or(255));
    let top = at(x0, y0) * (1.0 - dx) + at(x1, y0) * dx;
    let bottom = at(x0, y1) * (1.0 - dx) + at(x1, y1) * dx;
    top * (1.0 - dy) + bottom * dy
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn corners_lie_where_they_are_said_to() {
        let page = [[0.0, 0.0], [210.0, 0.0], [210.0, 297.0], [0.0, 297.0]];
        let photo = [[40.0, 31.0], [600.0, 80.0], [660.0, 900.0], [10.0, 850.0]];
        let view = Projection::new(page, photo).unwrap();
        for (place, point) in page.into_iter().zip(photo) {
            let [x, y] = view.of(place);
            assert!((x - point[0]).abs() < 1e-6 && (y - point[1]).abs() < 1e-6);
        }
        assert!(Projection::new(page, [[1.0, 1.0]; 4]).is_none());
    }
}
