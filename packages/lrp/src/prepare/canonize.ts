/** Rewriting a model so that every rule meets the layer it was made for; outputs stay the same to rounding. */
import {
  ActivationLayer, identity, isAffine, isElementwiseAffine, isNormalization, type Graph, type Model, type Node,
} from "@relprop/layers";
import { fuseAfter, fuseBefore } from "./fuse.ts";
import { changesOf, PreparedModel, readersOf, withoutNode, type Change } from "./prepared-model.ts";
import { ranks } from "./ranks.ts";
import { stripSoftmax } from "./strip-softmax.ts";

/** Which rewritings `canonize` makes; all by default. */
export interface CanonizeOptions {
  /** Fuse each BatchNorm into the linear layer before it, or else into the one after it; `"before"`: never after it. */
  readonly fuse?: boolean | "before";
  /** Split normalisation layers into the normalisation and its elementwise scale. */
  readonly split?: boolean;
}

/**
 * Fuses batch normalisation into neighbouring linear layers (`W′ = γ/√(σ²+ε) W`, with the layer's own ε), written as a
 * layer or as a scale and shift per channel behind one, and splits the affine part off layer normalisation. Returns a
 * new model that says what was done to it.
 *
 * BatchNorm scales axis 1, `Dense` acts along the last: they are fused only where values have two axes, which a model
 * that states no input shape is taken to mean if it runs on `[N, features]`.
 */
export function canonize(model: Model, options: CanonizeOptions = {}): PreparedModel {
  const { fuse = true, split = true } = options;
  const changes: Change[] = [...changesOf(model)];
  let graph: Graph = model;
  // First, since a scale that was split off can take up what follows it.
  if (split) for (const { name } of model.nodes) graph = splitNormalization(graph, name, changes);
  if (fuse !== false) {
    const known = ranks(model);
    for (const { name } of model.nodes) {
      graph = fuseScale(graph, name, { where: fuse, rank: known.get(name), changes });
    }
  }
  return new PreparedModel(graph, changes);
}

/** `canonize(stripSoftmax(model))`: what most networks need before their relevance is computed. */
export function prepare(model: Model, options: CanonizeOptions = {}): PreparedModel {
  return canonize(stripSoftmax(model), options);
}

interface Fusing {
  readonly where: true | "before";
  /** The number of axes of the normalised values. */
  readonly rank: number | undefined;
  readonly changes: Change[];
}

/** BatchNorm, and what does the same by arithmetic: a scale and a shift per channel behind a linear layer. */
function fuseScale(graph: Graph, name: string, { where, rank, changes }: Fusing): Graph {
  const node = graph.nodes.find((candidate) => candidate.name === name)!;
  const { layer } = node;
  if (!isElementwiseAffine(layer)) return graph;
  const source = node.inputs[0]!;
  const before = graph.nodes.find((candidate) => candidate.name === source);
  const alone = readersOf(graph, source).length === 1;
  if (before !== undefined && alone && isAffine(before.layer) && before.layer.activation === identity) {
    const fused = fuseAfter(before.layer, layer, rank);
    if (fused !== undefined) {
      changes.push({ node: name, what: `fused into "${before.name}" before it` });
      const replaced = replaceLayer(graph, before.name, fused);
      return layer.activation === identity
        ? withoutNode(replaced, name, before.name)
        : replaceLayer(replaced, name, new ActivationLayer(layer.activation));
    }
  }
  if (where === "before" || layer.kind !== "BatchNorm") return graph;
  const readers = readersOf(graph, name);
  const after = graph.nodes.find((candidate) => candidate.name === readers[0]);
  if (after !== undefined && readers.length === 1 && layer.activation === identity && isAffine(after.layer)) {
    const fused = fuseBefore(after.layer, layer, rank);
    if (fused !== undefined) {
      changes.push({ node: name, what: `fused into "${after.name}" after it` });
      return withoutNode(replaceLayer(graph, after.name, fused), name, source);
    }
  }
  return graph;
}

function splitNormalization(graph: Graph, name: string, changes: Change[]): Graph {
  const node = graph.nodes.find((candidate) => candidate.name === name)!;
  const { layer } = node;
  if (!isNormalization(layer) || layer.scale === undefined) return graph;
  const scaled = `${name}.scale`;
  changes.push({ node: name, what: `split into the normalisation and the elementwise "${scaled}"` });
  const rewired = withReaders(graph, name, scaled);
  const at = graph.nodes.indexOf(node);
  const nodes = rewired.nodes.toSpliced(
    at, 1,
    { ...node, layer: layer.bare },
    { name: scaled, layer: layer.scale, inputs: [name], index: node.index },
  );
  return { ...rewired, nodes };
}

function replaceLayer(graph: Graph, name: string, layer: Node["layer"]): Graph {
  return { ...graph, nodes: graph.nodes.map((node) => (node.name === name ? { ...node, layer } : node)) };
}

/** The graph in which everything that read `name` reads `instead`. */
function withReaders(graph: Graph, name: string, instead: string): Graph {
  const renamed = (source: string): string => (source === name ? instead : source);
  return {
    ...graph,
    nodes: graph.nodes.map((node) => ({ ...node, inputs: node.inputs.map(renamed) })),
    outputs: graph.outputs.map(renamed),
  };
}
