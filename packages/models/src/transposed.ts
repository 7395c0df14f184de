/** Matrices turned over. */
import { encoded, kernels, Tensor, type Encoded } from "@relprop/tensor";

/** Smaller matrices are written out. */
const MANY = 4096;

/**
 * The matrix `[columns, rows]` of one `[rows, columns]`. A large one stays as it is: products read it in place, and who
 * asks for `data` gets it written out, for as long as somebody has it.
 */
export function turnedOver(matrix: Tensor): Tensor {
  if (matrix instanceof TurnedMatrix) return matrix.stored;
  const [rows, columns] = matrix.shape as [number, number];
  if (matrix.size >= MANY) return new TurnedMatrix(matrix);
  return new Tensor([columns, rows], transposed(matrix.data, rows, columns));
}

class TurnedMatrix extends Tensor {
  readonly stored: Tensor;
  override readonly encoded: Encoded;

  constructor(stored: Tensor) {
    const [rows, columns] = stored.shape as [number, number];
    const { data } = stored;
    super([columns, rows], data);
    this.stored = stored;
    this.encoded = {
      ...encoded({
        length: data.length,
        decode(from, to, out, at) {
          if (to - from === data.length) transposed(data, rows, columns, out.subarray(at, at + data.length));
          else for (let i = from; i < to; i++) out[at + i - from] = data[(i % rows) * columns + Math.floor(i / rows)]!;
        },
      }),
      turned: data,
    };
    let before: WeakRef<Float32Array> | undefined;
    Object.defineProperty(this, "data", {
      enumerable: true,
      get() {
        const known = before?.deref();
        if (known !== undefined) return known;
        const written = transposed(data, rows, columns);
        before = new WeakRef(written);
        return written;
      },
    });
  }

  override get size(): number {
    return this.encoded.length;
  }
}

/** The row-major matrix `[columns, rows]` of one `[rows, columns]`, in memory of the kernels. */
function transposed(
  data: Float32Array, rows: number, columns: number, result: Float32Array = kernels().allocate(data.length),
): Float32Array {
  // In square blocks, so that neither side leaves the cache.
  for (let r0 = 0; r0 < rows; r0 += 32) {
    for (let c0 = 0; c0 < columns; c0 += 32) {
      for (let c = c0; c < Math.min(c0 + 32, columns); c++) {
        for (let r = r0; r < Math.min(r0 + 32, rows); r++) result[c * rows + r] = data[r * columns + c]!;
      }
    }
  }
  return result;
}
