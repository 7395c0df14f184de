/** Products as jobs: which rows, columns and depth they have, and how they are cut into blocks. */
import type { Bounds } from "../kernels.ts";
import { contraction, type Word } from "./code/jobs.ts";
import type { Machine, Tables } from "./machine.ts";
import { floatWord } from "./struct.ts";

/** A product whose operands are in place; strides in bytes. What is not given is 0, counts of groups and batches 1. */
export interface Contraction extends Partial<Record<Word, number>> {
  readonly rows: number;
  readonly columns: number;
  readonly depth: number;
  readonly batch?: number;
}

// A block of columns stays in the second-level cache together with its results; short sums lose fewer digits.
const most = { depth: 192, columns: 128, rows: 256 } as const;

/** The parts of `depth` that are summed on their own, which decides the bits: it depends on the depth alone. */
export function depthPerBlock(depth: number): number {
  return Math.ceil(depth / Math.max(1, Math.ceil(depth / most.depth)));
}

/** The number of elements that `packRows` writes for one group. */
export function packedLength(rows: number, depth: number): number {
  return Math.ceil(rows / 4) * 4 * depth;
}

/** What computes a block: tiles of packed columns, tiles of columns in place, or row by row where they are few. */
export type Way = "contractBlock" | "pointwiseBlock" | "directBlock";

/** A product cut into blocks, to be run any number of times. */
export interface Job {
  readonly words: Int32Array;
  readonly blocks: number;
  readonly scratch: number;
  readonly way: Way;
  /** What keeps the tables that the words point to. */
  readonly tables?: Tables | undefined;
}

/** Cuts a product into blocks, to be computed in one of the ways. */
export function prepare(product: Contraction, way: Way = "contractBlock", tables?: Tables): Job {
  const { rows, columns, depth, batch = 1, groups = 1 } = product;
  const rowBlocks = way === "directBlock" ? 1 : Math.ceil(rows / most.rows);
  const columnBlocks = Math.ceil(columns / most.columns);
  const rowsPerBlock = Math.ceil(rows / rowBlocks / 4) * 4;
  const columnsPerBlock = Math.ceil(columns / columnBlocks / 8) * 8;
  const values: Partial<Record<Word, number>> = {
    ...product, groups, rowBlocks, rowsPerBlock, columnBlocks, columnsPerBlock, depthPerBlock: depthPerBlock(depth),
  };
  return {
    words: Int32Array.from(contraction.names, (word) => values[word] ?? 0),
    blocks: batch * groups * rowBlocks * columnBlocks,
    scratch: way === "contractBlock" ? 4 * columnsPerBlock * (depthPerBlock(depth) + rowsPerBlock) : 0,
    way,
    tables,
  };
}

/** The other operand of a product: where its rows are, and how far its groups are apart in bytes. */
export interface Factors {
  readonly address: number;
  readonly groupSize: number;
}

/** Runs a job on these addresses (a bias of 0 is absent); results are kept within bounds. */
export function run(
  machine: Machine, job: Job, { address: a, groupSize }: Factors, x: number, out: number, bias: number, bounds: Bounds,
): void {
  machine.keep(job);
  const address = machine.list(job.words);
  const first = [x, out, bias, floatWord(bounds.min), floatWord(bounds.max), a, groupSize];
  machine.words.set(first, address / 4);
  machine.run(job.way, address, job.blocks, job.scratch);
}
