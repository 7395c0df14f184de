/**
 * `control.json` holds graphs with loops and conditions of both kinds, made by hand, with what TensorFlow.js 4.22 gave;
 * for loops within loops, with what plain arithmetic gives.
 */
import { readFileSync } from "node:fs";
import { Integers, relativeError, tensor, Tensor, type Value } from "@relprop/tensor";
import { describe, expect, test } from "vitest";
import { loadTfjs } from "../../src/index.ts";

interface Stored {
  readonly shape: readonly number[];
  readonly data: readonly number[];
  readonly type?: "b" | "i";
}

interface Case {
  readonly model: { readonly modelTopology: { readonly node: readonly { readonly name: string }[] } };
  readonly weights: string;
  readonly inputs: Readonly<Record<string, Stored>>;
  readonly outputs: readonly Stored[];
}

const decode = (globalThis as unknown as { atob(text: string): string }).atob;
const bytesOf = (base64: string): Uint8Array => Uint8Array.from(decode(base64), (character) => character.charCodeAt(0));
const cases = JSON.parse(
  readFileSync(new URL("control.json", import.meta.url), "utf8"),
) as Readonly<Record<string, Case>>;
const valueOf = ({ shape, data, type }: Stored): Value =>
  (type === undefined ? new Tensor(shape, Float32Array.from(data))
    : new Integers(shape, Float64Array.from(data), type === "b" ? "bool" : "int32"));
const load = ({ model, weights }: Case, options = {}) => loadTfjs(JSON.stringify(model), [bytesOf(weights)], options);
const given = ({ inputs }: Case) =>
  Object.fromEntries(Object.entries(inputs).map(([name, stored]) => [name, valueOf(stored)]));

describe("control flow gives what TensorFlow.js gives:", () => {
  test.each(Object.entries(cases))("%s", (_, each) => {
    const got = load(each).forward(given(each));
    expect(got.map(({ shape }) => shape)).toEqual(each.outputs.map(({ shape }) => shape));
    got.forEach(({ data }, i) => expect(relativeError(data, each.outputs[i]!.data)).toBeLessThan(2e-6));
  });

  test("for batches of any size", () => {
    const each = cases["v1 while with tensor lists"]!;
    const [one] = load(each).forward(new Tensor([1, 5, 3], Float32Array.from(each.inputs["x"]!.data.slice(15))));
    expect(relativeError(one!.data, each.outputs[0]!.data.slice(20))).toBeLessThan(2e-6);
  });
});

test("a condition that is bound leaves the other way out", () => {
  const each = cases["switch and merge, true"]!;
  const model = load(each, { bind: { fast: true } });
  expect(model.inputs.map(({ name }) => name)).toEqual(["x"]);
  expect(model.nodes.map(({ layer }) => layer.kind)).toEqual(["Dense", "ReLU", "Neg"].map(() => expect.any(String)));
  expect(relativeError(model.predict(valueOf(each.inputs["x"]!)).data, each.outputs[0]!.data)).toBeLessThan(2e-6);
});

describe("within functions outputs have names:", () => {
  const placeholder = (name: string, dim: readonly unknown[]) =>
    ({ name, op: "Placeholder", attr: { dtype: { type: "DT_FLOAT" }, shape: { shape: { dim } } } });
  const largest = (ret: string) => loadTfjs(JSON.stringify({
    format: "graph-model",
    modelTopology: {
      node: [
        placeholder("x", [{ size: "-1" }, { size: "3" }]),
        { name: "k", op: "Const", attr: { dtype: { type: "DT_INT32" } } },
        { name: "call", op: "PartitionedCall", input: ["x", "k"], attr: { f: { func: { name: "best" } } } },
        { name: "y", op: "Neg", input: ["call"] },
      ],
      library: {
        function: [{
          signature: { name: "best", inputArg: [{ name: "a" }, { name: "n" }], outputArg: [{ name: "o" }] },
          nodeDef: [
            { name: "top", op: "TopKV2", input: ["a", "n"], attr: { sorted: { b: true } } },
            { name: "places", op: "Cast", input: ["top:indices:0"], attr: { DstT: { type: "DT_FLOAT" } } },
          ],
          ret: { o: ret },
        }],
      },
    },
    weightsManifest: [{ paths: ["w"], weights: [{ name: "k", shape: [], dtype: "int32" }] }],
  }), [Uint8Array.of(2, 0, 0, 0)]);

  test.each([
    ["top:values:0", [-9, -5]], ["top:0", [-9, -5]], ["top", [-9, -5]], ["places:y:0", [-2, -0]],
  ])("%s", (ret, want) => {
    expect([...largest(ret).predict(tensor([[5, 1, 9]])).data]).toEqual(want);
  });

  test("one that an operator does not have is none of its others", () => {
    expect(() => largest("top:order:0")).toThrow(/reads "call\/f\/top:2", which nothing makes/);
  });
});
