// The page that `cargo xtask bench` drives: `compare(request)` begins, `answer` is read until it is
// there. It takes one step of each side in turn, so that whatever else the machine does falls on
// all sides alike. It knows messages and clocks; refuses to know networks.
"use strict";

// On `window`, where a driver's scripts find it.
window.answer = null;
const problems = new Map();

/** A worker whose messages are answered one by one. */
class Side {
  constructor({ framework, device }) {
    this.framework = framework;
    this.device = device;
    this.worker = new Worker(framework === "twinglyph" ? "ours.js" : "tfjs.js");
    this.worker.onmessage = ({ data }) =>
      data.error === undefined ? this.resolve(data) : this.reject(new Error(data.error));
    // A script that can't be loaded fails before anything is asked.
    this.failed = new Promise((_, reject) => {
      this.worker.onerror = (event) => reject(new Error(event.message ?? "it can't be loaded"));
    });
    this.failed.catch(() => {});
  }

  async ask(message) {
    const answered = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
      this.worker.postMessage(message);
    });
    try {
      return await Promise.race([answered, this.failed]);
    } catch (error) {
      throw new Error(`${this.framework} on ${this.device}: ${error.message}`);
    }
  }

  async open(network, problem) {
    const opened = await this.ask({ open: { network, device: this.device, problem } });
    return { framework: this.framework, device: this.device, ...opened, warm_up: [], losses: [], milliseconds: [] };
  }

  end() {
    this.worker.terminate();
  }
}

/** The file of a network's problem, made once. */
async function problem(network) {
  if (!problems.has(network)) {
    const side = new Side({ framework: "twinglyph", device: "cpu" });
    problems.set(network, (await side.ask({ problem: network })).file);
    side.end();
  }
  return problems.get(network);
}

async function rounds({ network, sides, warmUp, steps, seconds }) {
  const file = await problem(network);
  const workers = sides.map((side) => new Side(side));
  try {
    const figures = [];
    for (const worker of workers) {
      const figure = await worker.open(network, file);
      for (let step = 0; step < warmUp; step++) {
        const { loss, milliseconds } = await worker.ask({ step: true });
        figure.losses.push(loss);
        figure.warm_up.push(milliseconds);
      }
      figures.push(figure);
    }
    const end = performance.now() + 1000 * seconds;
    for (let round = 0; round < steps && (round < 1 || performance.now() < end); round++) {
      // Each side is first as often as last.
      const order = round % 2 ? [...workers.keys()].reverse() : [...workers.keys()];
      for (const at of order) {
        const { loss, milliseconds } = await workers[at].ask({ step: true });
        figures[at].losses.push(loss);
        figures[at].milliseconds.push(milliseconds);
      }
    }
    return { network, sides: figures };
  } finally {
    workers.forEach((worker) => worker.end());
  }
}

/** Begins; `answer` has the figures when they are there, or why they aren't. */
function compare(request) {
  window.answer = null;
  rounds(request).then(
    (figures) => (window.answer = figures),
    (error) => (window.answer = { error: String(error.message ?? error) }),
  );
}
