/** Elements and boxes chosen, placed and sorted by values. */
import { tensor, Tensor } from "@relprop/tensor";
import type { GraphNode } from "./graph-def.ts";
import type { GraphOperator } from "./graph-operator.ts";
import { numbers, type Rewrite } from "./rewrite.ts";

/** Operators that choose. */
export const picking: readonly (readonly [string, GraphOperator])[] = [
  ["Gather", (node, to) => to.make(node, "Gather", plain(node, to), { axis: 0 })],
  ["GatherV2", (node, to) => {
    if ((node.says.integer("batch_dims") ?? 0) !== 0) throw new RangeError("takes batch_dims 0, got another");
    const [axis = 0] = node.inputs.length > 2 ? numbers(node, to, 2) : [0];
    to.make(node, "Gather", plain(node, to).slice(0, 2), { axis });
  }],
  ["GatherNd", (node, to) => to.make(node, "GatherND", plain(node, to))],
  ["ArgMax", (node, to) => chosen(node, to, "ArgMax")],
  ["ArgMin", (node, to) => chosen(node, to, "ArgMin")],
  ["TopKV2", (node, to) => {
    const k = to.step(node, "Reshape", [to.plain(node.inputs[1]!), to.integers([1])]);
    to.split(node, "TopK", [to.plain(node.inputs[0]!), k], [node.name, `${node.name}:1`], { axis: -1 });
  }],
  ["OneHot", (node, to) => {
    const [indices, depth, on, off] = plain(node, to) as [string, string, string, string];
    const values = to.step(node, "Concat", [off, on].map((value) =>
      to.step(node, "Reshape", [value, to.integers([1])])), { axis: 0 });
    to.make(node, "OneHot", [indices, depth, values], { axis: node.says.integer("axis") ?? -1 });
  }],
  ["Where", (node, to) => {
    to.make(node, "Transpose", [to.step(node, "NonZero", plain(node, to))], { perm: [1, 0] });
  }],
  ["ScatterNd", (node, to) => {
    const [indices, updates, shape] = plain(node, to) as [string, string, string];
    const type = (node.says.type("T") ?? "DT_FLOAT").includes("INT") ? 7 : 1;
    const zeros = to.step(node, "Expand", [to.tensor(tensor(0), type), shape]);
    to.make(node, "ScatterND", [zeros, indices, updates], { reduction: "add" });
  }],
  ["TensorScatterUpdate", (node, to) => to.make(node, "ScatterND", plain(node, to))],
  ["SparseToDense", (node, to) => {
    const [indices, shape, values, otherwise] = plain(node, to) as [string, string, string, string];
    const places = to.constant(node.inputs[0]);
    if (places?.shape.length !== 2) throw new RangeError("takes constant indices in rows, got others");
    const count = to.constant(node.inputs[2])?.shape.length === 0 ? to.integers([places.shape[0]!]) : undefined;
    const each = count === undefined ? values : to.step(node, "Expand", [values, count]);
    to.make(node, "ScatterND", [to.step(node, "Expand", [otherwise, shape]), indices, each]);
  }],
  ...["NonMaxSuppressionV2", "NonMaxSuppressionV3", "NonMaxSuppressionV4", "NonMaxSuppressionV5"]
    .map((name): readonly [string, GraphOperator] => [name, suppress]),
];

function plain(node: GraphNode, to: Rewrite): readonly string[] {
  return node.inputs.map((name) => to.plain(name));
}

function chosen(node: GraphNode, to: Rewrite, op: string): void {
  const [axis = 0] = node.inputs.length > 1 ? numbers(node, to, 1) : [0];
  to.make(node, op, [to.plain(node.inputs[0]!)], { axis, keepdims: 0 });
}

/** The boxes of one picture and one class that do not overlap better ones: their numbers, then their scores. */
function suppress(node: GraphNode, to: Rewrite): void {
  const [boxes, scores, most, overlap, threshold] = plain(node, to) as [string, string, string, string, string?];
  if (node.says.flag("pad_to_max_output_size")) throw new RangeError("takes as many boxes as there are, got padding");
  if (node.op.endsWith("V5") && to.constant(node.inputs[5])?.data[0] !== 0) {
    throw new RangeError("takes soft_nms_sigma 0, got another");
  }
  const inputs = [
    to.step(node, "Unsqueeze", [boxes, to.integers([0])]), to.step(node, "Unsqueeze", [scores, to.integers([0, 1])]),
    most, overlap, ...(threshold === undefined ? [] : [threshold]),
  ];
  const rows = to.step(node, "NonMaxSuppression", inputs);
  const index = to.tensor(new Tensor([], Float32Array.of(2)), 7);
  to.make(node, "Gather", [rows, index], { axis: 1 });
  if (node.op.endsWith("V4")) to.make(node, "Size", [to.plain(node.name)], {}, 1);
  if (node.op.endsWith("V5")) {
    to.make(node, "Gather", [scores, to.plain(node.name)], { axis: 0 }, 1);
    to.make(node, "Size", [to.plain(node.name)], {}, 2);
  }
}
