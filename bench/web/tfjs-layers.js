// Layers in TensorFlow.js, as a careful user of it would write them: its own layout (NHWC), its own
// convolution, moments and batch norm. Running statistics are kept as `twinglyph-nn-burn` keeps them.
"use strict";

/** Variables of a network, by the names of the problem's file. */
class Parameters {
  constructor(tensors) {
    this.tensors = tensors;
    this.variables = new Map();
  }

  /** A tensor of the file as a variable; `order` gives its axes a new order first. */
  get(name, order) {
    if (!this.variables.has(name)) {
      const { shape, values } = this.tensors.get(name);
      const variable = tf.tidy(() => {
        const tensor = tf.tensor(values, shape);
        return tf.variable(order ? tensor.transpose(order) : tensor, !name.includes("running_"), name);
      });
      this.variables.set(name, variable);
    }
    return this.variables.get(name);
  }

  trained() {
    return [...this.variables.values()].filter((variable) => variable.trainable);
  }
}

/** A convolution's kernel: `[out, in, h, w]` in the file, `[h, w, in, out]` here. */
const kernel = (parameters, name) => parameters.get(`${name}.weight`, [2, 3, 1, 0]);

/** Batch norm by the batch's own moments. */
class Norm {
  constructor(parameters, name) {
    this.scale = parameters.get(`${name}.weight`);
    this.shift = parameters.get(`${name}.bias`);
    this.mean = parameters.get(`${name}.running_mean`);
    this.variance = parameters.get(`${name}.running_var`);
  }

  apply(maps) {
    const { mean, variance } = tf.moments(maps, [0, 1, 2]);
    this.mean.assign(this.mean.mul(0.9).add(mean.mul(0.1)));
    this.variance.assign(this.variance.mul(0.9).add(variance.mul(0.1)));
    return tf.batchNorm(maps, mean, variance, this.shift, this.scale, 1e-5);
  }
}

/** Convolution, batch norm, relu. */
class ConvNorm {
  constructor(parameters, name, stride) {
    this.kernel = kernel(parameters, `${name}.conv`);
    this.norm = new Norm(parameters, `${name}.norm`);
    this.stride = stride;
    this.padding = (this.kernel.shape[0] - 1) / 2;
  }

  apply(maps) {
    return tf.relu(this.norm.apply(tf.conv2d(maps, this.kernel, this.stride, this.padding)));
  }
}

/** Two 3x3 convolutions with norms; relu between them and after the addition. */
class Residual {
  constructor(parameters, name) {
    this.kernels = ["a", "b"].map((part) => kernel(parameters, `${name}.conv_${part}`));
    this.norms = ["a", "b"].map((part) => new Norm(parameters, `${name}.norm_${part}`));
  }

  apply(maps) {
    const conv = (part, input) => this.norms[part].apply(tf.conv2d(input, this.kernels[part], 1, 1));
    return tf.relu(conv(1, tf.relu(conv(0, maps))).add(maps));
  }
}
