/** Lookups by token ids, and layers that go through what they give step by step. */
import {
  FinalStates, Flatten, gatesRule, GRUCell, LSTMCell, Multiply, Recurrent, ReduceMean, ReduceSum, RNNCell, Slice,
  type RecurrentCell, type RecurrentOptions,
} from "@relprop/layers";
import { formatShape, Integers, Tensor } from "@relprop/tensor";
import { embedding } from "../../embedding.ts";
import { permuted } from "../../strided.ts";
import type { KerasLayer, LayerCall } from "../layer-call.ts";
import { Settings } from "../settings.ts";
import type { Stream } from "../streams.ts";
import { activationNamed } from "./activations.ts";
import { maskOf } from "./masks.ts";

/** Embeddings and recurrent layers, in one direction or both. */
export const recurrences: readonly (readonly [string, KerasLayer])[] = [
  ["Embedding", (call) => {
    const table = call.weight("embeddings", 2);
    const ids = call.input;
    const rows = call.decide(embedding(table), [ids], [...ids.shape, table.shape[1]!]);
    return call.config.flag("mask_zero") === true ? { ...rows, mask: maskOf(call, ids, 0) } : rows;
  }],
  ["LSTM", (call) => oneDirection(call, "LSTM")],
  ["GRU", (call) => oneDirection(call, "GRU")],
  ["SimpleRNN", (call) => oneDirection(call, "SimpleRNN")],
  ["RNN", stackedCells],
  ["Bidirectional", bothDirections],
];

/** The weights of a cell, in Keras' layout and order of gates. */
interface CellWeights {
  readonly kernel: Tensor;
  readonly recurrent: Tensor;
  readonly bias: Tensor | undefined;
}

type MakeCell = (config: Settings, weights: CellWeights) => RecurrentCell;

const CELLS: ReadonlyMap<string, MakeCell> = new Map<string, MakeCell>([
  ["LSTM", (config, { kernel, recurrent, bias }) => {
    // Keras has i, f, c, o; the cell i, o, f, g.
    const turned = (tensor: Tensor): Tensor => blocks(tensor, 4, [0, 3, 1, 2]);
    return new LSTMCell({
      weight: turned(transposed(kernel)), recurrent: turned(transposed(recurrent)), bias: bias && turned(bias),
      gate: activationNamed(config.text("recurrent_activation") ?? "hard_sigmoid"), ...outer(config),
      output: activationNamed(config.text("activation") ?? "tanh"),
    });
  }],
  ["GRU", (config, { kernel, recurrent, bias }) => {
    const resetAfter = config.flag("reset_after") ?? false;
    const rows = bias?.shape.length === 2 ? bias : bias?.reshape([1, bias.size]);
    const row = (index: number): Tensor | undefined => {
      if (rows === undefined || index >= rows.shape[0]!) return undefined;
      return rows.rows(index, index + 1).reshape([rows.shape[1]!]);
    };
    return new GRUCell({
      weight: transposed(kernel), recurrent: transposed(recurrent), bias: row(0), recurrentBias: row(1), resetAfter,
      gate: activationNamed(config.text("recurrent_activation") ?? "hard_sigmoid"), ...outer(config),
    });
  }],
  ["SimpleRNN", (config, { kernel, recurrent, bias }) => new RNNCell({
    weight: transposed(kernel), recurrent: transposed(recurrent), bias,
    activation: activationNamed(config.text("activation") ?? "tanh"),
  })],
]);

function outer(config: Settings): { candidate: ReturnType<typeof activationNamed> } {
  return { candidate: activationNamed(config.text("activation") ?? "tanh") };
}

function oneDirection(call: LayerCall, className: string): Stream {
  return stacked(call, [cellOf(call, className, call.config, () => true)]);
}

/** Cells that are described within: one, or several that read one another. */
function stackedCells(call: LayerCall): Stream {
  const { config } = call;
  const single = config.any("cell") === undefined ? undefined : config.settings("cell");
  const list = single?.text("class_name") === "StackedRNNCells" ? single.settings("config") : config;
  const cells = list.list("cells")?.map((json) => new Settings(json, "a cell")) ?? (single ? [single] : []);
  if (cells.length === 0) throw new RangeError("takes a cell, got none");
  return stacked(call, cells.map((described, i) => {
    const [own, className = ""] = [described.settings("config"), described.text("class_name")];
    const names = [`RNNCell_${i}`, own.text("name")];
    const belongs = (segment: string): boolean => cells.length === 1 || names.includes(segment);
    return cellOf(call, className.replace(/Cell$/, ""), own, belongs);
  }));
}

/** Cells one behind the other, in the direction that the layer says. */
function stacked(call: LayerCall, cells: readonly RecurrentCell[]): Stream {
  const { config } = call;
  const reverse = config.flag("go_backwards") === true;
  return cells.reduce((input, cell, i) => {
    const isLast = i === cells.length - 1;
    const suffix = isLast ? "" : `.cell${i}`;
    const run = { input, suffix, isSequence: !isLast || config.flag("return_sequences") === true };
    return ran(call, [cell], [reverse], config, run, (sequence, isSequence) => {
      const flat = isSequence ? new Flatten({ startAxis: 2 }) : new Flatten();
      const joined = call.emit(flat, [sequence], `${suffix}.joined`);
      // Backwards, Keras gives steps in the order it took them.
      const isTurned = isLast && isSequence && reverse;
      return isTurned ? call.emit(new Slice({ axis: 1, step: -1 }), [joined], ".reversed") : joined;
    });
  }, call.input);
}

