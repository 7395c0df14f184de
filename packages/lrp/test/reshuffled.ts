/** A network inside which the first axis is moved, merged with others and summed away. */
import {
  ActivationLayer, Add, Dense, Flatten, MatMul, Model, relu, Scale, Transpose, type Layer,
} from "@relprop/layers";
import type { Tensor } from "@relprop/tensor";
import { randomTensor } from "../../layers/test/random.ts";

let seed = 11;

/** Numbers from −1 to 1, other ones at each call. */
export function filled(...shape: number[]): Tensor {
  return randomTensor(shape, seed++);
}

const steps: readonly (readonly [name: string, layer: Layer, inputs: readonly string[]])[] = [
  ["turned", new Transpose([1, 0, 2]), ["input"]], // [T, N, F]
  ["dense", new Dense(filled(3, 4), { bias: filled(3) }), ["turned"]],
  ["shifted", new Scale(filled(5, 1, 3), { bias: filled(5, 1, 3) }), ["dense"]], // a weight along the first axis
  ["act", new ActivationLayer(relu), ["shifted"]],
  ["swapped", new Transpose([1, 2, 0]), ["act"]], // [N, F, T]
  ["back", new Transpose([1, 0, 2]), ["act"]], // [N, T, F]
  ["product", new MatMul(), ["swapped", "back"]], // [N, F, F]
  ["sum", new Add(), ["product", "product"]],
  ["flat", new Flatten(), ["sum"]],
  ["scores", new Dense(filled(4, 9)), ["flat"]],
];

/** From `[N, 5, 4]` to `[N, 4]`. */
export const reshuffled = new Model({
  inputs: [{ name: "input" }],
  nodes: steps.map(([name, layer, inputs], i) => ({ name, layer, inputs, index: [i] })),
  outputs: ["scores"],
});
