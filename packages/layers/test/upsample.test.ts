import { Upsample, type Coordinates, type Rounding, type UpsampleOptions } from "@relprop/layers";
import { tensor, zeros, type Tensor } from "@relprop/tensor";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { expectAdjoint, expectClose, values } from "./closeness.ts";
import { at, extents, positions, randomTensor, seeds, tensorOf } from "./random.ts";

function along(options: UpsampleOptions, ...numbers: number[]): number[] {
  return values(new Upsample(options).forward(tensor(numbers, [1, 1, numbers.length])));
}

/** The point of the input that position p of the output stands for, as ONNX's Resize defines it. */
function point(coordinates: Coordinates, p: number, from: number, to: number): number {
  const scale = to / from;
  switch (coordinates) {
    case "asymmetric": return p / scale;
    case "halfPixel": return (p + 0.5) / scale - 0.5;
    case "pytorchHalfPixel": return to > 1 ? (p + 0.5) / scale - 0.5 : 0;
    case "alignCorners": return to > 1 ? (p * (from - 1)) / (to - 1) : 0;
  }
}

describe("Upsample", () => {
  test("nearest repeats elements", () => {
    expect(along({ scale: 2 }, 1, 2)).toEqual([1, 1, 2, 2]);
    expect(along({ size: 5 }, 1, 2, 3)).toEqual([1, 1, 2, 2, 3]);
    expect(along({ scale: 1.5 }, 1, 2, 3)).toEqual([1, 1, 2, 3]);
    expect(along({ scale: 0.5 }, 1, 2, 3, 4)).toEqual([1, 3]);
  });

  test("linear interpolates between the middles of elements, or between the outermost ones", () => {
    expect(along({ scale: 2, mode: "linear" }, 1, 2)).toEqual([1, 1.25, 1.75, 2]);
    expect(along({ size: 3, mode: "linear", coordinates: "alignCorners" }, 1, 2)).toEqual([1, 1.5, 2]);
    expect(along({ scale: 2, mode: "linear", coordinates: "asymmetric" }, 1, 2)).toEqual([1, 1.5, 2, 2]);
    expect(along({ size: 1, mode: "linear", coordinates: "pytorchHalfPixel" }, 1, 2, 3)).toEqual([1]);
    expect(along({ size: 1, mode: "linear" }, 1, 2, 3)).toEqual([2]);
  });

  test("nearest elements of points in the middle follow the rounding", () => {
    // Doubling with align corners from 3 to 5: points 0, 0.5, 1, 1.5, 2.
    const rounded = (rounding: Rounding): number[] =>
      along({ size: 5, coordinates: "alignCorners", rounding }, 0, 1, 2);
    expect(rounded("floor")).toEqual([0, 0, 1, 1, 2]);
    expect(rounded("ceil")).toEqual([0, 1, 1, 2, 2]);
    expect(rounded("roundPreferFloor")).toEqual([0, 0, 1, 1, 2]);
    expect(rounded("roundPreferCeil")).toEqual([0, 1, 1, 2, 2]);
  });

  test("linear interpolation follows its definition in 1 to 3 dimensions, whatever the coordinates", () => {
    const coordinates = fc.constantFrom<Coordinates>("asymmetric", "halfPixel", "pytorchHalfPixel", "alignCorners");
    const cases = fc
      .integer({ min: 1, max: 3 })
      .chain((rank) => fc.tuple(extents(rank, 1, 4), extents(rank, 1, 5), coordinates, seeds));
    fc.assert(fc.property(cases, ([spatial, size, coordinates, seed]) => {
      const x = randomTensor([2, 2, ...spatial], seed);
      const layer = new Upsample({ size, mode: "linear", coordinates });
      expectClose(layer.forward(x), tensorOf([2, 2, ...size], ([n, c, ...p]) => {
        const points = p.map((i, axis) =>
          Math.max(0, Math.min(spatial[axis]! - 1, point(coordinates, i, spatial[axis]!, size[axis]!))),
        );
        // A hat around the point, one in each axis.
        return positions(spatial).reduce(
          (total, q) =>
            total +
            at(x, [n!, c!, ...q]) * q.reduce((hat, i, axis) => hat * Math.max(0, 1 - Math.abs(i - points[axis]!)), 1),
          0,
        );
      }), 2e-6);
      expectAdjoint(layer, [x], { step: 0.5 });
    }), { numRuns: 60 });
  });

  test("nearest follows its definition, and adds up where elements were repeated", () => {
    const cases = fc
      .integer({ min: 1, max: 3 })
      .chain((rank) => fc.tuple(extents(rank, 1, 4), extents(rank, 1, 5), seeds));
    fc.assert(fc.property(cases, ([spatial, size, seed]) => {
      const x = randomTensor([2, 2, ...spatial], seed);
      const layer = new Upsample({ size });
      const want = (): Tensor => tensorOf([2, 2, ...size], ([n, c, ...p]) =>
        at(x, [n!, c!, ...p.map((i, axis) => Math.floor((i * spatial[axis]!) / size[axis]!))]));
      expect(values(layer.forward(x))).toEqual(values(want()));
      expectAdjoint(layer, [x], { step: 0.5 });
    }), { numRuns: 40 });
    expect(values(new Upsample({ scale: 2 }).pullback(zeros([1, 1, 2])).back(tensor([[[1, 2, 3, 4]]]))[0]!)).toEqual([
      3, 7,
    ]);
  });

  test("copies or averages, and says so", () => {
    expect([new Upsample({ scale: 2 }).role, new Upsample({ scale: 2, mode: "linear" }).role]).toEqual([
      "route",
      "average",
    ]);
  });

  test("takes an empty batch", () => {
    expect(new Upsample({ scale: [2, 3], mode: "linear" }).forward(zeros([0, 1, 2, 2])).shape).toEqual([0, 1, 4, 6]);
  });

  test.each<[string, () => unknown, string]>([
    ["nothing", () => new Upsample({}), "Upsample: takes either a scale or a size"],
    ["both", () => new Upsample({ scale: 2, size: 4 }), "Upsample: takes either a scale or a size"],
    ["scale", () => new Upsample({ scale: 0 }), "Upsample: takes scales > 0, got 0"],
    [
      "axes",
      () => new Upsample({ scale: [2, 2] }).outputShape([1, 1, 4]),
      "Upsample: takes 2 spatial axes, got [1, 1, 4]",
    ],
    [
      "size",
      () => new Upsample({ size: [4] }).outputShape([1, 1, 2, 2]),
      "Upsample size: takes 2 whole numbers >= 1 (or one for all), got [4]",
    ],
    ["rank", () => new Upsample({ scale: 2 }).outputShape([1, 1]), "Upsample: takes [N, C, …spatial], got [1, 1]"],
  ])("says what it takes: %s", (_, act, message) => {
    expect(act).toThrow(message);
  });
});
