/** Conditions of TensorFlow's older kind: values that go one way or the other, and come together again. */
import type { GraphNode } from "../graph-def.ts";
import { makerOf } from "./subgraph.ts";

/** On which side of which conditions a value is there. */
type Sides = ReadonlyMap<string, boolean>;

/**
 * Nodes in order with a `Choice` (a condition, what is taken if it holds, and if not) where ways come together; both
 * ways are gone. Ways that no condition tells apart stay.
 */
export function withoutSwitches(nodes: readonly GraphNode[]): readonly GraphNode[] {
  if (nodes.every(({ op }) => op !== "Switch" && op !== "Merge")) return nodes;
  const sides = new Map<string, Sides>();
  const same = new Map<string, string>();
  const original = (name: string): string => same.get(name) ?? name;
  const at = (value: string): Sides => sides.get(value) ?? sides.get(makerOf(value)) ?? new Map();
  return nodes.map((node): GraphNode => {
    const { name, op, inputs } = node;
    if (op === "Identity") same.set(name, original(inputs[0] ?? ""));
    if (op === "Switch") {
      const [data = "", condition = ""] = inputs;
      for (const side of [false, true]) {
        sides.set(side ? `${name}:1` : name, new Map([...at(data), [original(condition), side]]));
      }
      return { ...node, op: "IdentityN", inputs: [data, data] };
    }
    if (op !== "Merge") {
      sides.set(name, new Map(inputs.flatMap((input) => [...at(input)])));
      return node;
    }
    const [first = "", second = ""] = inputs;
    const [a, b] = [at(first), at(second)];
    const all = [...a, ...b].map(([condition]) => condition).reverse();
    const told = all.find((condition) => a.has(condition) && b.has(condition) && a.get(condition) !== b.get(condition))
      ?? all.find((condition) => a.has(condition) !== b.has(condition));
    if (told === undefined || inputs.length !== 2) return node;
    sides.set(name, new Map([...a, ...b].filter(([condition]) => condition !== told)));
    const isFirst = a.get(told) ?? b.get(told) === false;
    return { ...node, op: "Choice", inputs: [told, ...(isFirst ? [first, second] : [second, first])] };
  });
}
