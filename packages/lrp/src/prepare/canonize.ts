/** Rewriting a model so that every rule meets the layer it was made for; outputs stay the same to rounding. */
import { optionsOf } from "@relprop/tensor";
import {
  ActivationLayer, identity, isAffine, isElementwiseAffine, isNormalization, type Graph, type Model, type Node,
} from "@relprop/layers";
import { Draft } from "./draft.ts";
import { fuseAfter, fuseBefore } from "./fuse.ts";
import { changesOf, PreparedModel, type Change } from "./prepared-model.ts";
import { ranks } from "./ranks.ts";
import { stripSoftmax } from "./strip-softmax.ts";
import { checkGivenModel } from "./given-model.ts";

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
  optionsOf("canonize", options);
  checkGivenModel("canonize", model);
  const { fuse = true, split = true } = options;
  const changes: Change[] = [...changesOf(model)];
  // First, since a scale that was split off can take up what follows it.
  const whole: Graph = split ? splitNormalizations(model, changes) : model;
  if (fuse === false) return new PreparedModel(whole, changes);
  const draft = new Draft(whole);
  const known = ranks(model);
  for (const { name } of model.nodes) fuseScale(draft, name, { where: fuse, rank: known.get(name), changes });
  return new PreparedModel(draft.graph(), changes);
}

/** `canonize(stripSoftmax(model))`: what most networks need before their relevance is computed. */
export function prepare(model: Model, options: CanonizeOptions = {}): PreparedModel {
  checkGivenModel("prepare", model);
  return canonize(stripSoftmax(model), options);
}

interface Fusing {
  readonly where: true | "before";
  /** The number of axes of the normalised values. */
  readonly rank: number | undefined;
  readonly changes: Change[];
}

/** BatchNorm, and what does the same by arithmetic: a scale and a shift per channel behind a linear layer. */
function fuseScale(draft: Draft, name: string, { where, rank, changes }: Fusing): void {
  const node = draft.node(name)!;
  const { layer } = node;
  if (!isElementwiseAffine(layer)) return;
  const { before, orders } = readAlone(draft, node);
  if (before !== undefined && isAffine(before.layer) && before.layer.activation === identity) {
    const fused = fuseAfter(before.layer, layer, { rank, orders });
    if (fused !== undefined) {
      changes.push({ node: name, what: `fused into "${before.name}" before it` });
      draft.replace(before.name, fused);
      if (layer.activation === identity) draft.remove(name);
      else draft.replace(name, new ActivationLayer(layer.activation));
      return;
    }
  }
  if (where === "before" || layer.kind !== "BatchNorm") return;
  const after = draft.node(draft.onlyReader(name) ?? "");
  if (after !== undefined && layer.activation === identity && isAffine(after.layer)) {
    const fused = fuseBefore(after.layer, layer, rank);
    if (fused !== undefined) {
      changes.push({ node: name, what: `fused into "${after.name}" after it` });
      draft.replace(after.name, fused);
      draft.remove(name);
    }
  }
}

interface Read {
  /** `undefined` where there is none, or where another reads it too. */
  readonly before: Node | undefined;
  readonly orders: readonly (readonly number[])[];
}

/** What a node reads that nobody else does, and into which orders its axes are brought on the way. */
function readAlone(draft: Draft, node: Node): Read {
  const orders: (readonly number[])[] = [];
  for (let at = node; ;) {
    const source = draft.sourceOf(at);
    const before = draft.onlyReader(source) === undefined ? undefined : draft.node(source);
    const order = before?.layer.rearranges === true ? before.layer.axisUse : undefined;
    if (before === undefined || typeof order !== "object") return { before, orders };
    orders.unshift(order);
    at = before;
  }
}

/** The graph in which every normalisation with a scale is the bare one and the scale behind it. */
function splitNormalizations(graph: Graph, changes: Change[]): Graph {
  const scaled = new Map<string, string>();
  const nodes = graph.nodes.flatMap((given): readonly Node[] => {
    const node = given.inputs.some((source) => scaled.has(source))
      ? { ...given, inputs: given.inputs.map((source) => scaled.get(source) ?? source) }
      : given;
    const { name, layer, index } = node;
    if (!isNormalization(layer) || layer.scale === undefined) return [node];
    scaled.set(name, `${name}.scale`);
    changes.push({ node: name, what: `split into the normalisation and the elementwise "${name}.scale"` });
    return [{ ...node, layer: layer.bare }, { name: `${name}.scale`, layer: layer.scale, inputs: [name], index }];
  });
  return { ...graph, nodes, outputs: graph.outputs.map((name) => scaled.get(name) ?? name) };
}
