import { tensor, Tensor } from "@relprop/tensor";
import { expect, test } from "vitest";
import { localization, localize, measure } from "@relprop/evaluate";
import { halves } from "../linear-model.ts";

test("localisation is that worked by hand", () => {
  // Most relevant: 3 (on), 0 (beside), 1 (on); least: 2.
  const { pointing, mass, weightedMass, rank, top, auc } = localize([3, 2, -1, 4], [0, 1, 0, 1], { top: 3 });
  expect({ pointing, rank }).toEqual({ pointing: 1, rank: 0.5 });
  expect(mass).toBeCloseTo(6 / 9, 12);
  expect(weightedMass).toBeCloseTo((6 / 9) * (4 / 2), 12);
  expect(top).toBeCloseTo(2 / 3, 12);
  // Pairs on > beside: 2 > -1, 4 > 3, 4 > -1 of four.
  expect(auc).toBe(0.75);
});

test("equals count as half a hit of the area under the curve", () => {
  expect(localize([1, 1, 1, 1], [0, 1, 0, 1]).auc).toBe(0.5);
  expect(localize([1, 1, 1, 1], [0, 1, 0, 1]).pointing).toBeUndefined();
});

test("nothing is defined of an empty mask, and no mass where nothing speaks for the class", () => {
  expect(Object.values(localize([1, 2], [0, 0]))).toEqual(new Array(6).fill(undefined));
  expect(localize([-1, -2], [1, 0])).toMatchObject({ mass: undefined, rank: 1, auc: 1 });
  expect(localize([1, 2], [1, 1])).toMatchObject({ auc: undefined, mass: 1, weightedMass: 1 });
  expect(() => localize([1, 2], [1])).toThrow("localization: takes a mask of 2 units, got 1");
});

test("a tolerance reaches as far along every axis, not around the border", () => {
  const relevance = [0, 0, 0, 9, 0, 0, 0, 0, 0];
  const mask = [0, 0, 0, 0, 1, 0, 0, 0, 0];
  expect(localize(relevance, mask, { grid: [3, 3] }).pointing).toBe(0);
  expect(localize(relevance, mask, { grid: [3, 3], tolerance: 1 }).pointing).toBe(1);
  expect(
    localize([0, 0, 9, 0, 0, 0, 0, 0, 0], [0, 0, 0, 1, 0, 0, 0, 0, 0], { grid: [3, 3], tolerance: 1 }).pointing,
  ).toBe(0);
});

test("masks are of positions, whatever the units are", () => {
  const input = new Tensor([1, 1, 4, 4], new Float32Array(16).fill(1));
  const upper = Uint8Array.from({ length: 16 }, (_, i) => Number(i < 8));
  const relevance = new Tensor([1, 1, 4, 4], Float32Array.from({ length: 16 }, (_, i) => (i < 8 ? 3 : 1)));
  const found = measure(halves(), [{ id: 0, input }], () => relevance, [localization(() => upper)]);
  expect(found.get("mass")!.mean).toBe(0.75);
  expect(found.get("rank")!.mean).toBe(1);
  expect(tensor([1]).size).toBe(1);
});
