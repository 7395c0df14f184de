/** The activation modules of PyTorch. */
import {
  activationByName, celu, elu, gelu, geluTanh, hardtanh, leakyRelu, softplus, threshold, type Activation,
} from "@relprop/layers";
import { lookUp, NotUnderstood, type Words } from "../words.ts";

/** The activation of a module; parameters that are not given are PyTorch's defaults. */
export const activations: Readonly<Record<string, (words: Words) => Activation>> = {
  ReLU: () => activationByName("relu"),
  ReLU6: () => activationByName("relu6"),
  LeakyReLU: (words) => leakyRelu(words.number("negative_slope", 0.01)),
  // Random in training; at inference the mean of its slopes.
  RReLU: (words) => leakyRelu((words.number("lower", 1 / 8) + words.number("upper", 1 / 3)) / 2),
  ELU: (words) => elu(words.number("alpha", 1)),
  CELU: (words) => celu(words.number("alpha", 1)),
  SELU: () => activationByName("selu"),
  GELU: (words) => lookUp({ none: gelu, tanh: geluTanh }, words.text("approximate", "none"), "GELU approximate"),
  SiLU: () => activationByName("silu"),
  Mish: () => activationByName("mish"),
  Sigmoid: () => activationByName("sigmoid"),
  Tanh: () => activationByName("tanh"),
  Softplus: (words) => softplus(words.number("beta", 1), words.number("threshold", 20)),
  Softsign: () => activationByName("softsign"),
  Hardtanh: (words) => hardtanh(words.number("min_val", -1), words.number("max_val", 1)),
  Hardswish: () => activationByName("hardSwish"),
  Hardsigmoid: () => activationByName("hardSigmoid"),
  Threshold: (words) => threshold(words.number("threshold"), words.number("value")),
  LogSigmoid: () => logSigmoid,
  Tanhshrink: () => tanhshrink,
  Softshrink: (words) => softshrink(words.number("lambd", 0.5)),
  Hardshrink: (words) => hardshrink(words.number("lambd", 0.5)),
};

// Four that our packages do not have: an activation of one's own is two functions of one number.

const logSigmoid: Activation = {
  name: "logSigmoid",
  apply: (z) => Math.fround(Math.min(z, 0) - Math.log1p(Math.exp(-Math.abs(z)))),
  slope: (z) => Math.fround(1 / (1 + Math.exp(z))),
};

const tanhshrink: Activation = {
  name: "tanhshrink",
  apply: (z) => Math.fround(z - Math.tanh(z)),
  slope: (z) => Math.fround(Math.tanh(z) ** 2),
};

function softshrink(lambda: number): Activation {
  checkShrink("Softshrink", lambda);
  return {
    name: "softshrink",
    apply: (z) => (z > lambda ? z - lambda : z < -lambda ? z + lambda : 0),
    slope: (z) => (Math.abs(z) > lambda ? 1 : 0),
  };
}

function hardshrink(lambda: number): Activation {
  checkShrink("Hardshrink", lambda);
  return {
    name: "hardshrink",
    apply: (z) => (Math.abs(z) > lambda ? z : 0),
    slope: (z) => (Math.abs(z) > lambda ? 1 : 0),
  };
}

function checkShrink(who: string, lambda: number): void {
  if (!(lambda >= 0)) throw new NotUnderstood(`${who}: takes lambd >= 0, got ${lambda}`);
}
