// npm run gallery: trained networks on photographs, and what their answers rest on; pictures in docs/gallery.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  encodePng, epsilonGammaBox, epsilonPlusFlat, heatmap, imageToTensor, LRP, prepare, sheet, useSimd,
} from "relprop";
import { resize } from "@relprop/heatmap";
import { cut, human, installNetworks, photograph, textDetector } from "./gallery/sources.js";
import { root } from "./runtimes/pack.js";

const folder = join(root, "docs/gallery");
mkdirSync(folder, { recursive: true });
installNetworks();
useSimd();
await smile();
await cat();
await words();

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
