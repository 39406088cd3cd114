// Writes a network as an ONNX model: `ModelProto` of onnx.proto, by the few rules of protobuf that it
// needs. The weights of a large network are never copied but into the finished file.
"use strict";

const IR_VERSION = 8;
const OPSET = 17;
/** `TensorProto.DataType`. */
const [FLOAT, INT64] = [1, 7];
/** `AttributeProto.AttributeType`. */
const [INT, INTS] = [2, 7];

/** A protobuf message: fields in the order in which they are added. */
class Message {
  constructor() {
    this.parts = [];
    this.length = 0;
  }

  #append(part) {
    this.parts.push(part);
    this.length += part.length;
    return this;
  }

  #varint(value) {
    const bytes = [];
    for (; value > 127; value = Math.floor(value / 128)) bytes.push((value % 128) | 128);
    bytes.push(value);
    return this.#append(Uint8Array.from(bytes));
  }

  integer(field, value) {
    return this.#varint(field * 8).#varint(value);
  }

  /** A message, or bytes. */
  nested(field, part) {
    return this.#varint(field * 8 + 2).#varint(part.length).#append(part);
  }

  text(field, text) {
    return this.nested(field, new TextEncoder().encode(text));
  }

  #writeTo(bytes, at) {
    for (const part of this.parts) {
      if (part instanceof Message) part.#writeTo(bytes, at);
      else bytes.set(part, at);
      at += part.length;
    }
  }

  bytes() {
    const bytes = new Uint8Array(this.length);
    this.#writeTo(bytes, 0);
    return bytes;
  }
}

/** `layers` for networks.js that write a graph down; a value is its name. */
class Graph {
  constructor(tensors) {
    this.tensors = tensors;
    this.message = new Message();
    this.values = 0;
  }

  #initializer(name, type, shape, values) {
    const tensor = new Message();
    for (const length of shape) tensor.integer(1, length);
    tensor.integer(2, type).text(8, name);
    tensor.nested(9, new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    this.message.nested(5, tensor);
    return name;
  }

  #node(operator, inputs, attributes = {}) {
    const output = `${operator}_${this.values++}`;
    const node = new Message();
    for (const input of inputs) node.text(1, input);
    node.text(2, output).text(4, operator);
    for (const [name, value] of Object.entries(attributes)) {
      const attribute = new Message().text(1, name);
      if (Array.isArray(value)) {
        for (const entry of value) attribute.integer(8, entry);
        attribute.integer(20, INTS);
      } else {
        attribute.integer(3, value).integer(20, INT);
      }
      node.nested(5, attribute);
    }
    this.message.nested(1, node);
    return output;
  }

  conv(maps, spec) {
    const { shape, kernel, bias } = folded(this.tensors, spec);
    const weight = this.#initializer(`${spec.kernel}.weight`, FLOAT, shape, kernel);
    const added = this.#initializer(`${spec.kernel}.bias`, FLOAT, [bias.length], bias);
    const output = this.#node("Conv", [maps, weight, added], {
      kernel_shape: shape.slice(2),
      pads: Array(4).fill(spec.padding),
      strides: [spec.stride, spec.stride],
    });
    return spec.relu ? this.#node("Relu", [output]) : output;
  }

  addRelu(one, other) {
    return this.#node("Relu", [this.#node("Add", [one, other])]);
  }

  pool(maps) {
    return this.#node("MaxPool", [maps], { kernel_shape: [2, 2], strides: [2, 2] });
  }

  flat(maps) {
    return this.#node("Flatten", [maps], { axis: 1 });
  }

  denseSigmoid(maps, { name }) {
    const { shape, values } = this.tensors.get(`${name}.weight`);
    const bias = this.tensors.get(`${name}.bias`).values;
    const weight = this.#initializer(`${name}.weight`, FLOAT, shape, values);
    const added = this.#initializer(`${name}.bias`, FLOAT, [bias.length], bias);
    const product = this.#node("Gemm", [this.flat(maps), weight, added], { transB: 1 });
    return this.#node("Sigmoid", [product]);
  }

  places(maps, channels, places) {
    // 0 is the length that is there.
    const shape = BigInt64Array.from([0n, BigInt(channels), BigInt(places)]);
    const name = this.#initializer(`shape_${this.values}`, INT64, [3], shape);
    return this.#node("Transpose", [this.#node("Reshape", [maps, name])], { perm: [0, 2, 1] });
  }

  /** An input or output of the whole; a dimension without a length is any number of images. */
  declare(field, name, shape) {
    const dimensions = new Message();
    for (const length of shape) {
      const dimension = new Message();
      if (length) dimension.integer(1, length);
      else dimension.text(2, "images");
      dimensions.nested(1, dimension);
    }
    const tensor = new Message().integer(1, FLOAT).nested(2, dimensions);
    this.message.nested(field, new Message().text(1, name).nested(2, new Message().nested(1, tensor)));
  }
}

/** The model of a network: its file, and the names of its outputs. */
function onnx(network, tensors) {
  const graph = new Graph(tensors);
  const outputs = NETWORKS[network](graph, "images");
  graph.message.text(2, network);
  graph.declare(11, "images", [0, 1, SIDES[network], SIDES[network]]);
  const shapes = { conv4: [[0, 64]], compact: [[0, 256], [0, 36, 64]], koch: [[0, 4096]] };
  outputs.forEach((output, at) => graph.declare(12, output, shapes[network][at]));
  const model = new Message()
    .integer(1, IR_VERSION)
    .nested(7, graph.message)
    .nested(8, new Message().text(1, "").integer(2, OPSET));
  return { file: model.bytes(), outputs };
}
