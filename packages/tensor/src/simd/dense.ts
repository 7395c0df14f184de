/** Matrix products: a few rows stream the matrix, more rows go in tiles. */
import { act } from "../trace.ts";
import { unbounded, type Bounds, type Kernels } from "../kernels.ts";
import { addBias } from "../scalar/dense.ts";
import type { Encoded, Weights } from "../weights.ts";
import { fewRows } from "./code/jobs.ts";
import { depthPerBlock, packedLength, prepare, run, type Contraction, type Job } from "./contraction.ts";
import type { Machine } from "./machine.ts";
import { isSpread } from "./pointwise.ts";
import { behind } from "./prepared.ts";
import { Recent } from "./recent.ts";
import { floatWord } from "./struct.ts";
import { eachRows } from "./weight-rows.ts";

// With fewer rows than this a matrix is read once and used in place; with more, packing it pays. The bits are the same.
const tiled = 4;

// With fewer rows packing the other matrix costs as much as the product does.
const leastPacked = 33;

/** The matrix kernels on this machine. */
export function denseKernels(machine: Machine): Pick<Kernels, "dense" | "denseTransposed" | "matmul"> {
  const made = new Recent<string, Job>(64);

  /** `out ← a · B + bias` in tiles, given the steps between the columns of B (at `x`) and between its rows. */
  function tiles(
    a: number, x: number, bias: number, out: number, bounds: Bounds,
    product: Contraction, positionStep: number, baseStep: number,
  ): void {
    const { rows, columns, depth, groups = 1 } = product;
    const key = [rows, columns, depth, groups, positionStep, baseStep, product.outStride, product.biasPerColumn].join();
    const job = made.get(key, () => {
      const isInPlace = rows < leastPacked && positionStep === 4 && !product.biasPerColumn && isSpread(columns);
      // Entries behind the last repeat an earlier one, so that a panel which is not full is seen to be so.
      const steps = (count: number, step: number): Int32Array =>
        new Int32Array(count + 8).map((_, i) => (i < count ? i * step : 0));
      const tables = machine.tables([
        steps(depth, 4), steps(depth, baseStep), steps(columns, positionStep), steps(columns, 4),
      ]);
      const [, base, position, outPosition] = tables.addresses as [number, number, number, number];
      const sized = { outStride: 4 * columns, xStride: baseStep, ...product, base, position, outPosition };
      return prepare(sized, isInPlace ? "pointwiseBlock" : "contractBlock", tables);
    });
    const groupSize = 4 * packedLength(rows, depth);
    const packed = machine.scratch(groupSize * groups);
    for (let g = 0; g < groups; g++) {
      const [from, to] = [a + 4 * rows * depth * g, packed + groupSize * g];
      machine.call("packRows", from, 4 * depth, job.tables!.addresses[0]!, depth, depthPerBlock(depth), rows, to);
    }
    run(machine, job, { address: packed, groupSize }, x, out, bias, bounds);
  }

  const matmul: Kernels["matmul"] = (count, m, n, k, a, b, out) => {
    if (count * m * n === 0) return;
    if (k === 0) return act(() => void out.fill(0));
    machine.begin();
    const [left, right, to] = [machine.operand(a), machine.operand(b), machine.result(out)];
    const product = { rows: m, columns: n, depth: k, groups: count, groupX: 4 * k * n, groupOut: 4 * m * n };
    tiles(left, right, 0, to, unbounded, product, 4, 4 * n);
    machine.end();
  };

  /** `out[m, n] ← Σ_k a[m, k] b[n, k] + bias[n]`, or of `b[k, n]`. */
  function product(
    isTurned: boolean, m: number, n: number, k: number,
    a: Float32Array, b: Weights, bias: Float32Array | undefined, out: Float32Array, bounds: Bounds,
  ): void {
    if (m * n === 0) return;
    const { turned: stored } = b as Partial<Encoded>;
    if (stored !== undefined) return product(!isTurned, m, n, k, a, stored, bias, out, bounds);
    machine.begin();
    const [left, added] = [machine.operand(a), machine.operand(bias)];
    const result = machine.result(out);
    const [rowStep, channelStep] = isTurned ? [1, n] : [k, 1];
    const isFew = m < tiled || k === 0;
    eachRows(machine, b, { rows: n, channels: k, rowStep, channelStep }, 1, ({ address, first, rows }) => {
      const [to, shift] = [result + 4 * first, behind(added, first)];
      if (!isFew) {
        const job = { biasPerColumn: added && 1, rows: m, columns: rows, depth: k, outStride: 4 * n };
        return tiles(left, address, shift, to, bounds, job, 4 * rowStep, 4 * (isTurned ? rows : 1));
      }
      const part = depthPerBlock(k);
      // Of a turned matrix long stretches of each row, since memory is read fastest in order; as many for every thread.
      const { threads } = machine;
      const perBlock = isTurned ? Math.ceil(rows / Math.ceil(rows / 8192 / threads) / threads / 16) * 16 : 16;
      const job = machine.job(fewRows, {
        a: left, b: address, bias: shift, out: to, m, ...(isTurned ? { n: k, k: rows } : { n: rows, k }),
        outStep: 4 * n, perBlock, depthPerBlock: part, low: floatWord(bounds.min), high: floatWord(bounds.max),
      });
      machine.run(isTurned ? "addRows" : "dotRows", job, Math.ceil(rows / perBlock), 8 * part + 4 * perBlock);
    });
    machine.end();
    if (isTurned && isFew) act(() => addBias(bias, bounds, out));
  }

  return {
    matmul,
    dense(m, n, k, a, b, bias, out, bounds = unbounded) {
      product(false, m, n, k, a, b, bias, out, bounds);
    },
    denseTransposed(m, n, k, s, b, out) {
      product(true, m, k, n, s, b, undefined, out, unbounded);
    },
  };
}
