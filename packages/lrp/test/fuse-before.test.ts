import { BatchNorm, chain, Dense, relu, type Part } from "@relprop/layers";
import { tensor } from "@relprop/tensor";
import { expect, test } from "vitest";
import { canonize } from "@relprop/lrp";

const dense = new Dense(tensor([[2]]), { bias: tensor([1]) });
const normalization = new BatchNorm({ mean: tensor([5]), variance: tensor([4]), gamma: tensor([3]), epsilon: 0 });

function kinds(...parts: readonly Part[]): readonly (readonly string[])[] {
  const model = chain(...parts);
  return [true, "before" as const, false].map((fuse) => canonize(model, { fuse }).nodes.map(({ layer }) => layer.kind));
}

test("batch normalisation is fused into what is before it, or what is after it if that is wanted too", () => {
  const untouched = [["Dense", "BatchNorm", "Relu"], ["Relu", "BatchNorm", "Dense"]] as const;
  expect(kinds(dense, normalization, relu)).toEqual([["Dense", "Relu"], ["Dense", "Relu"], untouched[0]]);
  expect(kinds(relu, normalization, dense)).toEqual([["Relu", "Dense"], untouched[1], untouched[1]]);
});
