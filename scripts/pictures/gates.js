// A recurrent cell that remembers until it is told to forget, and where the relevance of its last state lies.
import { chain, LRP, tensor } from "relprop";
import { LSTMCell, Recurrent } from "relprop/layers";
import { recurrentLRP } from "relprop/lrp";
import { box, drawing, label, line, sign, WIDTH } from "./pen.js";

const STEPS = 20;
const SIGNAL = { 3: 1, 6: -0.6, 12: 0.8, 16: -0.4 };
const FORGET_AT = 9;
const FORGET = { open: 5, closed: -10 };

export function gates() {
  // Rows i, o, f, g; columns: the signal, and a signal to forget.
  const weight = tensor([[0, 0], [0, 0], [0, FORGET.closed], [1, 0]]);
  const bias = tensor([3, 3, FORGET.open, 0]);
  const cell = new LSTMCell({ weight, recurrent: tensor([[0], [0], [0], [0]]), bias });
  const model = chain(new Recurrent([cell], { batchFirst: true }));
  const target = { at: [STEPS - 1, 0, 0] };
  const steps = Array.from({ length: STEPS }, (_, t) => [SIGNAL[t] ?? 0, t === FORGET_AT ? 1 : 0]);
  const input = tensor([steps]);
  const { relevance } = new LRP(model, recurrentLRP()).analyze(input, { target });
  const half = new LRP(model, recurrentLRP({ gates: "half" })).analyze(input, { target }).relevance;
  const open = steps.map(([, forget]) => 1 / (1 + Math.exp(-(FORGET.open + FORGET.closed * forget))));
  const rows = [
    ["the signal", steps.map(([x]) => x)],
    ["the forget gate", open],
    ["relevance: gates are no signal", steps.map((_, t) => relevance.data[2 * t])],
    ["relevance: gates take a half", steps.map((_, t) => half.data[2 * t])],
  ];
  const wide = (WIDTH - 32) / STEPS;
  const shapes = rows.flatMap(([name, values], r) => {
    const middle = 66 + r * 88;
    const largest = Math.max(...values.map(Math.abs));
    const bars = values.map((value, t) => {
      const height = (value / largest) * 28;
      const fill = r < 2 ? "faint" : sign(value);
      return box(16 + t * wide, Math.min(middle, middle - height), wide - 3, Math.max(0.5, Math.abs(height)), fill);
    });
    return [label(16, middle - 36, name, { bold: true }), line([[16, middle], [WIDTH - 16, middle]]), ...bars];
  });
  shapes.push(label(16 + FORGET_AT * wide - 4, 66 + 88 + 18, "shut", { fill: "faint" }));
  const alt = "A signal, a forget gate that shuts once, and relevance of the last state, behind the shut gate";
  return drawing(66 + 3 * 88 + 46, shapes, alt);
}
