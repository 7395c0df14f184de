/** Tensors: shapes, elementwise work, memory. */
import { add, argmax, Arena, broadcastTo, clone, map, multiply, sum, sumTo, tensor, zeros } from "@relprop/tensor";
import type { Check } from "./harness.ts";

export const tensorChecks: readonly Check[] = [
  ["nested numbers become a tensor", (it) => {
    const x = tensor([[1, 2, 3], [4, 5, 6]]);
    it.equal([x.shape, x.data], [[2, 3], new Float32Array([1, 2, 3, 4, 5, 6])]);
  }],
  ["elementwise results are floats", (it) => {
    it.equal(map(tensor([1, 3]), (value) => value / 3).data, [Math.fround(1 / 3), 1]);
    it.equal(add(tensor([1, 2]), tensor([10, 20])).data, [11, 22]);
    it.equal(multiply(tensor([1, 2]), tensor([10, 20]), 0.5).data, [5, 20]);
  }],
  ["what is broadcast is summed on the way back", (it) => {
    const x = tensor([[1], [2]]);
    it.equal(broadcastTo(x, [2, 3]).data, [1, 1, 1, 2, 2, 2]);
    it.equal(sumTo(broadcastTo(x, [2, 3]), [2, 1]).data, [3, 6]);
  }],
  ["a sum is added up in double precision", (it) => {
    it.equal(sum(tensor([2 ** 24, 1, 1, -(2 ** 24)])), 2);
    it.equal(argmax([1, 5, 5]), 1);
  }],
  ["shapes that do not fit are told", (it) => {
    it.throws(() => tensor([1, 2, 3], [2]), "[2]");
    it.throws(() => add(zeros([2]), zeros([3])), "[3]");
  }],
  ["an arena gives memory back and what leaves is cloned", (it) => {
    const arena = new Arena({ poison: true });
    const run = (): Float32Array => arena.run(() => {
      const scratch = map(tensor([1, 2, 3]), (value) => 2 * value);
      let kept = new Float32Array(0);
      kept = clone(scratch).data.slice();
      return kept;
    });
    it.equal(run(), [2, 4, 6]);
    const { capacity } = arena;
    it.equal(run(), [2, 4, 6]);
    it.equal(arena.capacity, capacity);
  }],
];
