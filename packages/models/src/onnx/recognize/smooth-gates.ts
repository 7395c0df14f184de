/** Activations with an error function or a logarithm, written as arithmetic. */
import { gelu, mish } from "@relprop/layers";
import type { Flow } from "../value.ts";
import { factors, near, scalarLine, through } from "./pattern.ts";
import type { Gate } from "./self-gates.ts";

/** GELU and Mish. */
export const smoothGates: readonly ((leaf: Flow) => Gate | undefined)[] = [
  (leaf) => through(leaf, "tanh", (inner) => through(inner, "softplus", (x) => ({ x, activation: mish, scale: 1 }))),
  (leaf) => {
    const line = scalarLine(leaf);
    if (line === undefined) return undefined;
    const inner = through(line.x, "erf", (argument) => factors(argument));
    const sign = Math.sign(inner?.scale ?? 1);
    if (inner?.leaves.length !== 1 || !near(line.slope, line.offset * sign)) return undefined;
    if (!near(inner.scale * sign, Math.SQRT1_2)) return undefined;
    return { x: inner.leaves[0]!, activation: gelu, scale: 0.5 / line.offset };
  },
];
