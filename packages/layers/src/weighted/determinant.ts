/** Determinants. */
import { empty, formatShape, ShapeError, type Shape, type Tensor } from "@relprop/tensor";
import type { Layer, Linearization } from "../layer/layer.ts";

/** `det X` of the matrices on the last two axes. */
export class Determinant implements Layer {
  readonly kind = "Determinant";
  readonly role = "other";

  outputShape(input: Shape): Shape {
    if (input.length < 2 || input.at(-1) !== input.at(-2)) {
      throw new ShapeError(`Determinant: takes square matrices, got ${formatShape(input)}`);
    }
    return input.slice(0, -2);
  }

  forward(x: Tensor): Tensor {
    const out = empty(this.outputShape(x.shape));
    const n = x.shape.at(-1)!;
    for (let i = 0; i < out.size; i++) out.data[i] = determinant(matrixAt(x, i, n));
    return out;
  }

  /** `s` times the cofactors, which singular matrices have too. */
  pullback(x: Tensor): Linearization {
    const n = x.shape.at(-1)!;
    const back = (s: Tensor): Tensor[] => {
      const out = empty(x.shape);
      for (let i = 0; i < s.size; i++) {
        const matrix = matrixAt(x, i, n);
        for (let row = 0; row < n; row++) {
          for (let column = 0; column < n; column++) {
            const minor = matrix.toSpliced(row, 1).map((values) => values.toSpliced(column, 1));
            const sign = (row + column) % 2 === 0 ? 1 : -1;
            out.data[(i * n + row) * n + column] = s.data[i]! * sign * determinant(minor);
          }
        }
      }
      return [out];
    };
    return { output: this.forward(x), back };
  }
}

function matrixAt({ data }: Tensor, index: number, n: number): number[][] {
  return Array.from({ length: n }, (_, row) => {
    const from = (index * n + row) * n;
    return Array.from(data.subarray(from, from + n));
  });
}

/** By elimination, the largest pivot first. */
function determinant(given: readonly (readonly number[])[]): number {
  const rows = given.map((row) => [...row]);
  let result = 1;
  for (let step = 0; step < rows.length; step++) {
    let pivot = step;
    for (let row = step + 1; row < rows.length; row++) {
      if (Math.abs(rows[row]![step]!) > Math.abs(rows[pivot]![step]!)) pivot = row;
    }
    if (rows[pivot]![step] === 0) return 0;
    if (pivot !== step) {
      [rows[step], rows[pivot]] = [rows[pivot]!, rows[step]!];
      result = -result;
    }
    const first = rows[step]!;
    result *= first[step]!;
    for (let row = step + 1; row < rows.length; row++) {
      const factor = rows[row]![step]! / first[step]!;
      for (let column = step; column < rows.length; column++) rows[row]![column]! -= factor * first[column]!;
    }
  }
  return result;
}
