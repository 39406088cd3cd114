//! Where the cells of a sheet are: from its lines, or from the gaps between its drawings.

use super::gaps::{Division, Side};
use super::light::Map;
use super::lines::{Area, Comb, Line, comb, reach, ruled, transposed};
use super::turn::{Points, Turn, best, straightened};
use super::{ContactError, LEAST_CELL, Said};

/// Least difference of ink and paper, 0 to 255.
const CONTRAST: f32 = 38.0;

/// Most cells along a side that are tried where nobody says how many.
const MOST_TRIED: usize = 60;

/// Ink at the cuts, as a part of the mean, up to which gaps are clear.
const CLEAR: f32 = 0.06;

/// Ink at the cuts from which on a number of cells is certainly another's.
const CROSSED: f32 = 0.3;

/// Degrees less than which a sheet is not turned.
const STRAIGHT: f32 = 0.03;

/// One side of a grid: where its cells begin and end.
#[derive(Clone, Debug)]
pub(super) struct Axis {
    /// One more than cells.
    pub(super) cuts: Vec<f32>,
    /// Do lines show where?
    pub(super) is_ruled: bool,
    /// Could it not as well be otherwise?
    pub(super) is_sure: bool,
}

impl Axis {
    fn even(first: f32, pitch: f32, count: usize) -> Self {
        Self {
            cuts: (0..=count).map(|at| first + pitch * at as f32).collect(),
            is_ruled: false,
            is_sure: true,
        }
    }

    fn of(division: &Division) -> Self {
        let mut axis = Self::even(division.first, division.pitch, division.count);
        axis.is_sure = division.cost < CLEAR;
        axis
    }

    /// Cells.
    pub(super) fn count(&self) -> usize {
        self.cuts.len().saturating_sub(1)
    }
}

/// A sheet whose turn and lines are taken out, and where its cells are.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) map: Map,
    pub(super) turn: Turn,
    pub(super) rows: Axis,
    pub(super) columns: Axis,
    /// Darkness from which on there is ink, 0 to 255.
    pub(super) threshold: u8,
    /// Are the cells the picture itself, divided evenly?
    pub(super) is_whole: bool,
}

/// Finds the cells.
pub(super) fn find(map: &Map, grain: f32, said: Said) -> Result<Found, ContactError> {
    let degrees = Points::for_lines(map, grain).sharpest();
    let degrees = if degrees.abs() < STRAIGHT {
        0.0
    } else {
        degrees
    };
    let (straight, turn) = straightened(map, degrees);
    match by_lines(straight, turn, grain, said)? {
        Some(found) => Ok(found),
        None => by_gaps(map, said),
    }
}

/// The darkness that best divides ink from paper, and how far both are apart (Otsu 1979).
pub(super) fn otsu(map: &Map, area: Area) -> (u8, f32) {
    let mut counts = [0f64; 256];
    for y in area.top..area.bottom.min(map.height) {
        for &dark in map.row(y).get(area.left..area.right).unwrap_or(&[]) {
            counts[usize::from(dark)] += 1.0;
        }
    }
    let all: f64 = counts.iter().sum();
    let total: f64 = counts
        .iter()
        .enumerate()
        .map(|(at, count)| at as f64 * count)
        .sum();
    let (mut below, mut sum) = (0.0, 0.0);
    let mut best = (0.0, 255u8, 0.0);
    for (value, count) in counts.iter().enumerate().take(255) {
        below += count;
        sum += count * value as f64;
        let above = all - below;
        if below == 0.0 || above == 0.0 {
            continue;
        }
        let apart = (total - sum) / above - sum / below;
        let between = below * above * apart * apart;
        if between > best.0 {
            best = (between, value as u8 + 1, apart as f32);
        }
    }
    (best.1, best.2)
}

