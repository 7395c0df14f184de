/** `relprop explain --text`: which words speak for an answer. */
import { htmlPage, wordDrawing } from "@relprop/heatmap";
import type { Model } from "@relprop/layers";
import type { RuleTable } from "@relprop/lrp";
import { Tensor } from "@relprop/tensor";
import { encodeText, tokenOf, type Encoding } from "../encoded-text.ts";
import { endsInSoftmax, formatScores, scored } from "../scored.ts";
import { wordsBy, type ReadTokenizer } from "../tokenizer-of.ts";
import { TextExplainer, type TextExplanation, type TextOptions } from "../explain-text.ts";
import { textExplanationPage, type TextPageAbout } from "../text-explanation-page.ts";
import { wholeNumber, type Given } from "./arguments.ts";
import { chooseComposite, type ChosenComposite } from "./options/composite.ts";
import { readLabelsFile } from "./options/labels.ts";
import { chooseReading } from "./options/model.ts";
import { Stages } from "./progress.ts";
import { readModel, type ReadModelOptions } from "./read-model.ts";
import { isRecording, recording } from "./recorded-files.ts";
import { UsageError, type Terminal } from "./terminal.ts";
import { readTokenizer } from "./tokenizer.ts";
import { visible } from "./visible.ts";
import { isRecorded, writeManifest } from "./write-manifest.ts";

/** Options of `relprop explain` that pictures and arrays have, and texts do not. */
const OF_PICTURES = {
  text: ["method", "compare", "concepts", "node", "colors", "scale", "features", "format", "preprocess", "size",
    "mean", "std", "layout", "max-pixels"],
  on: ["overlay", "waterfall", "legend", "keep-going"],
  list: ["layer", "input"],
};

/** Whether the command line is about a text. */
export function isAboutText(given: Given): boolean {
  return ["text", "ids", "tokenizer", "position"].some((name) => given.text(name) !== undefined);
}

/** Explains the text or ids that the command line gives. */
export async function explainWords(given: Given, host: Terminal): Promise<void> {
  const [path, ...others] = given.positionals;
  const output = given.text("output");
  checkOptions(given, others, output);
  const terminal = isRecorded(given) ? recording(host) : host;
  const labels = await readLabelsFile(given.text("labels"), terminal);
  const stages = new Stages(terminal);
  try {
    const { explanation, model, read, rules, name, composite } = await explainedWords(path, given, terminal, stages);
    const { against } = targets(given);
    stages.end();
    const names = labels ?? (explanation.position === undefined || read === undefined
      ? undefined : Array.from(explanation.scores, (_, id) => visible(tokenOf(id, read.tokenizer))));
    const shares = given.on("softmax") || endsInSoftmax(model) || explanation.position !== undefined;
    if (given.on("json")) terminal.print(`${JSON.stringify(asJson(explanation, against))}\n`);
    else printText(explanation, { names, shares, against, conservation: given.on("conservation") }, terminal);
    const source = { given, path: path!, explained: { ids: explanation.ids }, name, composite };
    if (isRecording(terminal)) await writeManifest(explanation, source, terminal);
    if (output === undefined) return;
    const about = { model: path!.replace(/^.*[\\/]/, ""), composite: name, labels: names, against, shares, rules };
    await terminal.write(output, await rendered(output, explanation, about));
    if (!given.on("json")) terminal.print(`wrote ${visible(output)}\n`);
  } finally {
    stages.end();
  }
}

/** The explanation of a text, and what was used for it. */
export interface ExplainedWords extends ChosenComposite {
  readonly explanation: TextExplanation;
  readonly model: Model;
  readonly rules: RuleTable;
  readonly read: ReadTokenizer | undefined;
}

/** Explains what options say of a text with the model at a path. */
export async function explainedWords(
  path: string | undefined, given: Given, terminal: Terminal, stages: Stages, more?: ReadModelOptions,
): Promise<ExplainedWords> {
  checkText(given);
  const compose = await chooseComposite(given, terminal);
  const file = given.text("tokenizer");
  const read = file === undefined ? undefined : await readTokenizer(file, terminal);
  const text = textOf(given, read);
  const reading = more ?? chooseReading(given);
  const model = await readModel(path, terminal, { ...reading, stages, exact: given.on("json") });
  stages.say("explaining");
  const { name, composite } = compose(model, given.text("composite") ?? "attn-lrp");
  const explainer = new TextExplainer(model, {
    composite, words: wordsBy(read, text.tokens!), ...(read && { tokenizer: read.tokenizer }),
  });
  const explanation = explainer.explain(text, targets(given));
  void explanation.conservation;
  return { explanation, model, rules: explainer.lrp.rules, read, name, composite };
}

