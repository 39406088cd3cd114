// Twinglyph's side: the training step or embeddings in wasm, on the processor or on WebGPU.
"use strict";
importScripts("timed.js", "twinglyph_bench.js");

const loaded = wasm_bindgen("twinglyph_bench_bg.wasm");
let ours;
let images;

/** `koch`'s weights as the app fetches them. */
async function shipped(network) {
  if (network !== "koch") return new Uint8Array();
  return new Uint8Array(await (await fetch("koch.safetensors")).arrayBuffer());
}

serve({
  async problem(network) {
    await loaded;
    return wasm_bindgen.problem(network);
  },
  async subject(network) {
    await loaded;
    const weights = await wasm_bindgen.weights(network, await shipped(network));
    return { weights, images: wasm_bindgen.images(network) };
  },
  async open(request) {
    await loaded;
    const { network, device } = request;
    if (request.images) {
      images = request.images;
      const own = await shipped(network);
      ours = await wasm_bindgen.OurEmbedding.open(network, device, own.length ? own : request.weights);
    } else {
      ours = await wasm_bindgen.Ours.open(network, device);
    }
    return ours.name();
  },
  step: () => ours.step(),
  async embed(count, first) {
    const pixels = ours.pixels();
    const values = await ours.embed(images.subarray(first * pixels, (first + count) * pixels));
    const global = count * ours.components();
    return [values.subarray(0, global), values.subarray(global)];
  },
});
