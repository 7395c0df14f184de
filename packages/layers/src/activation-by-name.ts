/** Activations from what can be written down: a name and numbers. */
import { identity, relu, type Activation } from "./activation.ts";
import { exp, log, pow, reciprocal, sqrt } from "./elementary.ts";
import { celu, elu, gelu, geluTanh, mish, selu, silu, softplus } from "./linear-units.ts";
import { abs, clip, hardSigmoid, hardSwish, hardtanh, leakyRelu, relu6, threshold } from "./rectifiers.ts";
import { erf, sigmoid, softsign, tanh } from "./sigmoids.ts";

type Parameters = Readonly<Partial<Record<string, number>>>;

const MAKERS: Readonly<Record<string, (parameters: Parameters) => Activation>> = {
  abs: () => abs,
  celu: ({ alpha }) => celu(alpha),
  clip: ({ min, max }) => clip(min, max),
  elu: ({ alpha }) => elu(alpha),
  erf: () => erf,
  exp: () => exp,
  gelu: () => gelu,
  geluTanh: () => geluTanh,
  hardSigmoid: ({ alpha, beta }) => hardSigmoid(alpha, beta),
  hardSwish: () => hardSwish,
  hardtanh: ({ min, max }) => hardtanh(min, max),
  identity: () => identity,
  leakyRelu: ({ slope }) => leakyRelu(slope),
  log: () => log,
  mish: () => mish,
  pow: ({ exponent = 1 }) => pow(exponent),
  reciprocal: () => reciprocal,
  relu: () => relu,
  relu6: () => relu6,
  selu: ({ alpha, scale }) => selu(alpha, scale),
  sigmoid: () => sigmoid,
  silu: () => silu,
  softplus: ({ beta, threshold }) => softplus(beta, threshold),
  softsign: () => softsign,
  sqrt: () => sqrt,
  tanh: () => tanh,
  threshold: ({ threshold: at = 0, value }) => threshold(at, value),
};

/** Names that `activationByName` knows. */
export function activationNames(): readonly string[] {
  return Object.keys(MAKERS);
}

/**
 * The activation of this name, with these parameters or their defaults: `activationByName(a.name, a.parameters)` does
 * what `a` does, for every activation made here. Throws a `RangeError` for other names.
 */
export function activationByName(name: string, parameters: Readonly<Record<string, number>> = {}): Activation {
  const make = Object.hasOwn(MAKERS, name) ? MAKERS[name] : undefined;
  if (make === undefined) {
    throw new RangeError(`activationByName: takes ${activationNames().join(", ")}, got "${name}"`);
  }
  return make(parameters);
}
