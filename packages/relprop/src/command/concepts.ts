/** `relprop concepts`: which concepts carry a prediction, as a sheet of pictures and as a graph. */
import { attributionGraph, conceptRelevance, graphToDot, graphToSvg } from "@relprop/crp";
import { encodePng } from "@relprop/heatmap";
import { LRP, type Target } from "@relprop/lrp";
import type { Value } from "@relprop/tensor";
import { conceptAtlas, type AtlasOptions } from "../atlas.ts";
import { readArguments, wholeNumber, type Given } from "./arguments.ts";
import { chooseComposite, chooseTarget } from "./choices.ts";
import { openDataSet } from "./data-set.ts";
import { outputNames } from "./output-names.ts";
import { choosePreprocessing, readInput, type ReadInput } from "./read-input.ts";
import { readPrepared } from "./read-model.ts";
import { readStatistics } from "./statistics-file.ts";
import type { Subcommand } from "./subcommand.ts";
import { InputError, UsageError, type Terminal } from "./terminal.ts";
import { visible } from "./visible.ts";

const HELP = `relprop concepts MODEL INPUT --node NAME [options]

Shows the channels of the node that carry the prediction of MODEL for INPUT (.png, .ppm, .jpg, .npy): how much of the
relevance each has, where it sees it, and, with statistics, what it saw in the samples it was strongest in.

  --node NAME          the node whose channels are the concepts (may be repeated)
  --top N              how many concepts (8 by default; with --graph, how many below each: 3)
  --output FILE        write the atlas as .png; with several nodes, FILE holds a * that their names replace
  --stats FILE         statistics that relprop collect or relprop merge wrote
  --data DATA          the folder or .npy file they were collected from
  --references N       how many samples are shown per concept (6 by default)
  --graph FILE         write which concepts feed which as .svg or .dot, over all --node from the output down
  --composite NAME     as in relprop explain
  --preprocess NAME    as in relprop explain
  --layout NAME        as in relprop explain
  --target N|max       the output to explain; the largest by default`;

/** `relprop concepts MODEL INPUT --node NAME [options]` */
export const concepts: Subcommand = {
  summary: "which concepts carry a prediction, as a sheet of pictures and as a graph",
  help: HELP,
  async run(args, terminal) {
    const given = readArguments(args, {
      node: "list", top: "text", output: "text", stats: "text", data: "text", references: "text", graph: "text",
      composite: "text", target: "text", preprocess: "text", layout: "text",
    });
    const [path, input, ...more] = given.positionals;
    if (path === undefined || input === undefined || more.length > 0 || given.list("node").length === 0) {
      throw new UsageError("takes a MODEL, one INPUT and at least one --node; see relprop concepts --help");
    }
    check(given);
    const preprocessing = choosePreprocessing(given.text("preprocess"), given.text("layout"));
    const lrp = new LRP(await readPrepared(path, terminal), await chooseComposite(given.text("composite"), terminal));
    const read = await readInput(input, lrp.model, terminal, preprocessing);
    const target = chooseTarget(given.text("target"));
    const order = lrp.model.nodes.map(({ name }) => name).reverse();
    const nodes = given.list("node").map((name) => lrp.model.node(name).name);
    nodes.sort((a, b) => order.indexOf(a) - order.indexOf(b));
    for (const node of nodes) print(lrp, read, node, target, count(given, 8), terminal);
    const output = given.text("output");
    const known = output === undefined ? {} : await references(given, lrp, terminal);
    const files = output === undefined ? [] : outputNames(output, nodes);
    for (const [i, file] of files.entries()) {
      const node = nodes[i]!;
      const title = `${visible(read.path.replace(/^.*[\\/]/, ""))}: concepts of ${node}`;
      const options = { ...known, target, title, top: count(given, 8), ...(read.image && { image: read.image }) };
      await terminal.write(file, await encodePng(await conceptAtlas(lrp, node, read.tensor, options)));
      terminal.print(`wrote ${visible(file)}\n`);
    }
    const graph = given.text("graph");
    if (graph === undefined) return;
    const found = attributionGraph(lrp, read.tensor, nodes, { target, top: count(given, 3) });
    await terminal.write(graph, graph.endsWith(".svg") ? graphToSvg(found) : graphToDot(found));
    terminal.print(`wrote ${visible(graph)}\n`);
  },
};

function check(given: Given): void {
  const [output, graph] = [given.text("output"), given.text("graph")];
  if (output !== undefined && !output.endsWith(".png")) {
    throw new UsageError(`--output takes a .png file, got "${output}"`);
  }
  if (output !== undefined && given.list("node").length > 1 && !output.includes("*")) {
    throw new UsageError(`--output takes a name with a * for several nodes, got "${output}"`);
  }
  if (graph !== undefined && !/\.(svg|dot)$/.test(graph)) {
    throw new UsageError(`--graph takes a .svg or .dot file, got "${graph}"`);
  }
  if ((given.text("stats") === undefined) !== (given.text("data") === undefined)) {
    throw new UsageError("--stats takes the --data they were collected from, and --data takes --stats");
  }
}

function count(given: Given, normally: number): number {
  return wholeNumber("top", given.text("top") ?? `${normally}`, 1);
}

function print(
  lrp: LRP, { tensor }: ReadInput, node: string, target: Target, most: number, terminal: Terminal,
): void {
  const { data } = conceptRelevance(lrp, tensor, [node], { target, normalize: true }).get(node)!.relevance;
  const order = Array.from(data, (_, channel) => channel).sort((a, b) => data[b]! - data[a]! || a - b).slice(0, most);
  terminal.print(`${node}\n`);
  for (const channel of order) {
    const blocks = "#".repeat(Math.round((24 * Math.abs(data[channel]!)) / Math.abs(data[order[0]!]!)));
    const share = `${(100 * data[channel]!).toFixed(1)} %`;
    terminal.print(`  concept ${String(channel).padStart(4)}  ${share.padStart(7)}  ${blocks}\n`);
  }
}

/** What an atlas needs to show samples of the data set the statistics were collected from. */
async function references(given: Given, lrp: LRP, terminal: Terminal): Promise<AtlasOptions> {
  const shown = { references: wholeNumber("references", given.text("references") ?? "6", 1) };
  const [stats, data] = [given.text("stats"), given.text("data")];
  if (stats === undefined || data === undefined) return shown;
  const statistics = await readStatistics(stats, terminal);
  const preprocessing = choosePreprocessing(given.text("preprocess"), given.text("layout"));
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
