/** Small transformers, as PyTorch exports them with free batch and length, against what PyTorch says of them. */
import { readdirSync, readFileSync } from "node:fs";
import { integers, relativeError, Tensor, type Value } from "@relprop/tensor";
import { describe, expect, test } from "vitest";
import {
  attnLRP, checkModel, gradient, loadOnnx, LRP, prepare, readSafetensors, where, type Explanation, type Target,
} from "relprop";

const folder = new URL("./transformers/", import.meta.url);
const read = (name: string): Uint8Array => readFileSync(new URL(name, folder));
const names = readdirSync(folder).filter((name) => name.endsWith(".onnx")).map((name) => name.replace(".onnx", ""));

interface Example {
  readonly inputs: readonly Value[];
  /** 1 at what is explained, and the output's value there. */
  readonly one: Tensor;
  readonly value: Tensor;
  expected(what: "output" | "gradient_x_input" | "relevance"): Float32Array;
}

function examplesOf(name: string): readonly Example[] {
  const { tensors, metadata } = readSafetensors(read(`${name}.safetensors`));
  const inputs = JSON.parse(metadata.get("inputs")!) as readonly string[];
  const targets = JSON.parse(metadata.get("targets")!) as readonly (readonly (readonly number[])[])[];
  return targets.map((samples, i) => {
    const output = tensors.get(`${i}.output`)!.tensor();
    const one = new Float32Array(output.size);
    for (const [n, at] of samples.entries()) {
      one[[n, ...at].reduce((index, position, axis) => index * output.shape[axis]! + position, 0)] = 1;
    }
    return {
      inputs: inputs.map((each) => {
        const stored = tensors.get(`${i}.${each}`)!;
        return stored.dtype === "I64" ? integers(stored.numbers(), stored.shape) : stored.tensor();
      }),
      one: new Tensor(output.shape, one),
      value: new Tensor(output.shape, output.data.map((value, k) => value * one[k]!)),
      expected: (what) => tensors.get(`${i}.${what}`)!.tensor().data,
    };
  });
}

/** The rows of tokens, or the real input. */
function carried({ relevance, sources }: Explanation): readonly [string | undefined, Tensor] {
  return [...sources].find(([name]) => name.startsWith("tokens")) ?? [undefined, relevance];
}

test("all transformers are there", () => {
  expect(names).toEqual(["bert_base", "encoder", "gpt2_small", "llama_124m", "swin_t", "vit_b_16"]);
});

describe.each(names)("%s", (name) => {
  const model = loadOnnx(read(`${name}.onnx`));
  const prepared = prepare(model);
  const examples = examplesOf(name);
  const lrp = new LRP(prepared, attnLRP());

  test("gives the output that PyTorch gives, at every size of input", () => {
    expect(examples.length).toBe(2);
    for (const { inputs, expected } of examples) {
      expect(relativeError(model.predict(...inputs).data, expected("output"))).toBeLessThan(1e-5);
      expect(relativeError(prepared.predict(...inputs).data, expected("output"))).toBeLessThan(1e-5);
    }
  });

  test("has PyTorch's gradient times the input", () => {
    const differentiated = new LRP(prepared, [where(() => true, gradient())], { skipChecks: true });
    for (const { inputs, one, expected } of examples) {
      const tape = differentiated.forward(...inputs);
      const [rows, slopes] = carried(differentiated.analyze(tape, { target: one }));
      const value = rows === undefined ? inputs[0] as Tensor : tape.value(rows);
      const product = slopes.data.map((slope, i) => slope * value.data[i]!);
      expect(relativeError(product, expected("gradient_x_input"))).toBeLessThan(2e-5);
    }
  });

  test("is explained as the modified gradient times the input", () => {
    const explain = (inputs: readonly Value[], target: Target): Explanation => lrp.analyze(inputs, { target });
    for (const { inputs, value, expected } of examples) {
      const explanation = explain(inputs, value);
      expect(relativeError(carried(explanation)[1].data, expected("relevance"))).toBeLessThan(2e-5);
      const { started, arrived, totals } = explanation.conservation;
      const parts = Object.values(totals as unknown as Record<string, number>).reduce((a, b) => a + b, arrived);
      expect(Math.abs(parts - started)).toBeLessThan(1e-6 * Math.abs(started));
    }
    expect(checkModel(prepared).passed).toBe(true);
  });
});
