/** What the module of all kernels offers. */

/** The functions by their position. */
export const functionNames = [
  "multiplyTiles", "packColumns", "unpackTiles", "contractBlock", "directBlock", "packRows", "padPlanes", "fillSteps",
  "dotRows", "addRows", "padMarking",
  "winogradDirect", "transformInput2", "transformOutput2", "winogradBlock2", "transformWeights2", "winogradInput2",
  "transformInput4", "transformOutput4", "winogradBlock4", "transformWeights4", "winogradInput4",
  "maxPool", "averagePool", "scatterAdd",
  "relu", "negativePart", "add", "addProduct", "product", "quotient", "clippedQuotient",
  "layOut", "depthwiseBlock", "multiplyInPlace", "pointwiseBlock",
  "computeBlocks", "sumRows", "sumColumns", "maxRows", "maxColumns", "standardize", "standardizeTransposed",
] as const;

/** The name of a function in the module. */
export type FunctionName = (typeof functionNames)[number];

/** What a module instance offers: numbers in, nothing out. */
export type Functions = Readonly<Record<FunctionName, (...operands: number[]) => void>>;
