import { chain, Dense } from "@relprop/layers";
import { epsilon, everywhere, LRP } from "@relprop/lrp";
import { Tensor, tensor } from "@relprop/tensor";
import { expect, test } from "vitest";
import { boxMask, checkRelevance, expectRelevance, RelevanceExpectationError } from "@relprop/evaluate";
import { relevanceOfPositions } from "../../src/expect/relevance-check.ts";

const model = chain(new Dense(tensor([[3, -1, 2, 0]]), { bias: tensor([1]) }));
const explained = new LRP(model, everywhere(epsilon(1e-9))).analyze(tensor([[1, 1, 1, 1]]));

test("what holds passes, what does not throws and says what was found", () => {
  // Contributions 3, −1, 2, 0 of 5.
  expectRelevance(explained).on([1, 0, 0, 0]).atLeast(0.6);
  expectRelevance(explained).on([1, 0, 0, 0]).atMost(0.6 + 1e-6);
  expect(() => expectRelevance(explained).on([1, 0, 0, 0]).atLeast(0.7)).toThrow(RelevanceExpectationError);
  expect(() => expectRelevance(explained).on([1, 0, 0, 0]).atLeast(0.7)).toThrow(
    "share on 1 of 4 positions is 0.6, expected at least 0.7",
  );
  expectRelevance(explained).ranked([1, 0, 1, 0]).atLeast(1);
  expect(() => expectRelevance(explained).ranked([0, 1, 1, 0]).atLeast(1)).toThrow("rank on 2 of 4 positions is 0.5");
  expectRelevance(explained).sumOn([0, 1, 0, 0]).atMost(0);
  expect(() => expectRelevance(explained).sumOn([1, 1, 0, 0]).atMost(0.3)).toThrow("sum on 2 of 4 positions is 0.3333");
});

test("the scale of stored relevance does not matter, its direction does", () => {
  expectRelevance(explained).similarTo(tensor([[30, -10, 20, 0]])).atLeast(0.9999);
  expect(() => expectRelevance(explained).similarTo(tensor([[-3, 1, -2, 0]])).atLeast(0)).toThrow("similarity is -1");
  expect(() => expectRelevance(explained).similarTo(tensor([[1]])).atLeast(0)).toThrow(
    "takes stored relevance of 4 elements, got 1",
  );
});

test("what biases keep is not conserved", () => {
  // Of 5, of which the bias is 1, four fifths arrive.
  expect(checkRelevance(explained, { conserved: true }, { atLeast: 0.7, atMost: 0.9 })).toEqual({
    holds: true,
    found: expect.closeTo(0.8, 5) as number,
    sentence: "conserved part is 0.8, expected at least 0.7 and at most 0.9",
  });
});

test("of an empty mask nothing holds", () => {
  expect(checkRelevance(explained, {
    share: [0, 0, 0, 0],
  }, { atMost: 1 })).toMatchObject({ holds: false, found: undefined });
  expect(() => checkRelevance(explained, { share: [1] }, {})).toThrow(
    "checkRelevance: takes atLeast or atMost, got none",
  );
});

test("positions add up channels of pictures and features of tokens", () => {
  const picture = new Tensor([1, 2, 1, 2], Float32Array.of(1, 2, 10, 20));
  expect([...relevanceOfPositions({ relevance: picture })]).toEqual([11, 22]);
  const tokens = new Tensor([1, 2, 2], Float32Array.of(1, 2, 10, 20));
  expect([...relevanceOfPositions({ relevance: tokens })]).toEqual([3, 30]);
  expect(() => relevanceOfPositions({ relevance: tensor([[1], [2]]) })).toThrow(
    "takes the relevance of one sample, got 2",
  );
});

test("a box is a mask of its pixels", () => {
  expect([...boxMask([2, 3], [1, 0, 2, 1])]).toEqual([0, 1, 1, 0, 0, 0]);
  expect(() => boxMask([2, 3], [2, 0, 2, 1])).toThrow("boxMask: takes a box within 3 × 2 pixels, got 2, 0, 2, 1");
});
