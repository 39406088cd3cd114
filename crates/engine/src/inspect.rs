//! Looking into a network: layer tables, filters, feature maps, and what makes two drawings alike.
//!
//! Takes a network on the CPU and drawings; refuses to know which drawings they are and how anything
//! is shown. It computes nothing that ranks: the network's own passes are looked at.

use twinglyph_core::protocol::{Inspection, LayerReport, LayerTable, Maps, PairReport};
use twinglyph_core::{Architecture, Bitmap, Views};
use twinglyph_nn::{Spec, Values, twin::inputs};

use crate::device::Ready;
use crate::model::Model;
use crate::{EngineError, Host};

/// Patches along a side of the network's input, beside each other by half their width: a patch of
/// the default network is as wide as a place of its local map.
const PATCHES: usize = 11;

/// Batch size of inputs with a patch taken away: other messages wait for a batch.
const BATCH: usize = 8;

/// A patch, and how far the next one is: the last ends at the input's edge or before it.
fn patches(side: usize) -> (usize, usize) {
    let stride = side / (PATCHES + 1);
    (2 * stride, stride)
}

/// Hears how many patches of how many are done; says whether anybody still wants to know.
pub(crate) type GoesOn<'a> = &'a mut dyn FnMut(u64, u64) -> bool;

/// What the network is looked into with.
pub(crate) struct Subject {
    /// The drawing that goes through it.
    pub(crate) query: Option<Bitmap>,
    /// Those that it is compared with.
    pub(crate) others: Vec<Bitmap>,
}

/// Everything that can be seen with these drawings, their similarity by so many views; `None` where nobody wants to
/// know any more.
///
/// # Errors
/// When a number is not finite.
pub(crate) async fn inspect(
    model: &Model,
    ready: &Ready,
    views: Views,
    subject: &Subject,
    host: &dyn Host,
    goes_on: GoesOn<'_>,
) -> Result<Option<Inspection>, EngineError> {
    let twin = &ready.twin;
    let architecture = twin.architecture();
    let filters = maps(twin.filters())?;
    let mut seen = Vec::new();
    let mut pairs = Vec::new();
    if let Some(query) = &subject.query {
        let (embedding, layers) = twin.embed_seen(&inputs(architecture, [query], Views::One));
        let embedding = Values::new(&embedding, Views::One);
        for layer in layers {
            seen.push(maps(layer)?);
        }
        let (drawn, others) = ((query, &embedding), &subject.others[..]);
        let Some(compared) = compare((model, ready), views, drawn, others, host, goes_on).await?
        else {
            return Ok(None);
        };
        pairs = compared;
    }
    Ok(Some(Inspection {
        model: model.report().name,
        architecture: architecture.as_str().to_owned(),
        tables: Architecture::ALL.map(table).to_vec(),
        filters,
        maps: seen,
        pairs,
    }))
}

fn table(architecture: Architecture) -> LayerTable {
    // The networks that there are can be computed.
    let layers = Spec::from(architecture).table().unwrap_or_default();
    LayerTable {
        architecture: architecture.as_str().to_owned(),
        layers: layers
            .into_iter()
            .map(|layer| LayerReport {
                name: layer.name,
                kind: layer.kind,
                output: layer.output.iter().map(|&length| length as u32).collect(),
                parameters: layer.parameters as u64,
                multiply_adds: layer.multiply_adds as u64,
            })
            .collect(),
    }
}

/// Maps or filters in bytes.
fn maps(of: twinglyph_nn::Maps) -> Result<Maps, EngineError> {
    if !of.values.iter().all(|value| value.is_finite()) {
        return Err(EngineError::Inspection(format!(
            "the layer {} gives a number that is not finite",
            of.layer
        )));
    }
    let least = of.values.iter().copied().fold(f32::INFINITY, f32::min);
    let greatest = of.values.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let span = (greatest - least).max(f32::MIN_POSITIVE);
    Ok(Maps {
        layer: of.layer,
        side: of.side as u32,
        values: of
            .values
            .into_iter()
            .map(|value| ((value - least) / span * 255.0).round() as u8)
            .collect(),
        range: (least, greatest),
    })
}

