/** Pooling forward, and maxima back, plane by plane. */
import type { PoolGeometry } from "../geometry.ts";
import type { PoolKernels } from "../kernels.ts";
import { clippedTaps, poolLoops } from "../scalar/pool.ts";
import { axisPlace, pooling, scattering } from "./code/jobs.ts";
import { act } from "../trace.ts";
import type { Machine } from "./machine.ts";
import { write } from "./struct.ts";
import { volume } from "../orientation.ts";

/** The pooling kernels on this machine; what is not here is as fast in loops. */
export function poolKernels(machine: Machine): PoolKernels {
  function run(
    name: "maxPool" | "averagePool", geometry: PoolGeometry, x: Float32Array, out: Float32Array,
    winners: Int32Array | undefined,
  ): void {
    if (out.length === 0) return;
    const { planes, input, output, dilation, divisor } = geometry;
    machine.begin();
    const steps = [4 * input[1] * input[2], 4 * input[2], 4] as const;
    const tables = ([0, 1, 2] as const).map((axis) => machine.list(axisTable(geometry, axis, steps[axis])));
    const from = machine.operand(x);
    const divisors = name === "averagePool" ? machine.operand(divisor) : 0;
    const to = machine.result(out);
    const places = winners && machine.result(asFloats(winners));
    const job = machine.job(pooling, {
      x: from, out: to, winners: places ?? 0, divisor: divisors, planes, plane: 4 * volume(input),
      slices: output[0], rows: output[1], columns: output[2],
      sliceTable: tables[0]!, rowTable: tables[1]!, columnTable: tables[2]!,
      sliceStep: dilation[0] * steps[0], rowStep: dilation[1] * steps[1], columnStep: dilation[2] * steps[2],
    });
    machine.run(name, job, planes, 0);
    machine.end();
  }
  return {
    maxPool: (geometry, x, out, winners) => run("maxPool", geometry, x, out, winners),
    averagePool: (geometry, x, out) => run("averagePool", geometry, x, out, undefined),
    averagePoolTransposed: (geometry, s, out) => act(() => poolLoops.averagePoolTransposed(geometry, s, out)),
    scatterAdd: (planes, index, s, out) => {
      if (out.length === 0) return;
      machine.begin();
      const job = machine.job(scattering, {
        index: machine.operand(asFloats(index)), s: machine.operand(s), out: machine.result(out),
        count: index.length / planes, size: out.length / planes,
      });
      machine.run("scatterAdd", job, planes, 0);
      machine.end();
    },
  };
}

/** The same memory, for what only moves it. */
function asFloats({ buffer, byteOffset, length }: Int32Array): Float32Array {
  return new Float32Array(buffer, byteOffset, length);
}

const tables = new WeakMap<PoolGeometry, (Int32Array | undefined)[]>();

/** The table of an axis, worked out once per geometry. */
function axisTable(geometry: PoolGeometry, axis: 0 | 1 | 2, step: number): Int32Array {
  let axes = tables.get(geometry);
  if (axes === undefined) tables.set(geometry, (axes = []));
  return (axes[axis] ??= makeTable(geometry, axis, step));
}

/** First tap, count and run of every output position along an axis. */
function makeTable(geometry: PoolGeometry, axis: 0 | 1 | 2, step: number): Int32Array {
  const { first, counts } = clippedTaps(geometry, axis);
  const table = new Int32Array(axisPlace.length * first.length);
  first.forEach((at, p) => {
    const apart = first[p + 1]! - at;
    const alike = axis === 2 && p + 3 < first.length && (apart === 1 || apart === 2) && counts[p]! > 0 &&
      [1, 2, 3].every((lane) => first[p + lane] === at + lane * apart && counts[p + lane] === counts[p]);
    write(axisPlace, table, axisPlace.length * p, { first: at * step, count: counts[p]!, run: alike ? apart : 0 });
  });
  return table;
}
