//! A skeleton as a graph: lines between ends and junctions.
//!
//! Knows how wide the ink was at each node. Refuses to know pens.

use super::{Pixel, Place, STEPS, distance, has_ink, length, step};
use crate::Bitmap;
use crate::bitmap::SIDE;
use crate::ink::{NOMINAL_PRESSURE, Pen};

/// A line from a junction to a loose end is a spur, what a thick line's end or corner leaves of a skeleton, where its
/// ink reaches no farther than so many times half the ink's width at the junction. A square corner is the square root
/// of 2 away.
const SPUR: f32 = 1.5;

/// Pixels by which the width of ink is uncertain.
const PIXEL: f32 = 0.5;

/// Two junctions are one crossing where they are nearer than so many times half the line's width.
const CROSSING: f32 = 1.5;

/// A loop around paper is longer than so many times half its line's width: at least twice pi.
const LOOP: f32 = 4.0;

/// Two lines go on in each other at a junction where the cosine of their angle is less than this: 120 degrees.
const STRAIGHT: f32 = -0.5;

/// Where lines meet, or one ends.
struct Node {
    place: Place,
    /// Half the width of the ink there.
    radius: f32,
    /// Is it part of another one now, or left out?
    is_gone: bool,
}

/// A line between two nodes. Its first and last place are theirs.
struct Edge {
    nodes: [usize; 2],
    places: Vec<Place>,
}

/// Lines that go on in each other.
pub(super) struct Walk {
    pub(super) places: Vec<Place>,
    /// How much farther than either end the ink reached than Omniglot's pen does.
    pub(super) reach: [f32; 2],
}

/// A skeleton's lines.
pub(super) struct Graph {
    nodes: Vec<Node>,
    edges: Vec<Edge>,
}

/// The neighbours that a pixel of a skeleton is joined to: a diagonal one only where no way by the sides leads there.
fn joined(skeleton: &Bitmap, pixel: Pixel) -> impl Iterator<Item = Pixel> + '_ {
    let is_joined = move |&by: &(isize, isize)| {
        let (down, right) = by;
        let by_side = down != 0
            && right != 0
            && [(down, 0), (0, right)]
                .iter()
                .any(|&by| has_ink(skeleton, step(pixel, by)));
        has_ink(skeleton, step(pixel, by)) && !by_side
    };
    let steps = STEPS.into_iter().filter(is_joined);
    steps.map(move |by| step(pixel, by))
}

fn place((row, column): Pixel) -> Place {
    [column as f32, row as f32]
}

impl Graph {
    /// The graph of a skeleton; `radius` tells half the width of the ink around a pixel of it.
    pub(super) fn new(skeleton: &Bitmap, radius: impl Fn(Pixel) -> f32) -> Self {
        let mut graph = Self {
            nodes: Vec::new(),
            edges: Vec::new(),
        };
        let index = |(row, column): Pixel| row * SIDE + column;
        let mut node_at = vec![None; SIDE * SIDE];
        let mut seen = vec![false; SIDE * SIDE];
        let is_inside = |pixel: Pixel| joined(skeleton, pixel).count() == 2;
        let add = |graph: &mut Self, node_at: &mut Vec<Option<usize>>, pixel: Pixel| {
            node_at[index(pixel)] = Some(graph.nodes.len());
            graph.nodes.push(Node {
                place: place(pixel),
                radius: radius(pixel),
                is_gone: false,
            });
        };
        for pixel in skeleton.ink().filter(|&pixel| !is_inside(pixel)) {
            add(&mut graph, &mut node_at, pixel);
            seen[index(pixel)] = true;
        }
        for start in skeleton.ink().filter(|&pixel| !is_inside(pixel)) {
            for next in joined(skeleton, start) {
                graph.trace(skeleton, &node_at, &mut seen, [start, next]);
            }
        }
        // What is left are rings without a junction.
        for start in skeleton.ink() {
            if seen[index(start)] {
                continue;
            }
            add(&mut graph, &mut node_at, start);
            seen[index(start)] = true;
            if let Some(next) = joined(skeleton, start).next() {
                graph.trace(skeleton, &node_at, &mut seen, [start, next]);
            }
        }
        graph
    }