/// The grid that lines make. None where there are none.
fn by_lines(
    mut map: Map,
    turn: Turn,
    grain: f32,
    said: Said,
) -> Result<Option<Found>, ContactError> {
    let least = (6.0 * grain).clamp(14.0, 60.0) as u8;
    let area = Area::of_dark(&map, least).ok_or(ContactError::Blank)?;
    let other = transposed(&map);
    let mut rows = ruled(&map, area, grain);
    let mut columns = ruled(&other, area.transposed(), grain);
    drop_unlike(&mut rows, &mut columns);
    if !is_ruled(&rows, &columns, said) {
        return Ok(None);
    }
    let combs = [&rows, &columns].map(|lines| comb(lines, LEAST_CELL));
    let on = |lines: &[Line], comb: Option<Comb>| -> Vec<Line> {
        let on = |line: &&Line| {
            comb.is_none_or(|comb| {
                let place = (line.at - comb.first) / comb.pitch;
                (place - place.round()).abs() < 0.1
            })
        };
        lines.iter().filter(on).copied().collect()
    };
    let (row_lines, column_lines) = (on(&rows, combs[0]), on(&columns, combs[1]));
    let seen = [
        outer(&map, combs[0], &column_lines),
        outer(&other, combs[1], &row_lines),
    ];
    clear(&mut map, &rows, &columns, combs);
    let (left, right) = inner_edge(&columns, area.left, area.right);
    let (top, bottom) = inner_edge(&rows, area.top, area.bottom);
    let inner = Area {
        left,
        top,
        right,
        bottom,
    };
    let (threshold, apart) = otsu(&map, inner);
    if apart < CONTRAST {
        return Err(ContactError::Blank);
    }
    let mut counts = [
        seen[0].map(|seen| seen.count),
        seen[1].map(|seen| seen.count),
    ];
    // Said and seen must be one, unless the outermost cells are open.
    for (at, said) in [said.rows, said.columns].into_iter().enumerate() {
        if let (Some(said), Some(seen)) = (said, seen[at])
            && seen.allows(said)
        {
            counts[at] = Some(said);
        }
    }
    let fits = |said: Option<usize>, seen: Option<usize>| match (said, seen) {
        (Some(said), Some(seen)) => said == seen,
        _ => true,
    };
    if !fits(said.rows, counts[0]) || !fits(said.columns, counts[1]) {
        return Err(ContactError::Lines {
            said,
            rows: counts[0],
            columns: counts[1],
        });
    }
    let profiles = ink_profiles(&map, threshold, inner);
    let pitches = [
        seen[0].map(|seen| seen.comb.pitch),
        seen[1].map(|seen| seen.comb.pitch),
    ];
    let rows = side(
        seen[0].map(|seen| seen.axis(counts[0])),
        &rows,
        said.rows,
        (&profiles.0, inner.top),
        pitches[1],
    );
    let columns = side(
        seen[1].map(|seen| seen.axis(counts[1])),
        &columns,
        said.columns,
        (&profiles.1, inner.left),
        pitches[0],
    );
    match (rows, columns) {
        (Some(rows), Some(columns)) => Ok(Some(Found {
            map,
            turn,
            rows,
            columns,
            threshold,
            is_whole: false,
        })),
        (rows, columns) => Err(ContactError::Unsaid {
            rows: rows.map(|axis| axis.count()),
            columns: columns.map(|axis| axis.count()),
        }),
    }
}

/// Lines far fainter than the darkest ones are something else: a table's shade, a shadow.
fn drop_unlike(rows: &mut Vec<Line>, columns: &mut Vec<Line>) {
    let mut all: Vec<f32> = rows
        .iter()
        .chain(columns.iter())
        .map(|line| line.dark)
        .collect();
    all.sort_by(f32::total_cmp);
    let Some(&middle) = all.get(all.len() / 2) else {
        return;
    };
    for lines in [rows, columns] {
        lines.retain(|line| line.dark > 0.3 * middle);
    }
}

/// Do these lines make a grid or a frame?
fn is_ruled(rows: &[Line], columns: &[Line], said: Said) -> bool {
    let whole = |lines: &[Line]| lines.iter().filter(|line| line.is_whole).count();
    match (rows.len(), columns.len()) {
        (0, 0) => false,
        (0, _) => whole(columns) >= 4 && whole(columns) == columns.len(),
        (_, 0) => whole(rows) >= 4 && whole(rows) == rows.len(),
        (one, other) if one + other >= 4 => true,
        (one, other) => said.rows == Some(one + 1) && said.columns == Some(other + 1),
    }
}

