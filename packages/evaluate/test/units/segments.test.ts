import { Tensor } from "@relprop/tensor";
import { expect, test } from "vitest";
import { segments } from "@relprop/evaluate";

test("segments follow the border between two halves of a picture", () => {
  // The left 3 of 8 columns are dark, the others bright; four segments start as squares of 4 × 4.
  const picture = new Tensor([1, 1, 8, 8], Float32Array.from({ length: 64 }, (_, i) => (i % 8 < 3 ? 0 : 1)));
  const { of, count } = segments({ count: 4, compactness: 0.1 })(picture, undefined);
  expect(count).toBe(4);
  const sides = (unit: number): Set<boolean> =>
    new Set([...of.keys()].filter((i) => of[i] === unit).map((i) => i % 8 < 3));
  for (let unit = 0; unit < count; unit++) expect(sides(unit).size).toBe(1);
});

test("segments of a plain picture are squares", () => {
  const { of } = segments({ count: 4 })(new Tensor([1, 1, 4, 4], new Float32Array(16)), undefined);
  expect([...of]).toEqual([0, 0, 1, 1, 0, 0, 1, 1, 2, 2, 3, 3, 2, 2, 3, 3]);
});

test("labels of one's own are segments, whatever their numbers", () => {
  const picture = new Tensor([1, 2, 2, 2], new Float32Array(8));
  const { of, count } = segments([7, 3, 3, 9])(picture, undefined);
  expect([...of]).toEqual([1, 0, 0, 2, 1, 0, 0, 2]);
  expect(count).toBe(3);
  expect(() => segments([1])(picture, undefined)).toThrow("segments: takes a label for each of 4 positions, got 1");
});
