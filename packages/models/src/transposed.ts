/** Matrices turned over. */
import { kernels } from "@relprop/tensor";

/** The row-major matrix `[columns, rows]` of one `[rows, columns]`, in memory of the kernels. */
export function transposed(data: Float32Array, rows: number, columns: number): Float32Array {
  const result = kernels().allocate(data.length);
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
