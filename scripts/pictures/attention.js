// Which words speak for an answer: the same sentence and network under the rules for attention, and by the gradient.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { attnLRP, cpLRP, everywhere, explainText, gradient } from "relprop";
import { root } from "../runtimes/pack.js";
import { box, drawing, label, line, sign, WIDTH } from "./pen.js";

const folder = join(root, "examples/reviews");
const WORDS = ["the", "room", "was", "lovely", ",", "the", "soup", "was", "cold", "."];

export function attention() {
  const { vocab } = JSON.parse(readFileSync(join(folder, "tokenizer.json"), "utf8")).model;
  const tokens = ["[CLS]", ...WORDS, "[SEP]"];
  const tokenizer = { encode: () => ({ ids: tokens.map((token) => vocab[token]), tokens }) };
  const bytes = readFileSync(join(folder, "reviews.onnx"));
  const rules = { "AttnLRP": attnLRP(), "CP-LRP": cpLRP(), "gradient": everywhere(gradient()) };
  const columns = Object.entries(rules).map(([name, composite]) => {
    const { tokenRelevance, answer } = explainText(bytes, WORDS.join(" "), { tokenizer, composite });
    return { name, answer, values: [...tokenRelevance], largest: Math.max(...tokenRelevance.map(Math.abs)) };
  });
  const [left, step, middle] = [80, 128, 56];
  const shapes = columns.map(({ name }, c) =>
    label(left + c * step + middle, 24, name, { anchor: "middle", bold: true }));
  tokens.forEach((token, t) => {
    const y = 36 + t * 22;
    shapes.push(label(left - 10, y + 14, token, { anchor: "end", fill: token.startsWith("[") ? "faint" : "ink" }));
    columns.forEach(({ values, largest }, c) => {
      const length = (values[t] / largest) * 50;
      const from = left + c * step + middle;
      shapes.push(box(Math.min(from, from + length), y, Math.max(1, Math.abs(length)), 18, sign(values[t])));
    });
  });
  const bottom = 36 + tokens.length * 22;
  columns.forEach((_, c) => {
    const x = left + c * step + middle;
    shapes.push(line([[x, 32], [x, bottom]], { stroke: "faint" }));
  });
  const said = columns[0].answer === 1 ? "good" : "bad";
  const legend = `right: speaks for “${said}”, the answer; left: against it`;
  shapes.push(label(WIDTH / 2, bottom + 22, legend, { anchor: "middle", fill: "faint" }));
  const alt = `Words of a review that speak for the answer ${said}, by AttnLRP, by CP-LRP and by the gradient`;
  return drawing(bottom + 34, shapes, alt);
}
