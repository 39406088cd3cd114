// The networks that embed images, as layers over images: `layers` computes them, or writes them down.
// Norms, by their running statistics, become part of the convolutions before them, as a careful user
// of any framework would have it. Refuses to know frameworks.
"use strict";

/** What `twinglyph-nn-burn`'s norms add to a variance. */
const EPSILON = 1e-5;

/** A convolution: its kernel's and its norm's names, and how it is taken. */
const conv = (kernel, norm, rest) => ({
  kernel, norm, stride: 1, padding: 0, scale: 1, relu: true, ...rest,
});

/** `compact`'s blocks. */
const convNorm = (name, padding, stride) => conv(`${name}.conv`, `${name}.norm`, { padding, stride });
const residual = (name, part, relu) =>
  conv(`${name}.conv_${part}`, `${name}.norm_${part}`, { padding: 1, relu });

/** Each network from images to the list of its outputs, as `twinglyph-bench`'s embedder orders them. */
const NETWORKS = {
  conv4(layers, images) {
    const maps = ["block1", "block2", "block3", "block4"].reduce(
      (maps, block) => layers.pool(layers.conv(maps, convNorm(block, 1, 1))),
      images,
    );
    return [layers.flat(maps, 64)];
  },

  compact(layers, images) {
    const block = (maps, name) => {
      const inner = layers.conv(maps, residual(name, "a", true));
      return layers.addRelu(layers.conv(inner, residual(name, "b", false)), maps);
    };
    let maps = layers.conv(images, convNorm("stem", 2, 2));
    maps = block(layers.conv(maps, convNorm("down1", 1, 2)), "res1");
    maps = block(layers.conv(maps, convNorm("down2", 1, 2)), "res2");
    const local = layers.conv(maps, conv("local", null, { relu: false, scale: 0.125 }));
    maps = layers.conv(maps, convNorm("down3", 1, 2));
    const global = layers.denseSigmoid(maps, { name: "global", channels: 256, places: 9 });
    return [global, layers.places(local, 64, 36)];
  },

  koch(layers, images) {
    const plain = (name) => conv(name, null, {});
    let maps = layers.pool(layers.conv(images, plain("conv1")));
    maps = layers.pool(layers.conv(maps, plain("conv2")));
    maps = layers.pool(layers.conv(maps, plain("conv3")));
    maps = layers.conv(maps, plain("conv4"));
    return [layers.denseSigmoid(maps, { name: "dense", channels: 256, places: 36 })];
  },
};

/** Width and height of each network's images. */
const SIDES = { conv4: 28, compact: 48, koch: 105 };

/** A convolution's kernel `[out, in, h, w]` and bias with its norm and scale in them. */
function folded(tensors, { kernel, norm, scale }) {
  const { shape, values } = tensors.get(`${kernel}.weight`);
  const outputs = shape[0];
  const factor = new Float32Array(outputs).fill(scale);
  const bias = new Float32Array(outputs);
  if (norm) {
    const of = (name) => tensors.get(`${norm}.${name}`).values;
    const [weight, shift, mean, variance] =
      ["weight", "bias", "running_mean", "running_var"].map(of);
    for (let at = 0; at < outputs; at++) {
      factor[at] = (scale * weight[at]) / Math.sqrt(variance[at] + EPSILON);
      bias[at] = scale * shift[at] - factor[at] * mean[at];
    }
  } else {
    const own = tensors.get(`${kernel}.bias`).values;
    bias.forEach((_, at) => (bias[at] = scale * own[at]));
  }
  const each = values.length / outputs;
  return { shape, kernel: values.map((value, at) => value * factor[(at / each) | 0]), bias };
}

/** Values with their axes in a new order. */
function transposed(values, shape, order) {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1));
  const result = new Float32Array(values.length);
  let next = 0;
  const copy = (depth, from) => {
    const [length, stride] = [shape[order[depth]], strides[order[depth]]];
    for (let at = 0; at < length; at++, from += stride) {
      if (depth + 1 === order.length) result[next++] = values[from];
      else copy(depth + 1, from);
    }
  };
  copy(0, 0);
  return result;
}
