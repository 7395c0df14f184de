import {
  AvgPool, BatchNorm, Conv, foldAfter, foldBefore, GroupNorm, InstanceNorm, LayerNorm, MatMul, MaxPool, PRelu,
  ReduceMean, Reshape, RMSNorm, Scale, Softmax, Transpose, Upsample, type Layer,
} from "@relprop/layers";
import { Arena, clone, type Tensor } from "@relprop/tensor";
import { describe, expect, test } from "vitest";
import { values } from "./closeness.ts";
import { randomTensor } from "./random.ts";

const shape = [2, 4, 3, 3];
const channels = randomTensor([4], 1, 0.5, 1);
const makers: [string, () => Layer, number?][] = [
  ["AvgPool", () => new AvgPool(2)],
  ["BatchNorm", () => new BatchNorm({ mean: channels, variance: channels })],
  ["Conv folded", () => foldAfter(new Conv(randomTensor([4, 4, 2, 2])), channels, channels)!],
  ["GroupNorm", () => new GroupNorm(2, { bias: channels })],
  ["InstanceNorm", () => new InstanceNorm({ bias: channels })],
  ["LayerNorm", () => new LayerNorm([3, 3], { bias: randomTensor([3, 3]) })],
  ["MatMul", () => new MatMul(), 2],
  ["MaxPool", () => new MaxPool(2)],
  ["PRelu", () => new PRelu(channels, { axis: 1 })],
  ["ReduceMean", () => new ReduceMean()],
  ["Reshape", () => new Reshape([-1])],
  ["RMSNorm", () => new RMSNorm(3)],
  ["Scale folded", () => foldBefore(new Scale(channels, { axis: 1 }), channels, channels)!],
  ["Softmax", () => new Softmax(1)],
  ["Transpose", () => new Transpose([0, 2, 3, 1])],
  ["Upsample", () => new Upsample({ scale: 2, mode: "linear" })],
];

/** The output, and what comes back for a fixed covector. */
function use(layer: Layer, inputs: readonly Tensor[]): Tensor[] {
  const { output, back } = layer.pullback(...inputs);
  return [output, ...back(randomTensor(output.shape, 9))].map(clone);
}

describe("in an arena whose memory is spoiled when it goes back", () => {
  test.each(makers)(
    "%s computes what it does elsewhere, and outlives the arena it was made in",
    (_, make, count = 1) => {
      const inputs = Array.from({ length: count }, (_, i) => randomTensor(shape, i));
      const want = use(make(), inputs).map(values);
      const arena = new Arena({ poison: true });
      const layer = arena.run(() => {
        const made = make();
        expect(use(made, inputs).map(values)).toEqual(want);
        return made;
      });
      expect(use(layer, inputs).map(values)).toEqual(want);
      expect(arena.run(() => use(layer, inputs)).map(values)).toEqual(want);
    },
  );
});
