/** Loops of TensorFlow's older kind, which are cycles of nodes, as loops with a condition and a body. */
import type { Allowance } from "@relprop/layers";
import type { GraphNode, Subgraph } from "../graph-def.ts";
import { readBy } from "../ordered.ts";
import { makerOf, reading } from "./subgraph.ts";

/** The nodes with a `While` in the place of each loop. Throws a `RangeError` for cycles that are no loops. */
export function withoutFrames(given: readonly GraphNode[], allowance: Allowance): readonly GraphNode[] {
  let nodes = given;
  for (;;) {
    const frames = framesOf(nodes);
    if (frames.size === 0) return nodes;
    // Each is followed through all nodes at most.
    allowance.take(nodes.length * (1 + frames.size));
    const graph = { nodes, byName: new Map(nodes.map((node) => [node.name, node])), readers: readersOf(nodes) };
    const all = [...frames.values()].map((enters) => new Frame(graph, enters));
    const found = all.find((frame) => frame.isInnermost);
    if (found === undefined) throw new RangeError("takes loops within one another, got some that cross");
    nodes = found.replaced();
  }
}

/** What enters loops, by loop. */
function framesOf(nodes: readonly GraphNode[]): ReadonlyMap<string, readonly GraphNode[]> {
  const frames = new Map<string, GraphNode[]>();
  for (const node of nodes) {
    if (node.op !== "Enter") continue;
    const name = node.says.text("frame_name") ?? "";
    const found = frames.get(name);
    if (found === undefined) frames.set(name, [node]);
    else found.push(node);
  }
  return frames;
}

/** A value that turns hand on. */
interface Variable {
  readonly start: string;
  readonly merge: GraphNode;
  readonly leaves: GraphNode | undefined;
  readonly next: string;
}

/** Nodes, by name, and by what they read. */
interface Graph {
  readonly nodes: readonly GraphNode[];
  readonly byName: ReadonlyMap<string, GraphNode>;
  readonly readers: ReadonlyMap<string, readonly GraphNode[]>;
}

class Frame {
  readonly #graph: Graph;
  /** What values of the loop are called that come from around it and stay what they are. */
  readonly #around = new Map<string, string>();
  readonly #inside = new Set<GraphNode>();
  readonly #variables: readonly Variable[];
  readonly #condition: GraphNode;
  readonly #parts: Readonly<Record<string, Subgraph>>;

  constructor(graph: Graph, enters: readonly GraphNode[]) {
    this.#graph = graph;
    const { byName, readers } = graph;
    for (const { name, inputs: [source = ""] } of enters) this.#around.set(name, source);
    const starts = new Set(enters.map(({ name }) => name));
    this.#variables = enters.flatMap(({ name, inputs: [start = ""] }) => {
      const merge = readers.get(name)?.find(({ op }) => op === "Merge");
      const back = byName.get(merge?.inputs.find((input) => !starts.has(input)) ?? "");
      const [next] = back?.op === "NextIteration" ? back.inputs : [];
      if (merge === undefined || next === undefined) return [];
      const leaves = readers.get(merge.name)?.find(({ op, inputs }) =>
        op === "Switch" && byName.get(inputs[1] ?? "")?.op === "LoopCond");
      for (const node of [merge, back!, ...(leaves === undefined ? [] : [leaves])]) this.#inside.add(node);
      return [{ start, merge, leaves, next }];
    });
    const condition = byName.get(this.#variables.find(({ leaves }) => leaves !== undefined)?.leaves?.inputs[1] ?? "");
    const [goesOn] = condition?.inputs ?? [];
    if (condition === undefined || goesOn === undefined) throw new RangeError("takes loops with a condition, got none");
    this.#condition = condition;
    for (const node of [...enters, condition]) this.#inside.add(node);
    this.#parts = {
      cond: this.#part(this.#variables.map(({ merge }) => merge.name), [goesOn]),
      body: this.#part(
        this.#variables.map(({ leaves, merge }) => (leaves === undefined ? `${merge.name}:1` : `${leaves.name}:1`)),
        this.#variables.map(({ next }) => next),
      ),
    };
  }

  /** Whether no other loop lies within. */
  get isInnermost(): boolean {
    return Object.values(this.#parts).every(({ nodes }) => nodes.every(({ op }) => op !== "Enter"));
  }

  /** All nodes, with one for the loop. */
  replaced(): readonly GraphNode[] {
    const places = new Map(this.#variables.map(({ leaves }, i) => [leaves?.name ?? "", i]));
    const { name, says } = this.#condition;
    const loop: GraphNode = {
      name, op: "While", inputs: this.#variables.map(({ start }) => start), says, parts: this.#parts,
    };
    const gone = this.#insideAll();
    const left = this.#graph.nodes.filter((node) => !gone.has(node)).map((node): GraphNode => {
      const place = node.op === "Exit" ? places.get(makerOf(node.inputs[0] ?? "")) : undefined;
      if (place === undefined) return node;
      return { ...node, op: "Identity", inputs: [place === 0 ? name : `${name}:${place}`] };
    });
    return [...left, loop];
  }

  /** Everything in the loop, with what only says in which order it runs. */
  #insideAll(): ReadonlySet<GraphNode> {
    const found = new Set(this.#inside);
    for (const { name } of found) {
      for (const reader of this.#graph.readers.get(name) ?? []) if (reader.op !== "Exit") found.add(reader);
    }
    return found;
  }

  /** What these values are made of, from the given ones on; constants stay outside. */
  #part(inputs: readonly string[], outputs: readonly string[]): Subgraph {
    const value = (name: string): string => this.#around.get(name) ?? name;
    const ends = new Set(inputs);
    const found = new Set<GraphNode>();
    const stack = [...outputs];
    for (let name = stack.pop(); name !== undefined; name = stack.pop()) {
      const node = this.#graph.byName.get(makerOf(name));
      const isGiven = ends.has(name) || this.#around.has(name);
      if (node === undefined || isGiven || node.op === "Const" || found.has(node)) continue;
      found.add(node);
      this.#inside.add(node);
      for (const read of readBy(node)) stack.push(read);
    }
    return {
      inputs,
      nodes: [...found].map((node) => reading(node, value)),
      outputs: outputs.map(value),
    };
  }
}

function readersOf(nodes: readonly GraphNode[]): ReadonlyMap<string, readonly GraphNode[]> {
  const readers = new Map<string, GraphNode[]>();
  for (const node of nodes) {
    for (const input of node.inputs) {
      const found = readers.get(makerOf(input));
      if (found === undefined) readers.set(makerOf(input), [node]);
      else found.push(node);
    }
  }
  return readers;
}
