import { Add, Concat, Divide, MatMul, Multiply, Subtract, type Layer } from "@relprop/layers";
import { broadcastShape, Tensor, tensor, zeros } from "@relprop/tensor";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { expectAdjoint, expectClose, values } from "./closeness.ts";
import { at, extents, positions, randomTensor, seeds, tensorOf } from "./random.ts";

/** Shapes that broadcast against each other: some axes of a common shape have extent 1, some outer ones are absent. */
function broadcastable(count: number): fc.Arbitrary<number[][]> {
  return extents(3, 1, 3).chain((shape) =>
    fc.array(fc.tuple(fc.nat(7), fc.nat(2)), { minLength: count, maxLength: count }).map((masks) =>
      masks.map(([mask, dropped]) => shape.map((extent, i) => ((mask >> i) & 1 ? 1 : extent)).slice(dropped))));
}

/** The element of x that stands behind a position of a larger shape. */
function behind(x: Tensor, position: number[]): number {
  const own = position.slice(position.length - x.shape.length);
  return at(x, own.map((i, axis) => (x.shape[axis] === 1 ? 0 : i)));
}

const elementwise: [string, Layer, number, (numbers: number[]) => number][] = [
  ["Add", new Add(), 3, (numbers) => numbers.reduce((a, b) => a + b)],
  ["Subtract", new Subtract(), 2, ([a, b]) => a! - b!],
  ["Multiply", new Multiply(), 3, (numbers) => numbers.reduce((a, b) => a * b)],
  ["Divide", new Divide(), 2, ([a, b]) => a! / b!],
];

describe("elementwise merges", () => {
  test.each(elementwise)("%s follows its definition, shapes broadcast", (_, layer, count, f) => {
    fc.assert(fc.property(broadcastable(count), seeds, (shapes, seed) => {
      // From 1 to 2, for quotients.
      const inputs = shapes.map((shape, i) => randomTensor(shape, seed + i, 1, 2));
      const shape = shapes.reduce((a, b) => [...broadcastShape("test", a, b)]);
      expectClose(layer.forward(...inputs), tensorOf(shape, (p) => f(inputs.map((x) => behind(x, p)))), 1e-6);
      expectAdjoint(layer, inputs, { tolerance: 1e-5 });
    }), { numRuns: 40 });
  });

  test("a product with zeros still has the slope of each factor", () => {
    const { back } = new Multiply().pullback(tensor([0, 0]), tensor([3, 0]));
    expect(back(tensor([1, 1])).map(values)).toEqual([[3, 0], [0, 0]]);
  });

  test("the same input twice is two inputs", () => {
    const x = tensor([3]);
    expect(new Multiply().pullback(x, x).back(tensor([1])).map(values)).toEqual([[3], [3]]);
  });
});

describe("Concat", () => {
  test("lays inputs side by side along any axis", () => {
    const cases = fc.tuple(
      extents(3, 1, 3),
      fc.integer({ min: -3, max: 2 }),
      fc.array(fc.nat(3), { minLength: 1, maxLength: 3 }),
      seeds,
    );
    fc.assert(fc.property(cases, ([shape, axis, lengths, seed]) => {
      const along = axis < 0 ? axis + 3 : axis;
      const inputs = lengths.map((length, i) => randomTensor(shape.with(along, length), seed + i));
      const layer = new Concat(axis);
      const total = lengths.reduce((a, b) => a + b, 0);
      const want = tensorOf(shape.with(along, total), (p) => {
        let [i, input] = [p[along]!, 0];
        while (i >= lengths[input]!) i -= lengths[input++]!;
        return at(inputs[input]!, p.with(along, i));
      });
      expect(values(layer.forward(...inputs))).toEqual(values(want));
      expectAdjoint(layer, inputs, { step: 0.5 });
    }));
  });
});

describe("MatMul", () => {
  test("multiplies matrices, the axes before them broadcast", () => {
    fc.assert(fc.property(broadcastable(2), extents(3, 1, 4), seeds, ([left, right], [m, k, n], seed) => {
      const [a, b] = [randomTensor([...left!, m!, k!], seed), randomTensor([...right!, k!, n!], seed + 1)];
      const layer = new MatMul();
      const want = tensorOf([...broadcastShape("test", left!, right!), m!, n!], (p) => {
        const outer = p.slice(0, -2);
        return positions([k!]).reduce((total, [j]) =>
          total + behind(a, [...outer, p.at(-2)!, j!]) * behind(b, [...outer, j!, p.at(-1)!]), 0);
      });
      // `behind` would stretch matrix axes of extent 1, which are never asked for elsewhere than at 0.
      expectClose(layer.forward(a, b), want, 2e-6);
      expectAdjoint(layer, [a, b], { step: 1 / 4 });
    }), { numRuns: 60 });
  });
});

