//! The sheet of paper on a table, cut out and straightened by a homography.

use crate::picture::{Gray, Picture};

mod edges;

/// Longer side of the small picture the sheet is looked for on, pixels.
const SMALL: usize = 240;

/// Least mean step, as a logarithm of brightness, of a side whose outside is as a shadow would be.
const LEAST_STEP: f32 = 0.07;

/// Pixels of the small picture at each side of an edge whose colours are compared.
const STRIP: usize = 5;

/// Pixels from the border of the picture within which a piece of ink is cut off, or what is left of a line.
const BORDER: f32 = 10.0;

type Point = (f32, f32);

/// The paper as it is read: cut out and straightened, or as it is on the picture.
pub(crate) struct Sheet {
    /// What is shown.
    pub(crate) page: Gray,
    /// Corners of the picture on the page, clockwise, where the page goes beyond it.
    picture: Option<[Point; 4]>,
    /// Were sides of the sheet found?
    pub(crate) is_found: bool,
}

impl Sheet {
    /// The whole picture.
    fn whole(seen: Gray) -> Self {
        Self {
            page: seen,
            picture: None,
            is_found: false,
        }
    }

    /// A page of these corners of the picture, clockwise from the upper left one.
    fn warped(seen: &Gray, corners: [Point; 4]) -> Option<Self> {
        let (width, height) = (seen.width as f32, seen.height as f32);
        let beyond = |&(x, y): &Point| x < -1.0 || y < -1.0 || x > width + 1.0 || y > height + 1.0;
        let (page, map) = warped(seen, corners)?;
        let inverse = inverse(&map);
        let ends = [(0.0, 0.0), (width, 0.0), (width, height), (0.0, height)];
        Some(Self {
            page,
            picture: corners
                .iter()
                .any(beyond)
                .then(|| ends.map(|at| mapped(&inverse, at))),
            is_found: true,
        })
    }

    /// The sheet turned back by so many degrees clockwise, with what is around it.
    pub(crate) fn turned(self, degrees: f32) -> Self {
        let seen = self.page;
        let (sin, cos) = degrees.to_radians().sin_cos();
        let (w, h) = (seen.width as f32 / 2.0, seen.height as f32 / 2.0);
        let across = w * cos + h * sin.abs();
        let down = w * sin.abs() + h * cos;
        let corner = |x: f32, y: f32| (w + cos * x - sin * y, h + sin * x + cos * y);
        let corners = [
            corner(-across, -down),
            corner(across, -down),
            corner(across, down),
            corner(-across, down),
        ];
        match Self::warped(&seen, corners) {
            Some(sheet) => sheet,
            None => Self::whole(seen),
        }
    }

    /// Is any of these pixels at the border of a picture that the page goes beyond?
    pub(crate) fn is_cut_off(&self, pixels: &[(u16, u16)]) -> bool {
        let Some(corners) = &self.picture else {
            return false;
        };
        pixels.iter().any(|&(x, y)| {
            let (x, y) = (f32::from(x), f32::from(y));
            (0..4).any(|at| {
                let (a, b) = (corners[at], corners[(at + 1) % 4]);
                let (dx, dy) = (b.0 - a.0, b.1 - a.1);
                dx * (y - a.1) - dy * (x - a.0) < BORDER * dx.hypot(dy)
            })
        })
    }
}

/// The sheet, straightened; the whole picture where none is found.
pub(crate) fn straightened(picture: &Picture, seen: Gray) -> Sheet {
    if seen.width.min(seen.height) < SMALL {
        return Sheet::whole(seen);
    }
    let side = seen.width.max(seen.height).div_ceil(SMALL).max(1);
    let colours = edges::Small::new(picture, side);
    let outlines = edges::outlines(&colours);
    let sheet = outlines.iter().find(|outline| outline.is_sheet(&colours));
    let within = sheet.map(|sheet| sheet.within(side));
    within
        .and_then(|corners| Sheet::warped(&seen, corners))
        .unwrap_or_else(|| Sheet::whole(seen))
}

fn area(corners: &[Point; 4]) -> f32 {
    let twice = |at: usize| {
        let (one, other) = (corners[at], corners[(at + 1) % 4]);
        one.0 * other.1 - other.0 * one.1
    };
    (0..4).map(twice).sum::<f32>().abs() / 2.0
}

/// The line that most points lie on: value = first + second * place.
fn edge(points: impl Iterator<Item = Point>) -> Option<Point> {
    let points: Vec<Point> = points.collect();
    let step = points.len() / 24;
    if step == 0 {
        return None;
    }
    let tried: Vec<Point> = points.iter().step_by(step).copied().collect();
    let mut best = (0, (0.0, 0.0));
    for (at, one) in tried.iter().enumerate() {
        for other in &tried[at + 1..] {
            let slope = (other.1 - one.1) / (other.0 - one.0);
            // Turned by more than 30 degrees it is no upper or left edge.
            if slope.abs() > 0.6 {
                continue;
            }
            let start = one.1 - slope * one.0;
            let close = |at: &&Point| (start + slope * at.0 - at.1).abs() < 1.5;
            let count = points.iter().filter(close).count();
            if count > best.0 {
                best = (count, (start, slope));
            }
        }
    }
    (best.0 * 2 > points.len()).then_some(best.1)
}

