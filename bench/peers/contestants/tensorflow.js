/** TensorFlow.js: `node tensorflow.js FOLDER [wasm|cpu]`. Channels come last, and sums are fused with rectifiers. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { floatsOf } from "./floats.js";
import { serve } from "./serve.js";

const [folder, backend = "wasm"] = process.argv.slice(2);
const require = createRequire(import.meta.url);
const tf = require("@tensorflow/tfjs-core");
const backendPackage = require(`@tensorflow/tfjs-backend-${backend}`);
if (backend === "wasm") {
  const entry = require.resolve("@tensorflow/tfjs-backend-wasm");
  backendPackage.setWasmPaths(`${join(dirname(dirname(entry)), "wasm-out")}/`);
  backendPackage.setThreadsCount(1);
}
await tf.setBackend(backend);
await tf.ready();

/** The description as a function; weights are laid out once. */
function runner({ input, nodes, output }, weights) {
  const parameter = ({ offset, shape }) => tf.tensor(weights.slice(offset, offset + size(shape)), shape);
  const readers = (name) => nodes.filter(({ inputs }) => inputs.includes(name));
  const fused = new Set();
  const channels = channelsOf(nodes);
  const steps = nodes.map((node) => {
    const [next, ...others] = readers(node.name);
    const relu = node.weight !== undefined && next?.op === "relu" && others.length === 0;
    if (relu) fused.add(next.name);
    return { ...node, run: operations[node.op]?.(node, parameter, relu ? "relu" : "linear", channels.get(node.name)) };
  });
  return (x) => {
    const values = new Map([[input, x]]);
    for (const { name, inputs, run } of steps) {
      const [first, second] = inputs.map((source) => values.get(source));
      values.set(name, fused.has(name) ? first : run(first, second));
    }
    return values.get(output);
  };
}

const operations = {
  conv({ weight, bias, stride, padding }, parameter, activation) {
    const filter = tf.tidy(() => tf.transpose(parameter(weight), [2, 3, 1, 0]));
    const options = { filter, strides: stride, pad: padding[0], bias: parameter(bias), activation };
    return (x) => tf.fused.conv2d({ x, ...options });
  },
  dense({ weight, bias }, parameter, activation, planes) {
    // Behind a flattened image, columns are put in the order it is laid out here: channels last.
    const b = tf.tidy(() => {
      const [out, features] = weight.shape;
      const [c, extent] = planes ?? [features, 1];
      const rows = tf.reshape(parameter(weight), [out, c, Math.max(1, extent)]);
      return tf.transpose(tf.reshape(tf.transpose(rows, [0, 2, 1]), [out, features]));
    });
    const added = parameter(bias);
    return (a) => tf.fused.matMul({ a, b, bias: added, activation });
  },
  relu: () => (x) => tf.relu(x),
  maxPool: ({ kernel, stride, padding }) => (x) => tf.maxPool(x, kernel, stride, padding[0]),
  averagePool: ({ kernel, stride, padding }) => (x) => tf.avgPool(x, kernel, stride, padding[0]),
  globalAveragePool: () => (x) => tf.mean(x, [1, 2], true),
  flatten: () => (x) => tf.reshape(x, [x.shape[0], -1]),
  add: () => (a, b) => tf.add(a, b),
};

/** For dense layers behind a flattened image: its channels, and the places of each. */
function channelsOf(nodes) {
  const byName = new Map(nodes.map((node) => [node.name, node]));
  const known = new Map();
  for (const node of nodes) {
    if (node.op !== "dense" || byName.get(node.inputs[0])?.op !== "flatten") continue;
    let before = byName.get(node.inputs[0]);
    while (before.op !== "conv") before = byName.get(before.inputs[0]);
    const [c] = before.weight.shape;
    known.set(node.name, [c, node.weight.shape[1] / c]);
  }
  return known;
}

function size(shape) {
  return shape.reduce((a, b) => a * b, 1);
}

await serve((subject, what) => {
  const description = JSON.parse(readFileSync(join(folder, subject, "model.json"), "utf8"));
  const run = runner(description, floatsOf(join(folder, subject, "weights.f32")));
  const [batch, channels, ...extents] = description.inputShape;
  const input = tf.tidy(() => {
    const first = tf.tensor(floatsOf(join(folder, subject, "input.f32")), [batch, channels, ...extents]);
    return tf.transpose(first, [0, 2, 3, 1]);
  });
  if (what !== "forward") throw new RangeError(`tensorflow.js: cannot do "${what}"`);
  return async () => {
    const result = tf.tidy(() => run(input));
    const data = await result.data();
    result.dispose();
    return data;
  };
});
