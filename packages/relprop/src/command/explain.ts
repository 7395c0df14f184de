/** `relprop explain`: from a model and its inputs to heatmaps. */
import type { Model } from "@relprop/layers";
import { inParts, LRP, type Analyzer, type Explanation, type Inputs, type Target } from "@relprop/lrp";
import { readLabels } from "@relprop/models";
import { Integers } from "@relprop/tensor";
import type { FitOptions } from "../fit-picture.ts";
import { methodNamed, methodNames } from "../method-name.ts";
import { didYouMean } from "../did-you-mean.ts";
import { endsInSoftmax } from "../scored.ts";
import { oneSample } from "../one-sample.ts";
import { wholeNumber, type Given } from "./arguments.ts";
import { readColumns, takesColumns } from "./column-table.ts";
import { comparedNames, compareOption, explainCompared } from "./explain-compared.ts";
import { foundConcepts, printConcepts, type ConceptChoice } from "./explain-concepts.ts";
import { explainWords, isAboutText } from "./explain-words.ts";
import { inputFiles, isArray } from "./input-files.ts";
import { moreInputs, readOthers, together, type Others } from "./more-inputs.ts";
import { group } from "./option.ts";
import { chooseComposite, chosenNamed, compositeOptions, type ChosenComposite } from "./options/composite.ts";
import { readLabelsFile } from "./options/labels.ts";
import { chooseReading, modelOptions } from "./options/model.ts";
import { chooseLook, outputOptions } from "./options/output.ts";
import { choosePreprocessing, pictureOptions } from "./options/picture.ts";
import { chooseTarget, targetOptions } from "./options/target.ts";
import { textOptions } from "./options/text.ts";
import { outputFiles, type OutputFile } from "./output-file.ts";
import { Stages } from "./progress.ts";
import { isRecording, recording } from "./recorded-files.ts";
import { readInput, type ReadInput } from "./read-input.ts";
import { prepared, readModel } from "./read-model.ts";
import { explanationAsJson, printExplanation, type Showing } from "./show-explanation.ts";
import type { Subcommand } from "./subcommand.ts";
import { InputError, UsageError, type Terminal } from "./terminal.ts";
import { visible } from "./visible.ts";
import { explanationFormats, writtenExplanation, type Written } from "./write-explanation.ts";
import { checkManifest, manifestOptions, writeManifest } from "./write-manifest.ts";

const ABOUT = `Shows which parts of each INPUT speak for the prediction of MODEL (.onnx; weights that it stores in other
files are read from its folder). The softmax at the end is taken off and batch normalisation is fused before.

An INPUT is a picture (.png, .ppm, or .jpg where jpeg-js or sharp is installed: npm install jpeg-js), an array (.npy) as
the model takes it, with or without its batch axis, a table (.csv) of rows with or without names (of numbers; texts
where a model reads a column an input), a folder of these, a pattern in quotes ('s*/*.png'), or - for standard input.

  relprop explain resnet50.onnx photo.png --preprocess imagenet --labels imagenet.txt --output heatmap.png
  relprop explain prices.onnx houses.csv --composite epsilon-plus
  relprop explain model.onnx --text "a dull film" --tokenizer tokenizer.json --output words.html`;

