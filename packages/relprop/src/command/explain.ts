/** `relprop explain`: from a model and its inputs to heatmaps. */
import { heatmap } from "@relprop/heatmap";
import { LRP, type Explanation } from "@relprop/lrp";
import { writeNpy } from "@relprop/models";
import { ShapeError } from "@relprop/tensor";
import { grayOf } from "../gray.ts";
import { wholeNumber, type Given } from "./arguments.ts";
import { explainConcepts } from "./explain-concepts.ts";
import { explainWords, isAboutText } from "./explain-words.ts";
import { endsInSoftmax, formatScores, readLabelsFile, type ScoreStyle } from "./scores.ts";
import { group } from "./option.ts";
import { chooseComposite, compositeOption, DEFAULT_COMPOSITE } from "./options/composite.ts";
import { chooseReading, modelOptions } from "./options/model.ts";
import { outputOptions } from "./options/output.ts";
import { choosePreprocessing, pictureOptions } from "./options/picture.ts";
import { chooseTarget, targetOption } from "./options/target.ts";
import { textOptions } from "./options/text.ts";
import { outputNames, stems } from "./output-names.ts";
import { Stages } from "./progress.ts";
import { readInput, type ReadInput } from "./read-input.ts";
import { prepared, readModel } from "./read-model.ts";
import type { Subcommand } from "./subcommand.ts";
import { UsageError, type Terminal } from "./terminal.ts";
import { visible } from "./visible.ts";

const ABOUT = `Shows which parts of each INPUT speak for the prediction of MODEL (.onnx; weights that it stores in other
files are read from its folder). The softmax at the end is taken off and batch normalisation is fused before.

An INPUT is a picture (.png, .ppm, or .jpg where jpeg-js or sharp is installed: npm install jpeg-js), or
an array (.npy) as the model takes it, with or without its batch axis.

  relprop explain resnet50.onnx photo.png --preprocess imagenet --labels imagenet.txt --output heatmap.png
  relprop explain model.onnx --text "a dull film" --tokenizer tokenizer.json --output words.html`;

/** `relprop explain MODEL INPUT... [options]` */
export const explain: Subcommand = {
  summary: "heatmaps: which parts of an input speak for a prediction",
  usage: "MODEL INPUT... [options]",
  about: ABOUT,
  options: [
    group([
      compositeOption,
      targetOption,
      { name: "layer", value: "NAME", repeats: true, help: "print the relevance of this node too" },
      { name: "concepts", value: "N", help: "the N most relevant channels of the node given by --node" },
      { name: "node", value: "NAME", help: "the node whose channels are the concepts" },
    ]),
    group(outputOptions, "What is shown and written"),
    group([...pictureOptions, ...modelOptions], "How files are read"),
    group(
      textOptions,
      "Of a text, instead of INPUT, it shows the words; the composite is attention's (AttnLRP) unless named",
    ),
  ],
  async run(given, terminal) {
    if (isAboutText(given)) return explainWords(given, terminal);
    const [path, ...inputs] = given.positionals;
    if (inputs.length === 0) throw new UsageError("takes a MODEL and at least one INPUT; see relprop explain --help");
    const output = given.text("output");
    if (output !== undefined && inputs.length > 1 && !output.includes("*")) {
      throw new UsageError(`--output takes a name with a * for several inputs, got "${output}"`);
    }
    if (output !== undefined && !/\.(png|html|npy)$/.test(output)) {
      throw new UsageError(`--output takes a .png, .html or .npy file, got "${output}"`);
    }
    const outputs = output === undefined ? [] : outputNames(output, stems(inputs));
    const preprocessing = choosePreprocessing(given);
    const composite = await chooseComposite(given.text("composite"), terminal);
    const labels = await readLabelsFile(given.text("labels"), terminal);
    const stages = new Stages(terminal);
    const model = await readModel(path, terminal, {
      ...chooseReading(given), stages, exact: given.on("json"),
    });
    const scores = { labels, shares: given.on("softmax") || endsInSoftmax(model) };
    const lrp = new LRP(prepared(model, stages), composite);
    for (const [i, name] of inputs.entries()) {
      const count = inputs.length > 1 ? `[${i + 1} of ${inputs.length}] ` : "";
      const say = (what: string): void => stages.say(`${count}${what} ${name}`);
      try {
        say("reading");
        const input = await readInput(name, model, terminal, preprocessing);
        say("explaining");
        const explanation = analyzed(lrp, input, given);
        stages.end();
        await show(lrp, input, explanation, { given, scores, output: outputs[i] }, terminal);
      } finally {
        stages.end();
      }
    }
  },
};

