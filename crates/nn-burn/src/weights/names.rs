//! From a tensor's place in a network to its name and layout in the file.

/// The place of a tensor while a network is walked.
#[derive(Default)]
pub(crate) struct Path {
    parts: Vec<(String, bool)>,
}

/// What a tensor is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A weight matrix of a linear layer: `[in, out]` here, `[out, in]` in the file.
    Linear,
    /// Any other trained parameter.
    Parameter,
    /// A running statistic of a batch norm.
    Statistic,
}

impl Path {
    /// Into a field or module of that name.
    pub(crate) fn enter(&mut self, name: &str, container: &str) {
        self.parts
            .push((name.to_owned(), container == "Struct:Linear"));
    }

    /// Out of it.
    pub(crate) fn exit(&mut self) {
        self.parts.pop();
    }

    /// The tensor's name in the file: PyTorch says `weight` and `bias` for a norm's gamma and beta.
    pub(crate) fn name(&self) -> String {
        let mut name = String::new();
        for (part, _) in &self.parts {
            if !name.is_empty() {
                name.push('.');
            }
            name.push_str(match part.as_str() {
                "gamma" => "weight",
                "beta" => "bias",
                other => other,
            });
        }
        name
    }

    /// What the tensor of that rank at this place is.
    pub(crate) fn kind(&self, rank: usize) -> Kind {
        let last = self.parts.last().map_or("", |(name, _)| name.as_str());
        if last.starts_with("running_") {
            Kind::Statistic
        } else if rank == 2 && self.parts.iter().any(|(_, linear)| *linear) {
            Kind::Linear
        } else {
            Kind::Parameter
        }
    }
}
