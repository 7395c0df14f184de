/** Affine layers as the list of all their connections, found position by position from the definition of each. */
import { BatchNorm, Conv, ConvTranspose, Dense, Scale, type AffineLayer } from "@relprop/layers";
import type { Shape } from "@relprop/tensor";
import { positions } from "../../../layers/test/random.ts";

/** Output element `to` gets `weight` times input element `from`. */
export interface Connection {
  readonly to: number;
  readonly from: number;
  readonly weight: number;
}

/** A layer for inputs of one shape. */
export interface Connections {
  readonly outputs: number;
  readonly inputs: number;
  /** Per output element the connections that lead to it. */
  readonly into: readonly (readonly Connection[])[];
  /** Per output element. */
  readonly bias: readonly number[];
}

/** Every connection of an affine layer between an input and an output of these shapes. */
export function connectionsOf(layer: AffineLayer, input: Shape, output: Shape): Connections {
  const [outputs, inputs] = [size(output), size(input)];
  const into: Connection[][] = Array.from({ length: outputs }, () => []);
  const bias = new Array<number>(outputs).fill(0);
  const connect = (to: readonly number[], from: readonly number[], weight: number): void => {
    const [i, j] = [flat(output, to), flat(input, from)];
    if (i === undefined || j === undefined) return; // padding, or cut off
    into[i]!.push({ to: i, from: j, weight });
  };
  if (layer instanceof Dense) dense(layer, input, connect);
  else if (layer instanceof Conv) conv(layer, output, connect);
  else if (layer instanceof ConvTranspose) convTranspose(layer, input, connect);
  else if (layer instanceof BatchNorm) batchNorm(layer, input, connect);
  else if (layer instanceof Scale) scale(layer, input, connect);
  else throw new Error(`no connections known for ${layer.kind}`);
  const axis = layer instanceof Dense ? output.length - 1 : layer instanceof Scale && layer.axis < 0 ? -1 : 1;
  positions(output).forEach((position, i) => {
    bias[i] = biasAt(layer, axis < 0 ? position.slice(-layer.weight.shape.length) : [position[axis]!]);
  });
  return { outputs, inputs, into, bias };
}

type Connect = (to: readonly number[], from: readonly number[], weight: number) => void;

function dense({ weight }: Dense, input: Shape, connect: Connect): void {
  const [out, features] = weight.shape as [number, number];
  for (const from of positions(input)) {
    for (let o = 0; o < out; o++) connect(from.with(-1, o), from, weight.data[o * features + from.at(-1)!]!);
  }
}

/** `z[n, o, p] = Σ W[o, i, t] x[n, i, p · stride − padding + t · dilation]`, i within the group of o. */
function conv(layer: Conv, output: Shape, connect: Connect): void {
  const [out, perGroup, ...kernel] = layer.weight.shape as [number, number, ...number[]];
  for (const [n, o, ...p] of positions(output) as [number, number, ...number[]][]) {
    const group = Math.floor(o / (out / layer.groups));
    positions([perGroup, ...kernel]).forEach(([i, ...t], k) => {
      const at = p.map((q, axis) => place(layer, axis, q, t[axis]!));
      const weight = layer.weight.data[o * perGroup * size(kernel) + k]!;
      connect([n, o, ...p], [n, group * perGroup + i!, ...at], weight);
    });
  }
}

/** Every input element is spread: `z[n, o, q · stride − padding + t · dilation] += W[i, o, t] x[n, i, q]`. */
function convTranspose(layer: ConvTranspose, input: Shape, connect: Connect): void {
  const [channels, perGroup, ...kernel] = layer.weight.shape as [number, number, ...number[]];
  for (const [n, i, ...q] of positions(input) as [number, number, ...number[]][]) {
    const group = Math.floor(i / (channels / layer.groups));
    positions([perGroup, ...kernel]).forEach(([o, ...t], k) => {
      const at = q.map((p, axis) => place(layer, axis, p, t[axis]!));
      connect([n, group * perGroup + o!, ...at], [n, i, ...q], layer.weight.data[i * perGroup * size(kernel) + k]!);
    });
  }
}

function place({ stride, padding, dilation }: Conv | ConvTranspose, axis: number, p: number, t: number): number {
  return p * stride[axis]! - padding[axis]![0] + t * dilation[axis]!;
}

/** `γ (x − μ) / √(σ² + ε) + β` for the channel at axis 1. */
function batchNorm({ gamma, variance, epsilon }: BatchNorm, input: Shape, connect: Connect): void {
  for (const position of positions(input)) {
    const c = position[1]!;
    connect(position, position, (gamma?.data[c] ?? 1) / Math.sqrt(variance.data[c]! + epsilon));
  }
}

/** The weight `[F, …]` at the last axes, or `[C]` at axis 1. */
function scale(layer: Scale, input: Shape, connect: Connect): void {
  const { shape, data } = layer.weight;
  for (const position of positions(input)) {
    const at = layer.axis === 1 ? position.slice(1, 1 + shape.length) : position.slice(-shape.length);
    connect(position, position, data[flat(shape, at)!]!);
  }
}

function biasAt(layer: AffineLayer, position: readonly number[]): number {
  if (layer instanceof BatchNorm) {
    const [c] = position as [number];
    const factor = (layer.gamma?.data[c] ?? 1) / Math.sqrt(layer.variance.data[c]! + layer.epsilon);
    return (layer.beta?.data[c] ?? 0) - layer.mean.data[c]! * factor;
  }
  return layer.bias === undefined ? 0 : layer.bias.data[flat(layer.bias.shape, position)!]!;
}

function size(shape: Shape): number {
  return shape.reduce((a, b) => a * b, 1);
}

/** The row-major index of a position; `undefined` where there is none. */
function flat(shape: Shape, position: readonly number[]): number | undefined {
  let index = 0;
  for (const [axis, at] of position.entries()) {
    if (at < 0 || at >= shape[axis]!) return undefined;
    index = index * shape[axis]! + at;
  }
  return index;
}
