/** `relprop tune`: which options of a composite explain a model best. */
import { compare, type Comparison } from "@relprop/evaluate";
import {
  assign, compositeToJson, epsilonAlpha2Beta1, epsilonAlpha2Beta1Flat, epsilonGammaBox, epsilonPlus, epsilonPlusFlat,
  LRP, type Composite, type PresetOptions,
} from "@relprop/lrp";
import type { Model } from "@relprop/layers";
import { compositeNamed } from "../composite-name.ts";
import { defaultComposite } from "../default-composite.ts";
import { told } from "./compare.ts";
import { group } from "./option.ts";
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
import { InputError, UsageError } from "./terminal.ts";
import { visible } from "./visible.ts";
import { fittedMarkdown } from "./narrow-table.ts";

/** `relprop tune MODEL INPUT... [options]` */
export const tune: Subcommand = {
  summary: "which options of a composite explain a model best",
  usage: "MODEL INPUT... [options]",
  about: "Tries the presets with several γ, ε, rules for sums and what becomes of biases, ranks them by symmetric " +
    "relevance gain on every second INPUT, and reports the best of them on the others, beside the composite that is " +
    "taken by default: what was chosen among many looks better on what it was chosen by.",
  options: [
    group([
      { name: "output", value: "FILE", writes: true, help: "write the best composite as .json, for --composite" },
      forceOption,
      jsonOption,
    ]),
    group(evaluationOptions, "How it is measured"),
    group([...targetOptions, tokenizerOption, ...pictureOptions, ...modelOptions], "What is read"),
  ],
  async run(given, terminal) {
    const [path, ...inputs] = given.positionals;
    const output = given.text("output");
    if (path === undefined || inputs.length === 0) {
      throw new UsageError("takes a MODEL and at least two INPUTs; see relprop tune --help");
    }
    if (output !== undefined && !output.endsWith(".json")) {
      throw new UsageError(`--output takes a .json file, got "${output}"`);
    }
    const evaluation = chooseEvaluation(given);
    const model = await readPrepared(path, terminal, chooseReading(given));
    const target = chooseTarget(given, model);
    const { samples, usual: hiding } = await readSamples(inputs, model, terminal, {
      preprocessing: choosePreprocessing(given), target, tokenizer: given.text("tokenizer"),
    });
    if (samples.length < 2) throw new InputError(`takes at least two inputs, got ${samples.length}`);
    const candidates = candidatesFor(model);
    const progress = new Progress(terminal, samples.length);
    let done = 0;
    const on = (half: 0 | 1, tried: Readonly<Record<string, LRP>>): Comparison => {
      const own = samples.filter(({ id }) => id % 2 === half);
      return told(() => compare(model, own, tried, { ...hiding, ...evaluation, done: () => progress.step(++done) }));
    };
    const chosenBy = on(
      0, Object.fromEntries([...candidates].map(([name, composite]) => [name, new LRP(model, composite)])),
    );
    const best = chosenBy.ranking()[0]!;
    const finalists = [...new Set([best.method, candidates.keys().next().value!])];
    const found = on(1, Object.fromEntries(finalists.map((name) => [name, new LRP(model, candidates.get(name)!)])));
    progress.end();
    const json = compositeToJson(candidates.get(best.method)!);
    if (output !== undefined) await terminal.write(output, `${JSON.stringify(json, undefined, 2)}\n`);
    if (given.on("json")) {
      terminal.print(`${JSON.stringify({ best: best.method, composite: json, chosenBy, onTheRest: found })}\n`);
      return;
    }
    const fitted = (markdown: string): string => fittedMarkdown(markdown, terminal.columns);
    const shown = chosenBy.markdown().split("\n").slice(0, 12).join("\n");
    const half = Math.ceil(samples.length / 2);
    terminal.print(`${candidates.size} composites on ${half} of ${samples.length} inputs, the best ten:\n\n`);
    terminal.print(`${fitted(shown)}\n\n`);
    terminal.print(`${best.method} on the rest:\n\n${fitted(found.markdown())}\n`);
    if (output !== undefined) terminal.print(`wrote ${visible(output)}\n`);
  },
};

/**
 * What is tried, by a name that says what it was given, the usual one first; what a model has no place for is left out,
 * and what gives every node the rule that another gives it too.
 */
function candidatesFor(model: Model): ReadonlyMap<string, Composite> {
  const roles = new Set(model.carriers.map(({ layer }) => layer.role));
  const sums = roles.has("sum") || roles.has("average") ? [false, true] : [false];
  const biases = ["absorbed", "ignored"] as const;
  const presets: readonly (readonly [name: string, of: (options: PresetOptions) => Composite])[] = [
    ["epsilon-plus-flat", epsilonPlusFlat],
    ["epsilon-plus", epsilonPlus],
    ["epsilon-alpha2-beta1-flat", epsilonAlpha2Beta1Flat],
    ["epsilon-alpha2-beta1", epsilonAlpha2Beta1],
    ...[0.1, 0.25, 0.5, 1].map((gamma) =>
      [`epsilon-gamma-box γ ${gamma}`, (options: PresetOptions) => epsilonGammaBox({ ...options, gamma })] as const),
  ];
  const usual = defaultComposite(model);
  const attending = usual.startsWith("attn-lrp") ? ["attn-lrp", "attn-lrp-vision", "cp-lrp"] : [];
  const all: readonly (readonly [name: string, composite: Composite])[] = [
    ...new Set([usual, ...attending])].map((name) => [name, compositeNamed(name)] as const).concat(
    presets.flatMap(([name, of]) => sums.flatMap((sum) => biases.flatMap((bias) => [1e-6, 0.1].map((epsilon) => {
      const said = [name, ...(sum ? ["sums"] : []), ...(bias === "ignored" ? ["bias ignored"] : []),
        ...(epsilon === 0.1 ? ["ε 0.1"] : [])];
      return [said.join(", "), of({ sums: sum, bias, epsilon })] as const;
    })))));
  const seen = new Set<string>();
  return new Map(all.filter(([, composite]) => {
    const rules = JSON.stringify(compositeToJson(assign(model, composite).flatMap(({ node, rule }) =>
      (rule === undefined ? [] : [{ select: { name: node.name }, rule }]))));
    return !seen.has(rules) && seen.add(rules);
  }));
}
