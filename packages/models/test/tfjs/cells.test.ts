/** `cells.json` holds small Keras models of cells, categories and films, with what TensorFlow.js 4.22 gave. */
import { readFileSync } from "node:fs";
import { Integers, relativeError, Tensor } from "@relprop/tensor";
import { expect, test } from "vitest";
import { loadTfjs } from "../../src/index.ts";

interface Stored {
  readonly shape: readonly number[];
  readonly data: readonly number[];
  /** Whether these are whole numbers. */
  readonly ids?: boolean;
}

interface Case {
  readonly model: object;
  readonly weights: string;
  readonly inputs: readonly Stored[];
  readonly outputs: readonly Stored[];
}

const decode = (globalThis as unknown as { atob(text: string): string }).atob;
const cases = JSON.parse(
  readFileSync(new URL("cells.json", import.meta.url), "utf8"),
) as Readonly<Record<string, Case>>;
const shards = (text: string) =>
  (text === "" ? [] : [Uint8Array.from(decode(text), (character) => character.charCodeAt(0))]);
const load = ({ model, weights }: Case) => loadTfjs(JSON.stringify(model), shards(weights));

test.each(Object.entries(cases))("%s is what TensorFlow.js gave", (_, each) => {
  const inputs = each.inputs.map(({ shape, data, ids }) =>
    (ids === true ? new Integers(shape, Float64Array.from(data), "int32")
      : new Tensor(shape, Float32Array.from(data))));
  const got = load(each).forward(...inputs);
  expect(got.map(({ shape }) => shape)).toEqual(each.outputs.map(({ shape }) => shape));
  got.forEach(({ data }, i) => expect(relativeError(data, each.outputs[i]!.data)).toBeLessThan(2e-6));
});

test("cells that are described in a list of their own are the same", () => {
  const each = cases["stacked cells"]!;
  const { model, inputs } = each;
  const text = JSON.stringify(model).replace(
    /"cells":(\[.*?\}\])(?=,"return_sequences|,"|\})/, '"cell":{"class_name":"StackedRNNCells","config":{"cells":$1}}',
  );
  expect(text).toContain("StackedRNNCells");
  const [x] = inputs.map(({ shape, data }) => new Tensor(shape, Float32Array.from(data)));
  const twin = load({ ...each, model: JSON.parse(text) as object });
  expect([...twin.predict(x!).data]).toEqual([...load(each).predict(x!).data]);
});
