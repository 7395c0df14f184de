/** Elementwise kernels, cut into blocks. */
import type { DenominatorGuard, Kernels } from "../kernels.ts";
import { act } from "../trace.ts";
import type { Machine } from "./machine.ts";
import { floatWord } from "./struct.ts";
import { elementwiseJob } from "./code/jobs.ts";
import type { FunctionName } from "./code/names.ts";

const perBlock = 1 << 14;

/** The elementwise kernels on this machine. */
export function elementwiseKernels(
  machine: Machine,
): Pick<Kernels, "relu" | "reluTransposed" | "negativePart" | "add" | "addProduct" | "product" | "quotient"> {
  function run(
    name: FunctionName, a: Float32Array, b: Float32Array | undefined, out: Float32Array,
    scale: number, epsilon: number, accumulate: boolean,
  ): void {
    machine.begin();
    const left = machine.operand(a);
    const right = b === a ? left : machine.operand(b);
    const to = machine.result(out);
    if (accumulate && !machine.heap.owns(out)) act(() => machine.floats.set(out, to / 4));
    const job = machine.job(elementwiseJob, {
      a: left, b: right, out: to, count: out.length, perBlock, scale: floatWord(scale), epsilon: floatWord(epsilon),
    });
    machine.run(name, job, Math.ceil(out.length / perBlock), 0);
    machine.end();
  }
  return {
    relu: (x, out) => run("relu", x, undefined, out, 1, 0, false),
    reluTransposed: (z, s, out) => run("reluTransposed", z, s, out, 1, 0, false),
    negativePart: (x, out) => run("negativePart", x, undefined, out, 1, 0, false),
    add: (a, b, out) => run("add", a, b, out, 1, 0, false),
    addProduct: (scale, a, b, out) => run("addProduct", a, b, out, scale, 0, true),
    product: (scale, a, b, out) => run("product", a, b, out, scale, 0, false),
    quotient: (relevance, denominator, { epsilon, clip }: DenominatorGuard, out) =>
      run(clip ? "clippedQuotient" : "quotient", relevance, denominator, out, 1, epsilon, false),
  };
}