/// From places of a page, 0 to 1 at its sides, to the picture, up to a factor.
type Map = [[f32; 3]; 3];

fn mapped(map: &Map, (x, y): Point) -> Point {
    let [u, v, w] = map.map(|row| row[0] * x + row[1] * y + row[2]);
    (u / w, v / w)
}

/// Up to a factor.
fn inverse(m: &Map) -> Map {
    let minor = |row: usize, column: usize| {
        let (r, s) = ((row + 1) % 3, (row + 2) % 3);
        let (c, d) = ((column + 1) % 3, (column + 2) % 3);
        m[r][c] * m[s][d] - m[r][d] * m[s][c]
    };
    [0, 1, 2].map(|row| [0, 1, 2].map(|column| minor(column, row)))
}

/// The quadrilateral as a rectangle of about its size, and where its pixels are on the picture. What is
/// beyond the picture is as light as the picture's border.
fn warped(seen: &Gray, [a, b, c, d]: [Point; 4]) -> Option<(Gray, Map)> {
    let length = |p: Point, q: Point| (p.0 - q.0).hypot(p.1 - q.1);
    let width = f32::midpoint(length(a, b), length(d, c)) as usize;
    let height = f32::midpoint(length(a, d), length(b, c)) as usize;
    let is_large = width
        .checked_mul(height)
        .is_none_or(|all| all > crate::scan::MAX_PIXELS * 2);
    if width < 32 || height < 32 || is_large || width.max(height) > usize::from(u16::MAX) {
        return None;
    }
    // From the unit square (Heckbert 1989).
    let (sx, sy) = (a.0 - b.0 + c.0 - d.0, a.1 - b.1 + c.1 - d.1);
    let (dx1, dx2, dy1, dy2) = (b.0 - c.0, d.0 - c.0, b.1 - c.1, d.1 - c.1);
    let det = dx1 * dy2 - dx2 * dy1;
    if det.abs() < 1.0 {
        return None;
    }
    let g = (sx * dy2 - dx2 * sy) / det;
    let h = (dx1 * sy - sx * dy1) / det;
    let scaled = |row: [f32; 3]| [row[0] / width as f32, row[1] / height as f32, row[2]];
    let map = [
        scaled([b.0 - a.0 + g * b.0, d.0 - a.0 + h * d.0, a.0]),
        scaled([b.1 - a.1 + g * b.1, d.1 - a.1 + h * d.1, a.1]),
        scaled([g, h, 1.0]),
    ];
    let (right, lower) = ((seen.width - 1) as f32, (seen.height - 1) as f32);
    let light = |x: usize, y: usize| f32::from(seen.pixels[y * seen.width + x]);
    let pixel = |at: usize| {
        let (u, v) = ((at % width) as f32 + 0.5, (at / width) as f32 + 0.5);
        let (px, py) = mapped(&map, (u, v));
        let (px, py) = (px - 0.5, py - 0.5);
        let (px, py) = (px.clamp(0.0, right), py.clamp(0.0, lower));
        let (ix, iy) = (px as usize, py as usize);
        let (fx, fy) = (px - ix as f32, py - iy as f32);
        let (jx, jy) = ((ix + 1).min(seen.width - 1), (iy + 1).min(seen.height - 1));
        let above = light(ix, iy) * (1.0 - fx) + light(jx, iy) * fx;
        let below = light(ix, jy) * (1.0 - fx) + light(jx, jy) * fx;
        (above * (1.0 - fy) + below * fy) as u8
    };
    let page = Gray {
        width,
        height,
        pixels: (0..width * height).map(pixel).collect(),
    };
    Some((page, map))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn places_of_a_turned_page_are_those_of_the_picture(
            width in 300usize..500, height in 300usize..500, turn in -20.0f32..20.0,
        ) {
            let seen = Gray { width, height, pixels: vec![200; width * height] };
            let sheet = Sheet::whole(seen).turned(turn);
            let page = &sheet.page;
            prop_assert!(page.pixels.iter().all(|&light| light == 200 || light == 199));
            let middle = ((page.width / 2) as u16, (page.height / 2) as u16);
            prop_assert!(!sheet.is_cut_off(&[middle]));
            if turn.abs() > 3.0 {
                prop_assert!(sheet.is_cut_off(&[(0, 0)]));
                let (w, h) = (width as f32, height as f32);
                let (sin, cos) = turn.abs().to_radians().sin_cos();
                prop_assert!((page.width as f32 - (w * cos + h * sin)).abs() < 2.0);
            }
        }
    }
}
