/** Where relevance starts: which outputs are to be explained. */
import type { Model } from "@relprop/layers";
import {
  add, argmax, checkKind, checkSameShape, formatShape, oneOf, sizeOf, Tensor, zeros, type Layout, type Shape,
} from "@relprop/tensor";
import { onlyCopy } from "./copies.ts";

/**
 * What to explain, per sample (an output without axes is one sample of one element):
 * - `"max"`: the largest output, the first one on ties.
 * - a number: this output; for outputs of more dimensions, all positions of this channel, wherever channels stand.
 * - a list of numbers: one per sample.
 * - `{ at }`: the element at this position of a sample's output; a shorter position means all below it.
 * - `{ for, against }`: the first with positive, the second with negative sign.
 * - `{ sum }`: several of these added up.
 * - a tensor: any relevance, of the output's shape.
 */
export type Target =
  | "max"
  | number
  | readonly number[]
  | { readonly at: readonly number[] }
  | { readonly for: Target; readonly against: Target }
  | { readonly sum: readonly Target[] }
  | Tensor;

/** The relevance that starts at an output, and which element was chosen per sample where one was. */
export interface Start {
  readonly relevance: Tensor;
  /** Per sample the (flat) index of the chosen output; `undefined` for tensors and contrasts. */
  readonly chosen: readonly number[] | undefined;
}

/** Start from 1 at the chosen outputs, or from the values they have. */
export type StartValue = "one" | "value";

/**
 * The relevance a target means at this output, whose channels stand as the layout says; throws a `RangeError` or
 * `ShapeError` when it does not fit. An output of one axis that is not as long as there are `samples` is all of one.
 */
export function startAt(
  output: Tensor, target: Target, from: StartValue = "one", layout?: Layout,
  samples: number | undefined = output.shape[0],
): Start {
  oneOf("analyze", "start", from, ["one", "value"]);
  if (target instanceof Tensor) {
    checkSameShape("target", output.shape, target.shape);
    return { relevance: target, chosen: undefined };
  }
  if (output.shape.length === 1 && output.shape[0] !== samples) {
    const { relevance, chosen } = startAt(onlyCopy(output), target, from, layout);
    return { relevance: relevance.reshape(output.shape), chosen };
  }
  checkForm(target);
  if (isContrast(target)) {
    const [plus, minus] = [target.for, target.against].map((part) => startAt(output, part, from, layout));
    const relevance = zeros(output.shape);
    for (let i = 0; i < relevance.size; i++) relevance.data[i] = plus!.relevance.data[i]! - minus!.relevance.data[i]!;
    return { relevance, chosen: undefined };
  }
  if (isSum(target)) {
    if (target.sum.length === 0) throw new RangeError("target: takes a sum of at least one target, got none");
    const relevance = Array.from(target.sum, (part) => startAt(output, part, from, layout).relevance).reduce(
      (a, b) => add(a, b), zeros(output.shape),
    );
    return { relevance, chosen: undefined };
  }
  checkKind("target", FORMS, target, isPlain(target));
  const [batch = 1, ...rest] = output.shape;
  const size = sizeOf(rest);
  const relevance = zeros(output.shape);
  const chosen: number[] = [];
  if (typeof target === "object" && isList(target) && target.length !== batch) {
    throw new RangeError(`target: takes one index per sample, ${batch} in all, got ${target.length}`);
  }
  for (let n = 0; n < batch; n++) {
    const { first, count, step } = span(output, n, target, rest, layout);
    chosen.push(first);
    for (let i = n * size + first; i < n * size + first + count * step; i += step) {
      relevance.data[i] = from === "one" ? 1 : output.data[i]!;
    }
  }
  return { relevance, chosen };
}

/** The output of this name, or the first that carries relevance; throws a `RangeError` when there is none such. */
export function outputOf({ outputs, inputs, carriers }: Model, name: string | undefined): string {
  const floats = new Set([...inputs.filter(({ type }) => type === undefined), ...carriers].map((value) => value.name));
  const output = name ?? outputs.find((each) => floats.has(each)) ?? outputs[0]!;
  if (outputs.includes(output)) return output;
  throw new RangeError(`output: takes one of ${outputs.join(", ")}, got "${output}"`);
}

const FORMS = '"max", a number, a list of numbers, { at }, { for, against }, { sum } or a tensor';

/** Throws a `TypeError` for an object that has another form than one of these, or several. */
function checkForm(target: object | string | number): void {
  if (typeof target !== "object" || target === null || Array.isArray(target)) return;
  const form = Object.entries(target).filter(([, part]) => part !== undefined).map(([key]) => key).sort().join(", ");
  checkKind("target", FORMS, `{ ${form} }`, ["at", "against, for", "sum"].includes(form));
}

function isContrast(target: Target): target is { readonly for: Target; readonly against: Target } {
  return typeof target === "object" && target !== null && "for" in target && "against" in target;
}

function isSum(target: Target): target is { readonly sum: readonly Target[] } {
  return typeof target === "object" && target !== null && "sum" in target && Array.isArray(target.sum);
}

/** Whether it is one of these, whatever a caller without types passed. */
function isPlain(target: unknown): target is PlainTarget {
  if (typeof target !== "object" || target === null) return target === "max" || typeof target === "number";
  return Array.isArray(target) || ("at" in target && Array.isArray(target.at));
}

type PlainTarget = "max" | number | readonly number[] | { readonly at: readonly number[] };

/** Elements of a sample that lie `step` apart. */
interface Span {
  readonly first: number;
  readonly count: number;
  readonly step: number;
}

/** The elements a target means in sample `n`. */
function span(output: Tensor, n: number, target: PlainTarget, rest: Shape, layout: Layout | undefined): Span {
  const size = sizeOf(rest);
  if (target === "max") return { first: argmax(output.data, n * size, (n + 1) * size) - n * size, count: 1, step: 1 };
  const position = positionOf(target, n);
  const isChannel = typeof target === "number" || isList(target);
  const channels = rest.at(-1) ?? 1;
  // A sample that is one number is its only output.
  const extents = !isChannel ? rest : rest.length === 0 ? [1] : layout === "channelsLast" ? [channels] : rest;
  let [first, count] = [0, size];
  for (const [axis, index] of position.entries()) {
    const extent = extents[axis];
    if (extent === undefined || !Number.isInteger(index) || index < 0 || index >= extent) {
      const takes = isChannel && extents !== rest
        ? `an output below ${extents[0]!}`
        : `a position within ${formatShape(rest)}`;
      throw new RangeError(`target: takes ${takes}, got [${Array.from(position.slice(0, 64), String).join(", ")}]`);
    }
    count /= extent;
    first += index * count;
  }
  return isChannel && layout === "channelsLast" && rest.length > 1
    ? { first: position[0]!, count, step: channels }
    : { first, count, step: 1 };
}

function positionOf(target: Exclude<PlainTarget, "max">, n: number): readonly number[] {
  if (typeof target === "number") return [target];
  return isList(target) ? [target[n]!] : target.at;
}

/** Lists have a method called `at`, so they are told apart by what they are. */
function isList(target: object): target is readonly number[] {
  return Array.isArray(target);
}
