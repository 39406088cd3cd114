//! Pieces put together to characters, and characters in reading order.

use crate::components::{Piece, usual_side};
use crate::cut::{Bounds, Character};
use crate::likelihood::{Neighbours, SMALL, usual};

/// Turns of rows that are tried, degrees either way.
const TURN: i32 = 20;

/// Widest gap within a character, as a part of the usual size.
const MOST_GAP: f32 = 0.45;

/// Longest character whose parts' boxes overlap, as a part of the usual size: other characters' boxes do so
/// at their corners alone.
const TANGLED: f32 = 1.6;

/// Most that a dot costs a character: one that is near, and one that is far from all others.
const NEAR: f32 = 0.8;
const FAR: f32 = 1.1;

/// Largest step, as a part of the usual size, within a row of which no character stands above another: on
/// ruled paper a row that rises goes on a line higher.
const STEP: f32 = 0.9;

/// Specks are farther from all characters, as a part of the usual size.
const ALONE: f32 = 0.8;

/// The box around both.
pub(crate) fn union(one: Bounds, other: Bounds) -> Bounds {
    Bounds {
        left: one.left.min(other.left),
        top: one.top.min(other.top),
        right: one.right.max(other.right),
        bottom: one.bottom.max(other.bottom),
    }
}

/// How far apart two spans are; below 0 where they overlap.
fn apart(low: usize, high: usize, other_low: usize, other_high: usize) -> f32 {
    (low as f32 - other_high as f32).max(other_low as f32 - high as f32)
}

pub(crate) fn across(one: &Bounds, other: &Bounds) -> f32 {
    apart(one.left, one.right, other.left, other.right)
}

pub(crate) fn down(one: &Bounds, other: &Bounds) -> f32 {
    apart(one.top, one.bottom, other.top, other.bottom)
}

/// The characters in reading order.
pub(crate) fn characters(pieces: &[Piece]) -> Vec<Character> {
    let side = usual_side(pieces);
    let mut groups: Vec<Character> = (0u32..)
        .zip(pieces)
        .map(|(at, piece)| Character {
            pieces: vec![at],
            bounds: piece.bounds,
            is_sure: true,
        })
        .collect();
    // What lies above one another, or within one another's box.
    for _ in 0..3 {
        let before = groups.len();
        groups = joined(groups, 0.0, &|one, other| is_stack(one, other, side));
        if groups.len() == before {
            break;
        }
    }
    let (gap, size, groups) = likeliest(&groups);
    let mut ordered: Vec<Character> = rows(&groups, size).into_iter().flatten().collect();
    let nearest: Vec<f32> = ordered
        .windows(2)
        .map(|two| match two {
            [one, other] => {
                across(&one.bounds, &other.bounds).max(down(&one.bounds, &other.bounds))
            }
            _ => f32::INFINITY,
        })
        .collect();
    for (at, character) in ordered.iter_mut().enumerate() {
        let before = at.checked_sub(1).and_then(|at| nearest.get(at));
        let near = before.into_iter().chain(nearest.get(at));
        let close = near.fold(f32::INFINITY, |least, &gap| least.min(gap));
        let side = longer(&character.bounds);
        character.is_sure &= (0.5 * size..1.6 * size).contains(&side) && close > 1.25 * gap;
    }
    ordered
}

/// The likeliest of several ways to put groups together: the gap within characters, their size, and they.
fn likeliest(groups: &[Character]) -> (f32, f32, Vec<Character>) {
    let neighbours = Neighbours::new(groups);
    let own = usual(groups.iter().map(|group| longer(&group.bounds)));
    let mut tried = vec![(usual_gap(&rows(groups, own), own), own)];
    tried.extend(neighbours.steps().into_iter().map(|reach| {
        let size = neighbours.size(reach);
        (reach.min(MOST_GAP * size), size)
    }));
    let together = tried.into_iter().map(|(gap, size)| {
        let groups = together(groups.to_vec(), gap, size);
        (neighbours.of(&groups), (gap, size, groups))
    });
    let best = together.reduce(|best, next| if next.0 > best.0 { next } else { best });
    best.map_or_else(|| (0.0, 0.0, Vec::new()), |best| best.1)
}

