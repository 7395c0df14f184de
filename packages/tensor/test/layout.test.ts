import { expect, test } from "vitest";
import {
  assumedLayout, checkLayout, fromChannelsFirst, moveAxis, tensor, Tensor, toChannelsFirst,
} from "@relprop/tensor";

const counted = (shape: readonly number[]): Tensor =>
  new Tensor(shape, Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i));

test("channels that stand last come behind the batch, and go back", () => {
  const x = counted([2, 2, 3, 4]);
  const first = toChannelsFirst(x, "channelsLast");
  expect(first.shape).toEqual([2, 4, 2, 3]);
  // [1, 0, 2, 3] of x is element ((1 · 2 + 0) · 3 + 2) · 4 + 3 = 35, and [1, 3, 0, 2] of the other.
  expect(first.data[((1 * 4 + 3) * 2 + 0) * 3 + 2]).toBe(35);
  expect(fromChannelsFirst(first, "channelsLast")).toEqual(x);
  for (const layout of ["channelsFirst", undefined] as const) expect(toChannelsFirst(x, layout)).toBe(x);
});

test("rows of features stay what they are in any layout", () => {
  const x = counted([2, 5]);
  expect(toChannelsFirst(x, "channelsLast")).toBe(x);
});

test("an axis moves to either side", () => {
  expect(moveAxis(tensor([[1, 2, 3], [4, 5, 6]]), 0, 1)).toEqual(tensor([[1, 4], [2, 5], [3, 6]]));
  expect(moveAxis(counted([2, 3, 4]), 2, 0).shape).toEqual([4, 2, 3]);
});

test.each([[[1, 32, 32, 3]], [[1, 4, 6, 3]], [[28, 28, 1]], [[2, 64, 64, 4]]])(
  "a shape that may have channels at either end is not guessed: %j", (shape) => {
    expect(() => assumedLayout("heatmap", shape)).toThrow(/^heatmap: takes the option layout, .* for \[.*\], got none/);
  },
);

test.each([[[1, 3, 32, 32]], [[1, 1, 28, 28]], [[1, 512, 3, 3]], [[3, 8, 4]], [[5, 3]], [[1, 2, 21, 1]]])(
  "a shape that nobody has channels last in is taken to have them first: %j", (shape) => {
    expect(assumedLayout("heatmap", shape)).toBe("channelsFirst");
  },
);

test("what is no layout is refused", () => {
  expect(() => checkLayout("heatmap", "NHWC" as "channelsLast")).toThrow(
    'heatmap: takes "channelsFirst" or "channelsLast" as layout, got "NHWC"',
  );
});
