/** Buffers that were transferred, to a worker say, have no numbers left: whoever would compute with them says so. */
import { chain, Dense, Model, relu } from "@relprop/layers";
import { Integers, scalar, Tensor, tensor, useKernels } from "@relprop/tensor";
import { simd } from "@relprop/tensor/simd";
import { afterEach, describe, expect, test } from "vitest";
import { epsilonPlus, LRP } from "../src/index.ts";

declare function structuredClone(value: unknown, options: { readonly transfer: readonly unknown[] }): unknown;

function transfer(...values: readonly { readonly data: { readonly buffer: unknown } }[]): void {
  for (const { data: { buffer } } of values) structuredClone(buffer, { transfer: [buffer] });
}

const gone = (shape: string, size: number): string =>
  `takes ${size} elements for shape ${shape}, got 0: was the buffer transferred?`;

afterEach(() => useKernels(scalar));

describe.each([scalar, simd()!])("on $name kernels", (kernels) => {
  const weight = (): Tensor => tensor([[1, -1], [0.5, 2]]);

  test("inputs", () => {
    useKernels(kernels);
    const model = chain(new Dense(weight()), relu);
    const lrp = new LRP(model, epsilonPlus());
    const x = tensor([[3, 1]]);
    const before = lrp.analyze(x);
    transfer(x);
    const says = `Tensor: ${gone("[1, 2]", 2)}`;
    for (const use of [() => lrp.analyze(x), () => lrp.forward(x), () => model.predict(x)]) expect(use).toThrow(says);
    expect([...before.relevance.data].every(Number.isFinite)).toBe(true);
    expect(before.conservation.arrived).toBeCloseTo(before.conservation.started, 5);
  });

  test("whole numbers", () => {
    const ids = new Integers([1, 2], Float64Array.of(0, 1));
    const model = new Model({
      inputs: [{ name: "ids", type: "int64" }, { name: "x" }], outputs: ["y"],
      nodes: [{ name: "y", layer: new Dense(weight()), inputs: ["x"], index: [0] }],
    });
    transfer(ids);
    const says = `Tensor: ${gone("[1, 2]", 2)}`;
    expect(() => model.predict(ids, tensor([[1, 2]]))).toThrow(says);
    expect(() => new LRP(model, epsilonPlus()).analyze([ids, tensor([[1, 2]])])).toThrow(says);
  });

  test("weights", () => {
    useKernels(kernels);
    const own = new Tensor([2, 2], Float32Array.of(1, -1, 0.5, 2));
    const model = chain(new Dense(own));
    const lrp = new LRP(model, epsilonPlus());
    const x = tensor([[3, 1]]);
    lrp.analyze(x);
    transfer(own);
    for (const use of [() => lrp.analyze(x), () => model.predict(x)]) expect(use).toThrow(gone("[2, 2]", 4));
  });
});
