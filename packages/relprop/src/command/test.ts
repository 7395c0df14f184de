/** `relprop test`: whether explanations are as expected, for continuous integration. */
import { checkRelevance, type CheckedExplanation } from "@relprop/evaluate";
import { htmlPage, type PageBlock, type PageFigure, type PageSection } from "@relprop/heatmap";
import { LRP, type PreparedModel } from "@relprop/lrp";
import { writeNpy } from "@relprop/models";
import { Tensor } from "@relprop/tensor";
import { TextExplainer } from "../explain-text.ts";
import { wholeNumber, type Given } from "./arguments.ts";
import { givenOptions } from "./given-options.ts";
import { group } from "./option.ts";
import { chooseComposite } from "./options/composite.ts";
import { chooseReading, modelOptions } from "./options/model.ts";
import { jsonOption } from "./options/output.ts";
import { choosePreprocessing } from "./options/picture.ts";
import { chooseTarget } from "./options/target.ts";
import { readInput } from "./read-input.ts";
import { readModel, readPrepared, type ReadModelOptions } from "./read-model.ts";
import type { Subcommand } from "./subcommand.ts";
import { InputError, UsageError, type Terminal } from "./terminal.ts";
import { readTestPlan, type PlannedTest } from "./test-plan.ts";
import { pictureOf, quantityOf, shown } from "./test-quantity.ts";
import { readTokenizer } from "./tokenizer.ts";
import { formatResults, JUNIT, junit, passed, type TestResult } from "./test-report.ts";

/** The title of the page. */
const MOVED = "Explanations that moved";

/** `relprop test [FILE] [options]` */
export const test: Subcommand = {
  summary: "whether explanations are as expected, for continuous integration",
  usage: "[FILE] [options]",
  about: "Makes the tests of FILE (relprop.test.json unless named): each names a model, an input, and what is " +
    "expected of the explanation: the share of relevance on a mask, the rank or the sign there, the similarity to a " +
    "stored heatmap, or how much is conserved. Paths are those from the folder of FILE. Exit code 1 if anything " +
    "fails.\n\n" +
    '  {"model": "model.onnx", "tests": [{"input": "3.png", "expect": [{"share": [8, 4, 16, 24], "atLeast": 0.8}]}]}',
  options: [group([
    { name: "junit", value: "FILE", writes: JUNIT, help: "write results as JUnit XML" },
    {
      name: "output", value: "FILE", writes: MOVED,
      help: "write a page with a picture of every explanation that failed, as .html",
    },
    {
      name: "force",
      help: "write over files that are there already; those of an earlier run are written anew without it",
    },
    { name: "update", help: "store the heatmaps that similarity is measured to, instead of testing" },
    jsonOption,
    ...modelOptions,
  ])],
  async run(given, terminal) {
    const [file = "relprop.test.json", ...more] = given.positionals;
    if (more.length > 0) throw new UsageError(`takes one FILE, got ${given.positionals.join(", ")}`);
    const folder = file.replace(/[^/\\]*$/, "");
    const plan = readTestPlan(file, new TextDecoder().decode(await terminal.read(file)));
    const models = new Map<string, PreparedModel>();
    const results: TestResult[] = [];
    const sections: PageSection[] = [];
    for (const planned of plan) {
      const start = Date.now();
      const context = { folder, given, terminal, models, update: given.on("update") };
      const { verdicts, section, error } = await made(planned, context);
      const result = {
        name: planned.name, seconds: (Date.now() - start) / 1000, verdicts, ...(error === undefined ? {} : { error }),
      };
      results.push(result);
      if (!passed(result) && section !== undefined) sections.push(section);
    }
    const [xml, page] = [given.text("junit"), given.text("output")];
    if (xml !== undefined) await terminal.write(xml, junit(results));
    if (page !== undefined && sections.length > 0) {
      const subtitle = `${sections.length} of ${results.length} tests of ${file}`;
      await terminal.write(page, await htmlPage({ title: MOVED, subtitle, sections }));
    }
    terminal.print(given.on("json") ? `${JSON.stringify(results)}\n` : formatResults(results));
    const failed = results.filter((result) => !passed(result)).length;
    if (failed > 0) throw new InputError(`${failed} of ${results.length} tests failed`);
  },
};

interface Context {
  readonly folder: string;
  readonly given: Given;
  readonly terminal: Terminal;
  readonly models: Map<string, PreparedModel>;
  readonly update: boolean;
}