/// Cells that the lines of one direction make.
#[derive(Clone, Copy, Debug)]
struct Seen {
    comb: Comb,
    /// Is there a cell before the first line, and one behind the last?
    open: [bool; 2],
    /// Would there be room for them?
    room: [bool; 2],
    count: usize,
}

impl Seen {
    /// Can there be so many, counting open cells or not?
    fn allows(&self, said: usize) -> bool {
        let room = self.room.iter().filter(|&&room| room).count();
        (self.comb.count..=self.comb.count + room).contains(&said)
    }

    fn axis(&self, count: Option<usize>) -> Axis {
        let count = count.unwrap_or(self.count);
        let more = count.saturating_sub(self.comb.count);
        let before = match more {
            0 => false,
            1 => self.open[0] || !self.room[1],
            _ => true,
        };
        let first = self.comb.first - if before { self.comb.pitch } else { 0.0 };
        let mut axis = Axis::even(first, self.comb.pitch, count);
        axis.is_ruled = true;
        let missing = (self.comb.count + 1).saturating_sub(self.comb.seen);
        axis.is_sure = count == self.count && missing <= self.comb.count / 4;
        axis
    }
}

/// What lines make of a direction, with the cells that are open to the outside: lines across go on there.
fn outer(map: &Map, comb: Option<Comb>, across: &[Line]) -> Option<Seen> {
    let comb = comb?;
    let last = comb.first + comb.pitch * comb.count as f32;
    let pitch = comb.pitch;
    let before = (comb.first - 0.8 * pitch, comb.first - 0.25 * pitch);
    let behind = (last + 0.25 * pitch, last + 0.8 * pitch);
    let side = map.height as f32;
    let room = [comb.first > 0.6 * pitch, last < side - 0.6 * pitch];
    // The outermost lines across are a frame perhaps.
    let inner = match across.len() {
        0..=2 => across,
        count => across.get(1..count - 1).unwrap_or(across),
    };
    let goes_on = |(from, to): (f32, f32)| !inner.is_empty() && reach(map, inner, from, to) > 0.6;
    let open = [room[0] && goes_on(before), room[1] && goes_on(behind)];
    Some(Seen {
        comb,
        open,
        room,
        count: comb.count + open.iter().filter(|&&open| open).count(),
    })
}

/// Where the inside of a frame begins and ends; the given ends where there is none.
fn inner_edge(lines: &[Line], from: usize, to: usize) -> (usize, usize) {
    let side = to.saturating_sub(from);
    let near = |at: usize, end: usize| at.abs_diff(end) * 12 <= side;
    let first = lines.first().filter(|line| near(line.from, from));
    let last = lines.last().filter(|line| near(line.to, to));
    let from = first.map_or(from, |line| line.to);
    let to = last.map_or(to, |line| line.from);
    (from, to.max(from))
}

/// Takes the lines out; those between the places of a grid are drawings.
fn clear(map: &mut Map, rows: &[Line], columns: &[Line], combs: [Option<Comb>; 2]) {
    let kept = |line: &Line, comb: Option<Comb>| {
        comb.is_some_and(|comb| {
            let place = (line.at - comb.first) / comb.pitch;
            let inside = place > -0.1 && place < comb.count as f32 + 0.1;
            inside && (place - place.round()).abs() >= 0.1
        })
    };
    let width = map.width;
    for line in rows.iter().filter(|line| !kept(line, combs[0])) {
        let range = line.from * width..line.to * width;
        map.dark.get_mut(range).unwrap_or(&mut []).fill(0);
    }
    for line in columns.iter().filter(|line| !kept(line, combs[1])) {
        for row in map.dark.chunks_exact_mut(width.max(1)) {
            row.get_mut(line.from..line.to).unwrap_or(&mut []).fill(0);
        }
    }
}

