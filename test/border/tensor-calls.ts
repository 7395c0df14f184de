/** Calls of `@relprop/tensor` that work, for each of which every argument is then given wrong. */
import * as t from "@relprop/tensor";
import * as programs from "@relprop/tensor/program";
import * as vectors from "@relprop/tensor/simd";
import type { Calls } from "./calls.ts";

export function tensorCalls(): Calls {
  const a = t.tensor([[1, 2], [3, 4]]);
  const twice = programs.program(1, (x) => programs.add(x, x));
  return {
    Tensor: [t.Tensor, [2], Float32Array.of(1, 2)], Integers: [t.Integers, [2], Int32Array.of(1, 2), "int32"],
    EncodedTensor: [t.EncodedTensor, [2, 2], t.halfFloats(new Uint16Array(4))], Arena: [t.Arena, { poison: false }],
    ArenaRun: [(body: never) => new t.Arena().run(body), () => 1],
    "Tensor.reshape": [(shape: never) => a.reshape(shape), [4]],
    "Tensor.rows": [(from: never, to: never) => a.rows(from, to), 0, 1],
    tensor: [t.tensor, [1, 2], [2]], integers: [t.integers, [1, 2], [2], "int32"], full: [t.full, [2], 1],
    ones: [t.ones, [2]],
    zeros: [t.zeros, [2]], empty: [t.empty, [2]], stack: [t.stack, [a, a]], batched: [t.batched, [a]],
    clone: [t.clone, a],
    add: [t.add, a, a], multiply: [t.multiply, a, a, 1], map: [t.map, a, (x: number) => x],
    zip: [t.zip, a, a, (x: number) => x],
    sum: [t.sum, a], sumAxis: [t.sumAxis, a, 0], sumTo: [t.sumTo, a, [1, 2], 1], dot: [t.dot, a, a],
    argmax: [t.argmax, [1, 2]],
    permute: [t.permute, a, [1, 0]], moveAxis: [t.moveAxis, a, 0, 1], broadcastTo: [t.broadcastTo, a, [2, 2]],
    broadcastShape: [t.broadcastShape, "me", [1, 2], [2, 2]], allFinite: [t.allFinite, a], sizeOf: [t.sizeOf, [2]],
    sameShape: [t.sameShape, [2], [2]], formatShape: [t.formatShape, [2]], relativeError: [t.relativeError, [1], [1]],
    toChannelsFirst: [t.toChannelsFirst, t.zeros([1, 2, 2, 3]), "channelsLast"],
    fromChannelsFirst: [t.fromChannelsFirst, t.zeros([1, 3, 2, 2]), "channelsLast"],
    halfFloats: [t.halfFloats, new Uint16Array(2)], brainFloats: [t.brainFloats, new Uint16Array(2)],
    useKernels: [(chosen: never) => t.useKernels(t.useKernels(chosen)), t.kernels()],
    preferKernels: [t.preferKernels, vectors.simd],
    withDeadline: [t.withDeadline, Number.POSITIVE_INFINITY, () => 1], scope: [t.scope, () => 1],
    evaluate: [t.evaluate, twice, a], program: [programs.program, 1, (x: never) => programs.add(x, x)],
    Program: [(given: never) => t.evaluate(given, a), twice],
  };
}
