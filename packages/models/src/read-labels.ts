/** What classes are called. */
import { isObject, parseJson, shown, type Json } from "./json.ts";
import { ModelFormatError } from "./model-format-error.ts";

/**
 * The labels in a text, by class: one per line, a JSON list, or a JSON object from class to label, where a label may
 * be a list whose last entry counts (`{"0": ["n01440764", "tench"], …}`).
 */
export function readLabels(text: string): readonly string[] {
  if (typeof text !== "string") throw new TypeError(`readLabels: takes a text, got ${typeof text}`);
  const start = text.trimStart()[0];
  if (start !== "[" && start !== "{") return text.trimEnd().split(/\r?\n/).map((line) => line.trim());
  const json = parseJson(text, "readLabels");
  if (Array.isArray(json)) return json.map(label);
  if (!isObject(json)) throw new ModelFormatError("readLabels: takes lines, a list or an object, got something else");
  return Array.from({ length: json.size }, (_, index) => {
    const entry = json.get(String(index));
    if (entry === undefined) {
      throw new ModelFormatError(`readLabels: takes labels of classes 0 to ${json.size - 1}, got none of ${index}`);
    }
    return label(entry);
  });
}

function label(entry: Json): string {
  const last = Array.isArray(entry) ? entry.at(-1) : entry;
  if (typeof last !== "string") {
    throw new ModelFormatError(`readLabels: takes labels that are text, got ${shown(last)}`);
  }
  return last;
}
