// Embeddings of the same images by each side in turn, for each number of images, held against the
// first side's. A side that does not run here is left out, with its reason. It knows messages and
// clocks; refuses to know networks.
"use strict";

const subjects = new Map();

/** A network's weights and images, made once. */
async function subject(network) {
  if (!subjects.has(network)) {
    const side = new Side("ours.js", { framework: "twinglyph", device: "cpu" });
    subjects.set(network, await side.ask({ subject: network }));
    side.end();
  }
  return subjects.get(network);
}

/** Seconds in which a side must be opened, and give each answer. */
const PATIENCE = 60;

/** A side's warm-up ends after so many milliseconds: what is slow has nothing to warm up by then. */
const WARM = 4000;

/** Threads of the side before may still look for work for some milliseconds. */
const pause = () => new Promise((resolve) => setTimeout(resolve, 10));

const rounded = (milliseconds) => Math.round(1000 * milliseconds) / 1000;

/** A side with what it has done for one number of images. */
class Run {
  constructor(side, request) {
    const { framework, device, threads } = side;
    this.side = side;
    this.request = request;
    this.figure = {
      framework, device, threads,
      name: "", opened: 0, warm_up: [], milliseconds: [], difference: 0, reason: null,
    };
  }

  /** Does it, unless the side failed; a failure is the side's last word. */
  async attempt(what) {
    if (this.figure.reason !== null) return;
    try {
      await what();
    } catch (error) {
      // The side is named beside its reason.
      this.figure.reason = String((error.cause ?? error).message ?? error);
      this.side.end();
    }
  }

  async open(network, { weights, images }) {
    await this.attempt(async () => {
      const { device, threads } = this.side;
      const { name, opened } = await this.side.ask(
        { open: { network, device, threads, weights, images } },
        PATIENCE,
      );
      this.figure.name = name;
      this.figure.opened = rounded(opened);
    });
  }

  /** One call; its difference from the reference, which it is where there is none. */
  async embed(count, reference, times) {
    await this.attempt(async () => {
      const { values, milliseconds } = await this.side.ask({ embed: count }, PATIENCE);
      this.figure[times].push(rounded(milliseconds));
      const against = (reference.values ??= values);
      if (against.length !== values.length) {
        throw new Error(`it gives ${values.length} numbers, ${against.length} are expected`);
      }
      let most = this.figure.difference;
      for (let at = 0; at < values.length; at++) {
        const difference = Math.abs(values[at] - against[at]);
        // Not a number is no agreement, and JSON does not have it.
        most = difference <= most ? most : Number.isFinite(difference) ? difference : 1e30;
      }
      this.figure.difference = most;
    });
  }

  /** The same side for another number of images. */
  next() {
    const run = new Run(this.side, this.request);
    const { name, opened, reason } = this.figure;
    Object.assign(run.figure, { name, opened, reason });
    return run;
  }

  takes(count) {
    const { least = 1, most = Infinity } = this.request;
    return least <= count && count <= most;
  }
}

/** The figures of comparisons, one for each number of images. */
async function embed({ network, sides, batches, warmUp, rounds, seconds }) {
  const given = await subject(network);
  const scripts = { twinglyph: "ours.js", tfjs: "tfjs-embed.js", ort: "ort.js" };
  let runs = sides.map((side) => {
    // Ours has workers where others have threads.
    const Kind = side.framework === "twinglyph" && side.threads > 1 ? Workers : Side;
    return new Run(new Kind(scripts[side.framework], side), side);
  });
  try {
    for (const run of runs) await run.open(network, given);
    const comparisons = [];
    for (const count of batches) {
      runs = runs.map((run) => run.next());
      const taking = runs.filter((run) => run.takes(count));
      const reference = {};
      for (const run of taking) {
        const end = performance.now() + WARM;
        for (let call = 0; call < warmUp && (call < 1 || performance.now() < end); call++) {
          await run.embed(count, reference, "warm_up");
        }
      }
      const end = performance.now() + 1000 * seconds;
      for (let round = 0; round < rounds && (round < 1 || performance.now() < end); round++) {
        for (const run of inTurn(round, taking)) {
          await pause();
          await run.embed(count, reference, "milliseconds");
        }
      }
      const values = reference.values ?? [];
      const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      comparisons.push({
        network, images: count, largest, sides: taking.map(({ figure }) => figure),
      });
    }
    return comparisons;
  } finally {
    runs.forEach(({ side }) => side.end());
  }
}
