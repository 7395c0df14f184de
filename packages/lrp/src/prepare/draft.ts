/** A graph while nodes are replaced and taken out of it, every step in constant time. */
import type { Graph, Layer, Node } from "@relprop/layers";
import { OUTPUT } from "./readers.ts";

/** Starts as a graph and ends as another; names of nodes that are gone stand for what took their place. */
export class Draft {
  readonly #graph: Graph;
  readonly #nodes: Map<string, Node>;
  /** By name of a value: who reads it, and how often. */
  readonly #readers = new Map<string, Map<string, number>>();
  readonly #instead = new Map<string, string>();

  constructor(graph: Graph) {
    this.#graph = graph;
    this.#nodes = new Map(graph.nodes.map((node) => [node.name, node]));
    for (const { name, inputs } of graph.nodes) for (const source of inputs) this.#read(source, name, 1);
    for (const output of graph.outputs) this.#read(output, OUTPUT, 1);
  }

  /** The node of this name; `undefined` for inputs. */
  node(name: string): Node | undefined {
    return this.#nodes.get(name);
  }

  /** The name of the first value that a node reads now. */
  sourceOf({ inputs }: Node): string {
    return this.#now(inputs[0]!);
  }

  /** The only reader of a value, `OUTPUT` where that is the model; `undefined` where there are others or none. */
  onlyReader(name: string): string | undefined {
    const readers = this.#readers.get(name);
    const [reader, times] = readers?.size === 1 ? [...readers][0]! : [];
    return times === 1 ? reader : undefined;
  }

  /** Whether the model gives a value out. */
  isOutput(name: string): boolean {
    return this.#readers.get(name)?.has(OUTPUT) === true;
  }

  /** Puts another layer into a node. */
  replace(name: string, layer: Layer): void {
    this.#nodes.set(name, { ...this.#nodes.get(name)!, layer });
  }

  /** Takes a node out; what read it reads its first source. */
  remove(name: string): void {
    const source = this.sourceOf(this.#nodes.get(name)!);
    const readers = this.#readers.get(name) ?? new Map<string, number>();
    const others = this.#readers.get(source)!;
    others.delete(name);
    if (others.size === 0) this.#readers.set(source, readers);
    else for (const [reader, times] of readers) this.#read(source, reader, times);
    this.#readers.delete(name);
    this.#nodes.delete(name);
    this.#instead.set(name, source);
  }

  /** The graph as it is now. */
  graph(): Graph {
    const now = (name: string): string => this.#now(name);
    const nodes = [...this.#nodes.values()].map((node) =>
      (node.inputs.some((source) => this.#instead.has(source)) ? { ...node, inputs: node.inputs.map(now) } : node));
    return { ...this.#graph, nodes, outputs: this.#graph.outputs.map(now) };
  }

  #read(source: string, reader: string, times: number): void {
    const readers = this.#readers.get(source) ?? new Map<string, number>();
    readers.set(reader, (readers.get(reader) ?? 0) + times);
    this.#readers.set(source, readers);
  }

  /** What a name stands for now; what is found out is kept for all names on the way. */
  #now(name: string): string {
    const passed: string[] = [];
    let at = name;
    for (let next = this.#instead.get(at); next !== undefined; next = this.#instead.get(at)) {
      passed.push(at);
      at = next;
    }
    for (const each of passed) this.#instead.set(each, at);
    return at;
  }
}
