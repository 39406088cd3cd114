// TensorFlow.js' side of inference: embeddings of images, in its own layout (NHWC) and by its fused
// operations, as a careful user of it would write them and its converter of models does.
"use strict";
importScripts(
  "timed.js",
  "tf.es2017.min.js",
  "tf-backend-webgpu.es2017.min.js",
  "tf-backend-wasm.es2017.min.js",
  "safetensors.js",
  "networks.js",
);

/** `layers` for networks.js that compute; a value is a tensor `[images, h, w, channels]`. */
class Eager {
  constructor(tensors) {
    this.tensors = tensors;
    this.kept = new Map();
  }

  /** A layer's tensors, made when they are first asked for. */
  #weights(name, make) {
    if (!this.kept.has(name)) this.kept.set(name, make().map((tensor) => tf.keep(tensor)));
    return this.kept.get(name);
  }

  conv(maps, spec) {
    const [filter, bias] = this.#weights(spec.kernel, () => {
      const { shape, kernel, bias } = folded(this.tensors, spec);
      const [outputs, inputs, height, width] = shape;
      const values = transposed(kernel, shape, [2, 3, 1, 0]);
      return [tf.tensor4d(values, [height, width, inputs, outputs]), tf.tensor1d(bias)];
    });
    return tf.fused.conv2d({
      x: maps,
      filter,
      bias,
      strides: spec.stride,
      pad: spec.padding || "valid",
      activation: spec.relu ? "relu" : "linear",
    });
  }

  addRelu(one, other) {
    return tf.relu(tf.add(one, other));
  }

  pool(maps) {
    return tf.maxPool(maps, 2, 2, "valid");
  }

  flat(maps, values) {
    return maps.reshape([-1, values]);
  }

  denseSigmoid(maps, { name, channels, places }) {
    const [matrix, bias] = this.#weights(name, () => {
      // `[out, channels * places]` in the file, `[places * channels, out]` here.
      const { shape, values } = this.tensors.get(`${name}.weight`);
      const turned = transposed(values, [shape[0], channels, places], [2, 1, 0]);
      const bias = this.tensors.get(`${name}.bias`).values;
      return [tf.tensor2d(turned, [places * channels, shape[0]]), tf.tensor1d(bias)];
    });
    const flat = maps.reshape([-1, places * channels]);
    return tf.fused.matMul({ a: flat, b: matrix, bias, activation: "sigmoid" });
  }

  places(maps, channels, places) {
    return maps.reshape([-1, places, channels]);
  }
}

let layers;
let network;
let images;
/** What WebGPU complained of: TensorFlow.js does not ask, and goes on with whatever is in memory. */
let trouble = null;

serve({
  async open(request) {
    ({ network, images } = request);
    // One thread is its build without threads. In 4.22.0 the other takes one as well, whatever it is
    // asked for (its issue 8513), though workers here are cross-origin isolated.
    if (request.threads === 1) tf.env().set("WASM_HAS_MULTITHREAD_SUPPORT", false);
    else tf.wasm.setThreadsCount(request.threads);
    tf.wasm.setWasmPaths(new URL("./", self.location).href);
    if (!(await tf.setBackend(request.device))) throw new Error("it has no such device here");
    await tf.ready();
    if (request.device === "webgpu") {
      tf.backend().device.addEventListener("uncapturederror", ({ error }) => (trouble ??= error));
    }
    if (request.threads > 1 && tf.wasm.getThreadsCount() !== request.threads) {
      throw new Error(`asked for ${request.threads} threads it takes ${tf.wasm.getThreadsCount()}`);
    }
    layers = new Eager(readTensors(request.weights).tensors);
    return `TensorFlow.js ${tf.version_core}`;
  },
  async embed(count) {
    const side = SIDES[network];
    const outputs = tf.tidy(() => {
      const batch = tf.tensor4d(images.subarray(0, count * side * side), [count, side, side, 1]);
      return NETWORKS[network](layers, batch);
    });
    const numbers = await Promise.all(outputs.map((output) => output.data()));
    tf.dispose(outputs);
    if (trouble) throw trouble;
    return numbers;
  },
});
