//! Which tensor of a state dict is which of a network's: by names behind a common prefix, else by shapes.

use std::collections::BTreeMap;

use twinglyph_nn::spec::TensorShape;

/// Shapes by names.
pub(super) type Shapes = BTreeMap<String, Vec<usize>>;

/// Most names that an error lists of each kind.
const MOST_LISTED: usize = 6;

/// Least likeness of two names, 0 to 1, from which an error names one beside the other.
const NEAR: f64 = 0.6;

/// How the names of a state dict were found to be a network's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum By {
    /// By the names behind this prefix, which may be empty.
    Prefix(String),
    /// By the shapes of layers, of equal ones by the numbers in their names.
    Shape,
}

/// A network's names, each with the state dict's, and how they were found.
pub(super) type Mapping = (BTreeMap<String, String>, By);

/// Tensors that are not a network's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Mismatch {
    /// The network's tensors that are not there, each with its shape and the nearest name of those that are too many.
    missing: Vec<(String, Vec<usize>, Option<String>)>,
    /// Those that the network does not have.
    extra: Vec<(String, Vec<usize>)>,
    /// Those of another shape, and the network's.
    shapes: Vec<(String, Vec<usize>, Vec<usize>)>,
    /// Why layers can't be told by their shapes either.
    ambiguous: Option<String>,
    /// What stands before these names in the file.
    prefix: String,
}

impl std::error::Error for Mismatch {}

impl std::fmt::Display for Mismatch {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let missing = self
            .missing
            .iter()
            .map(|(name, shape, nearest)| match nearest {
                Some(nearest) => format!("{name} {shape:?} (nearest is {nearest})"),
                None => format!("{name} {shape:?}"),
            });
        let extra = self.extra.iter();
        let extra = extra.map(|(name, shape)| format!("{name} {shape:?}"));
        let shapes = self.shapes.iter();
        let shapes = shapes
            .map(|(name, found, needed)| format!("{name} is {found:?}, needed is {needed:?}"));
        match self.prefix.as_str() {
            "" => write!(formatter, "its tensors are not the network's")?,
            prefix => write!(
                formatter,
                "its tensors behind {prefix} are not the network's"
            )?,
        }
        list(formatter, "missing", missing)?;
        list(formatter, "too many", extra)?;
        list(formatter, "of another shape", shapes)?;
        match &self.ambiguous {
            Some(reason) => write!(formatter, "\n  nor do shapes tell which is which: {reason}"),
            None => Ok(()),
        }
    }
}

fn list(
    formatter: &mut std::fmt::Formatter<'_>,
    what: &str,
    each: impl ExactSizeIterator<Item = String>,
) -> std::fmt::Result {
    let count = each.len();
    if count == 0 {
        return Ok(());
    }
    write!(formatter, "\n  {what} ({count}):")?;
    for text in each.take(MOST_LISTED) {
        write!(formatter, "\n    {text}")?;
    }
    match count.checked_sub(MOST_LISTED) {
        None | Some(0) => Ok(()),
        Some(more) => write!(formatter, "\n    and {more} more"),
    }
}

/// Finds the network's tensors, in the order of its layers, among those of a state dict; `prefix` names the part of
/// it to look at.
///
/// # Errors
/// When some are missing, too many or of another shape, or when it can't be told which is which.
pub(super) fn find(
    layers: &[TensorShape],
    found: &Shapes,
    prefix: Option<&str>,
) -> Result<Mapping, Mismatch> {
    let shapes = layers.iter();
    let network: Shapes = shapes
        .map(|tensor| (tensor.name.clone(), tensor.shape.clone()))
        .collect();
    let prefixes = match prefix {
        Some(prefix) => vec![prefix.to_owned()],
        None => prefixes(found),
    };
    let weight = |wrong: &Mismatch| wrong.missing.len() + wrong.extra.len() + wrong.shapes.len();
    let each = prefixes.into_iter().map(|prefix| {
        let behind = behind(found, &prefix);
        let wrong = mismatch(&network, &behind);
        (prefix, behind, wrong)
    });
    let best = each.min_by_key(|(_, _, wrong)| weight(wrong));
    let (prefix, behind, wrong) = best.unwrap_or_default();
    let full = |name: String| format!("{prefix}{name}");
    if weight(&wrong) == 0 {
        let names = network.into_keys().map(|name| (name.clone(), full(name)));
        return Ok((names.collect(), By::Prefix(prefix)));
    }
    match by_shape((layers, &network), &behind) {
        Ok(names) => {
            let names = names.into_iter().map(|(name, other)| (name, full(other)));
            Ok((names.collect(), By::Shape))
        }
        Err(ambiguous) => Err(Mismatch {
            ambiguous,
            prefix,
            ..wrong
        }),
    }
}

/// The tensors whose names begin with the prefix, by the rest of their names.
fn behind(found: &Shapes, prefix: &str) -> Shapes {
    let names = found.iter();
    let names = names.filter_map(|(name, shape)| Some((name.strip_prefix(prefix)?, shape)));
    names
        .map(|(name, shape)| (name.to_owned(), shape.clone()))
        .collect()
}

/// What all names of the state dict begin with, up to a dot each time; the shortest, which is nothing, first.
fn prefixes(found: &Shapes) -> Vec<String> {
    let mut prefixes = vec![String::new()];
    let Some(first) = found.keys().next() else {
        return prefixes;
    };
    for (dot, _) in first.match_indices('.') {
        let prefix = &first[..=dot];
        if found.keys().all(|name| name.starts_with(prefix)) {
            prefixes.push(prefix.to_owned());
        }
    }
    prefixes
}

