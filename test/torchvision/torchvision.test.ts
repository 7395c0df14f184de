/** Small variants of torchvision's architectures, as PyTorch exports them, against what PyTorch says of them. */
import { readdirSync, readFileSync } from "node:fs";
import { relativeError, Tensor } from "@relprop/tensor";
import { describe, expect, test } from "vitest";
import {
  checkModel, epsilonPlus, everywhere, inputXGradient, loadOnnx, LRP, prepare, readSafetensors, zero, type Model,
} from "relprop";

const folder = new URL("./networks/", import.meta.url);
const read = (name: string): Uint8Array => readFileSync(new URL(name, folder));
const files = readdirSync(folder);
const names = files.filter((name) => name.endsWith(".safetensors")).map((name) => name.replace(".safetensors", ""));

interface Case {
  readonly model: Model;
  readonly input: Tensor;
  readonly target: number;
  expected(what: "output" | "gradient_x_input"): Float32Array;
}

/** A network as it is, or without its biases, and what PyTorch computed in double precision. */
function caseOf(name: string, variant: "" | "relu."): Case {
  const { tensors, metadata } = readSafetensors(read(`${name}.safetensors`));
  const targets = JSON.parse(metadata.get("targets")!) as readonly number[];
  return {
    model: loadOnnx(read(`${name}.${variant}onnx`)),
    input: tensors.get("input")!.tensor(),
    target: targets[variant === "" ? 0 : 1]!,
    expected: (what) => tensors.get(`${variant}${what}`)!.tensor().data,
  };
}

test("all architectures are there", () => expect(names.length).toBe(22));

describe.each(names)("%s", (name) => {
  const { model, input, target, expected } = caseOf(name, "");
  const prepared = prepare(model);

  test("gives the output that PyTorch gives, prepared or not", () => {
    expect(relativeError(model.predict(input).data, expected("output"))).toBeLessThan(2e-5);
    expect(relativeError(prepared.predict(input).data, expected("output"))).toBeLessThan(2e-5);
  });

  test("has PyTorch's gradient times the input", () => {
    const { relevance } = inputXGradient(prepared).analyze(input, { target });
    expect(relativeError(relevance.data, expected("gradient_x_input"))).toBeLessThan(2e-5);
  });

  test("passes the check, and epsilonPlus says where all relevance went", () => {
    expect(checkModel(prepared).passed).toBe(true);
    const { conservation, warnings } = new LRP(prepared, epsilonPlus()).analyze(input, { target });
    const { bias, stabilizer, dead, ended, other } = conservation.totals;
    const most = Math.max(...conservation.rows.map((row) => Math.abs(row.in)));
    // Biases of random weights may take nearly all, which it says.
    expect(warnings.filter((sentence) => !sentence.includes("% of the relevance arrived"))).toEqual([]);
    expect(Math.abs(other)).toBeLessThan(1e-5 * most);
    const accounted = conservation.arrived + bias + stabilizer + dead + ended;
    expect(Math.abs(accounted - conservation.started)).toBeLessThan(1e-5 * most);
  });

  test("has nodes with names of modules", () => {
    expect(model.nodes.map((node) => node.name).filter((node) => /^onnx::|\//.test(node))).toEqual([]);
  });
});

const bare = names.filter((name) => files.includes(`${name}.relu.onnx`));

describe.each(bare)("%s of ReLUs without biases", (name) => {
  const { model, input, target, expected } = caseOf(name, "relu.");
  const prepared = prepare(model);

  test("has an LRP-0 that is PyTorch's gradient times the input", () => {
    const tape = new LRP(prepared).forward(input);
    const analyze = (lrp: LRP): Float32Array => lrp.analyze(tape, { target, start: "value" }).relevance.data;
    expect(relativeError(tape.value(prepared.outputs[0]!).data, expected("output"))).toBeLessThan(2e-5);
    const exact = analyze(new LRP(prepared, everywhere(zero({ stabilizer: 0 }))));
    expect(relativeError(exact, expected("gradient_x_input"))).toBeLessThan(2e-5);
    expect(relativeError(analyze(new LRP(prepared)), expected("gradient_x_input"))).toBeLessThan(1e-4);
  });

  test("takes any number of samples", () => {
    const [batch, ...extents] = input.shape as [number, ...number[]];
    const twice = new Tensor([2 * batch, ...extents], Float32Array.from([...input.data, ...input.data]));
    const [once, both] = [model.predict(input).data, model.predict(twice).data];
    expect(relativeError(both.subarray(0, once.length), once)).toBeLessThan(1e-6);
    expect(relativeError(both.subarray(once.length), once)).toBeLessThan(1e-6);
  });
});