/// Pixels of ink along both sides of an area: of its rows, of its columns.
fn ink_profiles(map: &Map, threshold: u8, area: Area) -> (Vec<f32>, Vec<f32>) {
    let mut columns = vec![0.0; area.right.saturating_sub(area.left)];
    let mut rows = Vec::with_capacity(area.bottom.saturating_sub(area.top));
    for y in area.top..area.bottom {
        let mut count = 0.0;
        let row = map.row(y).get(area.left..area.right).unwrap_or(&[]);
        for (&dark, column) in row.iter().zip(&mut columns) {
            if dark >= threshold {
                count += 1.0;
                *column += 1.0;
            }
        }
        rows.push(count);
    }
    (rows, columns)
}

/// One direction of a sheet with lines: by its comb, or, where there are too few lines for one, by what was
/// said and where the ink is. None where that does not tell.
fn side(
    axis: Option<Axis>,
    lines: &[Line],
    said: Option<usize>,
    (profile, from): (&[f32], usize),
    other_pitch: Option<f32>,
) -> Option<Axis> {
    if axis.is_some() {
        return axis;
    }
    let from = from as f32;
    let ink = Side::new(profile)?;
    let (first, last) = (ink.ink().0 + from, ink.ink().1 + from);
    let length = profile.len() as f32;
    let between: Vec<f32> = lines
        .iter()
        .map(|line| line.at)
        .filter(|at| (first..last).contains(at))
        .collect();
    let inner = |count: usize| {
        let whole = ink.division(0.0, length / count.max(1) as f32, count);
        let inner = ink.inner(count);
        let division = if whole.cost <= 1.3 * inner.cost + 0.03 {
            whole
        } else {
            inner
        };
        let mut axis = Axis::of(&division);
        for cut in &mut axis.cuts {
            *cut += from;
        }
        axis
    };
    match (said, other_pitch) {
        (Some(count), _) if count == between.len() + 1 && !between.is_empty() => {
            // Lines between cells only.
            let pitch = match (between.first(), between.last()) {
                (Some(low), Some(high)) if count > 2 => (high - low) / (count - 2) as f32,
                (Some(low), _) => (low - first).max(last - low),
                _ => return None,
            };
            let start = between.first()? - pitch;
            let mut axis = Axis::even(start, pitch, count);
            axis.is_ruled = true;
            Some(axis)
        }
        (Some(count), _) => Some(inner(count)),
        (None, Some(pitch)) => {
            // Cells are about as high as wide.
            let count = between.len() + 1;
            let cells = length / pitch;
            let like = |count: usize| (0.55..1.8).contains(&(cells / count as f32));
            if !between.is_empty() && like(count) {
                let low = *between.first()?;
                let pitch = (low - first).max(last - low);
                let mut axis = Axis::even(low - pitch, pitch, count);
                axis.is_ruled = true;
                return Some(axis);
            }
            let count = (cells.round() as usize).max(1);
            (count == 1 && like(1)).then(|| inner(1))
        }
        (None, None) => {
            let found = clear_gaps(&ink, (from, length), None)?;
            Some(inner(found.count))
        }
    }
}

