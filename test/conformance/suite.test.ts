import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Model, type Layer, type Linearization } from "@relprop/layers";
import { Tensor, tensor } from "@relprop/tensor";
import { afterEach, beforeEach, expect, test } from "vitest";
import { node, onnx, tensorFile, type TestGraph } from "../../packages/models/test/onnx/write-onnx.ts";
import { conformance } from "./command.ts";
import { checkGradients, type GradientFate } from "./onnx/gradients.ts";
import type { SuiteEntry } from "./onnx/suite-case.ts";

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "suite-"))));
afterEach(() => rmSync(folder, { recursive: true }));

const negation: TestGraph = { nodes: [node("Neg", ["x"], "y")], inputs: { x: [2] }, outputs: ["y"] };
const unheard: TestGraph = { nodes: [node("Unheard", ["x"], "y")], inputs: { x: [2] }, outputs: ["y"] };
const entry: SuiteEntry = { name: "a", folder: "a", ops: ["Neg"], tier: 1, inputs: ["x"], expect: "pass" };

type Models = Readonly<Record<string, TestGraph>>;

/** One case with the models of its forms; the input is [1, −2]. */
function suite(change: Partial<SuiteEntry>, models: Models, want: readonly number[]): void {
  writeFileSync(join(folder, "index.json"), JSON.stringify([{ ...entry, ...change }]));
  for (const [form, data] of [["model", "test_data_set_0"], ["constants", "test_data_set_0"], ["sample", "sample"]]) {
    mkdirSync(join(folder, "a", data!), { recursive: true });
    writeFileSync(join(folder, "a", data!, "input_0.pb"), tensorFile({ shape: [2], values: [1, -2] }));
    writeFileSync(join(folder, "a", data!, "output_0.pb"), tensorFile({ shape: [want.length], values: want }));
    if (models[form!] !== undefined) writeFileSync(join(folder, "a", `${form}.onnx`), onnx(models[form!]!));
  }
}

function command(...options: readonly string[]): { readonly code: number; readonly out: string } {
  const out: string[] = [];
  const note = (line: string): void => void out.push(line);
  const code = conformance([folder, ...options], { log: note, error: note });
  return { code, out: out.join("\n") };
}

test.each<[string, Partial<SuiteEntry>, Models, readonly number[], number, RegExp]>([
  ["passes as it is", {}, { model: negation }, [-1, 2], 0, /^tier 1: 1 of 1 pass/],
  ["passes in another form", { sample: ["x"] }, { model: unheard, sample: negation }, [-1, 2], 0, /^tier 1: 1 of 1/],
  ["is refused", {}, { model: unheard }, [-1, 2], 0, /^REFUSED 1 Neg a\n.*Unheard.*\ntier 1: 0 of 1 pass .* 1 refused/],
  ["has other numbers", {}, { model: negation }, [-1, 2.01], 1, /^WRONG.*\n.*takes 2\.0\d* at 1 of 2, got 2\n/],
  ["is wrong in one form", { sample: ["x"] }, { model: unheard, sample: negation }, [1, 2], 1, /^WRONG/],
  ["has another shape", {}, { model: negation }, [-1], 1, /^SHAPE.*\n.*takes \[1\], got \[2\]/],
  ["only refusing is right", { expect: "refusal" }, { model: negation }, [-1, 2], 1, /^WRONG/],
  ["may be refused", { expect: "pass or refusal" }, { model: unheard }, [-1, 2], 0, /^tier 1: 1 of 1 pass/],
])("a case that %s counts as that", (_, change, models, want, code, out) => {
  suite(change, models, want);
  expect(command()).toMatchObject({ code, out: expect.stringMatching(out) });
});

test.each<[string, Linearization["back"], number, GradientFate]>([
  ["what it is", (s) => [s], 1, "AGREES"],
  ["another number", (s) => [new Tensor(s.shape, s.data.map((value) => 1.01 * value))], 1, "OFF"],
  ["one side of a bend", (s) => [s], 0, "KINK"],
  ["neither side of a bend", (s) => [new Tensor(s.shape, s.data.map((value) => 1.1 * value))], 0, "OFF"],
])("the derivative of |x| that is %s at a point counts as that", (_, back, x, fate) => {
  const layer: Layer = {
    kind: "Abs", role: "activation", outputShape: (shape) => shape,
    forward: (input) => new Tensor(input.shape, input.data.map(Math.abs)),
    pullback: (input) => ({ output: layer.forward(input), back }),
  };
  const node = { name: "y", layer, inputs: ["x"], index: [0] };
  const model = new Model({ inputs: [{ name: "x" }], nodes: [node], outputs: ["y"] });
  expect(checkGradients(model, [tensor([x], [1])])).toMatchObject({ fate });
});

test("gradients are looked at where they are asked for", () => {
  suite({}, { model: negation }, [-1, 2]);
  expect(command("--gradients").out).toMatch(/^gradients: 1 AGREES\ntier 1/);
  expect(command().out).not.toContain("gradients");
});
