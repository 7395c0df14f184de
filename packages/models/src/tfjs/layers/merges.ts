/** Layers with several inputs. */
import { Add, Concat, Multiply, ReduceMax, Scale, Subtract, Unsqueeze } from "@relprop/layers";
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
];

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
