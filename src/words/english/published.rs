//! [`crate::words::published`] in English.

use crate::words::published::Findings;

impl Findings {
    pub(in crate::words) const ENGLISH: Self = Self {
        arc: "Attentive recurrent comparators",
        bpl: "Bayesian program learning",
        people: "People",
        siamese: "Convolutional siamese network",
        affine: "Affine model",
        hierarchical: "Hierarchical deep",
        boltzmann: "Deep Boltzmann machine",
        hausdorff: "Modified Hausdorff distance",
        pixels: "Nearest neighbour, pixels",
        arc_how: "The best published network; its split of the data was not checked by us.",
        bpl_how: "Learnt from the strokes of the 30 background alphabets.",
        people_how: "Shown one example of each character.",
        siamese_how: "The network that this page rebuilds; trained and tuned on 40 alphabets.",
        quoted: "As Koch et al. quote it.",
        hausdorff_how: "Nothing is learnt. Measured again here: 155 of 400.",
        pixels_how: "Nothing is learnt; Koch et al. quote it. Measured again here: 324 of 400, 81.0 %.",
    };
}
