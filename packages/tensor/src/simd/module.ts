/** The module of all kernels: emitted and compiled on first use. */
import { host, type CompiledModule } from "../host.ts";
import { assemble, type Definition } from "./assembler.ts";
import { contractBlock } from "./code/contract.ts";
import { addRows, dotRows } from "./code/dense.ts";
import { directBlock } from "./code/direct.ts";
import { add, addProduct, clippedQuotient, negativePart, product, quotient, relu } from "./code/elementwise.ts";
import { fillSteps, padMarking, padPlanes } from "./code/pad.ts";
import { averagePool, maxPool } from "./code/pool.ts";
import { multiplyTiles, packColumns, packRows, unpackTiles } from "./code/product.ts";
import { winogradBlock } from "./code/winograd.ts";
import { four, two } from "./code/winograd-algebra.ts";
import { transformInput } from "./code/winograd-input.ts";
import { transformOutput } from "./code/winograd-output.ts";
import { transformWeights } from "./code/winograd-weights.ts";
import type { HeapKind } from "./heap.ts";

/** The functions by their position. */
export const functionNames = [
  "multiplyTiles", "packColumns", "unpackTiles", "contractBlock", "directBlock", "packRows", "padPlanes", "fillSteps",
  "dotRows", "addRows", "padMarking",
  "transformInput2", "transformOutput2", "winogradBlock2", "transformWeights2",
  "transformInput4", "transformOutput4", "winogradBlock4", "transformWeights4",
  "maxPool", "averagePool",
  "relu", "negativePart", "add", "addProduct", "product", "quotient", "clippedQuotient",
] as const;

/** The name of a function in the module. */
export type FunctionName = (typeof functionNames)[number];

const position = (name: FunctionName): number => functionNames.indexOf(name);

const definitions: Readonly<Record<FunctionName, Definition>> = {
  multiplyTiles,
  packColumns,
  unpackTiles,
  contractBlock: contractBlock(position("multiplyTiles"), position("packColumns"), position("unpackTiles")),
  directBlock,
  packRows,
  padPlanes,
  fillSteps,
  dotRows,
  addRows,
  padMarking,
  transformInput2: transformInput(two),
  transformOutput2: transformOutput(two),
  winogradBlock2: winogradBlock(two, {
    input: position("transformInput2"),
    weights: position("transformWeights2"),
    multiply: position("multiplyTiles"),
    output: position("transformOutput2"),
  }),
  transformWeights2: transformWeights(two),
  transformInput4: transformInput(four),
  transformOutput4: transformOutput(four),
  winogradBlock4: winogradBlock(four, {
    input: position("transformInput4"),
    weights: position("transformWeights4"),
    multiply: position("multiplyTiles"),
    output: position("transformOutput4"),
  }),
  transformWeights4: transformWeights(four),
  maxPool,
  averagePool,
  relu,
  negativePart,
  add,
  addProduct,
  product,
  quotient,
  clippedQuotient,
};

/** What a module instance offers: numbers in, nothing out. */
export type Functions = Readonly<Record<FunctionName, (...operands: number[]) => void>>;

/** The largest shared memory, which a module for unknown hosts asks for. */
export const largest: HeapKind = { maximum: 65536, shared: true };

/** The kernels as a binary module, for builds that write it to a file since their runtime only takes static modules. */
export function simdBytes(kind: HeapKind = largest): Uint8Array {
  return assemble(functionNames.map((name) => [name, definitions[name]]), kind);
}

/** The kernels compiled, or `undefined` where that is missing or forbidden. */
export function compileSimd(kind: HeapKind = largest): CompiledModule | undefined {
  try {
    return new host.WebAssembly!.Module(simdBytes(kind));
  } catch {
    return undefined;
  }
}
