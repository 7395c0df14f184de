// The same network with its normalisations as layers of their own and merged into the layers before them.
import { byKind, composite, epsilon, heatmap, LRP, stripSoftmax, zPlus } from "relprop";
import { digit, model, read } from "./digits.js";
import { box, drawing, inset, label, line, short } from "./pen.js";

export async function canonised() {
  const { input } = await digit("4-a");
  const rules = composite(byKind({ Conv: zPlus(), Dense: epsilon() }));
  const shapes = [];
  const sides = [["as the file has it", stripSoftmax(read)], ["canonised", model]];
  sides.forEach(([title, network], side) => {
    const left = 16 + side * 224;
    shapes.push(label(left, 24, title, { bold: true }));
    const nodes = network.nodes.filter(({ name }) => /^features\.[0-2]$/.test(name));
    nodes.forEach(({ name, layer }, i) => {
      const y = 40 + i * 44;
      shapes.push(box(left, y, 190, 30, "line"), box(left + 1, y + 1, 188, 28, "paper"));
      shapes.push(label(left + 8, y + 20, `${name}  ${layer.kind}`));
      if (i > 0) shapes.push(line([[left + 75, y - 14], [left + 75, y]], { stroke: "faint", width: 2 }));
    });
    const found = new LRP(network, rules).analyze(input, { start: "value" });
    const total = (values) => values.reduce((sum, r) => sum + r, 0);
    shapes.push(inset(left, 190, 96, heatmap(found)));
    const { rows, started } = found.conservation;
    shapes.push(label(left, 304, `${rows.length} nodes, score ${short(started)}`, { fill: "faint" }));
    shapes.push(label(left, 322, `${short(total(found.relevance.data))} arrive at the pixels`, { fill: "faint" }));
  });
  const alt = "Convolution and normalisation before and after they are merged, and the heatmaps of z⁺ on both";
  return drawing(336, shapes, alt);
}
