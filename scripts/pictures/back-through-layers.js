// Where the relevance of one answer lies at every node of the digits' network, from the score back to the pixels.
import { epsilonPlusFlat, heatmap, LRP, Tensor } from "relprop";
import { digit } from "./digits.js";
import { drawing, inset, label, short } from "./pen.js";

const STEPS = ["classifier.3", "features.10", "features.6", "features.2"];

export async function backThroughLayers() {
  const { model, image, input } = await digit("4-a");
  const lrp = new LRP(model, epsilonPlusFlat());
  const { relevance, layers, target } = lrp.analyze(input, { layers: STEPS, start: "value" });
  const maps = STEPS.map((name) => [name, layers.get(name)]);
  maps.push(["input", relevance]);
  const shapes = [inset(16, 44, 96, { rgba: () => image }), label(16, 30, `says ${target[0]}`, { bold: true })];
  maps.forEach(([name, tensor], step) => {
    const square = tensor.shape.length === 4 ? tensor : new Tensor([1, 1, 8, tensor.size / 8], tensor.data);
    const [x, y] = [16 + ((step + 1) % 3) * 148, 44 + Math.floor((step + 1) / 3) * 170];
    const all = tensor.data.reduce((sum, r) => sum + r, 0);
    const [, channels, height, width] = square.shape;
    shapes.push(label(x, y - 14, name, { bold: true }), inset(x, y, 96, heatmap(square)));
    const what = tensor === square ? `${channels} × ${height} × ${width}` : `${tensor.size} numbers`;
    shapes.push(label(x, y + 112, what, { fill: "faint" }));
    shapes.push(label(x, y + 128, `R = ${short(all)} in all`, { fill: "faint" }));
  });
  return drawing(350, shapes, "Relevance of one answer at every step from the score back to the pixels of a digit");
}
