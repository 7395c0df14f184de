/** Sums, maxima and statistics along an axis, cut into tasks. */
import type { RowKernels, Standardization } from "../kernels.ts";
import { unbounded } from "../kernels.ts";
import { axisJob, columnsAtOnce, rowsJob, scaledRows } from "./code/jobs.ts";
import type { FunctionName } from "./code/names.ts";
import type { Machine } from "./machine.ts";
import { floatWord } from "./struct.ts";

// Elements that a thread takes at once.
const perTask = 1 << 14;

/** The kernels of rows on this machine. */
export function rowKernels(machine: Machine): RowKernels {
  function along(
    name: "sum" | "max", outer: number, extent: number, inner: number, divisor: number,
    a: Float32Array, b: Float32Array | undefined, out: Float32Array,
  ): void {
    if (out.length === 0) return;
    machine.begin();
    const rows = inner === 1;
    const units = rows ? outer : outer * Math.ceil(inner / columnsAtOnce);
    const unit = Math.max(1, extent * Math.min(inner, columnsAtOnce));
    const job = {
      extent, inner, divisor, units, perTask: Math.ceil(perTask / unit),
      a: machine.operand(a), b: machine.operand(b), out: machine.result(out),
    };
    run(`${name}${rows ? "Rows" : "Columns"}`, machine.job(axisJob, job), job);
  }

  function standardize(
    name: FunctionName, rows: number, { epsilon, outside, centers }: Standardization,
    x: Float32Array, s: Float32Array | undefined, out: Float32Array,
  ): void {
    if (out.length === 0) return;
    machine.begin();
    const [epsilonLow, epsilonHigh] = doubleWords(epsilon);
    const size = x.length / rows;
    const job = {
      size, units: rows, perTask: Math.ceil(perTask / size), centers: Number(centers), outside: Number(outside),
      epsilonLow, epsilonHigh, x: machine.operand(x), s: machine.operand(s), out: machine.result(out),
    };
    run(name, machine.job(rowsJob, job), job);
  }

  function run(name: FunctionName, job: number, cut: { readonly units: number; readonly perTask: number }): void {
    machine.run(name, job, Math.ceil(cut.units / cut.perTask), 0);
    machine.end();
  }

  return {
    sumAxis: (outer, extent, inner, divisor, a, b, out) => along("sum", outer, extent, inner, divisor, a, b, out),
    maxAxis: (outer, extent, inner, x, out) => along("max", outer, extent, inner, 1, x, undefined, out),
    standardize: (rows, how, x, out) => standardize("standardize", rows, how, x, undefined, out),
    standardizeTransposed: (rows, how, x, s, out) => standardize("standardizeTransposed", rows, how, x, s, out),
    scaleRows(rows, x, scale, shift, out, { min, max } = unbounded) {
      if (out.length === 0) return;
      machine.begin();
      const size = x.length / rows;
      const job = {
        size, channels: scale.length, units: rows, perTask: Math.ceil(perTask / size),
        low: floatWord(min), high: floatWord(max), x: machine.operand(x), scale: machine.operand(scale),
        shift: machine.operand(shift), out: machine.result(out),
      };
      run("scaleRows", machine.job(scaledRows, job), job);
    },
  };
}

const bits = new DataView(new ArrayBuffer(8));

/** The two halves of a double, as they stand in memory. */
function doubleWords(value: number): readonly [number, number] {
  bits.setFloat64(0, value, true);
  return [bits.getInt32(0, true), bits.getInt32(4, true)];
}
