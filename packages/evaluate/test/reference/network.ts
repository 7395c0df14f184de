/** The network and the numbers of reference.json. */
import { readFileSync } from "node:fs";
import { chain, Conv, Dense, Flatten, MaxPool, relu, type Model } from "@relprop/layers";
import { Tensor } from "@relprop/tensor";

export interface Reference {
  readonly network: Readonly<Record<"kernel" | "kernelBias" | "dense" | "denseBias", readonly number[]>>;
  readonly input: readonly number[];
  readonly baselines: readonly (readonly number[])[];
  readonly target: number;
  readonly logits: readonly number[];
  readonly deepLiftDelta: number;
  readonly shapley: readonly number[];
  readonly metrics: Readonly<Record<string, number>>;
  readonly [method: string]: unknown;
}

export const reference = JSON.parse(
  readFileSync(new URL("reference.json", import.meta.url).pathname, "utf8"),
) as Reference;

const of = (values: readonly number[], ...shape: number[]): Tensor => new Tensor(shape, Float32Array.from(values));

/** The network, with its activation apart or fused into the convolution. */
export function referenceNetwork(fused = false): Model {
  const { kernel, kernelBias, dense, denseBias } = reference.network;
  const options = { bias: of(kernelBias, 2), padding: 1 };
  const end = [new MaxPool(2), new Flatten(), new Dense(of(dense, 3, 8), { bias: of(denseBias, 3) })];
  return fused
    ? chain(new Conv(of(kernel, 2, 1, 3, 3), { ...options, activation: relu }), ...end)
    : chain(new Conv(of(kernel, 2, 1, 3, 3), options), relu, ...end);
}

export const picture = (values: readonly number[]): Tensor => of(values, 1, 1, 4, 4);
