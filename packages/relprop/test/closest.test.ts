import { expect, test } from "vitest";
import { didYouMean } from "../src/did-you-mean.ts";

const words = ["explain", "collect", "--labels", "max"];

test.each([
  ["explane", "explain"], ["xeplain", "explain"], ["--lables", "--labels"], ["coll", "collect"], ["EXPLAIN", "explain"],
  ["mx", "max"], ["lpxeani", undefined], ["m", undefined], ["", undefined], ["train", undefined], ["-lbel", undefined],
])("%j is taken for %j", (word, meant) => {
  expect(didYouMean(word, words)).toBe(meant === undefined ? "" : `; did you mean "${meant}"?`);
});

test("swapped letters are one stroke", () => {
  expect(didYouMean("abdc", ["abcd", "abxx"])).toBe('; did you mean "abcd"?');
  expect(didYouMean("ba", ["ab"])).toBe('; did you mean "ab"?');
});
