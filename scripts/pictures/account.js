// What is left of a score at every node on the way back, and what the biases took of it.
import { epsilonPlusFlat, LRP } from "relprop";
import { digit } from "./digits.js";
import { box, drawing, label, line, short, WIDTH } from "./pen.js";

const LEFT = 150;

export async function account() {
  const { model, input } = await digit("4-a");
  const { conservation } = new LRP(model, epsilonPlusFlat()).analyze(input, { start: "value" });
  const rows = conservation.rows.filter(({ bias, rule }) => bias !== 0 || rule === "flat");
  const most = Math.max(...rows.flatMap((row) => [row.in, row.out]));
  const scale = (WIDTH - LEFT - 60) / most;
  const heads = [[12, "node and rule"], [LEFT, "what arrives below it"]];
  const shapes = heads.map(([x, head]) => label(x, 24, head, { fill: "faint" }));
  rows.forEach((row, i) => {
    const y = 40 + i * 34;
    const arrives = Math.max(0, row.out) * scale;
    shapes.push(label(12, y + 16, `${row.node}  ${row.rule}`));
    shapes.push(box(LEFT, y, arrives, 22, "for"));
    shapes.push(label(LEFT + 6, y + 16, short(row.out), { fill: "paper", bold: true }));
    if (row.bias > 0) {
      shapes.push(box(LEFT + arrives + 1, y, row.bias * scale, 22, "faint"));
      shapes.push(label(LEFT + arrives + row.bias * scale + 6, y + 16, short(row.bias), { fill: "faint" }));
    } else if (row.bias < 0) {
      shapes.push(label(LEFT + arrives + 6, y + 16, `+ ${short(-row.bias)}`, { fill: "faint" }));
    }
  });
  const { started, arrived, totals } = conservation;
  const end = 40 + rows.length * 34;
  shapes.push(line([[LEFT, 34], [LEFT, end]], { stroke: "ink" }));
  const [score, pixels, biases] = [started, arrived, totals.bias].map(short);
  const sum = `the score ${score} = ${pixels} on the pixels + ${biases} of the biases`;
  shapes.push(label(12, end + 22, sum, { bold: true }));
  return drawing(end + 36, shapes, `What is left of a score at every layer: ${sum}`);
}