/** `relprop explain MODEL INPUT... [options]` */
export const explain: Subcommand = {
  summary: "heatmaps: which parts of an input speak for a prediction",
  usage: "MODEL INPUT... [options]",
  about: ABOUT,
  options: [
    group([
      ...compositeOptions,
      compareOption,
      { name: "method", value: "NAME", help: `another method than LRP: ${methodNames.join(", ")}` },
      ...targetOptions,
      { name: "layer", value: "NAME", repeats: true, help: "print the relevance of this node too" },
      { name: "concepts", value: "N", help: "the N most relevant channels of the node given by --node" },
      { name: "node", value: "NAME", needs: ["concepts"], help: "the node whose channels are the concepts" },
    ]),
    group([...outputOptions, ...manifestOptions], "What is shown and written"),
    group([...pictureOptions, ...modelOptions, moreInputs], "How files are read"),
    group(
      textOptions,
      "Of a text, instead of INPUT, it shows the words; the composite is attention's (AttnLRP) unless named",
    ),
  ],
  async run(given, host) {
    if (isAboutText(given)) return explainWords(given, host);
    const terminal = given.text("manifest") === undefined ? host : recording(host);
    const [path, ...words] = given.positionals;
    if (words.length === 0) throw new UsageError("takes a MODEL and at least one INPUT; see relprop explain --help");
    if (path === "-" && words.includes("-")) throw new UsageError("takes one thing from standard input, got two");
    const look = chooseLook(given);
    const method = chooseMethod(given);
    if (given.on("json") && given.text("output") === "-") {
      throw new UsageError("--json takes an --output that is a file, got -: both are standard output");
    }
    const fit = choosePreprocessing(given);
    const inputs = await inputFiles(words, terminal);
    const compared = comparedNames(given);
    const compose = await chooseComposite(given, terminal, inputs.every(isArray) ? undefined : fit);
    checkManifest(given, words, inputs);
    const outputs = compared !== undefined ? [] : await outputFiles(given, inputs, explanationFormats, terminal);
    const labels = await readLabelsFile(given.text("labels"), terminal);
    const features = await readFeatures(given.text("features"), terminal);
    const stages = new Stages(terminal);
    const reading = { ...chooseReading(given), stages, exact: given.on("json") };
    const read = oneSample(await readModel(path, terminal, reading));
    const ofColumns = given.list("input").length === 0 && takesColumns(read, inputs);
    const alien = ["compare", "manifest"].find((name) => given.text(name) !== undefined);
    if (ofColumns && alien !== undefined) {
      throw new UsageError(`--${alien} takes models of one input, got a table whose columns are inputs`);
    }
    const others = ofColumns ? { model: read, values: new Map() } : await readOthers(given, read, terminal, fit);
    const { model } = others;
    const ready = prepared(model, stages);
    const target = chooseTarget(given, ready, labels);
    if (compared !== undefined) {
      const composites = new Map<string, ChosenComposite>();
      for (const each of compared) composites.set(each, await chosenNamed(each, compose, ready, terminal));
      const shares = given.on("softmax") || endsInSoftmax(model);
      const scores = { labels, shares, layout: ready.layout(ready.outputs[0]!) };
      return explainCompared(compared, {
        given, model: ready, inputs, fit, look, target, scores, compose: (each) => composites.get(each)!,
      }, terminal);
    }
    const { name, composite } = compose(ready);
    const lrp = new LRP(ready, composite, { large: inParts() });
    const showing: Showing = {
      given, labels, features, shares: given.on("softmax") || endsInSoftmax(model), name: method ?? name, model: ready,
      channel: typeof target === "number" ? target : undefined,
    };
    const analyzer = method === undefined ? lrp : methodNamed(method, ready);
    const failed: string[] = [];
    for (const [i, file] of inputs.entries()) {
      const count = inputs.length > 1 ? `[${i + 1} of ${inputs.length}] ` : "";
      try {
        stages.say(`${count}reading ${file}`);
        const { inputs: all, shown } = ofColumns
          ? await columnsIn(file, model, terminal) : await oneOf(file, others, terminal, fit, given);
        stages.say(`${count}explaining ${file}`);
        const [input, explanation] = shown(analyzed(analyzer, file, all, { target, layers: given.list("layer") }));
        stages.end();
        const choice = conceptChoice(given, target);
        const concepts = choice === undefined ? undefined : foundConcepts(lrp, all, choice);
        show(input, explanation, { ...showing, concepts }, outputs[i], terminal);
        const source = { given, path: path!, explained: { input: file }, name, composite };
        if (isRecording(terminal)) await writeManifest(explanation, source, terminal);
        if (outputs[i] === undefined) continue;
        const written = { ...showing, concepts, look, analyzer, path: path! };
        await write(outputs[i]!, explanation, input, written, terminal);
      } catch (error) {
        if (!given.on("keep-going") || !(error instanceof Error) || error instanceof UsageError) throw error;
        stages.end();
        failed.push(file);
        const message = error.message.startsWith(`${file}: `) ? error.message : `${file}: ${error.message}`;
        terminal.complain(`left out ${visible(message)}\n`);
      } finally {
        stages.end();
      }
    }
    if (failed.length > 0) throw new InputError(`left out ${failed.length} of ${inputs.length} inputs`);
  },
};

