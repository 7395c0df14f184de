import {
  AlphaDropout,
  Constant,
  Dropout,
  Expand,
  Flatten,
  Gather,
  Identity,
  Pad,
  Reshape,
  Slice,
  Squeeze,
  Transpose,
  Unsqueeze,
  type Layer,
  type PadMode,
} from "@relprop/layers";
import { ones, tensor, zeros, type Tensor } from "@relprop/tensor";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { expectAdjoint, values } from "./closeness.ts";
import { at, extents, randomTensor, seeds, tensorOf } from "./random.ts";

/** 1, 2, … n in a batch of one. */
function count(n: number): Tensor {
  return tensor([Array.from({ length: n }, (_, i) => i + 1)]);
}

function expectRoute(layer: Layer, x: Tensor, want: (position: number[]) => number): void {
  const output = layer.forward(x);
  expect(values(output)).toEqual(values(tensorOf(layer.outputShape(x.shape), want)));
  expectAdjoint(layer, [x], { step: 0.5 });
}

const shapes = fc.integer({ min: 1, max: 3 }).chain((rank) => extents(rank, 1, 4)).map((sample) => [2, ...sample]);

describe("Transpose", () => {
  test("puts axes in the given order", () => {
    const cases = shapes.chain((shape) =>
      fc.tuple(
        fc.constant(shape),
        fc.shuffledSubarray(
          shape.map((_, i) => i),
          { minLength: shape.length },
        ),
        seeds,
      ),
    );
    fc.assert(fc.property(cases, ([shape, axes, seed]) => {
      const x = randomTensor(shape, seed);
      expectRoute(new Transpose(axes), x, (p) => at(x, shape.map((_, axis) => p[axes.indexOf(axis)]!)));
    }));
  });
});

describe("Slice", () => {
  test("keeps what Python keeps", () => {
    const x = count(5);
    const along = (start?: number, end?: number, step?: number): number[] =>
      values(
        new Slice({
          axis: 1,
          ...(start !== undefined && { start }),
          ...(end !== undefined && { end }),
          ...(step !== undefined && { step }),
        }).forward(x),
      );
    expect(along(1, 3)).toEqual([2, 3]);
    expect(along(-2)).toEqual([4, 5]);
    expect(along(undefined, -1, 2)).toEqual([1, 3]);
    expect(along(undefined, undefined, -1)).toEqual([5, 4, 3, 2, 1]);
    expect(along(3, 0, -2)).toEqual([4, 2]);
    expect(along(-1, -100, -3)).toEqual([5, 2]);
    expect(along(0, 2 ** 31 - 1, 4)).toEqual([1, 5]);
    expect(along(4, 2)).toEqual([]);
    expect(along(100, -100, -1)).toEqual([5, 4, 3, 2, 1]);
  });

  test("cuts several axes at once", () => {
    const x = randomTensor([2, 4, 5]);
    expectRoute(new Slice({ axis: 1, start: 1, end: 3 }, { axis: -1, step: -2 }), x, ([n, c, i]) =>
      at(x, [n!, c! + 1, 4 - 2 * i!]),
    );
  });
});

describe("Pad", () => {
  test.each<[PadMode, number[]]>([
    ["constant", [7, 7, 1, 2, 3, 7]],
    ["reflect", [3, 2, 1, 2, 3, 2]],
    ["edge", [1, 1, 1, 2, 3, 3]],
    ["wrap", [2, 3, 1, 2, 3, 1]],
  ])("%s borders", (mode, want) => {
    expect(values(new Pad([[2, 1]], { mode, value: 7 }).forward(count(3)))).toEqual(want);
  });

  test("pads the last axes, and crops where widths are negative", () => {
    const widths = fc.array(fc.tuple(fc.integer({ min: -1, max: 2 }), fc.integer({ min: -1, max: 2 })), {
      minLength: 2,
      maxLength: 2,
    });
    fc.assert(
      fc.property(
        extents(2, 3, 4),
        widths,
        fc.constantFrom<PadMode>("constant", "reflect", "edge", "wrap"),
        seeds,
        (spatial, [top, left], mode, seed) => {
          const x = randomTensor([2, 2, ...spatial], seed);
          const find = (i: number, extent: number): number => {
            if (mode === "reflect") return i < 0 ? -i : i >= extent ? 2 * extent - 2 - i : i;
            if (mode === "wrap") return (i + extent) % extent;
            return mode === "edge" ? Math.max(0, Math.min(i, extent - 1)) : i;
          };
          expectRoute(new Pad([top!, left!], { mode, value: 0 }), x, ([n, c, h, w]) =>
            at(x, [n!, c!, find(h! - top![0], spatial[0]!), find(w! - left![0], spatial[1]!)]),
          );
        },
      ),
    );
  });

  test("keeps signs unless its constant is negative", () => {
    expect([new Pad([[1, 1]]).keepsSign, new Pad([[1, 1]], { value: -1 }).keepsSign]).toEqual([true, false]);
  });
});