/// The drawing, of this embedding by one view, with each of the others; `None` where nobody wants to know any more.
async fn compare(
    (model, ready): (&Model, &Ready),
    views: Views,
    drawn: (&Bitmap, &Values),
    others: &[Bitmap],
    host: &dyn Host,
    goes_on: GoesOn<'_>,
) -> Result<Option<Vec<PairReport>>, EngineError> {
    if others.is_empty() {
        return Ok(Some(Vec::new()));
    }
    let twin = &ready.twin;
    let by_one = twin.embed(others, Views::One);
    let Some(occlusions) = occlude(ready, drawn, &by_one, host, goes_on).await? else {
        return Ok(None);
    };
    let (drawing, embedding) = drawn;
    let query = twin.embed([drawing], views);
    let mut pairs = Vec::with_capacity(others.len());
    for (other, occlusion) in others.iter().zip(occlusions) {
        host.breathe().await;
        let score = ready.scores(&query, &twin.embed([other], views))?;
        let score = score.first().copied().unwrap_or_default();
        let similarity = (model.calibration(views).similarity(score), views);
        let other = twin.embed([other], Views::One);
        pairs.push(report(ready, (embedding, &other), occlusion, similarity)?);
    }
    Ok(Some(pairs))
}

/// The report of a pair of embeddings by one view, with its similarity by so many views.
fn report(
    ready: &Ready,
    (query, other): (&Values, &Values),
    occlusion: Vec<f32>,
    (similarity, views): (f32, Views),
) -> Result<PairReport, EngineError> {
    let score = ready.scores(query, other)?;
    let terms = ready.twin.terms(query, other);
    let side = ready.twin.architecture().input_side();
    let (patch, stride) = patches(side);
    Ok(PairReport {
        score: score.first().copied().unwrap_or_default(),
        similarity,
        views: views.count() as u32,
        bias: terms.bias,
        global: terms.global,
        local: terms.local,
        occlusion,
        input_side: side as u32,
        patch: patch as u32,
        stride: stride as u32,
    })
}

/// How the score of a drawing, of this embedding by one view, with each of the others falls where a patch of its ink is
/// taken away, patch by patch; `None` where nobody wants to know any more.
async fn occlude(
    ready: &Ready,
    (drawing, embedding): (&Bitmap, &Values),
    others: &Values,
    host: &dyn Host,
    goes_on: GoesOn<'_>,
) -> Result<Option<Vec<Vec<f32>>>, EngineError> {
    let twin = &ready.twin;
    let architecture = twin.architecture();
    let side = architecture.input_side();
    let (patch, stride) = patches(side);
    let input = architecture.input(drawing);
    let whole = ready.scores(embedding, others)?;
    // A patch without ink changes nothing.
    let mut changed = Vec::new();
    for at in 0..PATCHES * PATCHES {
        let (top, left) = (at / PATCHES * stride, at % PATCHES * stride);
        let mut without = input.clone();
        let mut inked = false;
        for line in without.chunks_exact_mut(side).skip(top).take(patch) {
            for value in line.iter_mut().skip(left).take(patch) {
                inked |= *value > 0.0;
                *value = 0.0;
            }
        }
        if inked {
            changed.push((at, without));
        }
    }
    let mut occlusions = vec![vec![0.0; PATCHES * PATCHES]; whole.len()];
    let total = changed.len() as u64;
    for (batch, part) in changed.chunks(BATCH).enumerate() {
        let pixels: Vec<f32> = part.iter().flat_map(|(_, input)| input).copied().collect();
        let embedding = Values::new(&twin.embed_images(&pixels), Views::One);
        let scores = ready.scores(&embedding, others)?;
        for ((at, _), scores) in part.iter().zip(scores.chunks_exact(whole.len())) {
            for ((occlusion, whole), without) in occlusions.iter_mut().zip(&whole).zip(scores) {
                occlusion[*at] = whole - without;
            }
        }
        host.breathe().await;
        if !goes_on((batch * BATCH + part.len()) as u64, total) {
            return Ok(None);
        }
    }
    Ok(Some(occlusions))
}