    /// Adds the line that begins with these two pixels, the first a node, unless it is there already.
    fn trace(
        &mut self,
        skeleton: &Bitmap,
        node_at: &[Option<usize>],
        seen: &mut [bool],
        [start, next]: [Pixel; 2],
    ) {
        let index = |(row, column): Pixel| row * SIDE + column;
        let Some(first) = node_at[index(start)] else {
            return;
        };
        let (mut before, mut at) = (start, next);
        let mut places = vec![place(start)];
        loop {
            places.push(place(at));
            if let Some(last) = node_at[index(at)] {
                // Two nodes beside each other find their line from both sides.
                if places.len() > 2 || first < last {
                    self.edges.push(Edge {
                        nodes: [first, last],
                        places,
                    });
                }
                return;
            }
            if seen[index(at)] {
                return;
            }
            seen[index(at)] = true;
            let Some(on) = joined(skeleton, at).find(|&on| on != before) else {
                return;
            };
            (before, at) = (at, on);
        }
    }

    /// Leaves out what comes of the width of lines: crossings become one node, and spurs go.
    pub(super) fn tidy(&mut self) {
        while self.merge_crossing() {}
        let nodes = &self.nodes;
        self.edges.retain(|edge| {
            let [first, last] = edge.nodes;
            first != last || length(&edge.places) >= LOOP * nodes[first].radius
        });
        while self.drop_spurs() {}
    }

    /// Ends of lines at a node; both of a loop's.
    fn degree(&self, node: usize) -> usize {
        let ends = self.edges.iter().flat_map(|edge| edge.nodes);
        ends.filter(|&end| end == node).count()
    }

    /// Makes the nearest two junctions one, if they are one crossing; false where none are.
    fn merge_crossing(&mut self) -> bool {
        let short = self.edges.iter().enumerate().filter_map(|(at, edge)| {
            let [first, last] = edge.nodes;
            let length = length(&edge.places);
            let is_crossing = first != last
                && length < CROSSING * self.nodes[first].radius.max(self.nodes[last].radius)
                && edge.nodes.iter().all(|&node| self.degree(node) > 2);
            is_crossing.then_some((at, length))
        });
        let Some((at, _)) = short.min_by(|a, b| a.1.total_cmp(&b.1)) else {
            return false;
        };
        let [kept, gone] = self.edges.swap_remove(at).nodes;
        let [a, b] = [kept, gone].map(|node| self.nodes[node].place);
        let place = [(a[0] + b[0]) / 2.0, (a[1] + b[1]) / 2.0];
        self.nodes[kept] = Node {
            place,
            radius: self.nodes[kept].radius.max(self.nodes[gone].radius),
            is_gone: false,
        };
        self.nodes[gone].is_gone = true;
        for edge in &mut self.edges {
            let ends = [0, edge.places.len() - 1];
            for (node, end) in edge.nodes.iter_mut().zip(ends) {
                if [kept, gone].contains(node) {
                    *node = kept;
                    edge.places[end] = place;
                }
            }
        }
        true
    }

    /// Drops all spurs of a junction, at which a thick line may end in two; false where there are none.
    fn drop_spurs(&mut self) -> bool {
        let spur = |edge: &Edge| {
            let [first, last] = edge.nodes;
            let [junction, end] = match (self.degree(first), self.degree(last)) {
                (1, 3..) => [last, first],
                (3.., 1) => [first, last],
                _ => return None,
            };
            let [of, tip] = [junction, end].map(|node| &self.nodes[node]);
            let reach = distance(of.place, tip.place) + tip.radius;
            (reach < SPUR * of.radius + PIXEL).then_some([junction, end])
        };
        let spurs: Vec<Option<[usize; 2]>> = self.edges.iter().map(spur).collect();
        let Some([chosen, _]) = spurs.iter().copied().flatten().next() else {
            return false;
        };
        let mut spurs = spurs.into_iter();
        let nodes = &mut self.nodes;
        self.edges.retain(|_| match spurs.next().flatten() {
            Some([junction, end]) if junction == chosen => {
                nodes[end].is_gone = true;
                false
            }
            _ => true,
        });
        true
    }

