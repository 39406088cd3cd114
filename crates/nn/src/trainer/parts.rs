//! Parts of a batch: which images are whose, and their activations.

use core::mem;
use core::ops::Range;

use serde::{Deserialize, Serialize};

use crate::activations::{Activations, Embeddings};
use crate::kernels::Precision;
use crate::network::Network;
use crate::norm;
use crate::optimizer::AT_ONCE;
use crate::par::*;
use crate::spec::{LOCAL, Planned};

use super::round::{Found, Round, RoundError};

/// The parts of a batch that one worker computes. A batch is cut into parts of almost as many images each, even
/// numbers of them, in the order of the images.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    /// Images of the whole batch, an even number.
    pub batch: usize,
    /// Parts that the batch is cut into, at most half as many.
    pub parts: usize,
    /// Which of them.
    pub own: Range<usize>,
}

impl Share {
    /// A batch cut into so many parts, among so many workers: the trainer, which has the first parts, and replicas with
    /// one each.
    #[must_use]
    pub fn among(batch: usize, parts: usize, workers: usize) -> Vec<Self> {
        let parts = parts.clamp(1, (batch / 2).max(1));
        let replicas = workers.clamp(1, parts) - 1;
        let share = |own| Self { batch, parts, own };
        let others = (parts - replicas..parts).map(|part| share(part..part + 1));
        core::iter::once(share(0..parts - replicas))
            .chain(others)
            .collect()
    }

    /// Where the images of these parts lie among the batch's.
    #[must_use]
    pub fn images(&self) -> Range<usize> {
        self.start(self.own.start)..self.start(self.own.end)
    }

    fn start(&self, part: usize) -> usize {
        self.batch / 2 * part / self.parts.max(1) * 2
    }

    fn is_possible(&self) -> bool {
        self.batch.is_multiple_of(2)
            && (1..=self.batch / 2).contains(&self.parts)
            && !self.own.is_empty()
            && self.own.end <= self.parts
    }
}

/// A part of a batch.
struct Part {
    activations: Activations,
    /// The part's gradient, as the parameters lie; of the only part of a batch all but the dense layer's weights, whose
    /// gradient its activations hand out instead.
    gradient: Vec<f32>,
}

impl Part {
    /// Memory for the part of this number.
    fn new(network: &Network, precision: Precision, share: &Share, part: usize) -> Self {
        let images = share.start(part + 1) - share.start(part);
        let gradient = match share.parts {
            1 => network.tensors.dense.start,
            _ => network.parameters.len(),
        };
        Self {
            activations: Activations::new(&network.plan, precision, images, true),
            gradient: vec![0.0; gradient],
        }
    }
}

/// The parts of a batch that one worker computes, one after the other.
pub(super) struct Parts {
    precision: Precision,
    share: Share,
    parts: Vec<Part>,
    /// Memory for the parts behind them, which others compute now and this worker did before.
    spare: Vec<Part>,
    /// The layer whose weights' gradient is still to be computed: no other worker waits for it.
    behind: Option<usize>,
}

impl Parts {
    pub(super) fn new(precision: Precision) -> Self {
        Self {
            precision,
            share: Share::default(),
            parts: Vec::new(),
            spare: Vec::new(),
            behind: None,
        }
    }

    /// Takes the images of a share of a batch.
    ///
    /// # Errors
    /// When there are not as many, or the batch can't be cut so.
    pub(super) fn begin(
        &mut self,
        network: &Network,
        share: Share,
        images: &[f32],
    ) -> Result<(), RoundError> {
        let pixels = network.plan.pixels();
        if !share.is_possible() || images.len() != share.images().len() * pixels {
            return Err(RoundError::Share);
        }
        let begins = |share: &Share| (share.batch, share.parts, share.own.start);
        if begins(&self.share) != begins(&share) {
            // What is of another size goes before memory for this one comes.
            self.parts.clear();
            self.spare.clear();
        }
        if self.parts.len() > share.own.len() {
            let rest = self.parts.split_off(share.own.len());
            self.spare.splice(0..0, rest);
        }
        for part in share.own.start + self.parts.len()..share.own.end {
            let part = match self.spare.is_empty() {
                true => Part::new(network, self.precision, &share, part),
                false => self.spare.remove(0),
            };
            self.parts.push(part);
        }
        self.share = share;
        self.behind = None;
        let mut rest = images;
        for part in &mut self.parts {
            let (own, others) = rest.split_at(part.activations.images() * pixels);
            part.activations.begin(network, own);
            rest = others;
        }
        Ok(())
    }

