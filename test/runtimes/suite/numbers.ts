/** Numbers without pattern that are the same in every runtime. */

/** `length` floats in `[-1, 1)`, by the multiplication of Lehmer (1951) modulo `2³¹ - 1`. */
export function numbers(length: number, seed: number): Float32Array {
  let state = seed;
  return Float32Array.from({ length }, () => {
    state = (state * 48271) % 2147483647; // below 2⁵³: exact
    return (state / 2147483647) * 2 - 1;
  });
}

/** `Σ a b` in double precision. */
export function inner(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
