// A side of a comparison: a framework on a device, in a worker that the page asks. Refuses to know
// what is asked.
"use strict";

/** A worker whose messages are answered one by one. */
class Side {
  constructor(script, { framework, device, threads = 1 }) {
    this.framework = framework;
    this.device = device;
    this.threads = threads;
    this.worker = new Worker(script);
    this.worker.onmessage = ({ data }) =>
      data.error === undefined ? this.resolve(data) : this.reject(new Error(data.error));
    // A script that can't be loaded fails before anything is asked.
    this.failed = new Promise((_, reject) => {
      this.worker.onerror = (event) => reject(new Error(event.message ?? "it can't be loaded"));
    });
    this.failed.catch(() => {});
  }

  /** The answer; an error when there is none within `seconds`. */
  async ask(message, seconds = 900) {
    const answered = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
      this.worker.postMessage(message);
    });
    let timer;
    const late = new Promise((_, reject) => {
      const error = new Error(`no answer within ${seconds} s`);
      timer = setTimeout(() => reject(error), 1000 * seconds);
    });
    try {
      return await Promise.race([answered, this.failed, late]);
    } catch (error) {
      throw new Error(`${this.framework} on ${this.device}: ${error.message}`, { cause: error });
    } finally {
      clearTimeout(timer);
    }
  }

  end() {
    this.worker.terminate();
  }
}

/** Workers of one framework beside each other, each of which embeds some images of a call. The page takes their time, with
 * the messages. */
class Workers {
  constructor(script, side) {
    Object.assign(this, side);
    this.sides = Array.from({ length: side.threads }, () => new Side(script, { ...side, threads: 1 }));
  }

  async ask(message, seconds) {
    if (message.embed) return this.#embed(message.embed, seconds);
    const [first] = await Promise.all(this.sides.map((side) => side.ask(message, seconds)));
    return first;
  }

  async #embed(count, seconds) {
    const start = performance.now();
    const begin = (at) => Math.floor((count * at) / this.sides.length);
    const answers = await Promise.all(this.sides.map((side, at) =>
      side.ask({ embed: begin(at + 1) - begin(at), first: begin(at) }, seconds)));
    const milliseconds = performance.now() - start;
    // Output by output, of all images each.
    const values = answers[0].lengths.flatMap((_, output) => answers.map(({ values, lengths }) => {
      const from = lengths.slice(0, output).reduce((sum, length) => sum + length, 0);
      return [...values.subarray(from, from + lengths[output])];
    }));
    return { values: values.flat(), milliseconds };
  }

  end() {
    this.sides.forEach((side) => side.end());
  }
}

/** Each side is first as often as last. */
const inTurn = (round, sides) => (round % 2 ? [...sides].reverse() : sides);
