/** Activations besides those of convolutional networks. */
import {
  abs, celu, erf, gelu, geluTanh, log, mish, softplus, softsign, sqrt, threshold,
} from "@relprop/layers";
import { plainActivations } from "./activations.ts";
import type { Operator } from "./operator.ts";

/** Smooth ones, and those that take no part of their own. */
export const smoothActivations: readonly (readonly [string, Operator])[] = plainActivations({
  Abs: () => abs,
  Celu: ({ attributes }) => celu(attributes.float("alpha") ?? 1),
  Erf: () => erf,
  Gelu: ({ attributes }) => (attributes.text("approximate") === "tanh" ? geluTanh : gelu),
  "com.microsoft.Gelu": () => gelu,
  Log: () => log,
  Mish: () => mish,
  Softplus: () => softplus(),
  Softsign: () => softsign,
  Sqrt: () => sqrt,
  ThresholdedRelu: ({ attributes }) => threshold(attributes.float("alpha") ?? 1),
});
