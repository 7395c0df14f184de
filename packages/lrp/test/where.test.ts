import { Tensor } from "@relprop/tensor";
import { expect, test } from "vitest";
import { covered, restrict, signsBelow } from "../src/rules/where.ts";

const row = (...values: number[]): Tensor => new Tensor([1, values.length], Float32Array.from(values));

test("signs are looked for where there is relevance, and 0, -0 and NaN are neither", () => {
  const none = { positive: false, negative: false, neither: false };
  expect(signsBelow(row(0, -0, 0), row(1, -1, NaN))).toEqual(none);
  expect(signsBelow(row(1, 0), row(1e-45, -1))).toEqual({ ...none, positive: true });
  expect(signsBelow(row(0, -1), row(1, -Infinity))).toEqual({ ...none, negative: true });
  expect(signsBelow(row(NaN, 1), row(Infinity, -1))).toEqual({ ...none, positive: true, negative: true });
  for (const sum of [0, -0, NaN]) expect(signsBelow(row(1), row(sum))).toEqual({ ...none, neither: true });
});

test("copies of a batch share the sums", () => {
  const copies = new Tensor([3, 2], Float32Array.from([0, 0, 0, 0, 0, 1]));
  expect(signsBelow(copies, row(1, -1))).toEqual({ positive: false, negative: true, neither: false });
});

test("what is covered is what a restriction leaves: nothing, all of it, or some", () => {
  const [z, R] = [row(1, -1, 0, 2), row(1, 2, 3, 4)];
  expect(covered(row(1, 0, 0, 1), z, "negative", signsBelow(row(1, 0, 0, 1), z))).toBeUndefined();
  const above = row(1, 0, 0, 5);
  expect(covered(above, z, "positive", signsBelow(above, z))).toBe(above);
  const beside = row(1, 0, 3, 4); // at a sum of 0
  expect([...covered(beside, z, "positive", signsBelow(beside, z))!.data]).toEqual([1, 0, 0, 4]);
  for (const where of ["positive", "negative"] as const) {
    expect(covered(R, z, where, signsBelow(R, z))?.data).toEqual(restrict(R, z, where).data);
  }
});
