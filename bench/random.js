/** Numbers that are the same in every run, on every machine: xorshift128 (Marsaglia 2003), scaled to (−1, 1). */
export function generator(seed = 1) {
  let [x, y, z, w] = [seed | 0 || 1, 362436069, 521288629, 88675123];
  return () => {
    const t = x ^ (x << 11);
    [x, y, z] = [y, z, w];
    w = w ^ (w >>> 19) ^ t ^ (t >>> 8);
    return w / 2 ** 31;
  };
}
