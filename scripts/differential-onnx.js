// npm run differential:onnx -- [FIRST] [COUNT] [FAMILY]: random nodes with random attributes, and random graphs of
// three to eight nodes (family "graphs"), read by loadOnnx and by onnxruntime-web, which is installed beside the
// benchmarks' peers on demand; and gradients against differences. Exits with 1 when numbers, shapes or gradients
// differ, and says which.
import { loadOnnx } from "@relprop/models";
import { Integers, Tensor } from "@relprop/tensor";
import { checkGradients } from "../test/conformance/.build/onnx/gradients.js";
import { families } from "./differential-onnx/families.js";
import { randomGraph } from "./differential-onnx/random-graphs.js";
import { Random } from "./differential-onnx/random.js";
import { runtime } from "./differential-onnx/runtime.js";
import { arrayOf, oneNode, TYPES, wholeGraph } from "./differential-onnx/write-onnx.js";

const [first = 0, count = 2000] = process.argv.slice(2, 4).map(Number);
const chosen = process.argv[4] === undefined ? [...Object.keys(families), "graphs", "graphs"] : [process.argv[4]];
const ort = await runtime();
const counts = {
  agree: 0, "both refuse": 0, "only the peer takes": 0, "only loadOnnx takes": 0, differ: 0, "gradients off": 0,
};
const refused = new Map();

for (let seed = first; seed < first + count; seed++) {
  const family = chosen[seed % chosen.length];
  const { bytes, fed, said: described, ops } = drawn(family, new Random(seed));
  const want = await theirs(bytes, fed);
  const got = ours(bytes, fed);
  const said = `seed ${seed} ${family} ${described}`;
  if (got.error !== undefined && want.error !== undefined) counts["both refuse"]++;
  else if (got.error !== undefined) {
    counts["only the peer takes"]++;
    const why = `${ops}: ${got.error.message.replace(/^loadOnnx: .*?\): /, "").replace(/\d+/g, "#").slice(0, 110)}`;
    refused.set(why, (refused.get(why) ?? 0) + 1);
    const isRefusal = /^(RangeError|ShapeError|ModelFormatError|Undetermined)/.test(got.error.name);
    if (!isRefusal) console.log(`${said}: ${got.error.stack}`);
  } else if (want.error !== undefined) counts["only loadOnnx takes"]++;
  else {
    const difference = differs(got.outputs, want.outputs);
    if (difference === undefined) counts.agree++;
    else {
      counts.differ++;
      console.log(`${said}: ${difference}`);
    }
    if (difference !== undefined || seed % 4 !== 0 || ties(ops, fed)) continue;
    const { fate, reason } = checkGradients(got.model, got.inputs);
    if (fate === "OFF") {
      counts["gradients off"]++;
      console.log(`${said}: gradient ${reason}`);
    }
  }
}

for (const [why, times] of [...refused].sort((a, b) => b[1] - a[1])) console.log(`refused ${times} × ${why}`);
console.log(Object.entries(counts).map(([what, times]) => `${times} ${what}`).join(", "));
process.exitCode = counts.differ + counts["gradients off"] > 0 || counts.agree === 0 ? 1 : 0;

/** Whether equals are picked from: the first of them takes all, which need not lie between the slopes of both sides. */
function ties(ops, fed) {
  return ["MaxPool", "TopK"].includes(ops) && fed.some(({ values }) => new Set(values).size < values.length);
}

/** The file, what to feed it, and what to call it. */
function drawn(family, r) {
  if (family === "graphs") {
    const graph = randomGraph(r);
    const said = graph.nodes.map(({ op, inputs, outputs }) => `${outputs}=${op}(${inputs})`).join(" ");
    return { bytes: wholeGraph({ ...graph, isFree: r.chance(0.5) }), fed: graph.inputs, said, ops: "graph" };
  }
  const node = families[family](r);
  const fed = node.inputs.flatMap((input, i) =>
    (input === undefined || input.constant ? [] : [{ ...input, name: `x${i}` }]));
  const { op, attributes, inputs } = node;
  const said = JSON.stringify({ op, attributes, inputs: inputs.map((input) => input?.shape) });
  return { bytes: oneNode(node), fed, said, ops: op };
}

async function theirs(bytes, fed) {
  try {
    const options = { logSeverityLevel: 4, graphOptimizationLevel: "disabled" };
    const session = await ort.InferenceSession.create(bytes, options);
    const feeds = Object.fromEntries(fed.map(({ name, type = "float", shape, values }) =>
      [name, new ort.Tensor(TYPES[type].runtime, arrayOf(type, values), shape)]));
    const made = await session.run(feeds);
    const outputs = session.outputNames.map((name) =>
      ({ shape: [...made[name].dims], values: [...made[name].data].map(Number) }));
    await session.release();
    return { outputs };
  } catch (error) {
    return { error };
  }
}

function ours(bytes, fed) {
  try {
    const model = loadOnnx(bytes);
    const inputs = fed.map(({ type = "float", shape, values }) =>
      (type === "float"
        ? new Tensor(shape, Float32Array.from(values))
        : new Integers(shape, Float64Array.from(values), type)));
    const outputs = model.run(...inputs).map(({ shape, data }) => ({ shape: [...shape], values: [...data] }));
    return { model, inputs, outputs };
  } catch (error) {
    return { error };
  }
}

function differs(got, want) {
  for (const [i, { shape, values }] of want.entries()) {
    if (got[i] === undefined) return `takes ${want.length} outputs, got ${got.length}`;
    if (got[i].shape.join() !== shape.join()) return `output ${i} takes [${shape}], got [${got[i].shape}]`;
    const at = values.findIndex((value, k) => {
      const other = got[i].values[k];
      return !(Object.is(value, other) || Math.abs(value - other) <= 1e-4 + 1e-3 * Math.abs(value));
    });
    if (at >= 0) return `output ${i} takes ${values[at]} at ${at}, got ${got[i].values[at]}`;
  }
  return undefined;
}
