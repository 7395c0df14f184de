import {
  Add,
  AvgPool,
  BatchNorm,
  Concat,
  Conv,
  ConvTranspose,
  Divide,
  LocalResponseNorm,
  MaxPool,
  Multiply,
  Pad,
  PRelu,
  SumPool,
  Upsample,
  type Layer,
} from "@relprop/layers";
import { ones, zeros, type Shape } from "@relprop/tensor";
import { describe, expect, test } from "vitest";
import { positions, randomTensor } from "./random.ts";

/** The box of spatial positions of the input that a covector at one output position comes back to. */
function dependence(layer: Layer, inputs: Shape[], which: number, position: number[]): [number, number][] {
  const xs = inputs.map((shape) => randomTensor(shape, 1, 0.5, 1));
  const s = zeros(layer.outputShape(...inputs));
  positions(s.shape).forEach(([, , ...p], i) => {
    if (p.every((at, axis) => at === position[axis])) s.data[i] = 1;
  });
  const back = layer.pullback(...xs).back(s)[which]!;
  const read = positions(back.shape).filter((_, i) => back.data[i] !== 0).map(([, , ...p]) => p);
  return position.map((_, axis) => {
    const along = read.map((p) => p[axis]!);
    return [Math.min(...along), Math.max(...along) + 1];
  });
}

const layers: [string, Layer, Shape[]][] = [
  ["Conv", new Conv(randomTensor([2, 2, 3, 2]), { stride: [2, 1], padding: [1, 0], dilation: [1, 2] }), [[1, 2, 7, 6]]],
  [
    "ConvTranspose",
    new ConvTranspose(randomTensor([2, 2, 3]), { stride: 2, padding: 1, outputPadding: 1 }),
    [[1, 2, 5]],
  ],
  ["dilated ConvTranspose", new ConvTranspose(randomTensor([2, 2, 2]), { dilation: 2 }), [[1, 2, 5]]],
  ["AvgPool", new AvgPool(3, { stride: 2, padding: 1, ceilMode: true }), [[1, 1, 6, 5]]],
  ["SumPool", new SumPool(2, { dilation: 2, stride: 1 }), [[1, 1, 6]]],
  ["nearest Upsample", new Upsample({ scale: [2, 1.5] }), [[1, 1, 3, 4]]],
  ["linear Upsample", new Upsample({ size: 7, mode: "linear", coordinates: "alignCorners" }), [[1, 1, 4]]],
  [
    "Pad",
    new Pad([
      [1, 2],
      [-1, 0],
    ]),
    [[1, 1, 4, 5]],
  ],
  ["BatchNorm", new BatchNorm({ mean: zeros([2]), variance: ones([2]) }), [[1, 2, 3]]],
  ["PRelu", new PRelu(ones([2]), { axis: 1 }), [[1, 2, 3]]],
  ["LocalResponseNorm", new LocalResponseNorm(3), [[1, 4, 3]]],
  [
    "Add",
    new Add(),
    [
      [1, 2, 3, 4],
      [1, 2, 1, 4],
    ],
  ],
  [
    "Multiply",
    new Multiply(),
    [
      [1, 2, 3, 4],
      [1, 2, 1, 1],
    ],
  ],
  [
    "Divide",
    new Divide(),
    [
      [1, 2, 3],
      [1, 2, 3],
    ],
  ],
  [
    "Concat",
    new Concat(),
    [
      [1, 2, 3],
      [1, 1, 3],
    ],
  ],
];

describe("reach", () => {
  test.each(layers)("%s reads what it says and nothing else", (_, layer, inputs) => {
    for (const position of positions(layer.outputShape(...inputs).slice(2))) {
      inputs.forEach((input, which) => {
        const clipped = layer.reach!(position.map((p) => [p, p + 1]), input).map(([from, to], axis) => [
          Math.max(0, from), Math.min(input[axis + 2]!, to),
        ]);
        const read = dependence(layer, inputs, which, position);
        const nothing = read.some(([from]) => from === Infinity) || clipped.some(([from, to]) => from! >= to!);
        // A stride leaves gaps: the box is as small as a box can be where something is read.
        if (!nothing) expect(tight(layer, read, clipped)).toBe(true);
      });
    }
  });

  test("a box of outputs reaches what its corners reach", () => {
    expect(new Conv(zeros([1, 1, 3]), { padding: 1 }).reach([[2, 5]], [1, 1, 8])).toEqual([[1, 6]]);
    expect(new MaxPool(2).reach([[1, 3]], [1, 1, 8])).toEqual([[2, 6]]);
    expect(new Upsample({ scale: 2 }).reach([[1, 3]], [1, 1, 4])).toEqual([[0, 2]]);
  });

  test("borders that repeat the inside may reach anything", () => {
    expect(new Pad([[1, 1]], { mode: "reflect" }).reach([[0, 1]], [1, 1, 4])).toEqual([[0, 4]]);
    expect(new Concat(2).reach([[0, 1]], [1, 1, 4])).toEqual([[0, 4]]);
  });
});

/** Equal, but for taps of a dilated window that fall outside: those make a box a little larger than what is read. */
function tight(layer: Layer, read: [number, number][], box: number[][]): boolean {
  const slack = layer instanceof Conv || layer instanceof ConvTranspose || layer instanceof SumPool ? 1 : 0;
  return read.every(([from, to], axis) =>
    box[axis]![0]! <= from && from <= box[axis]![0]! + slack && to <= box[axis]![1]! && box[axis]![1]! <= to + slack);
}
