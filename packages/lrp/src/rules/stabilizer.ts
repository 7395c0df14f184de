/** How denominators are kept away from zero. */
import { empty, kernels, sizeOf, type Tensor } from "@relprop/tensor";

/** `R ⊘ stabilise(z)` with `stabilise(z) = z + ε sign(z)`, `sign(0) = 1`, unless an option says otherwise. */
export interface Stabilizer {
  /** Not negative. The default of most rules is `1e-9`, of the ε-rule `1e-6`. */
  readonly epsilon: number;
  /** `sign(z) max(|z|, ε)` instead of adding. */
  readonly clip?: boolean;
  /** Multiplies ε by the root mean square of `z` over these axes; `"sample"` means all but the batch. */
  readonly relativeTo?: "sample" | readonly number[];
}

/** A stabiliser, or just its ε. */
export type StabilizerOption = number | Stabilizer;

/** The stabiliser an option stands for; throws a `RangeError` for an ε that is negative or not finite. */
export function stabilizer(who: string, option: StabilizerOption): Stabilizer {
  const { epsilon } = typeof option === "number" ? { epsilon: option } : option;
  if (!(Number.isFinite(epsilon) && epsilon >= 0)) {
    throw new RangeError(`${who}: takes a stabilizer >= 0, got ${epsilon}`);
  }
  return typeof option === "number" ? { epsilon } : option;
}

/** `relevance ⊘ stabilise(z)`; relevance may be a stack of copies that share `z`. */
export function stabilizedQuotient(
  relevance: Tensor, z: Tensor, { epsilon, clip = false, relativeTo }: Stabilizer,
): Tensor {
  const out = empty(relevance.shape);
  if (z.size === 0) return out;
  if (relativeTo === undefined) {
    for (let at = 0; at < relevance.size; at += z.size) {
      const [R, s] = [relevance.data.subarray(at, at + z.size), out.data.subarray(at, at + z.size)];
      kernels().quotient(R, z.data, { epsilon, clip }, s);
    }
    return out;
  }
  const scale = rootMeanSquare(z, relativeTo);
  const one = { z: new Float32Array(1), R: new Float32Array(1), s: new Float32Array(1) };
  for (let i = 0; i < relevance.size; i++) {
    const at = i % z.size;
    one.z[0] = z.data[at]!;
    // Where all denominators are 0 so is their mean: a dead denominator, not an infinite quotient.
    one.R[0] = scale[at] === 0 ? 0 : relevance.data[i]!;
    kernels().quotient(one.R, one.z, { epsilon: epsilon * scale[at]!, clip }, one.s);
    out.data[i] = one.s[0]!;
  }
  return out;
}

/** Per element of `z`: the root mean square over the axes it shares. */
function rootMeanSquare(z: Tensor, over: "sample" | readonly number[]): Float64Array {
  const rank = z.shape.length;
  const axes = new Set(
    (over === "sample" ? z.shape.map((_, axis) => axis).slice(1) : over).map((a) => (a < 0 ? a + rank : a)),
  );
  const squares = new Map<number, number>();
  const groups = new Int32Array(z.size);
  for (let i = 0; i < z.size; i++) {
    let [rest, group] = [i, 0];
    for (let axis = 0, stride = z.size; axis < rank; axis++) {
      stride /= z.shape[axis]!;
      const position = Math.floor(rest / stride);
      rest -= position * stride;
      if (!axes.has(axis)) group = group * z.shape[axis]! + position;
    }
    groups[i] = group;
    squares.set(group, (squares.get(group) ?? 0) + z.data[i]! ** 2);
  }
  const count = sizeOf([...axes].map((axis) => z.shape[axis] ?? 1));
  return Float64Array.from(groups, (group) => Math.sqrt(squares.get(group)! / count));
}
