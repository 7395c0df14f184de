// What all 1797 digits say of the concepts of a network: one pass, with progress.
import { readFile } from "node:fs/promises";
import { collect } from "@relprop/crp";
import { loadOnnx, LRP, prepare, presets } from "relprop";
import { allDigits } from "../all-digits.js";

/** The nodes whose channels are looked at: the second and the third convolution. */
export const nodes = ["features.4", "features.8"];

/** The analyzer of `digits.onnx`. */
export async function analyzer() {
  const model = prepare(loadOnnx(await readFile(new URL("../digits.onnx", import.meta.url))));
  return new LRP(model, presets["epsilon-plus-flat"]());
}

/** The digits as samples, numbered as in the data set. */
export async function samples(count = Infinity) {
  const digits = await allDigits();
  return Array.from({ length: Math.min(count, digits.shape[0]) }, (_, id) => ({ id, input: digits.rows(id, id + 1) }));
}

/** The statistics of these samples. */
export async function collected(lrp, list) {
  let [statistics, done, shown] = [undefined, 0, Date.now()];
  const started = shown;
  for await (statistics of collect(lrp, list, { nodes })) {
    done += 1;
    if (Date.now() - shown < 1000) continue;
    shown = Date.now();
    const left = ((shown - started) * (list.length - done)) / done / 1000;
    process.stderr.write(`${done} of ${list.length} digits, ${left.toFixed(0)} s left\n`);
  }
  const each = (Date.now() - started) / list.length;
  process.stderr.write(`${list.length} digits, ${each.toFixed(1)} ms each\n`);
  return statistics;
}
