/** Activations from what can be written down: a name and numbers. */
import { optionsOf } from "@relprop/tensor";
import { identity, relu, type Activation } from "../layer/activation.ts";
import { exp, log, pow, reciprocal, sqrt } from "./elementary.ts";
import { celu, elu, gelu, geluTanh, mish, selu, silu, softplus } from "./linear-units.ts";
import { abs, clip, hardSigmoid, hardSwish, hardtanh, leakyRelu, relu6, threshold } from "./rectifiers.ts";
import { ceil, floor, round, shrink, sign } from "./steps.ts";
import { erf, sigmoid, softsign, tanh } from "./sigmoids.ts";
import { acos, acosh, asin, asinh, atan, atanh, cos, cosh, sin, sinh, tan } from "./trigonometric.ts";

type Parameters = Readonly<Partial<Record<string, number>>>;

const MAKERS: Readonly<Record<string, (parameters: Parameters) => Activation>> = {
  abs: () => abs,
  acos: () => acos,
  acosh: () => acosh,
  asin: () => asin,
  asinh: () => asinh,
  atan: () => atan,
  atanh: () => atanh,
  ceil: () => ceil,
  celu: ({ alpha }) => celu(alpha),
  clip: ({ min, max }) => clip(min, max),
  cos: () => cos,
  cosh: () => cosh,
  elu: ({ alpha }) => elu(alpha),
  erf: () => erf,
  exp: () => exp,
  floor: () => floor,
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
  round: () => round,
  selu: ({ alpha, scale }) => selu(alpha, scale),
  shrink: ({ lambda, bias }) => shrink(lambda, bias),
  sigmoid: () => sigmoid,
  sign: () => sign,
  silu: () => silu,
  sin: () => sin,
  sinh: () => sinh,
  softplus: ({ beta, threshold }) => softplus(beta, threshold),
  softsign: () => softsign,
  sqrt: () => sqrt,
  tan: () => tan,
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
  return make(optionsOf("activationByName", parameters));
}
