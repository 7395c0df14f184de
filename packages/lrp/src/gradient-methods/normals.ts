/** Normally distributed numbers that are the same in every run and runtime. */

/**
 * Standard normal numbers for a seed: sums of twelve uniform ones from a 32-bit generator (Steele & Vigna 2021), since
 * logarithms differ between engines in their last bit and sums do not. None is larger than 6.
 */
export function normals(seed: number): () => number {
  let state = seed >>> 0;
  const uniform = (): number => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
  return () => {
    let sum = -6;
    for (let i = 0; i < 12; i++) sum += uniform();
    return sum;
  };
}
