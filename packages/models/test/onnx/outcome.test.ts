/** What is known of an operator's results before they are there. */
import { expect, test } from "vitest";
import { resultOf } from "../../src/onnx/fold/outcome.ts";
import type { Operation } from "../../src/onnx/operation.ts";
import type { Flow } from "../../src/onnx/value.ts";

const flow = (rank: number | undefined): Flow => ({ kind: "flow", step: undefined, dtype: "I64", rank, inert: true });

test.each([
  [[2, 3, 1], 3], [[2, undefined], undefined], [[undefined, 2], undefined], [[], 0],
])("results have the most axes of any input, unless one is open: %j", (ranks, rank) => {
  const inputs = ranks.map(flow);
  expect(resultOf({} as Operation, inputs, 0, {}).rank).toBe(rank);
});
