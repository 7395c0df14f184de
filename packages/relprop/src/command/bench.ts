/** `relprop bench`: how long one's own network takes, forward and back. */
import { performance } from "node:perf_hooks";
import process from "node:process";
import type { Model } from "@relprop/layers";
import { isAffine } from "@relprop/layers";
import { LRP, planOf } from "@relprop/lrp";
import { kernels, scalar, Tensor, useKernels, type Shape } from "@relprop/tensor";
import { useSimd, useThreads } from "@relprop/tensor/simd";
import { fittedLines } from "./narrow-table.ts";
import { onlyPath, wholeNumber, type Given } from "./arguments.ts";
import { group } from "./option.ts";
import { chooseComposite, compositeOptions } from "./options/composite.ts";
import { chooseReading, modelOptions } from "./options/model.ts";
import { jsonOption } from "./options/output.ts";
import { readPrepared } from "./read-model.ts";
import type { Subcommand } from "./subcommand.ts";
import { UsageError } from "./terminal.ts";

/** Milliseconds of a pass: the middle of all runs, and the least. */
interface Timing {
  readonly median: number;
  readonly best: number;
}

/** `relprop bench MODEL [options]` */
export const bench: Subcommand = {
  summary: "how long a model takes, forward and explained",
  usage: "MODEL [options]",
  about: "Times the forward pass of MODEL (.onnx) and an explanation of one output, in turns, on noise, after both " +
    "are warmed up.",
  options: [group([
    {
      name: "input", value: "EXTENTS",
      help: "the shape of the input, as in 1x3x224x224; needed where the model leaves extents free",
    },
    ...compositeOptions,
    { name: "runs", value: "N", help: "how often each is timed (10 by default)" },
    { name: "threads", value: "N", help: "share the work among N threads (1 by default)" },
    { name: "kernels", value: "NAME", help: "simd (the default, where there is SIMD) or scalar" },
    ...modelOptions,
    jsonOption,
  ])],
  async run(given, terminal) {
    const compose = await chooseComposite(given, terminal);
    const runs = wholeNumber("runs", given.text("runs") ?? "10", 1);
    const before = kernels();
    try {
      const threads = await chooseKernels(given);
      const model = await readPrepared(onlyPath(given, "MODEL"), terminal, chooseReading(given));
      const shape = chooseShape(given.text("input"), model);
      const { name, composite } = compose(model);
      const lrp = new LRP(model, composite);
      const input = noise(shape);
      const [forward, explained] = timeInTurns(runs, [
        () => lrp.scratch(() => model.predict(input)),
        () => lrp.analyze(input),
      ]) as [Timing, Timing];
      const report = {
        kernels: kernels().name,
        threads,
        input: shape,
        composite: name,
        runs,
        forward,
        lrp: explained,
        ratio: explained.median / forward.median,
        bytes: {
          weights: weightBytes(model),
          passes: planOf(lrp, shape).bytes,
          peak: process.resourceUsage().maxRSS * 1024,
        },
      };
      terminal.print(given.on("json") ? `${JSON.stringify(report)}\n` : fittedLines(asText(report), terminal.columns));
    } finally {
      if (given.text("threads") !== undefined) await useThreads(1);
      useKernels(before);
    }
  },
};

type Report = Readonly<{
  kernels: string; threads: number; input: Shape; composite: string; runs: number;
  forward: Timing; lrp: Timing; ratio: number; bytes: Readonly<{ weights: number; passes: number; peak: number }>;
}>;

function asText({ kernels: name, threads, input, composite, runs, forward, lrp, ratio, bytes }: Report): string {
  const time = ({ median, best }: Timing): string => `${milliseconds(median)}  (best ${milliseconds(best)})`;
  const width = `LRP ${composite}`.length;
  return [
    `${name} kernels, ${threads} thread${threads === 1 ? "" : "s"}, input ${input.join("x")}, medians of ${runs} runs`,
    `${"forward".padEnd(width)}  ${time(forward)}`,
    `LRP ${composite}  ${time(lrp)}, ${ratio.toFixed(2)} times the forward pass`,
    `memory: ${megabytes(bytes.weights)} of weights, ${megabytes(bytes.passes)} of activations and relevances, ` +
      `${megabytes(bytes.peak)} held at most by the process`,
    "",
  ].join("\n");
}

/** Turns on what is asked for and says how many threads work. */
async function chooseKernels(given: Given): Promise<number> {
  const name = given.text("kernels") ?? "simd";
  const count = wholeNumber("threads", given.text("threads") ?? "1", 1);
  if (name !== "simd" && name !== "scalar") throw new UsageError(`--kernels takes simd or scalar, got "${name}"`);
  if (name === "scalar") {
    if (count > 1) throw new UsageError("--threads takes 1 for scalar kernels: threads are for simd");
    useKernels(scalar);
    return 1;
  }
  if (count === 1) {
    useSimd();
    return 1;
  }
  return Math.max(1, await useThreads(count));
}

/** The given shape, or that of the model where it leaves only the batch free. */
function chooseShape(text: string | undefined, model: Model): Shape {
  if (text !== undefined) {
    const shape = text.split(/[x,]/).map(Number);
    if (shape.some((extent) => !Number.isInteger(extent) || extent < 1)) {
      throw new UsageError(`--input takes extents as in 1x3x224x224, got "${text}"`);
    }
    return shape;
  }
  const shape = model.inputs[0]?.shape?.map((extent, axis) => extent ?? (axis === 0 ? 1 : undefined));
  if (shape === undefined || shape.includes(undefined)) {
    const known = shape === undefined ? "any shape" : shape.map((extent) => extent ?? "?").join("x");
    throw new UsageError(`needs --input, since the model takes ${known}`);
  }
  return shape as Shape;
}

/** Numbers within (−1, 1) that are the same every time. */
function noise(shape: Shape): Tensor {
  let state = 1;
  const size = shape.reduce((total, extent) => total * extent, 1);
  const next = (): number => (state = (Math.imul(state, 1664525) + 1013904223) | 0) / 2 ** 31;
  return new Tensor(shape, Float32Array.from({ length: size }, next));
}

/** Milliseconds in which engines optimise what small networks need. */
const WARM_UP = 300;

/** Every pass once per round, so that a machine whose speed drifts treats them alike. */
function timeInTurns(runs: number, passes: readonly (() => unknown)[]): readonly Timing[] {
  const times = passes.map((): number[] => []);
  const warm = performance.now() + WARM_UP;
  for (let round = 0; round < 2 || performance.now() < warm; round++) for (const pass of passes) pass();
  for (let round = 0; round < runs; round++) {
    passes.forEach((pass, i) => {
      const start = performance.now();
      pass();
      times[i]!.push(performance.now() - start);
    });
  }
  return times.map((each) => {
    const sorted = each.toSorted((a, b) => a - b);
    return { median: sorted[sorted.length >> 1]!, best: sorted[0]! };
  });
}

function weightBytes(model: Model): number {
  return model.nodes.reduce((total, { layer }) => total + (isAffine(layer) ? 4 * layer.weight.size : 0), 0);
}

function milliseconds(value: number): string {
  return `${value >= 100 ? value.toFixed(0) : value.toPrecision(3)} ms`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
