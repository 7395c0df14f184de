import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { NestedNumbers } from "@relprop/tensor";
import { afterEach, beforeEach, expect, test } from "vitest";
import { line } from "../report.ts";
import { runCase } from "../verdict.ts";
import { writeCase, type Written } from "../write-case.ts";

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "conformance-"))));
afterEach(() => rmSync(folder, { recursive: true }));

const dense = (bias: boolean, activation = "identity") => ({ type: "linear", bias, activation });
const zero = { name: "ZeroRule" };
const byHand = { source: "analytic" };

const cases: readonly (readonly [string, Written])[] = [
  // z = 1 + 2 + 1 = 4, and R / z = 1.
  ["a rule at a layer drops the activation and keeps the bias in the denominator", {
    metadata: { kind: "rule", rule: zero, layer: dense(true, "relu"), ...byHand },
    tensors: { input: [[1, 2]], weight: [[1, 1]], bias: [1], relevance_out: [[4]], relevance_in: [[1, 2]] },
  }],
  // n = (±1) of mean 2 and deviation 1; 2 n + 1 = (−1, 3), so s = (−4, 1) and R = 2 n s = (8, 2) at the normalisation;
  // then s = R / (±1) = (−8, 2), less its mean −3: (−5, 5), times the input.
  ["layer normalisation shares by LRP-0 through its scale and centres what is left", {
    metadata: {
      kind: "rule", rule: { name: "LayerNormRule" }, ...byHand,
      layer: { type: "layer_norm", normalized_shape: [2], eps: 0, affine: true, activation: "relu" },
    },
    tensors: { input: [[1, 3]], weight: [2, 2], bias: [1, 1], relevance_out: [[4, 3]], relevance_in: [[-5, 15]] },
  }],
  // 1 and 2 add up to 3; a third passes, two thirds go through the layer.
  ["a skip connection shares in proportion", {
    metadata: {
      kind: "model", model: [{ type: "skip", layers: [dense(false)] }], rules: [{ layers: [zero] }],
      selector: { type: "index", index: 1 }, normalize_output_relevance: true, ...byHand,
    },
    tensors: { input: [[5, 1]], "layers.0.layers.0.weight": [[1, 0], [0, 2]], expected: [[0, 1]] },
  }],
  // 4 from the first branch (3 of it from the second input), 6 from the second (2 and 4).
  ["branches have their own rules, and relevance can start from the value", {
    metadata: {
      kind: "model", model: [{ type: "parallel", connection: "add", branches: [[dense(false)], [dense(false)]] }],
      rules: [{ branches: [[zero], [{ name: "FlatRule" }]] }],
      selector: { type: "max" }, normalize_output_relevance: false, ...byHand,
    },
    tensors: {
      input: [[1, 3]], "layers.0.branches.0.0.weight": [[1, 1]], "layers.0.branches.1.0.weight": [[0, 2]],
      expected: [[1 + 3, 3 + 3]],
    },
  }],
  // h = (1, 3, 1) adds up to 1 + 3 − 2 = 2: shares of ½, 1½ and −1, of which the last is the smallest.
  ["concepts come in the order of their relevance", {
    metadata: {
      kind: "crp", model: [dense(false, "relu"), dense(false)], rules: [zero, zero], ...byHand,
      selector: { type: "max" },
      crp: { after_layer: 0, features: { type: "top_n", n: 2 }, selected_features: [[1, 0]] },
    },
    tensors: {
      input: [[1]], "layers.0.weight": [[1], [3], [1]], "layers.1.weight": [[1, 1, -2]], expected: [[1.5], [0.5]],
    },
  }],
  // 3 (2 x + 1 − 5) / 2 + 4 = 3 x − 2
  ["batch normalisation is fused", {
    metadata: { kind: "canonize", model: [dense(true), { type: "batch_norm", features: 1, eps: 0 }], ...byHand },
    tensors: {
      input: [[1]], "layers.0.weight": [[2]], "layers.0.bias": [1], "layers.1.weight": [3], "layers.1.bias": [4],
      "layers.1.running_mean": [5], "layers.1.running_var": [4],
      expected: [[1]], "fused.weight": [[3]], "fused.bias": [-2],
    },
  }],
];

test.each(cases)("%s", (_, written) => {
  const path = join(folder, "case.safetensors");
  writeCase(path, written);
  const verdict = runCase(path)!;
  expect(verdict.passed, line(verdict)).toBe(true);
});

test.each(cases)("not by chance: %s", (_, written) => {
  const path = join(folder, "case.safetensors");
  const wanted = ["relevance_in", "expected"].find((name) => name in written.tensors)!;
  writeCase(path, { ...written, tensors: { ...written.tensors, [wanted]: doubled(written.tensors[wanted]!) } });
  const { passed, checks } = runCase(path)!;
  expect(checks.length).toBeGreaterThan(0);
  expect(passed).toBe(false);
});

function doubled(values: NestedNumbers): NestedNumbers {
  return typeof values === "number" ? 2 * values : Array.from(values as readonly NestedNumbers[], doubled);
}
