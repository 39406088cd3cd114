//! The map of embeddings as a picture: where on a sheet each point is drawn, and how large.
//!
//! Both axes have one scale, so that distances on the picture are those on the map, and the scale is
//! the support set's: a drawing moves on a picture that stays. Knows no classes and no document.

use twinglyph_core::protocol::EmbeddingMap;

use crate::words::words;

/// Width of the picture, in its own units.
pub(crate) const WIDTH: f32 = 1000.0;

/// Least and greatest height: a map that hardly differs in its second axis is still room for glyphs
/// beside each other.
const HEIGHTS: [f32; 2] = [560.0, 1000.0];

/// Least and greatest side of a glyph. The least is 19 pixels where the picture has the 288 of a
/// window of 320.
const GLYPHS: [f32; 2] = [66.0, 96.0];

/// The part of the picture that glyphs may fill if none lies on another: at a fifth few do.
const FILLED: f32 = 0.2;

/// Most glyphs that are moved apart: more would have no room.
const MOST_APART: usize = 120;

/// Rounds of moving at most: where there is no room it would never end.
const ROUNDS: usize = 100;

/// Where everything is drawn.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Scatter {
    /// Height of the picture; its width is [`WIDTH`].
    pub(crate) height: f32,
    /// Side of a glyph.
    pub(crate) glyph: f32,
    /// Where each class is, in the order of the support set.
    pub(crate) points: Vec<[f32; 2]>,
    /// Centre of its glyph: beside its place where others are too near to be read.
    pub(crate) labels: Vec<[f32; 2]>,
    /// Centre of the drawing's.
    pub(crate) query: Option<[f32; 2]>,
    /// Does the drawing lie beyond the picture? It is drawn at its edge then.
    pub(crate) beyond: bool,
}

impl Scatter {
    /// The picture of a map.
    #[must_use]
    pub(crate) fn of(map: &EmbeddingMap) -> Self {
        let bounds = |axis: usize| {
            let values = map.points.iter().map(|point| point[axis]);
            values.fold(
                (f32::INFINITY, f32::NEG_INFINITY),
                |(least, most), value| (least.min(value), most.max(value)),
            )
        };
        let (across, up) = (bounds(0), bounds(1));
        let span = |(least, most): (f32, f32)| (most - least).max(0.0);
        let middle = |(least, most): (f32, f32)| {
            if least <= most {
                (least + most) / 2.0
            } else {
                0.0
            }
        };
        let ratio = if span(across) > 0.0 {
            span(up) / span(across)
        } else {
            0.0
        };
        let height = (WIDTH * ratio).clamp(HEIGHTS[0], HEIGHTS[1]);
        let count = map.points.len().max(1) as f32;
        let glyph = (WIDTH * height * FILLED / count).sqrt();
        let glyph = glyph.clamp(GLYPHS[0], GLYPHS[1]);
        // A glyph's room at each edge for those at the ends, and as much for a drawing beyond them.
        let room = |side: f32| side - 3.0 * glyph;
        let scale = [(room(WIDTH), span(across)), (room(height), span(up))]
            .into_iter()
            .filter(|(_, span)| *span > 0.0)
            .map(|(room, span)| room / span)
            .fold(f32::INFINITY, f32::min);
        let scale = if scale.is_finite() { scale } else { 0.0 };
        let place = |[x, y]: [f32; 2]| {
            [
                WIDTH / 2.0 + (x - middle(across)) * scale,
                // Up on the map is up on the picture.
                height / 2.0 - (y - middle(up)) * scale,
            ]
        };
        let points: Vec<[f32; 2]> = map.points.iter().copied().map(place).collect();
        let edge = glyph * 0.75;
        let wish = map.query.map(place);
        let query = wish.map(|[x, y]| [x.clamp(edge, WIDTH - edge), y.clamp(edge, height - edge)]);
        Self {
            height,
            glyph,
            labels: apart(&points, glyph, height),
            points,
            beyond: wish != query,
            query,
        }
    }
}

