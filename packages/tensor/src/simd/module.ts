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
import { transformInput, transformOutput, transformWeights, winogradBlock } from "./code/winograd.ts";
import type { HeapKind } from "./heap.ts";

/** The functions by their position. */
export const functionNames = [
  "multiplyTiles", "packColumns", "unpackTiles", "contractBlock", "directBlock", "packRows", "padPlanes", "fillSteps",
  "dotRows", "addRows", "padMarking", "transformInput", "transformOutput", "winogradBlock", "transformWeights",
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
  transformInput,
  transformOutput,
  winogradBlock: winogradBlock(position("transformInput"), position("multiplyTiles"), position("transformOutput")),
  transformWeights,
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
