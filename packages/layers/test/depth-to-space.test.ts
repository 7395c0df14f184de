/** Blocks of channels laid out in space, place by place. */
import { describe, expect, test } from "vitest";
import { Tensor } from "@relprop/tensor";
import { DepthToSpace, SpaceToDepth, type Layer } from "../src/index.ts";

const [n, depth, h, w, b] = [2, 3, 4, 5, 2];
const deep = [n, depth * b * b, h, w];
const wide = [n, depth, h * b, w * b];

/** Where a place of the wide array lies in the deep one, by the order of channels. */
function inDeep(order: "depthLast" | "depthFirst", [sample, c, y, x]: readonly number[]): number {
  const within = (y! % b) * b + (x! % b);
  const channel = order === "depthLast" ? within * depth + c! : c! * b * b + within;
  return ((sample! * deep[1]! + channel) * h + Math.floor(y! / b)) * w + Math.floor(x! / b);
}

/** The places of the wide array in order. */
const places = Array.from({ length: n * depth * h * b * w * b }, (_, i) => [
  Math.floor(i / (depth * h * b * w * b)), Math.floor(i / (h * b * w * b)) % depth, Math.floor(i / (w * b)) % (h * b),
  i % (w * b),
]);

const counted = (shape: readonly number[]): Tensor =>
  new Tensor(shape, Float32Array.from({ length: places.length }, (_, i) => i));

/** Expects `out[i] = x[from[i]]`, and the inverse on the way back. */
function moves(layer: Layer, from: readonly number[], x: Tensor, shape: readonly number[]): void {
  const { output, back } = layer.pullback(x);
  expect(output.shape).toEqual(shape);
  expect([...output.data]).toEqual(from);
  const [arrived] = back(counted(shape));
  expect(arrived!.shape).toEqual(x.shape);
  const want = new Array<number>(from.length);
  from.forEach((to, i) => (want[to] = i));
  expect([...arrived!.data]).toEqual(want);
}

describe.each(["depthLast", "depthFirst"] as const)("%s", (order) => {
  test("every place comes from its channel", () => {
    moves(new DepthToSpace(b, order), places.map((place) => inDeep(order, place)), counted(deep), wide);
  });
});

test("and goes back there", () => {
  const from = new Array<number>(places.length);
  places.forEach((place, i) => (from[inDeep("depthLast", place)] = i));
  moves(new SpaceToDepth(b), from, counted(wide), deep);
});

test("other shapes are refused", () => {
  expect(() => new DepthToSpace(2).outputShape([1, 6, 2, 2])).toThrow("DepthToSpace: takes [N, 4 C, H, W], got");
  expect(() => new SpaceToDepth(2).outputShape([1, 1, 3, 2])).toThrow("takes [N, C, 2 H, 2 W]");
  expect(() => new SpaceToDepth(0)).toThrow("SpaceToDepth: takes a block of at least 1, got 0");
});
