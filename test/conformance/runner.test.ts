import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { conformance } from "./command.ts";
import { holds } from "./check.ts";
import { runCase } from "./verdict.ts";
import { writeCase, type Written } from "./write-case.ts";

/** A sum of two inputs, 1 and 2, and of its relevance 3 the shares that they have. */
const sum: Written = {
  metadata: {
    kind: "layers", f32_error: "0",
    model: [{ name: "layer", type: "Linear", inputs: ["input"], in_features: 2, out_features: 1, bias: false }],
    composite: { rule: "ZPlus", params: { stabilizer: 0 } },
  },
  tensors: { input: [[1, 2]], "layer.weight": [[1, 1]], relevance_out: [[3]], output: [[3]], relevance: [[1, 2]] },
};

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "conformance-"))));
afterEach(() => rmSync(folder, { recursive: true }));

function write(name: string, changes: Partial<Written>): string {
  const path = join(folder, name);
  const metadata = { ...sum.metadata, ...changes.metadata };
  writeCase(path, { metadata, tensors: { ...sum.tensors, ...changes.tensors } });
  return path;
}

function command(...words: readonly string[]): { readonly code: number; readonly out: string; readonly err: string } {
  const [out, err]: [string[], string[]] = [[], []];
  const code = conformance(words, { log: (line) => void out.push(line), error: (line) => void err.push(line) });
  return { code, out: out.join("\n"), err: err.join("\n") };
}

test("a case that holds passes", () => {
  write("a.safetensors", {});
  const { code, out } = command(folder);
  expect(code).toBe(0);
  expect(out.split("\n")).toEqual(["pass  layers   a  0.0e+0 of 1.0e-5 (output)", "1 passed, 0 failed"]);
});

test.each([
  [1e-6, true],
  [1e-5, false],
  [NaN, false],
])("a reference that is off by %s passes: %s", (difference, passes) => {
  const path = write("a.safetensors", { tensors: { relevance: [[1, 2 + difference]] } });
  expect(runCase(path)!.passed).toBe(passes);
  expect(command(folder).code).toBe(passes ? 0 : 1);
});

test.each([
  ["the tolerance is ten times the error that single precision made", "1e-6", 1e-5],
  ["the tolerance is not below 2e-6", "1e-9", 2e-6],
  ["the tolerance is not above 1e-4", "1e-3", 1e-4],
])("%s", (_, f32_error, tolerance) => {
  const { checks } = runCase(write("a.safetensors", { metadata: { f32_error } }))!;
  expect(checks.find(({ what }) => what === "relevance")?.tolerance).toBeCloseTo(tolerance, 12);
});

test.each<[string, Written["metadata"], string]>([
  ["kind", { kind: "other" }, "kind: takes rule, model, canonize, crp, layers, nets, onnx, attn-net, attn-op, got"],
  ["module", { model: [{ name: "layer", type: "Bilinear", inputs: ["input"] }] }, "module: takes Linear,"],
  ["rule", { composite: { rule: "Zeta", params: {} } }, "rule: takes Epsilon,"],
  ["parameter", { composite: { rule: "ZPlus", params: { zero_params: "weight" } } }, "zero_params: takes bias"],
  ["composite", { kind: "nets", composite: { name: "All" } }, "composite: takes EpsilonPlus,"],
  ["canonizer", { kind: "nets", composite: { name: "EpsilonPlus", canonizers: ["Merge"] } }, "canonizers: takes"],
  ["JSON", { model: "{" }, "SyntaxError"],
])("a case whose %s is not understood fails and says why", (_, metadata, reason) => {
  const path = write("a.safetensors", { metadata });
  expect(runCase(path)).toMatchObject({ passed: false, reason: expect.stringContaining(reason) });
  expect(command(folder)).toMatchObject({ code: 1, out: expect.stringMatching(/\n0 passed, 1 failed$/) });
});

test("a result of another shape fails", () => {
  const { passed, reason } = runCase(write("a.safetensors", { tensors: { relevance: [[1, 2, 3]] } }))!;
  expect({ passed, reason }).toEqual({ passed: false, reason: "RangeError: relevance: takes [1, 3], got [1, 2]" });
});

test("files that cannot be read, or are not there, fail", () => {
  const whole = readFileSync(write("a.safetensors", {}));
  writeFileSync(join(folder, "cut.safetensors"), whole.subarray(0, whole.length - 1));
  const { code, out } = command(folder, join(folder, "nowhere"));
  expect(code).toBe(1);
  expect(out).toMatch(/\n1 passed, 2 failed$/);
});

test("files that go with cases are none, and none at all is a failure", () => {
  write("a.safetensors", { metadata: { kind: "params" } });
  expect(command(folder)).toEqual({ code: 1, out: "0 passed, 0 failed", err: "" });
});

test("folders are searched to the bottom", () => {
  mkdirSync(join(folder, "b", "c"), { recursive: true });
  write("b/c/a.safetensors", {});
  write("a.safetensors", {});
  expect(command(folder).out).toMatch(/\n2 passed, 0 failed$/);
});

test("--json says everything", () => {
  write("a.safetensors", {});
  const path = write("b.safetensors", { tensors: { relevance: [[1, NaN]] } });
  const { code, out } = command("--json", folder);
  expect(code).toBe(1);
  const checks = [
    { what: "output", error: 0, tolerance: 1e-5, passed: true },
    { what: "relevance", error: "NaN", tolerance: 2e-6, passed: false },
  ];
  const cases = [{ passed: true }, { path, passed: false, checks }];
  expect(JSON.parse(out)).toMatchObject({ passed: 1, failed: 1, cases });
});

test("--simd runs on other kernels", () => {
  write("a.safetensors", {});
  expect(command("--simd", folder).out).toMatch(/\n1 passed, 0 failed$/);
});

test("--help is no failure; unknown options and no folders are", () => {
  expect(command("--help")).toMatchObject({ code: 0, err: "" });
  const refusal = "conformance: takes --json, --simd, --gradients, --help, got --fast";
  expect(command("--fast", folder)).toEqual({ code: 1, out: "", err: refusal });
  expect(command()).toMatchObject({ code: 1, out: "" });
});

test("an error that is not a number does not hold", () => {
  expect(holds({ what: "relevance", error: NaN, tolerance: 1 })).toBe(false);
});