/// These places, moved from each other until none is nearer than a glyph to another, as far as there
/// is room. It depends on nothing else, so glyphs stay while somebody draws.
fn apart(places: &[[f32; 2]], glyph: f32, height: f32) -> Vec<[f32; 2]> {
    let mut moved = places.to_vec();
    if places.len() > MOST_APART {
        return moved;
    }
    let edge = glyph / 2.0;
    for _ in 0..ROUNDS {
        let mut still = true;
        for at in 1..moved.len() {
            let (before, rest) = moved.split_at_mut(at);
            let Some(one) = rest.first_mut() else { break };
            for (number, other) in before.iter_mut().enumerate() {
                let mut way = [one[0] - other[0], one[1] - other[1]];
                let mut far = (way[0] * way[0] + way[1] * way[1]).sqrt();
                if far >= glyph {
                    continue;
                }
                still = false;
                if far < 1e-3 {
                    // Of two on one place one goes up, or down.
                    way = [0.0, if number % 2 == 0 { 1.0 } else { -1.0 }];
                    far = 1.0;
                }
                let step = (glyph - far.min(glyph)).max(1.0) / 2.0 / far;
                for axis in 0..2 {
                    one[axis] += way[axis] * step;
                    other[axis] -= way[axis] * step;
                }
            }
        }
        for [x, y] in &mut moved {
            *x = x.clamp(edge, WIDTH - edge);
            *y = y.clamp(edge, height - edge);
        }
        if still {
            break;
        }
    }
    moved
}

/// The parts of the variance that the axes show, in words: each, and both.
#[must_use]
pub(crate) fn kept(shares: [f32; 2]) -> String {
    let [across, up] = shares.map(|share| share * 100.0);
    words().explain.kept(across + up, across, up)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn map(points: Vec<[f32; 2]>, query: Option<[f32; 2]>) -> EmbeddingMap {
        EmbeddingMap {
            points,
            query,
            shares: [0.4, 0.2],
            components: 256,
            views: 8,
            alike: Vec::new(),
        }
    }

    #[test]
    fn one_scale_holds_for_both_axes_and_up_is_up() {
        let scatter = Scatter::of(&map(vec![[0.0, 0.0], [4.0, 0.0], [0.0, 2.0]], None));
        let [origin, right, above] = [scatter.points[0], scatter.points[1], scatter.points[2]];
        assert!((right[0] - origin[0] - 2.0 * (origin[1] - above[1])).abs() < 1e-3);
        assert!(above[1] < origin[1] && right[0] > origin[0]);
    }

    #[test]
    fn a_drawing_moves_on_a_picture_that_stays_and_never_leaves_it() {
        let points = vec![[0.0, 0.0], [4.0, 0.0], [0.0, 2.0]];
        let still = Scatter::of(&map(points.clone(), None));
        let inside = Scatter::of(&map(points.clone(), Some([4.0, 0.0])));
        assert_eq!(
            (&inside.points, inside.query),
            (&still.points, Some(still.points[1]))
        );
        assert!(!inside.beyond);
        let outside = Scatter::of(&map(points, Some([400.0, 0.0])));
        assert_eq!(outside.points, still.points);
        assert!(outside.beyond && outside.query.unwrap()[0] < WIDTH);
    }

    #[test]
    fn few_points_lie_in_the_middle() {
        assert!(
            Scatter::of(&map(vec![], Some([1.0, 1.0])))
                .points
                .is_empty()
        );
        let one = Scatter::of(&map(vec![[3.0, 3.0]], Some([9.0, 9.0])));
        assert_eq!(one.points, [[WIDTH / 2.0, one.height / 2.0]]);
        assert_eq!(one.query, Some(one.points[0]));
    }

    #[test]
    fn glyphs_on_one_place_are_moved_apart_and_others_stay() {
        let mut points = vec![[0.0, 0.0]; 5];
        points.extend([[10.0, 0.0], [10.0, 9.0]]);
        let scatter = Scatter::of(&map(points, None));
        for (at, one) in scatter.labels.iter().enumerate() {
            for other in &scatter.labels[..at] {
                let far = (one[0] - other[0]).hypot(one[1] - other[1]);
                assert!(far > scatter.glyph * 0.9, "{far}");
            }
        }
        assert_eq!(scatter.labels[5..], scatter.points[5..]);
        assert!(
            scatter.points[..5]
                .iter()
                .all(|point| *point == scatter.points[0])
        );
    }

    #[test]
    fn the_shares_are_told_in_percent() {
        assert!(kept([0.312, 0.148]).contains("46 %"));
    }

    proptest! {
        #[test]
        fn every_glyph_is_whole(
            points in prop::collection::vec(prop::array::uniform2(-1e6f32..1e6), 1..200),
            query in prop::array::uniform2(-1e7f32..1e7),
        ) {
            let scatter = Scatter::of(&map(points, Some(query)));
            let half = scatter.glyph / 2.0;
            for [x, y] in scatter.points.iter().chain(&scatter.labels).chain(&scatter.query) {
                prop_assert!((half..=WIDTH - half).contains(x), "{x}");
                prop_assert!((half..=scatter.height - half).contains(y), "{y}");
            }
        }
    }
}