describe("every merge", () => {
  const layers: Layer[] = [new Add(), new Subtract(), new Multiply(), new Divide(), new Concat(), new MatMul()];

  test.each(layers.map((layer) => [layer.kind, layer] as const))(
    "%s takes an empty batch and passes NaN on",
    (_, layer) => {
      const { output, back } = layer.pullback(zeros([0, 2, 2]), zeros([0, 2, 2]));
      expect(output.shape[0]).toBe(0);
      expect(back(output).map(({ shape }) => shape)).toEqual([
        [0, 2, 2],
        [0, 2, 2],
      ]);
      expect(values(layer.forward(tensor([NaN], [1, 1, 1]), tensor([1], [1, 1, 1]))).some(Number.isNaN)).toBe(true);
    },
  );

  test.each<[string, () => unknown, string]>([
    [
      "broadcast",
      () => new Add().outputShape([2, 3], [2, 4]),
      "Add: takes shapes that broadcast, got [2, 3] and [2, 4]",
    ],
    ["number for Subtract", () => new Subtract().outputShape([1]), "Subtract: takes 2 inputs, got 1"],
    ["number for Divide", () => new Divide().outputShape([1], [1], [1]), "Divide: takes 2 inputs, got 3"],
    ["nothing to multiply", () => new Multiply().outputShape(), "Multiply: takes at least one input, got none"],
    ["nothing to add", () => new Add().outputShape(), "Add: takes at least one input, got none"],
    ["nothing to concatenate", () => new Concat().outputShape(), "Concat: takes at least one input, got none"],
    [
      "extents",
      () => new Concat().outputShape([1, 2, 3], [1, 2, 4]),
      "Concat: takes inputs that differ in axis 1 only, got [1, 2, 3] and [1, 2, 4]",
    ],
    [
      "inner axis",
      () => new MatMul().outputShape([2, 3], [4, 5]),
      "MatMul: takes […, M, K] and […, K, N], got [2, 3] and [4, 5]",
    ],
    [
      "vectors",
      () => new MatMul().outputShape([3], [4, 5]),
      "MatMul: takes […, M, K] and […, K, N], got [3] and [4, 5]",
    ],
  ])("says what it takes: %s", (_, act, message) => {
    expect(act).toThrow(message);
  });
});

describe("vectors in matrix products", () => {
  const matrix = tensor([[1, 2], [3, 4]]);
  test("count as one row on the left and one column on the right", () => {
    expect(new MatMul().forward(tensor([1, 10]), matrix)).toEqual(tensor([31, 42]));
    expect(new MatMul().forward(matrix, tensor([1, 10]))).toEqual(tensor([21, 43]));
    expect(new MatMul().forward(tensor([1, 10]), tensor([2, 3])).shape).toEqual([]);
  });

  test("get back what they sent", () => {
    const [left, right] = new MatMul().pullback(tensor([1, 10]), matrix).back(tensor([1, 1]));
    expect(left).toEqual(tensor([3, 7]));
    expect(right).toEqual(tensor([[1, 1], [10, 10]]));
  });
});

test("a gate per channel multiplies its channel, on either side and whatever the batch", () => {
  const x = new Tensor([2, 3, 2, 3], Float32Array.from({ length: 36 }, (_, i) => i - 17));
  for (const shape of [[2, 3, 1, 1], [1, 3, 1, 1], [2, 1, 1, 1], [1, 1, 1, 1], [2, 3, 2, 1]]) {
    const count = shape.reduce((a, b) => a * b, 1);
    const gate = new Tensor(shape, Float32Array.from({ length: count }, (_, i) => 0.5 + i));
    const want = x.data.map((value, at) => {
      const position = [Math.floor(at / 18), Math.floor(at / 6) % 3, Math.floor(at / 3) % 2, at % 3];
      return value * gate.data[shape.reduce((sum, extent, k) => sum * extent + (extent === 1 ? 0 : position[k]!), 0)]!;
    });
    expect(new Multiply().forward(x, gate).data).toEqual(want);
    expect(new Multiply().forward(gate, x).data).toEqual(want);
  }
});
