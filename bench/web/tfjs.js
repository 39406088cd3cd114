// TensorFlow.js' side: the same networks, the same step, from the problem's file.
"use strict";
importScripts(
  "timed.js",
  "tf.es2017.min.js",
  "tf-backend-webgpu.es2017.min.js",
  "safetensors.js",
  "tfjs-layers.js",
  "tfjs-networks.js",
);

let learner;

/** One step of Adam, with decoupled decay of matrices and kernels, as `twinglyph-nn-burn`'s. */
class Learner {
  constructor(Network, { tensors, settings }) {
    this.network = new Network(tensors);
    this.settings = settings;
    this.optimizer = tf.train.adam(settings.rate, settings.beta_1, settings.beta_2, settings.epsilon);
    this.parameters = this.network.parameters.trained();
  }

  async step() {
    // The batch is uploaded at each step, as a run's batches are.
    const loss = tf.tidy(() => {
      const { value, grads } = tf.variableGrads(() => this.network.loss(), this.parameters);
      const kept = 1 - this.settings.rate * this.settings.weight_decay;
      if (kept !== 1) {
        for (const parameter of this.parameters.filter(({ rank }) => rank > 1)) {
          parameter.assign(parameter.mul(kept));
        }
      }
      this.optimizer.applyGradients(grads);
      return value;
    });
    const [number] = await loss.data();
    loss.dispose();
    return number;
  }
}

serve({
  async open({ network, device, problem }) {
    if (!(await tf.setBackend(device))) throw new Error("it has no such device here");
    await tf.ready();
    learner = new Learner({ conv4: Conv4, compact: Compact }[network], readProblem(problem));
    return `TensorFlow.js ${tf.version_core}`;
  },
  step: () => learner.step(),
});
