//! What decides between two close candidates, from the reports of the drawing with the examples of each.
//!
//! Knows numbers of patches and places; refuses to know drawings and colours.

use twinglyph_core::protocol::PairReport;

use super::heatmap::{Heatmap, of_patches, of_places};

/// Heatmaps above zero where the ink speaks for the first candidate, below it where it speaks for the second.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct CloseCall {
    /// Of the drawing: hiding the ink makes this candidate less alike than the other, in the mean of its examples.
    pub(crate) drawing: Heatmap,
    /// Of each candidate's first example: what has no counterpart in the drawing. None of a network that does not match
    /// locally.
    pub(crate) examples: Option<[Heatmap; 2]>,
}

impl CloseCall {
    /// From the reports of the drawing with the examples of the first candidate, so many, and then with those of the
    /// second; `None` where one has no example.
    pub(crate) fn of(pairs: &[PairReport], firsts: usize) -> Option<Self> {
        let (first, second) = pairs.split_at_checked(firsts)?;
        let (one, other) = (first.first()?, second.first()?);
        let decides: Vec<f32> = falls(first)
            .zip(falls(second))
            .map(|(first, second)| first - second)
            .collect();
        let side = one.input_side as usize;
        let examples = missing([one, other]).map(|missing| {
            let most = missing.iter().flatten().copied().fold(0.0, f32::max);
            [0, 1].map(|at| {
                // What the drawing lacks of one speaks for the other.
                let sign = if at == 0 { -1.0 } else { 1.0 };
                let of_both: Vec<f32> = missing[at].iter().map(|lost| sign * lost).collect();
                of_places(&of_both, side).scaled_to(most)
            })
        });
        Some(Self {
            drawing: of_patches(&decides, side, one.patch as usize, one.stride as usize),
            examples,
        })
    }
}

/// How the mean score with these examples falls, patch by patch.
fn falls(pairs: &[PairReport]) -> impl Iterator<Item = f32> {
    let patches = pairs.iter().map(|pair| pair.occlusion.len()).min();
    (0..patches.unwrap_or(0)).map(move |at| {
        let sum: f32 = pairs.iter().map(|pair| pair.occlusion[at]).sum();
        sum / pairs.len() as f32
    })
}

/// How much worse than the mean place of both examples each of their places fits; 0 for better ones. `None` of a network
/// that does not match locally.
fn missing(pairs: [&PairReport; 2]) -> Option<[Vec<f32>; 2]> {
    let [one, other] = pairs.map(|pair| pair.local.as_ref().map(|(_, example)| example));
    let terms = [one?, other?];
    let count: usize = terms.iter().map(|terms| terms.len()).sum();
    let mean = terms.iter().copied().flatten().sum::<f32>() / count.max(1) as f32;
    Some(terms.map(|terms| terms.iter().map(|term| (mean - term).max(0.0)).collect()))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// A report over an input of 4 pixels in patches and places of 2.
    fn pair(occlusion: [f32; 4], local: Option<([f32; 4], [f32; 4])>) -> PairReport {
        PairReport {
            score: 0.0,
            similarity: 0.5,
            views: 1,
            bias: 0.0,
            global: Vec::new(),
            local: local.map(|(query, other)| (query.to_vec(), other.to_vec())),
            occlusion: occlusion.to_vec(),
            input_side: 4,
            patch: 2,
            stride: 2,
        }
    }

    /// The corners of a heatmap of 4 pixels, row by row.
    fn corners(of: &Heatmap) -> [f32; 4] {
        [0, 3, 12, 15].map(|at| of.values[at])
    }

    #[test]
    fn ink_speaks_for_whom_its_absence_costs_more() {
        let call = CloseCall::of(
            &[
                pair([3.0, 1.0, 0.0, 1.0], None),
                pair([1.0, 1.0, 4.0, 0.0], None),
            ],
            1,
        );
        let call = call.unwrap();
        assert_eq!(corners(&call.drawing), [0.5, 0.0, -1.0, 0.25]);
        assert_eq!(call.examples, None);
    }

    #[test]
    fn all_examples_of_a_candidate_count_alike() {
        let one = [pair([3.0, 1.0, 0.0, 1.0], None), pair([1.0; 4], None)];
        let mean = pair([2.0, 1.0, 0.5, 1.0], None);
        let other = pair([0.0, 0.0, 4.0, 0.0], None);
        assert_eq!(
            CloseCall::of(&[one[0].clone(), one[1].clone(), other.clone()], 2),
            CloseCall::of(&[mean, other], 1)
        );
    }

    #[test]
    fn what_a_drawing_lacks_of_one_speaks_for_the_other() {
        let fits = [-1.0; 4];
        let call = CloseCall::of(
            &[
                pair([0.0; 4], Some((fits, [-1.0, -4.0, -1.0, -1.0]))),
                pair([0.0; 4], Some((fits, [-1.0, -1.0, -6.0, -1.0]))),
            ],
            1,
        );
        let call = call.unwrap();
        let [first, second] = call.examples.unwrap();
        assert_eq!(corners(&first), [0.0, -0.5, 0.0, 0.0]);
        assert_eq!(corners(&second), [0.0, 0.0, 1.0, 0.0]);
        assert_eq!(corners(&call.drawing), [0.0; 4]);
    }

    #[test]
    fn it_takes_two() {
        let one = pair([0.0; 4], None);
        let both = [one.clone(), one];
        for (pairs, firsts) in [
            (&both[..0], 0),
            (&both[..1], 1),
            (&both, 0),
            (&both, 2),
            (&both, 3),
        ] {
            assert_eq!(CloseCall::of(pairs, firsts), None, "{firsts}");
        }
    }
}
