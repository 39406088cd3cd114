// Twinglyph's side: the training step in wasm, on the processor or on WebGPU.
"use strict";
importScripts("timed.js", "twinglyph_bench.js");

const loaded = wasm_bindgen("twinglyph_bench_bg.wasm");
let ours;

serve({
  async problem(network) {
    await loaded;
    return wasm_bindgen.problem(network);
  },
  async open({ network, device }) {
    await loaded;
    ours = await wasm_bindgen.Ours.open(network, device);
    return ours.name();
  },
  step: () => ours.step(),
});