interface Made {
  readonly verdicts: TestResult["verdicts"];
  readonly section?: PageSection;
  readonly error?: string;
}

async function made(planned: PlannedTest, context: Context): Promise<Made> {
  try {
    const { shows, explanation, names } = planned.text === undefined
      ? await explained(planned, context) : await explainedText(planned, context);
    const { folder, terminal, update } = context;
    const verdicts: TestResult["verdicts"][number][] = [];
    let pictures: readonly PageFigure[] = [];
    for (const expected of planned.expect) {
      const path = typeof expected.of === "string" ? `${folder}${expected.of}` : "";
      if (update && expected.quantity === "similarity") {
        await terminal.write(path, writeNpy(explanation.relevance));
        continue;
      }
      const quantity = await quantityOf(expected, path, explanation, terminal, names);
      const { atLeast, atMost } = expected;
      const bounds = { ...(atLeast !== undefined && { atLeast }), ...(atMost !== undefined && { atMost }) };
      verdicts.push(checkRelevance(explanation, quantity, bounds));
      pictures = [...pictures, ...pictureOf(quantity, explanation)];
    }
    const notes = verdicts.filter(({ holds }) => !holds).map(({ sentence }) => sentence);
    const blocks: readonly PageBlock[] = [{ kind: "notes", notes }, shows(pictures)];
    return { verdicts, section: { heading: planned.name, blocks } };
  } catch (error) {
    if (error instanceof UsageError || !(error instanceof Error)) throw error;
    return { verdicts: [], error: error.message };
  }
}

async function explained(
  { model: path, input: file, options }: PlannedTest, { folder, given, terminal, models }: Context,
): Promise<ExplainedTest> {
  const words = givenOptions(options);
  const key = JSON.stringify([path, options["head"]]);
  const model = models.get(key) ?? await readPrepared(`${folder}${path}`, terminal, readingOf(words, given));
  models.set(key, model);
  const fit = choosePreprocessing(words);
  const isFile = options["composite"]?.endsWith(".json") === true;
  const composed = isFile ? { ...words, text: fromFolder(words, folder) } : words;
  const compose = await chooseComposite(composed, terminal, fit);
  const input = await readInput(`${folder}${file}`, model, terminal, fit);
  const explanation = new LRP(model, compose(model).composite).analyze(
    input.tensor, { target: chooseTarget(words, model) },
  );
  return {
    explanation, shows: (pictures) => shown(input, explanation, pictures),
    ...(input.features !== undefined && { names: input.features }),
  };
}

/** An explanation that is tested, and how it is shown. */
export interface ExplainedTest {
  readonly explanation: CheckedExplanation;
  /** The tokens of a text, or the names of a row's features. */
  readonly names?: readonly string[];
  shows(pictures: readonly PageFigure[]): PageBlock;
}

async function explainedText(planned: PlannedTest, { folder, given, terminal }: Context): Promise<ExplainedTest> {
  const { words, tokenizer: file } = planned.text!;
  const read = file === undefined ? undefined : await readTokenizer(`${folder}${file}`, terminal);
  const asked = givenOptions(planned.options);
  const model = await readModel(`${folder}${planned.model}`, terminal, readingOf(asked, given));
  const compose = await chooseComposite(asked, terminal);
  const explainer = new TextExplainer(model, {
    composite: compose(model, planned.options["composite"] ?? "attn-lrp").composite,
    ...(read && { tokenizer: read.tokenizer }),
  });
  const number = (name: string): { readonly [name: string]: number } =>
    (asked.text(name) === undefined ? {} : { [name]: wholeNumber(name, asked.text(name)!) });
  const found = explainer.explain(words, { ...number("target"), ...number("against") });
  const { tokens, tokenRelevance, conservation } = found;
  const relevance = new Tensor([1, tokens.length], Float32Array.from(tokenRelevance));
  return {
    names: tokens, explanation: { relevance, conservation },
    shows: () => ({ kind: "markup", html: found.words.html() }),
  };
}

/** How a model is read: as the command line says, with the output that the test names. */
function readingOf(asked: Given, given: Given): ReadModelOptions {
  const { outputs } = chooseReading(asked);
  return { ...chooseReading(given), ...(outputs && { outputs }) };
}

function fromFolder({ text }: Given, folder: string): Given["text"] {
  return (name) => (name === "composite" ? `${folder}${text(name)!}` : text(name));
}
