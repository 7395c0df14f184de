/** `relprop compare`: which composite, or other method, explains a model best. */
import {
  compare as compareMethods, namedMethods, type Comparison, type Hiding, type Method,
} from "@relprop/evaluate";
import { lineChart } from "@relprop/heatmap";
import { LRP } from "@relprop/lrp";
import type { Model } from "@relprop/layers";
import { defaultComposite } from "../default-composite.ts";
import { didYouMean } from "../did-you-mean.ts";
import type { Given } from "./arguments.ts";
import { group } from "./option.ts";
import { readComposite } from "./options/composite.ts";
import { chooseEvaluation, evaluationOptions } from "./options/evaluation.ts";
import { chooseReading, modelOptions } from "./options/model.ts";
import { forceOption, jsonOption } from "./options/output.ts";
import { choosePreprocessing, pictureOptions } from "./options/picture.ts";
import { chooseTarget, targetOptions } from "./options/target.ts";
import { tokenizerOption } from "./options/text.ts";
import { Progress } from "./progress.ts";
import { readPrepared } from "./read-model.ts";
import { readSamples } from "./sample-files.ts";
import type { Subcommand } from "./subcommand.ts";
import { InputError, UsageError, type Terminal } from "./terminal.ts";
import { visible } from "./visible.ts";
import { fittedMarkdown } from "./narrow-table.ts";

/** `relprop compare MODEL INPUT... [options]` */
export const compare: Subcommand = {
  summary: "which composite or other method explains a model best, by numbers",
  usage: "MODEL INPUT... [options]",
  about: "Hides parts of every INPUT (a file, or a folder of them), most relevant first and least relevant first, " +
    "and ranks explanations by how much more of the prediction the second way leaves: the symmetric relevance gain, " +
    "with intervals, and differences to the best, sample by sample. Random explanations have 0.\n\n" +
    "  relprop compare model.onnx images/ --composites epsilon-plus,epsilon-plus-flat --methods gradient,random",
  options: [
    group([
      {
        name: "composites",
        value: "A,B,...",
        help: "presets and .json files; what suits the network, and epsilon-plus, by default",
      },
      { name: "methods", value: "A,B,...", help: `other methods: ${Object.keys(namedMethods).join(", ")}` },
      {
        name: "output", value: "FILE", writes: true,
        help: "curves as .svg or .png, the table as .md, everything as .json",
      },
      forceOption,
      jsonOption,
    ]),
    group(evaluationOptions, "How it is measured"),
    group([...targetOptions, tokenizerOption, ...pictureOptions, ...modelOptions], "What is read"),
  ],
  async run(given, terminal) {
    const [path, ...inputs] = given.positionals;
    if (path === undefined || inputs.length === 0) {
      throw new UsageError("takes a MODEL and at least one INPUT; see relprop compare --help");
    }
    const output = given.text("output");
    if (output !== undefined && !/\.(svg|png|md|json)$/.test(output)) {
      throw new UsageError(`--output takes a .svg, .png, .md or .json file, got "${output}"`);
    }
    const evaluation = chooseEvaluation(given);
    const model = await readPrepared(path, terminal, chooseReading(given));
    const names = await chosenNames(given, model, terminal);
    const target = chooseTarget(given, model);
    const { samples, usual } = await readSamples(inputs, model, terminal, {
      preprocessing: choosePreprocessing(given), target, tokenizer: given.text("tokenizer"),
    });
    const progress = new Progress(terminal, samples.length);
    let done = 0;
    const methods = Object.fromEntries(names.map(([name, of]) => [name, of(model, usual)]));
    const comparison = told(() =>
      compareMethods(model, samples, methods, { ...usual, ...evaluation, done: () => progress.step(++done) }));
    progress.end();
    if (output !== undefined) await write(comparison, output, terminal);
    terminal.print(given.on("json") ? `${JSON.stringify(comparison)}\n`
      : `${fittedMarkdown(comparison.markdown(), terminal.columns)}\n`);
    if (output !== undefined && !given.on("json")) terminal.print(`wrote ${visible(output)}\n`);
  },
};

type Making = (model: Model, hiding?: Hiding) => Method;

async function chosenNames(
  given: Given, model: Model, terminal: Terminal,
): Promise<readonly (readonly [name: string, of: Making])[]> {
  const [composites, others] = [listed(given.text("composites")), listed(given.text("methods"))];
  const usual = [...new Set([defaultComposite(model), "epsilon-plus"])];
  const names = composites.length + others.length === 0 ? usual : composites;
  const methods: [string, Making][] = [];
  for (const name of names) {
    const lrp = new LRP(model, await readComposite(name, terminal, "composites"));
    methods.push([name, () => lrp]);
  }
  for (const name of others) {
    const of = Object.hasOwn(namedMethods, name) ? namedMethods[name] : undefined;
    if (of === undefined) {
      const known = Object.keys(namedMethods);
      throw new UsageError(`--methods takes ${known.join(", ")}, got "${name}"${didYouMean(name, known)}`);
    }
    methods.push([name, of]);
  }
  return methods;
}

/** What a method says of inputs that it does not take is about the input, not about the program. */
export function told<T>(compute: () => T): T {
  try {
    return compute();
  } catch (error) {
    if (!(error instanceof TypeError) || !/^\w+: takes /.test(error.message)) throw error;
    throw new InputError(error.message, { cause: error });
  }
}

function listed(text: string = ""): readonly string[] {
  return text.split(",").map((name) => name.trim()).filter((name) => name !== "");
}

async function write(comparison: Comparison, output: string, terminal: Terminal): Promise<void> {
  if (output.endsWith(".md")) return terminal.write(output, `${comparison.markdown()}\n`);
  if (output.endsWith(".json")) return terminal.write(output, `${JSON.stringify(comparison)}\n`);
  const names = comparison.ranking().map(({ method }) => method);
  const series = names.flatMap((name, color) => [
    { name, color, values: comparison.curve(name, "lerf") },
    { name: "", color, values: comparison.curve(name, "morf"), dashed: true },
  ]);
  const title = "score while the least relevant is hidden first, and (dashed) the most relevant";
  const chart = lineChart(
    series, { title, x: "share hidden", width: 720, height: Math.max(360, 60 + 16 * names.length) },
  );
  return terminal.write(output, output.endsWith(".svg") ? chart.svg() : await chart.png());
}
