/**
 * `control.json` holds graphs with loops and conditions of both kinds, made by hand, with what TensorFlow.js 4.22 gave;
 * for loops within loops, with what plain arithmetic gives.
 */
import { readFileSync } from "node:fs";
import { Integers, relativeError, Tensor, type Value } from "@relprop/tensor";
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