/// Groups put together that are up to `gap` apart, where characters are of this size.
fn together(mut groups: Vec<Character>, gap: f32, size: f32) -> Vec<Character> {
    let widest = 1.3 * size;
    for _ in 0..3 {
        let before = groups.len();
        groups = joined(groups, gap, &|one, other| {
            let both = union(*one, *other);
            let level = down(one, other) <= -0.3 * height(one).min(height(other)).min(size * 0.5);
            let small = longer(one).min(longer(other)) < 0.4 * size;
            let near = across(one, other) <= gap && (level || (small && down(one, other) <= gap));
            let width = (both.right - both.left) as f32;
            // Parts that alone are no characters may lie farther apart.
            let reach = if small { 1.5 * gap } else { gap };
            let above = across(one, other) < 0.0 && down(one, other) <= reach;
            let most = if is_tangled(one, other) {
                TANGLED
            } else {
                1.25
            };
            let fits = longer(&both) <= most * size;
            (near && width <= widest)
                || (above && fits)
                || (is_stack(one, other, size) || is_tangled(one, other)) && fits
        });
        if groups.len() == before {
            break;
        }
    }
    with_dots(groups, size)
}

/// Which characters are specks, such as a hole of the sheet leaves: small, and far from all others. Small
/// ones beside one another are writing.
pub(crate) fn specks(characters: &[Character]) -> Vec<bool> {
    let size = usual(characters.iter().map(|one| longer(&one.bounds)));
    let is_far = |one: &Character, other: &Character| {
        let (across, down) = (
            across(&one.bounds, &other.bounds).max(0.0),
            down(&one.bounds, &other.bounds).max(0.0),
        );
        across.hypot(down) > ALONE * size
    };
    let is_alone = |at: usize, one: &Character| {
        let mut others = characters.iter().enumerate().filter(|other| other.0 != at);
        others.all(|(_, other)| is_far(one, other))
    };
    characters
        .iter()
        .enumerate()
        .map(|(at, one)| longer(&one.bounds) < SMALL * size && is_alone(at, one))
        .collect()
}

/// Groups too small for a character go to the neighbour that stays most like one with them. Unsure
/// where another would be about as good. Those that none is near are one character where they fit into one,
/// or go to a neighbour that is farther.
fn with_dots(groups: Vec<Character>, size: f32) -> Vec<Character> {
    let (dots, mut whole): (Vec<_>, Vec<_>) =
        groups.into_iter().partition(|group| is_dot(group, size));
    let mut left = with_nearest(&mut whole, dots, size, NEAR);
    for _ in 0..3 {
        let before = left.len();
        left = joined(left, size, &|one, other| {
            longer(&union(*one, *other)) <= 1.25 * size
        });
        if left.len() == before {
            break;
        }
    }
    let (dots, characters): (Vec<_>, Vec<_>) = left.into_iter().partition(|one| is_dot(one, size));
    let alone = with_nearest(&mut whole, dots, size, FAR);
    whole.extend(characters);
    whole.extend(alone);
    whole
}

fn is_dot(group: &Character, size: f32) -> bool {
    longer(&group.bounds) < SMALL * size
}

/// Gives each dot to the character for which it costs least, and returns those that cost more than `most`.
fn with_nearest(
    whole: &mut [Character],
    dots: Vec<Character>,
    size: f32,
    most: f32,
) -> Vec<Character> {
    let mut alone = Vec::new();
    for dot in dots {
        let cost = |one: &Character| {
            let both = union(one.bounds, dot.bounds);
            let (across, down) = (
                across(&one.bounds, &dot.bounds),
                down(&one.bounds, &dot.bounds),
            );
            let gap = across.max(0.0) + 1.3 * down.max(0.0);
            gap / size.max(1.0) + 2.0 * (longer(&both) / size.max(1.0) - 1.1).max(0.0)
        };
        let mut best = (most, None);
        let mut second = f32::INFINITY;
        for (at, one) in whole.iter().enumerate() {
            let cost = cost(one);
            if cost < best.0 {
                second = second.min(if best.1.is_some() {
                    best.0
                } else {
                    f32::INFINITY
                });
                best = (cost, Some(at));
            } else {
                second = second.min(cost);
            }
        }
        match best.1.and_then(|at| whole.get_mut(at)) {
            Some(one) => {
                one.bounds = union(one.bounds, dot.bounds);
                one.pieces.extend(dot.pieces);
                one.is_sure &= second > best.0 + 0.15;
            }
            None => alone.push(dot),
        }
    }
    alone
}

