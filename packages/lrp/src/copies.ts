/** Relevance of several targets or concepts at once: copies of the batch along the first axis. */
import { empty, kernels, Tensor, type Shape } from "@relprop/tensor";

/** How many copies of a batch of this shape a stack of relevance holds. */
export function copiesOf(stack: Tensor, shape: Shape): number {
  const batch = shape[0] ?? 1;
  return batch === 0 || stack.shape.length === 0 ? 1 : stack.shape[0]! / batch;
}

/** The shape of `copies` copies of a batch. */
export function stackShape(shape: Shape, copies: number): Shape {
  return copies === 1 ? shape : [copies * (shape[0] ?? 1), ...shape.slice(1)];
}

/** Copy `k` of a stack. */
export function copyAt(stack: Tensor, shape: Shape, k: number): Tensor {
  const batch = shape[0] ?? 1;
  return copiesOf(stack, shape) === 1 ? stack : new Tensor(shape, stack.rows(k * batch, (k + 1) * batch).data);
}

/** Applies `each` to every copy and stacks what it returns. */
export function perCopy(
  stack: Tensor, shape: Shape, each: (copy: Tensor, k: number) => readonly Tensor[],
): readonly Tensor[] {
  const copies = copiesOf(stack, shape);
  if (copies === 1) return each(stack, 0);
  const results = Array.from({ length: copies }, (_, k) => each(copyAt(stack, shape, k), k));
  return results[0]!.map((first, i) => {
    const joined = empty(stackShape(first.shape, copies));
    results.forEach((result, k) => joined.data.set(result[i]!.data, k * first.size));
    return joined;
  });
}

/** `out ← out + scale · a ⊙ c` for every copy in `c` and `out`; all share `a`. */
export function addSharedProduct(scale: number, a: Tensor, c: Tensor, out: Tensor): void {
  for (let at = 0; at < c.size; at += a.size) {
    kernels().addProduct(scale, a.data, c.data.subarray(at, at + a.size), out.data.subarray(at, at + a.size));
  }
}

/** `out ← scale · a ⊙ c` for every copy in `c` and `out`; all share `a`. */
export function productShared(scale: number, a: Tensor, c: Tensor, out: Tensor): void {
  for (let at = 0; at < c.size; at += a.size) {
    kernels().product(scale, a.data, c.data.subarray(at, at + a.size), out.data.subarray(at, at + a.size));
  }
}

/** The sum of two stacks of one batch; where one holds fewer copies, its only copy counts for each. */
export function addStacks(a: Tensor, b: Tensor): Tensor {
  const [large, small] = a.size >= b.size ? [a, b] : [b, a];
  const out = empty(large.shape);
  for (let at = 0; at < large.size; at += small.size) {
    kernels().add(large.data.subarray(at, at + small.size), small.data, out.data.subarray(at, at + small.size));
  }
  return out;
}
