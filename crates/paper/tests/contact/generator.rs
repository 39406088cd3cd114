//! Contact sheets as people make them: drawings of Omniglot in a grid, with lines, margins, a turn, grain
//! and a compressed file's traces.

use std::path::PathBuf;

use twinglyph_core::bitmap::SIDE;
use twinglyph_core::rng::Rng;
use twinglyph_core::shard::{Manifest, decode};
use twinglyph_core::{Alphabet, Bitmap};
use twinglyph_paper::Gray;

/// Some alphabets of the app's own shards.
pub(crate) fn alphabets() -> Vec<Alphabet> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../assets/omniglot");
    let manifest = Manifest::parse(&std::fs::read(folder.join("manifest.json")).unwrap()).unwrap();
    let decoded = |entry| decode(entry, &std::fs::read(folder.join(&entry.file)).unwrap()).unwrap();
    manifest.alphabets().iter().map(decoded).collect()
}

/// What a sheet is made by.
#[derive(Clone, Debug)]
pub(crate) struct Look {
    pub(crate) rows: usize,
    pub(crate) columns: usize,
    /// Width and height of a cell, pixels.
    pub(crate) cell: [f32; 2],
    /// Paper left, above, right and below of the grid, pixels.
    pub(crate) margins: [f32; 4],
    /// Thickness (pixels) and brightness (0 to 1) of lines.
    pub(crate) line: (f32, f32),
    /// Lines between cells, and around all of them.
    pub(crate) between: bool,
    pub(crate) around: bool,
    /// A frame so many pixels outside of the grid.
    pub(crate) frame: Option<f32>,
    /// Degrees clockwise.
    pub(crate) turn: f32,
    /// Is the picture as large as the turned sheet, rather than as the sheet?
    pub(crate) grows: bool,
    /// Part of the cells that are blank.
    pub(crate) blank: f32,
    /// Size of drawings, as a part of their cells.
    pub(crate) fill: f32,
    /// Standard deviations of grain (of 255) and of blur (pixels).
    pub(crate) grain: f32,
    pub(crate) blur: f32,
    /// Is the picture compressed as JPEG does it?
    pub(crate) jpeg: bool,
    /// Difference of brightness between two corners.
    pub(crate) shadow: f32,
}

impl Look {
    pub(crate) fn plain(rows: usize, columns: usize, cell: [f32; 2]) -> Self {
        Self {
            rows,
            columns,
            cell,
            margins: [0.0; 4],
            line: (2.0, 0.1),
            between: false,
            around: false,
            frame: None,
            turn: 0.0,
            grows: false,
            blank: 0.0,
            fill: 1.0,
            grain: 0.0,
            blur: 0.0,
            jpeg: false,
            shadow: 0.0,
        }
    }
}

/// A sheet: its picture, and what its cells hold.
pub(crate) struct Made {
    pub(crate) picture: Gray,
    pub(crate) cells: Vec<Option<Bitmap>>,
}

/// Draws a sheet of an alphabet: a row a character, a column a drawer.
pub(crate) fn sheet(alphabet: &Alphabet, look: &Look, rng: &mut Rng) -> Made {
    let cells: Vec<Option<Bitmap>> = (0..look.rows * look.columns)
        .map(|at| {
            let (row, column) = (at / look.columns, at % look.columns);
            let drawn = alphabet.drawing(row % alphabet.characters(), column % alphabet.drawers());
            drawn
                .filter(|one| rng.unit() >= look.blank && !one.is_blank())
                .cloned()
        })
        .collect();
    let grid = [
        look.columns as f32 * look.cell[0],
        look.rows as f32 * look.cell[1],
    ];
    let [left, above, right, below] = look.margins;
    let sheet = [grid[0] + left + right, grid[1] + above + below];
    let (sine, cosine) = look.turn.to_radians().sin_cos();
    let size = if look.grows {
        [
            sheet[0] * cosine + sheet[1] * sine.abs(),
            sheet[1] * cosine + sheet[0] * sine.abs(),
        ]
    } else {
        sheet
    }
    .map(|side| side.round() as usize);
    let dark = |x: f32, y: f32| -> f32 {
        let (dx, dy) = (x - size[0] as f32 / 2.0, y - size[1] as f32 / 2.0);
        let u = cosine * dx + sine * dy + sheet[0] / 2.0 - left;
        let v = cosine * dy - sine * dx + sheet[1] / 2.0 - above;
        let half = look.line.0 / 2.0;
        let near = |at: f32, side: f32, count: usize| {
            let place = (at / side).round();
            let allowed = if place <= 0.0 || place >= count as f32 {
                look.around
            } else {
                look.between
            };
            allowed && (at - place.clamp(0.0, count as f32) * side).abs() <= half
        };
        let inside = |margin: f32| {
            u >= -margin && v >= -margin && u <= grid[0] + margin && v <= grid[1] + margin
        };
        if inside(half) && (near(u, look.cell[0], look.columns) || near(v, look.cell[1], look.rows))
        {
            return 1.0 - look.line.1;
        }
        if let Some(apart) = look.frame
            && inside(apart + half)
            && !inside(apart - half)
        {
            return 1.0 - look.line.1;
        }
        if u < 0.0 || v < 0.0 || u >= grid[0] || v >= grid[1] {
            return 0.0;
        }
        let (column, row) = ((u / look.cell[0]) as usize, (v / look.cell[1]) as usize);
        let Some(Some(drawing)) = cells.get(row * look.columns + column) else {
            return 0.0;
        };
        // Drawings keep their shape in cells of another.
        let side = look.cell[0].min(look.cell[1]) * look.fill / SIDE as f32;
        let place = |at: f32, cell: f32, index: usize| {
            ((at - (index as f32 + 0.5) * cell) / side + SIDE as f32 / 2.0).floor()
        };
        let (x, y) = (place(u, look.cell[0], column), place(v, look.cell[1], row));
        if x < 0.0 || y < 0.0 {
            return 0.0;
        }
        if drawing.get(y as usize, x as usize) {
            0.88
        } else {
            0.0
        }
    };
    let [width, height] = size;
    let mut values = vec![0.0f32; width * height];
    for (at, value) in values.iter_mut().enumerate() {
        let (x, y) = ((at % width) as f32, (at / width) as f32);
        const STEPS: usize = 3;
        let mut sum = 0.0;
        for step in 0..STEPS * STEPS {
            let offset = |step: usize| (step as f32 + 0.5) / STEPS as f32;
            sum += dark(x + offset(step % STEPS), y + offset(step / STEPS));
        }
        let shade = 1.0 - look.shadow * (x + y) / (width + height) as f32;
        *value = 245.0 * shade * (1.0 - sum / (STEPS * STEPS) as f32);
    }
    if look.blur > 0.0 {
        blur(&mut values, width, height, look.blur);
    }
    if look.grain > 0.0 {
        for value in &mut values {
            *value += look.grain * rng.normal();
        }
    }
    if look.jpeg {
        compress(&mut values, width, height);
    }
    Made {
        picture: Gray {
            width,
            height,
            pixels: values
                .iter()
                .map(|value| value.clamp(0.0, 255.0) as u8)
                .collect(),
        },
        cells,
    }
}