/// Do the boxes overlap, and along one side for at least half of the smaller one?
fn is_tangled(one: &Bounds, other: &Bounds) -> bool {
    let narrow = (one.right - one.left).min(other.right - other.left) as f32;
    let low = height(one).min(height(other));
    let (across, down) = (across(one, other), down(one, other));
    across < 0.0 && down < 0.0 && (across <= -0.5 * narrow || down <= -0.5 * low)
}

fn height(bounds: &Bounds) -> f32 {
    (bounds.bottom - bounds.top) as f32
}

pub(crate) fn longer(bounds: &Bounds) -> f32 {
    height(bounds).max((bounds.right - bounds.left) as f32)
}

/// Do two pieces make one character by lying above one another, as the dot of an i does?
fn is_stack(one: &Bounds, other: &Bounds, side: f32) -> bool {
    let both = union(*one, *other);
    let narrow = (one.right - one.left).min(other.right - other.left) as f32;
    let (across, down) = (across(one, other), down(one, other));
    if across <= 0.0 && down <= 0.0 {
        // Boxes that only touch at their corners are neighbours.
        let shared = across * down;
        let area = |b: &Bounds| height(b) * (b.right - b.left) as f32;
        return shared >= 0.25 * area(one).min(area(other)) || longer(&both) <= 1.25 * side;
    }
    let flat = height(one).min(height(other)) < 0.4 * side;
    let reach = if flat { 0.3 * side } else { 0.15 * side };
    across <= -0.5 * narrow && down <= reach && height(&both) <= 1.4 * side
}

/// Groups joined where `is_one` says so of their boxes; `reach` is how far apart columns may be.
fn joined(
    mut groups: Vec<Character>,
    reach: f32,
    is_one: &dyn Fn(&Bounds, &Bounds) -> bool,
) -> Vec<Character> {
    groups.sort_by_key(|group| group.bounds.left);
    let mut result: Vec<Character> = Vec::with_capacity(groups.len());
    for group in groups {
        let fits = |one: &&mut Character| {
            group.bounds.left as f32 <= one.bounds.right as f32 + reach
                && is_one(&one.bounds, &group.bounds)
        };
        // The nearest above or below first.
        let gap = |one: &Character| {
            across(&one.bounds, &group.bounds).max(0.0) + down(&one.bounds, &group.bounds).max(0.0)
        };
        let nearest = result
            .iter_mut()
            .filter(fits)
            .min_by(|one, other| gap(one).total_cmp(&gap(other)));
        match nearest {
            Some(one) => {
                one.bounds = union(one.bounds, group.bounds);
                one.pieces.extend(&group.pieces);
            }
            None => result.push(group),
        }
    }
    result
}

/// Up to this gap pieces of a row are one character: between the two kinds of gaps of the page.
fn usual_gap(rows: &[Vec<Character>], size: f32) -> f32 {
    let mut gaps: Vec<f32> = rows
        .iter()
        .flat_map(|row| row.windows(2))
        .filter_map(|two| match two {
            [one, other] => Some(across(&one.bounds, &other.bounds).max(0.0) / size.max(1.0)),
            _ => None,
        })
        .collect();
    gaps.sort_by(f32::total_cmp);
    // The widest step between neighbouring gaps, where characters' parts may lie.
    let steps = gaps.windows(2).filter_map(|two| match two {
        [low, high] if *low < 0.3 && *high > 0.08 => Some((high - low, (low + high) / 2.0)),
        _ => None,
    });
    let best = steps.max_by(|one, other| one.0.total_cmp(&other.0));
    let gap = best
        .filter(|best| best.0 > 0.06)
        .map_or(0.15, |best| best.1);
    gap.clamp(0.05, 0.3) * size
}

