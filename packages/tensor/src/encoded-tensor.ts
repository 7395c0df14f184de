/** Tensors whose numbers are stored in few bits. */
import { encoded } from "./encoded.ts";
import type { Shape } from "./shape.ts";
import { Tensor, type ChangeOfNumbers } from "./tensor.ts";
import type { Encoded } from "./weights.ts";

/**
 * A tensor of encoded numbers, for weights: layers hand them to kernels as they are. Its `data` is decoded when asked
 * for, and kept no longer than somebody has it.
 */
export class EncodedTensor extends Tensor {
  override readonly encoded: Encoded;

  override readonly through = (change: ChangeOfNumbers): Tensor => {
    const { length, decode } = this.encoded;
    return new EncodedTensor(this.shape, encoded({
      length,
      decode(from, to, out, at) {
        decode(from, to, out, at);
        change(out.subarray(at, at + to - from), from);
      },
    }));
  };

  /** Throws a `ShapeError` unless there are exactly as many numbers as the shape has elements. */
  constructor(shape: Shape, numbers: Encoded) {
    super(shape, numbers as unknown as Float32Array); // only counted there
    this.encoded = numbers;
    Object.defineProperty(this, "data", { get: () => decoded(numbers), enumerable: true });
  }

  override get size(): number {
    return this.encoded.length;
  }

  override reshape(shape: Shape): Tensor {
    return new EncodedTensor(shape, this.encoded);
  }

}

const decodedBefore = new WeakMap<Encoded, WeakRef<Float32Array>>();

function decoded(numbers: Encoded): Float32Array {
  const known = decodedBefore.get(numbers)?.deref();
  if (known !== undefined) return known;
  const floats = new Float32Array(numbers.length);
  numbers.decode(0, numbers.length, floats, 0);
  decodedBefore.set(numbers, new WeakRef(floats));
  return floats;
}
