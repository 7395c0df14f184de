/** The normal distribution, as far as intervals need it. */

/** The share of a standard normal distribution below `x`. */
export function normalShare(x: number): number {
  if (x < -8) return 0;
  if (x > 8) return 1;
  // Φ(x) = 1/2 + φ(x) (x + x³/3 + x⁵/(3·5) + …)
  let [sum, term] = [0, x];
  for (let k = 1; sum + term !== sum; k++) {
    sum += term;
    term *= (x * x) / (2 * k + 1);
  }
  return 0.5 + (sum * Math.exp(-0.5 * x * x)) / Math.sqrt(2 * Math.PI);
}

/** The number that this share of a standard normal distribution is below. */
export function normalQuantile(share: number): number {
  if (!(share > 0)) return -8;
  if (!(share < 1)) return 8;
  let [low, high] = [-8, 8];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (normalShare(middle) < share) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
