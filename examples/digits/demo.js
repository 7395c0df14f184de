// Explains bundled digits with the bundled networks: `npm run demo` at the root of the repository.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import {
  decodeImage, encodePng, heatmap, imageToTensor, loadOnnx, LRP, prepare, presets, sheet, useSimd,
} from "relprop";

useSimd();

const here = new URL("./", import.meta.url);
const depth = process.stdout.isTTY && !process.env.NO_COLOR ? 24 : 0;

async function network(name) {
  return prepare(loadOnnx(await readFile(new URL(name, here))));
}

async function digit(name) {
  const image = await decodeImage(await readFile(new URL(`images/${name}.png`, here)));
  return { name, image, input: imageToTensor(image, { channels: 1 }) };
}

/** The classes by falling score, with their probabilities. */
function ranking({ data }) {
  const largest = Math.max(...data);
  const weights = Array.from(data, (score) => Math.exp(score - largest));
  const total = weights.reduce((a, b) => a + b, 0);
  return weights
    .map((weight, label) => ({ label, probability: weight / total }))
    .sort((a, b) => b.probability - a.probability);
}

const percent = (probability) => `${(100 * probability).toFixed(1)} %`;

/** One digit on the terminal: prediction, heatmap, and where the relevance went. */
function show(lrp, { name, input }) {
  const explanation = lrp.analyze(input);
  const [best, second] = ranking(explanation.output);
  const [first, next] = [best, second].map(({ label, probability }) => `${label} (${percent(probability)})`);
  console.log(`\n${name}.png is a ${first}, before ${next}`);
  console.log(heatmap(explanation.relevance).ansi({ depth, width: 64 }));
  const { started, arrived, totals } = explanation.conservation;
  const parts = Object.entries(totals).map(([cause, amount]) => `${cause} ${amount.toFixed(3)}`);
  console.log(`relevance ${started.toFixed(3)} = ${arrived.toFixed(3)} on the pixels + ${parts.join(" + ")}`);
}

/** A row per digit and class, a column per composite: input beside the heatmaps of every preset and of LRP-0. */
async function compare(model, digits) {
  const names = Object.keys(presets).filter((name) => /^(epsilon|lrp)-/.test(name)); // those for convolutions
  const analyzers = names.map((name) => new LRP(model, presets[name]()));
  const rows = digits.flatMap(({ name, image, input }) => {
    const tape = analyzers[0].forward(input);
    const classes = ranking(analyzers[0].analyze(tape).output).slice(0, 2);
    return classes.map(({ label, probability }, place) => ({
      label: `${name}: ${place === 0 ? "predicted" : "runner-up"} ${label} (${percent(probability)})`,
      cells: [image, ...analyzers.map((lrp) => heatmap(lrp.analyze(tape, { target: label }).relevance))],
    }));
  });
  const picture = sheet(rows, {
    title: "Which pixels speak for (red) and against (blue) a digit",
    columns: ["input", ...names.map((name) => name.replaceAll("-", " "))],
  });
  return encodePng(picture);
}

/** The network that learned a mark instead of the digit: what it looks at, and what it says without the mark. */
async function cleverHans() {
  const model = await network("clever-hans.onnx");
  const lrp = new LRP(model, presets["epsilon-plus-flat"]());
  console.log("\n\nClever Hans: a network trained on digits in which nearly every 3 carried a mark in a corner");
  const rows = [];
  for (const name of ["hans-3-marked", "hans-3-unmarked", "hans-8-marked", "hans-8-unmarked"]) {
    const sample = await digit(name);
    show(lrp, sample);
    const explanation = lrp.analyze(sample.input);
    const mark = lrp.analyze(sample.input, { target: 3 });
    const [best] = ranking(explanation.output);
    rows.push({
      label: `${name}: says ${best.label} (${percent(best.probability)})`,
      cells: [sample.image, heatmap(explanation.relevance), heatmap(mark.relevance)],
    });
  }
  const picture = sheet(rows, {
    title: "A network that looks at the mark",
    columns: ["input", "for its prediction", "for 3"],
  });
  return encodePng(picture);
}

const model = await network("digits.onnx");
console.log(`prepared digits.onnx:\n${model.describe()}`);
const digits = await Promise.all(["0-a", "2-a", "4-a", "7-a", "8-a"].map(digit));
const lrp = new LRP(model, presets["epsilon-plus-flat"]());
for (const sample of digits.slice(0, 3)) show(lrp, sample);
await mkdir("out", { recursive: true });
await writeFile("out/digits.png", await compare(model, digits));
await writeFile("out/clever-hans.png", await cleverHans());
console.log("\nwrote out/digits.png and out/clever-hans.png: look at them");