describe("Gather", () => {
  test("takes positions of an axis, again and again if asked", () => {
    const x = randomTensor([2, 3, 4]);
    expectRoute(new Gather([2, 0, 2, -3]), x, ([n, t, f]) => at(x, [n!, [2, 0, 2, 0][t!]!, f!]));
    expectRoute(new Gather(1), x, ([n, f]) => at(x, [n!, 1, f!]));
    expectRoute(new Gather([0, 1, 2, 3], { axis: -1, shape: [2, 2] }), x, ([n, t, i, j]) =>
      at(x, [n!, t!, 2 * i! + j!]),
    );
  });
});

describe("Expand", () => {
  test("repeats axes of extent 1, and adds axes in front", () => {
    const x = randomTensor([2, 1, 3]);
    expectRoute(new Expand([4, 3]), x, ([n, , i]) => at(x, [n!, 0, i!]));
    expectRoute(new Expand([1, 4, 1]), x, ([n, , i]) => at(x, [n!, 0, i!]));
  });
});

describe("layers that only reshape", () => {
  test.each<[string, Layer, number[], number[]]>([
    ["Flatten", new Flatten(), [2, 3, 4, 5], [2, 60]],
    ["Flatten of a matrix", new Flatten(), [2, 3], [2, 3]],
    ["Flatten of numbers", new Flatten(), [2], [2, 1]],
    ["Flatten of some axes", new Flatten({ startAxis: 2, endAxis: -2 }), [2, 3, 4, 5, 6], [2, 3, 20, 6]],
    ["Reshape", new Reshape([3, -1]), [2, 4, 6], [2, 3, 8]],
    ["Reshape to nothing behind the batch", new Reshape([]), [2, 1, 1], [2]],
    ["Reshape of later axes", new Reshape([2, -1], { from: 2 }), [1, 3, 4, 5], [1, 3, 2, 10]],
    ["Reshape of everything", new Reshape([-1, 4], { from: 0 }), [2, 3, 4], [6, 4]],
    ["Squeeze", new Squeeze([-1, 1]), [2, 1, 3, 1], [2, 3]],
    ["Squeeze of all", new Squeeze(), [1, 1, 3, 1], [1, 3]],
    ["Unsqueeze", new Unsqueeze([1, -1]), [2, 3], [2, 1, 3, 1]],
    ["Identity", new Identity(), [2, 3], [2, 3]],
    ["Dropout", new Dropout(0.9), [2, 3], [2, 3]],
    ["AlphaDropout", new AlphaDropout(), [2, 3], [2, 3]],
  ])("%s", (_, layer, from, to) => {
    const x = randomTensor(from);
    expect(layer.outputShape(from)).toEqual(to);
    expect(layer.forward(x).data).toBe(x.data);
    expect(layer.role).toBe("route");
    expectAdjoint(layer, [x], { step: 0.5 });
  });
});

describe("Constant", () => {
  test("stands alone, or once for every sample of its input", () => {
    const layer = new Constant(tensor([[1, 2]]));
    expect(layer.forward().shape).toEqual([1, 2]);
    expect(layer.pullback().back(ones([1, 2]))).toEqual([]);
    const x = randomTensor([3, 5]);
    expect(layer.forward(x).shape).toEqual([3, 1, 2]);
    expect(values(layer.forward(x))).toEqual([1, 2, 1, 2, 1, 2]);
    expectAdjoint(layer, [x]);
  });
});

