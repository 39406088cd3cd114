//! The loss of an episode.

use burn::tensor::Tensor;
use burn::tensor::activation::log_softmax;

/// Cross-entropy over the rows and over the columns of the scores of an episode, averaged:
/// image i of one half belongs to image i of the other (recipe.md, item 4).
///
/// `scores: [classes, classes] -> [1]`.
#[must_use]
pub fn episode_loss(scores: Tensor<2>) -> Tensor<1> {
    let [classes, _] = scores.dims();
    let own = Tensor::<2>::eye(classes, &scores.device());
    let rows = log_softmax(scores.clone(), 1);
    let columns = log_softmax(scores, 0);
    (rows + columns)
        .mul(own)
        .sum()
        .mul_scalar(-0.5 / classes as f64)
}
