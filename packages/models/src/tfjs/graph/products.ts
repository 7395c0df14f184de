/** Products of matrices. */
import { permuted } from "../../strided.ts";
import { activate, fusedInto } from "./fused.ts";
import type { GraphNode } from "./graph-def.ts";
import type { GraphOperator } from "./graph-operator.ts";
import type { Rewrite } from "./rewrite.ts";

/** Operators that multiply matrices. */
export const products: readonly (readonly [string, GraphOperator])[] = [
  ["MatMul", matrixProduct], ["_FusedMatMul", matrixProduct], ["FusedMatMul", matrixProduct],
  ["BatchMatMul", batchProduct], ["BatchMatMulV2", batchProduct], ["BatchMatMulV3", batchProduct],
  ["Einsum", (node, to) => {
    const equation = node.says.text("equation") ?? "";
    to.make(node, "Einsum", node.inputs.map((name) => to.plain(name)), { equation });
  }],
];

function matrixProduct(node: GraphNode, to: Rewrite): void {
  const { bias, activation } = fusedInto(node, to);
  const inputs = [to.plain(node.inputs[0] ?? ""), to.plain(node.inputs[1] ?? ""), ...bias];
  const says = { transA: node.says.flag("transpose_a") ? 1 : 0, transB: node.says.flag("transpose_b") ? 1 : 0 };
  if (activation === undefined) return to.make(node, "Gemm", inputs, says);
  const x = to.step(node, "Gemm", inputs, says);
  activate(node, to, { activation, x, isFirst: false }, (op, from, more) => to.make(node, op, from, more));
}

function batchProduct(node: GraphNode, to: Rewrite): void {
  const [a = "", b = ""] = node.inputs;
  const [turnsA, turnsB] = [node.says.flag("adj_x"), node.says.flag("adj_y")];
  const weight = to.constant(b);
  if (!turnsA && !turnsB) return to.make(node, "MatMul", [to.plain(a), to.plain(b)]);
  if (!turnsA && weight !== undefined && weight.shape.length >= 2) {
    const last = weight.shape.length - 1;
    const order = [...weight.shape.keys()].slice(0, -2);
    return to.make(node, "MatMul", [to.plain(a), to.tensor(permuted(weight, [...order, last, last - 1]))]);
  }
  to.make(node, "FusedMatMul", [to.plain(a), to.plain(b)], { transA: turnsA ? 1 : 0, transB: turnsB ? 1 : 0 });
}