    /// The way in which a line leaves a node, as a unit vector.
    fn direction(&self, edge: usize, end: usize) -> Place {
        let edge = &self.edges[edge];
        let radius = self.nodes[edge.nodes[end]].radius;
        let mut places: Vec<Place> = edge.places.clone();
        if end == 1 {
            places.reverse();
        }
        let from = places[0];
        // What is nearer is bent by the other lines.
        let far = places
            .iter()
            .find(|&&place| distance(from, place) >= 2.0 * radius + 1.0);
        let to = far.or(places.last()).copied().unwrap_or(from);
        let away = distance(from, to).max(f32::MIN_POSITIVE);
        [(to[0] - from[0]) / away, (to[1] - from[1]) / away]
    }

    /// Which end of a line goes on in which other, for each end of each line.
    fn partners(&self) -> Vec<[Option<(usize, usize)>; 2]> {
        let mut partners = vec![[None; 2]; self.edges.len()];
        for node in 0..self.nodes.len() {
            let ends: Vec<(usize, usize)> = (0..self.edges.len())
                .flat_map(|edge| [(edge, 0), (edge, 1)])
                .filter(|&(edge, end)| self.edges[edge].nodes[end] == node)
                .collect();
            let mut pairs = Vec::new();
            for (at, &one) in ends.iter().enumerate() {
                for &other in &ends[at + 1..] {
                    let [a, b] = [one, other].map(|(edge, end)| self.direction(edge, end));
                    pairs.push((a[0] * b[0] + a[1] * b[1], one, other));
                }
            }
            pairs.sort_by(|a, b| a.0.total_cmp(&b.0));
            for (cosine, one, other) in pairs {
                let is_free = |(edge, end): (usize, usize)| partners[edge][end].is_none();
                // Two lines are one, around whatever corner.
                if is_free(one) && is_free(other) && (cosine < STRAIGHT || ends.len() == 2) {
                    partners[one.0][one.1] = Some(other);
                    partners[other.0][other.1] = Some(one);
                }
            }
        }
        partners
    }

    /// All lines, each as long as it goes on in others; a node without lines as a single place.
    pub(super) fn walks(&self) -> Vec<Walk> {
        let partners = self.partners();
        let mut walked = vec![false; self.edges.len()];
        let mut walks = Vec::new();
        // From loose ends first, then around what is left.
        for loose in [true, false] {
            for edge in 0..self.edges.len() {
                for end in [0, 1] {
                    if !walked[edge] && (!loose || partners[edge][end].is_none()) {
                        walks.push(self.walk(&partners, &mut walked, (edge, end)));
                    }
                }
            }
        }
        for (at, node) in self.nodes.iter().enumerate() {
            if !node.is_gone && self.degree(at) == 0 {
                walks.push(Walk {
                    places: vec![node.place],
                    reach: [0.0; 2],
                });
            }
        }
        walks
    }

    /// From this end of a line on.
    fn walk(
        &self,
        partners: &[[Option<(usize, usize)>; 2]],
        walked: &mut [bool],
        (mut edge, mut end): (usize, usize),
    ) -> Walk {
        let reach = |node: usize| {
            let more = self.nodes[node].radius - Pen::OMNIGLOT.radius(NOMINAL_PRESSURE);
            if self.degree(node) == 1 {
                more.max(0.0)
            } else {
                0.0
            }
        };
        let start = reach(self.edges[edge].nodes[end]);
        let mut places: Vec<Place> = Vec::new();
        loop {
            walked[edge] = true;
            let Edge { nodes, places: new } = &self.edges[edge];
            // A node is the last place of one line and the first of the next.
            let known = usize::from(!places.is_empty());
            if end == 0 {
                places.extend(new.iter().skip(known));
            } else {
                places.extend(new.iter().rev().skip(known));
            }
            let far = 1 - end;
            match partners[edge][far].filter(|next| !walked[next.0]) {
                Some(next) => (edge, end) = next,
                None => {
                    let reach = [start, reach(nodes[far])];
                    return Walk { places, reach };
                }
            }
        }
    }
}
