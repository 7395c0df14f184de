/** An explanation as text for a terminal, or as data. */
import { samplesOf } from "@relprop/heatmap";
import type { Model } from "@relprop/layers";
import type { Explanation } from "@relprop/lrp";
import { number, relevanceText } from "../explained-text.ts";
import { oddLabels } from "../odd-labels.ts";
import { formatScores, scored } from "../scored.ts";
import type { Given } from "./arguments.ts";
import type { FoundConcept } from "./explain-concepts.ts";
import type { ReadInput } from "./read-input.ts";
import type { Terminal } from "./terminal.ts";
import { visible } from "./visible.ts";
import { fittedLines, isTooWide, narrowTable } from "./narrow-table.ts";

/** What is known besides an explanation. */
export interface Showing {
  readonly given: Given;
  readonly model: Model;
  /** The name of the composite or of the method. */
  readonly name: string;
  readonly labels: readonly string[] | undefined;
  readonly features: readonly string[] | undefined;
  readonly shares: boolean;
  /** The channel that was explained as a whole. */
  readonly channel: number | undefined;
  /** Concepts, where they were asked for. */
  readonly concepts?: readonly FoundConcept[] | undefined;
}

/** So many samples of an input are shown. */
const MOST_SAMPLES = 10;

/** Scores, picture or bars for each sample, where relevance went, layers that were asked for, and warnings. */
export function printExplanation(
  input: ReadInput, explanation: Explanation, showing: Showing, terminal: Terminal,
): void {
  const { given, model } = showing;
  const options = { depth: terminal.depth, width: terminal.columns };
  const layout = model.layout(model.outputs[0]!);
  const count = samplesOf(explanation.relevance);
  terminal.print(`${visible(input.path)}\n`);
  for (let sample = 0; sample < Math.min(count, MOST_SAMPLES); sample++) {
    if (count > 1) terminal.print(`sample ${sample} of ${count}\n`);
    terminal.print(`${formatScores(scored(explanation, { ...showing, layout, sample }))}\n`);
    const features = (showing.features ?? input.rows?.[sample] ?? input.features)?.map(visible);
    const about = { features, input: input.tensor };
    const drawn = relevanceText({ relevance: explanation.relevance, layout: input.layout }, about, sample, options);
    for (const text of drawn) terminal.print(`${text.replace("the option layout", "the option --layout")}\n`);
  }
  if (count > MOST_SAMPLES) terminal.print(`… and ${count - MOST_SAMPLES} more samples; --json has all of them\n`);
  if (!keepsBooks(given)) {
    const sum = explanation.relevance.data.reduce((all, each) => all + each, 0);
    terminal.print(`relevance adds up to ${number(sum)} (${showing.name})\n`);
  } else printBooks(explanation, showing, count, terminal);
  const [, ...more] = explanation.inputs;
  for (const [name, relevance] of [...more, ...explanation.layers]) {
    terminal.print(
      `${name}: relevance [${relevance.shape.join(", ")}], sum ${number(relevance.data.reduce((a, b) => a + b, 0))}\n`,
    );
  }
  if (given.on("conservation") && keepsBooks(given)) {
    terminal.print(`${booksAsText(explanation, terminal.columns)}\n`);
  }
  for (const sample of withoutScores(explanation, count)) {
    const which = count > 1 ? `sample ${sample}` : "the input";
    terminal.complain(`warning: scores of ${which} are no numbers: is it empty, or masked throughout?\n`);
  }
  for (const warning of warningsOf(input, explanation, showing)) terminal.complain(`warning: ${warning}\n`);
}

function warningsOf(
  { remarks }: ReadInput, { warnings, output }: Explanation, { labels, model }: Showing,
): readonly string[] {
  const odd = oddLabels(labels, output, model.layout(model.outputs[0]!));
  return [...warnings, ...remarks, ...(odd === undefined ? [] : [odd])];
}

/** The samples of whose scores one is NaN or infinite. */
function withoutScores({ output: { shape, data } }: Explanation, count: number): readonly number[] {
  const size = data.length / count;
  const samples = shape[0] === count || count === 1 ? [...new Array(count).keys()] : [];
  return samples.filter((n) => !data.subarray(n * size, (n + 1) * size).every(Number.isFinite));
}

/** Whether what was asked for says where relevance went: other methods than LRP have nothing to keep. */
export function keepsBooks(given: Given): boolean {
  return [undefined, "lrp"].includes(given.text("method"));
}

function printBooks(
  { conservation }: Explanation, showing: Showing, count: number, terminal: Terminal,
): void {
  const { started, arrived, totals } = conservation;
  const line = `relevance ${number(started)}${count > 1 ? ` of ${count} samples` : ""}: ${number(arrived)} on the ` +
    `input, ${number(totals.bias)} in biases, ${number(totals.stabilizer)} in stabilisers, ` +
    `${number(totals.dead + totals.other)} lost (${showing.name})`;
  terminal.print(`${fittedLines(line, terminal.columns)}\n`);
}

/** The same as data. */
export function explanationAsJson(
  input: ReadInput, explanation: Explanation, showing: Showing,
): unknown {
  const { path, features } = input;
  const { relevance, output, target, layers } = explanation;
  const tensor = ({ shape, data }: { readonly shape: readonly number[]; readonly data: Float32Array }): unknown =>
    ({ shape, data: [...data] });
  return {
    input: path,
    composite: showing.name,
    target,
    output: tensor(output),
    relevance: tensor(relevance),
    ...(features !== undefined && { features }),
    ...(explanation.inputs.size > 1 && {
      inputs: Object.fromEntries([...explanation.inputs].map(([name, each]) => [name, tensor(each)])),
    }),
    layers: Object.fromEntries([...layers].map(([name, layer]) => [name, tensor(layer)])),
    ...(keepsBooks(showing.given) && { conservation: booksAsJson(explanation, showing.given) }),
    ...(showing.concepts !== undefined && {
      concepts: showing.concepts.map(({ channel, atNode, relevance: through }) =>
        ({ node: showing.given.text("node"), channel, atNode, relevance: tensor(through) })),
    }),
    warnings: warningsOf(input, explanation, showing),
  };
}

function booksAsJson({ conservation }: Explanation, given: Given): unknown {
  const { started, arrived, totals, rows } = conservation;
  return { started, arrived, ...totals, ...(given.on("conservation") ? { rows } : {}) };
}

/** The books node by node: a table, or a block for each node where a terminal is narrower. */
function booksAsText({ conservation }: Explanation, columns: number): string {
  const wide = conservation.toString();
  if (!isTooWide(wide, columns)) return wide;
  const { rows, totals, started, arrived, warnings } = conservation;
  const names = ["in", "out", "bias", "stabilizer", "dead", "ended", "other"] as const;
  const total = { ...totals, node: "total", rule: "", in: started, out: arrived };
  const cells = [...rows, total].map((row) => [row.node, row.rule, ...names.map((name) => number(row[name]))]);
  const table = narrowTable(["node", "rule", ...names], cells, columns);
  return [table, ...warnings.map((each) => `warning: ${each}`)].join("\n");
}
