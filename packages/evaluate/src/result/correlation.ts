/** How alike two lists of numbers are. */

/** Pearson's correlation; `undefined` where either list has no variance. */
export function pearson(a: ArrayLike<number>, b: ArrayLike<number>): number | undefined {
  const count = a.length;
  let [meanA, meanB] = [0, 0];
  for (let i = 0; i < count; i++) {
    meanA += a[i]! / count;
    meanB += b[i]! / count;
  }
  let [both, ofA, ofB, sizeA, sizeB] = [0, 0, 0, 0, 0];
  for (let i = 0; i < count; i++) {
    const [x, y] = [a[i]! - meanA, b[i]! - meanB];
    both += x * y;
    ofA += x * x;
    ofB += y * y;
    sizeA += a[i]! * a[i]!;
    sizeB += b[i]! * b[i]!;
  }
  // Deviations as small as roundings are none.
  if (count < 2 || ofA <= 1e-24 * sizeA || ofB <= 1e-24 * sizeB) return undefined;
  return Math.max(-1, Math.min(1, both / Math.sqrt(ofA * ofB)));
}

/** Spearman's correlation, that of the ranks; equals share the mean of theirs. */
export function spearman(a: ArrayLike<number>, b: ArrayLike<number>): number | undefined {
  return pearson(ranks(a), ranks(b));
}

/** The rank of every value, from 1 up; equals share the mean of theirs. */
export function ranks(values: ArrayLike<number>): Float64Array {
  const order = Int32Array.from({ length: values.length }, (_, i) => i).sort((i, j) => values[i]! - values[j]!);
  const found = new Float64Array(values.length);
  for (let from = 0; from < order.length;) {
    let to = from + 1;
    while (to < order.length && values[order[to]!] === values[order[from]!]) to++;
    for (let k = from; k < to; k++) found[order[k]!] = (from + to + 1) / 2;
    from = to;
  }
  return found;
}
