/** Products as jobs: which rows, columns and depth they have, and how they are cut into blocks. */
import { jobWords, wordIndex, type Word } from "./code/contract.ts";
import { floatWord, type Machine } from "./machine.ts";

/** A product whose operands are in place; strides in bytes. What is not given is 0, counts of groups and batches 1. */
export interface Contraction extends Partial<Record<Word, number>> {
  readonly rows: number;
  readonly columns: number;
  readonly depth: number;
  readonly batch?: number;
  /** Nothing below this leaves: 0 for a ReLU. */
  readonly floor?: number;
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

/** Runs a product, in tiles or directly. */
export function contract(machine: Machine, product: Contraction, direct = false): void {
  const { rows, columns, depth, batch = 1, groups = 1, floor = -Infinity } = product;
  const rowBlocks = direct ? 1 : Math.ceil(rows / most.rows);
  const columnBlocks = Math.ceil(columns / most.columns);
  const rowsPerBlock = Math.ceil(rows / rowBlocks / 4) * 4;
  const columnsPerBlock = Math.ceil(columns / columnBlocks / 8) * 8;
  const perBlock = depthPerBlock(depth);
  const job = machine.scratch(4 * jobWords);
  const words = machine.words.subarray(job / 4, job / 4 + jobWords).fill(0);
  const values: Partial<Record<Word, number>> = {
    ...product, groups, rowBlocks, rowsPerBlock, columnBlocks, columnsPerBlock,
    depthPerBlock: perBlock, floor: floatWord(floor),
  };
  for (const [word, value] of Object.entries(values)) {
    const index = wordIndex(word as Word);
    if (index >= 0) words[index] = value;
  }
  const blocks = batch * groups * rowBlocks * columnBlocks;
  const scratch = direct ? 0 : 4 * columnsPerBlock * (perBlock + rowsPerBlock);
  machine.run(direct ? "directBlock" : "contractBlock", job, blocks, scratch);
}
