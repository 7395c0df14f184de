/** Relevance a second way: values in double precision times gradients that take constants and halves into account. */

/** A matrix and the gradient that arrives at it. */
export class Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly data: Float64Array;
  readonly gradient: Float64Array;

  constructor(rows: number, columns: number, data: ArrayLike<number> = new Float64Array(rows * columns)) {
    this.rows = rows;
    this.columns = columns;
    this.data = Float64Array.from(data);
    this.gradient = new Float64Array(rows * columns);
  }
}

/** Operations on matrices that can be gone back through, in the order they were made. */
export class Backwards {
  readonly #steps: (() => void)[] = [];

  /** Sends a gradient of 1 back from one element. */
  from(y: Matrix, at: number): void {
    y.gradient[at]! += 1;
    for (let i = this.#steps.length - 1; i >= 0; i--) this.#steps[i]!();
  }

  /** `a b`, or `a bᵀ`; each factor takes its share of the gradient. */
  product(a: Matrix, b: Matrix, { turned = false, first = 0.5, second = 0.5 } = {}): Matrix {
    const columns = turned ? b.rows : b.columns;
    const y = new Matrix(a.rows, columns);
    const each = (visit: (i: number, k: number, j: number, other: number) => void): void => {
      for (let i = 0; i < a.rows; i++) for (let j = 0; j < columns; j++) for (let k = 0; k < a.columns; k++) {
        visit(i * a.columns + k, k, i * columns + j, turned ? j * b.columns + k : k * columns + j);
      }
    };
    each((left, _, at, right) => (y.data[at]! += a.data[left]! * b.data[right]!));
    this.#steps.push(() => each((left, _, at, right) => {
      a.gradient[left]! += first * y.gradient[at]! * b.data[right]!;
      b.gradient[right]! += second * y.gradient[at]! * a.data[left]!;
    }));
    return y;
  }

  /** `x W + b` */
  dense(x: Matrix, weight: Matrix, bias?: ArrayLike<number>): Matrix {
    const y = this.product(x, weight, { first: 1, second: 0 });
    if (bias !== undefined) for (let i = 0; i < y.data.length; i++) y.data[i]! += bias[i % y.columns]!;
    return y;
  }

  /** Elements times constants that the values say. */
  times(x: Matrix, factor: (i: number) => number): Matrix {
    const y = new Matrix(x.rows, x.columns, x.data.map((value, i) => value * factor(i)));
    const factors = x.data.map((_, i) => factor(i));
    this.#steps.push(() => factors.forEach((each, i) => (x.gradient[i]! += each * y.gradient[i]!)));
    return y;
  }

  add(a: Matrix, b: Matrix): Matrix {
    const y = new Matrix(a.rows, a.columns, a.data.map((value, i) => value + b.data[i]!));
    this.#steps.push(() => y.gradient.forEach((each, i) => {
      a.gradient[i]! += each;
      b.gradient[i]! += each;
    }));
    return y;
  }

  /** `a ⊙ b`, each with its share. */
  multiply(a: Matrix, b: Matrix, first = 0.5, second = 0.5): Matrix {
    const y = new Matrix(a.rows, a.columns, a.data.map((value, i) => value * b.data[i]!));
    this.#steps.push(() => y.gradient.forEach((each, i) => {
      a.gradient[i]! += first * each * b.data[i]!;
      b.gradient[i]! += second * each * a.data[i]!;
    }));
    return y;
  }

  /** A function of each element, whose slope is `f(x) / x`. */
  apply(x: Matrix, f: (value: number) => number): Matrix {
    return this.times(x, (i) => (x.data[i] === 0 ? 0 : f(x.data[i]!) / x.data[i]!));
  }

  /** Rows less their mean if `centered`, over their deviation, which is a constant. */
  normalize(x: Matrix, gamma: ArrayLike<number>, beta: ArrayLike<number> | undefined, epsilon: number): Matrix {
    const { rows, columns } = x;
    const centered = beta !== undefined;
    const y = new Matrix(rows, columns);
    const scales: number[] = [];
    for (let i = 0; i < rows; i++) {
      const row = x.data.subarray(i * columns, (i + 1) * columns);
      const mean = centered ? row.reduce((all, value) => all + value, 0) / columns : 0;
      const variance = row.reduce((all, value) => all + (value - mean) ** 2, 0) / columns;
      scales.push(1 / Math.sqrt(variance + epsilon));
      row.forEach((value, j) => {
        y.data[i * columns + j] = (value - mean) * scales[i]! * gamma[j]! + (beta?.[j] ?? 0);
      });
    }
    this.#steps.push(() => {
      for (let i = 0; i < rows; i++) {
        const back = Array.from({ length: columns }, (_, j) => y.gradient[i * columns + j]! * scales[i]! * gamma[j]!);
        const mean = centered ? back.reduce((all, value) => all + value, 0) / columns : 0;
        back.forEach((value, j) => (x.gradient[i * columns + j]! += value - mean));
      }
    });
    return y;
  }

  /** Rows of probabilities; what a mask closes is 0. */
  softmax(x: Matrix, open: (row: number, column: number) => boolean): Matrix {
    const { rows, columns } = x;
    const y = new Matrix(rows, columns, x.data.map((value, i) =>
      (open(Math.floor(i / columns), i % columns) ? Math.exp(value) : 0)));
    const overRow = (i: number, each: ArrayLike<number>): number =>
      Array.from({ length: columns }, (_, j) => each[i * columns + j]!).reduce((all, value) => all + value, 0);
    const totals = Array.from({ length: rows }, (_, i) => overRow(i, y.data));
    y.data.forEach((value, i) => (y.data[i] = value / totals[Math.floor(i / columns)]!));
    this.#steps.push(() => {
      const shares = y.data.map((value, i) => value * y.gradient[i]!);
      shares.forEach((share, i) => (x.gradient[i]! += share - y.data[i]! * overRow(Math.floor(i / columns), shares)));
    });
    return y;
  }

  /** Some columns. */
  slice(x: Matrix, from: number, to: number): Matrix {
    const width = to - from;
    const y = new Matrix(x.rows, width, Array.from({ length: x.rows * width }, (_, i) =>
      x.data[Math.floor(i / width) * x.columns + from + (i % width)]!));
    this.#steps.push(() => y.gradient.forEach((each, i) => {
      x.gradient[Math.floor(i / width) * x.columns + from + (i % width)]! += each;
    }));
    return y;
  }
}
