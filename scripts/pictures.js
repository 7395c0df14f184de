// npm run pictures: draws the pictures of docs/theory, the same digits under every rule, with the bundled network.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { decodeImage, encodePng, heatmap, imageToTensor, loadOnnx, LRP, prepare, sheet } from "relprop";
import { composites } from "./docs/rule-composites.js";
import { root } from "./runtimes/pack.js";

const digits = join(root, "examples/digits");
const folder = join(root, "docs/theory/pictures");
const model = prepare(loadOnnx(readFileSync(join(digits, "digits.onnx"))));
const samples = await Promise.all(["3-b", "4-a", "7-a", "8-a"].map(async (name) => {
  const image = await decodeImage(readFileSync(join(digits, `images/${name}.png`)));
  return { image, input: imageToTensor(image, { channels: 1 }) };
}));

mkdirSync(folder, { recursive: true });
for (const [name, composite] of Object.entries(composites)) {
  const lrp = new LRP(model, composite);
  const maps = samples.map(({ input }) => heatmap(lrp.analyze(input)));
  const rows = [
    { label: "what the network saw", cells: samples.map(({ image }) => image) },
    { label: "what speaks for (red) and against (blue) what it said", cells: maps },
  ];
  writeFileSync(join(folder, `${name}.png`), await encodePng(sheet(rows, { cell: 112, textScale: 1 })));
}
console.log(`${Object.keys(composites).length} pictures in docs/theory/pictures`);
