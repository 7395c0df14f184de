/** `relprop concepts`: which concepts carry a prediction, as a sheet of pictures and as a graph. */
import { attributionGraph, conceptRelevance, graphToDot } from "@relprop/crp";
import { encodePng } from "@relprop/heatmap";
import { LRP, type Target } from "@relprop/lrp";
import type { Value } from "@relprop/tensor";
import { conceptAtlas, type AtlasOptions } from "../atlas.ts";
import { conceptGraph } from "../concept-graph.ts";
import { wholeNumber, type Given } from "./arguments.ts";
import { openDataSet } from "./data-set.ts";
import { group } from "./option.ts";
import { chooseComposite, compositeOptions } from "./options/composite.ts";
import { labelsOption, readLabelsFile } from "./options/labels.ts";
import { chooseReading, modelOptions } from "./options/model.ts";
import { forceOption, jsonOption } from "./options/output.ts";
import { choosePreprocessing, pictureOptions } from "./options/picture.ts";
import { chooseTarget, targetOptions } from "./options/target.ts";
import { isArray } from "./input-files.ts";
import { checkFree } from "./output-file.ts";
import { outputNames } from "./output-names.ts";
import { readInput, type ReadInput } from "./read-input.ts";
import { readPrepared } from "./read-model.ts";
import { readStatistics } from "./statistics-file.ts";
import type { Subcommand } from "./subcommand.ts";
import { InputError, UsageError, type Terminal } from "./terminal.ts";
import { visible } from "./visible.ts";

/** `relprop concepts MODEL INPUT --node NAME [options]` */
export const concepts: Subcommand = {
  summary: "which concepts carry a prediction, as a sheet of pictures and as a graph",
  usage: "MODEL INPUT --node NAME [options]",
  about: "Shows the channels of the node that carry the prediction of MODEL for INPUT (.png, .ppm, .jpg, .npy): how " +
    "much of the relevance each has, where it sees it, and, with statistics, what it saw in the samples it was " +
    "strongest in.",
  options: [group([
    { name: "node", value: "NAME", repeats: true, help: "the node whose channels are the concepts" },
    { name: "top", value: "N", help: "how many concepts (8 by default; with --graph, how many below each: 3)" },
    {
      name: "output", value: "FILE", writes: true,
      help: "write the atlas as .png; with several nodes, FILE holds a * that their names replace",
    },
    { name: "stats", value: "FILE", help: "statistics that relprop collect or relprop merge wrote" },
    { name: "data", value: "DATA", help: "the folder or .npy file they were collected from" },
    { name: "references", value: "N", help: "how many samples are shown per concept (6 by default)" },
    {
      name: "graph", value: "FILE", writes: true,
      help: "write which concepts feed which as .svg, .png or .dot, over all --node from the output down",
    },
    forceOption,
    jsonOption,
    ...compositeOptions,
    ...targetOptions,
    labelsOption,
    ...pictureOptions,
    ...modelOptions,
  ])],
  async run(given, terminal) {
    const [path, input, ...more] = given.positionals;
    if (path === undefined || input === undefined || more.length > 0 || given.list("node").length === 0) {
      throw new UsageError("takes a MODEL, one INPUT and at least one --node; see relprop concepts --help");
    }
    check(given);
    const [output, graph, isJson] = [given.text("output"), given.text("graph"), given.on("json")];
    const preprocessing = choosePreprocessing(given);
    const compose = await chooseComposite(given, terminal, isArray(input) ? undefined : preprocessing);
    const model = await readPrepared(path, terminal, chooseReading(given));
    const lrp = new LRP(model, compose(model).composite);
    const read = await readInput(input, lrp.model, terminal, preprocessing);
    const target = chooseTarget(given, model, await readLabelsFile(given.text("labels"), terminal));
    const order = lrp.model.nodes.map(({ name }) => name).reverse();
    const nodes = given.list("node").map((name) => lrp.model.node(name).name);
    nodes.sort((a, b) => order.indexOf(a) - order.indexOf(b));
    const files = output === undefined ? [] : outputNames(output, nodes);
    await checkFree(files, given, terminal);
    const found = nodes.map((node) => strongest(lrp, read, node, target, count(given, 8)));
    if (!isJson) for (const each of found) print(each, terminal);
    const known = output === undefined ? {} : await references(given, lrp, terminal);
    for (const [i, file] of files.entries()) {
      const node = nodes[i]!;
      const title = `${visible(read.path.replace(/^.*[\\/]/, ""))}: concepts of ${node}`;
      const options = { ...known, target, title, top: count(given, 8), ...(read.image && { image: read.image }) };
      await terminal.write(file, await encodePng(await conceptAtlas(lrp, read.tensor, node, options)));
      if (!isJson) terminal.print(`wrote ${visible(file)}\n`);
    }
    if (graph !== undefined) {
      await terminal.write(graph, await drawnGraph(graph, lrp, read, nodes, { target, top: count(given, 3) }));
      if (!isJson) terminal.print(`wrote ${visible(graph)}\n`);
    }
    const wrote = [...files, ...(graph === undefined ? [] : [graph])];
    if (isJson) terminal.print(`${JSON.stringify({ input, nodes: found, wrote })}\n`);
  },
};

