/** Scales per channel that stand behind another layout of what a linear layer makes: they belong to it. */
import {
  Allowance, identity, isElementwiseAffine, isFoldable, isOperator, Model, outputChannels, Scale, STEP,
  type ElementwiseAffine, type Graph, type Layer, type LayerKind, type Node, type Operator,
} from "@relprop/layers";
import { sizeOf, Tensor, type Shape } from "@relprop/tensor";
import type { Step } from "../value.ts";

/**
 * The graph, with each scale and shift per channel, batch normalisation among them, right behind the linear layer whose
 * channels it is for, where elements were only laid out in another way between the two. What comes out stays the same.
 * `steps` are those of its nodes.
 */
export function scalesFirst(graph: Graph, steps: readonly Step[], allowance: Allowance): Graph {
  const { nodes: given, outputs } = graph;
  const nodes = [...given];
  const places = new Map(nodes.map(({ name }, place) => [name, place]));
  const reads = new Map<string, number>();
  const read = (name: string): unknown => reads.set(name, (reads.get(name) ?? 0) + 1);
  // What asks for a shape only gets the same one.
  for (const { layer, inputs } of nodes) if (layer.kind !== "Shape") inputs.forEach(read);
  outputs.forEach(read);
  const ranks = new Map(given.flatMap(({ inputs }, i) =>
    inputs.map((name, at) => [name, steps[i]!.inputs[at]!.rank])));
  const shapesOf = shapesIn(graph);
  const instead = new Map<string, string>();
  // Which layer a scale stands behind, with nothing but scales between.
  const makers = new Map<string, Node>();
  const ends = new Set(outputs);
  const alone = ({ inputs: [name] }: Node): Node | undefined =>
    (reads.get(name!) === 1 ? nodes[places.get(name!) ?? -1] : undefined);
  given.forEach(({ inputs, layer }, place) => {
    const node = { ...nodes[place]!, inputs: inputs.map((name) => instead.get(name) ?? name) };
    nodes[place] = node;
    // One number for all is no matter of channels.
    if (!isBareScale(layer) || ends.has(node.name) || (layer.weight.size === 1 && layer.bias === undefined)) return;
    const moves: Node[] = [];
    let before = alone(node);
    for (; before?.layer.rearranges === true && moves.length < MOST; before = alone(before)) moves.unshift(before);
    if (before === undefined) return;
    const maker = makers.get(before.name) ?? before;
    if (!isFoldable(maker.layer) || maker.layer.activation !== identity) return;
    // Through transpositions alone channels are followed when a network is prepared.
    if (moves.every((move) => typeof move.layer.axisUse === "object")) {
      if (moves.length === 0) makers.set(node.name, maker);
      return;
    }
    const isLast = maker.layer.channelsLast === true;
    const [channels, axes] = [outputChannels(maker.layer), maker.layer.rank ?? ranks.get(maker.name) ?? 0];
    const axis = isLast ? axes - 1 : 1;
    if (channels === undefined || axis < 1 || axis >= axes) return;
    const scale = standIns(shapesOf(maker.name), channels, axes, axis).map((shapes) => {
      const work = shapes.reduce((sum, shape) => sum + (sizeOf(shape) + STEP) * moves.length, 0);
      if (!allowance.has(work)) return undefined;
      allowance.take(work);
      return agreed(shapes.map((shape) => perChannel(shape, axis, moves, layer)));
    }).find((found) => found !== undefined);
    if (scale === undefined) return;
    const free = [...moves, node].map(({ name }) => places.get(name)!);
    const [first, ...others] = moves;
    const [weight, bias] = scale.map((data) => new Tensor([channels], data));
    const moved = { ...node, layer: new Scale(weight!, { bias: bias!, axis: isLast ? -1 : 1 }), inputs: [before.name] };
    [moved, { ...first!, inputs: first!.inputs.map(() => node.name) }, ...others].forEach((each, i) => {
      nodes[free[i]!] = { ...each, index: given[free[i]!]!.index };
      places.set(each.name, free[i]!);
    });
    makers.set(node.name, maker);
    instead.set(node.name, moves.at(-1)!.name);
    reads.set(moves.at(-1)!.name, reads.get(node.name) ?? 0);
    reads.set(node.name, 1);
  });
  return { ...graph, nodes };
}

