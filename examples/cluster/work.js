// What is computed: the statistics of the concepts of digits.onnx over the digits that are bundled with it.
import { collect, statisticsFromBytes, statisticsToBytes } from "@relprop/crp";
import { analyzer, nodes, samples } from "../digits/concepts/statistics.js";

/** How many digits there are. */
export const DIGITS = 1797;

/** What statistics of this work are of; those of anything else are not merged with them. */
const options = { nodes, about: { model: "digits.onnx", composite: "epsilon-plus-flat", data: "digits" } };

/** The network and the digits, read once by a process. */
export async function open() {
  const [lrp, list] = await Promise.all([analyzer(), samples()]);
  return { lrp, list };
}

/** Map: the statistics of the samples from `first` to before `end`, as text. Calls `each` after every sample. */
export async function analyzeShard({ lrp, list }, { first, end }, each = async () => {}) {
  let statistics;
  for await (statistics of collect(lrp, list.slice(first, end), options)) await each();
  return asText(statistics);
}

/** Reduce: the statistics of several shards as those of one, in any order. Calls `each` after every shard. */
export async function mergeShards(shards, each = async () => {}) {
  let all;
  for (const shard of shards) {
    const next = fromText(shard);
    all = all === undefined ? next : all.merge(next);
    await each();
  }
  return asText(all);
}

/** `count` parts of `size` samples. */
export function shardsOf(size, count) {
  const start = (i) => Math.floor((size * i) / count);
  return Array.from({ length: count }, (_, i) => ({ first: start(i), end: start(i + 1) }));
}

// Statistics are ASCII as bytes, so they are text as they are.
const asText = (statistics) => Buffer.from(statisticsToBytes(statistics)).toString("latin1");
const fromText = (text) => statisticsFromBytes(Buffer.from(text, "latin1"));
