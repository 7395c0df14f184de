import { integers, Tensor, zeros } from "@relprop/tensor";
import { expect, test } from "vitest";
import { features, patches, pixels, tokens } from "@relprop/evaluate";
import { unitRelevance } from "../../src/units/units.ts";
import { usualUnits } from "../../src/units/features.ts";

test("pixels take all channels of a position, patches the boxes, the last ones smaller", () => {
  expect([...pixels()(zeros([1, 2, 2, 2]), undefined).of]).toEqual([0, 1, 2, 3, 0, 1, 2, 3]);
  expect([...pixels()(zeros([1, 2, 1, 3]), "channelsLast").of]).toEqual([0, 0, 0, 1, 1, 1]);
  const { of, count } = patches(2)(zeros([1, 1, 3, 5]), undefined);
  expect(count).toBe(6);
  expect([...of]).toEqual([0, 0, 1, 1, 2, 0, 0, 1, 1, 2, 3, 3, 4, 4, 5]);
  expect([...patches(2)(zeros([1, 1, 5]), undefined).of]).toEqual([0, 0, 1, 1, 2]);
});

test("the patch of an element is that of its place along each axis, in either layout", () => {
  const extents = [3, 5, 4];
  const boxes = [2, 3, 2];
  const expected = Array.from({ length: 60 }, (_, position) => {
    const places = [Math.floor(position / 20), Math.floor(position / 4) % 5, position % 4];
    return places.reduce((box, place, axis) => box * boxes[axis]! + Math.floor(place / 2), 0);
  });
  const { of, count, grid } = patches(2)(zeros([1, 2, ...extents]), "channelsFirst");
  expect([...of]).toEqual([...expected, ...expected]);
  expect([count, grid]).toEqual([12, boxes]);
  const last = patches(2)(zeros([1, ...extents, 2]), "channelsLast");
  expect([...last.of]).toEqual(expected.flatMap((box) => [box, box]));
});

test("patches have the side that makes at most 28 of them along the longest axis", () => {
  expect(patches()(zeros([1, 1, 28, 28]), undefined).count).toBe(784);
  expect(patches()(zeros([1, 3, 29, 14]), undefined).count).toBe(15 * 7);
  expect(patches()(zeros([1, 3, 224, 224]), undefined).count).toBe(784);
});

test("tokens are the ids that are not kept, and rows that they look up count for them", () => {
  const units = tokens({ keep: [101, 102] })(integers([101, 7, 8, 102], [1, 4]), undefined);
  expect([...units.of]).toEqual([-1, 0, 1, -1]);
  const rows = new Tensor([1, 4, 3], Float32Array.from({ length: 12 }, (_, i) => i));
  expect([...unitRelevance(units, rows)]).toEqual([3 + 4 + 5, 6 + 7 + 8]);
  expect([...tokens()(zeros([1, 2, 3]), undefined).of]).toEqual([0, 0, 0, 1, 1, 1]);
});

test("an input has the units of its kind unless others are chosen", () => {
  expect(usualUnits(integers([1, 2, 3], [1, 3]), undefined).name).toBe("tokens");
  expect(usualUnits(zeros([1, 3]), undefined).name).toBe("features");
  expect(usualUnits(zeros([1, 1, 8, 8]), undefined).name).toBe("patches");
  expect(features()(zeros([1, 3]), undefined).count).toBe(3);
  expect(() => pixels()(zeros([1, 3]), undefined)).toThrow("pixels: takes positions, got a row: use features()");
  expect(() => patches(0)).toThrow("patches: takes a side >= 1, got 0");
});
