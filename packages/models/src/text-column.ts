/** Texts as a network reads them. */
import type { Graph } from "@relprop/layers";
import { Integers, sizeOf } from "@relprop/tensor";

/**
 * Texts for the input of this name, a sample each, by the numbers that the file gives them; −1 for those it does not
 * speak of: `model.predict({ age, city: textColumn(model, "city", ["Rome"]) })`.
 */
export function textColumn({ inputs }: Graph, name: string, texts: readonly string[]): Integers {
  const input = inputs.find((each) => each.name === name);
  if (input?.texts === undefined) {
    const named = inputs.flatMap((each) => (each.texts === undefined ? [] : [`"${each.name}"`])).join(", ") || "none";
    throw new RangeError(`textColumn: takes inputs of texts, which are ${named}, got "${name}"`);
  }
  const numbers = new Map(input.texts.map((text, number) => [text, number]));
  const wrong = texts.find((text) => typeof text !== "string");
  if (wrong !== undefined) throw new TypeError(`textColumn: takes texts, got ${String(wrong)}`);
  const [, ...others] = input.shape ?? [undefined, 1];
  const each = others.map((extent) => extent ?? 1);
  if (texts.length % sizeOf(each) !== 0) {
    throw new RangeError(`textColumn: takes ${sizeOf(each)} texts a sample for "${name}", got ${texts.length}`);
  }
  const data = Float64Array.from(texts, (text) => numbers.get(text) ?? -1);
  return new Integers([texts.length / sizeOf(each), ...each], data, "int64");
}