function bothDirections(call: LayerCall): Stream {
  const layer = call.config.settings("layer");
  const [className, config] = [layer.text("class_name") ?? "", layer.settings("config")];
  if (config.flag("go_backwards") === true) throw new RangeError("takes a layer that goes forwards, got go_backwards");
  const mode = call.config.text("merge_mode");
  const merge = MERGES.get(mode ?? "");
  if (merge === undefined) {
    throw new RangeError(`takes merge_mode ${[...MERGES.keys()].join(", ")}, got ${mode ?? "none"}`);
  }
  const cells = ["forward_", "backward_"].map((prefix) =>
    cellOf(call, className, config, (segment) => segment.startsWith(prefix)));
  const run = { input: call.input, suffix: "", isSequence: config.flag("return_sequences") === true };
  return ran(call, cells, [false, true], config, run, (sequence, isSequence) =>
    merge(call, sequence, isSequence ? 2 : 1));
}

/** How the directions, which stand along an axis, become one. */
const MERGES: ReadonlyMap<string, (call: LayerCall, sequence: Stream, axis: number) => Stream> = new Map([
  ["concat", (call, sequence, axis) => call.emit(new Flatten({ startAxis: axis }), [sequence], ".joined")],
  ["sum", (call, sequence, axis) =>
    call.emit(new ReduceSum({ axes: [axis], keepDims: false }), [sequence], ".merged")],
  ["ave", (call, sequence, axis) =>
    call.emit(new ReduceMean({ axes: [axis], keepDims: false }), [sequence], ".merged")],
  ["mul", (call, sequence, axis) => {
    const parts = [0, 1].map((at) => {
      const part = call.emit(new Slice({ axis, start: at, end: at + 1 }), [sequence], `.direction${at}`);
      return call.emit(new Flatten({ startAxis: axis }), [part], `.joined${at}`);
    });
    return call.emit(new Multiply(), parts, ".merged");
  }],
]);

/** What cells run through, what their nodes are called besides, and whether all steps are wanted. */
interface Run {
  readonly input: Stream;
  readonly suffix: string;
  readonly isSequence: boolean;
}

/** Cells run through a sequence; `then` makes the layer's output of all steps or of the last states. */
function ran(
  call: LayerCall, cells: readonly RecurrentCell[], reverse: readonly boolean[], config: Settings,
  { input, suffix, isSequence }: Run, then: (sequence: Stream, isSequence: boolean) => Stream,
): Stream {
  for (const flag of ["return_state", "stateful", "time_major", "zero_output_for_mask"]) {
    if (config.flag(flag) === true) throw new RangeError(`takes ${flag} false, got true`);
  }
  const x = call.asGiven(input);
  const { mask } = input;
  if (mask !== undefined && isSequence && config.flag("go_backwards") === true) {
    throw new RangeError("takes no mask where it gives steps backwards, got one");
  }
  const options: RecurrentOptions = {
    batchFirst: true, directions: reverse.map((isReverse) => (isReverse ? "reverse" : "forward")),
  };
  const plain = new Recurrent(cells, options);
  const shape = plain.outputShape(x.shape);
  const all = mask === undefined ? call.emit(plain, [x], suffix) : call.decide({
    kind: plain.kind,
    role: "recurrent",
    rule: gatesRule(),
    lower: ([sequence]) => ({
      shape: plain.outputShape(sequence!.shape),
      reads: [0],
      bind: ([, given]) => new Recurrent(cells, { ...options, mask: given as Integers }),
    }),
  }, [x, mask], shape, { suffix });
  if (isSequence) {
    const steps = then(all, true);
    return mask === undefined ? steps : { ...steps, mask };
  }
  return then(call.emit(new FinalStates({ reverse, batchFirst: true }), [all], ".last"), false);
}

function cellOf(
  call: LayerCall, className: string, config: Settings, direction: (segment: string) => boolean,
): RecurrentCell {
  const make = CELLS.get(className);
  if (make === undefined) throw new RangeError(`takes layers ${[...CELLS.keys()].join(", ")}, got ${className}`);
  const find = (parameter: string): Tensor | undefined => call.weightWithin(direction, parameter);
  const [kernel, recurrent] = [find("kernel"), find("recurrent_kernel")];
  const bias = config.flag("use_bias") === false ? undefined : find("bias");
  if (kernel?.shape.length !== 2 || recurrent?.shape.length !== 2) {
    const got = [kernel, recurrent].map((tensor) => (tensor === undefined ? "none" : formatShape(tensor.shape)));
    throw new RangeError(`takes weights kernel and recurrent_kernel of two dimensions, got ${got.join(" and ")}`);
  }
  if (bias === undefined && config.flag("use_bias") !== false) throw new RangeError("takes a weight bias, got none");
  return make(config, { kernel, recurrent, bias });
}

function transposed(tensor: Tensor): Tensor {
  return permuted(tensor, [1, 0]);
}

/** The rows of a tensor in blocks, put in another order. */
function blocks(tensor: Tensor, count: number, order: readonly number[]): Tensor {
  const size = tensor.size / count;
  const out = new Float32Array(tensor.size);
  order.forEach((from, to) => out.set(tensor.data.subarray(from * size, (from + 1) * size), to * size));
  return new Tensor(tensor.shape, out);
}