/** More moves than files have between a layer and its scale. */
const MOST = 8;

function isBareScale(layer: LayerKind): layer is ElementwiseAffine {
  return isElementwiseAffine(layer) && layer.activation === identity;
}

/** The shapes of a value for two samples and for three, worked out when first asked for; none where nothing says. */
function shapesIn(graph: Graph): (name: string) => readonly Shape[] | undefined {
  let known: readonly ReadonlyMap<string, Shape>[] | undefined;
  return (name) => {
    known ??= shapesWith(graph, [2, 3]);
    return known.length === 0 ? undefined : known.map((shapes) => shapes.get(name)!);
  };
}

function shapesWith(graph: Graph, extents: readonly number[]): readonly ReadonlyMap<string, Shape>[] {
  const model = new Model(graph);
  try {
    return extents.map((open) =>
      model.shapes(...graph.inputs.map(({ shape = [] }) => shape.map((extent) => extent ?? open))));
  } catch {
    return [];
  }
}

/** Extents that have nothing in common: what holds for both follows from the axes. */
const EXTENTS = [[2, 3, 5, 7, 2], [3, 5, 2, 3, 7]] as const;

/** Pairs of shapes to try: those a value has, or else any, with no extent of 1 and with one. */
function standIns(
  known: readonly Shape[] | undefined, channels: number, axes: number, axis: number,
): readonly (readonly Shape[])[] {
  if (known !== undefined) return [known];
  if (axes > EXTENTS[0].length) return [];
  return Array.from({ length: axes - 1 }, (_, i) => EXTENTS.map((extents) =>
    extents.slice(0, axes).map((extent, at) => (at === axis ? channels : at === axes - i ? 1 : extent))));
}

/** What all of these say; `undefined` where they differ, or one says nothing. */
function agreed(found: readonly (Channels | undefined)[]): Channels | undefined {
  const [first, ...others] = found;
  const isOne = others.every((other) =>
    first?.every((values, i) => values.every((value, channel) => value === other?.[i]![channel])));
  return isOne ? first : undefined;
}

/** A scale and a shift for every channel. */
type Channels = readonly [scales: Float32Array, shifts: Float32Array];

/** What a scale behind these moves does to each channel at an axis; `undefined` where it does several things to one. */
function perChannel(
  shape: Shape, axis: number, moves: readonly Node[], scale: ElementwiseAffine,
): Channels | undefined {
  const [channels, inner] = [shape[axis]!, sizeOf(shape.slice(axis + 1))];
  const numbers = Float32Array.from({ length: sizeOf(shape) }, (_, i) => Math.floor(i / inner) % channels);
  try {
    const moved = moves.reduce((value, { layer, inputs }) => laidOut(value, layer, inputs), new Tensor(shape, numbers));
    const { weight, bias } = scale;
    const factors = scale.withParameters(weight, weight).broadcastBias(moved.shape).data;
    const shifts = bias && scale.broadcastBias(moved.shape).data;
    // Channels that are cut away are not read.
    const found: Channels = [new Float32Array(channels).fill(1), new Float32Array(channels)];
    moved.data.forEach((channel, i) => {
      found[0][channel] = factors[i]!;
      found[1][channel] = shifts?.[i] ?? 0;
    });
    const isOne = moved.data.every((channel, i) =>
      found[0][channel] === factors[i] && found[1][channel] === (shifts?.[i] ?? 0));
    return isOne ? found : undefined;
  } catch {
    // Other extents are needed, or numbers that the network computes.
    return undefined;
  }
}

function laidOut(value: Tensor, layer: Layer | Operator, inputs: readonly string[]): Tensor {
  if (!isOperator(layer)) return layer.forward(value);
  const lowered = layer.lower(inputs.map(() => ({ type: "float", shape: value.shape })), new Allowance(value.size));
  if (!("layer" in lowered) || new Set(inputs).size > 1) throw new RangeError("takes what shapes decide");
  return lowered.layer.forward(value);
}
