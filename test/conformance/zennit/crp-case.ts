/** Relevance on conditions. */
import { channelRelevance, CRP, type ConditionalRelevance, type Condition, type Pairing } from "@relprop/crp";
import type { Target } from "@relprop/lrp";
import { sumAxis, Tensor } from "@relprop/tensor";
import type { CaseFile } from "../case-file.ts";
import { check, type Check } from "../check.ts";
import { listOfWords, NotUnderstood, type Words } from "../words.ts";
import { compositeAnalyzer, prepareCase, recorded } from "./network-case.ts";
import { OUTPUT, relevanceName, relevanceTolerance } from "./tolerance.ts";

/** The output, heatmaps on every condition, and the relevance of nodes and their channels on each of them. */
export function zennitCrpCase(file: CaseFile): readonly Check[] {
  const prepared = prepareCase(file);
  const lrp = compositeAnalyzer(prepared);
  const { nodeOf } = prepared;
  const input = file.tensor("input");
  const words = listOfWords(file.json("conditions"), "conditions");
  const conditions = words.map((condition) => conditionOf(condition, nodeOf));
  const args = file.words("crp_args");
  const start = args.has("start_layer") ? nodeOf(args.text("start_layer")) : undefined;
  const nodes = recorded(file);
  // Pairwise where there are as many conditions as samples; else every condition with every sample.
  const pairing: Pairing = input.shape[0] === words.length ? "zip" : "product";
  const tape = lrp.forward(input);
  const value = tape.value(start ?? lrp.model.outputs[0]!);
  const results = new CRP(lrp).conditional(tape, conditions, {
    pairing,
    // Relevance starts from the value of what is explained, and from all of it where a condition names no class.
    start: "value",
    ...(start === undefined ? { target: value } : { startAt: start }),
    layers: nodes.map(nodeOf),
    excludeParallel: args.flag("exclude_parallel", true),
  });
  const join = (pick: (result: ConditionalRelevance) => Tensor): Tensor => rows(results.map(pick));
  const tolerance = relevanceTolerance(file);
  const relevance = join((result) => result.relevance);
  return [
    check("output", pairing === "zip" ? value : join(() => value), file.stored("output"), OUTPUT),
    check("relevance", relevance, file.stored(relevanceName(file)), tolerance),
    check("heatmap", sumAxis(relevance, 1), file.stored("heatmap"), tolerance),
    ...nodes.flatMap((node) => {
      const arrived = join((result) => result.layers.get(nodeOf(node))!);
      const shares = normalized(channelRelevance(arrived));
      return [
        check(`relevance.${node}`, arrived, file.stored(`relevance.${node}`), tolerance),
        check(`channel_relevance.${node}`, shares, file.stored(`channel_relevance.${node}`), tolerance),
      ];
    }),
  ];
}

/** Channels per module, and classes under `y`; of several classes or channels any counts. */
function conditionOf(words: Words, nodeOf: (module: string) => string): Condition {
  const modules = words.keys.filter((key) => key !== "y");
  const nodes = Object.fromEntries(modules.map((module) => [nodeOf(module), words.numbers(module)]));
  if (!words.has("y")) return { nodes };
  const target: Target = { sum: words.numbersOf("y") };
  return { nodes, target };
}

/** Sample by sample, and condition by condition within each. */
function rows(results: readonly Tensor[]): Tensor {
  const [first] = results;
  if (first === undefined) throw new NotUnderstood("conditions: takes at least one, got none");
  const [samples, ...rest] = first.shape as [number, ...number[]];
  const parts = Array.from({ length: samples }, (_, n) => results.map((result) => result.rows(n, n + 1))).flat();
  const data = new Float32Array(results.length * first.size);
  parts.forEach((part, i) => data.set(part.data, i * part.size));
  return new Tensor([parts.length, ...rest], data);
}

/** Every row over the sum of its absolute values. */
function normalized(channels: Tensor): Tensor {
  const count = channels.shape[1]!;
  const data = channels.data.map((value, i) => {
    const row = channels.data.subarray(i - (i % count), i - (i % count) + count);
    return value / row.reduce((total, share) => total + Math.abs(share), 0);
  });
  return new Tensor(channels.shape, data);
}