/// Rows from the top, each from the left. Rows are followed as they rise; parts of a row that stand beside
/// one another are one.
fn rows(groups: &[Character], size: f32) -> Vec<Vec<Character>> {
    let middle = |group: &Character| {
        let b = group.bounds;
        (
            (b.left + b.right) as f32 / 2.0,
            (b.top + b.bottom) as f32 / 2.0,
        )
    };
    let sharpness = |turn: i32| {
        let slope = (turn as f32).to_radians().tan();
        let mut counts = std::collections::BTreeMap::<i64, u32>::new();
        for (x, y) in groups.iter().map(middle) {
            let place = ((y - x * slope) / (0.3 * size).max(1.0)).floor() as i64;
            *counts.entry(place).or_default() += 2;
            *counts.entry(place + 1).or_default() += 1;
            *counts.entry(place - 1).or_default() += 1;
        }
        let sum: f32 = counts.values().map(|&count| (count as f32).powi(2)).sum();
        // Level unless there is reason.
        sum * (1.0 - 0.01 * turn.abs() as f32)
    };
    let turn = if groups.len() < 4 {
        0
    } else {
        (-TURN..=TURN)
            .max_by(|&one, &other| sharpness(one).total_cmp(&sharpness(other)))
            .unwrap_or(0)
    };
    let slope = (turn as f32).to_radians().tan();
    let mut sorted: Vec<&Character> = groups.iter().collect();
    sorted.sort_by(|one, other| middle(one).0.total_cmp(&middle(other).0));
    // Height above its row's line of the last, the row, and the sum of heights.
    let mut rows: Vec<(f32, f32, Vec<Character>)> = Vec::new();
    for group in sorted {
        let (x, y) = middle(group);
        let level = y - x * slope;
        let off = |row: &(f32, f32, Vec<Character>)| (row.0 - level).abs();
        let nearest = rows
            .iter_mut()
            .filter(|row| off(row) <= 0.6 * size)
            .min_by(|one, other| off(one).total_cmp(&off(other)));
        match nearest {
            Some(row) => {
                row.0 = 0.5 * row.0 + 0.5 * level;
                row.1 += level;
                row.2.push(group.clone());
            }
            None => rows.push((level, level, vec![group.clone()])),
        }
    }
    let mean = |row: &(f32, f32, Vec<Character>)| row.1 / row.2.len().max(1) as f32;
    rows.sort_by(|one, other| mean(one).total_cmp(&mean(other)));
    let level = |one: &Character| {
        let (x, y) = middle(one);
        y - x * slope
    };
    let mut whole: Vec<Vec<Character>> = Vec::with_capacity(rows.len());
    for (_, _, row) in rows {
        let mut both = whole.last().cloned().unwrap_or_default();
        both.extend_from_slice(&row);
        both.sort_by_key(|one| one.bounds.left);
        let is_one = both.windows(2).all(|two| match two {
            [one, other] => {
                across(&one.bounds, &other.bounds) >= 0.0
                    && (level(one) - level(other)).abs() <= STEP * size
            }
            _ => true,
        });
        match whole.last_mut() {
            Some(last) if is_one => *last = both,
            _ => whole.push(row),
        }
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A piece that fills this box's outline: left, top, width, height.
    fn framed([left, top, width, height]: [u16; 4]) -> Piece {
        let places = (0..width).flat_map(|x| (0..height).map(move |y| (x, y)));
        let on_edge = |&(x, y): &(u16, u16)| x < 4 || y < 4 || x + 4 >= width || y + 4 >= height;
        let pixels = places.filter(on_edge).map(|(x, y)| (left + x, top + y));
        Piece::new(pixels.collect()).unwrap_or_else(|| unreachable!("a box has pixels"))
    }

    /// Twelve characters in rows, 200 apart, some of them wider or lower than others, without the sixth.
    fn page() -> Vec<[u16; 4]> {
        let places = (0u16..12).filter(|&at| at != 5);
        let character = |at: u16| {
            let [x, y] = [100 + 200 * (at % 4), 100 + 200 * (at / 4)];
            [x, y, 70 + 7 * (at % 3), 90 - 9 * (at % 4)]
        };
        places.map(character).collect()
    }

    /// How many pieces each character has, in reading order, with these in the sixth's place.
    fn counts(sixth: &[[u16; 4]]) -> Vec<usize> {
        let pieces: Vec<Piece> = page().iter().chain(sixth).map(|&at| framed(at)).collect();
        let found = characters(&pieces);
        found.iter().map(|one| one.pieces.len()).collect()
    }

    fn with_sixth(count: usize) -> Vec<usize> {
        (0..12).map(|at| if at == 5 { count } else { 1 }).collect()
    }

    #[test]
    fn parts_whose_boxes_overlap_are_one_character() {
        let above = [[300, 270, 60, 66], [303, 331, 60, 66]];
        assert_eq!(counts(&above), with_sixth(2));
        let beside = [[290, 300, 68, 60], [352, 295, 60, 55]];
        assert_eq!(counts(&beside), with_sixth(2));
    }

    #[test]
    fn characters_of_rows_that_overlap_stay_apart() {
        let boxes = (0u16..12).map(|at| [100 + 150 * (at % 4), 100 + 95 * (at / 4), 80, 100]);
        let pieces: Vec<Piece> = boxes.map(framed).collect();
        assert_eq!(characters(&pieces).len(), 12);
    }

    #[test]
    fn characters_that_stand_apart_are_not_parts_of_larger_ones() {
        // Of several sizes, in columns as far apart as rows; one has three parts.
        let boxes = [
            [83, 178, 173, 125],
            [352, 189, 116, 106],
            [561, 188, 178, 36],
            [613, 233, 81, 9],
            [566, 247, 176, 31],
            [810, 198, 165, 88],
            [1089, 151, 111, 172],
            [155, 423, 76, 78],
            [390, 434, 82, 58],
            [623, 416, 93, 93],
            [857, 426, 69, 90],
            [1052, 405, 173, 134],
            [158, 632, 112, 99],
            [414, 651, 39, 81],
        ];
        let pieces: Vec<Piece> = boxes.into_iter().map(framed).collect();
        let found = characters(&pieces);
        let parts: Vec<usize> = found.iter().map(|one| one.pieces.len()).collect();
        assert_eq!(parts, [1, 1, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1]);
    }

    #[test]
    fn rows_that_go_on_a_line_higher_are_whole() {
        // As on ruled paper: left, and top in the middle.
        let row = |top: u16| {
            (0u16..10).map(move |at| {
                let top = if at < 5 { top } else { top - 55 };
                [100 + 100 * at, top - 3 * (at % 3), 60, 60]
            })
        };
        let boxes: Vec<[u16; 4]> = row(200).chain(row(310)).collect();
        let pieces: Vec<Piece> = boxes.iter().map(|&at| framed(at)).collect();
        let found = characters(&pieces);
        let order: Vec<u32> = found.iter().flat_map(|one| one.pieces.clone()).collect();
        assert_eq!(order, Vec::from_iter(0..20));
    }

    #[test]
    fn dots_far_from_all_characters_are_one() {
        let dot = |x: u16, y: u16| [x, y, 6, 6];
        let five = [
            dot(300, 290),
            dot(370, 296),
            dot(338, 330),
            dot(296, 366),
            dot(366, 370),
        ];
        assert_eq!(counts(&five), with_sixth(5));
    }

    #[test]
    fn a_dot_goes_to_the_nearest_character_though_it_is_far() {
        let stroke = [330, 290, 6, 65];
        let dot = [331, 387, 6, 6];
        assert_eq!(counts(&[stroke, dot]), with_sixth(2));
    }

    proptest! {
        #[test]
        fn each_piece_is_in_one_character(
            boxes in prop::collection::vec((0u16..900, 0u16..600, 1u16..120, 1u16..120), 1..40),
        ) {
            let pieces: Vec<Piece> =
                boxes.iter().map(|&(x, y, wide, high)| framed([x, y, wide, high])).collect();
            let found = characters(&pieces);
            let mut all: Vec<u32> = found.iter().flat_map(|one| one.pieces.clone()).collect();
            all.sort_unstable();
            prop_assert_eq!(all, (0..pieces.len() as u32).collect::<Vec<_>>());
            for one in found {
                let parts = one.pieces.iter().filter_map(|&at| pieces.get(at as usize));
                prop_assert_eq!(parts.map(|piece| piece.bounds).reduce(union), Some(one.bounds));
            }
        }
    }
}
