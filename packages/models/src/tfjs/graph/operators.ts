/** Every operator of TensorFlow's graphs that is written down in those of ONNX. */
import { elementwise } from "./elementwise.ts";
import type { GraphOperator } from "./graph-operator.ts";
import { shapes } from "./shapes.ts";
import { spatial } from "./spatial.ts";

const IDENTITIES = [
  "CheckNumerics", "Identity", "PlaceholderWithDefault", "PreventGradient", "Snapshot", "StopGradient",
];

/** By name. */
export const GRAPH_OPERATORS: ReadonlyMap<string, GraphOperator> = new Map([
  ...IDENTITIES.map((name): readonly [string, GraphOperator] => [
    name, (node, to) => to.alias(node.name, node.inputs[0]!),
  ]),
  ...elementwise, ...shapes, ...spatial,
]);

/** What needs a loop or a choice while running. */
export const CONTROL: ReadonlySet<string> = new Set([
  "Enter", "Exit", "If", "LoopCond", "Merge", "NextIteration", "StatelessIf", "StatelessWhile", "Switch", "While",
]);
