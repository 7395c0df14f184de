/** Random numbers that depend on a key alone, whatever was drawn before: not on batches, orders, threads or shards. */

/** What random numbers are keyed by: a seed, a sample's number, a metric's name, the number of the draw. */
export type RandomKey = readonly (number | string)[];

/** A sequence of random numbers, the same in every run and runtime. */
export interface Random {
  /** In [0, 1), in steps of 2^-32. */
  uniform(): number;
  /** A whole number in [0, n). */
  below(n: number): number;
  /** Standard normal, never beyond 6: a sum of twelve uniform ones, since logarithms differ between engines. */
  normal(): number;
}

/** The sequence of a key; a key that differs in anything has another one. */
export function randomFor(...key: RandomKey): Random {
  let [a, b, c, d] = hashed(key.map((part) => `${typeof part === "number" ? "#" : "$"}${part}`).join("\n"));
  // xoshiro128** (Blackman & Vigna 2018).
  const next = (): number => {
    const result = Math.imul(rotated(Math.imul(b, 5), 7), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotated(d, 11);
    return result;
  };
  const uniform = (): number => next() / 2 ** 32;
  return {
    uniform,
    below: (n) => Math.floor(uniform() * n),
    normal: () => {
      let sum = -6;
      for (let i = 0; i < 12; i++) sum += uniform();
      return sum;
    },
  };
}

/** A random order of the numbers below `n` (Fisher & Yates). */
export function shuffled(n: number, random: Random): Int32Array {
  const order = Int32Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}

function rotated(word: number, by: number): number {
  return (word << by) | (word >>> (32 - by));
}

/** Four words of a text, each mixed by itself; never all zero. */
function hashed(text: string): [number, number, number, number] {
  const words = [0x9e3779b9, 0x85ebca6b, 0xc2b2ae35, 0x27d4eb2f].map((start) => {
    let word = start;
    for (let i = 0; i < text.length; i++) word = Math.imul(word ^ text.charCodeAt(i), start | 0x1000193);
    word = Math.imul(word ^ (word >>> 16), 0x21f0aaad);
    word = Math.imul(word ^ (word >>> 15), 0x735a2d97);
    return word ^ (word >>> 15);
  });
  return [words[0]!, words[1]!, words[2]!, words[3]! | 1];
}
