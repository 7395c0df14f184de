// One file of hostile structure: made, read, lowered, and held to what SECURITY.md promises.
import { loadOnnx, loadTfjs, ModelFormatError } from "@relprop/models";
import { Undetermined } from "@relprop/layers";
import { epsilonPlus, LRP, prepare } from "@relprop/lrp";
import { full, Integers, scalar, sizeOf, useKernels } from "@relprop/tensor";
import { simd } from "@relprop/tensor/simd";
import { onnxCase } from "./onnx.js";
import { peak, restPeak } from "./peak.js";
import { soundCase } from "./sound.js";
import { tfjsCase } from "./tfjs.js";
import { tfjsGraphCase } from "./tfjs-graph.js";

/** Numbers between 0 and 1 that follow from a seed. */
function randomFrom(seed) {
  let state = (seed + 1) * 0x9e3779b1 >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What SECURITY.md promises of reading and lowering, in bytes, besides what the process holds anyway. */
export const MEMORY = { least: 128 * 2 ** 20, perByte: 128, perElement: 256 };

/** The case with this seed: every eighth is a TensorFlow.js model, of layers or a graph, the others are ONNX files. */
export function structure(seed) {
  const random = randomFrom(seed);
  for (let skipped = 0; skipped < 8; skipped++) random();
  if (seed % 8 === 7) {
    const { json, shards } = (seed % 16 === 7 ? tfjsCase : tfjsGraphCase)(random);
    const size = json.length + shards.reduce((sum, { length }) => sum + length, 0);
    return { size, read: () => loadTfjs(json, shards) };
  }
  const bytes = seed % 2 === 0 ? soundCase(random) : onnxCase(random);
  return { size: bytes.length, bytes, read: () => loadOnnx(bytes) };
}

/**
 * Reads the case, lowers it twice, and explains it where that is little work: how it ended, its size, the milliseconds
 * the process worked, the memory it held in all, and what it may. `escape` is set where it ended by an error that is no
 * sentence.
 */
export function tried(seed) {
  const { size, read } = structure(seed);
  const began = process.cpuUsage();
  restPeak();
  let [end, escape, elements] = ["read", undefined, 0];
  const error = attempt(() => {
    const model = read();
    end = "lowered";
    for (const extent of [1, 3]) elements += lower(model, extent);
    prepare(model);
    if (explained(model, seed)) end = "explained";
  });
  if (error !== undefined) {
    end = end === "read" ? "refused" : `${end}, then refused`;
    const isNamed = end !== "refused" || error instanceof ModelFormatError;
    if (!isNamed || !isSentence(error)) escape = String(error?.stack ?? error).slice(0, 600);
  }
  const { user, system } = process.cpuUsage(began);
  const most = MEMORY.least + MEMORY.perByte * size + MEMORY.perElement * elements;
  return { end, size, escape, milliseconds: (user + system) / 1000, held: peak(), most };
}

function attempt(body) {
  try {
    body();
    return undefined;
  } catch (error) {
    return error;
  }
}

/** Works out the shapes of a model for inputs whose free extents are all `extent`; returns the elements that count. */
function lower(model, extent) {
  const inputs = shapesOf(model, extent);
  let elements = Math.min(inputs.reduce((sum, shape) => sum + sizeOf(shape), 0), 2 ** 17);
  const error = attempt(() => model.shapes(...inputs));
  if (error !== undefined && !(error instanceof Undetermined)) throw error;
  return elements;
}

function shapesOf(model, extent) {
  return model.inputs.map(({ shape = [extent] }) => shape.map((known) => known ?? extent));
}

/** Elements of all values, and nodes, up to which a model is explained. */
const [MOST_ELEMENTS, MOST_NODES] = [2 ** 14, 60];

/** Explains a model where that is little work; whether it was. */
function explained(model, seed) {
  const inputs = shapesOf(model, 1);
  let elements = Infinity;
  if (model.nodes.length > MOST_NODES || inputs.length > 3) return false;
  attempt(() => {
    elements = 0;
    for (const shape of model.shapes(...inputs).values()) elements += sizeOf(shape);
  });
  if (elements > MOST_ELEMENTS) return false;
  if (inputs.some((shape) => sizeOf(shape) > MOST_ELEMENTS)) return false;
  useKernels(seed % 3 === 0 ? simd() ?? scalar : scalar);
  const values = model.inputs.map(({ type }, i) =>
    (type === undefined ? full(inputs[i], 0.5) : new Integers(inputs[i], new Float64Array(sizeOf(inputs[i])), type)));
  new LRP(prepare(model), epsilonPlus()).analyze(values.length === 1 ? values[0] : values);
  return true;
}

/** Whether an error is one that was meant, and says so in words. */
function isSentence(error) {
  const isKind = error instanceof ModelFormatError || error instanceof RangeError || error instanceof TypeError;
  const isOfEngine = /Invalid (typed )?array|Array buffer|call stack|undefined|is not a|not iterable|Cannot|BigInt/;
  return isKind && error.message.length > 10 && !isOfEngine.test(error.message);
}
