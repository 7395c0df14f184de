// One small network, forward and back, with every number: how a score is shared.
import { chain, Dense, epsilon, everywhere, LRP, relu, tensor } from "relprop";
import { box, drawing, label, line, short, sign } from "./pen.js";

const WEIGHTS = { hidden: [[1, 1], [3, -1]], score: [[1, 2]] };
const INPUT = [1, 2];

export function formula() {
  const model = chain({
    hidden: new Dense(tensor(WEIGHTS.hidden)), act: relu, score: new Dense(tensor(WEIGHTS.score)),
  });
  const lrp = new LRP(model, everywhere(epsilon(1e-9)));
  const { relevance, output, layers } = lrp.analyze(tensor([INPUT]), { start: "value", layers: ["act"] });
  const activations = [INPUT, [...lrp.forward(tensor([INPUT])).value("act").data], [...output.data]];
  const shares = [[...relevance.data], [...layers.get("act").data], [...output.data]];
  const at = (layer, unit, units) => [70 + layer * 160, units === 1 ? 125 : 75 + unit * 100];
  const shapes = [];
  for (const [layer, weights] of Object.values(WEIGHTS).entries()) {
    weights.forEach((row, to) => row.forEach((weight, from) => {
      const [[x1, y1], [x2, y2]] = [at(layer, from, row.length), at(layer + 1, to, weights.length)];
      shapes.push(line([[x1, y1], [x2, y2]], { width: 2 }));
      const place = layer === 0 && from !== to ? 0.3 : 0.5;
      const [x, y] = [x1 + (x2 - x1) * place, y1 + (y2 - y1) * place];
      shapes.push(box(x - 12, y - 10, 24, 18, "paper"));
      shapes.push(label(x, y + 4, short(weight), { anchor: "middle", fill: "faint" }));
    }));
  }
  activations.forEach((values, layer) => values.forEach((value, unit) => {
    const [x, y] = at(layer, unit, values.length);
    const R = shares[layer][unit];
    shapes.push(box(x - 21, y - 21, 42, 42, "line"), box(x - 20, y - 20, 40, 40, "paper"));
    shapes.push(label(x, y + 6, short(value), { anchor: "middle", size: 17, bold: true }));
    shapes.push(label(x, y + 38, `R = ${short(R)}`, { anchor: "middle", size: 14, bold: true, fill: sign(R) }));
  }));
  const heads = ["input", "hidden, after ReLU", "score"];
  heads.forEach((head, layer) => shapes.push(label(70 + layer * 160, 28, head, { anchor: "middle", fill: "faint" })));
  const sums = shares.map((all) => all.map(short).join(" + ").replace("+ −", "− "));
  shapes.push(label(16, 250, `every layer holds the whole score: ${sums[2]} = ${sums[1]} = ${sums[0]}`));
  const alt = `A network of two layers with its activations, weights and relevances: ${sums.join(", ")}`;
  return drawing(264, shapes, alt);
}
