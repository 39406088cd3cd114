// ONNX Runtime Web's side: embeddings of images by the same networks, written as ONNX models.
"use strict";
importScripts("timed.js", "safetensors.js", "networks.js", "onnx.js");

let session;
let outputs;
let network;
let images;

serve({
  async open(request) {
    ({ network, images } = request);
    const webgpu = request.device === "webgpu";
    // The build without WebGPU is the smaller one, and what its users take for the processor.
    importScripts(webgpu ? "ort.webgpu.min.js" : "ort.wasm.min.js");
    ort.env.wasm.numThreads = request.threads;
    const { tensors } = readTensors(request.weights);
    const model = onnx(network, tensors);
    outputs = model.outputs;
    session = await ort.InferenceSession.create(model.file, {
      executionProviders: [request.device],
      graphOptimizationLevel: "all",
    });
    return `ONNX Runtime Web ${ort.env.versions.web}`;
  },
  async embed(count) {
    const side = SIDES[network];
    const batch = new ort.Tensor(
      "float32",
      images.subarray(0, count * side * side),
      [count, 1, side, side],
    );
    const results = await session.run({ images: batch });
    return outputs.map((name) => results[name].data);
  },
});
