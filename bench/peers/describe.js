/** A model as plain data: what contestants in any language build theirs from. */
import { isAffine } from "@relprop/layers";

const pair = (value) => (typeof value === "number" ? [value, value] : value);

const pool = (op) => ({ window: { kernel, stride, padding } }) =>
  ({ op, kernel: pair(kernel), stride: pair(stride), padding: pair(padding) });

/** By kind of layer, what it does; padding is the same before and after. */
const operations = {
  Conv: ({ stride, padding, groups }) => ({ op: "conv", stride, padding: padding.map(([before]) => before), groups }),
  Dense: () => ({ op: "dense" }),
  Relu: () => ({ op: "relu" }),
  MaxPool: pool("maxPool"),
  AvgPool: pool("averagePool"),
  GlobalAvgPool: () => ({ op: "globalAveragePool" }),
  Flatten: () => ({ op: "flatten" }),
  Add: () => ({ op: "add" }),
};

/**
 * `{ input, inputShape, nodes, output }` and the arrays of parameters in order; a node says where in them, counted in
 * elements, its weight and bias are.
 */
export function describe(model, inputShape) {
  const arrays = [];
  let offset = 0;
  const stored = ({ shape, data }) => {
    arrays.push(data);
    offset += data.length;
    return { offset: offset - data.length, shape };
  };
  const nodes = model.nodes.map(({ name, layer, inputs }) => {
    const operation = operations[layer.kind];
    if (operation === undefined) throw new RangeError(`describe: takes ${Object.keys(operations)}, got ${layer.kind}`);
    const parameters = isAffine(layer) ? { weight: stored(layer.weight), bias: stored(layer.bias) } : {};
    return { name, inputs, ...operation(layer), ...parameters };
  });
  return { description: { input: model.inputs[0].name, inputShape, nodes, output: model.outputs[0] }, arrays };
}
