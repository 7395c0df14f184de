// One comparison of plain loops with SIMD: a network whose inputs and weights are sparse, pruned, blocky or constant,
// and a rule or preset, all from a seed.
import { chain, Conv, Dense, Flatten, MaxPool, relu } from "@relprop/layers";
import {
  alphaBeta, byKind, composite, epsilon, flat, gamma, generalizedGamma, LRP, pass, presets, wSquare, zBox, zero, zPlus,
} from "@relprop/lrp";
import { scalar, Tensor, useKernels } from "@relprop/tensor";

/** The error relative to the largest relevance that is always allowed. */
export const allowed = 1e-5;

/** How often what a perturbation of inputs and weights by one unit in the last place moves is allowed. */
export const perturbations = 32;

/** How far from plain loops what a pool compares may be, as a part of the largest: a few errors of a fast product. */
const indistinct = 2 ** -18;

/**
 * A pool whose values are its input's, and whose winners those of the input that was seen first. Winner takes all is
 * not continuous: of sums that are equal in double precision, as those of constant inputs are, or nearly so, one wins
 * as rounding decides, and all that lies below differs. Nudges need not show that: where many nudged products add up
 * in double precision they cancel, and the sum rounds to what it was.
 */
class SteeredMaxPool extends MaxPool {
  #seen;

  constructor(size, seen) {
    super(size);
    this.#seen = seen;
  }

  pullback(x) {
    const seen = this.#seen;
    seen.first ??= new Tensor(x.shape, x.data.slice());
    seen.apart = relativeDistance(seen.first.data, x.data);
    return { output: this.forward(x), back: super.pullback(seen.first).back };
  }
}

const same = Object.assign((tensor) => tensor, { pool: (size) => new MaxPool(size) });

/** Compares the two for a seed: the error, and what is allowed; `undefined` where there is no finite relevance. */
export function compare(seed, fast) {
  const random = generator(seed);
  const { parts, input } = network(random);
  const rules = rulesOf(random);
  const explain = (kernels, change) => {
    useKernels(kernels);
    const model = chain(...parts.map((part) => part(change)));
    return new LRP(model, rules).analyze(change(input), { target: 0 }).relevance.data;
  };
  const plain = explain(scalar, same);
  if (!plain.every(Number.isFinite)) return undefined;
  const error = relativeDistance(plain, explain(fast, same));
  if (error <= allowed) return { error, allowance: allowed };
  // From here on winners of pools are those of plain loops, and what they won by is as right as sums are.
  const pools = [];
  const steered = (change) => {
    let at = 0;
    const pool = (size) => new SteeredMaxPool(size, (pools[at++] ??= {}));
    return Object.assign((tensor) => change(tensor), { pool });
  };
  explain(scalar, steered(same));
  const remaining = relativeDistance(plain, explain(fast, steered(same)));
  const isRight = pools.every(({ apart }) => apart <= indistinct);
  const nudged = (tensor) => new Tensor(tensor.shape, tensor.data.map((value) =>
    Math.fround(value * (1 + (random() < 0.5 ? 1 : -1) * 2 ** -23))));
  let moved = 0;
  for (let twin = 0; twin < 8; twin++) {
    moved = Math.max(moved, relativeDistance(plain, explain(scalar, steered(nudged))));
  }
  return { error: isRight ? remaining : Infinity, allowance: Math.max(allowed, perturbations * moved) };
}

/** The largest difference as a part of the largest value; NaN where one is. */
function relativeDistance(plain, other) {
  const largest = plain.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
  return plain.reduce((most, value, i) => {
    const difference = Math.abs(value - other[i]);
    return difference <= most ? most : difference;
  }, 0) / largest;
}

/** The model, rules and input of a seed. */
export function problem(seed) {
  const random = generator(seed);
  const { parts, input } = network(random);
  return { model: chain(...parts.map((part) => part(same))), rules: rulesOf(random), input };
}

function network(random) {
  const pick = (list) => list[Math.floor(random() * list.length)];
  const whole = (from, to) => from + Math.floor(random() * (to - from + 1));
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const tensor = (shape, value) =>
    new Tensor(shape, new Float32Array(shape.reduce((size, extent) => size * extent, 1)).map((_, i) => value(i)));
  const filling = (shape, scale, onlyPositive) => {
    const kept = pick([1, 0.5, 0.2, 0.1, 0.05, 0.02]);
    const stretch = whole(1, 60);
    const kind = pick(["dense", "sparse", "sparse", "blocks", "constant", "range"]);
    const size = (value) => scale * (onlyPositive ? Math.abs(value) : value);
    const block = new Map();
    return tensor(shape, (i) => {
      if (kind === "constant") return size(0.37);
      if (kind === "range") return random() < kept ? size(normal()) * 10 ** whole(-4, 2) : 0;
      if (kind === "dense") return size(normal());
      if (kind === "sparse") return random() < kept ? size(normal()) : 0;
      const at = Math.floor(i / stretch);
      if (!block.has(at)) block.set(at, random() < kept);
      return block.get(at) ? size(normal()) : 0;
    });
  };
  const side = whole(5, 13);
  let [channels, extent] = [whole(16, 34), side];
  const input = filling([whole(1, 2), channels, side, side], 1, random() < 0.7);
  const parts = [];
  const add = (make) => parts.push(make);
  for (let layers = whole(1, 3); layers > 0; layers--) {
    const [rows, padding] = [whole(3, 34), pick([0, 1, 1, 1, 2])];
    if (extent + 2 * padding < 5) break;
    const weight = filling([rows, channels, 3, 3], 1 / Math.sqrt(channels));
    const bias = random() < 0.6 ? filling([rows], 0.1, random() < 0.5) : undefined;
    add((change) => new Conv(change(weight), { padding, ...(bias && { bias: change(bias) }) }));
    add(() => relu);
    [channels, extent] = [rows, extent + 2 * padding - 2];
    if (extent >= 8 && random() < 0.3) {
      add((change) => change.pool(2));
      extent = Math.floor(extent / 2);
    }
  }
  const last = tensor([3, channels * extent * extent], () => normal() / 50);
  add(() => new Flatten());
  add((change) => new Dense(change(last)));
  return { parts, input };
}

function rulesOf(random) {
  const pick = (list) => list[Math.floor(random() * list.length)];
  if (random() < 0.3) return pick(Object.values(presets))();
  const stabilizer = pick([1e-9, 1e-9, 1e-6, 1e-3]);
  const rule = () => pick([
    () => zero({ stabilizer }), () => epsilon(stabilizer), () => gamma(0.25, { stabilizer }),
    () => generalizedGamma(0.5, { stabilizer }), () => alphaBeta(2, 1, { stabilizer }),
    () => alphaBeta(1, 0, { stabilizer }), () => zPlus({ stabilizer }), () => wSquare(), () => flat(),
    () => zBox(-3, 3, { stabilizer }),
  ])();
  return composite(byKind({ Conv: rule(), Dense: epsilon(1e-6), activation: pass() }));
}

/** Numbers in [0, 1), the same for the same seed (mulberry32). */
function generator(seed) {
  let state = (seed * 0x9e3779b9 + 12345) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
