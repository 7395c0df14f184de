// Finds the coefficients in packages/tensor/src/program: polynomials and quotients of least largest error, each
// coefficient rounded to a float before those behind it are fitted. Prints them with the error that is left.

/** Solves `A x = b` by elimination with pivots. */
function solve(matrix, right) {
  const n = right.length;
  const rows = matrix.map((row, i) => [...row, right[i]]);
  for (let i = 0; i < n; i++) {
    const size = (j) => Math.abs(rows[j][i]);
    const pivot = rows.slice(i).reduce((best, _, j) => (size(i + j) > size(best) ? i + j : best), i);
    [rows[i], rows[pivot]] = [rows[pivot], rows[i]];
    for (let j = i + 1; j < n; j++) {
      const factor = rows[j][i] / rows[i][i];
      for (let k = i; k <= n; k++) rows[j][k] -= factor * rows[i][k];
    }
  }
  const x = new Array(n).fill(0);
  for (let i = n - 1; i >= 0; i--) {
    x[i] = (rows[i][n] - x.reduce((sum, value, k) => (k > i ? sum + rows[i][k] * value : sum), 0)) / rows[i][i];
  }
  return x;
}

/** The x that makes the largest `|Σ basis x − target|` least (Lawson: squares weighed anew by the error they leave). */
function chebyshev(basis, target) {
  const n = basis[0].length;
  // Orthonormal columns first (twice Gram-Schmidt): powers on an interval are nearly dependent.
  const columns = Array.from({ length: n }, (_, k) => basis.map((row) => row[k]));
  let weights = target.map(() => 1 / target.length);
  let [best, least] = [undefined, Infinity];
  for (let round = 0; round < 400; round++) {
    const inner = (a, b) => a.reduce((sum, value, i) => sum + weights[i] * value * b[i], 0);
    const q = columns.map((column) => [...column]);
    const r = Array.from({ length: n }, () => new Array(n).fill(0));
    for (let k = 0; k < n; k++) {
      for (let pass = 0; pass < 2; pass++) {
        for (let j = 0; j < k; j++) {
          const along = inner(q[j], q[k]);
          r[j][k] += along;
          q[k] = q[k].map((value, i) => value - along * q[j][i]);
        }
      }
      r[k][k] = Math.sqrt(inner(q[k], q[k]));
      q[k] = q[k].map((value) => value / r[k][k]);
    }
    const x = solve(r, q.map((column) => inner(column, target)));
    const errors = target.map((value, i) => Math.abs(value - basis[i].reduce((sum, b, k) => sum + b * x[k], 0)));
    const worst = Math.max(...errors);
    if (worst < least) [best, least] = [x, worst];
    const next = weights.map((weight, i) => weight * errors[i]);
    const total = next.reduce((sum, weight) => sum + weight, 0);
    if (!(total > 0)) break;
    weights = next.map((weight) => weight / total);
  }
  return { x: best, error: least };
}

/** Chebyshev's nodes on `[from, to]`. */
function nodes(from, to, count = 400) {
  const [middle, half] = [(from + to) / 2, (to - from) / 2];
  return Array.from({ length: count }, (_, i) => middle - half * Math.cos((Math.PI * (i + 0.5)) / count));
}

/** Floats c with `Σ c[k] x^k` near f, errors counted in units of `unit(x)`; those given in `fixed` stay. */
function polynomial(f, from, to, degree, unit, fixed = []) {
  const points = nodes(from, to);
  const rounded = [...fixed];
  while (rounded.length <= degree) {
    const basis = points.map((x) =>
      Array.from({ length: degree + 1 - rounded.length }, (_, k) => x ** (k + rounded.length) / unit(x)));
    const target = points.map((x) => (f(x) - rounded.reduce((sum, c, k) => sum + c * x ** k, 0)) / unit(x));
    const fit = chebyshev(basis, target);
    rounded.push(Math.fround(fit.x[0]));
  }
  let error = 0;
  const sum = (x) => rounded.reduce((total, c, k) => total + c * x ** k, 0);
  for (const x of points) error = Math.max(error, Math.abs(f(x) - sum(x)) / unit(x));
  return { coefficients: rounded, error };
}

