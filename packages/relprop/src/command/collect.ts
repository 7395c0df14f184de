/** `relprop collect`: what a data set says of the concepts of some nodes, in one pass. */
import {
  collect as collectSamples, statisticsToBytes, type ChannelMeasure, type CollectOptions, type ConceptStatistics,
  type LabelledSample,
} from "@relprop/crp";
import { LRP } from "@relprop/lrp";
import type { Value } from "@relprop/tensor";
import { wholeNumber, type Given } from "./arguments.ts";
import { openDataSet, type DataSet } from "./data-set.ts";
import { fingerprint } from "./fingerprint.ts";
import { isArray } from "./input-files.ts";
import { group } from "./option.ts";
import { chooseComposite, compositeOptions } from "./options/composite.ts";
import { chooseReading, modelOptions } from "./options/model.ts";
import { jsonOption } from "./options/output.ts";
import { choosePreprocessing, describePreprocessing, pictureOptions } from "./options/picture.ts";
import { chooseTarget, targetOptions } from "./options/target.ts";
import { Progress } from "./progress.ts";
import { readPrepared } from "./read-model.ts";
import { difference, readStatistics, topics } from "./statistics-file.ts";
import type { Subcommand } from "./subcommand.ts";
import { InputError, UsageError, type Terminal } from "./terminal.ts";
import { visible } from "./visible.ts";

/** `relprop collect MODEL DATA --node NAME --output FILE [options]` */
export const collect: Subcommand = {
  summary: "which samples of a data set the concepts of a node are strongest in",
  usage: "MODEL DATA --node NAME --output FILE [options]",
  about: "Goes through DATA once, a folder of inputs (.png, .ppm, .jpg, .npy) or one .npy file with a sample per " +
    "row, and keeps which samples each channel of the nodes is strongest in, by relevance and by activation, with " +
    "means and counts, over all samples and per class. The output is saved every few seconds and may be " +
    "interrupted at any moment: the same command goes on where it was, and counts nothing twice.",
  options: [group([
    { name: "node", value: "NAME", repeats: true, help: "the node whose channels are the concepts" },
    { name: "output", value: "FILE", help: "where the statistics go, and where they are gone on from" },
    { name: "top", value: "N", help: "how many samples are kept per channel (40 by default)" },
    {
      name: "by", value: "NAME",
      help: "how the positions of a channel are put together: sum (the default), absSum or max",
    },
    { name: "normalize", help: "count every sample alike: shares of its relevance instead of relevance" },
    { name: "shard", value: "I/N", help: "only the I-th of N equal parts; relprop merge puts them together" },
    { name: "every", value: "SECONDS", help: "how often the statistics are saved (5 by default)" },
    jsonOption,
    { name: "keep-going", help: "leave out samples that cannot be read or explained, and name them (exit code 1)" },
    ...compositeOptions,
    ...targetOptions,
    ...pictureOptions,
    ...modelOptions,
  ])],
  async run(given, terminal) {
    const [path, data, ...more] = given.positionals;
    const [nodes, output] = [given.list("node"), given.text("output")];
    if (path === undefined || data === undefined || more.length > 0 || nodes.length === 0) {
      throw new UsageError("takes a MODEL, DATA and at least one --node; see relprop collect --help");
    }
    if (output === undefined) throw new UsageError("takes an --output for the statistics, got none");
    const by = chooseMeasure(given.text("by"));
    const [shard, every] = [chooseShard(given.text("shard")), chooseSeconds(given.text("every"))];
    const top = wholeNumber("top", given.text("top") ?? "40", 1);
    const preprocessing = choosePreprocessing(given);
    const compose = await chooseComposite(given, terminal, isArray(data) ? undefined : preprocessing);
    const model = await readPrepared(path, terminal, chooseReading(given));
    const { name, composite } = compose(model);
    const lrp = new LRP(model, composite);
    const dataSet = await openDataSet(data, lrp.model, terminal, preprocessing);
    const target = chooseTarget(given, model);
    const about = await describe(path, dataSet, name, given, terminal);
    const options = { nodes, top, target, by, normalize: given.on("normalize"), about };
    const stamp = await terminal.stamp(output);
    const from = await earlier(output, options, terminal);
    const said = { keepGoing: given.on("keep-going"), json: given.on("json") };
    const goal = { output, stamp, every, ...said, ...part(dataSet, shard) };
    await pass(lrp, dataSet, { ...options, ...(from && { from }) }, goal, terminal);
  },
};

/** Which samples are gone through, from `first` to before `end`, and where to and how often the results are saved. */
interface Pass {
  readonly first: number;
  readonly end: number;
  readonly output: string;
  /** Of what was there before. */
  readonly stamp: string | undefined;
  /** In seconds. */
  readonly every: number;
  readonly keepGoing: boolean;
  readonly json: boolean;
}

