/** Tensors of numbers in (−1, 1) that are the same in every run. */
import { Tensor } from "@relprop/tensor";

/** A source of tensors; each seed has its own sequence. */
export function seeded(seed: number): (...shape: number[]) => Tensor {
  let state = seed;
  const random = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  };
  return (...shape) => new Tensor(shape, Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, random));
}
