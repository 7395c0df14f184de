/** Networks whose values are large enough that their memory is given back on the way. */
import {
  Add, chain, Concat, Conv, Dense, Flatten, MaxPool, Model, parallel, relu, Reshape, skip, Slice, Transpose,
  type Layer, type Node,
} from "@relprop/layers";
import type { Tensor } from "@relprop/tensor";
import { randomTensor } from "../../layers/test/random.ts";

/** A node of a graph. */
export const node = (name: string, layer: Layer, ...inputs: string[]): Node => ({ name, layer, inputs, index: [0] });
/** A convolution with a rectifier. */
export const conv = (out: number, channels: number, seed: number): Conv =>
  new Conv(randomTensor([out, channels, 3, 3], seed), { padding: 1, activation: relu });

/** Residuals, branches and a maximum. */
export const branches: Model = chain(
  conv(6, 3, 7), skip(chain(conv(6, 6, 8))),
  parallel([conv(2, 6, 9), conv(3, 6, 10)], new Concat()),
  new MaxPool(2), skip(conv(5, 5, 11)), new Flatten(), new Dense(randomTensor([4, 5 * 48 * 48], 12)),
);

/** Values that lie in one another, turned and cut. */
export const views: Model = new Model({
  inputs: [{ name: "x" }],
  nodes: [
    node("a", new Conv(randomTensor([8, 3, 3, 3], 1), { padding: 1 }), "x"),
    node("rows", new Reshape([8, 96 * 96]), "a"),
    node("turned", new Transpose([0, 2, 1]), "rows"),
    node("back", new Transpose([0, 2, 1]), "turned"),
    node("half", new Slice({ axis: 1, start: 0, end: 4 }), "back"),
    node("other", new Slice({ axis: 1, start: 4, end: 8 }), "rows"),
    node("sum", new Add(), "half", "other"),
    node("again", new Add(), "sum", "half"),
    node("plane", new Reshape([4, 96, 96]), "again"),
    node("b", conv(4, 4, 2), "plane"),
    node("end", new Add(), "b", "plane"),
    node("flat", new Flatten(), "end"),
    node("dense", new Dense(randomTensor([5, 4 * 96 * 96], 3)), "flat"),
  ],
  outputs: ["dense"],
});

/** Large enough that memory is worth giving back. */
export const input: Tensor = randomTensor([2, 3, 96, 96], 13);