async function pass(
  lrp: LRP, dataSet: DataSet, options: CollectOptions, goal: Pass, terminal: Terminal,
): Promise<void> {
  const { first, end, output, every, keepGoing } = goal;
  const fresh = Array.from({ length: end - first }, (_, i) => first + i)
    .filter((id) => options.from?.samples.has(id) !== true);
  const before = end - first - fresh.length;
  const progress = new Progress(terminal, end - first);
  let [statistics, stamp, done, saved, savedAt, cost] = [options.from, goal.stamp, 0, 0, Date.now(), 0];
  const save = async (): Promise<void> => {
    if (statistics === undefined || saved === done) return;
    const start = Date.now();
    stamp = await terminal.replace(output, statisticsToBytes(statistics), stamp);
    if (stamp === undefined) {
      throw new InputError(`${output} was written by another run meanwhile, and stays as that left it; ` +
        "name another --output for this run, and put the two together with relprop merge");
    }
    [saved, savedAt, cost] = [done, Date.now(), Date.now() - start];
  };
  let left = 0;
  const failed = (id: number, error: unknown): void => {
    const why = error instanceof Error ? error.message : String(error);
    const what = error instanceof InputError ? why : `${dataSet.name(id)}: ${why}`;
    if (!keepGoing) throw new InputError(`${what} (--keep-going leaves it out)`, { cause: error });
    left += 1;
    progress.end();
    terminal.complain(`left out ${visible(what)}\n`);
  };
  const collecting = { ...options, failed: ({ id }: LabelledSample, error: unknown) => failed(id, error) };
  try {
    for await (statistics of collectSamples(lrp, samplesOf(dataSet, fresh, failed), collecting)) {
      done += 1;
      progress.step(before + done);
      // Large statistics take long to write: at most a tenth of the time is spent on it.
      if (Date.now() - savedAt >= Math.max(1000 * every, 9 * cost)) await save();
    }
  } finally {
    progress.end();
    await save();
  }
  const known = before === 0 ? "" : `, ${before} of them from before`;
  const count = end - first - left;
  const text = count === 0 ? "wrote nothing" : `wrote ${visible(output)}: ${count} samples${known}`;
  const json = { output: count === 0 ? null : output, samples: count, before, left };
  terminal.print(`${goal.json ? JSON.stringify(json) : text}\n`);
  if (left > 0) throw new InputError(`left out ${left} of ${end - first} samples`);
}

async function* samplesOf(
  dataSet: DataSet, ids: readonly number[], failed: (id: number, error: unknown) => void,
): AsyncGenerator<LabelledSample> {
  for (const id of ids) {
    let input: Value;
    try {
      input = await dataSet.read(id);
    } catch (error) {
      failed(id, error);
      continue;
    }
    yield { id, input };
  }
}

/** What the statistics are of, so that they go on, and merge, only with their like. */
async function describe(
  model: string, dataSet: DataSet, name: string, given: Given, terminal: Terminal,
): Promise<Readonly<Record<string, string>>> {
  const rules = ["bias", "box"].flatMap((option) => {
    const said = given.text(option);
    return said === undefined ? [] : [`${option} ${said}`];
  });
  const composite = name.endsWith(".json") ? fingerprint(await terminal.readText(name)) : name;
  const [target = "max", against] = [given.text("target"), given.text("against")];
  const preprocess = describePreprocessing(given);
  return {
    model: fingerprint(await terminal.read(model)),
    composite: [composite, ...rules].join(", "),
    target: against === undefined ? target : `${target} against ${against}`,
    by: given.text("by") ?? "sum",
    normalize: given.on("normalize") ? "yes" : "no",
    ...(preprocess === "" ? {} : { preprocess }),
    data: dataSet.about,
  };
}

/** The statistics of an earlier run; throws an `InputError` if that was about something else. */
async function earlier(
  output: string, options: CollectOptions, terminal: Terminal,
): Promise<ConceptStatistics | undefined> {
  if (!(await terminal.has(output))) return undefined;
  const from = await readStatistics(output, terminal);
  const { nodes, top = 40, about = {} } = options;
  const wanted = topics({ nodes: Object.fromEntries(nodes.map((node) => [node, 0])), top, about });
  const differs = difference(topics(from.settings), wanted);
  if (differs === undefined) return from;
  throw new InputError(`${output} is there already, of ${differs}; remove it, or name another --output`);
}

function chooseMeasure(text: string = "sum"): ChannelMeasure {
  if (text === "sum" || text === "absSum" || text === "max") return text;
  throw new UsageError(`--by takes sum, absSum or max, got "${text}"`);
}

function chooseShard(text: string = "1/1"): readonly [part: number, parts: number] {
  const [part = 0, parts = 0] = /^\d+\/\d+$/.test(text) ? text.split("/").map(Number) : [];
  if (part < 1 || part > parts) throw new UsageError(`--shard takes a part like 2/3, got "${text}"`);
  return [part, parts];
}

function chooseSeconds(text: string = "5"): number {
  const seconds = Number(text);
  if (text.trim() === "" || !(seconds >= 0)) throw new UsageError(`--every takes seconds, got "${text}"`);
  return seconds;
}

/** The samples of a shard: parts next to each other, so that the sets of seen samples stay short. */
function part({ size }: DataSet, [part, parts]: readonly [number, number]): Pick<Pass, "first" | "end"> {
  return { first: Math.floor((size * (part - 1)) / parts), end: Math.floor((size * part) / parts) };
}
