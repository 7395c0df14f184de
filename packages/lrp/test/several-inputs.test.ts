/** Models with several inputs, given in order or by name; methods that are not LRP take them as LRP does. */
import { ActivationLayer, Add, chain, Dense, Model, Multiply, tanh } from "@relprop/layers";
import { relativeError, sum, tensor, Tensor } from "@relprop/tensor";
import { expect, test } from "vitest";
import {
  epsilonPlus, inputGradient, inputXGradient, integratedGradients, LRP, occlusion, smoothGrad,
} from "@relprop/lrp";
import { readAt, type Tape } from "../src/run/tape.ts";

/** `y = 2 tanh(a) ⊙ b` over three features, added up by a dense layer. */
const gated = new Model({
  inputs: [{ name: "a" }, { name: "b" }],
  nodes: [
    { name: "open", layer: new ActivationLayer(tanh), inputs: ["a"], index: [0] },
    { name: "twice", layer: new Add(), inputs: ["open", "open"], index: [1] },
    { name: "product", layer: new Multiply(), inputs: ["twice", "b"], index: [2] },
    { name: "y", layer: new Dense(tensor([[1, 1, 1], [1, -1, 0.5]])), inputs: ["product"], index: [3] },
  ],
  outputs: ["y"],
});
const a = tensor([[0.5, -1, 0.25]]);
const b = tensor([[2, 3, -4]]);

test("inputs by name are inputs in order", () => {
  const expected = gated.predict(a, b);
  expect(gated.predict({ b, a })).toEqual(expected);
  expect(gated.forward({ a, b })).toEqual([expected]);
  expect(gated.run({ a, b })).toEqual([expected]);
  const lrp = new LRP(gated, epsilonPlus());
  const [byName, inOrder] = [lrp.analyze({ b, a }, { target: 1 }), lrp.analyze([a, b], { target: 1 })];
  expect(byName.inputs).toEqual(inOrder.inputs);
  expect(lrp.analyze(lrp.forward({ b, a }), { target: 1 }).inputs).toEqual(inOrder.inputs);
});

test("names that are missing or none of the model's are said", () => {
  expect(() => gated.predict({ a })).toThrow('Model: takes the inputs "a", "b", got "a"');
  expect(() => gated.predict({ a, b, c: a })).toThrow('Model: takes the inputs "a", "b", got "a", "b", "c"');
  expect(() => inputGradient(gated).analyze({})).toThrow('Model: takes the inputs "a", "b", got none');
});

test("an input may be called steps", () => {
  const { nodes } = chain(new Dense(tensor([[1, 2]])));
  const renamed = nodes.map((node) => ({ ...node, inputs: ["steps"] }));
  const model = new Model({ inputs: [{ name: "steps" }], nodes: renamed, outputs: [nodes[0]!.name] });
  expect(inputGradient(model).analyze({ steps: tensor([[3, 4]]) }, { target: 0 }).relevance.data).toEqual(
    Float32Array.of(1, 2),
  );
});

const slope = (x: number): number => 2 * (1 - Math.tanh(x) ** 2);
const sums = [1, -1, 0.5]; // the second output's row

test("gradient × input is of every input", () => {
  const { inputs, relevance } = inputXGradient(gated).analyze({ a, b }, { target: 1 });
  const ofA = sums.map((w, i) => w * slope(a.data[i]!) * b.data[i]! * a.data[i]!);
  const ofB = sums.map((w, i) => w * 2 * Math.tanh(a.data[i]!) * b.data[i]!);
  expect(relativeError(inputs.get("a")!.data, Float32Array.from(ofA))).toBeLessThan(1e-6);
  expect(relativeError(inputs.get("b")!.data, Float32Array.from(ofB))).toBeLessThan(1e-6);
  expect(relevance).toBe(inputs.get("a"));
});