/** Which answer is explained, by numbers. */
function targets(given: Given): TextOptions {
  const number = (name: string): number | undefined => {
    const word = given.text(name);
    return word === undefined ? undefined : wholeNumber(name, word);
  };
  const target = given.text("target") === "max" ? "max" : number("target");
  const [against, position] = [number("against"), number("position")];
  return {
    ...(target !== undefined && { target }),
    ...(against !== undefined && { against }),
    ...(position !== undefined && { position }),
  };
}

function checkOptions(given: Given, others: readonly string[], output: string | undefined): void {
  checkText(given);
  if (others.length > 0) throw new UsageError(`takes a MODEL alone beside --text or --ids, got "${others[0]}" too`);
  if (output !== undefined && !/\.(html|svg|png|json)$/.test(output)) {
    throw new UsageError(`--output takes a .html, .svg, .png or .json file for texts, got "${output}"`);
  }
  const alien = OF_PICTURES.text.find((name) => given.text(name) !== undefined) ??
    OF_PICTURES.on.find((name) => given.on(name)) ?? OF_PICTURES.list.find((name) => given.list(name).length > 0);
  if (alien !== undefined) throw new UsageError(`--${alien} takes pictures or arrays, got a text`);
}

/** Throws a `UsageError` where there is no text or no way to read it. */
function checkText(given: Given): void {
  if ((given.text("text") === undefined) === (given.text("ids") === undefined)) {
    throw new UsageError("takes either --text with --tokenizer, or --ids; see relprop explain --help");
  }
  if (given.text("text") !== undefined && given.text("tokenizer") === undefined) {
    throw new UsageError("--text takes a --tokenizer, such as the tokenizer.json that lies beside a model on a hub");
  }
}

function textOf(given: Given, read: ReadTokenizer | undefined): Encoding {
  const text = given.text("text");
  if (text !== undefined) return encodedBy(text, read!);
  const ids = given.text("ids")!.split(/[\s,]+/).filter((part) => part !== "").map((part) => wholeNumber("ids", part));
  if (ids.length === 0) throw new UsageError("--ids takes token ids, such as 101,7592,102, got none");
  return { ids, tokens: ids.map((id) => tokenOf(id, read?.tokenizer)) };
}

function encodedBy(text: string, { tokenizer }: ReadTokenizer): Encoding {
  const { ids, tokens, mask, types } = encodeText("--text", text, tokenizer);
  return { ids, tokens, attention_mask: mask, token_type_ids: types };
}

interface Showing {
  readonly names: readonly string[] | undefined;
  readonly shares: boolean;
  readonly against: number | undefined;
  readonly conservation: boolean;
}

function printText(explanation: TextExplanation, showing: Showing, terminal: Terminal): void {
  const { scores, answer, words, position, conservation, assumed, elsewhere } = explanation;
  const name = (id: number): string => showing.names?.[id] ?? `output ${id}`;
  const after = position === undefined ? "" : `after token ${position}, ${visible(explanation.tokens[position]!)}\n`;
  const shown = { output: new Tensor([1, scores.length], scores), target: [answer] };
  const style = { labels: showing.names, shares: showing.shares };
  terminal.print(`${after}${formatScores(scored(shown, style))}\n`);
  if (showing.against !== undefined) terminal.print(`${name(answer)} rather than ${name(showing.against)}\n`);
  terminal.print(`${words.ansi({ depth: terminal.depth, width: terminal.columns })}\n`);
  const { started, totals } = conservation;
  const number = (value: number): string => value.toFixed(4).replace(/^-(0\.0*)$/, "$1");
  const onTokens = explanation.tokenRelevance.reduce((total, part) => total + part, 0);
  const others = [...elsewhere.values()].reduce((total, part) => total + part, 0);
  terminal.print(
    `relevance ${number(started)}: ${number(onTokens)} on tokens, ${number(others)} on positions and types, ` +
      `${number(totals.bias)} in biases\n`,
  );
  for (const sentence of assumed) terminal.print(`assumed ${visible(sentence)}\n`);
  if (showing.conservation) terminal.print(`${conservation.toString()}\n`);
  for (const warning of explanation.warnings) terminal.complain(`warning: ${warning}\n`);
}

function asJson(explanation: TextExplanation, against: number | undefined): unknown {
  const { ids, answer, position, scores, words, elsewhere, assumed, warnings, conservation } = explanation;
  const { started, arrived, totals } = conservation;
  return {
    ids, target: answer, against, position, scores: [...scores], ...words.toJSON(),
    elsewhere: Object.fromEntries(elsewhere), conservation: { started, arrived, ...totals }, assumed, warnings,
  };
}

function rendered(
  path: string, explanation: TextExplanation, about: TextPageAbout,
): string | Promise<string | Uint8Array> {
  if (path.endsWith(".svg")) return explanation.words.svg();
  if (path.endsWith(".png")) return wordDrawing(explanation.words).png();
  if (path.endsWith(".json")) return `${JSON.stringify(asJson(explanation, about.against), undefined, 1)}\n`;
  return htmlPage(textExplanationPage(explanation, about));
}