/// Gaussian blur.
fn blur(values: &mut [f32], width: usize, height: usize, sigma: f32) {
    let reach = (3.0 * sigma).ceil() as isize;
    let weights: Vec<f32> = (-reach..=reach)
        .map(|at| (-(at * at) as f32 / (2.0 * sigma * sigma)).exp())
        .collect();
    let all: f32 = weights.iter().sum();
    for (step, count, length, other) in [(1, height, width, width), (width, width, height, 1)] {
        for line in 0..count {
            let old: Vec<f32> = (0..length)
                .map(|at| values[line * other + at * step])
                .collect();
            for at in 0..length {
                let sum: f32 = weights
                    .iter()
                    .enumerate()
                    .map(|(of, weight)| {
                        let from =
                            (at as isize + of as isize - reach).clamp(0, length as isize - 1);
                        weight * old[from as usize]
                    })
                    .sum();
                values[line * other + at * step] = sum / all;
            }
        }
    }
}

/// What JPEG of middling quality leaves: cosines of squares of 8 x 8, rounded (Annex K, table K.1).
fn compress(values: &mut [f32], width: usize, height: usize) {
    const TABLE: [u8; 64] = [
        16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69,
        56, 14, 17, 22, 29, 51, 87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81,
        104, 113, 92, 49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
    ];
    let basis: [[f32; 8]; 8] = std::array::from_fn(|k| {
        std::array::from_fn(|n| {
            let scale = if k == 0 { (1.0f32 / 8.0).sqrt() } else { 0.5 };
            scale * ((2 * n + 1) as f32 * k as f32 * std::f32::consts::PI / 16.0).cos()
        })
    });
    for top in (0..height.saturating_sub(7)).step_by(8) {
        for left in (0..width.saturating_sub(7)).step_by(8) {
            let at = |y: usize, x: usize| (top + y) * width + left + x;
            let mut rows = [[0.0f32; 8]; 8];
            for y in 0..8 {
                for k in 0..8 {
                    rows[y][k] = (0..8)
                        .map(|x| basis[k][x] * (values[at(y, x)] - 128.0))
                        .sum();
                }
            }
            let mut rounded = [[0.0f32; 8]; 8];
            for k in 0..8 {
                for l in 0..8 {
                    let sum: f32 = (0..8).map(|y| basis[l][y] * rows[y][k]).sum();
                    let step = f32::from(TABLE[l * 8 + k]) * 0.5;
                    rounded[l][k] = (sum / step).round() * step;
                }
            }
            let mut half = [[0.0f32; 8]; 8];
            for y in 0..8 {
                for k in 0..8 {
                    half[y][k] = (0..8).map(|l| basis[l][y] * rounded[l][k]).sum();
                }
            }
            for (y, half) in half.iter().enumerate() {
                for x in 0..8 {
                    values[at(y, x)] = (0..8).map(|k| basis[k][x] * half[k]).sum::<f32>() + 128.0;
                }
            }
        }
    }
}
