//! The losses of a batch: an episode's, and Koch's of verification.

use burn::tensor::Tensor;
use burn::tensor::activation::{log_sigmoid, log_softmax};

/// Cross-entropy over the rows and over the columns of the scores of an episode, averaged:
/// image i of one half belongs to image i of the other (docs/recipe.md, item 4).
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

/// Koch's cross-entropy of verification (the paper's section 3.1), balanced: every image of one
/// half with its twin, which is the same, and with its twin's neighbour, which is not.
///
/// `scores: [classes, classes] -> [1]`; a score is the logit of being the same.
#[must_use]
pub fn pair_loss(scores: Tensor<2>) -> Tensor<1> {
    let [classes, _] = scores.dims();
    let device = scores.device();
    let same = Tensor::<2>::eye(classes, &device);
    // The diagonal moved one column on, round the end.
    let other = if classes > 1 {
        let (head, tail) = (
            same.clone().narrow(1, 0, 1),
            same.clone().narrow(1, 1, classes - 1),
        );
        Tensor::cat(vec![tail, head], 1)
    } else {
        same.zeros_like()
    };
    let right = log_sigmoid(scores.clone()).mul(same);
    let wrong = log_sigmoid(scores.neg()).mul(other);
    (right + wrong).sum().mul_scalar(-0.5 / classes as f64)
}
