/** Activations that are flat almost everywhere, or cut a middle part out. */
import type { Activation } from "../layer/activation.ts";

/** The least whole number >= z; its slope is 0. */
export const ceil: Activation = { name: "ceil", apply: Math.ceil, slope: () => 0 };

/** The greatest whole number <= z; its slope is 0. */
export const floor: Activation = { name: "floor", apply: Math.floor, slope: () => 0 };

/** The nearest whole number, halves to even ones; its slope is 0. */
export const round: Activation = {
  name: "round",
  apply: (z) => {
    const low = Math.floor(z);
    const rest = z - low;
    return rest < 0.5 || (rest === 0.5 && low % 2 === 0) ? low : low + 1;
  },
  slope: () => 0,
};

/** −1, 0 or 1; its slope is 0. */
export const sign: Activation = { name: "sign", apply: Math.sign, slope: () => 0 };

/** 0 for |z| <= lambda; z is moved towards 0 by `bias` elsewhere. */
export function shrink(lambda = 0.5, bias = 0): Activation {
  return {
    name: "shrink", parameters: { lambda, bias },
    apply: (z) => (z < -lambda ? z + bias : z > lambda ? z - bias : 0),
    slope: (z) => (z < -lambda || z > lambda ? 1 : 0),
  };
}
