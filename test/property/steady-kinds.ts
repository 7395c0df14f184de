/** Kinds of layers at which rounding errors stay small, if rules have a stabiliser. */
import { allKinds } from "./random-graph.ts";

/** Those with a Jacobian that subtracts a mean, or with sums of products whose denominators no rule stabilises. */
const unsteady = ["LayerNorm", "GroupNorm", "InstanceNorm", "RMSNorm", "LocalResponseNorm", "Softmax", "MatMul"];

/** All others. */
export const steadyKinds: readonly string[] = allKinds.filter((kind) => !unsteady.includes(kind));
