/** The kernels, put together to one module. Published packages hold what comes of it instead. */
import { assemble, type Definition } from "../assembler.ts";
import { contractBlock } from "./contract.ts";
import { addRows, dotRows } from "./dense.ts";
import { depthwiseBlock, layOut } from "./depthwise.ts";
import { directBlock } from "./direct.ts";
import {
  add, addProduct, clippedQuotient, negativePart, product, quotient, relu, reluTransposed,
} from "./elementwise.ts";
import { padMarking, padPlanes } from "./pad.ts";
import { multiplyInPlace, pointwiseBlock } from "./pointwise.ts";
import { operations } from "./operations/operations.ts";
import { averagePool, maxPool } from "./pool.ts";
import { functionNames, productNames, type FunctionName } from "./names.ts";
import { multiplyTiles, packColumns, packRows, unpackTiles } from "./product.ts";
import { computeBlocks, spread } from "./program.ts";
import { maxColumns, maxRows, sumColumns, sumRows } from "./axis.ts";
import { standardize, standardizeTransposed } from "./rows.ts";
import { scaleRows } from "./scale-rows.ts";
import { scatterAdd } from "./scatter.ts";
import { sumTaps } from "./taps.ts";
import { winogradBlock, winogradInput } from "./winograd.ts";
import { four, two } from "./winograd-algebra.ts";
import { winogradDirect } from "./winograd-direct.ts";
import { winogradDirectTile } from "./winograd-direct-tile.ts";
import { transformInput } from "./winograd-input.ts";
import { transformOutput } from "./winograd-output.ts";
import { transformWeights } from "./winograd-weights.ts";
import type { HeapKind } from "../heap.ts";

const [transformInput2, transformOutput2, transformWeights2] =
  [transformInput(two), transformOutput(two), transformWeights(two)];
const [transformInput4, transformOutput4, transformWeights4] =
  [transformInput(four), transformOutput(four), transformWeights(four)];

const definitions: Readonly<Record<FunctionName, Definition>> = {
  multiplyTiles,
  packColumns,
  unpackTiles,
  contractBlock,
  directBlock,
  packRows,
  padPlanes,
  dotRows,
  addRows,
  padMarking,
  winogradDirect,
  winogradDirectTile,
  transformInput2,
  transformOutput2,
  winogradBlock2: winogradBlock(two, {
    input: transformInput2, weights: transformWeights2, multiply: multiplyTiles, output: transformOutput2,
  }),
  transformWeights2,
  winogradInput2: winogradInput(two, transformInput2),
  transformInput4,
  transformOutput4,
  winogradBlock4: winogradBlock(four, {
    input: transformInput4, weights: transformWeights4, multiply: multiplyTiles, output: transformOutput4,
  }),
  transformWeights4,
  winogradInput4: winogradInput(four, transformInput4),
  maxPool,
  averagePool,
  scatterAdd,
  relu,
  reluTransposed,
  negativePart,
  add,
  addProduct,
  product,
  quotient,
  clippedQuotient,
  layOut,
  depthwiseBlock,
  multiplyInPlace,
  pointwiseBlock,
  computeBlocks,
  sumRows,
  sumColumns,
  maxRows,
  maxColumns,
  standardize,
  standardizeTransposed,
  scaleRows,
  sumTaps,
};

/** The binary module of all kernels, for a memory of this kind or one that may grow less far. */
export function emit(kind: HeapKind): Uint8Array<ArrayBuffer> {
  return module(functionNames, kind, [spread, ...operations]);
}

/** The module of products alone. */
export function emitProducts(kind: HeapKind): Uint8Array<ArrayBuffer> {
  return module(productNames, kind, []);
}

function module(names: readonly FunctionName[], kind: HeapKind, inner: readonly Definition[]): Uint8Array<ArrayBuffer> {
  return assemble(names.map((name) => [name, definitions[name]]), kind, inner);
}
