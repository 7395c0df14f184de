/** Activation functions and their slopes, as data. */
import { checkKind, checkTensor, empty, evaluate, kernels, map, type Bounds, type Tensor } from "@relprop/tensor";
import { program, weighted, type Program, type Value } from "@relprop/tensor/program";

/** A function of one number, applied to every element. */
export interface Activation {
  /** What `activationByName` finds it by. */
  readonly name: string;
  /** The numbers it was made with; absent if it takes none. */
  readonly parameters?: Readonly<Record<string, number>>;
  readonly apply: (z: number) => number;
  /** The derivative; at a kink, the value frameworks use (0 for `relu` at 0). */
  readonly slope: (z: number) => number;
  /**
   * Both as programs, which kernels run as long as they are of these very functions; else `apply` and `slope` are
   * called for every element.
   */
  readonly programs?: ActivationPrograms;
  /** Whether no value is negative. */
  readonly nonnegative?: boolean;
  /** Present if all it does is keep values within bounds, which products can do as they end. */
  readonly bounds?: Bounds;
}

/** An activation and its derivative as programs of one input. */
export interface ActivationPrograms {
  readonly value: Program;
  readonly slope: Program;
  /** `s ⊙ σ′(z)` of z and s, 0 where s is 0. */
  readonly pullback: Program;
  /** What runs them: only activations that are programs carry it. */
  readonly evaluate: typeof evaluate;
  /** The functions they are: an activation spread into one with a function of its own has other ones. */
  readonly of: Pick<Activation, "apply" | "slope">;
}

/** What an activation may be said to be. */
export type ActivationFacts = Pick<Activation, "parameters" | "nonnegative" | "bounds">;

/** The activation that computes `value` and has the derivative `slope`, both made of operations of programs. */
export function programActivation(
  name: string, value: (z: Value) => Value, slope: (z: Value) => Value, facts: ActivationFacts = {},
): Activation {
  const [forward, derivative] = [program(1, value), program(1, slope)];
  const of = { apply: (z: number) => forward.at(z), slope: (z: number) => derivative.at(z) };
  const pullback = program(2, (z, s) => weighted(slope(z), s));
  return { name, ...facts, ...of, programs: { value: forward, slope: derivative, pullback, evaluate, of } };
}

/** `z` */
export const identity: Activation = { name: "identity", apply: (z) => z, slope: () => 1 };

/** `max(z, 0)` */
export const relu: Activation = {
  name: "relu",
  apply: (z) => (z < 0 ? 0 : z),
  slope: (z) => (z > 0 ? 1 : 0),
  nonnegative: true,
  bounds: { min: 0, max: Infinity },
};

/** Throws a `TypeError` for what should be an activation and is none. */
export function checkActivation(activation: Activation): void {
  checkKind("activation", "one such as relu", activation, typeof activation?.apply === "function");
}

/** `σ(z)` for every element; the tensor itself for `identity`. */
export function activate(activation: Activation, z: Tensor): Tensor {
  checkTensor("activate", z);
  if (activation === identity) return z;
  if (activation === relu) {
    const out = empty(z.shape);
    kernels().relu(z.data, out.data);
    return out;
  }
  checkActivation(activation);
  const { programs, apply } = activation;
  return programs?.of.apply === apply ? programs.evaluate(programs.value, z) : map(z, apply);
}

/** `s ⊙ σ′(z)`, 0 where s is 0; `s` itself for `identity`. */
export function activationPullback(activation: Activation, z: Tensor, s: Tensor): Tensor {
  if (activation === identity) return s;
  if (activation === relu) {
    const out = empty(s.shape);
    kernels().reluTransposed(z.data, s.data, out.data);
    return out;
  }
  const { programs, slope } = activation;
  if (programs?.of.slope === slope) return programs.evaluate(programs.pullback, z, s);
  return map(s, (value, index) => (value === 0 ? 0 : value * slope(z.data[index]!)));
}
