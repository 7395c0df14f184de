/** How denominators are kept away from zero. */
import { empty, kernels, map, multiply, refuseTrace, sizeOf, sumTo, type Tensor } from "@relprop/tensor";

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
  const given: Stabilizer = typeof option === "number" ? { epsilon: option } : Object(option);
  if (!(Number.isFinite(given.epsilon) && given.epsilon >= 0)) {
    throw new RangeError(`${who}: takes a stabilizer >= 0, got ${given.epsilon ?? option}`);
  }
  return given;
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
  // Where all denominators are 0 so is their mean: a dead denominator, not an infinite quotient.
  refuseTrace();
  const scale = rootMeanSquare(z, relativeTo);
  return map(relevance, (R, i) => {
    const [sum, least] = [z.data[i % z.size]!, epsilon * scale[i % z.size]!];
    const size = clip ? Math.max(Math.abs(sum), least) : Math.abs(sum) + least;
    return R === 0 || scale[i % z.size] === 0 ? 0 : R / (sum < 0 ? -size : size);
  }, out);
}

/** Per element of `z`: the root mean square over the axes it shares. */
function rootMeanSquare(z: Tensor, over: "sample" | readonly number[]): Float32Array {
  const axes = (over === "sample" ? [...z.shape.keys()].slice(1) : over).map((a) => (a < 0 ? a + z.shape.length : a));
  const kept = z.shape.map((extent, axis) => (axes.includes(axis) ? 1 : extent));
  const { data } = sumTo(multiply(z, z), kept, z.size / sizeOf(kept));
  return z.data.map((_, i) => {
    let [rest, at, step] = [i, 0, 1];
    for (let axis = kept.length - 1; axis >= 0; axis--) {
      if (kept[axis] !== 1) at += (rest % kept[axis]!) * step;
      rest = Math.floor(rest / z.shape[axis]!);
      step *= kept[axis]!;
    }
    return Math.sqrt(data[at]!);
  });
}