/// The grid that leaves most ink whole.
fn by_gaps(map: &Map, said: Said) -> Result<Found, ContactError> {
    let all = Area {
        left: 0,
        top: 0,
        right: map.width,
        bottom: map.height,
    };
    let (threshold, apart) = otsu(map, all);
    if apart < CONTRAST {
        return Err(ContactError::Blank);
    }
    let points = Points::of(map, threshold / 2, 255);
    let sides = |degrees: f32| {
        let profiles = points.profiles(degrees);
        Some([Side::new(&profiles.rows)?, Side::new(&profiles.columns)?])
    };
    let straight = sides(0.0).ok_or(ContactError::Blank)?;
    let whole = |[rows, columns]: [usize; 2]| -> [Division; 2] {
        // The picture's middle is the middle of each profile.
        let whole = |side: &Side, length: usize, cells: usize| {
            let length = length as f32 / points.factor as f32;
            let middle = side.middle();
            side.division(middle - length / 2.0, length / cells as f32, cells)
        };
        [
            whole(&straight[0], map.height, rows),
            whole(&straight[1], map.width, columns),
        ]
    };
    let cost = |degrees: f32, [rows, columns]: [usize; 2]| {
        sides(degrees).map_or(f32::INFINITY, |[down, across]| {
            down.inner(rows).cost + across.inner(columns).cost
        })
    };
    let counts = match (said.rows, said.columns) {
        (Some(rows), Some(columns)) => [rows, columns],
        _ => unsaid(&sides, said)?,
    };
    let even = whole(counts);
    let even_cost = even[0].cost + even[1].cost;
    let mut degrees = 0.0;
    let mut least = even_cost;
    if even_cost > 2.0 * CLEAR {
        let score = |degrees: f32| -cost(degrees, counts);
        let turned = best(&score, 0.25, &[0.05]);
        least = cost(turned, counts);
        let level = cost(0.0, counts);
        if turned.abs() >= STRAIGHT && least < 0.75 * level - 0.02 {
            degrees = turned;
        } else {
            least = level;
        }
    }
    let is_whole = degrees == 0.0 && even_cost <= 1.3 * least + 0.06;
    let (map, turn) = straightened(map, degrees);
    let area = Area {
        left: 0,
        top: 0,
        right: map.width,
        bottom: map.height,
    };
    if is_whole {
        let mut rows = Axis::even(0.0, map.height as f32 / counts[0] as f32, counts[0]);
        let mut columns = Axis::even(0.0, map.width as f32 / counts[1] as f32, counts[1]);
        rows.is_sure = even[0].cost < CROSSED && !straight[0].is_finer(&even[0]);
        columns.is_sure = even[1].cost < CROSSED && !straight[1].is_finer(&even[1]);
        return Ok(Found {
            map,
            turn,
            rows,
            columns,
            threshold,
            is_whole,
        });
    }
    let profiles = ink_profiles(&map, threshold, area);
    let axis = |profile: &[f32], count: usize| {
        let side = Side::new(profile)?;
        let division = side.inner(count);
        let mut axis = Axis::of(&division);
        axis.is_sure &= !side.is_finer(&division);
        Some(axis)
    };
    let rows = axis(&profiles.0, counts[0]).ok_or(ContactError::Blank)?;
    let columns = axis(&profiles.1, counts[1]).ok_or(ContactError::Blank)?;
    Ok(Found {
        map,
        turn,
        rows,
        columns,
        threshold,
        is_whole,
    })
}

/// The numbers of cells that clear gaps show, at the angle where gaps are clearest.
fn unsaid(
    sides: &impl Fn(f32) -> Option<[Side; 2]>,
    said: Said,
) -> Result<[usize; 2], ContactError> {
    let emptiness =
        |degrees: f32| sides(degrees).map_or(0.0, |[rows, columns]| rows.empty() + columns.empty());
    let level = emptiness(0.0);
    let turned = best(&emptiness, 0.25, &[0.05]);
    let degrees = if emptiness(turned) > 1.1 * level + 0.01 {
        turned
    } else {
        0.0
    };
    let [down, across] = sides(degrees).ok_or(ContactError::Blank)?;
    let one = |side: &Side, said: Option<usize>, other: Option<f32>| match said {
        Some(count) => Some(side.inner(count)),
        None => clear_gaps(side, (0.0, side.ink().1 - side.ink().0), other),
    };
    let rows = one(&down, said.rows, None);
    let columns = one(&across, said.columns, rows.as_ref().map(|rows| rows.pitch));
    match (rows, columns) {
        (Some(rows), Some(columns))
            if (0.5..2.0).contains(&(rows.pitch / columns.pitch.max(1.0)))
                && rows.count * columns.count > 1 =>
        {
            Ok([rows.count, columns.count])
        }
        _ => Err(ContactError::Unsaid {
            rows: said.rows,
            columns: said.columns,
        }),
    }
}

/// The largest number of cells that only clear gaps divide, all or most of them with ink.
fn clear_gaps(side: &Side, (_, length): (f32, f32), pitch: Option<f32>) -> Option<Division> {
    let most = ((length / LEAST_CELL) as usize).min(MOST_TRIED);
    let fits = |division: &Division| {
        let like = pitch.is_none_or(|pitch| (0.5..2.0).contains(&(division.pitch / pitch)));
        like && division.cost < CLEAR && side.filled(division) > 0.6
    };
    (1..=most)
        .rev()
        .map(|count| side.inner(count))
        .find(|division| fits(division))
}
