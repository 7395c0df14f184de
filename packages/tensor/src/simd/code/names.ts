/** What modules of kernels offer. */

/** Those of products, and of what relevance does around them. */
export const productNames = [
  "multiplyTiles", "packColumns", "unpackTiles", "contractBlock", "directBlock", "packRows", "padPlanes",
  "dotRows", "addRows", "padMarking",
  "winogradDirect", "winogradDirectTile",
  "transformInput2", "transformOutput2", "winogradBlock2", "transformWeights2", "winogradInput2",
  "transformInput4", "transformOutput4", "winogradBlock4", "transformWeights4", "winogradInput4",
  "relu", "reluTransposed", "negativePart", "add", "addProduct", "product", "quotient", "clippedQuotient",
  "layOut", "depthwiseBlock", "multiplyInPlace", "pointwiseBlock",
] as const;

const others = [
  "maxPool", "averagePool", "scatterAdd",
  "computeBlocks", "sumRows", "sumColumns", "maxRows", "maxColumns", "standardize", "standardizeTransposed",
  "scaleRows", "sumTaps",
] as const;

/** The name of a function in a module. */
export type FunctionName = (typeof productNames)[number] | (typeof others)[number];

/** All functions by their position; those of a module are the first of them, or all. */
export const functionNames: readonly FunctionName[] = [...productNames, ...others];

/** What the module of all kernels offers: numbers in, nothing out. */
export type Functions = Readonly<Record<FunctionName, (...operands: number[]) => void>>;
