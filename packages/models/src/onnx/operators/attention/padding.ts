/** Which keys count, as onnxruntime's attention is told it. */
import { formatShape, sizeOf, Tensor, type Shape } from "@relprop/tensor";
import type { Operation } from "../../operation.ts";
import type { Flow } from "../../value.ts";
import { computed } from "./computed.ts";

/**
 * What is added to scores: 0, or `mask_filter_value` (−10000) where a key does not count. A mask has 1 where one does,
 * `[N, S]`, `[N, T, S]` or `[N, 1, T, S]`, or says how many keys count (`[N]`), where they end and begin (`[2 N]`), or
 * how many they are and where those of each sample begin among all (`[3 N + 2]`).
 */
export function padding(op: Operation, mask: Flow, keys: Flow): Flow {
  const filter = op.attributes.float("mask_filter_value") ?? -10000;
  return computed(op, {
    kind: "padding", rank: 4, reads: [mask, keys],
    shape: ([own, k]) => shapeOf(own!, k!),
    compute: ([value], [own, k]) => {
      const shape = shapeOf(own!, k!);
      const [samples, extent] = [shape[0]!, shape.at(-1)!];
      const { data } = value!;
      const bounds = (i: number): boolean => {
        const [sample, key] = [Math.floor(i / extent), i % extent];
        const first = data.length === 2 * samples ? data[samples + sample]! : 0;
        return key >= first && key < data[sample]!;
      };
      const counts = own!.length === 1 ? bounds : (i: number): boolean => data[i] !== 0;
      return new Tensor(shape, Float32Array.from({ length: sizeOf(shape) }, (_, i) => (counts(i) ? 0 : filter)));
    },
  });
}

function shapeOf(own: Shape, [samples = 0, , length = 0]: Shape): Shape {
  const [n = 0, ...rest] = own;
  if (own.length === 1) {
    if (![samples, 2 * samples, 3 * samples + 2].includes(n)) {
      throw new RangeError(`takes a mask of ${samples}, 2 · ${samples} or 3 · ${samples} + 2 numbers, got ${n}`);
    }
    return [samples, 1, 1, length];
  }
  if (own.length > 4 || n !== samples) {
    throw new RangeError(`takes a mask of two to four axes for ${samples} samples, got ${formatShape(own)}`);
  }
  return rest.length === 1 ? [n, 1, 1, rest[0]!] : rest.length === 2 ? [n, 1, ...rest] : own;
}
