/**
 * Where the time of an explanation goes, by kind of node, or with `--nodes` node by node:
 *
 *     node bench/profile.js [subject] [--preset=epsilon-plus-flat] [--rounds=7] [--clock=cpu|wall] [--nodes]
 *
 * Subjects are those of `bench/peers/subjects.js`. What no node accounts for is said as well.
 */
import { LRP, presets } from "@relprop/lrp";
import { Tensor } from "@relprop/tensor";
import { useSimd } from "@relprop/tensor/simd";
import { inputOf, subjects } from "./peers/subjects.js";
import { median, processorTime } from "./rounds.js";

const words = process.argv.slice(2);
const option = (name, fallback) => words.find((word) => word.startsWith(`--${name}=`))?.split("=")[1] ?? fallback;
const subject = words.find((word) => !word.startsWith("--")) ?? "vgg16";
const preset = option("preset", "epsilon-plus-flat");
const rounds = Number(option("rounds", "7"));
const now = option("clock", "cpu") === "cpu" ? processorTime : () => performance.now();

useSimd();
const { build, shape } = subjects[subject];
const model = build();
const input = new Tensor(shape, inputOf(subject));
const times = new Map(model.nodes.map(({ name }) => [name, { forward: [], back: [] }]));
const wholes = [];

const lrp = new LRP(model, presets[preset]());
for (const { name, layer } of model.nodes) {
  // What the forward pass asks a layer for. Rules ask layers of their own, with other weights.
  const method = "withParameters" in layer ? "preactivation" : "pullback";
  const original = layer[method].bind(layer);
  const value = (...inputs) => {
    const start = now();
    const result = original(...inputs);
    times.get(name).forward.push(now() - start);
    return result;
  };
  Object.defineProperty(layer, method, { value });
}
for (let round = -2; round < rounds; round++) {
  for (const { forward, back } of times.values()) if (round <= 0) forward.length = back.length = 0;
  const start = now();
  lrp.scratch(() => {
    const tape = lrp.forward(input);
    let [name, since] = [undefined, 0];
    const close = () => {
      if (name !== undefined) times.get(name)?.back.push(now() - since);
    };
    const value = tape.value(model.outputs[0]);
    const largest = value.data.reduce((a, b) => Math.max(a, b));
    const chosen = new Tensor([1, ...value.shape], value.data.map((v) => (v === largest ? 1 : 0)));
    lrp.backward(tape, new Map([[model.outputs[0], chosen]]), {
      visit(node) {
        close();
        [name, since] = [node, now()];
      },
    });
  });
  if (round >= 0) wholes.push(now() - start);
}

const rows = model.nodes.map(({ name, layer }) => {
  const { forward, back } = times.get(name);
  return { name, kind: layer.kind, forward: median(forward), back: median(back) };
});
const whole = median(wholes);
const line = (label, { forward, back }) => {
  const share = ((100 * (forward + back)) / whole).toFixed(1);
  const [there, home] = [forward, back].map((value) => value.toFixed(1).padStart(8));
  return `${label.padEnd(30)} ${there} ${home} ${share.padStart(6)} %`;
};
console.log(`${`${subject} ${preset}, ms`.padEnd(31)} forward     back    share`);
if (words.includes("--nodes")) for (const row of rows) console.log(line(`${row.name} ${row.kind}`, row));
const kinds = new Map();
for (const { kind, forward, back } of rows) {
  const sum = kinds.get(kind) ?? { forward: 0, back: 0 };
  kinds.set(kind, { forward: sum.forward + forward, back: sum.back + back });
}
for (const [kind, sum] of kinds) console.log(line(kind, sum));
const covered = rows.reduce((total, { forward, back }) => total + forward + back, 0);
console.log(`${"whole".padEnd(30)} ${whole.toFixed(1).padStart(8)}, ${(whole - covered).toFixed(1)} outside of nodes`);