/** The explanation, its report too: that takes another pass, which is to be made while progress shows. */
function analyzed(lrp: LRP, { tensor }: ReadInput, given: Given): Explanation {
  const explanation = lrp.analyze(tensor, { target: chooseTarget(given.text("target")), layers: given.list("layer") });
  void explanation.conservation;
  return explanation;
}

/** How an explanation is shown, and where it is written. */
interface Showing {
  readonly given: Given;
  readonly scores: ScoreStyle;
  readonly output: string | undefined;
}

async function show(
  lrp: LRP, input: ReadInput, explanation: Explanation, { given, scores, output }: Showing, terminal: Terminal,
): Promise<void> {
  if (given.on("json")) terminal.print(`${JSON.stringify(asJson(input.path, explanation, given))}\n`);
  else printText(input, explanation, given, scores, terminal);
  const concepts = given.text("concepts");
  if (concepts !== undefined) {
    const target = chooseTarget(given.text("target"));
    explainConcepts(
      lrp, input, { count: wholeNumber("concepts", concepts, 1), node: given.text("node"), target }, terminal,
    );
  }
  if (output === undefined) return;
  await terminal.write(output, await rendered(output, explanation, input, given));
  if (!given.on("json")) terminal.print(`wrote ${visible(output)}\n`);
}

/** Written heatmaps have as many pixels along their longer side, at least. */
const LEGIBLE = 256;

function printText(
  input: ReadInput, explanation: Explanation, given: Given, scores: ScoreStyle, terminal: Terminal,
): void {
  terminal.print(`${visible(input.path)}\n${formatScores(explanation, scores)}\n`);
  if (explanation.relevance.shape.length >= 3) {
    const options = { depth: terminal.color ? 24 : 0, width: Math.min(terminal.columns, 64) } as const;
    const { relevance } = explanation;
    terminal.print(`${drawn(() => heatmap({ relevance, layout: input.layout }).ansi(options))}\n`);
  }
  const { started, arrived, totals } = explanation.conservation;
  const number = (value: number): string => value.toFixed(4).replace(/^-(0\.0*)$/, "$1");
  terminal.print(
    `relevance ${number(started)}: ${number(arrived)} on the input, ${number(totals.bias)} in biases, ` +
      `${number(totals.stabilizer)} in stabilisers, ${number(totals.dead + totals.other)} lost\n`,
  );
  for (const [name, relevance] of explanation.layers) {
    terminal.print(
      `${name}: relevance [${relevance.shape.join(", ")}], sum ${number(relevance.data.reduce((a, b) => a + b, 0))}\n`,
    );
  }
  if (given.on("conservation")) terminal.print(`${explanation.conservation.toString()}\n`);
  for (const warning of explanation.warnings) terminal.complain(`warning: ${warning}\n`);
}

/** The picture, or a sentence where nobody can know which axes it has. */
function drawn(draw: () => string): string {
  try {
    return draw();
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error;
    return `(no picture: ${error.message.replace("the option layout", "the option --layout")})`;
  }
}

function asJson(path: string, explanation: Explanation, given: Given): unknown {
  const { relevance, output, target, conservation, layers, warnings } = explanation;
  const { started, arrived, totals, rows } = conservation;
  const tensor = ({ shape, data }: { readonly shape: readonly number[]; readonly data: Float32Array }): unknown =>
    ({ shape, data: [...data] });
  return {
    input: path,
    composite: given.text("composite") ?? DEFAULT_COMPOSITE,
    target,
    output: tensor(output),
    relevance: tensor(relevance),
    layers: Object.fromEntries([...layers].map(([name, layer]) => [name, tensor(layer)])),
    conservation: { started, arrived, ...totals, ...(given.on("conservation") ? { rows } : {}) },
    warnings,
  };
}

async function rendered(
  path: string, { relevance }: Explanation, { image, layout }: ReadInput, given: Given,
): Promise<Uint8Array | string> {
  if (path.endsWith(".npy")) return writeNpy(relevance);
  const extents = layout === "channelsLast" ? relevance.shape.slice(-3, -1) : relevance.shape.slice(-2);
  const longest = extents.reduce((most, extent) => Math.max(most, extent), 1);
  const scale = wholeNumber("scale", given.text("scale") ?? `${Math.ceil(LEGIBLE / longest)}`, 1);
  const overlay = given.on("overlay") && image !== undefined ? { image: grayOf(image) } : undefined;
  const picture = heatmap({ relevance, layout }, { scale, ...(overlay && { overlay }) });
  return path.endsWith(".html") ? picture.html() : picture.png();
}
