// npm run gallery: trained networks on photographs, and what their answers rest on; pictures in docs/gallery.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  encodePng, epsilonGammaBox, epsilonPlusFlat, heatmap, imageToTensor, LRP, prepare, recurrentLRP, sheet, Tensor,
  useSimd,
} from "relprop";
import { resize, signalPlot } from "@relprop/heatmap";
import {
  cut, human, humanFile, installNetworks, photograph, pictureKinds, sound, textDetector, voiceDetector,
} from "./gallery/sources.js";
import { root } from "./runtimes/pack.js";

const folder = join(root, "docs/gallery");
mkdirSync(folder, { recursive: true });
installNetworks();
useSimd();
await smile();
await compared();
await cat();
await words();
await drawing();
await voice();

/** Which pixels of a face speak for "happy". */
async function smile() {
  const face = cut(await photograph("astronaut.png"), 165, 60, 120);
  const small = resize(face, 64, 64);
  const input = scaled(imageToTensor(small, { layout: "channelsLast", channels: 1 }), 2, -1);
  const lrp = new LRP(prepare(human("emotion")), epsilonGammaBox({ low: -1, high: 1, sums: true }));
  const explanation = lrp.analyze(input);
  if (explanation.target[0] !== 3) throw new Error(`emotion: takes the face as happy (3), got ${explanation.target}`);
  await draw("smile.png", [{ label: "happy", picture: resize(face, 320, 320), explanation }], 320);
}

/** What the commands of docs/start/one-photograph.md draw: the same face as three composites explain it. */
async function compared() {
  const place = mkdtempSync(join(tmpdir(), "relprop-"));
  const face = join(place, "face.png");
  writeFileSync(face, await encodePng(cut(await photograph("astronaut.png"), 165, 60, 120)));
  const composites = "epsilon-plus-flat,epsilon-plus,epsilon-gamma-box";
  const how = ["--size", "64", "--mean", "0.5", "--std", "0.5", "--compare", composites, "--box=-1,1", "--force"];
  const command = join(root, "packages/relprop/bin/relprop.js");
  const words = ["explain", humanFile("emotion"), face, ...how, "--output", join(folder, "compared.png")];
  const { status } = spawnSync(process.execPath, [command, ...words], { stdio: ["ignore", "ignore", "inherit"] });
  rmSync(place, { recursive: true });
  if (status !== 0) throw new Error(`compared.png: relprop explain ended with ${status}`);
  console.log("docs/gallery/compared.png");
}

/** Which pixels speak for "here is the middle of a cat". */
async function cat() {
  const model = prepare(human("centernet"));
  const lrp = new LRP(model, epsilonPlusFlat({ sums: true }));
  const picture = resize(await photograph("chelsea.png"), 512, 512);
  const input = scaled(imageToTensor(picture, { layout: "channelsLast" }), 255, 0);
  const [, scores] = model.run(input);
  const place = strongest(scores, 15);
  const explanation = lrp.analyze(input, { output: model.outputs[1], target: { at: [...place, 15] } });
  await draw("cat.png", [{ label: "cat", picture: resize(picture, 320, 320), explanation }], 320);
}

/** Which pixels make a place of a page text. */
async function words() {
  const page = await photograph("page.png");
  const picture = resize(page, 384, 192);
  const input = scaled(imageToTensor(picture), 1 / 0.225, -0.45 / 0.225);
  const lrp = new LRP(prepare(textDetector()), epsilonPlusFlat({ sums: true }));
  const [scores] = lrp.model.run(input);
  const [row, column] = strongest({ shape: [1, ...scores.shape.slice(2), 1], data: scores.data }, 0);
  const explanation = lrp.analyze(input, { target: { at: [0, row, column] } });
  await draw("words.png", [{ label: `text at row ${row}, column ${column}`, picture, explanation }], 384);
}

/** Which pixels make a picture a drawing. */
async function drawing() {
  const picture = resize(await photograph("horse.png"), 224, 224);
  const input = imageToTensor(picture, { layout: "channelsLast" });
  const lrp = new LRP(prepare(pictureKinds()), epsilonGammaBox({ low: 0, high: 1, sums: true }));
  const explanation = lrp.analyze(input, { target: 0 });
  await draw("drawing.png", [{ label: "drawing", picture: resize(picture, 320, 320), explanation }], 320);
}

/** Which samples of a sound are speech: the answer to each 32 ms, explained where it is yes. */
async function voice() {
  const [WINDOW, BEFORE] = [512, 64]; // samples that the network hears, and those of the window before
  const samples = sound("Front_Center.wav");
  const lrp = new LRP(prepare(voiceDetector()), recurrentLRP());
  const relevance = new Float32Array(samples.length);
  let state = new Tensor([2, 1, 128], new Float32Array(2 * 128));
  for (let at = 0; at + WINDOW <= samples.length; at += WINDOW) {
    const heard = new Float32Array(BEFORE + WINDOW);
    heard.set(samples.subarray(Math.max(0, at - BEFORE), at + WINDOW), Math.max(0, BEFORE - at));
    const tape = lrp.forward({ input: new Tensor([1, heard.length], heard), state });
    const [answer, after] = lrp.model.outputs.map((name) => tape.value(name));
    if (answer.data[0] > 0.5) {
      const why = lrp.analyze(tape, { output: lrp.model.outputs[0], target: 0, start: "value" });
      relevance.set(why.relevance.data.subarray(BEFORE), at);
    }
    state = after;
  }
  const [heard, shown] = [samples, relevance].map((data) => new Tensor([1, 1, data.length], data));
  const plot = signalPlot({ relevance: shown }, { input: heard, alt: "speech" });
  writeFileSync(join(folder, "voice.png"), await plot.png());
  console.log("docs/gallery/voice.png");
}

async function draw(name, rows, cell) {
  const drawn = rows.map(({ label, picture, explanation }) => {
    const map = heatmap(explanation, { overlay: { image: picture, alpha: 0.65 }, normalize: { percentile: 99.5 } });
    return { label, cells: [picture, map] };
  });
  writeFileSync(join(folder, name), await encodePng(sheet(drawn, { cell })));
  console.log(`docs/gallery/${name}`);
}

function scaled(tensor, factor, offset) {
  tensor.data.forEach((value, i) => (tensor.data[i] = value * factor + offset));
  return tensor;
}

/** Row and column of the largest value of a channel of `[1, H, W, C]`. */
function strongest({ shape, data }, channel) {
  const [, height, width, channels] = shape;
  const values = Array.from({ length: height * width }, (_, i) => data[i * channels + channel]);
  const at = values.indexOf(values.reduce((a, b) => Math.max(a, b)));
  return [Math.floor(at / width), at % width];
}