/// A shape without the dimensions that hold one: of a linear layer and of a 1x1 convolution the same.
pub(super) fn squeezed(shape: &[usize]) -> Vec<usize> {
    shape
        .iter()
        .copied()
        .filter(|length| *length != 1)
        .collect()
}

fn mismatch(network: &Shapes, found: &Shapes) -> Mismatch {
    let mut wrong = Mismatch::default();
    let extra = || {
        found
            .iter()
            .filter(|(name, _)| !network.contains_key(*name))
    };
    for (name, needed) in network {
        match found.get(name) {
            None => {
                let likeness = |other: &str| strsim::jaro_winkler(name, other);
                let nearest = extra()
                    .map(|(other, _)| (likeness(other), other))
                    .filter(|(likeness, _)| *likeness >= NEAR)
                    .max_by(|(one, _), (other, _)| one.total_cmp(other));
                let nearest = nearest.map(|(_, other)| other.clone());
                wrong.missing.push((name.clone(), needed.clone(), nearest));
            }
            Some(shape) if squeezed(shape) != squeezed(needed) => {
                let shapes = (name.clone(), shape.clone(), needed.clone());
                wrong.shapes.push(shapes);
            }
            Some(_) => {}
        }
    }
    wrong.extra = extra()
        .map(|(name, shape)| (name.clone(), shape.clone()))
        .collect();
    wrong
}

/// What a layer's tensors are: the last parts of their names, with shapes.
type Layer = Vec<(String, Vec<usize>)>;

/// The layer that a tensor belongs to.
fn owner_of(name: &str) -> &str {
    name.rsplit_once('.').map_or("", |(owner, _)| owner)
}

/// The name of a layer's tensor.
fn joined(owner: &str, leaf: &str) -> String {
    match owner {
        "" => leaf.to_owned(),
        owner => format!("{owner}.{leaf}"),
    }
}

/// Layers by what their tensors are, each with the names of those that are so.
fn layers(shapes: &Shapes) -> BTreeMap<Layer, Vec<String>> {
    let mut of_owner: BTreeMap<&str, Layer> = BTreeMap::new();
    for (name, shape) in shapes {
        let (owner, leaf) = name.rsplit_once('.').unwrap_or(("", name));
        let layer = of_owner.entry(owner).or_default();
        layer.push((leaf.to_owned(), squeezed(shape)));
    }
    let mut layers: BTreeMap<Layer, Vec<String>> = BTreeMap::new();
    for (owner, layer) in of_owner {
        layers.entry(layer).or_default().push(owner.to_owned());
    }
    layers
}

/// Each of the network's names with the state dict's, by the layers' tensors.
///
/// # Errors
/// `None` where there are other layers, the reason where there are the same but it can't be told which is which.
fn by_shape(
    (order, network): (&[TensorShape], &Shapes),
    found: &Shapes,
) -> Result<BTreeMap<String, String>, Option<String>> {
    let place = |owner: &String| {
        order
            .iter()
            .position(|tensor| owner_of(&tensor.name) == owner)
    };
    let (mut own, mut other) = (layers(network), layers(found));
    let mut names = BTreeMap::new();
    // Layers of the same name and form are each other's.
    for (layer, own) in &mut own {
        let Some(other) = other.get_mut(layer) else {
            continue;
        };
        let same = own.extract_if(.., |owner| other.contains(owner));
        for owner in same.collect::<Vec<_>>() {
            other.retain(|one| *one != owner);
            let of_layer = layer.iter().map(|(leaf, _)| joined(&owner, leaf));
            names.extend(of_layer.map(|name| (name.clone(), name)));
        }
    }
    let counts = |layers: &BTreeMap<Layer, Vec<String>>| {
        let counts = layers.iter();
        counts
            .map(|(layer, owners)| (layer.clone(), owners.len()))
            .collect::<Vec<_>>()
    };
    if counts(&own) != counts(&other) {
        return Err(None);
    }
    for ((layer, mut own), mut other) in own.into_iter().zip(other.into_values()) {
        if !is_numbered(&other) {
            return Err(Some(format!("{} are alike", other.join(" and "))));
        }
        own.sort_by_key(place);
        other.sort_by_key(|name| cut(name).1);
        for (own, other) in own.iter().zip(&other) {
            let pairs = layer.iter();
            names.extend(pairs.map(|(leaf, _)| (joined(own, leaf), joined(other, leaf))));
        }
    }
    Ok(names)
}

/// A name cut into what is between its numbers, and those.
fn cut(name: &str) -> (Vec<&str>, Vec<u64>) {
    let is_digit = |at: char| at.is_ascii_digit();
    let words = name.split(is_digit).filter(|word| !word.is_empty());
    let numbers = name.split(|at| !is_digit(at));
    let numbers = numbers.filter_map(|number| number.parse().ok());
    (words.collect(), numbers.collect())
}

/// Do the names differ in their numbers alone, so that these are their order?
fn is_numbered(names: &[String]) -> bool {
    let words = names.iter().map(|name| cut(name).0);
    words
        .clone()
        .zip(words.skip(1))
        .all(|(one, other)| one == other)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
