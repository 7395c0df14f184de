/** Normalisations and fixed scales. */
import { BatchNorm, GroupNorm, LayerNorm, LpNormalization, Scale } from "@relprop/layers";
import { tensor, Tensor } from "@relprop/tensor";
import { shown, type Json } from "../../json.ts";
import type { KerasLayer, LayerCall } from "../layer-call.ts";
import type { Stream } from "../streams.ts";

/** Normalisation by stored or by momentary statistics. */
export const normalizations: readonly (readonly [string, KerasLayer])[] = [
  ["BatchNormalization", batchNorm],
  ["GroupNormalization", (call) => {
    const x = call.turned(call.input);
    onlyAxis(call, call.input, [-1]);
    const [given, epsilon] = [call.config.number("groups") ?? 32, call.config.number("epsilon") ?? 1e-3];
    // As many groups as channels are written as -1.
    const groups = given === -1 ? x.shape[1]! : given;
    return call.emit(
      new GroupNorm(groups, { epsilon, weight: call.maybeWeight("gamma"), bias: call.maybeWeight("beta") }), [x],
    );
  }],
  ["LayerNormalization", (call) => {
    const x = call.asGiven(call.input);
    const [axes, epsilon] = [trailingAxes(call, x), call.config.number("epsilon") ?? 1e-3];
    if (call.config.flag("rms_scaling") === true) throw new RangeError("takes rms_scaling false, got true");
    return call.emit(
      new LayerNorm({ axes }, { epsilon, weight: call.maybeWeight("gamma"), bias: call.maybeWeight("beta") }), [x],
    );
  }],
  ["UnitNormalization", (call) => {
    const x = call.asGiven(call.input);
    return call.emit(new LpNormalization(2, onlyAxis(call, x, [-1, 1])), [x]);
  }],
  ["Normalization", (call) => {
    const x = call.asGiven(call.input);
    const [mean, variance] = [call.weight("mean", 1), call.weight("variance", 1)];
    const weight = new Tensor(variance.shape, variance.data.map((value) => 1 / Math.max(Math.sqrt(value), 1e-7)));
    const bias = new Tensor(mean.shape, mean.data.map((value, i) => -value * weight.data[i]!));
    return call.emit(new Scale(weight, { bias }), [x]);
  }],
  ["Rescaling", (call) => {
    // One number, or one for each channel, which stand last where the user has them.
    const [scale, bias] = [numbersOf(call, "scale", 1), numbersOf(call, "offset", 0)];
    const isOne = scale.size * bias.size === 1;
    return call.emit(new Scale(scale, { bias }), [isOne ? call.input : call.asGiven(call.input)]);
  }],
];

function numbersOf(call: LayerCall, setting: string, otherwise: number): Tensor {
  const given = call.config.any(setting) ?? otherwise;
  if (typeof given === "number") return tensor(given);
  const list = call.config.numbers(setting)!;
  return new Tensor([list.length], Float32Array.from(list));
}

function batchNorm(call: LayerCall): Stream {
  const rank = call.input.shape.length;
  const axis = onlyAxis(call, call.input, [-1, 1]);
  const x = axis === rank - 1 ? call.turned(call.input) : call.asGiven(call.input);
  return call.emit(new BatchNorm({
    gamma: call.maybeWeight("gamma"),
    beta: call.maybeWeight("beta"),
    mean: call.weight("moving_mean", 1),
    variance: call.weight("moving_variance", 1),
    epsilon: call.config.number("epsilon") ?? 1e-3,
  }), [x]);
}

/** The one axis that is normalised, counted from the front; throws unless it is among `takes`. */
function onlyAxis(call: LayerCall, x: Stream, takes: readonly number[]): number {
  const rank = x.shape.length;
  const given = call.config.any("axis") ?? -1;
  const axis = Array.isArray(given) && given.length === 1 ? (given[0] as unknown) : given;
  const front = typeof axis === "number" ? (axis < 0 ? axis + rank : axis) : NaN;
  if (!takes.some((one) => (one < 0 ? one + rank : one) === front)) {
    throw new RangeError(`takes axis ${takes.join(" or ")}, got ${few(given)}`);
  }
  return front;
}

/** The first of some axes. */
function few(axes: Json): string {
  return [axes].flat().slice(0, 8).map(shown).join(", ");
}

/** How many of the last axes are normalised together; throws where they are others. */
function trailingAxes(call: LayerCall, x: Stream): number {
  const given = call.config.any("axis") ?? -1;
  const rank = x.shape.length;
  const axes = [given].flat().map((axis) => (typeof axis === "number" && axis < 0 ? axis + rank : axis));
  const wanted = axes.map((_, i) => rank - axes.length + i);
  if (axes.length >= rank || wanted.some((axis) => !axes.includes(axis))) {
    throw new RangeError(`takes the last axes, got ${few(given)}`);
  }
  return axes.length;
}
