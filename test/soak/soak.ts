/** Analyses of all kinds, again and again, by rules and models that are made and dropped. */
import { setImmediate } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { CRP, topN } from "@relprop/crp";
import {
  AvgPool, BatchNorm, chain, Conv, Dense, GlobalAvgPool, MaxPool, relu, skip, type Model,
} from "@relprop/layers";
import {
  alphaBeta, canonize, composite, epsilonGammaBox, epsilonPlusFlat, everywhere, first, flat, gamma, generalizedGamma,
  LRP, wSquare, zPlus, type Assigned,
} from "@relprop/lrp";
import { EncodedTensor, halfFloats, kernels, sizeOf, type Shape, type Tensor } from "@relprop/tensor";
import { Draw } from "../property/draw.ts";

/** How long a soak is, and over how many models it is spread, one after another. */
export interface Soak {
  readonly analyses: number;
  readonly models: number;
}

const compositions: readonly ((draw: Draw) => Assigned)[] = [
  () => epsilonPlusFlat(),
  () => epsilonGammaBox({ low: -1, high: 1 }),
  (draw) => gamma(draw.number(0, 1)),
  (draw) => generalizedGamma(draw.number(0, 1)),
  () => alphaBeta(2, 1),
  () => composite(everywhere(zPlus()), first(wSquare())),
  () => flat(),
];

/** The bytes in use once garbage is collected: of the JavaScript heap with its arrays, and the memory of kernels. */
export interface Bytes {
  readonly arrays: number;
  /** Grows by an eighth or more at a time, whenever what is in use at one moment asks for it, and never shrinks. */
  readonly kernels: number;
}

/** The bytes in use at the middle and at the end of a soak, after each has settled. */
export async function soak({ analyses, models }: Soak): Promise<{ readonly middle: Bytes; readonly end: Bytes }> {
  const draw = new Draw(7);
  const each = Math.floor(analyses / models);
  let middle = { arrays: 0, kernels: 0 };
  for (let m = 0; m < models; m++) {
    const model = canonize(network(draw, m % 3 === 2));
    for (let i = 0; i < each; i++) {
      analyse(model, draw);
      if (i % 10 === 0) await setImmediate(); // memory of kernels is given back between turns of the event loop
    }
    if (m === Math.floor(models / 2) - 1) middle = await bytesInUse();
  }
  return { middle, end: await bytesInUse() };
}

function analyse(model: Model, draw: Draw): void {
  const input = draw.tensor([draw.integer(1, 3), 3, draw.integer(8, 24), draw.integer(8, 24)]);
  const lrp = new LRP(model, draw.among(compositions)(draw));
  if (draw.chance(0.2)) new CRP(lrp, "1", topN(3)).concepts(input);
  else if (draw.chance(0.2)) lrp.analyzeAll(input, { targets: [0, 1, "max"] });
  else if (lrp.analyze(input).conservation.rows.length === 0) throw new Error("soak: a report without rows");
}

/** About 1 MB of weights, or half as much where they are half floats. */
function network(draw: Draw, isEncoded: boolean): Model {
  const weight = (shape: Shape): Tensor => (isEncoded ? halves(shape, draw) : draw.tensor(shape, -0.1, 0.1));
  const conv = (from: number, to: number): Conv =>
    new Conv(weight([to, from, 3, 3]), { bias: draw.tensor([to]), padding: 1 });
  const channels = 64;
  const norm = new BatchNorm({ mean: draw.tensor([channels]), variance: draw.tensor([channels], 0.5, 1) });
  return chain(
    conv(3, channels), relu, new MaxPool(2), skip(chain(conv(channels, channels), norm, relu)), new AvgPool(2),
    conv(channels, 2 * channels), relu, new GlobalAvgPool({ keepDims: false }),
    new Dense(weight([10, 2 * channels])),
  );
}

/** Half floats between 2^-8 and 2^-3, of both signs. */
function halves(shape: Shape, draw: Draw): Tensor {
  const bits = Uint16Array.from({ length: sizeOf(shape) }, () =>
    draw.integer(0x1c00, 0x2fff) + (draw.chance(0.5) ? 0x8000 : 0));
  return new EncodedTensor(shape, halfFloats(bits));
}

export async function bytesInUse(): Promise<Bytes> {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  for (let i = 0; i < 5; i++) {
    collect();
    await setImmediate();
  }
  const { heapUsed, external } = process.memoryUsage();
  const { buffer } = kernels().allocate(4);
  return { arrays: heapUsed + external, kernels: kernels().name === "scalar" ? 0 : buffer.byteLength };
}