/** What is analysed, and how it is shown then. */
interface ReadInputs {
  readonly inputs: Inputs;
  shown(explanation: Explanation): readonly [ReadInput, Explanation];
}

async function oneOf(
  file: string, others: Others, terminal: Terminal, fit: FitOptions, given: Given,
): Promise<ReadInputs> {
  const input = await readInput(file, others.model, terminal, fit);
  const ofRows = ["features", "waterfall"].find((name) => given.text(name) !== undefined || given.on(name));
  if (input.image !== undefined && ofRows !== undefined) {
    throw new InputError(`${file}: --${ofRows} is of rows, got a picture`);
  }
  return { inputs: together(input.tensor, others), shown: (explanation) => [input, explanation] };
}

async function columnsIn(file: string, model: Model, terminal: Terminal): Promise<ReadInputs> {
  const { values, byColumn } = await readColumns(file, model, terminal);
  return { inputs: values, shown: byColumn };
}

/** The explanation, its report too: that takes another pass, which is to be made while progress shows. */
function analyzed(
  analyzer: LRP | Analyzer, path: string, inputs: Inputs, options: Parameters<LRP["analyze"]>[1],
): Explanation {
  if (analyzer instanceof LRP) {
    const explanation = analyzer.analyze(inputs, options);
    void explanation.conservation;
    return explanation;
  }
  if (!(inputs instanceof Integers)) return analyzer.analyze(inputs, options);
  throw new InputError(`${path}: --method takes models of floats, got one of whole numbers`);
}

/** Which concepts are asked for; `undefined` if none are. */
function conceptChoice(given: Given, target: Target): ConceptChoice | undefined {
  const count = given.text("concepts");
  if (count === undefined) return undefined;
  return { count: wholeNumber("concepts", count, 1), node: given.text("node"), target };
}

function show(
  input: ReadInput, explanation: Explanation, showing: Showing, output: OutputFile | undefined, terminal: Terminal,
): void {
  if (output?.path === "-") return;
  if (showing.given.on("json")) {
    terminal.print(`${JSON.stringify(explanationAsJson(input, explanation, showing))}\n`);
    return;
  }
  printExplanation(input, explanation, showing, terminal);
  const { concepts, given } = showing;
  if (concepts !== undefined) printConcepts(concepts, given.text("node")!, input, terminal);
}

async function write(
  { path, format }: OutputFile, explanation: Explanation, input: ReadInput, written: Written, terminal: Terminal,
): Promise<void> {
  await terminal.write(path, await writtenExplanation(format, explanation, input, written));
  if (path !== "-" && !written.given.on("json")) terminal.print(`wrote ${visible(path)}\n`);
}

function chooseMethod(given: Given): string | undefined {
  const method = given.text("method");
  if (method === undefined || method === "lrp") return undefined;
  for (const other of ["composite", "bias", "sums", "box", "concepts", "conservation"]) {
    if (given.text(other) === undefined && !given.on(other)) continue;
    throw new UsageError(`--method ${method} takes no --${other} beside it, which is of LRP`);
  }
  if (methodNames.includes(method)) return method;
  const names = ["lrp", ...methodNames];
  throw new UsageError(`--method takes ${names.join(", ")}, got "${method}"${didYouMean(method, names)}`);
}

async function readFeatures(given: string | undefined, terminal: Terminal): Promise<readonly string[] | undefined> {
  if (given === undefined) return undefined;
  if (given.includes(",")) return given.split(",").map((name) => visible(name.trim()));
  const names = readLabels(await terminal.readText(given));
  if (names.length === 0) throw new InputError(`${given}: takes one name a line, got none`);
  return names.map(visible);
}