    /// Does what a round asks of these parts.
    ///
    /// # Errors
    /// When it does not fit the network and the batch.
    pub(super) fn round(&mut self, network: &Network, round: &Round) -> Result<Found, RoundError> {
        let layers = network.plan.layers.len();
        if self.parts.is_empty() {
            return Err(RoundError::Share);
        }
        self.catch_up(network);
        match round {
            Round::Forward { layer, totals } => {
                let layer = *layer as usize;
                if let Some(before) = layer.checked_sub(1) {
                    Self::check(network, before, totals, |layer| layer.norm.is_some())?;
                    for Part { activations, .. } in &mut self.parts {
                        activations.normalise(network, before, totals, self.share.batch);
                    }
                }
                Ok(match layer < layers {
                    true => self.sums(|activations| activations.convolve(network, layer)),
                    false => self.project(network),
                })
            }
            Round::Backward { global, local } => {
                let [of_global, of_local] =
                    [network.plan.components(), network.plan.local_values()];
                let batch = self.share.batch;
                if global.len() != batch * of_global || local.len() != batch * of_local {
                    return Err(RoundError::Numbers);
                }
                let mut first = self.share.images().start;
                for Part {
                    activations,
                    gradient,
                } in &mut self.parts
                {
                    let images = first..first + activations.images();
                    first = images.end;
                    let embeddings = Embeddings {
                        global: &global[images.start * of_global..images.end * of_global],
                        local: &local[images.start * of_local..images.end * of_local],
                    };
                    activations.begin_backward(network, embeddings, gradient);
                }
                self.dense(network);
                Ok(self.sums(|activations| activations.unmask(network, layers - 1)))
            }
            Round::Back { layer, totals } => {
                let layer = *layer as usize;
                Self::check(network, layer, totals, |_| true)?;
                let batch = self.share.batch;
                for Part { activations, .. } in &mut self.parts {
                    activations.convolve_back(network, layer, totals, batch);
                }
                self.behind = Some(layer);
                Ok(match layer.checked_sub(1) {
                    Some(before) => self.sums(|activations| activations.unmask(network, before)),
                    None => Found::Sums {
                        sums: Vec::new(),
                        gradient: Vec::new(),
                    },
                })
            }
        }
    }

    /// Computes what the last round left for later: the gradient of a layer's weights. The other workers wait for a
    /// round's sums alone.
    pub(super) fn catch_up(&mut self, network: &Network) {
        let Some(layer) = self.behind.take() else {
            return;
        };
        for Part {
            activations,
            gradient,
        } in &mut self.parts
        {
            activations.weight_gradient(network, layer, gradient);
        }
    }

    /// The sums of each part.
    fn sums(&mut self, mut of: impl FnMut(&mut Activations) -> Vec<f64>) -> Found {
        Found::Sums {
            sums: self
                .parts
                .iter_mut()
                .map(|part| of(&mut part.activations))
                .collect(),
            gradient: Vec::new(),
        }
    }

    /// Are these the totals of a layer of the network, which has none where `wanted` says no?
    fn check(
        network: &Network,
        layer: usize,
        totals: &[f64],
        wanted: impl Fn(&Planned) -> bool,
    ) -> Result<(), RoundError> {
        let planned = network.plan.layers.get(layer).ok_or(RoundError::Numbers)?;
        let count = if wanted(planned) {
            2 * planned.geometry.out
        } else {
            0
        };
        (totals.len() == count)
            .then_some(())
            .ok_or(RoundError::Numbers)
    }

