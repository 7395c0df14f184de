/** Softmax where masks cover a whole row. */
import { Model, Softmax } from "@relprop/layers";
import { LRP, taylor } from "@relprop/lrp";
import { tensor, type Tensor } from "@relprop/tensor";
import { describe, expect, test } from "vitest";

function explained(scores: Tensor, target: Tensor, layer = new Softmax()): Tensor {
  const model = new Model({
    inputs: [{ name: "x" }], nodes: [{ name: "y", layer, inputs: ["x"], index: [0] }], outputs: ["y"],
  });
  return new LRP(model, [taylor()], { skipChecks: true }).analyze(scores, { target }).relevance;
}

describe("taylor", () => {
  const target = tensor([[1, 0, 0], [1, 0, 0]]);

  test("is modest in rows that a finite mask covers", () => {
    const { data } = explained(tensor([[1, 2, -3.4e38], [-3.4e38, -3.4e38, -3.4e38]]), target);
    expect(data[0]).toBeCloseTo(1 - 1 / (1 + Math.E), 5);
    expect([...data.subarray(2)].map(Math.abs)).toEqual([0, 0, 0, 0]);
  });

  test("refuses rows of −∞ alone", () => {
    expect(() => explained(tensor([[1, 2, 3], [-Infinity, -Infinity, -Infinity]]), target)).toThrow(
      "Softmax: takes rows with a score above −∞, got [1, :] masked throughout",
    );
  });

  test("gives nothing to rows of −∞ alone whose probabilities are zeros", () => {
    const layer = new Softmax(-1, { masked: "zeros" });
    const { data } = explained(tensor([[1, 2, 3], [-Infinity, -Infinity, -Infinity]]), target, layer);
    expect([...data.subarray(3)]).toEqual([0, 0, 0]);
    expect(data[0]).not.toBe(0);
  });
});
