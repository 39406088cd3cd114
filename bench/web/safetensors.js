// Reads a problem's or a subject's file: safetensors of f32, with the settings of a problem in its
// metadata. Knows no framework.
"use strict";

function readTensors(file) {
  const length = Number(new DataView(file.buffer, file.byteOffset).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(file.subarray(8, 8 + length)));
  const tensors = new Map();
  for (const [name, { dtype, shape, data_offsets }] of Object.entries(header)) {
    if (name === "__metadata__") continue;
    const [start, end] = data_offsets;
    if (dtype !== "F32") throw new Error(`${name} holds ${dtype}, F32 is needed`);
    // A copy, as its place in the file may not be a multiple of four.
    const values = new Float32Array(file.slice(8 + length + start, 8 + length + end).buffer);
    tensors.set(name, { shape, values });
  }
  return { tensors, metadata: header.__metadata__ };
}

function readProblem(file) {
  const { tensors, metadata } = readTensors(file);
  return { tensors, settings: JSON.parse(metadata.problem) };
}
