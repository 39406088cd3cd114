//! The turn of a sheet: found by projections, and taken out.

use super::light::Map;

/// Most degrees a sheet is turned by.
pub(super) const MOST_DEGREES: f32 = 6.0;

/// Longer side of the picture on which angles are tried.
const TRIED: usize = 1_100;

/// Darkness above which lines and ink weigh the same: a grey line is a line.
const CAP: u8 = 76;

/// What is dark on a sheet, about its middle.
pub(super) struct Points {
    /// Place and weight.
    points: Vec<(f32, f32, f32)>,
    /// Half of the width and of the height.
    half: [f32; 2],
    /// Pixels of the sheet along a side of one here.
    pub(super) factor: usize,
}

/// Sums of weights along the rows and the columns of a sheet that is turned by some angle; the middle
/// of the sheet is the middle of each.
pub(super) struct Profiles {
    pub(super) rows: Vec<f32>,
    pub(super) columns: Vec<f32>,
}

impl Points {
    /// All that is darker than `least`, weighed up to `cap`.
    pub(super) fn of(map: &Map, least: u8, cap: u8) -> Self {
        let factor = map.width.max(map.height).div_ceil(TRIED);
        let small = map.smaller(factor);
        let half = [small.width as f32 / 2.0, small.height as f32 / 2.0];
        let mut points = Vec::new();
        for y in 0..small.height {
            for (x, &dark) in small.row(y).iter().enumerate() {
                if dark > least {
                    let place = (x as f32 + 0.5 - half[0], y as f32 + 0.5 - half[1]);
                    points.push((place.0, place.1, f32::from(dark.min(cap))));
                }
            }
        }
        Self {
            points,
            half,
            factor,
        }
    }

    /// The points that make lines or ink, for [`Points::sharpest`].
    pub(super) fn for_lines(map: &Map, grain: f32) -> Self {
        Self::of(map, (3.0 * grain).clamp(8.0, 40.0) as u8, CAP)
    }

    /// Profiles across a sheet that is turned by so many degrees clockwise.
    pub(super) fn profiles(&self, degrees: f32) -> Profiles {
        let (sine, cosine) = degrees.to_radians().sin_cos();
        let [across, down] = self.half;
        let reach = |one: f32, other: f32| one * cosine + other * sine.abs();
        let side = |reach: f32| 2 * reach.ceil() as usize + 2;
        let mut rows = vec![0.0; side(reach(down, across))];
        let mut columns = vec![0.0; side(reach(across, down))];
        let (middle_row, middle_column) = (rows.len() as f32 / 2.0, columns.len() as f32 / 2.0);
        for &(x, y, weight) in &self.points {
            add(&mut rows, cosine * y - sine * x + middle_row, weight);
            add(&mut columns, cosine * x + sine * y + middle_column, weight);
        }
        Profiles { rows, columns }
    }

    /// The angle (degrees) at which profiles are sharpest: where lines fall into single rows and columns.
    pub(super) fn sharpest(&self) -> f32 {
        let score = |degrees: f32| {
            let profiles = self.profiles(degrees);
            sharpness(&profiles.rows) + sharpness(&profiles.columns)
        };
        best(&score, 0.1, &[0.03, 0.01])
    }
}

/// The angle with the highest score: steps over all, then finer ones around the best.
pub(super) fn best(score: &impl Fn(f32) -> f32, step: f32, finer: &[f32]) -> f32 {
    let mut found = (score(0.0), 0.0f32);
    let steps = (MOST_DEGREES / step).round() as i32;
    let mut attempt = |degrees: f32| {
        let value = score(degrees);
        if value > found.0 {
            found = (value, degrees);
        }
        found.1
    };
    let mut around = 0.0;
    for at in -steps..=steps {
        around = attempt(at as f32 * step);
    }
    let mut reach = step;
    for &step in finer {
        let steps = (reach / step).ceil() as i32;
        let center = around;
        for at in -steps..=steps {
            around = attempt(center + at as f32 * step);
        }
        reach = step;
    }
    around
}

/// A weight, shared by the two nearest places.
fn add(profile: &mut [f32], at: f32, weight: f32) {
    let at = (at - 0.5).max(0.0);
    let (low, part) = (at as usize, at.fract());
    if let Some(value) = profile.get_mut(low) {
        *value += weight * (1.0 - part);
    }
    if let Some(value) = profile.get_mut(low + 1) {
        *value += weight * part;
    }
}

fn sharpness(profile: &[f32]) -> f32 {
    let pairs = profile.iter().zip(profile.iter().skip(1));
    pairs.map(|(one, other)| (one - other).powi(2)).sum()
}

/// Where the places of a straightened sheet lie on the picture.
#[derive(Clone, Copy, Debug)]
pub(super) struct Turn {
    /// Degrees clockwise.
    pub(super) degrees: f32,
    /// Middle of the picture.
    pub(super) from: [f32; 2],
    /// Middle of the straightened sheet.
    pub(super) to: [f32; 2],
}

impl Turn {
    /// The place on the picture of one of the straightened sheet.
    pub(super) fn back(&self, x: f32, y: f32) -> [f32; 2] {
        let (sine, cosine) = self.degrees.to_radians().sin_cos();
        let (u, v) = (x - self.to[0], y - self.to[1]);
        [
            cosine * u - sine * v + self.from[0],
            sine * u + cosine * v + self.from[1],
        ]
    }
}

/// A sheet with its turn taken out: large enough to hold all of it.
pub(super) fn straightened(map: &Map, degrees: f32) -> (Map, Turn) {
    let from = [map.width as f32 / 2.0, map.height as f32 / 2.0];
    if degrees == 0.0 {
        let turn = Turn {
            degrees,
            from,
            to: from,
        };
        return (map.clone(), turn);
    }
    let (sine, cosine) = degrees.to_radians().sin_cos();
    let side = |one: usize, other: usize| {
        (one as f32 * cosine + other as f32 * sine.abs()).ceil() as usize
    };
    let (width, height) = (side(map.width, map.height), side(map.height, map.width));
    let turn = Turn {
        degrees,
        from,
        to: [width as f32 / 2.0, height as f32 / 2.0],
    };
    let mut dark = Vec::with_capacity(width * height);
    for y in 0..height {
        let [x0, y0] = turn.back(0.5, y as f32 + 0.5);
        for x in 0..width {
            let (px, py) = (x0 + cosine * x as f32 - 0.5, y0 + sine * x as f32 - 0.5);
            dark.push((map.between(px, py) + 0.5) as u8);
        }
    }
    let map = Map {
        width,
        height,
        dark,
    };
    (map, turn)
}
