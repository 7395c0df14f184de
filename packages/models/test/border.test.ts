/** What is no file at all is refused in a sentence that says what is taken, by whoever reads files. */
import { expect, test } from "vitest";
import { loadModel, loadOnnx, loadTfjs, readLabels, readNpy, readSafetensors } from "../src/index.ts";

const others = [undefined, null, 1.5, -1, 2 ** 40, {}, [], true, () => 1];

const readers: readonly (readonly [string, (given: never) => unknown])[] = [
  ["loadOnnx", loadOnnx], ["readNpy", readNpy], ["readSafetensors", readSafetensors], ["loadModel", loadModel],
  ["loadTfjs", (given) => loadTfjs(given, [])],
];

test.each(readers)("%s takes bytes, and says so", async (_, read) => {
  for (const other of others) {
    const reading = async (): Promise<unknown> => read(other as never);
    await expect(reading).rejects.toThrow(TypeError);
    await expect(reading).rejects.toThrow(/^models: takes a file's bytes as a Uint8Array or an ArrayBuffer, got \w+/);
  }
});

test("labels are texts, and shards lists", () => {
  for (const other of others) {
    expect(() => readLabels(other as never)).toThrow(/^readLabels: takes a text, got \w+/);
    if (!Array.isArray(other)) expect(() => loadTfjs("{}", other as never)).toThrow("takes a list of weight files");
  }
});
