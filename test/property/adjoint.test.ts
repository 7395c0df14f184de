/** The way back is the transpose of the way forward, `⟨J v, s⟩ = ⟨v, Jᵀ s⟩`, at every node of any network. */
import { isAffine, type Layer } from "@relprop/layers";
import { dot, map, Tensor, zeros } from "@relprop/tensor";
import fc from "fast-check";
import { expect, test } from "vitest";
import { expectAdjoint } from "../../packages/layers/test/closeness.ts";
import { Draw } from "./draw.ts";
import { graphs } from "./random-graph.ts";

/** Layers with one number for each input, added up, and perhaps a constant: the difference of two points is exact. */
function isLinear(layer: Layer): boolean {
  const selects = layer.role === "route" && !layer.kind.includes("Max");
  return selects || layer.role === "average" || layer.role === "sum" || layer.kind === "Constant";
}

const absolute = (a: Tensor, b: Tensor): number => dot(map(a, Math.abs), map(b, Math.abs));
const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

/** `f(v) − f(0)` is J v wherever the layer is looked at. */
function checkLinear(layer: Layer, inputs: readonly Tensor[], draw: Draw): void {
  const directions = inputs.map(({ shape }) => draw.tensor(shape));
  const [along, origin] = [directions, inputs.map(({ shape }) => zeros(shape))].map((x) => layer.forward(...x));
  const product = map(along!, (value, i) => value - origin!.data[i]!);
  const { output, back } = layer.pullback(...inputs);
  expect(output).toEqual(layer.forward(...inputs));
  const s = draw.tensor(output.shape);
  const backwards = back(s);
  const left = dot(product, s);
  const right = sum(backwards.map((each, i) => dot(directions[i]!, each)));
  const size = absolute(along!, s) + absolute(origin!, s) + sum(backwards.map((b, i) => absolute(directions[i]!, b)));
  expect(Math.abs(left - right)).toBeLessThanOrEqual(1e-6 * size);
}

/** Winners do not change in steps smaller than half the least distance between elements; then J v picks from v. */
function checkMaximum(layer: Layer, { shape, size }: Tensor, draw: Draw): void {
  const order = Array.from({ length: size }, (_, i) => [draw.number(0, 1), i] as const).sort(([a], [b]) => a - b);
  const x = new Tensor(shape, Float32Array.from(order, ([, i]) => i));
  const v = map(x, () => draw.integer(-8, 8) / 32);
  const moved = layer.forward(map(x, (value, i) => value + v.data[i]!));
  const { output, back } = layer.pullback(x);
  const s = map(output, () => draw.integer(-8, 8));
  const product = map(moved, (value, i) => value - output.data[i]!);
  expect(dot(product, s)).toBe(dot(v, back(s)[0]!));
}

test("at every layer and merge of a random network", () => {
  fc.assert(fc.property(graphs({ steps: 8 }), ({ model, input, seed }) => {
    const draw = new Draw(seed + 1);
    const values = new Map([["input", input]]);
    for (const { name, layer: step, inputs } of model.nodes) {
      const layer = step as Layer;
      const given = inputs.map((source) => values.get(source)!);
      values.set(name, layer.forward(...given));
      if (layer.kind.includes("Max") && layer.role === "route") checkMaximum(layer, given[0]!, draw);
      else if (isLinear(layer)) checkLinear(layer, given, draw);
      else if (isAffine(layer)) checkLinear(layer.withParameters(layer.weight, layer.bias), given, draw);
      else {
        // Away from the kinks at 0, and from values at which differences of floats say nothing.
        const moved = (value: number): number => Math.sign(value || 1) * (0.25 + Math.min(Math.abs(value), 2));
        const apart = given.map((x) => map(x, moved));
        expectAdjoint(layer, apart, { seed, tolerance: 1e-4 });
      }
    }
  }), { numRuns: 150 });
});
