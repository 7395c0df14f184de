/** Layers with several inputs. */
import { Add, Concat, Einsum, Multiply, ReduceMax, Scale, Subtract, Unsqueeze } from "@relprop/layers";
import { tensor } from "@relprop/tensor";
import type { KerasLayer, LayerCall } from "../layer-call.ts";
import type { Stream } from "../streams.ts";

/** Sums, products, extremes, concatenation. */
export const merges: readonly (readonly [string, KerasLayer])[] = [
  ["Add", (call) => call.emit(new Add(), call.alike())],
  ["Subtract", (call) => call.emit(new Subtract(), call.alike())],
  ["Multiply", (call) => call.emit(new Multiply(), call.alike())],
  ["Average", (call) => scaled(call, call.emit(new Add(), call.alike(), ".sum"), 1 / call.inputs.length, "")],
  ["Maximum", (call) => largest(call, call.alike(), "")],
  ["Minimum", (call) => {
    const negated = call.alike().map((input) => scaled(call, input, -1, ".negated"));
    return scaled(call, largest(call, negated, ".largest"), -1, "");
  }],
  ["Concatenate", concatenated],
  ["Dot", dot],
];

/** Products of two values along an axis of each, and of every sample with itself alone. */
function dot(call: LayerCall): Stream {
  const [a, b] = call.inputs.map((input) => call.asGiven(input));
  if (a === undefined || b === undefined || call.inputs.length !== 2) {
    throw new RangeError(`takes 2 inputs, got ${call.inputs.length}`);
  }
  if (call.config.flag("normalize") === true) throw new RangeError("takes products as they are, got normalize");
  const ranks = [a, b].map(({ shape }) => shape.length);
  const axes = (call.config.numbers("axes", 2) ?? [-1, -1]).map((axis, i) => (axis < 0 ? axis + ranks[i]! : axis));
  if (!axes.every((axis, i) => Number.isInteger(axis) && axis >= 1 && axis < ranks[i]!) || ranks[0]! + ranks[1]! > 12) {
    throw new RangeError(`takes axes behind the batch, got [${axes.join(", ")}]`);
  }
  const letters = "nabcdefghijkl";
  const first = letters.slice(0, ranks[0]);
  const second = letters[0] + letters.slice(ranks[0]!, ranks[0]! + ranks[1]! - 1);
  const labels = first.replace(first[axes[0]!]!, "z") + "," + second.replace(second[axes[1]!]!, "z");
  const rest = labels.replace(",n", "").replaceAll("z", "");
  // Where nothing is left but the sample, Keras keeps an axis of 1.
  const product = call.emit(new Einsum(`${labels}->${rest}`), [a, b], rest.length === 1 ? ".product" : "");
  return rest.length === 1 ? call.emit(new Unsqueeze([1]), [product]) : product;
}

function scaled(call: LayerCall, x: Stream, factor: number, suffix: string): Stream {
  return call.emit(new Scale(tensor(factor)), [x], suffix);
}

/** The maximum over a new axis along which the inputs stand. */
function largest(call: LayerCall, inputs: readonly Stream[], suffix: string): Stream {
  const rows = inputs.map((input) => call.emit(new Unsqueeze([1]), [input], ".unsqueeze"));
  return call.emit(new ReduceMax({ axes: [1], keepDims: false }), [call.emit(new Concat(1), rows, ".concat")], suffix);
}

function concatenated(call: LayerCall): Stream {
  const inputs = call.alike();
  const [first] = inputs;
  const rank = first?.shape.length ?? 0;
  const given = call.config.number("axis") ?? -1;
  const axis = given < 0 ? given + rank : given;
  if (!(axis >= 1 && axis < rank)) throw new RangeError(`takes an axis behind the batch, of ${rank}, got ${given}`);
  const turned = axis === rank - 1 ? 1 : axis + 1;
  return call.emit(new Concat(first?.channelsFirst === true ? turned : axis), inputs);
}
