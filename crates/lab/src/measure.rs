//! Measuring a network: trials and verification pairs over drawings that are embedded once.
//!
//! Knows where a drawing is by its [`DrawingRef`]; refuses to know files and how results are shown.

use std::collections::BTreeMap;

use twinglyph_core::runs;
use twinglyph_core::score::best;
use twinglyph_core::trial::{DrawingRef, Pair, Trial};
use twinglyph_core::{Alphabet, Views};
use twinglyph_nn::Values;
use twinglyph_nn::backend::DeviceError;

use crate::network::Network;

/// Images embedded at once: bounds memory.
const BATCH: usize = 64;

/// Why something can't be measured.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum MeasureError {
    /// A drawing that the alphabets don't have.
    #[error("a drawing of the task is not in the alphabets: {0}")]
    Drawing(String),
    /// The device did not give its numbers.
    #[error("the device gave no scores: {0}")]
    Device(DeviceError),
}

/// Embeddings of many drawings.
pub(crate) struct Gallery<'a> {
    network: &'a Network,
    embedding: Values,
    places: BTreeMap<DrawingRef, usize>,
}

impl<'a> Gallery<'a> {
    /// Embeds every drawing once, by these views; `progress` hears how many are done, and of how many.
    ///
    /// # Errors
    /// When there is no drawing, one is not in the alphabets, or the device does not give its numbers.
    pub(crate) fn embed(
        (network, views): (&'a Network, Views),
        alphabets: &[Alphabet],
        drawings: impl IntoIterator<Item = DrawingRef>,
        mut progress: impl FnMut(usize, usize),
    ) -> Result<Self, MeasureError> {
        let go_on = |done, total| {
            progress(done, total);
            true
        };
        let gallery = Self::embed_while((network, views), alphabets, drawings, go_on)?;
        gallery.ok_or_else(|| MeasureError::Drawing("there is none".to_owned()))
    }

    /// As [`Gallery::embed`], as long as `go_on` says so after each batch; `None` when it did not.
    ///
    /// # Errors
    /// As [`Gallery::embed`].
    pub(crate) fn embed_while(
        (network, views): (&'a Network, Views),
        alphabets: &[Alphabet],
        drawings: impl IntoIterator<Item = DrawingRef>,
        mut go_on: impl FnMut(usize, usize) -> bool,
    ) -> Result<Option<Self>, MeasureError> {
        let mut places: BTreeMap<DrawingRef, usize> =
            drawings.into_iter().map(|drawing| (drawing, 0)).collect();
        for (place, index) in places.values_mut().zip(0..) {
            *place = index;
        }
        let bitmaps = places
            .keys()
            .map(|at| {
                at.of(alphabets)
                    .ok_or_else(|| MeasureError::Drawing(format!("{at:?}")))
            })
            .collect::<Result<Vec<_>, _>>()?;
        let at_once = BATCH / views.count();
        let mut parts = Vec::with_capacity(bitmaps.len().div_ceil(at_once));
        for batch in bitmaps.chunks(at_once) {
            let part = network.embed(batch.iter().copied(), views);
            parts.push(part.map_err(MeasureError::Device)?);
            let done = ((parts.len() - 1) * at_once) + batch.len();
            if !go_on(done, bitmaps.len()) {
                return Ok(None);
            }
        }
        let embedding = Values::concat(&parts)
            .ok_or_else(|| MeasureError::Drawing("there is none".to_owned()))?;
        Ok(Some(Self {
            network,
            embedding,
            places,
        }))
    }

    /// The embeddings of these drawings, in their order.
    ///
    /// # Errors
    /// When one was not embedded.
    pub(crate) fn select(&self, drawings: &[DrawingRef]) -> Result<Values, MeasureError> {
        let places = drawings
            .iter()
            .map(|at| self.places.get(at).copied())
            .collect::<Option<Vec<_>>>()
            .ok_or_else(|| MeasureError::Drawing(format!("{drawings:?}")))?;
        let selected = self.embedding.select(places);
        selected.ok_or_else(|| MeasureError::Drawing(format!("{drawings:?}")))
    }

    /// Scores of each query with each support drawing, query by query.
    ///
    /// # Errors
    /// When a drawing was not embedded.
    pub(crate) fn scores(
        &self,
        queries: &[DrawingRef],
        support: &[DrawingRef],
    ) -> Result<Vec<Vec<f32>>, MeasureError> {
        let (queries, of) = (self.select(queries)?, self.select(support)?);
        let scores = self.network.twin().scores(&queries, &of);
        Ok(scores
            .chunks_exact(support.len().max(1))
            .map(<[f32]>::to_vec)
            .collect())
    }

    /// The network's choice in a trial: the index of the highest score, the first of equals.
    ///
    /// # Errors
    /// As [`Gallery::scores`].
    pub(crate) fn choose(&self, trial: &Trial) -> Result<usize, MeasureError> {
        let scores = self.scores(&[trial.query], &trial.support)?;
        Ok(scores.first().map_or(0, |scores| best(scores)))
    }

    /// The scores of verification pairs.
    ///
    /// # Errors
    /// As [`Gallery::scores`].
    pub(crate) fn verify(&self, pairs: &[Pair]) -> Result<Vec<f32>, MeasureError> {
        let mut scores = Vec::with_capacity(pairs.len());
        for pair in pairs {
            let score = self.scores(&[pair.first], &[pair.second])?;
            scores.extend(score.into_iter().flatten());
        }
        Ok(scores)
    }
}

/// The official 400 trials over these alphabets.
///
/// # Errors
/// When the alphabets are not those of the evaluation set.
pub(crate) fn official_trials(alphabets: &[Alphabet]) -> Result<Vec<Trial>, MeasureError> {
    let find = |drawing: &runs::DrawingRef| {
        let alphabet = alphabets
            .iter()
            .position(|alphabet| alphabet.name() == drawing.alphabet);
        alphabet
            .map(|alphabet| DrawingRef {
                alphabet,
                character: drawing.character.into(),
                drawer: drawing.drawer.into(),
            })
            .ok_or_else(|| MeasureError::Drawing(format!("{drawing:?}")))
    };
    let mut trials = Vec::with_capacity(400);
    for run in runs::official() {
        let support = run
            .support
            .iter()
            .map(find)
            .collect::<Result<Vec<_>, _>>()?;
        for query in &run.queries {
            trials.push(Trial {
                support: support.clone(),
                query: find(&query.drawing)?,
                answer: query.answer,
            });
        }
    }
    Ok(trials)
}
