// Training steps of each side in turn, so that whatever else the machine does falls on all sides
// alike. It knows messages and clocks; refuses to know networks.
"use strict";

const problems = new Map();

/** The file of a network's problem, made once. */
async function problem(network) {
  if (!problems.has(network)) {
    const side = new Side("ours.js", { framework: "twinglyph", device: "cpu" });
    problems.set(network, (await side.ask({ problem: network })).file);
    side.end();
  }
  return problems.get(network);
}

/** The figures of a comparison of steps. */
async function train({ network, sides, warmUp, steps, seconds }) {
  const file = await problem(network);
  const scripts = { twinglyph: "ours.js", tfjs: "tfjs.js" };
  const workers = sides.map((side) => new Side(scripts[side.framework], side));
  try {
    const figures = [];
    for (const worker of workers) {
      const { framework, device } = worker;
      const opened = await worker.ask({ open: { network, device, problem: file } });
      const figure = { framework, device, ...opened, warm_up: [], losses: [], milliseconds: [] };
      for (let step = 0; step < warmUp; step++) {
        const { loss, milliseconds } = await worker.ask({ step: true });
        figure.losses.push(loss);
        figure.warm_up.push(milliseconds);
      }
      figures.push(figure);
    }
    const end = performance.now() + 1000 * seconds;
    for (let round = 0; round < steps && (round < 1 || performance.now() < end); round++) {
      for (const at of inTurn(round, [...workers.keys()])) {
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
