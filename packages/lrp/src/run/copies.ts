/** Relevance of several targets or concepts at once: a stack of copies along an axis before all others. */
import {
  act, checkSameShape, empty, formatShape, kernels, sameShape, ShapeError, sizeOf, Tensor, type Shape,
} from "@relprop/tensor";

/** A tensor as the only copy of a stack. */
export function onlyCopy(x: Tensor): Tensor {
  return x.reshape([1, ...x.shape]);
}

/** Copy `k` of a stack `[K, …]`, sharing its memory. */
export function copyAt(stack: Tensor, k: number): Tensor {
  const shape = stack.shape.slice(1);
  const size = sizeOf(shape);
  return new Tensor(shape, stack.data.subarray(k * size, (k + 1) * size));
}

/** Throws a `ShapeError` unless a stack holds copies, or just `copies` of them, of this shape. */
export function checkStack(who: string, stack: Tensor, shape: Shape, copies?: number): void {
  const [count, ...own] = stack.shape;
  if (count === undefined || (copies !== undefined && count !== copies) || !sameShape(own, shape)) {
    const takes = `[${[copies ?? "K", ...shape].join(", ")}]`;
    throw new ShapeError(`${who}: takes copies ${takes}, got ${formatShape(stack.shape)}`);
  }
}

/** Applies `each` to every copy and stacks what it returns. */
export function perCopy(stack: Tensor, each: (copy: Tensor, k: number) => readonly Tensor[]): readonly Tensor[] {
  const copies = stack.shape[0]!;
  if (copies === 1) return each(copyAt(stack, 0), 0).map(onlyCopy);
  const results = Array.from({ length: copies }, (_, k) => each(copyAt(stack, k), k));
  return (results[0] ?? []).map((first, i) => {
    const joined = empty([copies, ...first.shape]);
    results.forEach((result, k) => act(() => joined.data.set(result[i]!.data, k * first.size)));
    return joined;
  });
}

/** `out ← out + scale · a ⊙ c` for every copy in `c` and `out`; all share `a`. */
export function addSharedProduct(scale: number, a: Tensor, c: Tensor, out: Tensor): void {
  checkSameShape("addSharedProduct", out.shape, c.shape);
  for (let at = 0; at < c.size; at += a.size) {
    kernels().addProduct(scale, a.data, c.data.subarray(at, at + a.size), out.data.subarray(at, at + a.size));
  }
}

/** `out ← scale · a ⊙ c` for every copy in `c` and `out`; all share `a`. */
export function productShared(scale: number, a: Tensor, c: Tensor, out: Tensor): void {
  checkSameShape("productShared", out.shape, c.shape);
  for (let at = 0; at < c.size; at += a.size) {
    kernels().product(scale, a.data, c.data.subarray(at, at + a.size), out.data.subarray(at, at + a.size));
  }
}

/** The sum of two stacks; where one holds a single copy, it counts for each of the other. */
export function addStacks(a: Tensor, b: Tensor): Tensor {
  const [large, small] = a.shape[0]! >= b.shape[0]! ? [a, b] : [b, a];
  checkStack("addStacks", small, large.shape.slice(1), small.shape[0] === 1 ? 1 : large.shape[0]!);
  const out = empty(large.shape);
  for (let at = 0; at < large.size; at += small.size) {
    kernels().add(large.data.subarray(at, at + small.size), small.data, out.data.subarray(at, at + small.size));
  }
  return out;
}