/** Floats with `(Σ n[k] x^k) / (1 + Σ d[k] x^k)` near f relatively. */
function quotient(f, from, to, above, below) {
  const points = nodes(from, to, 600);
  let weight = points.map(() => 1);
  let [numerator, denominator, error] = [[], [], Infinity];
  const value = (n, d, x) => n.reduce((s, c, k) => s + c * x ** k, 0) / d.reduce((s, c, k) => s + c * x ** (k + 1), 1);
  const worst = (n, d) => Math.max(...points.map((x) => Math.abs(value(n, d, x) / f(x) - 1)));
  for (let round = 0; round < 12; round++) {
    const basis = points.map((x, i) => [
      ...Array.from({ length: above + 1 }, (_, k) => (x ** k * weight[i]) / f(x)),
      ...Array.from({ length: below }, (_, k) => -(x ** (k + 1)) * weight[i]),
    ]);
    const { x } = chebyshev(basis, weight);
    const [n, d] = [x.slice(0, above + 1), x.slice(above + 1)];
    const left = worst(n, d);
    if (left < error) [numerator, denominator, error] = [n, d, left];
    weight = points.map((p) => 1 / d.reduce((s, c, k) => s + c * p ** (k + 1), 1));
  }
  // The denominator is rounded; the numerator then makes up for that, coefficient by coefficient.
  const d = denominator.map(Math.fround);
  const g = (x) => f(x) * d.reduce((s, c, k) => s + c * x ** (k + 1), 1);
  const { coefficients, error: rest } = polynomial(g, from, to, above, g);
  return { coefficients, denominator: d, error: rest };
}

function series(first, ratio) {
  let [term, total] = [first, 0];
  for (let n = 0; n < 400 && Math.abs(term) > 1e-25 * Math.abs(total); n++) {
    total += term;
    term *= ratio(n);
  }
  return total;
}
/** `exp(t²/2) Φ(−t)`, t >= 0: for large t by the continued fraction of the tail. */
function mills(t) {
  if (t < 2) {
    const half = series(t, (n) => (t * t) / (2 * n + 3));
    return Math.exp((t * t) / 2) / 2 - half / Math.sqrt(2 * Math.PI);
  }
  let fraction = t;
  for (let k = 3000; k >= 1; k--) fraction = t + k / fraction;
  return 1 / (fraction * Math.sqrt(2 * Math.PI));
}
const erfc = (x) => 2 * mills(x * Math.SQRT2) * Math.exp(-x * x);
const erfNear = (x) =>
  (2 / Math.sqrt(Math.PI)) * x * series(1, (n) => (-x * x * (2 * n + 1)) / ((n + 1) * (2 * n + 3)));

function show(name, { coefficients, denominator, error }) {
  const digits = (list) => list.map((c) => Number(c.toPrecision(9))).join(", ");
  console.log(`${name}\n  ${digits(coefficients)}`);
  if (denominator !== undefined) console.log(`  over 1, ${digits(denominator)}`);
  console.log(`  error ${error.toPrecision(3)}`);
}

const edge = Math.LN2 / 2 + 1e-3;
const aboveLine = (r) => series(0.5, (n) => r / (n + 3));
show("q in exp r = 1 + r + r² q(r)",
  polynomial(aboveLine, -edge, edge, 4, (r) => Math.exp(r) / (r * r + 1e-4), [0.5]));
const tanhRest = (z) => {
  if (z < 1e-3) return -1 / 3 + (2 / 15) * z - (17 / 315) * z ** 2 + (62 / 2835) * z ** 3;
  return (Math.tanh(Math.sqrt(z)) / Math.sqrt(z) - 1) / z;
};
show("p in tanh x = x + x³ p(x²)", polynomial(tanhRest, 0, 0.625 ** 2, 4, (z) => 1 / (z + 1e-3)));
const logRest = (z) => series(2 / 3, (n) => (z * (2 * n + 3)) / (2 * n + 5));
show("r in log(1 + x) = x − s (x − s² r(s²)), s = x / (2 + x)",
  polynomial(logRest, 0, 0.0295, 3, (z) => 1 / (z + 1e-3)));
show("the same for x from 0 to 1", polynomial(logRest, 0, 1 / 9, 4, (z) => 1 / (z + 1e-3)));
const erfRest = (z) => erfNear(Math.sqrt(z) || 1e-9) / (Math.sqrt(z) || 1e-9) - 1;
show("p in erf x = x + x p(x²)", polynomial(erfRest, 0, 0.9 ** 2, 5, () => 1));
show("t in erf x = 1 − exp(−t(x))", polynomial((x) => -Math.log(erfc(x)), 0.9, 4, 6, (x) => 1 / erfc(x)));
show("Φ(−x) exp(x² / 2)", quotient(mills, 0, 14.5, 4, 5));
