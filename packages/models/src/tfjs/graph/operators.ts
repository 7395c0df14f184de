/** Every operator of TensorFlow's graphs that is written down in those of ONNX. */
import { batches } from "./batches.ts";
import { elementwise } from "./elementwise.ts";
import { lists } from "./control/lists.ts";
import type { GraphOperator } from "./graph-operator.ts";
import { picking } from "./picking.ts";
import { products } from "./products.ts";
import { shapes } from "./shapes.ts";
import { slices } from "./slices.ts";
import { spatial } from "./spatial.ts";

const IDENTITIES = [
  "CheckNumerics", "Identity", "PlaceholderWithDefault", "PreventGradient", "Print", "Snapshot", "StopGradient",
];

/** By name. */
export const GRAPH_OPERATORS: ReadonlyMap<string, GraphOperator> = new Map([
  ...IDENTITIES.map((name): readonly [string, GraphOperator] => [
    name, (node, to) => to.alias(node.name, node.inputs[0]!),
  ]),
  ["IdentityN", (node, to) => node.inputs.forEach((input, i) =>
    to.alias(i === 0 ? node.name : `${node.name}:${i}`, input))],
  ...batches, ...elementwise, ...lists, ...picking, ...products, ...shapes, ...slices, ...spatial,
]);
