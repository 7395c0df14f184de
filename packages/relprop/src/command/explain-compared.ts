/** `relprop explain --compare`: what several composites make of the same pictures, side by side. */
import { encodePng, sheet, tensorToImage, type SheetRow } from "@relprop/heatmap";
import { inParts, LRP, type Explanation, type PreparedModel, type Target } from "@relprop/lrp";
import { Tensor } from "@relprop/tensor";
import { fittedLines } from "./narrow-table.ts";
import type { Given } from "./arguments.ts";
import type { Option } from "./option.ts";
import type { ChosenComposite } from "./options/composite.ts";
import type { Look } from "./options/output.ts";
import { readInput, type ReadInput } from "./read-input.ts";
import type { FitOptions } from "../fit-picture.ts";
import { formatScores, scored, type ScoreOptions } from "../scored.ts";
import { explanationAsJson } from "./show-explanation.ts";
import { InputError, UsageError, type Terminal } from "./terminal.ts";
import { pictureOf } from "./write-explanation.ts";
import { visible } from "./visible.ts";

/** `--compare` */
export const compareOption: Option = {
  name: "compare", value: "A,B,...",
  help: "what each of these composites makes of every INPUT; --output takes a .png with all of them side by side",
};

/** What is explained, and how. */
export interface Compared {
  readonly given: Given;
  readonly model: PreparedModel;
  readonly inputs: readonly string[];
  readonly fit: FitOptions;
  readonly look: Look;
  readonly target: Target;
  readonly scores: ScoreOptions;
  compose(name: string): ChosenComposite;
}

/** The composites that `--compare` names; `undefined` where it was not given. */
export function comparedNames(given: Given): readonly string[] | undefined {
  const text = given.text("compare");
  if (text === undefined) return undefined;
  const names = text.split(",").map((name) => name.trim()).filter((name) => name !== "");
  if (names.length < 2) throw new UsageError(`--compare takes at least two composites, got "${text}"`);
  for (const other of ["composite", "method", "manifest", "concepts", "format"]) {
    if (given.text(other) !== undefined) throw new UsageError(`--compare takes no --${other} beside it`);
  }
  const output = given.text("output");
  if (output !== undefined && !output.endsWith(".png")) {
    throw new UsageError(`--output takes a .png file with --compare, got "${output}"`);
  }
  return names;
}

/** Prints where relevance went with each composite, and writes one picture of all heatmaps. */
export async function explainCompared(
  names: readonly string[], { given, model, inputs, fit, look, target, scores, compose }: Compared, terminal: Terminal,
): Promise<void> {
  const output = given.text("output");
  const analyzers = names.map((name) => new LRP(model, compose(name).composite, { large: inParts() }));
  const width = names.reduce((most, { length }) => Math.max(most, length), 0);
  const { labels, shares = false } = scores;
  const showing = { given, model, labels, features: undefined, shares, channel: undefined };
  const rows: SheetRow[] = [];
  for (const file of inputs) {
    const input = await readInput(file, model, terminal, fit);
    const explanations = analyzers.map((lrp) => lrp.analyze(input.tensor, { target }));
    if (given.on("json")) {
      const composites = explanations.map((explanation, i) =>
        explanationAsJson(input, explanation, { ...showing, name: names[i]! }));
      terminal.print(`${JSON.stringify({ input: file, composites })}\n`);
    } else {
      terminal.print(`${visible(file)}\n${formatScores(scored(explanations[0]!, scores))}\n`);
      explanations.forEach(({ conservation: { started, arrived, totals }, warnings }, i) => {
        const share = (value: number): string => `${((100 * value) / started).toFixed(1)} %`;
        const line = `${names[i]!.padEnd(width)}  ${share(arrived)} on the input, ${share(totals.bias)} in biases`;
        terminal.print(`${fittedLines(line, terminal.columns)}\n`);
        for (const warning of warnings) terminal.complain(`warning: ${names[i]}: ${warning}\n`);
      });
    }
    if (output !== undefined) rows.push(rowOf(input, explanations, look));
  }
  if (output === undefined) return;
  await terminal.write(output, await encodePng(sheet(rows, { columns: ["input", ...names], cell: 224 })));
  if (!given.on("json")) terminal.print(`wrote ${visible(output)}\n`);
}

function rowOf(input: ReadInput, explanations: readonly Explanation[], look: Look): SheetRow {
  const { tensor, image, path, layout } = input;
  if (tensor.shape.length !== 4 || tensor.shape[0] !== 1) {
    const got = `[${tensor.shape.join(", ")}]`;
    throw new InputError(`${path}: takes one picture a file with --compare and --output, got ${got}`);
  }
  const axes = layout === undefined ? {} : { layout };
  const shown = image ?? (tensor instanceof Tensor ? tensorToImage(tensor, { range: "extrema", ...axes }) : undefined);
  const own = { ...look, legend: false, scale: 1 };
  return {
    label: visible(path.replace(/^.*[\\/]/, "")),
    cells: [shown, ...explanations.map((explanation) => pictureOf(explanation, input, own))],
  };
}