    fn project(&mut self, network: &Network) -> Found {
        let [mut all_global, mut all_local] = [Vec::new(), Vec::new()];
        for Part { activations, .. } in &mut self.parts {
            activations.project(network);
            let found = activations.embeddings();
            all_global.extend_from_slice(found.global);
            all_local.extend_from_slice(found.local);
        }
        Found::Embeddings {
            global: all_global,
            local: all_local,
        }
    }

    /// The gradients of the dense layer's weights, where they are kept.
    fn dense(&mut self, network: &Network) {
        let dense = network.tensors.dense.clone();
        for Part {
            activations,
            gradient,
        } in &mut self.parts
        {
            if let Some(gradient) = gradient.get_mut(dense.clone()) {
                let parts = gradient.chunks_mut(activations.dense_part()).collect();
                activations.dense_weights(parts, <[f32]>::copy_from_slice);
            }
        }
    }

    /// Adds the gradients of this worker's other parts and then of `replicas` to the first part's, in their order: those
    /// that each part has of its images. Of a batch in one part nothing is to be added.
    pub(super) fn add_up(&mut self, network: &Network, replicas: &[&[f32]]) {
        let Some((first, others)) = self.parts.split_first_mut() else {
            return;
        };
        let others = others.iter().map(|part| part.gradient.as_slice());
        let all: Vec<&[f32]> = others.chain(replicas.iter().copied()).collect();
        if all.is_empty() {
            return;
        }
        for range in of_images(network) {
            for gradient in &all {
                add(&gradient[range.clone()], &mut first.gradient[range.clone()]);
            }
        }
    }

    /// The first part's gradient, to be sent away.
    pub(super) fn take_gradient(&mut self) -> Vec<f32> {
        let first = self.parts.first_mut();
        first.map_or_else(Vec::new, |part| mem::take(&mut part.gradient))
    }

    /// Memory for the next gradient of the first part, where that was sent away.
    pub(super) fn reuse(&mut self, memory: Vec<f32>) {
        if let Some(part) = self
            .parts
            .first_mut()
            .filter(|part| part.gradient.is_empty())
        {
            part.gradient = memory;
        }
    }

    /// Parts of the whole batch.
    pub(super) fn count(&self) -> usize {
        self.share.parts
    }

    /// The first part's gradient.
    pub(super) fn gradient(&mut self) -> &mut [f32] {
        let first = self.parts.first_mut();
        first.map_or(&mut [], |part| part.gradient.as_mut_slice())
    }

    /// The activations of a whole batch, if one part has it: they hand out the gradient of the dense layer's weights.
    pub(super) fn whole(&self) -> Option<&Activations> {
        let is_whole = self.share.parts == 1;
        self.parts
            .first()
            .filter(|_| is_whole)
            .map(|part| &part.activations)
    }
}

/// Where the parameters lie whose gradients are sums over images: all but those that the trainer has of totals and
/// scores.
fn of_images(network: &Network) -> Vec<Range<usize>> {
    let (plan, tensors) = (&network.plan, &network.tensors);
    let local = plan.local.iter().map(|_| LOCAL);
    let dense = plan.dense.iter().map(|dense| dense.name.as_str());
    let owners = local.chain(dense);
    let of_owners = owners.flat_map(|owner| ["weight", "bias"].map(|name| (owner, name)));
    let convs = plan
        .layers
        .iter()
        .map(|layer| (layer.conv.as_str(), "weight"));
    let all = of_owners.chain(convs);
    all.map(|(owner, name)| tensors.range(owner, name))
        .collect()
}

/// `to += from`.
pub(super) fn add(from: &[f32], to: &mut [f32]) {
    let jobs = to.par_chunks_mut(AT_ONCE).zip(from.par_chunks(AT_ONCE));
    jobs.for_each(|(to, from)| norm::add(from, to));
}
