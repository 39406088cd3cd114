// The networks in TensorFlow.js, with their losses: what `conv4.rs` and `twinglyph-nn-burn` compute.
"use strict";

/** The batch in TensorFlow.js' layout; one channel, so the file's order is the same. */
function images({ shape: [count, , height, width], values }) {
  return tf.tensor4d(values, [count, height, width, 1]);
}

/** The first and the second half of the rows. */
function halves(tensor) {
  return tf.split(tensor, 2, 0);
}

/** `conv4` on pairs. */
class Conv4 {
  constructor(tensors) {
    this.parameters = new Parameters(tensors);
    this.batch = tensors.get("images");
    this.signs = tensors.get("signs").values;
    this.blocks = [1, 2, 3, 4].map((at) => new ConvNorm(this.parameters, `block${at}`, 1));
    this.weight = this.parameters.get("score.weight");
    this.bias = this.parameters.get("score.bias");
  }

  loss() {
    const maps = this.blocks.reduce(
      (maps, block) => tf.maxPool(block.apply(maps), 2, 2, "valid"),
      images(this.batch),
    );
    const [first, second] = halves(maps.reshape([-1, 64]));
    const logits = first.sub(second).abs().mul(this.weight).sum(1).add(this.bias);
    // -log(sigmoid(x)) as softplus(-x): the gradient of its logSigmoid fails on WebGPU.
    return tf.softplus(logits.mul(tf.tensor1d(this.signs)).neg()).mean();
  }
}

const PLACES = 36;
const SIDE = 6;

/** `compact` on an episode. */
class Compact {
  constructor(tensors) {
    const parameters = new Parameters(tensors);
    this.parameters = parameters;
    this.batch = tensors.get("images");
    this.stem = new ConvNorm(parameters, "stem", 2);
    this.down1 = new ConvNorm(parameters, "down1", 2);
    this.res1 = new Residual(parameters, "res1");
    this.down2 = new ConvNorm(parameters, "down2", 2);
    this.res2 = new Residual(parameters, "res2");
    this.down3 = new ConvNorm(parameters, "down3", 2);
    // `[256, channels * 9]` in the file, `[9 * channels, 256]` here.
    const { values } = tensors.get("global.weight");
    tensors.set("global.weight", { shape: [256, 256, 9], values });
    this.global = tf.tidy(() => {
      const tensor = tf.tensor(values, [256, 256, 9]).transpose([2, 1, 0]).reshape([9 * 256, 256]);
      return tf.variable(tensor, true, "global.weight");
    });
    parameters.variables.set("global.weight", this.global);
    this.globalBias = parameters.get("global.bias");
    this.local = kernel(parameters, "local");
    this.localBias = parameters.get("local.bias");
    for (const name of ["global_weight", "bias", "local_weight", "local_offset"]) {
      this[name] = parameters.get(`score.${name}`);
    }
    this.masks = tf.tensor2d(neighbourMasks(), [9, PLACES * PLACES]);
  }

  loss() {
    let maps = this.down1.apply(this.stem.apply(images(this.batch)));
    maps = this.res2.apply(this.down2.apply(this.res1.apply(maps)));
    const local = tf
      .conv2d(maps, this.local, 1, "valid")
      .add(this.localBias)
      .mul(0.125)
      .reshape([-1, PLACES, 64]);
    const flat = this.down3.apply(maps).reshape([-1, 9 * 256]);
    const global = tf.sigmoid(tf.matMul(flat, this.global).add(this.globalBias));
    const [query, support] = halves(global);
    const distance = query
      .expandDims(1)
      .sub(support.expandDims(0))
      .abs()
      .mul(this.global_weight)
      .sum(2);
    const scores = this.bias.sub(distance).sub(this.matching(...halves(local)).mul(this.local_weight));
    const own = tf.eye(scores.shape[0]);
    const rows = tf.logSoftmax(scores);
    // TensorFlow.js knows the last axis only.
    const columns = tf.logSoftmax(scores.transpose());
    return rows.add(columns).mul(own).sum().mul(-0.5 / scores.shape[0]);
  }

  /** `twinglyph_nn_burn::matching::distance`. */
  matching(query, support) {
    const [queries, supports] = [query.shape[0], support.shape[0]];
    const flat = (tensor) => tensor.reshape([-1, 64]);
    const [q, s] = [flat(query), flat(support)];
    const closeness = tf
      .matMul(q, s, false, true)
      .mul(2)
      .sub(q.square().sum(1, true))
      .sub(s.square().sum(1, true).transpose())
      .add(40)
      .exp()
      .reshape([queries, PLACES, supports, PLACES]);
    const weights = tf
      .matMul(this.local_offset.exp().reshape([1, 9]), this.masks)
      .reshape([PLACES, PLACES]);
    const near = (weights) => closeness.mul(weights.reshape([1, PLACES, 1, PLACES]));
    const log = (sum) => sum.add(1e-37).log().neg().add(40);
    const fromQuery = log(near(weights).sum(3)).sum(1);
    const fromSupport = log(near(weights.transpose()).sum(1)).sum(2);
    return fromQuery.add(fromSupport).mul(0.5);
  }
}

function neighbourMasks() {
  const masks = new Float32Array(9 * PLACES * PLACES);
  for (let offset = 0; offset < 9; offset++) {
    for (let place = 0; place < PLACES; place++) {
      const row = Math.floor(place / SIDE) + Math.floor(offset / 3) - 1;
      const column = (place % SIDE) + (offset % 3) - 1;
      if (row >= 0 && row < SIDE && column >= 0 && column < SIDE) {
        masks[(offset * PLACES + place) * PLACES + row * SIDE + column] = 1;
      }
    }
  }
  return masks;
}
