/** The activations that recurrent operators name. */
import {
  elu, hardSigmoid, leakyRelu, relu, sigmoid, softplus, softsign, tanh, threshold, type Activation,
} from "@relprop/layers";
import type { Attributes } from "../attributes.ts";

/** The number of parameters each takes, their defaults, and what it makes. */
interface Named {
  readonly defaults: readonly number[];
  readonly make: (alpha: number, beta: number) => Activation;
}

const NAMED: ReadonlyMap<string, Named> = new Map<string, Named>([
  ["affine", { defaults: [1, 0], make: affine }],
  ["elu", { defaults: [1], make: elu }],
  ["hardsigmoid", { defaults: [0.2, 0.5], make: hardSigmoid }],
  ["leakyrelu", { defaults: [0.01], make: leakyRelu }],
  ["relu", { defaults: [], make: () => relu }],
  ["scaledtanh", { defaults: [1, 1], make: scaledTanh }],
  ["sigmoid", { defaults: [], make: () => sigmoid }],
  ["softplus", { defaults: [], make: () => softplus() }],
  ["softsign", { defaults: [], make: () => softsign }],
  ["tanh", { defaults: [], make: () => tanh }],
  ["thresholdedrelu", { defaults: [1], make: (alpha) => threshold(alpha) }],
]);

/** For each direction the activations named in the attributes, or those by default; parameters are used up in order. */
export function cellActivations(
  attributes: Attributes, defaults: readonly string[], directions: number,
): readonly (readonly Activation[])[] {
  const given = attributes.texts("activations") ?? [];
  const names = given.length === 0 ? Array.from({ length: directions }, () => defaults).flat() : given;
  if (names.length !== directions * defaults.length) {
    throw new RangeError(`takes ${directions * defaults.length} activations, got ${names.length}`);
  }
  const alphas = [...(attributes.floats("activation_alpha") ?? [])];
  const betas = [...(attributes.floats("activation_beta") ?? [])];
  const made = names.map((name) => {
    const named = NAMED.get(name.toLowerCase());
    if (named === undefined) throw new RangeError(`takes activations ${[...NAMED.keys()].join(", ")}, got ${name}`);
    const [alpha, beta] = named.defaults;
    return named.make(
      alpha === undefined ? 0 : (alphas.shift() ?? alpha), beta === undefined ? 0 : (betas.shift() ?? beta),
    );
  });
  return Array.from({ length: directions }, (_, d) => made.slice(d * defaults.length, (d + 1) * defaults.length));
}

/** `α z + β` */
function affine(alpha: number, beta: number): Activation {
  return { name: "affine", parameters: { alpha, beta }, apply: (z) => alpha * z + beta, slope: () => alpha };
}

/** `α tanh(β z)` */
function scaledTanh(alpha: number, beta: number): Activation {
  return {
    name: "scaledTanh", parameters: { alpha, beta },
    apply: (z) => alpha * tanh.apply(beta * z),
    slope: (z) => alpha * beta * tanh.slope(beta * z),
  };
}