test("integrated gradients of all inputs together add up to the change of the output", () => {
  const from = { a: tensor([[0.1, 0.2, 0]]), b: tensor([[1, 0, 1]]) };
  for (const baseline of [0, from, [from.a, from.b]]) {
    const { inputs, delta } = integratedGradients(gated, { steps: 200, baseline }).analyze([a, b], { target: 1 });
    const zero = tensor([[0, 0, 0]]);
    const start = baseline === 0 ? [zero, zero] : [from.a, from.b];
    const change = gated.predict(a, b).data[1]! - gated.predict(...start).data[1]!;
    const total = [...inputs.values()].reduce((all, relevance) => all + sum(relevance), 0);
    expect(Math.abs(total - change)).toBeLessThan(1e-3);
    expect(Math.abs(total - change - delta[0]!)).toBeLessThan(1e-5);
  }
  expect(() => integratedGradients(gated, { baseline: a }).analyze([a, b])).toThrow(
    'integratedGradients: takes a baseline of 3 elements for "b", got none',
  );
});

test("noise is on every input, and averages out where the function is linear in it", () => {
  const linear = new Model({
    inputs: [{ name: "a" }, { name: "b" }],
    nodes: [
      { name: "sum", layer: new Add(), inputs: ["a", "b"], index: [0] },
      { name: "y", layer: new Dense(tensor([sums])), inputs: ["sum"], index: [1] },
    ],
    outputs: ["y"],
  });
  const { inputs } = smoothGrad(linear, { samples: 3 }).analyze({ a, b }, { target: 0 });
  const expected = Float32Array.from(sums);
  for (const name of ["a", "b"]) expect(relativeError(inputs.get(name)!.data, expected)).toBeLessThan(1e-6);
  const curved = smoothGrad(gated, { samples: 20 }).analyze({ a, b }, { target: 1 });
  const plain = inputGradient(gated).analyze({ a, b }, { target: 1 });
  for (const name of ["a", "b"]) expect(curved.inputs.get(name)).not.toEqual(plain.inputs.get(name));
});

test("occlusion covers the input it is told to, beside the others", () => {
  const covering = { window: 1, layout: "channelsFirst" as const };
  const pixels = (x: Tensor): Tensor => x.reshape([1, 1, 3]);
  const total = { name: "y", layer: new Dense(tensor([[1, 1, 1]])), inputs: ["product"], index: [3] };
  const model = new Model({ inputs: gated.inputs, outputs: ["y"], nodes: [...gated.nodes.slice(0, 3), total] });
  const at = { a: pixels(a), b: pixels(b) };
  for (const batch of [1, 2]) {
    const { inputs } = occlusion(model, { ...covering, input: "b", batch }).analyze(at, { target: 0 });
    const expected = a.data.map((x, i) => 2 * Math.tanh(x) * b.data[i]!);
    expect([...inputs.keys()]).toEqual(["b"]);
    expect(relativeError(inputs.get("b")!.data, expected)).toBeLessThan(1e-6);
  }
  expect([...occlusion(model, covering).analyze(at, { target: 0 }).inputs.keys()]).toEqual(["a"]);
  expect(() => occlusion(model, { ...covering, input: "c" }).analyze(at)).toThrow(
    'occlusion: takes the name of an input of floats ("a", "b"), got "c"',
  );
});

test("where relevance of whole numbers is read off is found in one look at many inputs", () => {
  const count = 500;
  let looks = 0;
  const inputs = Array.from({ length: count }, (_, i) => ({
    get name() {
      looks++;
      return `x${i}`;
    },
  }));
  const output = tensor([1]);
  const rows = { node: { name: "rows", inputs: ["x0"] }, reads: [], seen: { output: tensor([[1, 2]]) } };
  const steps = inputs.map((_, i) => ({ node: { name: `n${i}`, inputs: [`x${i}`] }, reads: [], seen: { output } }));
  const tape = { model: { inputs }, inputs: inputs.map(() => output), steps: [rows, ...steps] } as unknown as Tape;
  const found = [...readAt(tape)].map(([name, { name: node }]) => [name, node]);
  expect(found).toEqual(steps.map((_, i) => [`x${i}`, `n${i}`]));
  expect(looks).toBeLessThan(10 * count);
});
