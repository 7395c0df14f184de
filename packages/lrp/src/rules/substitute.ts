/** What may stand for an input, a weight or a bias in a relevance rule. */
import {
  broadcastTo, checkKind, empty, full, keep, kernels, map, ones, refuseTrace, scalar, zeros, type Pointwise,
  type Tensor,
} from "@relprop/tensor";
import { Recent } from "../run/recent.ts";

/** Replaces a tensor: a function of each number, or of the whole tensor. */
export type Substitute = Pointwise | WholeSubstitute;

/** Replaces a whole tensor by one of the same shape. */
export interface WholeSubstitute {
  readonly apply: (x: Tensor) => Tensor;
  /** Whether the result depends on the shape of `x` alone. */
  readonly constant?: boolean;
  /** The same in place, for any part of a tensor: what weights go through that are decoded part by part. */
  readonly change?: (part: Float32Array) => void;
}

/** `max(x, 0)` */
export const positive: Substitute = {
  apply: (x) => {
    const out = empty(x.shape);
    kernels().relu(x.data, out.data);
    return out;
  },
  change: (part) => scalar.relu(part, part),
};

/** `min(x, 0)` */
export const negative: Substitute = {
  apply: (x) => {
    const out = empty(x.shape);
    kernels().negativePart(x.data, out.data);
    return out;
  },
  change: (part) => scalar.negativePart(part, part),
};

/** `x²` */
export const square: Substitute = (value) => value * value;

/** `1` everywhere. */
export const one: Substitute = { apply: (x) => ones(x.shape), change: (part) => part.fill(1), constant: true };

/** `0` everywhere: a term that contributes nothing, unless its bias does. */
export const none: Substitute = { apply: (x) => zeros(x.shape), change: (part) => part.fill(0), constant: true };

/** Whether what stands for a tensor depends on its shape alone. */
export function isConstant(substitute: Substitute | undefined): boolean {
  return substitute !== undefined && (substitute as WholeSubstitute).constant === true;
}

/** The same bound at every element: a number, one per channel (axis 1), or a tensor that broadcasts to the input. */
export function bound(value: number | readonly number[] | Tensor): Substitute {
  const fits = typeof value === "number" || (typeof value === "object" && value);
  checkKind("bound", "a number, a list of them or a tensor", value, fits);
  return {
    constant: typeof value === "number" || !("data" in value),
    apply: (x) => {
      if (typeof value === "number") return fill(x, value);
      if (!("data" in value)) return broadcastTo(perChannel(value, x), x.shape);
      return broadcastTo(value, x.shape);
    },
  };
}

/** `x` replaced; `x` itself where nothing replaces it. */
export function substitute(x: Tensor, by: Substitute | undefined): Tensor {
  if (by === undefined) return x;
  if (typeof by === "function") return map(x, by);
  if (by !== positive && by !== negative && by !== one && by !== none) refuseTrace();
  return by.apply(x);
}

/** What stands for a weight of 1. */
export function weightOfSum(by: Substitute | undefined): number {
  return by === undefined ? 1 : substitute(ones([1]), by).data[0]!;
}

/** Whether weights above 0 keep their proportions: then a mean, whose weights are no 1, is a sum to a rule. */
export function keepsProportions(by: Substitute | undefined): boolean {
  return by === undefined || substitute(full([1], 2), by).data[0] === 2 * weightOfSum(by);
}

/** Versions of a parameter that are kept for analyzers to come: no rule here needs more than two at once. */
const VERSIONS = 2;

const prepared = new WeakMap<Tensor, Recent<Substitute, Tensor>>();

/** `substitute` for parameters, which never change: the versions made last are kept for whoever asks next. */
export function substituteParameter(parameter: Tensor, by: Substitute | undefined): Tensor {
  if (by === undefined) return parameter;
  let versions = prepared.get(parameter);
  if (versions === undefined) prepared.set(parameter, (versions = new Recent(VERSIONS)));
  return versions.get(by, () => decodedThrough(parameter, by) ?? keep(() => substitute(parameter, by)));
}

/** A parameter replaced as it is decoded; `undefined` where it is stored as floats, or replaced as a whole. */
function decodedThrough(parameter: Tensor, by: Substitute): Tensor | undefined {
  const { change } = by as WholeSubstitute;
  if (typeof by !== "function") return change && parameter.through?.(change);
  return parameter.through?.((part, from) => {
    for (let i = 0; i < part.length; i++) part[i] = by(part[i]!, from + i);
  });
}

function fill(x: Tensor, value: number): Tensor {
  const out = empty(x.shape);
  out.data.fill(value);
  return out;
}

function perChannel(values: readonly number[], x: Tensor): Tensor {
  const channels = x.shape[1] ?? 1;
  if (values.length !== channels) {
    throw new RangeError(`bound: takes one number or ${channels}, one per channel, got ${values.length}`);
  }
  const out = empty([channels, ...x.shape.slice(2).map(() => 1)]);
  out.data.set(values);
  return out;
}
