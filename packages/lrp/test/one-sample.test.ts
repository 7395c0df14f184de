/** Where relevance starts in a network that returns its outputs without an axis for samples. */
import { chain, Dense, Reshape } from "@relprop/layers";
import { everywhere, LRP, zero } from "@relprop/lrp";
import { tensor } from "@relprop/tensor";
import { expect, test } from "vitest";

test("outputs are those of one sample where they lost its axis", () => {
  const [w, x] = [tensor([[1, 2], [3, -4], [0, 5]]), tensor([[1, 2]])];
  const scores = chain(new Dense(w), new Reshape([3], { from: 0 }));
  const lrp = new LRP(scores, everywhere(zero()));
  const { target, relevance } = lrp.analyze(x);
  expect([target, [...relevance.data]]).toEqual([[2], [0, 1]]);
  expect(lrp.analyze(x, { target: 0 }).target).toEqual([0]);
  expect(lrp.analyze(x, { target: { for: 0, against: 1 } }).relevance.shape).toEqual([1, 2]);
  expect(() => lrp.analyze(x, { target: 3 })).toThrow("target: takes a position within [3], got [3]");
  // A number for each sample stays one.
  const sums = chain(new Dense(tensor([[1, 2]])), new Reshape([-1], { from: 0 }));
  expect(new LRP(sums, everywhere(zero())).analyze(tensor([[1, 2], [3, 4]])).target).toEqual([0, 0]);
});
