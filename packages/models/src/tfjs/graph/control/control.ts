/** Loops, conditions and calls, written down in ONNX' operators with graphs of their own. */
import type { GraphProto } from "../../../onnx/schema.ts";
import type { GraphNode, Subgraph } from "../graph-def.ts";
import type { GraphOperator } from "../graph-operator.ts";
import type { Rewrite } from "../rewrite.ts";
import { instance } from "./subgraph.ts";

/** What graphs say them by; older ones build loops and conditions of several nodes. */
export const CONTROL: readonly string[] = [
  "Enter", "Exit", "If", "LoopCond", "Merge", "NextIteration", "PartitionedCall", "StatefulPartitionedCall",
  "StatelessIf", "StatelessWhile", "Switch", "While",
];

/** Writes down the nodes of a subgraph. */
export type WriteNodes = (nodes: readonly GraphNode[], to: Rewrite) => void;

/** Operators that go through subgraphs, with what they need for it. */
export function control(
  library: ReadonlyMap<string, Subgraph>, write: WriteNodes,
): ReadonlyMap<string, GraphOperator> {
  const part = ({ parts = {}, says }: GraphNode, name: string): Subgraph => {
    const called = says.called(name);
    const found = parts[name] ?? library.get(called ?? "");
    if (found === undefined) throw new RangeError(`takes functions that the file has, got "${called ?? name}"`);
    return found;
  };
  const went = (node: GraphNode, name: string, given: readonly string[], to: Rewrite): readonly string[] => {
    const { nodes, outputs } = instance(part(node, name), `${node.name}/${name}/`, given);
    write(nodes, to);
    return outputs;
  };
  const call: GraphOperator = (node, to) => {
    went(node, "f", node.inputs, to).forEach((output, i) => to.alias(nth(node, i), output));
  };
  const condition: GraphOperator = (node, to) => {
    const [holds = "", ...given] = node.inputs;
    const [then, otherwise] = ["then_branch", "else_branch"].map((name) => went(node, name, given, to));
    then!.forEach((value, i) => choose(nth(node, i), [holds, value, otherwise![i] ?? ""], node, to));
  };
  const loop: GraphOperator = (node, to) => {
    const { name, inputs } = node;
    const [goes = ""] = went(node, "cond", inputs, to);
    const within = to.inside();
    const variables = inputs.map((_, i) => `${name}/variable${i}`);
    for (const variable of variables) within.input(variable);
    const made = went(node, "body", variables, within);
    // The condition once more, behind the body: under names of its own.
    const again = { ...node, name: `${name}/again` };
    const ends = [...went(again, "cond", made, within), ...made].map((value) => within.plain(value));
    const body = graphOf(within, [`${name}/turn`, `${name}/goes`, ...variables], ends);
    const outputs = inputs.map((_, i) => nth(node, i));
    to.structure(node, "Loop", ["", to.plain(goes), ...inputs.map((input) => to.plain(input))], outputs, { body });
  };
  return new Map<string, GraphOperator>([
    ["Merge", () => {
      throw new RangeError("takes two ways that a condition tells apart, got others");
    }],
    ["Choice", (node, to) => choose(node.name, node.inputs, node, to)],
    ["If", condition], ["StatelessIf", condition],
    ["While", loop], ["StatelessWhile", loop],
    ["PartitionedCall", call], ["StatefulPartitionedCall", call],
  ]);
}

function nth({ name }: GraphNode, output: number): string {
  return output === 0 ? name : `${name}:${output}`;
}

/** One of two values, as a condition says. */
function choose(
  output: string, [holds = "", then = "", otherwise = ""]: readonly string[], node: GraphNode, to: Rewrite,
): void {
  const [then_branch, else_branch] = [then, otherwise].map((value) => graphOf(to.inside(), [], [to.plain(value)]));
  to.structure(node, "If", [to.plain(holds)], [output], { then_branch: then_branch!, else_branch: else_branch! });
}

function graphOf({ nodes }: Rewrite, inputs: readonly string[], outputs: readonly string[]): GraphProto {
  const named = (names: readonly string[]): GraphProto["inputs"] => names.map((name) => ({ name }));
  return { name: "", nodes, initializers: [], inputs: named(inputs), outputs: named(outputs) };
}
