// A worker's side of the page's messages: open, step or embed, and how long that took until its
// numbers were read. `serve` is given how to do them. Refuses to know who does.
"use strict";

/** Several outputs as one array, the same for all frameworks. */
function joined(outputs) {
  const values = new Float32Array(outputs.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const output of outputs) {
    values.set(output, at);
    at += output.length;
  }
  return values;
}

function serve({ open, step, embed, problem, subject }) {
  self.onmessage = async ({ data }) => {
    try {
      const start = performance.now();
      const since = () => performance.now() - start;
      if (data.open) {
        const name = await open(data.open);
        self.postMessage({ name, opened: since() });
      } else if (data.problem) {
        self.postMessage({ file: await problem(data.problem) });
      } else if (data.subject) {
        self.postMessage(await subject(data.subject));
      } else if (data.embed) {
        const outputs = await embed(data.embed, data.first ?? 0);
        const milliseconds = since();
        self.postMessage({ values: joined(outputs), lengths: outputs.map(({ length }) => length), milliseconds });
      } else {
        const loss = await step();
        self.postMessage({ loss, milliseconds: since() });
      }
    } catch (error) {
      self.postMessage({ error: String(error?.message ?? error) });
    }
  };
}