describe("every routing layer", () => {
  const layers: Layer[] = [
    new Transpose([0, 2, 1]),
    new Slice({ axis: 1, start: 1 }),
    new Pad([[1, 1]], { mode: "edge" }),
    new Gather([1]),
    new Expand([3, 3]),
    new Flatten(),
    new Reshape([9]),
    new Squeeze(),
    new Unsqueeze([1]),
    new Identity(),
    new Dropout(),
  ];

  test.each(layers.map((layer) => [layer.kind, layer] as const))(
    "%s takes an empty batch and passes NaN on",
    (_, layer) => {
      const { output, back } = layer.pullback(zeros([0, 3, 3]));
      expect(output.shape[0]).toBe(0);
      expect(back(output)[0]!.shape).toEqual([0, 3, 3]);
      expect(values(layer.forward(tensor(new Array(9).fill(NaN), [1, 3, 3]))).every(Number.isNaN)).toBe(true);
    },
  );

  test.each<[string, () => unknown, string]>([
    ["permutation", () => new Transpose([0, 2]), "Transpose: takes every axis from 0 to 1 once, got [0, 2]"],
    ["rank", () => new Transpose([0, 1]).outputShape([1, 2, 3]), "Transpose: takes 2 dimensions, got [1, 2, 3]"],
    [
      "step",
      () => new Slice({ axis: 1, step: 0 }),
      "Slice: takes whole start and end and a step other than 0, got none, none and 0",
    ],
    ["axis", () => new Slice({ axis: 2 }).outputShape([1, 2]), "Slice: takes an axis from -2 to 1, got 2"],
    ["widths", () => new Pad([[0.5, 0]]), "Pad: takes pairs of whole numbers, got [[0.5,0]]"],
    [
      "mode",
      () => new Pad([[1, 1]], { mode: "mirror" as PadMode }),
      'Pad: takes mode constant, reflect, edge, wrap, got "mirror"',
    ],
    [
      "reflection",
      () => new Pad([[3, 0]], { mode: "reflect" }).outputShape([1, 3]),
      'Pad: takes inputs that "reflect" can pad by [[3,0]], got [1, 3]',
    ],
    [
      "cropping",
      () => new Pad([[-4, 2]]).outputShape([1, 3]),
      'Pad: takes inputs that "constant" can pad by [[-4,2]], got [1, 3]',
    ],
    [
      "dimensions",
      () =>
        new Pad([
          [1, 1],
          [1, 1],
        ]).outputShape([3]),
      "Pad: takes at least 2 dimensions, got [3]",
    ],
    ["indices", () => new Gather([0, 3]).outputShape([1, 3]), "Gather: takes an axis 1 with position 3, got [1, 3]"],
    ["number of indices", () => new Gather([0, 1], { shape: [3] }), "Gather: takes 3 indices for [3], got 2"],
    ["broadcast", () => new Expand([2]).outputShape([1, 3]), "Expand: takes shapes that broadcast, got [1, 3] and [2]"],
    [
      "order of axes",
      () => new Flatten({ startAxis: 2, endAxis: 1 }).outputShape([1, 2, 3]),
      "Flatten: takes a start axis before its end axis, got 2 and 1 of [1, 2, 3]",
    ],
    ["size", () => new Reshape([4, -1]).outputShape([2, 6]), "Reshape: takes what makes [N, 4, ?], got [2, 6]"],
    ["two free extents", () => new Reshape([-1, -1]), "Reshape: takes extents >= 0 and at most one -1, got [-1, -1]"],
    ["wide axis", () => new Squeeze([1]).outputShape([1, 2]), "Squeeze: takes an axis 1 of extent 1, got [1, 2]"],
    ["same axis", () => new Unsqueeze([1, -1]).outputShape([]), "Unsqueeze: takes different axes, got [1, -1]"],
    ["rate", () => new Dropout(2), "Dropout: takes a rate from 0 to 1, got 2"],
    ["two inputs", () => new Constant(ones([1])).outputShape([1], [1]), "Constant: takes no input or one, got 2"],
  ])("says what it takes: %s", (_, act, message) => {
    expect(act).toThrow(message);
  });
});