async function drawnGraph(
  file: string, lrp: LRP, { tensor, image, path }: ReadInput, nodes: readonly string[],
  options: { readonly target: Target; readonly top: number },
): Promise<string | Uint8Array> {
  if (file.endsWith(".dot")) return graphToDot(attributionGraph(lrp, tensor, nodes, options));
  const title = `${visible(path.replace(/^.*[\\/]/, ""))}: which concepts feed which`;
  const drawing = conceptGraph(lrp, tensor, nodes, { ...options, image, title });
  return file.endsWith(".svg") ? `${drawing.svg()}\n` : drawing.png();
}

function check(given: Given): void {
  const [output, graph] = [given.text("output"), given.text("graph")];
  if (output !== undefined && !output.endsWith(".png")) {
    throw new UsageError(`--output takes a .png file, got "${output}"`);
  }
  if (output !== undefined && given.list("node").length > 1 && !output.includes("*")) {
    throw new UsageError(`--output takes a name with a * for several nodes, got "${output}"`);
  }
  if (graph !== undefined && !/\.(svg|png|dot)$/.test(graph)) {
    throw new UsageError(`--graph takes a .svg, .png or .dot file, got "${graph}"`);
  }
  if ((given.text("stats") === undefined) !== (given.text("data") === undefined)) {
    throw new UsageError("--stats takes the --data they were collected from, and --data takes --stats");
  }
}

function count(given: Given, normally: number): number {
  return wholeNumber("top", given.text("top") ?? `${normally}`, 1);
}

/** The channels of a node that carry most, with their shares of its relevance. */
interface Strongest {
  readonly node: string;
  readonly concepts: readonly { readonly channel: number; readonly share: number }[];
}

function strongest(lrp: LRP, { tensor }: ReadInput, node: string, target: Target, most: number): Strongest {
  const { data } = conceptRelevance(lrp, tensor, [node], { target, normalize: true }).get(node)!.relevance;
  const order = Array.from(data, (_, channel) => channel).sort((a, b) => data[b]! - data[a]! || a - b).slice(0, most);
  return { node, concepts: order.map((channel) => ({ channel, share: data[channel]! })) };
}

function print({ node, concepts: listed }: Strongest, terminal: Terminal): void {
  terminal.print(`${node}\n`);
  const largest = Math.abs(listed[0]?.share ?? 1);
  for (const { channel, share } of listed) {
    const blocks = "#".repeat(Math.round((24 * Math.abs(share)) / largest));
    const shown = `${(100 * share).toFixed(1)} %`;
    terminal.print(`  concept ${String(channel).padStart(4)}  ${shown.padStart(7)}  ${blocks}\n`);
  }
}

/** What an atlas needs to show samples of the data set the statistics were collected from. */
async function references(given: Given, lrp: LRP, terminal: Terminal): Promise<AtlasOptions> {
  const shown = { references: wholeNumber("references", given.text("references") ?? "6", 1) };
  const [stats, data] = [given.text("stats"), given.text("data")];
  if (stats === undefined || data === undefined) return shown;
  const statistics = await readStatistics(stats, terminal);
  const preprocessing = choosePreprocessing(given);
  const dataSet = await openDataSet(data, lrp.model, terminal, preprocessing);
  const about = statistics.settings.about?.["data"];
  if (about !== undefined && about !== dataSet.about) {
    throw new InputError(`${data} has ${dataSet.about}, but ${stats} was collected from ${about}`);
  }
  const sample = async (id: number): Promise<Value> => {
    if (id < dataSet.size) return dataSet.read(id);
    throw new InputError(`${stats} names sample ${id}, but ${data} has ${dataSet.size}`);
  };
  return { ...shown, statistics, sample };
}
