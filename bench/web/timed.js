// A worker's side of the page's messages: open, step, and how long a step took until its loss was
// read. `serve` is given how to do them. Refuses to know who does.
"use strict";

function serve({ open, step, problem }) {
  self.onmessage = async ({ data }) => {
    try {
      if (data.open) {
        const start = performance.now();
        const name = await open(data.open);
        self.postMessage({ name, opened: performance.now() - start });
      } else if (data.problem) {
        self.postMessage({ file: await problem(data.problem) });
      } else {
        const start = performance.now();
        const loss = await step();
        self.postMessage({ loss, milliseconds: performance.now() - start });
      }
    } catch (error) {
      self.postMessage({ error: String(error?.message ?? error) });
    }
  };
}
